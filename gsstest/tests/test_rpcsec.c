/*
 * One context of RPCSEC_GSS without I/O, and the records of ONC RPC.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A side is judged by octets that rpcsec_octets.c wrote, and by what the other
 * side of the same code makes of its own.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "failing_malloc.h"
#include "record.h"
#include "rpcsec.h"
#include "rpcsec_octets.h"
#include "scripted_gss.h"
#include "suite.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define ALL	     (GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG)
#define MAXSEQ	     UINT32_C(0x80000000)
#define PLAIN	     "some arguments..."
#define CONTEXT	     ((gss_ctx_id_t)&scripted)

static struct gj_rpcsec client, server;
static struct gj_buffer out;
static struct octets octets;

/* Two sides of one established context, with these flags. */
static void
setup_flags(OM_uint32 flags)
{
	struct gssloop_view handle;

	scripted_reset(NULL);
	scripted.sums = true;
	ck_assert_int_eq(gj_rpcsec_handle_make(&server), 0);
	handle.data = server.handle;
	handle.size = server.handle_size;
	gj_rpcsec_handle_set(&client, &handle);
	gj_rpcsec_establish(&client, CONTEXT, NULL, flags);
	gj_rpcsec_establish(&server, CONTEXT, NULL, flags);
}

static void
setup(void)
{
	setup_flags(ALL);
}

static void
teardown(void)
{
	failing_malloc_arm(0);
	gj_rpcsec_free(&client);
	gj_rpcsec_free(&server);
	gj_buffer_free(&out);
	ck_assert(scripted_clean());
}

static void
check_reason(const struct gj_rpcsec *rpcsec, const char *part)
{
	ck_assert_msg(strstr(rpcsec->reason, part) != NULL,
	    "\"%s\" lacks \"%s\"", rpcsec->reason, part);
}

static void
check_view(const struct gssloop_view *view, const char *text)
{
	ck_assert_uint_eq(view->size, strlen(text));
	if (view->size > 0)
		ck_assert_mem_eq(view->data, text, view->size);
}

/* The record that was put, without its mark, in a block of its size. */
static void *
out_take(size_t *size)
{
	const uint8_t *data = gj_buffer_data(&out);
	struct octets mark = {.size = 0};
	void *copy;

	*size = gj_buffer_size(&out) - 4;
	octets_number(&mark, 0x80000000 | (uint32_t)*size);
	ck_assert_mem_eq(data, mark.data, 4);
	copy = suite_exact(data + 4, *size);
	gj_buffer_consume(&out, *size + 4);
	return copy;
}

static struct gj_rpcsec_call
call_of(enum gj_rpcsec_proc proc, uint32_t service, const char *arguments)
{
	struct gj_rpcsec_call call;

	memset(&call, 0, sizeof(call));
	call.xid = 7;
	call.program = made_call_usual.program;
	call.version = 1;
	call.procedure = proc == GJ_RPCSEC_DATA ? 1 : 0;
	call.proc = proc;
	call.service = service;
	call.arguments.data = (const uint8_t *)arguments;
	call.arguments.size = strlen(arguments);
	return call;
}

/* What the server makes of octets, which are a call; false where not. */
static bool
server_judge(const void *data, size_t size, struct gj_rpcsec_call *call,
    enum gj_rpcsec_verdict *verdict)
{
	struct gj_rpcsec_credential cred;
	struct gj_rpc_result result;
	struct gj_rpc_call rpc;

	if (!gj_rpc_call_decode(data, size, &rpc, &result) ||
	    !gj_rpcsec_credential_decode(
		&rpc.credential.body, &cred, &result) ||
	    !gj_rpcsec_handle_is(&server, &cred.handle) ||
	    (cred.proc != GJ_RPCSEC_DATA && cred.proc != GJ_RPCSEC_DESTROY))
		return false;
	*verdict = gj_rpcsec_call_take(&server, &rpc, &cred, call);
	return true;
}

static enum gj_rpcsec_verdict
server_take(const struct made_call *made, struct gj_rpcsec_call *call)
{
	struct made_call with = *made;
	enum gj_rpcsec_verdict verdict;
	void *exact;

	with.handle = server.handle;
	with.handle_size = server.handle_size;
	call_make(&octets, &with);
	exact = suite_exact(octets.data + 4, octets.size - 4);
	ck_assert(server_judge(exact, octets.size - 4, call, &verdict));
	if (call->service == GJ_RPCSEC_PRIVACY)
		ck_assert(
		    call->arguments.size == 0 || call->arguments.data != exact);
	/* What is looked at later has to live. */
	call->arguments.size =
	    verdict == GJ_RPCSEC_TAKE ? call->arguments.size : 0;
	ck_assert(
	    verdict != GJ_RPCSEC_TAKE || call->arguments.size == 0 ||
	    memcmp(call->arguments.data, made->arguments, made->size) == 0);
	free(exact);
	return verdict;
}

/* A number alone. */
static enum gj_rpcsec_verdict
number_take(uint32_t sequence)
{
	struct made_call made = made_call_usual;
	struct gj_rpcsec_call call;

	made.sequence = sequence;
	return server_take(&made, &call);
}

/* --- The window ------------------------------------------------------------
 */

/* What RFC 2203 says of it, in the plainest way. */
static struct {
	uint32_t highest;
	bool seen[100000];
} model;

static enum gj_rpcsec_verdict
model_take(uint32_t sequence)
{
	if (model.seen[sequence] ||
	    sequence + GJ_RPCSEC_WINDOW <= model.highest)
		return GJ_RPCSEC_DISCARD;
	model.seen[sequence] = true;
	if (sequence > model.highest)
		model.highest = sequence;
	return GJ_RPCSEC_TAKE;
}

static void
model_check(uint32_t sequence)
{
	enum gj_rpcsec_verdict wanted = model_take(sequence);
	enum gj_rpcsec_verdict got = number_take(sequence);

	ck_assert_msg(got == wanted, "%u behind %u: %d, not %d", sequence,
	    model.highest, (int)got, (int)wanted);
}

#define BASE 1000

