/*
 * Tests of the NEGOEX codec and of the judge of its messages' order.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mutation.h"
#include "negoex_order.h"
#include "negoex_tokens.h"
#include "suite.h"
#include "views.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A fixed seed: a failure comes again. */
#define SEED	  UINT64_C(0x4e45474f45585453)
#define MUTATIONS 20000

/* Decoding all of a token, reading whatever it points to. */

static void
message_touch(const struct gj_negoex_message *message)
{
	const struct gj_negoex_nego *nego = &message->u.nego;

	octets_touch(message->data, message->size);
	octets_touch(message->conversation, GJ_NEGOEX_GUID);
	switch (message->type) {
	case GJ_NEGOEX_INITIATOR_NEGO:
	case GJ_NEGOEX_ACCEPTOR_NEGO:
		octets_touch(nego->random, GJ_NEGOEX_RANDOM);
		octets_touch(
		    nego->schemes, (size_t)nego->scheme_count * GJ_NEGOEX_GUID);
		extensions_touch(message);
		break;
	case GJ_NEGOEX_VERIFY:
		octets_touch(message->u.verify.scheme, GJ_NEGOEX_GUID);
		octets_touch(message->u.verify.checksum.data,
		    message->u.verify.checksum.size);
		break;
	case GJ_NEGOEX_ALERT:
		octets_touch(message->u.alert.scheme, GJ_NEGOEX_GUID);
		alerts_touch(message);
		break;
	default:
		octets_touch(message->u.exchange.scheme, GJ_NEGOEX_GUID);
		octets_touch(message->u.exchange.value.data,
		    message->u.exchange.value.size);
	}
}

/* How many messages a token has before its end or what is wrong. */
static size_t
token_read(const void *octets, size_t size, struct gj_negoex_error *error)
{
	uint8_t *token = suite_exact(octets, size);
	struct gj_negoex_message message;
	struct gj_negoex_walk walk;
	size_t count = 0;

	gj_negoex_walk_init(&walk, token, size);
	while (gj_negoex_next(&walk, &message, error)) {
		message_touch(&message);
		count++;
	}
	free(token);
	return count;
}

/* Every field: good, cut, too large, left over. */

/* A fixture with one field changed, and what is then found where. */
struct row {
	const char *name;
	enum fixture fixture;
	size_t at, width;
	uint32_t value;
	enum gj_negoex_fault fault;
	size_t offset;
};

#define GOOD	    GJ_NEGOEX_OK, 0
#define BAD(what)   GJ_NEGOEX_BAD_##what
#define GREATEST    UINT32_MAX
#define SIGNATURE   BAD(SIGNATURE), 0
#define HEADER_LEN  BAD(HEADER_LENGTH), 16
#define MESSAGE_LEN BAD(MESSAGE_LENGTH), 20

