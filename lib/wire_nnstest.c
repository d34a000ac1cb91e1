/*
 * The messages that our nns channel puts into a NegotiateStream.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "wire_nnstest.h"

#define MARK UINT32_C(0x80000000)
#define END  UINT32_C(0xffffffff)

bool
gj_nnstest_begins(const uint8_t *data, size_t size)
{
	struct gj_reader reader;

	gj_reader_init(&reader, data, size);
	return (gj_reader_u32le(&reader) & MARK) != 0;
}

static bool
header_check(uint32_t header, size_t message_max, struct gj_wire_result *result)
{
	if ((header & MARK) == 0) {
		result->what = GJ_WIRE_MALFORMED;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 0: 0x%08lx begins no message in clear",
		    (unsigned long)header);
	} else if (message_max == 0) {
		result->what = GJ_WIRE_EARLY;
		snprintf(result->reason, sizeof(result->reason),
		    "no message is allowed yet");
	} else if (header != END && (header & ~MARK) > message_max) {
		result->what = GJ_WIRE_TOO_LARGE;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 0: message of %lu octets, limit %zu",
		    (unsigned long)(header & ~MARK), message_max);
	} else {
		return true;
	}
	return false;
}

void
gj_nnstest_decode(const uint8_t *data, size_t size, size_t message_max,
    struct gssloop_frame *frame, struct gj_wire_result *result)
{
	size_t length = 0;
	struct gj_reader reader;
	const uint8_t *view;
	uint32_t header;

	memset(frame, 0, sizeof(*frame));
	result->what = GJ_WIRE_NEED;
	result->size = GJ_NNSTEST_HEADER;
	result->reason[0] = '\0';
	gj_reader_init(&reader, data, size);
	header = gj_reader_u32le(&reader);
	if (reader.failed || !header_check(header, message_max, result))
		return;
	if (header != END)
		length = header & ~MARK;
	result->size = GJ_NNSTEST_HEADER + length;
	view = gj_reader_view(&reader, length);
	if (view == NULL)
		return;
	result->what = GJ_WIRE_FRAME;
	frame->kind = header == END ? GSSLOOP_FRAME_END : GSSLOOP_FRAME_MESSAGE;
	frame->data.data = view;
	frame->data.size = length;
}

void
gj_nnstest_encode(const struct gssloop_frame *frame, struct gj_writer *writer)
{
	const struct gssloop_view *message = &frame->data;

	if (frame->kind == GSSLOOP_FRAME_END) {
		gj_writer_u32le(writer, END);
		return;
	}
	if (message->size > GJ_NNSTEST_MESSAGE_MAX)
		writer->failed = true;
	gj_writer_u32le(writer, MARK | (uint32_t)message->size);
	gj_writer_octets(writer, message->data, message->size);
}
