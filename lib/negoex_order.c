/*
 * Which NEGOEX message may stand where.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "negoex_order.h"

/* Where the fields stand in their message. */
enum field {
	AT_TYPE = 8,
	AT_SEQUENCE = 12,
	AT_CONVERSATION = 24,
	AT_VERSION = 72,
	AT_CHECKSUM_SCHEME = 60,
	AT_CHECKSUM_TYPE = 64,
	AT_CHECKSUM_LENGTH = 72
};

/* How a type may come. */
enum manner {
	OPENS,	/* once in the conversation, the sender's first message */
	BESIDE, /* in a token that has the sender's NEGO */
	ONCE	/* once in a token */
};

static const struct rule {
	enum gj_negoex_role receiver; /* UNKNOWN: either */
	enum manner manner;
} rules[GJ_NEGOEX_TYPES] = {
    [GJ_NEGOEX_INITIATOR_NEGO] = {GJ_NEGOEX_ACCEPTOR, OPENS},
    [GJ_NEGOEX_ACCEPTOR_NEGO] = {GJ_NEGOEX_INITIATOR, OPENS},
    [GJ_NEGOEX_INITIATOR_META_DATA] = {GJ_NEGOEX_ACCEPTOR, BESIDE},
    [GJ_NEGOEX_ACCEPTOR_META_DATA] = {GJ_NEGOEX_INITIATOR, BESIDE},
    [GJ_NEGOEX_CHALLENGE] = {GJ_NEGOEX_INITIATOR, ONCE},
    [GJ_NEGOEX_AP_REQUEST] = {GJ_NEGOEX_ACCEPTOR, ONCE},
    [GJ_NEGOEX_VERIFY] = {GJ_NEGOEX_ROLE_UNKNOWN, ONCE},
    [GJ_NEGOEX_ALERT] = {GJ_NEGOEX_ROLE_UNKNOWN, ONCE},
};

#define BIT(type) (UINT32_C(1) << (type))
#define NEGO_BITS (BIT(GJ_NEGOEX_INITIATOR_NEGO) | BIT(GJ_NEGOEX_ACCEPTOR_NEGO))

/* Checksum types of RFC 3961, section 8, that are no more than a digest. */
#define UNKEYED (BIT(1) | BIT(2) | BIT(7) | BIT(10) | BIT(14))

void
gj_negoex_order_init(struct gj_negoex_order *order)
{
	memset(order, 0, sizeof(*order));
}

void
gj_negoex_order_token(struct gj_negoex_order *order)
{
	order->types_in_token = 0;
}

/*
 * What opens the conversation is the initiator's NEGO, number 0, even where
 * nothing is known yet.
 */
static bool
sequence_is_next(const struct gj_negoex_order *order,
    const struct gj_negoex_message *message)
{
	if (order->sequence_known)
		return message->sequence == order->sequence;
	return message->type != GJ_NEGOEX_INITIATOR_NEGO ||
	       message->sequence == 0;
}

/* The three fields that say where a message belongs. */
static bool
header_judge(const struct gj_negoex_order *order,
    const struct gj_negoex_message *message, struct gj_negoex_finding *finding)
{
	enum gj_negoex_role receiver = rules[message->type].receiver;

	if (order->role != GJ_NEGOEX_ROLE_UNKNOWN &&
	    receiver != GJ_NEGOEX_ROLE_UNKNOWN && receiver != order->role)
		return gj_negoex_find(finding, GJ_NEGOEX_WRONG_ROLE, AT_TYPE);
	if (!sequence_is_next(order, message))
		return gj_negoex_find(
		    finding, GJ_NEGOEX_WRONG_SEQUENCE, AT_SEQUENCE);
	if (order->conversation_known &&
	    memcmp(order->conversation, message->conversation,
		GJ_NEGOEX_GUID) != 0)
		return gj_negoex_find(
		    finding, GJ_NEGOEX_WRONG_CONVERSATION, AT_CONVERSATION);
	return true;
}

/*
 * Has the sender to open here?  Number 0 is the first of all; a token
 * that begins with 1 answers a token of one message, and so is the acceptor's
 * first.
 */
static bool
opening_is_due(const struct gj_negoex_order *order,
    const struct gj_negoex_message *message)
{
	if (order->nego_known && !order->nego_seen)
		return true;
	return message->sequence == 0 ||
	       (message->sequence == 1 && order->types_in_token == 0);
}

