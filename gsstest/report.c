/*
 * What is told about a session.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <inttypes.h>
#include <stdio.h>

#include "compat.h"
#include "complaint.h"
#include "flags.h"
#include "mechs.h"
#include "oid.h"
#include "report.h"
#include "sent.h"
#include "text.h"

/* JSON. */

static json_t *
flags_json(OM_uint32 flags)
{
	json_t *json = json_array();
	const char *name;
	OM_uint32 flag;
	size_t i;

	for (i = 0; (name = gj_flags_name(i, &flag)) != NULL; i++)
		if ((flags & flag) != 0)
			json_array_append_new(json, json_string(name));
	return json;
}

static json_t *
name_json(gss_name_t name)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;
	json_t *json;

	if (name == GSS_C_NO_NAME ||
	    GSS_ERROR(gss_display_name(&minor, name, &text, NULL)))
		return json_null();
	json = json_octets(text.value, text.length);
	gss_release_buffer(&minor, &text);
	return json;
}

static json_t *
cred_json(gss_cred_id_t cred)
{
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor;
	json_t *json;

	if (cred == GSS_C_NO_CREDENTIAL)
		return json_null();
	if (GSS_ERROR(gss_inquire_cred(&minor, cred, &name, NULL, NULL, NULL)))
		return json_string("unnamed");
	json = name_json(name);
	if (name != GSS_C_NO_NAME)
		gss_release_name(&minor, &name);
	return json;
}

static json_t *
mech_json(gss_OID mech)
{
	char dotted[GJ_OID_TEXT], name[64];

	if (mech == GSS_C_NO_OID)
		return json_null();
	gj_oid_text(mech->elements, mech->length, dotted);
	mechs_name(mech, name, sizeof(name));
	return json_pack("{s:s, s:s}", "name", name, "oid", dotted);
}

static json_t *
steps_json(const struct session *session)
{
	json_t *json = json_array();
	unsigned int i;

	for (i = 0; i < session->step_count && i < SESSION_STEPS; i++)
		json_array_append_new(
		    json, json_string(session->steps[i]->name));
	return json;
}

static json_t *
branch_json(const struct session *session)
{
	const struct gssloop_branch_info *info;

	if (session->error_branch != NULL)
		return json_pack("{s:s, s:s}", "name", session->error_branch,
		    "section", session->error_section);
	if (session->loop == NULL)
		return json_null();
	info = gssloop_branch_info(gssloop_branch(session->loop));
	return json_pack("{s:s, s:s}", "name", info->name, "section",
	    info->section[session->party->role]);
}

static void
loop_add(json_t *json, const struct session *session)
{
	const struct gssloop *loop = session->loop;
	bool acceptor = session->party->role == GSSLOOP_ACCEPTOR;

	json_object_set_new(json, "mechanism", mech_json(gssloop_mech(loop)));
	json_object_set_new(json, "first_token",
	    mech_json(session->first.elements != NULL ? (gss_OID)&session->first
						      : GSS_C_NO_OID));
	json_object_set_new(json, "source",
	    acceptor ? name_json(gssloop_source(loop)) : json_null());
	json_object_set_new(json, "delegated",
	    acceptor ? cred_json(session_delegated(session)) : json_null());
	json_object_set_new(json, "granted", flags_json(gssloop_flags(loop)));
	json_object_set_new(
	    json, "lifetime", json_integer(gssloop_lifetime(loop)));
	json_object_set_new(json, "rounds", json_integer(gssloop_rounds(loop)));
	json_object_set_new(json, "channel",
	    json_string(gssloop_channel_name(session->channel)));
}

/* Whom a context says that it stands between. */
static json_t *
names_json(gss_ctx_id_t context)
{
	gss_name_t source = GSS_C_NO_NAME, target = GSS_C_NO_NAME;
	OM_uint32 minor;
	json_t *json;

	if (context == GSS_C_NO_CONTEXT ||
	    GSS_ERROR(gss_inquire_context(&minor, context, &source, &target,
		NULL, NULL, NULL, NULL, NULL)))
		return json_null();
	json = json_object();
	json_object_set_new(json, "source", name_json(source));
	json_object_set_new(json, "target", name_json(target));
	if (source != GSS_C_NO_NAME)
		gss_release_name(&minor, &source);
	if (target != GSS_C_NO_NAME)
		gss_release_name(&minor, &target);
	return json;
}

