/*
 * One connection of an RPC server with several security contexts.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>

#include "compat.h"
#include "rpc_none.h"
#include "rpc_server.h"
#include "status.h"
#include "wire_initial.h"

/*
 * No more calls are read while so many octets of replies have not left: a
 * client that does not read costs no more.
 */
#define OUT_MAX 65536

static const char prefix[] = GJ_RPCSEC_HANDLE_PREFIX;

/* What is behind the prefix: all that CCM asks for. */
#define REFERENCE (GJ_RPCSEC_HANDLE_RANDOM + RPC_SERVER_MARK)

static void
watch(struct rpc_server *server, enum rpc_sight sight,
    const struct rpc_context *context, const char *text)
{
	if (server->params.watch != NULL)
		server->params.watch(
		    server->params.argument, sight, context, text);
}

static enum gssloop_io
failed(struct rpc_server *server, enum gssloop_io io, const char *why)
{
	strlcpy(server->reason, why, sizeof(server->reason));
	return io;
}

/* What was put into the queue, or not: without memory all ends. */
static enum gssloop_io
put(struct rpc_server *server, enum gssloop_io io)
{
	return io == GSSLOOP_IO_OK ? io : failed(server, io, "out of memory");
}

static enum gssloop_io
deny(struct rpc_server *server, uint32_t xid, enum gj_rpc_auth_stat why)
{
	return put(server, gj_rpc_denial_put(xid, why, &server->stream.out));
}

/* --- Contexts ---------------------------------------------------------------
 */

static struct rpc_context *
context_find(struct rpc_server *server, const struct gssloop_view *handle)
{
	size_t i;

	for (i = 0; i < RPC_SERVER_CONTEXTS; i++)
		if (server->contexts[i].loop != NULL &&
		    gj_rpcsec_handle_is(&server->contexts[i].rpcsec, handle))
			return &server->contexts[i];
	return NULL;
}

static struct rpc_context *
context_free_place(struct rpc_server *server)
{
	size_t i;

	for (i = 0; i < RPC_SERVER_CONTEXTS; i++)
		if (server->contexts[i].loop == NULL)
			return &server->contexts[i];
	return NULL;
}

/* Those of CCM over it have nothing below them from now on. */
static void
context_unbind(struct rpc_server *server, struct rpc_context *context)
{
	OM_uint32 minor;
	size_t i;

	gss_ccm_unbind(&minor, gssloop_context(context->loop));
	for (i = 0; i < RPC_SERVER_CONTEXTS; i++)
		if (server->contexts[i].over == context)
			server->contexts[i].over = NULL;
}

static void
context_free(struct rpc_server *server, struct rpc_context *context)
{
	if (context->bound)
		context_unbind(server, context);
	gj_rpcsec_free(&context->rpcsec);
	gssloop_free(&context->loop);
	memset(context, 0, sizeof(*context));
}

/* --- From CCM's handle to a context: section 4.2 ----------------------------
 */

/* The empty handle: there has to be just one. */
static struct rpc_context *
find_only(struct rpc_server *server)
{
	struct rpc_context *only = NULL;
	size_t i;

	for (i = 0; i < RPC_SERVER_CONTEXTS; i++) {
		if (!server->contexts[i].bound)
			continue;
		if (only != NULL)
			return NULL;
		only = &server->contexts[i];
	}
	return only;
}

static const uint8_t *
reference_of(const struct rpc_context *context)
{
	return context->rpcsec.handle + sizeof(prefix) - 1;
}

/* One of a handle that we gave out, which may be in use or not. */
static bool
has_mark(const struct rpc_server *server, const uint8_t *reference)
{
	return memcmp(reference + GJ_RPCSEC_HANDLE_RANDOM, server->mark,
		   RPC_SERVER_MARK) == 0;
}

