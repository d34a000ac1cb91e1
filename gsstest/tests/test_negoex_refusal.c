/*
 * Tests of what a NEGOEX party refuses, and how it says so: messages that may
 * not come where they come, and what is large.  Fields that were changed:
 * test_negoex_fields.c.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "negoex_talk.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define I NEGOEX_INITIATOR
#define A NEGOEX_ACCEPTOR

/* Of the message types. */
static const char type_letters[] = TALK_LETTERS;

/* A NEGO's Random. */
#define RANDOM "0123456789abcdef0123456789abcdef"

/* The largest token that is made here. */
#define ROOM (GJ_NEGOEX_NEGO_SIZE + UINT16_MAX * GJ_NEGOEX_GUID)

static void
begin(struct talk *talk)
{
	memset(talk, 0, sizeof(*talk));
	talk->mechs[I] = talk->mechs[A] = "AB";
	talk_begin(talk);
}

/* Tokens of our own making. */

struct forge {
	uint8_t octets[ROOM];
	struct gj_writer writer;
	struct gj_negoex_heading heading;
};

/* For what the side expects next; 0 and zeros where there is no side yet. */
static struct forge *
forge_new(const struct talk *talk, enum negoex_role receiver)
{
	static const uint8_t zeros[GJ_NEGOEX_GUID];
	const struct negoex_context *context =
	    (const struct negoex_context *)talk->side[receiver].handle;
	struct forge *forge = malloc(sizeof(*forge));

	ck_assert_ptr_nonnull(forge);
	gj_writer_init(&forge->writer, forge->octets, sizeof(forge->octets));
	forge->heading.sequence =
	    context != NULL ? context->transcript.order.sequence : 0;
	forge->heading.conversation =
	    context != NULL ? context->transcript.order.conversation : zeros;
	return forge;
}

static void
forge_nego(struct forge *forge, enum gj_negoex_type type, const char *schemes)
{
	size_t i, count = strlen(schemes);
	uint8_t guids[16 * GJ_NEGOEX_GUID];

	for (i = 0; i < count; i++)
		memset(guids + i * GJ_NEGOEX_GUID, schemes[i], GJ_NEGOEX_GUID);
	gj_negoex_nego_write(&forge->writer, type, &forge->heading,
	    (const uint8_t *)RANDOM, guids, (uint16_t)count);
}

/* One message of a type, for the scheme of a letter. */
static void
forge_message(
    struct forge *forge, enum gj_negoex_type type, const char *schemes)
{
	uint8_t scheme[GJ_NEGOEX_GUID];
	char value[3] = {schemes[0], '1', '\0'};

	memset(scheme, schemes[0], sizeof(scheme));
	if (type == GJ_NEGOEX_INITIATOR_NEGO || type == GJ_NEGOEX_ACCEPTOR_NEGO)
		forge_nego(forge, type, schemes);
	else if (type == GJ_NEGOEX_VERIFY)
		gj_negoex_verify_write(&forge->writer, &forge->heading, scheme,
		    16, "checksum 12.", 12);
	else if (type == GJ_NEGOEX_ALERT)
		gj_negoex_pulse_write(&forge->writer, &forge->heading, scheme,
		    GJ_NEGOEX_ALERT_VERIFY_NO_KEY);
	else
		gj_negoex_exchange_write(&forge->writer, type, &forge->heading,
		    scheme, value, strlen(value));
	forge->heading.sequence++;
}

/* Words: a type's letter, then those of its schemes. */
static void
forge_words(struct forge *forge, const char *words)
{
	char word[16];
	int used;

	while (sscanf(words, "%15s%n", word, &used) == 1) {
		forge_message(forge,
		    (enum gj_negoex_type)(
			strchr(type_letters, word[0]) - type_letters),
		    word + 1);
		words += used;
	}
	ck_assert(!forge->writer.failed);
}

static OM_uint32
forge_call(struct talk *talk, enum negoex_role role, struct forge *forge)
{
	OM_uint32 major =
	    talk_call(talk, role, forge->octets, forge->writer.used, NULL);

	free(forge);
	return major;
}

