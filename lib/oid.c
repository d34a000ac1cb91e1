/*
 * Object identifiers as text and as octets (X.690, 8.19).
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include "oid.h"
#include "reader.h"
#include "writer.h"

/*
 * An arc, in base 10 or 128, the least significant digit first; zero has none.
 * Those of UUIDs (2.25.N) have 128 bits, and X.690 sets no limit.
 */
struct arc {
	uint8_t
	    digits[3 * GJ_OID_OCTETS]; /* of 7 bits each: 2.2 decimal ones */
	size_t count;
	unsigned int base;
};

/* arc = arc * factor + plus; both are small.  False where it is too long. */
static bool
arc_push(struct arc *arc, unsigned int factor, unsigned int plus)
{
	unsigned int carry = plus;
	size_t i;

	for (i = 0; i < arc->count; i++) {
		carry += arc->digits[i] * factor;
		arc->digits[i] = (uint8_t)(carry % arc->base);
		carry /= arc->base;
	}
	for (; carry > 0; carry /= arc->base) {
		if (arc->count == sizeof(arc->digits))
			return false;
		arc->digits[arc->count++] = (uint8_t)(carry % arc->base);
	}
	return true;
}

/* Its value, or any that is above the limit, which is below 1000. */
static unsigned int
arc_small(const struct arc *arc, unsigned int limit)
{
	unsigned int value = 0;
	size_t i;

	for (i = arc->count; i > 0 && value <= limit; i--)
		value = value * arc->base + arc->digits[i - 1];
	return value;
}

/* One that is not below 80, in base 10. */
static void
arc_less_80(struct arc *arc)
{
	unsigned int digit, borrow = 8;
	size_t i;

	for (i = 1; i < arc->count && borrow > 0; i++) {
		digit = arc->digits[i] + 10 - borrow;
		arc->digits[i] = (uint8_t)(digit % 10);
		borrow = digit < 10 ? 1 : 0;
	}
	while (arc->count > 0 && arc->digits[arc->count - 1] == 0)
		arc->count--;
}

/* --- From text to octets -------------------------------------------------- */

/* One arc in decimal; *text moves behind it and the dot that follows. */
static bool
arc_read(const char **text, struct arc *arc)
{
	const char *at = *text;

	arc->count = 0;
	arc->base = 128;
	if (*at < '0' || *at > '9')
		return false;
	if (at[0] == '0' && at[1] >= '0' && at[1] <= '9')
		return false;
	for (; *at >= '0' && *at <= '9'; at++)
		if (!arc_push(arc, 10, (unsigned int)(*at - '0')))
			return false;
	if (*at == '.' && at[1] != '\0')
		at++;
	else if (*at != '\0')
		return false;
	*text = at;
	return true;
}

/* In base 128, the most significant digit first. */
static void
arc_encode(struct gj_writer *writer, const struct arc *arc)
{
	size_t i;

	for (i = arc->count; i > 1; i--)
		gj_writer_u8(writer, (uint8_t)(0x80 | arc->digits[i - 1]));
	gj_writer_u8(writer, arc->count > 0 ? arc->digits[0] : 0);
}

/* Both are one number. */
static bool
first_arcs_read(const char **text, struct arc *arc)
{
	unsigned int first;

	if (!arc_read(text, arc) || **text == '\0')
		return false;
	first = arc_small(arc, 2);
	if (first > 2 || !arc_read(text, arc))
		return false;
	if (first < 2 && arc_small(arc, 39) > 39)
		return false;
	return arc_push(arc, 1, first * 40);
}

bool
gj_oid_read(const char *text, uint8_t *octets, size_t *size)
{
	struct gj_writer writer;
	struct arc arc;

	*size = 0;
	gj_writer_init(&writer, octets, GJ_OID_OCTETS);
	if (!first_arcs_read(&text, &arc))
		return false;
	arc_encode(&writer, &arc);
	while (*text != '\0' && !writer.failed) {
		if (!arc_read(&text, &arc))
			return false;
		arc_encode(&writer, &arc);
	}
	if (writer.failed)
		return false;
	*size = writer.used;
	return true;
}

/* --- From octets to text -------------------------------------------------- */

static bool
arc_decode(struct gj_reader *reader, struct arc *arc)
{
	uint8_t octet = gj_reader_u8(reader);

	arc->count = 0;
	arc->base = 10;
	if (octet == 0x80)
		return false;
	for (;;) {
		if (reader->failed || !arc_push(arc, 128, octet & 0x7f))
			return false;
		if ((octet & 0x80) == 0)
			return true;
		octet = gj_reader_u8(reader);
	}
}

/* Appends it; how long that is. */
static size_t
arc_text(const struct arc *arc, char *text)
{
	size_t i;

	for (i = 0; i < arc->count; i++)
		text[i] = (char)('0' + arc->digits[arc->count - 1 - i]);
	if (arc->count == 0)
		text[i++] = '0';
	text[i] = '\0';
	return i;
}

static size_t
first_arcs_text(struct arc *arc, char *text)
{
	unsigned int value = arc_small(arc, 79);

	if (value < 80)
		return (size_t)snprintf(
		    text, GJ_OID_TEXT, "%u.%u", value / 40, value % 40);
	arc_less_80(arc);
	text[0] = '2';
	text[1] = '.';
	return 2 + arc_text(arc, text + 2);
}

bool
gj_oid_text(const void *octets, size_t size, char *text)
{
	struct gj_reader reader;
	struct arc arc;
	size_t used;

	text[0] = '\0';
	if (size > GJ_OID_OCTETS)
		return false;
	gj_reader_init(&reader, octets, size);
	if (!arc_decode(&reader, &arc))
		return false;
	used = first_arcs_text(&arc, text);
	while (reader.left > 0) {
		if (!arc_decode(&reader, &arc)) {
			text[0] = '\0';
			return false;
		}
		text[used++] = '.';
		used += arc_text(&arc, text + used);
	}
	return true;
}
