/*
 * One call on a NEGOEX context, whichever the role.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "acceptor.h"
#include "initiator.h"
#include "negotiation.h"

/* What this side has to offer. */
static bool
prepare(struct negoex_context *context, struct negoex_call *call)
{
	context->installation = negoex_installation(&call->problem);
	if (context->installation == NULL)
		return false;
	if (!negoex_schemes_make(
		&context->schemes, context->installation, call->mechs))
		return negoex_problem(&call->problem, NEGOEX_NO_MEMORY);
	return context->schemes.count > 0 ||
	       negoex_problem(&call->problem, NEGOEX_NO_MECHANISM);
}

static bool
step(struct negoex_context *context, struct negoex_call *call)
{
	if (context->state == NEGOEX_START && !prepare(context, call))
		return false;
	if (context->role == NEGOEX_INITIATOR)
		return negoex_initiator_step(context, call);
	return negoex_acceptor_step(context, call);
}

bool
negoex_step(struct negoex_context *context, struct negoex_call *call,
    gss_buffer_t token)
{
	bool good;

	token->length = 0;
	token->value = NULL;
	if (context->state == NEGOEX_FAILED ||
	    context->state == NEGOEX_ESTABLISHED)
		return negoex_problem(&call->problem, NEGOEX_IS_OVER);
	negoex_transcript_mark(&context->transcript);
	good = step(context, call);
	/* A failure has a token where the mechanism's error is in it. */
	if ((good || context->mech_told) &&
	    !negoex_transcript_token(
		&context->transcript, token, &call->problem))
		good = false;
	if (!good)
		context->state = NEGOEX_FAILED;
	else if (context->state == NEGOEX_ESTABLISHED)
		negoex_context_settle(context);
	return good;
}