/* What the last context of two stands upon, and whom it says the peer is. */
static void
second_add(json_t *json, const struct session *session)
{
	const struct gssloop *first = session->associated;
	json_t *associated;

	json_object_set_new(json, "protected_by",
	    session->layer != NULL ? json_string(session->layer) : json_null());
	if (first == NULL)
		return;
	associated = mech_json(gssloop_mech(first));
	json_object_set_new(
	    associated, "granted", flags_json(gssloop_flags(first)));
	json_object_set_new(
	    associated, "lifetime", json_integer(gssloop_lifetime(first)));
	json_object_set_new(
	    associated, "rounds", json_integer(gssloop_rounds(first)));
	json_object_set_new(json, "associated", associated);
	json_object_set_new(
	    json, "names", names_json(gssloop_context(session->loop)));
}

static gss_OID
mech_asked(const struct options *options)
{
	if (options->ccm)
		return &gj_mech_ccm;
	return options->mech.elements != NULL ? (gss_OID)&options->mech
					      : GSS_C_NO_OID;
}

static void
party_add(json_t *json, const struct party *party)
{
	const struct options *options = party->options;

	json_object_set_new(json, "asked", mech_json(mech_asked(options)));
	json_object_set_new(json, "target",
	    party->target_text != NULL ? json_string(party->target_text)
				       : json_null());
	if (party->role == GSSLOOP_INITIATOR)
		json_object_set_new(json, "requested",
		    flags_json((options->request | options->require) &
			       ~GJ_FLAGS_TOLD & ~options->refuse));
	json_object_set_new(json, "required", flags_json(options->require));
	json_object_set_new(json, "refused", flags_json(options->refuse));
}

/* What an initiator sent, what a message's protection goes by. */
static void
protection_add(json_t *json, const struct session *session)
{
	const struct options *options = session->party->options;
	OM_uint32 flags;

	if (session->party->role == GSSLOOP_INITIATOR)
		json_object_set_new(
		    json, "no_ci_flags", json_boolean(options->no_ci_flags));
	else
		json_object_set_new(json, "sent",
		    sent_flags(session->began_with.value,
			session->began_with.length, &flags)
			? flags_json(flags)
			: json_null());
	json_object_set_new(json, "level",
	    options->level != NULL ? json_string(options->level->name)
				   : json_null());
	json_object_set_new(json, "flags_mean",
	    json_string(options->flags_mean == GSSLOOP_FLAGS_REQUIRED
			    ? "required"
			    : "available"));
}

static void
counts_add(json_t *json, const struct session *session)
{
	const struct session_messages *messages = &session->messages;

	json_object_set_new(json, "tokens",
	    json_pack("{s:I, s:I, s:I, s:I}", "sent", (json_int_t)session->sent,
		"received", (json_int_t)session->received, "octets_sent",
		(json_int_t)session->octets_sent, "octets_received",
		(json_int_t)session->octets_received));
	json_object_set_new(json, "messages",
	    json_pack("{s:I, s:I, s:I, s:I}", "conf",
		(json_int_t)messages->conf, "integ",
		(json_int_t)messages->integ, "mic", (json_int_t)messages->mic,
		"clear", (json_int_t)messages->clear));
}

json_t *
report_session(const struct session *session)
{
	bool ok = session_works(session);
	json_t *json = complaint_report(session->party->role, ok);
	uint64_t took = session->ended - session->began;

	if (session->loop != NULL)
		loop_add(json, session);
	if (session->party->second != NULL)
		second_add(json, session);
	party_add(json, session->party);
	protection_add(json, session);
	counts_add(json, session);
	json_object_set_new(json, "microseconds",
	    json_integer(session->ended > 0 ? (json_int_t)took : 0));
	json_object_set_new(json, "steps", steps_json(session));
	json_object_set_new(json, "branch", branch_json(session));
	json_object_set_new(
	    json, "error", ok ? json_null() : json_string(session->error));
	return json;
}

/* Text. */

static void
list_print(const char *label, const json_t *json, const char *key)
{
	const json_t *list = json_object_get(json, key);
	size_t i;

	if (json_array_size(list) == 0)
		return;
	printf("  %-10s", label);
	for (i = 0; i < json_array_size(list); i++)
		printf(" %s", json_string_value(json_array_get(list, i)));
	putchar('\n');
}

static void
line_print(const char *label, const char *text)
{
	char clean[1280];

	/* Names may come from a peer; a terminal sees printable ones only. */
	gj_text_clean(text, strlen(text), clean, sizeof(clean));
	if (clean[0] != '\0')
		printf("  %-10s %s\n", label, clean);
}

static void
mech_print(const char *label, const json_t *mech)
{
	if (mech != NULL && !json_is_null(mech))
		printf("  %-10s %s (%s)\n", label, json_text_of(mech, "name"),
		    json_text_of(mech, "oid"));
}

