/*
 * The border of a module towards MIT's gssspi_mech_invoke: every module's.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * MIT's loader finds the entry points by dlsym(), which looks into the
 * libraries of a module as well.  Of the two names that the mechglue exports
 * for applications and takes from modules without a look at whose they are,
 * this is one: a call would call itself until the stack ends.  Heimdal 7.8
 * does not know it.
 */
#include "border.h"

GJ_EXPORT OM_uint32
gssspi_mech_invoke(OM_uint32 *minor, const gss_OID mech, const gss_OID action,
    gss_buffer_t value)
{
	(void)mech, (void)action, (void)value;
	*minor = 0;
	return GSS_S_UNAVAILABLE;
}