/*
 * Every cell of role, state and type: what may come.  The peer's first token
 * has its NEGO before it.
 */
static const char *const may_come[NEGOEX_ROLES][NEGOEX_STATES] = {
    [I] = {[NEGOEX_NEGOTIATING] = "nmCVA", [NEGOEX_EXCHANGING] = "CVA"},
    [A] = {[NEGOEX_START] = "NMRV",
	[NEGOEX_NEGOTIATING] = "RVA",
	[NEGOEX_EXCHANGING] = "RVA"},
};

/* Of these the peer's first token has to have one. */
static bool
opens(enum negoex_role role, enum negoex_state state)
{
	return state == (role == I ? NEGOEX_NEGOTIATING : NEGOEX_START);
}

/* What a cell that is refused is refused with. */
static enum negoex_code
refusal(enum negoex_role role, enum negoex_state state, char letter)
{
	if (strchr(role == I ? "NMR" : "nmC", letter) != NULL)
		return (enum negoex_code)GJ_NEGOEX_WRONG_ROLE;
	if (strchr("Nn", letter) != NULL && !opens(role, state))
		return (enum negoex_code)GJ_NEGOEX_REPEATED;
	if (strchr("Mm", letter) != NULL && !opens(role, state))
		return (enum negoex_code)GJ_NEGOEX_MISSING_NEGO;
	return NEGOEX_NOT_ALLOWED;
}

static void
cell_check(enum negoex_role role, enum negoex_state state, char letter)
{
	struct negoex_problem problem = {0};
	struct negoex_call call = {0};
	struct negoex_context *context = negoex_context_new(role);
	const char *row = may_come[role][state];
	bool may = row != NULL && strchr(row, letter) != NULL;
	struct talk nobody = {0};
	struct forge *forge;
	struct negoex_input input;
	char words[16] = "";
	gss_buffer_desc token;

	context->installation = negoex_installation(&problem);
	negoex_schemes_make(
	    &context->schemes, context->installation, GSS_C_NO_OID_SET);
	context->state = state;
	context->transcript.order.nego_seen = !opens(role, state);
	context->transcript.order.sequence = opens(role, state) ? 0 : 7;
	nobody.side[role].handle = (gss_ctx_id_t)context;
	forge = forge_new(&nobody, role);
	if (opens(role, state) && strchr("Nn", letter) == NULL)
		strcpy(words, role == I ? "nA " : "NA ");
	words[strlen(words)] = letter;
	strcat(words, "A");
	forge_words(forge, words);
	token.value = forge->octets;
	token.length = forge->writer.used;
	call.token = &token;
	ck_assert_msg(negoex_input_take(context, &call, &input) == may,
	    "role %d state %d: %s: %d", role, state, words, call.problem.code);
	if (!may)
		ck_assert_msg(call.problem.code == refusal(role, state, letter),
		    "role %d state %d: %s: %d", role, state, words,
		    call.problem.code);
	free(forge);
	negoex_context_free(&context);
}

START_TEST(every_cell)
{
	enum negoex_role role = (enum negoex_role)(_i / NEGOEX_STATES);
	enum negoex_state state = (enum negoex_state)(_i % NEGOEX_STATES);
	size_t i;

	scripted_mechglue_reset(1);
	if (role == I && state == NEGOEX_START)
		return; /* takes no token; see settled_states */
	for (i = 0; i < GJ_NEGOEX_TYPES; i++)
		cell_check(role, state, type_letters[i]);
	ck_assert(scripted_mechglue_clean());
}
END_TEST

#define GOES_ON(text, after, what)                                             \
	{                                                                      \
		.name = text, .turns = after, .words = what                    \
	}
#define REFUSED(text, after, what, why, which)                                 \
	{                                                                      \
		.name = text, .turns = after, .words = what, .code = why,      \
		.number = which                                                \
	}
#define AT_TYPE(text, after, what, why, which)                                 \
	{                                                                      \
		.name = text, .turns = after, .words = what, .code = why,      \
		.number = which, .field = true                                 \
	}

/*
 * A token of messages that each could stand somewhere, and what comes of it
 * where it stands: after turns tokens of a conversation of four legs.
 */