/* _i is how far behind, from nothing to beyond the window. */
START_TEST(window_behind)
{
	uint32_t behind = (uint32_t)_i;

	memset(&model, 0, sizeof(model));
	model_check(BASE);
	model_check(BASE - behind);
	model_check(BASE - behind);
	model_check(BASE);
	model_check(BASE + 1);
	model_check(BASE - behind);
}
END_TEST

/* _i is how far ahead; every third number below was seen before. */
START_TEST(window_ahead)
{
	uint32_t n;

	memset(&model, 0, sizeof(model));
	for (n = BASE - 2 * GJ_RPCSEC_WINDOW; n <= BASE; n += 3)
		model_check(n);
	model_check(BASE);
	model_check(BASE + (uint32_t)_i);
	for (n = BASE + (uint32_t)_i + 1; n > BASE - 2 * GJ_RPCSEC_WINDOW; n--)
		model_check(n);
}
END_TEST

START_TEST(window_at_random)
{
	static const uint32_t jumps[] = {63, 64, 65, 127, 128, 129, 1, 2};
	uint32_t seed = 1;
	int i;

	memset(&model, 0, sizeof(model));
	for (i = 0; i < 10000; i++) {
		seed = seed * 1103515245 + 12345;
		if (seed >> 16 & 15)
			model_check(model.highest -
				    (model.highest < 140 ? model.highest / 2
							 : seed >> 20 & 127));
		else
			model_check(model.highest + jumps[seed >> 24 & 7]);
	}
	ck_assert_uint_gt(model.highest, 10000);
}
END_TEST

START_TEST(window_from_zero)
{
	ck_assert_int_eq(number_take(0), GJ_RPCSEC_TAKE);
	ck_assert_int_eq(number_take(0), GJ_RPCSEC_DISCARD);
	ck_assert_int_eq(number_take(1), GJ_RPCSEC_TAKE);
}
END_TEST

START_TEST(window_ends_at_maxseq)
{
	ck_assert_int_eq(number_take(MAXSEQ + 1), GJ_RPCSEC_DENY_CONTEXT);
	ck_assert_int_eq(number_take(UINT32_MAX), GJ_RPCSEC_DENY_CONTEXT);
	ck_assert_int_eq(number_take(1), GJ_RPCSEC_TAKE);
	ck_assert_int_eq(number_take(MAXSEQ), GJ_RPCSEC_TAKE);
	ck_assert_int_eq(number_take(MAXSEQ), GJ_RPCSEC_DISCARD);
	ck_assert_int_eq(number_take(MAXSEQ - 127), GJ_RPCSEC_TAKE);
	ck_assert_int_eq(number_take(MAXSEQ - 128), GJ_RPCSEC_DISCARD);
	ck_assert_int_eq(number_take(MAXSEQ + 1), GJ_RPCSEC_DENY_CONTEXT);
	check_reason(&server, "MAXSEQ");
}
END_TEST

START_TEST(window_stays_for_a_bad_verifier)
{
	struct made_call made = made_call_usual;
	struct gj_rpcsec_call call;

	ck_assert_int_eq(number_take(2), GJ_RPCSEC_TAKE);
	made.sequence = 500;
	made.bad_mic = true;
	ck_assert_int_eq(server_take(&made, &call), GJ_RPCSEC_DENY_CRED);
	check_reason(&server, "gss_verify_mic");
	made.bad_mic = false;
	made.verifier = 0;
	ck_assert_int_eq(server_take(&made, &call), GJ_RPCSEC_DENY_CRED);
	check_reason(&server, "flavour");
	ck_assert_int_eq(number_take(1), GJ_RPCSEC_TAKE);
	ck_assert_int_eq(number_take(500), GJ_RPCSEC_TAKE);
}
END_TEST

/* --- Calls ------------------------------------------------------------------
 */

static void *
call_record(struct gj_rpcsec_call *call, size_t *size)
{
	ck_assert_int_eq(gj_rpcsec_call_put(&client, call, &out), 0);
	return out_take(size);
}

/* Every size of padding, each service. */
START_TEST(calls_cross)
{
	static const char text[] = "0123456789abcdef";
	struct gj_rpcsec_call sent, got;
	enum gj_rpcsec_verdict verdict;
	size_t length, size;
	void *record;

	for (length = 0; length <= 9; length++) {
		sent =
		    call_of(GJ_RPCSEC_DATA, (uint32_t)_i, text + 16 - length);
		record = call_record(&sent, &size);
		ck_assert(server_judge(record, size, &got, &verdict));
		ck_assert_int_eq(verdict, GJ_RPCSEC_TAKE);
		check_view(&got.arguments, text + 16 - length);
		ck_assert_uint_eq(got.sequence, length + 1);
		ck_assert_uint_eq(got.service, (uint32_t)_i);
		ck_assert_uint_eq(got.xid, 7);
		ck_assert_uint_eq(got.procedure, 1);
		free(record);
	}
}
END_TEST

/* The octets of a call are those that the RFCs have. */
START_TEST(calls_octet_by_octet)
{
	struct gj_rpcsec_call sent =
	    call_of(GJ_RPCSEC_DATA, (uint32_t)_i, PLAIN);
	struct made_call made = made_call_usual;
	size_t size;
	void *record = call_record(&sent, &size);

	made.service = (uint32_t)_i;
	made.handle = client.handle;
	made.handle_size = client.handle_size;
	made.arguments = PLAIN;
	made.size = sizeof(PLAIN) - 1;
	call_make(&octets, &made);
	ck_assert_uint_eq(size, octets.size - 4);
	ck_assert_mem_eq(record, octets.data + 4, size);
	free(record);
}
END_TEST

/*
 * Each octet of a call changed: what is within the head and the verifier is
 * always seen, arguments where the service protects them.
 */
