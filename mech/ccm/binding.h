/*
 * A context of the mechglue to which contexts of CCM are bound.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The registry and every CCM context that is bound hold a reference.  What is
 * asked of the context goes through ccm_binding_enter, so that unbinding can
 * wait for it; and since an application cannot foresee that two CCM contexts
 * share one of its own, only one call at a time gets there.
 */
#ifndef CCM_BINDING_H
#define CCM_BINDING_H

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "gss.h"
#include "gssapi_ccm.h"
#include "table.h"

/* The octets by which a peer refers to one; 128 bits cannot be guessed. */
#define CCM_REFERENCE 16

struct ccm_binding {
	atomic_uint references;
	atomic_bool bound;

	pthread_mutex_t lock; /* of inner, and during calls on it */
	gss_ctx_id_t inner;   /* GSS_C_NO_CONTEXT once it is unbound */

	/* As they were when it was bound. */
	gss_ctx_id_t known_as; /* inner, to be compared only */
	bool initiator;
	OM_uint32 flags;
	bool ends;
	time_t end;

	/* The registry's. */
	gss_ccm_application application;
	const void *connection;
	uint8_t reference[CCM_REFERENCE];
	struct ccm_entry by_context, by_reference, by_connection;
};

/*
 * One with one reference, bound to an established context.  GSS_S_NO_CONTEXT
 * for another, GSS_S_BAD_MECH for one of CCM.
 */
OM_uint32 ccm_binding_new(
    OM_uint32 *minor, gss_ctx_id_t inner, struct ccm_binding **binding);

void ccm_binding_keep(struct ccm_binding *binding);

/* Gives a reference back and clears *binding, which may be NULL. */
void ccm_binding_free(struct ccm_binding **binding);

/* Nothing touches the context any more when it returns. */
void ccm_binding_unbind(struct ccm_binding *binding);

/* Whether its lifetime has passed; touches nothing. */
bool ccm_binding_expired(const struct ccm_binding *binding);

/* What is left of it: GSS_C_INDEFINITE without an end. */
OM_uint32 ccm_binding_lifetime(const struct ccm_binding *binding);

/*
 * The context, for one call of the mechglue, after which comes
 * ccm_binding_leave.  GSS_C_NO_CONTEXT where it is unbound: then not.
 */
gss_ctx_id_t ccm_binding_enter(struct ccm_binding *binding);
void ccm_binding_leave(struct ccm_binding *binding);

#endif