/* Over one that is under way, or of CCM, there is no CCM. */
static enum gss_ccm_status
find_reference(struct rpc_server *server, const uint8_t *reference)
{
	size_t i;

	for (i = 0; i < RPC_SERVER_CONTEXTS; i++) {
		if (server->contexts[i].loop == NULL ||
		    memcmp(reference_of(&server->contexts[i]), reference,
			REFERENCE) != 0)
			continue;
		if (!server->contexts[i].bound)
			return GSS_CCM_HANDLE_NOT_FOUND;
		server->found = &server->contexts[i];
		return GSS_CCM_OK;
	}
	return has_mark(server, reference) ? GSS_CCM_HANDLE_EXPIRED
					   : GSS_CCM_HANDLE_NOT_FOUND;
}

static enum gss_ccm_status
lookup(void *argument, const void *connection, const gss_buffer_desc *reference,
    gss_ctx_id_t *context)
{
	/* It is the one that we gave to gss_ccm_scope. */
	struct rpc_server *server = (struct rpc_server *)(uintptr_t)connection;
	enum gss_ccm_status status = GSS_CCM_HANDLE_MALFORMED;

	(void)argument;
	if (reference->length == 0) {
		server->found = find_only(server);
		status = server->found != NULL ? GSS_CCM_OK
					       : GSS_CCM_HANDLE_NOT_FOUND;
	} else if (reference->length == REFERENCE) {
		status = find_reference(server, reference->value);
	}
	if (status == GSS_CCM_OK)
		*context = gssloop_context(server->found->loop);
	return status;
}

OM_uint32
rpc_server_register(OM_uint32 *minor, gss_ccm_application *application)
{
	gss_buffer_desc identifier = {sizeof(prefix) - 1, (void *)prefix};

	return gss_ccm_register(minor, &identifier, lookup, NULL, application);
}

/* --- INIT and CONTINUE_INIT -------------------------------------------------
 */

/* REFUSED: the last one has a verifier, which GSS could not make. */
static enum gssloop_io
init_reply(struct rpc_server *server, uint32_t xid, struct rpc_context *context,
    OM_uint32 major, const struct gssloop_view *token)
{
	enum gssloop_io io = gj_rpcsec_init_reply_put(&context->rpcsec, xid,
	    major, gssloop_minor(context->loop), token, &server->stream.out);

	return io == GSSLOOP_IO_REFUSED ? io : put(server, io);
}

/* Without a context of its own. */
static enum gssloop_io
init_refuse(
    struct rpc_server *server, uint32_t xid, OM_uint32 major, const char *why)
{
	static const struct gssloop_view nothing;
	struct gj_rpcsec none;

	memset(&none, 0, sizeof(none));
	watch(server, RPC_SIGHT_REFUSED, NULL, why);
	return put(server, gj_rpcsec_init_reply_put(&none, xid, major, 0,
			       &nothing, &server->stream.out));
}

static enum gssloop_io
init_failed(
    struct rpc_server *server, uint32_t xid, struct rpc_context *context)
{
	static const struct gssloop_view nothing;
	OM_uint32 major = gssloop_major(context->loop);
	enum gssloop_io io;

	if (!GSS_ERROR(major))
		major = GSS_S_FAILURE;
	io = init_reply(server, xid, context, major, &nothing);
	gssloop_told(context->loop);
	gssloop_sent(context->loop);
	watch(server, RPC_SIGHT_REFUSED, context, gssloop_error(context->loop));
	context_free(server, context);
	return io;
}

/* Nobody has the handle, so that nobody would destroy the context. */
static enum gssloop_io
init_deny(struct rpc_server *server, uint32_t xid, struct rpc_context *context)
{
	watch(server, RPC_SIGHT_REFUSED, context, context->rpcsec.reason);
	context_free(server, context);
	return deny(server, xid, GJ_RPC_GSS_CTXPROBLEM);
}