START_TEST(call_changed_anywhere)
{
	struct gj_rpcsec_call sent =
	    call_of(GJ_RPCSEC_DATA, (uint32_t)_i, PLAIN);
	enum gj_rpcsec_verdict verdict;
	struct gj_rpcsec_call got;
	size_t size, at, taken = 0;
	uint8_t *record = call_record(&sent, &size);

	for (at = 0; at < size; at++) {
		record[at] ^= 0x10;
		server.sequence = 0;
		memset(server.seen, 0, sizeof(server.seen));
		if (server_judge(record, size, &got, &verdict) &&
		    verdict == GJ_RPCSEC_TAKE) {
			ck_assert_int_eq(_i, GJ_RPCSEC_NONE);
			ck_assert_uint_ge(at, size - (sizeof(PLAIN) - 1));
			taken++;
		}
		record[at] ^= 0x10;
	}
	ck_assert_uint_eq(taken, _i == GJ_RPCSEC_NONE ? sizeof(PLAIN) - 1 : 0);
	free(record);
}
END_TEST

static const struct body_row {
	const char *name;
	uint32_t service;
	OM_uint32 flags;
	uint32_t inner;
	bool bad_body, conf_wrong;
	enum gj_rpcsec_verdict verdict;
	const char *reason;
} body_rows[] = {
    {"none", 1, 0, 0, false, false, GJ_RPCSEC_TAKE, ""},
    {"integrity", 2, ALL, 0, false, false, GJ_RPCSEC_TAKE, ""},
    {"integrity alone is enough", 2, GSS_C_INTEG_FLAG, 0, false, false,
	GJ_RPCSEC_TAKE, ""},
    {"privacy", 3, ALL, 0, false, false, GJ_RPCSEC_TAKE, ""},
    {"integrity, another number", 2, ALL, 1, false, false, GJ_RPCSEC_GARBAGE,
	"the sequence number in the body"},
    {"privacy, another number", 3, ALL, 1, false, false, GJ_RPCSEC_GARBAGE,
	"the sequence number in the body"},
    {"integrity, a wrong checksum", 2, ALL, 0, true, false, GJ_RPCSEC_GARBAGE,
	"gss_verify_mic"},
    {"privacy, changed", 3, ALL, 0, true, false, GJ_RPCSEC_GARBAGE,
	"gss_unwrap"},
    {"privacy, conf_state 0", 3, ALL, 0, false, true, GJ_RPCSEC_GARBAGE,
	"conf_state"},
    {"no integrity to be had", 2, GSS_C_CONF_FLAG, 0, false, false,
	GJ_RPCSEC_DENY_CRED, "service integrity"},
    {"no confidentiality to be had", 3, GSS_C_INTEG_FLAG, 0, false, false,
	GJ_RPCSEC_DENY_CRED, "service privacy"},
};

START_TEST(bodies)
{
	const struct body_row *row = &body_rows[_i];
	struct made_call made = made_call_usual;
	struct gj_rpcsec_call call;

	gj_rpcsec_establish(&server, CONTEXT, NULL, row->flags);
	scripted.conf_wrong = row->conf_wrong;
	made.service = row->service;
	made.inner = row->inner;
	made.bad_body = row->bad_body;
	made.arguments = "arguments that fill words";
	made.size = 19; /* so that nothing sealed is padded */
	ck_assert_msg(server_take(&made, &call) == row->verdict, "%s: %s",
	    row->name, server.reason);
	check_reason(
	    &server, row->verdict == GJ_RPCSEC_TAKE ? "" : row->reason);
	ck_assert_uint_eq(
	    call.arguments.size, row->verdict == GJ_RPCSEC_TAKE ? 19 : 0);
	ck_assert_uint_eq(call.xid, 7);
	ck_assert_uint_eq(call.service, row->service);
}
END_TEST

/* A body that is none at all. */
START_TEST(body_is_cut)
{
	struct made_call made = made_call_usual;
	struct gj_rpcsec_call sent, got;
	enum gj_rpcsec_verdict verdict;
	size_t size, head, cut;
	void *record, *exact;

	made.handle = client.handle;
	made.handle_size = client.handle_size;
	call_make(&octets, &made);
	head = octets.size - 4;
	for (cut = head;; cut++) {
		sent = call_of(GJ_RPCSEC_DATA, (uint32_t)_i, PLAIN);
		record = call_record(&sent, &size);
		if (cut == size)
			break;
		exact = suite_exact(record, cut);
		ck_assert(server_judge(exact, cut, &got, &verdict));
		ck_assert_int_eq(verdict, GJ_RPCSEC_GARBAGE);
		free(exact);
		free(record);
	}
	free(record);
}
END_TEST

/* --- What the initiator refuses to send -------------------------------------
 */

static const struct refused_row {
	const char *name;
	uint32_t service;
	OM_uint32 flags;
	bool conf_wrong;
	OM_uint32 major;
	unsigned int fails;
	size_t mic_size;
	bool sends;
	const char *reason;
} refused_rows[] = {
    {"no integrity", 2, GSS_C_CONF_FLAG, false, 0, 0, 0, false,
	"service integrity"},
    {"no confidentiality", 3, GSS_C_INTEG_FLAG, false, 0, 0, 0, false,
	"service privacy"},
    {"neither is needed", 1, 0, false, 0, 0, 0, true, ""},
    {"conf_state 0", 3, ALL, true, 0, 0, 0, false, "conf_state"},
    {"gss_wrap fails", 3, ALL, false, 0, 1, 0, false, "gss_wrap: "},
    {"gss_get_mic fails", 1, ALL, false, 0, 1, 0, false, "gss_get_mic: "},
    {"gss_get_mic fails for the body", 2, ALL, false, 0, 2, 0, false,
	"gss_get_mic: "},
    {"supplementary bits", 1, ALL, false, GSS_S_GAP_TOKEN, 0, 0, false,
	"gss_get_mic: "},
    {"a MIC of 400", 1, ALL, false, 0, 0, 400, true, ""},
    {"a MIC of 401", 1, ALL, false, 0, 0, 401, false, "400"},
    {"a body's MIC of 401", 2, ALL, false, 0, 0, 401, false, "400"},
};

static void
knobs_turn(const struct refused_row *row)
{
	gj_rpcsec_establish(&client, CONTEXT, NULL, row->flags);
	gj_rpcsec_establish(&server, CONTEXT, NULL, row->flags);
	scripted.conf_wrong = row->conf_wrong;
	scripted.message_major = row->major;
	scripted.message_fails = row->fails;
	scripted.mic_size = row->mic_size;
}

