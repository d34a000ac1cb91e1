/*
 * The hop mechanism: what the mechglue calls on a context, established or
 * not, once it is there.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "context.h"
#include "mechglue.h"
#include "message.h"
#include "module.h"
#include "name.h"
#include "octets.h"
#include "writer.h"

/* 1.2.840.113554.1.2.2.5.16 and .17; a stock Heimdal has no name for them. */
static const unsigned char inquire_key[] =
    "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x10";
static const unsigned char inquire_verify_key[] =
    "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x11";

/* NULL where it is not established. */
static const struct hop_context *
established(gj_context_in handle)
{
	const struct hop_context *context = (const struct hop_context *)handle;

	return context != NULL && context->hops == 0 && !context->deleted
		   ? context
		   : NULL;
}

/* NULL where it cannot protect messages. */
static const struct hop_context *
protecting(gj_context_in handle)
{
	const struct hop_context *context = (const struct hop_context *)handle;

	return context != NULL && hop_context_protects(context) ? context
								: NULL;
}

GJ_EXPORT OM_uint32
gss_context_time(OM_uint32 *minor, gj_context_in handle, OM_uint32 *lifetime)
{
	*minor = 0;
	*lifetime = GSS_C_INDEFINITE;
	return established(handle) == NULL ? GSS_S_NO_CONTEXT : GSS_S_COMPLETE;
}

GJ_EXPORT OM_uint32
gss_inquire_context(OM_uint32 *minor, gj_context_in handle, gss_name_t *source,
    gss_name_t *target, OM_uint32 *lifetime, gss_OID *mech, OM_uint32 *flags,
    int *initiated, int *open)
{
	const struct hop_context *context = (const struct hop_context *)handle;

	OM_uint32 major;

	*minor = 0;
	if (source != NULL)
		*source = GSS_C_NO_NAME;
	if (target != NULL)
		*target = GSS_C_NO_NAME;
	if (context == NULL || context->deleted)
		return GSS_S_NO_CONTEXT;
	if (lifetime != NULL)
		*lifetime = GSS_C_INDEFINITE;
	if (mech != NULL)
		*mech = context->mech;
	if (flags != NULL)
		*flags = context->flags;
	if (initiated != NULL)
		*initiated = context->initiator;
	if (open != NULL)
		*open = context->hops == 0;
	major = hop_name(minor, source);
	if (major == GSS_S_COMPLETE)
		major = hop_name(minor, target);
	if (major != GSS_S_COMPLETE && source != NULL)
		gj_name_free(source);
	return major;
}

/* Key and enctype, as two members (facts/negoex.md). */
static OM_uint32
key_give(OM_uint32 *minor, uint8_t *key, gss_buffer_set_t *data)
{
	uint8_t enctype[4];
	gss_buffer_desc key_buffer = {HOP_KEY_SIZE, key};
	gss_buffer_desc type_buffer = {sizeof(enctype), enctype};
	struct gj_writer writer;
	OM_uint32 major, ignored;

	gj_writer_init(&writer, enctype, sizeof(enctype));
	gj_writer_u32le(&writer, HOP_ENCTYPE);
	major = gj_mechglue()->add_buffer_set_member(minor, &key_buffer, data);
	if (major == GSS_S_COMPLETE)
		major = gj_mechglue()->add_buffer_set_member(
		    minor, &type_buffer, data);
	if (major != GSS_S_COMPLETE)
		gj_mechglue()->release_buffer_set(&ignored, data);
	return major;
}

GJ_EXPORT OM_uint32
gss_inquire_sec_context_by_oid(OM_uint32 *minor, gj_context_in handle,
    gss_OID object, gss_buffer_set_t *data)
{
	const struct hop_context *context = (const struct hop_context *)handle;
	uint8_t key[HOP_KEY_SIZE];
	bool verify = gj_gss_oid_is(
	    object, inquire_verify_key, sizeof(inquire_verify_key) - 1);

	*minor = 0;
	*data = GSS_C_NO_BUFFER_SET;
	if (context == NULL)
		return GSS_S_NO_CONTEXT;
	if (!verify &&
	    !gj_gss_oid_is(object, inquire_key, sizeof(inquire_key) - 1))
		return GSS_S_UNAVAILABLE;
	if (!hop_context_key(context, verify, key))
		return GSS_S_UNAVAILABLE;
	return key_give(minor, key, data);
}

