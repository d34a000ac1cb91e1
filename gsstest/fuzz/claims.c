/*
 * What the fuzzers claim of what they tried.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "claims.h"

/* Beyond what was read: to write too much is to be seen as well. */
#define SPARE 64

void
claim(bool holds)
{
	if (!holds)
		abort();
}

void
claim_inside(const struct gssloop_view *view, const uint8_t *data, size_t size)
{
	claim(view_inside(view, data, size));
	octets_touch(view->data, view->size);
}

void
claim_empty(const struct gssloop_view *view)
{
	claim(view_empty(view));
}

uint8_t *
exact(const void *data, size_t size)
{
	uint8_t *copy = malloc(size);

	claim(copy != NULL || size == 0);
	if (size > 0)
		memcpy(copy, data, size);
	return copy;
}

void
rewrite_begin(struct gj_writer *writer, size_t size)
{
	uint8_t *room = malloc(size + SPARE);

	claim(room != NULL);
	gj_writer_init(writer, room, size + SPARE);
}

void
rewrite_drop(struct gj_writer *writer)
{
	free(writer->data);
	writer->data = NULL;
}

void
claim_rewritten(struct gj_writer *writer, const void *data, size_t size)
{
	claim(!writer->failed && writer->used == size);
	claim(size == 0 || memcmp(writer->data, data, size) == 0);
	rewrite_drop(writer);
}
