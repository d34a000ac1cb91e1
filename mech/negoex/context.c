/*
 * A NEGOEX context.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>

#include "context.h"
#include "mechglue.h"

struct negoex_context *
negoex_context_new(enum negoex_role role)
{
	struct negoex_context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return NULL;
	context->role = role;
	gj_negoex_order_init(&context->transcript.order);
	context->transcript.order.role =
	    role == NEGOEX_INITIATOR ? GJ_NEGOEX_INITIATOR : GJ_NEGOEX_ACCEPTOR;
	context->transcript.order.sequence_known = true;
	context->transcript.order.nego_known = true;
	context->mech_lifetime = GSS_C_INDEFINITE;
	return context;
}

void
negoex_context_settle(struct negoex_context *context)
{
	negoex_transcript_free(&context->transcript);
}

/* What the inner mechanism gave, and nobody took. */
static void
results_release(struct negoex_context *context)
{
	const struct gj_mechglue *up = gj_mechglue();
	OM_uint32 minor;

	if (context->peer != GSS_C_NO_NAME)
		up->release_name(&minor, &context->peer);
	if (context->delegated != GSS_C_NO_CREDENTIAL)
		up->release_cred(&minor, &context->delegated);
}

void
negoex_context_free(struct negoex_context **context)
{
	struct negoex_context *freed = *context;

	*context = NULL;
	if (freed == NULL)
		return;
	negoex_schemes_free(&freed->schemes);
	negoex_transcript_free(&freed->transcript);
	results_release(freed);
	free(freed);
}

struct negoex_scheme *
negoex_active(struct negoex_context *context)
{
	if (context->optimistic != NULL)
		return negoex_scheme_find(
		    &context->schemes, context->optimistic->scheme);
	if (context->state != NEGOEX_EXCHANGING &&
	    context->state != NEGOEX_ESTABLISHED)
		return NULL;
	return &context->schemes.list[0];
}

void
negoex_fix(struct negoex_context *context, struct negoex_scheme *scheme)
{
	negoex_scheme_choose(&context->schemes, scheme);
	context->optimistic = NULL;
	context->state = NEGOEX_EXCHANGING;
}

void
negoex_forget(struct negoex_context *context, struct negoex_scheme *scheme)
{
	if (scheme != NULL)
		negoex_scheme_forget(scheme);
	results_release(context);
	context->optimistic = NULL;
	context->mech_complete = false;
	context->mech_flags = 0;
	context->mech_lifetime = GSS_C_INDEFINITE;
	context->mech_type = GSS_C_NO_OID;
	context->verify_sent = false;
	context->verified = false;
}
