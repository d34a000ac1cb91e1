/*
 * The border of a module that passes names on: what the mechglue calls.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The mechglue makes its own name of each name that one of these returns.
 */
#include <errno.h>
#include <stdlib.h>

#include "loaded.h"
#include "mechglue.h"
#include "module.h"
#include "name.h"
#include "oid_kept.h"

/* As gj_name_inner, for a call that makes no sense without a name. */
static OM_uint32
inner_of(OM_uint32 *minor, gj_name_in name, gss_name_t *inner)
{
	OM_uint32 major = gj_name_inner(minor, (gss_name_t)name, inner);

	if (major == GSS_S_COMPLETE && *inner == GSS_C_NO_NAME)
		return GSS_S_BAD_NAME;
	return major;
}

GJ_EXPORT OM_uint32
gss_import_name(
    OM_uint32 *minor, gss_buffer_t value, gss_OID type, gss_name_t *name)
{
	return gj_name_new(minor, value, type, name);
}

GJ_EXPORT OM_uint32
gss_release_name(OM_uint32 *minor, gss_name_t *name)
{
	*minor = 0;
	gj_name_free(name);
	return GSS_S_COMPLETE;
}

GJ_EXPORT OM_uint32
gss_duplicate_name(OM_uint32 *minor, gj_name_in name, gss_name_t *copy)
{
	return gj_name_copy(minor, (gss_name_t)name, copy);
}

GJ_EXPORT OM_uint32
gss_compare_name(
    OM_uint32 *minor, gj_name_in name1, gj_name_in name2, int *equal)
{
	gss_name_t inner1, inner2;
	OM_uint32 major;

	*equal = 0;
	major = inner_of(minor, name1, &inner1);
	if (major == GSS_S_COMPLETE)
		major = inner_of(minor, name2, &inner2);
	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->compare_name(minor, inner1, inner2, equal);
}

/*
 * The type is a kept one: MIT's mechglue takes it for its own name, and
 * releases it with that, where gss_internal_release_oid does not object.
 */
GJ_EXPORT OM_uint32
gss_display_name(
    OM_uint32 *minor, gj_name_in name, gss_buffer_t text, gss_OID *type)
{
	gss_name_t inner;
	gss_OID inner_type = GSS_C_NO_OID;
	OM_uint32 major = inner_of(minor, name, &inner);

	if (major == GSS_S_COMPLETE)
		major = gj_mechglue()->display_name(
		    minor, inner, text, &inner_type);
	if (type != NULL)
		*type = gj_oid_keep(inner_type);
	return major;
}

/* MIT's: releases nothing that is kept, and leaves the rest to others. */
GJ_EXPORT OM_uint32
gss_internal_release_oid(OM_uint32 *minor, gss_OID *oid)
{
	*minor = 0;
	if (!gj_oid_is_kept(*oid))
		return GSS_S_CONTINUE_NEEDED;
	*oid = GSS_C_NO_OID;
	return GSS_S_COMPLETE;
}

