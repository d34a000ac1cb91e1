/*
 * The nns channel: what its two roles share of the handshake.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "channel.h"
#include "channel_nns.h"
#include "compat.h"
#include "flags.h"
#include "gss.h"

enum gssloop_io
gj_nns_channel_failed(
    struct gj_nns_channel *self, enum gssloop_io io, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(self->said, sizeof(self->said), format, arguments);
	va_end(arguments);
	self->stream.told = self->said;
	return io;
}

void
gj_nns_channel_end(struct gj_nns_channel *self, enum gssloop_io io)
{
	self->phase = GJ_NNS_OVER;
	self->refusal = io;
}

enum gssloop_io
gj_nns_channel_over(struct gj_nns_channel *self)
{
	if (gj_stream_flush(&self->stream) == GSSLOOP_IO_AGAIN)
		return GSSLOOP_IO_AGAIN;
	self->stream.told = self->said;
	return self->refusal;
}

void
gj_nns_channel_join(void *opaque, const struct gssloop *loop)
{
	struct gj_nns_channel *self = opaque;

	gj_nns_channel_data_free(self);
	self->loop = loop;
	self->phase = GJ_NNS_TOKENS;
	self->sent_done = false;
	self->got_done = false;
	self->quiet = false;
	self->judged = false;
	self->stream.yielded = false;
}

/* --- What goes out -------------------------------------------------------- */

static bool
encode(struct gj_stream *stream, const struct gssloop_frame *frame,
    struct gj_writer *writer)
{
	struct gj_nns_channel *self = (struct gj_nns_channel *)stream;

	self->sent.token = frame->data;
	return gj_nns_handshake_encode(&self->sent, writer);
}

enum gssloop_io
gj_nns_channel_handshake_put(struct gj_nns_channel *self, enum gj_nns_id id,
    const struct gssloop_view *token)
{
	struct gssloop_frame frame;

	memset(&frame, 0, sizeof(frame));
	frame.kind = GSSLOOP_FRAME_TOKEN;
	frame.data = *token;
	self->sent.id = id;
	self->stream.told = NULL;
	return gj_stream_put(&self->stream, &frame);
}

enum gssloop_io
gj_nns_channel_done_put(
    struct gj_nns_channel *self, const struct gssloop_view *token)
{
	enum gssloop_io io = GSSLOOP_IO_OK;

	if (!self->sent_done)
		io = gj_nns_channel_handshake_put(self, GJ_NNS_DONE, token);
	if (io == GSSLOOP_IO_OK)
		self->sent_done = true;
	return io;
}

static enum gssloop_io
code_put(struct gj_nns_channel *self, uint32_t code)
{
	static const struct gssloop_view nothing;

	self->sent.code = code;
	return gj_nns_channel_handshake_put(self, GJ_NNS_ERROR, &nothing);
}

/* Where there is no memory for the error, closing tells as much. */
void
gj_nns_channel_refuse(
    struct gj_nns_channel *self, uint32_t code, enum gssloop_io io)
{
	code_put(self, code);
	gj_nns_channel_end(self, io);
	self->stream.told = self->said;
}

/* Our loop failed: the code instead of a token, or of a text. */
static enum gssloop_io
failure_put(struct gj_nns_channel *self, uint32_t code)
{
	enum gssloop_io io = code_put(self, code);

	if (io == GSSLOOP_IO_OK)
		gj_nns_channel_failed(self, GSSLOOP_IO_CLOSED,
		    "the handshake has failed, and the peer was told");
	gj_nns_channel_end(self, GSSLOOP_IO_CLOSED);
	return io;
}

/* Nothing is sent before the first negotiation, nor behind our "done". */
static bool
may_shake(const struct gj_nns_channel *self)
{
	return self->loop != NULL && self->phase == GJ_NNS_TOKENS &&
	       !self->sent_done;
}

bool
gj_nns_channel_completes(
    const struct gj_nns_channel *self, const struct gssloop_frame *frame)
{
	return frame->kind == GSSLOOP_FRAME_TOKEN && may_shake(self) &&
	       gssloop_major(self->loop) == GSS_S_COMPLETE;
}

