/*
 * What every module says of itself to the files that all modules share.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "mechglue.h"
#include "module.h"

OM_uint32
gj_module_set(OM_uint32 *minor, gss_OID member, gss_OID_set *set)
{
	const struct gj_mechglue *up = gj_mechglue();
	OM_uint32 major, ignored;

	*set = GSS_C_NO_OID_SET;
	*minor = 0;
	if (up == NULL)
		return GSS_S_UNAVAILABLE;
	major = up->create_empty_oid_set(minor, set);
	if (major != GSS_S_COMPLETE)
		return major;
	major = up->add_oid_set_member(minor, member, set);
	if (major != GSS_S_COMPLETE)
		up->release_oid_set(&ignored, set);
	return major;
}
