/*
 * The little of DER that token framings need.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "wire_der.h"

/* One octet below 128, else as few as hold it: none is zero at first. */
static size_t
length_read(struct gj_reader *reader)
{
	uint8_t first = gj_reader_u8(reader);
	size_t length = 0;
	int octets = first & 0x7f;

	if (first < 0x80)
		return first;
	if (octets == 0 || octets > 4)
		reader->failed = true;
	for (; octets > 0 && !reader->failed; octets--) {
		length = length << 8 | gj_reader_u8(reader);
		if (length == 0)
			reader->failed = true;
	}
	if (length < 0x80)
		reader->failed = true;
	return length;
}

bool
gj_der_element(struct gj_reader *reader, uint8_t *tag, size_t *length)
{
	*tag = gj_reader_u8(reader);
	*length = length_read(reader);
	if (*length > reader->left)
		reader->failed = true;
	return !reader->failed;
}

bool
gj_der_enter(struct gj_reader *reader, uint8_t tag, size_t *length)
{
	uint8_t found;

	if (!gj_der_element(reader, &found, length))
		return false;
	if (found != tag)
		reader->failed = true;
	return found == tag;
}