static const struct row rows[] = {
    {"signature, first octet", A_NEGO, 0, 1, 'n', SIGNATURE},
    {"signature, last octet", A_NEGO, 7, 1, 0, SIGNATURE},
    {"type 7 is too short here", A_META, 8, 4, 7, HEADER_LEN},
    {"type 4 alike", A_META, 8, 4, 4, GOOD},
    {"type 8", A_NEGO, 8, 4, 8, BAD(TYPE), 8},
    {"type in its second octet", A_NEGO, 8, 4, 0x100, BAD(TYPE), 8},
    {"type in its last octet", A_NEGO, 8, 4, 0x01000000, BAD(TYPE), 8},
    {"type greatest", A_NEGO, 8, 4, GREATEST, BAD(TYPE), 8},
    {"sequence greatest", A_NEGO, 12, 4, GREATEST, GOOD},

    {"header of 0", A_NEGO, 16, 4, 0, HEADER_LEN},
    {"header of 40", A_NEGO, 16, 4, 40, HEADER_LEN},
    {"NEGO header cut", A_NEGO, 16, 4, 95, HEADER_LEN},
    {"NEGO header longer", A_NEGO, 16, 4, 97, GOOD},
    {"header all of the message", A_NEGO, 16, 4, 128, GOOD},
    {"header beyond the message", A_NEGO, 16, 4, 129, HEADER_LEN},
    {"header greatest", A_NEGO, 16, 4, GREATEST, HEADER_LEN},
    {"exchange header cut", A_META, 16, 4, 63, HEADER_LEN},
    {"VERIFY header cut", A_VERIFY, 16, 4, 79, HEADER_LEN},
    {"ALERT header cut", AN_ALERT, 16, 4, 71, HEADER_LEN},

    {"message of 0", A_NEGO, 20, 4, 0, MESSAGE_LEN},
    {"message of 39", A_NEGO, 20, 4, 39, MESSAGE_LEN},
    {"message of 40", A_NEGO, 20, 4, 40, HEADER_LEN},
    {"message below its header", A_NEGO, 20, 4, 95, HEADER_LEN},
    {"message cuts a scheme", A_NEGO, 20, 4, 127, BAD(SCHEMES), 80},
    {"message left over", A_META, 20, 4, 64, BAD(EXCHANGE), 56},
    {"message beyond the token", A_NEGO, 20, 4, 129, MESSAGE_LEN},
    {"message greatest", A_NEGO, 20, 4, GREATEST, MESSAGE_LEN},

    {"version is judged elsewhere", A_NEGO, 72, 4, 1, GOOD},
    {"schemes elsewhere", A_NEGO, 80, 4, 0, GOOD},
    {"schemes one beyond", A_NEGO, 80, 4, 97, BAD(SCHEMES), 80},
    {"schemes behind the message", A_NEGO, 80, 4, 129, BAD(SCHEMES), 80},
    {"schemes at 2^31", A_NEGO, 80, 4, 0x80000000, BAD(SCHEMES), 80},
    {"schemes at the greatest", A_NEGO, 80, 4, GREATEST, BAD(SCHEMES), 80},
    {"schemes at the end's turn", A_NEGO, 80, 4, 0xffffffe0, BAD(SCHEMES), 80},
    {"no schemes", A_NEGO, 84, 2, 0, GOOD},
    {"one scheme less", A_NEGO, 84, 2, 1, GOOD},
    {"one scheme more", A_NEGO, 84, 2, 3, BAD(SCHEMES), 80},
    {"schemes in the high octet", A_NEGO, 84, 2, 0x100, BAD(SCHEMES), 80},
    {"schemes as many as can be", A_NEGO, 84, 2, 0xffff, BAD(SCHEMES), 80},
    {"padding is not read", A_NEGO, 86, 2, 0xffff, GOOD},

    {"no extensions, at the end", A_NEGO, 88, 4, 128, GOOD},
    {"no extensions, behind it", A_NEGO, 88, 4, 129, BAD(EXTENSIONS), 88},
    {"no extensions, greatest", A_NEGO, 88, 4, GREATEST, BAD(EXTENSIONS), 88},
    {"extensions", AN_EXTENDED, 88, 4, 112, GOOD},
    {"extensions one beyond", AN_EXTENDED, 88, 4, 116, BAD(EXTENSIONS), 88},
    {"extensions outside", AN_EXTENDED, 88, 4, 140, BAD(EXTENSIONS), 88},
    {"extensions greatest", AN_EXTENDED, 88, 4, GREATEST, BAD(EXTENSIONS), 88},
    {"one extension more", AN_EXTENDED, 92, 2, 3, BAD(EXTENSIONS), 88},
    {"all extensions", AN_EXTENDED, 92, 2, 0xffff, BAD(EXTENSIONS), 88},
    {"extension type greatest", AN_EXTENDED, 112, 4, GREATEST, GOOD},
    {"its value outside", AN_EXTENDED, 116, 4, 137, BAD(EXTENSIONS), 116},
    {"its value greatest", AN_EXTENDED, 116, 4, GREATEST, BAD(EXTENSIONS), 116},
    {"its value's length 2", AN_EXTENDED, 120, 4, 2, GOOD},
    {"its value's length 4", AN_EXTENDED, 120, 4, 4, BAD(EXTENSIONS), 116},
    {"its greatest length", AN_EXTENDED, 120, 4, GREATEST, BAD(EXTENSIONS),
	116},
    {"the second's value", AN_EXTENDED, 128, 4, 140, BAD(EXTENSIONS), 128},
    {"the second's length", AN_EXTENDED, 132, 4, 1, BAD(EXTENSIONS), 128},

    {"exchange at the end", A_META, 56, 4, 65, BAD(EXCHANGE), 56},
    {"exchange in the header", A_META, 56, 4, 0, GOOD},
    {"exchange greatest", A_META, 56, 4, GREATEST, BAD(EXCHANGE), 56},
    {"exchange of 0", A_META, 60, 4, 0, GOOD},
    {"exchange too long", A_META, 60, 4, 2, BAD(EXCHANGE), 56},
    {"exchange of 65536", A_META, 60, 4, 0x10000, BAD(EXCHANGE), 56},
    {"exchange of 65537", A_META, 60, 4, 0x10001, BAD(EXCHANGE), 56},
    {"exchange of the greatest", A_META, 60, 4, GREATEST, BAD(EXCHANGE), 56},

    {"CHECKSUM header 0", A_VERIFY, 56, 4, 0, BAD(CHECKSUM), 56},
    {"CHECKSUM header 19", A_VERIFY, 56, 4, 19, BAD(CHECKSUM), 56},
    {"CHECKSUM header 21", A_VERIFY, 56, 4, 21, BAD(CHECKSUM), 56},
    {"CHECKSUM header greatest", A_VERIFY, 56, 4, GREATEST, BAD(CHECKSUM), 56},
    {"checksum scheme, judged elsewhere", A_VERIFY, 60, 4, 2, GOOD},
    {"checksum type greatest", A_VERIFY, 64, 4, GREATEST, GOOD},
    {"checksum one beyond", A_VERIFY, 68, 4, 81, BAD(CHECKSUM), 68},
    {"checksum greatest", A_VERIFY, 68, 4, GREATEST, BAD(CHECKSUM), 68},
    {"checksum of 0", A_VERIFY, 72, 4, 0, GOOD},
    {"checksum too long", A_VERIFY, 72, 4, 13, BAD(CHECKSUM), 68},
    {"checksum of the greatest", A_VERIFY, 72, 4, GREATEST, BAD(CHECKSUM), 68},

    {"error code greatest", AN_ALERT, 56, 4, GREATEST, GOOD},
    {"alerts one beyond", AN_ALERT, 60, 4, 81, BAD(ALERTS), 60},
    {"alerts greatest", AN_ALERT, 60, 4, GREATEST, BAD(ALERTS), 60},
    {"no alerts", AN_ALERT, 64, 2, 0, GOOD},
    {"alerts too many", AN_ALERT, 64, 2, 2, BAD(ALERTS), 60},
    {"alerts as many as can be", AN_ALERT, 64, 2, 0xffff, BAD(ALERTS), 60},
    {"alert of another type", AN_ALERT, 72, 4, 2, GOOD},
    {"alert's value outside", AN_ALERT, 76, 4, 85, BAD(ALERTS), 76},
    {"alert's value greatest", AN_ALERT, 76, 4, GREATEST, BAD(ALERTS), 76},
    {"alert's value too long", AN_ALERT, 80, 4, 9, BAD(ALERTS), 76},
    {"alert's greatest length", AN_ALERT, 80, 4, GREATEST, BAD(ALERTS), 76},
    {"pulse of 7 octets", AN_ALERT, 80, 4, 7, BAD(ALERTS), 76},
    {"pulse of none", AN_ALERT, 80, 4, 0, BAD(ALERTS), 76},
    {"pulse header 7", AN_ALERT, 84, 4, 7, BAD(ALERTS), 76},
    {"pulse header 9", AN_ALERT, 84, 4, 9, BAD(ALERTS), 76},
    {"pulse reason greatest", AN_ALERT, 88, 4, GREATEST, GOOD},
};

