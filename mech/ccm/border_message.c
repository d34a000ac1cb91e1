/*
 * CCM: messages, which it leaves as they are (sections 3.2 and 3.3).
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "mechglue.h"

/* Whether messages may pass, with this quality of protection: none at all. */
static OM_uint32
check(OM_uint32 *minor, gj_context_in context, gss_qop_t qop)
{
	OM_uint32 major =
	    ccm_context_check(minor, (const struct ccm_context *)context);

	if (major != GSS_S_COMPLETE)
		return major;
	return qop == GSS_C_QOP_DEFAULT ? GSS_S_COMPLETE : GSS_S_BAD_QOP;
}

static void
report(int *conf_state, gss_qop_t *qop)
{
	if (conf_state != NULL)
		*conf_state = 0;
	if (qop != NULL)
		*qop = GSS_C_QOP_DEFAULT;
}

static OM_uint32
copy(OM_uint32 *minor, gss_buffer_t from, gss_buffer_t to)
{
	if (from->length == 0)
		return GSS_S_COMPLETE;
	/* Both mechglues release it with free(). */
	to->value = malloc(from->length);
	if (to->value == NULL) {
		*minor = ENOMEM;
		return GSS_S_FAILURE;
	}
	memcpy(to->value, from->value, from->length);
	to->length = from->length;
	return GSS_S_COMPLETE;
}

static OM_uint32
defective(OM_uint32 *minor)
{
	*minor = GJ_CCM_HANDLE_MALFORMED;
	return GSS_S_DEFECTIVE_TOKEN;
}

GJ_EXPORT OM_uint32
gss_get_mic(OM_uint32 *minor, gj_context_in context, gss_qop_t qop,
    gss_buffer_t message, gss_buffer_t mic)
{
	(void)message;
	mic->value = NULL;
	mic->length = 0;
	return check(minor, context, qop);
}

GJ_EXPORT OM_uint32
gss_verify_mic(OM_uint32 *minor, gj_context_in context, gss_buffer_t message,
    gss_buffer_t mic, gss_qop_t *qop)
{
	OM_uint32 major = check(minor, context, GSS_C_QOP_DEFAULT);

	(void)message;
	report(NULL, qop);
	if (major != GSS_S_COMPLETE)
		return major;
	return mic->length == 0 ? GSS_S_COMPLETE : defective(minor);
}

GJ_EXPORT OM_uint32
gss_wrap(OM_uint32 *minor, gj_context_in context, int conf, gss_qop_t qop,
    gss_buffer_t message, int *conf_state, gss_buffer_t wrapped)
{
	OM_uint32 major = check(minor, context, qop);

	(void)conf; /* what was granted is in conf_state: nothing */
	report(conf_state, NULL);
	wrapped->value = NULL;
	wrapped->length = 0;
	if (major != GSS_S_COMPLETE)
		return major;
	return copy(minor, message, wrapped);
}

GJ_EXPORT OM_uint32
gss_unwrap(OM_uint32 *minor, gj_context_in context, gss_buffer_t wrapped,
    gss_buffer_t message, int *conf_state, gss_qop_t *qop)
{
	OM_uint32 major = check(minor, context, GSS_C_QOP_DEFAULT);

	report(conf_state, qop);
	message->value = NULL;
	message->length = 0;
	if (major != GSS_S_COMPLETE)
		return major;
	return copy(minor, wrapped, message);
}

/* Our own, as the associated context's tokens are not what is made here. */
GJ_EXPORT OM_uint32
gss_wrap_size_limit(OM_uint32 *minor, gj_context_in context, int conf,
    gss_qop_t qop, OM_uint32 wrapped, OM_uint32 *message)
{
	(void)conf;
	*message = wrapped;
	return check(minor, context, qop);
}
