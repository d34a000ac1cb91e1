/*
 * Tests of NEGOEX tokens that were changed on their way: every field of every
 * message, and every octet at which a token may end.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "negoex_talk.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define I NEGOEX_INITIATOR
#define A NEGOEX_ACCEPTOR

/* Of the message types. */
static const char type_letters[] = TALK_LETTERS;

static void
begin(struct talk *talk)
{
	memset(talk, 0, sizeof(*talk));
	talk->mechs[I] = talk->mechs[A] = "AB";
	talk_begin(talk);
}

/* Fields of good tokens, changed on their way. */

/* A change, and what it makes of the token. */
struct change {
	const char *name;
	const char *types;     /* of the messages that are changed */
	unsigned int at, size; /* in the message */
	enum {
		SET,
		ADD,
		OF_SIZE,
		OF_REST
	} how; /* to, by; from its size; ... */
	uint64_t value;
	unsigned int code;
	int offset; /* in the message; -1: no message's fault */
};

#define ALL    TALK_LETTERS
#define MAX32  UINT32_MAX
#define TOKENS "MmCR"

static const struct change changes[] = {
    {"signature", ALL, 0, 1, ADD, 1, GJ_NEGOEX_BAD_SIGNATURE, 0},
    {"signature's end", ALL, 7, 1, ADD, 1, GJ_NEGOEX_BAD_SIGNATURE, 0},
    {"type 8", ALL, 8, 4, SET, 8, GJ_NEGOEX_BAD_TYPE, 8},
    {"type of 32 bits", ALL, 8, 4, SET, MAX32, GJ_NEGOEX_BAD_TYPE, 8},
    {"the other role's NEGO", "N", 8, 4, SET, 1, GJ_NEGOEX_WRONG_ROLE, 8},
    {"the other role's NEGO", "n", 8, 4, SET, 0, GJ_NEGOEX_WRONG_ROLE, 8},
    {"the other role's metadata", "M", 8, 4, SET, 3, GJ_NEGOEX_WRONG_ROLE, 8},
    {"the other role's metadata", "m", 8, 4, SET, 2, GJ_NEGOEX_WRONG_ROLE, 8},
    {"the other role's token", "C", 8, 4, SET, 5, GJ_NEGOEX_WRONG_ROLE, 8},
    {"the other role's token", "R", 8, 4, SET, 4, GJ_NEGOEX_WRONG_ROLE, 8},
    {"sequence skips", ALL, 12, 4, ADD, 1, GJ_NEGOEX_WRONG_SEQUENCE, 12},
    {"sequence repeats", ALL, 12, 4, ADD, MAX32, GJ_NEGOEX_WRONG_SEQUENCE, 12},
    {"sequence 0", "nMmCRVA", 12, 4, SET, 0, GJ_NEGOEX_WRONG_SEQUENCE, 12},
    {"header 0", ALL, 16, 4, SET, 0, GJ_NEGOEX_BAD_HEADER_LENGTH, 16},
    {"header short", ALL, 16, 4, ADD, MAX32, GJ_NEGOEX_BAD_HEADER_LENGTH, 16},
    {"header over the message", ALL, 16, 4, OF_SIZE, 1,
	GJ_NEGOEX_BAD_HEADER_LENGTH, 16},
    {"header of 32 bits", ALL, 16, 4, SET, MAX32, GJ_NEGOEX_BAD_HEADER_LENGTH,
	16},
    {"message 0", ALL, 20, 4, SET, 0, GJ_NEGOEX_BAD_MESSAGE_LENGTH, 20},
    {"message 39", ALL, 20, 4, SET, 39, GJ_NEGOEX_BAD_MESSAGE_LENGTH, 20},
    {"message 40", ALL, 20, 4, SET, 40, GJ_NEGOEX_BAD_HEADER_LENGTH, 16},
    {"message over the token", ALL, 20, 4, OF_REST, 1,
	GJ_NEGOEX_BAD_MESSAGE_LENGTH, 20},
    {"message of 32 bits", ALL, 20, 4, SET, MAX32, GJ_NEGOEX_BAD_MESSAGE_LENGTH,
	20},
    {"conversation", "nMmCRVA", 24, 1, ADD, 1, GJ_NEGOEX_WRONG_CONVERSATION,
	24},
    {"conversation's end", "nMmCRVA", 39, 1, ADD, 1,
	GJ_NEGOEX_WRONG_CONVERSATION, 24},

    {"version 1", "Nn", 72, 8, SET, 1, GJ_NEGOEX_WRONG_VERSION, 72},
    {"version's last octet", "Nn", 79, 1, SET, 1, GJ_NEGOEX_WRONG_VERSION, 72},
    {"schemes reach out", "Nn", 80, 4, ADD, 1, GJ_NEGOEX_BAD_SCHEMES, 80},
    {"schemes behind the end", "Nn", 80, 4, OF_SIZE, 0, GJ_NEGOEX_BAD_SCHEMES,
	80},
    {"schemes of 32 bits", "Nn", 80, 4, SET, MAX32, GJ_NEGOEX_BAD_SCHEMES, 80},
    {"schemes overflow 32 bits", "Nn", 80, 4, SET, MAX32 - 15,
	GJ_NEGOEX_BAD_SCHEMES, 80},
    {"one scheme too many", "Nn", 84, 2, ADD, 1, GJ_NEGOEX_BAD_SCHEMES, 80},
    {"65,535 schemes", "Nn", 84, 2, SET, UINT16_MAX, GJ_NEGOEX_BAD_SCHEMES, 80},
    {"no schemes", "Nn", 84, 2, SET, 0, NEGOEX_NO_COMMON_SCHEME, 0},
    {"an extension outside", "Nn", 88, 8, SET, UINT64_C(1) << 32 | MAX32,
	GJ_NEGOEX_BAD_EXTENSIONS, 88},
    {"65,535 extensions", "Nn", 92, 2, SET, UINT16_MAX,
	GJ_NEGOEX_BAD_EXTENSIONS, 88},
    {"an extension whose value is outside", "Nn", 88, 8, SET,
	UINT64_C(1) << 32 | 96, GJ_NEGOEX_BAD_EXTENSIONS, 100},
    {"the header as an unknown extension", "N", 88, 8, SET,
	UINT64_C(1) << 32 | 84, NEGOEX_CHECKSUM_MISMATCH, -1},

    {"token reaches out", TOKENS, 56, 4, ADD, 1, GJ_NEGOEX_BAD_EXCHANGE, 56},
    {"token behind the end", TOKENS, 56, 4, OF_SIZE, 0, GJ_NEGOEX_BAD_EXCHANGE,
	56},
    {"token of 32 bits", TOKENS, 56, 4, SET, MAX32, GJ_NEGOEX_BAD_EXCHANGE, 56},
    {"token too long", TOKENS, 60, 4, ADD, 1, GJ_NEGOEX_BAD_EXCHANGE, 56},
    {"token's length of 32 bits", TOKENS, 60, 4, SET, MAX32,
	GJ_NEGOEX_BAD_EXCHANGE, 56},
    {"token's length over 16 bits", TOKENS, 60, 4, ADD, 0x10000,
	GJ_NEGOEX_BAD_EXCHANGE, 56},
    {"token's length that overflows", TOKENS, 60, 4, SET, MAX32 - 63,
	GJ_NEGOEX_BAD_EXCHANGE, 56},

    {"VERIFY of another scheme", "V", 40, 1, ADD, 1, NEGOEX_WRONG_SCHEME, 0},
    {"checksum header 0", "V", 56, 4, SET, 0, GJ_NEGOEX_BAD_CHECKSUM, 56},
    {"checksum header 21", "V", 56, 4, ADD, 1, GJ_NEGOEX_BAD_CHECKSUM, 56},
    {"checksum scheme 0", "V", 60, 4, SET, 0, GJ_NEGOEX_WRONG_CHECKSUM_SCHEME,
	60},
    {"checksum scheme 2", "V", 60, 4, SET, 2, GJ_NEGOEX_WRONG_CHECKSUM_SCHEME,
	60},
    {"crc32", "V", 64, 4, SET, 1, GJ_NEGOEX_UNKEYED_CHECKSUM, 64},
    {"rsa-md4", "V", 64, 4, SET, 2, GJ_NEGOEX_UNKEYED_CHECKSUM, 64},
    {"rsa-md5", "V", 64, 4, SET, 7, GJ_NEGOEX_UNKEYED_CHECKSUM, 64},
    {"sha1", "V", 64, 4, SET, 10, GJ_NEGOEX_UNKEYED_CHECKSUM, 64},
    {"sha1, the other number", "V", 64, 4, SET, 14, GJ_NEGOEX_UNKEYED_CHECKSUM,
	64},
    {"checksum type 0", "V", 64, 4, SET, 0, NEGOEX_WRONG_CHECKSUM_TYPE, -1},
    {"aes128's checksum", "V", 64, 4, SET, 15, NEGOEX_WRONG_CHECKSUM_TYPE, -1},
    {"an unknown checksum", "V", 64, 4, SET, MAX32, NEGOEX_WRONG_CHECKSUM_TYPE,
	-1},
    {"checksum reaches out", "V", 68, 4, ADD, 1, GJ_NEGOEX_BAD_CHECKSUM, 68},
    {"checksum of 32 bits", "V", 68, 4, SET, MAX32, GJ_NEGOEX_BAD_CHECKSUM, 68},
    {"checksum from elsewhere", "V", 68, 4, ADD, MAX32,
	NEGOEX_CHECKSUM_MISMATCH, -1},
    {"checksum of no octets", "V", 72, 4, SET, 0, GJ_NEGOEX_UNKEYED_CHECKSUM,
	72},
    {"checksum short", "V", 72, 4, ADD, MAX32, NEGOEX_CHECKSUM_MISMATCH, -1},
    {"checksum of one octet", "V", 72, 4, SET, 1, NEGOEX_CHECKSUM_MISMATCH, -1},
    {"checksum long", "V", 72, 4, ADD, 1, GJ_NEGOEX_BAD_CHECKSUM, 68},
    {"checksum's first octet", "V", 80, 1, ADD, 1, NEGOEX_CHECKSUM_MISMATCH,
	-1},
    {"checksum's last octet", "V", 91, 1, ADD, 128, NEGOEX_CHECKSUM_MISMATCH,
	-1},

    {"an error code", "A", 56, 4, SET, 0xc0000001, NEGOEX_PEER_ALERT, -1},
    {"alerts reach out", "A", 60, 4, ADD, 9, GJ_NEGOEX_BAD_ALERTS, 60},
    {"alerts of 32 bits", "A", 60, 4, SET, MAX32, GJ_NEGOEX_BAD_ALERTS, 60},
    {"65,535 alerts", "A", 64, 2, SET, UINT16_MAX, GJ_NEGOEX_BAD_ALERTS, 60},
    {"a pulse outside", "A", 76, 4, SET, MAX32, GJ_NEGOEX_BAD_ALERTS, 76},
    {"a pulse too long", "A", 80, 4, ADD, 1, GJ_NEGOEX_BAD_ALERTS, 76},
    {"a pulse of 7 octets", "A", 80, 4, SET, 7, GJ_NEGOEX_BAD_ALERTS, 76},
    {"a pulse's header 7", "A", 84, 4, SET, 7, GJ_NEGOEX_BAD_ALERTS, 76},
    {"a pulse's header 9", "A", 84, 4, SET, 9, GJ_NEGOEX_BAD_ALERTS, 76},
};

