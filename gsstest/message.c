/*
 * Messages after the context.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include "compat.h"
#include "message.h"

static const char *const protection_names[] = {
    [GSSLOOP_CLEAR] = "message in clear",
    [GSSLOOP_INTEG] = "gss_wrap without confidentiality",
    [GSSLOOP_CONF] = "gss_wrap with confidentiality",
    [GSSLOOP_MIC] = "gss_get_mic",
};

static const char *const verification_names[] = {
    [GSSLOOP_CLEAR] = "message in clear",
    [GSSLOOP_INTEG] = "gss_unwrap without confidentiality",
    [GSSLOOP_CONF] = "gss_unwrap with confidentiality",
    [GSSLOOP_MIC] = "gss_verify_mic",
};

static gss_buffer_desc
view_buffer(const struct gssloop_view *view)
{
	gss_buffer_desc buffer = {view->size, (void *)view->data};

	return buffer;
}

static struct gssloop_view
buffer_view(const gss_buffer_desc *buffer)
{
	struct gssloop_view view = {buffer->value, buffer->length};

	return view;
}

static void
count(struct session *session, enum gssloop_protection protection)
{
	struct session_messages *messages = &session->messages;

	if (protection == GSSLOOP_CONF)
		messages->conf++;
	else if (protection == GSSLOOP_INTEG)
		messages->integ++;
	else if (protection == GSSLOOP_MIC)
		messages->mic++;
	else
		messages->clear++;
}

/*
 * Section 3.1: what a message asks of the context has to be available, and
 * conf_state has to say what was asked.
 */
static bool
state_check(
    struct session *session, enum gssloop_protection protection, int conf_state)
{
	if ((conf_state != 0) == (protection == GSSLOOP_CONF))
		return true;
	session_fail(session, BRANCH_CONF_STATE_WRONG,
	    protection == GSSLOOP_CONF
		? "a message to be confidential is not: conf_state is false"
		: "a message for integrity alone has conf_state true");
	return false;
}

static bool
available_check(struct session *session, enum gssloop_protection protection)
{
	OM_uint32 flags = gssloop_flags(session->loop);
	OM_uint32 flag =
	    protection == GSSLOOP_CONF ? GSS_C_CONF_FLAG : GSS_C_INTEG_FLAG;

	if (protection == GSSLOOP_CLEAR || (flags & flag) != 0)
		return true;
	session_fail(session, BRANCH_PROTECTION_UNAVAILABLE,
	    flag == GSS_C_CONF_FLAG
		? "the context offers no confidentiality, flag conf"
		: "the context offers no integrity, flag integ");
	return false;
}

/* gss_wrap or gss_get_mic of data into made, which is to be released. */
static bool
protect(struct session *session, enum gssloop_protection protection,
    gss_buffer_t data, gss_buffer_t made)
{
	gss_ctx_id_t context = gssloop_context(session->loop);
	OM_uint32 major = GSS_S_COMPLETE, minor = 0;
	int conf_state = 0;

	if (!available_check(session, protection))
		return false;
	if (protection == GSSLOOP_MIC)
		major =
		    gss_get_mic(&minor, context, GSS_C_QOP_DEFAULT, data, made);
	else if (protection != GSSLOOP_CLEAR)
		major = gss_wrap(&minor, context, protection == GSSLOOP_CONF,
		    GSS_C_QOP_DEFAULT, data, &conf_state, made);
	if (major != GSS_S_COMPLETE) {
		session_fail_gss(
		    session, protection_names[protection], major, minor);
		return false;
	}
	return state_check(session, protection, conf_state);
}

/* The frame of a message; made keeps what its views look into. */
static bool
frame_make(struct session *session, enum gssloop_protection protection,
    gss_buffer_t data, gss_buffer_t made, struct gssloop_frame *frame)
{
	memset(frame, 0, sizeof(*frame));
	frame->kind = GSSLOOP_FRAME_MESSAGE;
	frame->protection = protection;
	if (!protect(session, protection, data, made))
		return false;
	if (protection == GSSLOOP_MIC)
		frame->mic = buffer_view(made);
	if (protection == GSSLOOP_MIC || protection == GSSLOOP_CLEAR)
		frame->data = buffer_view(data);
	else
		frame->data = buffer_view(made);
	return true;
}

/*
 * gss_unwrap or gss_verify_mic of a frame.  The plain octets are in plain:
 * unwrapped ones are to be released, others are the frame's.  A MIC without
 * data is one over `asked`.
 */
