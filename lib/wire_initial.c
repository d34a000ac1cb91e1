/*
 * The framing of an initial context token.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "wire_der.h"
#include "wire_initial.h"

#define TAG_TOKEN 0x60 /* [APPLICATION 0], constructed */
#define TAG_OID	  0x06

bool
gj_initial_decode(const void *token, size_t size, struct gssloop_view *mech,
    struct gssloop_view *inner)
{
	struct gj_reader reader;
	const uint8_t *oid;
	size_t length;

	memset(mech, 0, sizeof(*mech));
	memset(inner, 0, sizeof(*inner));
	gj_reader_init(&reader, token, size);
	if (!gj_der_enter(&reader, TAG_TOKEN, &length) ||
	    length != reader.left || !gj_der_enter(&reader, TAG_OID, &length) ||
	    length == 0)
		return false;
	oid = gj_reader_view(&reader, length);
	mech->data = oid;
	mech->size = length;
	inner->size = reader.left;
	inner->data = gj_reader_view(&reader, inner->size);
	return true;
}
