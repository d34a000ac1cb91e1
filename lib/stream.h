/*
 * A connected stream socket with its queues: what every channel over TCP or a
 * local socket is built on.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A channel gives two functions of its codec, and gets the operations of
 * gssloop_channel.h from here.  One frame is one write, so that small frames
 * do not wait for each other (Nagle's algorithm is off besides).
 */
#ifndef GJ_STREAM_H
#define GJ_STREAM_H

#include <stdbool.h>

#include "buffer.h"
#include "gssloop_channel.h"
#include "wire.h"

struct gj_stream;

/*
 * After the last frame the rest of what the peer sends is read and thrown
 * away, so that the last frame is not lost to a reset connection: so much.
 */
#define GJ_STREAM_LINGER_OCTETS (1024 * 1024)

/*
 * Room that a queue keeps when it is empty.  To give back less costs bulk
 * traffic: some 10 % of the time at messages of 64 KiB.
 */
#define GJ_STREAM_KEPT (128 * 1024)

/* The channel's part. */
struct gj_framing {
	/* As gj_plain_decode; may keep state in the stream's role and began. */
	void (*decode)(struct gj_stream *, const uint8_t *data, size_t size,
	    struct gssloop_frame *frame, struct gj_wire_result *result);

	/* As gj_plain_encode; false where the protocol has no such frame. */
	bool (*encode)(struct gj_stream *, const struct gssloop_frame *frame,
	    struct gj_writer *writer);
};

struct gj_stream {
	const struct gj_framing *framing;
	int fd;
	enum gssloop_role role;
	struct gj_wire_limits limits;
	struct gj_buffer in, out;
	size_t taken;	   /* octets of `in` that the latest frame lies in */
	bool began;	   /* the channel's beginning is over */
	bool sent_end;	   /* an END was put */
	bool received_end; /* an END was got */
	bool shut;	   /* lingering: our direction is closed */
	size_t discarded;  /* octets, while lingering */
	bool yielded;	   /* get wants to be called again at once */
	char reason[256];
	const char *told; /* a text of the channel's instead; NULL for none */
};

/*
 * For channels whose frames are not whole in the stream: makes a stream of a
 * connected socket, which is non-blocking from then on.  0, or errno's value,
 * and the socket stays the caller's.  gj_stream_close closes it.
 */
int gj_stream_open(struct gj_stream *, int fd, enum gssloop_role role);
void gj_stream_close(struct gj_stream *);

/*
 * Reads what is there, until the queue `in` has `need` octets at most, or some
 * more.  The queue grows with what has come, not with what a header announced:
 * by as much again at most, for which it gets room, and never to more octets
 * than `need` and those of a short read.
 */
enum gssloop_io gj_stream_fill(struct gj_stream *, size_t need);

/* Notes a decoder's refusal; what a get returns for it. */
enum gssloop_io gj_stream_refused(
    struct gj_stream *, const struct gj_wire_result *result);

/*
 * Makes a channel of ops, whose operations are the ones below, on a stream.
 * The contract is gssloop_channel_plain's.
 */
int gj_stream_channel(struct gssloop_channel **channel, int fd,
    enum gssloop_role role, const struct gssloop_channel_ops *ops,
    const struct gj_framing *framing);

/*
 * The operations; self is a struct gj_stream, or begins with one.  A failure of
 * theirs takes the place of what `told` has.
 */
enum gssloop_io gj_stream_put(void *self, const struct gssloop_frame *frame);
enum gssloop_io gj_stream_flush(void *self);
enum gssloop_io gj_stream_get(void *self, struct gssloop_frame *frame);
int gj_stream_poll(void *self, int *fd, short *events);
void gj_stream_limit(void *self, size_t token_max, size_t message_max);
const char *gj_stream_reason(void *self);
enum gssloop_io gj_stream_linger(void *self);
void gj_stream_free(void *self);

#endif
