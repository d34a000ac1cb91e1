/*
 * The border of a module that passes credentials on: what the mechglue calls.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The mechglue asks every mechanism where it is asked about the default
 * credential.  Asking it back for the default one would recurse without end,
 * so it is asked for the default one of the module's mechanisms.
 */
#include "cred.h"
#include "mechglue.h"
#include "module.h"
#include "name.h"
#include "trouble.h"

/* What was acquired upward becomes ours; the mechanism is told as ours. */
static OM_uint32
acquired(OM_uint32 *minor, gss_cred_id_t *inner, gss_cred_id_t *cred,
    gss_OID_set *actual)
{
	OM_uint32 major = gj_cred_wrap(minor, inner, cred);

	if (major != GSS_S_COMPLETE || actual == NULL)
		return major;
	major = gj_module_set(minor, &gj_module_mech, actual);
	if (major != GSS_S_COMPLETE)
		gj_cred_free(cred);
	return major;
}

/* What acquiring needs: name and mechanisms, upward. */
static OM_uint32
wanted(OM_uint32 *minor, gj_name_in name, gss_name_t *inner, gss_OID_set *mechs,
    gss_cred_id_t *cred, gss_OID_set *actual)
{
	OM_uint32 major;

	*cred = GSS_C_NO_CREDENTIAL;
	if (actual != NULL)
		*actual = GSS_C_NO_OID_SET;
	major = gj_name_inner(minor, (gss_name_t)name, inner);
	if (major != GSS_S_COMPLETE)
		return major;
	return gj_module_mechs(minor, mechs);
}

static OM_uint32
acquire(OM_uint32 *minor, gj_name_in name, OM_uint32 lifetime,
    gss_cred_usage_t usage, gss_cred_id_t *cred, gss_OID_set *actual,
    OM_uint32 *granted)
{
	gss_cred_id_t inner;
	gss_name_t inner_name;
	gss_OID_set mechs;
	OM_uint32 major =
	    wanted(minor, name, &inner_name, &mechs, cred, actual);

	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->acquire_cred(
	    minor, inner_name, lifetime, mechs, usage, &inner, NULL, granted);
	if (major != GSS_S_COMPLETE)
		return gj_trouble_keep(major, *minor);
	return acquired(minor, &inner, cred, actual);
}

GJ_EXPORT OM_uint32
gss_acquire_cred(OM_uint32 *minor, gj_name_in name, OM_uint32 lifetime,
    gss_OID_set mechs, gss_cred_usage_t usage, gss_cred_id_t *cred,
    gss_OID_set *actual, OM_uint32 *granted)
{
	(void)mechs; /* ours */
	return acquire(minor, name, lifetime, usage, cred, actual, granted);
}

GJ_EXPORT OM_uint32
gssspi_acquire_cred_with_password(OM_uint32 *minor, gj_name_in name,
    gss_buffer_t password, OM_uint32 lifetime, gss_OID_set asked,
    gss_cred_usage_t usage, gss_cred_id_t *cred, gss_OID_set *actual,
    OM_uint32 *granted)
{
	gss_cred_id_t inner;
	gss_name_t inner_name;
	gss_OID_set mechs;
	OM_uint32 major =
	    wanted(minor, name, &inner_name, &mechs, cred, actual);

	(void)asked; /* ours */
	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->acquire_cred_with_password(minor, inner_name,
	    password, lifetime, mechs, usage, &inner, NULL, granted);
	if (major != GSS_S_COMPLETE)
		return gj_trouble_keep(major, *minor);
	return acquired(minor, &inner, cred, actual);
}

/*
 * The mechglue adds an element of ours to a credential that has none yet: a
 * second one of the same mechanism is a duplicate.
 */
