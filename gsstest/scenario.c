/*
 * Scenarios: what a row of the table shows.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <string.h>

#include "compat.h"
#include "scenario.h"

static bool
exception_read(struct scenario_exception *exception)
{
	char **fields[] = {&exception->branch, &exception->role,
	    &exception->library, &exception->scenario, &exception->why};

	return matrix_fields(
	    exception->line + 1, fields, sizeof(fields) / sizeof(fields[0]));
}

bool
scenario_exceptions_read(
    const char *table, struct scenario_exceptions *exceptions)
{
	FILE *file = fopen(table, "r");
	struct scenario_exception *next = exceptions->all;
	bool good = file != NULL;

	exceptions->count = 0;
	if (file == NULL)
		fprintf(stderr, "gsstest: %s: %s\n", table, strerror(errno));
	while (good && fgets(next->line, MATRIX_LINE, file) != NULL) {
		if (next->line[0] != '!')
			continue;
		good = exception_read(next) &&
		       ++exceptions->count < SCENARIO_EXCEPTIONS;
		if (!good)
			fprintf(stderr, "gsstest: %s: \"!\": no such line\n",
			    table);
		next++;
	}
	if (file != NULL)
		fclose(file);
	return good;
}

static const struct {
	const char *begins;
	bool initiator, acceptor;
} words[] = {
    {"init:", true, false},
    {"accept:", false, true},
    {"init.steps=", true, false},
    {"accept.steps=", false, true},
    {"steps=", true, true},
};

/* The branch that a word names, and of whom; NULL where it names none. */
static const char *
word_branch(const char *word, bool *initiator, bool *acceptor)
{
	size_t i, length;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		length = strlen(words[i].begins);
		if (strncmp(word, words[i].begins, length) == 0) {
			*initiator = words[i].initiator;
			*acceptor = words[i].acceptor;
			return word + length;
		}
	}
	return NULL;
}

void
scenario_each(const char *expected,
    void (*each)(void *argument, enum gssloop_role role, size_t branch),
    void *argument)
{
	char copy[MATRIX_LINE], *rest = NULL, *word;
	bool initiator, acceptor;
	const char *name;
	size_t branch;

	strlcpy(copy, expected, sizeof(copy));
	for (word = strtok_r(copy, " \t", &rest); word != NULL;
	     word = strtok_r(NULL, " \t", &rest)) {
		name = word_branch(word, &initiator, &acceptor);
		if (name == NULL)
			continue;
		branch = branches_find(name, strlen(name));
		if (branches_at(branch) == NULL)
			continue;
		if (initiator)
			each(argument, GSSLOOP_INITIATOR, branch);
		if (acceptor)
			each(argument, GSSLOOP_ACCEPTOR, branch);
	}
}

bool
scenario_is_of_both(const char *expected)
{
	char copy[MATRIX_LINE], *rest = NULL, *word;
	bool initiator = false, acceptor = false, both;

	strlcpy(copy, expected, sizeof(copy));
	for (word = strtok_r(copy, " \t", &rest); word != NULL;
	     word = strtok_r(NULL, " \t", &rest)) {
		both = strcmp(word, "ok") == 0 || strcmp(word, "fail") == 0 ||
		       strncmp(word, "steps=", 6) == 0;
		initiator = initiator || both || strncmp(word, "init", 4) == 0;
		acceptor = acceptor || both || strncmp(word, "accept", 6) == 0;
	}
	return initiator && acceptor;
}

enum scenario_library
scenario_library(const char *party)
{
	if (matrix_is_foreign(party))
		return SCENARIO_LIBRARIES;
	return strcmp(party, "mit") == 0 ? SCENARIO_MIT : SCENARIO_HEIMDAL;
}

const char *
scenario_library_name(enum scenario_library library)
{
	static const char *const names[] = {
	    [SCENARIO_HEIMDAL] = "Heimdal",
	    [SCENARIO_MIT] = "MIT",
	    [SCENARIO_LIBRARIES] = "other",
	};

	return names[library];
}
