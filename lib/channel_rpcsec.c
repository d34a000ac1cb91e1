/*
 * The rpcsec channel: what its two roles share.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "channel.h"
#include "channel_rpcsec.h"
#include "compat.h"
#include "wire_rpctest.h"

enum gssloop_io
gj_rpcsec_channel_failed(
    struct gj_rpcsec_channel *self, enum gssloop_io io, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(self->said, sizeof(self->said), format, arguments);
	va_end(arguments);
	self->stream.told = self->said;
	return io;
}

enum gssloop_io
gj_rpcsec_channel_did(struct gj_rpcsec_channel *self, enum gssloop_io io)
{
	if (io == GSSLOOP_IO_TOO_LARGE)
		return gj_rpcsec_channel_failed(
		    self, io, "too large for the protocol");
	if (io != GSSLOOP_IO_OK)
		self->stream.told = self->context.reason;
	return io;
}

enum gssloop_io
gj_rpcsec_channel_record(
    struct gj_rpcsec_channel *self, struct gssloop_view *record)
{
	const struct gj_wire_limits *limits = &self->stream.limits;
	size_t max = limits->token_max > limits->message_max
			 ? limits->token_max
			 : limits->message_max;

	self->stream.told = NULL;
	self->stream.yielded = false;
	return gj_record_get(
	    &self->record, &self->stream, max + GJ_RPCSEC_OVERHEAD, record);
}

enum gssloop_io
gj_rpcsec_channel_yield(struct gj_rpcsec_channel *self)
{
	self->stream.yielded = true;
	return GSSLOOP_IO_AGAIN;
}

void
gj_rpcsec_channel_establish(struct gj_rpcsec_channel *self)
{
	self->context.verify_mic = self->params.verify_mic;
	gj_rpcsec_establish(&self->context, gssloop_context(self->loop),
	    gssloop_mech(self->loop), gssloop_flags(self->loop));
}

enum gssloop_io
gj_rpcsec_channel_wrap(struct gj_rpcsec_channel *self,
    const struct gssloop_view *message, struct gssloop_view *octets)
{
	size_t size = gj_xdr_opaque_size(message->size);
	uint8_t *room = gj_buffer_reserve(&self->body, size);
	struct gj_writer writer;

	if (room == NULL)
		return gj_rpcsec_channel_failed(
		    self, GSSLOOP_IO_NO_MEMORY, "out of memory");
	gj_writer_init(&writer, room, size);
	gj_rpctest_message_encode(&writer, message);
	octets->data = room;
	octets->size = writer.used;
	if (writer.failed)
		return gj_rpcsec_channel_failed(
		    self, GSSLOOP_IO_TOO_LARGE, "too large for the protocol");
	return GSSLOOP_IO_OK;
}

enum gssloop_io
gj_rpcsec_channel_unwrap(struct gj_rpcsec_channel *self,
    const struct gssloop_view *octets, struct gssloop_frame *frame)
{
	static const enum gssloop_protection protections[] = {
	    [GJ_RPCSEC_NONE] = GSSLOOP_MIC,
	    [GJ_RPCSEC_INTEGRITY] = GSSLOOP_INTEG,
	    [GJ_RPCSEC_PRIVACY] = GSSLOOP_CONF,
	};
	size_t max = self->stream.limits.message_max;
	struct gj_rpc_result result;

	frame->kind = GSSLOOP_FRAME_MESSAGE;
	frame->protection = protections[self->call.service];
	if (!gj_rpctest_message_decode(
		octets, octets->size, &frame->data, &result))
		return gj_rpcsec_channel_failed(
		    self, GSSLOOP_IO_MALFORMED, "%s", result.reason);
	if (frame->data.size > max)
		return gj_rpcsec_channel_failed(self, GSSLOOP_IO_TOO_LARGE,
		    "%zu octets, limit %zu", frame->data.size, max);
	return GSSLOOP_IO_OK;
}

void
gj_rpcsec_channel_free(void *opaque)
{
	struct gj_rpcsec_channel *self = opaque;

	gj_stream_close(&self->stream);
	gj_record_free(&self->record);
	gj_rpcsec_free(&self->context);
	gj_buffer_free(&self->body);
	explicit_bzero(self, sizeof(*self));
	free(self);
}

int
gssloop_channel_rpcsec(struct gssloop_channel **channel, int fd,
    enum gssloop_role role, const struct gssloop_rpcsec *params)
{
	struct gj_rpcsec_channel *self = calloc(1, sizeof(*self));
	int error;

	*channel = NULL;
	if (self == NULL)
		return ENOMEM;
	self->params = *params;
	error = gj_stream_open(&self->stream, fd, role);
	if (error == 0)
		error = gssloop_channel_new(channel,
		    role == GSSLOOP_INITIATOR ? &gj_rpcsec_initiator_ops
					      : &gj_rpcsec_acceptor_ops,
		    self);
	if (error != 0)
		free(self);
	return error;
}

void
gssloop_channel_rpcsec_handle(
    const struct gssloop_channel *channel, struct gssloop_view *handle)
{
	const struct gj_rpcsec_channel *self = channel->self;

	handle->data = self->context.handle;
	handle->size = self->context.handle_size;
}
