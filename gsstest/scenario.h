/*
 * Scenarios: rows of a table of the matrix, each a way to take branches.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * What a row expects is what it shows: init:BRANCH, accept:BRANCH that the side
 * failed there; init.steps=BRANCH, accept.steps=BRANCH and steps=BRANCH that it
 * was taken on the way.  It has to expect something of either side.
 *
 * A line that begins with "!" says what a library makes unreachable:
 *
 *	! branch | role | library | scenario | why
 *
 * The role is init or accept, the library Heimdal, MIT or all; the scenario is
 * the row that shows what happens instead.
 */
#ifndef GSSTEST_SCENARIO_H
#define GSSTEST_SCENARIO_H

#include "branches.h"
#include "matrix.h"

enum scenario_library {
	SCENARIO_HEIMDAL,
	SCENARIO_MIT,
	SCENARIO_LIBRARIES
};

struct scenario_exception {
	char line[MATRIX_LINE]; /* the fields point into it */
	char *branch, *role, *library, *scenario, *why;
};

/* The lines with "!"; more of them end the program with status 2. */
#define SCENARIO_EXCEPTIONS 32

struct scenario_exceptions {
	struct scenario_exception all[SCENARIO_EXCEPTIONS];
	size_t count;
};

/* False, with a message on stderr, where the table cannot be read. */
bool scenario_exceptions_read(
    const char *table, struct scenario_exceptions *exceptions);

/*
 * Calls back for each branch that the expected words show, by role: its index
 * among all branches.
 */
void scenario_each(const char *expected,
    void (*each)(void *argument, enum gssloop_role role, size_t branch),
    void *argument);

/* True where the words expect something of either side. */
bool scenario_is_of_both(const char *expected);

/* The library of our program as a party; SCENARIO_LIBRARIES of a foreign one.
 */
enum scenario_library scenario_library(const char *party);

/* "Heimdal", "MIT" */
const char *scenario_library_name(enum scenario_library library);

/*
 * Runs the scenarios of a table, several at a time: those of the branches that
 * are named, all where names has none.  An array of objects, in the table's
 * order: scenario, initiator, acceptor, expected, ok, skipped, why; and the
 * reports, initiated and accepted, or null.  NULL with a message on stderr
 * where that could not be done.
 */
json_t *scenarios_run(const char *table, const struct matrix_setup *setup,
    const struct scenario_exceptions *exceptions, char **names);

#endif