static const struct place {
	const char *name;
	unsigned int turns;
	const char *words;
	unsigned int code; /* 0: goes on */
	unsigned int number;
	bool field;	/* the type's: 8 octets into its message */
	bool key;	/* keys at once */
	bool not_first; /* no optimistic token */
} places[] = {
    /* The acceptor's first token. */
    AT_TYPE("AP_REQUEST first", 1, "RA", GJ_NEGOEX_MISSING_NEGO, 1),
    AT_TYPE("metadata first", 1, "MA NA", GJ_NEGOEX_MISSING_NEGO, 1),
    AT_TYPE("VERIFY first", 1, "VA NA", GJ_NEGOEX_MISSING_NEGO, 1),
    AT_TYPE("ALERT first", 1, "AA NA", GJ_NEGOEX_MISSING_NEGO, 1),
    AT_TYPE("two NEGO", 1, "NA NA", GJ_NEGOEX_REPEATED, 2),
    AT_TYPE("our own NEGO", 1, "nA", GJ_NEGOEX_WRONG_ROLE, 1),
    AT_TYPE("our own CHALLENGE", 1, "NA CA", GJ_NEGOEX_WRONG_ROLE, 2),
    AT_TYPE("our own metadata", 1, "NA mA", GJ_NEGOEX_WRONG_ROLE, 2),
    REFUSED("ALERT in the first token", 1, "NA AA", NEGOEX_NOT_ALLOWED, 2),
    AT_TYPE("two AP_REQUEST", 1, "NA RA RA", GJ_NEGOEX_REPEATED, 3),
    AT_TYPE("two VERIFY", 1, "NA RA VA VA", GJ_NEGOEX_REPEATED, 4),
    REFUSED("no schemes", 1, "N", NEGOEX_NO_COMMON_SCHEME, 1),
    REFUSED("no common scheme", 1, "NCZ", NEGOEX_NO_COMMON_SCHEME, 1),
    REFUSED("metadata twice", 1, "NA MA MA", GJ_NEGOEX_REPEATED, 3),
    GOES_ON("metadata of an unknown scheme, twice", 1, "NA MZ MZ"),
    GOES_ON("metadata of a scheme that was not proposed", 1, "NA MB MB"),
    GOES_ON("schemes twice", 1, "NAZAZA RA"),
    GOES_ON("a token for another scheme", 1, "NAB RB"),
    GOES_ON("a token for an unknown scheme", 1, "NA RZ VZ"),
    GOES_ON("VERIFY without a token", 1, "NA VA"),
    GOES_ON("VERIFY for another scheme", 1, "NA RA VB"),
    GOES_ON("VERIFY before there is a key", 1, "NA RA VA"),
    {.name = "VERIFY that is wrong",
	.turns = 1,
	.words = "NA RA VA",
	.code = NEGOEX_CHECKSUM_MISMATCH,
	.key = true},

    /* The initiator's first token. */
    AT_TYPE("CHALLENGE first", 2, "CA nA", GJ_NEGOEX_MISSING_NEGO, 1),
    AT_TYPE("metadata first", 2, "mA nA", GJ_NEGOEX_MISSING_NEGO, 1),
    AT_TYPE("ALERT first", 2, "AA nA", GJ_NEGOEX_MISSING_NEGO, 1),
    AT_TYPE("two NEGO", 2, "nA nA", GJ_NEGOEX_REPEATED, 2),
    AT_TYPE("our own NEGO", 2, "NA", GJ_NEGOEX_WRONG_ROLE, 1),
    AT_TYPE("our own AP_REQUEST", 2, "nA RA", GJ_NEGOEX_WRONG_ROLE, 2),
    AT_TYPE("our own metadata", 2, "nA MA", GJ_NEGOEX_WRONG_ROLE, 2),
    AT_TYPE("two CHALLENGE", 2, "nA CA CA", GJ_NEGOEX_REPEATED, 3),
    AT_TYPE("two ALERT", 2, "nA CA AA AA", GJ_NEGOEX_REPEATED, 4),
    REFUSED("no schemes", 2, "n", NEGOEX_NO_COMMON_SCHEME, 1),
    REFUSED(
	"schemes that were not proposed", 2, "nCZ", NEGOEX_NO_COMMON_SCHEME, 1),
    GOES_ON("one that was not proposed, and one that was", 2, "nZA CA"),
    GOES_ON("schemes twice", 2, "nAAA CA"),
    REFUSED("metadata twice", 2, "nA mA mA CA", GJ_NEGOEX_REPEATED, 3),
    GOES_ON("metadata of an unknown scheme, twice", 2, "nA mZ mZ CA"),
    GOES_ON("metadata of a scheme that was not chosen", 2, "nA mB CA"),
    REFUSED("CHALLENGE for the scheme that has not begun", 2, "nB CB",
	NEGOEX_UNEXPECTED_EXCHANGE, 2),
    GOES_ON("CHALLENGE for one that is not the first", 2, "nBA CA"),
    GOES_ON("CHALLENGE for an unknown one", 2, "nA CZ"),
    {.name = "CHALLENGE without an optimistic token",
	.turns = 2,
	.words = "nA CA",
	.code = NEGOEX_UNEXPECTED_EXCHANGE,
	.number = 2,
	.not_first = true},
    GOES_ON("VERIFY for another scheme", 2, "nA VB"),
    REFUSED("VERIFY for another scheme beside our CHALLENGE", 2, "nA CA VB",
	NEGOEX_WRONG_SCHEME, 3),
    REFUSED("VERIFY alone, and the mechanism waits", 2, "nA VA",
	NEGOEX_MISSING_EXCHANGE, 0),
    GOES_ON("VERIFY before there is a key", 2, "nA CA VA"),
    {.name = "VERIFY that is wrong",
	.turns = 2,
	.words = "nA CA VA",
	.code = NEGOEX_CHECKSUM_MISMATCH,
	.key = true},
    GOES_ON("ALERT before we have a key", 2, "nA CA AA"),

    /* The acceptor, with the optimistic token taken. */
    AT_TYPE("NEGO again", 3, "NA", GJ_NEGOEX_REPEATED, 1),
    AT_TYPE("metadata later", 3, "MA", GJ_NEGOEX_MISSING_NEGO, 1),
    AT_TYPE("our own CHALLENGE later", 3, "CA", GJ_NEGOEX_WRONG_ROLE, 1),
    GOES_ON("the next token", 3, "RA"),
    GOES_ON("another scheme that was offered", 3, "RB"),
    REFUSED("a scheme that was never offered", 3, "RZ", NEGOEX_WRONG_SCHEME, 1),
    REFUSED("no token: VERIFY alone", 3, "VA", NEGOEX_MISSING_EXCHANGE, 0),
    REFUSED("no token: ALERT alone", 3, "AA", NEGOEX_MISSING_EXCHANGE, 0),
    AT_TYPE("two AP_REQUEST later", 3, "RA RA", GJ_NEGOEX_REPEATED, 2),
    REFUSED("VERIFY for another scheme than the token", 3, "RA VB",
	NEGOEX_WRONG_SCHEME, 2),
    REFUSED("VERIFY that is wrong, at the end", 3, "RA VA",
	NEGOEX_CHECKSUM_MISMATCH, 0),
    /* And not taken. */
    {.name = "no token: nothing was chosen",
	.turns = 3,
	.words = "VA",
	.code = NEGOEX_MISSING_EXCHANGE,
	.not_first = true},
    {.name = "ALERT for nothing",
	.turns = 3,
	.words = "AA",
	.code = NEGOEX_MISSING_EXCHANGE,
	.not_first = true},
    {.name = "the second choice", .turns = 3, .words = "RB", .not_first = true},

    /* The initiator, in the middle. */
    AT_TYPE("NEGO again", 4, "nA", GJ_NEGOEX_REPEATED, 1),
    AT_TYPE("metadata later", 4, "mA CA", GJ_NEGOEX_MISSING_NEGO, 1),
    REFUSED("CHALLENGE for another scheme", 4, "CB", NEGOEX_WRONG_SCHEME, 1),
    REFUSED("CHALLENGE missing", 4, "VA", NEGOEX_MISSING_EXCHANGE, 0),
    AT_TYPE("two CHALLENGE later", 4, "CA CA", GJ_NEGOEX_REPEATED, 2),
    REFUSED("VERIFY for another scheme than chosen", 4, "CA VB",
	NEGOEX_WRONG_SCHEME, 2),
    REFUSED("VERIFY that is wrong, at the end", 4, "CA VA",
	NEGOEX_CHECKSUM_MISMATCH, 0),
    GOES_ON("VERIFY missing, ours is sent", 4, "CA"),

    /* The acceptor, done but for the peer's VERIFY. */
    REFUSED("a token after the end", 5, "RA", NEGOEX_UNEXPECTED_EXCHANGE, 1),
    REFUSED("a token after the end, with VERIFY", 5, "RA VA",
	NEGOEX_UNEXPECTED_EXCHANGE, 1),
    REFUSED("a token after the end for another scheme", 5, "RB",
	NEGOEX_WRONG_SCHEME, 1),
    REFUSED("VERIFY for another scheme at the end", 5, "VB",
	NEGOEX_WRONG_SCHEME, 1),
    REFUSED("VERIFY that is wrong, last", 5, "VA", NEGOEX_CHECKSUM_MISMATCH, 0),
    GOES_ON("ALERT: VERIFY again", 5, "AA"),
    REFUSED("ALERT for another scheme: nothing follows", 5, "AB",
	NEGOEX_MISSING_VERIFY, 0),
};

