/*
 * A conversation over datagrams that may be lost, come twice, or come late.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "channel.h"
#include "compat.h"
#include "conversation.h"
#include "wire_plain.h"

/* A frame that was put; the first of them is the one that is under way. */
struct outgoing {
	struct outgoing *next;
	uint32_t sequence;
	enum gssloop_frame_kind kind;
	size_t size;	  /* of the datagram */
	uint8_t octets[]; /* room for its header, and the frame */
};

struct gj_conversation {
	const struct gj_post *post;
	void *post_self;
	enum gssloop_role role;
	bool named;
	uint8_t name[GJ_DATAGRAM_NAME];
	uint8_t cookie[GJ_DATAGRAM_COOKIE];
	unsigned int retries;
	struct gj_wire_limits limits;

	struct outgoing *first, **last;
	uint32_t put;	       /* the latest number given to a frame */
	bool under_way;	       /* the first was sent at least once */
	unsigned int interval; /* ms, until it is sent again */
	uint64_t resend_at;

	uint8_t *frame; /* the peer's, in the plain framing; NULL for none */
	size_t frame_size;
	bool given;	   /* get has given it out */
	uint32_t received; /* the latest number taken */
	bool owed;	   /* it is not acknowledged yet */
	bool owed_alone;   /* and nothing of ours was sent since */

	bool sent_end, received_end;
	bool over; /* both sides know that nothing follows */
	uint64_t linger_until;
	enum gssloop_io broken; /* OK while it is not */
	char reason[256];
};

static uint64_t
now(const struct gj_conversation *conversation)
{
	return conversation->post->now(conversation->post_self);
}

/* Sending. */

/* Breaks the conversation where nobody is there, or the system fails. */
static void
post_check(
    struct gj_conversation *conversation, enum gssloop_io io, const char *what)
{
	int error = errno;
	char text[128];

	if (io == GSSLOOP_IO_OK || io == GSSLOOP_IO_AGAIN)
		return;
	if (strerror_r(error, text, sizeof(text)) != 0)
		snprintf(text, sizeof(text), "error %d", error);
	snprintf(conversation->reason, sizeof(conversation->reason), "%s: %s",
	    what, text);
	conversation->broken = io;
}

static void
header_write(struct gj_conversation *conversation, enum gj_datagram_type type,
    uint32_t sequence, uint8_t *octets)
{
	struct gj_datagram datagram;
	struct gj_writer writer;

	memset(&datagram, 0, sizeof(datagram));
	datagram.type = type;
	datagram.from_acceptor = conversation->role == GSSLOOP_ACCEPTOR;
	memcpy(datagram.name, conversation->name, sizeof(datagram.name));
	memcpy(datagram.cookie, conversation->cookie, sizeof(datagram.cookie));
	datagram.sequence = sequence;
	datagram.acknowledged = conversation->received;
	gj_writer_init(&writer, octets, GJ_DATAGRAM_HEADER);
	gj_datagram_encode(&datagram, &writer);
	conversation->owed = false;
}

static void
bare_send(struct gj_conversation *conversation, enum gj_datagram_type type)
{
	uint8_t octets[GJ_DATAGRAM_HEADER];

	header_write(conversation, type, 0, octets);
	post_check(conversation,
	    conversation->post->send(
		conversation->post_self, octets, sizeof(octets)),
	    "sending");
}

/* The frame that is first, with what is to be acknowledged by now. */
static void
first_send(struct gj_conversation *conversation)
{
	struct outgoing *first = conversation->first;

	header_write(
	    conversation, GJ_DATAGRAM_FRAME, first->sequence, first->octets);
	conversation->owed_alone = false;
	post_check(conversation,
	    conversation->post->send(
		conversation->post_self, first->octets, first->size),
	    "sending");
}

/* An error, or the answer to the peer's END: flush does not wait for it. */
static bool
first_is_last(const struct gj_conversation *conversation)
{
	const struct outgoing *first = conversation->first;

	return first != NULL && (first->kind == GSSLOOP_FRAME_ERROR ||
				    (first->kind == GSSLOOP_FRAME_END &&
					conversation->received_end));
}

static bool
resend_is_due(const struct gj_conversation *conversation)
{
	return conversation->under_way &&
	       now(conversation) >= conversation->resend_at;
}

/* Sends what is put, and sends again what was not acknowledged in time. */
static void
work(struct gj_conversation *conversation)
{
	if (conversation->first == NULL || conversation->broken)
		return;
	if (!conversation->under_way) {
		conversation->under_way = true;
		conversation->interval = GJ_RESEND_FIRST_MS;
	} else if (resend_is_due(conversation)) {
		conversation->interval *= 2;
		if (conversation->interval > GJ_RESEND_MOST_MS)
			conversation->interval = GJ_RESEND_MOST_MS;
	} else {
		return;
	}
	first_send(conversation);
	conversation->resend_at =
	    now(conversation) + (uint64_t)conversation->interval * 1000;
}

