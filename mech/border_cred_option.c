/*
 * The border of a module that passes options of credentials on.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "cred.h"
#include "mechglue.h"

/*
 * Without a credential the mechglue asks every mechanism to make one: passing
 * that on would recurse without end.
 */
GJ_EXPORT OM_uint32
gssspi_set_cred_option(
    OM_uint32 *minor, gss_cred_id_t *cred, gss_OID option, gss_buffer_t value)
{
	*minor = 0;
	if (*cred == GSS_C_NO_CREDENTIAL)
		return GSS_S_UNAVAILABLE;
	return gj_mechglue()->set_cred_option(
	    minor, &((struct gj_cred *)*cred)->inner, option, value);
}
