/*
 * Buffers that the hop mechanism gives to a mechglue.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "octets.h"

void
octets_clear(gss_buffer_t buffer)
{
	buffer->value = NULL;
	buffer->length = 0;
}

void *
octets_room(OM_uint32 *minor, size_t size, gss_buffer_t buffer)
{
	octets_clear(buffer);
	*minor = 0;
	/* One octet more, since malloc(0) may give NULL. */
	buffer->value = malloc(size + 1);
	if (buffer->value == NULL) {
		*minor = ENOMEM;
		return NULL;
	}
	buffer->length = size;
	return buffer->value;
}

OM_uint32
octets_copy(
    OM_uint32 *minor, const void *octets, size_t size, gss_buffer_t buffer)
{
	void *room;

	/* What is empty has no memory: MIT does not release that. */
	if (size == 0) {
		memset(buffer, 0, sizeof(*buffer));
		return GSS_S_COMPLETE;
	}
	room = octets_room(minor, size, buffer);
	if (room == NULL)
		return GSS_S_FAILURE;
	memcpy(room, octets, size);
	return GSS_S_COMPLETE;
}