static bool
is_ccm(const struct gssloop_view *token)
{
	struct gssloop_view mech, inner;

	return gj_initial_decode(token->data, token->size, &mech, &inner) &&
	       gj_gss_oid_is(&gj_mech_ccm, mech.data, mech.size);
}

/*
 * The mark is krb5's, and CCM's handles have that of no connection: they never
 * were ones to be looked up.
 */
static bool
handle_make(struct rpc_server *server, struct rpc_context *context)
{
	struct gj_rpcsec *rpcsec = &context->rpcsec;

	if (gj_rpcsec_handle_make(rpcsec) != 0)
		return false;
	if (!context->ccm)
		memcpy(rpcsec->handle + rpcsec->handle_size, server->mark,
		    RPC_SERVER_MARK);
	rpcsec->handle_size += RPC_SERVER_MARK;
	return true;
}

static struct rpc_context *
context_open(struct rpc_server *server, const struct gssloop_view *token)
{
	struct rpc_context *context = context_free_place(server);
	struct gssloop_params params;

	if (context == NULL)
		return NULL;
	context->ccm = is_ccm(token);
	gssloop_params_init(&params, GSSLOOP_ACCEPTOR);
	if (!context->ccm)
		params.cred = server->params.cred;
	if (!handle_make(server, context) ||
	    gssloop_new(&context->loop, &params) != 0) {
		context_free(server, context);
		return NULL;
	}
	gssloop_start(context->loop);
	return context;
}

/* A handle that comes finds contexts of this connection, and at no other time.
 */
static enum gssloop_next
context_step(struct rpc_server *server, struct rpc_context *context,
    const struct gssloop_view *token)
{
	gss_ccm_application application = server->params.application;
	enum gssloop_next next;
	OM_uint32 minor;

	if (!context->ccm)
		return gssloop_receive(context->loop, token->data, token->size);
	server->found = NULL;
	gss_ccm_scope(&minor, application, server);
	next = gssloop_receive(context->loop, token->data, token->size);
	gss_ccm_scope(&minor, GSS_CCM_NO_APPLICATION, NULL);
	context->over = server->found;
	return next;
}

/* What the loop made: its flags and its mechanism are known. */
static void
context_establish(struct rpc_context *context)
{
	if (context->ccm)
		context->rpcsec.verify_mic = gss_ccm_verify_mic;
	gj_rpcsec_establish(&context->rpcsec, gssloop_context(context->loop),
	    gssloop_mech(context->loop), gssloop_flags(context->loop));
	context->established = true;
}

/* A krb5 context that cannot be bound is one over which there is no CCM. */
static void
context_bind(struct rpc_server *server, struct rpc_context *context)
{
	OM_uint32 minor;

	if (context->ccm ||
	    server->params.application == GSS_CCM_NO_APPLICATION)
		return;
	context->bound = gss_ccm_bind(&minor, server->params.application,
			     server, gssloop_context(context->loop),
			     GSS_C_NO_BUFFER) == GSS_S_COMPLETE;
}

static enum gssloop_io
context_advance(struct rpc_server *server, uint32_t xid,
    struct rpc_context *context, enum gssloop_next next)
{
	struct gssloop_view token = {NULL, 0};
	OM_uint32 major = gssloop_major(context->loop);
	enum gssloop_io io;

	/* Tokens that tell of a failure have no place: RFC 2203, 5.2.3.1. */
	if (GSS_ERROR(major) || (next != GSSLOOP_SEND && next != GSSLOOP_DONE))
		return init_failed(server, xid, context);
	if (next == GSSLOOP_SEND) {
		token.data = gssloop_output(context->loop)->value;
		token.size = gssloop_output(context->loop)->length;
	}
	major &= GSS_S_CONTINUE_NEEDED;
	if (major == GSS_S_COMPLETE)
		context_establish(context);
	io = init_reply(server, xid, context, major, &token);
	if (io == GSSLOOP_IO_REFUSED)
		return init_deny(server, xid, context);
	next = gssloop_sent(context->loop);
	if (next != GSSLOOP_DONE)
		return io;
	context_bind(server, context);
	watch(server, RPC_SIGHT_ESTABLISHED, context, "");
	return io;
}

