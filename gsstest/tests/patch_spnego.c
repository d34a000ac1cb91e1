/* patch_spnego: does SPNEGO in the library that is loaded behave as patch NNNN
 * says?
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: patch_spnego NNNN	the test of that patch
 *	  patch_spnego -m MODULE	what the file of mechanisms must have
 *
 * Exit status: 0 it does; 1 it does not, and stderr says where; 2 for usage;
 * 77 this cannot be tested here, and stdout says why.
 *
 * PATCH_MODULE names patch_spnego_module.so, whose mechanisms do what the test
 * tells them to.  Patch 0017 needs gsstest/realm around it.  Both sides of a
 * negotiation are in this process. */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gssapi/gssapi.h>

#include "patch_spnego_module.h"

#define TOKENS_MAX  10
#define INITIATOR   0
#define ACCEPTOR    1
#define FLAGS_ASKED (GSS_C_MUTUAL_FLAG | GSS_C_SEQUENCE_FLAG)
#define FLAGS_SEEN  (FLAGS_ASKED | GSS_C_INTEG_FLAG)

enum state {
	ACCEPT_COMPLETED,
	ACCEPT_INCOMPLETE,
	REJECT,
	REQUEST_MIC
};
enum field {
	STATE,
	MECH,
	TOKEN,
	MIC
};

static gss_OID_desc spnego_oid = {6, (void *)"\x2b\x06\x01\x05\x05\x02"};
static gss_OID_desc krb5_oid = {
    9, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
static const char *const oids[PATCH_SPNEGO_MECHS] = PATCH_SPNEGO_OIDS;

static OM_uint32 major, minor, junk;
static int wrong;

/* Says what was expected and is not so. */
static void
expect_at(int line, int is_so, const char *what)
{
	if (is_so)
		return;
	wrong = 1;
	fprintf(stderr, "patch_spnego.c:%d: not so: %s\n", line, what);
}
#define expect(condition) expect_at(__LINE__, (condition), #condition)

/* What must be there for the test to mean anything. */
static void
need(int is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "no %s (major %x, minor %x)\n", what, (unsigned)major,
	    (unsigned)minor);
	exit(2);
}

/* --- Mechanisms, names and credentials ------------------------------------ */

static void
script(char mech, const char *words)
{
	char variable[] = "PATCH_SPNEGO_A";

	variable[sizeof(variable) - 2] = (char)(mech - 'a' + 'A');
	setenv(variable, words, 1);
}

static gss_OID
oid_of(char mech)
{
	static gss_OID_desc made[PATCH_SPNEGO_MECHS];
	gss_OID oid = &made[mech - 'a'];

	oid->length = PATCH_SPNEGO_OID_LENGTH;
	oid->elements = (void *)oids[mech - 'a'];
	return oid;
}

/* The log of the library that the mechglue has loaded. */
static struct patch_spnego_log *
log_of(char mech)
{
	const char *path = getenv("PATCH_MODULE");
	void *library = dlopen(path != NULL ? path : "", RTLD_NOW);
	struct patch_spnego_log *log;

	log = library != NULL ? dlsym(library, "patch_spnego_log") : NULL;
	need(log != NULL, "log in $PATCH_MODULE");
	return &log[mech - 'a'];
}

static gss_name_t
name_of(const char *text, gss_OID type)
{
	gss_buffer_desc buffer = {strlen(text), (void *)text};
	gss_name_t name;

	major = gss_import_name(&minor, &buffer, type, &name);
	need(major == GSS_S_COMPLETE, "name");
	return name;
}

static gss_name_t
target(void)
{
	return name_of("host@localhost", GSS_C_NT_HOSTBASED_SERVICE);
}

static gss_cred_id_t
credential_for(gss_OID_desc *oid, size_t count, gss_cred_usage_t usage)
{
	gss_OID_set_desc mechs = {count, oid};
	gss_cred_id_t credential;

	major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    &mechs, usage, &credential, NULL, NULL);
	need(major == GSS_S_COMPLETE, "credential");
	return credential;
}

/* --- Reading and making tokens -------------------------------------------- */

/* The content of the element at OFFSET if it has this tag; moves behind it. */
static int
element(const gss_buffer_desc *in, size_t *offset, int tag,
    gss_buffer_desc *content)
{
	const unsigned char *octets = in->value;
	size_t at = *offset, length, more;

	if (in->length - at < 2 || octets[at] != tag)
		return 0;
	length = octets[at + 1];
	at += 2;
	if (length > 0x80) {
		more = length & 0x7f;
		for (length = 0; more > 0 && at < in->length; more--)
			length = length << 8 | octets[at++];
	}
	if (length > in->length - at)
		return 0;
	content->value = (void *)(octets + at);
	content->length = length;
	*offset = at + length;
	return 1;
}

