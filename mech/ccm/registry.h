/*
 * The registry: which applications there are, and which contexts of the
 * mechglue may be bound to; what gssapi_ccm.h promises.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * One in each loaded module, so one for each GSS library of a process.
 */
#ifndef CCM_REGISTRY_H
#define CCM_REGISTRY_H

#include "binding.h"
#include "ccm_registry.h"
#include "gssloop_frame.h"
#include "wire_ccm.h"

/*
 * So many handles are known as expired after they were unbound, the latest;
 * those before them are not found.  Either is a refusal, so that this need not
 * grow with the life of a server.
 */
#define CCM_EXPIRED_MAX 1024

/* The calls of libgssccm. */
extern const struct gj_ccm_registry ccm_registry;

/* The binding of a context for an initiator, with a reference; or NULL. */
struct ccm_binding *ccm_registry_initiator(gss_ctx_id_t context);

/* The same for what a peer sent, within the thread's scope. */
enum gj_ccm_status ccm_registry_target(
    const struct gssloop_view *handle, struct ccm_binding **binding);

#endif
