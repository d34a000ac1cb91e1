/*
 * through_probe: what is asked of a context, its key, and its way through
 * export and import.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "oid.h"
#include "through.h"

static const char *const sides[] = {"init", "accept"};

static const char *
oid_text(const gss_OID_desc *oid)
{
	static char text[GJ_OID_TEXT];

	if (oid == GSS_C_NO_OID ||
	    !gj_oid_text(oid->elements, oid->length, text))
		return "none";
	return text;
}

/* --- The context ------------------------------------------------------------
 */

static void
name_note(int side, const char *what, gss_name_t name)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER, exported = text;
	gss_OID type = GSS_C_NO_OID;
	OM_uint32 major, minor;

	if (name == GSS_C_NO_NAME) {
		printf("context.%s.%s none\n", sides[side], what);
		return;
	}
	major = gss_display_name(&minor, name, &text, &type);
	through_note(major, "context.%s.%s %.*s type %s", sides[side], what,
	    (int)text.length, text.length > 0 ? (char *)text.value : "",
	    oid_text(type));
	major = gss_export_name(&minor, name, &exported);
	through_note(major, "context.%s.%s exported length %zu", sides[side],
	    what, exported.length);
	gss_release_buffer(&minor, &text);
	gss_release_buffer(&minor, &exported);
}

static void
context_note(struct through *both, int side)
{
	gss_name_t source = GSS_C_NO_NAME, target = GSS_C_NO_NAME;
	OM_uint32 major, minor, lifetime = 0, time = 0, flags = 0;
	gss_OID mech = GSS_C_NO_OID;
	int initiated = 99, open = 99;

	major = gss_inquire_context(&minor, both->context[side], &source,
	    &target, &lifetime, &mech, &flags, &initiated, &open);
	through_note(major,
	    "context.%s.inquire mech %s flags %x initiated %d open %d",
	    sides[side], oid_text(mech), flags, initiated != 0, open != 0);
	name_note(side, "source", source);
	name_note(side, "target", target);
	gss_release_name(&minor, &source);
	gss_release_name(&minor, &target);
	major = gss_context_time(&minor, both->context[side], &time);
	through_note(major, "context.%s.time %s", sides[side],
	    time > 60 && time <= lifetime && lifetime - time < 60 ? "of inquiry"
								  : "another");
	major = gss_inquire_context(&minor, both->context[side], NULL, NULL,
	    NULL, NULL, NULL, NULL, NULL);
	through_note(major, "context.%s.inquire nothing", sides[side]);
}

