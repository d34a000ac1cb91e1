/*
 * The border of the NEGOEX module: what of it the mechglue calls, beside what
 * all modules that pass things on have in common (mech/border_*.c).
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "cred.h"
#include "gssapi_negoex.h"
#include "mechglue.h"
#include "module.h"
#include "name.h"
#include "negotiation.h"
#include "option.h"
#include "trouble.h"

/* 1.3.6.1.4.1.311.2.2.30 (section 7). */
gss_OID_desc gj_module_mech = {
    10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e"};

OM_uint32
gj_module_context(OM_uint32 *minor, gss_ctx_id_t handle, gss_ctx_id_t *inner)
{
	struct negoex_context *context = (struct negoex_context *)handle;

	*minor = 0;
	*inner = GSS_C_NO_CONTEXT;
	if (context == NULL || context->state != NEGOEX_ESTABLISHED)
		return GSS_S_NO_CONTEXT;
	*inner = context->schemes.list[0].context;
	return GSS_S_COMPLETE;
}

OM_uint32
gj_module_mechs(OM_uint32 *minor, gss_OID_set *mechs)
{
	const struct negoex_installation *installation;
	struct negoex_problem problem = {0};

	*minor = 0;
	*mechs = GSS_C_NO_OID_SET;
	installation = negoex_installation(&problem);
	if (installation == NULL)
		return negoex_problem_status(&problem, minor);
	*mechs = (gss_OID_set)&installation->oids;
	return GSS_S_COMPLETE;
}

/* Notes what both calls have: the credential's part, bindings and token. */
static void
call_begin(struct negoex_call *call, gj_cred_in cred,
    gss_channel_bindings_t bindings, gss_buffer_t token)
{
	static const gss_buffer_desc nothing = {0, (void *)""};
	const struct gj_cred *ours = (const struct gj_cred *)cred;

	memset(call, 0, sizeof(*call));
	call->cred = gj_cred_inner((gss_cred_id_t)cred);
	call->mechs = ours != NULL ? ours->mechs : GSS_C_NO_OID_SET;
	call->bindings = bindings;
	call->token =
	    token != GSS_C_NO_BUFFER && token->length > 0 ? token : &nothing;
}

/* The call's context: the caller's, or a new one, which it then has. */
static struct negoex_context *
context_of(gss_ctx_id_t *handle, enum negoex_role role)
{
	if (*handle == GSS_C_NO_CONTEXT)
		*handle = (gss_ctx_id_t)negoex_context_new(role);
	return (struct negoex_context *)*handle;
}

/* Takes the step and says in GSS's terms what came of it. */
static OM_uint32
call_make(OM_uint32 *minor, gss_ctx_id_t *handle, enum negoex_role role,
    struct negoex_call *call, gss_buffer_t output)
{
	bool first = *handle == GSS_C_NO_CONTEXT;
	struct negoex_context *context;
	OM_uint32 major;

	*minor = 0;
	context =
	    call->problem.code == NEGOEX_CODE_NONE && gj_mechglue() != NULL
		? context_of(handle, role)
		: NULL;
	if (gj_mechglue() == NULL)
		negoex_problem(&call->problem, NEGOEX_NO_MECHGLUE);
	else if (context == NULL)
		negoex_problem(&call->problem, NEGOEX_NO_MEMORY);
	else if (context->role != role)
		negoex_problem(&call->problem, NEGOEX_IS_OVER);
	else if (negoex_step(context, call, output))
		return context->state == NEGOEX_ESTABLISHED
			   ? GSS_S_COMPLETE
			   : GSS_S_CONTINUE_NEEDED;
	major = negoex_problem_status(&call->problem, minor);
	if (first) {
		negoex_context_free((struct negoex_context **)&context);
		*handle = GSS_C_NO_CONTEXT;
	}
	return major;
}

/*
 * What the inner mechanism said; before all is proven no message, and not yet
 * its name: who looks at the peer's tokens must take them for NEGOEX's.
 */
static void
results_give(const struct negoex_context *context, gss_OID *mech,
    OM_uint32 *flags, OM_uint32 *lifetime)
{
	bool established = context->state == NEGOEX_ESTABLISHED;
	OM_uint32 granted = context->mech_flags;

	if (!established)
		granted &= ~(OM_uint32)GSS_C_PROT_READY_FLAG;
	if (mech != NULL)
		*mech = established ? context->mech_type : &gj_module_mech;
	if (flags != NULL)
		*flags = granted;
	if (lifetime != NULL)
		*lifetime = context->mech_lifetime;
}

GJ_EXPORT OM_uint32
gss_init_sec_context(OM_uint32 *minor, gj_cred_in cred, gss_ctx_id_t *handle,
    gj_name_in target, gss_OID mech, OM_uint32 flags, OM_uint32 lifetime,
    gss_channel_bindings_t bindings, gss_buffer_t token, gss_OID *actual,
    gss_buffer_t output, OM_uint32 *granted, OM_uint32 *granted_lifetime)
{
	struct negoex_call call;
	OM_uint32 major;

	(void)mech; /* ours */
	memset(output, 0, sizeof(*output));
	call_begin(&call, cred, bindings, token);
	call.flags = flags;
	call.lifetime = lifetime;
	major = gj_name_inner(minor, (gss_name_t)target, &call.target);
	if (major != GSS_S_COMPLETE)
		return major;
	major = call_make(minor, handle, NEGOEX_INITIATOR, &call, output);
	if (!GSS_ERROR(major))
		results_give((struct negoex_context *)*handle, actual, granted,
		    granted_lifetime);
	return major;
}

/* What the acceptor learns of the initiator goes out with completion. */
static OM_uint32
peer_give(OM_uint32 *minor, struct negoex_context *context, gss_name_t *name,
    gss_cred_id_t *delegated)
{
	OM_uint32 major, ignored;

	if (delegated != NULL) {
		*delegated = context->delegated;
		context->delegated = GSS_C_NO_CREDENTIAL;
	}
	if (name == NULL || context->peer == GSS_C_NO_NAME)
		return GSS_S_COMPLETE;
	major = gj_name_wrap(minor, &context->peer, name);
	if (major == GSS_S_COMPLETE)
		return major;
	if (delegated != NULL && *delegated != GSS_C_NO_CREDENTIAL)
		gj_mechglue()->release_cred(&ignored, delegated);
	return GSS_S_FAILURE;
}

GJ_EXPORT OM_uint32
gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *handle, gj_cred_in cred,
    gss_buffer_t token, gss_channel_bindings_t bindings, gss_name_t *name,
    gss_OID *actual, gss_buffer_t output, OM_uint32 *granted,
    OM_uint32 *lifetime, gss_cred_id_t *delegated)
{
	struct negoex_context *context;
	struct negoex_call call;
	OM_uint32 major;

	memset(output, 0, sizeof(*output));
	if (name != NULL)
		*name = GSS_C_NO_NAME;
	if (delegated != NULL)
		*delegated = GSS_C_NO_CREDENTIAL;
	call_begin(&call, cred, bindings, token);
	major = call_make(minor, handle, NEGOEX_ACCEPTOR, &call, output);
	if (GSS_ERROR(major))
		return major;
	context = (struct negoex_context *)*handle;
	results_give(context, actual, granted, lifetime);
	if (major == GSS_S_COMPLETE)
		major = peer_give(minor, context, name, delegated);
	if (major == GSS_S_FAILURE) {
		free(output->value);
		memset(output, 0, sizeof(*output));
		negoex_context_free((struct negoex_context **)handle);
	}
	return major;
}

