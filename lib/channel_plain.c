/*
 * The plain channel: our own framing over a stream.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "stream.h"
#include "wire_plain.h"

static void
decode(struct gj_stream *stream, const uint8_t *data, size_t size,
    struct gssloop_frame *frame, struct gj_wire_result *result)
{
	gj_plain_decode(data, size, &stream->limits, frame, result);
}

static bool
encode(struct gj_stream *stream, const struct gssloop_frame *frame,
    struct gj_writer *writer)
{
	(void)stream;
	gj_plain_encode(frame, writer);
	return true;
}

static const struct gj_framing framing = {decode, encode};

static const struct gssloop_channel_ops ops = {
    .name = "plain",
    .carries = GSSLOOP_CARRIES_ERRORS | GSSLOOP_CARRIES_MIC,
    .put = gj_stream_put,
    .flush = gj_stream_flush,
    .get = gj_stream_get,
    .poll = gj_stream_poll,
    .limit = gj_stream_limit,
    .reason = gj_stream_reason,
    .linger = gj_stream_linger,
    .free = gj_stream_free,
};

int
gssloop_channel_plain(
    struct gssloop_channel **channel, int fd, enum gssloop_role role)
{
	return gj_stream_channel(channel, fd, role, &ops, &framing);
}
