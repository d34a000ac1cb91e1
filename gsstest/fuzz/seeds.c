/*
 * Writes good messages as files, for the fuzzers of the codecs to begin with.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: seeds ccm|frames|negoex|remctl|rpc|spnego FOLDER
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "negoex_tokens.h"
#include "spnego_tokens.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct good {
	const char *octets;
	size_t size;
};

static const struct good ccm[] = {
    {OCTETS("\0\0\0\0")},
    {OCTETS("\0\0\0\5handl\0\0\0")},
    {OCTETS("\0\0\0\1\0\0\0\0")},
    {OCTETS("\0\0\0\1\0\0\0\3")},
    {OCTETS("\0\0\0\0\0\0\0\3ctx\0\0\0\0\4hand")},
    {OCTETS("\x60\x13\6\x07\x2b\6\1\5\5\x0b\0\0\0\0\4hand\0\0")},
    {OCTETS("\x60\x10\6\6\x2b\6\1\5\5\x0b\0\0\0\4hand")},
};

static const struct good frames[] = {
    /* plain */
    {OCTETS("T\0\0\0\5token")},
    {OCTETS("T\0\0\0\0")},
    {OCTETS("E\0\0\0\7\0\x0d\0\0why")},
    {OCTETS("M\0\0\0\5\1text")},
    {OCTETS("M\0\0\0\7\2wrappd")},
    {OCTETS("M\0\0\0\7\3wrappd")},
    {OCTETS("M\0\0\0\x0c\4\0\0\0\4textmic")},
    {OCTETS("M\0\0\0\1\0")},
    /* sample */
    {OCTETS("\x11\0\0\0\0")},
    {OCTETS("\2\0\0\0\5token")},
    {OCTETS("\x04\0\0\0\4text")},
    {OCTETS("\x44\0\0\0\4text")},
    {OCTETS("\xe4\0\0\0\6wrappd")},
    {OCTETS("\xa4\0\0\0\6wrappd")},
    {OCTETS("\x08\0\0\0\3mic")},
    {OCTETS("\1\0\0\0\0")},
    /* remctl */
    {OCTETS("\x51\0\0\0\0")},
    {OCTETS("\x42\0\0\0\5token")},
    {OCTETS("\x44\0\0\0\7wrapped")},
    {OCTETS("\x24\0\0\0\7wrapped")},
    /* NegotiateStream */
    {OCTETS("\x16\1\0\0\5token")},
    {OCTETS("\x14\1\0\0\0")},
    {OCTETS("\x15\1\0\0\x08\0\0\0\0\x80\x09\x03\x0c")},
    {OCTETS("\7\0\0\0wrapped")},
    {OCTETS("\4\0\0\x80text")},
    {OCTETS("\xff\xff\xff\xff")},
    /* datagrams */
    {OCTETS("\xd6\1\1\0convname\0\0\0\1\0\0\0\0cookiecookiecookT\0\0\0\3tok")},
    {OCTETS("\xd6\1\2\1convname\0\0\0\0\0\0\0\1cookiecookiecook")},
    {OCTETS("\xd6\1\3\1convname\0\0\0\0\0\0\0\0cookiecookiecook")},
    {OCTETS("\xd6\1\4\0convname\0\0\0\0\0\0\0\2cookiecookiecook")},
};

#define COMMAND "\2\1\1\0\0\0\0\2\0\0\0\4test\0\0\0\2id"

static const struct good remctl[] = {
    {OCTETS(COMMAND)},
    {OCTETS("\2\2")},
    {OCTETS("\3\7")},
    {OCTETS("\2\3\1\0\0\0\4hi\0\n")},
    {OCTETS("\2\4\7")},
    {OCTETS("\2\5\0\0\0\6\0\0\0\3why")},
    {OCTETS("\2\6\3")},
    {OCTETS("\0\0\0\2\0\0\0\4test\0\0\0\2id")},
    {OCTETS("\0\0\0\3\0\0\0\0\0\0\0\0\0\0\0\0")},
    {OCTETS("\0\0\0\7\0\0\0\2hi")},
    /* one after the other, in pieces */
    {OCTETS("\x16" COMMAND "\2\3\7\2\2\2")},
    {OCTETS("\x08\2\1\1\1\0\0\0\1\x06\2\1\1\2\0\0\x08\2\1\1\3\0\1xx\2\2\2")},
};