/* The value of a field of a NegTokenResp; absent gives an empty one. */
static gss_buffer_desc
field_of(const gss_buffer_desc *token, enum field wanted)
{
	static const int inner[] = {0x0a, 0x06, 0x04, 0x04};
	gss_buffer_desc choice, fields, field, value = {0, NULL};
	size_t offset = 0, at = 0, start = 0;
	int i;

	if (!element(token, &offset, 0xa1, &choice) ||
	    !element(&choice, &start, 0x30, &fields))
		return value;
	for (i = STATE; i <= MIC; i++) {
		size_t begin = 0;

		if (element(&fields, &at, 0xa0 + i, &field) &&
		    i == (int)wanted &&
		    element(&field, &begin, inner[i], &value))
			return value;
	}
	value.length = 0, value.value = NULL;
	return value;
}

static int
state_of(const gss_buffer_desc *token)
{
	gss_buffer_desc state = field_of(token, STATE);

	return state.length == 1 ? *(unsigned char *)state.value : -1;
}

/* The mechanisms that a first token offers: a to d, k for krb5, ? others. */
static const char *
offered(const gss_buffer_desc *token)
{
	static char letters[16];
	gss_buffer_desc frame, choice, init, types, list, oid;
	size_t at = 0, n = 0, o[4] = {0};
	char mech;

	memset(letters, 0, sizeof(letters));
	if (!element(token, &at, 0x60, &frame) ||
	    !element(&frame, &o[0], 0x06, &oid) ||
	    !element(&frame, &o[0], 0xa0, &choice) ||
	    !element(&choice, &o[1], 0x30, &init) ||
	    !element(&init, &o[2], 0xa0, &types) ||
	    !element(&types, &o[3], 0x30, &list))
		return "";
	for (at = 0; n + 1 < sizeof(letters) && element(&list, &at, 0x06, &oid);
	     n++) {
		letters[n] = oid.length == krb5_oid.length &&
				     memcmp(oid.value, krb5_oid.elements,
					 oid.length) == 0
				 ? 'k'
				 : '?';
		for (mech = 'a'; mech < 'a' + PATCH_SPNEGO_MECHS; mech++)
			if (oid.length == PATCH_SPNEGO_OID_LENGTH &&
			    memcmp(oid.value, oids[mech - 'a'], oid.length) ==
				0)
				letters[n] = mech;
	}
	return letters;
}

struct text {
	size_t length;
	unsigned char octets[200];
};

/* TAG around the first and the second. */
static struct text
wrap(int tag, struct text first, struct text second)
{
	struct text out = {0, {0}};
	size_t length = first.length + second.length;

	need(length + 3 < sizeof(out.octets), "room for a token");
	out.octets[out.length++] = (unsigned char)tag;
	if (length > 0x7f)
		out.octets[out.length++] = 0x81;
	out.octets[out.length++] = (unsigned char)length;
	memcpy(out.octets + out.length, first.octets, first.length);
	out.length += first.length;
	memcpy(out.octets + out.length, second.octets, second.length);
	out.length += second.length;
	return out;
}

static struct text
text_of(const void *octets, size_t length)
{
	struct text out = {length, {0}};

	need(length < sizeof(out.octets), "room for a token");
	memcpy(out.octets, octets, length);
	return out;
}

/* A first token that offers MECH, with these octets as its token. */
static struct text
init_token(char mech, struct text mech_token)
{
	struct text none = {0, {0}};
	struct text oid = text_of(oids[mech - 'a'], PATCH_SPNEGO_OID_LENGTH);
	struct text spnego = text_of(spnego_oid.elements, spnego_oid.length);
	struct text list = wrap(0x30, wrap(0x06, oid, none), none);
	struct text types = wrap(0xa0, list, none);
	struct text token = wrap(0xa2, wrap(0x04, mech_token, none), none);

	return wrap(0x60, wrap(0x06, spnego, none),
	    wrap(0xa0, wrap(0x30, types, token), none));
}

/* --- A negotiation -------------------------------------------------------- */

struct exchange {
	gss_cred_id_t credential[2];
	gss_OID mech;
	gss_name_t target;
	gss_ctx_id_t context[2];
	OM_uint32 major[2], minor[2];
	gss_buffer_desc token[TOKENS_MAX]; /* by turns, the initiator's first */
	int tokens;
	int is_stray; /* a token came for a side that was done */
	gss_name_t source;
	gss_cred_id_t delegated;
};

static void
begin(struct exchange *x)
{
	memset(x, 0, sizeof(*x));
	x->mech = &spnego_oid;
	x->target = target();
	x->major[INITIATOR] = x->major[ACCEPTOR] = GSS_S_CONTINUE_NEEDED;
}

