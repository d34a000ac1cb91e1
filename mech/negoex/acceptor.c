/*
 * The acceptor's side of a negotiation; initiator.c is its counterpart.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "acceptor.h"
#include "exchange.h"
#include "inner.h"
#include "key.h"
#include "verify.h"

/*
 * Whether the initiator's optimistic token is one for our first choice; for
 * another it is ignored (facts, "Wire" 9).
 */
static bool
optimistic_fits(
    struct negoex_context *context, const struct negoex_input *input)
{
	return input->has_exchange &&
	       negoex_scheme_is(&context->schemes.list[0],
		   input->exchange.u.exchange.scheme);
}

/* One that fails is as if it had never come. */
static void
optimistic_drop(struct negoex_context *context, struct negoex_call *call)
{
	struct negoex_scheme *first = &context->schemes.list[0];

	negoex_forget(context, first);
	negoex_problem_clear(&call->problem);
	if (!negoex_inner_exchange_one(context, call, first))
		negoex_scheme_forget(first);
}

/* Gives the first mechanism its optimistic token, and answers it. */
static bool
optimistic_take(struct negoex_context *context, struct negoex_call *call,
    const struct negoex_input *input)
{
	struct negoex_scheme *first = &context->schemes.list[0];
	gss_buffer_desc token;
	bool good = true;

	if (negoex_inner_step(context, call, first,
		&input->exchange.u.exchange.value, &token)) {
		context->optimistic = first->mech;
		good = negoex_exchange_write(context, call, first, &token);
	} else {
		optimistic_drop(context, call);
	}
	negoex_inner_release(&token);
	return good;
}

/* Section 7.5: ACCEPTOR_NEGO, metadata, and an answer to the first token. */
static bool
start(struct negoex_context *context, struct negoex_call *call,
    const struct negoex_input *input)
{
	struct negoex_input rest = *input;
	uint8_t random[GJ_NEGOEX_RANDOM];

	negoex_inner_exchange(context, call);
	negoex_inner_query(context, call);
	if (context->schemes.count == 0)
		return negoex_problem(&call->problem, NEGOEX_NO_COMMON_SCHEME);
	if (!negoex_random(random, sizeof(random), &call->problem) ||
	    !negoex_nego_write(context, call, random))
		return false;
	context->state = NEGOEX_NEGOTIATING;
	if (optimistic_fits(context, input) &&
	    !optimistic_take(context, call, input))
		return false;
	if (context->optimistic == NULL)
		return true;
	rest.has_verify =
	    input->has_verify && negoex_scheme_is(&context->schemes.list[0],
				     input->verify.u.verify.scheme);
	return negoex_verify(context, call, &rest);
}

/*
 * The initiator's choice, by the token that it sends (section 7.6): one that
 * we offered, which need not be the one whose optimistic token we took, as
 * our metadata may have made it drop that.
 */
static bool
respond(struct negoex_context *context, struct negoex_call *call,
    const struct negoex_input *input)
{
	struct negoex_scheme *begun = negoex_active(context);
	struct negoex_scheme *chosen = begun;

	if (input->has_exchange)
		chosen = negoex_scheme_find(
		    &context->schemes, input->exchange.u.exchange.scheme);
	if (chosen == NULL)
		return input->has_exchange
			   ? negoex_problem_at(&call->problem,
				 NEGOEX_WRONG_SCHEME, &input->exchange)
			   : negoex_problem(
				 &call->problem, NEGOEX_MISSING_EXCHANGE);
	if (chosen != begun)
		negoex_forget(context, begun);
	negoex_fix(context, chosen);
	return true;
}

bool
negoex_acceptor_step(struct negoex_context *context, struct negoex_call *call)
{
	struct negoex_input input;

	if (!negoex_input_take(context, call, &input))
		return false;
	if (context->state == NEGOEX_START)
		return start(context, call, &input);
	if (context->state == NEGOEX_NEGOTIATING &&
	    !respond(context, call, &input))
		return false;
	return negoex_exchange(context, call, &input) &&
	       negoex_verify(context, call, &input);
}