GJ_EXPORT OM_uint32
gss_get_mic(OM_uint32 *minor, gj_context_in handle, gss_qop_t qop,
    gss_buffer_t message, gss_buffer_t mic)
{
	uint8_t octets[HOP_MIC_SIZE];
	OM_uint32 major = hop_fault_message(HOP_CALL_GET_MIC, minor);

	octets_clear(mic);
	if (protecting(handle) == NULL)
		return GSS_S_NO_CONTEXT;
	if (qop != GSS_C_QOP_DEFAULT)
		return GSS_S_BAD_QOP;
	if (GSS_ERROR(major))
		return major;
	hop_message_mic(message->value, message->length, octets);
	return octets_copy(minor, octets, sizeof(octets), mic) | major;
}

GJ_EXPORT OM_uint32
gss_verify_mic(OM_uint32 *minor, gj_context_in handle, gss_buffer_t message,
    gss_buffer_t mic, gss_qop_t *qop)
{
	uint8_t octets[HOP_MIC_SIZE];
	OM_uint32 major = hop_fault_message(HOP_CALL_VERIFY_MIC, minor);

	if (qop != NULL)
		*qop = GSS_C_QOP_DEFAULT;
	if (protecting(handle) == NULL)
		return GSS_S_NO_CONTEXT;
	hop_message_mic(message->value, message->length, octets);
	if (mic->length == sizeof(octets) &&
	    memcmp(mic->value, octets, sizeof(octets)) == 0)
		return major;
	*minor = HOP_BAD_MESSAGE;
	return GSS_S_BAD_SIG;
}

/* Confidentiality is what the flags say, and that in name only. */
static bool
conf_granted(const struct hop_context *context, int conf)
{
	return hop_fault_conf(conf && (context->flags & GSS_C_CONF_FLAG) != 0);
}

GJ_EXPORT OM_uint32
gss_wrap(OM_uint32 *minor, gj_context_in handle, int conf, gss_qop_t qop,
    gss_buffer_t message, int *conf_state, gss_buffer_t wrapped)
{
	const struct hop_context *context = protecting(handle);
	OM_uint32 major = hop_fault_message(HOP_CALL_WRAP, minor);
	uint8_t *room;

	octets_clear(wrapped);
	if (context == NULL)
		return GSS_S_NO_CONTEXT;
	if (qop != GSS_C_QOP_DEFAULT)
		return GSS_S_BAD_QOP;
	if (GSS_ERROR(major))
		return major;
	room = octets_room(minor, message->length + HOP_WRAP_OVERHEAD, wrapped);
	if (room == NULL)
		return GSS_S_FAILURE;
	hop_message_wrap(
	    message->value, message->length, conf_granted(context, conf), room);
	if (conf_state != NULL)
		*conf_state = conf_granted(context, conf);
	return major;
}

GJ_EXPORT OM_uint32
gss_unwrap(OM_uint32 *minor, gj_context_in handle, gss_buffer_t wrapped,
    gss_buffer_t message, int *conf_state, gss_qop_t *qop)
{
	const struct hop_context *context = protecting(handle);
	OM_uint32 major = hop_fault_message(HOP_CALL_UNWRAP, minor);
	struct gssloop_view inner;
	bool conf;

	octets_clear(message);
	if (qop != NULL)
		*qop = GSS_C_QOP_DEFAULT;
	if (context == NULL)
		return GSS_S_NO_CONTEXT;
	if (GSS_ERROR(major))
		return major;
	if (!hop_message_unwrap(
		wrapped->value, wrapped->length, &inner, &conf)) {
		*minor = HOP_BAD_MESSAGE;
		return GSS_S_DEFECTIVE_TOKEN;
	}
	if (conf_state != NULL)
		*conf_state = conf_granted(context, conf);
	return octets_copy(minor, inner.data, inner.size, message) | major;
}

GJ_EXPORT OM_uint32
gss_wrap_size_limit(OM_uint32 *minor, gj_context_in handle, int conf,
    gss_qop_t qop, OM_uint32 wrapped, OM_uint32 *message)
{
	(void)conf, (void)qop;
	*minor = 0;
	*message = 0;
	if (protecting(handle) == NULL)
		return GSS_S_NO_CONTEXT;
	if (wrapped > HOP_WRAP_OVERHEAD)
		*message = wrapped - HOP_WRAP_OVERHEAD;
	return GSS_S_COMPLETE;
}
