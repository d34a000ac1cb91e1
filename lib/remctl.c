/*
 * A conversation of remctl once its context is established.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include "compat.h"
#include "flags.h"
#include "remctl.h"
#include "status.h"

/* Section 2.1 step 5. */
#define DEMANDED (GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG)

/* The most by which a message exceeds its data: type, code, length. */
#define OVERHEAD 10

static enum gssloop_io
failed(struct gj_remctl *remctl, enum gssloop_io io, const char *reason)
{
	strlcpy(remctl->reason, reason, sizeof(remctl->reason));
	return io;
}

static enum gssloop_io
channel_failed(struct gj_remctl *remctl, enum gssloop_io io)
{
	return failed(remctl, io, gssloop_channel_reason(remctl->channel));
}

/* A GSS call that did not give GSS_S_COMPLETE and nothing else. */
static enum gssloop_io
call_failed(struct gj_remctl *remctl, enum gssloop_io io, const char *call,
    OM_uint32 major, OM_uint32 minor)
{
	struct gj_status_texts texts;

	gj_status_texts(major, minor, &gj_mech_krb5, &texts);
	snprintf(remctl->reason, sizeof(remctl->reason), "%s: %s, %s", call,
	    texts.major, texts.minor);
	return io;
}

static enum gssloop_io
flags_check(struct gj_remctl *remctl, OM_uint32 flags)
{
	OM_uint32 missing = DEMANDED & ~flags;
	char text[GJ_FLAGS_TEXT];

	if (remctl->protocol == GSSLOOP_REMCTL_OLD || missing == 0)
		return GSSLOOP_IO_OK;
	gj_flags_text(missing, text);
	snprintf(remctl->reason, sizeof(remctl->reason),
	    "the context lacks %s (2.1 step 5)", text);
	return GSSLOOP_IO_REFUSED;
}

enum gssloop_io
gj_remctl_open(struct gj_remctl *remctl, struct gssloop_channel *channel,
    const struct gssloop *loop)
{
	memset(remctl, 0, sizeof(*remctl));
	remctl->channel = channel;
	remctl->context = gssloop_context(loop);
	remctl->peer = gssloop_role(loop) == GSSLOOP_INITIATOR
			   ? GJ_REMCTL_SERVER
			   : GJ_REMCTL_CLIENT;
	remctl->protocol = gssloop_channel_remctl_protocol(channel);
	gssloop_channel_limit(channel, 0, GJ_REMCTL_PAYLOAD_MAX);
	return flags_check(remctl, gssloop_flags(loop));
}

static void
plain_release(struct gj_remctl *remctl)
{
	OM_uint32 minor;

	if (remctl->plain.value != NULL)
		explicit_bzero(remctl->plain.value, remctl->plain.length);
	gss_release_buffer(&minor, &remctl->plain);
}

void
gj_remctl_close(struct gj_remctl *remctl)
{
	plain_release(remctl);
	gj_buffer_free(&remctl->sent);
	memset(remctl, 0, sizeof(*remctl));
}

/*
 * Out
 */

/* Puts what gss_wrap or gss_get_mic made, and releases it. */
static enum gssloop_io
made_put(struct gj_remctl *remctl, gss_buffer_t made,
    struct gssloop_frame *frame, struct gssloop_view *view)
{
	enum gssloop_io io;
	OM_uint32 minor;

	frame->kind = GSSLOOP_FRAME_MESSAGE;
	view->data = made->value;
	view->size = made->length;
	io = gssloop_channel_put(remctl->channel, frame);
	gss_release_buffer(&minor, made);
	return io == GSSLOOP_IO_OK ? io : channel_failed(remctl, io);
}

static enum gssloop_io
wrapped_put(struct gj_remctl *remctl, const void *data, size_t size)
{
	struct gssloop_frame frame = {.protection = GSSLOOP_CONF};
	gss_buffer_desc plain = {size, (void *)(uintptr_t)data}, wrapped;
	OM_uint32 major, minor, release_minor;
	int encrypted = 0;

	wrapped.length = 0;
	wrapped.value = NULL;
	major = gss_wrap(&minor, remctl->context, 1, GSS_C_QOP_DEFAULT, &plain,
	    &encrypted, &wrapped);
	if (major == GSS_S_COMPLETE && encrypted) {
		frame.mic_wanted = 1; /* the new protocol leaves it out */
		return made_put(remctl, &wrapped, &frame, &frame.data);
	}
	if (major != GSS_S_COMPLETE)
		call_failed(
		    remctl, GSSLOOP_IO_FAILED, "gss_wrap", major, minor);
	gss_release_buffer(&release_minor, &wrapped);
	if (major != GSS_S_COMPLETE)
		return GSSLOOP_IO_FAILED;
	return failed(remctl, GSSLOOP_IO_REFUSED,
	    "gss_wrap: the context does not encrypt (2.1 step 6)");
}