static void
end(struct exchange *x)
{
	while (x->tokens > 0)
		gss_release_buffer(&junk, &x->token[--x->tokens]);
	gss_delete_sec_context(&junk, &x->context[INITIATOR], NULL);
	gss_delete_sec_context(&junk, &x->context[ACCEPTOR], NULL);
	gss_release_name(&junk, &x->target);
	gss_release_name(&junk, &x->source);
	gss_release_cred(&junk, &x->delegated);
	gss_release_cred(&junk, &x->credential[INITIATOR]);
	gss_release_cred(&junk, &x->credential[ACCEPTOR]);
}

static void
call_init(struct exchange *x, gss_buffer_desc *in, gss_buffer_desc *out)
{
	x->major[INITIATOR] =
	    gss_init_sec_context(&x->minor[INITIATOR], x->credential[INITIATOR],
		&x->context[INITIATOR], x->target, x->mech, FLAGS_ASKED, 0,
		GSS_C_NO_CHANNEL_BINDINGS, in, NULL, out, NULL, NULL);
}

static void
call_accept(struct exchange *x, gss_buffer_desc *in, gss_buffer_desc *out)
{
	/* RFC 2744, 5.1: what an unfinished call gave is released. */
	gss_release_name(&junk, &x->source);
	gss_release_cred(&junk, &x->delegated);
	x->major[ACCEPTOR] =
	    gss_accept_sec_context(&x->minor[ACCEPTOR], &x->context[ACCEPTOR],
		x->credential[ACCEPTOR], in, GSS_C_NO_CHANNEL_BINDINGS,
		&x->source, NULL, out, NULL, NULL, &x->delegated);
}

/* One call, with the last token; the next one is kept.  False at the end. */
static int
step(struct exchange *x)
{
	int side = x->tokens % 2;
	gss_buffer_desc *in = x->tokens > 0 ? &x->token[x->tokens - 1] : NULL;
	gss_buffer_desc *out = &x->token[x->tokens];

	out->length = 0, out->value = NULL;
	if (x->major[side] != GSS_S_CONTINUE_NEEDED) {
		x->is_stray = !GSS_ERROR(x->major[side]);
		return 0;
	}
	if (side == INITIATOR)
		call_init(x, in, out);
	else
		call_accept(x, in, out);
	if (out->length == 0)
		return 0;
	x->tokens++;
	return x->tokens < TOKENS_MAX;
}

static void
run(struct exchange *x)
{
	while (step(x))
		continue;
}

static int
is_complete(const struct exchange *x)
{
	return x->major[INITIATOR] == GSS_S_COMPLETE &&
	       x->major[ACCEPTOR] == GSS_S_COMPLETE && !x->is_stray;
}

/*
 * The initiator's first token, with two mechanisms; the acceptor fails with the
 * first, the other one goes on by its script.
 */
static void
begin_second(struct exchange *x, const char *how_first, const char *how_second)
{
	char letters[3] = "";

	begin(x);
	script('a', how_second);
	script('b', how_second);
	need(step(x), "first token");
	memcpy(letters, offered(&x->token[0]), 2);
	need(strchr(letters, 'a') && strchr(letters, 'b'), "two mechanisms");
	script(letters[0], how_first);
}

/* How the acceptor answers octets after those that it had. */
static void
accept_octets(struct exchange *x, struct text in)
{
	gss_buffer_desc token = {in.length, in.octets}, out = {0, NULL};

	call_accept(x, &token, &out);
	x->token[x->tokens++] = out;
}

/* --- 0011 ----------------------------------------------------------------- */

/* A second token with nothing for the mechanism, which is not through. */
static void
expect_refused(
    const char *first, const char *second, const char *octets, size_t length)
{
	struct exchange x;

	begin_second(&x, first, second);
	need(step(&x) && x.major[ACCEPTOR] == GSS_S_CONTINUE_NEEDED,
	    "acceptor that waits");
	accept_octets(&x, text_of(octets, length));
	expect(GSS_ERROR(x.major[ACCEPTOR]));
	end(&x);
}

static void
test_missing_token(void)
{
	static const char completed[] = "\xa1\x07\x30\x05\xa0\x03\x0a\x01";
	static const char incomplete[] = "\xa1\x07\x30\x05\xa0\x03\x0a\x01\x01";
	static const char nothing[] = "\xa1\x02\x30";
	/* The mechanism not begun, and begun. */
	const char *first[] = {"accept-fail=1", "legs=3"};
	int i;

	for (i = 0; i < 2; i++) {
		expect_refused(first[i], "legs=3", completed, 9);
		expect_refused(first[i], "legs=3", incomplete, 9);
		expect_refused(first[i], "legs=3", nothing, 4);
	}
}

/* --- 0012 to 0016 --------------------------------------------------------- */

static void
test_preferred(void)
{
	struct exchange x;

	begin_second(&x, "accept-fail=1", "updated");
	run(&x);
	expect(is_complete(&x));
	end(&x);

	/* The first, whatever it calls itself: no MIC. */
	script('a', "updated alias");
	script('b', "updated alias");
	begin(&x);
	run(&x);
	expect(is_complete(&x));
	expect(x.tokens == 2 && field_of(&x.token[1], MIC).length == 0);
	end(&x);
}

