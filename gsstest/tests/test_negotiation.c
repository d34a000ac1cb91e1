/*
 * Tests of NEGOEX negotiations: initiator and acceptor of ours against each
 * other, over a scripted mechglue.  What is refused: test_negoex_refusal.c.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "key.h"
#include "module.h"
#include "negoex_talk.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define I NEGOEX_INITIATOR
#define A NEGOEX_ACCEPTOR

/* A conversation that ends well: what is set, and what is then said. */
struct good {
	const char *name;
	unsigned int legs;
	const char *mechs[NEGOEX_ROLES]; /* NULL: all */
	bool not_optimistic, initiator_prefers;
	struct scripted_part part[SCRIPTED_MECHS][SCRIPTED_SIDES];
	const char *messages; /* talk_messages */
	char mech;
};

#define KEYS(initiator, acceptor)                                              \
	{                                                                      \
		{                                                              \
			{.key = SCRIPTED_KEY_##initiator},                     \
			{                                                      \
				.key = SCRIPTED_KEY_##acceptor                 \
			}                                                      \
		}                                                              \
	}

static const struct good goods[] = {
    {.name = "1 leg", .legs = 1, .mechs = {"A", "A"}, .messages = "NRV nV"},
    {.name = "2 legs", .legs = 2, .mechs = {"A", "A"}, .messages = "NR nCV V"},
    {.name = "3 legs",
	.legs = 3,
	.mechs = {"A", "A"},
	.messages = "NR nC RV V"},
    {.name = "4 legs",
	.legs = 4,
	.mechs = {"A", "A"},
	.messages = "NR nC R CV V"},
    {.name = "5 legs",
	.legs = 5,
	.mechs = {"A", "A"},
	.messages = "NR nC R C RV V"},
    {.name = "6 legs",
	.legs = 6,
	.mechs = {"A", "A"},
	.messages = "NR nC R C R CV V"},

    {.name = "1 leg, not optimistic",
	.legs = 1,
	.mechs = {"A", "A"},
	.not_optimistic = true,
	.messages = "N n RV V"},
    {.name = "2 legs, not optimistic",
	.legs = 2,
	.mechs = {"A", "A"},
	.not_optimistic = true,
	.messages = "N n R CV V"},
    {.name = "6 legs, not optimistic",
	.legs = 6,
	.mechs = {"A", "A"},
	.not_optimistic = true,
	.messages = "N n R C R C R CV V"},

    {.name = "keys at once",
	.legs = 3,
	.mechs = {"A", "A"},
	.part = KEYS(AT_ONCE, AT_ONCE),
	.messages = "NRV nCV R"},
    {.name = "keys at once, 2 legs",
	.legs = 2,
	.mechs = {"A", "A"},
	.part = KEYS(AT_ONCE, AT_ONCE),
	.messages = "NRV nCV"},
    {.name = "keys at once, 6 legs",
	.legs = 6,
	.mechs = {"A", "A"},
	.part = KEYS(AT_ONCE, AT_ONCE),
	.messages = "NRV nCV R C R C"},
    {.name = "keys at once, not optimistic",
	.legs = 3,
	.mechs = {"A", "A"},
	.not_optimistic = true,
	.part = KEYS(AT_ONCE, AT_ONCE),
	.messages = "N n RV CV R"},
    {.name = "the initiator's key at once: ALERT and second VERIFY",
	.legs = 3,
	.mechs = {"A", "A"},
	.part = KEYS(AT_ONCE, AT_END),
	.messages = "NRV nCA RV V"},
    {.name = "the initiator's key at once, 5 legs",
	.legs = 5,
	.mechs = {"A", "A"},
	.part = KEYS(AT_ONCE, AT_END),
	.messages = "NRV nCA RV CA RV V"},
    {.name = "the acceptor's key at once",
	.legs = 3,
	.mechs = {"A", "A"},
	.part = KEYS(AT_END, AT_ONCE),
	.messages = "NR nCV RV"},
    {.name = "the acceptor's key at once, 5 legs",
	.legs = 5,
	.mechs = {"A", "A"},
	.part = KEYS(AT_END, AT_ONCE),
	.messages = "NR nCV RA CV RV"},

    {.name = "two schemes, the same order",
	.legs = 2,
	.mechs = {"AB", "AB"},
	.messages = "NR nCV V"},
    {.name = "two schemes, the acceptor's order rules",
	.legs = 2,
	.mechs = {"AB", "BA"},
	.messages = "NR n R CV V",
	.mech = 'B'},
    {.name = "two schemes, the initiator's order rules",
	.legs = 2,
	.mechs = {"AB", "BA"},
	.initiator_prefers = true,
	.messages = "NR nCV V"},
    {.name = "three schemes, one in common",
	.legs = 2,
	.mechs = {"ABC", "C"},
	.messages = "NR n R CV V",
	.mech = 'C'},
    {.name = "three schemes, the acceptor's order rules",
	.legs = 3,
	.mechs = {"ABC", "CBA"},
	.messages = "NR n R C RV V",
	.mech = 'C'},
    {.name = "all that are installed", .legs = 2, .messages = "NR nCV V"},
    {.name = "the first is not the peer's, not optimistic",
	.legs = 2,
	.mechs = {"AB", "B"},
	.not_optimistic = true,
	.messages = "N n R CV V",
	.mech = 'B'},

    {.name = "metadata of both sides",
	.legs = 2,
	.mechs = {"A", "A"},
	.part = {{{.metadata = "from I"}, {.metadata = "from A"}}},
	.messages = "NMR nmCV V"},
    {.name = "metadata of the initiator alone",
	.legs = 2,
	.mechs = {"A", "A"},
	.part = {{{.metadata = "from I"}, {0}}},
	.messages = "NMR nCV V"},
    {.name = "metadata of the acceptor alone",
	.legs = 2,
	.mechs = {"A", "A"},
	.part = {{{0}, {.metadata = "from A"}}},
	.messages = "NR nmCV V"},
    {.name = "metadata of three schemes",
	.legs = 2,
	.mechs = {"ABC", "CA"},
	.part = {{{.metadata = "IA"}, {.metadata = "AA"}},
	    {{.metadata = "IB"}, {.metadata = "AB"}},
	    {{.metadata = "IC"}, {.metadata = "AC"}}},
	.messages = "NMMMR nmm R CV V",
	.mech = 'C'},
    {.name = "a query fails at the initiator",
	.legs = 2,
	.mechs = {"AB", "AB"},
	.part = {{{.query_fails = true}}},
	.messages = "NR nCV V",
	.mech = 'B'},
    {.name = "a query fails at the acceptor",
	.legs = 2,
	.mechs = {"AB", "AB"},
	.part = {{{0}, {.query_fails = true}}},
	.messages = "NR n R CV V",
	.mech = 'B'},
    {.name = "an exchange fails at the acceptor",
	.legs = 2,
	.mechs = {"AB", "AB"},
	.part = {{{.metadata = "M"}, {.exchange_fails = 1}}},
	.messages = "NMR n R CV V",
	.mech = 'B'},
    {.name = "an exchange fails at the initiator: the token taken is dropped",
	.legs = 2,
	.mechs = {"AB", "AB"},
	.part = {{{.exchange_fails = 1}, {.metadata = "M"}}},
	.messages = "NR nmCV R CV V",
	.mech = 'B'},
    {.name = "the same with a key at once",
	.legs = 3,
	.mechs = {"AB", "AB"},
	.part = {{{.exchange_fails = 1, .key = SCRIPTED_KEY_AT_ONCE},
	    {.metadata = "M", .key = SCRIPTED_KEY_AT_ONCE}}},
	.messages = "NRV nmCV R C RV V",
	.mech = 'B'},

    {.name = "the optimistic token fails at the acceptor",
	.legs = 2,
	.mechs = {"A", "A"},
	.part = {{{0}, {.step_fails = 1}}},
	.messages = "NR n R CV V"},
    {.name = "the same with an error token, which is kept",
	.legs = 2,
	.mechs = {"A", "A"},
	.part = {{{0}, {.step_fails = 1, .error = "no"}}},
	.messages = "NR n R CV V"},
    {.name = "the same with metadata of both, given again",
	.legs = 2,
	.mechs = {"A", "A"},
	.part = {{{.metadata = "I"}, {.metadata = "A", .step_fails = 1}}},
	.messages = "NMR nm R CV V"},
    {.name = "the same with a VERIFY, which is not looked at",
	.legs = 3,
	.mechs = {"A", "A"},
	.part = {{{.key = SCRIPTED_KEY_AT_ONCE},
	    {.key = SCRIPTED_KEY_AT_ONCE, .step_fails = 1}}},
	.messages = "NRV n RV CV R"},
    {.name = "the first cannot start: the next is proposed",
	.legs = 2,
	.mechs = {"AB", "AB"},
	.part = {{{.step_fails = 1}}},
	.messages = "NR nCV V",
	.mech = 'B'},
    {.name = "the same with an error token, which is kept back",
	.legs = 2,
	.mechs = {"AB", "AB"},
	.part = {{{.step_fails = 1, .error = "no"}}},
	.messages = "NR nCV V",
	.mech = 'B'},
    {.name = "the chosen one cannot start: the next, afresh",
	.legs = 2,
	.mechs = {"ABC", "BC"},
	.part = {{{0}}, {{.step_fails = 1}}},
	.messages = "NR n R CV V",
	.mech = 'C'},
    {.name = "the chosen one cannot start: the optimistic one, afresh",
	.legs = 2,
	.mechs = {"AB", "BA"},
	.part = {{{0}}, {{.step_fails = 1}}},
	.messages = "NR n R CV V",
	.mech = 'A'},
    {.name = "the same with its metadata, given again",
	.legs = 2,
	.mechs = {"AB", "BA"},
	.part = {{{.metadata = "I"}, {.metadata = "A"}}, {{.step_fails = 1}}},
	.messages = "NMR nm R CV V",
	.mech = 'A'},
};

static void
good_begin(const struct good *row, struct talk *talk)
{
	scripted_mechglue_reset(row->legs);
	memcpy(glue.part, row->part, sizeof(glue.part));
	memset(talk, 0, sizeof(*talk));
	memcpy(talk->mechs, row->mechs, sizeof(talk->mechs));
	talk->not_optimistic = row->not_optimistic;
	talk->initiator_prefers = row->initiator_prefers;
	talk_begin(talk);
}

START_TEST(good_conversations)
{
	const struct good *row = &goods[_i];
	char text[128], mech = row->mech != 0 ? row->mech : 'A';
	struct talk talk;
	int role;

	good_begin(row, &talk);
	talk_run(&talk);
	ck_assert_msg(talk_complete(&talk, I) && talk_complete(&talk, A),
	    "%s: %s: \"%s\", \"%s\"", row->name,
	    talk_messages(&talk, text, sizeof(text)), talk.side[I].text,
	    talk.side[A].text);
	ck_assert_msg(strcmp(talk_messages(&talk, text, sizeof(text)),
			  row->messages) == 0,
	    "%s: %s", row->name, text);
	for (role = 0; role < NEGOEX_ROLES; role++) {
		ck_assert_int_eq(scripted_letter(talk.side[role].actual), mech);
		ck_assert(talk.side[role].flags & GSS_C_PROT_READY_FLAG);
	}
	ck_assert_uint_eq(glue.wrong_metadata, 0);
	ck_assert(talk.side[A].peer != GSS_C_NO_NAME);
	ck_assert(talk.side[A].delegated != GSS_C_NO_CREDENTIAL);
	/* What was needed to negotiate is gone: one context on each side. */
	ck_assert_int_eq(glue.contexts, 2);
	for (role = 0; role < NEGOEX_ROLES; role++)
		ck_assert_ptr_null(
		    ((struct negoex_context *)talk.side[role].handle)
			->transcript.octets.memory);
	ck_assert_msg(talk_end(&talk), "%s", row->name);
}
END_TEST

/* Before completion: no peer, no credential, no message. */
START_TEST(results_at_completion)
{
	const struct good *row = &goods[_i];
	struct negoex_context *context;
	struct talk talk;
	int role;

	good_begin(row, &talk);
	while (talk_turn(&talk))
		for (role = 0; role < NEGOEX_ROLES; role++) {
			gss_ctx_id_t inner;
			OM_uint32 minor;

			context =
			    (struct negoex_context *)talk.side[role].handle;
			if (context == NULL ||
			    context->state == NEGOEX_ESTABLISHED)
				continue;
			ck_assert_uint_eq(
			    talk.side[role].flags & GSS_C_PROT_READY_FLAG, 0);
			ck_assert_ptr_eq(
			    talk.side[role].actual, &gj_module_mech);
			ck_assert_ptr_null(talk.side[role].peer);
			ck_assert_ptr_null(talk.side[role].delegated);
			ck_assert_uint_eq(gj_module_context(&minor,
					      talk.side[role].handle, &inner),
			    GSS_S_NO_CONTEXT);
		}
	ck_assert(talk_end(&talk));
}
END_TEST

/* A call too many is refused, says nothing, and does no harm. */
START_TEST(established_stays)
{
	size_t size = 1;
	gss_ctx_id_t inner;
	OM_uint32 minor;
	struct talk talk;
	int role;

	good_begin(&goods[_i], &talk);
	talk_run(&talk);
	for (role = 0; role < NEGOEX_ROLES; role++) {
		ck_assert_uint_eq(talk_call(&talk, role, "token", 5, &size),
		    GSS_S_NO_CONTEXT);
		ck_assert_uint_eq(size, 0);
		ck_assert_uint_eq(
		    talk.side[role].minor, NEGOEX_MINOR_BASE + NEGOEX_IS_OVER);
		ck_assert_uint_eq(
		    gj_module_context(&minor, talk.side[role].handle, &inner),
		    GSS_S_COMPLETE);
	}
	ck_assert(talk_end(&talk));
}
END_TEST

/* Given up at each point: all is released. */
START_TEST(abandoned)
{
	unsigned int turns, i;
	struct talk talk;

	for (turns = 0; turns < 12; turns++) {
		good_begin(&goods[_i], &talk);
		for (i = 0; i < turns; i++)
			talk_turn(&talk);
		ck_assert(talk_end(&talk));
	}
}
END_TEST

/*
 * A conversation that fails without anybody having changed it.  Only a
 * mechanism's error token is given out with a failure; it is handed on.
 */
struct failing {
	const char *name;
	unsigned int legs;
	const char *mechs[NEGOEX_ROLES];
	struct scripted_part part[SCRIPTED_MECHS][SCRIPTED_SIDES];
	enum negoex_role role; /* who fails */
	const char *messages;
	OM_uint32 major;
	OM_uint32 minor; /* of NEGOEX_MINOR_BASE where below 4096 */
	const char *text;
};

static const struct failing failings[] = {
    {"no credential's mechanism is installed", 1, {"D", "A"}, {{{0}}}, I, "",
	GSS_S_NO_CRED, NEGOEX_NO_MECHANISM, "no installed mechanism"},
    {"no mechanism of the acceptor's", 1, {"A", "D"}, {{{0}}}, A, "NRV",
	GSS_S_NO_CRED, NEGOEX_NO_MECHANISM, "no installed mechanism"},
    {"nothing in common", 1, {"A", "B"}, {{{0}}}, A, "NRV", GSS_S_FAILURE,
	NEGOEX_NO_COMMON_SCHEME, "message 1 (INITIATOR_NEGO) of the token"},
    {"all queries fail at the initiator", 1, {"A", "A"},
	{{{.query_fails = true}}}, I, "", GSS_S_NO_CRED, NEGOEX_NO_MECHANISM,
	"no installed mechanism"},
    {"all queries fail at the acceptor", 1, {"A", "A"},
	{{{0}, {.query_fails = true}}}, A, "NRV", GSS_S_FAILURE,
	NEGOEX_NO_COMMON_SCHEME, "no auth scheme is left"},
    {"the exchange fails at the acceptor", 1, {"A", "A"},
	{{{.metadata = "I"}, {.exchange_fails = 1}}}, A, "NMRV", GSS_S_FAILURE,
	NEGOEX_NO_COMMON_SCHEME, "no auth scheme is left"},
    {"the exchange fails at the initiator", 2, {"A", "A"},
	{{{.exchange_fails = 1}, {.metadata = "A"}}}, I, "NR nmCV",
	GSS_S_FAILURE, NEGOEX_NO_COMMON_SCHEME, "no auth scheme is left"},
    {"the only mechanism cannot start", 1, {"A", "A"}, {{{.step_fails = 1}}}, I,
	"", GSS_S_FAILURE, 4711, "mechanism A failed"},
    {"none can start: the first one's reason", 1, {"AB", "AB"},
	{{{.step_fails = 1}}, {{.step_fails = 1}}}, I, "", GSS_S_FAILURE, 4711,
	"mechanism A failed"},
    {"the chosen one cannot start, and there is no other", 2, {"AB", "B"},
	{{{0}}, {{.step_fails = 1}}}, I, "NR n", GSS_S_FAILURE, 4712,
	"mechanism B failed"},
    {"a mechanism fails at the initiator, silently", 3, {"A", "A"},
	{{{.step_fails = 2}}}, I, "NR nC", GSS_S_FAILURE, 4711,
	"mechanism A failed"},
    {"the same with a token", 3, {"A", "A"},
	{{{.step_fails = 2, .error = "no"}}}, I, "NR nC R", GSS_S_FAILURE, 4711,
	"mechanism A failed"},
    {"a mechanism fails at the acceptor, silently", 3, {"A", "A"},
	{{{0}, {.step_fails = 2}}}, A, "NR nC RV", GSS_S_FAILURE, 4711,
	"mechanism A failed"},
    {"the same with a token, to a peer that is done", 3, {"A", "A"},
	{{{0}, {.step_fails = 2, .error = "no"}}}, I, "NR nC RV C",
	GSS_S_DEFECTIVE_TOKEN, NEGOEX_UNEXPECTED_EXCHANGE,
	"message 1 (CHALLENGE) of the token, offset 0"},
    {"the same to a peer that waits", 4, {"A", "A"},
	{{{0}, {.step_fails = 2, .error = "no"}}}, I, "NR nC R C",
	GSS_S_DEFECTIVE_TOKEN, 4711, "mechanism A failed"},

    {"no keys", 2, {"A", "A"}, KEYS(NEVER, NEVER), A, "NR", GSS_S_FAILURE,
	NEGOEX_NO_KEY, "no key to protect"},
    {"no key at the initiator, which has a VERIFY", 2, {"A", "A"},
	KEYS(NEVER, AT_END), I, "NR nCV", GSS_S_FAILURE, NEGOEX_NO_KEY,
	"no key to protect"},
    {"no key at the acceptor, which has a VERIFY", 1, {"A", "A"},
	KEYS(AT_END, NEVER), A, "NRV", GSS_S_FAILURE, NEGOEX_NO_KEY,
	"no key to protect"},
    {"keys that differ", 2, {"A", "A"}, KEYS(AT_END, FOREIGN), I, "NR nCV",
	GSS_S_BAD_MIC, NEGOEX_CHECKSUM_MISMATCH,
	"did not see the same negotiation"},
    {"keys that differ, at the acceptor", 1, {"A", "A"}, KEYS(FOREIGN, AT_END),
	A, "NRV", GSS_S_BAD_MIC, NEGOEX_CHECKSUM_MISMATCH,
	"did not see the same negotiation"},
    {"a short key", 1, {"A", "A"}, KEYS(SHORT, AT_END), I, "", GSS_S_FAILURE,
	NEGOEX_BAD_KEY, "not an RFC 3961 key"},
    {"a long key", 1, {"A", "A"}, KEYS(LONG, AT_END), I, "", GSS_S_FAILURE,
	NEGOEX_BAD_KEY, "not an RFC 3961 key"},
    {"an empty key", 1, {"A", "A"}, KEYS(EMPTY, AT_END), I, "", GSS_S_FAILURE,
	NEGOEX_BAD_KEY, "not an RFC 3961 key"},
    {"a key without enctype", 1, {"A", "A"}, KEYS(UNTYPED, AT_END), I, "",
	GSS_S_FAILURE, NEGOEX_BAD_KEY, "not an RFC 3961 key"},
    {"a cut enctype", 1, {"A", "A"}, KEYS(CUT_TYPE, AT_END), I, "",
	GSS_S_FAILURE, NEGOEX_BAD_KEY, "not an RFC 3961 key"},
    {"an enctype with more behind it", 1, {"A", "A"}, KEYS(LONG_TYPE, AT_END),
	I, "", GSS_S_FAILURE, NEGOEX_BAD_KEY, "not an RFC 3961 key"},
    {"an unknown enctype", 1, {"A", "A"}, KEYS(UNKNOWN_TYPE, AT_END), I, "",
	GSS_S_FAILURE, NEGOEX_BAD_KEY, "not an RFC 3961 key"},
    {"the null enctype", 1, {"A", "A"}, KEYS(NULL_TYPE, AT_END), I, "",
	GSS_S_FAILURE, NEGOEX_BAD_KEY, "not an RFC 3961 key"},
    {"a short key at the acceptor", 1, {"A", "A"}, KEYS(AT_END, SHORT), A,
	"NRV", GSS_S_FAILURE, NEGOEX_BAD_KEY, "not an RFC 3961 key"},
};

START_TEST(failing_conversations)
{
	const struct failing *row = &failings[_i];
	OM_uint32 minor =
	    row->minor < 4096 ? NEGOEX_MINOR_BASE + row->minor : row->minor;
	const struct talk_side *side;
	struct talk talk = {.mechs = {row->mechs[I], row->mechs[A]}};
	char text[128];
	size_t size;

	scripted_mechglue_reset(row->legs);
	memcpy(glue.part, row->part, sizeof(glue.part));
	talk_begin(&talk);
	talk_run(&talk);
	side = &talk.side[row->role];
	ck_assert_msg(side->major == row->major && side->minor == minor,
	    "%s: major %x minor %x \"%s\" after %s", row->name, side->major,
	    side->minor, side->text, talk_messages(&talk, text, sizeof(text)));
	ck_assert_msg(strstr(side->text, row->text) != NULL, "%s: %s",
	    row->name, side->text);
	ck_assert_msg(strcmp(talk_messages(&talk, text, sizeof(text)),
			  row->messages) == 0,
	    "%s: %s", row->name, text);
	ck_assert(!talk_complete(&talk, row->role));
	ck_assert_ptr_null(talk.side[A].peer);
	ck_assert_ptr_null(talk.side[A].delegated);
	if (side->handle != GSS_C_NO_CONTEXT) {
		ck_assert_uint_eq(talk_call(&talk, row->role, "x", 1, &size),
		    GSS_S_NO_CONTEXT);
		ck_assert_uint_eq(size, 0);
	}
	ck_assert_msg(talk_end(&talk), "%s", row->name);
}
END_TEST

/* Conversation ID and both Randoms are of each conversation's own. */
START_TEST(randomness)
{
	uint8_t seen[4][GJ_NEGOEX_RANDOM], conversations[4][GJ_NEGOEX_GUID];
	struct gj_negoex_message message;
	struct gj_negoex_error error;
	struct gj_negoex_walk walk;
	struct talk talk;
	size_t i, j;

	for (i = 0; i < 4; i++) {
		if (i % 2 == 0) {
			good_begin(&goods[1], &talk);
			talk_run(&talk);
		}
		gj_negoex_walk_init(&walk, talk.tokens[i % 2].sent,
		    talk.tokens[i % 2].sent_size);
		ck_assert(gj_negoex_next(&walk, &message, &error));
		memcpy(seen[i], message.u.nego.random, GJ_NEGOEX_RANDOM);
		memcpy(conversations[i], message.conversation, GJ_NEGOEX_GUID);
		for (j = 0; j < i; j++) {
			ck_assert(
			    memcmp(seen[i], seen[j], GJ_NEGOEX_RANDOM) != 0);
			/* Two tokens of each. */
			ck_assert(
			    (memcmp(conversations[i], conversations[j],
				 GJ_NEGOEX_GUID) == 0) == (i / 2 == j / 2));
		}
		if (i % 2 == 1)
			ck_assert(talk_end(&talk));
	}
}
END_TEST

/* What a mechanism that is given up has said counts no more. */
START_TEST(forgotten)
{
	struct talk talk = {.mechs = {"A", "A"}};

	scripted_mechglue_reset(2);
	glue.part[0][A].step_fails = 1;
	talk_begin(&talk);
	talk_turn(&talk);
	talk_turn(&talk);
	ck_assert_uint_eq(talk.side[A].major, GSS_S_CONTINUE_NEEDED);
	ck_assert_ptr_eq(talk.side[A].actual, &gj_module_mech);
	ck_assert_uint_eq(talk.side[A].flags, 0);
	ck_assert_int_eq(glue.names, 1);
	ck_assert_int_eq(glue.creds, 2);
	ck_assert(talk_end(&talk));
}
END_TEST

/* One that starts afresh is given the peer's metadata afresh. */
START_TEST(metadata_again)
{
	struct talk talk = {.mechs = {"AB", _i == A ? "AB" : "BA"}};

	scripted_mechglue_reset(2);
	glue.part[0][I].metadata = "from I";
	glue.part[0][A].metadata = "from A";
	if (_i == A)
		glue.part[0][A].step_fails = 1;
	else
		glue.part[1][I].step_fails = 1;
	talk_begin(&talk);
	talk_run(&talk);
	ck_assert(talk_complete(&talk, I) && talk_complete(&talk, A));
	/* The initiator starts afresh in both cases. */
	ck_assert_uint_eq(glue.exchanges[0][I], 2);
	ck_assert_uint_eq(glue.exchanges[0][A], _i == A ? 2 : 1);
	ck_assert_uint_eq(glue.wrong_metadata, 0);
	ck_assert(talk_end(&talk));
}
END_TEST

/*
 * Where metadata came, the acceptor's mechanism is asked for its own (section
 * 7.5), and each mechanism once.
 */
START_TEST(queries)
{
	struct talk talk = {.mechs = {"ABC", "CA"}};

	scripted_mechglue_reset(2);
	glue.part[0][I].metadata = "from I";
	talk_begin(&talk);
	talk_run(&talk);
	ck_assert(talk_complete(&talk, I) && talk_complete(&talk, A));
	ck_assert_uint_eq(glue.queries[0][I], 1);
	ck_assert_uint_eq(glue.queries[1][I], 1);
	ck_assert_uint_eq(glue.queries[0][A], 1);
	ck_assert_uint_eq(glue.queries[1][A], 0);
	ck_assert_uint_eq(glue.queries[2][A], 1);
	ck_assert_uint_eq(glue.exchanges[0][A], 1);
	ck_assert_uint_eq(glue.exchanges[2][A], 0);
	ck_assert(talk_end(&talk));
}
END_TEST

/* The VERIFY of a token, made with this usage over all that went before. */
static bool
verify_is(const struct talk *talk, size_t token, unsigned int usage)
{
	struct negoex_key key = {.enctype = 18, .size = 32};
	struct negoex_problem problem = {0};
	struct gj_negoex_message message = {0};
	struct gj_negoex_error error;
	struct gj_negoex_walk walk;
	uint8_t octets[4096];
	size_t i, size = 0;
	bool good;

	/* The scripted sign key of the initiator, verify key of the acceptor.
	 */
	key.octets[0] = talk->tokens[token].from == I;
	for (i = 0; i < token; i++) {
		memcpy(octets + size, talk->tokens[i].sent,
		    talk->tokens[i].sent_size);
		size += talk->tokens[i].sent_size;
	}
	gj_negoex_walk_init(
	    &walk, talk->tokens[token].sent, talk->tokens[token].sent_size);
	while (gj_negoex_next(&walk, &message, &error) &&
	       message.type != GJ_NEGOEX_VERIFY)
		;
	ck_assert_int_eq(message.type, GJ_NEGOEX_VERIFY);
	memcpy(octets + size, talk->tokens[token].sent, message.offset);
	size += message.offset;
	ck_assert_uint_eq(message.u.verify.checksum_type, 16);
	good = negoex_checksum_verify(
	    &key, usage, octets, size, &message.u.verify, &problem);
	ck_assert(good || problem.code == NEGOEX_CHECKSUM_MISMATCH);
	return good;
}

/* Deployed initiators sign with 25, acceptors with 23 (facts, "Wire" 5, 6). */
START_TEST(key_usages)
{
	struct talk talk;

	good_begin(&goods[0], &talk);
	talk_run(&talk);
	ck_assert(verify_is(&talk, 0, 25));
	ck_assert(!verify_is(&talk, 0, 23));
	ck_assert(verify_is(&talk, 1, 23));
	ck_assert(!verify_is(&talk, 1, 25));
	ck_assert(talk_end(&talk));
}
END_TEST

static Suite *
suite(void)
{
	Suite *negotiation = suite_create("negotiation");
	TCase *talks = tcase_create("conversations");

	tcase_add_loop_test(talks, good_conversations, 0, COUNT(goods));
	tcase_add_loop_test(talks, results_at_completion, 0, COUNT(goods));
	tcase_add_loop_test(talks, established_stays, 0, COUNT(goods));
	tcase_add_loop_test(talks, abandoned, 0, COUNT(goods));
	tcase_add_loop_test(talks, failing_conversations, 0, COUNT(failings));
	tcase_add_test(talks, randomness);
	tcase_add_test(talks, forgotten);
	tcase_add_loop_test(talks, metadata_again, 0, NEGOEX_ROLES);
	tcase_add_test(talks, queries);
	tcase_add_test(talks, key_usages);
	suite_add_tcase(negotiation, talks);
	return negotiation;
}

int
main(void)
{
	return suite_run(suite());
}
