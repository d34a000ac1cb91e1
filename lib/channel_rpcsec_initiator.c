/*
 * The rpcsec channel of an initiator, an RPC client.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include "channel_rpcsec.h"
#include "compat.h"

static void
join(void *opaque, const struct gssloop *loop)
{
	struct gj_rpcsec_channel *self = opaque;

	self->loop = loop;
	self->major = GSS_S_CONTINUE_NEEDED;
	self->outstanding = false;
	gj_rpcsec_free(&self->context);
}

/* --- Calls ------------------------------------------------------------------
 */

static void
call_begin(struct gj_rpcsec_channel *self, enum gj_rpcsec_proc proc,
    uint32_t procedure, enum gssloop_protection protection)
{
	static const uint32_t services[] = {
	    [GSSLOOP_CLEAR] = GJ_RPCSEC_NONE,
	    [GSSLOOP_MIC] = GJ_RPCSEC_NONE,
	    [GSSLOOP_INTEG] = GJ_RPCSEC_INTEGRITY,
	    [GSSLOOP_CONF] = GJ_RPCSEC_PRIVACY,
	};
	struct gj_rpcsec_call *call = &self->call;
	uint32_t xid = call->xid + 1;

	memset(call, 0, sizeof(*call));
	call->xid = xid;
	call->program = self->params.program;
	call->version = self->params.version;
	call->procedure = procedure;
	call->proc = proc;
	call->service = services[protection];
}

/* What was put is a call that is awaited now, or has failed. */
static enum gssloop_io
called(struct gj_rpcsec_channel *self, enum gssloop_io io)
{
	self->outstanding = io == GSSLOOP_IO_OK;
	return gj_rpcsec_channel_did(self, io);
}

static enum gssloop_io
token_put(struct gj_rpcsec_channel *self, const struct gssloop_view *token)
{
	bool first = self->context.handle_size == 0;

	if (self->major == GSS_S_COMPLETE)
		return gj_rpcsec_channel_failed(self, GSSLOOP_IO_CANNOT,
		    "the acceptor is complete and awaits no token");
	call_begin(self, first ? GJ_RPCSEC_INIT : GJ_RPCSEC_CONTINUE_INIT, 0,
	    self->params.service);
	self->call.arguments = *token;
	return called(self,
	    gj_rpcsec_init_put(&self->context, &self->call, &self->stream.out));
}

static enum gssloop_io
message_put(struct gj_rpcsec_channel *self, const struct gssloop_frame *frame)
{
	struct gssloop_view octets;
	enum gssloop_io io =
	    gj_rpcsec_channel_wrap(self, &frame->data, &octets);

	if (io != GSSLOOP_IO_OK)
		return io;
	call_begin(
	    self, GJ_RPCSEC_DATA, self->params.procedure, frame->protection);
	self->call.arguments = octets;
	return called(self,
	    gj_rpcsec_call_put(&self->context, &self->call, &self->stream.out));
}

static enum gssloop_io
end_put(struct gj_rpcsec_channel *self)
{
	call_begin(self, GJ_RPCSEC_DESTROY, 0, self->params.service);
	return called(self,
	    gj_rpcsec_call_put(&self->context, &self->call, &self->stream.out));
}

static enum gssloop_io
put(void *opaque, const struct gssloop_frame *frame)
{
	struct gj_rpcsec_channel *self = opaque;

	switch (frame->kind) {
	case GSSLOOP_FRAME_TOKEN:
		return token_put(self, &frame->data);
	case GSSLOOP_FRAME_MESSAGE:
		return message_put(self, frame);
	case GSSLOOP_FRAME_END:
		return end_put(self);
	default:
		return gj_rpcsec_channel_failed(self, GSSLOOP_IO_CANNOT,
		    "a client has no way to tell of its failure");
	}
}

/* --- Replies ----------------------------------------------------------------
 */

