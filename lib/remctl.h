/*
 * A conversation of remctl once its context is established, for both sides and
 * both protocols: what may be said at all, wrapped and unwrapped.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Every message is encrypted on its way out, and one that was signed only is
 * refused on its way in (2.1 step 6, 3 steps 7 and 9).  A replayed or missing
 * message is refused as well: over TCP there is no honest one.
 *
 * No call waits and none sends: gssloop_channel_flush sends what was put, all
 * of it in one write, and where a get says AGAIN, gssloop_channel_poll names
 * the event.  Which message may come when is gj_remctl_assembly's affair, and
 * the caller's.  After a failure other than AGAIN nothing more is got or put
 * usefully; `reason` says why, for a person.
 */
#ifndef GJ_REMCTL_H
#define GJ_REMCTL_H

#include "buffer.h"
#include "gss.h"
#include "gssloop_channel.h"
#include "wire_remctl.h"

struct gj_remctl {
	struct gssloop_channel *channel;
	gss_ctx_id_t context;
	enum gj_remctl_sender peer;
	enum gssloop_remctl protocol;
	gss_buffer_desc plain; /* what was unwrapped last */
	struct gj_buffer sent; /* old client: the MIC that comes is of this */
	bool mic_owed;	       /* old client: it has not come yet */
	char reason[640];
};

/*
 * Begins, with a loop that is established over a channel that
 * gssloop_channel_remctl made; both are borrowed and must outlive it.  OK; or
 * REFUSED where the context has not all of MUTUAL, CONF and INTEG, which the
 * new protocol demands of both sides (2.1 step 5): the connection is then to be
 * closed.  Sets the channel's limits: no tokens any more, messages as large as
 * packets can be.  gj_remctl_close is right after either.
 */
enum gssloop_io gj_remctl_open(struct gj_remctl *,
    struct gssloop_channel *channel, const struct gssloop *loop);

/* Wipes and releases what is its own; one of all zero is accepted. */
void gj_remctl_close(struct gj_remctl *);

/*
 * The new protocol
 *
 * Puts a message.  OK; TOO_LARGE where the message is over
 * GJ_REMCTL_MESSAGE_MAX; FAILED where gss_wrap fails; REFUSED where it does not
 * encrypt; NO_MEMORY.
 */
enum gssloop_io gj_remctl_put(
    struct gj_remctl *, const struct gj_remctl_message *message);

/*
 * Gets the peer's next message; its data live until the next get.
 *
 *	OK		result says what it is: GOOD; or it could not be read,
 *and a server answers result->error or VERSION; the conversation can go on
 *	AGAIN		it is not all there yet
 *	CLOSED		the stream ended; within a packet or not says reason
 *	REFUSED		not unwrapped, not encrypted, out of sequence: a server
 *			answers GJ_REMCTL_BAD_TOKEN, and closes
 *	TOO_LARGE	a packet over GJ_REMCTL_PACKET_MAX: the same
 *	MALFORMED	flags that no packet has here: the connection is closed
 *	FAILED, NO_MEMORY
 */
enum gssloop_io gj_remctl_get(struct gj_remctl *,
    struct gj_remctl_message *message, struct gj_remctl_result *result);

/*
 * The old protocol
 *
 * The client puts its command, the body of 2.4, and asks for the MIC of it;
 * as gj_remctl_put.  The server gets it, the body lives until the next get;
 * the MIC is put by then, where it was asked for.  A result that is not GOOD
 * is one of more than GJ_REMCTL_MESSAGE_MAX octets.
 */
enum gssloop_io gj_remctl_put_command(
    struct gj_remctl *, const struct gssloop_view *body);
enum gssloop_io gj_remctl_get_command(struct gj_remctl *,
    struct gssloop_view *body, struct gj_remctl_result *result);

/*
 * The server puts the answer; the client gets it, once the MIC has come and was
 * verified: REFUSED where it is wrong, MALFORMED where the answer came instead.
 */
enum gssloop_io gj_remctl_put_answer(
    struct gj_remctl *, const struct gj_remctl_answer *answer);
enum gssloop_io gj_remctl_get_answer(struct gj_remctl *,
    struct gj_remctl_answer *answer, struct gj_remctl_result *result);

#endif
