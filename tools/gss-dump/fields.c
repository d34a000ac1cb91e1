/*
 * Members of the objects that a dump is made of.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>

#include "fields.h"
#include "hex.h"
#include "wire_negoex.h"

/* Eight octets of hexadecimal groups, four hyphens, NUL. */
#define GUID_TEXT 37

void
fields_set(struct dump *dump, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		dump->lost = true;
}

void
fields_append(struct dump *dump, json_t *array, json_t *element)
{
	if (json_array_append_new(array, element) != 0)
		dump->lost = true;
}

void
fields_text(
    struct dump *dump, json_t *object, const char *key, const char *text)
{
	fields_set(dump, object, key, json_string(text));
}

void
fields_number(
    struct dump *dump, json_t *object, const char *key, uint64_t number)
{
	fields_set(dump, object, key,
	    number <= INT64_MAX ? json_integer((json_int_t)number)
				: json_real((double)number));
}

json_t *
fields_hex(const uint8_t *octets, size_t size)
{
	char *text = malloc(GJ_HEX_ROOM(size));
	json_t *json;

	if (text == NULL)
		return NULL;
	gj_hex_text(octets, size, text);
	json = json_string(text);
	free(text);
	return json;
}

void
fields_view(struct dump *dump, json_t *object, const char *key,
    const struct gssloop_view *view)
{
	fields_set(dump, object, key, fields_hex(view->data, view->size));
}

/* Three numbers little endian, the rest as it comes. */
static void
guid_text(const uint8_t *guid, char *text)
{
	static const unsigned int order[GJ_NEGOEX_GUID] = {
	    3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	size_t i;

	for (i = 0; i < GJ_NEGOEX_GUID; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*text++ = '-';
		gj_hex_text(guid + order[i], 1, text);
		text += 2;
	}
}

json_t *
fields_guid_json(struct dump *dump, const uint8_t *guid)
{
	json_t *object = json_object();
	char text[GUID_TEXT];

	guid_text(guid, text);
	fields_set(dump, object, "wire", fields_hex(guid, GJ_NEGOEX_GUID));
	fields_text(dump, object, "guid", text);
	return object;
}

void
fields_guid(
    struct dump *dump, json_t *object, const char *key, const uint8_t *guid)
{
	fields_set(dump, object, key, fields_guid_json(dump, guid));
}
