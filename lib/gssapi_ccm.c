/*
 * libgssccm: what applications call for CCM.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ccm_registry.h"
#include "gss.h"
#include "gssloop.h"
#include "wire_ccm.h"

static gss_OID_desc ccm = {GSS_CCM_OID_LENGTH, (void *)GSS_CCM_OID};

/* --- The registry -----------------------------------------------------------
 */

/* The address in the attribute of a name of CCM. */
static OM_uint32
attribute_read(
    OM_uint32 *minor, gss_name_t name, const struct gj_ccm_registry **registry)
{
	gss_buffer_desc attribute = {sizeof(GJ_CCM_REGISTRY_ATTRIBUTE) - 1,
	    (void *)GJ_CCM_REGISTRY_ATTRIBUTE};
	gss_buffer_desc value = GSS_C_EMPTY_BUFFER;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, ignored;
	int authenticated, complete, more = -1;

	major = gss_get_name_attribute(minor, name, &attribute, &authenticated,
	    &complete, &value, &text, &more);
	if (major == GSS_S_COMPLETE && value.length == sizeof(*registry))
		memcpy(registry, value.value, sizeof(*registry));
	else if (!GSS_ERROR(major))
		major = GSS_S_BAD_MECH;
	gss_release_buffer(&ignored, &value);
	gss_release_buffer(&ignored, &text);
	return major;
}

static OM_uint32
registry_find(OM_uint32 *minor, const struct gj_ccm_registry **registry)
{
	gss_buffer_desc value = {13, (void *)"ccm@localhost"};
	gss_name_t any = GSS_C_NO_NAME, name = GSS_C_NO_NAME;
	OM_uint32 major, ignored;

	major = gss_import_name(minor, &value, &gj_name_hostbased, &any);
	if (major == GSS_S_COMPLETE)
		major = gss_canonicalize_name(minor, any, &ccm, &name);
	if (major == GSS_S_COMPLETE)
		major = attribute_read(minor, name, registry);
	gss_release_name(&ignored, &name);
	gss_release_name(&ignored, &any);
	if (major != GSS_S_COMPLETE && *minor != ENOMEM) {
		*minor = 0;
		major = GSS_S_BAD_MECH;
	}
	return major;
}

/* Modules stay loaded, so what was found once is kept. */
static OM_uint32
registry_get(OM_uint32 *minor, const struct gj_ccm_registry **registry)
{
	static const struct gj_ccm_registry *kept;
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	OM_uint32 major = GSS_S_COMPLETE;

	*minor = 0;
	pthread_mutex_lock(&lock);
	if (kept == NULL)
		major = registry_find(minor, &kept);
	*registry = kept;
	pthread_mutex_unlock(&lock);
	return major;
}

GSSLOOP_API OM_uint32
gss_ccm_register(OM_uint32 *minor, const gss_buffer_desc *identifier,
    gss_ccm_lookup *lookup, void *argument, gss_ccm_application *application)
{
	const struct gj_ccm_registry *registry;
	OM_uint32 major = registry_get(minor, &registry);

	*application = GSS_CCM_NO_APPLICATION;
	if (major != GSS_S_COMPLETE)
		return major;
	return registry->register_application(
	    minor, identifier, lookup, argument, application);
}

GSSLOOP_API OM_uint32
gss_ccm_unregister(OM_uint32 *minor, gss_ccm_application *application)
{
	const struct gj_ccm_registry *registry;
	OM_uint32 major = registry_get(minor, &registry);

	if (major != GSS_S_COMPLETE)
		return major;
	return registry->unregister_application(minor, application);
}

GSSLOOP_API OM_uint32
gss_ccm_bind(OM_uint32 *minor, gss_ccm_application application,
    const void *connection, gss_ctx_id_t context, gss_buffer_t handle)
{
	const struct gj_ccm_registry *registry;
	OM_uint32 major = registry_get(minor, &registry);

	if (handle != GSS_C_NO_BUFFER) {
		handle->value = NULL;
		handle->length = 0;
	}
	if (major != GSS_S_COMPLETE)
		return major;
	return registry->bind(minor, application, connection, context, handle);
}

