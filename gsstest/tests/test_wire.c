/*
 * Tests of the two codecs: the plain framing and that of MIT's sample
 * programs.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire_initial.h"
#include "wire_plain.h"
#include "wire_sample.h"
#include "mutation.h"
#include "suite.h"
#include "views.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define HEADER 5

/* A fixed seed: a failure comes again. */
#define SEED	  UINT64_C(0x67a11a5205151e)
#define MUTATIONS 4000

static const struct gj_wire_limits limits = {64, 64};

/* A frame and the octets that it is. */
struct good {
	const char *name;
	struct gssloop_frame frame;
	const char *octets;
	size_t size;
};

#define VIEW(text)                                                             \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}
#define OCTETS(text) text, sizeof(text) - 1

static const struct good plain_frames[] = {
    {"empty token", {.kind = GSSLOOP_FRAME_TOKEN}, OCTETS("T\0\0\0\0")},
    {"token", {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("tok")},
	OCTETS("T\0\0\0\3tok")},
    {"error", {.kind = GSSLOOP_FRAME_ERROR, .major = 0x000d0000},
	OCTETS("E\0\0\0\4\0\x0d\0\0")},
    {"error with text",
	{.kind = GSSLOOP_FRAME_ERROR, .major = UINT32_MAX, .data = VIEW("why")},
	OCTETS("E\0\0\0\7\xff\xff\xff\xffwhy")},
    {"empty message", {.kind = GSSLOOP_FRAME_MESSAGE}, OCTETS("M\0\0\0\1\1")},
    {"clear message", {.kind = GSSLOOP_FRAME_MESSAGE, .data = VIEW("hi")},
	OCTETS("M\0\0\0\3\1hi")},
    {"wrapped message",
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_INTEG,
	    .data = VIEW("wrap")},
	OCTETS("M\0\0\0\5\2wrap")},
    {"confidential message",
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_CONF,
	    .data = VIEW("c")},
	OCTETS("M\0\0\0\2\3c")},
    {"message with MIC",
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_MIC,
	    .data = VIEW("hi"),
	    .mic = VIEW("MIC")},
	OCTETS("M\0\0\0\x0a\4\0\0\0\2hiMIC")},
    {"MIC alone",
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_MIC,
	    .mic = VIEW("MIC")},
	OCTETS("M\0\0\0\x08\4\0\0\0\0MIC")},
    {"empty MIC",
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_MIC,
	    .data = VIEW("hi")},
	OCTETS("M\0\0\0\7\4\0\0\0\2hi")},
    {"end", {.kind = GSSLOOP_FRAME_END}, OCTETS("M\0\0\0\1\0")},
};

static const struct good sample_frames[] = {
    {"empty token", {.kind = GSSLOOP_FRAME_TOKEN}, OCTETS("\2\0\0\0\0")},
    {"token", {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("tok")},
	OCTETS("\2\0\0\0\3tok")},
    {"empty message", {.kind = GSSLOOP_FRAME_MESSAGE}, OCTETS("\4\0\0\0\0")},
    {"clear message", {.kind = GSSLOOP_FRAME_MESSAGE, .data = VIEW("hi")},
	OCTETS("\4\0\0\0\2hi")},
    {"clear message, MIC wanted",
	{.kind = GSSLOOP_FRAME_MESSAGE, .data = VIEW("hi"), .mic_wanted = 1},
	OCTETS("\x84\0\0\0\2hi")},
    {"wrapped message",
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_INTEG,
	    .data = VIEW("wrap")},
	OCTETS("\x24\0\0\0\4wrap")},
    {"confidential message, MIC wanted",
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_CONF,
	    .data = VIEW("c"),
	    .mic_wanted = 1},
	OCTETS("\xe4\0\0\0\1c")},
    {"MIC",
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_MIC,
	    .mic = VIEW("MIC")},
	OCTETS("\x08\0\0\0\3MIC")},
    {"end", {.kind = GSSLOOP_FRAME_END}, OCTETS("\1\0\0\0\0")},
};

/* The codecs under one signature. */
struct codec {
	const char *name;
	void (*decode)(const uint8_t *data, size_t size,
	    const struct gj_wire_limits *limits, struct gssloop_frame *frame,
	    struct gj_wire_result *result);
	void (*encode)(
	    const struct gssloop_frame *frame, struct gj_writer *writer);
	const struct good *frames;
	size_t count;
};

static void
sample_decode(const uint8_t *data, size_t size,
    const struct gj_wire_limits *max, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	gj_sample_decode(data, size, false, max, frame, result);
}

static void
prologue_decode(const uint8_t *data, size_t size,
    const struct gj_wire_limits *max, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	gj_sample_decode(data, size, true, max, frame, result);
}

static const struct codec plain = {"plain", gj_plain_decode, gj_plain_encode,
    plain_frames, COUNT(plain_frames)};
static const struct codec sample = {"sample", sample_decode, gj_sample_encode,
    sample_frames, COUNT(sample_frames)};
static const struct codec prologue = {
    "prologue", prologue_decode, NULL, NULL, 0};

