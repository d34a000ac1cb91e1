/*
 * Object identifiers as text and as octets (X.690, 8.19).
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <inttypes.h>
#include <stdio.h>

#include "oid.h"
#include "reader.h"
#include "writer.h"

/* One arc in decimal; *text moves behind it and the dot that follows. */
static bool
arc_read(const char **text, uint64_t *arc)
{
	const char *at = *text;
	uint64_t value = 0;

	if (*at < '0' || *at > '9')
		return false;
	if (at[0] == '0' && at[1] >= '0' && at[1] <= '9')
		return false;
	for (; *at >= '0' && *at <= '9'; at++) {
		uint64_t digit = (uint64_t)(*at - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (*at == '.' && at[1] != '\0')
		at++;
	else if (*at != '\0')
		return false;
	*text = at;
	*arc = value;
	return true;
}

/* An arc in base 128, the most significant digit first. */
static void
arc_encode(struct gj_writer *writer, uint64_t arc)
{
	int shift = 63;

	while (shift > 0 && arc >> shift == 0)
		shift -= 7;
	for (; shift > 0; shift -= 7)
		gj_writer_u8(writer, (uint8_t)(0x80 | (arc >> shift & 0x7f)));
	gj_writer_u8(writer, (uint8_t)(arc & 0x7f));
}

bool
gj_oid_read(const char *text, uint8_t *octets, size_t *size)
{
	struct gj_writer writer;
	uint64_t first, second, arc;

	*size = 0;
	gj_writer_init(&writer, octets, GJ_OID_OCTETS);
	if (!arc_read(&text, &first) || *text == '\0' ||
	    !arc_read(&text, &second))
		return false;
	if (first > 2 || (first < 2 && second > 39) || second > UINT64_MAX - 80)
		return false;
	arc_encode(&writer, first * 40 + second);
	while (*text != '\0') {
		if (!arc_read(&text, &arc))
			return false;
		arc_encode(&writer, arc);
	}
	if (writer.failed)
		return false;
	*size = writer.used;
	return true;
}

static bool
arc_decode(struct gj_reader *reader, uint64_t *arc)
{
	uint64_t value = 0;
	uint8_t octet = gj_reader_u8(reader);

	if (octet == 0x80)
		return false;
	for (;;) {
		if (reader->failed || value > UINT64_MAX >> 7)
			return false;
		value = value << 7 | (octet & 0x7f);
		if ((octet & 0x80) == 0)
			break;
		octet = gj_reader_u8(reader);
	}
	*arc = value;
	return true;
}

static size_t
first_arcs_text(uint64_t arc, char *text, size_t room)
{
	uint64_t first = arc < 80 ? arc / 40 : 2;

	return (size_t)snprintf(
	    text, room, "%" PRIu64 ".%" PRIu64, first, arc - first * 40);
}

bool
gj_oid_text(const void *octets, size_t size, char *text)
{
	struct gj_reader reader;
	uint64_t arc;
	size_t used;

	text[0] = '\0';
	if (size > GJ_OID_OCTETS)
		return false;
	gj_reader_init(&reader, octets, size);
	if (!arc_decode(&reader, &arc))
		return false;
	used = first_arcs_text(arc, text, GJ_OID_TEXT);
	while (reader.left > 0) {
		if (!arc_decode(&reader, &arc)) {
			text[0] = '\0';
			return false;
		}
		used += (size_t)snprintf(
		    text + used, GJ_OID_TEXT - used, ".%" PRIu64, arc);
	}
	return true;
}
