/*
 * What every codec of a frame format has in common.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A codec is two pure functions: octets to a frame of views, and back.  It
 * allocates nothing, does no I/O and knows no GSS call.
 */
#ifndef GJ_WIRE_H
#define GJ_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gssloop_frame.h"
#include "reader.h"
#include "writer.h"

/* What gj_*_decode made of the octets that are there. */
enum gj_wire {
	GJ_WIRE_FRAME,	   /* a frame; `size` octets belong to it */
	GJ_WIRE_SKIP,	   /* `size` octets that are no frame for anybody */
	GJ_WIRE_NEED,	   /* nothing wrong; needs `size` octets in all */
	GJ_WIRE_TOO_LARGE, /* over a limit, seen from the header alone */
	GJ_WIRE_EARLY,	   /* a message while messages are not allowed */
	GJ_WIRE_MALFORMED
};

/* The limits of what is taken, in octets of the frame's body. */
struct gj_wire_limits {
	size_t token_max;
	size_t message_max; /* 0: no messages yet */
};

/* Room that a refusal's text needs. */
#define GJ_WIRE_REASON 128

struct gj_wire_result {
	enum gj_wire what;
	size_t size;		     /* as above */
	char reason[GJ_WIRE_REASON]; /* of a refusal: what and which rule */
};

/*
 * The header that several framings share: an octet that says what the frame
 * is, and the length of the body, 4 octets in network order.
 */
#define GJ_WIRE_HEADER 5

struct gj_wire_header {
	uint8_t type;
	uint32_t length;
};

/*
 * Begins to decode a frame with such a header: empties frame and result and
 * reads the header; the reader is then at the body.  False, with the result
 * GJ_WIRE_NEED, where the header is not all there.
 */
bool gj_wire_begin(const uint8_t *data, size_t size, struct gj_reader *reader,
    struct gj_wire_header *header, struct gssloop_frame *frame,
    struct gj_wire_result *result);

/* Writes such a header; fails the writer where 32 bits do not hold length. */
void gj_wire_header_write(
    struct gj_writer *writer, uint8_t type, size_t length);

/* The octets, at most, by which a frame exceeds its data and its MIC. */
#define GJ_WIRE_OVERHEAD 32

/* The greatest text of an error frame; the rest of the frame is 4 octets. */
#define GJ_WIRE_ERROR_TEXT 1024

#endif