GJ_EXPORT OM_uint32
gss_delete_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *handle, gss_buffer_t output)
{
	*minor = 0;
	if (output != GSS_C_NO_BUFFER)
		memset(output, 0, sizeof(*output));
	negoex_context_free((struct negoex_context **)handle);
	return GSS_S_COMPLETE;
}

GJ_EXPORT OM_uint32
gss_inquire_sec_context_by_oid(
    OM_uint32 *minor, gj_context_in handle, gss_OID what, gss_buffer_set_t *set)
{
	gss_ctx_id_t inner;
	OM_uint32 major =
	    gj_module_context(minor, (gss_ctx_id_t)handle, &inner);

	*set = GSS_C_NO_BUFFER_SET;
	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->inquire_sec_context_by_oid(
	    minor, inner, what, set);
}

GJ_EXPORT OM_uint32
gss_export_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *handle, gss_buffer_t token)
{
	struct negoex_context **context = (struct negoex_context **)handle;
	gss_ctx_id_t inner;
	OM_uint32 major = gj_module_context(minor, *handle, &inner);

	memset(token, 0, sizeof(*token));
	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->export_sec_context(
	    minor, &(*context)->schemes.list[0].context, token);
	if (major == GSS_S_COMPLETE)
		negoex_context_free(context);
	return major;
}

