/*
 * Tests of the framing of the .NET NegotiateStream protocol.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The numbers behind the names of rows are those of the rules in the facts
 * about MS-NNS.
 */
#include <check.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gss.h"
#include "mutation.h"
#include "suite.h"
#include "wire_nns.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define OCTETS(text) text, sizeof(text) - 1

#define HEADER	    5
#define DATA_HEADER 4

/* A fixed seed: a failure comes again. */
#define SEED	  UINT64_C(0x14151600fc30fc00)
#define MUTATIONS 10000

#define TOKEN_MAX   64
#define MESSAGE_MAX 80
static const struct gj_wire_limits limits = {TOKEN_MAX, MESSAGE_MAX};
static const struct gj_wire_limits all = {SIZE_MAX, SIZE_MAX};

/* What becomes of octets that are one handshake or data message, or none. */
struct outcome {
	enum gj_wire what;
	size_t size; /* of FRAME and NEED */
	uint8_t id;  /* of a handshake FRAME; 0: a data message */
	size_t at;   /* where the view looks, and how far */
	size_t length;
	bool has_code;
	uint32_t code;
	char reason[GJ_WIRE_REASON];
};

static void
outcome_view(struct outcome *outcome, const uint8_t *data,
    const struct gssloop_view *view)
{
	outcome->length = view->size;
	outcome->at = view->size > 0 ? (size_t)(view->data - data) : 0;
}

static void
outcome_result(struct outcome *outcome, const struct gj_wire_result *result)
{
	bool refusal =
	    result->what != GJ_WIRE_FRAME && result->what != GJ_WIRE_NEED;

	outcome->what = result->what;
	outcome->size = result->size;
	memcpy(outcome->reason, result->reason, sizeof(outcome->reason));
	if (memchr(result->reason, '\0', sizeof(result->reason)) == NULL ||
	    (result->reason[0] != '\0') != refusal)
		ck_abort_msg("%d with the reason \"%.*s\"", (int)result->what,
		    (int)sizeof(result->reason), result->reason);
}

/* The codecs under one signature; each decodes a copy that ends where it ends.
 */

static struct outcome
handshake(const void *octets, size_t size, const struct gj_wire_limits *max)
{
	uint8_t *copy = suite_exact(octets, size);
	struct gj_nns_handshake message;
	struct gj_wire_result result;
	struct outcome outcome;

	memset(&outcome, 0, sizeof(outcome));
	memset(&message, 0xa5, sizeof(message));
	memset(&result, 0xa5, sizeof(result));
	gj_nns_handshake_decode(copy, size, max, &message, &result);
	outcome_result(&outcome, &result);
	outcome.id = (uint8_t)message.id;
	outcome_view(&outcome, copy, &message.token);
	outcome.has_code = message.has_code;
	outcome.code = message.code;
	free(copy);
	return outcome;
}

static struct outcome
view_decode(
    void (*decode)(const uint8_t *, size_t, const struct gj_wire_limits *,
	struct gssloop_view *, struct gj_wire_result *),
    const void *octets, size_t size, const struct gj_wire_limits *max)
{
	uint8_t *copy = suite_exact(octets, size);
	struct gssloop_view view;
	struct gj_wire_result result;
	struct outcome outcome;

	memset(&outcome, 0, sizeof(outcome));
	memset(&view, 0xa5, sizeof(view));
	memset(&result, 0xa5, sizeof(result));
	decode(copy, size, max, &view, &result);
	outcome_result(&outcome, &result);
	outcome_view(&outcome, copy, &view);
	free(copy);
	return outcome;
}

static struct outcome
data(const void *octets, size_t size, const struct gj_wire_limits *max)
{
	return view_decode(gj_nns_data_decode, octets, size, max);
}

static struct outcome
clear(const void *octets, size_t size, const struct gj_wire_limits *max)
{
	return view_decode(gj_nns_clear_decode, octets, size, max);
}

typedef struct outcome decoder(
    const void *octets, size_t size, const struct gj_wire_limits *max);

/* Every field: good, cut, too large, left over; and the bad input */

struct row {
	const char *name;
	decoder *decode;
	const char *octets;
	size_t size;
	enum gj_wire what;
	size_t result_size; /* of FRAME and NEED */
	uint8_t id;
	size_t at, length;
	bool has_code;
	uint32_t code;
	const char *reason; /* how a refusal's text begins */
};

#define NEED(n) GJ_WIRE_NEED, n, 0, 0, 0, false, 0, ""
#define DONE(n, length)                                                        \
	GJ_WIRE_FRAME, n, 0x14, (length) ? 5 : 0, length, false, 0, ""
#define PROGRESS(n, length) GJ_WIRE_FRAME, n, 0x16, 5, length, false, 0, ""
#define CODE(n, code)	    GJ_WIRE_FRAME, n, 0x15, 0, 0, true, code, ""
#define NO_CODE(n)	    GJ_WIRE_FRAME, n, 0x15, 0, 0, false, 0, ""
#define DATA(n, length)	    GJ_WIRE_FRAME, n, 0, 4, length, false, 0, ""
#define CLEAR(n)	    GJ_WIRE_FRAME, n, 0, 0, n, false, 0, ""
#define MALFORMED(text)	    GJ_WIRE_MALFORMED, 0, 0, 0, 0, false, 0, text
#define TOO_LARGE(text)	    GJ_WIRE_TOO_LARGE, 0, 0, 0, 0, false, 0, text
#define EARLY		    GJ_WIRE_EARLY, 0, 0, 0, 0, false, 0, "no message"

