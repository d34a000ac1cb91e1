/*
 * What the command line asked for.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complaint.h"
#include "options.h"

#define PORT_MAX 65535

const char options_usage[] =
    "usage: gss-remctl [-dhv] [-b ADDRESS] [-k SECONDS] [-P VERSION]\n"
    "           [-p PORT] [-s PRINCIPAL] [-t SECONDS]\n"
    "           HOST COMMAND [ARGUMENT ...]\n"
    "Runs a command on a server of remctl, and shows its output.\n"
    "  -b ADDRESS    connect from this address\n"
    "  -d            say on stderr what is done\n"
    "  -h            this text\n"
    "  -k SECONDS    send the server a sign so often while it is silent\n"
    "  -P VERSION    1 asks for the old protocol, 2 takes only the new one\n"
    "  -p PORT       instead of 4373, and 4444 if that fails\n"
    "  -s PRINCIPAL  the server's, instead of host/HOST\n"
    "  -t SECONDS    give up after so long without a sign of the server\n"
    "  -v            the version\n"
    "exit status: the command's; 255 where the server refused it, 1 where we\n"
    "failed\n";

/* A decimal number from least to most. */
static bool
number_read(const char *text, unsigned int least, unsigned int most,
    unsigned int *number)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
	    value < least || value > most)
		return false;
	*number = (unsigned int)value;
	return true;
}

static bool
port_read(struct options *options, const char *text)
{
	if (number_read(text, 1, PORT_MAX, &options->port))
		return true;
	complain("invalid port number %s", text);
	return false;
}

static bool
seconds_read(const char *what, const char *text, unsigned int *seconds)
{
	if (number_read(text, 0, SECONDS_MAX, seconds))
		return true;
	complain("invalid %s value %s", what, text);
	return false;
}

static bool
protocol_read(struct options *options, const char *text)
{
	if (strcmp(text, "1") == 0)
		options->protocol = GSSLOOP_REMCTL_OLD;
	else if (strcmp(text, "2") == 0)
		options->protocol = GSSLOOP_REMCTL_NEW;
	else
		complain("invalid protocol version %s", text);
	return options->protocol != GSSLOOP_REMCTL_EITHER;
}

static bool
usage_wrong(void)
{
	fputs(options_usage, stderr);
	return false;
}

static bool
option_read(struct options *options, int option, const char *text)
{
	switch (option) {
	case 'b':
		options->source = text;
		return true;
	case 'd':
		options->debug = true;
		return true;
	case 'h':
		options->help = true;
		return true;
	case 'k':
		return seconds_read("keep-alive", text, &options->keep_alive);
	case 'P':
		return protocol_read(options, text);
	case 'p':
		return port_read(options, text);
	case 's':
		options->principal = text;
		return true;
	case 't':
		return seconds_read("timeout", text, &options->timeout);
	case 'v':
		options->version = true;
		return true;
	default: /* getopt has said what is wrong */
		return usage_wrong();
	}
}

bool
options_read(struct options *options, int argc, char **argv)
{
	static char program[] = "gss-remctl";
	int option;

	memset(options, 0, sizeof(*options));
	if (argc > 0)
		argv[0] = program; /* getopt complains in its name */
	/* The command may have options of its own: glibc needs to be told. */
	while ((option = getopt(argc, argv, "+b:dhk:P:p:s:t:v")) != -1)
		if (!option_read(options, option, optarg))
			return false;
		else if (options->help || options->version)
			return true;
	if (argc - optind < 2)
		return usage_wrong();
	options->host = argv[optind];
	options->words = argv + optind + 1;
	options->count = (size_t)(argc - optind - 1);
	return true;
}
