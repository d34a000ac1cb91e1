/*
 * Tests of the NEGOEX module's border: its settings, the credential's option,
 * and calls beside those of a conversation.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "border.h"
#include "gssapi_negoex.h"
#include "mechglue.h"
#include "module.h"
#include "negoex_talk.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define I NEGOEX_INITIATOR
#define A NEGOEX_ACCEPTOR

static void
begin(struct talk *talk, unsigned int legs)
{
	scripted_mechglue_reset(legs);
	memset(talk, 0, sizeof(*talk));
	talk->mechs[I] = talk->mechs[A] = "A";
	talk_begin(talk);
}

/* The credential's option. */
static const struct option {
	const char *name, *value;
	size_t size;
	bool good;
	const char *mechs; /* what is proposed then */
} options[] = {
    {"one", "\x06\x02\x69\x02", 4, true, "B"},
    {"two, in their order", "\x06\x02\x69\x03\x06\x02\x69\x01", 8, true, "CA"},
    {"empty: all again", "", 0, true, "ABC"},
    {"one that is unknown", "\x06\x02\x69\x77\x06\x02\x69\x02", 8, true, "B"},
    {"one without a scheme", "\x06\x02\x69\x04\x06\x02\x69\x02", 8, true, "B"},
    {"one twice", "\x06\x02\x69\x02\x06\x02\x69\x02", 8, true, "B"},
    {"cut", "\x06\x02\x69", 3, false, "A"},
    {"cut after a good one", "\x06\x02\x69\x02\x06", 5, false, "A"},
    {"left over", "\x06\x02\x69\x02x", 5, false, "A"},
    {"an OID of no octets", "\x06\x00", 2, false, "A"},
    {"another type", "\x04\x02\x69\x02", 4, false, "A"},
    {"a length beyond", "\x06\x7f\x69\x02", 4, false, "A"},
};

START_TEST(credential_option)
{
	const struct option *row = &options[_i];
	gss_OID_desc name = {
	    sizeof(GSS_NEGOEX_MECHS_OID) - 1, (void *)GSS_NEGOEX_MECHS_OID};
	gss_buffer_desc value = {row->size, suite_exact(row->value, row->size)};
	struct talk talk = {.mechs = {"A", NULL}};
	struct gj_negoex_message message;
	struct gj_negoex_error error;
	struct gj_negoex_walk walk;
	OM_uint32 major, minor;
	size_t i;

	scripted_mechglue_reset(1);
	talk_begin(&talk);
	major =
	    gssspi_set_cred_option(&minor, &talk.side[I].cred, &name, &value);
	free(value.value);
	ck_assert_msg((major == GSS_S_COMPLETE) == row->good, "%s", row->name);
	if (!row->good)
		ck_assert_uint_eq(minor, NEGOEX_MINOR_BASE + NEGOEX_BAD_OPTION);
	talk_turn(&talk);
	gj_negoex_walk_init(
	    &walk, talk.tokens[0].sent, talk.tokens[0].sent_size);
	ck_assert(gj_negoex_next(&walk, &message, &error));
	ck_assert_msg(
	    message.u.nego.scheme_count == strlen(row->mechs), "%s", row->name);
	for (i = 0; row->mechs[i] != '\0'; i++)
		ck_assert_int_eq(
		    message.u.nego.schemes[i * GJ_NEGOEX_GUID], row->mechs[i]);
	ck_assert(talk_end(&talk));
}
END_TEST

/* Another option is the mechglue's. */
START_TEST(other_option)
{
	gss_OID_desc name = {2, (void *)"\x69\x09"};
	gss_buffer_desc value = {3, (void *)"abc"};
	gss_cred_id_t none = GSS_C_NO_CREDENTIAL;
	struct talk talk = {.mechs = {"A", NULL}};
	OM_uint32 minor;

	scripted_mechglue_reset(1);
	talk_begin(&talk);
	ck_assert_uint_eq(
	    gssspi_set_cred_option(&minor, &talk.side[I].cred, &name, &value),
	    GSS_S_COMPLETE);
	ck_assert_uint_eq(minor, 3);
	ck_assert_uint_eq(gssspi_set_cred_option(&minor, &none, &name, &value),
	    GSS_S_UNAVAILABLE);
	ck_assert(talk_end(&talk));
}
END_TEST