static const struct row rows[] = {
    {"id done", handshake, OCTETS("\x14\1\0\0\1x"), DONE(6, 1)},
    {"id error", handshake, OCTETS("\x15\1\0\0\0"), NO_CODE(5)},
    {"id in progress", handshake, OCTETS("\x16\1\0\0\1x"), PROGRESS(6, 1)},
    {"id cut", handshake, OCTETS(""), NEED(5)},
    {"id 0x00", handshake, OCTETS("\0\1\0\0\1x"),
	MALFORMED("offset 0: handshake message 0x00 is none")},
    {"id 0x13", handshake, OCTETS("\x13\1\0\0\1x"), MALFORMED("offset 0:")},
    {"id 0x17", handshake, OCTETS("\x17\1\0\0\1x"), MALFORMED("offset 0:")},
    {"id 0xff", handshake, OCTETS("\xff\1\0\0\1x"),
	MALFORMED("offset 0: handshake message 0xff is none")},
    {"id unknown, the rest to come", handshake, OCTETS("\x17"),
	MALFORMED("offset 0:")},

    {"version cut", handshake, OCTETS("\x16\1"), NEED(5)},
    {"version 0.0, 1.3", handshake, OCTETS("\x16\0\0\0\1x"), PROGRESS(6, 1)},
    {"version 1.1", handshake, OCTETS("\x14\1\1\0\1x"), DONE(6, 1)},
    {"version 255.255", handshake, OCTETS("\x14\xff\xff\0\0"), DONE(5, 0)},
    {"version of an error", handshake,
	OCTETS("\x15\2\3\0\x08\0\0\0\0\0\0\6\xfe"), CODE(13, 0x6fe)},

    {"length, high octet first, 1.2", handshake, OCTETS("\x16\1\0\1\0"),
	TOO_LARGE("offset 3: token of 256 octets, limit 64")},
    {"length, both octets", handshake, OCTETS("\x14\1\0\x12\x34"),
	TOO_LARGE("offset 3: token of 4660 octets, limit 64")},
    {"length cut", handshake, OCTETS("\x16\1\0\0"), NEED(5)},
    {"length zero, done, 1.5", handshake, OCTETS("\x14\1\0\0\0"), DONE(5, 0)},
    {"length zero, in progress, 1.4", handshake, OCTETS("\x16\1\0\0\0"),
	MALFORMED("offset 3: in progress, but without a token")},
    {"length zero, more follows", handshake, OCTETS("\x16\1\0\0\0\x16"),
	MALFORMED("offset 3:")},
    {"length at the limit", handshake, OCTETS("\x16\1\0\0\x40"), NEED(69)},
    {"length too large", handshake, OCTETS("\x16\1\0\0\x41"),
	TOO_LARGE("offset 3: token of 65 octets, limit 64")},
    {"length of done too large", handshake, OCTETS("\x14\1\0\0\x41"),
	TOO_LARGE("offset 3: token of 65 octets, limit 64")},
    {"length greatest", handshake, OCTETS("\x16\1\0\xff\xff"),
	TOO_LARGE("offset 3: token of 65535 octets, limit 64")},

    {"token good", handshake, OCTETS("\x16\1\0\0\3tok"), PROGRESS(8, 3)},
    {"token cut", handshake, OCTETS("\x16\1\0\0\3to"), NEED(8)},
    {"token not begun", handshake, OCTETS("\x14\1\0\0\3"), NEED(8)},
    {"token left over", handshake, OCTETS("\x16\1\0\0\3token"), PROGRESS(8, 3)},
    {"data behind the last message, 5.11", handshake,
	OCTETS("\x14\1\0\0\0\5\0\0\0wraps"), DONE(5, 0)},

    {"code, high octet first, 2.3", handshake,
	OCTETS("\x15\1\0\0\x08\0\0\0\0\0\0\x06\xfe"), CODE(13, 0x000006fe)},
    {"code of a package", handshake,
	OCTETS("\x15\1\0\0\x08\0\0\0\0\x80\x09\x03\x0c"), CODE(13, 0x8009030c)},
    {"code cut", handshake, OCTETS("\x15\1\0\0\x08\0\0\0\0\x80\x09\x03"),
	NEED(13)},
    {"code greatest", handshake,
	OCTETS("\x15\1\0\0\x08\0\0\0\0\xff\xff\xff\xff"), CODE(13, 0xffffffff)},
    {"code zero", handshake, OCTETS("\x15\1\0\0\x08\0\0\0\0\0\0\0\0"),
	CODE(13, 0)},
    {"code left over", handshake,
	OCTETS("\x15\1\0\0\x08\0\0\0\0\0\0\x06\xfe\x15"), CODE(13, 0x6fe)},
    {"reserved octets set, 2.1", handshake,
	OCTETS("\x15\1\0\0\x08\xff\xfe\xfd\xfc\0\0\x06\xfe"),
	CODE(13, 0x000006fe)},
    {"error of 7 octets, 2.4", handshake,
	OCTETS("\x15\1\0\0\7\0\0\0\0\x80\x09\x03"), NO_CODE(12)},
    {"error of 7 octets, a data message behind it", handshake,
	OCTETS("\x15\1\0\0\7\0\0\0\0\x80\x09\x03\x0c"), NO_CODE(12)},
    {"error of 4 octets", handshake, OCTETS("\x15\1\0\0\4\x80\x09\x03\x0c"),
	NO_CODE(9)},
    {"error of 1 octet", handshake, OCTETS("\x15\1\0\0\1\x80"), NO_CODE(6)},
    {"error of no octets", handshake, OCTETS("\x15\1\0\0\0"), NO_CODE(5)},
    {"error of 9 octets, 2.4", handshake,
	OCTETS("\x15\1\0\0\x09\0\0\0\0\x80\x09\x03\x0c\xff"),
	CODE(14, 0x8009030c)},
    {"error above the token's limit", handshake, OCTETS("\x15\1\0\0\x41"),
	NEED(70)},
    {"error greatest", handshake, OCTETS("\x15\1\0\xff\xff"), NEED(65540)},

    {"data before the handshake is done", handshake, OCTETS("\5\0\0\0wraps"),
	MALFORMED("offset 0: handshake message 0x05 is none")},
    {"data that passes for a token", handshake,
	OCTETS("\x16\0\0\0\5\4\2\xff\0\0"), PROGRESS(10, 5)},
    {"data without framing for a handshake", handshake, OCTETS("GET /"),
	MALFORMED("offset 0: handshake message 0x47 is none")},

    {"size good", data, OCTETS("\5\0\0\0wraps"), DATA(9, 5)},
    {"size, low octet first, 5.2", data, OCTETS("\0\0\0\5wraps"),
	TOO_LARGE("offset 0: data of 83886080 octets, limit 80")},
    {"size, all octets", data, OCTETS("\x78\x56\x34\x12"),
	TOO_LARGE("offset 0: data of 305419896 octets, limit 80")},
    {"size cut", data, OCTETS("\5\0\0"), NEED(4)},
    {"size of nothing", data, OCTETS(""), NEED(4)},
    {"size 0, 5.5", data, OCTETS("\0\0\0\0"),
	MALFORMED("offset 0: data of 0 octets is too little")},
    {"size 1", data, OCTETS("\1\0\0\0x"), MALFORMED("offset 0:")},
    {"size 2", data, OCTETS("\2\0\0\0xx"), MALFORMED("offset 0:")},
    {"size 3", data, OCTETS("\3\0\0\0xxx"), MALFORMED("offset 0:")},
    {"size 4", data, OCTETS("\4\0\0\0xxxx"),
	MALFORMED("offset 0: data of 4 octets is too little")},
    {"size 5 without its own 4 octets, 5.3", data, OCTETS("\5\0\0\0w"),
	NEED(9)},
    {"size at the limit", data, OCTETS("\x50\0\0\0"), NEED(84)},
    {"size too large", data, OCTETS("\x51\0\0\0"),
	TOO_LARGE("offset 0: data of 81 octets, limit 80")},
    {"size greatest", data, OCTETS("\xff\xff\xff\x7f"),
	TOO_LARGE("offset 0: data of 2147483647 octets, limit 80")},
    {"size least below zero", data, OCTETS("\0\0\0\x80"),
	MALFORMED("offset 0: data of -2147483648 octets is too little")},
    {"size -1", data, OCTETS("\xff\xff\xff\xff"),
	MALFORMED("offset 0: data of -1 octets is too little")},
    {"data cut", data, OCTETS("\5\0\0\0wrap"), NEED(9)},
    {"data left over", data, OCTETS("\5\0\0\0wraps\5"), DATA(9, 5)},
    {"two together, 5.9", data, OCTETS("\5\0\0\0wraps\5\0\0\0wraps"),
	DATA(9, 5)},
    {"a handshake message for data", data, OCTETS("\x14\1\0\0\0"),
	TOO_LARGE("offset 0: data of 276 octets, limit 80")},

    {"clear", clear, OCTETS("hello"), CLEAR(5)},
    {"clear, one octet", clear, OCTETS("\x14"), CLEAR(1)},
    {"clear, like a size of zero", clear, OCTETS("\0\0\0\0"), CLEAR(4)},
    {"clear, nothing", clear, OCTETS(""), NEED(1)},
    {"clear, above the limit", clear,
	OCTETS("0123456789012345678901234567890123456789"
	       "0123456789012345678901234567890123456789+"),
	CLEAR(80)},
};

