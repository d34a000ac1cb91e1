/*
 * CCM: credentials, of which there are none.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The associated context is what CCM has instead, and contexts are made with
 * GSS_C_NO_CREDENTIAL.  With a credential for the asking, every default one of
 * a process would have an element of CCM, and SPNEGO would offer it.
 */
#include "mechglue.h"
#include "registry.h"

static OM_uint32
none(OM_uint32 *minor)
{
	*minor = GJ_CCM_HANDLE_NOT_FOUND;
	return GSS_S_NO_CRED;
}

GJ_EXPORT OM_uint32
gss_acquire_cred(OM_uint32 *minor, gj_name_in name, OM_uint32 lifetime,
    gss_OID_set mechs, gss_cred_usage_t usage, gss_cred_id_t *cred,
    gss_OID_set *actual, OM_uint32 *granted)
{
	(void)name, (void)lifetime, (void)mechs, (void)usage, (void)granted;
	*cred = GSS_C_NO_CREDENTIAL;
	if (actual != NULL)
		*actual = GSS_C_NO_OID_SET;
	return none(minor);
}

GJ_EXPORT OM_uint32
gss_add_cred(OM_uint32 *minor, gj_cred_in from, gj_name_in name, gss_OID mech,
    gss_cred_usage_t usage, OM_uint32 initiator_lifetime,
    OM_uint32 acceptor_lifetime, gss_cred_id_t *cred, gss_OID_set *actual,
    OM_uint32 *initiator_granted, OM_uint32 *acceptor_granted)
{
	(void)from, (void)name, (void)mech, (void)usage;
	(void)initiator_lifetime, (void)acceptor_lifetime;
	(void)initiator_granted, (void)acceptor_granted;
	if (cred != NULL)
		*cred = GSS_C_NO_CREDENTIAL;
	if (actual != NULL)
		*actual = GSS_C_NO_OID_SET;
	return none(minor);
}

GJ_EXPORT OM_uint32
gss_release_cred(OM_uint32 *minor, gss_cred_id_t *cred)
{
	*minor = 0;
	*cred = GSS_C_NO_CREDENTIAL;
	return GSS_S_COMPLETE;
}

GJ_EXPORT OM_uint32
gss_inquire_cred(OM_uint32 *minor, gj_cred_in cred, gss_name_t *name,
    OM_uint32 *lifetime, gss_cred_usage_t *usage, gss_OID_set *mechs)
{
	(void)cred, (void)lifetime, (void)usage;
	if (name != NULL)
		*name = GSS_C_NO_NAME;
	if (mechs != NULL)
		*mechs = GSS_C_NO_OID_SET;
	return none(minor);
}

GJ_EXPORT OM_uint32
gss_inquire_cred_by_mech(OM_uint32 *minor, gj_cred_in cred, gss_OID mech,
    gss_name_t *name, OM_uint32 *initiator_lifetime,
    OM_uint32 *acceptor_lifetime, gss_cred_usage_t *usage)
{
	(void)cred, (void)mech, (void)initiator_lifetime;
	(void)acceptor_lifetime, (void)usage;
	if (name != NULL)
		*name = GSS_C_NO_NAME;
	return none(minor);
}
