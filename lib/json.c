/*
 * The few things that we do with Jansson more than once.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "text.h"

json_t *
json_octets(const void *octets, size_t size)
{
	json_t *json = json_stringn(octets, size);
	char *text;

	if (json != NULL || (text = malloc(size + 1)) == NULL)
		return json;
	gj_text_clean(octets, size, text, size + 1);
	json = json_string(text);
	free(text);
	return json;
}

const char *
json_text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text != NULL ? text : "";
}

json_int_t
json_number_of(const json_t *json, const char *key)
{
	return json_integer_value(json_object_get(json, key));
}

void
json_show(const json_t *json)
{
	json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	fflush(stdout);
}
