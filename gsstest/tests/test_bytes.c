/*
 * Tests of what handles single octets and short texts: reader, writer, hex,
 * OIDs, the queue, deadlines and flag names.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "deadline.h"
#include "failing_malloc.h"
#include "flags.h"
#include "gss.h"
#include "hex.h"
#include "oid.h"
#include "reader.h"
#include "writer.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Reader */

enum read_call {
	READ_U8,
	READ_U32BE,
	READ_VIEW
};

static const struct read_row {
	const char *name;
	enum read_call call;
	size_t ask; /* of READ_VIEW */
	const char *octets;
	size_t size;
	uint32_t value; /* of a view: its first octet */
	size_t left;
	bool failed;
} read_rows[] = {
    {"u8 good", READ_U8, 0, "\xfe", 1, 0xfe, 0, false},
    {"u8 cut", READ_U8, 0, "", 0, 0, 0, true},
    {"u8 greatest", READ_U8, 0, "\xff", 1, 0xff, 0, false},
    {"u8 left over", READ_U8, 0, "\x01\x02", 2, 1, 1, false},
    {"u32be good", READ_U32BE, 0, "\x01\x02\x03\x04", 4, 0x01020304, 0, false},
    {"u32be cut", READ_U32BE, 0, "\x01\x02\x03", 3, 0, 3, true},
    {"u32be of nothing", READ_U32BE, 0, "", 0, 0, 0, true},
    {"u32be greatest", READ_U32BE, 0, "\xff\xff\xff\xff", 4, UINT32_MAX, 0,
	false},
    {"u32be left over", READ_U32BE, 0, "\x80\0\0\x01\x05", 5, 0x80000001, 1,
	false},
    {"view good", READ_VIEW, 3, "\x09\x02\x03", 3, 9, 0, false},
    {"view cut", READ_VIEW, 3, "\x09\x02", 2, 0, 2, true},
    {"view too large", READ_VIEW, SIZE_MAX, "\x09\x02", 2, 0, 2, true},
    {"view left over", READ_VIEW, 1, "\x09\x02\x03", 3, 9, 2, false},
};

static uint32_t
read_call(struct gj_reader *reader, const struct read_row *row)
{
	const uint8_t *view;

	if (row->call == READ_U8)
		return gj_reader_u8(reader);
	if (row->call == READ_U32BE)
		return gj_reader_u32be(reader);
	view = gj_reader_view(reader, row->ask);
	ck_assert_int_eq(view == NULL, row->failed);
	return view != NULL ? *view : 0;
}

START_TEST(reader_reads)
{
	const struct read_row *row = &read_rows[_i];
	uint8_t *octets = suite_exact(row->octets, row->size);
	struct gj_reader reader;

	gj_reader_init(&reader, octets, row->size);
	ck_assert_msg(
	    read_call(&reader, row) == row->value, "%s: value", row->name);
	ck_assert_msg(reader.failed == row->failed, "%s: failed", row->name);
	ck_assert_msg(reader.left == row->left, "%s: left", row->name);
	ck_assert_msg(
	    gj_reader_ended(&reader) == (!row->failed && row->left == 0),
	    "%s: ended", row->name);
	free(octets);
}
END_TEST

START_TEST(reader_error_is_sticky)
{
	uint8_t *octets = suite_exact("\x01\x02\x03", 3);
	struct gj_reader reader;

	gj_reader_init(&reader, octets, 3);
	ck_assert_uint_eq(gj_reader_u8(&reader), 1);
	ck_assert_uint_eq(gj_reader_u32be(&reader), 0);
	ck_assert(reader.failed);
	ck_assert_uint_eq(gj_reader_u8(&reader), 0);
	ck_assert_ptr_null(gj_reader_view(&reader, 0));
	ck_assert_ptr_null(gj_reader_view(&reader, 2));
	ck_assert_uint_eq(gj_reader_u32be(&reader), 0);
	ck_assert_ptr_eq(reader.at, octets + 1);
	ck_assert_uint_eq(reader.left, 2);
	ck_assert(!gj_reader_ended(&reader));
	free(octets);
}
END_TEST