static void
poke(uint8_t *octets, size_t at, size_t width, uint32_t value)
{
	size_t i;

	for (i = 0; i < width; i++)
		octets[at + i] = (uint8_t)(value >> 8 * i);
}

START_TEST(fields)
{
	const struct row *row = &rows[_i];
	size_t size = fixtures[row->fixture].size, count;
	uint8_t *octets = suite_exact(fixtures[row->fixture].octets, size);
	struct gj_negoex_error error;

	poke(octets, row->at, row->width, row->value);
	count = token_read(octets, size, &error);
	ck_assert_msg(error.fault == row->fault, "%s: %s", row->name,
	    gj_negoex_fault_text(error.fault));
	ck_assert_msg(error.offset == row->offset, "%s: offset %zu", row->name,
	    error.offset);
	ck_assert_uint_eq(count, row->fault == GJ_NEGOEX_OK);
	free(octets);
}
END_TEST

/* The same faults in a later message: offsets count from the token. */
START_TEST(faults_say_where)
{
	const size_t second = sizeof(NEGO) - 1;
	uint8_t octets[sizeof(NEGO META) - 1];
	struct gj_negoex_error error;

	memcpy(octets, NEGO META, sizeof(octets));
	poke(octets, second + 60, 4, 2);
	ck_assert_uint_eq(token_read(octets, sizeof(octets), &error), 1);
	ck_assert_int_eq(error.fault, GJ_NEGOEX_BAD_EXCHANGE);
	ck_assert_uint_eq(error.offset, second + 56);
	ck_assert_uint_eq(error.number, 2);
	ck_assert_uint_eq(error.type, GJ_NEGOEX_INITIATOR_META_DATA);
	octets[second] = 'x';
	token_read(octets, sizeof(octets), &error);
	ck_assert_uint_eq(error.offset, second);
	ck_assert_uint_eq(error.type, GJ_NEGOEX_TYPES);
}
END_TEST

/* Whole only where a message ends; what is left over is a message cut. */
START_TEST(cut_anywhere)
{
	const char *octets = fixtures[_i].octets;
	size_t size, messages = 0, next = 0;
	struct gj_negoex_error error;

	for (size = 0; size <= fixtures[_i].size; size++) {
		bool whole = size > 0 && size == next;

		if (size == next && size < fixtures[_i].size)
			next += (uint8_t)octets[size + 20];
		messages += whole;
		ck_assert_uint_eq(token_read(octets, size, &error), messages);
		ck_assert_msg((error.fault == GJ_NEGOEX_OK) == whole,
		    "%s at %zu: %s", fixtures[_i].name, size,
		    gj_negoex_fault_text(error.fault));
	}
	ck_assert_uint_eq(messages, fixtures[_i].messages);
}
END_TEST

START_TEST(left_over)
{
	size_t size = fixtures[_i].size, k;
	uint8_t *octets = malloc(size + 48);
	struct gj_negoex_error error;

	memcpy(octets, fixtures[_i].octets, size);
	memset(octets + size, 0, 48);
	for (k = 1; k <= 48; k++) {
		ck_assert_uint_eq(token_read(octets, size + k, &error),
		    fixtures[_i].messages);
		ck_assert_int_eq(error.fault,
		    k < 40 ? GJ_NEGOEX_CUT : GJ_NEGOEX_BAD_SIGNATURE);
		ck_assert_uint_eq(error.offset, size);
	}
	free(octets);
}
END_TEST

