/*
 * through_probe: the name of the peer and the credential that it delegated.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "oid.h"
#include "through.h"

/* 1.2.840.113554.1.2.1.1 and 1.3.6.1.5.6.4 (RFC 2743). */
static gss_OID_desc user_name = {
    10, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x01"};
static gss_OID_desc export_name = {6, (void *)"\x2b\x06\x01\x05\x06\x04"};

static const char *
oid_text(const gss_OID_desc *oid)
{
	static char text[GJ_OID_TEXT];

	if (oid == GSS_C_NO_OID ||
	    !gj_oid_text(oid->elements, oid->length, text))
		return "none";
	return text;
}

static gss_name_t
name_of(const char *text)
{
	gss_buffer_desc value = {strlen(text), (void *)text};
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor;

	gss_import_name(&minor, &value, &user_name, &name);
	return name;
}

/* --- Names ------------------------------------------------------------------
 */

static void
display(const char *what, gss_name_t name)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	gss_OID type = GSS_C_NO_OID;
	OM_uint32 major, minor;

	major = gss_display_name(&minor, name, &text, &type);
	through_note(major, "name.%s.display %.*s type %s", what,
	    (int)text.length, text.length > 0 ? (char *)text.value : "",
	    oid_text(type));
	gss_release_buffer(&minor, &text);
}

static void
compare(const char *what, gss_name_t a, gss_name_t b)
{
	OM_uint32 major, minor;
	int equal = 99;

	major = gss_compare_name(&minor, a, b, &equal);
	through_note(major, "name.compare.%s %s", what,
	    equal == 1	 ? "equal"
	    : equal == 0 ? "not equal"
			 : "?");
}

/* Both ways round, each with a name that nobody has looked at yet. */
static void
compare_text(const char *what, gss_name_t name, const char *text)
{
	gss_name_t other = name_of(text);
	OM_uint32 minor;

	compare(what, name, other);
	gss_release_name(&minor, &other);
	other = name_of(text);
	compare(what, other, name);
	gss_release_name(&minor, &other);
}

/* Out and in; the octets that come out again are the same. */
static void
exported(const char *what, gss_name_t name)
{
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER, again = out;
	gss_name_t in = GSS_C_NO_NAME;
	OM_uint32 major, minor;
	char text[GJ_HEX_ROOM(64)] = "";

	major = gss_export_name(&minor, name, &out);
	if (out.length <= 64)
		gj_hex_text(out.value, out.length, text);
	through_note(major, "name.%s.export %s", what, text);
	if (major != GSS_S_COMPLETE)
		return;
	major = gss_import_name(&minor, &out, &export_name, &in);
	through_note(major, "name.%s.import", what);
	if (major == GSS_S_COMPLETE) {
		display(what, in);
		compare("imported", name, in);
		major = gss_export_name(&minor, in, &again);
		through_note(major, "name.%s.export again %s", what,
		    out.length == again.length &&
			    memcmp(out.value, again.value, out.length) == 0
			? "same"
			: "different");
	}
	gss_release_buffer(&minor, &out);
	gss_release_buffer(&minor, &again);
	gss_release_name(&minor, &in);
}

/* Copies, made three ways, of what is released before they are looked at. */
static void
copies(gss_name_t name, gss_OID mech)
{
	gss_name_t copy = GSS_C_NO_NAME, second = GSS_C_NO_NAME;
	OM_uint32 major, minor;

	major = gss_duplicate_name(&minor, name, &copy);
	through_note(major, "name.duplicate");
	major = gss_duplicate_name(&minor, copy, &second);
	through_note(major, "name.duplicate again");
	compare("duplicate", name, copy);
	gss_release_name(&minor, &copy);
	display("duplicate", second);
	exported("duplicate", second);
	compare("duplicate again", second, name);
	major = gss_canonicalize_name(&minor, second, mech, &copy);
	through_note(major, "name.canonicalize");
	gss_release_name(&minor, &second);
	if (major != GSS_S_COMPLETE)
		return;
	display("canonical", copy);
	exported("canonical", copy);
	compare("canonical", name, copy);
	gss_release_name(&minor, &copy);
}

