/*
 * The mechanisms that the library has.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <dlfcn.h>
#include <jansson.h>
#include <stdio.h>
#include <strings.h>

#include "compat.h"
#include "hex.h"
#include "mechs.h"
#include "oid.h"
#include "options.h"
#include "report.h"
#include "status.h"

#define SCHEME_OCTETS 16

/* The names that a library has for one mechanism (RFC 5801). */
struct names {
	gss_buffer_desc sasl, mech, description;
};

static void
names_get(gss_OID mech, struct names *names)
{
	OM_uint32 minor;

	memset(names, 0, sizeof(*names));
	gss_inquire_saslname_for_mech(
	    &minor, mech, &names->sasl, &names->mech, &names->description);
}

static void
names_release(struct names *names)
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
	struct names names;
	bool is;

	names_get(mech, &names);
	is = buffer_is(&names.sasl, name) || buffer_is(&names.mech, name) ||
	     buffer_is(&names.description, name);
	names_release(&names);
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

	if (strcasecmp(name, "krb5") == 0)
		return oid_copy(&gj_mech_krb5, octets, size);
	if (strcasecmp(name, "spnego") == 0)
		return oid_copy(&gj_mech_spnego, octets, size);
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
oid_is(const gss_OID_desc *one, const gss_OID_desc *other)
{
	return one->length == other->length &&
	       memcmp(one->elements, other->elements, one->length) == 0;
}

static bool
name_of_library(gss_OID mech, char *text, size_t size)
{
	struct names names;
	bool has;

	names_get(mech, &names);
	has = names.mech.length > 0 && names.mech.length < size;
	if (has) {
		memcpy(text, names.mech.value, names.mech.length);
		text[names.mech.length] = '\0';
	}
	names_release(&names);
	return has;
}

void
mechs_name(gss_OID mech, char *text, size_t size)
{
	char dotted[GJ_OID_TEXT];

	if (mech == GSS_C_NO_OID) {
		strlcpy(text, "none", size);
	} else if (oid_is(mech, &gj_mech_krb5)) {
		strlcpy(text, "krb5", size);
	} else if (oid_is(mech, &gj_mech_spnego)) {
		strlcpy(text, "spnego", size);
	} else if (!name_of_library(mech, text, size)) {
		gj_oid_text(mech->elements, mech->length, dotted);
		strlcpy(text, dotted, size);
	}
}

/* The listing: one JSON object a mechanism, and its text from that. */

static json_t *
buffer_json(const gss_buffer_desc *buffer)
{
	return json_stringn(buffer->value, buffer->length);
}

static json_t *
attribute_json(gss_OID attribute)
{
	gss_buffer_desc name = GSS_C_EMPTY_BUFFER, brief = GSS_C_EMPTY_BUFFER;
	gss_buffer_desc full = GSS_C_EMPTY_BUFFER;
	char dotted[GJ_OID_TEXT];
	OM_uint32 minor;
	json_t *json;

	gss_display_mech_attr(&minor, attribute, &name, &brief, &full);
	gj_oid_text(attribute->elements, attribute->length, dotted);
	json = name.length > 0 ? buffer_json(&name) : json_string(dotted);
	gss_release_buffer(&minor, &name);
	gss_release_buffer(&minor, &brief);
	gss_release_buffer(&minor, &full);
	return json;
}

static json_t *
attributes_json(gss_OID mech)
{
	gss_OID_set attributes = GSS_C_NO_OID_SET, known = GSS_C_NO_OID_SET;
	json_t *json = json_array();
	OM_uint32 minor;
	size_t i;

	if (GSS_ERROR(
		gss_inquire_attrs_for_mech(&minor, mech, &attributes, &known)))
		return json;
	for (i = 0; attributes != NULL && i < attributes->count; i++)
		json_array_append_new(
		    json, attribute_json(&attributes->elements[i]));
	gss_release_oid_set(&minor, &attributes);
	gss_release_oid_set(&minor, &known);
	return json;
}

