/*
 * A bounded reader with a sticky error.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "reader.h"

static const uint8_t nothing[1];

void
gj_reader_init(struct gj_reader *reader, const void *data, size_t size)
{
	reader->at = data != NULL ? data : nothing;
	reader->left = size;
	reader->failed = false;
}

const uint8_t *
gj_reader_view(struct gj_reader *reader, size_t size)
{
	const uint8_t *view = reader->at;

	if (reader->failed || size > reader->left) {
		reader->failed = true;
		return NULL;
	}
	reader->at += size;
	reader->left -= size;
	return view;
}

uint8_t
gj_reader_u8(struct gj_reader *reader)
{
	const uint8_t *octet = gj_reader_view(reader, 1);

	return octet != NULL ? *octet : 0;
}

uint32_t
gj_reader_u32be(struct gj_reader *reader)
{
	const uint8_t *octets = gj_reader_view(reader, 4);

	if (octets == NULL)
		return 0;
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
	       (uint32_t)octets[2] << 8 | octets[3];
}

/* Four octets as a number, the last one the most significant. */
static uint32_t
little_endian(const uint8_t *octets)
{
	return (uint32_t)octets[3] << 24 | (uint32_t)octets[2] << 16 |
	       (uint32_t)octets[1] << 8 | octets[0];
}

uint16_t
gj_reader_u16le(struct gj_reader *reader)
{
	const uint8_t *octets = gj_reader_view(reader, 2);

	if (octets == NULL)
		return 0;
	return (uint16_t)(octets[1] << 8 | octets[0]);
}

uint32_t
gj_reader_u32le(struct gj_reader *reader)
{
	const uint8_t *octets = gj_reader_view(reader, 4);

	return octets != NULL ? little_endian(octets) : 0;
}

uint64_t
gj_reader_u64le(struct gj_reader *reader)
{
	const uint8_t *octets = gj_reader_view(reader, 8);

	if (octets == NULL)
		return 0;
	return (uint64_t)little_endian(octets + 4) << 32 |
	       little_endian(octets);
}

const uint8_t *
gj_reader_slice(struct gj_reader *reader, size_t offset, size_t size)
{
	struct gj_reader ahead = *reader;
	const uint8_t *view;

	gj_reader_view(&ahead, offset);
	view = gj_reader_view(&ahead, size);
	reader->failed = ahead.failed;
	return view;
}

bool
gj_reader_ended(const struct gj_reader *reader)
{
	return !reader->failed && reader->left == 0;
}
