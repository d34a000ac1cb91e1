/*
 * CCM, the credential cache mechanism (draft-eisler-nfsv4-ccm-00, doc/ccm.md):
 * what the mechglue calls to establish a context.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "loaded.h"
#include "mechglue.h"
#include "module.h"
#include "name.h"
#include "registry.h"
#include "trouble.h"
#include "wire_initial.h"

/* 1.3.6.1.5.5.11 */
gss_OID_desc gj_module_mech = {GSS_CCM_OID_LENGTH, (void *)GSS_CCM_OID};

/* None: names stay what they are, there are no credentials. */
OM_uint32
gj_module_mechs(OM_uint32 *minor, gss_OID_set *mechs)
{
	static gss_OID_set_desc none;

	*minor = 0;
	*mechs = &none;
	return GSS_S_COMPLETE;
}

static void
clear(gss_buffer_t buffer)
{
	buffer->value = NULL;
	buffer->length = 0;
}

static OM_uint32
refuse(OM_uint32 *minor, OM_uint32 major, enum gj_ccm_status status)
{
	*minor = status;
	return major;
}

static OM_uint32
no_memory(OM_uint32 *minor)
{
	*minor = ENOMEM;
	return GSS_S_FAILURE;
}

/* --- Initiator --------------------------------------------------------------
 */

/* The binding that the application's bootstrap token names (section 4.1). */
static OM_uint32
bootstrap_read(OM_uint32 *minor, gss_buffer_t token, struct gj_ccm_input *input,
    struct ccm_binding **binding)
{
	gss_ctx_id_t context;

	*binding = NULL;
	if (token == GSS_C_NO_BUFFER || token->length == 0)
		return refuse(minor, GSS_S_NO_CRED, GJ_CCM_HANDLE_NOT_FOUND);
	if (!gj_ccm_input_decode(token->value, token->length, input) ||
	    input->context.size != sizeof(context))
		return refuse(
		    minor, GSS_S_DEFECTIVE_TOKEN, GJ_CCM_HANDLE_MALFORMED);
	memcpy(&context, input->context.data, sizeof(context));
	*binding = ccm_registry_initiator(context);
	if (*binding == NULL)
		return refuse(minor, GSS_S_NO_CONTEXT, GJ_CCM_HANDLE_NOT_FOUND);
	if (!ccm_binding_expired(*binding))
		return GSS_S_COMPLETE;
	ccm_binding_free(binding);
	return refuse(minor, GSS_S_CREDENTIALS_EXPIRED, GJ_CCM_HANDLE_EXPIRED);
}

/* The framed handle. */
static OM_uint32
initial_make(
    OM_uint32 *minor, const struct gssloop_view *handle, gss_buffer_t output)
{
	uint8_t octets[GJ_CCM_HANDLE_MAX + 8];
	struct gj_writer writer;
	gss_buffer_desc bare;

	*minor = 0;
	gj_writer_init(&writer, octets, sizeof(octets));
	gj_ccm_initial_encode(&writer, handle);
	bare.value = octets;
	bare.length = writer.used;
	return gj_mechglue()->encapsulate_token(&bare, &gj_module_mech, output);
}

static OM_uint32
initiator_begin(OM_uint32 *minor, gss_ctx_id_t *handle, gss_buffer_t input,
    gss_buffer_t output)
{
	struct ccm_binding *binding;
	struct ccm_context *context;
	struct gj_ccm_input bootstrap;
	OM_uint32 major = bootstrap_read(minor, input, &bootstrap, &binding);

	if (major != GSS_S_COMPLETE)
		return major;
	context = ccm_context_new(true, &binding);
	if (context == NULL)
		return no_memory(minor);
	major = initial_make(minor, &bootstrap.handle, output);
	if (major != GSS_S_COMPLETE) {
		ccm_context_free(&context);
		return major;
	}
	*handle = (gss_ctx_id_t)context;
	return GSS_S_CONTINUE_NEEDED;
}

/* The response ends it, either way; whatever comes then is one too many. */
static OM_uint32
initiator_end(OM_uint32 *minor, struct ccm_context *context, gss_buffer_t input)
{
	enum gj_ccm_status status;
	OM_uint32 major;

	if (!context->initiator || context->state == CCM_CLOSED)
		return GSS_S_NO_CONTEXT;
	if (context->state == CCM_OPEN)
		return refuse(
		    minor, GSS_S_DEFECTIVE_TOKEN, GJ_CCM_HANDLE_MALFORMED);
	context->state = CCM_CLOSED;
	if (input == GSS_C_NO_BUFFER ||
	    !gj_ccm_response_decode(input->value, input->length, &status))
		status = GJ_CCM_HANDLE_MALFORMED;
	if (status != GJ_CCM_OK)
		return refuse(minor, ccm_status_major(status), status);
	context->state = CCM_OPEN;
	major = ccm_context_check(minor, context);
	if (major != GSS_S_COMPLETE)
		context->state = CCM_CLOSED;
	return major;
}

