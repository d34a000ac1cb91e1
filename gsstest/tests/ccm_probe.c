/*
 * ccm_probe: one side of CCM contexts bound to a krb5 context, with all that
 * can be asked of them and much that has to be refused; for ccm.sh.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: ccm_probe init|accept [TARGET]
 *
 * Tokens go to standard output and come from standard input, a line of
 * hexadecimal digits each ("-": none).  What was seen goes to standard error, a
 * line each: "ok NAME" or "not ok NAME: what was seen".  Both sides go through
 * the same steps.
 *
 * Exit status: 0 all was right, 1 not, 2 usage.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gss.h"
#include "gssapi_ccm.h"

#define LINE_OCTETS  65536
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static gss_OID_desc ccm = {GSS_CCM_OID_LENGTH, (void *)GSS_CCM_OID};
static const char application_name[] = "probe:", other_name[] = "other:";

static struct {
	bool initiator, failed;
	gss_name_t target;
	gss_ctx_id_t krb5, first; /* first: of CCM */
	gss_ccm_application application, other;
	int connection, elsewhere; /* their addresses count */
	gss_buffer_desc handle;
} probe;

/* --- What was seen ----------------------------------------------------------
 */

static void
expect(const char *name, bool right, OM_uint32 major, OM_uint32 minor)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, ignored;

	if (right) {
		fprintf(stderr, "ok %s\n", name);
		return;
	}
	probe.failed = true;
	gss_display_status(
	    &ignored, minor, GSS_C_MECH_CODE, &ccm, &more, &text);
	fprintf(stderr, "not ok %s: major %08x, minor %u %.*s\n", name,
	    (unsigned int)major, (unsigned int)minor, (int)text.length,
	    (char *)text.value);
	gss_release_buffer(&ignored, &text);
}

static void
expect_major(
    const char *name, OM_uint32 wanted, OM_uint32 major, OM_uint32 minor)
{
	expect(name, major == wanted, major, minor);
}

/* By its text, as MIT's mechglue gives the numbers others. */
static bool
minor_is(OM_uint32 minor, const char *wanted)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, ignored;
	bool is;

	gss_display_status(
	    &ignored, minor, GSS_C_MECH_CODE, &ccm, &more, &text);
	is = text.length >= strlen(wanted) &&
	     memcmp(text.value, wanted, strlen(wanted)) == 0;
	gss_release_buffer(&ignored, &text);
	return is;
}

/* --- Lines ------------------------------------------------------------------
 */

static void
line_write(const gss_buffer_desc *token)
{
	for (size_t i = 0; i < token->length; i++)
		printf("%02x", ((const unsigned char *)token->value)[i]);
	puts(token->length == 0 ? "-" : "");
	fflush(stdout);
}

/* The caller frees the value; false at the end. */
static bool
line_read(gss_buffer_t token)
{
	static char line[2 * LINE_OCTETS + 2];
	unsigned int octet;

	token->length = 0;
	token->value = malloc(LINE_OCTETS);
	if (token->value == NULL || fgets(line, sizeof(line), stdin) == NULL)
		return false;
	while (token->length < LINE_OCTETS &&
	       sscanf(line + 2 * token->length, "%2x", &octet) == 1)
		((unsigned char *)token->value)[token->length++] =
		    (unsigned char)octet;
	return true;
}

/* --- The krb5 context -------------------------------------------------------
 */

static OM_uint32
krb5_step(OM_uint32 *minor, gss_buffer_t input, gss_buffer_t output)
{
	if (probe.initiator)
		return gss_init_sec_context(minor, GSS_C_NO_CREDENTIAL,
		    &probe.krb5, probe.target, &gj_mech_krb5,
		    GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG |
			GSS_C_REPLAY_FLAG,
		    0, GSS_C_NO_CHANNEL_BINDINGS, input, NULL, output, NULL,
		    NULL);
	return gss_accept_sec_context(minor, &probe.krb5, GSS_C_NO_CREDENTIAL,
	    input, GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, output, NULL, NULL,
	    NULL);
}

