/*
 * The applications that are registered.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Referred to by number, which is never used twice: what is left behind of one
 * that is gone (a thread's scope, a binding) finds nothing.
 */
#ifndef CCM_APPLICATION_H
#define CCM_APPLICATION_H

#include <stdbool.h>

#include "gss.h"
#include "gssapi_ccm.h"
#include "gssloop_frame.h"

/* Far more than a process has, and few enough to look through. */
#define CCM_APPLICATIONS_MAX 64

/* The lookup of one, while it is in use. */
struct ccm_application_use {
	gss_ccm_application number;
	gss_ccm_lookup *lookup; /* NULL: the registry's own */
	void *argument;
	size_t identifier; /* octets of it */
};

/* As gss_ccm_register. */
OM_uint32 ccm_application_add(OM_uint32 *minor,
    const gss_buffer_desc *identifier, gss_ccm_lookup *lookup, void *argument,
    gss_ccm_application *application);

/* Nobody can use it from now on; then waits until nobody does. */
void ccm_application_remove(gss_ccm_application application);

/* The octets of its identifier into room for GSS_CCM_IDENTIFIER_MAX; 0: it is
 * not registered. */
size_t ccm_application_identifier(
    gss_ccm_application application, uint8_t *octets);

/*
 * To be used, until ccm_application_leave, for a handle, which is empty or
 * begins with the identifier.  False where it is not so or it is not there.
 */
bool ccm_application_enter(gss_ccm_application application,
    const struct gssloop_view *handle, struct ccm_application_use *use);
void ccm_application_leave(const struct ccm_application_use *use);

#endif
