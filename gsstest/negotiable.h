/*
 * A credential with which SPNEGO negotiates certain mechanisms only.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The libraries differ in this: negotiable_heimdal.c, negotiable_mit.c.
 */
#ifndef GSSTEST_NEGOTIABLE_H
#define GSSTEST_NEGOTIABLE_H

#include "gss.h"

/*
 * Acquires the default credential for SPNEGO, restricted to these mechanisms
 * in this order of preference; those that can be negotiated by NEGOEX only are
 * reached through it.  *call names the call that failed.
 */
OM_uint32 negotiable_acquire(OM_uint32 *minor, gss_cred_usage_t usage,
    gss_OID_set mechs, gss_cred_id_t *cred, const char **call);

#endif
