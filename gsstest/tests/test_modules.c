/*
 * The nouns behind the modules' borders: hop's counting, keys, faults and
 * messages; krb5nx's frame; names, credentials and OIDs that all share.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "cred.h"
#include "hop/context.h"
#include "hop/message.h"
#include "hop/octets.h"
#include "hop/outcome.h"
#include "krb5nx/frame.h"
#include "mechglue.h"
#include "module.h"
#include "name.h"
#include "oid_kept.h"
#include "suite.h"

#define OCTETS(t)    (t), sizeof(t) - 1
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* --- A mechglue that counts ---------------------------------------------- */

static int imports, names_alive, creds_released;
static OM_uint32 import_major;
static char a_name, a_cred, foreign_cred[64];

static OM_uint32
import_name(
    OM_uint32 *minor, gss_buffer_t value, gss_OID type, gss_name_t *name)
{
	*minor = 0;
	/* Lets the other threads come here as well, if they may. */
	for (int i = 0; i < 100; i++)
		sched_yield();
	imports++;
	*name = GSS_C_NO_NAME;
	if (import_major != GSS_S_COMPLETE)
		return import_major;
	ck_assert_uint_eq(value->length, 3);
	ck_assert_ptr_null(type);
	names_alive++;
	*name = (gss_name_t)&a_name;
	return GSS_S_COMPLETE;
}

static OM_uint32
release_name(OM_uint32 *minor, gss_name_t *name)
{
	*minor = 0;
	ck_assert_ptr_eq(*name, &a_name);
	*name = GSS_C_NO_NAME;
	names_alive--;
	return GSS_S_COMPLETE;
}

static OM_uint32
release_cred(OM_uint32 *minor, gss_cred_id_t *cred)
{
	*minor = 0;
	ck_assert(*cred == (gss_cred_id_t)&a_cred ||
		  *cred == (gss_cred_id_t)foreign_cred);
	*cred = GSS_C_NO_CREDENTIAL;
	creds_released++;
	return GSS_S_COMPLETE;
}

static struct gj_mechglue table;

const struct gj_mechglue *
gj_mechglue(void)
{
	table.import_name = import_name;
	table.release_name = release_name;
	table.release_cred = release_cred;
	return &table;
}

/* krb5nx's. */
gss_OID_desc gj_module_mech = {6, (void *)"\x69\x84\xd4\xa1\xdc\x54"};

static void
setup(void)
{
	imports = names_alive = creds_released = 0;
	import_major = GSS_S_COMPLETE;
	unsetenv("HOPS");
	unsetenv("KEY");
	unsetenv("HOP_INIT");
	unsetenv("HOP_ACCEPT");
	unsetenv("HOP_PROCESS");
	unsetenv("HOP_CONF");
	unsetenv("HOP_WRAP_FAIL");
}

/* --- Names, credentials, OIDs -------------------------------------------- */

static const gss_buffer_desc bob = {3, (void *)"bob"};

START_TEST(name_imported_once)
{
	gss_name_t name, inner, copy;
	OM_uint32 minor;

	ck_assert_uint_eq(
	    gj_name_new(&minor, &bob, GSS_C_NO_OID, &name), GSS_S_COMPLETE);
	ck_assert_int_eq(imports, 0);
	import_major = GSS_S_BAD_NAME;
	ck_assert_uint_eq(gj_name_inner(&minor, name, &inner), GSS_S_BAD_NAME);
	ck_assert_ptr_null(inner);
	import_major = GSS_S_COMPLETE;
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(
		    gj_name_inner(&minor, name, &inner), GSS_S_COMPLETE);
		ck_assert_ptr_eq(inner, &a_name);
	}
	ck_assert_int_eq(imports, 2);
	ck_assert_uint_eq(gj_name_copy(&minor, name, &copy), GSS_S_COMPLETE);
	gj_name_free(&copy);
	ck_assert_int_eq(names_alive, 1);
	gj_name_free(&name);
	ck_assert_ptr_null(name);
	gj_name_free(&name);
	ck_assert_int_eq(names_alive, 0);
}
END_TEST