/* The acceptor refused: as a frame that tells of it. */
static enum gssloop_io
error_make(struct gj_rpcsec_channel *self, OM_uint32 major,
    struct gssloop_frame *frame)
{
	frame->kind = GSSLOOP_FRAME_ERROR;
	frame->major = major;
	frame->data.data = (const uint8_t *)self->said;
	frame->data.size = strlen(self->said);
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
denial_take(struct gj_rpcsec_channel *self, const struct gj_rpc_reply *reply,
    struct gssloop_frame *frame)
{
	if (reply->reject == GJ_RPC_AUTH_ERROR)
		snprintf(self->said, sizeof(self->said),
		    "RPC denied, auth_stat %lu: %s", (unsigned long)reply->auth,
		    gj_rpc_auth_text(reply->auth));
	else
		snprintf(self->said, sizeof(self->said),
		    "RPC denied: versions %lu to %lu of RPC are spoken there",
		    (unsigned long)reply->low, (unsigned long)reply->high);
	return error_make(self, 0, frame);
}

static enum gssloop_io
unaccepted_take(struct gj_rpcsec_channel *self,
    const struct gj_rpc_reply *reply, struct gssloop_frame *frame)
{
	snprintf(self->said, sizeof(self->said), "RPC accept_stat %d: %s",
	    (int)reply->accept, gj_rpc_accept_text(reply->accept));
	return error_make(self, 0, frame);
}

static enum gssloop_io
refusal_take(struct gj_rpcsec_channel *self,
    const struct gj_rpcsec_init_res *res, struct gssloop_frame *frame)
{
	const char *text =
	    gj_rpcsec_minor_text(gssloop_mech(self->loop), res->minor);

	snprintf(self->said, sizeof(self->said),
	    "RPCSEC_GSS context refused, gss_minor 0x%lx%s%s",
	    (unsigned long)res->minor, text != NULL ? ": " : "",
	    text != NULL ? text : "");
	return error_make(self, res->major, frame);
}

/* Kept, as our own context may be complete only after its token. */
static void
verifier_keep(
    struct gj_rpcsec_channel *self, const struct gj_rpc_auth *verifier)
{
	self->verifier_flavor = verifier->flavor;
	self->verifier_size = verifier->body.size;
	if (verifier->body.size > 0)
		memcpy(
		    self->verifier, verifier->body.data, verifier->body.size);
}

static enum gssloop_io
init_reply_take(struct gj_rpcsec_channel *self,
    const struct gj_rpc_reply *reply, struct gssloop_frame *frame)
{
	size_t max = self->stream.limits.token_max;
	struct gj_rpcsec_init_res res;
	enum gssloop_io io;

	if (reply->accept != GJ_RPC_SUCCESS)
		return unaccepted_take(self, reply, frame);
	io = gj_rpcsec_init_reply_take(
	    &self->context, reply, reply->results.size, &res);
	if (io != GSSLOOP_IO_OK)
		return gj_rpcsec_channel_did(self, io);
	if (GSS_ERROR(res.major))
		return refusal_take(self, &res, frame);
	if (res.token.size > max)
		return gj_rpcsec_channel_failed(self, GSSLOOP_IO_TOO_LARGE,
		    "%zu octets, limit %zu", res.token.size, max);
	self->major = res.major;
	verifier_keep(self, &reply->verifier);
	frame->kind = GSSLOOP_FRAME_TOKEN;
	frame->data = res.token;
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
call_reply_take(struct gj_rpcsec_channel *self,
    const struct gj_rpc_reply *reply, struct gssloop_frame *frame)
{
	struct gssloop_view results;
	enum gssloop_io io =
	    gj_rpcsec_reply_take(&self->context, &self->call, reply, &results);

	if (io != GSSLOOP_IO_OK)
		return gj_rpcsec_channel_did(self, io);
	if (reply->accept != GJ_RPC_SUCCESS)
		return unaccepted_take(self, reply, frame);
	if (self->call.proc == GJ_RPCSEC_DATA)
		return gj_rpcsec_channel_unwrap(self, &results, frame);
	frame->kind = GSSLOOP_FRAME_END;
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
reply_take(struct gj_rpcsec_channel *self, const struct gj_rpc_reply *reply,
    struct gssloop_frame *frame)
{
	memset(frame, 0, sizeof(*frame));
	self->outstanding = false;
	if (reply->stat == GJ_RPC_DENIED)
		return denial_take(self, reply, frame);
	if (self->call.proc == GJ_RPCSEC_INIT ||
	    self->call.proc == GJ_RPCSEC_CONTINUE_INIT)
		return init_reply_take(self, reply, frame);
	return call_reply_take(self, reply, frame);
}

/* A reply to another call than the one that is awaited is nobody's. */
static enum gssloop_io
get(void *opaque, struct gssloop_frame *frame)
{
	struct gj_rpcsec_channel *self = opaque;
	struct gj_rpc_result result;
	struct gj_rpc_reply reply;
	struct gssloop_view record;
	enum gssloop_io io;

	for (int passed = 0; passed < GJ_RPCSEC_RECORDS; passed++) {
		io = gj_rpcsec_channel_record(self, &record);
		if (io != GSSLOOP_IO_OK)
			return io;
		if (!gj_rpc_reply_decode(
			record.data, record.size, &reply, &result))
			return gj_rpcsec_channel_failed(
			    self, GSSLOOP_IO_MALFORMED, "%s", result.reason);
		if (self->outstanding && reply.xid == self->call.xid)
			return reply_take(self, &reply, frame);
	}
	return gj_rpcsec_channel_yield(self);
}

/* --- The end of the handshake: section 5.2.3 --------------------------------
 */

/* Our side needed no token from the last reply, which comes all the same. */
static enum gssloop_io
last_reply_take(struct gj_rpcsec_channel *self)
{
	struct gssloop_frame frame;
	enum gssloop_io io = get(self, &frame);

	if (io != GSSLOOP_IO_OK)
		return io;
	if (frame.kind == GSSLOOP_FRAME_ERROR) {
		self->stream.told = self->said;
		return GSSLOOP_IO_FAILED;
	}
	if (frame.data.size > 0)
		return gj_rpcsec_channel_failed(self, GSSLOOP_IO_REFUSED,
		    "the acceptor's last reply has a token that our side does "
		    "not await");
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
settle(void *opaque)
{
	struct gj_rpcsec_channel *self = opaque;
	struct gj_rpc_auth verifier;
	enum gssloop_io io;

	if (self->outstanding) {
		io = last_reply_take(self);
		if (io != GSSLOOP_IO_OK)
			return io;
	}
	if (self->major != GSS_S_COMPLETE)
		return gj_rpcsec_channel_failed(self, GSSLOOP_IO_REFUSED,
		    "our side is complete, and the acceptor awaits another "
		    "token");
	gj_rpcsec_channel_establish(self);
	verifier.flavor = self->verifier_flavor;
	verifier.body.data = self->verifier;
	verifier.body.size = self->verifier_size;
	return gj_rpcsec_channel_did(
	    self, gj_rpcsec_window_verify(&self->context, &verifier));
}

const struct gssloop_channel_ops gj_rpcsec_initiator_ops = {
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