START_TEST(every_place)
{
	const struct place *row = &places[_i];
	enum negoex_role role = row->turns % 2 == 1 ? A : I;
	struct gj_negoex_message message = {.type = GJ_NEGOEX_TYPES};
	struct gj_negoex_error error;
	struct gj_negoex_walk walk;
	struct forge *forge;
	struct talk talk = {
	    .mechs = {"AB", "AB"}, .not_optimistic = row->not_first};
	size_t i, offset;

	scripted_mechglue_reset(4);
	glue.lax = true;
	if (row->key)
		glue.part[0][I].key = glue.part[0][A].key =
		    SCRIPTED_KEY_AT_ONCE;
	talk_begin(&talk);
	for (i = 0; i < row->turns; i++)
		talk_turn(&talk);
	forge = forge_new(&talk, role);
	forge_words(forge, row->words);
	gj_negoex_walk_init(&walk, forge->octets, forge->writer.used);
	for (i = 0; i < row->number; i++)
		gj_negoex_next(&walk, &message, &error);
	offset = message.offset + (row->field ? 8 : 0);
	if (forge_call(&talk, role, forge) == GSS_S_CONTINUE_NEEDED)
		ck_assert_msg(row->code == 0, "%s: goes on", row->name);
	else
		talk_failed_check(&talk, role, row->name, row->code,
		    row->number, message.type, offset);
	ck_assert_msg(talk_end(&talk), "%s", row->name);
}
END_TEST