static enum gssloop_io
too_large(struct gj_remctl *remctl, size_t size)
{
	snprintf(remctl->reason, sizeof(remctl->reason),
	    "too large for a message of %d octets (1): %zu octets of data",
	    GJ_REMCTL_MESSAGE_MAX, size);
	return GSSLOOP_IO_TOO_LARGE;
}

/* What an encoder wrote is wrapped, put and wiped. */
static enum gssloop_io
encoded_put(struct gj_remctl *remctl, const struct gj_writer *writer)
{
	enum gssloop_io io;

	if (writer->failed)
		io = too_large(remctl, writer->size - OVERHEAD);
	else
		io = wrapped_put(remctl, writer->data, writer->used);
	explicit_bzero(writer->data, writer->used);
	free(writer->data);
	return io;
}

/* Room for a message with so many octets of data. */
static enum gssloop_io
writer_make(struct gj_remctl *remctl, size_t size, struct gj_writer *writer)
{
	uint8_t *room;

	if (size > GJ_REMCTL_MESSAGE_MAX)
		return too_large(remctl, size);
	room = malloc(size + OVERHEAD);
	if (room == NULL)
		return failed(remctl, GSSLOOP_IO_NO_MEMORY, "out of memory");
	gj_writer_init(writer, room, size + OVERHEAD);
	return GSSLOOP_IO_OK;
}

enum gssloop_io
gj_remctl_put(struct gj_remctl *remctl, const struct gj_remctl_message *message)
{
	struct gj_writer writer;
	enum gssloop_io io = writer_make(remctl, message->data.size, &writer);

	if (io != GSSLOOP_IO_OK)
		return io;
	gj_remctl_message_encode(message, &writer);
	return encoded_put(remctl, &writer);
}

enum gssloop_io
gj_remctl_put_answer(
    struct gj_remctl *remctl, const struct gj_remctl_answer *answer)
{
	struct gj_writer writer;
	enum gssloop_io io = writer_make(remctl, answer->data.size, &writer);

	if (io != GSSLOOP_IO_OK)
		return io;
	gj_remctl_answer_encode(answer, &writer);
	return encoded_put(remctl, &writer);
}

enum gssloop_io
gj_remctl_put_command(struct gj_remctl *remctl, const struct gssloop_view *body)
{
	uint8_t *kept;

	if (body->size > GJ_REMCTL_MESSAGE_MAX)
		return too_large(remctl, body->size);
	gj_buffer_free(&remctl->sent);
	kept = gj_buffer_reserve(&remctl->sent, body->size);
	if (kept == NULL)
		return failed(remctl, GSSLOOP_IO_NO_MEMORY, "out of memory");
	if (body->size > 0)
		memcpy(kept, body->data, body->size);
	gj_buffer_commit(&remctl->sent, body->size);
	remctl->mic_owed = true;
	return wrapped_put(remctl, body->data, body->size);
}

/*
 * In
 */

