/*
 * What the command line asked for.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"

static const char usage[] =
    "usage: gss-remctld [-dFhmSvZ] [-b address]... [-f config] [-k keytab]\n"
    "           [-P file] [-p port] [-s service]\n"
    "Serves remctl: one connection on standard input, or with -m its port.\n"
    "  -b ADDRESS  with -m: listen on this address only; several may be given\n"
    "  -d          log what happens in detail\n"
    "  -F          with -m: stay in the foreground\n"
    "  -f CONFIG   the configuration (" REMCTLD_CONFIG ")\n"
    "  -h          this text\n"
    "  -k KEYTAB   the server's keys\n"
    "  -m          listen, and serve any number of connections\n"
    "  -P FILE     with -m: write the process's number to FILE\n"
    "  -p PORT     with -m: listen on this port (4373)\n"
    "  -S          log to standard output and standard error\n"
    "  -s SERVICE  the server's principal (any in the keytab)\n"
    "  -v          show the version\n"
    "  -Z          with -m: stop with SIGSTOP once connections are taken\n"
    "\n"
    "Supported ACL methods: file, princ, deny, anyuser, localgroup, regex\n";

static bool
port_read(struct options *options, const char *text)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 &&
	    value > 0 && value <= 65535) {
		options->port = (unsigned short)value;
		return true;
	}
	fprintf(stderr, "gss-remctld: invalid port number %s\n", text);
	return false;
}

static void
flag_read(struct options *options, int option)
{
	switch (option) {
	case 'd':
		options->debug = true;
		break;
	case 'F':
		options->foreground = true;
		break;
	case 'm':
		options->standalone = true;
		break;
	case 'S':
		options->standard = true;
		break;
	case 'Z':
		options->suspend = true;
		break;
	}
}

/* One with an argument; false where that is wrong. */
static bool
value_read(struct options *options, int option, const char *text)
{
	switch (option) {
	case 'b':
		options->binds[options->bind_count++] = text;
		break;
	case 'f':
		options->config = text;
		break;
	case 'k':
		options->keytab = text;
		break;
	case 'P':
		options->pid = text;
		break;
	case 'p':
		return port_read(options, text);
	case 's':
		options->service = text;
		break;
	default:
		flag_read(options, option);
		break;
	}
	return true;
}

static enum options_result
option_read(struct options *options, int option, const char *text)
{
	switch (option) {
	case 'h':
		fputs(usage, stdout);
		return OPTIONS_DONE;
	case 'v':
		puts("gss-remctld " REMCTLD_VERSION);
		return OPTIONS_DONE;
	case '?': /* getopt has said what is wrong */
		fprintf(stderr, "\n%s", usage);
		return OPTIONS_WRONG;
	default:
		return value_read(options, option, text) ? OPTIONS_RUN
							 : OPTIONS_WRONG;
	}
}

/* Options that say nothing without -m are rather a mistake. */
static enum options_result
options_judge(const struct options *options)
{
	const char *alone = NULL;

	if (options->standalone)
		return OPTIONS_RUN;
	if (options->bind_count > 0)
		alone = "-b";
	else if (options->suspend)
		alone = "-Z";
	if (alone == NULL)
		return OPTIONS_RUN;
	fprintf(stderr,
	    "gss-remctld: %s only makes sense in combination with -m\n", alone);
	return OPTIONS_WRONG;
}

enum options_result
options_read(struct options *options, int argc, char **argv)
{
	static char program[] = "gss-remctld";
	enum options_result result = OPTIONS_RUN;
	int option;

	memset(options, 0, sizeof(*options));
	options->config = REMCTLD_CONFIG;
	options->port = PORT_DEFAULT;
	options->binds = calloc((size_t)argc + 1, sizeof(*options->binds));
	if (options->binds == NULL) {
		fprintf(stderr, "gss-remctld: out of memory\n");
		return OPTIONS_WRONG;
	}
	if (argc > 0)
		argv[0] = program; /* getopt complains in its name */
	while (result == OPTIONS_RUN &&
	       (option = getopt(argc, argv, "b:dFf:hk:mP:p:Ss:vZ")) != -1)
		result = option_read(options, option, optarg);
	if (result == OPTIONS_RUN)
		result = options_judge(options);
	return result;
}

void
options_free(struct options *options)
{
	free(options->binds);
	options->binds = NULL;
}