START_TEST(name_none)
{
	gss_name_t none = GSS_C_NO_NAME, out = (gss_name_t)&a_name;
	OM_uint32 minor;

	ck_assert_uint_eq(gj_name_inner(&minor, none, &out), GSS_S_COMPLETE);
	ck_assert_ptr_null(out);
	ck_assert_uint_eq(gj_name_wrap(&minor, &none, &out), GSS_S_COMPLETE);
	ck_assert_ptr_null(out);
	ck_assert_uint_eq(gj_name_copy(&minor, none, &out), GSS_S_BAD_NAME);
}
END_TEST

static pthread_barrier_t start;

/* What a thread gets of the one name: the same, imported once. */
static void *
name_use(void *name)
{
	gss_name_t inner;
	OM_uint32 minor;

	pthread_barrier_wait(&start);
	for (int i = 0; i < 1000; i++)
		if (gj_name_inner(&minor, name, &inner) != GSS_S_COMPLETE ||
		    inner != (gss_name_t)&a_name)
			return NULL;
	return name;
}

START_TEST(name_threads)
{
	pthread_t threads[4];
	gss_name_t name;
	OM_uint32 minor;
	void *result;

	gj_name_new(&minor, &bob, GSS_C_NO_OID, &name);
	pthread_barrier_init(&start, NULL, 4);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(
		    pthread_create(&threads[i], NULL, name_use, name), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], &result);
		ck_assert_ptr_eq(result, name);
	}
	pthread_barrier_destroy(&start);
	ck_assert_int_eq(imports, 1);
	gj_name_free(&name);
}
END_TEST

START_TEST(cred_ours_and_foreign)
{
	gss_cred_id_t inner = (gss_cred_id_t)&a_cred, cred;
	OM_uint32 minor;

	ck_assert_uint_eq(gj_cred_wrap(&minor, &inner, &cred), GSS_S_COMPLETE);
	ck_assert_ptr_null(inner);
	ck_assert_ptr_eq(gj_cred_inner(cred), &a_cred);
	ck_assert_ptr_null(gj_cred_inner(GSS_C_NO_CREDENTIAL));
	gj_cred_free(&cred);
	ck_assert_int_eq(creds_released, 1);
	cred = (gss_cred_id_t)foreign_cred;
	gj_cred_free(&cred);
	ck_assert_ptr_null(cred);
	ck_assert_int_eq(creds_released, 2);
}
END_TEST

START_TEST(oid_one_copy)
{
	unsigned char octets[GJ_OID_KEPT_OCTETS + 1] = {0x2a, 3};
	gss_OID_desc oid = {2, octets}, far = {sizeof(octets), octets};
	gss_OID kept = gj_oid_keep(&oid);

	ck_assert_ptr_nonnull(kept);
	ck_assert_ptr_eq(gj_oid_keep(&oid), kept);
	ck_assert(gj_oid_is_kept(kept));
	ck_assert(!gj_oid_is_kept(&oid));
	ck_assert_ptr_null(gj_oid_keep(&far));
	ck_assert_ptr_null(gj_oid_keep(GSS_C_NO_OID));
	for (int i = 0; i < 2 * GJ_OID_KEPT_MAX; i++) {
		octets[0] = (unsigned char)(i >> 8);
		octets[1] = (unsigned char)i;
		gj_oid_keep(&oid);
	}
	octets[0] = 0x7f;
	ck_assert_ptr_null(gj_oid_keep(&oid));
	octets[0] = 0x2a, octets[1] = 3;
	ck_assert_ptr_eq(gj_oid_keep(&oid), kept);
}
END_TEST

/* --- hop ------------------------------------------------------------------ */

static const gss_OID_desc hop = {6, (void *)"\x69\x85\xa2\xc0\xac\x66"};