/* The next frame, which has to be a message. */
static enum gssloop_io
frame_get(struct gj_remctl *remctl, struct gssloop_frame *frame)
{
	enum gssloop_io io;

	plain_release(remctl);
	io = gssloop_channel_get(remctl->channel, frame);
	if (io == GSSLOOP_IO_AGAIN)
		return io;
	if (io != GSSLOOP_IO_OK)
		return channel_failed(remctl, io);
	if (frame->kind != GSSLOOP_FRAME_MESSAGE)
		return failed(remctl, GSSLOOP_IO_MALFORMED,
		    "a context token after the context (2.1 step 6)");
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
unwrap(struct gj_remctl *remctl, const struct gssloop_frame *frame)
{
	gss_buffer_desc wrapped = {
	    frame->data.size, (void *)(uintptr_t)frame->data.data};
	OM_uint32 major, minor;
	int encrypted = 0;

	/* Not every library looks before it reads. */
	if (wrapped.length == 0)
		return failed(
		    remctl, GSSLOOP_IO_REFUSED, "a message without octets");
	major = gss_unwrap(&minor, remctl->context, &wrapped, &remctl->plain,
	    &encrypted, NULL);
	if (major != GSS_S_COMPLETE)
		return call_failed(
		    remctl, GSSLOOP_IO_REFUSED, "gss_unwrap", major, minor);
	if (!encrypted)
		return failed(remctl, GSSLOOP_IO_REFUSED,
		    "the message was signed and not encrypted (2.1 step 6)");
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
message_get(struct gj_remctl *remctl)
{
	struct gssloop_frame frame;
	enum gssloop_io io = frame_get(remctl, &frame);

	return io == GSSLOOP_IO_OK ? unwrap(remctl, &frame) : io;
}

enum gssloop_io
gj_remctl_get(struct gj_remctl *remctl, struct gj_remctl_message *message,
    struct gj_remctl_result *result)
{
	enum gssloop_io io;

	memset(message, 0, sizeof(*message));
	memset(result, 0, sizeof(*result));
	io = message_get(remctl);
	if (io == GSSLOOP_IO_OK)
		gj_remctl_message_decode(remctl->plain.value,
		    remctl->plain.length, remctl->peer, message, result);
	return io;
}

/* The MIC of what was unwrapped last (3 step 8). */
static enum gssloop_io
mic_put(struct gj_remctl *remctl)
{
	struct gssloop_frame frame = {.protection = GSSLOOP_MIC};
	gss_buffer_desc mic = {0, NULL};
	OM_uint32 major, minor;

	major = gss_get_mic(
	    &minor, remctl->context, GSS_C_QOP_DEFAULT, &remctl->plain, &mic);
	if (major != GSS_S_COMPLETE)
		return call_failed(
		    remctl, GSSLOOP_IO_FAILED, "gss_get_mic", major, minor);
	return made_put(remctl, &mic, &frame, &frame.mic);
}

enum gssloop_io
gj_remctl_get_command(struct gj_remctl *remctl, struct gssloop_view *body,
    struct gj_remctl_result *result)
{
	struct gssloop_frame frame;
	enum gssloop_io io;

	memset(body, 0, sizeof(*body));
	memset(result, 0, sizeof(*result));
	io = frame_get(remctl, &frame);
	if (io == GSSLOOP_IO_OK)
		io = unwrap(remctl, &frame);
	if (io == GSSLOOP_IO_OK && frame.mic_wanted)
		io = mic_put(remctl);
	if (io != GSSLOOP_IO_OK)
		return io;
	if (remctl->plain.length > GJ_REMCTL_MESSAGE_MAX) {
		result->what = GJ_REMCTL_REFUSED;
		result->error = GJ_REMCTL_TOO_MUCH_DATA;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 0: command of %zu octets, limit %d (1)",
		    remctl->plain.length, GJ_REMCTL_MESSAGE_MAX);
		return io;
	}
	body->data = remctl->plain.value;
	body->size = remctl->plain.length;
	return io;
}

static enum gssloop_io
mic_verify(struct gj_remctl *remctl, const struct gssloop_frame *frame)
{
	gss_buffer_desc mic = {
	    frame->mic.size, (void *)(uintptr_t)frame->mic.data};
	gss_buffer_desc sent = {gj_buffer_size(&remctl->sent),
	    (void *)(uintptr_t)gj_buffer_data(&remctl->sent)};
	OM_uint32 major, minor;

	major = gss_verify_mic(&minor, remctl->context, &sent, &mic, NULL);
	gj_buffer_free(&remctl->sent);
	remctl->mic_owed = false;
	if (major != GSS_S_COMPLETE)
		return call_failed(
		    remctl, GSSLOOP_IO_REFUSED, "gss_verify_mic", major, minor);
	return GSSLOOP_IO_OK;
}

/* The frame behind the MIC, which comes first (3 steps 8 and 9). */
static enum gssloop_io
answer_frame_get(struct gj_remctl *remctl, struct gssloop_frame *frame)
{
	enum gssloop_io io = GSSLOOP_IO_OK;
	bool mic;

	do {
		io = frame_get(remctl, frame);
		if (io != GSSLOOP_IO_OK)
			return io;
		mic = frame->protection == GSSLOOP_MIC;
		if (mic != remctl->mic_owed)
			return failed(remctl, GSSLOOP_IO_MALFORMED,
			    mic ? "a second MIC (3 step 8)"
				: "an answer without the MIC before it (3 step "
				  "8)");
		if (mic)
			io = mic_verify(remctl, frame);
	} while (mic && io == GSSLOOP_IO_OK);
	return io;
}

enum gssloop_io
gj_remctl_get_answer(struct gj_remctl *remctl, struct gj_remctl_answer *answer,
    struct gj_remctl_result *result)
{
	struct gssloop_frame frame;
	enum gssloop_io io;

	memset(answer, 0, sizeof(*answer));
	memset(result, 0, sizeof(*result));
	io = answer_frame_get(remctl, &frame);
	if (io == GSSLOOP_IO_OK)
		io = unwrap(remctl, &frame);
	if (io == GSSLOOP_IO_OK)
		gj_remctl_answer_decode(
		    remctl->plain.value, remctl->plain.length, answer, result);
	return io;
}