START_TEST(nothing_is_no_token)
{
	struct gj_negoex_error error;

	ck_assert_uint_eq(token_read(NULL, 0, &error), 0);
	ck_assert_int_eq(error.fault, GJ_NEGOEX_EMPTY);
	ck_assert_uint_eq(error.type, GJ_NEGOEX_TYPES);
}
END_TEST

/* What is read */

static void
first_message(const char *octets, size_t size, struct gj_negoex_message *to)
{
	struct gj_negoex_error error;
	struct gj_negoex_walk walk;

	gj_negoex_walk_init(&walk, octets, size);
	ck_assert(gj_negoex_next(&walk, to, &error));
	ck_assert_uint_eq(to->size, size);
	ck_assert_uint_eq(to->number, 1);
	ck_assert_mem_eq(to->conversation, CONVERSATION, GJ_NEGOEX_GUID);
}

START_TEST(values)
{
	struct gj_negoex_alert_element element;
	struct gj_negoex_message message;

	first_message(OCTETS(NEGO), &message);
	ck_assert_mem_eq(message.u.nego.random, RANDOM, GJ_NEGOEX_RANDOM);
	ck_assert_uint_eq(message.u.nego.scheme_count, 2);
	ck_assert_mem_eq(message.u.nego.schemes, SCHEME SCHEME2, 32);
	ck_assert_ptr_null(message.u.nego.extensions);
	first_message(OCTETS(REQUEST), &message);
	ck_assert_uint_eq(message.type, GJ_NEGOEX_AP_REQUEST);
	ck_assert_uint_eq(message.sequence, 2);
	ck_assert_uint_eq(message.header_length, 64);
	ck_assert_mem_eq(message.u.exchange.scheme, SCHEME, GJ_NEGOEX_GUID);
	ck_assert_uint_eq(message.u.exchange.offset, 64);
	ck_assert_uint_eq(message.u.exchange.value.size, 5);
	ck_assert_mem_eq(message.u.exchange.value.data, "hello", 5);
	first_message(OCTETS(VERIFY), &message);
	ck_assert_uint_eq(message.u.verify.checksum_scheme, 1);
	ck_assert_uint_eq(message.u.verify.checksum_type, 16);
	ck_assert_uint_eq(message.u.verify.checksum.size, 12);
	ck_assert_mem_eq(message.u.verify.checksum.data, "checksum 12.", 12);
	first_message(OCTETS(ALERT), &message);
	ck_assert_uint_eq(message.u.alert.error_code, 0);
	ck_assert_uint_eq(message.u.alert.alert_count, 1);
	gj_negoex_alert_element(&message, 0, &element);
	ck_assert(element.pulse);
	ck_assert_uint_eq(element.reason, GJ_NEGOEX_ALERT_VERIFY_NO_KEY);
}
END_TEST

START_TEST(extensions)
{
	char octets[] = EXTENDED;
	struct gj_negoex_extension extension;
	struct gj_negoex_message message;

	octets[112 + 3] = '\x80';
	first_message(octets, sizeof(octets) - 1, &message);
	gj_negoex_extension(&message, 0, &extension);
	ck_assert(extension.critical);
	ck_assert_uint_eq(extension.type, 0x80000005);
	ck_assert_uint_eq(extension.value.size, 3);
	ck_assert_mem_eq(extension.value.data, "ext", 3);
	ck_assert_uint_eq(extension.offset, 112);
	gj_negoex_extension(&message, 1, &extension);
	ck_assert(!extension.critical);
	ck_assert_uint_eq(extension.value.size, 0);
	gj_negoex_extension(&message, 2, &extension);
	ck_assert_ptr_null(extension.value.data);
}
END_TEST

/* All four octets of each number, at 64 bits all eight. */
START_TEST(numbers_in_full)
{
	uint8_t octets[sizeof(NEGO) - 1];
	struct gj_negoex_message message;

	memcpy(octets, NEGO, sizeof(octets));
	poke(octets, 12, 4, 0x87654321);
	poke(octets, 72, 4, 0x89abcdef);
	poke(octets, 76, 4, 0x01234567);
	first_message((char *)octets, sizeof(octets), &message);
	ck_assert_uint_eq(message.sequence, 0x87654321);
	ck_assert(message.u.nego.version == UINT64_C(0x0123456789abcdef));
}
END_TEST

/* Writing */

static void
fixture_write(struct gj_writer *writer, enum fixture which)
{
	static const uint8_t *const conversation =
	    (const uint8_t *)CONVERSATION;
	static const uint8_t *const scheme = (const uint8_t *)SCHEME;
	struct gj_negoex_heading heading = {(uint32_t)which, conversation};

	switch (which) {
	case A_NEGO:
		gj_negoex_nego_write(writer, GJ_NEGOEX_INITIATOR_NEGO, &heading,
		    (const uint8_t *)RANDOM, (const uint8_t *)SCHEME SCHEME2,
		    2);
		break;
	case A_META:
		gj_negoex_exchange_write(writer, GJ_NEGOEX_INITIATOR_META_DATA,
		    &heading, scheme, "X", 1);
		break;
	case A_REQUEST:
		gj_negoex_exchange_write(
		    writer, GJ_NEGOEX_AP_REQUEST, &heading, scheme, "hello", 5);
		break;
	case A_VERIFY:
		gj_negoex_verify_write(
		    writer, &heading, scheme, 16, "checksum 12.", 12);
		break;
	default:
		gj_negoex_pulse_write(
		    writer, &heading, scheme, GJ_NEGOEX_ALERT_VERIFY_NO_KEY);
	}
}

