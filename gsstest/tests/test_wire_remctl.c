/*
 * Tests of the codec of remctl: packets, messages, commands, and the old
 * protocol's answer.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire_remctl.h"
#include "mutation.h"
#include "suite.h"
#include "views.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A fixed seed: a failure comes again. */
#define SEED	  UINT64_C(0x4373a11052007)
#define MUTATIONS 10000

#define OCTETS(text) text, sizeof(text) - 1
#define VIEW(text)                                                             \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}

static const struct gj_wire_limits limits = {64, 64};

static bool
starts(const char *reason, const char *expected)
{
	return strncmp(reason, expected, strlen(expected)) == 0 &&
	       (reason[0] != '\0') == (expected[0] != '\0');
}

static bool
reason_is_text(const char *reason)
{
	return reason[0] != '\0' && memchr(reason, '\0', GJ_WIRE_REASON);
}

/* Packets: every field good, cut, too large, left over */

static const struct packet_row {
	const char *name;
	enum gj_remctl_protocol protocol;
	const char *octets;
	size_t size;
	enum gj_wire what;
	size_t result_size; /* of FRAME and NEED */
	const char *reason; /* how a refusal's text begins */
	enum gj_remctl_protocol spoken;
} packet_rows[] = {
#define FRAME(n)	GJ_WIRE_FRAME, n, ""
#define NEED(n)		GJ_WIRE_NEED, n, ""
#define MALFORMED(text) GJ_WIRE_MALFORMED, 0, text
#define TOO_LARGE(text) GJ_WIRE_TOO_LARGE, 0, text
#define NEW		GJ_REMCTL_NEW
#define OLD		GJ_REMCTL_OLD
#define UNDECIDED	GJ_REMCTL_UNDECIDED
    {"flags good", NEW, OCTETS("\x42\0\0\0\0"), FRAME(5), NEW},
    {"flags cut", NEW, OCTETS(""), NEED(5), NEW},
    {"flags too many", NEW, OCTETS("\xff\0\0\0\0"),
	MALFORMED("offset 0: flags 0xff: a token is 0x42"), NEW},
    {"flags none", NEW, OCTETS("\0\0\0\0\0"),
	MALFORMED("offset 0: flags 0x00: TOKEN_PROTOCOL was dropped"), NEW},
    {"flags left over", NEW, OCTETS("\x42\0\0\0\0\x42"), FRAME(5), NEW},
    {"protocol dropped in a token", NEW, OCTETS("\x02\0\0\0\0"),
	MALFORMED("offset 0: flags 0x02: TOKEN_PROTOCOL was dropped (2.1"),
	NEW},
    {"protocol dropped in a message", NEW, OCTETS("\x04\0\0\0\0"),
	MALFORMED("offset 0: flags 0x04: TOKEN_PROTOCOL was dropped"), NEW},
    {"protocol added", OLD, OCTETS("\x42\0\0\0\0"),
	MALFORMED("offset 0: flags 0x42: the old protocol has"), OLD},
    {"MIC wanted in the new", NEW, OCTETS("\x64\0\0\0\0"),
	MALFORMED("offset 0: flags 0x64"), NEW},
    {"MIC in the new", NEW, OCTETS("\x48\0\0\0\0"),
	MALFORMED("offset 0: flags 0x48"), NEW},
    {"a second beginning", NEW, OCTETS("\x51\0\0\0\0"),
	MALFORMED("offset 0: flags 0x51"), NEW},
    {"undecided, new", UNDECIDED, OCTETS("\x42\0\0\0\1x"), FRAME(6), NEW},
    {"undecided, old", UNDECIDED, OCTETS("\x02\0\0\0\1x"), FRAME(6), OLD},
    {"undecided, message", UNDECIDED, OCTETS("\x44\0\0\0\1x"),
	MALFORMED("offset 0: flags 0x44: a context token is"), UNDECIDED},
    {"undecided, old message", UNDECIDED, OCTETS("\x04\0\0\0\1x"),
	MALFORMED("offset 0: flags 0x04: a context token is"), UNDECIDED},
    {"undecided, not all there", UNDECIDED, OCTETS("\x02\0\0\0\1"), NEED(6),
	UNDECIDED},

    {"length good", NEW, OCTETS("\x44\0\0\0\1x"), FRAME(6), NEW},
    {"length cut", NEW, OCTETS("\x44\0\0\0"), NEED(5), NEW},
    {"length at the limit", NEW, OCTETS("\x44\0\0\0\x40"), NEED(69), NEW},
    {"length too large", NEW, OCTETS("\x44\0\0\0\x41"),
	TOO_LARGE("offset 1: message of 65 octets, limit 64 (1)"), NEW},
    {"length of a token too large", NEW, OCTETS("\x42\0\0\0\x41"),
	TOO_LARGE("offset 1: token of 65 octets, limit 64 (1)"), NEW},
    {"length greatest", NEW, OCTETS("\x44\xff\xff\xff\xff"),
	TOO_LARGE("offset 1: message of 4294967295 octets"), NEW},
    {"length left over", NEW, OCTETS("\x44\0\0\0\1xy"), FRAME(6), NEW},
    {"payload cut", NEW, OCTETS("\x44\0\0\0\3xy"), NEED(8), NEW},
    {"payload empty", NEW, OCTETS("\x44\0\0\0\0"), FRAME(5), NEW},

    {"old token", OLD, OCTETS("\x02\0\0\0\1x"), FRAME(6), OLD},
    {"old command", OLD, OCTETS("\x24\0\0\0\1x"), FRAME(6), OLD},
    {"old answer", OLD, OCTETS("\x04\0\0\0\1x"), FRAME(6), OLD},
    {"old MIC", OLD, OCTETS("\x08\0\0\0\1x"), FRAME(6), OLD},
    {"old MIC too large", OLD, OCTETS("\x08\0\0\0\x41"),
	TOO_LARGE("offset 1: message of 65"), OLD},
    {"old MIC and data", OLD, OCTETS("\x0c\0\0\0\0"),
	MALFORMED("offset 0: flags 0x0c"), OLD},
    {"old MIC that wants a MIC", OLD, OCTETS("\x28\0\0\0\0"),
	MALFORMED("offset 0: flags 0x28"), OLD},
};

/* Decodes a copy that ends where it ends. */
static struct gj_wire_result
packet_decode(const void *octets, size_t size,
    enum gj_remctl_protocol *protocol, const struct gj_wire_limits *max)
{
	uint8_t *copy = suite_exact(octets, size);
	struct gssloop_frame frame;
	struct gj_wire_result result;

	memset(&frame, 0xa5, sizeof(frame));
	memset(&result, 0xa5, sizeof(result));
	gj_remctl_decode(copy, size, protocol, max, &frame, &result);
	free(copy);
	return result;
}

START_TEST(packet_fields)
{
	const struct packet_row *row = &packet_rows[_i];
	enum gj_remctl_protocol protocol = row->protocol;
	struct gj_wire_result result =
	    packet_decode(row->octets, row->size, &protocol, &limits);

	ck_assert_msg(result.what == row->what, "%s: is %d %s", row->name,
	    (int)result.what, result.reason);
	ck_assert_msg(row->result_size == 0 || result.size == row->result_size,
	    "%s: size %zu", row->name, result.size);
	ck_assert_msg(starts(result.reason, row->reason), "%s: \"%s\"",
	    row->name, result.reason);
	ck_assert_msg(protocol == row->spoken, "%s: protocol %d", row->name,
	    (int)protocol);
}
END_TEST

static const struct packet {
	const char *name;
	enum gj_remctl_protocol protocol;
	struct gssloop_frame frame;
	const char *octets;
	size_t size;
} packets[] = {
    {"token", NEW, {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("tok")},
	OCTETS("\x42\0\0\0\3tok")},
    {"empty token", NEW, {.kind = GSSLOOP_FRAME_TOKEN}, OCTETS("\x42\0\0\0\0")},
    {"message", NEW,
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_CONF,
	    .data = VIEW("wrapped")},
	OCTETS("\x44\0\0\0\7wrapped")},
    {"old token", OLD, {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("tok")},
	OCTETS("\x02\0\0\0\3tok")},
    {"old command", OLD,
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_CONF,
	    .mic_wanted = 1,
	    .data = VIEW("wrapped")},
	OCTETS("\x24\0\0\0\7wrapped")},
    {"old answer", OLD,
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_CONF,
	    .data = VIEW("wrapped")},
	OCTETS("\x04\0\0\0\7wrapped")},
    {"old MIC", OLD,
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_MIC,
	    .mic = VIEW("MIC")},
	OCTETS("\x08\0\0\0\3MIC")},
};

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
	       view_equal(&one->data, &other->data) &&
	       view_equal(&one->mic, &other->mic);
}