START_TEST(reader_little_endian)
{
	uint8_t *octets = suite_exact("\1\x82\3\4\5\x86\7\x08\x09\x0a"
				      "\x0b\x0c\x0d\x8e\x0f",
	    15);
	struct gj_reader reader;

	gj_reader_init(&reader, octets, 15);
	ck_assert_uint_eq(gj_reader_u16le(&reader), 0x8201);
	ck_assert_uint_eq(gj_reader_u32le(&reader), 0x86050403);
	ck_assert(gj_reader_u64le(&reader) == UINT64_C(0x8e0d0c0b0a090807));
	ck_assert_uint_eq(gj_reader_u16le(&reader), 0);
	ck_assert(reader.failed && reader.left == 1);
	gj_reader_init(&reader, octets, 3);
	ck_assert_uint_eq(gj_reader_u32le(&reader), 0);
	ck_assert(reader.failed && reader.left == 3);
	gj_reader_init(&reader, octets, 7);
	ck_assert(gj_reader_u64le(&reader) == 0 && reader.failed);
	free(octets);
}
END_TEST

/* A slice lies in what is left, moves nothing, and fails for good. */
START_TEST(reader_slices)
{
	uint8_t *octets = suite_exact("abcdef", 6);
	struct gj_reader reader;

	gj_reader_init(&reader, octets, 6);
	gj_reader_u8(&reader);
	ck_assert_ptr_eq(gj_reader_slice(&reader, 0, 5), octets + 1);
	ck_assert_ptr_eq(gj_reader_slice(&reader, 2, 3), octets + 3);
	ck_assert_ptr_eq(gj_reader_slice(&reader, 5, 0), octets + 6);
	ck_assert(!reader.failed && reader.left == 5);
	ck_assert_ptr_null(gj_reader_slice(&reader, 3, 3));
	ck_assert(reader.failed && reader.left == 5);
	ck_assert_ptr_null(gj_reader_slice(&reader, 0, 1));
	gj_reader_init(&reader, octets, 6);
	ck_assert_ptr_null(gj_reader_slice(&reader, 7, 0));
	gj_reader_init(&reader, octets, 6);
	ck_assert_ptr_null(gj_reader_slice(&reader, SIZE_MAX, 7));
	gj_reader_init(&reader, octets, 6);
	ck_assert_ptr_null(gj_reader_slice(&reader, 6, SIZE_MAX));
	free(octets);
}
END_TEST

START_TEST(reader_of_nothing)
{
	struct gj_reader reader;

	gj_reader_init(&reader, NULL, 0);
	ck_assert(gj_reader_ended(&reader));
	ck_assert_ptr_nonnull(gj_reader_view(&reader, 0));
	ck_assert(gj_reader_ended(&reader));
	ck_assert_ptr_null(gj_reader_view(&reader, 1));
	ck_assert(reader.failed);
}
END_TEST

START_TEST(reader_view_points_into_the_octets)
{
	static const uint8_t octets[] = {1, 2, 3, 4, 5};
	struct gj_reader reader;

	gj_reader_init(&reader, octets, sizeof(octets));
	gj_reader_u8(&reader);
	ck_assert_ptr_eq(gj_reader_view(&reader, 3), octets + 1);
	ck_assert_ptr_eq(gj_reader_view(&reader, 0), octets + 4);
	ck_assert_uint_eq(gj_reader_u8(&reader), 5);
	ck_assert(gj_reader_ended(&reader));
}
END_TEST

/* Writer */

enum write_call {
	WRITE_U8,
	WRITE_U32BE,
	WRITE_OCTETS
};

static const struct write_row {
	const char *name;
	enum write_call call;
	size_t room;
	const char *octets; /* what is written where it fits */
	size_t size;
	bool failed;
} write_rows[] = {
    {"u8 good", WRITE_U8, 1, "\xab", 1, false},
    {"u8 cut", WRITE_U8, 0, "", 0, true},
    {"u8 left over", WRITE_U8, 2, "\xab", 1, false},
    {"u32be good", WRITE_U32BE, 4, "\x89\xab\xcd\xef", 4, false},
    {"u32be cut", WRITE_U32BE, 3, "", 0, true},
    {"u32be left over", WRITE_U32BE, 5, "\x89\xab\xcd\xef", 4, false},
    {"octets good", WRITE_OCTETS, 3, "abc", 3, false},
    {"octets cut", WRITE_OCTETS, 2, "", 0, true},
    {"octets left over", WRITE_OCTETS, 9, "abc", 3, false},
};

static void
write_call(struct gj_writer *writer, enum write_call call)
{
	if (call == WRITE_U8)
		gj_writer_u8(writer, 0xab);
	else if (call == WRITE_U32BE)
		gj_writer_u32be(writer, 0x89abcdef);
	else
		gj_writer_octets(writer, "abc", 3);
}

