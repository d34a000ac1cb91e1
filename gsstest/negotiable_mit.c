/*
 * A credential with which SPNEGO negotiates certain mechanisms only: MIT.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "negotiable.h"

OM_uint32
negotiable_acquire(OM_uint32 *minor, gss_cred_usage_t usage, gss_OID_set mechs,
    gss_cred_id_t *cred, const char **call)
{
	gss_OID_set_desc spnego = {1, &gj_mech_spnego};
	OM_uint32 major;

	*call = "gss_acquire_cred";
	major = gss_acquire_cred(minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    &spnego, usage, cred, NULL, NULL);
	if (GSS_ERROR(major))
		return major;
	*call = "gss_set_neg_mechs";
	return gss_set_neg_mechs(minor, *cred, mechs);
}
