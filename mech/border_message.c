/*
 * The border of a module whose established contexts are the mechglue's: what
 * protects messages.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "mechglue.h"
#include "module.h"

GJ_EXPORT OM_uint32
gss_get_mic(OM_uint32 *minor, gj_context_in context, gss_qop_t qop,
    gss_buffer_t message, gss_buffer_t mic)
{
	gss_ctx_id_t inner;
	OM_uint32 major =
	    gj_module_context(minor, (gss_ctx_id_t)context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->get_mic(minor, inner, qop, message, mic);
}

GJ_EXPORT OM_uint32
gss_verify_mic(OM_uint32 *minor, gj_context_in context, gss_buffer_t message,
    gss_buffer_t mic, gss_qop_t *qop)
{
	gss_ctx_id_t inner;
	OM_uint32 major =
	    gj_module_context(minor, (gss_ctx_id_t)context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->verify_mic(minor, inner, message, mic, qop);
}

GJ_EXPORT OM_uint32
gss_wrap(OM_uint32 *minor, gj_context_in context, int conf, gss_qop_t qop,
    gss_buffer_t message, int *conf_state, gss_buffer_t wrapped)
{
	gss_ctx_id_t inner;
	OM_uint32 major =
	    gj_module_context(minor, (gss_ctx_id_t)context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->wrap(
	    minor, inner, conf, qop, message, conf_state, wrapped);
}

GJ_EXPORT OM_uint32
gss_unwrap(OM_uint32 *minor, gj_context_in context, gss_buffer_t wrapped,
    gss_buffer_t message, int *conf_state, gss_qop_t *qop)
{
	gss_ctx_id_t inner;
	OM_uint32 major =
	    gj_module_context(minor, (gss_ctx_id_t)context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->unwrap(
	    minor, inner, wrapped, message, conf_state, qop);
}

GJ_EXPORT OM_uint32
gss_wrap_size_limit(OM_uint32 *minor, gj_context_in context, int conf,
    gss_qop_t qop, OM_uint32 wrapped, OM_uint32 *message)
{
	gss_ctx_id_t inner;
	OM_uint32 major =
	    gj_module_context(minor, (gss_ctx_id_t)context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->wrap_size_limit(
	    minor, inner, conf, qop, wrapped, message);
}

GJ_EXPORT OM_uint32
gss_wrap_iov(OM_uint32 *minor, gss_ctx_id_t context, int conf, gss_qop_t qop,
    int *conf_state, gss_iov_buffer_desc *iov, int count)
{
	gss_ctx_id_t inner;
	OM_uint32 major = gj_module_context(minor, context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->wrap_iov(
	    minor, inner, conf, qop, conf_state, iov, count);
}

GJ_EXPORT OM_uint32
gss_unwrap_iov(OM_uint32 *minor, gss_ctx_id_t context, int *conf_state,
    gss_qop_t *qop, gss_iov_buffer_desc *iov, int count)
{
	gss_ctx_id_t inner;
	OM_uint32 major = gj_module_context(minor, context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->unwrap_iov(
	    minor, inner, conf_state, qop, iov, count);
}

GJ_EXPORT OM_uint32
gss_wrap_iov_length(OM_uint32 *minor, gss_ctx_id_t context, int conf,
    gss_qop_t qop, int *conf_state, gss_iov_buffer_desc *iov, int count)
{
	gss_ctx_id_t inner;
	OM_uint32 major = gj_module_context(minor, context, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->wrap_iov_length(
	    minor, inner, conf, qop, conf_state, iov, count);
}
