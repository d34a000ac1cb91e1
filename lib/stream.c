/*
 * A connected stream socket with its queues.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compat.h"
#include "stream.h"

/*
 * Octets read at a time while nobody has announced more: a Kerberos token
 * without delegation fits.  Behind a great frame it is read with it: then the
 * next one's header is there, and there is one read for a frame.
 */
#define READ_LEAST 2048

static enum gssloop_io
system_failed(struct gj_stream *stream, const char *what)
{
	int error = errno;
	char text[128];

	if (strerror_r(error, text, sizeof(text)) != 0)
		snprintf(text, sizeof(text), "error %d", error);
	snprintf(stream->reason, sizeof(stream->reason), "%s: %s", what, text);
	stream->told = NULL;
	if (error == ECONNRESET || error == EPIPE)
		return GSSLOOP_IO_CLOSED;
	return GSSLOOP_IO_FAILED;
}

static enum gssloop_io
no_memory(struct gj_stream *stream)
{
	strlcpy(stream->reason, "out of memory", sizeof(stream->reason));
	stream->told = NULL;
	return GSSLOOP_IO_NO_MEMORY;
}

static bool
would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK;
}

int
gj_stream_open(struct gj_stream *stream, int fd, enum gssloop_role role)
{
	int on = 1, flags;

	memset(stream, 0, sizeof(*stream));
	flags = fcntl(fd, F_GETFL);
	if (flags == -1)
		return errno;
	if ((flags & O_NONBLOCK) == 0 &&
	    fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		return errno;
	/* Fails on a local socket, which has no such algorithm. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	stream->fd = fd;
	stream->role = role;
	stream->limits.token_max = GSSLOOP_TOKEN_MAX_DEFAULT;
	return 0;
}

int
gj_stream_channel(struct gssloop_channel **channel, int fd,
    enum gssloop_role role, const struct gssloop_channel_ops *ops,
    const struct gj_framing *framing)
{
	struct gj_stream *stream;
	int error;

	*channel = NULL;
	stream = malloc(sizeof(*stream));
	if (stream == NULL)
		return ENOMEM;
	error = gj_stream_open(stream, fd, role);
	stream->framing = framing;
	if (error == 0)
		error = gssloop_channel_new(channel, ops, stream);
	if (error != 0)
		free(stream);
	return error;
}

enum gssloop_io
gj_stream_put(void *self, const struct gssloop_frame *frame)
{
	struct gj_stream *stream = self;
	struct gj_writer writer;
	size_t size = frame->data.size + GJ_WIRE_OVERHEAD;
	uint8_t *room;

	if (size < frame->data.size || size + frame->mic.size < size)
		return no_memory(stream);
	size += frame->mic.size;
	room = gj_buffer_reserve(&stream->out, size);
	if (room == NULL)
		return no_memory(stream);
	gj_writer_init(&writer, room, size);
	if (!stream->framing->encode(stream, frame, &writer)) {
		strlcpy(stream->reason, "the protocol has no such frame",
		    sizeof(stream->reason));
		return GSSLOOP_IO_CANNOT;
	}
	if (writer.failed) {
		strlcpy(stream->reason, "too large for the protocol",
		    sizeof(stream->reason));
		return GSSLOOP_IO_TOO_LARGE;
	}
	gj_buffer_commit(&stream->out, writer.used);
	if (frame->kind == GSSLOOP_FRAME_END)
		stream->sent_end = true;
	return GSSLOOP_IO_OK;
}

/* One great message is no reason to keep its room for ever. */
static void
give_back(struct gj_buffer *queue)
{
	if (gj_buffer_size(queue) == 0 && queue->room > GJ_STREAM_KEPT)
		gj_buffer_free(queue);
}

enum gssloop_io
gj_stream_flush(void *self)
{
	struct gj_stream *stream = self;
	ssize_t sent;
	while (gj_buffer_size(&stream->out) > 0) {
		sent = send(stream->fd, gj_buffer_data(&stream->out),
		    gj_buffer_size(&stream->out), MSG_NOSIGNAL);
		if (sent == -1 && errno == EINTR)
			continue;
		if (sent == -1 && would_block())
			return GSSLOOP_IO_AGAIN;
		if (sent == -1)
			return system_failed(stream, "sending");
		gj_buffer_consume(&stream->out, (size_t)sent);
	}
	give_back(&stream->out);
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
closed(struct gj_stream *stream, size_t have, size_t need)
{
	stream->told = NULL;
	if (have == 0)
		snprintf(stream->reason, sizeof(stream->reason),
		    "closed between two frames");
	else
		snprintf(stream->reason, sizeof(stream->reason),
		    "closed within a frame, after %zu of %zu octets", have,
		    need);
	return GSSLOOP_IO_CLOSED;
}

enum gssloop_io
gj_stream_fill(struct gj_stream *stream, size_t need)
{
	size_t have = gj_buffer_size(&stream->in);
	size_t want = need - have + READ_LEAST;
	size_t most = stream->in.room - have; /* costs no memory */
	ssize_t got;
	uint8_t *room;

	if (most < have)
		most = have;
	if (want > most)
		want = most;
	if (want < READ_LEAST)
		want = READ_LEAST;
	room = gj_buffer_reserve(&stream->in, want);
	if (room == NULL)
		return no_memory(stream);
	do
		got = recv(stream->fd, room, want, 0);
	while (got == -1 && errno == EINTR);
	if (got == -1 && would_block())
		return GSSLOOP_IO_AGAIN;
	if (got == -1)
		return system_failed(stream, "receiving");
	if (got == 0)
		return closed(stream, have, need);
	gj_buffer_commit(&stream->in, (size_t)got);
	return GSSLOOP_IO_OK;
}

enum gssloop_io
gj_stream_refused(struct gj_stream *stream, const struct gj_wire_result *result)
{
	strlcpy(stream->reason, result->reason, sizeof(stream->reason));
	stream->told = NULL;
	if (result->what == GJ_WIRE_TOO_LARGE)
		return GSSLOOP_IO_TOO_LARGE;
	if (result->what == GJ_WIRE_EARLY)
		return GSSLOOP_IO_EARLY;
	return GSSLOOP_IO_MALFORMED;
}

enum gssloop_io
gj_stream_get(void *self, struct gssloop_frame *frame)
{
	struct gj_stream *stream = self;
	struct gj_wire_result result;
	enum gssloop_io io;

	gj_buffer_consume(&stream->in, stream->taken);
	stream->taken = 0;
	give_back(&stream->in);
	for (;;) {
		stream->framing->decode(stream, gj_buffer_data(&stream->in),
		    gj_buffer_size(&stream->in), frame, &result);
		if (result.what == GJ_WIRE_SKIP) {
			gj_buffer_consume(&stream->in, result.size);
		} else if (result.what == GJ_WIRE_NEED) {
			io = gj_stream_fill(stream, result.size);
			if (io != GSSLOOP_IO_OK)
				return io;
		} else {
			break;
		}
	}
	if (result.what != GJ_WIRE_FRAME)
		return gj_stream_refused(stream, &result);
	stream->taken = result.size;
	if (frame->kind == GSSLOOP_FRAME_END)
		stream->received_end = true;
	return GSSLOOP_IO_OK;
}

int
gj_stream_poll(void *self, int *fd, short *events)
{
	struct gj_stream *stream = self;

	*fd = stream->fd;
	/* What is to be sent goes first: waiting for both would spin. */
	*events = gj_buffer_size(&stream->out) > 0 ? POLLOUT : POLLIN;
	/* What was read already gives no event. */
	return stream->yielded ? 0 : -1;
}

/* A frame's length with its header has to fit 32 bits. */
static size_t
limit_cap(size_t limit)
{
	size_t most = UINT32_MAX - GJ_WIRE_OVERHEAD;

	return limit < most ? limit : most;
}

void
gj_stream_limit(void *self, size_t token_max, size_t message_max)
{
	struct gj_stream *stream = self;

	stream->limits.token_max = limit_cap(token_max);
	stream->limits.message_max = limit_cap(message_max);
}

const char *
gj_stream_reason(void *self)
{
	struct gj_stream *stream = self;

	return stream->told != NULL ? stream->told : stream->reason;
}

/* Closes our direction and reads on until the peer has closed its own. */
enum gssloop_io
gj_stream_linger(void *self)
{
	struct gj_stream *stream = self;
	char rest[4096];
	ssize_t got;

	stream->yielded = false;
	if (!stream->shut)
		shutdown(stream->fd, SHUT_WR);
	stream->shut = true;
	do {
		got = recv(stream->fd, rest, sizeof(rest), 0);
		if (got > 0)
			stream->discarded += (size_t)got;
	} while (got > 0 && stream->discarded <= GJ_STREAM_LINGER_OCTETS);
	if (got == -1 && (would_block() || errno == EINTR))
		return GSSLOOP_IO_AGAIN;
	return GSSLOOP_IO_OK;
}

void
gj_stream_close(struct gj_stream *stream)
{
	close(stream->fd);
	gj_buffer_free(&stream->in);
	gj_buffer_free(&stream->out);
}

void
gj_stream_free(void *self)
{
	gj_stream_close(self);
	free(self);
}