static void
test_request_mic(void)
{
	struct exchange x;

	begin_second(&x, "accept-fail=1", "");
	run(&x);
	expect(state_of(&x.token[1]) == REQUEST_MIC);
	expect(is_complete(&x));
	end(&x);

	/* A first mechanism needs no MIC, and none is asked for. */
	begin(&x);
	script('a', "");
	run(&x);
	expect(state_of(&x.token[1]) == ACCEPT_COMPLETED);
	expect(is_complete(&x));
	end(&x);

	/* One that gives no integrity has no MIC. */
	begin_second(&x, "accept-fail=1", "nointeg");
	run(&x);
	expect(is_complete(&x));
	end(&x);
}

/* A mechanism that is not the first, with a MIC from each side. */
static void
expect_both_mics(const char *how)
{
	struct exchange x;
	int i, mics[2] = {0, 0};

	begin_second(&x, "accept-fail=1", how);
	run(&x);
	expect(is_complete(&x));
	for (i = 1; i < x.tokens; i++)
		mics[i % 2] += field_of(&x.token[i], MIC).length != 0;
	expect(mics[INITIATOR] == 1 && mics[ACCEPTOR] == 1);
	end(&x);
}

static void
test_last_token(void)
{
	expect_both_mics("legs=1");
	expect_both_mics("legs=2");
	expect_both_mics("legs=3");
	expect_both_mics("legs=4");
	expect_both_mics("legs=5");
	expect_both_mics("legs=3 updated");
}

/* The acceptor may refuse what comes without a MIC: that is its business. */
static void
test_no_mic(void)
{
	struct exchange x;

	begin_second(&x, "accept-fail=1", "updated init-nomic");
	run(&x);
	expect(x.major[INITIATOR] == GSS_S_COMPLETE);
	expect(x.tokens >= 5 && field_of(&x.token[4], MIC).length == 0);
	expect(GSS_ERROR(x.major[ACCEPTOR]));
	end(&x);
}

static void
test_stale_token(void)
{
	struct exchange x;

	begin_second(&x, "accept-fail=1 alert", "");
	run(&x);
	expect(field_of(&x.token[1], TOKEN).length == 0);
	expect(is_complete(&x));
	end(&x);
}

/* --- 0017 to 0020 --------------------------------------------------------- */

/* A credential of somebody who has no ticket, while there is one of alice. */
static void
test_krb5_not_always(void)
{
	gss_OID_set_desc mechs = {1, &spnego_oid};
	gss_name_t nobody = name_of("nobody", GSS_C_NT_USER_NAME);
	struct exchange x;

	if (getenv("GJALLAR_REALM_DIR") == NULL) {
		puts("no ticket: run it in gsstest/realm");
		exit(77);
	}
	begin(&x);
	need(step(&x) && strchr(offered(&x.token[0]), 'k') != NULL,
	    "Kerberos by default");
	end(&x);

	begin(&x);
	major = gss_acquire_cred(&minor, nobody, GSS_C_INDEFINITE, &mechs,
	    GSS_C_INITIATE, &x.credential[INITIATOR], NULL, NULL);
	need(major == GSS_S_COMPLETE, "credential");
	expect(step(&x));
	expect(x.major[INITIATOR] == GSS_S_CONTINUE_NEEDED);
	expect(strchr(offered(&x.token[0]), 'k') == NULL);
	expect(strchr(offered(&x.token[0]), 'a') != NULL);
	end(&x);
	gss_release_name(&junk, &nobody);
}

/* What the mechanism was asked, and how often. */
static void
expect_asked(char mech, int is_with_credential)
{
	const struct patch_spnego_log *log = log_of(mech);

	expect(log->begun == 1);
	expect((log->flags & FLAGS_ASKED) == FLAGS_ASKED);
	expect((log->flags & ~(unsigned long)FLAGS_SEEN) == 0);
	expect(log->credential == is_with_credential);
	expect(log->bindings == 1);
}

static void
init_with_bindings(struct exchange *x)
{
	struct gss_channel_bindings_struct bindings = {0};

	memset(log_of('a'), 0, PATCH_SPNEGO_MECHS * sizeof(*log_of('a')));
	bindings.application_data.length = 4;
	bindings.application_data.value = (void *)"test";
	x->major[INITIATOR] =
	    gss_init_sec_context(&x->minor[INITIATOR], x->credential[INITIATOR],
		&x->context[INITIATOR], x->target, x->mech, FLAGS_ASKED, 0,
		&bindings, GSS_C_NO_BUFFER, NULL, &x->token[0], NULL, NULL);
	x->tokens = 1;
}

