/*
 * CCM: the calls on an established context that make no token, made again on
 * the associated one (section 4.3).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * mech/border_context.c does the same for modules that own their contexts;
 * here the application may take it away while it is being asked.
 */
#include "ccm_registry.h"
#include "context.h"
#include "mechglue.h"
#include "module.h"
#include "name.h"
#include "trouble.h"

/* Ends a call on the associated context, with the text if it failed. */
static OM_uint32
leave(gss_ctx_id_t handle, OM_uint32 major, OM_uint32 minor)
{
	ccm_context_leave(handle);
	return GSS_ERROR(major) ? gj_trouble_keep(major, minor) : major;
}

GJ_EXPORT OM_uint32
gss_context_time(OM_uint32 *minor, gj_context_in context, OM_uint32 *lifetime)
{
	gss_ctx_id_t handle = (gss_ctx_id_t)context, inner;
	OM_uint32 major = ccm_context_enter(minor, handle, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->context_time(minor, inner, lifetime);
	return leave(handle, major, *minor);
}

/* Names become ours, which both mechglues expect of us. */
static OM_uint32
names_give(OM_uint32 *minor, gss_name_t *inner_source, gss_name_t *inner_target,
    gss_name_t *source, gss_name_t *target)
{
	OM_uint32 major = GSS_S_COMPLETE, ignored;

	if (source != NULL)
		major = gj_name_wrap(minor, inner_source, source);
	if (major == GSS_S_COMPLETE && target != NULL)
		major = gj_name_wrap(minor, inner_target, target);
	if (major == GSS_S_COMPLETE)
		return major;
	if (*inner_target != GSS_C_NO_NAME)
		gj_mechglue()->release_name(&ignored, inner_target);
	if (source != NULL)
		gj_name_free(source);
	return major;
}

/* Names and lifetime are the associated context's; mechanism, flags and role
 * our own, since they say how messages are protected (doc/ccm.md). */
GJ_EXPORT OM_uint32
gss_inquire_context(OM_uint32 *minor, gj_context_in context, gss_name_t *source,
    gss_name_t *target, OM_uint32 *lifetime, gss_OID *mech, OM_uint32 *flags,
    int *initiated, int *open)
{
	gss_name_t inner_source = GSS_C_NO_NAME, inner_target = GSS_C_NO_NAME;
	gss_ctx_id_t handle = (gss_ctx_id_t)context, inner;
	OM_uint32 major, inner_flags = 0;

	if (source != NULL)
		*source = GSS_C_NO_NAME;
	if (target != NULL)
		*target = GSS_C_NO_NAME;
	major = ccm_context_enter(minor, handle, &inner);
	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->inquire_context(minor, inner,
	    source == NULL ? NULL : &inner_source,
	    target == NULL ? NULL : &inner_target, lifetime, NULL, &inner_flags,
	    initiated, open);
	major = leave(handle, major, *minor);
	if (major != GSS_S_COMPLETE)
		return major;
	if (mech != NULL)
		*mech = &gj_module_mech;
	if (flags != NULL)
		*flags = ccm_context_flags(inner_flags);
	return names_give(minor, &inner_source, &inner_target, source, target);
}

GJ_EXPORT OM_uint32
gss_pseudo_random(OM_uint32 *minor, gss_ctx_id_t handle, int key,
    gss_buffer_t input, ssize_t size, gss_buffer_t output)
{
	gss_ctx_id_t inner;
	OM_uint32 major = ccm_context_enter(minor, handle, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->pseudo_random(
	    minor, inner, key, input, size, output);
	return leave(handle, major, *minor);
}

GJ_EXPORT OM_uint32
gss_set_sec_context_option(
    OM_uint32 *minor, gss_ctx_id_t *context, gss_OID option, gss_buffer_t value)
{
	gss_ctx_id_t inner;
	OM_uint32 major = ccm_context_enter(minor, *context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	major =
	    gj_mechglue()->set_sec_context_option(minor, &inner, option, value);
	return leave(*context, major, *minor);
}

/* libgssccm asks whether this is one of ours, for every message that it
 * verifies: the answer is the major status, without a set. */
GJ_EXPORT OM_uint32
gss_inquire_sec_context_by_oid(OM_uint32 *minor, gj_context_in context,
    gss_OID object, gss_buffer_set_t *data)
{
	gss_ctx_id_t handle = (gss_ctx_id_t)context, inner;
	OM_uint32 major;

	*data = GSS_C_NO_BUFFER_SET;
	if (gj_gss_oid_is(object, GJ_CCM_ESTABLISHED_OID,
		sizeof(GJ_CCM_ESTABLISHED_OID) - 1))
		return ccm_context_check(
		    minor, (const struct ccm_context *)handle);
	major = ccm_context_enter(minor, handle, &inner);
	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->inquire_sec_context_by_oid(
	    minor, inner, object, data);
	return leave(handle, major, *minor);
}