static enum gssloop_io
init_begin(
    struct rpc_server *server, uint32_t xid, const struct gssloop_view *token)
{
	struct rpc_context *context;

	if (is_ccm(token) &&
	    server->params.application == GSS_CCM_NO_APPLICATION)
		return init_refuse(server, xid, GSS_S_UNAUTHORIZED,
		    "CCM is refused: nobody says what protects the connection "
		    "below (--protected-by)");
	context = context_open(server, token);
	if (context == NULL)
		return init_refuse(server, xid, GSS_S_FAILURE,
		    "no context more on this connection");
	return context_advance(
	    server, xid, context, context_step(server, context, token));
}

static enum gssloop_io
init_take(struct rpc_server *server, const struct gj_rpc_call *rpc,
    const struct gj_rpcsec_credential *cred)
{
	bool first = cred->proc == GJ_RPCSEC_INIT;
	struct rpc_context *context = NULL;
	struct gj_rpc_result result;
	struct gssloop_view token;

	if (rpc->procedure != 0 || (first && cred->handle.size != 0))
		return deny(server, rpc->xid, GJ_RPC_AUTH_REJECTEDCRED);
	if (!first)
		context = context_find(server, &cred->handle);
	if (!first && (context == NULL || context->established))
		return deny(server, rpc->xid, GJ_RPC_GSS_CREDPROBLEM);
	if (!gj_rpcsec_init_arg_decode(
		&rpc->arguments, GSSLOOP_TOKEN_MAX_DEFAULT, &token, &result))
		return put(
		    server, gj_rpc_garbage_put(rpc->xid, &server->stream.out));
	if (first)
		return init_begin(server, rpc->xid, &token);
	return context_advance(
	    server, rpc->xid, context, context_step(server, context, &token));
}

/* --- Calls of the program ---------------------------------------------------
 */

/* What RPC says of it; results are set for SUCCESS. */
static enum gj_rpc_accept_stat
program_call(struct rpc_server *server, uint32_t program, uint32_t version,
    const struct rpc_call *call, struct gssloop_view *results, bool *weak)
{
	const struct rpc_server_params *params = &server->params;
	enum rpc_served served;

	*weak = false;
	if (program != params->program)
		return GJ_RPC_PROG_UNAVAIL;
	if (version != params->version)
		return GJ_RPC_PROG_MISMATCH;
	served = params->serve(params->argument, server, call, results);
	if (served == RPC_SERVED)
		return GJ_RPC_SUCCESS;
	memset(results, 0, sizeof(*results));
	*weak = served == RPC_TOO_WEAK;
	if (served == RPC_UNKNOWN)
		return GJ_RPC_PROC_UNAVAIL;
	if (served == RPC_GARBAGE)
		return GJ_RPC_GARBAGE_ARGS;
	return GJ_RPC_SYSTEM_ERR;
}

static enum gssloop_io
none_take(struct rpc_server *server, const struct gj_rpc_call *rpc)
{
	struct rpc_call call = {
	    NULL, rpc->procedure, GJ_RPCSEC_NONE, rpc->arguments};
	struct gj_rpc_reply reply;
	bool weak;

	memset(&reply, 0, sizeof(reply));
	reply.xid = rpc->xid;
	reply.stat = GJ_RPC_ACCEPTED;
	reply.low = reply.high = server->params.version;
	reply.accept = program_call(
	    server, rpc->program, rpc->version, &call, &reply.results, &weak);
	if (weak)
		return deny(server, rpc->xid, GJ_RPC_AUTH_TOOWEAK);
	return put(server, rpc_none_reply_put(&reply, &server->stream.out));
}

