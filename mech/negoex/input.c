/*
 * A token of the peer: its messages, judged and sorted.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "input.h"

/* One message on its way. */
struct arrival {
	struct negoex_context *context;
	struct negoex_input *input;
	struct negoex_problem *problem;
	const struct gj_negoex_message *message;
	size_t base; /* of the token in the transcript */
};

typedef bool handler(struct arrival *arrival);

/* Section 7.5 and 7.6: the schemes that both have. */
static bool
take_nego(struct arrival *arrival)
{
	struct negoex_context *context = arrival->context;
	const struct gj_negoex_nego *nego = &arrival->message->u.nego;
	bool acceptor = context->role == NEGOEX_ACCEPTOR;

	negoex_schemes_narrow(&context->schemes, nego->schemes,
	    nego->scheme_count,
	    acceptor == context->installation->initiator_prefers);
	if (context->schemes.count == 0)
		return negoex_problem_at(arrival->problem,
		    NEGOEX_NO_COMMON_SCHEME, arrival->message);
	return true;
}

static bool
take_metadata(struct arrival *arrival)
{
	const struct gj_negoex_message *message = arrival->message;
	struct negoex_scheme *scheme = negoex_scheme_find(
	    &arrival->context->schemes, message->u.exchange.scheme);
	struct gj_negoex_error error = {GJ_NEGOEX_REPEATED, message->offset,
	    message->number, message->type};

	if (scheme == NULL)
		return true;
	if (scheme->peer_has)
		return negoex_fault(arrival->problem, &error);
	scheme->peer_has = true;
	scheme->peer_size = message->u.exchange.value.size;
	/* What follows a message in its token has a greater address. */
	scheme->peer_offset =
	    arrival->base + message->offset +
	    (scheme->peer_size > 0
		    ? (size_t)(message->u.exchange.value.data - message->data)
		    : 0);
	return true;
}

static bool
take_exchange(struct arrival *arrival)
{
	arrival->input->has_exchange = true;
	arrival->input->exchange = *arrival->message;
	return true;
}

static bool
take_verify(struct arrival *arrival)
{
	arrival->input->has_verify = true;
	arrival->input->verify = *arrival->message;
	arrival->input->verify_offset =
	    arrival->base + arrival->message->offset;
	return true;
}

/* An NTSTATUS of this severity is an error. */
#define NTSTATUS_ERROR 0xc0000000u

/* One with an error code ends it all; what else it says, verify.c heeds. */
static bool
take_alert(struct arrival *arrival)
{
	uint32_t code = arrival->message->u.alert.error_code;
	char text[32];

	if ((code & NTSTATUS_ERROR) == NTSTATUS_ERROR) {
		snprintf(text, sizeof(text), "NTSTATUS 0x%08lx",
		    (unsigned long)code);
		return negoex_problem_detail(
		    arrival->problem, NEGOEX_PEER_ALERT, text);
	}
	arrival->input->has_alert = true;
	arrival->input->alert = *arrival->message;
	return true;
}

/*
 * What is allowed next: for each role and state, who takes a message of which
 * type; nobody, and it may not come.  How often, and which type comes first,
 * is negoex_order's, which needs no state of ours.
 */
static handler *const allowed[NEGOEX_ROLES][NEGOEX_STATES][GJ_NEGOEX_TYPES] = {
    [NEGOEX_INITIATOR] =
	{
	    [NEGOEX_NEGOTIATING] =
		{
		    [GJ_NEGOEX_ACCEPTOR_NEGO] = take_nego,
		    [GJ_NEGOEX_ACCEPTOR_META_DATA] = take_metadata,
		    [GJ_NEGOEX_CHALLENGE] = take_exchange,
		    [GJ_NEGOEX_VERIFY] = take_verify,
		    [GJ_NEGOEX_ALERT] = take_alert,
		},
	    [NEGOEX_EXCHANGING] =
		{
		    [GJ_NEGOEX_CHALLENGE] = take_exchange,
		    [GJ_NEGOEX_VERIFY] = take_verify,
		    [GJ_NEGOEX_ALERT] = take_alert,
		},
	},
    [NEGOEX_ACCEPTOR] =
	{
	    [NEGOEX_START] =
		{
		    [GJ_NEGOEX_INITIATOR_NEGO] = take_nego,
		    [GJ_NEGOEX_INITIATOR_META_DATA] = take_metadata,
		    [GJ_NEGOEX_AP_REQUEST] = take_exchange,
		    [GJ_NEGOEX_VERIFY] = take_verify,
		},
	    [NEGOEX_NEGOTIATING] =
		{
		    [GJ_NEGOEX_AP_REQUEST] = take_exchange,
		    [GJ_NEGOEX_VERIFY] = take_verify,
		    [GJ_NEGOEX_ALERT] = take_alert,
		},
	    [NEGOEX_EXCHANGING] =
		{
		    [GJ_NEGOEX_AP_REQUEST] = take_exchange,
		    [GJ_NEGOEX_VERIFY] = take_verify,
		    [GJ_NEGOEX_ALERT] = take_alert,
		},
	},
};

static bool
message_take(struct arrival *arrival)
{
	struct negoex_context *context = arrival->context;
	const struct gj_negoex_message *message = arrival->message;
	handler *take = allowed[context->role][context->state][message->type];
	struct gj_negoex_error error;

	if (!gj_negoex_judge(&context->transcript.order, message, &error))
		return negoex_fault(arrival->problem, &error);
	if (take == NULL)
		return negoex_problem_at(
		    arrival->problem, NEGOEX_NOT_ALLOWED, message);
	return take(arrival);
}

bool
negoex_input_take(struct negoex_context *context, struct negoex_call *call,
    struct negoex_input *input)
{
	struct gj_negoex_message message;
	struct gj_negoex_error error;
	struct gj_negoex_walk walk;
	struct arrival arrival = {context, input, &call->problem, &message,
	    negoex_transcript_size(&context->transcript)};

	memset(input, 0, sizeof(*input));
	if (!negoex_transcript_take(&context->transcript, call->token->value,
		call->token->length, &call->problem))
		return false;
	gj_negoex_order_token(&context->transcript.order);
	gj_negoex_walk_init(&walk, call->token->value, call->token->length);
	while (gj_negoex_next(&walk, &message, &error))
		if (!message_take(&arrival))
			return false;
	if (error.fault != GJ_NEGOEX_OK)
		return negoex_fault(&call->problem, &error);
	return true;
}
