/*
 * The matrix: a table of cases, each an initiator against an acceptor.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A table is a text file.  A line that begins with "#" is a comment (or with
 * "!", see branches_run.c), one that begins with "*" holds what all of our own
 * programs get from there on, before the row's own options; a new one takes its
 * place.  Any other line is a row of eight fields, separated by "|":
 *
 *	name		what a person calls it
 *	initiators	parties, see below, with commas between them
 *	acceptors	the same
 *	both		options for both of our programs
 *	initiator's	options for the initiator, a foreign one's, too
 *	acceptor's	the same for the acceptor
 *	expected	words; each has to hold
 *	text		what an error has to contain; empty for anything
 *
 * Each of the initiators against each of the acceptors is a case.  Parties are
 * those of gsstest/party: our gsstest as heimdal, mit, ntlmssp, patched or
 * stock; the foreign programs gss-client and gss-server.
 *
 * Words NAME=VALUE among the options are the program's environment, where
 * $VARIABLE is the driver's own; gsstest/party tells which have a meaning.
 *
 * Words of what is expected:
 *
 *	ok		both sides worked
 *	fail		both sides failed, each by itself and saying why
 *	init:BRANCH	the initiator failed at this branch of the loop
 *	accept:BRANCH	the acceptor did
 *	KEY=VALUE	the member KEY of both reports is, or has in its list,
 *			VALUE; of an object it is the name.  A.B is B in A,
 *			init.KEY is of the initiator's report alone,
 *			accept.KEY of the acceptor's
 *	KEY!=VALUE	it is there, and is neither VALUE nor has it
 *
 * Whatever is expected: an error at a branch names its side, its branch, what
 * to do and, of a GSS call, GSS's texts; and who was told of a failure quotes
 * the branch that the other side has.
 */
#ifndef GSSTEST_MATRIX_H
#define GSSTEST_MATRIX_H

#include <stdbool.h>
#include <stdio.h>

#include "json.h"
#include "process.h"

/* Longest line; words in a command line. */
#define MATRIX_LINE  1024
#define MATRIX_WORDS 64

struct matrix_table {
	FILE *file;
	const char *name;
	unsigned int line;
	char shared[MATRIX_LINE]; /* of the last line with "*" */
};

struct matrix_case {
	char line[MATRIX_LINE]; /* the fields point into it */
	char *name, *initiators, *acceptors, *both, *initiator_own,
	    *acceptor_own, *expected, *text;
	const char *shared;		  /* the table's */
	const char *initiator, *acceptor; /* one of each */
};

/* Where things are, and who sees them. */
struct matrix_setup {
	const char *build; /* the built tree */
	const char *party; /* the program gsstest/party */
	bool loud;	   /* programs may write to stderr */
};

/* What one case came to. */
struct matrix_result {
	bool skipped; /* a party cannot be had here; why says the reason */
	bool as_expected;
	char negotiated[64];
	char why[1024];			     /* it is not as expected */
	long rounds, microseconds, messages; /* -1: not known */
	json_t *initiated, *accepted;	     /* the reports, or NULL */
};

/*
 * Cuts a line at its bars into so many fields, without the blanks around them;
 * false where it has not just as many.
 */
bool matrix_fields(char *line, char **fields[], size_t count);

/*
 * Reads the next row, without choosing one of its parties; false at the end.
 * A line that is none is reported, with its number, and ends the program with
 * status 2.  A line that begins with "!" is another reader's.
 */
bool matrix_read(struct matrix_table *table, struct matrix_case *one);

/*
 * Calls back for each of the initiators against each of the acceptors; the
 * case is the callee's during the call.
 */
void matrix_each(struct matrix_case *one,
    void (*each)(void *argument, const struct matrix_case *one),
    void *argument);

/*
 * Runs the case of the chosen initiator and acceptor; matrix_release belongs
 * behind it.
 */
void matrix_run(const struct matrix_case *one, const struct matrix_setup *setup,
    struct matrix_result *result);
void matrix_release(struct matrix_result *result);

/* A command line: words that point into it, or into what it was made of. */
struct matrix_command {
	char words[3][MATRIX_LINE], values[MATRIX_LINE];
	char *argv[MATRIX_WORDS + 1];
	char *environment[MATRIX_WORDS + 1];
	size_t argc, variables, value_used;
};

/* True for a program that is not ours: it has no report, nor our options. */
bool matrix_is_foreign(const char *party);

/*
 * Makes the command line that runs a party: "gsstest init -j" and its options,
 * for instance.  subcommand is for ours alone; own is the row's field.
 */
void matrix_command(struct matrix_command *command,
    const struct matrix_case *one, const struct matrix_setup *setup,
    const char *party, const char *subcommand, const char *own);

/* Another word at its end.  One too many ends the program with status 2. */
void matrix_command_add(struct matrix_command *command, const char *word);

/* How one side of a case ended; its report is NULL where it has none. */
struct matrix_side {
	const char *party, *key; /* "init" or "accept" */
	const struct process *process;
	const json_t *report;
};

/* Holds both sides against the row; why gets what is not as expected. */
bool matrix_expected(const struct matrix_case *one,
    const struct matrix_side sides[2], char *why, size_t size);

#endif
