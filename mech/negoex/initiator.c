/*
 * The initiator's side of a negotiation; acceptor.c is its counterpart.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "exchange.h"
#include "initiator.h"
#include "inner.h"
#include "key.h"
#include "verify.h"

static const struct gssloop_view no_token = {NULL, 0};

/* Conversation and NEGO's Random (section 7.4). */
static bool
random_make(struct negoex_context *context, struct negoex_call *call,
    uint8_t random[GJ_NEGOEX_RANDOM])
{
	uint8_t octets[GJ_NEGOEX_GUID + GJ_NEGOEX_RANDOM];

	if (!negoex_random(octets, sizeof(octets), &call->problem))
		return false;
	memcpy(context->transcript.order.conversation, octets, GJ_NEGOEX_GUID);
	context->transcript.order.conversation_known = true;
	memcpy(random, octets + GJ_NEGOEX_GUID, GJ_NEGOEX_RANDOM);
	return true;
}

/*
 * Starts the first mechanism of the list; one that cannot even start is taken
 * out, and the next has its turn.  False where none is left; the problem is
 * then the first one's.
 */
static bool
mechanism_start(struct negoex_context *context, struct negoex_call *call,
    gss_buffer_t token)
{
	struct negoex_schemes *schemes = &context->schemes;

	while (schemes->count > 0) {
		if (negoex_inner_step(
			context, call, &schemes->list[0], &no_token, token)) {
			negoex_problem_clear(&call->problem);
			return true;
		}
		negoex_inner_release(token);
		negoex_scheme_remove(schemes, &schemes->list[0]);
	}
	return negoex_problem(&call->problem, NEGOEX_NO_MECHANISM);
}

/* Section 7.4: INITIATOR_NEGO, metadata, and the first mechanism's token. */
static bool
start(struct negoex_context *context, struct negoex_call *call)
{
	bool optimistic = context->installation->optimistic;
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	uint8_t random[GJ_NEGOEX_RANDOM];
	bool good;

	negoex_inner_query(context, call);
	if (context->schemes.count == 0)
		return negoex_problem(&call->problem, NEGOEX_NO_MECHANISM);
	if (!random_make(context, call, random) ||
	    (optimistic && !mechanism_start(context, call, &token)))
		return false;
	if (optimistic)
		context->optimistic = context->schemes.list[0].mech;
	good = negoex_nego_write(context, call, random);
	if (good && optimistic)
		good = negoex_exchange_write(
			   context, call, &context->schemes.list[0], &token) &&
		       negoex_verify_write(context, call);
	negoex_inner_release(&token);
	context->state = NEGOEX_NEGOTIATING;
	return good;
}

/*
 * Whether the acceptor took our optimistic token: it answers for that scheme,
 * which is the first that is left (facts, "Wire" 8).
 */
static bool
optimistic_taken(
    struct negoex_context *context, const struct negoex_input *input)
{
	const struct negoex_scheme *first = &context->schemes.list[0];

	return context->optimistic == first->mech &&
	       ((input->has_exchange &&
		    negoex_scheme_is(
			first, input->exchange.u.exchange.scheme)) ||
		   (input->has_verify &&
		       negoex_scheme_is(first, input->verify.u.verify.scheme)));
}

/* The chosen mechanism starts afresh, or the next where it cannot. */
static bool
restart(struct negoex_context *context, struct negoex_call *call,
    const struct negoex_input *input)
{
	static const struct negoex_input nothing;
	struct negoex_scheme *first = &context->schemes.list[0];
	struct negoex_scheme *begun = negoex_active(context);
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	bool good;

	if (input->has_exchange &&
	    negoex_scheme_is(first, input->exchange.u.exchange.scheme))
		return negoex_problem_at(&call->problem,
		    NEGOEX_UNEXPECTED_EXCHANGE, &input->exchange);
	negoex_forget(context, begun);
	if (begun != NULL && !negoex_inner_exchange_one(context, call, begun))
		negoex_scheme_remove(&context->schemes, begun);
	if (context->schemes.count == 0)
		return negoex_problem(&call->problem, NEGOEX_NO_COMMON_SCHEME);
	if (!mechanism_start(context, call, &token))
		return false;
	negoex_fix(context, &context->schemes.list[0]);
	good = negoex_exchange_write(
		   context, call, &context->schemes.list[0], &token) &&
	       negoex_verify(context, call, &nothing);
	negoex_inner_release(&token);
	return good;
}

/* Section 7.6: the acceptor's choice, and what it says to our first token. */
static bool
respond(struct negoex_context *context, struct negoex_call *call,
    const struct negoex_input *input)
{
	negoex_inner_exchange(context, call);
	if (context->schemes.count == 0)
		return negoex_problem(&call->problem, NEGOEX_NO_COMMON_SCHEME);
	if (!optimistic_taken(context, input))
		return restart(context, call, input);
	negoex_fix(context, &context->schemes.list[0]);
	return negoex_exchange(context, call, input) &&
	       negoex_verify(context, call, input);
}

bool
negoex_initiator_step(struct negoex_context *context, struct negoex_call *call)
{
	struct negoex_input input;

	if (context->state == NEGOEX_START)
		return start(context, call);
	if (!negoex_input_take(context, call, &input))
		return false;
	if (context->state == NEGOEX_NEGOTIATING)
		return respond(context, call, &input);
	return negoex_exchange(context, call, &input) &&
	       negoex_verify(context, call, &input);
}