/* What is wrong with an outcome; NULL for nothing. */
static const char *
outcome_wrong(const struct outcome *is, const struct outcome *should)
{
	bool frame = should->what == GJ_WIRE_FRAME;

	if (is->what != should->what)
		return "what it is";
	if ((frame || is->what == GJ_WIRE_NEED) && is->size != should->size)
		return "size";
	if (is->id != should->id)
		return "id";
	if (is->at != should->at || is->length != should->length)
		return "view";
	if (is->has_code != should->has_code || is->code != should->code)
		return "code";
	return NULL;
}

static void
check_outcome(
    const char *name, const struct outcome *is, const struct outcome *should)
{
	const char *wrong = outcome_wrong(is, should);

	if (wrong != NULL)
		ck_abort_msg("%s: wrong %s: %d of %zu octets, id 0x%02x, %zu "
			     "octets at %zu, code 0x%08" PRIx32 ", %s",
		    name, wrong, (int)is->what, is->size, is->id, is->length,
		    is->at, is->code, is->reason);
}

START_TEST(fields)
{
	const struct row *row = &rows[_i];
	struct outcome is = row->decode(row->octets, row->size, &limits);
	struct outcome should = {.what = row->what,
	    .size = row->result_size,
	    .id = row->id,
	    .at = row->at,
	    .length = row->length,
	    .has_code = row->has_code,
	    .code = row->code};

	check_outcome(row->name, &is, &should);
	ck_assert_msg(strncmp(is.reason, row->reason, strlen(row->reason)) == 0,
	    "%s: reason \"%s\"", row->name, is.reason);
}
END_TEST

