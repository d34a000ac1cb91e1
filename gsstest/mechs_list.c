/*
 * gsstest mechs: lists the mechanisms, as JSON and as text made from that.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <dlfcn.h>
#include <stdio.h>

#include "compat.h"
#include "complaint.h"
#include "hex.h"
#include "mechs.h"
#include "mechs_list.h"
#include "oid.h"

#define SCHEME_OCTETS 16

static json_t *
buffer_json(const gss_buffer_desc *buffer)
{
	return json_octets(buffer->value, buffer->length);
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
	struct mechs_names names;
	json_t *json = json_object();

	gj_oid_text(mech->elements, mech->length, dotted);
	mechs_name(mech, name, sizeof(name));
	mechs_names(mech, &names);
	json_object_set_new(json, "oid", json_string(dotted));
	json_object_set_new(json, "name", json_string(name));
	json_object_set_new(json, "sasl_name", buffer_json(&names.sasl));
	json_object_set_new(
	    json, "description", buffer_json(&names.description));
	json_object_set_new(json, "attributes", attributes_json(mech));
	json_object_set_new(json, "negoex_auth_scheme", scheme_json(mech));
	mechs_names_release(&names);
	return json;
}

static void
mech_print(const json_t *json)
{
	const json_t *attributes = json_object_get(json, "attributes");
	size_t i;

	printf(
	    "%-8s %s\n", json_text_of(json, "name"), json_text_of(json, "oid"));
	if (json_text_of(json, "description")[0] != '\0')
		printf("         %s\n", json_text_of(json, "description"));
	if (json_text_of(json, "sasl_name")[0] != '\0')
		printf(
		    "         SASL name %s\n", json_text_of(json, "sasl_name"));
	if (json_text_of(json, "negoex_auth_scheme")[0] != '\0')
		printf("         NEGOEX auth scheme %s\n",
		    json_text_of(json, "negoex_auth_scheme"));
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
	char text[640];
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
		complaint_text("gss_indicate_mechs", major, minor, GSS_C_NO_OID,
		    text, sizeof(text));
		fprintf(stderr, "gsstest: %s\n", text);
		return EXIT_FAILED;
	}
	for (i = 0; i < mechs->count; i++) {
		json = mech_json(&mechs->elements[i]);
		if (options.json)
			json_show(json);
		else
			mech_print(json);
		json_decref(json);
	}
	gss_release_oid_set(&minor, &mechs);
	return EXIT_WORKED;
}
