/*
 * A queue of octets in one piece of memory, which is wiped when it is freed.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Octets are appended at the end and taken from the start.  Start from all
 * zero; threads: a buffer belongs to one.
 */
#ifndef GJ_BUFFER_H
#define GJ_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct gj_buffer {
	uint8_t *memory;
	size_t room;  /* octets of memory */
	size_t start; /* the first octet in the queue */
	size_t end;   /* behind the last one */
};

/* How many octets are in the queue, and the first of them or NULL. */
size_t gj_buffer_size(const struct gj_buffer *);
const uint8_t *gj_buffer_data(const struct gj_buffer *);

/*
 * Room for size octets behind the last one, to be filled and then announced
 * by gj_buffer_commit; NULL where there is no memory, the queue untouched.
 * Moves the octets, so views into the queue end here.
 */
uint8_t *gj_buffer_reserve(struct gj_buffer *, size_t size);
void gj_buffer_commit(struct gj_buffer *, size_t size);

/* Takes size octets, at most gj_buffer_size, from the start. */
void gj_buffer_consume(struct gj_buffer *, size_t size);

/* Wipes and releases; the queue is then empty and can be used again. */
void gj_buffer_free(struct gj_buffer *);

#endif