/* A credential and a verifier, of RPCSEC_GSS and of none. */
#define CREDENTIAL "\0\0\0\1\0\0\0\0\0\0\0\7\0\0\0\2\0\0\0\4hand"
#define GSS_CRED   "\0\0\0\6\0\0\0\x18" CREDENTIAL
#define GSS_VERF   "\0\0\0\6\0\0\0\3MIC\0"
#define NO_AUTH	   "\0\0\0\0\0\0\0\0"
#define CALL	   "xid1\0\0\0\0\0\0\0\2\x20GSS\0\0\0\1\0\0\0\1"
#define ACCEPTED   "xid1\0\0\0\1\0\0\0\0"
#define DENIED	   "xid1\0\0\0\1\0\0\0\1"

static const struct good rpc[] = {
    {OCTETS("\x80\0\0\x10")},
    {OCTETS("\0\0\0\x10")},
    {OCTETS(CALL NO_AUTH NO_AUTH)},
    {OCTETS(CALL GSS_CRED GSS_VERF "\0\0\0\4text")},
    {OCTETS(ACCEPTED NO_AUTH "\0\0\0\0\0\0\0\4text")},
    {OCTETS(ACCEPTED GSS_VERF "\0\0\0\2\0\0\0\1\0\0\0\1")},
    {OCTETS(ACCEPTED GSS_VERF "\0\0\0\4")},
    {OCTETS(DENIED "\0\0\0\0\0\0\0\2\0\0\0\2")},
    {OCTETS(DENIED "\0\0\0\1\0\0\0\x0d")},
    {OCTETS(CREDENTIAL)},
    {OCTETS("\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0")},
    {OCTETS("\0\0\0\4hand\0\0\0\0\0\0\0\0\0\0\0\x80\0\0\0\2to\0\0")},
    {OCTETS("\0\0\0\x0c\0\0\0\7\0\0\0\4text\0\0\0\3MIC\0")},
    {OCTETS("\0\0\0\5token\0\0\0")},
    {OCTETS("\0\0\0\7\0\0\0\4text")},
    {OCTETS("\0\0\0\0\0\0\0\4text")},
    {OCTETS("\0\0\x27\x20")},
    {OCTETS("\0\0\0\2\0\0\0\6\0\0\0\2oi\0\0\0\0\0\0\0\0\0\1\0\0\0\1")},
};

static const struct {
	const char *name;
	const struct good *goods;
	size_t count;
} tables[] = {{"ccm", ccm, COUNT(ccm)}, {"frames", frames, COUNT(frames)},
    {"remctl", remctl, COUNT(remctl)}, {"rpc", rpc, COUNT(rpc)}};

static void
seed(const char *folder, size_t number, const char *octets, size_t size)
{
	char name[4096];
	FILE *file;

	snprintf(name, sizeof(name), "%s/seed%zu", folder, number);
	file = fopen(name, "wb");
	if (file == NULL || fwrite(octets, 1, size, file) != size ||
	    fclose(file) != 0) {
		perror(name);
		exit(1);
	}
}

int
main(int argc, char **argv)
{
	size_t i, j;

	if (argc != 3)
		return 2;
	for (i = 0; i < COUNT(fixtures) && strcmp(argv[1], "negoex") == 0; i++)
		seed(argv[2], i, fixtures[i].octets, fixtures[i].size);
	for (i = 0; i < COUNT(goods) && strcmp(argv[1], "spnego") == 0; i++)
		seed(argv[2], i, goods[i].octets, goods[i].size);
	for (i = 0; i < COUNT(tables); i++)
		for (j = 0; strcmp(argv[1], tables[i].name) == 0 &&
			    j < tables[i].count;
		     j++)
			seed(argv[2], j, tables[i].goods[j].octets,
			    tables[i].goods[j].size);
	return 0;
}
