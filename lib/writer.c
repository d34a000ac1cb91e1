/*
 * A bounded writer with a sticky error.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "writer.h"

void
gj_writer_init(struct gj_writer *writer, void *data, size_t size)
{
	writer->data = data;
	writer->size = size;
	writer->used = 0;
	writer->failed = false;
}

void
gj_writer_octets(struct gj_writer *writer, const void *data, size_t size)
{
	if (writer->failed || size > writer->size - writer->used) {
		writer->failed = true;
		return;
	}
	if (size > 0)
		memcpy(writer->data + writer->used, data, size);
	writer->used += size;
}

void
gj_writer_u8(struct gj_writer *writer, uint8_t value)
{
	gj_writer_octets(writer, &value, 1);
}

void
gj_writer_u32be(struct gj_writer *writer, uint32_t value)
{
	uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
	    (uint8_t)(value >> 8), (uint8_t)value};

	gj_writer_octets(writer, octets, sizeof(octets));
}

/* The four octets of a number, the least significant first. */
static void
little_endian(uint8_t *octets, uint32_t value)
{
	octets[0] = (uint8_t)value;
	octets[1] = (uint8_t)(value >> 8);
	octets[2] = (uint8_t)(value >> 16);
	octets[3] = (uint8_t)(value >> 24);
}

void
gj_writer_u16le(struct gj_writer *writer, uint16_t value)
{
	uint8_t octets[2] = {(uint8_t)value, (uint8_t)(value >> 8)};

	gj_writer_octets(writer, octets, sizeof(octets));
}

void
gj_writer_u32le(struct gj_writer *writer, uint32_t value)
{
	uint8_t octets[4];

	little_endian(octets, value);
	gj_writer_octets(writer, octets, sizeof(octets));
}

void
gj_writer_u64le(struct gj_writer *writer, uint64_t value)
{
	uint8_t octets[8];

	little_endian(octets, (uint32_t)value);
	little_endian(octets + 4, (uint32_t)(value >> 32));
	gj_writer_octets(writer, octets, sizeof(octets));
}