/*
 * The NEGOEX auth scheme, by a call that a stock Heimdal 7.8 does not have
 * and MIT does not export: looked up when it is needed.  NULL where the
 * library cannot tell or the mechanism has none.
 */
static json_t *
scheme_json(gss_OID mech)
{
	typedef OM_uint32 query(OM_uint32 *, gss_OID, unsigned char *);
	unsigned char scheme[SCHEME_OCTETS];
	char hex[GJ_HEX_ROOM(SCHEME_OCTETS)];
	OM_uint32 minor;
	void *self = dlopen(NULL, RTLD_LAZY), *symbol = NULL;
	query *call;
	json_t *json = json_null();

	if (self != NULL)
		symbol = dlsym(self, "gssspi_query_mechanism_info");
	if (symbol != NULL) {
		memcpy(&call, &symbol, sizeof(call));
		if (!GSS_ERROR(call(&minor, mech, scheme))) {
			gj_hex_text(scheme, sizeof(scheme), hex);
			json = json_string(hex);
		}
	}
	if (self != NULL)
		dlclose(self);
	return json;
}

static json_t *
mech_json(gss_OID mech)
{
	char dotted[GJ_OID_TEXT], name[64];
	struct names names;
	json_t *json = json_object();

	gj_oid_text(mech->elements, mech->length, dotted);
	mechs_name(mech, name, sizeof(name));
	names_get(mech, &names);
	json_object_set_new(json, "oid", json_string(dotted));
	json_object_set_new(json, "name", json_string(name));
	json_object_set_new(json, "sasl_name", buffer_json(&names.sasl));
	json_object_set_new(
	    json, "description", buffer_json(&names.description));
	json_object_set_new(json, "attributes", attributes_json(mech));
	json_object_set_new(json, "negoex_auth_scheme", scheme_json(mech));
	names_release(&names);
	return json;
}

static const char *
text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text != NULL ? text : "";
}

static void
mech_print(const json_t *json)
{
	const json_t *attributes = json_object_get(json, "attributes");
	size_t i;

	printf("%-8s %s\n", text_of(json, "name"), text_of(json, "oid"));
	if (text_of(json, "description")[0] != '\0')
		printf("         %s\n", text_of(json, "description"));
	if (text_of(json, "sasl_name")[0] != '\0')
		printf("         SASL name %s\n", text_of(json, "sasl_name"));
	if (text_of(json, "negoex_auth_scheme")[0] != '\0')
		printf("         NEGOEX auth scheme %s\n",
		    text_of(json, "negoex_auth_scheme"));
	if (json_array_size(attributes) > 0)
		printf("         attributes");
	for (i = 0; i < json_array_size(attributes); i++)
		printf(" %s", json_string_value(json_array_get(attributes, i)));
	printf(json_array_size(attributes) > 0 ? "\n" : "");
}

int
mechs_command(int argc, char **argv)
{
	gss_OID_set mechs = GSS_C_NO_OID_SET;
	struct options options;
	OM_uint32 major, minor;
	json_t *json;
	size_t i;
	int status = options_read(&options, argc, argv);

	if (status != EXIT_WORKED)
		return status;
	if (options.operand_count != 0) {
		fprintf(stderr, "usage: gsstest mechs [-j]\n");
		return EXIT_USAGE;
	}
	major = gss_indicate_mechs(&minor, &mechs);
	if (GSS_ERROR(major)) {
		report_gss_error("gss_indicate_mechs", major, minor, NULL);
		return EXIT_FAILED;
	}
	for (i = 0; i < mechs->count; i++) {
		json = mech_json(&mechs->elements[i]);
		if (options.json)
			report_json(json);
		else
			mech_print(json);
		json_decref(json);
	}
	gss_release_oid_set(&minor, &mechs);
	return EXIT_WORKED;
}