static void
outgoing_free(struct outgoing *outgoing)
{
	explicit_bzero(outgoing->octets, outgoing->size);
	free(outgoing);
}

static void
first_remove(struct gj_conversation *conversation)
{
	struct outgoing *first = conversation->first;

	conversation->first = first->next;
	if (conversation->first == NULL)
		conversation->last = &conversation->first;
	conversation->under_way = false;
	outgoing_free(first);
}

/* Receiving. */

static void
frame_drop(struct gj_conversation *conversation)
{
	if (conversation->frame != NULL)
		explicit_bzero(conversation->frame, conversation->frame_size);
	free(conversation->frame);
	conversation->frame = NULL;
	conversation->given = false;
}

/* The next one is kept; without room for it, it is as good as lost. */
static void
frame_keep(
    struct gj_conversation *conversation, const struct gj_datagram *datagram)
{
	if (conversation->given)
		frame_drop(conversation);
	if (conversation->frame != NULL)
		return;
	conversation->frame = malloc(datagram->frame.size);
	if (conversation->frame == NULL)
		return;
	memcpy(conversation->frame, datagram->frame.data, datagram->frame.size);
	conversation->frame_size = datagram->frame.size;
	conversation->received = datagram->sequence;
	conversation->owed = true;
}

/* One that comes again waits for our frame, or for an acknowledgement. */
static void
frame_take(
    struct gj_conversation *conversation, const struct gj_datagram *datagram)
{
	if (datagram->sequence <= conversation->received &&
	    !conversation->under_way)
		conversation->owed = true;
	else if (datagram->sequence == conversation->received + 1)
		frame_keep(conversation, datagram);
}

/* Only for the very first frame, while nothing has acknowledged it. */
static void
retry_take(
    struct gj_conversation *conversation, const struct gj_datagram *datagram)
{
	if (!conversation->under_way || conversation->first->sequence != 1 ||
	    conversation->retries >= GJ_RETRIES_MAX ||
	    memcmp(conversation->cookie, datagram->cookie,
		sizeof(datagram->cookie)) == 0)
		return;
	memcpy(
	    conversation->cookie, datagram->cookie, sizeof(datagram->cookie));
	conversation->retries++;
	conversation->under_way = false;
	work(conversation);
}

static void
close_take(struct gj_conversation *conversation)
{
	conversation->over = true;
	conversation->broken = GSSLOOP_IO_CLOSED;
	strlcpy(conversation->reason, "the peer has closed",
	    sizeof(conversation->reason));
}

/* An acceptor of one conversation learns its name from the first frame. */
static bool
name_is_right(
    struct gj_conversation *conversation, const struct gj_datagram *datagram)
{
	if (!conversation->named && datagram->type == GJ_DATAGRAM_FRAME &&
	    datagram->sequence == 1 && datagram->acknowledged == 0) {
		memcpy(
		    conversation->name, datagram->name, sizeof(datagram->name));
		conversation->named = true;
	}
	return conversation->named && memcmp(conversation->name, datagram->name,
					  sizeof(datagram->name)) == 0;
}

/* A number that was never sent is nobody's to acknowledge. */
static bool
acknowledged_was_sent(const struct gj_conversation *conversation,
    const struct gj_datagram *datagram)
{
	uint32_t sent = conversation->put;

	if (conversation->first != NULL)
		sent = conversation->under_way
			   ? conversation->first->sequence
			   : conversation->first->sequence - 1;
	return datagram->acknowledged <= sent;
}

static bool
belongs(
    struct gj_conversation *conversation, const struct gj_datagram *datagram)
{
	bool peers = datagram->from_acceptor ==
		     (conversation->role == GSSLOOP_INITIATOR);

	return peers && name_is_right(conversation, datagram) &&
	       acknowledged_was_sent(conversation, datagram);
}

void
gj_conversation_take(
    struct gj_conversation *conversation, const uint8_t *octets, size_t size)
{
	struct gj_datagram datagram;
	struct gj_wire_result result;

	gj_datagram_decode(octets, size, &datagram, &result);
	if (result.what != GJ_WIRE_FRAME || !belongs(conversation, &datagram))
		return;
	if (conversation->under_way &&
	    datagram.acknowledged == conversation->first->sequence)
		first_remove(conversation);
	if (datagram.type == GJ_DATAGRAM_FRAME)
		frame_take(conversation, &datagram);
	else if (datagram.type == GJ_DATAGRAM_RETRY)
		retry_take(conversation, &datagram);
	else if (datagram.type == GJ_DATAGRAM_CLOSE)
		close_take(conversation);
}