/* An error token has no place in the protocol, nor has one behind "done". */
static enum gssloop_io
token_put(struct gj_nns_channel *self, const struct gssloop_view *token)
{
	OM_uint32 major;

	if (!may_shake(self))
		return gj_nns_channel_failed(self, GSSLOOP_IO_CANNOT,
		    "no token has a place before or behind the handshake");
	major = gssloop_major(self->loop);
	if (GSS_ERROR(major))
		return failure_put(self, gj_nns_code(major));
	if (!self->got_done)
		return gj_nns_channel_handshake_put(
		    self, GJ_NNS_PROGRESS, token);
	gj_nns_channel_failed(self, GSSLOOP_IO_MALFORMED,
	    "the peer has said \"done\", and our mechanism awaits another "
	    "token");
	gj_nns_channel_refuse(self, GJ_NNS_INVALID_TOKEN, GSSLOOP_IO_MALFORMED);
	return GSSLOOP_IO_OK;
}

/* What does not come from GSS has no code of its own. */
static uint32_t
failure_code(
    const struct gj_nns_channel *self, const struct gssloop_frame *frame)
{
	enum gssloop_branch branch = gssloop_branch(self->loop);

	if (GSS_ERROR(frame->major))
		return gj_nns_code(frame->major);
	if (branch == GSSLOOP_BRANCH_FLAG_MISSING ||
	    branch == GSSLOOP_BRANCH_FLAG_UNWANTED)
		return GJ_NNS_TRUST_FAILURE;
	return GJ_NNS_LOGON_DENIED;
}

static enum gssloop_io
error_put(struct gj_nns_channel *self, const struct gssloop_frame *frame)
{
	if (!may_shake(self) || self->quiet)
		return gj_nns_channel_failed(self, GSSLOOP_IO_CANNOT,
		    "an error has no place here: the connection is closed");
	return failure_put(self, failure_code(self, frame));
}

enum gssloop_io
gj_nns_channel_put(void *opaque, const struct gssloop_frame *frame)
{
	struct gj_nns_channel *self = opaque;

	if (frame->kind == GSSLOOP_FRAME_TOKEN)
		return token_put(self, &frame->data);
	if (frame->kind == GSSLOOP_FRAME_ERROR)
		return error_put(self, frame);
	return gj_nns_channel_message_put(self, frame);
}

/* --- What comes in -------------------------------------------------------- */

/* Data messages have the codec's own limit; the stream's is our messages'. */
static void
decode(struct gj_stream *stream, const uint8_t *data, size_t size,
    struct gssloop_frame *frame, struct gj_wire_result *result)
{
	struct gj_nns_channel *self = (struct gj_nns_channel *)stream;
	struct gj_wire_limits limits = stream->limits;

	memset(frame, 0, sizeof(*frame));
	frame->kind = GSSLOOP_FRAME_MESSAGE;
	if (limits.message_max > 0)
		limits.message_max = GJ_NNS_DATA_MAX;
	if (self->phase != GJ_NNS_DATA)
		gj_nns_handshake_decode(
		    data, size, &limits, &self->got, result);
	else if (self->level == GSSLOOP_CLEAR)
		gj_nns_clear_decode(data, size, &limits, &frame->data, result);
	else
		gj_nns_data_decode(data, size, &limits, &frame->data, result);
}

static const struct gj_framing framing = {decode, encode};

/* What is no handshake message is not answered: the connection is closed. */
enum gssloop_io
gj_nns_channel_handshake_get(struct gj_nns_channel *self)
{
	struct gssloop_frame frame;
	enum gssloop_io io = gj_stream_get(&self->stream, &frame);

	self->stream.told = NULL;
	if (io == GSSLOOP_IO_MALFORMED)
		self->quiet = true;
	return io;
}

enum gssloop_io
gj_nns_channel_error_got(struct gj_nns_channel *self)
{
	char text[GJ_NNS_TEXT];

	if (self->got.has_code)
		gj_nns_code_text(self->got.code, text);
	else
		strlcpy(text, "an error without a code", sizeof(text));
	gj_nns_channel_end(self, GSSLOOP_IO_CLOSED);
	return gj_nns_channel_failed(self, GSSLOOP_IO_FAILED, "%s", text);
}

static void
error_frame(struct gj_nns_channel *self, struct gssloop_frame *frame)
{
	gj_nns_channel_error_got(self);
	frame->kind = GSSLOOP_FRAME_ERROR;
	frame->major =
	    self->got.has_code ? gj_nns_major(self->got.code) : GSS_S_FAILURE;
	frame->data.data = (const uint8_t *)self->said;
	frame->data.size = strlen(self->said);
}