START_TEST(packets_there_and_back)
{
	const struct packet *packet = &packets[_i];
	enum gj_remctl_protocol protocol = packet->protocol;
	uint8_t *octets = suite_exact(packet->octets, packet->size);
	struct gssloop_frame frame;
	struct gj_wire_result result;
	size_t room;

	gj_remctl_decode(
	    octets, packet->size, &protocol, &limits, &frame, &result);
	ck_assert_msg(result.what == GJ_WIRE_FRAME, "%s: %s", packet->name,
	    result.reason);
	ck_assert_msg(frame_equal(&frame, &packet->frame), "%s", packet->name);
	for (room = 0; room <= packet->size; room++) {
		uint8_t *memory = malloc(room);
		struct gj_writer writer;

		gj_writer_init(&writer, memory, room);
		gj_remctl_encode(packet->protocol, &packet->frame, &writer);
		ck_assert_msg(writer.failed == (room < packet->size),
		    "%s: room %zu", packet->name, room);
		if (!writer.failed)
			ck_assert_mem_eq(memory, packet->octets, room);
		free(memory);
	}
	free(octets);
}
END_TEST

START_TEST(packets_cut_anywhere)
{
	const struct packet *packet = &packets[_i];
	size_t k;

	for (k = 0; k < packet->size; k++) {
		enum gj_remctl_protocol protocol = packet->protocol;
		struct gj_wire_result result =
		    packet_decode(packet->octets, k, &protocol, &limits);

		ck_assert_msg(result.what == GJ_WIRE_NEED &&
				  result.size == (k < 5 ? 5 : packet->size),
		    "%s: after %zu octets: %d, %zu", packet->name, k,
		    (int)result.what, result.size);
	}
}
END_TEST

/* What the codec may take, by protocol: an octet of each flags' set. */
static bool
flags_are_legal(enum gj_remctl_protocol protocol, uint8_t flags)
{
	if (protocol == UNDECIDED)
		return flags == 0x42 || flags == 0x02;
	if (protocol == NEW)
		return flags == 0x42 || flags == 0x44;
	return flags == 0x02 || flags == 0x04 || flags == 0x24 || flags == 0x08;
}

START_TEST(every_flags_octet)
{
	enum gj_remctl_protocol protocol = (enum gj_remctl_protocol)_i;
	int flags;

	for (flags = 0; flags < 256; flags++) {
		uint8_t octets[5] = {(uint8_t)flags, 0, 0, 0, 0};
		enum gj_remctl_protocol spoken = protocol;
		enum gj_wire what =
		    packet_decode(octets, 5, &spoken, &limits).what;

		ck_assert_msg(what == (flags_are_legal(protocol, (uint8_t)flags)
					      ? GJ_WIRE_FRAME
					      : GJ_WIRE_MALFORMED),
		    "protocol %d, flags 0x%02x: %d", _i, flags, (int)what);
	}
}
END_TEST

static enum gj_wire
length_decode(uint8_t flags, uint32_t length, const struct gj_wire_limits *max)
{
	uint8_t octets[5];
	enum gj_remctl_protocol protocol = NEW;
	struct gj_writer writer;

	gj_writer_init(&writer, octets, sizeof(octets));
	gj_wire_header_write(&writer, flags, length);
	return packet_decode(octets, 5, &protocol, max).what;
}

/* Section 1: 1,048,576 octets with the header, whatever the caller's limit. */
START_TEST(packet_of_1_mib)
{
	static const struct gj_wire_limits all = {SIZE_MAX, SIZE_MAX};
	static const uint8_t flags[] = {0x42, 0x44};

	ck_assert(length_decode(flags[_i], 1048571, &all) == GJ_WIRE_NEED);
	ck_assert(length_decode(flags[_i], 1048572, &all) == GJ_WIRE_TOO_LARGE);
	ck_assert(
	    length_decode(flags[_i], UINT32_MAX, &all) == GJ_WIRE_TOO_LARGE);
}
END_TEST

START_TEST(limits_are_each_their_own)
{
	static const struct gj_wire_limits tokens = {64, 8}, messages = {8, 64};

	ck_assert(length_decode(0x42, 64, &tokens) == GJ_WIRE_NEED);
	ck_assert(length_decode(0x44, 9, &tokens) == GJ_WIRE_TOO_LARGE);
	ck_assert(length_decode(0x42, 9, &messages) == GJ_WIRE_TOO_LARGE);
	ck_assert(length_decode(0x44, 64, &messages) == GJ_WIRE_NEED);
}
END_TEST

START_TEST(messages_are_early)
{
	static const struct gj_wire_limits none = {64, 0};

	ck_assert(length_decode(0x44, 0, &none) == GJ_WIRE_EARLY);
	ck_assert(length_decode(0x44, UINT32_MAX, &none) == GJ_WIRE_EARLY);
	ck_assert(length_decode(0x42, 64, &none) == GJ_WIRE_NEED);
}
END_TEST

static void
check_not_encoded(enum gj_remctl_protocol protocol, struct gssloop_frame frame)
{
	uint8_t memory[64];
	struct gj_writer writer;

	gj_writer_init(&writer, memory, sizeof(memory));
	gj_remctl_encode(protocol, &frame, &writer);
	ck_assert(writer.failed);
}

START_TEST(frames_that_there_are_not)
{
	static const enum gj_remctl_protocol both[] = {OLD, NEW};
	struct gssloop_frame frame = {.kind = GSSLOOP_FRAME_MESSAGE};
	uint8_t octet = 0;

	check_not_encoded(
	    both[_i], (struct gssloop_frame){.kind = GSSLOOP_FRAME_ERROR});
	check_not_encoded(
	    both[_i], (struct gssloop_frame){.kind = GSSLOOP_FRAME_END});
	check_not_encoded(both[_i], frame);
	frame.protection = GSSLOOP_INTEG;
	check_not_encoded(both[_i], frame);
	frame.protection = GSSLOOP_MIC;
	frame.data.data = &octet;
	frame.data.size = 1;
	check_not_encoded(both[_i], frame);
	frame.data.size = 0;
	check_not_encoded(NEW, frame);
	frame.protection = GSSLOOP_CONF;
	frame.mic_wanted = 1;
	check_not_encoded(NEW, frame);
}
END_TEST

/* Neither what section 1 forbids nor what 32 bits cannot say; not read. */
START_TEST(payload_above_the_limit)
{
	static const size_t above[] = {
	    GJ_REMCTL_PAYLOAD_MAX + 1, UINT32_MAX, SIZE_MAX};
	uint8_t octet = 0;
	struct gssloop_frame frame = {
	    .kind = GSSLOOP_FRAME_TOKEN, .data = {&octet, above[_i]}};

	check_not_encoded(NEW, frame);
	check_not_encoded(OLD, frame);
}
END_TEST

static const struct beginning_row {
	const char *name;
	const char *octets;
	size_t size;
	enum gj_wire what;
	size_t result_size;
	const char *reason;
	enum gj_remctl_protocol protocol;
} beginning_rows[] = {
#define SKIP(n) GJ_WIRE_SKIP, n, ""
    {"new", OCTETS("\x51\0\0\0\0"), SKIP(5), NEW},
    {"old", OCTETS("\x11\0\0\0\0"), SKIP(5), OLD},
    {"none", OCTETS(""), NEED(5), UNDECIDED},
    {"cut", OCTETS("\x51\0\0\0"), NEED(5), UNDECIDED},
    {"too large", OCTETS("\x51\0\0\0\1x"),
	MALFORMED("offset 1: 1 octets, a beginning has none (2.1"), UNDECIDED},
    {"greatest", OCTETS("\x11\xff\xff\xff\xff"),
	MALFORMED("offset 1: 4294967295 octets"), UNDECIDED},
    {"left over", OCTETS("\x51\0\0\0\0\x42"), SKIP(5), NEW},
};

START_TEST(beginnings)
{
	const struct beginning_row *row = &beginning_rows[_i];
	enum gj_remctl_protocol protocol = UNDECIDED;
	uint8_t *copy = suite_exact(row->octets, row->size);
	struct gj_wire_result result;

	gj_remctl_beginning_decode(copy, row->size, &protocol, &result);
	ck_assert_msg(result.what == row->what, "%s: is %d %s", row->name,
	    (int)result.what, result.reason);
	ck_assert_msg(row->result_size == 0 || result.size == row->result_size,
	    "%s: size %zu", row->name, result.size);
	ck_assert_msg(starts(result.reason, row->reason), "%s: \"%s\"",
	    row->name, result.reason);
	ck_assert_msg(protocol == row->protocol, "%s", row->name);
	free(copy);
}
END_TEST