START_TEST(calls_refused)
{
	const struct refused_row *row = &refused_rows[_i];
	struct gj_rpcsec_call call =
	    call_of(GJ_RPCSEC_DATA, row->service, PLAIN);
	enum gssloop_io io;

	knobs_turn(row);
	io = gj_rpcsec_call_put(&client, &call, &out);
	ck_assert_msg(io == (row->sends ? GSSLOOP_IO_OK : GSSLOOP_IO_REFUSED),
	    "%s: %d", row->name, (int)io);
	check_reason(&client, row->reason);
	ck_assert_int_eq(gj_buffer_size(&out) > 0, row->sends);
}
END_TEST

/* The acceptor's replies: but for the flags, which its calls had to have. */
START_TEST(replies_refused)
{
	const struct refused_row *row = &refused_rows[_i];
	struct gj_rpcsec_call call =
	    call_of(GJ_RPCSEC_DATA, row->service, PLAIN);
	enum gssloop_io io;
	bool sends = row->sends || row->flags == GSS_C_INTEG_FLAG ||
		     row->flags == GSS_C_CONF_FLAG;

	knobs_turn(row);
	io = gj_rpcsec_reply_put(
	    &server, &call, GJ_RPC_SUCCESS, &call.arguments, &out);
	ck_assert_msg(io == (sends ? GSSLOOP_IO_OK : GSSLOOP_IO_REFUSED),
	    "%s: %d", row->name, (int)io);
	ck_assert_int_eq(gj_buffer_size(&out) > 0, sends);
}
END_TEST

START_TEST(numbers_are_used_up)
{
	struct gj_rpcsec_call call = call_of(GJ_RPCSEC_DATA, 1, PLAIN);

	client.sequence = MAXSEQ - 1;
	ck_assert_int_eq(gj_rpcsec_call_put(&client, &call, &out), 0);
	ck_assert_uint_eq(call.sequence, MAXSEQ);
	ck_assert_int_eq(
	    gj_rpcsec_call_put(&client, &call, &out), GSSLOOP_IO_REFUSED);
	check_reason(&client, "used up");
}
END_TEST

/* Nothing goes out, and nothing is believed, without a context. */
START_TEST(without_a_context)
{
	struct gj_rpcsec_call call = call_of(GJ_RPCSEC_DATA, 1, PLAIN);
	struct made_call made = made_call_usual;
	struct gj_rpc_auth verifier = {6, {(const uint8_t *)"", 0}};

	client.context = server.context = GSS_C_NO_CONTEXT;
	ck_assert_int_eq(
	    gj_rpcsec_call_put(&client, &call, &out), GSSLOOP_IO_REFUSED);
	check_reason(&client, "gss_get_mic");
	ck_assert_int_eq(server_take(&made, &call), GJ_RPCSEC_DENY_CRED);
	ck_assert_int_eq(
	    gj_rpcsec_window_verify(&client, &verifier), GSSLOOP_IO_REFUSED);
	ck_assert_uint_eq(gj_buffer_size(&out), 0);
}
END_TEST

/* Order is the window's affair: a context with sequence flags says more. */
START_TEST(supplementary_bits_are_no_failure)
{
	struct made_call made = made_call_usual;
	struct gj_rpcsec_call call;

	scripted.message_major = GSS_S_GAP_TOKEN | GSS_S_OLD_TOKEN |
				 GSS_S_DUPLICATE_TOKEN | GSS_S_UNSEQ_TOKEN;
	for (made.service = 1; made.service <= 3; made.service++) {
		made.sequence++;
		ck_assert_int_eq(server_take(&made, &call), GJ_RPCSEC_TAKE);
	}
}
END_TEST

static unsigned int verified;

static OM_uint32
own_verify(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t message,
    gss_buffer_t mic, gss_qop_t *qop)
{
	verified++;
	return gss_verify_mic(minor, context, message, mic, qop);
}

START_TEST(another_gss_verify_mic)
{
	struct made_call made = made_call_usual;
	struct gj_rpcsec_call call;

	verified = 0;
	server.verify_mic = own_verify;
	made.service = GJ_RPCSEC_INTEGRITY;
	ck_assert_int_eq(server_take(&made, &call), GJ_RPCSEC_TAKE);
	ck_assert_uint_eq(verified, 2);
}
END_TEST

/* --- Replies ----------------------------------------------------------------
 */

/* The client's judgement of a reply to a call of number 1. */
static enum gssloop_io
reply_judge(const struct made_reply *made, enum gj_rpcsec_proc proc,
    uint32_t service, const char *results)
{
	struct gj_rpcsec_call call = call_of(proc, service, PLAIN);
	struct gssloop_view view = {NULL, 1};
	struct gj_rpc_result result;
	struct gj_rpc_reply reply;
	enum gssloop_io io;
	void *exact;

	reply_make(&octets, made);
	exact = suite_exact(octets.data + 4, octets.size - 4);
	ck_assert(gj_rpc_reply_decode(exact, octets.size - 4, &reply, &result));
	call.sequence = 1;
	io = gj_rpcsec_reply_take(&client, &call, &reply, &view);
	check_view(&view, io == GSSLOOP_IO_OK ? results : "");
	free(exact);
	return io;
}