/* Conversations that together have every type of message in every place. */
static void
base_begin(unsigned int base, struct talk *talk)
{
	scripted_mechglue_reset(base == 0 ? 4 : 5);
	glue.part[0][I].metadata = "from the initiator";
	glue.part[0][A].metadata = "from the acceptor";
	if (base == 1)
		glue.part[0][I].key = SCRIPTED_KEY_AT_ONCE;
	if (base == 2)
		glue.part[0][A].key = SCRIPTED_KEY_AT_ONCE;
	begin(talk);
}
#define BASES 3

/* Which message of which token is changed, and where it then was. */
struct target {
	const struct change *change;
	unsigned int token, number;
	bool done;
	size_t offset;
	unsigned int type;
};

static uint64_t
number_read(const uint8_t *at, unsigned int size)
{
	uint64_t value = 0;

	while (size-- > 0)
		value = value << 8 | at[size];
	return value;
}

static void
number_write(uint8_t *at, unsigned int size, uint64_t value)
{
	for (; size > 0; size--, value >>= 8)
		*at++ = (uint8_t)value;
}

static void
change_make(struct talk *talk, struct talk_token *token)
{
	struct target *target = talk->with;
	const struct change *change = target->change;
	uint64_t value = change->value;
	size_t length;
	uint8_t *at;

	if (token != &talk->tokens[target->token])
		return;
	target->offset =
	    talk_message(token->got, token->got_size, target->number, &length);
	if (length == 0)
		return;
	target->type = token->got[target->offset + 8];
	if (strchr(change->types, type_letters[target->type]) == NULL)
		return;
	target->done = true;
	at = token->got + target->offset + change->at;
	if (change->how == ADD)
		value += number_read(at, change->size);
	else if (change->how == OF_SIZE)
		value += length;
	else if (change->how == OF_REST)
		value += token->got_size - target->offset;
	number_write(at, change->size, value);
	target->type = token->got[target->offset + 8];
}

