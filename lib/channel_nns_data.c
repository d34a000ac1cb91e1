/*
 * The nns channel's data phase.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include "channel_nns.h"
#include "compat.h"
#include "status.h"
#include "wire_nnstest.h"

enum gssloop_protection
gj_nns_level(OM_uint32 flags)
{
	if ((flags & GSS_C_CONF_FLAG) != 0)
		return GSSLOOP_CONF;
	return (flags & GSS_C_INTEG_FLAG) != 0 ? GSSLOOP_INTEG : GSSLOOP_CLEAR;
}

const char *
gj_nns_level_name(enum gssloop_protection level)
{
	static const char *const names[] = {
	    [GSSLOOP_CLEAR] = "none",
	    [GSSLOOP_INTEG] = "sign",
	    [GSSLOOP_CONF] = "encrypt",
	};

	return names[level];
}

/* Where the flags mean "required", they are the level (section 3.1.4.1). */
void
gj_nns_channel_data_begin(struct gj_nns_channel *self)
{
	self->level = self->params.flags_mean == GSSLOOP_FLAGS_REQUIRED
			  ? gj_nns_level(gssloop_flags(self->loop))
			  : self->params.level;
	self->phase = GJ_NNS_DATA;
}

void
gj_nns_channel_data_free(struct gj_nns_channel *self)
{
	gj_buffer_free(&self->plain);
	gj_buffer_free(&self->message);
	gj_buffer_free(&self->wrapped);
	self->taken = 0;
}

static enum gssloop_io
no_memory(struct gj_nns_channel *self)
{
	return gj_nns_channel_failed(
	    self, GSSLOOP_IO_NO_MEMORY, "out of memory");
}

static enum gssloop_io
gss_failed(struct gj_nns_channel *self, const char *call, OM_uint32 major,
    OM_uint32 minor)
{
	struct gj_status_texts texts;

	gj_status_texts(major, minor, gssloop_mech(self->loop), &texts);
	return gj_nns_channel_failed(self, GSSLOOP_IO_REFUSED,
	    "%s: GSS major: %s; GSS minor: %s", call, texts.major, texts.minor);
}

static enum gssloop_io
append(struct gj_nns_channel *self, struct gj_buffer *queue, const void *data,
    size_t size)
{
	uint8_t *room = gj_buffer_reserve(queue, size);

	if (room == NULL)
		return no_memory(self);
	if (size > 0)
		memcpy(room, data, size);
	gj_buffer_commit(queue, size);
	return GSSLOOP_IO_OK;
}

/* --- What goes out -------------------------------------------------------- */

/* What a message gets that wants so much: more than the level, never less. */
static enum gssloop_io
protection_choose(struct gj_nns_channel *self, enum gssloop_protection wanted,
    enum gssloop_protection *protection)
{
	OM_uint32 flags = gssloop_flags(self->loop), flag = 0;

	if (wanted == GSSLOOP_MIC)
		return gj_nns_channel_failed(self, GSSLOOP_IO_CANNOT,
		    "the protocol has no message with a MIC");
	if (self->level == GSSLOOP_CLEAR && wanted != GSSLOOP_CLEAR)
		return gj_nns_channel_failed(self, GSSLOOP_IO_CANNOT,
		    "with level none no message is protected");
	*protection = wanted > self->level ? wanted : self->level;
	if (*protection == GSSLOOP_CONF)
		flag = GSS_C_CONF_FLAG;
	else if (*protection == GSSLOOP_INTEG)
		flag = GSS_C_INTEG_FLAG;
	if ((flags & flag) == flag)
		return GSSLOOP_IO_OK;
	return gj_nns_channel_failed(self, GSSLOOP_IO_REFUSED,
	    "level %s: the context lacks flag %s",
	    gj_nns_level_name(*protection),
	    flag == GSS_C_CONF_FLAG ? "conf" : "integ");
}

