/*
 * The rpcsec channel of an acceptor, an RPC server.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * What concerns RPC alone is answered here, and the caller does not see it:
 * other programs and procedures, other flavours, unknown handles, the null
 * procedure, calls that were seen already.
 */
#include <stdio.h>

#include "channel_rpcsec.h"
#include "compat.h"

/*
 * No more calls are read while so many octets of replies have not left: a
 * client that does not read costs no more.
 */
#define OUT_MAX 65536

static void
join(void *opaque, const struct gssloop *loop)
{
	struct gj_rpcsec_channel *self = opaque;

	self->loop = loop;
	self->outstanding = false;
	self->destroyed = false;
	gj_rpcsec_free(&self->context);
}

/* --- Replies ----------------------------------------------------------------
 */

/* Nothing for the caller: the next record, or why there is none. */
static enum gssloop_io
answered(struct gj_rpcsec_channel *self, enum gssloop_io io)
{
	if (io != GSSLOOP_IO_OK)
		return gj_rpcsec_channel_failed(self, io, "out of memory");
	return GSSLOOP_IO_AGAIN;
}

static enum gssloop_io
deny(struct gj_rpcsec_channel *self, uint32_t xid, enum gj_rpc_auth_stat why)
{
	return answered(self, gj_rpc_denial_put(xid, why, &self->stream.out));
}

/* A failure for our caller, who flushes no more: its denial goes out now. */
static enum gssloop_io
told(struct gj_rpcsec_channel *self, enum gssloop_io io)
{
	if (io != GSSLOOP_IO_OK)
		gj_stream_flush(&self->stream);
	return io;
}

/* A protected reply to the call; where GSS cannot make it, CTXPROBLEM. */
static enum gssloop_io
reply_put(struct gj_rpcsec_channel *self, enum gj_rpc_accept_stat accept,
    const struct gssloop_view *results)
{
	enum gssloop_io io = gj_rpcsec_reply_put(
	    &self->context, &self->call, accept, results, &self->stream.out);

	self->outstanding = false;
	if (io == GSSLOOP_IO_REFUSED)
		gj_rpc_denial_put(
		    self->call.xid, GJ_RPC_GSS_CTXPROBLEM, &self->stream.out);
	return told(self, gj_rpcsec_channel_did(self, io));
}

static enum gssloop_io
void_put(struct gj_rpcsec_channel *self, enum gj_rpc_accept_stat accept)
{
	static const struct gssloop_view nothing;

	return reply_put(self, accept, &nothing);
}

/* The reply to INIT or CONTINUE_INIT, as the loop has it. */
static enum gssloop_io
init_reply_put(struct gj_rpcsec_channel *self, OM_uint32 major,
    const struct gssloop_view *token)
{
	enum gssloop_io io;

	if (major == GSS_S_COMPLETE)
		gj_rpcsec_channel_establish(self);
	self->outstanding = false;
	io = gj_rpcsec_init_reply_put(&self->context, self->call.xid, major,
	    gssloop_minor(self->loop), token, &self->stream.out);
	if (io == GSSLOOP_IO_REFUSED)
		gj_rpc_denial_put(
		    self->call.xid, GJ_RPC_GSS_CTXPROBLEM, &self->stream.out);
	return told(self, gj_rpcsec_channel_did(self, io));
}

/* Bits of information do not belong into a status of RFC 2203's appendix A. */
static OM_uint32
loop_major(const struct gssloop *loop)
{
	OM_uint32 major = gssloop_major(loop);

	return GSS_ERROR(major) ? major : major & GSS_S_CONTINUE_NEEDED;
}

static bool
is_init(const struct gj_rpcsec_call *call)
{
	return call->proc == GJ_RPCSEC_INIT ||
	       call->proc == GJ_RPCSEC_CONTINUE_INIT;
}

/* Our own failure. */
static enum gssloop_io
error_put(struct gj_rpcsec_channel *self, const struct gssloop_frame *frame)
{
	static const struct gssloop_view nothing;

	if (is_init(&self->call))
		return init_reply_put(self,
		    GSS_ERROR(frame->major) ? frame->major : GSS_S_FAILURE,
		    &nothing);
	return void_put(self, GJ_RPC_SYSTEM_ERR);
}

static enum gssloop_io
message_put(struct gj_rpcsec_channel *self, const struct gssloop_view *message)
{
	struct gssloop_view octets;
	enum gssloop_io io = gj_rpcsec_channel_wrap(self, message, &octets);

	if (io != GSSLOOP_IO_OK)
		return io;
	return reply_put(self, GJ_RPC_SUCCESS, &octets);
}

static enum gssloop_io
end_put(struct gj_rpcsec_channel *self)
{
	self->destroyed = true;
	return void_put(self, GJ_RPC_SUCCESS);
}