/* Octet by octet: nothing is wrong with a message until it is whole. */
START_TEST(cut_anywhere)
{
	const struct row *row = &rows[_i];
	size_t header = row->decode == data ? DATA_HEADER : HEADER, k;

	if (row->what != GJ_WIRE_FRAME || row->decode == clear)
		return;
	for (k = 0; k < row->result_size; k++) {
		struct outcome is = row->decode(row->octets, k, &limits);
		struct outcome should = {.what = GJ_WIRE_NEED,
		    .size = k < header ? header : row->result_size};

		check_outcome(row->name, &is, &should);
	}
}
END_TEST

START_TEST(decode_of_nothing)
{
	struct gj_nns_handshake message;
	struct gssloop_view view;
	struct gj_wire_result result;

	gj_nns_handshake_decode(NULL, 0, &limits, &message, &result);
	ck_assert(result.what == GJ_WIRE_NEED && result.size == HEADER);
	gj_nns_data_decode(NULL, 0, &limits, &view, &result);
	ck_assert(result.what == GJ_WIRE_NEED && result.size == DATA_HEADER);
	gj_nns_clear_decode(NULL, 0, &limits, &view, &result);
	ck_assert(result.what == GJ_WIRE_NEED && result.size == 1);
}
END_TEST

START_TEST(every_first_octet)
{
	uint8_t octets[HEADER + 1] = {0, 1, 0, 0, 1, 'x'};
	int first;

	for (first = 0; first < 256; first++) {
		struct outcome is;

		octets[0] = (uint8_t)first;
		is = handshake(octets, sizeof(octets), &limits);
		ck_assert_msg(is.what == (first >= 0x14 && first <= 0x16
						 ? GJ_WIRE_FRAME
						 : GJ_WIRE_MALFORMED),
		    "0x%02x", (unsigned int)first);
	}
}
END_TEST

/* Limits */

/* What the first octets of a message, and a limit, come to. */
static const struct border {
	const char *name;
	decoder *decode;
	const char *octets;
	size_t size;
	struct gj_wire_limits limits;
	enum gj_wire what;
	size_t need;
} borders[] = {
    {"greatest token, 1.6", handshake, OCTETS("\x16\1\0\xff\xff"), {65535, 0},
	GJ_WIRE_NEED, 65540},
    {"greatest token, one less allowed", handshake, OCTETS("\x16\1\0\xff\xff"),
	{65534, SIZE_MAX}, GJ_WIRE_TOO_LARGE, 0},
    {"greatest last token", handshake, OCTETS("\x14\1\0\xff\xff"),
	{SIZE_MAX, 0}, GJ_WIRE_NEED, 65540},
    {"no token allowed, one comes", handshake, OCTETS("\x14\1\0\0\1"),
	{0, SIZE_MAX}, GJ_WIRE_TOO_LARGE, 0},
    {"no token allowed, none comes", handshake, OCTETS("\x14\1\0\0\0"), {0, 0},
	GJ_WIRE_FRAME, 5},
    {"no token allowed, an error comes", handshake, OCTETS("\x15\1\0\0\x08"),
	{0, 0}, GJ_WIRE_NEED, 13},

    {"data of 0xfc00, 5.4", data, OCTETS("\0\xfc\0\0"), {0, SIZE_MAX},
	GJ_WIRE_NEED, 64516},
    {"data of 0xfc30, 5.4", data, OCTETS("\x30\xfc\0\0"), {0, SIZE_MAX},
	GJ_WIRE_NEED, 64564},
    {"data of 0xfc31, 5.5", data, OCTETS("\x31\xfc\0\0"), {0, SIZE_MAX},
	GJ_WIRE_NEED, 64565},
    {"data of 0x10000, 5.5", data, OCTETS("\0\0\1\0"), {0, SIZE_MAX},
	GJ_WIRE_NEED, 65540},
    {"data of 0x10001, 5.5", data, OCTETS("\1\0\1\0"), {0, SIZE_MAX},
	GJ_WIRE_TOO_LARGE, 0},
    {"data of 0xfc30, strict", data, OCTETS("\x30\xfc\0\0"),
	{0, GJ_NNS_DATA_SEND_MAX}, GJ_WIRE_NEED, 64564},
    {"data of 0xfc31, strict", data, OCTETS("\x31\xfc\0\0"),
	{0, GJ_NNS_DATA_SEND_MAX}, GJ_WIRE_TOO_LARGE, 0},
    {"least data, less allowed", data, OCTETS("\5\0\0\0"), {64, 4},
	GJ_WIRE_TOO_LARGE, 0},

    {"data early", data, OCTETS("\5\0\0\0wraps"), {64, 0}, GJ_WIRE_EARLY, 0},
    {"data early, header", data, OCTETS("\5\0\0\0"), {64, 0}, GJ_WIRE_EARLY, 0},
    {"data early, too little", data, OCTETS("\0\0\0\0"), {64, 0}, GJ_WIRE_EARLY,
	0},
    {"data early, too large", data, OCTETS("\xff\xff\xff\xff"), {64, 0},
	GJ_WIRE_EARLY, 0},
    {"data early, header cut", data, OCTETS("\5\0\0"), {64, 0}, GJ_WIRE_NEED,
	4},
    {"clear early", clear, OCTETS("x"), {64, 0}, GJ_WIRE_EARLY, 0},
    {"clear early, nothing there", clear, OCTETS(""), {64, 0}, GJ_WIRE_NEED, 1},
    {"clear, one octet allowed", clear, OCTETS("xy"), {0, 1}, GJ_WIRE_FRAME, 1},
};

