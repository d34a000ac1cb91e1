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
case_run(void *argument, const struct matrix_case *one)
{
	struct view *view = argument;
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
	matrix_release(&result);
	fflush(stdout);
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
			matrix_each(&one, case_run, view);
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
