/*
 * A dump for a person.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "show.h"
#include "text.h"

static void
string_show(const json_t *string)
{
	size_t size = json_string_length(string);
	char *text = malloc(size + 1);

	if (text == NULL)
		return;
	gj_text_clean(json_string_value(string), size, text, size + 1);
	fputs(text, stdout);
	free(text);
}

static void
scalar_show(const json_t *value)
{
	if (json_is_string(value))
		string_show(value);
	else if (json_is_integer(value))
		printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		printf("%.0f", json_real_value(value));
	else
		fputs(json_is_true(value) ? "yes" : "no", stdout);
}

/* What goes on one line: a GUID is its octets and its usual text. */
static bool
line_show(const json_t *value)
{
	if (json_object_get(value, "guid") != NULL) {
		printf(" %s {%s}", json_text_of(value, "wire"),
		    json_text_of(value, "guid"));
		return true;
	}
	if (json_is_array(value) || json_is_object(value))
		return false;
	putchar(' ');
	scalar_show(value);
	return true;
}

static void members_show(const json_t *object, int depth);

static void
elements_show(const json_t *array, int depth)
{
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		const json_t *element = json_array_get(array, i);

		printf("%*s%zu:", 2 * depth, "", i + 1);
		if (!line_show(element)) {
			putchar('\n');
			members_show(element, depth + 1);
			continue;
		}
		putchar('\n');
	}
}

static void
key_show(const char *key, int depth)
{
	printf("%*s", 2 * depth, "");
	for (; *key != '\0'; key++)
		putchar(*key == '_' ? ' ' : *key);
	putchar(':');
}

static void
members_show(const json_t *object, int depth)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		key_show(key, depth);
		if (json_is_array(value) && json_array_size(value) == 0)
			fputs(" none", stdout);
		else if (!line_show(value)) {
			putchar('\n');
			if (json_is_array(value))
				elements_show(value, depth + 1);
			else
				members_show(value, depth + 1);
			continue;
		}
		putchar('\n');
	}
}

void
show_text(const json_t *json)
{
	members_show(json, 0);
}
