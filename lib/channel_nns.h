/*
 * The nns channel from the inside.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The sections are those of MS-NNS.  Context tokens ride in handshake messages
 * until each side has said "done"; from then on the stream is data, protected
 * by the context or not.  What is put into it is wire_nnstest's.
 *
 * A failure that was told is no failure of the call that told it: the loop
 * awaits what comes next, and gets it then (`refusal`).  So the error message
 * leaves as every other.
 */
#ifndef GJ_CHANNEL_NNS_H
#define GJ_CHANNEL_NNS_H

#include "stream.h"
#include "wire_nns.h"

/*
 * Data messages, or reads where there are none, that one get takes: a message
 * may be of any number of them, and behind so many the deadline and other
 * channels have their turn.
 */
#define GJ_NNS_PARTS 64

enum gj_nns_phase {
	GJ_NNS_TOKENS,
	GJ_NNS_FINISHING, /* only the peer's "done" is awaited */
	GJ_NNS_DATA,
	GJ_NNS_OVER
};

struct gj_nns_channel {
	struct gj_stream stream; /* first: its codec finds the rest by it */
	struct gssloop_nns params;
	const struct gssloop *loop;
	enum gj_nns_phase phase;
	bool sent_done, got_done;
	bool quiet;		 /* what came is not answered (3.1, 3.2) */
	bool judged;		 /* the level is good */
	enum gssloop_io refusal; /* OVER: what is returned from now on */
	struct gj_nns_handshake sent, got; /* the latest ones */

	/* DATA. */
	enum gssloop_protection level; /* the least; CLEAR: no framing */
	struct gj_buffer plain;	       /* what came, without protection */
	size_t taken; /* octets of it that the latest frame lies in */
	enum gssloop_protection protection; /* the least of all of it */
	struct gj_buffer message;	    /* going out */
	struct gj_buffer wrapped;	    /* the same as data messages */

	char said[640]; /* a text of our own */
};

/* The operations of a role. */
extern const struct gssloop_channel_ops gj_nns_initiator_ops;
extern const struct gssloop_channel_ops gj_nns_acceptor_ops;

/* What both share. */
void gj_nns_channel_join(void *self, const struct gssloop *loop);
enum gssloop_io gj_nns_channel_put(
    void *self, const struct gssloop_frame *frame);
enum gssloop_io gj_nns_channel_get(void *self, struct gssloop_frame *frame);
void gj_nns_channel_free(void *self);

/* A failure with a text of ours; printf's arguments. */
enum gssloop_io gj_nns_channel_failed(
    struct gj_nns_channel *, enum gssloop_io io, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* Of no use from now on: io and the latest text are what is returned. */
void gj_nns_channel_end(struct gj_nns_channel *, enum gssloop_io io);

/* What is returned when it is OVER; AGAIN while an error has not left. */
enum gssloop_io gj_nns_channel_over(struct gj_nns_channel *);

/* Queues a handshake message; an ERROR is refused by gj_nns_channel_refuse. */
enum gssloop_io gj_nns_channel_handshake_put(struct gj_nns_channel *,
    enum gj_nns_id id, const struct gssloop_view *token);

/* The same with "done", once: our side has nothing more to say. */
enum gssloop_io gj_nns_channel_done_put(
    struct gj_nns_channel *, const struct gssloop_view *token);

/* The next handshake message, in self->got. */
enum gssloop_io gj_nns_channel_handshake_get(struct gj_nns_channel *);

/* The text of the error that came, and the end. */
enum gssloop_io gj_nns_channel_error_got(struct gj_nns_channel *);

/* Tells the peer a code; the latest text is why. */
void gj_nns_channel_refuse(
    struct gj_nns_channel *, uint32_t code, enum gssloop_io io);

/* Whether the frame is the last token of our mechanism, in its place. */
bool gj_nns_channel_completes(
    const struct gj_nns_channel *, const struct gssloop_frame *frame);

/*
 * The mechanism is complete: is the level what is demanded (3.1, 3.2)?
 * Where it is not, the peer is told.
 */
bool gj_nns_channel_judge(struct gj_nns_channel *);

/* The data phase: channel_nns_data.c. */

/* The level that flags stand for; levels are ordered as their values. */
enum gssloop_protection gj_nns_level(OM_uint32 flags);
const char *gj_nns_level_name(enum gssloop_protection level);

void gj_nns_channel_data_begin(struct gj_nns_channel *);
void gj_nns_channel_data_free(struct gj_nns_channel *);

/* A MESSAGE or an END. */
enum gssloop_io gj_nns_channel_message_put(
    struct gj_nns_channel *, const struct gssloop_frame *frame);
enum gssloop_io gj_nns_channel_message_get(
    struct gj_nns_channel *, struct gssloop_frame *frame);

#endif