/* A call with nothing in it. */
START_TEST(empty_token)
{
	struct talk talk;
	int turns;

	for (turns = 1; turns < 6; turns++) {
		enum negoex_role role = turns % 2 == 1 ? A : I;

		scripted_mechglue_reset(4);
		begin(&talk);
		for (int i = 0; i < turns; i++)
			talk_turn(&talk);
		talk_call(&talk, role, "", 0, NULL);
		talk_failed_check(&talk, role, "empty", GJ_NEGOEX_EMPTY, 1,
		    GJ_NEGOEX_TYPES, 0);
		ck_assert(talk_end(&talk));
	}
}
END_TEST

/* VERIFY is made again only so often, as each costs a checksum over all. */
START_TEST(alerts_end)
{
	unsigned int asked = 0;
	struct forge *forge;
	struct talk talk;

	scripted_mechglue_reset(4);
	begin(&talk);
	while (talk.count < 4)
		talk_turn(&talk);
	talk_turn(&talk);
	do {
		forge = forge_new(&talk, A);
		forge_words(forge, "AA");
		ck_assert_uint_lt(asked++, 100);
	} while (forge_call(&talk, A, forge) == GSS_S_CONTINUE_NEEDED);
	ck_assert_uint_gt(asked, 8);
	talk_failed_check(
	    &talk, A, "alerts", NEGOEX_TOO_MANY_ALERTS, 1, GJ_NEGOEX_ALERT, 0);
	ck_assert(talk_end(&talk));
}
END_TEST

