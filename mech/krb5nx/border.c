/*
 * krb5nx: krb5 with the interface that NEGOEX wants (doc/krb5nx.md); what the
 * mechglue calls to establish a context.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Contexts, names and credentials are the mechglue's, of krb5.  Whatever is
 * reported of a context says krb5: with another mechanism than ours, both
 * mechglues take a delegated credential as it is, so that the application
 * gets one of krb5 (gss_accept_sec_context.c, g_accept_sec_context.c).
 */
#include <stdlib.h>

#include "context.h"
#include "cred.h"
#include "frame.h"
#include "guard.h"
#include "mechglue.h"
#include "module.h"
#include "name.h"
#include "trouble.h"

/* 2.25.1250455124 */
gss_OID_desc gj_module_mech = {6, (void *)"\x69\x84\xd4\xa1\xdc\x54"};

OM_uint32
gj_module_mechs(OM_uint32 *minor, gss_OID_set *mechs)
{
	static gss_OID_set_desc krb5 = {1, &gj_mech_krb5};

	*minor = 0;
	*mechs = &krb5;
	return GSS_S_COMPLETE;
}

static void
clear(gss_buffer_t buffer)
{
	buffer->value = NULL;
	buffer->length = 0;
}

/*
 * What a call upward did to a context: a first call that failed leaves none,
 * a later one what there was.
 */
static OM_uint32
settle(OM_uint32 *minor, OM_uint32 major, struct krb5nx_context *context,
    gss_ctx_id_t *handle)
{
	if (!GSS_ERROR(major)) {
		*handle = (gss_ctx_id_t)context;
		return major;
	}
	gj_trouble_keep(major, *minor);
	if (*handle == GSS_C_NO_CONTEXT)
		krb5nx_context_free(&context, GSS_C_NO_BUFFER);
	return major;
}

GJ_EXPORT OM_uint32
gss_init_sec_context(OM_uint32 *minor, gj_cred_in cred, gss_ctx_id_t *handle,
    gj_name_in target, gss_OID asked, OM_uint32 flags, OM_uint32 lifetime,
    gss_channel_bindings_t bindings, gss_buffer_t input, gss_OID *mech,
    gss_buffer_t output, OM_uint32 *granted, OM_uint32 *time_granted)
{
	struct krb5nx_context *context = (struct krb5nx_context *)*handle;
	bool first = context == NULL;
	gss_name_t inner_target;
	OM_uint32 major, ignored;

	(void)asked; /* ours */
	clear(output);
	/* A stock Heimdal crashes on an answer that is not krb5's. */
	if (!first && (input == GSS_C_NO_BUFFER ||
			  !gj_guard_reply(&gj_mech_krb5, GSS_C_NO_OID,
			      input->value, input->length))) {
		*minor = 0;
		return GSS_S_DEFECTIVE_TOKEN;
	}
	major = gj_name_inner(minor, (gss_name_t)target, &inner_target);
	if (major == GSS_S_COMPLETE && first)
		major = krb5nx_context_new(minor, &context);
	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->init_sec_context(minor,
	    gj_cred_inner((gss_cred_id_t)cred), &context->inner, inner_target,
	    &gj_mech_krb5, flags, lifetime, bindings, input, mech, output,
	    granted, time_granted);
	if (first && !GSS_ERROR(major) &&
	    krb5nx_frame_put(&ignored, output) != GSS_S_COMPLETE)
		major = GSS_S_FAILURE;
	return settle(minor, major, context, handle);
}

/* What a call that fails after all has been given. */
static void
results_drop(gss_buffer_t output, gss_cred_id_t *delegated)
{
	OM_uint32 ignored;

	gj_mechglue()->release_buffer(&ignored, output);
	if (delegated != NULL && *delegated != GSS_C_NO_CREDENTIAL)
		gj_mechglue()->release_cred(&ignored, delegated);
}