/* Some changes let the initiator begin anew, and show at the end only. */
static void
changed_check(struct talk *talk, const struct target *target, const char *name)
{
	const struct change *change = target->change;
	enum negoex_role role = talk->tokens[target->token].from == I ? A : I;
	bool read = change->code != GJ_NEGOEX_BAD_SIGNATURE &&
		    change->code != GJ_NEGOEX_BAD_TYPE;

	if (change->offset >= 0)
		talk_failed_check(talk, role, name, change->code,
		    target->number + 1, read ? target->type : GJ_NEGOEX_TYPES,
		    target->offset + (size_t)change->offset);
	else if (change->code != NEGOEX_CHECKSUM_MISMATCH ||
		 talk->side[role].minor == NEGOEX_MINOR_BASE + change->code)
		talk_failed_check(talk, role, name, change->code, 0, 0, 0);
	else
		ck_assert_msg(
		    !talk_complete(talk, I) || !talk_complete(talk, A),
		    "%s: both complete", name);
}

/*
 * A VERIFY before there is a key is answered, not judged; so are the fields
 * that only judging it looks at.
 */
static bool
shows(const struct target *target, unsigned int base)
{
	const struct change *change = target->change;
	unsigned int early = base == 1 ? 0 : 1;

	if (target->type != GJ_NEGOEX_VERIFY || base == 0)
		return true;
	if (change->code != NEGOEX_CHECKSUM_MISMATCH &&
	    change->code != NEGOEX_WRONG_CHECKSUM_TYPE &&
	    change->code != NEGOEX_WRONG_SCHEME)
		return true;
	return target->token > early + 2;
}

