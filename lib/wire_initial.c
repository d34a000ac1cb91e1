/*
 * The framing of an initial context token.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "reader.h"
#include "wire_initial.h"

#define TAG_TOKEN 0x60 /* [APPLICATION 0], constructed */
#define TAG_OID	  0x06

/* A length in DER: one octet below 128, else as few as hold it. */
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
			reader->failed = true; /* a leading zero */
	}
	if (length < 0x80)
		reader->failed = true; /* one octet would have done */
	return length;
}

bool
gj_initial_mech(const void *token, size_t size, struct gssloop_view *mech)
{
	struct gj_reader reader;
	const uint8_t *oid;
	size_t length;

	mech->data = NULL;
	mech->size = 0;
	gj_reader_init(&reader, token, size);
	if (gj_reader_u8(&reader) != TAG_TOKEN)
		return false;
	length = length_read(&reader);
	if (reader.failed || length != reader.left ||
	    gj_reader_u8(&reader) != TAG_OID)
		return false;
	length = length_read(&reader);
	oid = gj_reader_view(&reader, length);
	if (oid == NULL || length == 0)
		return false;
	mech->data = oid;
	mech->size = length;
	return true;
}
