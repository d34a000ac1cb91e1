/*
 * Conversations of two NEGOEX parties of ours in one process, over the
 * scripted mechglue, whose tokens a test may change on their way.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_TALK_H
#define NEGOEX_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scripted_mechglue.h"

/* More than any good conversation has. */
#define TALK_TOKENS 32
#define TALK_TEXT   NEGOEX_TEXT

struct talk_side {
	gss_ctx_id_t handle;
	gss_name_t target;  /* initiator */
	gss_cred_id_t cred; /* GSS_C_NO_CREDENTIAL: all mechanisms */
	bool over;	    /* complete or failed: not called any more */
	OM_uint32 major, minor;
	char text[TALK_TEXT]; /* of a failure */
	gss_OID actual;
	OM_uint32 flags;
	gss_name_t peer;
	gss_cred_id_t delegated;
};

struct talk_token {
	enum negoex_role from;
	uint8_t *sent, *got; /* as it left, and as it arrived */
	size_t sent_size, got_size;
	bool taken; /* a call had it */
};

struct talk {
	/* Set before talk_begin; letters, NULL: no credential. */
	const char *mechs[NEGOEX_ROLES];
	bool not_optimistic, initiator_prefers;
	/* Called with each token before it arrives; replaces got. */
	void (*alter)(struct talk *talk, struct talk_token *token);
	void *with;
	/* The allocation, from 1, that fails in the call of this turn; 0: none.
	 */
	unsigned long failing;
	size_t failing_turn;
	bool failed; /* it did */

	struct talk_side side[NEGOEX_ROLES];
	struct talk_token tokens[TALK_TOKENS];
	size_t count;
	enum negoex_role next; /* whose call it is */
};

/* Makes what the sides need. */
void talk_begin(struct talk *talk);
/* One call; false where there is nothing more to call. */
bool talk_turn(struct talk *talk);
/* All of it. */
void talk_run(struct talk *talk);
bool talk_complete(const struct talk *talk, enum negoex_role role);
/* Releases all; true where nothing is left alive. */
bool talk_end(struct talk *talk);

/* Calls one side with octets of the test's own; the output is dropped. */
OM_uint32 talk_call(struct talk *talk, enum negoex_role role,
    const void *octets, size_t size, size_t *output_size);

/* Replaces what arrives; takes the octets over. */
void talk_replace(struct talk_token *token, uint8_t *octets, size_t size);

/* Letters of the message types, by their numbers. */
#define TALK_LETTERS "NnMmCRVA"

/*
 * What was said, a letter for each message, a space between tokens: N
 * INITIATOR_NEGO, n ACCEPTOR_NEGO, M and m META_DATA, R AP_REQUEST, C
 * CHALLENGE, V VERIFY, A ALERT.
 */
const char *talk_messages(const struct talk *talk, char *text, size_t size);

/* Where the token's message of this number, from 0, begins; its size. */
size_t talk_message(
    const uint8_t *octets, size_t size, unsigned int number, size_t *length);

/*
 * One side has failed as it should, says where, and stays failed.  number 0:
 * it is no message's fault; type GJ_NEGOEX_TYPES: it was not read.
 */
void talk_failed_check(struct talk *talk, enum negoex_role role,
    const char *name, unsigned int code, unsigned int number, unsigned int type,
    size_t offset);

#endif
