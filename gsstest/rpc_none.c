/*
 * Calls and replies of flavour AUTH_NONE.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "rpc_none.h"

/* Everything of a record but arguments or results. */
#define HEADERS 128

static const struct gj_rpc_auth none = {GJ_RPC_AUTH_NONE, {NULL, 0}};

/* Begins a record in the queue's room; false where there is no memory. */
static bool
begin(struct gj_writer *writer, struct gj_buffer *out, size_t size)
{
	uint8_t *room = gj_buffer_reserve(out, HEADERS + size);

	gj_writer_init(writer, room, room != NULL ? HEADERS + size : 0);
	gj_writer_u32be(writer, 0); /* the mark, when the size is known */
	return room != NULL;
}

static enum gssloop_io
end(struct gj_writer *writer, const struct gssloop_view *rest,
    struct gj_buffer *out)
{
	struct gj_writer mark;

	gj_writer_octets(writer, rest->data, rest->size);
	gj_writer_init(&mark, writer->data, GJ_RPC_MARK);
	gj_rpc_mark_encode(&mark, writer->used - GJ_RPC_MARK);
	if (writer->failed || mark.failed)
		return GSSLOOP_IO_TOO_LARGE;
	gj_buffer_commit(out, writer->used);
	return GSSLOOP_IO_OK;
}

enum gssloop_io
rpc_none_call_put(const struct gj_rpc_call *call, struct gj_buffer *out)
{
	struct gj_rpc_call plain = *call;
	struct gj_writer writer;

	plain.credential = none;
	if (!begin(&writer, out, call->arguments.size))
		return GSSLOOP_IO_NO_MEMORY;
	gj_rpc_call_encode(&writer, &plain);
	gj_rpc_auth_encode(&writer, &none);
	return end(&writer, &call->arguments, out);
}

enum gssloop_io
rpc_none_reply_put(const struct gj_rpc_reply *reply, struct gj_buffer *out)
{
	struct gj_rpc_reply plain = *reply;
	struct gj_writer writer;

	plain.verifier = none;
	if (!begin(&writer, out, reply->results.size))
		return GSSLOOP_IO_NO_MEMORY;
	gj_rpc_reply_encode(&writer, &plain);
	return end(&writer, &reply->results, out);
}