START_TEST(every_beginning)
{
	int flags;

	for (flags = 0; flags < 256; flags++) {
		uint8_t octets[5] = {(uint8_t)flags, 0, 0, 0, 0};
		enum gj_remctl_protocol protocol = UNDECIDED;
		struct gj_wire_result result;
		bool right = flags == 0x51 || flags == 0x11;

		gj_remctl_beginning_decode(octets, 5, &protocol, &result);
		ck_assert_msg(
		    result.what == (right ? GJ_WIRE_SKIP : GJ_WIRE_MALFORMED),
		    "flags 0x%02x", flags);
	}
}
END_TEST

START_TEST(beginnings_encoded)
{
	uint8_t octets[10];
	struct gj_writer writer;

	gj_writer_init(&writer, octets, sizeof(octets));
	gj_remctl_beginning_encode(NEW, &writer);
	gj_remctl_beginning_encode(OLD, &writer);
	ck_assert(!writer.failed);
	ck_assert_uint_eq(writer.used, 10);
	ck_assert_mem_eq(octets, "\x51\0\0\0\0\x11\0\0\0\0", 10);
}
END_TEST

/* Messages: every field good, cut, too large, left over */

#define CLIENT	      GJ_REMCTL_CLIENT
#define SERVER	      GJ_REMCTL_SERVER
#define GOOD	      GJ_REMCTL_GOOD, 0, ""
#define OTHER(text)   GJ_REMCTL_OTHER_VERSION, 0, text
#define BAD(n, text)  GJ_REMCTL_REFUSED, n, text
#define TOKEN(text)   BAD(GJ_REMCTL_BAD_TOKEN, text)
#define COMMAND(text) BAD(GJ_REMCTL_BAD_COMMAND, text)
#define UNKNOWN(text) BAD(GJ_REMCTL_UNKNOWN_MESSAGE, text)

static const struct message_row {
	const char *name;
	enum gj_remctl_sender sender;
	const char *octets;
	size_t size;
	enum gj_remctl_verdict what;
	uint32_t error;
	const char *reason;
} message_rows[] = {
    {"version good", CLIENT, OCTETS("\2\2"), GOOD},
    {"version 3", CLIENT, OCTETS("\3\2"), GOOD},
    {"version cut", CLIENT, OCTETS(""), TOKEN("offset 0: the message is cut")},
    {"version too large", CLIENT, OCTETS("\4\2"),
	OTHER("offset 0: version 4 (2.3)")},
    {"version greatest", CLIENT, OCTETS("\xff\xff-"),
	OTHER("offset 0: version 255 (2.3)")},
    {"version of the old protocol", CLIENT, OCTETS("\1\2"),
	OTHER("offset 0: version 1 (2.2)")},
    {"version zero", CLIENT, OCTETS("\0\2"),
	OTHER("offset 0: version 0 (2.2)")},
    {"server's version too large", SERVER, OCTETS("\4\4\0"),
	OTHER("offset 0: version 4 (2.3)")},

    {"type cut", CLIENT, OCTETS("\2"), TOKEN("offset 0: the message is cut")},
    {"type zero", CLIENT, OCTETS("\2\0"), UNKNOWN("offset 1: type 0 (2.2)")},
    {"type too large", CLIENT, OCTETS("\2\x08"),
	UNKNOWN("offset 1: type 8 (2.2)")},
    {"type greatest", SERVER, OCTETS("\2\xff"),
	UNKNOWN("offset 1: type 255 (2.2)")},
    {"server's type", CLIENT, OCTETS("\2\4\0"),
	UNKNOWN("offset 1: type 4: a client does not send STATUS (2.2)")},
    {"client's type", SERVER, OCTETS("\2\2"),
	UNKNOWN("offset 1: type 2: a server does not send QUIT (2.2)")},

    {"keep-alive good", CLIENT, OCTETS("\2\1\1\0"), GOOD},
    {"keep-alive cut", CLIENT, OCTETS("\2\1"),
	COMMAND("offset 2: COMMAND is cut, it has at least 4 octets (2.4)")},
    {"keep-alive too large", CLIENT, OCTETS("\2\1\2\0"),
	COMMAND("offset 2: (2.4) keep-alive flag 2, not 0 to 1")},
    {"continue good", CLIENT, OCTETS("\2\1\0\3"), GOOD},
    {"continue cut", CLIENT, OCTETS("\2\1\0"),
	COMMAND("offset 3: COMMAND is cut")},
    {"continue too large", CLIENT, OCTETS("\2\1\0\4"),
	COMMAND("offset 3: (2.4) continue status 4, not 0 to 3")},
    {"continue greatest", CLIENT, OCTETS("\2\1\0\xff"),
	COMMAND("offset 3: (2.4) continue status 255")},
    {"both too large: the first", CLIENT, OCTETS("\2\1\xff\xff"),
	COMMAND("offset 2: ")},

    {"QUIT left over", CLIENT, OCTETS("\2\2x"),
	TOKEN("offset 2: octets after QUIT (2.7)")},
    {"NOOP", CLIENT, OCTETS("\3\7"), GOOD},
    {"NOOP as version 2", CLIENT, OCTETS("\2\7"), GOOD},
    {"NOOP of the server", SERVER, OCTETS("\3\7"), GOOD},
    {"NOOP left over", CLIENT, OCTETS("\3\7x"),
	TOKEN("offset 2: octets after NOOP")},

    {"stream good", SERVER, OCTETS("\2\3\2\0\0\0\0"), GOOD},
    {"stream cut", SERVER, OCTETS("\2\3"),
	TOKEN("offset 2: OUTPUT is cut, it has at least 7 octets (2.5)")},
    {"stream zero", SERVER, OCTETS("\2\3\0\0\0\0\0"),
	TOKEN("offset 2: (2.5) stream 0, not 1 to 2")},
    {"stream too large", SERVER, OCTETS("\2\3\3\0\0\0\0"),
	TOKEN("offset 2: (2.5) stream 3, not 1 to 2")},
    {"output length good", SERVER, OCTETS("\2\3\1\0\0\0\2hi"), GOOD},
    {"output length cut", SERVER, OCTETS("\2\3\1\0\0\0"),
	TOKEN("offset 6: OUTPUT is cut")},
    {"output length too large", SERVER, OCTETS("\2\3\1\0\0\0\3hi"),
	TOKEN("offset 3: length 3, but 2 octets follow (2.5)")},
    {"output length greatest", SERVER, OCTETS("\2\3\1\xff\xff\xff\xffhi"),
	TOKEN("offset 3: length 4294967295, but 2 octets follow (2.5)")},
    {"output left over", SERVER, OCTETS("\2\3\1\0\0\0\1hi"),
	TOKEN("offset 3: length 1, but 2 octets follow (2.5)")},

    {"status good", SERVER, OCTETS("\2\4\xff"), GOOD},
    {"status cut", SERVER, OCTETS("\2\4"),
	TOKEN("offset 2: STATUS is cut, it has at least 3 octets (2.5)")},
    {"status left over", SERVER, OCTETS("\2\4\0\0"),
	TOKEN("offset 3: octets after STATUS (2.5)")},

    {"error code good", SERVER, OCTETS("\2\5\0\0\0\6\0\0\0\3why"), GOOD},
    {"error code of others", SERVER, OCTETS("\2\5\xff\xff\xff\xff\0\0\0\3why"),
	GOOD},
    {"error code cut", SERVER, OCTETS("\2\5\0\0\0"),
	TOKEN("offset 5: ERROR is cut, it has at least 10 octets (2.6)")},
    {"error text empty", SERVER, OCTETS("\2\5\0\0\0\6\0\0\0\0"), GOOD},
    {"error length cut", SERVER, OCTETS("\2\5\0\0\0\6\0\0\0"),
	TOKEN("offset 9: ERROR is cut")},
    {"error length too large", SERVER, OCTETS("\2\5\0\0\0\6\0\0\0\4why"),
	TOKEN("offset 6: length 4, but 3 octets follow (2.6)")},
    {"error left over", SERVER, OCTETS("\2\5\0\0\0\6\0\0\0\2why"),
	TOKEN("offset 6: length 2, but 3 octets follow (2.6)")},

    {"highest good", SERVER, OCTETS("\2\6\3"), GOOD},
    {"highest cut", SERVER, OCTETS("\2\6"),
	TOKEN("offset 2: VERSION is cut, it has at least 3 octets (2.3)")},
    {"highest left over", SERVER, OCTETS("\2\6\3\3"),
	TOKEN("offset 3: octets after VERSION (2.3)")},
};

