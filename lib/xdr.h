/*
 * The parts of XDR that our formats use (RFC 4506; RFC 1832 has the same).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	unsigned, enum	32 bits in network order: gj_reader_u32be
 *	bool		the same, 0 or 1			(section 4.4)
 *	opaque<>	its length, its octets, and zeros up to a multiple of
 *			four					(section 4.10)
 *
 * There is one way to write each value, and what is written any other way is
 * refused: what is read and written again is the same.
 */
#ifndef GJ_XDR_H
#define GJ_XDR_H

#include "gssloop_frame.h"
#include "reader.h"
#include "writer.h"

/* How many octets an opaque of that many is; size is at most SIZE_MAX / 2. */
size_t gj_xdr_opaque_size(size_t size);

/*
 * Reads an opaque; fails the reader where it is larger than max, is not all
 * there, or is not padded with zeros.  The view is then empty with data NULL,
 * and what is returned says why, continuing "the handle ..."; else it is NULL,
 * and data is not, even of no octets.
 */
const char *gj_xdr_opaque_read(
    struct gj_reader *reader, size_t max, struct gssloop_view *view);

/* Fails the writer where 32 bits do not hold size. */
void gj_xdr_opaque_write(
    struct gj_writer *writer, const void *data, size_t size);

/* Fails the reader where the number is neither 0 nor 1. */
bool gj_xdr_bool_read(struct gj_reader *reader);
void gj_xdr_bool_write(struct gj_writer *writer, bool value);

#endif