START_TEST(hop_counts)
{
	struct hop_context *context = hop_context_new(hop_mech(&hop), true, 3);
	uint8_t hops = 0, key[HOP_KEY_SIZE];

	ck_assert(hop_context_send(context, &hops));
	ck_assert_uint_eq(hops, 2);
	ck_assert(!hop_context_key(context, false, key));
	ck_assert_uint_eq(hop_context_received(context, 1), 0);
	ck_assert(hop_context_send(context, &hops));
	ck_assert_uint_eq(hops, 0);
	ck_assert(!hop_context_send(context, &hops));
	ck_assert_uint_eq(hop_context_received(context, 0), HOP_WRONG_STATE);
	free(context);
	context = hop_context_new(hop_mech(&hop), false, 3);
	ck_assert_uint_eq(hop_context_received(context, 1), HOP_WRONG_COUNT);
	free(context);
}
END_TEST

static const struct key_row {
	const char *setting;
	bool initiator, verify;
	uint8_t hops;
	int first; /* -1: none */
} key_rows[] = {
    {NULL, true, false, 0, 1},
    {NULL, true, true, 0, 0},
    {NULL, false, false, 0, 0},
    {NULL, false, true, 0, 1},
    {NULL, true, false, 1, -1},
    {"always", true, false, 9, 1},
    {"always", false, false, 9, 0},
    {"init-always", true, true, 9, 0},
    {"init-always", false, true, 9, -1},
    {"accept-always", true, false, 9, -1},
    {"accept-always", false, true, 9, 1},
    {"never", true, false, 0, -1},
    {"never", false, false, 9, -1},
    {"init-always", false, true, 0, 1},
};

START_TEST(hop_keys)
{
	const struct key_row *row = &key_rows[_i];
	struct hop_context *context =
	    hop_context_new(hop_mech(&hop), row->initiator, row->hops);
	static const uint8_t zeros[HOP_KEY_SIZE - 1];
	uint8_t key[HOP_KEY_SIZE];
	bool has;

	if (row->setting != NULL)
		setenv("KEY", row->setting, 1);
	has = hop_context_key(context, row->verify, key);
	ck_assert_int_eq(has, row->first >= 0);
	if (has) {
		ck_assert_int_eq(key[0], row->first);
		ck_assert_mem_eq(key + 1, zeros, sizeof(zeros));
	}
	free(context);
}
END_TEST

static const struct hops_row {
	const char *value;
	uint8_t hops;
} hops_rows[] = {{NULL, 1}, {"1", 1}, {"255", 255}, {"0", 0}, {"256", 0},
    {"-1", 0}, {"", 0}, {"2x", 0}, {"x", 0}};

START_TEST(hop_hops)
{
	if (hops_rows[_i].value != NULL)
		setenv("HOPS", hops_rows[_i].value, 1);
	ck_assert_uint_eq(hop_fault_hops(), hops_rows[_i].hops);
}
END_TEST

START_TEST(hop_faults)
{
	setenv("INIT_QUERY_FAIL", "102", 1);
	ck_assert(hop_fault(true, HOP_QUERY_FAIL, &hop));
	ck_assert(!hop_fault(false, HOP_QUERY_FAIL, &hop));
	ck_assert(!hop_fault(true, HOP_QUERY_NONE, &hop));
	setenv("INIT_QUERY_FAIL", "44", 1);
	ck_assert(!hop_fault(true, HOP_QUERY_FAIL, &hop));
	unsetenv("INIT_QUERY_FAIL");
	for (OM_uint32 i = HOP_ACCEPTOR_FAILED; i <= HOP_BAD_SCRIPT; i++)
		ck_assert_ptr_nonnull(hop_minor_text(i));
	ck_assert_ptr_null(hop_minor_text(HOP_BAD_SCRIPT + 1));
	ck_assert_ptr_null(hop_minor_text(0));
	ck_assert_str_eq(hop_minor_text(12345), "failure from acceptor");
}
END_TEST

