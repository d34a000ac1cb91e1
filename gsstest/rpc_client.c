/*
 * A connection of an RPC client with several security contexts.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>

#include "compat.h"
#include "deadline.h"
#include "gssapi_ccm.h"
#include "rpc_client.h"
#include "rpc_none.h"
#include "status.h"

static bool failed(struct rpc_client *client, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

static bool
failed(struct rpc_client *client, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(client->reason, sizeof(client->reason), format, arguments);
	va_end(arguments);
	return false;
}

/* --- One record there, one back ---------------------------------------------
 */

static bool
wait_for(struct rpc_client *client, short events, uint64_t deadline)
{
	struct pollfd fd = {client->stream.fd, events, 0};
	int ready;

	do
		ready = poll(&fd, 1, gj_left_ms(deadline));
	while (ready == -1 && errno == EINTR);
	if (ready == -1)
		return failed(client, "poll: %s", strerror(errno));
	return ready > 0 ||
	       failed(client, "no answer within %u ms", client->wait_ms);
}

static bool
send_all(struct rpc_client *client, uint64_t deadline)
{
	enum gssloop_io io;

	for (;;) {
		io = gj_stream_flush(&client->stream);
		if (io == GSSLOOP_IO_OK)
			return true;
		if (io != GSSLOOP_IO_AGAIN)
			return failed(client, "%s", client->stream.reason);
		if (!wait_for(client, POLLOUT, deadline))
			return false;
	}
}

static bool
record_read(
    struct rpc_client *client, uint64_t deadline, struct gssloop_view *record)
{
	/* Whatever came behind the latest record is there already. */
	bool there = gj_buffer_size(&client->stream.in) > client->record.taken;
	enum gssloop_io io;

	for (;;) {
		if (!there && !wait_for(client, POLLIN, deadline))
			return false;
		there = false;
		io = gj_record_get(&client->record, &client->stream,
		    RPC_CLIENT_MESSAGE_MAX + GJ_RPCSEC_OVERHEAD, record);
		if (io == GSSLOOP_IO_OK)
			return true;
		if (io != GSSLOOP_IO_AGAIN)
			return failed(client, "%s", client->stream.reason);
	}
}

/*
 * The reply to the latest call; others are nobody's.  The server says nothing
 * that was not asked for, so that nothing is left in the queue before.
 */
static bool
exchange(struct rpc_client *client, struct gj_rpc_reply *reply)
{
	uint64_t deadline = gj_deadline(client->wait_ms);
	struct gj_rpc_result result;
	struct gssloop_view record;
	int i;

	if (!send_all(client, deadline))
		return false;
	for (i = 0; i < RPC_CLIENT_STRAY_MAX; i++) {
		if (!record_read(client, deadline, &record))
			return false;
		if (!gj_rpc_reply_decode(
			record.data, record.size, reply, &result))
			return failed(client, "%s", result.reason);
		if (reply->xid == client->xid)
			return true;
	}
	return failed(client, "replies to calls that were not made");
}

/* What a call of rpcsec.h returned. */
static bool
did(struct rpc_client *client, const struct gj_rpcsec *rpcsec,
    enum gssloop_io io)
{
	if (io == GSSLOOP_IO_OK)
		return true;
	return failed(client, "%s",
	    io == GSSLOOP_IO_TOO_LARGE ? "too large for the protocol"
				       : rpcsec->reason);
}

/* --- Calls ------------------------------------------------------------------
 */

static void
call_begin(struct rpc_client *client, struct gj_rpcsec_call *call,
    enum gj_rpcsec_proc proc)
{
	memset(call, 0, sizeof(*call));
	call->xid = ++client->xid;
	call->program = client->program;
	call->version = client->version;
	call->proc = proc;
	call->service = GJ_RPCSEC_NONE;
}

static bool
none_put(struct rpc_client *client, const struct gj_rpcsec_call *call)
{
	struct gj_rpc_call rpc;
	enum gssloop_io io;

	memset(&rpc, 0, sizeof(rpc));
	rpc.xid = call->xid;
	rpc.program = call->program;
	rpc.version = call->version;
	rpc.procedure = call->procedure;
	rpc.arguments = call->arguments;
	io = rpc_none_call_put(&rpc, &client->stream.out);
	return io == GSSLOOP_IO_OK || failed(client, "out of memory");
}

static bool
call_put(struct rpc_client *client, struct rpc_client_context *context,
    struct gj_rpcsec_call *call)
{
	if (context == NULL)
		return none_put(client, call);
	return did(client, &context->rpcsec,
	    gj_rpcsec_call_put(&context->rpcsec, call, &client->stream.out));
}

/* An accepted reply: its verifier is right, and its results are there. */
static bool
accepted_take(struct rpc_client *client, struct rpc_client_context *context,
    const struct gj_rpcsec_call *call, const struct gj_rpc_reply *reply,
    struct rpc_answer *answer)
{
	if (context != NULL && !did(client, &context->rpcsec,
				   gj_rpcsec_reply_take(&context->rpcsec, call,
				       reply, &answer->results)))
		return false;
	if (context == NULL)
		answer->results = reply->results;
	answer->stat = reply->accept;
	answer->what =
	    reply->accept == GJ_RPC_SUCCESS ? RPC_ANSWERED : RPC_UNACCEPTED;
	return true;
}

