/*
 * gsstest: the GSS negotiation loop between two processes.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "acceptor.h"
#include "branches.h"
#include "ci_flags.h"
#include "initiator.h"
#include "mechs_list.h"
#include "options.h"
#include "pair.h"
#include "secinfo.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
    {"loop", pair_command},
    {"init", initiator_command},
    {"accept", acceptor_command},
    {"mechs", mechs_command},
    {"branches", branches_command},
    {"ci-flags", ci_flags_command},
    {"secinfo", secinfo_command},
};

static void
usage(FILE *to)
{
	fprintf(to,
	    "usage: gsstest loop   [options] [SERVICE@HOST]\n"
	    "       gsstest init   [options] HOST:PORT|/PATH SERVICE@HOST\n"
	    "       gsstest accept [options] HOST:PORT|/PATH\n"
	    "       gsstest mechs  [-j]\n"
	    "       gsstest branches [--run] [-j] [BRANCH ...]\n"
	    "       gsstest ci-flags [-j]\n"
	    "       gsstest secinfo [call | serve] [secinfo's options] ...\n"
	    "%s"
	    "exit status: 0 all worked, 1 something failed, 2 usage\n",
	    options_usage);
}

/* What was asked for is on stdout, too: a full disk is a failure. */
static int
output_end(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "gsstest: the report could not be written\n");
	return status == EXIT_WORKED ? EXIT_FAILED : status;
}

int
main(int argc, char **argv)
{
	size_t i;

	/* A peer that closes is an error of that connection. */
	signal(SIGPIPE, SIG_IGN);
	if (argc >= 2 &&
	    (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)) {
		usage(stdout);
		return EXIT_WORKED;
	}
	if (argc == 3 && strcmp(argv[2], "-h") == 0) {
		usage(stdout);
		return EXIT_WORKED;
	}
	for (i = 0; argc >= 2 && i < sizeof(commands) / sizeof(commands[0]);
	     i++)
		if (strcmp(commands[i].name, argv[1]) == 0)
			return output_end(commands[i].run(argc - 1, argv + 1));
	usage(stderr);
	return EXIT_USAGE;
}