static bool
krb5_open(void)
{
	gss_buffer_desc input = GSS_C_EMPTY_BUFFER, output;
	OM_uint32 major = GSS_S_CONTINUE_NEEDED, minor = 0, ignored;

	if (probe.initiator) {
		major = krb5_step(&minor, GSS_C_NO_BUFFER, &output);
		line_write(&output);
		gss_release_buffer(&ignored, &output);
	}
	if (major == GSS_S_CONTINUE_NEEDED && line_read(&input)) {
		major = krb5_step(&minor, &input, &output);
		if (!probe.initiator)
			line_write(&output);
		gss_release_buffer(&ignored, &output);
	}
	free(input.value);
	expect_major("krb5", GSS_S_COMPLETE, major, minor);
	return major == GSS_S_COMPLETE;
}

/* --- Binding ----------------------------------------------------------------
 */

static void
register_both(void)
{
	gss_buffer_desc name = {
	    sizeof(application_name) - 1, (void *)application_name};
	gss_buffer_desc other = {sizeof(other_name) - 1, (void *)other_name};
	gss_buffer_desc begins = {3, (void *)application_name};
	gss_ccm_application none;
	OM_uint32 major, minor;

	major = gss_ccm_register(&minor, &name, NULL, NULL, &probe.application);
	expect_major("register", GSS_S_COMPLETE, major, minor);
	major = gss_ccm_register(&minor, &other, NULL, NULL, &probe.other);
	expect_major("register another", GSS_S_COMPLETE, major, minor);
	major = gss_ccm_register(&minor, &begins, NULL, NULL, &none);
	expect_major(
	    "register a part of one", GSS_S_DUPLICATE_ELEMENT, major, minor);
}

/* The target's handle goes over in clear: it would in krb5's messages. */
static void
bind_both(void)
{
	OM_uint32 major, minor;

	if (!probe.initiator)
		register_both();
	major = gss_ccm_bind(&minor, probe.application,
	    probe.initiator ? NULL : &probe.connection, probe.krb5,
	    probe.initiator ? GSS_C_NO_BUFFER : &probe.handle);
	expect_major("bind", GSS_S_COMPLETE, major, minor);
	major = gss_ccm_bind(
	    &minor, probe.application, NULL, probe.krb5, GSS_C_NO_BUFFER);
	expect_major("bind twice", GSS_S_DUPLICATE_ELEMENT, major, minor);
	if (probe.initiator)
		line_read(&probe.handle);
	else
		line_write(&probe.handle);
}

/* --- CCM contexts -----------------------------------------------------------
 */

static OM_uint32
ccm_first(OM_uint32 *minor, gss_ctx_id_t *context,
    const gss_buffer_desc *handle, gss_buffer_t output)
{
	gss_buffer_desc bootstrap;
	gss_OID mech = GSS_C_NO_OID;
	OM_uint32 major, ignored, flags = 0;

	output->value = NULL;
	output->length = 0;
	major = gss_ccm_bootstrap(minor, probe.krb5, handle, &bootstrap);
	if (major != GSS_S_COMPLETE)
		return major;
	major = gss_init_sec_context(minor, GSS_C_NO_CREDENTIAL, context,
	    probe.target, &ccm, 0, 0, GSS_C_NO_CHANNEL_BINDINGS, &bootstrap,
	    &mech, output, &flags, NULL);
	gss_release_buffer(&ignored, &bootstrap);
	return major;
}

/* One round trip; the major status and the minor's text that both want. */
static void
ccm_open(const char *name, const gss_buffer_desc *handle, OM_uint32 wanted,
    const char *text, gss_ctx_id_t *context)
{
	gss_buffer_desc input, output;
	OM_uint32 major, minor, ignored, flags = 0;

	major = ccm_first(&minor, context, handle, &output);
	if (major != GSS_S_CONTINUE_NEEDED)
		expect_major(name, GSS_S_CONTINUE_NEEDED, major, minor);
	line_write(&output);
	gss_release_buffer(&ignored, &output);
	if (!line_read(&input) || major != GSS_S_CONTINUE_NEEDED) {
		free(input.value);
		return;
	}
	major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, context,
	    probe.target, &ccm, 0, 0, GSS_C_NO_CHANNEL_BINDINGS, &input, NULL,
	    &output, &flags, NULL);
	free(input.value);
	expect(name,
	    major == wanted && output.length == 0 &&
		(major == GSS_S_COMPLETE || minor_is(minor, text)),
	    major, minor);
	gss_release_buffer(&ignored, &output);
}