/* Takes what is there; a frame that nobody has got yet stops it. */
static void
receive(struct gj_conversation *conversation)
{
	uint8_t octets[GJ_DATAGRAM_MAX + 1];
	enum gssloop_io io = GSSLOOP_IO_OK;
	size_t size;

	while (io == GSSLOOP_IO_OK && !conversation->broken &&
	       (conversation->frame == NULL || conversation->given ||
		   conversation->under_way)) {
		io = conversation->post->receive(
		    conversation->post_self, octets, sizeof(octets), &size);
		if (io == GSSLOOP_IO_OK)
			gj_conversation_take(conversation, octets, size);
		else
			post_check(conversation, io, "receiving");
	}
}

/* What came has no answer by the time that the application waits. */
static void
acknowledge(struct gj_conversation *conversation)
{
	if (!conversation->owed || conversation->broken)
		return;
	conversation->owed_alone = true;
	bare_send(conversation, GJ_DATAGRAM_ACKNOWLEDGEMENT);
}

/* The operations. */

static enum gssloop_io
refused(struct gj_conversation *conversation, enum gssloop_io io,
    const char *reason)
{
	strlcpy(conversation->reason, reason, sizeof(conversation->reason));
	return io;
}

static enum gssloop_io
too_large(struct gj_conversation *conversation, size_t size)
{
	snprintf(conversation->reason, sizeof(conversation->reason),
	    "%zu octets are too many for a datagram, which carries %d", size,
	    GJ_DATAGRAM_FRAME_MAX - GJ_WIRE_HEADER);
	return GSSLOOP_IO_TOO_LARGE;
}

/* After an error, and after an END of both, nothing follows. */
static void
over_note(struct gj_conversation *conversation, enum gssloop_frame_kind kind)
{
	if (kind == GSSLOOP_FRAME_ERROR ||
	    (conversation->sent_end && conversation->received_end))
		conversation->over = true;
}

static enum gssloop_io
put(void *self, const struct gssloop_frame *frame)
{
	struct gj_conversation *conversation = self;
	size_t size = frame->data.size, room;
	struct outgoing *outgoing;
	struct gj_writer writer;

	if (size > GJ_DATAGRAM_MAX || frame->mic.size > GJ_DATAGRAM_MAX - size)
		return too_large(conversation, size);
	if (conversation->put == UINT32_MAX)
		return refused(conversation, GSSLOOP_IO_CANNOT,
		    "no sequence number is left");
	room = size + frame->mic.size + GJ_WIRE_OVERHEAD;
	outgoing = calloc(1, sizeof(*outgoing) + GJ_DATAGRAM_HEADER + room);
	if (outgoing == NULL)
		return refused(
		    conversation, GSSLOOP_IO_NO_MEMORY, "out of memory");
	gj_writer_init(&writer, outgoing->octets + GJ_DATAGRAM_HEADER, room);
	gj_plain_encode(frame, &writer);
	outgoing->size = GJ_DATAGRAM_HEADER + writer.used;
	if (writer.failed || writer.used > GJ_DATAGRAM_FRAME_MAX) {
		outgoing_free(outgoing);
		return too_large(conversation, size);
	}
	outgoing->kind = frame->kind;
	outgoing->sequence = ++conversation->put;
	*conversation->last = outgoing;
	conversation->last = &outgoing->next;
	if (frame->kind == GSSLOOP_FRAME_END)
		conversation->sent_end = true;
	over_note(conversation, frame->kind);
	return GSSLOOP_IO_OK;
}

static bool
is_flushed(const struct gj_conversation *conversation)
{
	return conversation->first == NULL ||
	       (conversation->under_way && first_is_last(conversation));
}

static enum gssloop_io
flush(void *self)
{
	struct gj_conversation *conversation = self;

	do {
		work(conversation);
		if (!is_flushed(conversation))
			receive(conversation);
	} while (conversation->first != NULL && !conversation->under_way &&
		 !conversation->broken);
	if (is_flushed(conversation))
		return GSSLOOP_IO_OK;
	return conversation->broken ? conversation->broken : GSSLOOP_IO_AGAIN;
}