static const struct reply_row {
	const char *name;
	uint32_t wanted; /* the call's service */
	struct made_reply made;
	enum gssloop_io io;
	const char *results, *reason;
} reply_rows[] = {
/* The service wanted and had, the verifier's flavour, the results' size. */
#define REPLY(w, s, v, n, ...)                                                 \
	w,                                                                     \
	{                                                                      \
		.xid = 7, .verifier = v, .service = s, .results = "0123456",   \
		.size = n, __VA_ARGS__                                         \
	}
    {"none", REPLY(1, 1, 6, 7, .number = 1), GSSLOOP_IO_OK, "0123456", ""},
    {"integrity", REPLY(2, 2, 6, 7, .number = 1), GSSLOOP_IO_OK, "0123456", ""},
    {"privacy", REPLY(3, 3, 6, 7, .number = 1), GSSLOOP_IO_OK, "0123456", ""},
    {"another number", REPLY(1, 1, 6, 7, .number = 2), GSSLOOP_IO_REFUSED, "",
	"gss_verify_mic"},
    {"a wrong MIC", REPLY(1, 1, 6, 7, .number = 1, .bad_mic = true),
	GSSLOOP_IO_REFUSED, "", "gss_verify_mic"},
    {"no verifier", REPLY(1, 1, 0, 7, .number = 1), GSSLOOP_IO_REFUSED, "",
	"flavour"},
    {"integrity, number in the body",
	REPLY(2, 2, 6, 7, .number = 1, .inner = 1), GSSLOOP_IO_REFUSED, "",
	"the sequence number in the body"},
    {"privacy, number in the body", REPLY(3, 3, 6, 7, .number = 1, .inner = 1),
	GSSLOOP_IO_REFUSED, "", "the sequence number in the body"},
    {"integrity, changed", REPLY(2, 2, 6, 7, .number = 1, .bad_body = true),
	GSSLOOP_IO_REFUSED, "", "gss_verify_mic"},
    {"none for integrity", REPLY(2, 1, 6, 7, .number = 1), GSSLOOP_IO_MALFORMED,
	"", "offset 0"},
    {"none for privacy", REPLY(3, 1, 6, 7, .number = 1), GSSLOOP_IO_MALFORMED,
	"", "offset 0"},
    {"privacy for integrity", REPLY(2, 3, 6, 7, .number = 1),
	GSSLOOP_IO_MALFORMED, "", "the checksum is cut"},
    {"integrity for privacy", REPLY(3, 2, 6, 7, .number = 1),
	GSSLOOP_IO_MALFORMED, "", "after the end"},
    {"not a success", REPLY(2, 2, 6, 7, .number = 1, .accept = 5),
	GSSLOOP_IO_OK, "", ""},
    {"not a success, unverified", REPLY(2, 2, 0, 7, .number = 1, .accept = 5),
	GSSLOOP_IO_REFUSED, "", "flavour"},
    {"nothing, for data", REPLY(2, 1, 6, 0, .number = 1), GSSLOOP_IO_MALFORMED,
	"", "is cut"},
};

START_TEST(replies)
{
	const struct reply_row *row = &reply_rows[_i];
	enum gssloop_io io =
	    reply_judge(&row->made, GJ_RPCSEC_DATA, row->wanted, row->results);

	ck_assert_msg(
	    io == row->io, "%s: %d: %s", row->name, (int)io, client.reason);
	check_reason(&client, row->reason);
}
END_TEST

START_TEST(reply_conf_state)
{
	struct made_reply made = made_reply_usual;

	made.service = GJ_RPCSEC_PRIVACY;
	scripted.conf_wrong = true;
	ck_assert_int_eq(
	    reply_judge(&made, GJ_RPCSEC_DATA, 3, ""), GSSLOOP_IO_REFUSED);
	check_reason(&client, "conf_state");
}
END_TEST

/* libtirpc answers DESTROY so, whatever the service. */
START_TEST(reply_to_destroy_is_empty)
{
	struct made_reply made = made_reply_usual;

	ck_assert_int_eq(
	    reply_judge(&made, GJ_RPCSEC_DESTROY, (uint32_t)_i, ""), 0);
	made.service = (uint32_t)_i;
	ck_assert_int_eq(
	    reply_judge(&made, GJ_RPCSEC_DESTROY, (uint32_t)_i, ""), 0);
	made.bad_mic = true;
	ck_assert_int_eq(
	    reply_judge(&made, GJ_RPCSEC_DESTROY, (uint32_t)_i, ""),
	    GSSLOOP_IO_REFUSED);
}
END_TEST

/* What the acceptor writes: each accept_stat, each service. */
START_TEST(replies_octet_by_octet)
{
	struct made_reply made = made_reply_usual;
	struct gj_rpcsec_call call = call_of(GJ_RPCSEC_DATA, 1, PLAIN);
	size_t size;
	void *record;

	call.sequence = made.number = 99;
	made.low = made.high = 1;
	made.results = PLAIN;
	made.size = sizeof(PLAIN) - 1;
	made.accept = (uint32_t)_i;
	for (made.service = 1; made.service <= 3; made.service++) {
		call.service = made.service;
		ck_assert_int_eq(
		    gj_rpcsec_reply_put(&server, &call,
			(enum gj_rpc_accept_stat)_i, &call.arguments, &out),
		    0);
		record = out_take(&size);
		reply_make(&octets, &made);
		ck_assert_uint_eq(size, octets.size - 4);
		ck_assert_mem_eq(record, octets.data + 4, size);
		free(record);
	}
}
END_TEST

START_TEST(denials_octet_by_octet)
{
	struct made_reply made = {.xid = 9, .stat = 1, .reject = 1};
	size_t size;
	void *record;

	made.auth = (uint32_t)_i;
	ck_assert_int_eq(
	    gj_rpc_denial_put(9, (enum gj_rpc_auth_stat)_i, &out), 0);
	record = out_take(&size);
	reply_make(&octets, &made);
	ck_assert_uint_eq(size, octets.size - 4);
	ck_assert_mem_eq(record, octets.data + 4, size);
	free(record);
}
END_TEST

/* --- Creating a context -----------------------------------------------------
 */

START_TEST(init_octet_by_octet)
{
	struct gj_rpcsec_call call = call_of((enum gj_rpcsec_proc)_i, 2, "tok");
	struct made_call made = made_call_usual;
	struct octets argument = {.size = 0};
	size_t size;
	void *record;

	octets_opaque(&argument, "tok", 3);
	made.proc = (uint32_t)_i;
	made.procedure = 0;
	made.sequence = 0;
	made.service = 2;
	made.verifier = 0;
	made.handle = client.handle;
	made.handle_size = client.handle_size;
	made.arguments = argument.data;
	made.size = argument.size;
	ck_assert_int_eq(gj_rpcsec_init_put(&client, &call, &out), 0);
	record = out_take(&size);
	call_make(&octets, &made);
	ck_assert_uint_eq(size, octets.size - 4);
	ck_assert_mem_eq(record, octets.data + 4, size);
	free(record);
}
END_TEST

