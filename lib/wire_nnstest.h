/*
 * The messages that our nns channel puts into a NegotiateStream, which is a
 * stream of octets and keeps no borders.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	octets 0-3	the low octet first: the length of the message with the
 *			highest bit set; all ones for the end
 *	then		the message
 *
 * The highest bit makes it neither of NegotiateStream's own beginnings: read as
 * the length of a data message it is below zero.  So data that is protected and
 * data that is not are told from each other by the first four octets.
 */
#ifndef GJ_WIRE_NNSTEST_H
#define GJ_WIRE_NNSTEST_H

#include "wire.h"

#define GJ_NNSTEST_HEADER 4

/* The greatest message that the header has room for. */
#define GJ_NNSTEST_MESSAGE_MAX 0x7ffffffeu

/*
 * Reads a MESSAGE or an END, with the results of gj_plain_decode.  message_max
 * applies to the message; 0: none is allowed yet.  The view looks into data.
 */
void gj_nnstest_decode(const uint8_t *data, size_t size, size_t message_max,
    struct gssloop_frame *frame, struct gj_wire_result *result);

/* Whether a message or an end begins so; false where there is too little. */
bool gj_nnstest_begins(const uint8_t *data, size_t size);

/*
 * Writes a MESSAGE or an END; fails the writer where the message is above
 * GJ_NNSTEST_MESSAGE_MAX.
 */
void gj_nnstest_encode(
    const struct gssloop_frame *frame, struct gj_writer *writer);

#endif
