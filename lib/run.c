/*
 * The driver: joins a loop to a channel.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <poll.h>
#include <string.h>

#include "channel.h"
#include "deadline.h"
#include "gssloop_channel.h"

/* What the loop wants sent, as a frame: its token, or its failure. */
static void
frame_make(const struct gssloop *loop, struct gssloop_frame *frame)
{
	const gss_buffer_desc *token = gssloop_output(loop);
	const char *text = gssloop_error_for_peer(loop);

	memset(frame, 0, sizeof(*frame));
	if (gssloop_next(loop) == GSSLOOP_TELL) {
		frame->kind = GSSLOOP_FRAME_ERROR;
		if (GSS_ERROR(gssloop_major(loop)))
			frame->major = gssloop_major(loop);
		frame->data.data = (const uint8_t *)text;
		frame->data.size = strlen(text);
	} else {
		frame->kind = GSSLOOP_FRAME_TOKEN;
		frame->data.data = token->value;
		frame->data.size = token->length;
	}
}

/* Sends what the loop wants sent; AGAIN where that has to wait. */
static enum gssloop_io
output_send(struct gssloop *loop, struct gssloop_channel *channel)
{
	struct gssloop_frame frame;
	enum gssloop_io io;

	if (channel->handed != gssloop_next(loop)) {
		frame_make(loop, &frame);
		io = gssloop_channel_put(channel, &frame);
		if (io != GSSLOOP_IO_OK)
			return io;
		channel->handed = gssloop_next(loop);
	}
	io = gssloop_channel_flush(channel);
	if (io != GSSLOOP_IO_AGAIN)
		channel->handed = GSSLOOP_START;
	return io;
}

static void
token_send(
    struct gssloop *loop, struct gssloop_channel *channel, enum gssloop_io io)
{
	if (io == GSSLOOP_IO_OK)
		gssloop_sent(loop);
	else
		gssloop_lost(loop, io, gssloop_channel_reason(channel));
}

/* Gives the loop the next frame; AGAIN where there is none. */
static enum gssloop_io
input_receive(struct gssloop *loop, struct gssloop_channel *channel)
{
	struct gssloop_frame frame;
	enum gssloop_io io = gssloop_channel_get(channel, &frame);

	if (io == GSSLOOP_IO_AGAIN)
		return io;
	if (io != GSSLOOP_IO_OK)
		gssloop_lost(loop, io, gssloop_channel_reason(channel));
	else if (frame.kind == GSSLOOP_FRAME_TOKEN)
		gssloop_receive(loop, frame.data.data, frame.data.size);
	else if (frame.kind == GSSLOOP_FRAME_ERROR)
		gssloop_peer_failed(loop, frame.major,
		    (const char *)frame.data.data, frame.data.size);
	else
		gssloop_lost(loop, GSSLOOP_IO_EARLY,
		    "the peer considers the context complete");
	return GSSLOOP_IO_OK;
}

/*
 * Some of our token has not left yet, and it is what the peer awaits.  A
 * channel that waits for the peer's receipt reads by itself.
 */
static int
is_held_back(const struct gssloop *loop, struct gssloop_channel *channel)
{
	enum gssloop_branch branch = gssloop_branch(loop);
	short events;
	int fd;

	gssloop_channel_poll(channel, &fd, &events);
	return gssloop_next(loop) == GSSLOOP_SEND && (events & POLLIN) == 0 &&
	       (branch == GSSLOOP_BRANCH_CONTINUE_TOKEN ||
		   branch == GSSLOOP_BRANCH_CONTINUE_EMPTY);
}

/* Sending has to wait: what comes meanwhile, sections 2.4 and 2.7; or AGAIN. */
static enum gssloop_io
input_watch(struct gssloop *loop, struct gssloop_channel *channel)
{
	if (!is_held_back(loop, channel))
		return GSSLOOP_IO_AGAIN;
	return input_receive(loop, channel);
}

/* The channel's own end of the handshake; AGAIN where that has to wait. */
static enum gssloop_io
settle(struct gssloop *loop, struct gssloop_channel *channel)
{
	enum gssloop_io io = gssloop_channel_settle(channel);

	if (io == GSSLOOP_IO_OK)
		gssloop_confirm(loop);
	else if (io != GSSLOOP_IO_AGAIN)
		gssloop_lost(loop, io, gssloop_channel_reason(channel));
	return io == GSSLOOP_IO_AGAIN ? io : GSSLOOP_IO_OK;
}

/* A negotiation begins. */
static void
join(struct gssloop *loop, struct gssloop_channel *channel)
{
	gssloop_channel_join(channel, loop);
	if (channel->ops->settle != NULL)
		gssloop_hold(loop);
}

enum gssloop_next
gssloop_advance(struct gssloop *loop, struct gssloop_channel *channel)
{
	enum gssloop_next next;
	enum gssloop_io io;

	/* A new loop may be where an earlier one was. */
	if (channel->joined != loop || gssloop_next(loop) == GSSLOOP_START)
		join(loop, channel);
	for (;;) {
		next = gssloop_next(loop);
		io = GSSLOOP_IO_OK;
		if (next == GSSLOOP_START)
			gssloop_start(loop);
		else if (next == GSSLOOP_SEND || next == GSSLOOP_TELL)
			io = output_send(loop, channel);
		else if (gssloop_is_held(loop))
			io = settle(loop, channel);
		else if (next == GSSLOOP_RECEIVE)
			io = input_receive(loop, channel);
		else
			return next;
		if (io == GSSLOOP_IO_AGAIN &&
		    input_watch(loop, channel) == GSSLOOP_IO_AGAIN)
			return next;
		if (io == GSSLOOP_IO_AGAIN)
			continue;
		if (next == GSSLOOP_SEND)
			token_send(loop, channel, io);
		else if (next == GSSLOOP_TELL)
			gssloop_told(loop);
	}
}

/* The time for the awaited token is over, or waiting itself failed. */
static void
wait_failed(
    struct gssloop *loop, struct gssloop_channel *channel, enum gssloop_io io)
{
	channel->handed = GSSLOOP_START;
	if (gssloop_next(loop) == GSSLOOP_TELL)
		gssloop_told(loop);
	else
		gssloop_lost(loop, io,
		    io == GSSLOOP_IO_TIME ? "the deadline has passed"
					  : "poll() failed");
}

static uint64_t
earlier(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

enum gssloop_next
gssloop_run(
    struct gssloop *loop, struct gssloop_channel *channel, uint64_t deadline)
{
	uint64_t wait_until = 0;
	enum gssloop_next next, waited = GSSLOOP_START;
	enum gssloop_io io;
	unsigned int rounds = 0;

	gssloop_channel_limit(channel, gssloop_token_max(loop), 0);
	for (;;) {
		next = gssloop_advance(loop, channel);
		if (next == GSSLOOP_DONE || next == GSSLOOP_FAILED)
			return next;
		/* Each thing that is waited for has its own time. */
		if (next != waited || gssloop_rounds(loop) != rounds)
			wait_until = gj_deadline(gssloop_wait_ms(loop));
		waited = next;
		rounds = gssloop_rounds(loop);
		io = gj_channel_wait(channel, earlier(deadline, wait_until));
		if (io != GSSLOOP_IO_OK)
			wait_failed(loop, channel, io);
	}
}
