/*
 * A name of a module that passes names on to the mechglue.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Importing a name upward while the mechglue imports it recurses without end
 * (facts), so value and type are kept, and imported when the name is first
 * used.  Threads may use one name at once.
 */
#ifndef GJ_NAME_H
#define GJ_NAME_H

#include "gss.h"

/* A name of ours from what an application gave; type may be GSS_C_NO_OID.
 * Makes no call upward.  GSS_S_FAILURE without memory, *name then empty. */
OM_uint32 gj_name_new(OM_uint32 *minor, const gss_buffer_desc *value,
    const gss_OID_desc *type, gss_name_t *name);

/*
 * A name of ours around one of the mechglue's, which is taken over and
 * cleared, also on failure.  GSS_C_NO_NAME for GSS_C_NO_NAME.
 */
OM_uint32 gj_name_wrap(OM_uint32 *minor, gss_name_t *inner, gss_name_t *name);

/* One more, of the same contents.  GSS_S_BAD_NAME for GSS_C_NO_NAME. */
OM_uint32 gj_name_copy(OM_uint32 *minor, gss_name_t name, gss_name_t *copy);

/* Clears *name, which may be GSS_C_NO_NAME. */
void gj_name_free(gss_name_t *name);

/*
 * The mechglue's name for a name of ours: GSS_C_NO_NAME for GSS_C_NO_NAME,
 * else imported at the first call.  Borrowed: it lives as long as ours.
 * After GSS_S_COMPLETE, gj_mechglue() gives the table.
 */
OM_uint32 gj_name_inner(OM_uint32 *minor, gss_name_t name, gss_name_t *inner);

#endif