/* Octet for octet, in exactly the room that the size function gives. */
START_TEST(written)
{
	size_t sizes[] = {gj_negoex_nego_size(2), gj_negoex_exchange_size(1),
	    gj_negoex_exchange_size(5), gj_negoex_verify_size(12),
	    GJ_NEGOEX_PULSE_MESSAGE};
	size_t room;

	ck_assert_uint_eq(sizes[_i], fixtures[_i].size);
	for (room = 0; room <= sizes[_i]; room++) {
		uint8_t *memory = malloc(room);
		struct gj_writer writer;

		gj_writer_init(&writer, memory, room);
		fixture_write(&writer, (enum fixture)_i);
		ck_assert_msg(writer.failed == (room < sizes[_i]), "%zu", room);
		if (!writer.failed)
			ck_assert_mem_eq(memory, fixtures[_i].octets, room);
		free(memory);
	}
}
END_TEST

START_TEST(written_limits)
{
	struct gj_negoex_heading heading = {0, (const uint8_t *)CONVERSATION};
	uint8_t memory[256];
	struct gj_writer writer;

	ck_assert_uint_eq(gj_negoex_nego_size(0), 96);
	ck_assert_uint_eq(gj_negoex_nego_size(UINT16_MAX), 96 + 65535 * 16);
	ck_assert(gj_negoex_exchange_size(SIZE_MAX) == SIZE_MAX);
	ck_assert(gj_negoex_verify_size(SIZE_MAX - 79) == SIZE_MAX);
	gj_writer_init(&writer, memory, sizeof(memory));
	gj_negoex_exchange_write(&writer, GJ_NEGOEX_CHALLENGE, &heading,
	    (const uint8_t *)SCHEME, memory, UINT32_MAX - 63);
	ck_assert(writer.failed && writer.used == 0);
	gj_writer_init(&writer, memory, sizeof(memory));
	gj_negoex_verify_write(
	    &writer, &heading, (const uint8_t *)SCHEME, 16, memory, SIZE_MAX);
	ck_assert(writer.failed && writer.used == 0);
}
END_TEST

/* The judge */

/*
 * Messages by letters: I and A the NEGOs, i and a metadata, R AP_REQUEST, C
 * CHALLENGE, V VERIFY, L ALERT; a blank begins another token.  They have the
 * numbers from first on; the letter after a minus has the one before again.
 */
struct order_row {
	const char *name;
	enum gj_negoex_role role;
	int next; /* -1: not known */
	int nego; /* -1: not known; 0: not seen; 1: seen */
	uint32_t first;
	const char *messages;
	enum gj_negoex_fault fault;
	unsigned int taken; /* messages before the fault */
};

#define ANYONE	  GJ_NEGOEX_ROLE_UNKNOWN
#define INITIATOR GJ_NEGOEX_INITIATOR
#define ACCEPTOR  GJ_NEGOEX_ACCEPTOR
#define TAKEN(n)  GJ_NEGOEX_OK, n
#define MISSING	  GJ_NEGOEX_MISSING_NEGO
#define REPEATED  GJ_NEGOEX_REPEATED
#define ROLE	  GJ_NEGOEX_WRONG_ROLE
#define NUMBER	  GJ_NEGOEX_WRONG_SEQUENCE

