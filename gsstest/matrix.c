/*
 * gsstest-matrix: runs a table of cases, Heimdal against MIT, and shows what
 * came of each as a table for a person, or as TAP for a test.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "compat.h"
#include "matrix.h"

#define FIELDS 8

static const char usage_text[] =
    "usage: gsstest-matrix [-tv] [-b BIN] [-k WORD] TABLE\n"
    "  -b BIN   folder of gsstest and gsstest-mit (default build/bin)\n"
    "  -k WORD  only the cases whose name has WORD in it\n"
    "  -t       write TAP, as tests do\n"
    "  -v       let the programs write to stderr\n";

struct view {
	const char *bin, *word;
	bool tap, loud;
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
	char **fields[FIELDS] = {&one->name, &one->initiator, &one->acceptor,
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

bool
matrix_read(
    FILE *table, const char *file, unsigned int *line, struct matrix_case *one)
{
	while (fgets(one->line, sizeof(one->line), table) != NULL) {
		(*line)++;
		if (one->line[0] == '#' || *trim(one->line) == '\0')
			continue;
		if (fields_split(one))
			return true;
		fprintf(stderr, "gsstest-matrix: %s:%u: not %d fields\n", file,
		    *line, FIELDS);
		exit(2);
	}
	return false;
}

/* For a person. */

static void
heading_show(void)
{
	printf("%-34s %-10s %-10s %-14s %6s %8s %8s  %s\n", "CASE", "INITIATOR",
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

	printf("%-34s %-10s %-10s %-14s %6s %8s %8s  %s\n", one->name,
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

	matrix_run(one, view->bin, view->loud, &result);
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
table_run(struct view *view, const char *file)
{
	FILE *table = fopen(file, "r");
	struct matrix_case one;
	unsigned int line = 0;

	if (table == NULL) {
		fprintf(
		    stderr, "gsstest-matrix: %s: %s\n", file, strerror(errno));
		return 2;
	}
	if (!view->tap)
		heading_show();
	while (matrix_read(table, file, &line, &one))
		if (view->word == NULL || strstr(one.name, view->word) != NULL)
			case_run(view, &one);
	fclose(table);
	end_show(view);
	return view->good + view->skipped == view->all && view->good > 0 ? 0
									 : 1;
}

int
main(int argc, char **argv)
{
	struct view view = {"build/bin", NULL, false, false, 0, 0, 0};
	int option;

	signal(SIGPIPE, SIG_IGN);
	while ((option = getopt(argc, argv, "b:k:tv")) != -1) {
		if (option == 'b')
			view.bin = optarg;
		else if (option == 'k')
			view.word = optarg;
		else if (option == 't')
			view.tap = true;
		else if (option == 'v')
			view.loud = true;
		else
			optind = argc;
	}
	if (optind != argc - 1) {
		fputs(usage_text, stderr);
		return 2;
	}
	return table_run(&view, argv[optind]);
}