enum gssloop_io
gj_nns_channel_get(void *opaque, struct gssloop_frame *frame)
{
	struct gj_nns_channel *self = opaque;
	enum gssloop_io io;

	self->stream.yielded = false;
	if (self->phase == GJ_NNS_OVER)
		return gj_nns_channel_over(self);
	if (self->phase == GJ_NNS_DATA)
		return gj_nns_channel_message_get(self, frame);
	io = gj_nns_channel_handshake_get(self);
	if (io != GSSLOOP_IO_OK)
		return io;
	memset(frame, 0, sizeof(*frame));
	if (self->got.id == GJ_NNS_ERROR) {
		error_frame(self, frame);
		return GSSLOOP_IO_OK;
	}
	self->got_done = self->got.id == GJ_NNS_DONE;
	frame->kind = GSSLOOP_FRAME_TOKEN;
	frame->data = self->got.token;
	return GSSLOOP_IO_OK;
}

/* --- The level ------------------------------------------------------------ */

/* 1.3.6.1.4.1.311.2.2.10 */
static const uint8_t ntlm[] = {
    0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a};

/* NTLM has nothing to delegate; a library may still grant what was asked. */
static OM_uint32
flags_of(const struct gj_nns_channel *self)
{
	const gss_OID_desc *mech = gssloop_mech(self->loop);
	OM_uint32 flags = gssloop_flags(self->loop);

	if (mech != GSS_C_NO_OID && gj_gss_oid_is(mech, ntlm, sizeof(ntlm)))
		flags &= ~(OM_uint32)GSS_C_DELEG_FLAG;
	return flags;
}

static void
misjudged(struct gj_nns_channel *self, OM_uint32 missing, OM_uint32 unwanted,
    enum gssloop_protection offered)
{
	char names[GJ_FLAGS_TEXT];

	gj_flags_text(missing != 0 ? missing : unwanted, names);
	if (missing != 0)
		gj_nns_channel_failed(self, GSSLOOP_IO_REFUSED,
		    "the context lacks the flags %s", names);
	else if (unwanted != 0)
		gj_nns_channel_failed(self, GSSLOOP_IO_REFUSED,
		    "the context has the flags %s, which are refused", names);
	else
		gj_nns_channel_failed(self, GSSLOOP_IO_REFUSED,
		    "the context's flags offer level %s, and %s is demanded",
		    gj_nns_level_name(offered),
		    gj_nns_level_name(self->params.level));
}

bool
gj_nns_channel_judge(struct gj_nns_channel *self)
{
	OM_uint32 flags = flags_of(self);
	OM_uint32 missing = self->params.require & ~flags;
	OM_uint32 unwanted = self->params.refuse & flags;
	enum gssloop_protection offered = gj_nns_level(flags);

	if (self->judged)
		return true;
	self->judged =
	    offered >= self->params.level && missing == 0 && unwanted == 0;
	if (self->judged)
		return true;
	misjudged(self, missing, unwanted, offered);
	gj_nns_channel_refuse(self, GJ_NNS_TRUST_FAILURE, GSSLOOP_IO_REFUSED);
	return false;
}

/* --- Beginning and end ---------------------------------------------------- */

void
gj_nns_channel_free(void *opaque)
{
	struct gj_nns_channel *self = opaque;

	gj_stream_close(&self->stream);
	gj_nns_channel_data_free(self);
	free(self);
}

int
gssloop_channel_nns(struct gssloop_channel **channel, int fd,
    enum gssloop_role role, const struct gssloop_nns *params)
{
	struct gj_nns_channel *self;
	int error;

	*channel = NULL;
	if ((unsigned int)params->level > GSSLOOP_CONF ||
	    (params->require & params->refuse & ~GJ_FLAGS_HARMLESS) != 0)
		return EINVAL;
	self = calloc(1, sizeof(*self));
	if (self == NULL)
		return ENOMEM;
	self->params = *params;
	self->params.refuse &= ~GJ_FLAGS_HARMLESS;
	error = gj_stream_open(&self->stream, fd, role);
	self->stream.framing = &framing;
	if (error == 0)
		error = gssloop_channel_new(channel,
		    role == GSSLOOP_INITIATOR ? &gj_nns_initiator_ops
					      : &gj_nns_acceptor_ops,
		    self);
	if (error != 0)
		free(self);
	return error;
}