static const struct order_row order_rows[] = {
    {"first token", ANYONE, -1, -1, 0, "IiiR", TAKEN(4)},
    {"NEGO alone", ANYONE, -1, -1, 0, "I", TAKEN(1)},
    {"the set in another order", ANYONE, -1, -1, 0, "IRii", TAKEN(4)},
    {"first token with VERIFY", ACCEPTOR, 0, 0, 0, "IRV", TAKEN(3)},
    {"first answer", ANYONE, -1, -1, 3, "AaaC", TAKEN(4)},
    {"first answer, known", INITIATOR, 3, 0, 3, "AaCVL", TAKEN(5)},
    {"answer to one message", ANYONE, -1, -1, 1, "A", TAKEN(1)},
    {"a server that speaks first", ANYONE, -1, -1, 0, "Aa", TAKEN(2)},
    {"later token", ANYONE, -1, -1, 7, "C", TAKEN(1)},
    {"later token, the role from VERIFY on", ANYONE, -1, -1, 7, "VL", TAKEN(2)},
    {"later tokens", ACCEPTOR, 5, 1, 5, "R R RV V", TAKEN(5)},
    {"challenges", INITIATOR, 5, 1, 5, "C CV L V", TAKEN(5)},

    {"AP_REQUEST for the initiator", INITIATOR, 5, 1, 5, "R", ROLE, 0},
    {"INITIATOR_NEGO for it", INITIATOR, -1, -1, 0, "I", ROLE, 0},
    {"INITIATOR_META_DATA for it", INITIATOR, -1, -1, 3, "Ai", ROLE, 1},
    {"CHALLENGE for the acceptor", ACCEPTOR, 5, 1, 5, "C", ROLE, 0},
    {"ACCEPTOR_NEGO for it", ACCEPTOR, -1, -1, 3, "A", ROLE, 0},
    {"ACCEPTOR_META_DATA for it", ACCEPTOR, 0, 0, 0, "Ia", ROLE, 1},
    {"both roles, AP_REQUEST first", ANYONE, -1, -1, 5, "RC", ROLE, 1},
    {"both roles, NEGO first", ANYONE, -1, -1, 0, "IC", ROLE, 1},
    {"both roles behind VERIFY", ANYONE, -1, -1, 5, "VRC", ROLE, 2},

    {"not the next number", ACCEPTOR, 4, 1, 5, "R", NUMBER, 0},
    {"the number before", ACCEPTOR, 6, 1, 5, "R", NUMBER, 0},
    {"a number again", ANYONE, -1, -1, 0, "Ii-i", NUMBER, 2},
    {"first message with 1", ANYONE, -1, -1, 1, "I", NUMBER, 0},
    {"first message with 1, known", ACCEPTOR, 0, 0, 1, "I", NUMBER, 0},

    {"AP_REQUEST with 0", ANYONE, -1, -1, 0, "R", MISSING, 0},
    {"VERIFY with 0", ANYONE, -1, -1, 0, "V", MISSING, 0},
    {"metadata before NEGO", ANYONE, -1, -1, 0, "iI", MISSING, 0},
    {"an answer of CHALLENGE alone", ANYONE, -1, -1, 1, "C", MISSING, 0},
    {"known: CHALLENGE before NEGO", INITIATOR, 3, 0, 3, "CA", MISSING, 0},
    {"known: ALERT before NEGO", INITIATOR, 3, 0, 3, "L", MISSING, 0},
    {"metadata in a later token", ACCEPTOR, 5, 1, 5, "i", MISSING, 0},
    {"metadata, nothing known", ANYONE, -1, -1, 5, "i", MISSING, 0},
    {"metadata in the token after NEGO's", ANYONE, -1, -1, 0, "I i", MISSING,
	1},

    {"NEGO twice in a token", ANYONE, -1, -1, 0, "II", REPEATED, 1},
    {"NEGO in a later token", ACCEPTOR, 0, 0, 0, "IR I", REPEATED, 2},
    {"NEGO behind AP_REQUEST", ANYONE, -1, -1, 5, "RI", REPEATED, 1},
    {"ACCEPTOR_NEGO twice", ANYONE, -1, -1, 3, "AA", REPEATED, 1},
    {"NEGO with the number that was said", ACCEPTOR, 7, -1, 7, "I", REPEATED,
	0},
    {"AP_REQUEST twice", ANYONE, -1, -1, 0, "IRR", REPEATED, 2},
    {"CHALLENGE twice", ANYONE, -1, -1, 5, "CC", REPEATED, 1},
    {"VERIFY twice", ANYONE, -1, -1, 5, "RVV", REPEATED, 2},
    {"ALERT twice", ANYONE, -1, -1, 5, "LL", REPEATED, 1},
};

static void
letter_write(struct gj_writer *writer, char letter, uint32_t sequence)
{
	static const char letters[] = "IAiaCRVL";
	struct gj_negoex_heading heading = {
	    sequence, (const uint8_t *)CONVERSATION};
	const uint8_t *scheme = (const uint8_t *)SCHEME;
	enum gj_negoex_type type =
	    (enum gj_negoex_type)(strchr(letters, letter) - letters);

	if (type <= GJ_NEGOEX_ACCEPTOR_NEGO)
		gj_negoex_nego_write(
		    writer, type, &heading, (const uint8_t *)RANDOM, scheme, 1);
	else if (type == GJ_NEGOEX_VERIFY)
		gj_negoex_verify_write(writer, &heading, scheme, 16, "abc", 3);
	else if (type == GJ_NEGOEX_ALERT)
		gj_negoex_pulse_write(writer, &heading, scheme, 1);
	else
		gj_negoex_exchange_write(
		    writer, type, &heading, scheme, "x", 1);
}

/* What the judge says of one message, and that a refusal changes nothing. */
static enum gj_negoex_fault
judge(struct gj_negoex_order *order, const void *octets, size_t size,
    size_t *offset)
{
	struct gj_negoex_order before;
	struct gj_negoex_message message;
	struct gj_negoex_error error;
	struct gj_negoex_walk walk;

	gj_negoex_walk_init(&walk, octets, size);
	ck_assert(gj_negoex_next(&walk, &message, &error));
	memcpy(&before, order, sizeof(before));
	if (!gj_negoex_judge(order, &message, &error)) {
		ck_assert_mem_eq(&before, order, sizeof(before));
		ck_assert_uint_eq(error.type, message.type);
		ck_assert_uint_eq(error.number, 1);
	}
	*offset = error.offset;
	return error.fault;
}

