/*
 * The remctl channel: the packets of both of its protocols.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "channel.h"
#include "channel_remctl.h"

static struct gj_remctl_channel *
channel_of(struct gj_stream *stream)
{
	return (struct gj_remctl_channel *)stream;
}

static void
refuse(struct gj_wire_result *result, const char *why)
{
	result->what = GJ_WIRE_MALFORMED;
	snprintf(result->reason, sizeof(result->reason), "offset 0: %s", why);
}

/* The client's beginning; then it is known what it asks for. */
static void
beginning_decode(struct gj_remctl_channel *channel, const uint8_t *data,
    size_t size, struct gj_wire_result *result)
{
	enum gj_remctl_protocol asked = GJ_REMCTL_UNDECIDED;

	gj_remctl_beginning_decode(data, size, &asked, result);
	if (result->what != GJ_WIRE_SKIP)
		return;
	if (asked == GJ_REMCTL_OLD && channel->wanted == GSSLOOP_REMCTL_NEW) {
		refuse(result, "flags 0x11: the old protocol is not spoken "
			       "here (2.1 step 1)");
		return;
	}
	/* Who speaks the old one only does so in the answer (2.1 step 3). */
	if (channel->wanted != GSSLOOP_REMCTL_OLD)
		channel->protocol = asked;
	channel->stream.began = true;
}

/* Section 3: the client asks for a MIC, the server sends it. */
static void
direction_check(enum gssloop_role role, const struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	if (result->what != GJ_WIRE_FRAME ||
	    frame->kind != GSSLOOP_FRAME_MESSAGE)
		return;
	if (role == GSSLOOP_INITIATOR && frame->mic_wanted)
		refuse(result, "a server asks for no MIC (3 step 9)");
	else if (role == GSSLOOP_ACCEPTOR && frame->protection == GSSLOOP_MIC)
		refuse(result, "a client sends no MIC (3 step 7)");
}

static void
decode(struct gj_stream *stream, const uint8_t *data, size_t size,
    struct gssloop_frame *frame, struct gj_wire_result *result)
{
	struct gj_remctl_channel *channel = channel_of(stream);

	if (stream->role == GSSLOOP_ACCEPTOR && !stream->began) {
		beginning_decode(channel, data, size, result);
		return;
	}
	gj_remctl_decode(
	    data, size, &channel->protocol, &stream->limits, frame, result);
	if (result->what == GJ_WIRE_FRAME &&
	    channel->wanted == GSSLOOP_REMCTL_OLD)
		channel->protocol = GJ_REMCTL_OLD;
	direction_check(stream->role, frame, result);
}

static bool
has_message(
    const struct gj_remctl_channel *channel, const struct gssloop_frame *frame)
{
	if (channel->protocol == GJ_REMCTL_UNDECIDED)
		return false;
	if (frame->protection != GSSLOOP_MIC)
		return frame->protection == GSSLOOP_CONF;
	return channel->protocol == GJ_REMCTL_OLD && frame->data.size == 0 &&
	       channel->stream.role == GSSLOOP_ACCEPTOR;
}

static bool
encode(struct gj_stream *stream, const struct gssloop_frame *frame,
    struct gj_writer *writer)
{
	struct gj_remctl_channel *channel = channel_of(stream);
	struct gssloop_frame sent = *frame;

	if (frame->kind == GSSLOOP_FRAME_MESSAGE
		? !has_message(channel, frame)
		: frame->kind != GSSLOOP_FRAME_TOKEN)
		return false;
	if (channel->protocol != GJ_REMCTL_OLD ||
	    stream->role == GSSLOOP_ACCEPTOR)
		sent.mic_wanted = 0;
	if (stream->role == GSSLOOP_INITIATOR && !stream->began)
		gj_remctl_beginning_encode(channel->protocol, writer);
	gj_remctl_encode(channel->protocol, &sent, writer);
	if (stream->role == GSSLOOP_INITIATOR && !writer->failed)
		stream->began = true;
	return true;
}

static const struct gj_framing framing = {decode, encode};

static const struct gssloop_channel_ops ops = {
    .name = "remctl",
    .put = gj_stream_put,
    .flush = gj_stream_flush,
    .get = gj_stream_get,
    .poll = gj_stream_poll,
    .limit = gj_stream_limit,
    .reason = gj_stream_reason,
    .linger = gj_stream_linger,
    .free = gj_stream_free,
};

/* A client that is to speak one of them takes no other for an answer. */
static enum gj_remctl_protocol
protocol_begin(enum gssloop_role role, enum gssloop_remctl wanted)
{
	if (role == GSSLOOP_ACCEPTOR || wanted == GSSLOOP_REMCTL_EITHER)
		return GJ_REMCTL_UNDECIDED;
	return wanted == GSSLOOP_REMCTL_OLD ? GJ_REMCTL_OLD : GJ_REMCTL_NEW;
}

int
gssloop_channel_remctl(struct gssloop_channel **channel, int fd,
    enum gssloop_role role, enum gssloop_remctl wanted)
{
	struct gj_remctl_channel *made;
	int error;

	*channel = NULL;
	made = malloc(sizeof(*made));
	if (made == NULL)
		return ENOMEM;
	error = gj_stream_open(&made->stream, fd, role);
	made->stream.framing = &framing;
	made->wanted = wanted;
	made->protocol = protocol_begin(role, wanted);
	if (error == 0)
		error = gssloop_channel_new(channel, &ops, made);
	if (error != 0)
		free(made);
	return error;
}

enum gssloop_remctl
gssloop_channel_remctl_protocol(const struct gssloop_channel *channel)
{
	const struct gj_remctl_channel *made = channel->self;

	if (made->protocol == GJ_REMCTL_UNDECIDED)
		return GSSLOOP_REMCTL_EITHER;
	return made->protocol == GJ_REMCTL_OLD ? GSSLOOP_REMCTL_OLD
					       : GSSLOOP_REMCTL_NEW;
}