GJ_EXPORT OM_uint32
gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *handle, gj_cred_in cred,
    gss_buffer_t input, gss_channel_bindings_t bindings, gss_name_t *source,
    gss_OID *mech, gss_buffer_t output, OM_uint32 *granted,
    OM_uint32 *time_granted, gss_cred_id_t *delegated)
{
	struct krb5nx_context *context = (struct krb5nx_context *)*handle;
	gss_name_t inner_source = GSS_C_NO_NAME;
	gss_buffer_desc token = *input;
	OM_uint32 major = GSS_S_COMPLETE, named;

	*minor = 0;
	clear(output);
	if (source != NULL)
		*source = GSS_C_NO_NAME;
	if (delegated != NULL)
		*delegated = GSS_C_NO_CREDENTIAL;
	if (gj_mechglue() == NULL)
		return GSS_S_UNAVAILABLE;
	if (context == NULL) {
		if (!krb5nx_frame_take(input, &token))
			return GSS_S_DEFECTIVE_TOKEN;
		major = krb5nx_context_new(minor, &context);
	}
	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->accept_sec_context(minor, &context->inner,
	    gj_cred_inner((gss_cred_id_t)cred), &token, bindings,
	    source == NULL ? NULL : &inner_source, mech, output, granted,
	    time_granted, delegated);
	if (source != NULL) {
		named = gj_name_wrap(minor, &inner_source, source);
		if (named != GSS_S_COMPLETE && !GSS_ERROR(major)) {
			major = named;
			results_drop(output, delegated);
		}
	}
	return settle(minor, major, context, handle);
}

GJ_EXPORT OM_uint32
gss_delete_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *handle, gss_buffer_t token)
{
	struct krb5nx_context *context = (struct krb5nx_context *)*handle;

	*minor = 0;
	if (token != GSS_C_NO_BUFFER)
		clear(token);
	*handle = GSS_C_NO_CONTEXT;
	krb5nx_context_free(&context, token);
	return GSS_S_COMPLETE;
}

/* The mechglue's token says whose context it is, and so needs no frame. */
GJ_EXPORT OM_uint32
gss_export_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *handle, gss_buffer_t token)
{
	struct krb5nx_context *context = (struct krb5nx_context *)*handle;
	OM_uint32 major;

	*minor = 0;
	clear(token);
	if (context == NULL || context->inner == GSS_C_NO_CONTEXT)
		return GSS_S_NO_CONTEXT;
	major =
	    gj_mechglue()->export_sec_context(minor, &context->inner, token);
	if (major != GSS_S_COMPLETE)
		return major;
	*handle = GSS_C_NO_CONTEXT;
	krb5nx_context_free(&context, GSS_C_NO_BUFFER);
	return GSS_S_COMPLETE;
}

GJ_EXPORT OM_uint32
gss_import_sec_context(
    OM_uint32 *minor, gss_buffer_t token, gss_ctx_id_t *handle)
{
	struct krb5nx_context *context;
	OM_uint32 major;

	*minor = 0;
	*handle = GSS_C_NO_CONTEXT;
	if (gj_mechglue() == NULL)
		return GSS_S_UNAVAILABLE;
	major = krb5nx_context_new(minor, &context);
	if (major != GSS_S_COMPLETE)
		return major;
	major =
	    gj_mechglue()->import_sec_context(minor, token, &context->inner);
	return settle(minor, major, context, handle);
}

/* The texts of the major status are the mechglue's. */
GJ_EXPORT OM_uint32
gss_display_status(OM_uint32 *minor, OM_uint32 value, int type, gss_OID mech,
    OM_uint32 *more, gss_buffer_t text)
{
	(void)mech; /* ours */
	*minor = 0;
	*more = 0;
	clear(text);
	if (type != GSS_C_MECH_CODE)
		return GSS_S_BAD_STATUS;
	return gj_trouble_text(minor, value, text);
}

GJ_EXPORT OM_uint32
gss_indicate_mechs(OM_uint32 *minor, gss_OID_set *mechs)
{
	return gj_module_set(minor, &gj_module_mech, mechs);
}
