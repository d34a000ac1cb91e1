/*
 * The sample channel: what MIT's gss-client and gss-server speak.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The initiator is the client.  Its beginning is sent together with its first
 * token; its END is answered by the server's closing.
 */
#include "stream.h"
#include "wire_sample.h"

static void
decode(struct gj_stream *stream, const uint8_t *data, size_t size,
    struct gssloop_frame *frame, struct gj_wire_result *result)
{
	bool prologue = stream->role == GSSLOOP_ACCEPTOR && !stream->began;

	gj_sample_decode(data, size, prologue, &stream->limits, frame, result);
	if (result->what == GJ_WIRE_SKIP)
		stream->began = true;
}

/* No errors; only the client sends data, only the server a MIC. */
static bool
has_frame(enum gssloop_role role, const struct gssloop_frame *frame)
{
	bool mic = frame->protection == GSSLOOP_MIC;

	if (frame->kind == GSSLOOP_FRAME_MESSAGE)
		return mic == (role == GSSLOOP_ACCEPTOR) &&
		       (!mic || frame->data.size == 0);
	return frame->kind != GSSLOOP_FRAME_ERROR;
}

static bool
encode(struct gj_stream *stream, const struct gssloop_frame *frame,
    struct gj_writer *writer)
{
	if (!has_frame(stream->role, frame))
		return false;
	/* The client does not wait for an answer to its end. */
	if (frame->kind == GSSLOOP_FRAME_END && stream->received_end)
		return true;
	if (stream->role == GSSLOOP_INITIATOR && !stream->began)
		gj_sample_encode_prologue(writer);
	gj_sample_encode(frame, writer);
	if (stream->role == GSSLOOP_INITIATOR && !writer->failed)
		stream->began = true;
	return true;
}

static const struct gj_framing framing = {decode, encode};

/* The server closes when it got the client's end: that is its END. */
static enum gssloop_io
get(void *self, struct gssloop_frame *frame)
{
	struct gj_stream *stream = self;
	enum gssloop_io io = gj_stream_get(self, frame);

	if (io != GSSLOOP_IO_CLOSED || !stream->sent_end ||
	    stream->role != GSSLOOP_INITIATOR ||
	    gj_buffer_size(&stream->in) > 0)
		return io;
	frame->kind = GSSLOOP_FRAME_END;
	return GSSLOOP_IO_OK;
}

static const struct gssloop_channel_ops ops = {
    .name = "sample",
    .put = gj_stream_put,
    .flush = gj_stream_flush,
    .get = get,
    .poll = gj_stream_poll,
    .limit = gj_stream_limit,
    .reason = gj_stream_reason,
    .linger = gj_stream_linger,
    .free = gj_stream_free,
};

int
gssloop_channel_sample(
    struct gssloop_channel **channel, int fd, enum gssloop_role role)
{
	return gj_stream_channel(channel, fd, role, &ops, &framing);
}