/* The change in one message of one token; false where there is none. */
static bool
change_try(const struct change *change, unsigned int base, unsigned int token,
    unsigned int number, unsigned int *tried)
{
	struct target target = {change, token, number, false, 0, 0};
	struct talk talk;
	char name[128];
	bool there;
	size_t length;

	base_begin(base, &talk);
	talk.alter = change_make;
	talk.with = &target;
	talk_run(&talk);
	there = talk.count > token;
	if (there) {
		talk_message(talk.tokens[token].sent,
		    talk.tokens[token].sent_size, number, &length);
		there = length > 0;
	}
	snprintf(name, sizeof(name), "%s: base %u token %u message %u",
	    change->name, base, token, number + 1);
	if (target.done) {
		(*tried)++;
		if (shows(&target, base))
			changed_check(&talk, &target, name);
		else
			ck_assert_msg(!talk_complete(&talk, I) ||
					  !talk_complete(&talk, A),
			    "%s", name);
	}
	ck_assert_msg(talk_end(&talk), "%s", name);
	return there;
}

START_TEST(every_change)
{
	unsigned int base, token, number, tried = 0;

	for (base = 0; base < BASES; base++)
		for (token = 0; token < 8; token++)
			for (number = 0; change_try(
				 &changes[_i], base, token, number, &tried);
			     number++)
				;
	ck_assert_msg(tried > 0, "%s: nothing was changed", changes[_i].name);
}
END_TEST

