/*
 * The command line of one side of a case.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "compat.h"
#include "matrix.h"

static void
full(const char *what)
{
	fprintf(stderr, "gsstest-matrix: too many %s in a row\n", what);
	exit(2);
}

void
matrix_command_add(struct matrix_command *command, const char *word)
{
	if (command->argc == MATRIX_WORDS)
		full("words");
	command->argv[command->argc++] = (char *)word;
}

/* NAME=VALUE, where a $VALUE is looked up in our own environment. */
static void
variable_add(struct matrix_command *command, const char *word)
{
	const char *value = strchr(word, '=') + 1;
	int name = (int)(value - word);
	char *text = command->values + command->value_used;
	size_t room = sizeof(command->values) - command->value_used;
	int size;

	if (value[0] == '$')
		value = getenv(value + 1);
	size = snprintf(
	    text, room, "%.*s%s", name, word, value != NULL ? value : "");
	if (size < 0 || (size_t)size >= room ||
	    command->variables == MATRIX_WORDS)
		full("variables");
	command->value_used += (size_t)size + 1;
	command->environment[command->variables++] = text;
}

/* Capitals, digits and underlines before a "=". */
static bool
word_is_variable(const char *word)
{
	size_t length = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return length > 0 && word[length] == '=';
}

/* The words of a field, from a copy of it. */
static void
field_add(struct matrix_command *command, size_t copy, const char *field)
{
	char *rest = NULL, *word;

	strlcpy(command->words[copy], field, MATRIX_LINE);
	for (word = strtok_r(command->words[copy], " \t", &rest); word != NULL;
	     word = strtok_r(NULL, " \t", &rest)) {
		if (word_is_variable(word))
			variable_add(command, word);
		else
			matrix_command_add(command, word);
	}
}

bool
matrix_is_foreign(const char *party)
{
	return strncmp(party, "gss-", 4) == 0;
}

void
matrix_command(struct matrix_command *command, const struct matrix_case *one,
    const struct matrix_setup *setup, const char *party, const char *subcommand,
    const char *own)
{
	memset(command, 0, sizeof(*command));
	matrix_command_add(command, setup->party);
	matrix_command_add(command, setup->build);
	matrix_command_add(command, party);
	if (!matrix_is_foreign(party)) {
		matrix_command_add(command, subcommand);
		matrix_command_add(command, "-j");
		field_add(command, 0, one->shared);
		field_add(command, 1, one->both);
	}
	field_add(command, 2, own);
}