START_TEST(limits_at_their_borders)
{
	const struct border *border = &borders[_i];
	struct outcome is =
	    border->decode(border->octets, border->size, &border->limits);

	ck_assert_msg(is.what == border->what, "%s: is %d %s", border->name,
	    (int)is.what, is.reason);
	ck_assert_msg(border->need == 0 || is.size == border->need,
	    "%s: size %zu", border->name, is.size);
}
END_TEST

/* Writing */

static const struct written {
	const char *name;
	enum gj_nns_id id;
	const char *token;
	size_t token_size;
	uint32_t code;
	const char *octets;
	size_t size;
} writings[] = {
    {"in progress", GJ_NNS_PROGRESS, OCTETS("tok"), 0,
	OCTETS("\x16\1\0\0\3tok")},
    {"done", GJ_NNS_DONE, OCTETS("tok"), 0, OCTETS("\x14\1\0\0\3tok")},
    {"done without a token, 1.5", GJ_NNS_DONE, OCTETS(""), 0,
	OCTETS("\x14\1\0\0\0")},
    {"error, 2.3", GJ_NNS_ERROR, OCTETS(""), 0x000006fe,
	OCTETS("\x15\1\0\0\x08\0\0\0\0\0\0\x06\xfe")},
    {"error of a package, 2.3", GJ_NNS_ERROR, OCTETS(""), 0x8009030c,
	OCTETS("\x15\1\0\0\x08\0\0\0\0\x80\x09\x03\x0c")},
    {"error with a token", GJ_NNS_ERROR, OCTETS("tok"), 0x80090308,
	OCTETS("\x15\1\0\0\x08\0\0\0\0\x80\x09\x03\x08")},
};

static struct gj_nns_handshake
message_of(const struct written *written)
{
	struct gj_nns_handshake message = {.id = written->id,
	    .token = {(const uint8_t *)written->token, written->token_size},
	    .code = written->code};

	return message;
}

/* In room for it, and in every smaller one, which fails; never beyond. */
START_TEST(handshakes_written)
{
	const struct written *written = &writings[_i];
	struct gj_nns_handshake message = message_of(written);
	struct gj_writer writer;
	size_t room;

	for (room = 0; room <= written->size; room++) {
		uint8_t *memory = malloc(room);

		gj_writer_init(&writer, memory, room);
		ck_assert(gj_nns_handshake_encode(&message, &writer));
		ck_assert_msg(writer.failed == (room < written->size),
		    "%s: room %zu", written->name, room);
		if (!writer.failed)
			ck_assert_mem_eq(
			    memory, written->octets, written->size);
		free(memory);
	}
	ck_assert_uint_eq(writer.used, written->size);
}
END_TEST

START_TEST(handshakes_there_are_none_of)
{
	static const struct gj_nns_handshake none[] = {
	    {.id = GJ_NNS_PROGRESS},
	    {.id = (enum gj_nns_id)0, .token = {(const uint8_t *)"x", 1}},
	    {.id = (enum gj_nns_id)0x13, .token = {(const uint8_t *)"x", 1}},
	    {.id = (enum gj_nns_id)0x17, .token = {(const uint8_t *)"x", 1}},
	};
	uint8_t memory[64];
	struct gj_writer writer;
	size_t i;

	for (i = 0; i < COUNT(none); i++) {
		gj_writer_init(&writer, memory, sizeof(memory));
		ck_assert(!gj_nns_handshake_encode(&none[i], &writer));
		ck_assert_uint_eq(writer.used, 0);
	}
}
END_TEST

/* Octets of the sizes at the borders, there and back; too large is refused. */

static uint8_t *
pattern(size_t size)
{
	uint8_t *octets = malloc(size);
	size_t i;

	ck_assert_ptr_nonnull(octets);
	for (i = 0; i < size; i++)
		octets[i] = (uint8_t)(i * 7 + i / 256);
	return octets;
}