/* Extensions, in a NEGO of our own. */
static void
number_write(uint8_t *at, unsigned int size, uint64_t value)
{
	for (; size > 0; size--, value >>= 8)
		*at++ = (uint8_t)value;
}

static void
extension_try(unsigned int turns, uint32_t type, unsigned int code)
{
	enum negoex_role role = turns == 1 ? A : I;
	struct forge *forge;
	struct talk talk;
	size_t i, at;

	scripted_mechglue_reset(4);
	begin(&talk);
	for (i = 0; i < turns; i++)
		talk_turn(&talk);
	forge = forge_new(&talk, role);
	forge_words(forge, role == A ? "NA" : "nA");
	at = forge->writer.used;
	number_write(forge->octets + 20, 4, at + 2 * 12 + 3);
	number_write(forge->octets + 88, 4, at);
	number_write(forge->octets + 92, 2, 2);
	number_write(forge->octets + at, 4, 1);
	number_write(forge->octets + at + 4, 4, at + 24);
	number_write(forge->octets + at + 8, 4, 3);
	number_write(forge->octets + at + 12, 4, type);
	number_write(forge->octets + at + 16, 4, 0);
	number_write(forge->octets + at + 20, 4, 0);
	memcpy(forge->octets + at + 24, "ext", 3);
	forge->writer.used = at + 27;
	if (forge_call(&talk, role, forge) == GSS_S_CONTINUE_NEEDED)
		ck_assert_uint_eq(code, 0);
	else
		talk_failed_check(&talk, role, "extension", code, 1,
		    role == A ? GJ_NEGOEX_INITIATOR_NEGO
			      : GJ_NEGOEX_ACCEPTOR_NEGO,
		    at + 12);
	ck_assert(talk_end(&talk));
}

START_TEST(extensions)
{
	unsigned int turns;

	for (turns = 1; turns <= 2; turns++) {
		extension_try(turns, 2, 0);
		extension_try(turns, 0x7fffffff, 0);
		extension_try(turns, 0x80000000, GJ_NEGOEX_CRITICAL_EXTENSION);
		extension_try(turns, UINT32_MAX, GJ_NEGOEX_CRITICAL_EXTENSION);
	}
}
END_TEST

/* Large things. */

START_TEST(large_tokens)
{
	struct talk talk;
	const struct talk_side *failed;

	scripted_mechglue_reset(3);
	glue.token_size = 1024 * 1024;
	begin(&talk);
	talk_run(&talk);
	ck_assert(talk_complete(&talk, I) && talk_complete(&talk, A));
	ck_assert(talk_end(&talk));

	/* The fourth does not fit in what is left: its sender gives up. */
	scripted_mechglue_reset(6);
	glue.token_size = 1024 * 1024;
	begin(&talk);
	talk_run(&talk);
	failed = &talk.side[A];
	ck_assert_uint_eq(failed->major, GSS_S_DEFECTIVE_TOKEN);
	ck_assert_uint_eq(failed->minor, NEGOEX_MINOR_BASE + NEGOEX_TOO_LARGE);
	ck_assert_uint_eq(talk.count, 3);
	ck_assert(talk_end(&talk));
}
END_TEST

/* One token of a peer's that is over the limit, at its first octets or later.
 */
START_TEST(token_over_the_limit)
{
	size_t size = NEGOEX_CONVERSATION_MAX + 1, output = 1;
	uint8_t *octets = calloc(1, size);
	struct talk talk;

	scripted_mechglue_reset(4);
	begin(&talk);
	talk_turn(&talk);
	talk_call(&talk, A, octets, size, &output);
	ck_assert_uint_eq(output, 0);
	talk_failed_check(&talk, A, "first", NEGOEX_TOO_LARGE, 0, 0, 0);
	talk_call(&talk, I, octets, size - 1, &output);
	ck_assert_uint_eq(output, 0);
	talk_failed_check(&talk, I, "second", NEGOEX_TOO_LARGE, 0, 0, 0);
	free(octets);
	ck_assert(talk_end(&talk));
}
END_TEST

