/*
 * Tables of cases: their lines, and the cases of a row.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "compat.h"
#include "matrix.h"

#define FIELDS 8

static char *
trim(char *field)
{
	char *end = field + strlen(field);

	while (end > field && strchr(" \t\n", end[-1]) != NULL)
		*--end = '\0';
	return field + strspn(field, " \t");
}

bool
matrix_fields(char *line, char **fields[], size_t count)
{
	char *at = line, *bar;
	size_t i;

	for (i = 0; i < count; i++) {
		bar = strchr(at, '|');
		if ((bar == NULL) != (i == count - 1))
			return false;
		if (bar != NULL)
			*bar = '\0';
		*fields[i] = trim(at);
		at = bar != NULL ? bar + 1 : at;
	}
	return true;
}

static bool
row_split(struct matrix_case *one)
{
	char **fields[FIELDS] = {&one->name, &one->initiators, &one->acceptors,
	    &one->both, &one->initiator_own, &one->acceptor_own, &one->expected,
	    &one->text};

	return matrix_fields(one->line, fields, FIELDS);
}

static bool
line_read(struct matrix_table *table, char *line)
{
	table->line++;
	if (fgets(line, MATRIX_LINE, table->file) == NULL)
		return false;
	if (strchr(line, '\n') != NULL || feof(table->file))
		return true;
	fprintf(stderr, "%s:%u: too long\n", table->name, table->line);
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
		if (strchr("*#!", one->line[0]) != NULL ||
		    *trim(one->line) == '\0')
			continue;
		if (row_split(one))
			return true;
		fprintf(stderr, "%s:%u: not %d fields\n", table->name,
		    table->line, FIELDS);
		exit(2);
	}
	return false;
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

void
matrix_each(struct matrix_case *one,
    void (*each)(void *argument, const struct matrix_case *one), void *argument)
{
	char acceptors[MATRIX_LINE], *initiator_list = one->initiators,
				     *acceptor_list;

	while ((one->initiator = party_next(&initiator_list)) != NULL) {
		strlcpy(acceptors, one->acceptors, sizeof(acceptors));
		acceptor_list = acceptors;
		while ((one->acceptor = party_next(&acceptor_list)) != NULL)
			each(argument, one);
	}
}