GJ_EXPORT OM_uint32
gss_add_cred(OM_uint32 *minor, gj_cred_in from, gj_name_in name, gss_OID mech,
    gss_cred_usage_t usage, OM_uint32 initiator_lifetime,
    OM_uint32 acceptor_lifetime, gss_cred_id_t *cred, gss_OID_set *actual,
    OM_uint32 *initiator_granted, OM_uint32 *acceptor_granted)
{
	OM_uint32 lifetime =
	    usage == GSS_C_ACCEPT ? acceptor_lifetime : initiator_lifetime;
	OM_uint32 granted = 0, major;

	(void)mech; /* ours */
	*minor = 0;
	if (cred == NULL)
		return GSS_S_CALL_INACCESSIBLE_WRITE;
	*cred = GSS_C_NO_CREDENTIAL;
	if (from != GSS_C_NO_CREDENTIAL)
		return GSS_S_DUPLICATE_ELEMENT;
	major = acquire(minor, name, lifetime, usage, cred, actual, &granted);
	if (initiator_granted != NULL)
		*initiator_granted = usage == GSS_C_ACCEPT ? 0 : granted;
	if (acceptor_granted != NULL)
		*acceptor_granted = usage == GSS_C_INITIATE ? 0 : granted;
	return major;
}

GJ_EXPORT OM_uint32
gss_release_cred(OM_uint32 *minor, gss_cred_id_t *cred)
{
	*minor = 0;
	gj_cred_free(cred);
	return GSS_S_COMPLETE;
}

/* The mechglue's credential to ask; *made, if one, is to be released. */
static OM_uint32
inner_of(OM_uint32 *minor, gj_cred_in cred, gss_cred_id_t *inner,
    gss_cred_id_t *made)
{
	const struct gj_mechglue *up = gj_mechglue();
	gss_OID_set mechs;
	OM_uint32 major;

	*made = GSS_C_NO_CREDENTIAL;
	*inner = gj_cred_inner((gss_cred_id_t)cred);
	if (*inner != GSS_C_NO_CREDENTIAL)
		return GSS_S_COMPLETE;
	if (up == NULL)
		return GSS_S_UNAVAILABLE;
	major = gj_module_mechs(minor, &mechs);
	if (major != GSS_S_COMPLETE)
		return major;
	major = up->acquire_cred(
	    minor, GSS_C_NO_NAME, 0, mechs, GSS_C_INITIATE, made, NULL, NULL);
	if (major != GSS_S_COMPLETE)
		major = up->acquire_cred(minor, GSS_C_NO_NAME, 0, mechs,
		    GSS_C_ACCEPT, made, NULL, NULL);
	*inner = *made;
	return major;
}

GJ_EXPORT OM_uint32
gss_inquire_cred(OM_uint32 *minor, gj_cred_in cred, gss_name_t *name,
    OM_uint32 *lifetime, gss_cred_usage_t *usage, gss_OID_set *mechs)
{
	gss_cred_id_t inner, made;
	gss_name_t inner_name = GSS_C_NO_NAME;
	OM_uint32 major, ignored;

	if (name != NULL)
		*name = GSS_C_NO_NAME;
	if (mechs != NULL)
		*mechs = GSS_C_NO_OID_SET;
	major = inner_of(minor, cred, &inner, &made);
	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->inquire_cred(minor, inner,
	    name == NULL ? NULL : &inner_name, lifetime, usage, NULL);
	if (made != GSS_C_NO_CREDENTIAL)
		gj_mechglue()->release_cred(&ignored, &made);
	if (major == GSS_S_COMPLETE && name != NULL)
		major = gj_name_wrap(minor, &inner_name, name);
	if (major == GSS_S_COMPLETE && mechs != NULL)
		major = gj_module_set(minor, &gj_module_mech, mechs);
	if (major != GSS_S_COMPLETE && name != NULL)
		gj_name_free(name);
	return major;
}