static const struct codec *const codecs[] = {&plain, &sample};

/* Decodes a copy that ends where it ends; of what is no frame views are empty.
 */
static struct gj_wire_result
decode(const struct codec *codec, const void *octets, size_t size,
    const struct gj_wire_limits *max)
{
	uint8_t *copy = suite_exact(octets, size);
	struct gssloop_frame frame;
	struct gj_wire_result result;

	memset(&frame, 0xa5, sizeof(frame));
	memset(&result, 0xa5, sizeof(result));
	codec->decode(copy, size, max, &frame, &result);
	if (result.what != GJ_WIRE_FRAME)
		ck_assert(view_empty(&frame.data) && view_empty(&frame.mic));
	free(copy);
	return result;
}

static bool
view_equal(const struct gssloop_view *one, const struct gssloop_view *other)
{
	return one->size == other->size &&
	       (one->size == 0 ||
		   memcmp(one->data, other->data, one->size) == 0);
}

static bool
frame_equal(const struct gssloop_frame *one, const struct gssloop_frame *other)
{
	return one->kind == other->kind &&
	       one->protection == other->protection &&
	       one->mic_wanted == other->mic_wanted &&
	       one->major == other->major &&
	       view_equal(&one->data, &other->data) &&
	       view_equal(&one->mic, &other->mic);
}

/* Every frame there and back */

static void
check_encode(const struct codec *codec, const struct good *good)
{
	size_t room =
	    good->frame.data.size + good->frame.mic.size + GJ_WIRE_OVERHEAD;
	uint8_t *memory = malloc(room);
	struct gj_writer writer;

	gj_writer_init(&writer, memory, room);
	codec->encode(&good->frame, &writer);
	ck_assert_msg(!writer.failed, "%s, %s", codec->name, good->name);
	ck_assert_msg(writer.used == good->size, "%s, %s: %zu octets",
	    codec->name, good->name, writer.used);
	ck_assert_mem_eq(memory, good->octets, good->size);
	free(memory);
}

/* A buffer that is one octet too small fails the writer; never beyond it. */
static void
check_encode_room(const struct codec *codec, const struct good *good)
{
	size_t room;

	for (room = 0; room <= good->size; room++) {
		uint8_t *memory = malloc(room);
		struct gj_writer writer;

		gj_writer_init(&writer, memory, room);
		codec->encode(&good->frame, &writer);
		ck_assert_msg(writer.failed == (room < good->size),
		    "%s, %s: room %zu", codec->name, good->name, room);
		free(memory);
	}
}

static void
check_decode(const struct codec *codec, const struct good *good)
{
	uint8_t *octets = suite_exact(good->octets, good->size);
	struct gssloop_frame frame;
	struct gj_wire_result result;

	memset(&frame, 0xa5, sizeof(frame));
	codec->decode(octets, good->size, &limits, &frame, &result);
	ck_assert_msg(result.what == GJ_WIRE_FRAME, "%s, %s: %s", codec->name,
	    good->name, result.reason);
	ck_assert_uint_eq(result.size, good->size);
	ck_assert_msg(frame_equal(&frame, &good->frame), "%s, %s", codec->name,
	    good->name);
	free(octets);
}

/* What follows a frame is the next one's. */
static void
check_left_over(const struct codec *codec, const struct good *good)
{
	uint8_t *octets = malloc(good->size + 3);
	struct gssloop_frame frame;
	struct gj_wire_result result;

	memcpy(octets, good->octets, good->size);
	memset(octets + good->size, 0xff, 3);
	codec->decode(octets, good->size + 3, &limits, &frame, &result);
	ck_assert_msg(result.what == GJ_WIRE_FRAME &&
			  result.size == good->size &&
			  frame_equal(&frame, &good->frame),
	    "%s, %s: %s", codec->name, good->name, result.reason);
	free(octets);
}

static void
check_prefixes(const struct codec *codec, const struct good *good)
{
	struct gj_wire_result result;
	size_t k, need;

	for (k = 0; k < good->size; k++) {
		result = decode(codec, good->octets, k, &limits);
		need = k < HEADER ? HEADER : good->size;
		ck_assert_msg(result.what == GJ_WIRE_NEED,
		    "%s, %s: after %zu octets: %d %s", codec->name, good->name,
		    k, (int)result.what, result.reason);
		ck_assert_msg(result.size == need,
		    "%s, %s: after %zu octets it needs %zu", codec->name,
		    good->name, k, result.size);
	}
}

START_TEST(frames_there_and_back)
{
	const struct codec *codec = codecs[_i];
	size_t i;

	for (i = 0; i < codec->count; i++) {
		check_encode(codec, &codec->frames[i]);
		check_encode_room(codec, &codec->frames[i]);
		check_decode(codec, &codec->frames[i]);
		check_left_over(codec, &codec->frames[i]);
	}
}
END_TEST

START_TEST(frames_cut_anywhere)
{
	const struct codec *codec = codecs[_i];
	size_t i;

	for (i = 0; i < codec->count; i++)
		check_prefixes(codec, &codec->frames[i]);
}
END_TEST