/* The settings of the installation, from krb5.conf; each in its own process. */
static const struct setting {
	const char *text, *mechs;
	bool optimistic, initiator_prefers;
} settings[] = {
    {"", "ABC", true, false},
    {"[negoex]\nmechanisms = 2.25.3 2.25.1\n", "CA", true, false},
    {"[negoex]\nmechanisms = 2.25.9 2.25.2 2.25.4\n", "B", true, false},
    {"[negoex]\nmechanisms = nonsense 2.25.2 2.25.2\n", "B", true, false},
    {"[negoex]\npreference = initiator\n", "ABC", true, true},
    {"[negoex]\npreference = acceptor\n", "ABC", true, false},
    {"[negoex]\npreference = nonsense\n", "ABC", true, false},
    {"[negoex]\noptimistic = false\n", "ABC", false, false},
    {"[negoex]\noptimistic = no\npreference = initiator\n"
     "mechanisms = 2.25.1\n",
	"A", false, true},
};

START_TEST(installation_settings)
{
	const struct setting *row = &settings[_i];
	const struct negoex_installation *found;
	struct negoex_problem problem = {0};
	const char *folder = getenv("TMPDIR");
	FILE *stream;
	char path[4096];
	size_t i;

	snprintf(path, sizeof(path), "%s/gjallar-negoex.XXXXXX",
	    folder != NULL ? folder : "/tmp");
	stream = fdopen(mkstemp(path), "w");
	ck_assert_ptr_nonnull(stream);
	fputs(row->text, stream);
	fclose(stream);
	setenv("KRB5_CONFIG", path, 1);
	scripted_mechglue_reset(1);
	found = negoex_installation(&problem);
	remove(path);
	ck_assert_ptr_nonnull(found);
	ck_assert_uint_eq(found->count, strlen(row->mechs));
	ck_assert_uint_eq(found->oids.count, found->count);
	for (i = 0; i < found->count; i++)
		ck_assert_int_eq(found->list[i].scheme[0], row->mechs[i]);
	ck_assert(found->optimistic == row->optimistic);
	ck_assert(found->initiator_prefers == row->initiator_prefers);
	ck_assert(found == negoex_installation(&problem));
	ck_assert(scripted_mechglue_clean());
}
END_TEST

/* Without the mechglue nothing works, and nothing falls over. */
START_TEST(no_mechglue)
{
	gss_buffer_desc output, token = {5, (void *)"token"};
	gss_ctx_id_t handle = GSS_C_NO_CONTEXT;
	gss_name_t peer;
	gss_cred_id_t delegated;
	OM_uint32 minor;

	scripted_mechglue_reset(1);
	glue.absent = true;
	ck_assert_uint_eq(
	    gss_accept_sec_context(&minor, &handle, GSS_C_NO_CREDENTIAL, &token,
		GSS_C_NO_CHANNEL_BINDINGS, &peer, NULL, &output, NULL, NULL,
		&delegated),
	    GSS_S_UNAVAILABLE);
	ck_assert_uint_eq(minor, NEGOEX_MINOR_BASE + NEGOEX_NO_MECHGLUE);
	ck_assert_ptr_null(handle);
	ck_assert_uint_eq(
	    gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &handle,
		GSS_C_NO_NAME, &gj_module_mech, 0, 0, GSS_C_NO_CHANNEL_BINDINGS,
		GSS_C_NO_BUFFER, NULL, &output, NULL, NULL),
	    GSS_S_UNAVAILABLE);
	ck_assert_ptr_null(handle);
	ck_assert_uint_eq(
	    gss_import_sec_context(&minor, &token, &handle), GSS_S_UNAVAILABLE);
}
END_TEST

