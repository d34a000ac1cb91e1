/*
 * A context of CCM.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef CCM_CONTEXT_H
#define CCM_CONTEXT_H

#include "binding.h"
#include "wire_ccm.h"

enum ccm_state {
	CCM_WAITING, /* an initiator, for the response */
	CCM_OPEN,
	CCM_CLOSED /* refused, or deleted by the peer */
};

struct ccm_context {
	bool initiator;
	_Atomic(enum ccm_state) state;
	struct ccm_binding *binding; /* one reference */
};

/*
 * One around a binding, whose reference is taken over and cleared; an
 * initiator's waits.  NULL without memory, the reference then given back.
 */
struct ccm_context *ccm_context_new(
    bool initiator, struct ccm_binding **binding);

/* Clears *context, which may be NULL. */
void ccm_context_free(struct ccm_context **context);

/*
 * Whether it may be used for messages: established, what it is bound to is
 * there, and its lifetime not over.  GSS_S_NO_CONTEXT, GSS_S_CONTEXT_EXPIRED.
 */
OM_uint32 ccm_context_check(
    OM_uint32 *minor, const struct ccm_context *context);

/*
 * The mechglue's context that it is bound to, for one call, after which comes
 * ccm_context_leave with the handle.  GSS_S_NO_CONTEXT where there is none:
 * then not.
 */
OM_uint32 ccm_context_enter(
    OM_uint32 *minor, gss_ctx_id_t handle, gss_ctx_id_t *inner);
void ccm_context_leave(gss_ctx_id_t handle);

/* What CCM reports of the flags of what it is bound to (doc/ccm.md). */
OM_uint32 ccm_context_flags(OM_uint32 flags);

/* The major status of a refusal, whose minor is the status itself. */
OM_uint32 ccm_status_major(enum gj_ccm_status status);

#endif