/* An established context around one of the mechglue's. */
static struct negoex_context *
context_around(void)
{
	struct negoex_context *context = negoex_context_new(NEGOEX_ACCEPTOR);

	if (context == NULL)
		return NULL;
	context->schemes.list = calloc(1, sizeof(*context->schemes.list));
	if (context->schemes.list == NULL)
		negoex_context_free(&context);
	else
		context->schemes.count = 1;
	return context;
}

GJ_EXPORT OM_uint32
gss_import_sec_context(
    OM_uint32 *minor, gss_buffer_t token, gss_ctx_id_t *handle)
{
	struct negoex_context *context;
	OM_uint32 major;

	*minor = 0;
	*handle = GSS_C_NO_CONTEXT;
	if (gj_mechglue() == NULL)
		return GSS_S_UNAVAILABLE;
	context = context_around();
	if (context == NULL)
		return GSS_S_FAILURE;
	major = gj_mechglue()->import_sec_context(
	    minor, token, &context->schemes.list[0].context);
	if (major != GSS_S_COMPLETE) {
		negoex_context_free(&context);
		return major;
	}
	context->state = NEGOEX_ESTABLISHED;
	*handle = (gss_ctx_id_t)context;
	return GSS_S_COMPLETE;
}

GJ_EXPORT OM_uint32
gss_display_status(OM_uint32 *minor, OM_uint32 value, int type, gss_OID mech,
    OM_uint32 *more, gss_buffer_t output)
{
	char text[NEGOEX_TEXT];

	(void)mech; /* ours */
	*minor = 0;
	*more = 0;
	memset(output, 0, sizeof(*output));
	/* The mechglue asks of every failure; 0 is nobody's code. */
	if (type != GSS_C_MECH_CODE || value == 0)
		return GSS_S_BAD_STATUS;
	if (!negoex_problem_text(value, text, sizeof(text)))
		return gj_trouble_text(minor, value, output);
	output->value = strdup(text);
	if (output->value == NULL)
		return GSS_S_FAILURE;
	output->length = strlen(text);
	return GSS_S_COMPLETE;
}

GJ_EXPORT OM_uint32
gss_indicate_mechs(OM_uint32 *minor, gss_OID_set *mechs)
{
	return gj_module_set(minor, &gj_module_mech, mechs);
}

/* RFC 5587: GSS_C_MA_MECH_NEGO. */
GJ_EXPORT OM_uint32
gss_inquire_attrs_for_mech(OM_uint32 *minor, gss_const_OID mech,
    gss_OID_set *attributes, gss_OID_set *known)
{
	static gss_OID_desc negotiates = {
	    7, (void *)"\x2b\x06\x01\x05\x05\x0d\x04"};
	OM_uint32 major = GSS_S_COMPLETE;

	(void)mech; /* ours */
	*minor = 0;
	if (known != NULL)
		*known = GSS_C_NO_OID_SET;
	if (attributes != NULL)
		major = gj_module_set(minor, &negotiates, attributes);
	if (major == GSS_S_COMPLETE && known != NULL)
		major = gj_module_set(minor, &negotiates, known);
	return major;
}

/* The mechanisms of a credential (gssapi_negoex.h). */
GJ_EXPORT OM_uint32
gssspi_set_cred_option(
    OM_uint32 *minor, gss_cred_id_t *cred, gss_OID option, gss_buffer_t value)
{
	struct negoex_problem problem = {0};

	*minor = 0;
	if (*cred == GSS_C_NO_CREDENTIAL || gj_mechglue() == NULL)
		return GSS_S_UNAVAILABLE;
	if (!gj_gss_oid_is(
		option, GSS_NEGOEX_MECHS_OID, sizeof(GSS_NEGOEX_MECHS_OID) - 1))
		return gj_mechglue()->set_cred_option(
		    minor, &((struct gj_cred *)*cred)->inner, option, value);
	if (!negoex_option_mechs((struct gj_cred *)*cred, value, &problem))
		return negoex_problem_status(&problem, minor);
	return GSS_S_COMPLETE;
}