static bool
message_is_empty(const struct gj_remctl_message *message, bool versioned)
{
	struct gj_remctl_message empty;

	memset(&empty, 0, sizeof(empty));
	if (versioned)
		empty.version = message->version;
	return memcmp(&empty, message, sizeof(empty)) == 0;
}

START_TEST(message_fields)
{
	const struct message_row *row = &message_rows[_i];
	uint8_t *copy = suite_exact(row->octets, row->size);
	struct gj_remctl_message message;
	struct gj_remctl_result result;

	memset(&message, 0xa5, sizeof(message));
	memset(&result, 0xa5, sizeof(result));
	gj_remctl_message_decode(
	    copy, row->size, row->sender, &message, &result);
	ck_assert_msg(result.what == row->what, "%s: is %d %s", row->name,
	    (int)result.what, result.reason);
	ck_assert_msg(result.error == row->error, "%s: error %u", row->name,
	    (unsigned)result.error);
	ck_assert_msg(starts(result.reason, row->reason), "%s: \"%s\"",
	    row->name, result.reason);
	free(copy);
}
END_TEST

/* Good ones, all they say, and as they are written. */
static const struct good {
	const char *name;
	enum gj_remctl_sender sender;
	struct gj_remctl_message message;
	const char *octets;
	size_t size;
} goods[] = {
    {"COMMAND", CLIENT,
	{.version = 2,
	    .type = GJ_REMCTL_COMMAND,
	    .keep_alive = true,
	    .data = VIEW("\0\0\0\1\0\0\0\1x")},
	OCTETS("\2\1\1\0\0\0\0\1\0\0\0\1x")},
    {"COMMAND, first piece", CLIENT,
	{.version = 2,
	    .type = GJ_REMCTL_COMMAND,
	    .continued = GJ_REMCTL_FIRST,
	    .data = VIEW("\0\0\0")},
	OCTETS("\2\1\0\1\0\0\0")},
    {"COMMAND, empty piece", CLIENT,
	{.version = 2,
	    .type = GJ_REMCTL_COMMAND,
	    .keep_alive = true,
	    .continued = GJ_REMCTL_MIDDLE},
	OCTETS("\2\1\1\2")},
    {"COMMAND, last piece", CLIENT,
	{.version = 2,
	    .type = GJ_REMCTL_COMMAND,
	    .continued = GJ_REMCTL_LAST,
	    .data = VIEW("\1")},
	OCTETS("\2\1\0\3\1")},
    {"QUIT", CLIENT, {.version = 2, .type = GJ_REMCTL_QUIT}, OCTETS("\2\2")},
    {"NOOP", CLIENT, {.version = 3, .type = GJ_REMCTL_NOOP}, OCTETS("\3\7")},
    {"NOOP, server", SERVER, {.version = 3, .type = GJ_REMCTL_NOOP},
	OCTETS("\3\7")},
    {"OUTPUT", SERVER,
	{.version = 2,
	    .type = GJ_REMCTL_OUTPUT,
	    .stream = GJ_REMCTL_STDOUT,
	    .data = VIEW("hi\0\n")},
	OCTETS("\2\3\1\0\0\0\4hi\0\n")},
    {"OUTPUT, stderr", SERVER,
	{.version = 2, .type = GJ_REMCTL_OUTPUT, .stream = GJ_REMCTL_STDERR},
	OCTETS("\2\3\2\0\0\0\0")},
    {"STATUS", SERVER, {.version = 2, .type = GJ_REMCTL_STATUS, .status = 200},
	OCTETS("\2\4\xc8")},
    {"ERROR", SERVER,
	{.version = 2,
	    .type = GJ_REMCTL_ERROR,
	    .error = GJ_REMCTL_ACCESS,
	    .data = VIEW("Access denied")},
	OCTETS("\2\5\0\0\0\6\0\0\0\x0d"
	       "Access denied")},
    {"VERSION", SERVER, {.version = 2, .type = GJ_REMCTL_VERSION, .highest = 3},
	OCTETS("\2\6\3")},
};

static bool
message_equal(
    const struct gj_remctl_message *one, const struct gj_remctl_message *other)
{
	return one->version == other->version && one->type == other->type &&
	       one->keep_alive == other->keep_alive &&
	       one->continued == other->continued &&
	       one->stream == other->stream && one->status == other->status &&
	       one->error == other->error && one->highest == other->highest &&
	       view_equal(&one->data, &other->data);
}

START_TEST(messages_there_and_back)
{
	const struct good *good = &goods[_i];
	uint8_t *octets = suite_exact(good->octets, good->size);
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	size_t room;

	gj_remctl_message_decode(
	    octets, good->size, good->sender, &message, &result);
	ck_assert_msg(
	    result.what == GJ_REMCTL_GOOD, "%s: %s", good->name, result.reason);
	ck_assert_msg(
	    message_equal(&message, &good->message), "%s", good->name);
	for (room = 0; room <= good->size; room++) {
		uint8_t *memory = malloc(room);
		struct gj_writer writer;

		gj_writer_init(&writer, memory, room);
		gj_remctl_message_encode(&good->message, &writer);
		ck_assert_msg(writer.failed == (room < good->size),
		    "%s: room %zu", good->name, room);
		if (!writer.failed)
			ck_assert_mem_eq(memory, good->octets, room);
		free(memory);
	}
	free(octets);
}
END_TEST

/* Only a COMMAND may end anywhere behind its header: it is a piece. */
START_TEST(messages_cut_anywhere)
{
	const struct good *good = &goods[_i];
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	size_t k;

	for (k = 0; k < good->size; k++) {
		uint8_t *octets = suite_exact(good->octets, k);
		bool piece = good->message.type == GJ_REMCTL_COMMAND && k >= 4;

		gj_remctl_message_decode(
		    octets, k, good->sender, &message, &result);
		ck_assert_msg((result.what == GJ_REMCTL_GOOD) == piece,
		    "%s: after %zu octets: %s", good->name, k, result.reason);
		ck_assert_msg(piece || message_is_empty(&message, false),
		    "%s: after %zu octets", good->name, k);
		free(octets);
	}
}
END_TEST

static enum gj_remctl_verdict
verdict_expected(uint8_t version, uint8_t type, enum gj_remctl_sender sender)
{
	static const uint8_t types[2][5] = {{1, 2, 7}, {3, 4, 5, 6, 7}};

	if (version != 2 && version != 3)
		return GJ_REMCTL_OTHER_VERSION;
	return type != 0 && memchr(types[sender], type, 5) != NULL
		   ? GJ_REMCTL_GOOD
		   : GJ_REMCTL_REFUSED;
}

/* A body of each type for which nothing but the header can be wrong. */
static size_t
body_for(uint8_t type, uint8_t *octets)
{
	static const size_t sizes[] = {0, 4, 2, 7, 3, 10, 3, 2};

	memset(octets, 0, 10);
	if (type == GJ_REMCTL_OUTPUT)
		octets[2] = 1;
	return type < COUNT(sizes) ? sizes[type] : 2;
}

START_TEST(every_version_and_type)
{
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	enum gj_remctl_sender sender = (enum gj_remctl_sender)_i;
	int version, type;

	for (version = 0; version < 256; version++)
		for (type = 0; type < 256; type++) {
			uint8_t octets[10];
			size_t size = body_for((uint8_t)type, octets);

			octets[0] = (uint8_t)version;
			octets[1] = (uint8_t)type;
			gj_remctl_message_decode(octets, size < 2 ? 2 : size,
			    sender, &message, &result);
			ck_assert_msg(
			    result.what == verdict_expected((uint8_t)version,
					       (uint8_t)type, sender),
			    "version %d, type %d: %s", version, type,
			    result.reason);
		}
}
END_TEST