/* The message with its border, into self->message. */
static enum gssloop_io
message_make(struct gj_nns_channel *self, const struct gssloop_frame *frame)
{
	size_t size = frame->data.size + GJ_NNSTEST_HEADER;
	struct gj_writer writer;
	uint8_t *room = NULL;

	if (size >= GJ_NNSTEST_HEADER)
		room = gj_buffer_reserve(&self->message, size);
	if (room == NULL)
		return no_memory(self);
	gj_writer_init(&writer, room, size);
	gj_nnstest_encode(frame, &writer);
	if (writer.failed)
		return gj_nns_channel_failed(
		    self, GSSLOOP_IO_TOO_LARGE, "too large for the protocol");
	gj_buffer_commit(&self->message, writer.used);
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
wrapped_append(struct gj_nns_channel *self, const gss_buffer_desc *wrapped)
{
	const struct gssloop_view octets = {wrapped->value, wrapped->length};
	size_t size = wrapped->length + GJ_NNS_DATA_HEADER;
	uint8_t *room = gj_buffer_reserve(&self->wrapped, size);
	struct gj_writer writer;

	if (room == NULL)
		return no_memory(self);
	gj_writer_init(&writer, room, size);
	if (!gj_nns_data_encode(&octets, &writer) || writer.failed)
		return gj_nns_channel_failed(self, GSSLOOP_IO_TOO_LARGE,
		    "gss_wrap gave %zu octets, which the protocol has no data "
		    "message for",
		    wrapped->length);
	gj_buffer_commit(&self->wrapped, writer.used);
	return GSSLOOP_IO_OK;
}

/* A mechanism may encrypt all that it wraps (gss-ntlmssp): that is no less. */
static enum gssloop_io
piece_wrap(struct gj_nns_channel *self, gss_ctx_id_t context, int conf,
    const struct gssloop_view *piece)
{
	gss_buffer_desc plain = {piece->size, (void *)piece->data};
	gss_buffer_desc wrapped = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;
	enum gssloop_io io;
	int conf_state = 0;

	major = gss_wrap(&minor, context, conf, GSS_C_QOP_DEFAULT, &plain,
	    &conf_state, &wrapped);
	if (major != GSS_S_COMPLETE)
		io = gss_failed(self, "gss_wrap", major, minor);
	else if (conf != 0 && conf_state == 0)
		io = gj_nns_channel_failed(self, GSSLOOP_IO_REFUSED,
		    "gss_wrap: conf_state is 0, asked was 1");
	else
		io = wrapped_append(self, &wrapped);
	if (major == GSS_S_COMPLETE && io != GSSLOOP_IO_OK)
		gj_nns_channel_end(self, io);
	gss_release_buffer(&minor, &wrapped);
	return io;
}

/* All of the message, in pieces whose data messages may be sent. */
static enum gssloop_io
message_wrap(struct gj_nns_channel *self, int conf)
{
	gss_ctx_id_t context = gssloop_context(self->loop);
	struct gssloop_view piece, rest = {gj_buffer_data(&self->message),
				       gj_buffer_size(&self->message)};
	enum gssloop_io io = GSSLOOP_IO_OK;
	OM_uint32 major, minor, most = 0;

	if (context == GSS_C_NO_CONTEXT)
		return gj_nns_channel_failed(self, GSSLOOP_IO_REFUSED,
		    "the application has taken the context over");
	major = gss_wrap_size_limit(&minor, context, conf, GSS_C_QOP_DEFAULT,
	    GJ_NNS_DATA_SEND_MAX, &most);
	if (major != GSS_S_COMPLETE)
		return gss_failed(self, "gss_wrap_size_limit", major, minor);
	while (io == GSSLOOP_IO_OK && gj_nns_piece(&rest, most, &piece))
		io = piece_wrap(self, context, conf, &piece);
	if (io == GSSLOOP_IO_OK && rest.size > 0)
		io = gj_nns_channel_failed(self, GSSLOOP_IO_REFUSED,
		    "gss_wrap_size_limit leaves no room for a message");
	return io;
}

/*
 * What was made goes into the stream's queue all at once.  What GSS has
 * counted and the peer never gets is missed there, so that a context whose
 * message could not be sent is of no use.
 */
static enum gssloop_io
message_send(struct gj_nns_channel *self, enum gssloop_protection protection)
{
	const struct gj_buffer *made = &self->message;
	enum gssloop_io io = GSSLOOP_IO_OK;

	if (protection != GSSLOOP_CLEAR) {
		made = &self->wrapped;
		io = message_wrap(self, protection == GSSLOOP_CONF);
	}
	if (io == GSSLOOP_IO_OK)
		io = append(self, &self->stream.out, gj_buffer_data(made),
		    gj_buffer_size(made));
	if (io != GSSLOOP_IO_OK && gj_buffer_size(&self->wrapped) > 0)
		gj_nns_channel_end(self, io);
	return io;
}

enum gssloop_io
gj_nns_channel_message_put(
    struct gj_nns_channel *self, const struct gssloop_frame *frame)
{
	enum gssloop_protection protection = self->level;
	enum gssloop_io io = GSSLOOP_IO_OK;

	if (self->phase != GJ_NNS_DATA)
		return gj_nns_channel_failed(self, GSSLOOP_IO_CANNOT,
		    "no data goes before the handshake is done, or behind a "
		    "failure");
	if (frame->kind == GSSLOOP_FRAME_MESSAGE)
		io = protection_choose(self, frame->protection, &protection);
	if (io == GSSLOOP_IO_OK)
		io = message_make(self, frame);
	if (io == GSSLOOP_IO_OK)
		io = message_send(self, protection);
	gj_buffer_free(&self->message);
	gj_buffer_free(&self->wrapped);
	return io;
}

/* --- What comes in -------------------------------------------------------- */

/* A message with less protection than it needs: which, and why. */
static enum gssloop_io
protection_refuse(struct gj_nns_channel *self, enum gssloop_protection has)
{
	const char *what =
	    has == GSSLOOP_INTEG ? "only signed" : "not protected";

	if (self->params.flags_mean != GSSLOOP_FLAGS_REQUIRED)
		return gj_nns_channel_failed(self, GSSLOOP_IO_WEAK,
		    "what came is %s, and level %s is demanded", what,
		    gj_nns_level_name(self->level));
	return gj_nns_channel_failed(self, GSSLOOP_IO_WEAK,
	    "what came is %s, but the context has flag %s, which means here "
	    "that it is required; where the initiator's library sets that flag "
	    "unasked, acquire its credential with GSS_KRB5_CRED_NO_CI_FLAGS_X, "
	    "else raise its level to %s",
	    what, self->level == GSSLOOP_CONF ? "conf" : "integ",
	    gj_nns_level_name(self->level));
}

/* Of several data messages the least protected one counts. */
static enum gssloop_io
plain_append(struct gj_nns_channel *self, const struct gssloop_view *octets,
    enum gssloop_protection protection)
{
	if (gj_buffer_size(&self->plain) == 0 || protection < self->protection)
		self->protection = protection;
	return append(self, &self->plain, octets->data, octets->size);
}

/*
 * No message counts for more than the context offers: its answer could not be
 * protected as much.
 */
static enum gssloop_io
plain_take(
    struct gj_nns_channel *self, const gss_buffer_desc *plain, int conf_state)
{
	const struct gssloop_view octets = {plain->value, plain->length};
	enum gssloop_protection protection = GSSLOOP_INTEG;

	if (self->level == GSSLOOP_CONF && conf_state == 0)
		return protection_refuse(self, GSSLOOP_INTEG);
	if (conf_state != 0 &&
	    (gssloop_flags(self->loop) & GSS_C_CONF_FLAG) != 0)
		protection = GSSLOOP_CONF;
	return plain_append(self, &octets, protection);
}

/*
 * What came and is refused is thrown away.  Where a message of ours had begun
 * before it, or begins in it, the next border cannot be found any more.
 */
static enum gssloop_io
data_refused(struct gj_nns_channel *self, enum gssloop_io io)
{
	if (io == GSSLOOP_IO_NO_MEMORY || gj_buffer_size(&self->plain) > 0)
		gj_nns_channel_end(self, io);
	return io;
}

static enum gssloop_io
data_unwrap(struct gj_nns_channel *self, const struct gssloop_view *octets)
{
	gss_buffer_desc wrapped = {octets->size, (void *)octets->data};
	gss_buffer_desc plain = GSS_C_EMPTY_BUFFER;
	gss_ctx_id_t context = gssloop_context(self->loop);
	OM_uint32 major, minor;
	enum gssloop_io io;
	int conf_state = 0;

	if (context == GSS_C_NO_CONTEXT)
		return gj_nns_channel_failed(self, GSSLOOP_IO_REFUSED,
		    "the application has taken the context over");
	major =
	    gss_unwrap(&minor, context, &wrapped, &plain, &conf_state, NULL);
	if (major != GSS_S_COMPLETE)
		io = gss_failed(self, "gss_unwrap", major, minor);
	else
		io = plain_take(self, &plain, conf_state);
	/* gss-ntlmssp leaves a length behind where it fails. */
	if (plain.value != NULL)
		explicit_bzero(plain.value, plain.length);
	gss_release_buffer(&minor, &plain);
	return io == GSSLOOP_IO_OK ? io : data_refused(self, io);
}

static enum gssloop_io
stream_failed(struct gj_nns_channel *self, enum gssloop_io io)
{
	struct gj_buffer *in = &self->stream.in;

	self->stream.told = NULL;
	if (io == GSSLOOP_IO_MALFORMED &&
	    gj_nnstest_begins(gj_buffer_data(in), gj_buffer_size(in)))
		return protection_refuse(self, GSSLOOP_CLEAR);
	if (io == GSSLOOP_IO_CLOSED && gj_buffer_size(in) == 0 &&
	    gj_buffer_size(&self->plain) > 0)
		return gj_nns_channel_failed(
		    self, io, "closed within a message");
	return io;
}

/* More of the stream into self->plain. */
static enum gssloop_io
plain_fill(struct gj_nns_channel *self)
{
	struct gssloop_frame data;
	enum gssloop_io io = gj_stream_get(&self->stream, &data);

	if (io != GSSLOOP_IO_OK)
		return stream_failed(self, io);
	if (self->level != GSSLOOP_CLEAR)
		return data_unwrap(self, &data.data);
	io = plain_append(self, &data.data, GSSLOOP_CLEAR);
	return io == GSSLOOP_IO_OK ? io : data_refused(self, io);
}

static enum gssloop_io
border_failed(struct gj_nns_channel *self, const struct gj_wire_result *result)
{
	gj_nns_channel_failed(self, GSSLOOP_IO_OK, "%s%s", result->reason,
	    self->level == GSSLOOP_CLEAR && result->what == GJ_WIRE_MALFORMED
		? ": with level none on this side, is it protected on the "
		  "other?"
		: "");
	if (result->what == GJ_WIRE_TOO_LARGE)
		return GSSLOOP_IO_TOO_LARGE;
	return result->what == GJ_WIRE_EARLY ? GSSLOOP_IO_EARLY
					     : GSSLOOP_IO_MALFORMED;
}

enum gssloop_io
gj_nns_channel_message_get(
    struct gj_nns_channel *self, struct gssloop_frame *frame)
{
	struct gj_wire_result result;
	unsigned int parts;
	enum gssloop_io io;

	gj_buffer_consume(&self->plain, self->taken);
	self->taken = 0;
	for (parts = 0;; parts++) {
		gj_nnstest_decode(gj_buffer_data(&self->plain),
		    gj_buffer_size(&self->plain),
		    self->stream.limits.message_max, frame, &result);
		if (result.what != GJ_WIRE_NEED)
			break;
		if (parts == GJ_NNS_PARTS) {
			self->stream.yielded = true;
			return GSSLOOP_IO_AGAIN;
		}
		io = plain_fill(self);
		if (io != GSSLOOP_IO_OK)
			return io;
	}
	if (result.what != GJ_WIRE_FRAME)
		return border_failed(self, &result);
	self->taken = result.size;
	frame->protection = self->protection;
	return GSSLOOP_IO_OK;
}