START_TEST(hop_messages)
{
	uint8_t wrapped[5 + HOP_WRAP_OVERHEAD], *exact;
	struct gssloop_view inner;
	bool conf;

	hop_message_wrap("hello", 5, _i == 1, wrapped);
	for (size_t size = 0; size <= sizeof(wrapped); size++) {
		exact = suite_exact(wrapped, size);
		ck_assert_int_eq(hop_message_unwrap(exact, size, &inner, &conf),
		    size == sizeof(wrapped));
		if (size == sizeof(wrapped))
			ck_assert_mem_eq(inner.data, "hello", 5);
		free(exact);
	}
	ck_assert_int_eq(conf, _i == 1);
	for (size_t i = 0; i < sizeof(wrapped); i++) {
		wrapped[i] ^= 0x40;
		ck_assert(!hop_message_unwrap(
		    wrapped, sizeof(wrapped), &inner, &conf));
		wrapped[i] ^= 0x40;
	}
}
END_TEST

/* --- hop's script ----------------------------------------------------------
 */

static const struct script_row {
	const char *script;
	unsigned int call;
	struct hop_script said;
} script_rows[] = {
    {NULL, 1, {.major = 0}},
    {"1:major=complete", 2, {.major = 0}},
    {"1:major=complete", 1, {.has_major = true}},
    {"1:major=continue", 1,
	{.has_major = true, .major = GSS_S_CONTINUE_NEEDED}},
    {"1:major=bad-mic", 1, {.has_major = true, .major = GSS_S_BAD_MIC}},
    {"1:major=name-not-mn", 1, {.has_major = true, .major = GSS_S_NAME_NOT_MN}},
    {"1:major=gap-token", 1, {.has_major = true, .major = GSS_S_GAP_TOKEN}},
    {"1:major=0x0", 1, {.has_major = true}},
    {"1:major=0xffffffff", 1, {.has_major = true, .major = 0xffffffff}},
    {"1:major=0xd0001", 1, {.has_major = true, .major = 0xd0001}},
    {"1:minor=4294967295", 1, {.has_minor = true, .minor = 4294967295}},
    {"65535:minor=0", 65535, {.has_minor = true}},
    {"1:token=none", 1, {.token = HOP_TOKEN_NONE}},
    {"1:token=empty", 1, {.token = HOP_TOKEN_EMPTY}},
    {"1:token=normal", 1, {.token = HOP_TOKEN_NORMAL}},
    {"1:token=nonesuch", 1,
	{.token = HOP_TOKEN_TEXT, .text = "nonesuch", .text_size = 8}},
    {"1:token=a=b:c d", 1,
	{.token = HOP_TOKEN_TEXT, .text = "a=b:c d", .text_size = 7}},
    {"1:flags=none", 1, {.has_flags = true}},
    {"1:flags=conf", 1, {.has_flags = true, .flags = GSS_C_CONF_FLAG}},
    {"1:flags=integ+prot-ready", 1,
	{.has_flags = true, .flags = GSS_C_INTEG_FLAG | GSS_C_PROT_READY_FLAG}},
    {"1:no-context", 1, {.no_context = true}},
    {"1:major=failure,minor=7,token=x,flags=none,no-context", 1,
	{.has_major = true,
	    .has_minor = true,
	    .has_flags = true,
	    .no_context = true,
	    .major = GSS_S_FAILURE,
	    .minor = 7,
	    .token = HOP_TOKEN_TEXT,
	    .text = "x",
	    .text_size = 1}},
    {"1:minor=1;2:minor=2;3:token=none", 2, {.has_minor = true, .minor = 2}},
    {"1:minor=1;2:minor=2;3:token=none", 3, {.token = HOP_TOKEN_NONE}},
    /* The later word, and the later part, of two. */
    {"1:minor=1,minor=2", 1, {.has_minor = true, .minor = 2}},
    {"1:minor=1;1:token=none", 1, {.token = HOP_TOKEN_NONE}},
    {"1:token=x,token=none", 1, {.token = HOP_TOKEN_NONE}},
};