START_TEST(decode_of_nothing)
{
	struct gssloop_frame frame;
	struct gj_wire_result result;

	codecs[_i]->decode(NULL, 0, &limits, &frame, &result);
	ck_assert_int_eq(result.what, GJ_WIRE_NEED);
	ck_assert_uint_eq(result.size, HEADER);
}
END_TEST

/* Every field: good, cut, too large, left over */

struct row {
	const char *name;
	const char *octets;
	size_t size;
	enum gj_wire what;
	size_t result_size; /* of FRAME, SKIP and NEED */
	const char *reason; /* how a refusal's text begins */
};

#define FRAME(n)	GJ_WIRE_FRAME, n, ""
#define NEED(n)		GJ_WIRE_NEED, n, ""
#define SKIP(n)		GJ_WIRE_SKIP, n, ""
#define MALFORMED(text) GJ_WIRE_MALFORMED, 0, text
#define TOO_LARGE(text) GJ_WIRE_TOO_LARGE, 0, text

static const struct row plain_rows[] = {
    {"type good", OCTETS("T\0\0\0\0"), FRAME(5)},
    {"type cut", OCTETS(""), NEED(5)},
    {"type too large", OCTETS("\4\0\0\0\0"),
	MALFORMED("offset 0: frame type 0x04")},
    {"type zero", OCTETS("\0\0\0\0\0"), MALFORMED("offset 0: frame type 0x00")},
    {"type left over", OCTETS("T\0\0\0\0\1"), FRAME(5)},

    {"length good", OCTETS("T\0\0\0\1x"), FRAME(6)},
    {"length cut", OCTETS("T\0\0\0"), NEED(5)},
    {"length at the limit", OCTETS("T\0\0\0\x40"), NEED(69)},
    {"length too large", OCTETS("T\0\0\0\x41"),
	TOO_LARGE("offset 1: token of 65 octets, limit 64")},
    {"length too large, high octet", OCTETS("T\1\0\0\0"),
	TOO_LARGE("offset 1: token of 16777216 octets, limit 64")},
    {"length left over", OCTETS("T\0\0\0\1xy"), FRAME(6)},

    {"token cut", OCTETS("T\0\0\0\3to"), NEED(8)},
    {"token left over", OCTETS("T\0\0\0\3token"), FRAME(8)},

    {"major good", OCTETS("E\0\0\0\4\0\x0d\0\0"), FRAME(9)},
    {"major cut by the length", OCTETS("E\0\0\0\3\0\x0d\0"),
	MALFORMED("offset 5:")},
    {"major of no octets", OCTETS("E\0\0\0\0"), MALFORMED("offset 5:")},
    {"major cut", OCTETS("E\0\0\0\4\0\x0d\0"), NEED(9)},
    {"major greatest", OCTETS("E\0\0\0\4\xff\xff\xff\xff"), FRAME(9)},
    {"major left over", OCTETS("E\0\0\0\4\0\0\0\0x"), FRAME(9)},

    {"text good", OCTETS("E\0\0\0\7\0\x0d\0\0why"), FRAME(12)},
    {"text cut", OCTETS("E\0\0\0\7\0\x0d\0\0wh"), NEED(12)},
    {"text at the limit", OCTETS("E\0\0\4\4"), NEED(1033)},
    {"text too large", OCTETS("E\0\0\4\5"),
	TOO_LARGE("offset 1: error of 1029 octets, limit 1028")},
    {"text left over", OCTETS("E\0\0\0\5\0\0\0\0xy"), FRAME(10)},

    {"what good", OCTETS("M\0\0\0\1\1"), FRAME(6)},
    {"what cut by the length", OCTETS("M\0\0\0\0"),
	MALFORMED("offset 5: message is cut")},
    {"what cut", OCTETS("M\0\0\0\1"), NEED(6)},
    {"what too large", OCTETS("M\0\0\0\1\5"), MALFORMED("offset 5:")},
    {"what greatest", OCTETS("M\0\0\0\2\xff-"), MALFORMED("offset 5:")},
    {"end left over", OCTETS("M\0\0\0\2\0x"),
	MALFORMED("offset 6: octets after an end")},
    {"end, then a frame", OCTETS("M\0\0\0\1\0\1"), FRAME(6)},

    {"message at the limit", OCTETS("M\0\0\0\x40"), NEED(69)},
    {"message too large", OCTETS("M\0\0\0\x41"),
	TOO_LARGE("offset 1: message of 65 octets, limit 64")},
    {"message cut", OCTETS("M\0\0\0\4\2ab"), NEED(9)},
    {"message left over", OCTETS("M\0\0\0\3\2abc"), FRAME(8)},

    {"data length good", OCTETS("M\0\0\0\6\4\0\0\0\1d"), FRAME(11)},
    {"data length cut", OCTETS("M\0\0\0\4\4\0\0\0"), MALFORMED("offset 5:")},
    {"data length of no octets", OCTETS("M\0\0\0\1\4"), MALFORMED("offset 5:")},
    {"data length too large", OCTETS("M\0\0\0\6\4\0\0\0\2d"),
	MALFORMED("offset 5:")},
    {"data length greatest", OCTETS("M\0\0\0\6\4\xff\xff\xff\xff-"),
	MALFORMED("offset 5:")},
    {"data length into the next frame", OCTETS("M\0\0\0\6\4\0\0\0\2dd"),
	MALFORMED("offset 5:")},
    {"data length left over", OCTETS("M\0\0\0\6\4\0\0\0\0M"), FRAME(11)},

    {"MIC good", OCTETS("M\0\0\0\7\4\0\0\0\1dM"), FRAME(12)},
    {"MIC cut", OCTETS("M\0\0\0\7\4\0\0\0\1d"), NEED(12)},
    {"MIC left over", OCTETS("M\0\0\0\7\4\0\0\0\1dMM"), FRAME(12)},
};

