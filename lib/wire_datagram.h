/*
 * The datagrams of the datagram channel, our own.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	octet 0		d6
 *	octet 1		version: 1
 *	octet 2		type: 1 frame, 2 acknowledgement, 3 retry, 4 close
 *	octet 3		sender: 0 initiator, 1 acceptor
 *	octets 4-11	conversation, the initiator's choice
 *	octets 12-15	sequence number, from 1; 0 where there is no frame
 *	octets 16-19	the greatest sequence number taken from the peer
 *	octets 20-35	cookie
 *	then		of a frame: one frame in the plain framing, all of it
 *
 * Numbers are in network order.  The frame is one of the plain framing, so
 * that there is one codec for what the two channels have in common.  The
 * sender's role is there so that a datagram that is sent back to where it came
 * from is not taken for the peer's.
 */
#ifndef GJ_WIRE_DATAGRAM_H
#define GJ_WIRE_DATAGRAM_H

#include "wire.h"

/* The greatest UDP payload over IPv4: 65535 less the headers of IP and UDP. */
#define GJ_DATAGRAM_MAX 65507

#define GJ_DATAGRAM_HEADER 36

/* The greatest frame, its own header included. */
#define GJ_DATAGRAM_FRAME_MAX (GJ_DATAGRAM_MAX - GJ_DATAGRAM_HEADER)

#define GJ_DATAGRAM_NAME   8
#define GJ_DATAGRAM_COOKIE 16

enum gj_datagram_type {
	GJ_DATAGRAM_FRAME = 1,
	GJ_DATAGRAM_ACKNOWLEDGEMENT = 2,
	GJ_DATAGRAM_RETRY = 3, /* acceptor: send again with this cookie */
	GJ_DATAGRAM_CLOSE = 4  /* the sender is gone */
};

struct gj_datagram {
	enum gj_datagram_type type;
	bool from_acceptor;
	uint8_t name[GJ_DATAGRAM_NAME]; /* of the conversation */
	uint32_t sequence, acknowledged;
	uint8_t cookie[GJ_DATAGRAM_COOKIE];
	struct gssloop_view frame; /* of a FRAME, in the plain framing */
};

/*
 * Reads a datagram: GJ_WIRE_FRAME for one of any type, or GJ_WIRE_MALFORMED,
 * and then it is empty.
 * Of a frame it is certain then that it is whole and nothing follows it; no
 * limit is applied to it yet.  The view looks into data.
 */
void gj_datagram_decode(const uint8_t *data, size_t size,
    struct gj_datagram *datagram, struct gj_wire_result *result);

/* Writes the header, GJ_DATAGRAM_HEADER octets; the frame comes behind it. */
void gj_datagram_encode(
    const struct gj_datagram *datagram, struct gj_writer *writer);

#endif