static void
test_approve_once(void)
{
	struct exchange x;

	begin(&x);
	init_with_bindings(&x);
	expect_asked('a', 0);
	expect_asked('b', 0);
	end(&x);

	script('a', "needcred");
	script('b', "needcred");
	begin(&x);
	x.credential[INITIATOR] =
	    credential_for(&spnego_oid, 1, GSS_C_INITIATE);
	init_with_bindings(&x);
	expect(x.major[INITIATOR] == GSS_S_CONTINUE_NEEDED);
	expect_asked('a', 1);
	expect_asked('b', 1);
	end(&x);

	/* What it gave is the optimistic token. */
	begin(&x);
	x.credential[INITIATOR] =
	    credential_for(&spnego_oid, 1, GSS_C_INITIATE);
	run(&x);
	expect(is_complete(&x) && x.tokens == 2);
	end(&x);

	/* The reason of the first, when none can do it. */
	begin(&x);
	x.credential[INITIATOR] =
	    credential_for(&spnego_oid, 1, GSS_C_INITIATE);
	script('a', "init-fail=1");
	script('b', "needcred off");
	expect(!step(&x));
	expect(x.major[INITIATOR] == GSS_S_FAILURE);
	expect(x.minor[INITIATOR] == PATCH_SPNEGO_FAILED);
	end(&x);
}

static void
test_order(void)
{
	struct exchange x;

	begin(&x);
	need(step(&x), "first token");
	expect(strcmp(offered(&x.token[0]), "ab") == 0);
	end(&x);

	begin(&x);
	x.credential[INITIATOR] =
	    credential_for(&spnego_oid, 1, GSS_C_INITIATE);
	need(step(&x), "first token");
	expect(strcmp(offered(&x.token[0]), "ab") == 0);
	end(&x);
}

static void
test_negoex_only(void)
{
	static const char first[] = "\x60\x0a\x06\x06......c1";
	struct exchange x;
	struct text token;

	script('c', "");
	script('d', "");
	begin(&x);
	run(&x);
	expect(strchr(offered(&x.token[0]), 'c') == NULL);
	expect(strchr(offered(&x.token[0]), 'd') != NULL);
	expect(is_complete(&x));
	end(&x);

	begin(&x);
	token = text_of(first, sizeof(first) - 1);
	memcpy(token.octets + 4, oids[2], PATCH_SPNEGO_OID_LENGTH);
	accept_octets(&x, init_token('c', token));
	expect(GSS_ERROR(x.major[ACCEPTOR]));
	end(&x);

	/* d, the same way. */
	begin(&x);
	memcpy(token.octets + 4, oids[3], PATCH_SPNEGO_OID_LENGTH);
	token.octets[token.length - 2] = 'd';
	accept_octets(&x, init_token('d', token));
	expect(x.major[ACCEPTOR] == GSS_S_COMPLETE);
	end(&x);
}

/* --- 0021 to 0023 --------------------------------------------------------- */

static void
test_chosen_mech(void)
{
	struct text none = {0, {0}};
	struct exchange x, y;

	script('b', "off");
	/* A mechanism without a frame, as the first and as the second. */
	script('a', "raw legs=3");
	begin(&x);
	run(&x);
	expect(is_complete(&x));
	end(&x);
	begin_second(&x, "accept-fail=1", "raw legs=3");
	run(&x);
	expect(is_complete(&x));
	end(&x);

	/* A whole negotiation in the place of a mechanism's token. */
	script('a', "");
	script('b', "off");
	begin(&x);
	need(step(&x), "first token");
	begin(&y);
	accept_octets(
	    &y, init_token('a', text_of(x.token[0].value, x.token[0].length)));
	expect(GSS_ERROR(y.major[ACCEPTOR]));
	end(&y);
	end(&x);

	/* Nothing in that place. */
	begin(&x);
	accept_octets(&x, init_token('a', none));
	expect(GSS_ERROR(x.major[ACCEPTOR]));
	end(&x);
}

/* An acceptor that speaks first offers what its credential has. */
static void
expect_hint(const char *mechs)
{
	gss_buffer_desc in = {0, NULL};
	struct exchange x;

	begin(&x);
	x.credential[ACCEPTOR] = credential_for(&spnego_oid, 1, GSS_C_ACCEPT);
	call_accept(&x, &in, &x.token[0]);
	x.tokens = 1;
	expect(strcmp(offered(&x.token[0]), mechs) == 0);
	end(&x);
}