/* A name of the application's, made one of the mechanism's. */
static void
canonical_text(gss_name_t name, gss_OID mech)
{
	gss_name_t own = name_of("alice"), canonical = GSS_C_NO_NAME;
	gss_name_t copy = GSS_C_NO_NAME;
	OM_uint32 major, minor;

	major = gss_canonicalize_name(&minor, own, mech, &canonical);
	through_note(major, "name.own.canonicalize");
	gss_release_name(&minor, &own);
	if (major != GSS_S_COMPLETE)
		return;
	display("own", canonical);
	compare("own with peer", canonical, name);
	compare("peer with own", name, canonical);
	major = gss_duplicate_name(&minor, canonical, &copy);
	through_note(major, "name.own.duplicate");
	gss_release_name(&minor, &canonical);
	display("own duplicate", copy);
	gss_release_name(&minor, &copy);
}

static void
local(gss_name_t name)
{
	static const char *const users[] = {"alice", "bob"};
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	gss_name_t user;
	OM_uint32 major, minor;

	major = gss_localname(&minor, name, GSS_C_NO_OID, &text);
	through_note(major, "name.localname %.*s", (int)text.length,
	    text.length > 0 ? (char *)text.value : "");
	gss_release_buffer(&minor, &text);
	for (int i = 0; i < 2; i++) {
		user = name_of(users[i]);
		major = gss_authorize_localname(&minor, name, user);
		through_note(major, "name.authorize_localname %s", users[i]);
		gss_release_name(&minor, &user);
		printf("name.userok %s %d\n", users[i],
		    gss_userok(name, users[i]) != 0);
	}
}

static void
attributes(gss_name_t name)
{
	gss_buffer_desc attribute = {7, (void *)"urn:gj:"}, value = attribute;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER, got = text, composite = text;
	gss_buffer_set_t all = GSS_C_NO_BUFFER_SET;
	int is_mech = 99, authenticated = 0, complete = 0, more = -1;
	OM_uint32 major, minor;
	gss_OID mech = GSS_C_NO_OID;

	major = gss_inquire_name(&minor, name, &is_mech, &mech, &all);
	through_note(major, "name.inquire %zu",
	    all != GSS_C_NO_BUFFER_SET ? all->count : 0);
	gss_release_buffer_set(&minor, &all);
	major = gss_get_name_attribute(&minor, name, &attribute, &authenticated,
	    &complete, &got, &text, &more);
	through_note(major, "name.attribute.get");
	major = gss_set_name_attribute(&minor, name, 1, &attribute, &value);
	through_note(major, "name.attribute.set");
	major = gss_delete_name_attribute(&minor, name, &attribute);
	through_note(major, "name.attribute.delete");
	major = gss_export_name_composite(&minor, name, &composite);
	through_note(major, "name.composite length %zu", composite.length);
	gss_release_buffer(&minor, &got);
	gss_release_buffer(&minor, &text);
	gss_release_buffer(&minor, &composite);
}

/* Another peer's name is another one. */
static void
another(const struct through_way *way, gss_name_t name)
{
	const char *cache = getenv("PROBE_OTHER");
	char mine[256];
	struct through_way others;
	struct through both;
	OM_uint32 minor;

	if (cache == NULL)
		return;
	snprintf(mine, sizeof(mine), "%s", getenv("KRB5CCNAME"));
	setenv("KRB5CCNAME", cache, 1);
	if (through_way_open(&others, way->name) &&
	    through_establish(&others, &both)) {
		gss_name_t copy = GSS_C_NO_NAME;

		display("another", both.source);
		compare("another", name, both.source);
		compare("another's", both.source, name);
		gss_duplicate_name(&minor, both.source, &copy);
		compare("another's copy", name, copy);
		gss_release_name(&minor, &copy);
		through_end(&both);
	}
	through_way_close(&others);
	setenv("KRB5CCNAME", mine, 1);
}

void
through_names(const struct through_way *way, struct through *both)
{
	gss_name_t name = both->source;

	display("peer", name);
	exported("peer", name);
	compare("itself", name, name);
	compare_text("alice", name, "alice");
	compare_text("alice with realm", name, "alice@GJALLAR.TEST");
	compare_text("bob", name, "bob");
	copies(name, way->mech);
	canonical_text(name, way->mech);
	local(name);
	attributes(name);
	another(way, name);
}

/* --- The credential ---------------------------------------------------------
 */

