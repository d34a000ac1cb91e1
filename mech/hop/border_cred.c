/*
 * The hop mechanism: credentials, of which everybody has one, and names.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "context.h"
#include "mechglue.h"
#include "module.h"

/* The only one.  MIT's mechglue takes GSS_C_NO_CREDENTIAL for a lack. */
static char everybody;

/* Names are the mechglue's (border_name.c), of no mechanism in particular. */
OM_uint32
gj_module_mechs(OM_uint32 *minor, gss_OID_set *mechs)
{
	static gss_OID_set_desc none;

	*minor = 0;
	*mechs = &none;
	return GSS_S_COMPLETE;
}

static OM_uint32
give(OM_uint32 *minor, gss_OID_set asked, gss_cred_id_t *cred,
    gss_OID_set *actual)
{
	*minor = 0;
	*cred = (gss_cred_id_t)&everybody;
	if (actual == NULL)
		return GSS_S_COMPLETE;
	return gj_module_set(minor,
	    asked != GSS_C_NO_OID_SET && asked->count > 0 ? &asked->elements[0]
							  : &gj_module_mech,
	    actual);
}

GJ_EXPORT OM_uint32
gss_acquire_cred(OM_uint32 *minor, gj_name_in name, OM_uint32 lifetime,
    gss_OID_set mechs, gss_cred_usage_t usage, gss_cred_id_t *cred,
    gss_OID_set *actual, OM_uint32 *granted)
{
	(void)name, (void)lifetime, (void)usage;
	if (granted != NULL)
		*granted = GSS_C_INDEFINITE;
	return give(minor, mechs, cred, actual);
}

GJ_EXPORT OM_uint32
gssspi_acquire_cred_with_password(OM_uint32 *minor, gj_name_in name,
    gss_buffer_t password, OM_uint32 lifetime, gss_OID_set mechs,
    gss_cred_usage_t usage, gss_cred_id_t *cred, gss_OID_set *actual,
    OM_uint32 *granted)
{
	(void)name, (void)password, (void)lifetime, (void)usage;
	if (granted != NULL)
		*granted = GSS_C_INDEFINITE;
	return give(minor, mechs, cred, actual);
}

GJ_EXPORT OM_uint32
gss_add_cred(OM_uint32 *minor, gj_cred_in from, gj_name_in name, gss_OID mech,
    gss_cred_usage_t usage, OM_uint32 initiator_lifetime,
    OM_uint32 acceptor_lifetime, gss_cred_id_t *cred, gss_OID_set *actual,
    OM_uint32 *initiator_granted, OM_uint32 *acceptor_granted)
{
	gss_OID_set_desc mechs = {1, mech};

	(void)name, (void)usage;
	(void)initiator_lifetime, (void)acceptor_lifetime;
	*minor = 0;
	if (cred == NULL)
		return GSS_S_CALL_INACCESSIBLE_WRITE;
	if (from != GSS_C_NO_CREDENTIAL)
		return GSS_S_DUPLICATE_ELEMENT;
	if (initiator_granted != NULL)
		*initiator_granted = GSS_C_INDEFINITE;
	if (acceptor_granted != NULL)
		*acceptor_granted = GSS_C_INDEFINITE;
	return give(minor, &mechs, cred, actual);
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
	OM_uint32 major = GSS_S_COMPLETE;

	(void)cred;
	if (name != NULL)
		*name = GSS_C_NO_NAME;
	if (lifetime != NULL)
		*lifetime = GSS_C_INDEFINITE;
	if (usage != NULL)
		*usage = GSS_C_BOTH;
	if (mechs != NULL)
		major = gj_module_set(minor, &gj_module_mech, mechs);
	if (major != GSS_S_COMPLETE)
		return major;
	return hop_name(minor, name);
}

GJ_EXPORT OM_uint32
gss_inquire_cred_by_mech(OM_uint32 *minor, gj_cred_in cred, gss_OID mech,
    gss_name_t *name, OM_uint32 *initiator_lifetime,
    OM_uint32 *acceptor_lifetime, gss_cred_usage_t *usage)
{
	(void)cred, (void)mech;
	if (initiator_lifetime != NULL)
		*initiator_lifetime = GSS_C_INDEFINITE;
	if (acceptor_lifetime != NULL)
		*acceptor_lifetime = GSS_C_INDEFINITE;
	if (usage != NULL)
		*usage = GSS_C_BOTH;
	return hop_name(minor, name);
}