static void
test_acceptor_credential(void)
{
	struct exchange x;

	/* The application's has both, while there is none by default. */
	begin_second(&x, "accept-fail=1 nocred", "nocred");
	script('a', "");
	script('b', "");
	x.credential[ACCEPTOR] = credential_for(&spnego_oid, 1, GSS_C_ACCEPT);
	script('a', "nocred");
	script('b', "nocred");
	script(*offered(&x.token[0]), "accept-fail=1 nocred");
	run(&x);
	expect(is_complete(&x));
	end(&x);

	/* It has only the first, which fails: there is nothing to choose. */
	begin_second(&x, "", "nocred");
	x.credential[ACCEPTOR] = credential_for(&spnego_oid, 1, GSS_C_ACCEPT);
	script('a', "");
	script('b', "");
	script(*offered(&x.token[0]), "accept-fail=1");
	step(&x);
	expect(GSS_ERROR(x.major[ACCEPTOR]));
	expect(state_of(&x.token[1]) == REJECT);
	end(&x);

	script('a', "");
	script('b', "nocred");
	expect_hint("a");

	/* There is none, neither the application's nor by default. */
	begin_second(&x, "accept-fail=1 nocred", "nocred");
	step(&x);
	expect(GSS_ERROR(x.major[ACCEPTOR]));
	expect(state_of(&x.token[1]) == REJECT);
	end(&x);
}

/* With a credential for these mechanisms, what is offered? */
static void
expect_offered(const char *mechs)
{
	gss_OID_desc wanted[PATCH_SPNEGO_MECHS];
	struct exchange x;
	size_t i;

	for (i = 0; i < strlen(mechs); i++)
		wanted[i] = *oid_of(mechs[i]);
	begin(&x);
	x.credential[INITIATOR] =
	    credential_for(wanted, strlen(mechs), GSS_C_INITIATE);
	x.credential[ACCEPTOR] =
	    credential_for(wanted, strlen(mechs), GSS_C_ACCEPT);
	run(&x);
	expect(is_complete(&x));
	expect(strcmp(offered(&x.token[0]), mechs) == 0);
	end(&x);
}

static void
add_to(gss_cred_id_t *credential, char mech)
{
	gss_cred_id_t more;

	major = gss_add_cred(&minor, *credential, GSS_C_NO_NAME, oid_of(mech),
	    GSS_C_INITIATE, GSS_C_INDEFINITE, GSS_C_INDEFINITE, &more, NULL,
	    NULL, NULL);
	need(major == GSS_S_COMPLETE, "added element");
	gss_release_cred(&junk, credential);
	*credential = more;
}

/* A target that is a name of the mechanism a ... */
static void
expect_name_taken(void)
{
	gss_name_t general = target();
	struct exchange x;

	begin(&x);
	gss_release_name(&junk, &x.target);
	major = gss_canonicalize_name(&minor, general, oid_of('a'), &x.target);
	need(major == GSS_S_COMPLETE, "canonical name");
	run(&x);
	expect(is_complete(&x));
	expect(strcmp(offered(&x.token[0]), "a") == 0);
	end(&x);
	gss_release_name(&junk, &general);
}

/* ... and the name of a peer that SPNEGO has authenticated. */
static void
expect_peer_taken(void)
{
	struct exchange x;
	gss_name_t peer;

	begin(&x);
	run(&x);
	peer = x.source;
	x.source = GSS_C_NO_NAME;
	need(is_complete(&x) && peer != GSS_C_NO_NAME, "peer");
	end(&x);

	begin(&x);
	gss_release_name(&junk, &x.target);
	x.target = peer;
	run(&x);
	expect(is_complete(&x));
	end(&x);
}

static void
test_one_mech(void)
{
	struct exchange x;

	script('d', "");
	expect_offered("a");
	expect_offered("ab");
	expect_offered("ba");
	expect_offered("dab");

	begin(&x);
	x.credential[INITIATOR] =
	    credential_for(oid_of('b'), 1, GSS_C_INITIATE);
	add_to(&x.credential[INITIATOR], 'a');
	add_to(&x.credential[INITIATOR], 'd');
	run(&x);
	expect(is_complete(&x));
	expect(strcmp(offered(&x.token[0]), "bad") == 0);
	end(&x);

	expect_name_taken();
	expect_peer_taken();
}

/* --- 0024 ----------------------------------------------------------------- */

/* The side that fails says so in a reject, and its peer understands. */
static void
expect_told(const char *how, int failing)
{
	struct exchange x;
	const gss_buffer_desc *last;

	script('a', how);
	script('b', "off");
	begin(&x);
	run(&x);
	need(x.tokens > 1, "second token");
	last = &x.token[x.tokens - 1];
	expect(x.major[failing] == GSS_S_FAILURE);
	expect(x.minor[failing] == PATCH_SPNEGO_FAILED);
	expect((x.tokens - 1) % 2 == failing);
	expect(state_of(last) == REJECT);
	expect(field_of(last, TOKEN).length != 0);
	expect(x.major[!failing] == GSS_S_FAILURE);
	expect(x.minor[!failing] == PATCH_SPNEGO_ALERTED);
	end(&x);
}

static void
expect_text(OM_uint32 code, const char *wanted)
{
	gss_buffer_desc text = {0, NULL};
	OM_uint32 more = 0;

	major = gss_display_status(
	    &minor, code, GSS_C_MECH_CODE, &spnego_oid, &more, &text);
	expect(major == GSS_S_COMPLETE && text.length >= strlen(wanted) &&
	       memcmp(text.value, wanted, strlen(wanted)) == 0);
	gss_release_buffer(&junk, &text);
}