/* Section 1: 65,536 octets for gss_wrap, of each type that has a length. */
START_TEST(message_of_64_kib)
{
	static const struct {
		enum gj_remctl_type type;
		enum gj_remctl_sender sender;
		size_t max;
	} kinds[] = {{GJ_REMCTL_COMMAND, CLIENT, GJ_REMCTL_PIECE_MAX},
	    {GJ_REMCTL_OUTPUT, SERVER, GJ_REMCTL_OUTPUT_MAX},
	    {GJ_REMCTL_ERROR, SERVER, GJ_REMCTL_TEXT_MAX}};
	size_t room = GJ_REMCTL_MESSAGE_MAX + 1, max = kinds[_i].max;
	uint8_t *data = calloc(1, room), *memory = calloc(1, room);
	struct gj_remctl_message message = {.type = kinds[_i].type,
	    .stream = GJ_REMCTL_STDOUT,
	    .data = {data, max}};
	struct gj_remctl_result result;
	struct gj_writer writer;

	gj_writer_init(&writer, memory, room);
	gj_remctl_message_encode(&message, &writer);
	ck_assert(!writer.failed);
	ck_assert_uint_eq(writer.used, 65536);
	gj_remctl_message_decode(
	    memory, 65536, kinds[_i].sender, &message, &result);
	ck_assert_msg(result.what == GJ_REMCTL_GOOD, "%s", result.reason);
	ck_assert_uint_eq(message.data.size, max);
	gj_remctl_message_decode(
	    memory, 65537, kinds[_i].sender, &message, &result);
	ck_assert_int_eq(result.what, GJ_REMCTL_REFUSED);
	ck_assert_int_eq(result.error, GJ_REMCTL_TOO_MUCH_DATA);
	ck_assert(starts(result.reason,
	    "offset 0: message of 65537 octets, limit 65536 (1)"));
	message.type = kinds[_i].type;
	message.data.data = data;
	message.data.size = max + 1;
	gj_writer_init(&writer, memory, room);
	gj_remctl_message_encode(&message, &writer);
	ck_assert(writer.failed);
	free(data);
	free(memory);
}
END_TEST

START_TEST(messages_that_there_are_not)
{
	static const int types[] = {0, 8, 255};
	struct gj_remctl_message message = {
	    .type = (enum gj_remctl_type)types[_i]};
	uint8_t memory[64], octet = 0;
	struct gj_writer writer;

	gj_writer_init(&writer, memory, sizeof(memory));
	gj_remctl_message_encode(&message, &writer);
	ck_assert(writer.failed);
	message.type = GJ_REMCTL_OUTPUT;
	message.data.data = &octet;
	message.data.size = SIZE_MAX - (size_t)_i;
	gj_writer_init(&writer, memory, sizeof(memory));
	gj_remctl_message_encode(&message, &writer);
	ck_assert(writer.failed);
}
END_TEST

START_TEST(error_texts)
{
	uint32_t error;

	for (error = 1; error <= 10; error++)
		ck_assert_ptr_nonnull(gj_remctl_error_text(error));
	ck_assert_str_eq(
	    gj_remctl_error_text(GJ_REMCTL_UNKNOWN_COMMAND), "Unknown command");
	ck_assert_str_eq(gj_remctl_error_text(GJ_REMCTL_NO_HELP),
	    "No help defined for command");
	ck_assert_ptr_null(gj_remctl_error_text(0));
	ck_assert_ptr_null(gj_remctl_error_text(11));
	ck_assert_ptr_null(gj_remctl_error_text(UINT32_MAX));
}
END_TEST

/* The order of a client's messages, and what they add up to */

#define LIMIT 10

static const struct order_row {
	const char *name;
	/* Of each message its continue status, 0 to 3, or q for QUIT, n for
	 * NOOP; then the size of its data, one digit. */
	const char *messages;
	uint32_t error; /* of the last message; those before are good */
	size_t size;
	bool continued;
} order_rows[] = {
    {"whole", "05", 0, 5, false},
    {"whole, twice", "0504", 0, 4, false},
    {"whole, empty", "00", 0, 0, false},
    {"first", "15", 0, 5, true},
    {"first, last", "1532", 0, 7, false},
    {"first, middle", "1522", 0, 7, true},
    {"first, middle, middle, last", "12232332", 0, 10, false},
    {"empty pieces", "10202030", 0, 0, false},
    {"first and last, then whole", "153204", 0, 4, false},
    {"first and last, then first", "153214", 0, 4, true},
    {"middle first", "25", GJ_REMCTL_BAD_COMMAND, 0, false},
    {"last first", "35", GJ_REMCTL_BAD_COMMAND, 0, false},
    {"last after last", "153232", GJ_REMCTL_BAD_COMMAND, 0, false},
    {"middle after whole", "0522", GJ_REMCTL_BAD_COMMAND, 0, false},
    {"first after first", "1512", GJ_REMCTL_BAD_COMMAND, 0, false},
    {"whole after first", "1502", GJ_REMCTL_BAD_COMMAND, 0, false},
    {"whole after middle", "152202", GJ_REMCTL_BAD_COMMAND, 0, false},
    {"first after middle", "152212", GJ_REMCTL_BAD_COMMAND, 0, false},
    {"quit", "q0", 0, 0, false},
    {"quit within a command", "15q0", 0, 0, false},
    {"noop", "n0", 0, 0, false},
    {"noop between commands", "05n0", 0, 0, false},
    {"noop within a command", "15n0", GJ_REMCTL_UNEXPECTED_MESSAGE, 0, false},
    {"at the limit", "1932", GJ_REMCTL_TOO_MUCH_DATA, 0, false},
    {"at the limit exactly", "1931", 0, 10, false},
    {"first over it by the middle", "192921", GJ_REMCTL_TOO_MUCH_DATA, 0,
	false},
    {"limit is of one command", "190909", GJ_REMCTL_BAD_COMMAND, 0, false},
    {"limit begins anew", "093909", GJ_REMCTL_BAD_COMMAND, 0, false},
    {"limit begins anew with whole", "0909", 0, 9, false},
};

static void
message_for(const char *text, struct gj_remctl_message *message)
{
	static const uint8_t octets[16];

	memset(message, 0, sizeof(*message));
	message->type = text[0] == 'q'	 ? GJ_REMCTL_QUIT
			: text[0] == 'n' ? GJ_REMCTL_NOOP
					 : GJ_REMCTL_COMMAND;
	if (message->type == GJ_REMCTL_COMMAND)
		message->continued = (enum gj_remctl_continue)(text[0] - '0');
	message->data.data = octets;
	message->data.size = (size_t)(text[1] - '0');
}

START_TEST(message_order)
{
	const struct order_row *row = &order_rows[_i];
	struct gj_remctl_assembly assembly = {0};
	struct gj_remctl_message message;
	struct gj_remctl_result result = {0};
	const char *text;

	for (text = row->messages; *text != '\0'; text += 2) {
		message_for(text, &message);
		gj_remctl_assembly_take(&assembly, &message, LIMIT, &result);
		if (result.what != GJ_REMCTL_GOOD)
			break;
	}
	ck_assert_msg(result.error == row->error, "%s: %u %s", row->name,
	    (unsigned)result.error, result.reason);
	ck_assert_msg((result.what == GJ_REMCTL_REFUSED) == (row->error != 0),
	    "%s: %d", row->name, (int)result.what);
	ck_assert_msg(
	    (result.reason[0] != '\0') == (row->error != 0), "%s", row->name);
	ck_assert_msg(assembly.size == row->size, "%s: size %zu", row->name,
	    assembly.size);
	ck_assert_msg(assembly.continued == row->continued, "%s", row->name);
}
END_TEST

START_TEST(sizes_do_not_wrap)
{
	struct gj_remctl_assembly assembly = {true, SIZE_MAX - 1};
	struct gj_remctl_message message = {.type = GJ_REMCTL_COMMAND,
	    .continued = GJ_REMCTL_LAST,
	    .data = {NULL, 2}};
	struct gj_remctl_result result;

	gj_remctl_assembly_take(&assembly, &message, SIZE_MAX, &result);
	ck_assert_int_eq(result.error, GJ_REMCTL_TOO_MUCH_DATA);
	assembly = (struct gj_remctl_assembly){true, 11};
	gj_remctl_assembly_take(&assembly, &message, LIMIT, &result);
	ck_assert_int_eq(result.error, GJ_REMCTL_TOO_MUCH_DATA);
}
END_TEST

/* The body of a command */

#define MOST 3

