/*
 * The few things that we do with Jansson more than once.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * For programs alone: libgssloop needs no Jansson.
 */
#ifndef GJ_JSON_H
#define GJ_JSON_H

#include <jansson.h>

/*
 * A string of octets from a library or a peer: as it is where it is UTF-8,
 * else with what is not printable ASCII replaced.  NULL without memory.
 */
json_t *json_octets(const void *octets, size_t size);

/* A member's text, the JSON's; "" where there is none. */
const char *json_text_of(const json_t *json, const char *key);

/* A member's number, 0 where there is none. */
json_int_t json_number_of(const json_t *json, const char *key);

/* Writes the object and a newline to stdout, at once. */
void json_show(const json_t *json);

#endif
