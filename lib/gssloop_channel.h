/*
 * libgssloop: channels, which carry frames between two loops, and the driver
 * that joins a loop to a channel under a deadline.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * No call here waits for the peer but gssloop_run and the two
 * gssloop_channel_*_wait (a GSS call may well wait for a KDC); so a channel
 * fits an event loop as well: gssloop_advance goes as far as it can,
 * gssloop_channel_poll says what to wait for.
 *
 * Threads: a channel belongs to one thread at a time.
 */
#ifndef GSSLOOP_CHANNEL_H
#define GSSLOOP_CHANNEL_H

#include <stdint.h>

#include <gssloop.h>
#include <gssloop_frame.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a channel's protocol has beside tokens, wrapped messages and an end. */
#define GSSLOOP_CARRIES_ERRORS 1 /* a failure can be told to the peer */
#define GSSLOOP_CARRIES_MIC    2 /* a message with its MIC, both ways */

/*
 * The operations of a channel.  An application may bring its own; `self` is
 * what gssloop_channel_new was given.
 */
struct gssloop_channel_ops {
	const char *name;
	unsigned int carries; /* GSSLOOP_CARRIES_*, ored */

	/*
	 * Takes a whole frame, copied, for sending.  OK; CANNOT where the
	 * protocol has no such frame; TOO_LARGE; NO_MEMORY.  After a failure
	 * nothing of the frame is sent.  mic_wanted is a wish: a protocol
	 * without it leaves it out.
	 */
	enum gssloop_io (*put)(void *self, const struct gssloop_frame *frame);

	/*
	 * Sends what put took.  OK when all of it is gone; AGAIN; CLOSED;
	 * FAILED.
	 */
	enum gssloop_io (*flush)(void *self);

	/*
	 * The next frame from the peer.  OK; AGAIN; CLOSED at the end of the
	 * stream; TOO_LARGE, MALFORMED, FAILED, NO_MEMORY.  EARLY for a
	 * message while the limit for messages is 0.
	 */
	enum gssloop_io (*get)(void *self, struct gssloop_frame *frame);

	/*
	 * What to wait for before the next call: the descriptor, the events of
	 * poll() that it waits for, and the milliseconds after which the
	 * channel wants to be called all the same (-1: never).
	 */
	int (*poll)(void *self, int *fd, short *events);

	/* The greatest token and message to take from the peer, in octets. */
	void (*limit)(void *self, size_t token_max, size_t message_max);

	/* What the latest failure was about, for a person; never NULL. */
	const char *(*reason)(void *self);

	/*
	 * After the last frame: does what the peer may still need, without
	 * waiting for it.  OK when nothing is left to be done; AGAIN to be
	 * called again when poll's event has come.  NULL where nothing ever is.
	 */
	enum gssloop_io (*linger)(void *self);

	/* Releases self and closes its descriptors. */
	void (*free)(void *self);
};

struct gssloop_channel;

/*
 * Makes a channel out of an application's own operations, which must outlive
 * it.  0 or ENOMEM; *channel is then NULL and self is not released.
 */
GSSLOOP_API int gssloop_channel_new(struct gssloop_channel **channel,
    const struct gssloop_channel_ops *ops, void *self);

/*
 * Our own framing (see gssloop(3)) over a connected stream socket, TCP or
 * local.  0, or errno's value; on failure *channel is NULL and fd stays the
 * caller's.  On success fd belongs to the channel and is non-blocking.
 */
GSSLOOP_API int gssloop_channel_plain(
    struct gssloop_channel **channel, int fd, enum gssloop_role role);

/* The wire protocol of MIT's gss-client and gss-server; the same contract. */
GSSLOOP_API int gssloop_channel_sample(
    struct gssloop_channel **channel, int fd, enum gssloop_role role);

/*
 * Datagrams (see gssloop(3)) over a connected datagram socket, UDP mostly:
 * frames that are lost, come twice or come late are survived.  The same
 * contract; EPROTOTYPE for a socket that is none for datagrams.  A frame has
 * to fit one datagram.  flush waits until the peer has acknowledged what it
 * sends, so gssloop_channel_linger should be called before it is freed.
 */
GSSLOOP_API int gssloop_channel_datagram(
    struct gssloop_channel **channel, int fd, enum gssloop_role role);

/* Releases the channel and clears it; a cleared one is accepted. */
GSSLOOP_API void gssloop_channel_free(struct gssloop_channel **channel);

/* The operations, as above. */
GSSLOOP_API const char *gssloop_channel_name(const struct gssloop_channel *);
GSSLOOP_API unsigned int gssloop_channel_carries(
    const struct gssloop_channel *channel);
GSSLOOP_API enum gssloop_io gssloop_channel_put(
    struct gssloop_channel *channel, const struct gssloop_frame *frame);
GSSLOOP_API enum gssloop_io gssloop_channel_flush(
    struct gssloop_channel *channel);
GSSLOOP_API enum gssloop_io gssloop_channel_get(
    struct gssloop_channel *channel, struct gssloop_frame *frame);
GSSLOOP_API int gssloop_channel_poll(
    struct gssloop_channel *channel, int *fd, short *events);
GSSLOOP_API void gssloop_channel_limit(
    struct gssloop_channel *channel, size_t token_max, size_t message_max);
GSSLOOP_API const char *gssloop_channel_reason(struct gssloop_channel *);
GSSLOOP_API enum gssloop_io gssloop_channel_linger(
    struct gssloop_channel *channel);

/* A deadline is microseconds of the monotonic clock; this one never comes. */
#define GSSLOOP_NO_DEADLINE UINT64_MAX

/* The deadline that is ms milliseconds from now. */
GSSLOOP_API uint64_t gssloop_deadline(unsigned int ms);

/* put and flush, and get, waiting until the deadline: TIME when it passes. */
GSSLOOP_API enum gssloop_io gssloop_channel_put_wait(
    struct gssloop_channel *channel, const struct gssloop_frame *frame,
    uint64_t deadline);
GSSLOOP_API enum gssloop_io gssloop_channel_get_wait(
    struct gssloop_channel *channel, struct gssloop_frame *frame,
    uint64_t deadline);

/*
 * Drives the loop over the channel as far as that goes without waiting.
 * Returns GSSLOOP_DONE, GSSLOOP_FAILED, or else what it waits for: then call
 * again when gssloop_channel_poll's event has come.  A deadline that passed
 * is told by gssloop_lost(loop, GSSLOOP_IO_TIME, ...) before the next call;
 * if the loop waits in GSSLOOP_TELL by then, by gssloop_told.
 *
 * While a token for which the peer waits cannot leave (poll names no POLLIN),
 * what comes is looked at: the peer has no turn then.
 */
GSSLOOP_API enum gssloop_next gssloop_advance(
    struct gssloop *loop, struct gssloop_channel *channel);

/*
 * Drives the loop over the channel to its end: GSSLOOP_DONE or
 * GSSLOOP_FAILED.  Each awaited token has the loop's wait_ms, all of it the
 * deadline.  Sets the channel's limits: the loop's token_max, no messages;
 * set others by gssloop_channel_limit when messages are to follow.
 */
GSSLOOP_API enum gssloop_next gssloop_run(
    struct gssloop *loop, struct gssloop_channel *channel, uint64_t deadline);

#ifdef __cplusplus
}
#endif

#endif