static void
ccm_accept(
    const char *name, OM_uint32 wanted, const char *text, gss_ctx_id_t *context)
{
	gss_buffer_desc input, output;
	gss_name_t source = GSS_C_NO_NAME;
	gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
	gss_OID mech = GSS_C_NO_OID;
	OM_uint32 major, minor, ignored, flags = 0, lifetime = 0;

	if (!line_read(&input)) {
		free(input.value);
		return;
	}
	major = gss_accept_sec_context(&minor, context, GSS_C_NO_CREDENTIAL,
	    &input, GSS_C_NO_CHANNEL_BINDINGS, &source, &mech, &output, &flags,
	    &lifetime, &delegated);
	free(input.value);
	expect(name,
	    major == wanted && output.length == 8 &&
		(major == GSS_S_COMPLETE
			? source != GSS_C_NO_NAME &&
			      gj_gss_oid_is(
				  mech, GSS_CCM_OID, GSS_CCM_OID_LENGTH) &&
			      (flags & (GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG)) ==
				  0 &&
			      (flags & GSS_C_MUTUAL_FLAG) != 0 && lifetime > 0
			: minor_is(minor, text)),
	    major, minor);
	line_write(&output);
	gss_release_buffer(&ignored, &output);
	gss_release_name(&ignored, &source);
}

static void
ccm_delete(gss_ctx_id_t *context)
{
	gss_buffer_desc token = {1, (void *)""};
	OM_uint32 major, minor;

	if (*context == GSS_C_NO_CONTEXT)
		return;
	major = gss_delete_sec_context(&minor, context, &token);
	expect("delete", major == GSS_S_COMPLETE && token.length == 0, major,
	    minor);
}

/* --- Every call -------------------------------------------------------------
 */

static bool
name_same(gss_name_t one, gss_name_t other)
{
	gss_buffer_desc a = GSS_C_EMPTY_BUFFER, b = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;
	bool same;

	same = gss_display_name(&minor, one, &a, NULL) == GSS_S_COMPLETE &&
	       gss_display_name(&minor, other, &b, NULL) == GSS_S_COMPLETE &&
	       a.length == b.length && memcmp(a.value, b.value, a.length) == 0;
	gss_release_buffer(&minor, &a);
	gss_release_buffer(&minor, &b);
	return same;
}

/* What CCM says of a context is what krb5 says of its own, names and all. */
static void
inquire(gss_ctx_id_t context)
{
	gss_name_t source[2], target[2];
	gss_OID mech[2];
	OM_uint32 lifetime[2], flags[2], major, minor, ignored;
	int local[2], open[2];

	gss_inquire_context(&ignored, probe.krb5, &source[0], &target[0],
	    &lifetime[0], &mech[0], &flags[0], &local[0], &open[0]);
	major = gss_inquire_context(&minor, context, &source[1], &target[1],
	    &lifetime[1], &mech[1], &flags[1], &local[1], &open[1]);
	expect_major("inquire_context", GSS_S_COMPLETE, major, minor);
	if (major != GSS_S_COMPLETE)
		return;
	expect("names",
	    name_same(source[0], source[1]) && name_same(target[0], target[1]),
	    0, 0);
	expect("role", local[1] == probe.initiator && open[1], 0, 0);
	expect("lifetime", lifetime[1] > 0 && lifetime[1] <= lifetime[0], 0, 0);
	expect("mechanism",
	    gj_gss_oid_is(mech[1], GSS_CCM_OID, GSS_CCM_OID_LENGTH), 0, 0);
	expect("flags", flags[1] == (GSS_C_MUTUAL_FLAG | GSS_C_PROT_READY_FLAG),
	    flags[1], 0);
	for (int i = 0; i < 2; i++) {
		gss_release_name(&ignored, &source[i]);
		gss_release_name(&ignored, &target[i]);
	}
}

