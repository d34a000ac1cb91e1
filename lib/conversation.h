/*
 * A conversation over datagrams that may be lost, come twice, or come late:
 * what the datagram channel is made of.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Stop and wait: one frame is under way at a time, as the loop is in lockstep
 * anyway.  It is sent again, in growing intervals, until any datagram of the
 * peer acknowledges its number; flush says OK only then, so that a token that
 * was sent is a token that the peer has.  A frame that comes is acknowledged
 * by the next frame that is sent; where nothing is put by the time the
 * application waits, by a datagram of its own.
 *
 * A frame that comes again is answered by an acknowledgement, unless one of
 * ours is under way: that one acknowledges and has its own timer, and if each
 * copy were answered by another copy, one duplicate would double everything
 * that follows it.
 *
 * For the acknowledgement of the last frame of all, an error or an END that
 * answers the peer's END, flush does not wait: whether it comes changes
 * nothing.  It is sent again for as long as the application lingers.
 *
 * A conversation neither knows sockets nor the time: both are its post's.
 */
#ifndef GJ_CONVERSATION_H
#define GJ_CONVERSATION_H

#include "gssloop_channel.h"
#include "wire_datagram.h"

/*
 * Milliseconds until a frame is sent again: first so many, above what a peer
 * needs for a GSS call and the way, then twice as many each time, up to the
 * greatest, at which a lost frame still has a dozen tries within the default
 * time for a token.
 */
#define GJ_RESEND_FIRST_MS 100
#define GJ_RESEND_MOST_MS  1600

/*
 * Retries that are answered by sending the first frame at once.  An honest
 * acceptor sends one, or two where its cookie just changed; whoever sends more
 * has to wait for the timer.
 */
#define GJ_RETRIES_MAX 3

/*
 * How long an end stays to repeat its last datagram: the peer's fifth attempt,
 * 3.1 s after its first, is still answered.
 */
#define GJ_LINGER_MS 4000

/* How datagrams go and come, and what time it is. */
struct gj_post {
	/*
	 * One datagram.  OK, also where it may be lost on its way; CLOSED
	 * where nobody is there; FAILED.  These two set errno.
	 */
	enum gssloop_io (*send)(void *self, const uint8_t *octets, size_t size);

	/*
	 * The next datagram, at most room octets of it.  OK, AGAIN, CLOSED,
	 * FAILED.
	 */
	enum gssloop_io (*receive)(
	    void *self, uint8_t *octets, size_t room, size_t *size);

	/* The descriptor to wait for; -1 where somebody else brings them. */
	int (*descriptor)(void *self);

	/* The monotonic clock, in microseconds. */
	uint64_t (*now)(void *self);

	void (*free)(void *self);
};

struct gj_conversation;

/*
 * Makes a channel of a new conversation.  name is the initiator's choice; an
 * acceptor without one, NULL, takes that of the first datagram that comes.
 * 0 or ENOMEM; post_self belongs to the channel on success only.
 */
int gj_conversation_channel(struct gssloop_channel **channel,
    enum gssloop_role role, const uint8_t *name, const struct gj_post *post,
    void *post_self);

/* The conversation of a channel that was made by this. */
struct gj_conversation *gj_conversation_of(struct gssloop_channel *channel);

/*
 * Takes a datagram that the post does not receive itself, whatever it is.
 * What is no part of the conversation changes nothing.
 */
void gj_conversation_take(
    struct gj_conversation *conversation, const uint8_t *octets, size_t size);

#endif
