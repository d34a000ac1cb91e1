/*
 * SPNEGO's answer, as far as we look into it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "wire_der.h"
#include "wire_spnego.h"

#define TAG_RESPONSE 0xa1 /* negTokenResp */
#define TAG_SEQUENCE 0x30
#define TAG_OID	     0x06
#define TAG_OCTETS   0x04

/* The fields of a NegTokenResp. */
#define FIELD_MECH  0xa1
#define FIELD_TOKEN 0xa2

/* A field whose whole content is one element of the tag. */
static bool
element_decode(
    const uint8_t *field, size_t size, uint8_t tag, struct gssloop_view *view)
{
	struct gj_reader reader;
	size_t length;

	gj_reader_init(&reader, field, size);
	if (view->data != NULL || !gj_der_enter(&reader, tag, &length) ||
	    length != reader.left)
		return false;
	view->data = gj_reader_view(&reader, length);
	view->size = length;
	return true;
}

static bool
field_decode(struct gj_reader *reader, struct gj_spnego_reply *reply)
{
	const uint8_t *field;
	size_t length;
	uint8_t tag;

	if (!gj_der_element(reader, &tag, &length))
		return false;
	field = gj_reader_view(reader, length);
	if (tag == FIELD_MECH)
		return element_decode(field, length, TAG_OID, &reply->mech);
	if (tag == FIELD_TOKEN)
		return element_decode(field, length, TAG_OCTETS, &reply->token);
	return true;
}

bool
gj_spnego_decode(const void *token, size_t size, struct gj_spnego_reply *reply)
{
	struct gj_reader reader;
	size_t length;

	memset(reply, 0, sizeof(*reply));
	gj_reader_init(&reader, token, size);
	if (!gj_der_enter(&reader, TAG_RESPONSE, &length) ||
	    length != reader.left ||
	    !gj_der_enter(&reader, TAG_SEQUENCE, &length) ||
	    length != reader.left)
		return false;
	while (reader.left > 0)
		if (!field_decode(&reader, reply))
			return false;
	return true;
}