static const struct row sample_rows[] = {
    {"flags good", OCTETS("\2\0\0\0\0"), FRAME(5)},
    {"flags cut", OCTETS(""), NEED(5)},
    {"flags too many", OCTETS("\xff\0\0\0\0"),
	MALFORMED("offset 0: flags 0xff")},
    {"flags none", OCTETS("\0\0\0\0\0"), MALFORMED("offset 0: flags 0x00")},
    {"flags of two kinds", OCTETS("\6\0\0\0\0"),
	MALFORMED("offset 0: flags 0x06")},
    {"flags left over", OCTETS("\2\0\0\0\0\2"), FRAME(5)},

    {"length good", OCTETS("\2\0\0\0\1x"), FRAME(6)},
    {"length cut", OCTETS("\2\0\0\0"), NEED(5)},
    {"length at the limit", OCTETS("\2\0\0\0\x40"), NEED(69)},
    {"length too large", OCTETS("\2\0\0\0\x41"),
	TOO_LARGE("offset 1: 65 octets, limit 64")},
    {"length left over", OCTETS("\2\0\0\0\1xy"), FRAME(6)},

    {"token cut", OCTETS("\2\0\0\0\3to"), NEED(8)},
    {"token left over", OCTETS("\2\0\0\0\3token"), FRAME(8)},

    {"message good", OCTETS("\x24\0\0\0\2ab"), FRAME(7)},
    {"message cut", OCTETS("\x24\0\0\0\2a"), NEED(7)},
    {"message at the limit", OCTETS("\x24\0\0\0\x40"), NEED(69)},
    {"message too large", OCTETS("\x24\0\0\0\x41"),
	TOO_LARGE("offset 1: 65 octets, limit 64")},
    {"message left over", OCTETS("\x24\0\0\0\2abc"), FRAME(7)},

    {"MIC good", OCTETS("\x08\0\0\0\1M"), FRAME(6)},
    {"MIC cut", OCTETS("\x08\0\0\0\2M"), NEED(7)},
    {"MIC too large", OCTETS("\x08\0\0\0\x41"),
	TOO_LARGE("offset 1: 65 octets, limit 64")},
    {"MIC left over", OCTETS("\x08\0\0\0\1MM"), FRAME(6)},

    {"end good", OCTETS("\1\0\0\0\0"), FRAME(5)},
    {"end cut", OCTETS("\1\0\0\0"), NEED(5)},
    {"end too large", OCTETS("\1\0\0\0\1x"),
	TOO_LARGE("offset 1: 1 octets, limit 0")},
    {"end left over", OCTETS("\1\0\0\0\0x"), FRAME(5)},
    {"late beginning", OCTETS("\x11\0\0\0\0"),
	MALFORMED("offset 0: flags 0x11")},
};

static const struct row prologue_rows[] = {
    {"good", OCTETS("\x11\0\0\0\0"), SKIP(5)},
    {"none", OCTETS(""), NEED(5)},
    {"cut", OCTETS("\x11\0\0\0"), NEED(5)},
    {"too large", OCTETS("\x11\0\0\0\1x"),
	MALFORMED("offset 0: flags 0x11: the beginning has a body")},
    {"greatest", OCTETS("\x11\xff\xff\xff\xff"),
	MALFORMED("offset 0: flags 0x11: the beginning has a body")},
    {"left over", OCTETS("\x11\0\0\0\0\2"), SKIP(5)},
    {"without authentication", OCTETS("\1\0\0\0\0"),
	MALFORMED("offset 0: flags 0x01: the client does not authenticate")},
    {"a token", OCTETS("\2\0\0\0\1x"), MALFORMED("offset 0: flags 0x02:")},
    {"a message", OCTETS("\4\0\0\0\1x"), MALFORMED("offset 0: flags 0x04:")},
    {"the older version", OCTETS("\0\0\0\5x"),
	MALFORMED("offset 0: flags 0x00:")},
};

