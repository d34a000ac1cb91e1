/*
 * The branches of the loop and of gsstest's messages: told, and seen to be
 * taken.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_BRANCHES_H
#define GSSTEST_BRANCHES_H

#include <stdbool.h>
#include <stddef.h>

#include "gssloop.h"

/*
 * gsstest branches; argv[-1] is how the program was called, which tells where
 * its neighbours are.
 */
int branches_command(int argc, char **argv);

/* All branches but "none", from 0; NULL behind the last. */
const struct gssloop_branch_info *branches_at(size_t index);

/* What is at index for the one of this name, that of the end for none. */
size_t branches_find(const char *name, size_t length);

enum branches_view {
	BRANCHES_TEXT,
	BRANCHES_JSON,
	BRANCHES_TAP
};

struct branches_wish {
	const char *program; /* how we were called */
	const char *table;   /* of scenarios; NULL for the built one */
	enum branches_view view;
	bool loud;    /* programs may write to stderr */
	char **names; /* of branches, NULL-ended; none for all */
};

/*
 * Runs the scenarios and shows which branch was taken where.  EXIT_WORKED when
 * every branch that can be reached was, in each role and with each library.
 */
int branches_run(const struct branches_wish *wish);

#endif
