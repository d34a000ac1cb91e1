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

static OM_uint32
gss_mic_verify(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t message,
    gss_buffer_t mic, gss_qop_t *qop)
{
	return gss_verify_mic(minor, context, message, mic, qop);
}

static OM_uint32
gss_wrapped_open(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t wrapped,
    gss_buffer_t message, int *conf, gss_qop_t *qop)
{
	return gss_unwrap(minor, context, wrapped, message, conf, qop);
}

static const enum gssloop_protection gss_kinds[] = {
    GSSLOOP_CONF, GSSLOOP_INTEG, GSSLOOP_MIC};

static const struct message_way gss_way = {
    .kinds = gss_kinds,
    .kind_count = sizeof(gss_kinds) / sizeof(gss_kinds[0]),
    .protects = true,
    .verify_mic = gss_mic_verify,
    .unwrap = gss_wrapped_open,
};

/* One kind alone; the channel protects, by the first context or a second. */
#define ONE_KIND(n, by_first)                                                  \
	{                                                                      \
		.kinds = &gss_kinds[n], .kind_count = 1, .protects = by_first  \
	}

static const struct message_way service_ways[][2] = {
    [GSSLOOP_CONF] = {ONE_KIND(0, true), ONE_KIND(0, false)},
    [GSSLOOP_INTEG] = {ONE_KIND(1, true), ONE_KIND(1, false)},
    [GSSLOOP_MIC] = {ONE_KIND(2, true), ONE_KIND(2, false)},
};

static const enum gssloop_protection clear_kind = GSSLOOP_CLEAR;

static const struct message_way level_ways[] = {
    [GSSLOOP_CLEAR] = {.kinds = &clear_kind, .kind_count = 1, .protects = true},
    [GSSLOOP_INTEG] = ONE_KIND(1, true),
    [GSSLOOP_CONF] = ONE_KIND(0, true),
};

/* The channel does what else is done here. */
static bool
channel_protects(const struct session *session)
{
	return (gssloop_channel_carries(session->channel) & GSSLOOP_PROTECTS) !=
	       0;
}

/* What a channel with levels makes of a message; the flags are the level where
   they mean "required". */
static enum gssloop_protection
level_of(const struct session *session)
{
	const struct options *options = session->party->options;
	OM_uint32 flags = gssloop_flags(session->loop);

	if (options->flags_mean == GSSLOOP_FLAGS_AVAILABLE)
		return options->level->protection;
	if ((flags & GSS_C_CONF_FLAG) != 0)
		return GSSLOOP_CONF;
	return (flags & GSS_C_INTEG_FLAG) != 0 ? GSSLOOP_INTEG : GSSLOOP_CLEAR;
}

static const struct message_way *
way_of(const struct session *session)
{
	const struct session_second *second = session->party->second;
	const struct service *service = session->party->options->service;

	if (second != NULL && !channel_protects(session))
		return second->way;
	if (service != NULL)
		return &service_ways[service->protection][second != NULL];
	if (session->party->options->channel->has_level)
		return &level_ways[level_of(session)];
	return second != NULL ? &service_ways[GSSLOOP_MIC][1] : &gss_way;
}

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

	if (!way_of(session)->protects)
		messages->clear++;
	else if (protection == GSSLOOP_CONF)
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

/*
 * A second context claims no protection.  A channel that protects takes it for
 * messages alone that have none but their header's MIC.
 */
static bool
is_left_below(const struct session *session, enum gssloop_protection protection)
{
	return !way_of(session)->protects &&
	       (!channel_protects(session) || protection == GSSLOOP_MIC);
}

static bool
available_check(struct session *session, enum gssloop_protection protection)
{
	OM_uint32 flags = gssloop_flags(session->loop);
	OM_uint32 flag =
	    protection == GSSLOOP_CONF ? GSS_C_CONF_FLAG : GSS_C_INTEG_FLAG;

	if (protection == GSSLOOP_CLEAR || (flags & flag) != 0 ||
	    is_left_below(session, protection))
		return true;
	session_fail(session, BRANCH_PROTECTION_UNAVAILABLE,
	    flag == GSS_C_CONF_FLAG
		? "the context offers no confidentiality, flag conf"
		: "the context offers no integrity, flag integ");
	return false;
}

/*
 * --flags-mean required: what the flags offer, a message has to have.  A
 * channel with levels sees to that by itself.
 */
static bool
required_check(struct session *session, enum gssloop_protection protection)
{
	const struct options *options = session->party->options;
	OM_uint32 flags = gssloop_flags(session->loop);

	if (options->flags_mean != GSSLOOP_FLAGS_REQUIRED ||
	    options->channel->has_level || is_left_below(session, protection))
		return true;
	if ((flags & GSS_C_CONF_FLAG) != 0 && protection != GSSLOOP_CONF)
		session_fail(session, BRANCH_PROTECTION_REQUIRED,
		    "it is not confidential, and the context has flag conf, "
		    "which means here that it is required");
	else if ((flags & GSS_C_INTEG_FLAG) != 0 && protection == GSSLOOP_CLEAR)
		session_fail(session, BRANCH_PROTECTION_REQUIRED,
		    "it is not protected, and the context has flag integ, "
		    "which means here that it is required");
	else
		return true;
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

	if (!available_check(session, protection) ||
	    !required_check(session, protection))
		return false;
	if (channel_protects(session))
		return true;
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
	if (protection == GSSLOOP_MIC || protection == GSSLOOP_CLEAR ||
	    channel_protects(session))
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
	const struct message_way *way = way_of(session);
	OM_uint32 major = GSS_S_COMPLETE, minor = 0;
	int conf_state = 0;

	if (!available_check(session, frame->protection) ||
	    !required_check(session, frame->protection))
		return false;
	*plain = data;
	if (channel_protects(session))
		return true;
	if (frame->protection == GSSLOOP_MIC) {
		if (data.length == 0 && asked != NULL)
			*plain = *asked;
		major = way->verify_mic(&minor, context, plain, &mic, NULL);
	} else if (frame->protection != GSSLOOP_CLEAR) {
		major = way->unwrap(
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

/* Messages in all: -M of each kind. */
static unsigned int
messages_wanted(const struct session *session)
{
	return session->party->options->messages * way_of(session)->kind_count;
}

/* What the message that is next, or was asked last, is protected by. */
static enum gssloop_protection
kind_asked(const struct session *session)
{
	const struct message_way *way = way_of(session);

	return way->kinds[session->asked % way->kind_count];
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
	message_put(session, kind_asked(session));
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

	if ((carries & (GSSLOOP_CARRIES_MIC | GSSLOOP_PROTECTS)) == 0)
		return protection == GSSLOOP_MIC;
	return protection == kind_asked(session);
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
			count(session, kind_asked(session));
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