static void
check_row(const struct codec *codec, const struct row *row)
{
	struct gj_wire_result result =
	    decode(codec, row->octets, row->size, &limits);

	ck_assert_msg(result.what == row->what, "%s, %s: is %d %s", codec->name,
	    row->name, (int)result.what, result.reason);
	ck_assert_msg(row->result_size == 0 || result.size == row->result_size,
	    "%s, %s: size %zu", codec->name, row->name, result.size);
	ck_assert_msg(
	    strncmp(result.reason, row->reason, strlen(row->reason)) == 0,
	    "%s, %s: reason \"%s\"", codec->name, row->name, result.reason);
	ck_assert_msg((result.reason[0] != '\0') == (row->reason[0] != '\0'),
	    "%s, %s: reason \"%s\"", codec->name, row->name, result.reason);
}

START_TEST(plain_fields)
{
	check_row(&plain, &plain_rows[_i]);
}
END_TEST

START_TEST(sample_fields)
{
	check_row(&sample, &sample_rows[_i]);
}
END_TEST

START_TEST(sample_beginning)
{
	check_row(&prologue, &prologue_rows[_i]);
}
END_TEST

START_TEST(sample_beginning_encoded)
{
	uint8_t octets[GJ_SAMPLE_PROLOGUE];
	struct gj_writer writer;

	gj_writer_init(&writer, octets, sizeof(octets));
	gj_sample_encode_prologue(&writer);
	ck_assert(!writer.failed);
	ck_assert_uint_eq(writer.used, GJ_SAMPLE_PROLOGUE);
	ck_assert_mem_eq(octets, "\x11\0\0\0\0", GJ_SAMPLE_PROLOGUE);
}
END_TEST

/* Limits, from the header alone */

/* What the header alone gives. */
static enum gj_wire
header_decode(const struct codec *codec, uint8_t first, uint32_t length,
    const struct gj_wire_limits *max, size_t *size)
{
	uint8_t octets[HEADER];
	struct gj_writer writer;
	struct gj_wire_result result;

	gj_writer_init(&writer, octets, sizeof(octets));
	gj_writer_u8(&writer, first);
	gj_writer_u32be(&writer, length);
	result = decode(codec, octets, sizeof(octets), max);
	*size = result.size;
	return result.what;
}

START_TEST(limits_are_each_their_own)
{
	static const struct gj_wire_limits tokens = {100, 10};
	static const struct gj_wire_limits messages = {10, 100};
	size_t size;

	ck_assert(
	    header_decode(&plain, 'T', 100, &tokens, &size) == GJ_WIRE_NEED);
	ck_assert(header_decode(&plain, 'M', 11, &tokens, &size) ==
		  GJ_WIRE_TOO_LARGE);
	ck_assert(header_decode(&plain, 'T', 11, &messages, &size) ==
		  GJ_WIRE_TOO_LARGE);
	ck_assert(
	    header_decode(&plain, 'M', 100, &messages, &size) == GJ_WIRE_NEED);
	ck_assert(
	    header_decode(&sample, 2, 100, &tokens, &size) == GJ_WIRE_NEED);
	ck_assert(header_decode(&sample, 0x24, 11, &tokens, &size) ==
		  GJ_WIRE_TOO_LARGE);
	ck_assert(header_decode(&sample, 2, 11, &messages, &size) ==
		  GJ_WIRE_TOO_LARGE);
	ck_assert(header_decode(&sample, 0x08, 100, &messages, &size) ==
		  GJ_WIRE_NEED);
}
END_TEST

START_TEST(limit_of_zero_takes_the_empty_token)
{
	static const struct gj_wire_limits zero = {0, 0};
	size_t size;

	ck_assert(header_decode(&plain, 'T', 0, &zero, &size) == GJ_WIRE_FRAME);
	ck_assert(
	    header_decode(&plain, 'T', 1, &zero, &size) == GJ_WIRE_TOO_LARGE);
	ck_assert(header_decode(&sample, 2, 0, &zero, &size) == GJ_WIRE_FRAME);
	ck_assert(
	    header_decode(&sample, 2, 1, &zero, &size) == GJ_WIRE_TOO_LARGE);
}
END_TEST

/* An error is limited by its own limit, whatever the token's. */
START_TEST(limit_of_errors)
{
	static const struct gj_wire_limits zero = {0, 0};
	static const struct gj_wire_limits all = {SIZE_MAX, SIZE_MAX};
	size_t size;

	ck_assert(header_decode(&plain, 'E', 4 + GJ_WIRE_ERROR_TEXT, &zero,
		      &size) == GJ_WIRE_NEED);
	ck_assert(header_decode(&plain, 'E', 5 + GJ_WIRE_ERROR_TEXT, &all,
		      &size) == GJ_WIRE_TOO_LARGE);
}
END_TEST

