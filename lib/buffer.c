/*
 * A queue of octets in one piece of memory.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "buffer.h"
#include "compat.h"

size_t
gj_buffer_size(const struct gj_buffer *buffer)
{
	return buffer->end - buffer->start;
}

const uint8_t *
gj_buffer_data(const struct gj_buffer *buffer)
{
	return buffer->memory != NULL ? buffer->memory + buffer->start : NULL;
}

/*
 * Room for size octets in all.  realloc() is not used: what it leaves behind
 * is not wiped.  Doubling keeps the copying linear.
 */
static int
grow(struct gj_buffer *buffer, size_t size)
{
	size_t used = gj_buffer_size(buffer);
	size_t room = buffer->room > SIZE_MAX / 2 ? size : buffer->room * 2;
	uint8_t *memory;

	if (room < size)
		room = size;
	if (room == 0)
		room = 1;
	memory = malloc(room);
	if (memory == NULL)
		return -1;
	if (used > 0)
		memcpy(memory, gj_buffer_data(buffer), used);
	gj_buffer_free(buffer);
	buffer->memory = memory;
	buffer->room = room;
	buffer->end = used;
	return 0;
}

uint8_t *
gj_buffer_reserve(struct gj_buffer *buffer, size_t size)
{
	size_t used = gj_buffer_size(buffer);

	if (size > SIZE_MAX - used)
		return NULL;
	if (used + size > buffer->room || buffer->memory == NULL) {
		if (grow(buffer, used + size) != 0)
			return NULL;
	} else if (size > buffer->room - buffer->end) {
		memmove(buffer->memory, gj_buffer_data(buffer), used);
		buffer->start = 0;
		buffer->end = used;
	}
	return buffer->memory + buffer->end;
}

void
gj_buffer_commit(struct gj_buffer *buffer, size_t size)
{
	buffer->end += size;
}

void
gj_buffer_consume(struct gj_buffer *buffer, size_t size)
{
	buffer->start += size;
	if (buffer->start == buffer->end)
		buffer->start = buffer->end = 0;
}

void
gj_buffer_free(struct gj_buffer *buffer)
{
	if (buffer->memory != NULL)
		explicit_bzero(buffer->memory, buffer->room);
	free(buffer->memory);
	memset(buffer, 0, sizeof(*buffer));
}