static bool
call_go(struct rpc_client *client, struct rpc_client_context *context,
    struct gj_rpcsec_call *call, struct rpc_answer *answer)
{
	struct gj_rpc_reply reply;

	memset(answer, 0, sizeof(*answer));
	if (!call_put(client, context, call) || !exchange(client, &reply))
		return false;
	if (reply.stat == GJ_RPC_ACCEPTED)
		return accepted_take(client, context, call, &reply, answer);
	answer->what = RPC_DENIED;
	answer->stat = reply.auth;
	if (reply.reject == GJ_RPC_AUTH_ERROR)
		return true;
	return failed(
	    client, "RPC version %d is not spoken there", GJ_RPC_VERSION);
}

bool
rpc_client_call(struct rpc_client *client, struct rpc_client_context *context,
    uint32_t procedure, uint32_t service, const struct gssloop_view *arguments,
    struct rpc_answer *answer)
{
	struct gj_rpcsec_call call;

	call_begin(client, &call, GJ_RPCSEC_DATA);
	call.procedure = procedure;
	call.service = service;
	call.arguments = *arguments;
	return call_go(client, context, &call, answer);
}

/* --- Contexts ---------------------------------------------------------------
 */

bool
rpc_client_init(struct rpc_client *client, struct gj_rpcsec *rpcsec,
    enum gj_rpcsec_proc proc, const struct gssloop_view *token,
    struct gj_rpc_reply *reply, struct gj_rpcsec_init_res *res)
{
	struct gj_rpcsec_call call;

	call_begin(client, &call, proc);
	call.arguments = *token;
	if (!did(client, rpcsec,
		gj_rpcsec_init_put(rpcsec, &call, &client->stream.out)) ||
	    !exchange(client, reply))
		return false;
	if (reply->stat == GJ_RPC_DENIED)
		return failed(client, "INIT: denied, auth_stat %lu: %s",
		    (unsigned long)reply->auth, gj_rpc_auth_text(reply->auth));
	if (reply->accept != GJ_RPC_SUCCESS)
		return failed(client, "INIT: accept_stat %d: %s",
		    (int)reply->accept, gj_rpc_accept_text(reply->accept));
	return did(client, rpcsec,
	    gj_rpcsec_init_reply_take(
		rpcsec, reply, GSSLOOP_TOKEN_MAX_DEFAULT, res));
}

/* What an INIT is about, while it goes on. */
struct handshake {
	struct rpc_client *client;
	struct rpc_client_context *context;
	const struct gssloop_params *params;
	OM_uint32 *major, *minor; /* of a refusal */
};

static bool
refused(const struct handshake *handshake, const struct gj_rpcsec_init_res *res)
{
	const char *minor =
	    gj_rpcsec_minor_text(handshake->params->mech, res->minor);
	char major[160];

	*handshake->major = res->major;
	*handshake->minor = res->minor;
	gj_status_major(res->major, major, sizeof(major));
	return failed(handshake->client,
	    "the server refuses the context: gss_major: %s; gss_minor %lu%s%s",
	    major, (unsigned long)res->minor, minor != NULL ? ": " : "",
	    minor != NULL ? minor : "");
}

/* Our side is complete, and the server has to be: section 5.2.3.1. */
static bool
settle(const struct handshake *handshake, const struct gj_rpc_reply *reply,
    const struct gj_rpcsec_init_res *res)
{
	struct rpc_client_context *context = handshake->context;
	struct gj_rpcsec *rpcsec = &context->rpcsec;
	gss_OID mech = gssloop_mech(context->loop);

	if (res->major != GSS_S_COMPLETE)
		return failed(handshake->client,
		    "our side is complete, and the server awaits a token");
	if (mech != GSS_C_NO_OID &&
	    gj_gss_oid_is(&gj_mech_ccm, mech->elements, mech->length))
		rpcsec->verify_mic = gss_ccm_verify_mic;
	gj_rpcsec_establish(rpcsec, gssloop_context(context->loop), mech,
	    gssloop_flags(context->loop));
	return did(handshake->client, rpcsec,
	    gj_rpcsec_window_verify(rpcsec, &reply->verifier));
}

/* One round trip; *next is what our loop then wants. */
static bool
step(const struct handshake *handshake, enum gj_rpcsec_proc proc,
    enum gssloop_next *next)
{
	struct rpc_client_context *context = handshake->context;
	const gss_buffer_desc *output = gssloop_output(context->loop);
	struct gssloop_view token = {output->value, output->length};
	struct gj_rpcsec_init_res res;
	struct gj_rpc_reply reply;