START_TEST(orders)
{
	const struct order_row *row = &order_rows[_i];
	uint32_t sequence = row->first;
	enum gj_negoex_fault fault = GJ_NEGOEX_OK;
	struct gj_negoex_order order;
	unsigned int taken = 0;
	const char *at;
	size_t offset;

	gj_negoex_order_init(&order);
	order.role = row->role;
	order.sequence_known = row->next >= 0;
	order.sequence = row->next >= 0 ? (uint32_t)row->next : 0;
	order.nego_known = row->nego >= 0;
	order.nego_seen = row->nego == 1;
	gj_negoex_order_token(&order);
	for (at = row->messages; *at != '\0' && fault == GJ_NEGOEX_OK; at++) {
		uint8_t memory[256];
		struct gj_writer writer;

		if (*at == ' ')
			gj_negoex_order_token(&order);
		if (*at == '-')
			sequence--;
		if (*at == ' ' || *at == '-')
			continue;
		gj_writer_init(&writer, memory, sizeof(memory));
		letter_write(&writer, *at, sequence++);
		fault = judge(&order, memory, writer.used, &offset);
		taken += fault == GJ_NEGOEX_OK;
	}
	ck_assert_msg(fault == row->fault && taken == row->taken,
	    "%s: after %u: %s", row->name, taken, gj_negoex_fault_text(fault));
}
END_TEST

/* What a message has inside, one field changed. */
static const struct row content_rows[] = {
    {"version", A_NEGO, 72, 4, 0, GOOD},
    {"version 1", A_NEGO, 72, 4, 1, GJ_NEGOEX_WRONG_VERSION, 72},
    {"version, high half", A_NEGO, 76, 4, 1, GJ_NEGOEX_WRONG_VERSION, 72},
    {"unknown extension", AN_EXTENDED, 112, 4, 0x7fffffff, GOOD},
    {"critical extension", AN_EXTENDED, 112, 4, 0x80000000,
	GJ_NEGOEX_CRITICAL_EXTENSION, 112},
    {"the second is critical", AN_EXTENDED, 124, 4, GREATEST,
	GJ_NEGOEX_CRITICAL_EXTENSION, 124},
    {"conversation", A_NEGO, 24, 4, 0, GJ_NEGOEX_WRONG_CONVERSATION, 24},
    {"conversation's last octet", A_NEGO, 39, 1, 'd',
	GJ_NEGOEX_WRONG_CONVERSATION, 24},
    {"checksum scheme 0", A_VERIFY, 60, 4, 0, GJ_NEGOEX_WRONG_CHECKSUM_SCHEME,
	60},
    {"checksum scheme 2", A_VERIFY, 60, 4, 2, GJ_NEGOEX_WRONG_CHECKSUM_SCHEME,
	60},
    {"no checksum", A_VERIFY, 72, 4, 0, GJ_NEGOEX_UNKEYED_CHECKSUM, 72},
};

/* Knows the conversation of the fixtures and which message is next. */
static void
order_for(struct gj_negoex_order *order, uint32_t sequence)
{
	gj_negoex_order_init(order);
	order->sequence_known = order->conversation_known = true;
	order->sequence = sequence;
	memcpy(order->conversation, CONVERSATION, GJ_NEGOEX_GUID);
}

START_TEST(contents)
{
	const struct row *row = &content_rows[_i];
	size_t size = fixtures[row->fixture].size, offset;
	uint8_t *octets = suite_exact(fixtures[row->fixture].octets, size);
	struct gj_negoex_order order;
	enum gj_negoex_fault fault;

	order_for(&order, row->fixture == A_VERIFY ? 3 : 0);
	poke(octets, row->at, row->width, row->value);
	fault = judge(&order, octets, size, &offset);
	ck_assert_msg(fault == row->fault, "%s: %s", row->name,
	    gj_negoex_fault_text(fault));
	ck_assert_msg(
	    offset == row->offset, "%s: offset %zu", row->name, offset);
	free(octets);
}
END_TEST

START_TEST(checksum_types)
{
	static const uint32_t unkeyed[] = {1, 2, 7, 10, 14};
	uint8_t octets[sizeof(VERIFY) - 1];
	uint32_t type;
	size_t offset, i;

	memcpy(octets, VERIFY, sizeof(octets));
	for (type = 0; type < 100; type++) {
		enum gj_negoex_fault wanted = GJ_NEGOEX_OK;
		struct gj_negoex_order order;

		for (i = 0; i < COUNT(unkeyed); i++)
			if (unkeyed[i] == type)
				wanted = GJ_NEGOEX_UNKEYED_CHECKSUM;
		order_for(&order, 3);
		poke(octets, 64, 4, type);
		ck_assert_msg(
		    judge(&order, octets, sizeof(octets), &offset) == wanted,
		    "type %" PRIu32, type);
		ck_assert_uint_eq(offset, wanted == GJ_NEGOEX_OK ? 0 : 64);
	}
}
END_TEST

START_TEST(texts)
{
	int i, k;

	for (i = 0; i < GJ_NEGOEX_FAULTS; i++)
		for (k = 0; k < i; k++)
			ck_assert_str_ne(
			    gj_negoex_fault_text((enum gj_negoex_fault)i),
			    gj_negoex_fault_text((enum gj_negoex_fault)k));
	ck_assert_str_eq(gj_negoex_fault_text(GJ_NEGOEX_FAULTS), "unknown");
	ck_assert_str_eq(gj_negoex_type_name(0), "INITIATOR_NEGO");
	ck_assert_str_eq(gj_negoex_type_name(5), "AP_REQUEST");
	ck_assert_str_eq(gj_negoex_type_name(7), "ALERT");
	ck_assert_str_eq(gj_negoex_type_name(8), "unknown");
}
END_TEST