/* Messages before the context: the header is enough, whatever its length. */
START_TEST(messages_are_early)
{
	static const struct gj_wire_limits none = {64, 0};
	static const uint8_t flags[] = {
	    0x04, 0x84, 0x24, 0xa4, 0x64, 0xe4, 0x08};
	static const uint32_t lengths[] = {0, 1, 64, UINT32_MAX};
	size_t i, k, size;

	for (k = 0; k < COUNT(lengths); k++) {
		ck_assert(header_decode(&plain, 'M', lengths[k], &none,
			      &size) == GJ_WIRE_EARLY);
		for (i = 0; i < COUNT(flags); i++)
			ck_assert_msg(
			    header_decode(&sample, flags[i], lengths[k], &none,
				&size) == GJ_WIRE_EARLY,
			    "flags 0x%02x", flags[i]);
	}
	ck_assert(header_decode(&plain, 'T', 64, &none, &size) == GJ_WIRE_NEED);
	ck_assert(header_decode(&plain, 'E', 4, &none, &size) == GJ_WIRE_NEED);
	ck_assert(header_decode(&sample, 2, 64, &none, &size) == GJ_WIRE_NEED);
	ck_assert(header_decode(&sample, 1, 0, &none, &size) == GJ_WIRE_FRAME);
}
END_TEST

static enum gj_wire
plain_type_expected(uint8_t type)
{
	return type == 'T' || type == 'E' || type == 'M' ? GJ_WIRE_NEED
							 : GJ_WIRE_MALFORMED;
}

static enum gj_wire
sample_flags_expected(uint8_t flags)
{
	static const uint8_t legal[] = {
	    0x02, 0x08, 0x04, 0x84, 0x44, 0xc4, 0x24, 0xa4, 0x64, 0xe4};

	if (flags == 0x01)
		return GJ_WIRE_TOO_LARGE;
	return memchr(legal, flags, sizeof(legal)) != NULL ? GJ_WIRE_NEED
							   : GJ_WIRE_MALFORMED;
}

START_TEST(every_first_octet)
{
	size_t size;
	int first;

	for (first = 0; first < 256; first++) {
		uint8_t octet = (uint8_t)first;

		ck_assert_msg(header_decode(&plain, octet, 4, &limits, &size) ==
				  plain_type_expected(octet),
		    "plain 0x%02x", octet);
		ck_assert_msg(header_decode(&sample, octet, 4, &limits,
				  &size) == sample_flags_expected(octet),
		    "sample 0x%02x", octet);
		ck_assert_msg(
		    header_decode(&prologue, octet, 0, &limits, &size) ==
			(octet == 0x11 ? GJ_WIRE_SKIP : GJ_WIRE_MALFORMED),
		    "prologue 0x%02x", octet);
	}
}
END_TEST

START_TEST(greatest_length)
{
	static const struct gj_wire_limits all = {SIZE_MAX, SIZE_MAX};
	static const uint8_t types[] = {'T', 'E', 'M'};
	static const uint8_t flags[] = {0x01, 0x02, 0x04, 0x08, 0x24, 0x64};
	size_t i, size;

	for (i = 0; i < COUNT(types); i++)
		ck_assert(header_decode(&plain, types[i], UINT32_MAX, &limits,
			      &size) == GJ_WIRE_TOO_LARGE);
	for (i = 0; i < COUNT(flags); i++)
		ck_assert(header_decode(&sample, flags[i], UINT32_MAX, &limits,
			      &size) == GJ_WIRE_TOO_LARGE);
	if (SIZE_MAX == UINT32_MAX)
		return;
	ck_assert(header_decode(&plain, 'M', UINT32_MAX, &all, &size) ==
		  GJ_WIRE_NEED);
	ck_assert(size == (size_t)UINT32_MAX + HEADER);
	ck_assert(
	    header_decode(&sample, 2, UINT32_MAX, &all, &size) == GJ_WIRE_NEED);
	ck_assert(size == (size_t)UINT32_MAX + HEADER);
}
END_TEST

/* Encoding at its limits */

START_TEST(error_text_is_cut)
{
	static const size_t sizes[] = {GJ_WIRE_ERROR_TEXT - 1,
	    GJ_WIRE_ERROR_TEXT, GJ_WIRE_ERROR_TEXT + 1, 5000};
	size_t size = sizes[_i], kept;
	uint8_t *text = malloc(size), *memory = malloc(size + GJ_WIRE_OVERHEAD);
	struct gssloop_frame frame = {.kind = GSSLOOP_FRAME_ERROR,
	    .major = 0x000d0000,
	    .data = {text, size}};
	struct gssloop_frame back;
	struct gj_wire_result result;
	struct gj_writer writer;

	memset(text, 't', size);
	kept = size < GJ_WIRE_ERROR_TEXT ? size : GJ_WIRE_ERROR_TEXT;
	gj_writer_init(&writer, memory, size + GJ_WIRE_OVERHEAD);
	gj_plain_encode(&frame, &writer);
	ck_assert(!writer.failed);
	gj_plain_decode(memory, writer.used, &limits, &back, &result);
	ck_assert_msg(result.what == GJ_WIRE_FRAME, "%s", result.reason);
	ck_assert_uint_eq(result.size, writer.used);
	ck_assert_uint_eq(back.major, frame.major);
	ck_assert_uint_eq(back.data.size, kept);
	ck_assert_mem_eq(back.data.data, text, kept);
	free(text);
	free(memory);
}
END_TEST

