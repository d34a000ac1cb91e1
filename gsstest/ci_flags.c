/*
 * gsstest ci-flags: the cases of a table of the matrix, told as a story.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "built.h"
#include "ci_flags.h"
#include "compat.h"
#include "options.h"
#include "scenario.h"

static const char usage_text[] =
    "usage: gsstest ci-flags [-jv] [--table FILE]\n";

struct wish {
	const char *table; /* NULL for the built one */
	bool json;
	bool loud; /* programs may write to stderr */
};

static const struct built_part parts[] = {
    {"lib/gsstest/party", "make"},
    {"lib/gsstest/ci-flags", "make"},
    {"bin/gsstest", "make"},
};

/* --- What a case shows ---------------------------------------------------- */

/* The two flags of a list, "none" for neither; the list's lack is a "?". */
static const char *
flags_text(const json_t *report, const char *key)
{
	const json_t *list = json_object_get(report, key), *flag;
	static const char *const texts[] = {
	    "none", "conf", "integ", "conf,integ"};
	unsigned int found = 0;
	size_t i;

	if (!json_is_array(list))
		return "?";
	for (i = 0; (flag = json_array_get(list, i)) != NULL; i++) {
		if (strcmp(json_string_value(flag), "conf") == 0)
			found |= 1;
		else if (strcmp(json_string_value(flag), "integ") == 0)
			found |= 2;
	}
	return texts[found];
}

/* What the message was: as it was counted, or else as the level says. */
static const char *
message_text(const json_t *initiated)
{
	const json_t *counts = json_object_get(initiated, "messages");
	const char *level = json_text_of(initiated, "level");

	if (json_number_of(counts, "conf") > 0)
		return "encrypted";
	if (json_number_of(counts, "integ") > 0)
		return "signed";
	if (json_number_of(counts, "clear") > 0)
		return "in clear";
	if (strcmp(level, "encrypt") == 0)
		return "encrypted";
	if (strcmp(level, "sign") == 0)
		return "signed";
	return strcmp(level, "none") == 0 ? "in clear" : "?";
}

static bool
report_is_ok(const json_t *report)
{
	return json_is_true(json_object_get(report, "ok"));
}

/* Why it was refused: the acceptor's error, where that has one. */
static const char *
why_text(const json_t *initiated, const json_t *accepted)
{
	return json_text_of(
	    report_is_ok(accepted) ? initiated : accepted, "error");
}

static const char *
result_text(const json_t *one)
{
	if (json_is_true(json_object_get(one, "skipped")))
		return "skipped";
	return report_is_ok(json_object_get(one, "initiated")) &&
		       report_is_ok(json_object_get(one, "accepted"))
		   ? "accepted"
		   : "refused";
}

static const char *
library_text(const json_t *one, const char *key)
{
	return scenario_library_name(scenario_library(json_text_of(one, key)));
}

static json_t *
row_make(const json_t *one)
{
	const json_t *initiated = json_object_get(one, "initiated");
	const json_t *accepted = json_object_get(one, "accepted");
	bool no_ci = json_is_true(json_object_get(initiated, "no_ci_flags"));

	return json_pack("{s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:s, "
			 "s:s, s:s, s:b, s:s}",
	    "case", json_text_of(one, "scenario"), "initiator",
	    library_text(one, "initiator"), "acceptor",
	    library_text(one, "acceptor"), "no_ci_flags", no_ci, "level",
	    json_text_of(initiated, "level"), "asked",
	    flags_text(initiated, "requested"), "sent",
	    flags_text(accepted, "sent"), "granted",
	    flags_text(accepted, "granted"), "message", message_text(initiated),
	    "flags_mean", json_text_of(accepted, "flags_mean"), "result",
	    result_text(one), "why", why_text(initiated, accepted), "expected",
	    json_is_true(json_object_get(one, "ok")), "not_so",
	    json_text_of(one, "why"));
}

/* --- The table ------------------------------------------------------------ */

/* All columns but the last. */
#define LINE "%-9s %-7s %-10s %-13s %-10s %-10s %-9s %-12s %-10s"

/* Room for the names of some libraries. */
#define ACCEPTORS 64

/* Members that are columns, without the acceptor. */
static const char *const compared[] = {"case", "initiator", "asked", "sent",
    "granted", "message", "flags_mean", "result", "why", "not_so"};

/* The same but for the acceptor's library. */
static bool
rows_are_alike(const json_t *a, const json_t *b)
{
	size_t i;

	for (i = 0; i < sizeof(compared) / sizeof(compared[0]); i++)
		if (strcmp(json_text_of(a, compared[i]),
			json_text_of(b, compared[i])) != 0)
			return false;
	return true;
}

/* The number of this reason among those told, from 1; a new one is added. */
static size_t
reason_number(json_t *reasons, const char *why)
{
	size_t i, count = json_array_size(reasons);

	for (i = 0; i < count; i++)
		if (strcmp(json_string_value(json_array_get(reasons, i)),
			why) == 0)
			return i + 1;
	json_array_append_new(reasons, json_string(why));
	return count + 1;
}