START_TEST(script_good)
{
	const struct script_row *row = &script_rows[_i];
	const struct hop_script *said = &row->said;
	struct hop_script got;

	ck_assert_msg(
	    hop_script_read(row->script, row->call, &got), "%s", row->script);
	ck_assert_int_eq(got.has_major, said->has_major);
	ck_assert_int_eq(got.has_minor, said->has_minor);
	ck_assert_int_eq(got.has_flags, said->has_flags);
	ck_assert_int_eq(got.no_context, said->no_context);
	ck_assert_uint_eq(got.major, said->major);
	ck_assert_uint_eq(got.minor, said->minor);
	ck_assert_uint_eq(got.flags, said->flags);
	ck_assert_int_eq(got.token, said->token);
	ck_assert_uint_eq(got.text_size, said->text_size);
	if (said->text_size > 0)
		ck_assert_mem_eq(got.text, said->text, said->text_size);
}
END_TEST

static const char *const wrong_scripts[] = {"", ";", ":", "1", "1:", "1;",
    "x:minor=1", "0:minor=1", "-1:minor=1", " 1:minor=1", "65536:minor=1",
    "4294967297:minor=1", ":minor=1", "1:,", "1:minor=1,", "1:,minor=1",
    "1:minor=1;", "1:minor=1;;2:minor=1", ";1:minor=1", "1:major",
    "1:major=", "1:major=0x", "1:major=0x100000000", "1:major=0xg",
    "1:major=12", "1:major=Complete", "1:major=bad", "1:minor",
    "1:minor=", "1:minor=x", "1:minor=-1", "1:minor=4294967296",
    "1:minor=18446744073709551617", "1:token",
    "1:token=", "1:flags=", "1:flags=conf+", "1:flags=+conf",
    "1:flags=conf,integ", "1:flags=nonsense", "1:flags=none+conf",
    "1:no-context=1", "1:no-contex", "1:nothing=1", "1:=1",
    "1:minor=1;2:nonsense", "1:minor=1:minor=2"};

START_TEST(script_wrong)
{
	struct hop_script got;

	ck_assert_msg(!hop_script_read(wrong_scripts[_i], 1, &got), "\"%s\"",
	    wrong_scripts[_i]);
}
END_TEST

/* Each beginning of one is good just where a word has come to its end. */
START_TEST(script_cut)
{
	static const char whole[] = "1:minor=1,no-context;2:flags=conf";
	static const size_t good[] = {9, 20, 33};
	struct hop_script got;

	for (size_t size = 0; size < sizeof(whole); size++) {
		char *text = suite_exact(whole, size + 1);
		bool is_good = false;

		text[size] = '\0';
		for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
			is_good = is_good || good[i] == size;
		ck_assert_msg(
		    hop_script_read(text, 1, &got) == is_good, "%s", text);
		free(text);
	}
}
END_TEST

/* A call that went well by itself, with a token of one octet. */
static struct hop_outcome
outcome_make(bool initiator, struct hop_context *context, gss_buffer_t token)
{
	struct hop_outcome outcome;
	OM_uint32 minor;

	hop_outcome_begin(&outcome, initiator, context, hop_mech(&hop), token);
	if (outcome.context == NULL)
		outcome.context = hop_context_new(outcome.mech, initiator, 2);
	octets_copy(&minor, "t", 1, token);
	hop_outcome_end(&outcome, GSS_S_CONTINUE_NEEDED, 0);
	return outcome;
}

