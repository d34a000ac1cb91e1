/*
 * The records of ONC RPC over a stream.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "record.h"
#include "compat.h"

void
gj_record_free(struct gj_record *record)
{
	gj_buffer_free(&record->parts);
}

/* The octets that were given out by the latest call are not needed any more. */
static void
forget(struct gj_record *record, struct gj_stream *stream)
{
	gj_buffer_consume(&stream->in, record->taken);
	record->taken = 0;
	if (record->whole)
		gj_buffer_consume(
		    &record->parts, gj_buffer_size(&record->parts));
	record->whole = false;
}

/* Reads on; an end behind a mark or a fragment is no good one. */
static enum gssloop_io
fill(struct gj_record *record, struct gj_stream *stream, size_t need)
{
	enum gssloop_io io = gj_stream_fill(stream, need);

	if (io == GSSLOOP_IO_CLOSED && gj_buffer_size(&stream->in) == 0 &&
	    (record->marked || gj_buffer_size(&record->parts) > 0))
		strlcpy(stream->reason, "closed within a record",
		    sizeof(stream->reason));
	return io;
}

static enum gssloop_io
mark_read(struct gj_record *record, struct gj_stream *stream, size_t max)
{
	struct gj_wire_result result;
	enum gssloop_io io;

	for (;;) {
		gj_rpc_mark_decode(gj_buffer_data(&stream->in),
		    gj_buffer_size(&stream->in), gj_buffer_size(&record->parts),
		    max, &record->mark, &result);
		if (result.what != GJ_WIRE_NEED)
			break;
		io = fill(record, stream, result.size);
		if (io != GSSLOOP_IO_OK)
			return io;
	}
	if (result.what != GJ_WIRE_FRAME)
		return gj_stream_refused(stream, &result);
	gj_buffer_consume(&stream->in, result.size);
	record->marked = true;
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
fragment_read(struct gj_record *record, struct gj_stream *stream, size_t max)
{
	enum gssloop_io io = GSSLOOP_IO_OK;

	if (!record->marked)
		io = mark_read(record, stream, max);
	while (io == GSSLOOP_IO_OK &&
	       gj_buffer_size(&stream->in) < record->mark.size)
		io = fill(record, stream, record->mark.size);
	if (io == GSSLOOP_IO_OK)
		record->marked = false;
	return io;
}

/* Moves a fragment that is not its record's only one. */
static enum gssloop_io
fragment_keep(struct gj_record *record, struct gj_stream *stream)
{
	size_t size = record->mark.size;
	uint8_t *room = gj_buffer_reserve(&record->parts, size);

	if (room == NULL) {
		strlcpy(
		    stream->reason, "out of memory", sizeof(stream->reason));
		return GSSLOOP_IO_NO_MEMORY;
	}
	if (size > 0)
		memcpy(room, gj_buffer_data(&stream->in), size);
	gj_buffer_commit(&record->parts, size);
	gj_buffer_consume(&stream->in, size);
	return GSSLOOP_IO_OK;
}

enum gssloop_io
gj_record_get(struct gj_record *record, struct gj_stream *stream, size_t max,
    struct gssloop_view *view)
{
	enum gssloop_io io;

	forget(record, stream);
	for (;;) {
		io = fragment_read(record, stream, max);
		if (io != GSSLOOP_IO_OK)
			return io;
		if (record->mark.last && gj_buffer_size(&record->parts) == 0) {
			record->taken = record->mark.size;
			view->data = gj_buffer_data(&stream->in);
			view->size = record->taken;
			return GSSLOOP_IO_OK;
		}
		io = fragment_keep(record, stream);
		if (io != GSSLOOP_IO_OK)
			return io;
		if (record->mark.last)
			break;
	}
	record->whole = true;
	view->data = gj_buffer_data(&record->parts);
	view->size = gj_buffer_size(&record->parts);
	return GSSLOOP_IO_OK;
}
