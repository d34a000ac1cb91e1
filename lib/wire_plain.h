/*
 * The plain framing, our own.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	octet 0		type: "T" token, "E" error, "M" message
 *	octets 1-4	length of the body, in network order
 *	then		the body
 *
 * None of the three types is a combination of flags in the sample protocol, so
 * that the two are not taken for each other.
 *
 * token: the context token, which may be empty.  error: a GSS major status
 * (4 octets, network order; 0 for none) and a text of at most 1024 octets.
 * message: an octet that says what it is (0 end, 1 clear, 2 wrapped for
 * integrity, 3 wrapped for confidentiality, 4 clear with MIC), and its
 * octets; with 4, the data's length in 4 octets, the data, and the MIC; with
 * 0, nothing.
 */
#ifndef GJ_WIRE_PLAIN_H
#define GJ_WIRE_PLAIN_H

#include "wire.h"

/*
 * Reads the frame at the start of size octets.  A frame's length is judged
 * against the limits as soon as its header is there.  The frame's views look
 * into data, and are empty where there is no frame.
 */
void gj_plain_decode(const uint8_t *data, size_t size,
    const struct gj_wire_limits *limits, struct gssloop_frame *frame,
    struct gj_wire_result *result);

/*
 * Writes the frame; the writer needs the frame's data and MIC and
 * GJ_WIRE_OVERHEAD octets.  Fails the writer where a length needs more than
 * 32 bits.
 */
void gj_plain_encode(
    const struct gssloop_frame *frame, struct gj_writer *writer);

#endif