GJ_EXPORT OM_uint32
gss_display_name_ext(
    OM_uint32 *minor, gss_name_t name, gss_OID type, gss_buffer_t text)
{
	gss_name_t inner;
	OM_uint32 major = inner_of(minor, name, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->display_name_ext(minor, inner, type, text);
}

/*
 * A name becomes one mechanism's where there is only one to ask.  With more
 * it stays what it was: which will be chosen is not known yet.
 */
GJ_EXPORT OM_uint32
gss_canonicalize_name(
    OM_uint32 *minor, gj_name_in name, gss_OID mech, gss_name_t *out)
{
	gss_name_t inner;
	gss_OID_set mechs;
	OM_uint32 major = inner_of(minor, name, &inner);

	(void)mech; /* ours */
	*out = GSS_C_NO_NAME;
	if (major == GSS_S_COMPLETE)
		major = gj_module_mechs(minor, &mechs);
	if (major != GSS_S_COMPLETE)
		return major;
	if (mechs->count != 1)
		return gj_name_copy(minor, (gss_name_t)name, out);
	major = gj_mechglue()->canonicalize_name(
	    minor, inner, &mechs->elements[0], &inner);
	if (major != GSS_S_COMPLETE)
		return major;
	return gj_name_wrap(minor, &inner, out);
}

GJ_EXPORT OM_uint32
gss_export_name(OM_uint32 *minor, gj_name_in name, gss_buffer_t exported)
{
	gss_name_t inner;
	OM_uint32 major = inner_of(minor, name, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->export_name(minor, inner, exported);
}

GJ_EXPORT OM_uint32
gss_export_name_composite(
    OM_uint32 *minor, gss_name_t name, gss_buffer_t exported)
{
	gss_name_t inner;
	OM_uint32 major = inner_of(minor, name, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->export_name_composite(minor, inner, exported);
}

/*
 * None: the mechglue then imports a name with us when one of our calls needs
 * it, and not already when the application does.  It asks while it loads us,
 * so the set is made by hand; both libraries release one with free().
 */
GJ_EXPORT OM_uint32
gss_inquire_names_for_mech(OM_uint32 *minor, gss_OID mech, gss_OID_set *types)
{
	gj_loaded_note(mech);
	*minor = 0;
	*types = calloc(1, sizeof(**types));
	if (*types != NULL)
		return GSS_S_COMPLETE;
	*minor = ENOMEM;
	return GSS_S_FAILURE;
}

GJ_EXPORT OM_uint32
gss_inquire_mechs_for_name(
    OM_uint32 *minor, gj_name_in name, gss_OID_set *mechs)
{
	(void)name;
	return gj_module_set(minor, &gj_module_mech, mechs);
}

GJ_EXPORT OM_uint32
gss_localname(OM_uint32 *minor, gj_name_in name, gj_localname_mech mech,
    gss_buffer_t local)
{
	gss_name_t inner;
	OM_uint32 major = inner_of(minor, name, &inner);

	(void)mech; /* ours */
	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->localname(minor, inner, GSS_C_NO_OID, local);
}

/*
 * A mechglue that hears "unavailable" compares the names, and these are equal
 * also where the mechanism has refused the user (krb5's .k5login).  Heimdal's
 * own answer to a refusal is just that.
 */
GJ_EXPORT OM_uint32
gssspi_authorize_localname(OM_uint32 *minor, gj_name_in name,
    gss_const_buffer_t user, gss_const_OID type)
{
	const struct gj_mechglue *up;
	gss_name_t inner, login;
	OM_uint32 major = inner_of(minor, name, &inner), ignored;

	if (major != GSS_S_COMPLETE)
		return major;
	up = gj_mechglue();
	major =
	    up->import_name(minor, (gss_buffer_t)user, (gss_OID)type, &login);
	if (major != GSS_S_COMPLETE)
		return major;
	major = up->authorize_localname(minor, inner, login);
	up->release_name(&ignored, &login);
	return major == GSS_S_UNAVAILABLE ? GSS_S_UNAUTHORIZED : major;
}

GJ_EXPORT OM_uint32
gss_inquire_name(OM_uint32 *minor, gss_name_t name, int *is_mech_name,
    gss_OID *mech, gss_buffer_set_t *attributes)
{
	gss_name_t inner;
	OM_uint32 major = inner_of(minor, name, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->inquire_name(
	    minor, inner, is_mech_name, mech, attributes);
}

GJ_EXPORT OM_uint32
gss_set_name_attribute(OM_uint32 *minor, gss_name_t name, int complete,
    gss_buffer_t attribute, gss_buffer_t value)
{
	gss_name_t inner;
	OM_uint32 major = inner_of(minor, name, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->set_name_attribute(
	    minor, inner, complete, attribute, value);
}

GJ_EXPORT OM_uint32
gss_delete_name_attribute(
    OM_uint32 *minor, gss_name_t name, gss_buffer_t attribute)
{
	gss_name_t inner;
	OM_uint32 major = inner_of(minor, name, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->delete_name_attribute(minor, inner, attribute);
}