/* Each token cut at each octet: never do both sides complete. */

struct cut {
	unsigned int token;
	size_t size;
};

static void
cut_make(struct talk *talk, struct talk_token *token)
{
	const struct cut *cut = talk->with;

	if (token == &talk->tokens[cut->token])
		talk_replace(
		    token, suite_exact(token->sent, cut->size), cut->size);
}

/* Whether messages end there. */
static bool
is_boundary(const struct talk_token *token, size_t size)
{
	size_t length;
	unsigned int number = 0;

	while (
	    talk_message(token->sent, token->sent_size, number, &length) < size)
		number++;
	return talk_message(token->sent, token->sent_size, number, &length) ==
	       size;
}

static size_t
cut_try(unsigned int base, const struct cut *cut)
{
	const struct talk_token *token;
	enum negoex_role role;
	struct talk talk;
	size_t size;
	OM_uint32 code;

	base_begin(base, &talk);
	talk.alter = cut_make;
	talk.with = (void *)cut;
	talk_run(&talk);
	token = &talk.tokens[cut->token];
	size = talk.count > cut->token ? token->sent_size : 0;
	if (cut->size < size) {
		role = token->from == I ? A : I;
		ck_assert(!talk_complete(&talk, I) || !talk_complete(&talk, A));
		code = talk.side[role].minor - NEGOEX_MINOR_BASE;
		if (cut->size == 0)
			ck_assert_uint_eq(code, GJ_NEGOEX_EMPTY);
		else if (!is_boundary(token, cut->size))
			ck_assert_msg(code == GJ_NEGOEX_CUT ||
					  code == GJ_NEGOEX_BAD_MESSAGE_LENGTH,
			    "base %u token %u cut at %zu: %s", base, cut->token,
			    cut->size, talk.side[role].text);
	}
	ck_assert(talk_end(&talk));
	return size;
}

START_TEST(every_cut)
{
	struct cut cut = {0, 0};
	unsigned int cuts = 0;
	size_t size = 1;

	for (cut.token = 0; size > 0; cut.token++)
		for (cut.size = 0;
		     (size = cut_try((unsigned int)_i, &cut)) > cut.size;
		     cut.size++)
			cuts++;
	ck_assert_uint_gt(cuts, 700);
}
END_TEST

static Suite *
suite(void)
{
	Suite *suite_of_fields = suite_create("negoex_fields");
	TCase *fields = tcase_create("fields");

	tcase_set_timeout(fields, 60);
	tcase_add_loop_test(fields, every_change, 0, COUNT(changes));
	tcase_add_loop_test(fields, every_cut, 0, BASES);
	suite_add_tcase(suite_of_fields, fields);
	return suite_of_fields;
}

int
main(void)
{
	return suite_run(suite());
}
