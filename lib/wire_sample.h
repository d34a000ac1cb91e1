/*
 * The framing of MIT's sample programs, gss-client and gss-server.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	octet 0		flags, below
 *	octets 1-4	length of the body, in network order
 *	then		the body
 *
 * The client begins with an empty NOOP|CONTEXT_NEXT, then both send their
 * tokens with CONTEXT.  The client's messages are DATA with WRAPPED,
 * ENCRYPTED and SEND_MIC; the server answers with MIC, or NOOP where no MIC
 * was asked for.  A NOOP of the client ends it.  There are no errors in this
 * protocol, and its older version without the flags is refused by the
 * programs' own server, too.
 */
#ifndef GJ_WIRE_SAMPLE_H
#define GJ_WIRE_SAMPLE_H

#include "wire.h"

/* The octets that come before an initiator's first token. */
#define GJ_SAMPLE_PROLOGUE 5

/* Writes them. */
void gj_sample_encode_prologue(struct gj_writer *writer);

/*
 * Reads the frame at the start of size octets, as gj_plain_decode does.
 * With `prologue`, what is awaited is the client's beginning: it gives
 * GJ_WIRE_SKIP.
 */
void gj_sample_decode(const uint8_t *data, size_t size, bool prologue,
    const struct gj_wire_limits *limits, struct gssloop_frame *frame,
    struct gj_wire_result *result);

/*
 * Writes the frame, which is none that the protocol lacks: no ERROR, and no
 * data beside a MIC.
 */
void gj_sample_encode(
    const struct gssloop_frame *frame, struct gj_writer *writer);

#endif
