/*
 * The plain framing.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "wire_plain.h"

enum type {
	TYPE_TOKEN = 0x54,
	TYPE_ERROR = 0x45,
	TYPE_MESSAGE = 0x4d
};

enum what {
	WHAT_END = 0,
	WHAT_CLEAR = 1,
	WHAT_INTEG = 2,
	WHAT_CONF = 3,
	WHAT_MIC = 4
};

static void
refuse(struct gj_wire_result *result, enum gj_wire what, const char *why)
{
	result->what = what;
	snprintf(result->reason, sizeof(result->reason), "%s", why);
}

/* Octets of a message around its data: what it is, and the data's length. */
#define MESSAGE_HEAD 5

/* What a type is called, and how large its body may be; NULL for none. */
static const char *
type_find(uint8_t type, const struct gj_wire_limits *limits, size_t *max)
{
	switch (type) {
	case TYPE_TOKEN:
		*max = limits->token_max;
		return "token";
	case TYPE_ERROR:
		*max = 4 + GJ_WIRE_ERROR_TEXT;
		return "error";
	case TYPE_MESSAGE:
		*max = limits->message_max;
		return "message";
	default:
		return NULL;
	}
}

/* True when the header is one that may be answered with reading its body. */
static bool
header_check(const struct gj_wire_header *header,
    const struct gj_wire_limits *limits, struct gj_wire_result *result)
{
	size_t max = 0;
	const char *name = type_find(header->type, limits, &max);

	if (name == NULL) {
		snprintf(result->reason, sizeof(result->reason),
		    "offset 0: frame type 0x%02x is none", header->type);
		result->what = GJ_WIRE_MALFORMED;
		return false;
	}
	if (header->type == TYPE_MESSAGE && max == 0) {
		refuse(result, GJ_WIRE_EARLY, "no message is allowed yet");
		return false;
	}
	if (header->length > max) {
		snprintf(result->reason, sizeof(result->reason),
		    "offset 1: %s of %lu octets, limit %zu", name,
		    (unsigned long)header->length, max);
		result->what = GJ_WIRE_TOO_LARGE;
		return false;
	}
	return true;
}

static struct gssloop_view
view_rest(struct gj_reader *reader)
{
	struct gssloop_view view;

	view.size = reader->left;
	view.data = gj_reader_view(reader, view.size);
	return view;
}

static void
message_decode(struct gj_reader *reader, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	static const enum gssloop_protection protections[] = {
	    [WHAT_CLEAR] = GSSLOOP_CLEAR,
	    [WHAT_INTEG] = GSSLOOP_INTEG,
	    [WHAT_CONF] = GSSLOOP_CONF,
	    [WHAT_MIC] = GSSLOOP_MIC,
	};
	uint8_t what = gj_reader_u8(reader);

	frame->kind = GSSLOOP_FRAME_MESSAGE;
	if (what > WHAT_MIC) {
		refuse(result, GJ_WIRE_MALFORMED,
		    "offset 5: a kind of message that is none");
		return;
	}
	if (what == WHAT_MIC) {
		frame->data.size = gj_reader_u32be(reader);
		frame->data.data = gj_reader_view(reader, frame->data.size);
		frame->mic = view_rest(reader);
	} else if (what != WHAT_END) {
		frame->data = view_rest(reader);
	}
	if (reader->failed) {
		refuse(result, GJ_WIRE_MALFORMED, "offset 5: message is cut");
	} else if (what != WHAT_END) {
		frame->protection = protections[what];
	} else {
		frame->kind = GSSLOOP_FRAME_END;
		if (!gj_reader_ended(reader))
			refuse(result, GJ_WIRE_MALFORMED,
			    "offset 6: octets after an end");
	}
}

static void
error_decode(struct gj_reader *reader, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	frame->kind = GSSLOOP_FRAME_ERROR;
	frame->major = gj_reader_u32be(reader);
	frame->data = view_rest(reader);
	if (reader->failed)
		refuse(result, GJ_WIRE_MALFORMED,
		    "offset 5: error without a status");
}

void
gj_plain_decode(const uint8_t *data, size_t size,
    const struct gj_wire_limits *limits, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	struct gj_wire_header header;
	struct gj_reader reader, body;
	const uint8_t *octets;

	if (!gj_wire_begin(data, size, &reader, &header, frame, result) ||
	    !header_check(&header, limits, result))
		return;
	result->size = (size_t)GJ_WIRE_HEADER + header.length;
	octets = gj_reader_view(&reader, header.length);
	if (octets == NULL)
		return;
	gj_reader_init(&body, octets, header.length);
	result->what = GJ_WIRE_FRAME;
	if (header.type == TYPE_MESSAGE) {
		message_decode(&body, frame, result);
	} else if (header.type == TYPE_ERROR) {
		error_decode(&body, frame, result);
	} else {
		frame->kind = GSSLOOP_FRAME_TOKEN;
		frame->data = view_rest(&body);
	}
	if (result->what != GJ_WIRE_FRAME)
		memset(frame, 0, sizeof(*frame));
}

static void
message_encode(const struct gssloop_frame *frame, struct gj_writer *writer)
{
	static const enum what whats[] = {
	    [GSSLOOP_CLEAR] = WHAT_CLEAR,
	    [GSSLOOP_INTEG] = WHAT_INTEG,
	    [GSSLOOP_CONF] = WHAT_CONF,
	    [GSSLOOP_MIC] = WHAT_MIC,
	};
	bool mic = frame->protection == GSSLOOP_MIC;
	size_t head = mic ? MESSAGE_HEAD : 1;

	gj_wire_header_write(writer, TYPE_MESSAGE,
	    head + frame->data.size + (mic ? frame->mic.size : 0));
	gj_writer_u8(writer, (uint8_t)whats[frame->protection]);
	if (mic)
		gj_writer_u32be(writer, (uint32_t)frame->data.size);
	gj_writer_octets(writer, frame->data.data, frame->data.size);
	if (mic)
		gj_writer_octets(writer, frame->mic.data, frame->mic.size);
}

static void
error_encode(const struct gssloop_frame *frame, struct gj_writer *writer)
{
	size_t size = frame->data.size;

	if (size > GJ_WIRE_ERROR_TEXT)
		size = GJ_WIRE_ERROR_TEXT;
	gj_wire_header_write(writer, TYPE_ERROR, 4 + size);
	gj_writer_u32be(writer, frame->major);
	gj_writer_octets(writer, frame->data.data, size);
}

void
gj_plain_encode(const struct gssloop_frame *frame, struct gj_writer *writer)
{
	switch (frame->kind) {
	case GSSLOOP_FRAME_TOKEN:
		gj_wire_header_write(writer, TYPE_TOKEN, frame->data.size);
		gj_writer_octets(writer, frame->data.data, frame->data.size);
		break;
	case GSSLOOP_FRAME_ERROR:
		error_encode(frame, writer);
		break;
	case GSSLOOP_FRAME_MESSAGE:
		message_encode(frame, writer);
		break;
	case GSSLOOP_FRAME_END:
		gj_wire_header_write(writer, TYPE_MESSAGE, 1);
		gj_writer_u8(writer, WHAT_END);
		break;
	}
}