static const struct outcome_row {
	const char *script;
	OM_uint32 major, minor, flags;
	int hops; /* -1: no context */
	const char *token;
} outcome_rows[] = {
    {NULL, GSS_S_CONTINUE_NEEDED, 0, 0, 2, "t"},
    {"2:major=failure", GSS_S_CONTINUE_NEEDED, 0, 0, 2, "t"},
    {"1:major=failure", GSS_S_FAILURE, HOP_ASKED_FOR, 0, -1, "t"},
    {"1:major=failure,minor=3,token=none", GSS_S_FAILURE, 3, 0, -1, ""},
    {"1:major=failure,minor=3,token=more", GSS_S_FAILURE, 3, 0, -1, "more"},
    {"1:major=old-token,token=empty", GSS_S_OLD_TOKEN, 0, 0, -1, ""},
    {"1:major=complete", GSS_S_COMPLETE, 0, 0, 0, "t"},
    {"1:major=continue", GSS_S_CONTINUE_NEEDED, 0, 0, 2, "t"},
    {"1:no-context", GSS_S_CONTINUE_NEEDED, 0, 0, -1, "t"},
    {"1:major=complete,no-context", GSS_S_COMPLETE, 0, 0, -1, "t"},
    {"1:flags=anon", GSS_S_CONTINUE_NEEDED, 0, GSS_C_ANON_FLAG, 2, "t"},
    {"1:flags=anon,no-context", GSS_S_CONTINUE_NEEDED, 0, GSS_C_ANON_FLAG, -1,
	"t"},
    {"nonsense", GSS_S_FAILURE, HOP_BAD_SCRIPT, 0, -1, ""},
};

START_TEST(outcome_scripted)
{
	const struct outcome_row *row = &outcome_rows[_i / 2];
	gss_buffer_desc token = {0, NULL};
	bool initiator = _i % 2 != 0;
	struct hop_outcome got;

	if (row->script != NULL)
		setenv(initiator ? "HOP_INIT" : "HOP_ACCEPT", row->script, 1);
	setenv(initiator ? "HOP_ACCEPT" : "HOP_INIT", "1:minor=99", 1);
	got = outcome_make(initiator, NULL, &token);
	ck_assert_uint_eq(got.major, row->major);
	ck_assert_uint_eq(got.minor, row->minor);
	ck_assert_uint_eq(got.flags, row->flags);
	ck_assert_int_eq(got.context == NULL, row->hops < 0);
	ck_assert_int_eq(got.mech == NULL,
	    row->script != NULL && strstr(row->script, "no-context") != NULL);
	if (got.context != NULL) {
		ck_assert_int_eq(got.context->hops, row->hops);
		ck_assert_uint_eq(got.context->flags, row->flags);
		ck_assert_uint_eq(got.context->calls, 1);
	}
	ck_assert_uint_eq(token.length, strlen(row->token));
	if (token.length > 0)
		ck_assert_mem_eq(token.value, row->token, token.length);
	free(token.value);
	free(got.context);
}
END_TEST

/* The second call is that of the same context; a failed one has none. */
START_TEST(outcome_calls)
{
	gss_buffer_desc token = {0, NULL};
	struct hop_outcome got;

	setenv("HOP_INIT",
	    "1:minor=1;2:minor=2,major=complete;3:major=continue;"
	    "4:major=failure",
	    1);
	got = outcome_make(true, NULL, &token);
	ck_assert_uint_eq(got.minor, 1);
	free(token.value);
	got = outcome_make(true, got.context, &token);
	ck_assert_uint_eq(got.minor, 2);
	ck_assert_uint_eq(got.context->hops, 0);
	free(token.value);
	/* It awaits one token more. */
	got = outcome_make(true, got.context, &token);
	ck_assert_uint_eq(got.context->hops, 1);
	free(token.value);
	/* The context of a later call that fails is the mechglue's to delete.
	 */
	got = outcome_make(true, got.context, &token);
	ck_assert_uint_eq(got.major, GSS_S_FAILURE);
	ck_assert_ptr_nonnull(got.context);
	free(token.value);
	free(got.context);
	/* What failed by itself has the context that the script needs. */
	setenv("HOP_ACCEPT", "1:major=continue", 1);
	hop_outcome_begin(&got, false, NULL, hop_mech(&hop), &token);
	hop_outcome_end(&got, GSS_S_DEFECTIVE_TOKEN, HOP_BAD_TOKEN);
	ck_assert_uint_eq(got.major, GSS_S_CONTINUE_NEEDED);
	ck_assert_uint_eq(got.minor, 0);
	ck_assert_uint_eq(got.context->hops, 1);
	ck_assert(!got.context->initiator);
	free(got.context);
}
END_TEST

