/*
 * What every module says of itself to the files that all modules share.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A module is a border file that exports its own entry points, the shared
 * border_*.c files that it needs, and files named after the nouns behind it.
 * The shared files call these, which each module defines.
 */
#ifndef GJ_MODULE_H
#define GJ_MODULE_H

#include "gss.h"

/* The module's mechanism. */
extern gss_OID_desc gj_module_mech;

/*
 * The context of the mechglue behind one of the module's own, for every call
 * that needs an established one: per-message calls, PRF, inquiry.  Borrowed:
 * it lives as long as the module's.  GSS_S_COMPLETE, or GSS_S_NO_CONTEXT
 * with *inner GSS_C_NO_CONTEXT where there is none that may be used.
 * context may be GSS_C_NO_CONTEXT.
 */
OM_uint32 gj_module_context(
    OM_uint32 *minor, gss_ctx_id_t context, gss_ctx_id_t *inner);

/*
 * The mechanisms for which a credential of the module is acquired, upward; a
 * set that the module keeps, so borrowed and never released.  Never the
 * module's own mechanism, NEGOEX or SPNEGO.
 */
OM_uint32 gj_module_mechs(OM_uint32 *minor, gss_OID_set *mechs);

/* A set of one member, of the mechglue's, which the caller releases. */
OM_uint32 gj_module_set(OM_uint32 *minor, gss_OID member, gss_OID_set *set);

#endif
