/*
 * The mechanisms that the library has.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <strings.h>

#include "compat.h"
#include "mechs.h"
#include "oid.h"

/* What we call by names of ours, whether the library has it or not. */
static const struct {
	const char *name;
	const gss_OID_desc *oid;
} known[] = {
    {"krb5", &gj_mech_krb5},
    {"spnego", &gj_mech_spnego},
    {"ccm", &gj_mech_ccm},
};

#define KNOWN (sizeof(known) / sizeof(known[0]))

void
mechs_names(gss_OID mech, struct mechs_names *names)
{
	OM_uint32 minor;

	memset(names, 0, sizeof(*names));
	gss_inquire_saslname_for_mech(
	    &minor, mech, &names->sasl, &names->mech, &names->description);
}

void
mechs_names_release(struct mechs_names *names)
{
	OM_uint32 minor;

	gss_release_buffer(&minor, &names->sasl);
	gss_release_buffer(&minor, &names->mech);
	gss_release_buffer(&minor, &names->description);
}

static bool
buffer_is(const gss_buffer_desc *buffer, const char *text)
{
	return buffer->length == strlen(text) && buffer->length > 0 &&
	       strncasecmp(buffer->value, text, buffer->length) == 0;
}

static bool
mech_is_named(gss_OID mech, const char *name)
{
	struct mechs_names names;
	bool is;

	mechs_names(mech, &names);
	is = buffer_is(&names.sasl, name) || buffer_is(&names.mech, name) ||
	     buffer_is(&names.description, name);
	mechs_names_release(&names);
	return is;
}

static bool
oid_copy(const gss_OID_desc *oid, unsigned char *octets, size_t *size)
{
	if (oid->length > GJ_OID_OCTETS)
		return false;
	memcpy(octets, oid->elements, oid->length);
	*size = oid->length;
	return true;
}

bool
mechs_find(const char *name, unsigned char *octets, size_t *size)
{
	gss_OID_set mechs = GSS_C_NO_OID_SET;
	OM_uint32 minor;
	bool found = false;
	size_t i;

	for (i = 0; i < KNOWN; i++)
		if (strcasecmp(name, known[i].name) == 0)
			return oid_copy(known[i].oid, octets, size);
	if (gj_oid_read(name, octets, size))
		return true;
	if (GSS_ERROR(gss_indicate_mechs(&minor, &mechs)))
		return false;
	for (i = 0; i < mechs->count && !found; i++)
		if (mech_is_named(&mechs->elements[i], name))
			found = oid_copy(&mechs->elements[i], octets, size);
	gss_release_oid_set(&minor, &mechs);
	return found;
}

static bool
name_of_library(gss_OID mech, char *text, size_t size)
{
	struct mechs_names names;
	bool has;

	mechs_names(mech, &names);
	has = names.mech.length > 0 && names.mech.length < size;
	if (has) {
		memcpy(text, names.mech.value, names.mech.length);
		text[names.mech.length] = '\0';
	}
	mechs_names_release(&names);
	return has;
}

static const char *
name_of_ours(gss_OID mech)
{
	size_t i;

	if (mech == GSS_C_NO_OID)
		return "none";
	for (i = 0; i < KNOWN; i++)
		if (gj_gss_oid_is(known[i].oid, mech->elements, mech->length))
			return known[i].name;
	return NULL;
}

void
mechs_name(gss_OID mech, char *text, size_t size)
{
	const char *ours = name_of_ours(mech);
	char dotted[GJ_OID_TEXT];

	if (ours != NULL) {
		strlcpy(text, ours, size);
	} else if (!name_of_library(mech, text, size)) {
		gj_oid_text(mech->elements, mech->length, dotted);
		strlcpy(text, dotted, size);
	}
}
