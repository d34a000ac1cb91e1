/*
 * gsstest-matrix: runs a table of cases, Heimdal against MIT, and shows what
 * came of each as a table for a person, or as TAP for a test.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "matrix.h"

#define FIELDS 8

static const char usage_text[] =
    "usage: gsstest-matrix [-tv] [-b BUILD] [-k WORD] [-p PARTY] TABLE ...\n"
    "  -b BUILD  the built tree (default build)\n"
    "  -k WORD   only the cases whose name has WORD in it\n"
    "  -p PARTY  the program that runs a party (default gsstest/party)\n"
    "  -t        write TAP, as tests do\n"
    "  -v        let the programs write to stderr\n";

struct view {
	struct matrix_setup setup;
	const char *word;
	bool tap;
	unsigned int all, good, skipped;
};

static char *
trim(char *field)
{
	char *end = field + strlen(field);

	while (end > field && strchr(" \t\n", end[-1]) != NULL)
		*--end = '\0';
	return field + strspn(field, " \t");
}

static bool
fields_split(struct matrix_case *one)
{
	char **fields[FIELDS] = {&one->name, &one->initiators, &one->acceptors,
	    &one->both, &one->initiator_own, &one->acceptor_own, &one->expected,
	    &one->text};
	char *at = one->line, *bar;
	size_t i;

	for (i = 0; i < FIELDS; i++) {
		bar = strchr(at, '|');
		if ((bar == NULL) != (i == FIELDS - 1))
			return false;
		if (bar != NULL)
			*bar = '\0';
		*fields[i] = trim(at);
		at = bar != NULL ? bar + 1 : at;
	}
	return true;
}

static bool
line_read(struct matrix_table *table, char *line)
{
	table->line++;
	if (fgets(line, MATRIX_LINE, table->file) == NULL)
		return false;
	if (strchr(line, '\n') != NULL || feof(table->file))
		return true;
	fprintf(stderr, "gsstest-matrix: %s:%u: too long\n", table->name,
	    table->line);
	exit(2);
}

bool
matrix_read(struct matrix_table *table, struct matrix_case *one)
{
	one->shared = table->shared;
	while (line_read(table, one->line)) {
		if (one->line[0] == '*')
			strlcpy(table->shared, trim(one->line + 1),
			    sizeof(table->shared));
		if (strchr("*#", one->line[0]) != NULL ||
		    *trim(one->line) == '\0')
			continue;
		if (fields_split(one))
			return true;
		fprintf(stderr, "gsstest-matrix: %s:%u: not %d fields\n",
		    table->name, table->line, FIELDS);
		exit(2);
	}
	return false;
}

/* For a person. */

static void
heading_show(void)
{
	printf("%-40s %-10s %-10s %-24s %6s %8s %8s  %s\n", "CASE", "INITIATOR",
	    "ACCEPTOR", "NEGOTIATED", "ROUNDS", "MICROSEC", "MESSAGES",
	    "RESULT");
}

static const char *
number_text(long number, char *text, size_t size)
{
	if (number < 0)
		strlcpy(text, "-", size);
	else
		snprintf(text, size, "%ld", number);
	return text;
}

static const char *
result_text(const struct matrix_result *result)
{
	if (result->skipped)
		return "skipped";
	return result->as_expected ? "ok" : "NOT OK";
}

static void
row_show(const struct matrix_case *one, const struct matrix_result *result)
{
	char rounds[24], microseconds[24], messages[24];

	printf("%-40s %-10s %-10s %-24s %6s %8s %8s  %s\n", one->name,
	    one->initiator, one->acceptor, result->negotiated,
	    number_text(result->rounds, rounds, sizeof(rounds)),
	    number_text(
		result->microseconds, microseconds, sizeof(microseconds)),
	    number_text(result->messages, messages, sizeof(messages)),
	    result_text(result));
	if (!result->as_expected)
		printf("    %s\n", result->why);
}

/* For a test. */
static void
row_tap(const struct view *view, const struct matrix_case *one,
    const struct matrix_result *result)
{
	if (result->skipped) {
		printf("ok %u - %s: %s > %s # SKIP %s\n", view->all, one->name,
		    one->initiator, one->acceptor, result->why);
		return;
	}
	printf("%sok %u - %s: %s > %s\n", result->as_expected ? "" : "not ",
	    view->all, one->name, one->initiator, one->acceptor);
	if (!result->as_expected)
		printf("# expected %s %s\n# %s\n", one->expected, one->text,
		    result->why);
}

static void
case_run(struct view *view, const struct matrix_case *one)
{
	struct matrix_result result;

	matrix_run(one, &view->setup, &result);
	view->all++;
	if (result.as_expected)
		view->good++;
	if (result.skipped)
		view->skipped++;
	if (view->tap)
		row_tap(view, one, &result);
	else
		row_show(one, &result);
	fflush(stdout);
}

/* A list's parties, one after the other; list is cut up. */
static const char *
party_next(char **list)
{
	char *party = *list, *comma = strchr(party, ',');

	if (*party == '\0')
		return NULL;
	*list = comma != NULL ? comma + 1 : party + strlen(party);
	if (comma != NULL)
		*comma = '\0';
	return trim(party);
}

/* Each initiator against each acceptor. */
static void
row_run(struct view *view, struct matrix_case *one)
{
	char acceptors[MATRIX_LINE], *initiator_list = one->initiators,
				     *acceptor_list;

	while ((one->initiator = party_next(&initiator_list)) != NULL) {
		strlcpy(acceptors, one->acceptors, sizeof(acceptors));
		acceptor_list = acceptors;
		while ((one->acceptor = party_next(&acceptor_list)) != NULL)
			case_run(view, one);
	}
}

static bool
table_run(struct view *view, const char *file)
{
	struct matrix_table table = {fopen(file, "r"), file, 0, ""};
	struct matrix_case one;

	if (table.file == NULL) {
		fprintf(
		    stderr, "gsstest-matrix: %s: %s\n", file, strerror(errno));
		return false;
	}
	while (matrix_read(&table, &one))
		if (view->word == NULL || strstr(one.name, view->word) != NULL)
			row_run(view, &one);
	fclose(table.file);
	return true;
}

static void
end_show(const struct view *view)
{
	if (view->tap)
		printf("1..%u\n", view->all);
	else if (view->skipped > 0)
		printf("%u of %u cases ok, %u skipped\n", view->good, view->all,
		    view->skipped);
	else
		printf("%u of %u cases ok\n", view->good, view->all);
}

static int
tables_run(struct view *view, char **files)
{
	if (!view->tap)
		heading_show();
	for (; *files != NULL; files++)
		if (!table_run(view, *files))
			return 2;
	end_show(view);
	return view->good + view->skipped == view->all && view->good > 0 ? 0
									 : 1;
}

int
main(int argc, char **argv)
{
	struct view view = {
	    {"build", "gsstest/party", false}, NULL, false, 0, 0, 0};
	int option;

	signal(SIGPIPE, SIG_IGN);
	while ((option = getopt(argc, argv, "b:k:p:tv")) != -1) {
		if (option == 'b')
			view.setup.build = optarg;
		else if (option == 'k')
			view.word = optarg;
		else if (option == 'p')
			view.setup.party = optarg;
		else if (option == 't')
			view.tap = true;
		else if (option == 'v')
			view.setup.loud = true;
		else
			optind = argc;
	}
	if (optind >= argc) {
		fputs(usage_text, stderr);
		return 2;
	}
	return tables_run(&view, argv + optind);
}