START_TEST(writer_writes)
{
	const struct write_row *row = &write_rows[_i];
	uint8_t *memory = malloc(row->room);
	struct gj_writer writer;

	gj_writer_init(&writer, memory, row->room);
	write_call(&writer, row->call);
	ck_assert_msg(writer.failed == row->failed, "%s: failed", row->name);
	ck_assert_msg(writer.used == row->size, "%s: used", row->name);
	ck_assert_msg(memcmp(memory, row->octets, row->size) == 0, "%s: octets",
	    row->name);
	free(memory);
}
END_TEST

START_TEST(writer_little_endian)
{
	uint8_t octets[14];
	struct gj_writer writer;

	gj_writer_init(&writer, octets, sizeof(octets));
	gj_writer_u16le(&writer, 0x8201);
	gj_writer_u32le(&writer, 0x86050403);
	gj_writer_u64le(&writer, UINT64_C(0x8e0d0c0b0a090807));
	ck_assert(!writer.failed && writer.used == sizeof(octets));
	ck_assert_mem_eq(octets,
	    "\1\x82\3\4\5\x86\7\x08\x09\x0a\x0b\x0c\x0d\x8e", sizeof(octets));
	gj_writer_init(&writer, octets, 7);
	gj_writer_u64le(&writer, 0);
	ck_assert(writer.failed && writer.used == 0);
}
END_TEST

START_TEST(writer_error_is_sticky)
{
	uint8_t memory[8] = {0};
	static const uint8_t expected[8] = {7};
	struct gj_writer writer;

	gj_writer_init(&writer, memory, 4);
	gj_writer_u8(&writer, 7);
	gj_writer_u32be(&writer, UINT32_MAX);
	ck_assert(writer.failed);
	gj_writer_u8(&writer, 8);
	gj_writer_octets(&writer, "x", 1);
	ck_assert(writer.failed);
	ck_assert_uint_eq(writer.used, 1);
	ck_assert_mem_eq(memory, expected, sizeof(memory));
}
END_TEST

START_TEST(writer_bounds)
{
	uint8_t memory[2];
	struct gj_writer writer;

	gj_writer_init(&writer, NULL, 0);
	gj_writer_octets(&writer, NULL, 0);
	ck_assert(!writer.failed);
	gj_writer_init(&writer, memory, sizeof(memory));
	gj_writer_u8(&writer, 1);
	gj_writer_octets(&writer, "x", SIZE_MAX);
	ck_assert(writer.failed);
	ck_assert_uint_eq(writer.used, 1);
}
END_TEST

/* Hexadecimal */

static const struct hex_row {
	const char *octets;
	size_t size;
	const char *text;
} hex_rows[] = {
    {"", 0, ""},
    {"\0", 1, "00"},
    {"\xff", 1, "ff"},
    {"\x0f\xf0", 2, "0ff0"},
    {"\x01\x23\x45\x67\x89\xab\xcd\xef", 8, "0123456789abcdef"},
};

START_TEST(hex_texts)
{
	const struct hex_row *row = &hex_rows[_i];
	char *text = malloc(GJ_HEX_ROOM(row->size));

	gj_hex_text(row->octets, row->size, text);
	ck_assert_str_eq(text, row->text);
	free(text);
}
END_TEST

/* OIDs */