static const struct body_row {
	const char *name;
	const char *octets;
	size_t size;
	uint32_t error;
	const char *reason;
	const char *arguments; /* what they are, each in brackets */
} body_rows[] = {
#define FINE 0, ""
    {"count good", OCTETS("\0\0\0\0"), FINE, ""},
    {"count cut", OCTETS("\0\0\0"), GJ_REMCTL_BAD_COMMAND,
	"offset 0: the number of arguments is cut (2.4)", ""},
    {"count of no octets", OCTETS(""), GJ_REMCTL_BAD_COMMAND,
	"offset 0: the number of arguments is cut (2.4)", ""},
    {"count at the limit", OCTETS("\0\0\0\3\0\0\0\0\0\0\0\0\0\0\0\0"), FINE,
	"[][][]"},
    {"count over the limit", OCTETS("\0\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
	GJ_REMCTL_TOO_MANY_ARGUMENTS, "offset 0: 4 arguments, limit 3 (2.4)",
	""},
    {"count greatest", OCTETS("\xff\xff\xff\xff"), GJ_REMCTL_TOO_MANY_ARGUMENTS,
	"offset 0: 4294967295 arguments, limit 3", ""},
    {"count more than there are", OCTETS("\0\0\0\2\0\0\0\1x"),
	GJ_REMCTL_BAD_COMMAND, "offset 9: argument 1: its length is cut (2.4)",
	""},
    {"count less than there are", OCTETS("\0\0\0\1\0\0\0\1x\0\0\0\1y"),
	GJ_REMCTL_BAD_COMMAND,
	"offset 9: octets after the last of 1 arguments (2.4)", ""},
    {"count zero, left over", OCTETS("\0\0\0\0x"), GJ_REMCTL_BAD_COMMAND,
	"offset 4: octets after the last of 0 arguments (2.4)", ""},
    {"length good", OCTETS("\0\0\0\1\0\0\0\2ls"), FINE, "[ls]"},
    {"length cut", OCTETS("\0\0\0\1\0\0\0"), GJ_REMCTL_BAD_COMMAND,
	"offset 4: argument 0: its length is cut (2.4)", ""},
    {"length too large", OCTETS("\0\0\0\1\0\0\0\3ls"), GJ_REMCTL_BAD_COMMAND,
	"offset 4: argument 0: length 3, but 2 octets follow (2.4)", ""},
    {"length greatest", OCTETS("\0\0\0\1\xff\xff\xff\xffls"),
	GJ_REMCTL_BAD_COMMAND,
	"offset 4: argument 0: length 4294967295, but 2 octets follow", ""},
    {"length into the next", OCTETS("\0\0\0\2\0\0\0\2a\0\0\0\1b"),
	GJ_REMCTL_BAD_COMMAND, "offset 10: argument 1: length 354, but 0", ""},
    {"left over", OCTETS("\0\0\0\1\0\0\0\2ls\0"), GJ_REMCTL_BAD_COMMAND,
	"offset 10: octets after the last of 1 arguments (2.4)", ""},
    {"two", OCTETS("\0\0\0\2\0\0\0\2ls\0\0\0\2-l"), FINE, "[ls][-l]"},
    {"empty argument", OCTETS("\0\0\0\3\0\0\0\1t\0\0\0\0\0\0\0\1b"), FINE,
	"[t][][b]"},
    {"NUL", OCTETS("\0\0\0\1\0\0\0\3a\0b"), FINE, "[a.b]"},
    {"NUL at the end", OCTETS("\0\0\0\1\0\0\0\3ab\0"), FINE, "[ab.]"},
};

/* Writes the arguments in brackets, NUL as a dot. */
static void
arguments_print(struct gj_remctl_arguments *arguments, char *text, size_t room)
{
	struct gssloop_view argument;
	size_t i, used = 0;

	while (gj_remctl_arguments_next(arguments, &argument)) {
		ck_assert(used + argument.size + 3 <= room);
		text[used++] = '[';
		for (i = 0; i < argument.size; i++)
			text[used++] = argument.data[i] == 0
					   ? '.'
					   : (char)argument.data[i];
		text[used++] = ']';
	}
	text[used] = '\0';
	ck_assert(!arguments->reader.failed);
	ck_assert(!gj_remctl_arguments_next(arguments, &argument));
	ck_assert_uint_eq(argument.size, 0);
}

START_TEST(body_fields)
{
	const struct body_row *row = &body_rows[_i];
	uint8_t *copy = suite_exact(row->octets, row->size);
	struct gj_remctl_arguments arguments;
	struct gj_remctl_result result;
	char text[64];

	memset(&arguments, 0xa5, sizeof(arguments));
	memset(&result, 0xa5, sizeof(result));
	gj_remctl_command_decode(copy, row->size, MOST, &arguments, &result);
	ck_assert_msg(result.error == row->error, "%s: %u %s", row->name,
	    (unsigned)result.error, result.reason);
	ck_assert_msg((result.what == GJ_REMCTL_GOOD) == (row->error == 0),
	    "%s", row->name);
	ck_assert_msg(starts(result.reason, row->reason), "%s: \"%s\"",
	    row->name, result.reason);
	arguments_print(&arguments, text, sizeof(text));
	ck_assert_msg(
	    strcmp(text, row->arguments) == 0, "%s: %s", row->name, text);
	free(copy);
}
END_TEST

static const struct gssloop_view sample[] = {
    VIEW("backup"), VIEW(""), VIEW("a\0b"), VIEW("--all")};

/* "backup" "" "a\0b" "--all" */
#define SAMPLE                                                                 \
	"\0\0\0\4\0\0\0\6backup\0\0\0\0\0\0\0\3a\0b\0\0\0\5"                   \
	"--all"

START_TEST(body_cut_anywhere)
{
	struct gj_remctl_arguments arguments;
	struct gj_remctl_result result;
	size_t k;

	for (k = 0; k < sizeof(SAMPLE) - 1; k++) {
		uint8_t *copy = suite_exact(SAMPLE, k);

		gj_remctl_command_decode(copy, k, 4, &arguments, &result);
		ck_assert_msg(result.error == GJ_REMCTL_BAD_COMMAND,
		    "after %zu octets: %s", k, result.reason);
		ck_assert_uint_eq(arguments.count, 0);
		free(copy);
	}
}
END_TEST

START_TEST(body_encoded)
{
	size_t size = gj_remctl_command_size(sample, COUNT(sample)), room;

	ck_assert_uint_eq(size, sizeof(SAMPLE) - 1);
	for (room = 0; room <= size; room++) {
		uint8_t *memory = malloc(room);
		struct gj_writer writer;

		gj_writer_init(&writer, memory, room);
		gj_remctl_command_encode(sample, COUNT(sample), &writer);
		ck_assert_msg(writer.failed == (room < size), "room %zu", room);
		if (!writer.failed)
			ck_assert_mem_eq(memory, SAMPLE, size);
		free(memory);
	}
	ck_assert_uint_eq(gj_remctl_command_size(NULL, 0), 4);
}
END_TEST

START_TEST(body_above_32_bits)
{
	static const size_t sizes[][2] = {{(size_t)UINT32_MAX + 1, 0},
	    {SIZE_MAX, 0}, {UINT32_MAX - 11, 1}, {UINT32_MAX, UINT32_MAX},
	    {SIZE_MAX, SIZE_MAX}};
	uint8_t octet = 0, memory[64];
	struct gssloop_view arguments[2] = {
	    {&octet, sizes[_i][0]}, {&octet, sizes[_i][1]}};
	struct gj_writer writer;

	if (SIZE_MAX == UINT32_MAX && _i == 0)
		return;
	ck_assert_uint_eq(gj_remctl_command_size(arguments, 2), 0);
	gj_writer_init(&writer, memory, sizeof(memory));
	gj_remctl_command_encode(arguments, 2, &writer);
	ck_assert(writer.failed);
	arguments[0].size = UINT32_MAX - 12;
	arguments[1].size = 0;
	ck_assert_uint_eq(
	    gj_remctl_command_size(arguments, 2), (size_t)UINT32_MAX);
}
END_TEST

/* Takes one COMMAND, as a server does, onto what there is in body. */
static void
server_take(struct gj_remctl_assembly *assembly, uint8_t *body,
    const struct gj_remctl_message *sent)
{
	uint8_t octets[128];
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	struct gj_writer writer;

	gj_writer_init(&writer, octets, sizeof(octets));
	gj_remctl_message_encode(sent, &writer);
	ck_assert(!writer.failed);
	gj_remctl_message_decode(
	    octets, writer.used, CLIENT, &message, &result);
	ck_assert_msg(result.what == GJ_REMCTL_GOOD, "%s", result.reason);
	gj_remctl_assembly_take(assembly, &message, 64, &result);
	ck_assert_msg(result.what == GJ_REMCTL_GOOD, "%s", result.reason);
	if (message.data.size > 0)
		memcpy(body + assembly->size - message.data.size,
		    message.data.data, message.data.size);
}

static void
check_sample(const uint8_t *body, size_t size)
{
	struct gj_remctl_arguments arguments;
	struct gj_remctl_result result;
	char text[64];

	gj_remctl_command_decode(body, size, 4, &arguments, &result);
	ck_assert_msg(result.what == GJ_REMCTL_GOOD, "%s", result.reason);
	arguments_print(&arguments, text, sizeof(text));
	ck_assert_str_eq(text, "[backup][][a.b][--all]");
}

/* Three pieces, the borders between any two octets (2.4). */
START_TEST(split_at_every_octet)
{
	static const uint8_t octets[] = SAMPLE;
	size_t size = sizeof(SAMPLE) - 1, one, two;

	for (one = 0; one <= size; one++)
		for (two = one; two <= size; two++) {
			struct gj_remctl_message message = {
			    .type = GJ_REMCTL_COMMAND,
			    .continued = GJ_REMCTL_FIRST,
			    .data = {octets, one}};
			struct gj_remctl_assembly assembly = {0};
			uint8_t body[64];

			server_take(&assembly, body, &message);
			message.continued = GJ_REMCTL_MIDDLE;
			message.data.data = octets + one;
			message.data.size = two - one;
			server_take(&assembly, body, &message);
			ck_assert(assembly.continued);
			message.continued = GJ_REMCTL_LAST;
			message.data.data = octets + two;
			message.data.size = size - two;
			server_take(&assembly, body, &message);
			ck_assert(!assembly.continued);
			check_sample(body, assembly.size);
		}
}
END_TEST

static const struct piece_row {
	size_t size;
	const char *statuses;
	size_t last;
} piece_rows[] = {
    {4, "0", 4},
    {GJ_REMCTL_PIECE_MAX, "0", GJ_REMCTL_PIECE_MAX},
    {GJ_REMCTL_PIECE_MAX + 1, "13", 1},
    {2 * GJ_REMCTL_PIECE_MAX, "13", GJ_REMCTL_PIECE_MAX},
    {2 * GJ_REMCTL_PIECE_MAX + 1, "123", 1},
    {4 * GJ_REMCTL_PIECE_MAX, "1223", GJ_REMCTL_PIECE_MAX},
    {0, "", 0},
};

START_TEST(pieces_of_a_command)
{
	const struct piece_row *row = &piece_rows[_i];
	uint8_t *octets = calloc(1, row->size + 1);
	struct gssloop_view body = {octets, row->size};
	struct gj_remctl_message message;
	struct gj_remctl_assembly assembly = {0};
	struct gj_remctl_result result;
	char statuses[8] = "";
	size_t at = 0, n = 0, last = 0;

	while (gj_remctl_command_piece(&body, &at, _i % 2 == 0, &message)) {
		ck_assert(message.data.data == octets + assembly.size);
		ck_assert(message.keep_alive == (_i % 2 == 0));
		ck_assert_uint_le(message.data.size, GJ_REMCTL_PIECE_MAX);
		gj_remctl_assembly_take(
		    &assembly, &message, row->size, &result);
		ck_assert_msg(
		    result.what == GJ_REMCTL_GOOD, "%s", result.reason);
		statuses[n++] = (char)('0' + (int)message.continued);
		last = message.data.size;
	}
	ck_assert_str_eq(statuses, row->statuses);
	ck_assert_uint_eq(last, row->last);
	ck_assert_uint_eq(at, row->size);
	ck_assert_uint_eq(assembly.size, row->size);
	ck_assert(!assembly.continued);
	free(octets);
}
END_TEST

/* The old protocol's answer */

static const struct answer_row {
	const char *name;
	const char *octets;
	size_t size;
	enum gj_remctl_verdict what;
	uint32_t error;
	const char *reason;
	uint32_t status;
	const char *data;
} answer_rows[] = {
    {"good", OCTETS("\0\0\0\7\0\0\0\2hi"), GOOD, 7, "hi"},
    {"good, empty", OCTETS("\0\0\0\0\0\0\0\0"), GOOD, 0, ""},
    {"status greatest", OCTETS("\xff\xff\xff\xff\0\0\0\1x"), GOOD, UINT32_MAX,
	"x"},
    {"status cut", OCTETS("\0\0\0"),
	TOKEN("offset 3: the answer is cut, it has at least 8 octets (3"), 0,
	""},
    {"length cut", OCTETS("\0\0\0\7\0\0\0"),
	TOKEN("offset 7: the answer is cut"), 0, ""},
    {"nothing", OCTETS(""), TOKEN("offset 0: the answer is cut"), 0, ""},
    {"length too large", OCTETS("\0\0\0\7\0\0\0\3hi"),
	TOKEN("offset 4: length 3, but 2 octets follow (3 step 9)"), 0, ""},
    {"left over", OCTETS("\0\0\0\7\0\0\0\1hi"),
	TOKEN("offset 4: length 1, but 2 octets follow (3 step 9)"), 0, ""},
};

START_TEST(answer_fields)
{
	const struct answer_row *row = &answer_rows[_i];
	uint8_t *copy = suite_exact(row->octets, row->size), memory[64];
	struct gj_remctl_answer answer;
	struct gj_remctl_result result;
	struct gj_writer writer;

	memset(&answer, 0xa5, sizeof(answer));
	gj_remctl_answer_decode(copy, row->size, &answer, &result);
	ck_assert_msg(result.what == row->what && result.error == row->error,
	    "%s: %d, %u", row->name, (int)result.what, (unsigned)result.error);
	ck_assert_msg(starts(result.reason, row->reason), "%s: \"%s\"",
	    row->name, result.reason);
	ck_assert_msg(answer.status == row->status &&
			  answer.data.size == strlen(row->data),
	    "%s", row->name);
	if (result.what == GJ_REMCTL_GOOD) {
		gj_writer_init(&writer, memory, row->size);
		gj_remctl_answer_encode(&answer, &writer);
		ck_assert(!writer.failed && writer.used == row->size);
		ck_assert_mem_eq(memory, row->octets, row->size);
	}
	free(copy);
}
END_TEST

START_TEST(answer_of_64_kib)
{
	size_t room = GJ_REMCTL_MESSAGE_MAX + 1;
	uint8_t *data = calloc(1, room), *memory = calloc(1, room);
	struct gj_remctl_answer answer = {0, {data, GJ_REMCTL_ANSWER_MAX}};
	struct gj_remctl_result result;
	struct gj_writer writer;

	gj_writer_init(&writer, memory, room);
	gj_remctl_answer_encode(&answer, &writer);
	ck_assert(!writer.failed);
	ck_assert_uint_eq(writer.used, 65536);
	gj_remctl_answer_decode(memory, 65536, &answer, &result);
	ck_assert_msg(result.what == GJ_REMCTL_GOOD, "%s", result.reason);
	memory[7]++;
	gj_remctl_answer_decode(memory, 65537, &answer, &result);
	ck_assert_int_eq(result.error, GJ_REMCTL_TOO_MUCH_DATA);
	ck_assert_uint_eq(answer.data.size, 0);
	answer.data.data = data;
	answer.data.size = GJ_REMCTL_ANSWER_MAX + 1;
	gj_writer_init(&writer, memory, room);
	gj_remctl_answer_encode(&answer, &writer);
	ck_assert(writer.failed);
	free(data);
	free(memory);
}
END_TEST

/*
 * Spoilt octets.  What is taken nonetheless is written as it was read, so
 * nothing of it was passed over; what is refused says why and leaves nothing.
 */

static bool
written_as_read(
    const struct gj_writer *writer, const uint8_t *data, size_t size)
{
	return !writer->failed && writer->used == size &&
	       (size == 0 || memcmp(writer->data, data, size) == 0);
}

static bool
packet_is_right(
    enum gj_remctl_protocol protocol, const uint8_t *data, size_t size)
{
	uint8_t memory[256];
	struct gssloop_frame frame;
	struct gj_wire_result result;
	struct gj_writer writer;

	memset(&frame, 0xa5, sizeof(frame));
	memset(&result, 0xa5, sizeof(result));
	gj_remctl_decode(data, size, &protocol, &limits, &frame, &result);
	if (result.what == GJ_WIRE_NEED)
		return result.size > size;
	if (result.what != GJ_WIRE_FRAME)
		return result.what != GJ_WIRE_SKIP &&
		       reason_is_text(result.reason);
	gj_writer_init(&writer, memory, sizeof(memory));
	gj_remctl_encode(protocol, &frame, &writer);
	return result.size <= size && view_inside(&frame.data, data, size) &&
	       view_inside(&frame.mic, data, size) &&
	       written_as_read(&writer, data, result.size);
}

static bool
new_packet_is_right(const uint8_t *data, size_t size)
{
	return packet_is_right(NEW, data, size);
}

static bool
old_packet_is_right(const uint8_t *data, size_t size)
{
	return packet_is_right(OLD, data, size);
}

static bool
message_is_right(enum gj_remctl_sender sender, const uint8_t *data, size_t size)
{
	uint8_t memory[256];
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	struct gj_writer writer;

	memset(&message, 0xa5, sizeof(message));
	memset(&result, 0xa5, sizeof(result));
	gj_remctl_message_decode(data, size, sender, &message, &result);
	if (result.what != GJ_REMCTL_GOOD)
		return reason_is_text(result.reason) &&
		       message_is_empty(&message,
			   result.what == GJ_REMCTL_OTHER_VERSION ||
			       result.error == GJ_REMCTL_UNKNOWN_MESSAGE);
	gj_writer_init(&writer, memory, sizeof(memory));
	gj_remctl_message_encode(&message, &writer);
	memory[0] = message.version; /* 2 and 3 are taken of every type */
	return view_inside(&message.data, data, size) &&
	       (message.version == 2 || message.version == 3) &&
	       written_as_read(&writer, data, size);
}

static bool
client_message_is_right(const uint8_t *data, size_t size)
{
	return message_is_right(CLIENT, data, size);
}

static bool
server_message_is_right(const uint8_t *data, size_t size)
{
	return message_is_right(SERVER, data, size);
}

static bool
body_is_right(const uint8_t *data, size_t size)
{
	uint8_t memory[256];
	struct gssloop_view views[8];
	struct gj_remctl_arguments arguments;
	struct gj_remctl_result result;
	struct gj_writer writer;
	size_t count = 0;
	bool inside = true;

	memset(&arguments, 0xa5, sizeof(arguments));
	memset(&result, 0xa5, sizeof(result));
	gj_remctl_command_decode(data, size, COUNT(views), &arguments, &result);
	if (result.what != GJ_REMCTL_GOOD)
		return reason_is_text(result.reason) &&
		       !gj_remctl_arguments_next(&arguments, &views[0]);
	while (count < COUNT(views) &&
	       gj_remctl_arguments_next(&arguments, &views[count]))
		inside = inside && view_inside(&views[count++], data, size);
	gj_writer_init(&writer, memory, sizeof(memory));
	gj_remctl_command_encode(views, count, &writer);
	return inside && count == arguments.count &&
	       written_as_read(&writer, data, size);
}

static bool
answer_is_right(const uint8_t *data, size_t size)
{
	uint8_t memory[256];
	struct gj_remctl_answer answer;
	struct gj_remctl_result result;
	struct gj_writer writer;

	memset(&result, 0xa5, sizeof(result));
	gj_remctl_answer_decode(data, size, &answer, &result);
	if (result.what != GJ_REMCTL_GOOD)
		return reason_is_text(result.reason) && answer.data.size == 0;
	gj_writer_init(&writer, memory, sizeof(memory));
	gj_remctl_answer_encode(&answer, &writer);
	return view_inside(&answer.data, data, size) &&
	       written_as_read(&writer, data, size);
}

static const struct subject {
	const char *name;
	bool (*is_right)(const uint8_t *data, size_t size);
	const char *octets;
	size_t size;
} subjects[] = {
    {"packet", new_packet_is_right, OCTETS("\x44\0\0\0\7wrapped")},
    {"token", new_packet_is_right, OCTETS("\x42\0\0\0\3tok")},
    {"old command", old_packet_is_right, OCTETS("\x24\0\0\0\7wrapped")},
    {"old MIC", old_packet_is_right, OCTETS("\x08\0\0\0\3MIC")},
    {"COMMAND", client_message_is_right, OCTETS("\2\1\1\0\0\0\0\1\0\0\0\1x")},
    {"QUIT", client_message_is_right, OCTETS("\2\2")},
    {"NOOP", client_message_is_right, OCTETS("\3\7")},
    {"OUTPUT", server_message_is_right, OCTETS("\2\3\1\0\0\0\4hi\0\n")},
    {"STATUS", server_message_is_right, OCTETS("\2\4\7")},
    {"ERROR", server_message_is_right, OCTETS("\2\5\0\0\0\6\0\0\0\3why")},
    {"VERSION", server_message_is_right, OCTETS("\2\6\3")},
    {"body", body_is_right, OCTETS(SAMPLE)},
    {"body of empty arguments", body_is_right,
	OCTETS("\0\0\0\3\0\0\0\0\0\0\0\0\0\0\0\0")},
    {"answer", answer_is_right, OCTETS("\0\0\0\7\0\0\0\2hi")},
};

/* Of a copy that ends where it ends. */
static void
check_right(const struct subject *subject, const uint8_t *octets, size_t size,
    const char *how, size_t number)
{
	uint8_t *copy = suite_exact(octets, size);

	ck_assert_msg(subject->is_right(copy, size), "%s: %s %zu",
	    subject->name, how, number);
	free(copy);
}

START_TEST(every_bit_flipped)
{
	const struct subject *subject = &subjects[_i];
	uint8_t octets[64];
	size_t k;

	for (k = 0; k < 8 * subject->size; k++) {
		memcpy(octets, subject->octets, subject->size);
		octets[k / 8] ^= (uint8_t)(1 << k % 8);
		check_right(subject, octets, subject->size, "bit", k);
	}
}
END_TEST

START_TEST(every_octet_every_value)
{
	const struct subject *subject = &subjects[_i];
	uint8_t octets[64];
	size_t k;

	for (k = 0; k < 256 * subject->size; k++) {
		memcpy(octets, subject->octets, subject->size);
		octets[k / 256] = (uint8_t)(k % 256);
		check_right(subject, octets, subject->size, "octet", k);
	}
}
END_TEST

START_TEST(mutations)
{
	const struct subject *subject = &subjects[_i];
	uint64_t random = SEED + (uint64_t)_i;
	struct mutant mutant;
	size_t n, differed = 0;

	for (n = 0; n < MUTATIONS; n++) {
		differed += mutant_make(
		    &mutant, subject->octets, subject->size, &random);
		check_right(subject, mutant.octets, mutant.size, "mutation", n);
	}
	ck_assert_msg(differed > MUTATIONS / 2,
	    "%s: only %zu mutations differed", subject->name, differed);
}
END_TEST

static TCase *
packet_tests(void)
{
	TCase *tests = tcase_create("packets");

	tcase_add_loop_test(tests, packet_fields, 0, COUNT(packet_rows));
	tcase_add_loop_test(tests, packets_there_and_back, 0, COUNT(packets));
	tcase_add_loop_test(tests, packets_cut_anywhere, 0, COUNT(packets));
	tcase_add_loop_test(tests, every_flags_octet, 0, 3);
	tcase_add_loop_test(tests, packet_of_1_mib, 0, 2);
	tcase_add_test(tests, limits_are_each_their_own);
	tcase_add_test(tests, messages_are_early);
	tcase_add_loop_test(tests, frames_that_there_are_not, 0, 2);
	tcase_add_loop_test(tests, payload_above_the_limit, 0, 3);
	tcase_add_loop_test(tests, beginnings, 0, COUNT(beginning_rows));
	tcase_add_test(tests, every_beginning);
	tcase_add_test(tests, beginnings_encoded);
	return tests;
}

static TCase *
message_tests(void)
{
	TCase *tests = tcase_create("messages");

	tcase_add_loop_test(tests, message_fields, 0, COUNT(message_rows));
	tcase_add_loop_test(tests, messages_there_and_back, 0, COUNT(goods));
	tcase_add_loop_test(tests, messages_cut_anywhere, 0, COUNT(goods));
	tcase_add_loop_test(tests, every_version_and_type, 0, 2);
	tcase_add_loop_test(tests, message_of_64_kib, 0, 3);
	tcase_add_loop_test(tests, messages_that_there_are_not, 0, 3);
	tcase_add_test(tests, error_texts);
	return tests;
}

static TCase *
command_tests(void)
{
	TCase *tests = tcase_create("commands");

	tcase_add_loop_test(tests, message_order, 0, COUNT(order_rows));
	tcase_add_test(tests, sizes_do_not_wrap);
	tcase_add_loop_test(tests, body_fields, 0, COUNT(body_rows));
	tcase_add_test(tests, body_cut_anywhere);
	tcase_add_test(tests, body_encoded);
	tcase_add_loop_test(tests, body_above_32_bits, 0, 5);
	tcase_add_test(tests, split_at_every_octet);
	tcase_add_loop_test(tests, pieces_of_a_command, 0, COUNT(piece_rows));
	tcase_add_loop_test(tests, answer_fields, 0, COUNT(answer_rows));
	tcase_add_test(tests, answer_of_64_kib);
	return tests;
}

static TCase *
spoilt_tests(void)
{
	TCase *tests = tcase_create("spoilt");

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, every_bit_flipped, 0, COUNT(subjects));
	tcase_add_loop_test(tests, every_octet_every_value, 0, COUNT(subjects));
	tcase_add_loop_test(tests, mutations, 0, COUNT(subjects));
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("wire_remctl");

	printf("mutations: seed 0x%" PRIx64 "\n", SEED);
	suite_add_tcase(suite, packet_tests());
	suite_add_tcase(suite, message_tests());
	suite_add_tcase(suite, command_tests());
	suite_add_tcase(suite, spoilt_tests());
	return suite_run(suite);
}
