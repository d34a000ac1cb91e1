/*
 * What initiator and acceptor do alike.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "exchange.h"
#include "inner.h"

/* The types of what each role sends. */
static const struct {
	enum gj_negoex_type nego, metadata, exchange;
} sends[NEGOEX_ROLES] = {
    [NEGOEX_INITIATOR] = {GJ_NEGOEX_INITIATOR_NEGO,
	GJ_NEGOEX_INITIATOR_META_DATA, GJ_NEGOEX_AP_REQUEST},
    [NEGOEX_ACCEPTOR] = {GJ_NEGOEX_ACCEPTOR_NEGO, GJ_NEGOEX_ACCEPTOR_META_DATA,
	GJ_NEGOEX_CHALLENGE},
};

bool
negoex_exchange_write(struct negoex_context *context, struct negoex_call *call,
    const struct negoex_scheme *scheme, gss_buffer_t token)
{
	if (token->length == 0 && context->mech_complete)
		return true;
	return negoex_write_exchange(&context->transcript,
	    sends[context->role].exchange, scheme->mech->scheme, token,
	    &call->problem);
}

/* The mechanism failed: its error token goes to the peer where it has one. */
static void
error_write(struct negoex_context *context, const struct negoex_scheme *scheme,
    gss_buffer_t token)
{
	struct negoex_problem ignored = {0};

	if (token->length > 0)
		context->mech_told = negoex_write_exchange(&context->transcript,
		    sends[context->role].exchange, scheme->mech->scheme, token,
		    &ignored);
}

static bool
step(struct negoex_context *context, struct negoex_call *call,
    struct negoex_scheme *scheme, const struct gssloop_view *token)
{
	gss_buffer_desc output;
	bool good;

	good = negoex_inner_step(context, call, scheme, token, &output);
	if (good)
		good = negoex_exchange_write(context, call, scheme, &output);
	else
		error_write(context, scheme, &output);
	negoex_inner_release(&output);
	return good;
}

bool
negoex_exchange(struct negoex_context *context, struct negoex_call *call,
    const struct negoex_input *input)
{
	struct negoex_scheme *scheme = negoex_active(context);

	if (!input->has_exchange)
		return context->mech_complete ||
		       negoex_problem(&call->problem, NEGOEX_MISSING_EXCHANGE);
	if (!negoex_scheme_is(scheme, input->exchange.u.exchange.scheme))
		return negoex_problem_at(
		    &call->problem, NEGOEX_WRONG_SCHEME, &input->exchange);
	if (context->mech_complete)
		return negoex_problem_at(&call->problem,
		    NEGOEX_UNEXPECTED_EXCHANGE, &input->exchange);
	return step(context, call, scheme, &input->exchange.u.exchange.value);
}

bool
negoex_nego_write(struct negoex_context *context, struct negoex_call *call,
    const uint8_t *random)
{
	uint8_t guids[NEGOEX_MECHANISMS_MAX * GJ_NEGOEX_GUID];
	size_t i, count = context->schemes.count;

	for (i = 0; i < count; i++)
		memcpy(guids + i * GJ_NEGOEX_GUID,
		    context->schemes.list[i].mech->scheme, GJ_NEGOEX_GUID);
	return negoex_write_nego(&context->transcript,
		   sends[context->role].nego, random, guids, (uint16_t)count,
		   &call->problem) &&
	       negoex_inner_metadata_write(
		   context, call, sends[context->role].metadata);
}