static bool
verify(struct session *session, const struct gssloop_frame *frame,
    const gss_buffer_desc *asked, gss_buffer_t unwrapped, gss_buffer_t plain)
{
	gss_ctx_id_t context = gssloop_context(session->loop);
	gss_buffer_desc data = view_buffer(&frame->data);
	gss_buffer_desc mic = view_buffer(&frame->mic);
	OM_uint32 major = GSS_S_COMPLETE, minor = 0;
	int conf_state = 0;

	if (!available_check(session, frame->protection))
		return false;
	*plain = data;
	if (frame->protection == GSSLOOP_MIC) {
		if (data.length == 0 && asked != NULL)
			*plain = *asked;
		major = gss_verify_mic(&minor, context, plain, &mic, NULL);
	} else if (frame->protection != GSSLOOP_CLEAR) {
		major = gss_unwrap(
		    &minor, context, &data, unwrapped, &conf_state, NULL);
		*plain = *unwrapped;
	}
	if (major != GSS_S_COMPLETE) {
		session_fail_gss(session, verification_names[frame->protection],
		    major, minor);
		return false;
	}
	return state_check(session, frame->protection, conf_state);
}

/* Frames that are no message: the peer's failure, or an additional token. */
static void
other_frame(struct session *session, const struct gssloop_frame *frame)
{
	if (frame->kind == GSSLOOP_FRAME_TOKEN)
		gssloop_receive(
		    session->loop, frame->data.data, frame->data.size);
	else
		gssloop_peer_failed(session->loop, frame->major,
		    (const char *)frame->data.data, frame->data.size);
	session_check(session);
}

static enum gssloop_io
end_put(struct session *session)
{
	struct gssloop_frame frame;

	memset(&frame, 0, sizeof(frame));
	frame.kind = GSSLOOP_FRAME_END;
	return gssloop_channel_put(session->channel, &frame);
}

/* Initiator: asks, and takes the answer. */

static const enum gssloop_protection kinds[] = {
    GSSLOOP_CONF, GSSLOOP_INTEG, GSSLOOP_MIC};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Messages in all: -M of each kind. */
static unsigned int
messages_wanted(const struct session *session)
{
	return session->party->options->messages * (unsigned int)KINDS;
}

static void
message_put(struct session *session, enum gssloop_protection protection)
{
	gss_buffer_desc made = GSS_C_EMPTY_BUFFER;
	struct gssloop_frame frame;
	enum gssloop_io io;
	OM_uint32 minor;

	/* Where only the acceptor can send a MIC, that direction is tested. */
	if (protection == GSSLOOP_MIC &&
	    (gssloop_channel_carries(session->channel) & GSSLOOP_CARRIES_MIC) ==
		0)
		protection = GSSLOOP_CLEAR;
	if (frame_make(
		session, protection, &session->party->message, &made, &frame)) {
		frame.mic_wanted = true;
		io = gssloop_channel_put(session->channel, &frame);
		if (io != GSSLOOP_IO_OK)
			session_fail_io(session, "sending a message", io);
	}
	gss_release_buffer(&minor, &made);
}

bool
message_is_due(const struct session *session)
{
	return session->party->role == GSSLOOP_INITIATOR &&
	       !session->awaiting && session->asked < messages_wanted(session);
}

void
message_ask(struct session *session)
{
	message_put(session, kinds[session->asked % KINDS]);
	session->awaiting = true;
}

/* The next message, or that there are no more. */
static void
ask(struct session *session)
{
	enum gssloop_io io;

	if (message_is_due(session)) {
		message_ask(session);
		return;
	}
	io = end_put(session);
	if (io != GSSLOOP_IO_OK)
		session_fail_io(session, "sending the end", io);
	session->awaiting = true;
}

/*
 * An answer has the message's own protection; only a channel whose acceptor
 * has nothing else answers all of them with a MIC.
 */
static bool
answer_is_protected(
    const struct session *session, enum gssloop_protection protection)
{
	unsigned int carries = gssloop_channel_carries(session->channel);

	if ((carries & GSSLOOP_CARRIES_MIC) == 0)
		return protection == GSSLOOP_MIC;
	return protection == kinds[session->asked % KINDS];
}