static void
again(gss_ctx_id_t context)
{
	gss_buffer_desc label = {5, (void *)"label"}, prf[2];
	/* GSS_KRB5_INQ_SSPI_SESSION_KEY: 1.2.840.113554.1.2.2.5.5 */
	gss_OID_desc key = {
	    11, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05"};
	gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	OM_uint32 major, minor, lifetime = 0, ignored;

	major = gss_context_time(&minor, context, &lifetime);
	expect("context_time", major == GSS_S_COMPLETE && lifetime > 0, major,
	    minor);
	gss_pseudo_random(
	    &ignored, probe.krb5, GSS_C_PRF_KEY_FULL, &label, 32, &prf[0]);
	major = gss_pseudo_random(
	    &minor, context, GSS_C_PRF_KEY_FULL, &label, 32, &prf[1]);
	expect("pseudo_random",
	    major == GSS_S_COMPLETE && prf[0].length == 32 &&
		prf[1].length == 32 &&
		memcmp(prf[0].value, prf[1].value, 32) == 0,
	    major, minor);
	gss_release_buffer(&ignored, &prf[0]);
	gss_release_buffer(&ignored, &prf[1]);
	major = gss_inquire_sec_context_by_oid(&minor, context, &key, &set);
	expect("inquire_sec_context_by_oid",
	    major == GSS_S_COMPLETE && set != NULL && set->count > 0, major,
	    minor);
	gss_release_buffer_set(&ignored, &set);
}

static void
pieces(gss_ctx_id_t context)
{
	char text[] = "in pieces";
	gss_iov_buffer_desc iov[4] = {
	    {GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE,
		GSS_C_EMPTY_BUFFER},
	    {GSS_IOV_BUFFER_TYPE_DATA, {sizeof(text), text}},
	    {GSS_IOV_BUFFER_TYPE_PADDING, {7, text}},
	    {GSS_IOV_BUFFER_TYPE_TRAILER, {7, text}}};
	OM_uint32 major, minor;
	int conf = 1;

	major = gss_wrap_iov(&minor, context, 1, 0, &conf, iov, 4);
	expect("wrap_iov",
	    major == GSS_S_COMPLETE && conf == 0 && iov[0].buffer.length == 0 &&
		iov[2].buffer.length == 0 && iov[3].buffer.length == 0 &&
		strcmp(text, "in pieces") == 0,
	    major, minor);
	major = gss_unwrap_iov(&minor, context, &conf, NULL, iov, 4);
	expect(
	    "unwrap_iov", major == GSS_S_COMPLETE && conf == 0, major, minor);
	iov[3].buffer.length = 1;
	major = gss_unwrap_iov(&minor, context, &conf, NULL, iov, 4);
	expect_major(
	    "unwrap_iov with a trailer", GSS_S_DEFECTIVE_TOKEN, major, minor);
}

static void
messages(gss_ctx_id_t context)
{
	gss_buffer_desc text = {5, (void *)"hello"}, empty = GSS_C_EMPTY_BUFFER;
	gss_buffer_desc token, back;
	OM_uint32 major, minor, limit = 0, ignored;
	gss_qop_t qop = 7;
	int conf = 1;

	major = gss_get_mic(&minor, context, 0, &text, &token);
	expect("get_mic", major == GSS_S_COMPLETE && token.length == 0, major,
	    minor);
	major = gss_ccm_verify_mic(&minor, context, &text, &token, &qop);
	expect("verify_mic", major == GSS_S_COMPLETE && qop == 0, major, minor);
	major = gss_ccm_verify_mic(&minor, context, &text, &text, NULL);
	expect_major(
	    "verify_mic of octets", GSS_S_DEFECTIVE_TOKEN, major, minor);
	major = gss_ccm_verify_mic(&minor, probe.krb5, &text, &empty, NULL);
	expect_major(
	    "krb5's verify_mic of none", GSS_S_DEFECTIVE_TOKEN, major, minor);
	major = gss_get_mic(&minor, context, 99, &text, &token);
	expect_major("get_mic with a QOP", GSS_S_BAD_QOP, major, minor);
	major = gss_wrap(&minor, context, 1, 0, &text, &conf, &token);
	expect("wrap",
	    major == GSS_S_COMPLETE && conf == 0 && token.length == 5 &&
		memcmp(token.value, "hello", 5) == 0,
	    major, minor);
	conf = 1;
	major = gss_ccm_unwrap(&minor, context, &token, &back, &conf, NULL);
	expect("unwrap",
	    major == GSS_S_COMPLETE && conf == 0 && back.length == 5 &&
		memcmp(back.value, "hello", 5) == 0,
	    major, minor);
	gss_release_buffer(&ignored, &token);
	gss_release_buffer(&ignored, &back);
	major = gss_ccm_unwrap(&minor, context, &empty, &back, &conf, NULL);
	expect("unwrap of none", major == GSS_S_COMPLETE && back.length == 0,
	    major, minor);
	major = gss_wrap_size_limit(&minor, context, 1, 0, 1000, &limit);
	expect("wrap_size_limit", major == GSS_S_COMPLETE && limit == 1000,
	    major, minor);
}

static void
export_refused(gss_ctx_id_t *context)
{
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;

	major = gss_export_sec_context(&minor, context, &token);
	expect("export",
	    major == GSS_S_UNAVAILABLE && *context != GSS_C_NO_CONTEXT, major,
	    minor);
}

static void
every_call(gss_ctx_id_t *context)
{
	if (*context == GSS_C_NO_CONTEXT)
		return;
	inquire(*context);
	again(*context);
	messages(*context);
	pieces(*context);
	export_refused(context);
}

/* What was unbound or deleted is not touched: ASan would see it. */
static void
no_call(gss_ctx_id_t context)
{
	gss_buffer_desc text = {5, (void *)"hello"}, empty = GSS_C_EMPTY_BUFFER;
	gss_buffer_desc token;
	OM_uint32 major, minor, limit;

	if (context == GSS_C_NO_CONTEXT)
		return;
	major = gss_get_mic(&minor, context, 0, &text, &token);
	expect_major("unbound: get_mic", GSS_S_NO_CONTEXT, major, minor);
	major = gss_ccm_verify_mic(&minor, context, &text, &empty, NULL);
	expect_major("unbound: verify_mic", GSS_S_NO_CONTEXT, major, minor);
	major = gss_wrap(&minor, context, 0, 0, &text, NULL, &token);
	expect_major("unbound: wrap", GSS_S_NO_CONTEXT, major, minor);
	major = gss_ccm_unwrap(&minor, context, &text, &token, NULL, NULL);
	expect_major("unbound: unwrap", GSS_S_NO_CONTEXT, major, minor);
	major = gss_wrap_size_limit(&minor, context, 0, 0, 10, &limit);
	expect_major("unbound: limit", GSS_S_NO_CONTEXT, major, minor);
	major = gss_context_time(&minor, context, &limit);
	expect_major("unbound: time", GSS_S_NO_CONTEXT, major, minor);
	major = gss_inquire_context(
	    &minor, context, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
	expect_major("unbound: inquire", GSS_S_NO_CONTEXT, major, minor);
	major = gss_pseudo_random(&minor, context, 0, &text, 16, &token);
	expect_major("unbound: prf", GSS_S_NO_CONTEXT, major, minor);
}

/* --- Steps that both sides go through ---------------------------------------
 */

enum scope {
	OURS,
	ELSEWHERE,
	OTHER,
	NONE
};

static const char malformed[] = "CCM: malformed", gone[] = "CCM: the context",
		  unknown[] = "CCM: no context";

/* Which handle: ours with so many octets changed or cut, or none at all. */
static const struct step {
	const char *name;
	enum scope scope;
	bool empty;
	size_t cut;
	bool changed;
	OM_uint32 major;
	const char *text;
} steps[] = {
    {"empty handle", OURS, true, 0, false, GSS_S_COMPLETE, ""},
    {"empty handle, elsewhere", ELSEWHERE, true, 0, false, GSS_S_NO_CRED,
	unknown},
    {"second context", OURS, false, 0, false, GSS_S_COMPLETE, ""},
    {"short handle", OURS, false, 1, false, GSS_S_DEFECTIVE_TOKEN, malformed},
    {"identifier alone", OURS, false, 16, false, GSS_S_DEFECTIVE_TOKEN,
	malformed},
    {"part of the identifier", OURS, false, 17, false, GSS_S_NO_CRED, unknown},
    {"unknown handle", OURS, false, 0, true, GSS_S_NO_CRED, unknown},
    {"another connection", ELSEWHERE, false, 0, false, GSS_S_NO_CRED, unknown},
    {"another application", OTHER, false, 0, false, GSS_S_NO_CRED, unknown},
    {"no scope", NONE, false, 0, false, GSS_S_NO_CRED, unknown},
};

static void
scope_enter(enum scope scope)
{
	gss_ccm_application application = probe.application;
	OM_uint32 major, minor;

	if (scope == OTHER)
		application = probe.other;
	else if (scope == NONE)
		application = GSS_CCM_NO_APPLICATION;
	major = gss_ccm_scope(&minor, application,
	    scope == ELSEWHERE ? &probe.elsewhere : &probe.connection);
	if (major != GSS_S_COMPLETE)
		expect_major("scope", GSS_S_COMPLETE, major, minor);
}

static void
step(const struct step *at)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc handle = probe.handle;
	unsigned char *last;

	if (probe.initiator) {
		last = (unsigned char *)handle.value + handle.length - 1;
		*last ^= at->changed;
		handle.length = at->empty ? 0 : handle.length - at->cut;
		ccm_open(at->name, &handle, at->major, at->text, &context);
		*last ^= at->changed;
	} else {
		scope_enter(at->scope);
		ccm_accept(at->name, at->major, at->text, &context);
	}
	if (at->major == GSS_S_COMPLETE && context != GSS_C_NO_CONTEXT)
		messages(context);
	ccm_delete(&context);
}

static void
unbound(void)
{
	gss_ctx_id_t late = GSS_C_NO_CONTEXT;
	gss_buffer_desc output;
	OM_uint32 major, minor, ignored;

	/* The target first: the initiator still has its own. */
	if (!probe.initiator) {
		major = gss_ccm_delete_sec_context(
		    &minor, &probe.krb5, GSS_C_NO_BUFFER);
		expect_major("delete krb5", GSS_S_COMPLETE, major, minor);
		scope_enter(OURS);
		ccm_accept("expired", GSS_S_CREDENTIALS_EXPIRED, gone, &late);
		scope_enter(ELSEWHERE);
		ccm_accept("expired, elsewhere", GSS_S_NO_CRED, unknown, &late);
		no_call(probe.first);
		return;
	}
	ccm_open(
	    "expired", &probe.handle, GSS_S_CREDENTIALS_EXPIRED, gone, &late);
	ccm_delete(&late);
	ccm_open(
	    "expired, elsewhere", &probe.handle, GSS_S_NO_CRED, unknown, &late);
	ccm_delete(&late);
	major = gss_ccm_unbind(&minor, probe.krb5);
	expect_major("unbind", GSS_S_COMPLETE, major, minor);
	major = gss_ccm_unbind(&minor, probe.krb5);
	expect_major("unbind twice", GSS_S_NO_CONTEXT, major, minor);
	major = ccm_first(&minor, &late, &probe.handle, &output);
	expect("init when unbound",
	    major == GSS_S_NO_CONTEXT && output.length == 0 &&
		minor_is(minor, unknown),
	    major, minor);
	gss_release_buffer(&ignored, &output);
	no_call(probe.first);
}

static void
steps_go(void)
{
	bind_both();
	if (probe.initiator) {
		ccm_open(
		    "context", &probe.handle, GSS_S_COMPLETE, "", &probe.first);
	} else {
		scope_enter(OURS);
		ccm_accept("context", GSS_S_COMPLETE, "", &probe.first);
	}
	every_call(&probe.first);
	for (size_t i = 0; i < COUNT(steps); i++)
		step(&steps[i]);
	unbound();
}

static void
probe_close(void)
{
	OM_uint32 minor;

	ccm_delete(&probe.first);
	if (probe.krb5 != GSS_C_NO_CONTEXT)
		gss_delete_sec_context(&minor, &probe.krb5, GSS_C_NO_BUFFER);
	if (!probe.initiator) {
		gss_ccm_unregister(&minor, &probe.application);
		gss_ccm_unregister(&minor, &probe.other);
	}
	gss_release_name(&minor, &probe.target);
	free(probe.handle.value);
}

int
main(int argc, char **argv)
{
	gss_buffer_desc target;
	OM_uint32 major, minor;

	if (argc < 2)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	probe.initiator = strcmp(argv[1], "init") == 0;
	target.value = argc > 2 ? argv[2] : (char *)"host@localhost";
	target.length = strlen(target.value);
	major =
	    gss_import_name(&minor, &target, &gj_name_hostbased, &probe.target);
	expect_major("import_name", GSS_S_COMPLETE, major, minor);
	if (!probe.failed && krb5_open())
		steps_go();
	probe_close();
	return probe.failed ? 1 : 0;
}
