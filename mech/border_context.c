/*
 * The border of a module whose established contexts are the mechglue's: what
 * is asked of a context as a whole.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "mechglue.h"
#include "module.h"
#include "name.h"

GJ_EXPORT OM_uint32
gss_context_time(OM_uint32 *minor, gj_context_in context, OM_uint32 *lifetime)
{
	gss_ctx_id_t inner;
	OM_uint32 major =
	    gj_module_context(minor, (gss_ctx_id_t)context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->context_time(minor, inner, lifetime);
}

/*
 * Names are wanted as ours: both mechglues take what comes back for names of
 * the mechanism that they asked (gss_inquire_context.c in Heimdal,
 * g_inq_context.c in MIT).  The mechanism they pass on as it is, so the
 * application sees the one that authenticated, as with SPNEGO.
 */
GJ_EXPORT OM_uint32
gss_inquire_context(OM_uint32 *minor, gj_context_in context, gss_name_t *source,
    gss_name_t *target, OM_uint32 *lifetime, gss_OID *mech, OM_uint32 *flags,
    int *initiated, int *open)
{
	gss_name_t inner_source = GSS_C_NO_NAME, inner_target = GSS_C_NO_NAME;
	gss_ctx_id_t inner;
	OM_uint32 major, ignored;

	if (source != NULL)
		*source = GSS_C_NO_NAME;
	if (target != NULL)
		*target = GSS_C_NO_NAME;
	major = gj_module_context(minor, (gss_ctx_id_t)context, &inner);
	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->inquire_context(minor, inner,
	    source == NULL ? NULL : &inner_source,
	    target == NULL ? NULL : &inner_target, lifetime, mech, flags,
	    initiated, open);
	if (major != GSS_S_COMPLETE)
		return major;
	if (source != NULL)
		major = gj_name_wrap(minor, &inner_source, source);
	if (major == GSS_S_COMPLETE && target != NULL)
		major = gj_name_wrap(minor, &inner_target, target);
	if (major != GSS_S_COMPLETE) {
		if (inner_target != GSS_C_NO_NAME)
			gj_mechglue()->release_name(&ignored, &inner_target);
		if (source != NULL)
			gj_name_free(source);
	}
	return major;
}

GJ_EXPORT OM_uint32
gss_set_sec_context_option(
    OM_uint32 *minor, gss_ctx_id_t *context, gss_OID option, gss_buffer_t value)
{
	gss_ctx_id_t inner;
	OM_uint32 major = gj_module_context(minor, *context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->set_sec_context_option(
	    minor, &inner, option, value);
}

GJ_EXPORT OM_uint32
gss_pseudo_random(OM_uint32 *minor, gss_ctx_id_t context, int key,
    gss_buffer_t input, ssize_t size, gss_buffer_t output)
{
	gss_ctx_id_t inner;
	OM_uint32 major = gj_module_context(minor, context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->pseudo_random(
	    minor, inner, key, input, size, output);
}

GJ_EXPORT OM_uint32
gss_process_context_token(
    OM_uint32 *minor, gj_context_in handle, gss_buffer_t token)
{
	gss_ctx_id_t inner;
	OM_uint32 major =
	    gj_module_context(minor, (gss_ctx_id_t)handle, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->process_context_token(minor, inner, token);
}
