/*
 * The parts of XDR that our formats use.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "xdr.h"

static const uint8_t zeros[3];

/* Zeros behind so many octets. */
static size_t
padding(size_t size)
{
	return (4 - size % 4) % 4;
}

size_t
gj_xdr_opaque_size(size_t size)
{
	return 4 + size + padding(size);
}

/* Passes over the padding of so many octets; false where it is not zero. */
static bool
padding_read(struct gj_reader *reader, size_t size)
{
	uint8_t octets = 0;

	for (size_t i = padding(size); i > 0; i--)
		octets |= gj_reader_u8(reader);
	return octets == 0;
}

const char *
gj_xdr_opaque_read(
    struct gj_reader *reader, size_t max, struct gssloop_view *view)
{
	uint32_t size = gj_reader_u32be(reader);
	const char *fault = NULL;
	const uint8_t *data;
	bool padded;

	view->data = NULL;
	view->size = 0;
	if (size > max) {
		reader->failed = true;
		return "is larger than its limit";
	}
	data = gj_reader_view(reader, size);
	padded = padding_read(reader, size);
	if (reader->failed)
		fault = "is cut";
	else if (!padded)
		fault = "is not padded with zeros";
	if (fault != NULL) {
		reader->failed = true;
		return fault;
	}
	view->data = data;
	view->size = size;
	return NULL;
}

void
gj_xdr_opaque_write(struct gj_writer *writer, const void *data, size_t size)
{
	if (size > UINT32_MAX) {
		writer->failed = true;
		return;
	}
	gj_writer_u32be(writer, (uint32_t)size);
	gj_writer_octets(writer, data, size);
	gj_writer_octets(writer, zeros, padding(size));
}

bool
gj_xdr_bool_read(struct gj_reader *reader)
{
	uint32_t value = gj_reader_u32be(reader);

	if (value > 1)
		reader->failed = true;
	return value == 1;
}

void
gj_xdr_bool_write(struct gj_writer *writer, bool value)
{
	gj_writer_u32be(writer, value ? 1 : 0);
}