START_TEST(token_sizes)
{
	static const size_t sizes[] = {
	    1, 255, 256, 257, 32768, 65534, 65535, 65536, 65537, 131072};
	size_t size = sizes[_i], room = size + GJ_WIRE_OVERHEAD;
	uint8_t *token = pattern(size), *memory = malloc(room);
	struct gj_nns_handshake message = {
	    .id = GJ_NNS_PROGRESS, .token = {token, size}};
	struct gj_writer writer;
	struct outcome is;

	gj_writer_init(&writer, memory, room);
	ck_assert(gj_nns_handshake_encode(&message, &writer));
	ck_assert_msg(writer.failed == (size > 65535), "%zu", size);
	if (!writer.failed) {
		ck_assert_uint_eq(writer.used, HEADER + size);
		ck_assert_uint_eq(memory[3], size / 256);
		ck_assert_uint_eq(memory[4], size % 256);
		is = handshake(memory, writer.used, &all);
		ck_assert(is.what == GJ_WIRE_FRAME && is.at == HEADER &&
			  is.length == size);
		ck_assert_mem_eq(memory + HEADER, token, size);
	}
	free(token);
	free(memory);
}
END_TEST

START_TEST(data_sizes)
{
	static const size_t sizes[] = {
	    0, 1, 4, 5, 255, 256, 0xfc00, 0xfc2f, 0xfc30, 0xfc31, 65536, 65537};
	size_t size = sizes[_i], room = size + GJ_WIRE_OVERHEAD;
	uint8_t *octets = pattern(size), *memory = malloc(room);
	struct gssloop_view view = {octets, size};
	struct gj_writer writer;
	struct outcome is;

	gj_writer_init(&writer, memory, room);
	ck_assert_msg(
	    gj_nns_data_encode(&view, &writer) == (size > 4), "%zu", size);
	ck_assert_msg(writer.failed == (size > 0xfc30), "%zu", size);
	if (writer.failed || size <= 4) {
		ck_assert_uint_eq(writer.used, 0);
	} else {
		ck_assert_uint_eq(writer.used, DATA_HEADER + size);
		ck_assert_uint_eq(memory[0], size % 256);
		ck_assert_uint_eq(memory[1], size / 256);
		ck_assert_uint_eq(memory[2] + memory[3], 0);
		is = data(memory, writer.used, &all);
		ck_assert(is.what == GJ_WIRE_FRAME && is.at == DATA_HEADER &&
			  is.length == size);
		ck_assert_mem_eq(memory + DATA_HEADER, octets, size);
	}
	free(octets);
	free(memory);
}
END_TEST

/* No octet is read of what is too large. */
START_TEST(sizes_above_32_bits)
{
	static const size_t above[] = {(size_t)UINT32_MAX + 1,
	    (size_t)UINT32_MAX + 6, SIZE_MAX, SIZE_MAX - HEADER};
	uint8_t octet = 'x', memory[64];
	struct gssloop_view view = {&octet, above[_i]};
	struct gj_nns_handshake message = {.id = GJ_NNS_DONE, .token = view};
	struct gj_writer writer;

	if (SIZE_MAX == UINT32_MAX)
		return;
	gj_writer_init(&writer, memory, sizeof(memory));
	ck_assert(gj_nns_handshake_encode(&message, &writer));
	ck_assert(writer.failed && writer.used == 0);
	gj_writer_init(&writer, memory, sizeof(memory));
	ck_assert(gj_nns_data_encode(&view, &writer));
	ck_assert(writer.failed && writer.used == 0);
}
END_TEST

/* Splitting */

static const struct split {
	size_t size, most;
	size_t pieces, last;
} splits[] = {
    {0, SIZE_MAX, 0, 0},
    {1, SIZE_MAX, 1, 1},
    {64511, SIZE_MAX, 1, 64511},
    {64512, SIZE_MAX, 1, 64512},
    {64513, SIZE_MAX, 2, 1},
    {129024, SIZE_MAX, 2, 64512},
    {1048576, SIZE_MAX, 17, 16384},
    {129024, 64513, 2, 64512},
    {64512, 64500, 2, 12},
    {10, 1, 10, 1},
    {10, 0, 0, 0},
};

START_TEST(writes_are_split)
{
	const struct split *split = &splits[_i];
	size_t most = split->most < 64512 ? split->most : 64512;
	uint8_t *octets = pattern(split->size);
	struct gssloop_view rest = {octets, split->size}, piece;
	size_t pieces = 0, last = 0, taken = 0;

	while (gj_nns_piece(&rest, split->most, &piece)) {
		ck_assert_ptr_eq(piece.data, octets + taken);
		ck_assert(piece.size == most || rest.size == 0);
		pieces++;
		last = piece.size;
		taken += last;
	}
	ck_assert_uint_eq(piece.size, 0);
	ck_assert_uint_eq(pieces, split->pieces);
	ck_assert_uint_eq(last, split->last);
	ck_assert_uint_eq(taken, split->most > 0 ? split->size : 0);
	ck_assert_uint_eq(rest.size, split->size - taken);
	free(octets);
}
END_TEST

START_TEST(split_of_nothing)
{
	struct gssloop_view rest = {NULL, 0}, piece;

	ck_assert(!gj_nns_piece(&rest, SIZE_MAX, &piece));
	ck_assert_uint_eq(piece.size, 0);
}
END_TEST

/* Codes */