static void
answer_verify(struct session *session, const struct gssloop_frame *frame)
{
	const gss_buffer_desc *data = &session->party->message;
	gss_buffer_desc unwrapped = GSS_C_EMPTY_BUFFER, plain;
	OM_uint32 minor;

	if (!answer_is_protected(session, frame->protection)) {
		session_fail(session, BRANCH_MESSAGE_UNPROTECTED, NULL);
	} else if (verify(session, frame, data, &unwrapped, &plain)) {
		if (plain.length == data->length &&
		    (plain.length == 0 ||
			memcmp(plain.value, data->value, plain.length) == 0))
			count(session, kinds[session->asked % KINDS]);
		else
			session_fail(session, BRANCH_MESSAGE_CHANGED, NULL);
	}
	gss_release_buffer(&minor, &unwrapped);
}

static void
answer_take(struct session *session, const struct gssloop_frame *frame)
{
	bool last = session->asked == messages_wanted(session);

	if (frame->kind == GSSLOOP_FRAME_END && last) {
		session->finished = true;
	} else if (frame->kind == GSSLOOP_FRAME_END) {
		session_fail(session, BRANCH_MESSAGE_UNANSWERED, NULL);
	} else if (frame->kind != GSSLOOP_FRAME_MESSAGE) {
		other_frame(session, frame);
		return;
	} else if (last) {
		session_fail(session, BRANCH_MESSAGE_UNEXPECTED, NULL);
	} else {
		answer_verify(session, frame);
		session->asked++;
	}
	session->awaiting = false;
}

/* Acceptor: answers. */

/*
 * The same message back, protected alike; its MIC where that is wanted; a
 * mere receipt where the channel has no other answer.
 */
static void
answer_put(struct session *session, const struct gssloop_frame *asked,
    gss_buffer_t plain)
{
	enum gssloop_protection protection =
	    asked->mic_wanted ? GSSLOOP_MIC : asked->protection;
	gss_buffer_desc made = GSS_C_EMPTY_BUFFER;
	struct gssloop_frame frame;
	enum gssloop_io io;
	OM_uint32 minor;

	if (frame_make(session, protection, plain, &made, &frame)) {
		if (asked->mic_wanted)
			frame.data.size = 0;
		io = gssloop_channel_put(session->channel, &frame);
		if (io == GSSLOOP_IO_CANNOT)
			io = end_put(session);
		if (io != GSSLOOP_IO_OK)
			session_fail_io(session, "sending an answer", io);
		else
			count(session, asked->protection == GSSLOOP_CLEAR
					   ? protection
					   : asked->protection);
	}
	gss_release_buffer(&minor, &made);
}

static void
answer(struct session *session, const struct gssloop_frame *frame)
{
	gss_buffer_desc unwrapped = GSS_C_EMPTY_BUFFER, plain;
	enum gssloop_io io;
	OM_uint32 minor;

	if (frame->kind == GSSLOOP_FRAME_END) {
		session->finished = true;
		io = end_put(session);
		if (io != GSSLOOP_IO_OK)
			session_fail_io(session, "sending the end", io);
	} else if (frame->kind != GSSLOOP_FRAME_MESSAGE) {
		other_frame(session, frame);
	} else if (verify(session, frame, NULL, &unwrapped, &plain)) {
		answer_put(session, frame, &plain);
	}
	gss_release_buffer(&minor, &unwrapped);
}

/* Both. */

void
message_take(struct session *session, const struct gssloop_frame *frame)
{
	if (session->party->role == GSSLOOP_INITIATOR)
		answer_take(session, frame);
	else
		answer(session, frame);
}

static enum message_next
frame_take(struct session *session)
{
	struct gssloop_frame frame;
	enum gssloop_io io = gssloop_channel_get(session->channel, &frame);

	if (io == GSSLOOP_IO_AGAIN)
		return MESSAGE_WAIT;
	if (io != GSSLOOP_IO_OK)
		session_fail_io(session, "receiving a message", io);
	else
		message_take(session, &frame);
	return MESSAGE_MORE;
}

/* What was put goes out before anything else is done. */
enum message_next
message_step(struct session *session)
{
	enum gssloop_io io = gssloop_channel_flush(session->channel);

	if (io == GSSLOOP_IO_AGAIN)
		return MESSAGE_WAIT;
	/* Where the peer has closed, its reason may be there to be read. */
	if (io == GSSLOOP_IO_CLOSED)
		return frame_take(session);
	if (io != GSSLOOP_IO_OK) {
		session_fail_io(session, "sending a message", io);
		return MESSAGE_MORE;
	}
	if (session->finished)
		return MESSAGE_OVER;
	if (session->party->role == GSSLOOP_INITIATOR && !session->awaiting) {
		ask(session);
		return MESSAGE_MORE;
	}
	return frame_take(session);
}