static const struct init_row {
	OM_uint32 major;
	bool whole, verified;
} init_rows[] = {
    {GSS_S_COMPLETE, true, true},
    {GSS_S_CONTINUE_NEEDED, true, false},
    {GSS_S_DEFECTIVE_TOKEN, false, false},
    {GSS_S_FAILURE | GSS_S_CONTINUE_NEEDED, false, false},
};

START_TEST(init_reply_octet_by_octet)
{
	const struct init_row *row = &init_rows[_i];
	const struct gssloop_view token = {(const uint8_t *)"answer", 6};
	struct made_reply made = {.xid = 3};
	struct made_init init = {.major = row->major, .minor = 77};
	struct octets results;
	size_t size;
	void *record;

	ck_assert_int_eq(
	    gj_rpcsec_init_reply_put(&server, 3, row->major, 77, &token, &out),
	    0);
	record = out_take(&size);
	if (row->whole) {
		init.handle = server.handle;
		init.handle_size = server.handle_size;
		init.window = GJ_RPCSEC_WINDOW;
		init.token = "answer";
		init.token_size = 6;
	}
	made.verifier = row->verified ? 6 : 0;
	made.number = GJ_RPCSEC_WINDOW;
	init_make(&results, &init);
	made.results = results.data;
	made.size = results.size;
	reply_make(&octets, &made);
	ck_assert_uint_eq(size, octets.size - 4);
	ck_assert_mem_eq(record, octets.data + 4, size);
	free(record);
}
END_TEST

START_TEST(init_reply_without_a_verifier)
{
	const struct gssloop_view token = {NULL, 0};

	if (_i == 0)
		scripted.mic_size = 401;
	else
		scripted.message_major = GSS_S_FAILURE;
	ck_assert_int_eq(gj_rpcsec_init_reply_put(
			     &server, 3, GSS_S_COMPLETE, 0, &token, &out),
	    GSSLOOP_IO_REFUSED);
	ck_assert_uint_eq(gj_buffer_size(&out), 0);
}
END_TEST

static const struct results_row {
	const char *name;
	size_t handle_size;
	uint32_t major;
	size_t token_size;
	enum gssloop_io io;
	bool taken; /* handle and window */
} results_rows[] = {
    {"complete", 4, 0, 3, GSSLOOP_IO_OK, true},
    {"continue", 4, 1, 3, GSSLOOP_IO_OK, true},
    {"the greatest handle", 380, 1, 3, GSSLOOP_IO_OK, true},
    {"too great a handle", 381, 1, 3, GSSLOOP_IO_MALFORMED, false},
    {"no handle", 0, 0, 3, GSSLOOP_IO_MALFORMED, false},
    {"no handle, continue", 0, 1, 3, GSSLOOP_IO_MALFORMED, false},
    {"an error", 0, GSS_S_FAILURE, 0, GSSLOOP_IO_OK, false},
    {"an error with a handle", 4, GSS_S_FAILURE, 3, GSSLOOP_IO_OK, false},
    {"too large a token", 4, 0, 17, GSSLOOP_IO_MALFORMED, false},
};

START_TEST(init_results)
{
	static const char large[400];
	const struct results_row *row = &results_rows[_i];
	struct made_init init = {large, row->handle_size, row->major, 7, 99,
	    "a token of 17 oct", row->token_size};
	struct gj_rpcsec_init_res res;
	struct gj_rpc_reply reply;
	size_t was = client.handle_size;
	enum gssloop_io io;
	void *exact;

	init_make(&octets, &init);
	exact = suite_exact(octets.data, octets.size);
	memset(&reply, 0, sizeof(reply));
	reply.results.data = exact;
	reply.results.size = octets.size;
	io = gj_rpcsec_init_reply_take(&client, &reply, 16, &res);
	ck_assert_msg(io == row->io, "%s: %d", row->name, (int)io);
	ck_assert_uint_eq(client.window, row->taken ? 99 : 0);
	ck_assert_uint_eq(
	    client.handle_size, row->taken ? row->handle_size : was);
	free(exact);
}
END_TEST

START_TEST(window_verifier)
{
	struct gj_rpc_auth verifier = {6, {NULL, SCRIPTED_MIC}};
	uint8_t mic[SCRIPTED_MIC];

	verifier.body.data = mic;
	client.window = 0x01020304;
	scripted_mic("\1\2\3\4", 4, mic);
	ck_assert_int_eq(gj_rpcsec_window_verify(&client, &verifier), 0);
	client.window++;
	ck_assert_int_eq(
	    gj_rpcsec_window_verify(&client, &verifier), GSSLOOP_IO_REFUSED);
	client.window--;
	verifier.flavor = 0;
	ck_assert_int_eq(
	    gj_rpcsec_window_verify(&client, &verifier), GSSLOOP_IO_REFUSED);
	verifier.flavor = 6;
	verifier.body.size = 0;
	ck_assert_int_eq(
	    gj_rpcsec_window_verify(&client, &verifier), GSSLOOP_IO_REFUSED);
}
END_TEST

START_TEST(handles)
{
	struct gssloop_view view = {server.handle, server.handle_size};
	struct gj_rpcsec other;
	static const uint8_t large[GJ_RPCSEC_HANDLE_MAX + 1];
	const struct gssloop_view too_large = {large, sizeof(large)};

	memset(&other, 0, sizeof(other));
	ck_assert_uint_eq(view.size,
	    sizeof(GJ_RPCSEC_HANDLE_PREFIX) - 1 + GJ_RPCSEC_HANDLE_RANDOM);
	ck_assert_mem_eq(view.data, GJ_RPCSEC_HANDLE_PREFIX, 6);
	ck_assert(gj_rpcsec_handle_is(&server, &view));
	view.size--;
	ck_assert(!gj_rpcsec_handle_is(&server, &view));
	view.size = 0;
	ck_assert(!gj_rpcsec_handle_is(&server, &view));
	ck_assert(!gj_rpcsec_handle_is(&other, &view));
	ck_assert_int_eq(gj_rpcsec_handle_make(&other), 0);
	view.size = server.handle_size;
	ck_assert(!gj_rpcsec_handle_is(&other, &view));
	gj_rpcsec_handle_set(&other, &too_large);
	ck_assert_uint_eq(other.handle_size, GJ_RPCSEC_HANDLE_MAX);
	gj_rpcsec_free(&other);
	ck_assert_uint_eq(other.handle_size, 0);
}
END_TEST

