/*
 * Which NEGOEX message may stand where, as far as the messages alone show it.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The module judges with this every message that it gets, and gss-dump the
 * tokens that it is shown.  What depends on the mechanisms (which scheme was
 * chosen, whether there is a key) is decided in mech/negoex.
 */
#ifndef GJ_NEGOEX_ORDER_H
#define GJ_NEGOEX_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "wire_negoex.h"

enum gj_negoex_role {
	GJ_NEGOEX_ROLE_UNKNOWN,
	GJ_NEGOEX_INITIATOR,
	GJ_NEGOEX_ACCEPTOR
};

/*
 * What a receiver knows before it reads a message.  Start from
 * gj_negoex_order_init; gj_negoex_judge keeps it up to date.
 */
struct gj_negoex_order {
	enum gj_negoex_role role; /* the receiver's */
	bool sequence_known;
	uint32_t sequence; /* the next one */
	bool conversation_known;
	uint8_t conversation[GJ_NEGOEX_GUID];
	bool nego_known;	 /* nego_seen is known, not assumed */
	bool nego_seen;		 /* the peer's NEGO has come */
	uint32_t types_in_token; /* a bit for each type that this token had */
};

/* Knows nothing: the first message teaches role, sequence, conversation. */
void gj_negoex_order_init(struct gj_negoex_order *order);

/* Before each token. */
void gj_negoex_order_token(struct gj_negoex_order *order);

/*
 * Judges a decoded message.  False with error filled where a receiver has to
 * refuse it, order then unchanged: wrong sequence number, conversation, or
 * role; version not 0; an unknown critical extension (all are unknown); in
 * the peer's first token anything before its NEGO; a NEGO a second time in
 * the conversation, AP_REQUEST, CHALLENGE, VERIFY or ALERT a second time in a
 * token, META_DATA in a token without NEGO (all that was not asked for is
 * GJ_NEGOEX_REPEATED or GJ_NEGOEX_MISSING_NEGO); a checksum of another scheme
 * or, by RFC 3961's list, without a key (types 1, 2, 7, 10 and 14, and
 * any of no octets).
 *
 * The number tells what else is not known: 0 opens the conversation, so it has
 * to be a NEGO, and an INITIATOR_NEGO cannot have another; a token that begins
 * with 1 answers a token of one message, so it has to begin with NEGO, too.
 * ACCEPTOR_NEGO may have 0: a server may speak first, in a NegTokenInit2.
 */
bool gj_negoex_judge(struct gj_negoex_order *order,
    const struct gj_negoex_message *message, struct gj_negoex_error *error);

#endif