static enum gssloop_io
put(void *opaque, const struct gssloop_frame *frame)
{
	struct gj_rpcsec_channel *self = opaque;

	if (!self->outstanding)
		return gj_rpcsec_channel_failed(self, GSSLOOP_IO_CANNOT,
		    "a server says nothing without a call");
	if (frame->kind == GSSLOOP_FRAME_TOKEN && is_init(&self->call))
		return init_reply_put(
		    self, loop_major(self->loop), &frame->data);
	if (frame->kind == GSSLOOP_FRAME_ERROR)
		return error_put(self, frame);
	if (frame->kind == GSSLOOP_FRAME_MESSAGE &&
	    self->call.proc == GJ_RPCSEC_DATA)
		return message_put(self, &frame->data);
	if (frame->kind == GSSLOOP_FRAME_END &&
	    self->call.proc == GJ_RPCSEC_DESTROY)
		return end_put(self);
	return gj_rpcsec_channel_failed(
	    self, GSSLOOP_IO_CANNOT, "the call has no such reply");
}

/* --- Calls ------------------------------------------------------------------
 */

static void
call_note(struct gj_rpcsec_channel *self, const struct gj_rpc_call *rpc,
    enum gj_rpcsec_proc proc)
{
	memset(&self->call, 0, sizeof(self->call));
	self->call.xid = rpc->xid;
	self->call.proc = proc;
	self->outstanding = true;
}

static enum gssloop_io
init_garbage(struct gj_rpcsec_channel *self, uint32_t xid, const char *why)
{
	gj_rpc_garbage_put(xid, &self->stream.out);
	return gj_rpcsec_channel_failed(self, GSSLOOP_IO_MALFORMED, "%s", why);
}

/* INIT makes a handle, CONTINUE_INIT has to have it. */
static enum gssloop_io
init_take(struct gj_rpcsec_channel *self, const struct gj_rpc_call *rpc,
    const struct gj_rpcsec_credential *cred, struct gssloop_frame *frame)
{
	size_t max = self->stream.limits.token_max;
	bool first = cred->proc == GJ_RPCSEC_INIT;
	struct gj_rpc_result result;

	if (rpc->procedure != 0 || first != (self->context.handle_size == 0) ||
	    gssloop_next(self->loop) != GSSLOOP_RECEIVE)
		return deny(self, rpc->xid, GJ_RPC_AUTH_REJECTEDCRED);
	if (!first && !gj_rpcsec_handle_is(&self->context, &cred->handle))
		return deny(self, rpc->xid, GJ_RPC_GSS_CREDPROBLEM);
	if (!gj_rpcsec_init_arg_decode(
		&rpc->arguments, rpc->arguments.size, &frame->data, &result))
		return init_garbage(self, rpc->xid, result.reason);
	call_note(self, rpc, cred->proc);
	if (frame->data.size > max)
		return gj_rpcsec_channel_failed(self, GSSLOOP_IO_TOO_LARGE,
		    "%zu octets, limit %zu", frame->data.size, max);
	if (first && gj_rpcsec_handle_make(&self->context) != 0)
		return gj_rpcsec_channel_failed(
		    self, GSSLOOP_IO_FAILED, "no randomness for a handle");
	frame->kind = GSSLOOP_FRAME_TOKEN;
	return GSSLOOP_IO_OK;
}

/* Another program or procedure; false where it is ours, for the caller. */
static bool
other_serve(struct gj_rpcsec_channel *self, enum gssloop_io *io)
{
	struct gj_rpcsec_call *call = &self->call;

	if (call->program != self->params.program) {
		*io = void_put(self, GJ_RPC_PROG_UNAVAIL);
	} else if (call->version != self->params.version) {
		call->version = self->params.version;
		*io = void_put(self, GJ_RPC_PROG_MISMATCH);
	} else if (call->procedure == 0) {
		*io = void_put(self, GJ_RPC_SUCCESS);
	} else if (call->procedure != self->params.procedure ||
		   call->proc == GJ_RPCSEC_DESTROY) {
		*io = void_put(self, GJ_RPC_PROC_UNAVAIL);
	} else {
		return false;
	}
	return true;
}

static enum gssloop_io
call_serve(struct gj_rpcsec_channel *self, struct gssloop_frame *frame)
{
	enum gssloop_io io;

	/* Section 5.4: DESTROY is a call of the null procedure. */
	if (self->call.proc == GJ_RPCSEC_DESTROY && self->call.procedure == 0) {
		frame->kind = GSSLOOP_FRAME_END;
		return GSSLOOP_IO_OK;
	}
	if (other_serve(self, &io))
		return io == GSSLOOP_IO_OK ? GSSLOOP_IO_AGAIN : io;
	io = gj_rpcsec_channel_unwrap(self, &self->call.arguments, frame);
	if (io == GSSLOOP_IO_MALFORMED)
		void_put(self, GJ_RPC_GARBAGE_ARGS);
	return io;
}

