/*
 * CCM: messages in pieces.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "context.h"
#include "iov.h"
#include "mechglue.h"

static OM_uint32
check(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop, int *conf_state)
{
	OM_uint32 major =
	    ccm_context_check(minor, (const struct ccm_context *)context);

	if (conf_state != NULL)
		*conf_state = 0;
	if (major != GSS_S_COMPLETE)
		return major;
	return qop == GSS_C_QOP_DEFAULT ? GSS_S_COMPLETE : GSS_S_BAD_QOP;
}

static OM_uint32
make(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop, int *conf_state,
    gss_iov_buffer_desc *iov, int count)
{
	OM_uint32 major = check(minor, context, qop, conf_state);

	if (major == GSS_S_COMPLETE)
		ccm_iov_make(iov, count);
	return major;
}

static OM_uint32
take(OM_uint32 *minor, gss_ctx_id_t context, int *conf_state, gss_qop_t *qop,
    gss_iov_buffer_desc *iov, int count)
{
	OM_uint32 major = check(minor, context, GSS_C_QOP_DEFAULT, conf_state);

	if (qop != NULL)
		*qop = GSS_C_QOP_DEFAULT;
	if (major != GSS_S_COMPLETE || ccm_iov_take(iov, count))
		return major;
	*minor = GJ_CCM_HANDLE_MALFORMED;
	return GSS_S_DEFECTIVE_TOKEN;
}

GJ_EXPORT OM_uint32
gss_wrap_iov(OM_uint32 *minor, gss_ctx_id_t context, int conf, gss_qop_t qop,
    int *conf_state, gss_iov_buffer_desc *iov, int count)
{
	(void)conf; /* what was granted is in conf_state: nothing */
	return make(minor, context, qop, conf_state, iov, count);
}

GJ_EXPORT OM_uint32
gss_wrap_iov_length(OM_uint32 *minor, gss_ctx_id_t context, int conf,
    gss_qop_t qop, int *conf_state, gss_iov_buffer_desc *iov, int count)
{
	(void)conf;
	return make(minor, context, qop, conf_state, iov, count);
}

GJ_EXPORT OM_uint32
gss_unwrap_iov(OM_uint32 *minor, gss_ctx_id_t context, int *conf_state,
    gss_qop_t *qop, gss_iov_buffer_desc *iov, int count)
{
	return take(minor, context, conf_state, qop, iov, count);
}

GJ_EXPORT OM_uint32
gss_get_mic_iov(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop,
    gss_iov_buffer_desc *iov, int count)
{
	return make(minor, context, qop, NULL, iov, count);
}

GJ_EXPORT OM_uint32
gss_get_mic_iov_length(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop,
    gss_iov_buffer_desc *iov, int count)
{
	return make(minor, context, qop, NULL, iov, count);
}

GJ_EXPORT OM_uint32
gss_verify_mic_iov(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t *qop,
    gss_iov_buffer_desc *iov, int count)
{
	return take(minor, context, NULL, qop, iov, count);
}
