/*
 * The mechanisms that the mechglue has loaded the module for: the lines of its
 * file that name it.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Heimdal asks each of them for its names' types while it loads it, and asks
 * the module, not its file, which mechanisms there are.
 */
#ifndef GJ_LOADED_H
#define GJ_LOADED_H

#include "gss.h"

/* Notes one, once; may be called while the module is being loaded. */
void gj_loaded_note(const gss_OID_desc *mech);

/*
 * All that were noted, in their order, as a set of the mechglue's, which the
 * caller releases; gj_module_mech where there are none.
 */
OM_uint32 gj_loaded_set(OM_uint32 *minor, gss_OID_set *mechs);

#endif
