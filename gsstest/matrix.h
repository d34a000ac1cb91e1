/*
 * The matrix: a table of cases, each an initiator against an acceptor.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A table is a text file.  A line is a case of eight fields, separated by
 * "|"; what follows "#" at the start of a line is a comment:
 *
 *	name		what a person calls it
 *	initiator	heimdal, mit (our gsstest), or gss-client
 *	acceptor	heimdal, mit, or gss-server
 *	both		options for both of our programs
 *	initiator's	options for the initiator, a foreign one's, too;
 *			words NAME=VALUE before them are its environment,
 *			where $VARIABLE is the driver's
 *	acceptor's	the same for the acceptor
 *	expected	ok, or init:BRANCH and accept:BRANCH, or both
 *	text		what an error has to contain; empty for anything
 */
#ifndef GSSTEST_MATRIX_H
#define GSSTEST_MATRIX_H

#include <stdbool.h>
#include <stdio.h>

/* Longest line, and words in a field. */
#define MATRIX_LINE  1024
#define MATRIX_WORDS 32

struct matrix_case {
	char line[MATRIX_LINE]; /* the fields point into it */
	char *name, *initiator, *acceptor, *both, *initiator_own, *acceptor_own,
	    *expected, *text;
};

/* What one case came to. */
struct matrix_result {
	bool skipped; /* a program is not there; why says which */
	bool as_expected;
	char negotiated[64];
	char why[1024];			     /* it is not as expected */
	long rounds, microseconds, messages; /* -1: not known */
};

/*
 * Reads the next case; false at the end.  A line that is none is reported,
 * with its number, and ends the program with status 2.
 */
bool matrix_read(
    FILE *table, const char *file, unsigned int *line, struct matrix_case *one);

/* Runs a case with our programs in the folder bin. */
void matrix_run(const struct matrix_case *one, const char *bin, bool loud,
    struct matrix_result *result);

#endif