/* 1,000 messages: the peer's metadata for schemes that nobody knows. */
START_TEST(many_messages)
{
	struct forge *forge;
	struct talk talk;
	int i;

	scripted_mechglue_reset(4);
	begin(&talk);
	talk_turn(&talk);
	forge = forge_new(&talk, A);
	forge_words(forge, "NA");
	for (i = 0; i < 998; i++)
		forge_message(forge, GJ_NEGOEX_INITIATOR_META_DATA, "Z");
	forge_words(forge, "RA");
	ck_assert_uint_eq(forge_call(&talk, A, forge), GSS_S_CONTINUE_NEEDED);
	ck_assert(talk_end(&talk));

	/* The last of them is wrong. */
	begin(&talk);
	talk_turn(&talk);
	forge = forge_new(&talk, A);
	forge_words(forge, "NA");
	for (i = 0; i < 998; i++)
		forge_message(forge, GJ_NEGOEX_INITIATOR_META_DATA, "Z");
	forge_words(forge, "NA");
	forge_call(&talk, A, forge);
	talk_failed_check(&talk, A, "1,000", GJ_NEGOEX_REPEATED, 1000,
	    GJ_NEGOEX_INITIATOR_NEGO, 112 + 998 * 66 + 8);
	ck_assert(talk_end(&talk));
}
END_TEST

/* Many schemes, ours the last; each order. */
static void
schemes_try(unsigned int turns, uint16_t count, bool initiator_prefers)
{
	uint8_t *guids = calloc(count, GJ_NEGOEX_GUID);
	enum negoex_role role = turns == 1 ? A : I;
	struct talk talk = {
	    .mechs = {"AB", "AB"}, .initiator_prefers = initiator_prefers};
	struct forge *forge;
	size_t i;

	scripted_mechglue_reset(4);
	talk_begin(&talk);
	for (i = 0; i < turns; i++)
		talk_turn(&talk);
	forge = forge_new(&talk, role);
	for (i = 0; i < count; i++)
		number_write(guids + i * GJ_NEGOEX_GUID, 8, i);
	memset(guids + (count - 1) * GJ_NEGOEX_GUID, 'A', GJ_NEGOEX_GUID);
	gj_negoex_nego_write(&forge->writer,
	    role == A ? GJ_NEGOEX_INITIATOR_NEGO : GJ_NEGOEX_ACCEPTOR_NEGO,
	    &forge->heading, (const uint8_t *)RANDOM, guids, count);
	ck_assert(!forge->writer.failed);
	free(guids);
	ck_assert_uint_eq(
	    forge_call(&talk, role, forge), GSS_S_CONTINUE_NEEDED);
	ck_assert(talk_end(&talk));
}

START_TEST(many_schemes)
{
	static const uint16_t counts[] = {1, 1000, UINT16_MAX};
	uint16_t count = counts[_i];

	schemes_try(1, count, false);
	schemes_try(1, count, true);
	schemes_try(2, count, false);
	schemes_try(2, count, true);
}
END_TEST

static Suite *
suite(void)
{
	Suite *refusal_suite = suite_create("negoex_refusal");
	TCase *order = tcase_create("order");
	TCase *sizes = tcase_create("sizes");

	tcase_add_loop_test(order, every_cell, 0, NEGOEX_ROLES * NEGOEX_STATES);
	tcase_add_loop_test(order, every_place, 0, COUNT(places));
	tcase_add_test(order, empty_token);
	tcase_add_test(order, alerts_end);
	tcase_add_test(order, extensions);
	suite_add_tcase(refusal_suite, order);
	tcase_add_test(sizes, large_tokens);
	tcase_add_test(sizes, token_over_the_limit);
	tcase_add_test(sizes, many_messages);
	tcase_add_loop_test(sizes, many_schemes, 0, 3);
	suite_add_tcase(refusal_suite, sizes);
	return refusal_suite;
}

int
main(void)
{
	return suite_run(suite());
}
