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

/* So many octets of a number, the least significant first. */
static void
little_endian(struct gj_writer *writer, uint64_t value, size_t size)
{
	uint8_t octets[8];
	size_t i;

	for (i = 0; i < size; i++)
		octets[i] = (uint8_t)(value >> 8 * i);
	gj_writer_octets(writer, octets, size);
}

void
gj_writer_u16le(struct gj_writer *writer, uint16_t value)
{
	little_endian(writer, value, 2);
}

void
gj_writer_u32le(struct gj_writer *writer, uint32_t value)
{
	little_endian(writer, value, 4);
}

void
gj_writer_u64le(struct gj_writer *writer, uint64_t value)
{
	little_endian(writer, value, 8);
}