	if (!rpc_client_init(handshake->client, &context->rpcsec, proc, &token,
		&reply, &res))
		return false;
	if (GSS_ERROR(res.major))
		return refused(handshake, &res);
	*next = gssloop_sent(context->loop);
	if (*next == GSSLOOP_RECEIVE)
		*next = gssloop_receive(
		    context->loop, res.token.data, res.token.size);
	else if (res.token.size > 0)
		return failed(handshake->client,
		    "the server's last reply has a token that is not awaited");
	if (*next == GSSLOOP_DONE)
		return settle(handshake, &reply, &res);
	if (*next == GSSLOOP_SEND && res.major == GSS_S_COMPLETE)
		return failed(handshake->client,
		    "the server is complete, and our side has a token");
	return true;
}

static bool
establish(const struct handshake *handshake)
{
	struct gssloop **loop = &handshake->context->loop;
	enum gj_rpcsec_proc proc = GJ_RPCSEC_INIT;
	enum gssloop_next next;
	int error = gssloop_new(loop, handshake->params);

	if (error != 0)
		return failed(handshake->client, "%s", strerror(error));
	next = gssloop_start(*loop);
	while (next == GSSLOOP_SEND && !GSS_ERROR(gssloop_major(*loop))) {
		if (!step(handshake, proc, &next))
			return false;
		proc = GJ_RPCSEC_CONTINUE_INIT;
	}
	if (next == GSSLOOP_DONE)
		return true;
	/* A client has no way to tell of it. */
	gssloop_told(*loop);
	gssloop_sent(*loop);
	return failed(handshake->client, "%s", gssloop_error(*loop));
}

bool
rpc_client_establish(struct rpc_client *client,
    const struct gssloop_params *params, struct rpc_client_context *context,
    OM_uint32 *major, OM_uint32 *minor)
{
	struct handshake handshake = {client, context, params, major, minor};

	*major = *minor = 0;
	memset(context, 0, sizeof(*context));
	if (establish(&handshake))
		return true;
	rpc_client_forget(context);
	return false;
}

static bool
gss_failed(struct rpc_client *client, const char *call, OM_uint32 major,
    OM_uint32 minor)
{
	struct gj_status_texts texts;

	gj_status_texts(major, minor, &gj_mech_ccm, &texts);
	return failed(client, "%s: GSS major: %s; GSS minor: %s", call,
	    texts.major, texts.minor);
}

static bool
bind_context(struct rpc_client *client, struct rpc_client_context *context)
{
	OM_uint32 major, minor;

	if (context->bound)
		return true;
	major = gss_ccm_bind(&minor, GSS_CCM_NO_APPLICATION, NULL,
	    gssloop_context(context->loop), GSS_C_NO_BUFFER);
	context->bound = major == GSS_S_COMPLETE;
	return context->bound ||
	       gss_failed(client, "gss_ccm_bind", major, minor);
}

bool
rpc_client_cache(struct rpc_client *client, struct rpc_client_context *over,
    const gss_buffer_desc *handle, gss_name_t target,
    struct rpc_client_context *context, OM_uint32 *major, OM_uint32 *minor)
{
	gss_buffer_desc own = {over->rpcsec.handle_size, over->rpcsec.handle};
	gss_buffer_desc bootstrap = GSS_C_EMPTY_BUFFER;
	struct gssloop_params params;
	OM_uint32 status, ignored;
	bool done;

	*major = *minor = 0;
	memset(context, 0, sizeof(*context));
	if (!bind_context(client, over))
		return false;
	status = gss_ccm_bootstrap(&ignored, gssloop_context(over->loop),
	    handle != NULL ? handle : &own, &bootstrap);
	if (status != GSS_S_COMPLETE)
		return gss_failed(client, "gss_ccm_bootstrap", status, ignored);
	gssloop_params_init(&params, GSSLOOP_INITIATOR);
	params.mech = &gj_mech_ccm;
	params.target = target;
	params.request = GSS_C_MUTUAL_FLAG;
	params.bootstrap = &bootstrap;
	done = rpc_client_establish(client, &params, context, major, minor);
	gss_release_buffer(&ignored, &bootstrap);
	return done;
}

bool
rpc_client_destroy(
    struct rpc_client *client, struct rpc_client_context *context)
{
	struct gj_rpcsec_call call;
	struct rpc_answer answer;
	bool done;

	call_begin(client, &call, GJ_RPCSEC_DESTROY);
	done = call_go(client, context, &call, &answer);
	if (done && answer.what != RPC_ANSWERED)
		done = failed(
		    client, "DESTROY: stat %lu", (unsigned long)answer.stat);
	rpc_client_forget(context);
	return done;
}

void
rpc_client_forget(struct rpc_client_context *context)
{
	OM_uint32 minor;

	if (context->bound)
		gss_ccm_unbind(&minor, gssloop_context(context->loop));
	gj_rpcsec_free(&context->rpcsec);
	gssloop_free(&context->loop);
	context->bound = false;
}

int
rpc_client_open(struct rpc_client *client, int fd, uint32_t program,
    uint32_t version, unsigned int wait_ms)
{
	memset(client, 0, sizeof(*client));
	client->program = program;
	client->version = version;
	client->wait_ms = wait_ms;
	return gj_stream_open(&client->stream, fd, GSSLOOP_INITIATOR);
}

void
rpc_client_close(struct rpc_client *client)
{
	gj_stream_close(&client->stream);
	gj_record_free(&client->record);
	memset(client, 0, sizeof(*client));
}