/* What both roles give out alike of one that goes on. */
static void
give(const struct ccm_context *context, gss_OID *mech, OM_uint32 *flags,
    OM_uint32 *lifetime)
{
	if (mech != NULL)
		*mech = &gj_module_mech;
	if (flags != NULL)
		*flags = ccm_context_flags(context->binding->flags);
	if (flags != NULL && context->state == CCM_WAITING)
		*flags &= ~(OM_uint32)GSS_C_PROT_READY_FLAG;
	if (lifetime != NULL)
		*lifetime = ccm_binding_lifetime(context->binding);
}

/* Target, flags, lifetime and channel bindings are the associated context's:
 * there is no token of CCM that could carry others. */
GJ_EXPORT OM_uint32
gss_init_sec_context(OM_uint32 *minor, gj_cred_in cred, gss_ctx_id_t *handle,
    gj_name_in target, gss_OID asked, OM_uint32 flags, OM_uint32 lifetime,
    gss_channel_bindings_t bindings, gss_buffer_t input, gss_OID *mech,
    gss_buffer_t output, OM_uint32 *granted, OM_uint32 *time_granted)
{
	OM_uint32 major;

	(void)cred, (void)target, (void)asked, (void)flags, (void)lifetime;
	(void)bindings;
	*minor = 0;
	clear(output);
	if (gj_mechglue() == NULL)
		return GSS_S_UNAVAILABLE;
	if (*handle == GSS_C_NO_CONTEXT)
		major = initiator_begin(minor, handle, input, output);
	else
		major =
		    initiator_end(minor, (struct ccm_context *)*handle, input);
	if (!GSS_ERROR(major))
		give(
		    (struct ccm_context *)*handle, mech, granted, time_granted);
	return major;
}

/* --- Target -----------------------------------------------------------------
 */

/* What the initiator's token finds; false where it is not framed as ours. */
static bool
initial_read(gss_buffer_t token, enum gj_ccm_status *status,
    struct ccm_binding **binding)
{
	struct gssloop_view oid, inner, handle;

	*binding = NULL;
	*status = GJ_CCM_HANDLE_MALFORMED;
	if (!gj_initial_decode(token->value, token->length, &oid, &inner) ||
	    !gj_gss_oid_is(&gj_module_mech, oid.data, oid.size))
		return false;
	if (gj_ccm_initial_decode(inner.data, inner.size, &handle))
		*status = ccm_registry_target(&handle, binding);
	return true;
}

static OM_uint32
response_make(OM_uint32 *minor, enum gj_ccm_status status, gss_buffer_t output)
{
	struct gj_writer writer;

	/* Both mechglues release it with free(). */
	output->value = malloc(GJ_CCM_RESPONSE);
	if (output->value == NULL)
		return no_memory(minor);
	output->length = GJ_CCM_RESPONSE;
	gj_writer_init(&writer, output->value, GJ_CCM_RESPONSE);
	gj_ccm_response_encode(&writer, status);
	return GSS_S_COMPLETE;
}

/* The initiator's name, of the associated context. */
static OM_uint32
source_give(
    OM_uint32 *minor, const struct ccm_context *context, gss_name_t *source)
{
	gss_name_t inner_source = GSS_C_NO_NAME;
	gss_ctx_id_t inner;
	OM_uint32 major;

	if (source == NULL)
		return GSS_S_COMPLETE;
	major = ccm_context_enter(minor, (gss_ctx_id_t)context, &inner);
	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->inquire_context(
	    minor, inner, &inner_source, NULL, NULL, NULL, NULL, NULL, NULL);
	ccm_context_leave((gss_ctx_id_t)context);
	if (major != GSS_S_COMPLETE)
		return gj_trouble_keep(major, *minor);
	return gj_name_wrap(minor, &inner_source, source);
}