/* --- Memory -----------------------------------------------------------------
 */

static enum gssloop_io
put_one(int which)
{
	const struct gssloop_view view = {(const uint8_t *)PLAIN, 8};
	struct gj_rpcsec_call call = call_of(GJ_RPCSEC_DATA, 1, PLAIN);
	struct gj_rpc_reply reply;

	call.service = which % 3 + 1;
	memset(&reply, 0, sizeof(reply));
	if (which < 3)
		return gj_rpcsec_call_put(&client, &call, &out);
	if (which < 6)
		return gj_rpcsec_reply_put(
		    &server, &call, GJ_RPC_SUCCESS, &view, &out);
	if (which == 6)
		return gj_rpcsec_init_put(&client, &call, &out);
	if (which == 7)
		return gj_rpcsec_init_reply_put(
		    &server, 1, GSS_S_COMPLETE, 0, &view, &out);
	if (which == 8)
		return gj_rpc_reply_put(&reply, &out);
	return gj_rpc_denial_put(1, GJ_RPC_AUTH_BADCRED, &out);
}

START_TEST(puts_without_memory)
{
	enum gssloop_io io;
	unsigned long n;

	for (n = 1;; n++) {
		gj_buffer_free(&out);
		gj_buffer_free(&client.scratch);
		gj_buffer_free(&server.scratch);
		failing_malloc_arm(n);
		io = put_one(_i);
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		ck_assert_int_eq(io, GSSLOOP_IO_NO_MEMORY);
		ck_assert_uint_eq(gj_buffer_size(&out), 0);
	}
	ck_assert_int_eq(io, GSSLOOP_IO_OK);
	ck_assert_uint_gt(n, 1);
}
END_TEST

START_TEST(plain_octets_are_wiped)
{
	struct gj_rpcsec_call call = call_of(GJ_RPCSEC_DATA, 3, PLAIN);

	ck_assert_int_eq(gj_rpcsec_call_put(&client, &call, &out), 0);
	failing_malloc_watch(client.scratch.memory, client.scratch.room);
	gj_rpcsec_free(&client);
	ck_assert(failing_malloc_wiped());
}
END_TEST

/* --- Records ----------------------------------------------------------------
 */

static struct gj_stream stream;
static struct gj_record record;
static int peer;

static void
record_setup(void)
{
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(gj_stream_open(&stream, fds[0], GSSLOOP_ACCEPTOR), 0);
	memset(&record, 0, sizeof(record));
	peer = fds[1];
}

static void
peer_close(void)
{
	if (peer != -1)
		close(peer);
	peer = -1;
}

static void
record_teardown(void)
{
	failing_malloc_arm(0);
	gj_record_free(&record);
	gj_stream_close(&stream);
	peer_close();
}

static void
peer_write(const void *data, size_t size)
{
	if (size > 0)
		ck_assert_int_eq(write(peer, data, size), (ssize_t)size);
}

static void
fragment_write(const char *data, size_t size, bool last)
{
	struct octets fragment = {.size = 0};

	octets_number(&fragment, (last ? 0x80000000 : 0) | (uint32_t)size);
	octets_add(&fragment, data, size);
	peer_write(fragment.data, fragment.size);
}

static void
check_record(size_t max, enum gssloop_io expected, const char *text)
{
	struct gssloop_view view = {NULL, 0};
	enum gssloop_io io = gj_record_get(&record, &stream, max, &view);

	ck_assert_msg(io == expected, "%d, not %d: %s", (int)io, (int)expected,
	    stream.reason);
	if (io == GSSLOOP_IO_OK)
		check_view(&view, text);
	else
		ck_assert_msg(text == NULL || strstr(stream.reason, text),
		    "\"%s\" lacks \"%s\"", stream.reason, text);
}

#define TEXT "0123456789abcdef"
#define SIZE 16

START_TEST(record_in_two)
{
	size_t split = (size_t)_i;

	fragment_write(TEXT, split, false);
	check_record(SIZE, GSSLOOP_IO_AGAIN, NULL);
	fragment_write(TEXT + split, SIZE - split, true);
	fragment_write("next", 4, true);
	check_record(SIZE, GSSLOOP_IO_OK, TEXT);
	check_record(SIZE, GSSLOOP_IO_OK, "next");
	check_record(SIZE, GSSLOOP_IO_AGAIN, NULL);
}
END_TEST

START_TEST(record_in_many)
{
	for (int i = 0; i < SIZE; i++)
		fragment_write(TEXT + i, 1, false);
	fragment_write("", 0, true);
	fragment_write(TEXT, SIZE, true);
	fragment_write("", 0, true);
	check_record(SIZE, GSSLOOP_IO_OK, TEXT);
	check_record(SIZE, GSSLOOP_IO_OK, TEXT);
	check_record(SIZE, GSSLOOP_IO_OK, "");
	check_record(SIZE, GSSLOOP_IO_AGAIN, NULL);
}
END_TEST

/* Two fragments and then one, as a stream. */
static const char three[] = "\0\0\0\3abc\x80\0\0\2de\x80\0\0\3xyz";

START_TEST(record_octet_by_octet)
{
	for (size_t i = 0; i < sizeof(three) - 1; i++) {
		check_record(SIZE, GSSLOOP_IO_AGAIN, NULL);
		peer_write(three + i, 1);
		if (i == 12)
			check_record(SIZE, GSSLOOP_IO_OK, "abcde");
	}
	check_record(SIZE, GSSLOOP_IO_OK, "xyz");
}
END_TEST

/* _i octets come, then the end: a good one only between two records. */
START_TEST(record_is_cut)
{
	const char *reason = "within a record";

	peer_write(three, (size_t)_i);
	peer_close();
	if (_i >= 13)
		check_record(SIZE, GSSLOOP_IO_OK, "abcde");
	if (_i == 0 || _i == 13)
		reason = "between two frames";
	else if (_i != 4 && _i != 7 && _i != 11 && _i != 17)
		reason = "within a frame";
	check_record(SIZE, GSSLOOP_IO_CLOSED, reason);
	check_record(SIZE, GSSLOOP_IO_CLOSED, NULL);
}
END_TEST