/* What is asked for by OID; those of NEGOEX are krb5nx's own. */
static const struct object {
	const char *name;
	gss_OID_desc oid;
} objects[] = {
    {"session-key",
	{11, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05"}},
    {"negoex-key",
	{11, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x10"}},
    {"negoex-verify-key",
	{11, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x11"}},
    {"unknown", {3, (void *)"\x2a\x03\x04"}},
};

static void
object_note(struct through *both, const struct object *object)
{
	gss_buffer_set_t set[2] = {GSS_C_NO_BUFFER_SET, GSS_C_NO_BUFFER_SET};
	OM_uint32 major, minor;
	bool same = true;

	for (int side = INITIATOR; side <= ACCEPTOR; side++) {
		major = gss_inquire_sec_context_by_oid(&minor,
		    both->context[side], (gss_OID)&object->oid, &set[side]);
		printf("object.%s.%s", sides[side], object->name);
		for (size_t i = 0; set[side] != NULL && i < set[side]->count;
		     i++)
			printf(" %zu", set[side]->elements[i].length);
		through_note(major, "%s", "");
	}
	if (set[INITIATOR] == NULL || set[ACCEPTOR] == NULL)
		return;
	for (size_t i = 0; i < set[INITIATOR]->count; i++)
		same = same && i < set[ACCEPTOR]->count &&
		       memcmp(set[INITIATOR]->elements[i].value,
			   set[ACCEPTOR]->elements[i].value,
			   set[INITIATOR]->elements[i].length) == 0;
	printf(
	    "object.both.%s %s\n", object->name, same ? "same" : "different");
	gss_release_buffer_set(&minor, &set[INITIATOR]);
	gss_release_buffer_set(&minor, &set[ACCEPTOR]);
}

/* What only Heimdal's own calls ask for: through the same door. */
static void
krb5_note(struct through *both, int side)
{
	OM_uint32 major, minor, flags = 0;
	time_t authtime = 0;
	void *lucid = NULL;

	major = gss_krb5_get_tkt_flags(&minor, both->context[side], &flags);
	through_note(major, "object.%s.ticket-flags %x", sides[side], flags);
	major = gsskrb5_extract_authtime_from_sec_context(
	    &minor, both->context[side], &authtime);
	through_note(major, "object.%s.authtime %s", sides[side],
	    authtime > 0 ? "there" : "none");
	major = gss_krb5_export_lucid_sec_context(
	    &minor, &both->context[side], 1, &lucid);
	through_note(major, "object.%s.lucid %s", sides[side],
	    lucid != NULL ? "there" : "none");
	if (lucid != NULL)
		gss_krb5_free_lucid_sec_context(&minor, lucid);
}

static void
others_note(struct through *both, int side)
{
	gss_buffer_desc garbage = {20, (void *)"no token of anybody's"};
	gss_OID_desc unknown = {3, (void *)"\x2a\x03\x04"};
	OM_uint32 major, minor;

	major = gss_set_sec_context_option(
	    &minor, &both->context[side], &unknown, &garbage);
	through_note(major, "context.%s.option unknown", sides[side]);
	major =
	    gss_process_context_token(&minor, both->context[side], &garbage);
	through_note(major, "context.%s.token garbage", sides[side]);
}

void
through_inquiries(struct through *both)
{
	for (int side = INITIATOR; side <= ACCEPTOR; side++) {
		printf("context.%s.established mech %s flags %x\n", sides[side],
		    oid_text(both->mech[side]), both->flags[side]);
		context_note(both, side);
		others_note(both, side);
		krb5_note(both, side);
	}
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		object_note(both, &objects[i]);
}

/* --- Its key ----------------------------------------------------------------
 */

static void
random_note(struct through *both, int key, ssize_t size)
{
	gss_buffer_desc label = {5, (void *)"label"}, given[2];
	OM_uint32 major, minor;

	memset(given, 0, sizeof(given));
	for (int side = INITIATOR; side <= ACCEPTOR; side++) {
		major = gss_pseudo_random(&minor, both->context[side], key,
		    &label, size, &given[side]);
		through_note(major, "random.%s.%d.%zd length %zu", sides[side],
		    key, size, given[side].length);
	}
	if (given[INITIATOR].length > 0)
		printf("random.both.%d.%zd %s\n", key, size,
		    given[INITIATOR].length == given[ACCEPTOR].length &&
			    memcmp(given[INITIATOR].value,
				given[ACCEPTOR].value,
				given[ACCEPTOR].length) == 0
			? "same"
			: "different");
	gss_release_buffer(&minor, &given[INITIATOR]);
	gss_release_buffer(&minor, &given[ACCEPTOR]);
}

/* The two keys are two: what they give for one label differs. */
static void
keys_note(struct through *both, int side)
{
	gss_buffer_desc label = {5, (void *)"label"}, given[2];
	OM_uint32 minor;

	memset(given, 0, sizeof(given));
	for (int key = GSS_C_PRF_KEY_FULL; key <= GSS_C_PRF_KEY_PARTIAL; key++)
		gss_pseudo_random(
		    &minor, both->context[side], key, &label, 32, &given[key]);
	printf("random.%s.keys %s\n", sides[side],
	    given[0].length == 32 && given[1].length == 32 &&
		    memcmp(given[0].value, given[1].value, 32) != 0
		? "two"
		: "one");
	gss_release_buffer(&minor, &given[0]);
	gss_release_buffer(&minor, &given[1]);
}

/* Less than one block of the cipher's, one, and more than one; another key. */
void
through_random(struct through *both)
{
	static const ssize_t sizes[] = {1, 16, 100};

	for (int key = GSS_C_PRF_KEY_FULL; key <= GSS_C_PRF_KEY_PARTIAL; key++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
			random_note(both, key, sizes[i]);
	random_note(both, 7, 16);
	keys_note(both, INITIATOR);
	keys_note(both, ACCEPTOR);
}

/* --- Out and in -------------------------------------------------------------
 */

static bool
turn(struct through *both, int side)
{
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;

	major = gss_export_sec_context(&minor, &both->context[side], &token);
	through_note(major, "turn.%s.export %s", sides[side],
	    both->context[side] == GSS_C_NO_CONTEXT ? "gone" : "still there");
	if (major != GSS_S_COMPLETE)
		return false;
	major = gss_import_sec_context(&minor, &token, &both->context[side]);
	through_note(major, "turn.%s.import", sides[side]);
	gss_release_buffer(&minor, &token);
	return major == GSS_S_COMPLETE;
}

/* What was cut is no context; a cut that takes off nothing but names may be. */
static void
turn_garbage(struct through *both)
{
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER, cut;
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	OM_uint32 major, minor, ignored;

	if (gss_export_sec_context(&minor, &both->context[INITIATOR], &token) !=
	    GSS_S_COMPLETE)
		return;
	for (int i = 1; i <= 3; i++) {
		cut = token;
		cut.length = token.length * (size_t)i / 4;
		major = gss_import_sec_context(&minor, &cut, &context);
		through_note(
		    major == GSS_S_COMPLETE, "turn.garbage.import.%d", i);
		if (context != GSS_C_NO_CONTEXT)
			gss_delete_sec_context(
			    &ignored, &context, GSS_C_NO_BUFFER);
	}
	gss_import_sec_context(&minor, &token, &both->context[INITIATOR]);
	gss_release_buffer(&minor, &token);
}

/* One side imported, then both; and all as before. */
void
through_turn(struct through *both)
{
	for (int side = INITIATOR; side <= ACCEPTOR; side++) {
		if (!turn(both, side))
			return;
		printf("turn.%s.talk %s\n", sides[side],
		    through_talk(both) ? "good" : "bad");
	}
	turn_garbage(both);
	through_messages(both);
	through_iov(both);
	through_random(both);
	through_inquiries(both);
}