static const struct oid_row {
	const char *name, *text, *octets;
	size_t size;
} oid_rows[] = {
    {"krb5", "1.2.840.113554.1.2.2", "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02", 9},
    {"spnego", "1.3.6.1.5.5.2", "\x2b\x06\x01\x05\x05\x02", 6},
    {"negoex", "1.3.6.1.4.1.311.2.2.30",
	"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e", 10},
    {"ntlmssp", "1.3.6.1.4.1.311.2.2.10",
	"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a", 10},
    {"Microsoft's krb5", "1.2.840.48018.1.2.2",
	"\x2a\x86\x48\x82\xf7\x12\x01\x02\x02", 9},
    {"iakerb", "1.3.6.1.5.2.5", "\x2b\x06\x01\x05\x02\x05", 6},
    {"scram-sha-1", "1.3.6.1.5.5.14", "\x2b\x06\x01\x05\x05\x0e", 6},
    {"two arcs", "1.2", "\x2a", 1},
    {"least", "0.0", "\0", 1},
    {"greatest below arc 0", "0.39", "\x27", 1},
    {"greatest below arc 1", "1.39", "\x4f", 1},
    {"least below arc 2", "2.0", "\x50", 1},
    {"arc 2 in one octet", "2.47", "\x7f", 1},
    {"arc 2 in two octets", "2.48", "\x81\0", 2},
    {"X.690's example", "2.999.3", "\x88\x37\x03", 3},
    {"one octet's greatest", "1.2.127", "\x2a\x7f", 2},
    {"two octets' least", "1.2.128", "\x2a\x81\0", 3},
    {"zero arc", "1.2.0.0", "\x2a\0\0", 3},
    {"2^32", "1.2.4294967296", "\x2a\x90\x80\x80\x80\0", 6},
    {"2^63", "1.2.9223372036854775808",
	"\x2a\x81\x80\x80\x80\x80\x80\x80\x80\x80\0", 11},
    {"2^64 - 1", "1.2.18446744073709551615",
	"\x2a\x81\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 11},
    {"second arc and 80 below 2^64", "2.18446744073709551535",
	"\x81\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10},
    {"second arc and 80 of 2^64", "2.18446744073709551536",
	"\x82\x80\x80\x80\x80\x80\x80\x80\x80\0", 10},
    {"2^64", "1.2.18446744073709551616",
	"\x2a\x82\x80\x80\x80\x80\x80\x80\x80\x80\0", 11},
    {"X.667's UUID", "2.25.329800735698586629295641978511506172918",
	"\x69\x83\xf0\x9d\xa7\xeb\xcf\xde\xe0\xc7\xa1\xa7\xb2\xc0\x94\x8c"
	"\xc8\xf9\xd7\x76",
	20},
    {"greatest UUID", "2.25.340282366920938463463374607431768211455",
	"\x69\x83\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	"\xff\xff\xff\x7f",
	20},
    {"borrowing for arc 2", "2.20", "\x64", 1},
    {"borrowing on and on", "2.99920", "\x86\x8d\x20", 3},
};

START_TEST(oid_both_ways)
{
	const struct oid_row *row = &oid_rows[_i];
	uint8_t *given = suite_exact(row->octets, row->size);
	uint8_t octets[GJ_OID_OCTETS];
	char text[GJ_OID_TEXT];
	size_t size = 0;

	ck_assert_msg(gj_oid_read(row->text, octets, &size), "%s", row->name);
	ck_assert_msg(size == row->size, "%s: %zu octets", row->name, size);
	ck_assert_mem_eq(octets, row->octets, row->size);
	ck_assert_msg(gj_oid_text(given, row->size, text), "%s", row->name);
	ck_assert_str_eq(text, row->text);
	free(given);
}
END_TEST

START_TEST(oid_of_the_mechanisms)
{
	static const gss_OID mechs[] = {&gj_mech_krb5, &gj_mech_spnego};
	char text[GJ_OID_TEXT];
	size_t i;

	for (i = 0; i < COUNT(mechs); i++) {
		ck_assert(
		    gj_oid_text(mechs[i]->elements, mechs[i]->length, text));
		ck_assert_str_eq(text, oid_rows[i].text);
	}
}
END_TEST

static const char *const oid_no_texts[] = {
    /* fewer than two arcs */
    "",
    "1",
    "1.",
    "0",
    /* a first arc above 2 */
    "3.1",
    "10.1",
    "18446744073709551615.1",
    "18446744073709551616.1",
    "18446744073709551618.1",
    /* a second above 39 below an arc 0 or 1 */
    "0.40",
    "1.40",
    "1.18446744073709551615",
    /* an arc with a leading zero */
    "01.2",
    "1.02",
    "1.2.00",
    "1.2.01",
    /* not dotted text */
    ".1.2",
    "1..2",
    "1.2.",
    "1.2..",
    " 1.2",
    "1.2 ",
    "1,2",
    "1.2.x",
    "1.2x",
    "1.-2",
    "+1.2",
    "1.2.0x10",
    "{ 1 2 840 }",
    "krb5",
};

START_TEST(oid_refuses_text)
{
	uint8_t octets[GJ_OID_OCTETS];
	size_t size = 99;

	ck_assert_msg(!gj_oid_read(oid_no_texts[_i], octets, &size), "\"%s\"",
	    oid_no_texts[_i]);
	ck_assert_msg(size == 0, "\"%s\": size", oid_no_texts[_i]);
}
END_TEST

static const struct oid_no_octets {
	const char *name, *octets;
	size_t size;
} oid_no_octets[] = {
    {"empty", "", 0},
    {"cut in the first arc", "\x81", 1},
    {"cut in an arc", "\x2a\x86", 2},
    {"cut in a long arc", "\x2a\x86\xf7\x80", 4},
    {"first arc begins with 0x80", "\x80\x01", 2},
    {"an arc begins with 0x80", "\x2a\x80\x01", 3},
    {"an arc is 0x80", "\x2a\x80", 2},
};

START_TEST(oid_refuses_octets)
{
	const struct oid_no_octets *row = &oid_no_octets[_i];
	uint8_t *octets = suite_exact(row->octets, row->size);
	char text[GJ_OID_TEXT] = "x";

	ck_assert_msg(!gj_oid_text(octets, row->size, text), "%s", row->name);
	ck_assert_str_eq(text, "");
	free(octets);
}
END_TEST

/* The text of count octets 0x7f: every octet one arc of three digits. */
static void
long_text(size_t count, char *text)
{
	strcpy(text, "2.47");
	while (--count > 0)
		strcat(text, ".127");
}

START_TEST(oid_longest)
{
	char given[GJ_OID_TEXT + 8], *text = malloc(GJ_OID_TEXT);
	uint8_t *octets = malloc(GJ_OID_OCTETS);
	uint8_t one_more[GJ_OID_OCTETS + 1];
	size_t size;

	long_text(GJ_OID_OCTETS, given);
	memset(one_more, 0x7f, sizeof(one_more));
	ck_assert(gj_oid_read(given, octets, &size));
	ck_assert_uint_eq(size, GJ_OID_OCTETS);
	ck_assert_mem_eq(octets, one_more, GJ_OID_OCTETS);
	ck_assert(gj_oid_text(octets, size, text));
	ck_assert_str_eq(text, given);
	long_text(GJ_OID_OCTETS + 1, given);
	ck_assert(!gj_oid_read(given, octets, &size));
	ck_assert_uint_eq(size, 0);
	ck_assert(!gj_oid_text(one_more, sizeof(one_more), text));
	ck_assert_str_eq(text, "");
	free(text);
	free(octets);
}
END_TEST

/* Queue */

/* The octet at a place of an endless stream that repeats itself late. */
static uint8_t
stream_octet(size_t place)
{
	return (uint8_t)(place * 31 + place / 251);
}

struct queue {
	struct gj_buffer buffer;
	size_t put, taken; /* places in the stream */
};

static void
queue_put(struct queue *queue, size_t size)
{
	uint8_t *room = gj_buffer_reserve(&queue->buffer, size);
	size_t i;

	ck_assert_ptr_nonnull(room);
	for (i = 0; i < size; i++)
		room[i] = stream_octet(queue->put + i);
	gj_buffer_commit(&queue->buffer, size);
	queue->put += size;
}

static void
queue_check(const struct queue *queue)
{
	const uint8_t *data = gj_buffer_data(&queue->buffer);
	size_t i, size = gj_buffer_size(&queue->buffer);

	ck_assert_uint_eq(size, queue->put - queue->taken);
	for (i = 0; i < size; i++)
		if (data[i] != stream_octet(queue->taken + i))
			ck_abort_msg("octet %zu of %zu", i, size);
}

static void
queue_take(struct queue *queue, size_t size)
{
	gj_buffer_consume(&queue->buffer, size);
	queue->taken += size;
}

START_TEST(buffer_keeps_the_order)
{
	struct queue queue = {0};
	size_t i, size;

	for (i = 0; i < 3000; i++) {
		queue_put(&queue, 1 + i * 7919 % 97);
		queue_check(&queue);
		size = gj_buffer_size(&queue.buffer);
		queue_take(&queue, size * (i % 13) / 12);
		queue_check(&queue);
	}
	gj_buffer_free(&queue.buffer);
}
END_TEST

START_TEST(buffer_moves_before_it_grows)
{
	struct queue queue = {0};
	size_t i, room;

	queue_put(&queue, 64);
	room = queue.buffer.room;
	queue_take(&queue, 24);
	for (i = 0; i < 1000; i++) {
		queue_put(&queue, room - 40);
		queue_check(&queue);
		queue_take(&queue, room - 40);
	}
	ck_assert_uint_eq(queue.buffer.room, room);
	gj_buffer_free(&queue.buffer);
}
END_TEST

START_TEST(buffer_grows_by_doubling)
{
	struct queue queue = {0};
	size_t i, moves = 0, room = 0;

	for (i = 0; i < 100000; i++) {
		queue_put(&queue, 1);
		moves += queue.buffer.room != room;
		room = queue.buffer.room;
	}
	queue_check(&queue);
	ck_assert_uint_le(moves, 20);
	ck_assert_uint_le(room, 2 * 100000);
	gj_buffer_free(&queue.buffer);
}
END_TEST

START_TEST(buffer_fills_its_room)
{
	struct gj_buffer buffer = {0};
	uint8_t *room = gj_buffer_reserve(&buffer, 10);

	ck_assert_ptr_nonnull(room);
	ck_assert_uint_eq(gj_buffer_size(&buffer), 0);
	memset(room, 'x', 10);
	gj_buffer_commit(&buffer, 4);
	ck_assert_uint_eq(gj_buffer_size(&buffer), 4);
	ck_assert_mem_eq(gj_buffer_data(&buffer), "xxxx", 4);
	gj_buffer_consume(&buffer, 0);
	ck_assert_uint_eq(gj_buffer_size(&buffer), 4);
	gj_buffer_consume(&buffer, 4);
	ck_assert_uint_eq(gj_buffer_size(&buffer), 0);
	ck_assert_uint_eq(buffer.end, 0);
	gj_buffer_free(&buffer);
}
END_TEST

START_TEST(buffer_that_is_empty)
{
	struct gj_buffer buffer = {0};

	ck_assert_uint_eq(gj_buffer_size(&buffer), 0);
	gj_buffer_data(&buffer);
	gj_buffer_consume(&buffer, 0);
	gj_buffer_free(&buffer);
	gj_buffer_free(&buffer);
	ck_assert_ptr_null(buffer.memory);
}
END_TEST

static void
buffer_untouched(const struct queue *queue, const struct gj_buffer *before)
{
	ck_assert_ptr_eq(queue->buffer.memory, before->memory);
	ck_assert_uint_eq(queue->buffer.room, before->room);
	ck_assert_uint_eq(queue->buffer.start, before->start);
	ck_assert_uint_eq(queue->buffer.end, before->end);
	queue_check(queue);
}

START_TEST(buffer_reserve_overflow)
{
	struct queue queue = {0};
	struct gj_buffer before;

	queue_put(&queue, 10);
	queue_take(&queue, 3);
	before = queue.buffer;
	ck_assert_ptr_null(gj_buffer_reserve(&queue.buffer, SIZE_MAX));
	buffer_untouched(&queue, &before);
	ck_assert_ptr_null(gj_buffer_reserve(&queue.buffer, SIZE_MAX - 6));
	buffer_untouched(&queue, &before);
	gj_buffer_free(&queue.buffer);
}
END_TEST

START_TEST(buffer_without_memory)
{
	struct queue queue = {0};
	struct gj_buffer before;
	uint8_t *room;

	failing_malloc_arm(1);
	room = gj_buffer_reserve(&queue.buffer, 16);
	failing_malloc_arm(0);
	ck_assert_ptr_null(room);
	ck_assert(failing_malloc_fired());
	queue_put(&queue, 16);
	queue_take(&queue, 5);
	before = queue.buffer;
	failing_malloc_arm(1);
	room = gj_buffer_reserve(&queue.buffer, 1000);
	failing_malloc_arm(0);
	ck_assert_ptr_null(room);
	ck_assert(failing_malloc_fired());
	buffer_untouched(&queue, &before);
	queue_put(&queue, 1000);
	queue_check(&queue);
	gj_buffer_free(&queue.buffer);
}
END_TEST

START_TEST(buffer_is_wiped)
{
	struct queue queue = {0};

	queue_put(&queue, 64);
	queue_take(&queue, 10);
	failing_malloc_watch(queue.buffer.memory, 64);
	queue_put(&queue, 1000);
	ck_assert_msg(failing_malloc_wiped(), "not wiped when it grew");
	queue_take(&queue, 500);
	failing_malloc_watch(queue.buffer.memory, queue.buffer.room);
	gj_buffer_free(&queue.buffer);
	ck_assert_msg(failing_malloc_wiped(), "not wiped when it was freed");
	ck_assert_ptr_null(queue.buffer.memory);
	ck_assert_uint_eq(queue.buffer.room, 0);
	ck_assert_uint_eq(gj_buffer_size(&queue.buffer), 0);
	queue.put = queue.taken = 0;
	queue_put(&queue, 3);
	queue_check(&queue);
	gj_buffer_free(&queue.buffer);
}
END_TEST

/* Deadlines */

START_TEST(clock_never_goes_back)
{
	uint64_t now, before = gj_now();
	int i;

	for (i = 0; i < 10000; i++) {
		now = gj_now();
		ck_assert(now >= before);
		before = now;
	}
}
END_TEST

START_TEST(deadline_left)
{
	uint64_t hour = UINT64_C(3600) * 1000000;

	ck_assert_int_eq(gj_left_ms(0), 0);
	ck_assert_int_eq(gj_left_ms(gj_now()), 0);
	ck_assert_int_eq(gj_left_ms(UINT64_MAX), INT_MAX);
	ck_assert_int_eq(
	    gj_left_ms(gj_now() + (uint64_t)INT_MAX * 1000 + hour), INT_MAX);
	ck_assert_int_le(gj_left_ms(gj_now() + hour), 3600000);
	ck_assert_int_gt(gj_left_ms(gj_now() + hour), 0);
}
END_TEST

/* Rounded up: nothing is left only once the deadline is there. */
START_TEST(deadline_is_not_early)
{
	uint64_t deadline = gj_now() + 2500;

	while (gj_left_ms(deadline) > 0)
		continue;
	ck_assert(gj_now() >= deadline);
}
END_TEST

START_TEST(deadline_made)
{
	uint64_t before = gj_now(), deadline = gj_deadline(1000);

	ck_assert(deadline >= before + 1000000);
	ck_assert(deadline <= gj_now() + 1000000);
	ck_assert(gj_deadline(0) <= gj_now());
	ck_assert(gj_deadline(UINT64_MAX) == UINT64_MAX);
	ck_assert(gj_deadline(UINT64_MAX / 1000) == UINT64_MAX);
	ck_assert(gj_deadline(UINT64_MAX / 1000 - 1) > gj_now());
}
END_TEST

/* Flags */

static const struct flag_row {
	const char *list;
	OM_uint32 flags;
	int wrong; /* the offset of the name that is none; -1 for none */
} flag_rows[] = {
    {"mutual", GSS_C_MUTUAL_FLAG, -1},
    {"mutual,conf", GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG, -1},
    {"conf,mutual,conf", GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG, -1},
    {"channel-bound", GJ_C_CHANNEL_BOUND_FLAG, -1},
    {"deleg", GSS_C_DELEG_FLAG, -1},
    {"deleg-policy", GSS_C_DELEG_POLICY_FLAG, -1},
    {"", 0, 0},
    {",", 0, 0},
    {"none", 0, 0},
    {"mutual,", 0, 7},
    {",mutual", 0, 0},
    {"mutual,,conf", 0, 7},
    {"mutua", 0, 0},
    {"mutualx", 0, 0},
    {"Mutual", 0, 0},
    {"mutual, conf", 0, 7},
    {"mutual,conf,integrity,anon", 0, 12},
    {"0x2", 0, 0},
};

START_TEST(flags_of_a_list)
{
	const struct flag_row *row = &flag_rows[_i];
	OM_uint32 flags = 0x5555;
	const char *wrong = NULL;
	bool good = gj_flags_read(row->list, &flags, &wrong);

	ck_assert_msg(good == (row->wrong < 0), "\"%s\"", row->list);
	if (good)
		ck_assert_uint_eq(flags, row->flags);
	else
		ck_assert_ptr_eq(wrong, row->list + row->wrong);
	if (!good)
		ck_assert_uint_eq(flags, 0x5555);
}
END_TEST

START_TEST(flags_one_by_one)
{
	OM_uint32 flag = 0, read, all = 0;
	const char *name, *wrong;
	char text[GJ_FLAGS_TEXT];
	size_t n;

	for (n = 0; (name = gj_flags_name(n, &flag)) != NULL; n++) {
		ck_assert_msg(
		    flag != 0 && (flag & (flag - 1)) == 0 && (all & flag) == 0,
		    "%s", name);
		all |= flag;
		gj_flags_text(flag, text);
		ck_assert_str_eq(text, name);
		ck_assert(gj_flags_read(name, &read, &wrong));
		ck_assert_uint_eq(read, flag);
	}
	ck_assert_ptr_null(gj_flags_name(n + 1, &flag));
	ck_assert_ptr_null(gj_flags_name(SIZE_MAX, &flag));
	gj_flags_text(all, text);
	ck_assert(gj_flags_read(text, &read, &wrong));
	ck_assert_uint_eq(read, all);
}
END_TEST

static const struct {
	OM_uint32 flags;
	const char *text;
} flag_texts[] = {
    {0, "none"},
    {GSS_C_MUTUAL_FLAG, "mutual"},
    {GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG, "mutual,integ"},
    {0x40000000, "0x40000000"},
    {0x60000000 | GSS_C_CONF_FLAG, "conf,0x60000000"},
};

START_TEST(flags_as_text)
{
	char *text = malloc(GJ_FLAGS_TEXT);

	gj_flags_text(flag_texts[_i].flags, text);
	ck_assert_str_eq(text, flag_texts[_i].text);
	free(text);
}
END_TEST

START_TEST(flags_all_have_room)
{
	char *text = malloc(GJ_FLAGS_TEXT);
	const char *number;
	OM_uint32 flag, named = 0;
	size_t n;

	for (n = 0; gj_flags_name(n, &flag) != NULL; n++)
		named |= flag;
	gj_flags_text(UINT32_MAX, text);
	number = strstr(text, ",0x");
	ck_assert_ptr_nonnull(number);
	ck_assert_uint_eq(strtoul(number + 1, NULL, 16),
	    (unsigned long)(UINT32_MAX & ~named));
	free(text);
}
END_TEST

static TCase *
octets_tests(void)
{
	TCase *tests = tcase_create("reader, writer, hex");

	tcase_add_loop_test(tests, reader_reads, 0, COUNT(read_rows));
	tcase_add_test(tests, reader_error_is_sticky);
	tcase_add_test(tests, reader_little_endian);
	tcase_add_test(tests, reader_slices);
	tcase_add_test(tests, reader_of_nothing);
	tcase_add_test(tests, reader_view_points_into_the_octets);
	tcase_add_loop_test(tests, writer_writes, 0, COUNT(write_rows));
	tcase_add_test(tests, writer_little_endian);
	tcase_add_test(tests, writer_error_is_sticky);
	tcase_add_test(tests, writer_bounds);
	tcase_add_loop_test(tests, hex_texts, 0, COUNT(hex_rows));
	return tests;
}

static TCase *
oid_tests(void)
{
	TCase *tests = tcase_create("OIDs");

	tcase_add_loop_test(tests, oid_both_ways, 0, COUNT(oid_rows));
	tcase_add_test(tests, oid_of_the_mechanisms);
	tcase_add_loop_test(tests, oid_refuses_text, 0, COUNT(oid_no_texts));
	tcase_add_loop_test(tests, oid_refuses_octets, 0, COUNT(oid_no_octets));
	tcase_add_test(tests, oid_longest);
	return tests;
}

static TCase *
buffer_tests(void)
{
	TCase *tests = tcase_create("queue");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, buffer_keeps_the_order);
	tcase_add_test(tests, buffer_moves_before_it_grows);
	tcase_add_test(tests, buffer_grows_by_doubling);
	tcase_add_test(tests, buffer_fills_its_room);
	tcase_add_test(tests, buffer_that_is_empty);
	tcase_add_test(tests, buffer_reserve_overflow);
	tcase_add_test(tests, buffer_without_memory);
	tcase_add_test(tests, buffer_is_wiped);
	return tests;
}

static TCase *
deadline_tests(void)
{
	TCase *tests = tcase_create("deadlines");

	tcase_add_test(tests, clock_never_goes_back);
	tcase_add_test(tests, deadline_left);
	tcase_add_test(tests, deadline_is_not_early);
	tcase_add_test(tests, deadline_made);
	return tests;
}

static TCase *
flags_tests(void)
{
	TCase *tests = tcase_create("flags");

	tcase_add_loop_test(tests, flags_of_a_list, 0, COUNT(flag_rows));
	tcase_add_test(tests, flags_one_by_one);
	tcase_add_loop_test(tests, flags_as_text, 0, COUNT(flag_texts));
	tcase_add_test(tests, flags_all_have_room);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("bytes");

	suite_add_tcase(suite, octets_tests());
	suite_add_tcase(suite, oid_tests());
	suite_add_tcase(suite, buffer_tests());
	suite_add_tcase(suite, deadline_tests());
	suite_add_tcase(suite, flags_tests());
	return suite_run(suite);
}