static void
tokens_print(const json_t *json)
{
	const json_t *tokens = json_object_get(json, "tokens");
	const json_t *messages = json_object_get(json, "messages");

	printf("  %-10s %" JSON_INTEGER_FORMAT " sent (%" JSON_INTEGER_FORMAT
	       " octets), %" JSON_INTEGER_FORMAT
	       " received (%" JSON_INTEGER_FORMAT " octets), "
	       "%" JSON_INTEGER_FORMAT " rounds, %" JSON_INTEGER_FORMAT
	       " microseconds\n",
	    "tokens", json_number_of(tokens, "sent"),
	    json_number_of(tokens, "octets_sent"),
	    json_number_of(tokens, "received"),
	    json_number_of(tokens, "octets_received"),
	    json_number_of(json, "rounds"),
	    json_number_of(json, "microseconds"));
	printf("  %-10s %" JSON_INTEGER_FORMAT
	       " wrapped with confidentiality, %" JSON_INTEGER_FORMAT
	       " without, %" JSON_INTEGER_FORMAT " with MIC\n",
	    "messages", json_number_of(messages, "conf"),
	    json_number_of(messages, "integ"), json_number_of(messages, "mic"));
}

/* Messages that no GSS call protected. */
static void
clear_print(const json_t *json)
{
	const json_t *messages = json_object_get(json, "messages");
	const char *layer = json_text_of(json, "protected_by");
	char text[1280];

	if (layer[0] == '\0' && json_number_of(messages, "clear") == 0)
		return;
	snprintf(text, sizeof(text),
	    "%" JSON_INTEGER_FORMAT " messages, protected by %s",
	    json_number_of(messages, "clear"),
	    layer[0] != '\0' ? layer : "nothing");
	line_print("below", text);
}

/* Of both ends, as a context of CCM gives them on either side. */
static void
names_print(const json_t *names)
{
	line_print("from", json_text_of(names, "source"));
	line_print("to", json_text_of(names, "target"));
}

static void
report_print(const json_t *json)
{
	const json_t *branch = json_object_get(json, "branch");
	bool ok = json_is_true(json_object_get(json, "ok"));

	printf("%s (%s): %s\n", json_text_of(json, "role"),
	    json_text_of(json, "library"), ok ? "ok" : "FAILED");
	line_print("error", json_text_of(json, "error"));
	mech_print("asked for", json_object_get(json, "asked"));
	mech_print("1st token", json_object_get(json, "first_token"));
	mech_print("mechanism", json_object_get(json, "mechanism"));
	mech_print("over", json_object_get(json, "associated"));
	line_print("target", json_text_of(json, "target"));
	line_print("source", json_text_of(json, "source"));
	names_print(json_object_get(json, "names"));
	line_print("delegated", json_text_of(json, "delegated"));
	list_print("requested", json, "requested");
	list_print("required", json, "required");
	list_print("refused", json, "refused");
	list_print("sent", json, "sent");
	list_print("granted", json, "granted");
	line_print("level", json_text_of(json, "level"));
	list_print("steps", json, "steps");
	if (branch != NULL && !json_is_null(branch))
		printf("  %-10s %s, section %s\n", "branch",
		    json_text_of(branch, "name"),
		    json_text_of(branch, "section"));
	if (json_object_get(json, "tokens") != NULL)
		tokens_print(json);
	clear_print(json);
	fflush(stdout);
}

void
report_show(const struct options *options, const json_t *report)
{
	bool ok = json_is_true(json_object_get(report, "ok"));

	if (options->quiet && ok)
		return;
	if (options->json)
		json_show(report);
	else
		report_print(report);
	/* A person who looks only at stderr is to see it, too. */
	if (options->json && !ok)
		fprintf(stderr, "gsstest: %s\n", json_text_of(report, "error"));
}

void
report_sum(const struct options *options, enum gssloop_role role,
    unsigned int all, unsigned int worked, uint64_t microseconds)
{
	json_t *json;

	if (all < 2 && !options->quiet)
		return;
	json = json_pack("{s:s, s:s, s:b, s:I, s:I, s:I}", "sum",
	    complaint_role(role), "library", gj_gss_library, "ok",
	    worked == all, "negotiations", (json_int_t)all, "worked",
	    (json_int_t)worked, "microseconds", (json_int_t)microseconds);
	if (options->json)
		json_show(json);
	else
		printf("%s (%s): %u of %u negotiations ok, %" PRIu64
		       " microseconds\n",
		    complaint_role(role), gj_gss_library, worked, all,
		    microseconds);
	fflush(stdout);
	json_decref(json);
}