/* Large ones, and changed ones */

/* Seconds of processor time that a large token may take; it takes hundredths.
 */
#define TIME_MAX 2

/* As many extensions as can be, all of one value, and schemes upon them. */
static uint8_t *
overlapping(size_t *size)
{
	size_t i, count = UINT16_MAX, schemes = count * 12 / 16;
	uint8_t *octets = calloc(1, *size = 96 + count * 12);
	struct gj_writer writer;

	gj_writer_init(&writer, octets, *size);
	gj_writer_octets(&writer, EXTENDED, 96);
	for (i = 0; i < count; i++) {
		gj_writer_u32le(&writer, 1);
		gj_writer_u32le(&writer, 96);
		gj_writer_u32le(&writer, (uint32_t)(count * 12));
	}
	poke(octets, 20, 4, (uint32_t)*size);
	poke(octets, 84, 2, (uint32_t)schemes);
	poke(octets, 88, 4, 96);
	poke(octets, 92, 2, (uint32_t)count);
	return octets;
}

START_TEST(large_message)
{
	size_t size;
	uint8_t *octets = overlapping(&size);
	clock_t begin = clock();
	struct gj_negoex_order order;
	size_t offset;

	gj_negoex_order_init(&order);
	ck_assert_int_eq(judge(&order, octets, size, &offset), GJ_NEGOEX_OK);
	ck_assert(clock() - begin < TIME_MAX * CLOCKS_PER_SEC);
	free(octets);
}
END_TEST

START_TEST(many_messages)
{
	size_t count = 20000, i, size = sizeof(META) - 1;
	uint8_t *octets = malloc(count * size);
	struct gj_negoex_error error;
	clock_t begin = clock();

	for (i = 0; i < count; i++)
		memcpy(octets + i * size, META, size);
	ck_assert_uint_eq(token_read(octets, count * size, &error), count);
	ck_assert_int_eq(error.fault, GJ_NEGOEX_OK);
	ck_assert(clock() - begin < TIME_MAX * CLOCKS_PER_SEC);
	free(octets);
}
END_TEST

/* One to four octets changed, mostly to such as lengths and counts have. */
static void
mutate(uint8_t *octets, size_t size, uint64_t *state)
{
	static const uint8_t usual[] = {0, 1, 0x7f, 0x80, 0xff, 96, 16, 12};
	size_t changes = 1 + random_next(state) % 4;

	while (changes-- > 0) {
		uint64_t draw = random_next(state);

		octets[(draw >> 16) % size] = (draw & 1) != 0
						  ? usual[draw >> 8 & 7]
						  : (uint8_t)(draw >> 8);
	}
}

/* Reads a token and judges its messages; true where it is well-formed. */
static bool
token_take(const uint8_t *octets, size_t size)
{
	uint8_t *token = suite_exact(octets, size);
	struct gj_negoex_message message;
	struct gj_negoex_error error, judged;
	struct gj_negoex_order order;
	struct gj_negoex_walk walk;

	gj_negoex_order_init(&order);
	gj_negoex_walk_init(&walk, token, size);
	while (gj_negoex_next(&walk, &message, &error)) {
		message_touch(&message);
		gj_negoex_judge(&order, &message, &judged);
	}
	ck_assert(error.offset < size || error.fault == GJ_NEGOEX_OK);
	free(token);
	return error.fault == GJ_NEGOEX_OK;
}

START_TEST(mutations)
{
	size_t size = fixtures[_i].size, differed = 0, taken = 0, i;
	const char *seed = fixtures[_i].octets;
	uint64_t state = SEED + (uint64_t)_i;
	uint8_t octets[sizeof(NEGO META REQUEST VERIFY ALERT)];

	for (i = 0; i < MUTATIONS; i++) {
		memcpy(octets, seed, size);
		mutate(octets, size, &state);
		differed += memcmp(octets, seed, size) != 0;
		taken += token_take(octets, size);
	}
	ck_assert_uint_gt(differed, MUTATIONS / 2);
	ck_assert_uint_lt(taken, MUTATIONS);
	ck_assert(taken > 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("negoex");
	TCase *tests = tcase_create("negoex");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, fields, 0, COUNT(rows));
	tcase_add_test(tests, faults_say_where);
	tcase_add_loop_test(tests, cut_anywhere, 0, FIXTURES);
	tcase_add_loop_test(tests, left_over, 0, FIXTURES);
	tcase_add_test(tests, nothing_is_no_token);
	tcase_add_test(tests, values);
	tcase_add_test(tests, extensions);
	tcase_add_test(tests, numbers_in_full);
	tcase_add_loop_test(tests, written, A_NEGO, AN_ALERT + 1);
	tcase_add_test(tests, written_limits);
	tcase_add_loop_test(tests, orders, 0, COUNT(order_rows));
	tcase_add_loop_test(tests, contents, 0, COUNT(content_rows));
	tcase_add_test(tests, checksum_types);
	tcase_add_test(tests, texts);
	tcase_add_test(tests, large_message);
	tcase_add_test(tests, many_messages);
	tcase_add_loop_test(tests, mutations, 0, FIXTURES);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