static const struct meaning {
	uint32_t code;
	OM_uint32 major;
	const char *text;
} meanings[] = {
    {0x000006fe, GSS_S_UNAUTHORIZED,
	"the protection or impersonation level is not what that side needs "
	"(ERROR_TRUST_FAILURE, code 0x000006fe)"},
    {0x80090302, GSS_S_UNAVAILABLE, "not supported there (SEC_E_UNSUPP"},
    {0x80090303, GSS_S_BAD_NAME, "the target is not known (SEC_E_TARGET_"},
    {0x80090305, GSS_S_BAD_MECH, "the mechanism is not known there (SEC_E_S"},
    {0x80090308, GSS_S_DEFECTIVE_TOKEN,
	"the token is not valid (SEC_E_INVALID_TOKEN, code 0x80090308)"},
    {0x8009030c, GSS_S_DEFECTIVE_CREDENTIAL,
	"the credentials were refused (SEC_E_LOGON_DENIED, code 0x8009030c)"},
    {0x8009030e, GSS_S_NO_CRED, "no credentials on that side (SEC_E_NO_CRED"},
    {0x8009030f, GSS_S_BAD_MIC, "a signature is wrong (SEC_E_MESSAGE_ALT"},
    {0x80090317, GSS_S_CONTEXT_EXPIRED, "the context has expired (SEC_E_CON"},
    {0x80090346, GSS_S_BAD_BINDINGS, "the channel bindings differ (SEC_E_B"},
};

START_TEST(codes_there_and_back)
{
	const struct meaning *meaning = &meanings[_i];
	char text[GJ_NNS_TEXT];

	ck_assert_uint_eq(gj_nns_major(meaning->code), meaning->major);
	ck_assert_uint_eq(gj_nns_code(meaning->major), meaning->code);
	memset(text, 0xa5, sizeof(text));
	gj_nns_code_text(meaning->code, text);
	ck_assert(memchr(text, '\0', sizeof(text)) != NULL);
	ck_assert_msg(strncmp(text, meaning->text, strlen(meaning->text)) == 0,
	    "%s", text);
	/* Whole: the number ends it. */
	ck_assert_str_eq(text + strlen(text) - 1, ")");
}
END_TEST

START_TEST(codes_that_are_not_known)
{
	static const uint32_t codes[] = {
	    0, 1, 0x6fd, 0x6ff, 0x8009030b, 0x8009030d, 0xfe060000, UINT32_MAX};
	char text[GJ_NNS_TEXT], wanted[GJ_NNS_TEXT];
	size_t i;

	for (i = 0; i < COUNT(codes); i++) {
		ck_assert_uint_eq(gj_nns_major(codes[i]), GSS_S_FAILURE);
		gj_nns_code_text(codes[i], text);
		snprintf(wanted, sizeof(wanted), "code 0x%08" PRIx32, codes[i]);
		ck_assert_str_eq(text, wanted);
	}
}
END_TEST

/* What there is no code of its own for, and what is no error of GSS. */
START_TEST(codes_for_other_states)
{
	static const struct {
		OM_uint32 major;
		uint32_t code;
	} others[] = {
	    {GSS_S_COMPLETE, 0x000006fe},
	    {GSS_S_OLD_TOKEN, 0x000006fe},
	    {GSS_S_CONTINUE_NEEDED, 0x80090308},
	    {GSS_S_CONTINUE_NEEDED | GSS_S_OLD_TOKEN, 0x80090308},
	    {GSS_S_FAILURE, 0x8009030c},
	    {GSS_S_CREDENTIALS_EXPIRED, 0x8009030c},
	    {GSS_S_DUPLICATE_ELEMENT, 0x8009030c},
	    {GSS_S_FAILURE | GSS_S_CONTINUE_NEEDED, 0x8009030c},
	    {GSS_S_NO_CRED | GSS_S_CONTINUE_NEEDED, 0x8009030e},
	    {GSS_S_DEFECTIVE_TOKEN | GSS_S_DUPLICATE_TOKEN, 0x80090308},
	    {GSS_S_CALL_BAD_STRUCTURE, 0x8009030c},
	    {GSS_S_CALL_BAD_STRUCTURE | GSS_S_NO_CRED, 0x8009030e},
	    {UINT32_MAX, 0x8009030c},
	};
	size_t i;

	for (i = 0; i < COUNT(others); i++)
		ck_assert_msg(gj_nns_code(others[i].major) == others[i].code,
		    "major 0x%08lx", (unsigned long)others[i].major);
}
END_TEST

/*
 * Spoilt octets: what comes of them is said a second time here, by where the
 * octets are, and has to be the same.
 */

static struct outcome
handshake_expect(const uint8_t *octets, size_t size)
{
	struct outcome expect = {.what = GJ_WIRE_NEED, .size = HEADER};
	size_t length;

	if (size > 0 && (octets[0] < 0x14 || octets[0] > 0x16)) {
		expect.what = GJ_WIRE_MALFORMED;
		return expect;
	}
	if (size < HEADER)
		return expect;
	length = (size_t)octets[3] * 256 + octets[4];
	expect.size = HEADER + length;
	if (octets[0] == 0x16 && length == 0) {
		expect.what = GJ_WIRE_MALFORMED;
	} else if (octets[0] != 0x15 && length > TOKEN_MAX) {
		expect.what = GJ_WIRE_TOO_LARGE;
	} else if (size >= expect.size) {
		expect.what = GJ_WIRE_FRAME;
		expect.id = octets[0];
	}
	if (expect.id == 0x14 || expect.id == 0x16) {
		expect.at = length > 0 ? HEADER : 0;
		expect.length = length;
	} else if (expect.id == 0x15 && length >= 8) {
		expect.has_code = true;
		expect.code = octets[9] * UINT32_C(0x1000000) +
			      octets[10] * UINT32_C(0x10000) +
			      octets[11] * UINT32_C(0x100) + octets[12];
	}
	return expect;
}