static void
row_print(const json_t *row, const char *acceptors, json_t *reasons)
{
	const char *why = json_text_of(row, "why");
	const char *not_so = json_text_of(row, "not_so");
	bool no_ci = json_is_true(json_object_get(row, "no_ci_flags"));

	printf(LINE " %s", json_text_of(row, "initiator"),
	    json_text_of(row, "level"), json_text_of(row, "asked"),
	    no_ci ? "--no-ci-flags" : "-", json_text_of(row, "sent"),
	    json_text_of(row, "granted"), json_text_of(row, "message"),
	    acceptors, json_text_of(row, "flags_mean"),
	    json_text_of(row, "result"));
	if (why[0] != '\0')
		printf(" (%zu)", reason_number(reasons, why));
	putchar('\n');
	if (not_so[0] != '\0')
		printf("    NOT AS EXPECTED: %s\n", not_so);
}

/*
 * The libraries of the acceptors with which the same came out, from a row on;
 * returns how many rows these are.
 */
static size_t
acceptors_join(const json_t *rows, size_t first, char text[ACCEPTORS])
{
	const json_t *row = json_array_get(rows, first), *next = row;
	size_t used = 0, i = first;

	do {
		used += (size_t)snprintf(text + used, ACCEPTORS - used, "%s%s",
		    i > first ? ", " : "", json_text_of(next, "acceptor"));
		next = json_array_get(rows, ++i);
	} while (next != NULL && used < ACCEPTORS && rows_are_alike(row, next));
	return i - first;
}

static void
table_print(const json_t *rows)
{
	json_t *reasons = json_array();
	char acceptors[ACCEPTORS];
	size_t i, count;

	printf(LINE " %s\n", "INITIATOR", "LEVEL", "ASKED", "WITH", "SENT",
	    "GRANTED", "MESSAGE", "ACCEPTOR", "FLAGS MEAN", "RESULT");
	for (i = 0; i < json_array_size(rows); i += count) {
		count = acceptors_join(rows, i, acceptors);
		row_print(json_array_get(rows, i), acceptors, reasons);
	}
	for (i = 0; i < json_array_size(reasons); i++)
		printf("(%zu) %s\n", i + 1,
		    json_string_value(json_array_get(reasons, i)));
	json_decref(reasons);
}

/* --- The command ---------------------------------------------------------- */

static bool
sum_show(const struct wish *wish, size_t all, size_t expected)
{
	bool good = expected == all && all > 0;
	json_t *json;

	if (wish->json) {
		json = json_pack("{s:s, s:b, s:I, s:I}", "sum", "ci-flags",
		    "ok", good, "cases", (json_int_t)all, "expected",
		    (json_int_t)expected);
		json_show(json);
		json_decref(json);
	} else {
		printf("%zu of %zu cases as expected\n", expected, all);
	}
	return good;
}

/* False where a case is not as the table says, or could not be run. */
static bool
cases_show(const struct wish *wish, const json_t *cases)
{
	json_t *rows = json_array(), *row;
	size_t i, expected = 0;
	bool good;

	for (i = 0; i < json_array_size(cases); i++) {
		row = row_make(json_array_get(cases, i));
		if (json_is_true(json_object_get(row, "expected")))
			expected++;
		if (wish->json)
			json_show(row);
		json_array_append_new(rows, row);
	}
	if (!wish->json)
		table_print(rows);
	good = sum_show(wish, json_array_size(rows), expected);
	json_decref(rows);
	return good;
}

static int
cases_run(const struct wish *wish, const char *program)
{
	static const struct scenario_exceptions exceptions;
	char build[BUILT_PATH], party[BUILT_ROOM], table[BUILT_ROOM];
	struct matrix_setup setup = {build, party, wish->loud};
	char *names[] = {NULL};
	json_t *cases;
	bool good = false;

	if (!built_find(program, "ci-flags", parts,
		sizeof(parts) / sizeof(parts[0]), build))
		return EXIT_FAILED;
	snprintf(party, sizeof(party), "%s/lib/gsstest/party", build);
	snprintf(table, sizeof(table), "%s/lib/gsstest/ci-flags", build);
	cases = scenarios_run(wish->table != NULL ? wish->table : table, &setup,
	    &exceptions, names);
	if (cases != NULL)
		good = cases_show(wish, cases);
	json_decref(cases);
	return good ? EXIT_WORKED : EXIT_FAILED;
}

int
ci_flags_command(int argc, char **argv)
{
	static const struct option long_options[] = {
	    {"table", required_argument, NULL, 'T'},
	    {NULL, 0, NULL, 0},
	};
	static char program[] = "gsstest";
	struct wish wish = {NULL, false, false};
	const char *called = argv[-1];
	bool good = true;
	int option;

	argv[0] = program; /* getopt_long complains in its name */
	while ((option = getopt_long(argc, argv, "jv", long_options, NULL)) !=
	       -1) {
		if (option == 'j')
			wish.json = true;
		else if (option == 'v')
			wish.loud = true;
		else if (option == 'T')
			wish.table = optarg;
		else
			good = false;
	}
	if (!good || optind != argc) {
		fputs(usage_text, stderr);
		return EXIT_USAGE;
	}
	return cases_run(&wish, called);
}