/* A mechglue without the metadata calls: none is sent, and none is given. */
START_TEST(no_metadata_calls)
{
	struct talk talk = {.mechs = {"A", "A"}};
	char text[128];
	size_t i;

	scripted_mechglue_reset(2);
	glue.part[0][I].metadata = "from I";
	glue.part[0][A].metadata = "from A";
	talk_begin(&talk);
	for (i = 0; i < 4; i++) {
		glue.no_metadata = i % 2 == (size_t)_i;
		talk_turn(&talk);
	}
	glue.no_metadata = false;
	ck_assert_msg(talk_complete(&talk, I) && talk_complete(&talk, A),
	    "%s %s", talk.side[I].text, talk.side[A].text);
	talk_messages(&talk, text, sizeof(text));
	ck_assert_str_eq(text, _i == I ? "NR nmCV V" : "NMR nCV V");
	ck_assert_uint_eq(glue.exchanges[0][I] + glue.exchanges[0][A], 0);
	ck_assert(talk_end(&talk));
}
END_TEST

START_TEST(no_randomness)
{
	struct talk talk = {.mechs = {"A", "A"}};

	scripted_mechglue_reset(2);
	talk_begin(&talk);
	if (_i == I)
		glue.random_fails = true;
	talk_turn(&talk);
	glue.random_fails = true;
	talk_run(&talk);
	ck_assert_uint_eq(talk.side[_i].major, GSS_S_FAILURE);
	ck_assert_uint_eq(
	    talk.side[_i].minor, NEGOEX_MINOR_BASE + NEGOEX_NO_RANDOMNESS);
	ck_assert(talk_end(&talk));
}
END_TEST

/* A context of the other role is not stepped. */
START_TEST(other_role)
{
	gss_buffer_desc output, token = {1, (void *)"x"};
	struct talk talk;
	OM_uint32 minor;

	begin(&talk, 4);
	talk_turn(&talk);
	ck_assert_uint_eq(
	    gss_accept_sec_context(&minor, &talk.side[I].handle,
		GSS_C_NO_CREDENTIAL, &token, GSS_C_NO_CHANNEL_BINDINGS, NULL,
		NULL, &output, NULL, NULL, NULL),
	    GSS_S_NO_CONTEXT);
	ck_assert_uint_eq(output.length, 0);
	talk_run(&talk);
	ck_assert(talk_complete(&talk, I) && talk_complete(&talk, A));
	ck_assert(talk_end(&talk));
}
END_TEST

/* What the caller does not want need not be given. */
START_TEST(nothing_wanted)
{
	gss_buffer_desc output;
	struct talk talk;
	OM_uint32 minor;

	begin(&talk, 1);
	talk_turn(&talk);
	ck_assert_uint_eq(
	    gss_accept_sec_context(&minor, &talk.side[A].handle,
		talk.side[A].cred,
		&(gss_buffer_desc){talk.tokens[0].got_size, talk.tokens[0].got},
		GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &output, NULL, NULL,
		NULL),
	    GSS_S_COMPLETE);
	free(output.value);
	ck_assert(talk_end(&talk));
}
END_TEST