static enum gssloop_io
frame_give(struct gj_conversation *conversation, struct gssloop_frame *frame)
{
	struct gj_wire_result result;

	gj_plain_decode(conversation->frame, conversation->frame_size,
	    &conversation->limits, frame, &result);
	if (result.what == GJ_WIRE_TOO_LARGE)
		return refused(
		    conversation, GSSLOOP_IO_TOO_LARGE, result.reason);
	if (result.what == GJ_WIRE_EARLY)
		return refused(conversation, GSSLOOP_IO_EARLY, result.reason);
	if (result.what != GJ_WIRE_FRAME)
		return refused(
		    conversation, GSSLOOP_IO_MALFORMED, result.reason);
	conversation->given = true;
	if (frame->kind == GSSLOOP_FRAME_END)
		conversation->received_end = true;
	over_note(conversation, frame->kind);
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
get(void *self, struct gssloop_frame *frame)
{
	struct gj_conversation *conversation = self;

	memset(frame, 0, sizeof(*frame));
	if (conversation->given)
		frame_drop(conversation);
	work(conversation);
	if (conversation->frame == NULL)
		receive(conversation);
	if (conversation->frame != NULL)
		return frame_give(conversation, frame);
	if (conversation->broken)
		return conversation->broken;
	acknowledge(conversation);
	return conversation->broken ? conversation->broken : GSSLOOP_IO_AGAIN;
}

/* Milliseconds until then, rounded up. */
static int
left_ms(const struct gj_conversation *conversation, uint64_t then)
{
	uint64_t at = now(conversation);

	return then > at ? (int)((then - at + 999) / 1000) : 0;
}

static int
wait_poll(void *self, int *fd, short *events)
{
	struct gj_conversation *conversation = self;
	uint64_t then = UINT64_MAX;

	work(conversation);
	acknowledge(conversation);
	*fd = conversation->post->descriptor(conversation->post_self);
	*events = POLLIN;
	if (conversation->broken)
		return 0;
	if (conversation->under_way)
		then = conversation->resend_at;
	if (conversation->linger_until != 0 &&
	    conversation->linger_until < then)
		then = conversation->linger_until;
	return then == UINT64_MAX ? -1 : left_ms(conversation, then);
}

/*
 * Stays while a frame of ours is not acknowledged, or where only an
 * acknowledgement, which may be lost, told the peer that its own has come.
 */
static enum gssloop_io
linger(void *self)
{
	struct gj_conversation *conversation = self;
	uint64_t at = now(conversation);

	if (conversation->linger_until == 0)
		conversation->linger_until = at + (uint64_t)GJ_LINGER_MS * 1000;
	do {
		frame_drop(conversation);
		work(conversation);
		receive(conversation);
	} while (conversation->frame != NULL);
	acknowledge(conversation);
	if (conversation->broken || at >= conversation->linger_until ||
	    (conversation->first == NULL &&
		(conversation->over || !conversation->owed_alone)))
		return GSSLOOP_IO_OK;
	return GSSLOOP_IO_AGAIN;
}

static size_t
limit_cap(size_t limit)
{
	return limit < GJ_DATAGRAM_MAX ? limit : GJ_DATAGRAM_MAX;
}

static void
limit(void *self, size_t token_max, size_t message_max)
{
	struct gj_conversation *conversation = self;

	conversation->limits.token_max = limit_cap(token_max);
	conversation->limits.message_max = limit_cap(message_max);
}

static const char *
reason(void *self)
{
	struct gj_conversation *conversation = self;

	return conversation->reason;
}

/* Says so where the peer would wait for nothing. */
static void
conversation_free(void *self)
{
	struct gj_conversation *conversation = self;

	if (!conversation->broken && !conversation->over &&
	    (conversation->received > 0 || conversation->put > 0))
		bare_send(conversation, GJ_DATAGRAM_CLOSE);
	else
		acknowledge(conversation);
	while (conversation->first != NULL)
		first_remove(conversation);
	frame_drop(conversation);
	conversation->post->free(conversation->post_self);
	free(conversation);
}

static const struct gssloop_channel_ops ops = {
    .name = "udp",
    .carries = GSSLOOP_CARRIES_ERRORS | GSSLOOP_CARRIES_MIC,
    .put = put,
    .flush = flush,
    .get = get,
    .poll = wait_poll,
    .limit = limit,
    .reason = reason,
    .linger = linger,
    .free = conversation_free,
};

int
gj_conversation_channel(struct gssloop_channel **channel,
    enum gssloop_role role, const uint8_t *name, const struct gj_post *post,
    void *post_self)
{
	struct gj_conversation *conversation;
	int error;

	*channel = NULL;
	conversation = calloc(1, sizeof(*conversation));
	if (conversation == NULL)
		return ENOMEM;
	conversation->post = post;
	conversation->post_self = post_self;
	conversation->role = role;
	conversation->last = &conversation->first;
	conversation->limits.token_max = GJ_DATAGRAM_MAX;
	conversation->broken = GSSLOOP_IO_OK;
	if (name != NULL) {
		memcpy(conversation->name, name, sizeof(conversation->name));
		conversation->named = true;
	}
	error = gssloop_channel_new(channel, &ops, conversation);
	if (error != 0)
		free(conversation);
	return error;
}

struct gj_conversation *
gj_conversation_of(struct gssloop_channel *channel)
{
	return channel->self;
}
