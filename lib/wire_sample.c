/*
 * The framing of MIT's sample programs.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "wire_sample.h"

enum flag {
	NOOP = 0x01,
	CONTEXT = 0x02,
	DATA = 0x04,
	MIC = 0x08,
	CONTEXT_NEXT = 0x10,
	WRAPPED = 0x20,
	ENCRYPTED = 0x40,
	SEND_MIC = 0x80
};

static void
refuse(struct gj_wire_result *result, uint8_t flags, const char *why)
{
	result->what = GJ_WIRE_MALFORMED;
	snprintf(result->reason, sizeof(result->reason),
	    "offset 0: flags 0x%02x: %s", flags, why);
}

/* The frame that the flags stand for; false where they stand for none. */
static bool
flags_decode(uint8_t flags, struct gssloop_frame *frame)
{
	frame->kind = GSSLOOP_FRAME_MESSAGE;
	frame->mic_wanted = (flags & SEND_MIC) != 0;
	switch (flags & ~SEND_MIC) {
	case CONTEXT:
		frame->kind = GSSLOOP_FRAME_TOKEN;
		return flags == CONTEXT;
	case NOOP:
		frame->kind = GSSLOOP_FRAME_END;
		return flags == NOOP;
	case MIC:
		frame->protection = GSSLOOP_MIC;
		return flags == MIC;
	case DATA:
	case DATA | ENCRYPTED: /* gss-client -nw: it says what it did not do */
		frame->protection = GSSLOOP_CLEAR;
		return true;
	case DATA | WRAPPED:
		frame->protection = GSSLOOP_INTEG;
		return true;
	case DATA | WRAPPED | ENCRYPTED:
		frame->protection = GSSLOOP_CONF;
		return true;
	default:
		return false;
	}
}

/* True when the body may be read. */
static bool
length_check(const struct gssloop_frame *frame, uint32_t length,
    const struct gj_wire_limits *limits, struct gj_wire_result *result)
{
	size_t max = frame->kind == GSSLOOP_FRAME_TOKEN ? limits->token_max
							: limits->message_max;

	if (frame->kind == GSSLOOP_FRAME_MESSAGE && max == 0) {
		result->what = GJ_WIRE_EARLY;
		snprintf(result->reason, sizeof(result->reason),
		    "no message is allowed yet");
		return false;
	}
	if (frame->kind == GSSLOOP_FRAME_END)
		max = 0;
	if (length > max) {
		result->what = GJ_WIRE_TOO_LARGE;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 1: %lu octets, limit %zu", (unsigned long)length,
		    max);
		return false;
	}
	return true;
}

static void
prologue_decode(uint8_t flags, uint32_t length, struct gj_wire_result *result)
{
	result->what = GJ_WIRE_SKIP;
	if (flags == NOOP)
		refuse(result, flags, "the client does not authenticate");
	else if (flags != (NOOP | CONTEXT_NEXT))
		refuse(result, flags, "not the beginning of a client");
	else if (length != 0)
		refuse(result, flags, "the beginning has a body");
}

void
gj_sample_decode(const uint8_t *data, size_t size, bool prologue,
    const struct gj_wire_limits *limits, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	struct gj_wire_header header;
	struct gj_reader reader;
	struct gssloop_view body;

	if (!gj_wire_begin(data, size, &reader, &header, frame, result))
		return;
	if (prologue) {
		prologue_decode(header.type, header.length, result);
		return;
	}
	if (!flags_decode(header.type, frame)) {
		refuse(result, header.type, "this combination is none");
		return;
	}
	if (!length_check(frame, header.length, limits, result))
		return;
	result->size = (size_t)GJ_WIRE_HEADER + header.length;
	body.size = header.length;
	body.data = gj_reader_view(&reader, body.size);
	if (reader.failed)
		return;
	result->what = GJ_WIRE_FRAME;
	if (frame->kind == GSSLOOP_FRAME_MESSAGE &&
	    frame->protection == GSSLOOP_MIC)
		frame->mic = body;
	else
		frame->data = body;
}

static uint8_t
flags_encode(const struct gssloop_frame *frame)
{
	static const uint8_t protections[] = {
	    [GSSLOOP_CLEAR] = DATA,
	    [GSSLOOP_INTEG] = DATA | WRAPPED,
	    [GSSLOOP_CONF] = DATA | WRAPPED | ENCRYPTED,
	    [GSSLOOP_MIC] = MIC,
	};
	uint8_t flags;

	if (frame->kind == GSSLOOP_FRAME_TOKEN)
		return CONTEXT;
	if (frame->kind == GSSLOOP_FRAME_END)
		return NOOP;
	flags = protections[frame->protection];
	return frame->mic_wanted ? flags | SEND_MIC : flags;
}

static void
frame_encode(
    struct gj_writer *writer, uint8_t flags, const struct gssloop_view *body)
{
	gj_wire_header_write(writer, flags, body->size);
	gj_writer_octets(writer, body->data, body->size);
}

void
gj_sample_encode_prologue(struct gj_writer *writer)
{
	static const struct gssloop_view empty;

	frame_encode(writer, NOOP | CONTEXT_NEXT, &empty);
}

void
gj_sample_encode(const struct gssloop_frame *frame, struct gj_writer *writer)
{
	bool mic = frame->kind == GSSLOOP_FRAME_MESSAGE &&
		   frame->protection == GSSLOOP_MIC;

	frame_encode(
	    writer, flags_encode(frame), mic ? &frame->mic : &frame->data);
}