START_TEST(record_limits)
{
	fragment_write(TEXT, SIZE, true);
	check_record(SIZE, GSSLOOP_IO_OK, TEXT);
	fragment_write(TEXT, 10, false);
	fragment_write(TEXT + 10, 6, true);
	check_record(SIZE, GSSLOOP_IO_OK, TEXT);
	fragment_write(TEXT, 10, false);
	peer_write("\x80\0\0\7", 4);
	check_record(
	    SIZE, GSSLOOP_IO_TOO_LARGE, "7 octets behind 10, limit 16");
}
END_TEST

static const struct {
	const char *octets;
	enum gssloop_io io;
	const char *reason;
} mark_rows[] = {
    {"\x80\0\0\x11", GSSLOOP_IO_TOO_LARGE, "17 octets"},
    {"\0\0\0\x11", GSSLOOP_IO_TOO_LARGE, "17 octets"},
    {"\xff\xff\xff\xff", GSSLOOP_IO_TOO_LARGE, "limit 16"},
    {"\0\0\0\0", GSSLOOP_IO_MALFORMED, "empty"},
};

START_TEST(marks_refused)
{
	peer_write(mark_rows[_i].octets, 4);
	check_record(SIZE, mark_rows[_i].io, mark_rows[_i].reason);
}
END_TEST

/* What is announced costs nothing before it comes. */
START_TEST(record_is_not_allocated_ahead)
{
	peer_write("\x8f\xff\xff\xff", 4);
	check_record(SIZE_MAX / 2, GSSLOOP_IO_AGAIN, NULL);
	peer_write(TEXT, SIZE);
	check_record(SIZE_MAX / 2, GSSLOOP_IO_AGAIN, NULL);
	ck_assert_uint_lt(stream.in.room, 16384);
}
END_TEST

START_TEST(record_without_memory)
{
	enum gssloop_io io;
	struct gssloop_view view;
	unsigned long n;

	for (n = 1;; n++) {
		record_setup();
		peer_write(three, sizeof(three) - 1);
		failing_malloc_arm(n);
		io = gj_record_get(&record, &stream, SIZE, &view);
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		ck_assert_int_eq(io, GSSLOOP_IO_NO_MEMORY);
		ck_assert_str_eq(stream.reason, "out of memory");
		record_teardown();
	}
	ck_assert_int_eq(io, GSSLOOP_IO_OK);
	ck_assert_uint_gt(n, 2);
	record_teardown();
}
END_TEST

/* --- All --------------------------------------------------------------------
 */

static TCase *
window_tests(void)
{
	TCase *tests = tcase_create("window");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 30);
	tcase_add_loop_test(tests, window_behind, 0, GJ_RPCSEC_WINDOW + 3);
	tcase_add_loop_test(tests, window_ahead, 0, GJ_RPCSEC_WINDOW + 3);
	tcase_add_test(tests, window_at_random);
	tcase_add_test(tests, window_from_zero);
	tcase_add_test(tests, window_ends_at_maxseq);
	tcase_add_test(tests, window_stays_for_a_bad_verifier);
	return tests;
}

static TCase *
call_tests(void)
{
	TCase *tests = tcase_create("calls");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, calls_cross, 1, 4);
	tcase_add_loop_test(tests, calls_octet_by_octet, 1, 4);
	tcase_add_loop_test(tests, call_changed_anywhere, 1, 4);
	tcase_add_loop_test(tests, bodies, 0, COUNT(body_rows));
	tcase_add_loop_test(tests, body_is_cut, 2, 4);
	tcase_add_loop_test(tests, calls_refused, 0, COUNT(refused_rows));
	tcase_add_test(tests, numbers_are_used_up);
	tcase_add_test(tests, without_a_context);
	tcase_add_test(tests, supplementary_bits_are_no_failure);
	tcase_add_test(tests, another_gss_verify_mic);
	return tests;
}

static TCase *
reply_tests(void)
{
	TCase *tests = tcase_create("replies");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, replies, 0, COUNT(reply_rows));
	tcase_add_test(tests, reply_conf_state);
	tcase_add_loop_test(tests, reply_to_destroy_is_empty, 1, 4);
	tcase_add_loop_test(tests, replies_octet_by_octet, 0, 6);
	tcase_add_loop_test(tests, denials_octet_by_octet, 0, 15);
	tcase_add_loop_test(tests, replies_refused, 0, COUNT(refused_rows));
	return tests;
}

static TCase *
init_tests(void)
{
	TCase *tests = tcase_create("creating and memory");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, init_octet_by_octet, 1, 3);
	tcase_add_loop_test(
	    tests, init_reply_octet_by_octet, 0, COUNT(init_rows));
	tcase_add_loop_test(tests, init_reply_without_a_verifier, 0, 2);
	tcase_add_loop_test(tests, init_results, 0, COUNT(results_rows));
	tcase_add_test(tests, window_verifier);
	tcase_add_test(tests, handles);
	tcase_add_loop_test(tests, puts_without_memory, 0, 10);
	tcase_add_test(tests, plain_octets_are_wiped);
	return tests;
}

static TCase *
record_tests(void)
{
	TCase *tests = tcase_create("records");

	tcase_add_checked_fixture(tests, record_setup, record_teardown);
	tcase_add_loop_test(tests, record_in_two, 1, SIZE + 1);
	tcase_add_test(tests, record_in_many);
	tcase_add_test(tests, record_octet_by_octet);
	tcase_add_loop_test(tests, record_is_cut, 0, sizeof(three) - 1);
	tcase_add_test(tests, record_limits);
	tcase_add_loop_test(tests, marks_refused, 0, COUNT(mark_rows));
	tcase_add_test(tests, record_is_not_allocated_ahead);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("rpcsec");
	TCase *memory = tcase_create("records, memory");

	tcase_add_test(memory, record_without_memory);
	suite_add_tcase(suite, window_tests());
	suite_add_tcase(suite, call_tests());
	suite_add_tcase(suite, reply_tests());
	suite_add_tcase(suite, init_tests());
	suite_add_tcase(suite, record_tests());
	suite_add_tcase(suite, memory);
	return suite_run(suite);
}
