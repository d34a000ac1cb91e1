/*
 * Members of the objects that a dump is made of.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Each notes in the dump where memory ran out, so that nobody else asks.
 */
#ifndef GSS_DUMP_FIELDS_H
#define GSS_DUMP_FIELDS_H

#include "dump.h"
#include "gssloop_frame.h"
#include "json.h"

/* Both take the value over. */
void fields_set(
    struct dump *dump, json_t *object, const char *key, json_t *value);

void fields_append(struct dump *dump, json_t *array, json_t *element);

void fields_text(
    struct dump *dump, json_t *object, const char *key, const char *text);

/* JSON's integers have 63 bits here: above that it is a real. */
void fields_number(
    struct dump *dump, json_t *object, const char *key, uint64_t number);

/* Octets in hexadecimal. */
void fields_view(struct dump *dump, json_t *object, const char *key,
    const struct gssloop_view *view);

/* A GUID: {"wire": as it is sent, "guid": as Microsoft writes it}. */
void fields_guid(
    struct dump *dump, json_t *object, const char *key, const uint8_t *guid);

/* The values alone; NULL without memory. */
json_t *fields_hex(const uint8_t *octets, size_t size);
json_t *fields_guid_json(struct dump *dump, const uint8_t *guid);

#endif
