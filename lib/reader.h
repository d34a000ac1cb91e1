/*
 * A bounded reader with a sticky error: every octet that came from a peer is
 * read through it.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Each call checks that enough octets are left, moves on, and returns what it
 * read.  The first call that asks for more than there is sets `failed`; from
 * then on every call returns zero or NULL and moves nothing.  So a header is
 * read as plain lines and tested once, before anything is done with it.
 *
 * The reader borrows its octets: they must outlive it and every view that it
 * gave out.  Threads: a reader belongs to one.
 */
#ifndef GJ_READER_H
#define GJ_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gj_reader {
	const uint8_t *at; /* the next octet */
	size_t left;	   /* octets from there on */
	bool failed;	   /* something was asked for that is not there */
};

/* data may be NULL where size is 0. */
void gj_reader_init(struct gj_reader *, const void *data, size_t size);

uint8_t gj_reader_u8(struct gj_reader *);

/* 32 bits in network order. */
uint32_t gj_reader_u32be(struct gj_reader *);

/* Little endian. */
uint16_t gj_reader_u16le(struct gj_reader *);
uint32_t gj_reader_u32le(struct gj_reader *);
uint64_t gj_reader_u64le(struct gj_reader *);

/* A view of the next size octets; NULL where they are not all there. */
const uint8_t *gj_reader_view(struct gj_reader *, size_t size);

/*
 * A view of size octets that begin offset octets behind the next one, for
 * formats that point into themselves; moves nothing.  Fails as any other call
 * where they are not all there.
 */
const uint8_t *gj_reader_slice(struct gj_reader *, size_t offset, size_t size);

/* True when nothing failed and nothing is left over. */
bool gj_reader_ended(const struct gj_reader *);

#endif