static void
cred_note(const char *what, gss_cred_id_t cred)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor, lifetime = 0, second = 0;
	gss_OID_set mechs = GSS_C_NO_OID_SET;
	gss_name_t name = GSS_C_NO_NAME;
	gss_cred_usage_t usage = 99;

	major =
	    gss_inquire_cred(&minor, cred, &name, &lifetime, &usage, &mechs);
	if (name != GSS_C_NO_NAME)
		gss_display_name(&second, name, &text, NULL);
	through_note(major, "cred.%s.inquire %.*s lifetime %d usage %d", what,
	    (int)text.length, text.length > 0 ? (char *)text.value : "",
	    lifetime > 60, usage);
	for (size_t i = 0; mechs != NULL && i < mechs->count; i++)
		printf(
		    "cred.%s.mech %s\n", what, oid_text(&mechs->elements[i]));
	gss_release_oid_set(&minor, &mechs);
	gss_release_buffer(&minor, &text);
	gss_release_name(&minor, &name);
	lifetime = 0;
	major = gss_inquire_cred_by_mech(
	    &minor, cred, &gj_mech_krb5, &name, &lifetime, &second, &usage);
	through_note(major, "cred.%s.by_mech lifetime %d usage %d", what,
	    lifetime > 60, usage);
	gss_release_name(&minor, &name);
}

/* A context of krb5's, from what was delegated. */
static void
cred_use(const char *what, gss_cred_id_t cred)
{
	struct through_way way;
	struct through both;

	if (!through_way_open(&way, "krb5"))
		return;
	gss_release_cred(&(OM_uint32){0}, &way.cred[INITIATOR]);
	way.cred[INITIATOR] = cred;
	if (through_establish(&way, &both)) {
		display("of cred", both.source);
		printf("cred.%s.talk %s, delegated %d\n", what,
		    through_talk(&both) ? "good" : "bad",
		    both.delegated != GSS_C_NO_CREDENTIAL);
		through_end(&both);
	}
	way.cred[INITIATOR] = GSS_C_NO_CREDENTIAL;
	through_way_close(&way);
}

/* What the default credential cache has now. */
static void
cred_read(const char *what)
{
	gss_OID_set_desc mechs = {1, &gj_mech_krb5};
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	OM_uint32 major, minor;

	major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    &mechs, GSS_C_INITIATE, &cred, NULL, NULL);
	through_note(major, "cred.%s.acquire", what);
	if (major != GSS_S_COMPLETE)
		return;
	cred_note(what, cred);
	cred_use(what, cred);
	gss_release_cred(&minor, &cred);
}

/* Into a file, as the default credential of who reads that file. */
static void
cred_store(gss_cred_id_t cred)
{
	gss_OID_set stored = GSS_C_NO_OID_SET;
	char mine[256];
	OM_uint32 major, minor;

	if (getenv("PROBE_STORE") == NULL)
		return;
	snprintf(mine, sizeof(mine), "%s", getenv("KRB5CCNAME"));
	setenv("KRB5CCNAME", getenv("PROBE_STORE"), 1);
	major = gss_store_cred(
	    &minor, cred, GSS_C_INITIATE, &gj_mech_krb5, 1, 1, &stored, NULL);
	through_note(major, "cred.store %zu",
	    stored != GSS_C_NO_OID_SET ? stored->count : 0);
	gss_release_oid_set(&minor, &stored);
	cred_read("stored");
	setenv("KRB5CCNAME", mine, 1);
}

static void
cred_turn(gss_cred_id_t cred)
{
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	gss_cred_id_t in = GSS_C_NO_CREDENTIAL;
	OM_uint32 major, minor;

	major = gss_export_cred(&minor, cred, &token);
	through_note(major, "cred.export %d", token.length > 0);
	if (major != GSS_S_COMPLETE)
		return;
	major = gss_import_cred(&minor, &token, &in);
	through_note(major, "cred.import");
	if (major == GSS_S_COMPLETE) {
		cred_note("imported", in);
		cred_use("imported", in);
	}
	gss_release_cred(&minor, &in);
	gss_release_buffer(&minor, &token);
}

void
through_delegated(struct through *both)
{
	OM_uint32 major, minor;

	if (both->delegated == GSS_C_NO_CREDENTIAL) {
		printf("cred none\n");
		return;
	}
	cred_note("delegated", both->delegated);
	cred_use("delegated", both->delegated);
	cred_store(both->delegated);
	cred_turn(both->delegated);
	major = gss_release_cred(&minor, &both->delegated);
	through_note(major, "cred.release %s",
	    both->delegated == GSS_C_NO_CREDENTIAL ? "gone" : "still there");
}