START_TEST(hop_protects)
{
	struct hop_context *context = hop_context_new(hop_mech(&hop), true, 1);

	ck_assert(!hop_context_protects(context));
	context->flags = GSS_C_PROT_READY_FLAG;
	ck_assert(hop_context_protects(context));
	context->flags = 0;
	context->hops = 0;
	ck_assert(hop_context_protects(context));
	context->deleted = true;
	ck_assert(!hop_context_protects(context));
	free(context);
}
END_TEST

static const struct process_row {
	const char *value;
	enum hop_process process;
	OM_uint32 flags;
} process_rows[] = {
    {NULL, HOP_PROCESS_NONE, 9},
    {"accept", HOP_PROCESS_ACCEPT, 9},
    {"refuse", HOP_PROCESS_REFUSE, 9},
    {"delete", HOP_PROCESS_DELETE, 9},
    {"flags=none", HOP_PROCESS_FLAGS, 0},
    {"flags=mutual+anon", HOP_PROCESS_FLAGS,
	GSS_C_MUTUAL_FLAG | GSS_C_ANON_FLAG},
    {"flags=", HOP_PROCESS_WRONG, 9},
    {"flags=mutual+", HOP_PROCESS_WRONG, 9},
    {"deleted", HOP_PROCESS_WRONG, 9},
    {"", HOP_PROCESS_WRONG, 9},
};

START_TEST(hop_processes)
{
	const struct process_row *row = &process_rows[_i];
	OM_uint32 flags = 9;

	if (row->value != NULL)
		setenv("HOP_PROCESS", row->value, 1);
	ck_assert_int_eq(hop_fault_process(&flags), row->process);
	ck_assert_uint_eq(flags, row->flags);
}
END_TEST

START_TEST(hop_message_faults)
{
	OM_uint32 minor = 1;

	ck_assert(hop_fault_conf(true) && !hop_fault_conf(false));
	setenv("HOP_CONF", "off", 1);
	ck_assert(!hop_fault_conf(true) && !hop_fault_conf(false));
	setenv("HOP_CONF", "always", 1);
	ck_assert(hop_fault_conf(true) && hop_fault_conf(false));
	ck_assert_uint_eq(
	    hop_fault_message(HOP_CALL_WRAP, &minor), GSS_S_COMPLETE);
	ck_assert_uint_eq(minor, 0);
	setenv("HOP_WRAP_FAIL", "bad-mic", 1);
	ck_assert_uint_eq(
	    hop_fault_message(HOP_CALL_WRAP, &minor), GSS_S_BAD_MIC);
	ck_assert_uint_eq(minor, HOP_ASKED_FOR);
	ck_assert_uint_eq(
	    hop_fault_message(HOP_CALL_UNWRAP, &minor), GSS_S_COMPLETE);
	setenv("HOP_WRAP_FAIL", "gap-token", 1);
	ck_assert_uint_eq(
	    hop_fault_message(HOP_CALL_WRAP, &minor), GSS_S_GAP_TOKEN);
	ck_assert_uint_eq(minor, 0);
	setenv("HOP_WRAP_FAIL", "", 1);
	ck_assert_uint_eq(
	    hop_fault_message(HOP_CALL_WRAP, &minor), GSS_S_FAILURE);
	ck_assert_uint_eq(minor, HOP_BAD_SCRIPT);
}
END_TEST

/* --- krb5nx's frame ------------------------------------------------------- */