static bool
opening_judge(const struct gj_negoex_order *order,
    const struct gj_negoex_message *message, struct gj_negoex_finding *finding)
{
	bool initiator = message->type == GJ_NEGOEX_INITIATOR_NEGO;

	if (order->nego_known && order->nego_seen)
		return gj_negoex_find(finding, GJ_NEGOEX_REPEATED, AT_TYPE);
	/*
	 * Behind other messages the initiator has opened before.  That the
	 * acceptor has the number 0 is no mistake: a server may speak first,
	 * in a NegTokenInit2.
	 */
	if (initiator && message->sequence != 0)
		return gj_negoex_find(finding, GJ_NEGOEX_REPEATED, AT_TYPE);
	return true;
}

static bool
place_judge(const struct gj_negoex_order *order,
    const struct gj_negoex_message *message, struct gj_negoex_finding *finding)
{
	enum manner manner = rules[message->type].manner;

	if (manner == OPENS)
		return opening_judge(order, message, finding);
	if (opening_is_due(order, message))
		return gj_negoex_find(finding, GJ_NEGOEX_MISSING_NEGO, AT_TYPE);
	if (manner == BESIDE && (order->types_in_token & NEGO_BITS) == 0)
		return gj_negoex_find(finding, GJ_NEGOEX_MISSING_NEGO, AT_TYPE);
	if (manner == ONCE && (order->types_in_token & BIT(message->type)) != 0)
		return gj_negoex_find(finding, GJ_NEGOEX_REPEATED, AT_TYPE);
	return true;
}

static bool
nego_judge(
    const struct gj_negoex_message *message, struct gj_negoex_finding *finding)
{
	struct gj_negoex_extension extension;
	unsigned int i;

	if (message->u.nego.version != 0)
		return gj_negoex_find(
		    finding, GJ_NEGOEX_WRONG_VERSION, AT_VERSION);
	for (i = 0; i < message->u.nego.extension_count; i++) {
		gj_negoex_extension(message, i, &extension);
		if (extension.critical)
			return gj_negoex_find(finding,
			    GJ_NEGOEX_CRITICAL_EXTENSION, extension.offset);
	}
	return true;
}

static bool
verify_judge(
    const struct gj_negoex_message *message, struct gj_negoex_finding *finding)
{
	const struct gj_negoex_verify *verify = &message->u.verify;

	if (verify->checksum_scheme != GJ_NEGOEX_CHECKSUM_RFC3961)
		return gj_negoex_find(finding, GJ_NEGOEX_WRONG_CHECKSUM_SCHEME,
		    AT_CHECKSUM_SCHEME);
	if (verify->checksum_type < 32 &&
	    (UNKEYED & BIT(verify->checksum_type)) != 0)
		return gj_negoex_find(
		    finding, GJ_NEGOEX_UNKEYED_CHECKSUM, AT_CHECKSUM_TYPE);
	if (verify->checksum.size == 0)
		return gj_negoex_find(
		    finding, GJ_NEGOEX_UNKEYED_CHECKSUM, AT_CHECKSUM_LENGTH);
	return true;
}

static bool
content_judge(
    const struct gj_negoex_message *message, struct gj_negoex_finding *finding)
{
	if (rules[message->type].manner == OPENS)
		return nego_judge(message, finding);
	if (message->type == GJ_NEGOEX_VERIFY)
		return verify_judge(message, finding);
	return true;
}

/* What a message that is taken tells of those that come after it. */
static void
learn(struct gj_negoex_order *order, const struct gj_negoex_message *message)
{
	if (order->role == GJ_NEGOEX_ROLE_UNKNOWN)
		order->role = rules[message->type].receiver;
	order->sequence_known = true;
	order->sequence = message->sequence + 1;
	order->conversation_known = true;
	memcpy(order->conversation, message->conversation, GJ_NEGOEX_GUID);
	order->nego_known = true;
	order->nego_seen = true;
	order->types_in_token |= BIT(message->type);
}

bool
gj_negoex_judge(struct gj_negoex_order *order,
    const struct gj_negoex_message *message, struct gj_negoex_error *error)
{
	struct gj_negoex_finding finding = {GJ_NEGOEX_OK, 0};
	bool good = header_judge(order, message, &finding) &&
		    place_judge(order, message, &finding) &&
		    content_judge(message, &finding);

	memset(error, 0, sizeof(*error));
	if (good) {
		learn(order, message);
		return true;
	}
	gj_negoex_found(error, &finding, message);
	return false;
}