GSSLOOP_API OM_uint32
gss_ccm_unbind(OM_uint32 *minor, gss_ctx_id_t context)
{
	const struct gj_ccm_registry *registry;
	OM_uint32 major = registry_get(minor, &registry);

	if (major != GSS_S_COMPLETE)
		return major;
	return registry->unbind(minor, context);
}

GSSLOOP_API OM_uint32
gss_ccm_delete_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *context, gss_buffer_t token)
{
	OM_uint32 ignored;

	if (*context != GSS_C_NO_CONTEXT)
		gss_ccm_unbind(&ignored, *context);
	return gss_delete_sec_context(minor, context, token);
}

GSSLOOP_API OM_uint32
gss_ccm_scope(
    OM_uint32 *minor, gss_ccm_application application, const void *connection)
{
	const struct gj_ccm_registry *registry;
	OM_uint32 major = registry_get(minor, &registry);

	if (major != GSS_S_COMPLETE)
		return major;
	return registry->scope(minor, application, connection);
}

/* --- Tokens -----------------------------------------------------------------
 */

GSSLOOP_API OM_uint32
gss_ccm_bootstrap(OM_uint32 *minor, gss_ctx_id_t context,
    const gss_buffer_desc *handle, gss_buffer_t token)
{
	struct gssloop_view pointer = {
	    (const uint8_t *)&context, sizeof(context)};
	struct gssloop_view view = {(const uint8_t *)"", 0};
	struct gj_writer writer;
	uint8_t octets[GJ_CCM_HANDLE_MAX + 64];

	*minor = 0;
	token->value = NULL;
	token->length = 0;
	if (handle != GSS_C_NO_BUFFER && handle->length > 0) {
		view.data = handle->value;
		view.size = handle->length;
	}
	gj_writer_init(&writer, octets, sizeof(octets));
	gj_ccm_bootstrap_encode(&writer, &pointer, &view);
	if (writer.failed) {
		*minor = GSS_CCM_HANDLE_MALFORMED;
		return GSS_S_CALL_BAD_STRUCTURE;
	}
	token->value = malloc(writer.used);
	if (token->value == NULL) {
		*minor = ENOMEM;
		return GSS_S_FAILURE;
	}
	memcpy(token->value, octets, writer.used);
	token->length = writer.used;
	return GSS_S_COMPLETE;
}

/* Whether a token of no octets is right: only for an established CCM. */
static OM_uint32
nothing_check(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t *qop)
{
	gss_OID_desc object = {
	    sizeof(GJ_CCM_ESTABLISHED_OID) - 1, (void *)GJ_CCM_ESTABLISHED_OID};
	gss_buffer_set_t data = GSS_C_NO_BUFFER_SET;
	OM_uint32 major, ignored;

	*minor = 0;
	if (qop != NULL)
		*qop = GSS_C_QOP_DEFAULT;
	if (context == GSS_C_NO_CONTEXT)
		return GSS_S_NO_CONTEXT;
	major = gss_inquire_sec_context_by_oid(minor, context, &object, &data);
	if (data != GSS_C_NO_BUFFER_SET)
		gss_release_buffer_set(&ignored, &data);
	if (major == GSS_S_COMPLETE || major == GSS_S_NO_CONTEXT ||
	    major == GSS_S_CONTEXT_EXPIRED)
		return major;
	*minor = 0;
	return GSS_S_DEFECTIVE_TOKEN;
}

GSSLOOP_API OM_uint32
gss_ccm_verify_mic(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t message,
    gss_buffer_t mic, gss_qop_t *qop)
{
	if (mic->length == 0)
		return nothing_check(minor, context, qop);
	return gss_verify_mic(minor, context, message, mic, qop);
}

GSSLOOP_API OM_uint32
gss_ccm_unwrap(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t wrapped,
    gss_buffer_t message, int *conf, gss_qop_t *qop)
{
	if (wrapped->length > 0)
		return gss_unwrap(minor, context, wrapped, message, conf, qop);
	message->value = NULL;
	message->length = 0;
	if (conf != NULL)
		*conf = 0;
	return nothing_check(minor, context, qop);
}
