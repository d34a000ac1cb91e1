/*
 * The datagrams of the datagram channel.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "wire_datagram.h"
#include "wire_plain.h"

#define MAGIC	0xd6
#define VERSION 1

enum sender {
	SENDER_INITIATOR = 0,
	SENDER_ACCEPTOR = 1
};

/* What a frame is measured with before anybody's limits are known. */
static const struct gj_wire_limits unlimited = {
    GJ_DATAGRAM_FRAME_MAX, GJ_DATAGRAM_FRAME_MAX};

static void
header_read(struct gj_reader *reader, struct gj_datagram *datagram)
{
	const uint8_t *name, *cookie;

	name = gj_reader_view(reader, sizeof(datagram->name));
	datagram->sequence = gj_reader_u32be(reader);
	datagram->acknowledged = gj_reader_u32be(reader);
	cookie = gj_reader_view(reader, sizeof(datagram->cookie));
	datagram->frame.size = reader->left;
	datagram->frame.data = gj_reader_view(reader, reader->left);
	if (reader->failed)
		return;
	memcpy(datagram->name, name, sizeof(datagram->name));
	memcpy(datagram->cookie, cookie, sizeof(datagram->cookie));
}

/* One whole frame, and nothing behind it. */
static const char *
frame_check(const struct gssloop_view *view)
{
	struct gssloop_frame frame;
	struct gj_wire_result result;

	gj_plain_decode(view->data, view->size, &unlimited, &frame, &result);
	if (result.what == GJ_WIRE_FRAME && result.size < view->size)
		return "offset 36: octets after the frame";
	if (result.what == GJ_WIRE_FRAME)
		return NULL;
	return "offset 36: not one whole frame";
}

/* What is wrong with a header that is all there; NULL for nothing. */
static const char *
header_check(const struct gj_datagram *datagram, uint8_t sender)
{
	bool frame = datagram->type == GJ_DATAGRAM_FRAME;

	if (datagram->type < GJ_DATAGRAM_FRAME ||
	    datagram->type > GJ_DATAGRAM_CLOSE)
		return "offset 2: a type that is none";
	if (sender > SENDER_ACCEPTOR)
		return "offset 3: a sender that is none";
	if (datagram->type == GJ_DATAGRAM_RETRY && sender != SENDER_ACCEPTOR)
		return "offset 3: a retry of an initiator";
	if (frame != (datagram->sequence > 0))
		return "offset 12: a sequence number that cannot be";
	if (frame)
		return frame_check(&datagram->frame);
	return datagram->frame.size > 0 ? "offset 36: octets after the header"
					: NULL;
}

void
gj_datagram_decode(const uint8_t *data, size_t size,
    struct gj_datagram *datagram, struct gj_wire_result *result)
{
	struct gj_reader reader;
	uint8_t magic, version, sender;
	const char *why = NULL;

	memset(datagram, 0, sizeof(*datagram));
	gj_reader_init(&reader, data, size);
	magic = gj_reader_u8(&reader);
	version = gj_reader_u8(&reader);
	datagram->type = (enum gj_datagram_type)gj_reader_u8(&reader);
	sender = gj_reader_u8(&reader);
	datagram->from_acceptor = sender == SENDER_ACCEPTOR;
	header_read(&reader, datagram);
	if (size > GJ_DATAGRAM_MAX)
		why = "larger than a datagram can be";
	else if (reader.failed)
		why = "the header is cut";
	else if (magic != MAGIC || version != VERSION)
		why = "offset 0: not our datagram, or another version";
	else
		why = header_check(datagram, sender);
	if (why != NULL)
		memset(datagram, 0, sizeof(*datagram));
	result->what = why == NULL ? GJ_WIRE_FRAME : GJ_WIRE_MALFORMED;
	result->size = size;
	snprintf(result->reason, sizeof(result->reason), "%s",
	    why == NULL ? "" : why);
}

void
gj_datagram_encode(const struct gj_datagram *datagram, struct gj_writer *writer)
{
	gj_writer_u8(writer, MAGIC);
	gj_writer_u8(writer, VERSION);
	gj_writer_u8(writer, (uint8_t)datagram->type);
	gj_writer_u8(writer,
	    datagram->from_acceptor ? SENDER_ACCEPTOR : SENDER_INITIATOR);
	gj_writer_octets(writer, datagram->name, sizeof(datagram->name));
	gj_writer_u32be(writer, datagram->sequence);
	gj_writer_u32be(writer, datagram->acknowledged);
	gj_writer_octets(writer, datagram->cookie, sizeof(datagram->cookie));
}