#define NX   "\x06\x06\x69\x84\xd4\xa1\xdc\x54"
#define KRB5 "\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"

static const struct frame_row {
	const char *name;
	const char *token;
	size_t size, inner; /* octets within; 0: refused */
} frame_rows[] = {
    {"krb5", OCTETS("\x60\x17" NX "\x60\x0d" KRB5 "\x01\x00"), 15},
    {"AP-REQ", OCTETS("\x60\x0c" NX "\x6e\x02\x30\x00"), 4},
    {"krb5 without the frame", OCTETS("\x60\x0d" KRB5 "\x01\x00"), 0},
    {"another frame",
	OCTETS("\x60\x0c\x06\x06\x69\x85\xa2\xc0\xac\x66\x6e\x02\x30\x00"), 0},
    {"nothing within", OCTETS("\x60\x08" NX), 0},
    {"SPNEGO within",
	OCTETS("\x60\x12" NX "\x60\x08\x06\x06\x2b\x06\x01\x05\x05\x02"), 0},
    {"itself within", OCTETS("\x60\x12" NX "\x60\x08" NX), 0},
    {"NTLM within", OCTETS("\x60\x11" NX "NTLMSSP\0\1"), 0},
    {"NEGOEX within", OCTETS("\x60\x11" NX "NEGOEXTS\0"), 0},
    /* Heimdal reads an OID there, whatever the first octet is. */
    {"SPNEGO behind AP-REQ's tag",
	OCTETS("\x60\x12" NX "\x6e\x08\x06\x06\x2b\x06\x01\x05\x05\x02"), 0},
    {"krb5, with more behind it",
	OCTETS("\x60\x18" NX "\x60\x0d" KRB5 "\x01\x00x"), 0},
    {"AP-REQ, with more behind it", OCTETS("\x60\x0d" NX "\x6e\x02\x30\x00x"),
	0},
};

START_TEST(frame_rows_judged)
{
	const struct frame_row *row = &frame_rows[_i];
	gss_buffer_desc inner;

	for (size_t size = 0; size <= row->size; size++) {
		void *exact = suite_exact(row->token, size);
		gss_buffer_desc token = {size, exact};
		bool good = size == row->size && row->inner > 0;

		ck_assert_msg(krb5nx_frame_take(&token, &inner) == good,
		    "%s, %zu octets", row->name, size);
		ck_assert_uint_eq(inner.length, good ? row->inner : 0);
		free(exact);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("modules");
	TCase *tests = tcase_create("modules");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, name_imported_once);
	tcase_add_test(tests, name_none);
	tcase_add_test(tests, name_threads);
	tcase_add_test(tests, cred_ours_and_foreign);
	tcase_add_test(tests, oid_one_copy);
	tcase_add_test(tests, hop_counts);
	tcase_add_loop_test(
	    tests, hop_keys, 0, (int)(sizeof(key_rows) / sizeof(key_rows[0])));
	tcase_add_loop_test(tests, hop_hops, 0,
	    (int)(sizeof(hops_rows) / sizeof(hops_rows[0])));
	tcase_add_test(tests, hop_faults);
	tcase_add_loop_test(tests, hop_messages, 0, 2);
	tcase_add_loop_test(tests, script_good, 0, (int)COUNT(script_rows));
	tcase_add_loop_test(tests, script_wrong, 0, (int)COUNT(wrong_scripts));
	tcase_add_test(tests, script_cut);
	tcase_add_loop_test(
	    tests, outcome_scripted, 0, 2 * (int)COUNT(outcome_rows));
	tcase_add_test(tests, outcome_calls);
	tcase_add_test(tests, hop_protects);
	tcase_add_loop_test(tests, hop_processes, 0, (int)COUNT(process_rows));
	tcase_add_test(tests, hop_message_faults);
	tcase_add_loop_test(tests, frame_rows_judged, 0,
	    (int)(sizeof(frame_rows) / sizeof(frame_rows[0])));
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