/* The first mechanism's reason, where the second cannot be chosen either. */
static void
expect_first_reason(void)
{
	struct exchange x;

	begin_second(&x, "accept-fail=1 nocred alert", "nocred");
	run(&x);
	expect(x.major[ACCEPTOR] == GSS_S_FAILURE);
	expect(x.minor[ACCEPTOR] == PATCH_SPNEGO_FAILED);
	expect(x.minor[INITIATOR] == PATCH_SPNEGO_ALERTED);
	end(&x);
}

/* A mechanism alone, below no SPNEGO. */
static void
expect_token_of_mechanism(void)
{
	struct exchange x;

	script('a', "init-fail=1 alert");
	begin(&x);
	x.mech = oid_of('a');
	step(&x);
	expect(x.major[INITIATOR] == GSS_S_FAILURE);
	expect(x.tokens == 1);
	end(&x);
}

/* A reject is one, also when the mechanism reads its token as a good one. */
static struct text
reject_with(const gss_buffer_desc *good)
{
	struct text none = {0, {0}}, state = text_of("\x0a\x01\x02", 3);
	struct text token =
	    wrap(0x04, text_of(good->value, good->length), none);

	token = wrap(0xa2, token, none);
	return wrap(0xa1, wrap(0x30, wrap(0xa0, state, none), token), none);
}

static void
expect_reject_final(void)
{
	struct exchange x;
	gss_buffer_desc in, good, out = {0, NULL};
	struct text token;

	script('a', "legs=5");
	script('b', "off");
	begin(&x);
	need(step(&x) && step(&x), "answer");
	good = field_of(&x.token[1], TOKEN);
	need(good.length != 0, "token of the acceptor");
	token = reject_with(&good);
	in.value = token.octets, in.length = token.length;
	call_init(&x, &in, &out);
	expect(GSS_ERROR(x.major[INITIATOR]));
	gss_release_buffer(&junk, &out);
	end(&x);

	/* The same to the acceptor. */
	begin(&x);
	need(step(&x) && step(&x) && step(&x), "second token");
	good = field_of(&x.token[2], TOKEN);
	need(good.length != 0, "token of the initiator");
	accept_octets(&x, reject_with(&good));
	expect(GSS_ERROR(x.major[ACCEPTOR]));
	end(&x);
}

/* After a MIC that is wrong nothing says that all went well. */
static void
expect_bad_mic_rejected(void)
{
	struct exchange x;
	gss_buffer_desc mic;

	begin_second(&x, "accept-fail=1", "legs=3");
	while (step(&x) && x.tokens < 5)
		continue;
	need(x.tokens == 5, "token with a MIC");
	mic = field_of(&x.token[4], MIC);
	need(mic.length != 0, "MIC");
	*(unsigned char *)mic.value ^= 1;
	step(&x);
	expect(GSS_ERROR(x.major[ACCEPTOR]));
	expect(x.tokens == 6 && state_of(&x.token[5]) == REJECT);
	end(&x);
}

static void
test_error_tokens(void)
{
	expect_told("accept-fail=1 alert", ACCEPTOR);
	expect_text(PATCH_SPNEGO_ALERTED, "patch_spnego: the peer says");
	expect_told("legs=4 accept-fail=3 alert", ACCEPTOR);
	expect_told("legs=4 init-fail=3 alert", INITIATOR);
	expect_first_reason();
	expect_token_of_mechanism();
	expect_reject_final();
	expect_bad_mic_rejected();
}

/* --- 0025 ----------------------------------------------------------------- */

/* The mechanism is done a call before SPNEGO, which waits for a MIC. */
static void
test_delegated(void)
{
	struct exchange x;

	begin_second(&x, "off", "updated deleg");
	while (step(&x))
		expect(x.major[ACCEPTOR] == GSS_S_COMPLETE ||
		       x.delegated == GSS_C_NO_CREDENTIAL);
	expect(x.tokens > 4);
	expect(x.major[ACCEPTOR] == GSS_S_COMPLETE);
	expect(x.delegated != GSS_C_NO_CREDENTIAL);
	end(&x);
}

/* --- 0026 ----------------------------------------------------------------- */

static void
meet(struct exchange *x, const char *how)
{
	begin(x);
	script('a', how);
	script('b', how);
	run(x);
	need(is_complete(x) && x->source != GSS_C_NO_NAME, "peer's name");
}

static int
equal(gss_name_t one, gss_name_t two)
{
	int is_equal = 0;

	major = gss_compare_name(&minor, one, two, &is_equal);
	return major == GSS_S_COMPLETE && is_equal;
}

static int
shows(gss_name_t name, const char *wanted)
{
	gss_buffer_desc text = {0, NULL};
	int is_so;

	major = gss_display_name(&minor, name, &text, NULL);
	is_so = major == GSS_S_COMPLETE && text.length == strlen(wanted) &&
		memcmp(text.value, wanted, text.length) == 0;
	gss_release_buffer(&junk, &text);
	return is_so;
}

