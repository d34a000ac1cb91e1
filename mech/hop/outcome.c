/*
 * What one call that establishes a context of the hop mechanism gives out.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdlib.h>

#include "octets.h"
#include "outcome.h"

void
hop_outcome_begin(struct hop_outcome *outcome, bool initiator,
    struct hop_context *context, gss_OID mech, gss_buffer_t token)
{
	octets_clear(token);
	outcome->initiator = initiator;
	outcome->call = context != NULL ? context->calls + 1 : 1;
	outcome->major = GSS_S_COMPLETE;
	outcome->minor = 0;
	outcome->flags = 0;
	outcome->context = context;
	outcome->mech = mech;
	outcome->token = token;
}

/* Both libraries release it with free(). */
static void
token_drop(struct hop_outcome *outcome)
{
	free(outcome->token->value);
	octets_clear(outcome->token);
}

/* Without memory for the token there is none, and the call has failed. */
static void
token_change(struct hop_outcome *outcome, const struct hop_script *script)
{
	OM_uint32 minor;

	if (script->token == HOP_TOKEN_NORMAL)
		return;
	token_drop(outcome);
	if (script->token == HOP_TOKEN_NONE ||
	    octets_copy(&minor, script->text, script->text_size,
		outcome->token) == GSS_S_COMPLETE)
		return;
	outcome->major = GSS_S_FAILURE;
	outcome->minor = minor;
}

static void
context_drop(struct hop_outcome *outcome)
{
	free(outcome->context);
	outcome->context = NULL;
}

/* The context that the call has according to the script. */
static void
context_change(struct hop_outcome *outcome, const struct hop_script *script)
{
	bool complete = script->major == GSS_S_COMPLETE;

	if (script->no_context) {
		context_drop(outcome);
		outcome->mech = GSS_C_NO_OID;
		return;
	}
	if (!script->has_major || GSS_ERROR(script->major))
		return;
	if (outcome->context == NULL)
		outcome->context =
		    hop_context_new(outcome->mech, outcome->initiator, 1);
	if (outcome->context == NULL) {
		outcome->major = GSS_S_FAILURE;
		outcome->minor = ENOMEM;
	} else if (complete) {
		outcome->context->hops = 0;
	} else if (outcome->context->hops == 0) {
		outcome->context->hops = 1; /* the token that it awaits */
	}
}

static void
change(struct hop_outcome *outcome, const struct hop_script *script)
{
	if (script->has_major) {
		outcome->major = script->major;
		outcome->minor = GSS_ERROR(script->major) ? HOP_ASKED_FOR : 0;
	}
	if (script->has_minor)
		outcome->minor = script->minor;
	context_change(outcome, script);
	token_change(outcome, script);
	if (script->has_flags)
		outcome->flags = script->flags;
	if (script->has_flags && outcome->context != NULL)
		outcome->context->flags = script->flags;
}

void
hop_outcome_end(struct hop_outcome *outcome, OM_uint32 major, OM_uint32 minor)
{
	struct hop_script script;

	outcome->major = major;
	outcome->minor = minor;
	if (outcome->context != NULL)
		outcome->flags = outcome->context->flags;
	if (hop_fault_script(outcome->initiator, outcome->call, &script)) {
		change(outcome, &script);
	} else {
		token_drop(outcome);
		outcome->major = GSS_S_FAILURE;
		outcome->minor = HOP_BAD_SCRIPT;
	}
	/* Both mechglues forget the context of a first call that fails. */
	if (outcome->call == 1 && outcome->major != GSS_S_COMPLETE &&
	    outcome->major != GSS_S_CONTINUE_NEEDED)
		context_drop(outcome);
	if (outcome->context != NULL)
		outcome->context->calls = outcome->call;
}
