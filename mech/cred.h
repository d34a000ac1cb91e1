/*
 * A credential of a module that passes credentials on to the mechglue: one of
 * the mechglue's, for the mechanisms that gj_module_mechs names.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_CRED_H
#define GJ_CRED_H

#include "gss.h"

/* What gss_cred_id_t points to on our side of the border. */
struct gj_cred {
	const void *tag;     /* shows that it is ours */
	gss_cred_id_t inner; /* the mechglue's; never GSS_C_NO_CREDENTIAL */
	gss_OID_set mechs;   /* set for this credential; NULL: the module's */
};

/*
 * The mechglue's credential of one of ours; GSS_C_NO_CREDENTIAL for
 * GSS_C_NO_CREDENTIAL.  Borrowed.
 */
gss_cred_id_t gj_cred_inner(gss_cred_id_t cred);

/* A credential of ours around one of the mechglue's, which is taken over and
 * cleared, also on failure. */
OM_uint32 gj_cred_wrap(
    OM_uint32 *minor, gss_cred_id_t *inner, gss_cred_id_t *cred);

/*
 * Clears *cred, which may be GSS_C_NO_CREDENTIAL, or the mechglue's: when
 * nobody wants the delegated credential of a context whose mechanism is said
 * to be another than ours, Heimdal has us release it (gss_accept_sec_context).
 */
void gj_cred_free(gss_cred_id_t *cred);

#endif