/* A name that the application has: compared before it was used otherwise. */
static void
expect_compared(gss_name_t peer, const char *text, int wanted)
{
	gss_name_t name = name_of(text, GSS_C_NT_USER_NAME);

	expect(equal(name, peer) == wanted);
	gss_release_name(&junk, &name);
	name = name_of(text, GSS_C_NT_USER_NAME);
	expect(equal(peer, name) == wanted);
	gss_release_name(&junk, &name);
}

static void
expect_copied(gss_name_t peer)
{
	gss_name_t copy, again;

	major = gss_duplicate_name(&minor, peer, &copy);
	expect(major == GSS_S_COMPLETE && equal(copy, peer));
	major = gss_canonicalize_name(&minor, copy, &spnego_oid, &again);
	gss_release_name(&junk, &copy);
	expect(major == GSS_S_COMPLETE && equal(again, peer));
	expect(shows(again, "peer"));
	gss_release_name(&junk, &again);
}

/* A name of the application's, which SPNEGO makes its own. */
static void
expect_canonical(gss_name_t peer)
{
	gss_name_t name = name_of("peer", GSS_C_NT_USER_NAME);
	gss_name_t canonical;

	major = gss_canonicalize_name(&minor, name, &spnego_oid, &canonical);
	gss_release_name(&junk, &name);
	expect(major == GSS_S_COMPLETE && shows(canonical, "peer"));
	expect(equal(canonical, peer) && equal(peer, canonical));
	gss_release_name(&junk, &canonical);
}

static void
test_names(void)
{
	struct exchange one, same, other;

	meet(&one, "");
	meet(&same, "");
	meet(&other, "other");
	expect(equal(one.source, same.source));
	expect(!equal(one.source, other.source));
	expect_compared(one.source, "peer", 1);
	expect_compared(one.source, "other", 0);
	/* The mechanism lets nobody in, though the names are equal. */
	expect(!gss_userok(one.source, "peer"));
	expect_copied(one.source);
	expect_canonical(one.source);
	end(&one);
	end(&same);
	end(&other);
}

static void
test_ask_less(void)
{
	const struct patch_spnego_log *a = log_of('a'), *b = log_of('b');
	gss_name_t name = GSS_C_NO_NAME;
	struct exchange x;

	begin(&x);
	x.credential[INITIATOR] =
	    credential_for(&spnego_oid, 1, GSS_C_INITIATE);
	run(&x);
	expect(is_complete(&x));
	expect(a->names == 0 && b->names == 0);
	expect(a->updated == 0 && b->updated == 0);

	/* Who wants the name still gets it. */
	major = gss_inquire_cred(
	    &minor, x.credential[INITIATOR], &name, NULL, NULL, NULL);
	expect(major == GSS_S_COMPLETE);
	expect(a->names > 0 && b->names > 0);
	gss_release_name(&junk, &name);
	end(&x);
}

/* --- Start ---------------------------------------------------------------- */

static const struct {
	const char *number;
	void (*test)(void);
} tests[] = {
    {"0011", test_missing_token},
    {"0012", test_preferred},
    {"0013", test_request_mic},
    {"0014", test_last_token},
    {"0015", test_no_mic},
    {"0016", test_stale_token},
    {"0017", test_krb5_not_always},
    {"0018", test_approve_once},
    {"0019", test_order},
    {"0020", test_negoex_only},
    {"0021", test_chosen_mech},
    {"0022", test_acceptor_credential},
    {"0023", test_one_mech},
    {"0024", test_error_tokens},
    {"0025", test_delegated},
    {"0026", test_names},
    {"0027", test_ask_less},
};

static int
usage(void)
{
	fputs("usage: patch_spnego NNNN\n       patch_spnego -m MODULE\n",
	    stderr);
	return 2;
}

static int
print_mechs(const char *module)
{
	static const char *const numbers[] = PATCH_SPNEGO_NUMBERS;
	int i;

	for (i = 0; i < PATCH_SPNEGO_MECHS; i++)
		printf("patch_%c %s %s -\n", 'a' + i, numbers[i], module);
	return 0;
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc == 3 && strcmp(argv[1], "-m") == 0)
		return print_mechs(argv[2]);
	if (argc != 2)
		return usage();
	script('a', "");
	script('b', "");
	script('c', "off");
	script('d', "off");
	/* Kerberos is for one test only. */
	if (strcmp(argv[1], "0017") != 0) {
		setenv("KRB5CCNAME", "FILE:/nonexistent/cc", 1);
		setenv("KRB5_KTNAME", "FILE:/nonexistent/keytab", 1);
	}
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (strcmp(argv[1], tests[i].number) == 0) {
			tests[i].test();
			return wrong;
		}
	return usage();
}
