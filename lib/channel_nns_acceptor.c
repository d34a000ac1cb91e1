/*
 * The nns channel of an acceptor, MS-NNS's server.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "channel_nns.h"

static const struct gssloop_view nothing;

/* "done" is answered by "done" without a token (section 3.2). */
static enum gssloop_io
last_token_put(struct gj_nns_channel *self, const struct gssloop_view *token)
{
	if (!gj_nns_channel_judge(self))
		return GSSLOOP_IO_OK;
	return gj_nns_channel_done_put(self, self->got_done ? &nothing : token);
}

static enum gssloop_io
put(void *opaque, const struct gssloop_frame *frame)
{
	struct gj_nns_channel *self = opaque;

	if (gj_nns_channel_completes(self, frame))
		return last_token_put(self, &frame->data);
	return gj_nns_channel_put(self, frame);
}

/* The acceptor has the last word, also where the mechanism has no token. */
static enum gssloop_io
settle(void *opaque)
{
	struct gj_nns_channel *self = opaque;
	enum gssloop_io io;

	if (self->phase == GJ_NNS_OVER || !gj_nns_channel_judge(self))
		return gj_nns_channel_over(self);
	io = gj_nns_channel_done_put(self, &nothing);
	if (io == GSSLOOP_IO_OK)
		io = gj_stream_flush(&self->stream);
	if (io == GSSLOOP_IO_OK)
		gj_nns_channel_data_begin(self);
	return io;
}

const struct gssloop_channel_ops gj_nns_acceptor_ops = {
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
