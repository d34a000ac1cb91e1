/*
 * The nns channel of an initiator, MS-NNS's client.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "channel_nns.h"

/* Behind the acceptor's "done" there is nobody who would take a token. */
static enum gssloop_io
last_token_put(struct gj_nns_channel *self, const struct gssloop_view *token)
{
	if (!gj_nns_channel_judge(self))
		return GSSLOOP_IO_OK;
	if (!self->got_done)
		return gj_nns_channel_done_put(self, token);
	gj_nns_channel_failed(self, GSSLOOP_IO_MALFORMED,
	    "the acceptor has said \"done\", and our mechanism has a token "
	    "for it");
	gj_nns_channel_refuse(self, GJ_NNS_INVALID_TOKEN, GSSLOOP_IO_MALFORMED);
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
put(void *opaque, const struct gssloop_frame *frame)
{
	struct gj_nns_channel *self = opaque;

	if (gj_nns_channel_completes(self, frame))
		return last_token_put(self, &frame->data);
	return gj_nns_channel_put(self, frame);
}

/* The payload of this "done" is ignored (section 3.1). */
static enum gssloop_io
done_await(struct gj_nns_channel *self)
{
	enum gssloop_io io = gj_nns_channel_handshake_get(self);

	if (io != GSSLOOP_IO_OK)
		return io;
	if (self->got.id == GJ_NNS_ERROR)
		return gj_nns_channel_error_got(self);
	if (self->got.id != GJ_NNS_DONE)
		return gj_nns_channel_failed(self, GSSLOOP_IO_MALFORMED,
		    "another token came, but only \"done\" was awaited");
	self->got_done = true;
	return GSSLOOP_IO_OK;
}

/* Whoever was told "done" has nothing more to be told. */
static enum gssloop_io
settle(void *opaque)
{
	static const struct gssloop_view nothing;
	struct gj_nns_channel *self = opaque;
	enum gssloop_io io = GSSLOOP_IO_OK;

	if (self->phase == GJ_NNS_OVER || !gj_nns_channel_judge(self))
		return gj_nns_channel_over(self);
	if (!self->got_done) {
		io = gj_nns_channel_done_put(self, &nothing);
		self->phase = GJ_NNS_FINISHING;
	}
	if (io == GSSLOOP_IO_OK)
		io = gj_stream_flush(&self->stream);
	if (io == GSSLOOP_IO_OK && !self->got_done)
		io = done_await(self);
	if (io == GSSLOOP_IO_OK)
		gj_nns_channel_data_begin(self);
	return io;
}

const struct gssloop_channel_ops gj_nns_initiator_ops = {
    .name = "nns",
    .carries = GSSLOOP_CARRIES_ERRORS | GSSLOOP_PROTECTS,
    .join = gj_nns_channel_join,
    .settle = settle,
    .put = put,
    .flush = gj_stream_flush,
    .get = gj_nns_channel_get,
    .poll = gj_stream_poll,
    .limit = gj_stream_limit,
    .reason = gj_stream_reason,
    .linger = gj_stream_linger,
    .free = gj_nns_channel_free,
};