/* A length that 32 bits cannot say fails the writer; no octet is read. */
START_TEST(length_above_32_bits)
{
	static const size_t above[] = {(size_t)UINT32_MAX + 1, SIZE_MAX,
	    SIZE_MAX - HEADER, (size_t)UINT32_MAX * 2 + 2};
	uint8_t octet = 'x', memory[64];
	struct gssloop_frame frame = {.protection = GSSLOOP_INTEG};
	struct gj_writer writer;
	size_t i;

	for (i = 0; SIZE_MAX > UINT32_MAX && i < COUNT(above); i++) {
		frame.data.data = &octet;
		frame.data.size = above[i];
		frame.kind =
		    _i < 2 ? GSSLOOP_FRAME_TOKEN : GSSLOOP_FRAME_MESSAGE;
		gj_writer_init(&writer, memory, sizeof(memory));
		codecs[_i % 2]->encode(&frame, &writer);
		ck_assert_msg(writer.failed, "size %zu", above[i]);
	}
}
END_TEST

/* Data and MIC that fit each, but not together. */
START_TEST(length_above_32_bits_in_sum)
{
	uint8_t octet = 'x', memory[64];
	struct gssloop_frame frame = {.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_MIC,
	    .data = {&octet, UINT32_MAX - 8},
	    .mic = {&octet, 4}};
	struct gj_writer writer;

	gj_writer_init(&writer, memory, sizeof(memory));
	gj_plain_encode(&frame, &writer);
	ck_assert(writer.failed);
}
END_TEST

/* Mutations */

/* There is one way to write a frame: decoded and encoded it is the same. */
static bool
encodes_to(const struct codec *codec, const struct gssloop_frame *frame,
    const uint8_t *data, size_t size)
{
	uint8_t memory[256];
	struct gj_writer writer;

	gj_writer_init(&writer, memory, sizeof(memory));
	codec->encode(frame, &writer);
	return !writer.failed && writer.used == size &&
	       memcmp(memory, data, size) == 0;
}

/* DATA|ENCRYPTED without WRAPPED is clear, and is written without the flag. */
static bool
is_encrypted_alone(const struct codec *codec, const uint8_t *data)
{
	return codec == &sample && (data[0] & 0x7f) == 0x44;
}

static bool
frame_is_right(const struct codec *codec, const struct gssloop_frame *frame,
    const uint8_t *data, size_t size)
{
	return view_inside(&frame->data, data, size) &&
	       view_inside(&frame->mic, data, size) &&
	       (is_encrypted_alone(codec, data) ||
		   encodes_to(codec, frame, data, size));
}

static bool
refusal_is_right(const struct gj_wire_result *result)
{
	return result->what <= GJ_WIRE_MALFORMED && result->reason[0] != '\0' &&
	       memchr(result->reason, '\0', sizeof(result->reason)) != NULL;
}

static void
check_mutant(const struct codec *codec, const struct mutant *mutant)
{
	uint8_t *data = suite_exact(mutant->octets, mutant->size);
	struct gssloop_frame frame;
	struct gj_wire_result result;
	bool right;

	memset(&frame, 0xa5, sizeof(frame));
	memset(&result, 0xa5, sizeof(result));
	codec->decode(data, mutant->size, &limits, &frame, &result);
	if (result.what == GJ_WIRE_FRAME)
		right = result.size <= mutant->size &&
			frame_is_right(codec, &frame, data, result.size);
	else if (result.what == GJ_WIRE_NEED)
		right = result.size > mutant->size;
	else if (result.what == GJ_WIRE_SKIP)
		right = codec == &prologue && result.size == HEADER;
	else
		right = refusal_is_right(&result);
	ck_assert_msg(right, "%s: %zu octets gave %d, size %zu, \"%.*s\"",
	    codec->name, mutant->size, (int)result.what, result.size,
	    (int)sizeof(result.reason), result.reason);
	free(data);
}

static void
check_mutations(const struct codec *codec, const struct good *good)
{
	uint64_t random = SEED;
	struct mutant mutant;
	unsigned long n, differed = 0;

	for (n = 0; n < MUTATIONS; n++) {
		differed +=
		    mutant_make(&mutant, good->octets, good->size, &random);
		check_mutant(codec, &mutant);
	}
	ck_assert_msg(differed > MUTATIONS / 2,
	    "%s, %s: only %lu mutations of seed 0x%" PRIx64 " differed",
	    codec->name, good->name, differed, SEED);
}

START_TEST(mutated_frames)
{
	const struct codec *codec = codecs[_i];
	size_t i;

	for (i = 0; i < codec->count; i++)
		check_mutations(codec, &codec->frames[i]);
}
END_TEST

START_TEST(mutated_beginning)
{
	static const struct good beginning = {
	    "beginning", {.kind = GSSLOOP_FRAME_TOKEN}, OCTETS("\x11\0\0\0\0")};

	check_mutations(&prologue, &beginning);
}
END_TEST

