/*
 * OIDs that live as long as the process, for what a mechglue or an
 * application keeps a pointer to.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_OID_KEPT_H
#define GJ_OID_KEPT_H

#include "gss.h"

/* Longer ones are nobody's. */
#define GJ_OID_KEPT_OCTETS 32
/* The bench has 64 mechanisms, and there are a dozen types of names. */
#define GJ_OID_KEPT_MAX 256

/* The one copy of an OID; GSS_C_NO_OID for none and beyond the limits.
 * Any thread may ask. */
gss_OID gj_oid_keep(const gss_OID_desc *oid);

/* Whether this very object is one of them. */
bool gj_oid_is_kept(const gss_OID_desc *oid);

#endif