static struct outcome
data_expect(const uint8_t *octets, size_t size)
{
	struct outcome expect = {.what = GJ_WIRE_NEED, .size = DATA_HEADER};
	size_t length;

	if (size < DATA_HEADER)
		return expect;
	length = octets[0] + octets[1] * UINT32_C(0x100) +
		 octets[2] * UINT32_C(0x10000) +
		 octets[3] * UINT32_C(0x1000000);
	expect.size = DATA_HEADER + length;
	if (length <= 4 || octets[3] >= 0x80) {
		expect.what = GJ_WIRE_MALFORMED;
	} else if (length > MESSAGE_MAX) {
		expect.what = GJ_WIRE_TOO_LARGE;
	} else if (size >= expect.size) {
		expect.what = GJ_WIRE_FRAME;
		expect.at = DATA_HEADER;
		expect.length = length;
	}
	return expect;
}

static void
check_spoilt(const uint8_t *octets, size_t size)
{
	struct outcome is = handshake(octets, size, &limits);
	struct outcome should = handshake_expect(octets, size);

	check_outcome("spoilt, as a handshake message", &is, &should);
	is = data(octets, size, &limits);
	should = data_expect(octets, size);
	check_outcome("spoilt, as data", &is, &should);
}

/* What decodes to a message is written as it was, but for what is ignored. */
static void
check_written_again(const uint8_t *octets, size_t size)
{
	struct gj_nns_handshake message;
	struct gj_wire_result result;
	struct gj_writer writer;
	uint8_t memory[256];

	gj_nns_handshake_decode(octets, size, &limits, &message, &result);
	if (result.what != GJ_WIRE_FRAME || message.id == GJ_NNS_ERROR)
		return;
	gj_writer_init(&writer, memory, sizeof(memory));
	ck_assert(gj_nns_handshake_encode(&message, &writer));
	ck_assert(!writer.failed && writer.used == result.size);
	ck_assert_uint_eq(memory[0], octets[0]);
	ck_assert_mem_eq(memory + 1, "\1", 2);
	ck_assert_mem_eq(memory + 3, octets + 3, writer.used - 3);
}

START_TEST(each_octet_changed)
{
	const struct row *row = &rows[_i];
	uint8_t octets[128];
	size_t at;
	int change;

	ck_assert_uint_le(row->size, sizeof(octets));
	memcpy(octets, row->octets, row->size);
	for (at = 0; at < row->size; at++) {
		for (change = 0; change < 256; change++) {
			octets[at] ^= (uint8_t)change;
			check_spoilt(octets, row->size);
			octets[at] ^= (uint8_t)change;
		}
	}
}
END_TEST

START_TEST(mutations)
{
	uint64_t random = SEED;
	unsigned long differed = 0;
	struct mutant mutant;
	size_t n;

	for (n = 0; n < MUTATIONS; n++) {
		const struct row *row =
		    &rows[random_below(&random, COUNT(rows))];

		differed +=
		    mutant_make(&mutant, row->octets, row->size, &random);
		check_spoilt(mutant.octets, mutant.size);
		check_written_again(mutant.octets, mutant.size);
	}
	ck_assert_msg(differed > MUTATIONS / 2,
	    "only %lu mutations of seed 0x%" PRIx64 " differed", differed,
	    SEED);
}
END_TEST

static TCase *
field_tests(void)
{
	TCase *tests = tcase_create("fields");

	tcase_add_loop_test(tests, fields, 0, COUNT(rows));
	tcase_add_loop_test(tests, cut_anywhere, 0, COUNT(rows));
	tcase_add_test(tests, decode_of_nothing);
	tcase_add_test(tests, every_first_octet);
	tcase_add_loop_test(tests, limits_at_their_borders, 0, COUNT(borders));
	return tests;
}

static TCase *
writing_tests(void)
{
	TCase *tests = tcase_create("writing");

	tcase_add_loop_test(tests, handshakes_written, 0, COUNT(writings));
	tcase_add_test(tests, handshakes_there_are_none_of);
	tcase_add_loop_test(tests, token_sizes, 0, 10);
	tcase_add_loop_test(tests, data_sizes, 0, 12);
	tcase_add_loop_test(tests, sizes_above_32_bits, 0, 4);
	tcase_add_loop_test(tests, writes_are_split, 0, COUNT(splits));
	tcase_add_test(tests, split_of_nothing);
	return tests;
}

static TCase *
code_tests(void)
{
	TCase *tests = tcase_create("codes");

	tcase_add_loop_test(tests, codes_there_and_back, 0, COUNT(meanings));
	tcase_add_test(tests, codes_that_are_not_known);
	tcase_add_test(tests, codes_for_other_states);
	return tests;
}

static TCase *
mutation_tests(void)
{
	TCase *tests = tcase_create("mutations");

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, each_octet_changed, 0, COUNT(rows));
	tcase_add_test(tests, mutations);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("wire_nns");

	suite_add_tcase(suite, field_tests());
	suite_add_tcase(suite, writing_tests());
	suite_add_tcase(suite, code_tests());
	suite_add_tcase(suite, mutation_tests());
	return suite_run(suite);
}