/* A protected reply; where GSS cannot make it, CTXPROBLEM. */
static enum gssloop_io
reply_put(struct rpc_server *server, struct rpc_context *context,
    struct gj_rpcsec_call *call, enum gj_rpc_accept_stat accept,
    const struct gssloop_view *results)
{
	enum gssloop_io io;

	call->version = server->params.version;
	io = gj_rpcsec_reply_put(
	    &context->rpcsec, call, accept, results, &server->stream.out);
	if (io != GSSLOOP_IO_REFUSED)
		return put(server, io);
	watch(server, RPC_SIGHT_DENIED, context, context->rpcsec.reason);
	return deny(server, call->xid, GJ_RPC_GSS_CTXPROBLEM);
}

static enum gssloop_io
destroy(struct rpc_server *server, struct rpc_context *context,
    struct gj_rpcsec_call *call)
{
	static const struct gssloop_view nothing;
	enum gssloop_io io =
	    reply_put(server, context, call, GJ_RPC_SUCCESS, &nothing);

	watch(server, RPC_SIGHT_DESTROYED, context, "");
	context_free(server, context);
	return io;
}

static enum gssloop_io
context_serve(struct rpc_server *server, struct rpc_context *context,
    struct gj_rpcsec_call *rpcsec)
{
	struct rpc_call call = {
	    context, rpcsec->procedure, rpcsec->service, rpcsec->arguments};
	struct gssloop_view results = {NULL, 0};
	enum gj_rpc_accept_stat accept;
	bool weak;

	/* RFC 2203, 5.4: it is a call of the null procedure. */
	if (rpcsec->proc == GJ_RPCSEC_DESTROY && rpcsec->procedure == 0)
		return destroy(server, context, rpcsec);
	if (rpcsec->proc == GJ_RPCSEC_DESTROY)
		return reply_put(
		    server, context, rpcsec, GJ_RPC_PROC_UNAVAIL, &results);
	accept = program_call(
	    server, rpcsec->program, rpcsec->version, &call, &results, &weak);
	if (weak)
		return deny(server, rpcsec->xid, GJ_RPC_AUTH_TOOWEAK);
	return reply_put(server, context, rpcsec, accept, &results);
}

/* The watcher is told of all but those that came twice. */
static enum gssloop_io
call_refuse(struct rpc_server *server, struct rpc_context *context,
    const struct gj_rpcsec_call *call, enum gj_rpcsec_verdict verdict)
{
	if (verdict != GJ_RPCSEC_DISCARD)
		watch(
		    server, RPC_SIGHT_DENIED, context, context->rpcsec.reason);
	return put(server, gj_rpcsec_refusal_put(&context->rpcsec, call,
			       verdict, &server->stream.out));
}

static enum gssloop_io
data_take(struct rpc_server *server, const struct gj_rpc_call *rpc,
    const struct gj_rpcsec_credential *cred)
{
	struct rpc_context *context = context_find(server, &cred->handle);
	enum gj_rpcsec_verdict verdict;
	struct gj_rpcsec_call call;

	if (context == NULL || !context->established) {
		watch(server, RPC_SIGHT_DENIED, NULL,
		    "no context of this connection has the handle");
		return deny(server, rpc->xid, GJ_RPC_GSS_CREDPROBLEM);
	}
	verdict = gj_rpcsec_call_take(&context->rpcsec, rpc, cred, &call);
	if (verdict != GJ_RPCSEC_TAKE)
		return call_refuse(server, context, &call, verdict);
	return context_serve(server, context, &call);
}

/* --- Records ----------------------------------------------------------------
 */

