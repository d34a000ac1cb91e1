/*
 * What the command line asked for.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notation.h"
#include "options.h"

const char options_usage[] =
    "usage: gss-dump [options] [FILE]\n"
    "       gss-dump [options] -x TEXT\n"
    "Decodes a token of SPNEGO or NEGOEX: binary, hex or base64; from stdin\n"
    "where FILE is - or absent.\n"
    "  -x TEXT      the token itself, in hex or base64\n"
    "  -j, --json   one JSON object instead of text\n"
    "  -c, --check  judge the token as its receiver has to\n"
    "  -h, --help   this text\n"
    "  What the receiver knows; each of these judges, too:\n"
    "  --role ROLE          it is the initiator, or the acceptor\n"
    "  --next-sequence N    the number that the next message has to have\n"
    "  --conversation HEX   the conversation's identifier, as on the wire\n"
    "exit status: 0 well-formed and acceptable, 1 not, 2 usage\n";

enum long_option {
	OPTION_ROLE = 256,
	OPTION_NEXT_SEQUENCE,
	OPTION_CONVERSATION
};

static const struct option long_options[] = {
    {"check", no_argument, NULL, 'c'},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {"role", required_argument, NULL, OPTION_ROLE},
    {"next-sequence", required_argument, NULL, OPTION_NEXT_SEQUENCE},
    {"conversation", required_argument, NULL, OPTION_CONVERSATION},
    {NULL, 0, NULL, 0},
};

static int
wrong(const char *option, const char *text, const char *why)
{
	fprintf(stderr, "gss-dump: %s %s: %s\n", option, text, why);
	return EXIT_USAGE;
}

static int
role_read(struct gj_negoex_order *order, const char *text)
{
	if (strcmp(text, "initiator") == 0)
		order->role = GJ_NEGOEX_INITIATOR;
	else if (strcmp(text, "acceptor") == 0)
		order->role = GJ_NEGOEX_ACCEPTOR;
	else
		return wrong("--role", text, "neither initiator nor acceptor");
	return EXIT_GOOD;
}

static int
sequence_read(struct gj_negoex_order *order, const char *text)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0')
		return wrong("--next-sequence", text, "not a number");
	if (errno != 0 || value > UINT32_MAX)
		return wrong("--next-sequence", text, "above 32 bits");
	order->sequence_known = true;
	order->sequence = (uint32_t)value;
	return EXIT_GOOD;
}

static int
conversation_read(struct gj_negoex_order *order, const char *text)
{
	if (strlen(text) != sizeof(order->conversation) * 2 ||
	    !notation_hex(text, order->conversation))
		return wrong("--conversation", text, "not 32 hex digits");
	order->conversation_known = true;
	return EXIT_GOOD;
}

static int
option_read(struct options *options, int option, const char *text)
{
	if (option >= OPTION_ROLE)
		options->check = true;
	switch (option) {
	case 'c':
		options->check = true;
		return EXIT_GOOD;
	case 'j':
		options->json = true;
		return EXIT_GOOD;
	case 'h':
		options->help = true;
		return EXIT_GOOD;
	case 'x':
		options->text = text;
		return EXIT_GOOD;
	case OPTION_ROLE:
		return role_read(&options->order, text);
	case OPTION_NEXT_SEQUENCE:
		return sequence_read(&options->order, text);
	case OPTION_CONVERSATION:
		return conversation_read(&options->order, text);
	default: /* getopt_long has said what is wrong */
		return EXIT_USAGE;
	}
}

int
options_read(struct options *options, int argc, char **argv)
{
	static char program[] = "gss-dump";
	int option, status;

	memset(options, 0, sizeof(*options));
	gj_negoex_order_init(&options->order);
	if (argc > 0)
		argv[0] = program; /* getopt_long complains in its name */
	while ((option = getopt_long(
		    argc, argv, "cjhx:", long_options, NULL)) != -1) {
		status = option_read(options, option, optarg);
		if (status != EXIT_GOOD)
			return status;
	}
	if (argc - optind > (options->text == NULL ? 1 : 0)) {
		fprintf(stderr, "gss-dump: one token at a time\n");
		return EXIT_USAGE;
	}
	options->file = argc - optind == 1 ? argv[optind] : "-";
	return EXIT_GOOD;
}