/* The context behind is to be had only when all is proven. */
START_TEST(inquired)
{
	gss_OID_desc what = {
	    11, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x10"};
	gss_buffer_desc token = {1, (void *)"x"};
	gss_buffer_set_t set;
	struct talk talk;
	OM_uint32 minor;

	begin(&talk, 4);
	talk_turn(&talk);
	ck_assert_uint_eq(gss_inquire_sec_context_by_oid(
			      &minor, talk.side[I].handle, &what, &set),
	    GSS_S_NO_CONTEXT);
	ck_assert_ptr_null(set);
	ck_assert_uint_eq(
	    gss_process_context_token(&minor, talk.side[I].handle, &token),
	    GSS_S_NO_CONTEXT);
	talk_run(&talk);
	ck_assert_uint_eq(gss_inquire_sec_context_by_oid(
			      &minor, talk.side[I].handle, &what, &set),
	    GSS_S_COMPLETE);
	ck_assert_uint_eq(set->count, 2);
	gj_mechglue()->release_buffer_set(&minor, &set);
	ck_assert(talk_end(&talk));
}
END_TEST

START_TEST(exported_and_imported)
{
	gss_ctx_id_t imported, unfinished;
	gss_buffer_desc token, bad = {3, (void *)"bad"};
	struct talk talk;
	OM_uint32 minor;

	begin(&talk, 4);
	talk_turn(&talk);
	unfinished = talk.side[I].handle;
	ck_assert_uint_eq(
	    gss_export_sec_context(&minor, &talk.side[I].handle, &token),
	    GSS_S_NO_CONTEXT);
	ck_assert_ptr_eq(talk.side[I].handle, unfinished);
	talk_run(&talk);
	ck_assert_uint_eq(
	    gss_export_sec_context(&minor, &talk.side[A].handle, &token),
	    GSS_S_COMPLETE);
	ck_assert_ptr_null(talk.side[A].handle);
	ck_assert_uint_eq(
	    gss_import_sec_context(&minor, &token, &imported), GSS_S_COMPLETE);
	gj_mechglue()->release_buffer(&minor, &token);
	talk.side[A].handle = imported;
	ck_assert_uint_eq(talk_call(&talk, A, "x", 1, NULL), GSS_S_NO_CONTEXT);
	ck_assert_uint_eq(gss_import_sec_context(&minor, &bad, &imported),
	    GSS_S_DEFECTIVE_TOKEN);
	ck_assert_ptr_null(imported);
	ck_assert(talk_end(&talk));
}
END_TEST

/* Each of our minor codes has a text, and nobody else's has one. */
START_TEST(texts)
{
	char text[NEGOEX_TEXT];
	struct negoex_problem problem = {0};
	OM_uint32 code;
	bool ours;

	for (code = 0; code < 2 * NEGOEX_CODES; code++) {
		ours = (code > 0 && code < GJ_NEGOEX_FAULTS) ||
		       (code >= NEGOEX_CODE_OWN && code < NEGOEX_CODES);
		ck_assert_msg(negoex_problem_text(NEGOEX_MINOR_BASE + code,
				  text, sizeof(text)) == ours,
		    "%u", code);
		if (ours)
			ck_assert_uint_gt(strlen(text), strlen("NEGOEX: ") + 8);
	}
	ck_assert(!negoex_problem_text(0, text, sizeof(text)));
	/* The latest failure's own text is for its code alone. */
	negoex_problem_detail(&problem, NEGOEX_PEER_ALERT, "detail");
	negoex_problem_status(&problem, &code);
	ck_assert(negoex_problem_text(code, text, sizeof(text)));
	ck_assert_ptr_nonnull(strstr(text, "detail"));
	ck_assert(negoex_problem_text(code + 1, text, sizeof(text)));
	ck_assert_ptr_null(strstr(text, "detail"));
	ck_assert(!negoex_problem_text(UINT32_MAX, text, sizeof(text)));
}
END_TEST

static Suite *
suite(void)
{
	Suite *negoex_border = suite_create("negoex_border");
	TCase *settable = tcase_create("settings");
	TCase *border = tcase_create("border");

	tcase_add_loop_test(settable, credential_option, 0, COUNT(options));
	tcase_add_test(settable, other_option);
	tcase_add_loop_test(
	    settable, installation_settings, 0, COUNT(settings));
	suite_add_tcase(negoex_border, settable);
	tcase_add_test(border, no_mechglue);
	tcase_add_loop_test(border, no_metadata_calls, 0, NEGOEX_ROLES);
	tcase_add_loop_test(border, no_randomness, 0, NEGOEX_ROLES);
	tcase_add_test(border, other_role);
	tcase_add_test(border, nothing_wanted);
	tcase_add_test(border, inquired);
	tcase_add_test(border, exported_and_imported);
	tcase_add_test(border, texts);
	suite_add_tcase(negoex_border, border);
	return negoex_border;
}

int
main(void)
{
	return suite_run(suite());
}
