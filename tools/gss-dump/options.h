/*
 * What the command line asked for.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_DUMP_OPTIONS_H
#define GSS_DUMP_OPTIONS_H

#include <stdbool.h>

#include "negoex_order.h"

/* Exit statuses of the program. */
enum {
	EXIT_GOOD = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2
};

struct options {
	bool check; /* --check, or one of those that say what is known */
	bool json;  /* --json */
	bool help;  /* --help */
	struct gj_negoex_order order; /* what is known before the token */
	const char *text;	      /* -x; NULL for a file */
	const char *file;	      /* "-" for standard input */
};

/*
 * Reads the command line.  Says on stderr what is wrong and returns
 * EXIT_USAGE, or EXIT_GOOD.  What it gives borrows from argv.
 */
int options_read(struct options *options, int argc, char **argv);

extern const char options_usage[];

#endif