/* An answer goes out only when nothing is left that could fail. */
static OM_uint32
target_open(OM_uint32 *minor, struct ccm_binding **binding, gss_name_t *source,
    gss_buffer_t output, struct ccm_context **out)
{
	struct ccm_context *context = ccm_context_new(false, binding);
	OM_uint32 major;

	if (context == NULL)
		return no_memory(minor);
	major = source_give(minor, context, source);
	if (major == GSS_S_COMPLETE)
		major = response_make(minor, GJ_CCM_OK, output);
	if (major == GSS_S_COMPLETE) {
		*out = context;
		return major;
	}
	if (source != NULL)
		gj_name_free(source);
	ccm_context_free(&context);
	return major;
}

static OM_uint32
target_refuse(OM_uint32 *minor, enum gj_ccm_status status, gss_buffer_t output)
{
	if (response_make(minor, status, output) != GSS_S_COMPLETE)
		return GSS_S_FAILURE;
	return refuse(minor, ccm_status_major(status), status);
}

/* Heimdal's mechglue wants the source to be said: its own variable is not
 * initialised (gss_accept_sec_context.c:163). */
GJ_EXPORT OM_uint32
gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *handle, gj_cred_in cred,
    gss_buffer_t input, gss_channel_bindings_t bindings, gss_name_t *source,
    gss_OID *mech, gss_buffer_t output, OM_uint32 *granted,
    OM_uint32 *time_granted, gss_cred_id_t *delegated)
{
	struct ccm_context *context = NULL;
	struct ccm_binding *binding;
	enum gj_ccm_status status;
	OM_uint32 major;

	(void)cred, (void)bindings;
	*minor = 0;
	clear(output);
	if (source != NULL)
		*source = GSS_C_NO_NAME;
	if (delegated != NULL)
		*delegated = GSS_C_NO_CREDENTIAL;
	if (gj_mechglue() == NULL)
		return GSS_S_UNAVAILABLE;
	if (*handle != GSS_C_NO_CONTEXT ||
	    !initial_read(input, &status, &binding))
		return refuse(
		    minor, GSS_S_DEFECTIVE_TOKEN, GJ_CCM_HANDLE_MALFORMED);
	if (status != GJ_CCM_OK)
		return target_refuse(minor, status, output);
	major = target_open(minor, &binding, source, output, &context);
	if (major != GSS_S_COMPLETE)
		return major;
	*handle = (gss_ctx_id_t)context;
	give(context, mech, granted, time_granted);
	return GSS_S_COMPLETE;
}

/* --- Both -------------------------------------------------------------------
 */

/* The associated context is the application's, and stays. */
GJ_EXPORT OM_uint32
gss_delete_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *handle, gss_buffer_t token)
{
	struct ccm_context *context = (struct ccm_context *)*handle;

	*minor = 0;
	if (token != GSS_C_NO_BUFFER)
		clear(token);
	*handle = GSS_C_NO_CONTEXT;
	ccm_context_free(&context);
	return GSS_S_COMPLETE;
}

/* The one token that there may be is a peer's delete token, of no octets. */
GJ_EXPORT OM_uint32
gss_process_context_token(
    OM_uint32 *minor, gj_context_in handle, gss_buffer_t token)
{
	struct ccm_context *context = (struct ccm_context *)handle;
	OM_uint32 major = ccm_context_check(minor, context);

	if (GSS_ERROR(major) && major != GSS_S_CONTEXT_EXPIRED)
		return major;
	if (token->length > 0)
		return refuse(
		    minor, GSS_S_DEFECTIVE_TOKEN, GJ_CCM_HANDLE_MALFORMED);
	*minor = 0;
	context->state = CCM_CLOSED;
	return GSS_S_COMPLETE;
}

/* The texts of the major status are the mechglue's. */
GJ_EXPORT OM_uint32
gss_display_status(OM_uint32 *minor, OM_uint32 value, int type, gss_OID mech,
    OM_uint32 *more, gss_buffer_t text)
{
	const char *found = gj_ccm_status_text(value);

	(void)mech; /* ours */
	*minor = 0;
	*more = 0;
	clear(text);
	if (type != GSS_C_MECH_CODE)
		return GSS_S_BAD_STATUS;
	if (found == NULL)
		return gj_trouble_text(minor, value, text);
	text->value = strdup(found);
	if (text->value == NULL)
		return no_memory(minor);
	text->length = strlen(found);
	return GSS_S_COMPLETE;
}

GJ_EXPORT OM_uint32
gss_indicate_mechs(OM_uint32 *minor, gss_OID_set *mechs)
{
	return gj_module_set(minor, &gj_module_mech, mechs);
}
