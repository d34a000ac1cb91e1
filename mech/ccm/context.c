/*
 * A context of CCM.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>

#include "context.h"
#include "mechglue.h"
#include "module.h"

/* What says something of the peer; the rest is about messages and tokens. */
#define FLAGS_KEPT (GSS_C_MUTUAL_FLAG | GSS_C_ANON_FLAG)

struct ccm_context *
ccm_context_new(bool initiator, struct ccm_binding **binding)
{
	struct ccm_context *context = calloc(1, sizeof(*context));

	if (context == NULL) {
		ccm_binding_free(binding);
		return NULL;
	}
	context->initiator = initiator;
	atomic_init(&context->state, initiator ? CCM_WAITING : CCM_OPEN);
	context->binding = *binding;
	*binding = NULL;
	return context;
}

void
ccm_context_free(struct ccm_context **out)
{
	struct ccm_context *context = *out;

	*out = NULL;
	if (context == NULL)
		return;
	ccm_binding_free(&context->binding);
	free(context);
}

OM_uint32
ccm_context_check(OM_uint32 *minor, const struct ccm_context *context)
{
	*minor = 0;
	if (context == NULL || atomic_load(&context->state) != CCM_OPEN)
		return GSS_S_NO_CONTEXT;
	*minor = GJ_CCM_HANDLE_EXPIRED;
	if (!atomic_load(&context->binding->bound))
		return GSS_S_NO_CONTEXT;
	if (ccm_binding_expired(context->binding))
		return GSS_S_CONTEXT_EXPIRED;
	*minor = 0;
	return GSS_S_COMPLETE;
}

OM_uint32
ccm_context_enter(OM_uint32 *minor, gss_ctx_id_t handle, gss_ctx_id_t *inner)
{
	struct ccm_context *context = (struct ccm_context *)handle;

	*minor = 0;
	*inner = GSS_C_NO_CONTEXT;
	if (context == NULL || atomic_load(&context->state) != CCM_OPEN)
		return GSS_S_NO_CONTEXT;
	*inner = ccm_binding_enter(context->binding);
	if (*inner != GSS_C_NO_CONTEXT)
		return GSS_S_COMPLETE;
	*minor = GJ_CCM_HANDLE_EXPIRED;
	return GSS_S_NO_CONTEXT;
}

void
ccm_context_leave(gss_ctx_id_t handle)
{
	ccm_binding_leave(((struct ccm_context *)handle)->binding);
}

OM_uint32
ccm_context_flags(OM_uint32 flags)
{
	return (flags & FLAGS_KEPT) | GSS_C_PROT_READY_FLAG;
}

/* The associated context is the credential here (its name says so). */
OM_uint32
ccm_status_major(enum gj_ccm_status status)
{
	switch (status) {
	case GJ_CCM_OK:
		return GSS_S_COMPLETE;
	case GJ_CCM_HANDLE_MALFORMED:
		return GSS_S_DEFECTIVE_TOKEN;
	case GJ_CCM_HANDLE_EXPIRED:
		return GSS_S_CREDENTIALS_EXPIRED;
	case GJ_CCM_HANDLE_NOT_FOUND:
		break;
	}
	return GSS_S_NO_CRED;
}
