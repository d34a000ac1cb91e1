/*
 * What the codecs of frame formats share.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "wire.h"

bool
gj_wire_begin(const uint8_t *data, size_t size, struct gj_reader *reader,
    struct gj_wire_header *header, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	memset(frame, 0, sizeof(*frame));
	result->what = GJ_WIRE_NEED;
	result->size = GJ_WIRE_HEADER;
	result->reason[0] = '\0';
	gj_reader_init(reader, data, size);
	header->type = gj_reader_u8(reader);
	header->length = gj_reader_u32be(reader);
	return !reader->failed;
}

void
gj_wire_header_write(struct gj_writer *writer, uint8_t type, size_t length)
{
	if (length > UINT32_MAX)
		writer->failed = true;
	gj_writer_u8(writer, type);
	gj_writer_u32be(writer, (uint32_t)length);
}
