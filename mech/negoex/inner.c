/*
 * Calls of the mechanisms that are negotiated, through the mechglue.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "inner.h"
#include "mechglue.h"

static bool
query_one(struct negoex_call *call, struct negoex_scheme *scheme)
{
	OM_uint32 minor;

	return gj_mechglue()->query_meta_data(&minor,
		   (gss_OID)&scheme->mech->oid, call->cred, &scheme->context,
		   call->target, call->flags,
		   &scheme->metadata) == GSS_S_COMPLETE;
}

void
negoex_inner_query(struct negoex_context *context, struct negoex_call *call)
{
	struct negoex_schemes *schemes = &context->schemes;
	size_t i = 0;

	if (gj_mechglue()->query_meta_data == NULL)
		return;
	while (i < schemes->count)
		if (query_one(call, &schemes->list[i]))
			i++;
		else
			negoex_scheme_remove(schemes, &schemes->list[i]);
}

bool
negoex_inner_exchange_one(struct negoex_context *context,
    struct negoex_call *call, struct negoex_scheme *scheme)
{
	gss_buffer_desc metadata;
	OM_uint32 minor;

	if (!scheme->peer_has || gj_mechglue()->exchange_meta_data == NULL)
		return true;
	metadata.length = scheme->peer_size;
	metadata.value = (void *)(negoex_transcript_data(&context->transcript) +
				  scheme->peer_offset);
	return gj_mechglue()->exchange_meta_data(&minor,
		   (gss_OID)&scheme->mech->oid, call->cred, &scheme->context,
		   call->target, call->flags, &metadata) == GSS_S_COMPLETE;
}

void
negoex_inner_exchange(struct negoex_context *context, struct negoex_call *call)
{
	struct negoex_schemes *schemes = &context->schemes;
	size_t i = 0;

	while (i < schemes->count)
		if (negoex_inner_exchange_one(context, call, &schemes->list[i]))
			i++;
		else
			negoex_scheme_remove(schemes, &schemes->list[i]);
}

static OM_uint32
init_call(struct negoex_context *context, struct negoex_call *call,
    struct negoex_scheme *scheme, gss_buffer_t token, gss_buffer_t output,
    OM_uint32 *minor)
{
	return gj_mechglue()->init_sec_context(minor, call->cred,
	    &scheme->context, call->target, (gss_OID)&scheme->mech->oid,
	    call->flags, call->lifetime, call->bindings,
	    token->length > 0 ? token : GSS_C_NO_BUFFER, &context->mech_type,
	    output, &context->mech_flags, &context->mech_lifetime);
}

static OM_uint32
accept_call(struct negoex_context *context, struct negoex_call *call,
    struct negoex_scheme *scheme, gss_buffer_t token, gss_buffer_t output,
    OM_uint32 *minor)
{
	gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
	gss_name_t peer = GSS_C_NO_NAME;
	OM_uint32 major, junk;

	major = gj_mechglue()->accept_sec_context(minor, &scheme->context,
	    call->cred, token, call->bindings, &peer, &context->mech_type,
	    output, &context->mech_flags, &context->mech_lifetime, &delegated);
	if (peer != GSS_C_NO_NAME) {
		if (context->peer != GSS_C_NO_NAME)
			gj_mechglue()->release_name(&junk, &context->peer);
		context->peer = peer;
	}
	if (delegated != GSS_C_NO_CREDENTIAL) {
		if (context->delegated != GSS_C_NO_CREDENTIAL)
			gj_mechglue()->release_cred(&junk, &context->delegated);
		context->delegated = delegated;
	}
	return major;
}

bool
negoex_inner_step(struct negoex_context *context, struct negoex_call *call,
    struct negoex_scheme *scheme, const struct gssloop_view *token,
    gss_buffer_t output)
{
	gss_buffer_desc input = {token->size, (void *)token->data};
	OM_uint32 major, minor = 0;

	output->length = 0;
	output->value = NULL;
	major = (context->role == NEGOEX_INITIATOR ? init_call : accept_call)(
	    context, call, scheme, &input, output, &minor);
	context->mech_complete = major == GSS_S_COMPLETE;
	if (major != GSS_S_COMPLETE && major != GSS_S_CONTINUE_NEEDED)
		return negoex_problem_mech(
		    &call->problem, (gss_OID)&scheme->mech->oid, major, minor);
	return true;
}

void
negoex_inner_release(gss_buffer_t output)
{
	OM_uint32 minor;

	gj_mechglue()->release_buffer(&minor, output);
}

bool
negoex_inner_metadata_write(struct negoex_context *context,
    struct negoex_call *call, enum gj_negoex_type type)
{
	struct negoex_scheme *scheme;
	bool good = true;
	size_t i;

	for (i = 0; good && i < context->schemes.count; i++) {
		scheme = &context->schemes.list[i];
		if (scheme->metadata.length > 0)
			good = negoex_write_exchange(&context->transcript, type,
			    scheme->mech->scheme, &scheme->metadata,
			    &call->problem);
		negoex_inner_release(&scheme->metadata);
	}
	return good;
}
