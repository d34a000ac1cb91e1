/*
 * A bounded writer with a sticky error, the reader's counterpart.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Fills a buffer of the caller's.  The first call that does not fit sets
 * `failed`; from then on nothing is written.  Append without checking, then
 * test once.  Threads: a writer belongs to one.
 */
#ifndef GJ_WRITER_H
#define GJ_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gj_writer {
	uint8_t *data; /* the caller's buffer */
	size_t size;   /* of the buffer */
	size_t used;   /* octets written so far */
	bool failed;   /* something did not fit */
};

void gj_writer_init(struct gj_writer *, void *data, size_t size);

void gj_writer_u8(struct gj_writer *, uint8_t value);

/* 32 bits in network order. */
void gj_writer_u32be(struct gj_writer *, uint32_t value);

/* Little endian. */
void gj_writer_u16le(struct gj_writer *, uint16_t value);
void gj_writer_u32le(struct gj_writer *, uint32_t value);
void gj_writer_u64le(struct gj_writer *, uint64_t value);

/* data may be NULL where size is 0. */
void gj_writer_octets(struct gj_writer *, const void *data, size_t size);

#endif