static enum gssloop_io
call_take(struct rpc_server *server, const struct gj_rpc_call *rpc)
{
	struct gj_rpcsec_credential cred;
	enum gj_rpc_auth_stat stat;

	if (rpc->credential.flavor == GJ_RPC_AUTH_NONE)
		return none_take(server, rpc);
	stat = gj_rpcsec_credential_judge(&rpc->credential, &cred);
	if (stat != GJ_RPC_AUTH_OK)
		return deny(server, rpc->xid, stat);
	if (cred.proc == GJ_RPCSEC_INIT || cred.proc == GJ_RPCSEC_CONTINUE_INIT)
		return init_take(server, rpc, &cred);
	return data_take(server, rpc, &cred);
}

static enum gssloop_io
record_take(struct rpc_server *server, const struct gssloop_view *record)
{
	struct gj_rpc_result result;
	struct gj_rpc_call rpc;
	enum gssloop_io io;

	if (gj_rpc_call_decode(record->data, record->size, &rpc, &result))
		return call_take(server, &rpc);
	io = gj_rpc_unread_put(rpc.xid, &result, &server->stream.out);
	if (io != GSSLOOP_IO_REFUSED)
		return put(server, io);
	return failed(server, GSSLOOP_IO_MALFORMED, result.reason);
}

static enum gssloop_io
flush(struct rpc_server *server)
{
	enum gssloop_io io = gj_stream_flush(&server->stream);

	if (io == GSSLOOP_IO_OK || io == GSSLOOP_IO_AGAIN)
		return io;
	return failed(server, io, server->stream.reason);
}

/* Replies enough that wait for the client to read. */
static bool
is_full(const struct rpc_server *server)
{
	return gj_buffer_size(&server->stream.out) > OUT_MAX;
}

static enum gssloop_io
serve_one(struct rpc_server *server)
{
	struct gssloop_view record;
	enum gssloop_io io;

	if (is_full(server))
		return GSSLOOP_IO_AGAIN;
	io = gj_record_get(&server->record, &server->stream,
	    RPC_SERVER_MESSAGE_MAX + GJ_RPCSEC_OVERHEAD, &record);
	if (io == GSSLOOP_IO_AGAIN)
		return io;
	if (io != GSSLOOP_IO_OK)
		return failed(server, io, server->stream.reason);
	server->calls++;
	return record_take(server, &record);
}

enum gssloop_io
rpc_server_serve(struct rpc_server *server)
{
	enum gssloop_io io = flush(server), flushed;
	int calls = 0;
	bool full;

	while (calls++ < RPC_SERVER_TURN &&
	       (io == GSSLOOP_IO_OK || io == GSSLOOP_IO_AGAIN)) {
		io = serve_one(server);
		if (io != GSSLOOP_IO_OK)
			break;
		io = flush(server);
	}
	full = is_full(server);
	/* What was answered goes out even where the connection then ends. */
	flushed = flush(server);
	/* No event tells of calls that were read already. */
	if (io == GSSLOOP_IO_AGAIN && full && !is_full(server))
		io = GSSLOOP_IO_OK;
	return io == GSSLOOP_IO_OK && flushed != GSSLOOP_IO_OK ? flushed : io;
}

short
rpc_server_events(const struct rpc_server *server)
{
	return gj_buffer_size(&server->stream.out) > 0 ? POLLOUT : POLLIN;
}

int
rpc_server_open(
    struct rpc_server *server, int fd, const struct rpc_server_params *params)
{
	static atomic_uint_fast64_t opened;
	uint64_t number = atomic_fetch_add(&opened, 1) + 1;

	memset(server, 0, sizeof(*server));
	server->params = *params;
	memcpy(server->mark, &number, sizeof(server->mark));
	return gj_stream_open(&server->stream, fd, GSSLOOP_ACCEPTOR);
}

void
rpc_server_close(struct rpc_server *server)
{
	size_t i;

	for (i = 0; i < RPC_SERVER_CONTEXTS; i++)
		if (server->contexts[i].loop != NULL)
			context_free(server, &server->contexts[i]);
	gj_stream_close(&server->stream);
	gj_record_free(&server->record);
	memset(server, 0, sizeof(*server));
}