static TCase *
frame_tests(void)
{
	TCase *tests = tcase_create("frames");

	tcase_add_loop_test(tests, frames_there_and_back, 0, COUNT(codecs));
	tcase_add_loop_test(tests, frames_cut_anywhere, 0, COUNT(codecs));
	tcase_add_loop_test(tests, decode_of_nothing, 0, COUNT(codecs));
	return tests;
}

static TCase *
field_tests(void)
{
	TCase *tests = tcase_create("fields");

	tcase_add_loop_test(tests, plain_fields, 0, COUNT(plain_rows));
	tcase_add_loop_test(tests, sample_fields, 0, COUNT(sample_rows));
	tcase_add_loop_test(tests, sample_beginning, 0, COUNT(prologue_rows));
	tcase_add_test(tests, sample_beginning_encoded);
	tcase_add_test(tests, every_first_octet);
	return tests;
}

static TCase *
limit_tests(void)
{
	TCase *tests = tcase_create("limits");

	tcase_add_test(tests, limits_are_each_their_own);
	tcase_add_test(tests, limit_of_zero_takes_the_empty_token);
	tcase_add_test(tests, limit_of_errors);
	tcase_add_test(tests, messages_are_early);
	tcase_add_test(tests, greatest_length);
	tcase_add_loop_test(tests, error_text_is_cut, 0, 4);
	tcase_add_loop_test(tests, length_above_32_bits, 0, 2 * COUNT(codecs));
	tcase_add_test(tests, length_above_32_bits_in_sum);
	return tests;
}

static TCase *
mutation_tests(void)
{
	TCase *tests = tcase_create("mutations");

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, mutated_frames, 0, COUNT(codecs));
	tcase_add_test(tests, mutated_beginning);
	return tests;
}

/* The framing of an initial token: each field good, cut, too large, left over.
 */

static const struct initial_row {
	const char *name;
	const char *octets;
	size_t size;
	const char *mech; /* NULL: refused */
} initial_rows[] = {
    {"good", "\x60\x05\x06\x02\x2a\x03x", 7, "\x2a\x03"},
    {"nothing behind the OID", "\x60\x04\x06\x02\x2a\x03", 6, "\x2a\x03"},
    {"empty", "", 0, NULL},
    {"tag alone", "\x60", 1, NULL},
    {"tag wrong", "\x61\x04\x06\x02\x2a\x03", 6, NULL},
    {"length cut", "\x60\x82\x01", 3, NULL},
    {"length too large", "\x60\x05\x06\x02\x2a\x03", 6, NULL},
    {"length too small, left over", "\x60\x04\x06\x02\x2a\x03x", 7, NULL},
    {"length without end", "\x60\x80\x06\x02\x2a\x03", 6, NULL},
    {"length of five octets", "\x60\x85\0\0\0\0\4\x06\x02\x2a\x03", 11, NULL},
    {"length longer than need be", "\x60\x81\x04\x06\x02\x2a\x03", 7, NULL},
    {"length with a leading zero", "\x60\x82\0\x04\x06\x02\x2a\x03", 8, NULL},
    {"OID's tag wrong", "\x60\x04\x05\x02\x2a\x03", 6, NULL},
    {"OID's length cut", "\x60\x01\x06", 3, NULL},
    {"OID too large", "\x60\x04\x06\x03\x2a\x03", 6, NULL},
    {"OID of no octets", "\x60\x02\x06\x00", 4, NULL},
};

START_TEST(initial_tokens)
{
	const struct initial_row *row = &initial_rows[_i];
	struct gssloop_view mech, inner;
	bool framed;
	uint8_t *copy = suite_exact(row->octets, row->size);

	framed = gj_initial_decode(copy, row->size, &mech, &inner);
	ck_assert_msg(framed == (row->mech != NULL), "%s", row->name);
	ck_assert_msg(mech.size == (framed ? 2u : 0u), "%s", row->name);
	if (framed)
		ck_assert_mem_eq(mech.data, row->mech, 2);
	free(copy);
}
END_TEST

START_TEST(initial_token_of_many_octets)
{
	static uint8_t token[4 + 300] = {0x60, 0x82, 0x01, 0x2c, 0x06, 0x01, 7};
	struct gssloop_view mech, inner;

	ck_assert(gj_initial_decode(token, sizeof(token), &mech, &inner));
	ck_assert_uint_eq(mech.size, 1);
	ck_assert(!gj_initial_decode(token, sizeof(token) - 1, &mech, &inner));
}
END_TEST

static TCase *
initial_tests(void)
{
	TCase *tests = tcase_create("initial tokens");

	tcase_add_loop_test(tests, initial_tokens, 0, (int)COUNT(initial_rows));
	tcase_add_test(tests, initial_token_of_many_octets);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("wire");

	printf("mutations: seed 0x%" PRIx64 "\n", SEED);
	suite_add_tcase(suite, frame_tests());
	suite_add_tcase(suite, field_tests());
	suite_add_tcase(suite, limit_tests());
	suite_add_tcase(suite, mutation_tests());
	suite_add_tcase(suite, initial_tests());
	return suite_run(suite);
}