/* The first of the module's mechanisms that the credential has answers. */
static OM_uint32
ask_by_mech(OM_uint32 *minor, gss_cred_id_t inner, gss_name_t *name,
    OM_uint32 *initiator_lifetime, OM_uint32 *acceptor_lifetime,
    gss_cred_usage_t *usage)
{
	gss_OID_set mechs;
	OM_uint32 major = gj_module_mechs(minor, &mechs);

	if (major != GSS_S_COMPLETE)
		return major;
	major = GSS_S_NO_CRED;
	for (size_t i = 0; i < mechs->count && major != GSS_S_COMPLETE; i++)
		major = gj_mechglue()->inquire_cred_by_mech(minor, inner,
		    &mechs->elements[i], name, initiator_lifetime,
		    acceptor_lifetime, usage);
	return major;
}

GJ_EXPORT OM_uint32
gss_inquire_cred_by_mech(OM_uint32 *minor, gj_cred_in cred, gss_OID mech,
    gss_name_t *name, OM_uint32 *initiator_lifetime,
    OM_uint32 *acceptor_lifetime, gss_cred_usage_t *usage)
{
	gss_cred_id_t inner, made;
	gss_name_t inner_name = GSS_C_NO_NAME;
	OM_uint32 major, ignored;

	(void)mech; /* ours */
	if (name != NULL)
		*name = GSS_C_NO_NAME;
	major = inner_of(minor, cred, &inner, &made);
	if (major != GSS_S_COMPLETE)
		return major;
	major = ask_by_mech(minor, inner, name == NULL ? NULL : &inner_name,
	    initiator_lifetime, acceptor_lifetime, usage);
	if (made != GSS_C_NO_CREDENTIAL)
		gj_mechglue()->release_cred(&ignored, &made);
	if (major == GSS_S_COMPLETE && name != NULL)
		major = gj_name_wrap(minor, &inner_name, name);
	return major;
}

GJ_EXPORT OM_uint32
gss_inquire_cred_by_oid(
    OM_uint32 *minor, gj_cred_in cred, gss_OID object, gss_buffer_set_t *data)
{
	*minor = 0;
	*data = GSS_C_NO_BUFFER_SET;
	if (cred == GSS_C_NO_CREDENTIAL)
		return GSS_S_NO_CRED;
	return gj_mechglue()->inquire_cred_by_oid(
	    minor, gj_cred_inner((gss_cred_id_t)cred), object, data);
}

GJ_EXPORT OM_uint32
gss_store_cred(OM_uint32 *minor, gss_cred_id_t cred, gss_cred_usage_t usage,
    gss_OID mech, OM_uint32 overwrite, OM_uint32 as_default,
    gss_OID_set *stored, gss_cred_usage_t *usage_stored)
{
	OM_uint32 major;

	(void)mech; /* ours */
	*minor = 0;
	if (stored != NULL)
		*stored = GSS_C_NO_OID_SET;
	if (cred == GSS_C_NO_CREDENTIAL)
		return GSS_S_NO_CRED;
	major = gj_mechglue()->store_cred(minor, gj_cred_inner(cred), usage,
	    GSS_C_NO_OID, overwrite, as_default, NULL, usage_stored);
	if (major == GSS_S_COMPLETE && stored != NULL)
		major = gj_module_set(minor, &gj_module_mech, stored);
	return major;
}

GJ_EXPORT OM_uint32
gss_export_cred(OM_uint32 *minor, gss_cred_id_t cred, gss_buffer_t token)
{
	*minor = 0;
	if (cred == GSS_C_NO_CREDENTIAL)
		return GSS_S_NO_CRED;
	return gj_mechglue()->export_cred(minor, gj_cred_inner(cred), token);
}

GJ_EXPORT OM_uint32
gss_import_cred(OM_uint32 *minor, gss_buffer_t token, gss_cred_id_t *cred)
{
	const struct gj_mechglue *up = gj_mechglue();
	gss_cred_id_t inner;
	OM_uint32 major;

	*minor = 0;
	*cred = GSS_C_NO_CREDENTIAL;
	if (up == NULL)
		return GSS_S_UNAVAILABLE;
	major = up->import_cred(minor, token, &inner);
	if (major != GSS_S_COMPLETE)
		return major;
	return gj_cred_wrap(minor, &inner, cred);
}