/* Refused for its protection: the peer is told, and so is our caller. */
static enum gssloop_io
call_refuse(struct gj_rpcsec_channel *self, enum gj_rpcsec_verdict verdict)
{
	gj_rpcsec_refusal_put(
	    &self->context, &self->call, verdict, &self->stream.out);
	self->outstanding = false;
	self->stream.told = self->context.reason;
	return verdict == GJ_RPCSEC_NO_MEMORY ? GSSLOOP_IO_NO_MEMORY
					      : GSSLOOP_IO_REFUSED;
}

static enum gssloop_io
data_take(struct gj_rpcsec_channel *self, const struct gj_rpc_call *rpc,
    const struct gj_rpcsec_credential *cred, struct gssloop_frame *frame)
{
	enum gj_rpcsec_verdict verdict;

	if (self->destroyed ||
	    !gj_rpcsec_handle_is(&self->context, &cred->handle))
		return deny(self, rpc->xid, GJ_RPC_GSS_CREDPROBLEM);
	if (self->stream.limits.message_max == 0) {
		deny(self, rpc->xid, GJ_RPC_GSS_CREDPROBLEM);
		return gj_rpcsec_channel_failed(
		    self, GSSLOOP_IO_EARLY, "no message is allowed yet");
	}
	verdict = gj_rpcsec_call_take(&self->context, rpc, cred, &self->call);
	if (verdict == GJ_RPCSEC_DISCARD)
		return GSSLOOP_IO_AGAIN;
	if (verdict != GJ_RPCSEC_TAKE)
		return call_refuse(self, verdict);
	self->outstanding = true;
	return call_serve(self, frame);
}

static enum gssloop_io
credential_take(struct gj_rpcsec_channel *self, const struct gj_rpc_call *rpc,
    struct gssloop_frame *frame)
{
	struct gj_rpcsec_credential cred;
	enum gj_rpc_auth_stat stat =
	    gj_rpcsec_credential_judge(&rpc->credential, &cred);

	if (stat != GJ_RPC_AUTH_OK)
		return deny(self, rpc->xid, stat);
	if (cred.proc == GJ_RPCSEC_INIT || cred.proc == GJ_RPCSEC_CONTINUE_INIT)
		return init_take(self, rpc, &cred, frame);
	return data_take(self, rpc, &cred, frame);
}

/* A record: a frame for the caller, or AGAIN where it has been dealt with. */
static enum gssloop_io
record_take(struct gj_rpcsec_channel *self, const struct gssloop_view *record,
    struct gssloop_frame *frame)
{
	struct gj_rpc_result result;
	struct gj_rpc_call rpc;
	enum gssloop_io io;

	memset(frame, 0, sizeof(*frame));
	if (gj_rpc_call_decode(record->data, record->size, &rpc, &result))
		return credential_take(self, &rpc, frame);
	io = gj_rpc_unread_put(rpc.xid, &result, &self->stream.out);
	if (io != GSSLOOP_IO_REFUSED)
		return answered(self, io);
	return gj_rpcsec_channel_failed(
	    self, GSSLOOP_IO_MALFORMED, "%s", result.reason);
}

static enum gssloop_io
get(void *opaque, struct gssloop_frame *frame)
{
	struct gj_rpcsec_channel *self = opaque;
	struct gssloop_view record;
	enum gssloop_io io;

	for (int dealt = 0; dealt < GJ_RPCSEC_RECORDS; dealt++) {
		io = gj_stream_flush(&self->stream);
		if (io != GSSLOOP_IO_OK && io != GSSLOOP_IO_AGAIN)
			return io;
		if (gj_buffer_size(&self->stream.out) > OUT_MAX)
			return GSSLOOP_IO_AGAIN;
		io = gj_rpcsec_channel_record(self, &record);
		if (io != GSSLOOP_IO_OK)
			return io;
		io = record_take(self, &record, frame);
		if (io != GSSLOOP_IO_AGAIN)
			return told(self, io);
	}
	return gj_rpcsec_channel_yield(self);
}

/* --- The end of the handshake: section 5.2.3 --------------------------------
 */

/* Where the mechanism had no last token, its reply is still owed. */
static enum gssloop_io
settle(void *opaque)
{
	static const struct gssloop_view nothing;
	struct gj_rpcsec_channel *self = opaque;
	enum gssloop_io io = GSSLOOP_IO_OK;

	if (self->outstanding)
		io = init_reply_put(self, GSS_S_COMPLETE, &nothing);
	return io == GSSLOOP_IO_OK ? gj_stream_flush(&self->stream) : io;
}

const struct gssloop_channel_ops gj_rpcsec_acceptor_ops = {
    .name = "rpcsec",
    .carries = GSSLOOP_CARRIES_ERRORS | GSSLOOP_CARRIES_MIC | GSSLOOP_PROTECTS,
    .join = join,
    .settle = settle,
    .put = put,
    .flush = gj_stream_flush,
    .get = get,
    .poll = gj_stream_poll,
    .limit = gj_stream_limit,
    .reason = gj_stream_reason,
    .linger = gj_stream_linger,
    .free = gj_rpcsec_channel_free,
};
