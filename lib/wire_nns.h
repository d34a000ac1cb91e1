/*
 * The framing of the .NET NegotiateStream protocol, MS-NNS.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A handshake message:
 *
 *	octet 0		14 done, 15 error, 16 in progress
 *	octets 1-2	version: written as 1 and 0, ignored when read
 *	octets 3-4	length of the payload, the high octet first
 *	then		the payload: a token; of an error, 4 octets of zero and
 *			a code, the high octet first
 *
 * A data message, where the context protects:
 *
 *	octets 0-3	length of the rest, the low octet first
 *	then		what gss_wrap made
 *
 * Where it does not protect, data has no framing at all.  The octets do not
 * say which of the three they are: that is the state of whoever reads them.
 */
#ifndef GJ_WIRE_NNS_H
#define GJ_WIRE_NNS_H

#include "wire.h"

#define GJ_NNS_HEADER	   5
#define GJ_NNS_DATA_HEADER 4

/* The greatest payload: its length has 16 bits. */
#define GJ_NNS_TOKEN_MAX 65535

/* The payload of an error. */
#define GJ_NNS_ERROR_SIZE 8

/*
 * The least data message that .NET takes: it counts 4 octets as a header of
 * the token, with something behind it.
 */
#define GJ_NNS_DATA_MIN 5

/* The greatest data message that the specification allows: what is sent. */
#define GJ_NNS_DATA_SEND_MAX 0xfc30

/*
 * The greatest that .NET takes, and so do we; whoever wants to be strict sets
 * the limit of messages to the one above.
 */
#define GJ_NNS_DATA_MAX 65536

/*
 * The greatest piece of plaintext in one data message, 63 KiB.  What gss_wrap
 * adds can exceed the 48 octets to GJ_NNS_DATA_SEND_MAX (Kerberos with AES and
 * confidentiality adds 60), so that gss_wrap_size_limit is to be asked as well.
 */
#define GJ_NNS_PIECE_MAX 0xfc00

enum gj_nns_id {
	GJ_NNS_DONE = 0x14,
	GJ_NNS_ERROR = 0x15,
	GJ_NNS_PROGRESS = 0x16
};

struct gj_nns_handshake {
	enum gj_nns_id id;
	struct gssloop_view token; /* of DONE, where it may be empty, and of
				      PROGRESS */
	bool has_code; /* of an ERROR: false where it was too short for one */
	uint32_t code; /* of an ERROR */
};

/*
 * Reads the handshake message at the start of size octets, with the results
 * of gj_plain_decode.  An unknown id is refused without waiting for more.
 * limits->token_max applies to tokens.  The view looks into data.
 */
void gj_nns_handshake_decode(const uint8_t *data, size_t size,
    const struct gj_wire_limits *limits, struct gj_nns_handshake *handshake,
    struct gj_wire_result *result);

/*
 * Writes the message; the writer needs GJ_WIRE_OVERHEAD octets beside the
 * token.  False, with nothing written, where the protocol has no such message:
 * an id that is none, or PROGRESS without a token.  Fails the writer where the
 * token is above GJ_NNS_TOKEN_MAX.  An error is written with its code, and
 * without a token.
 */
bool gj_nns_handshake_encode(
    const struct gj_nns_handshake *handshake, struct gj_writer *writer);

/*
 * Reads the data message at the start of size octets: a view of what gss_wrap
 * made.  limits->message_max applies to it, or GJ_NNS_DATA_MAX where that is
 * less; GJ_WIRE_EARLY where it is 0.
 */
void gj_nns_data_decode(const uint8_t *data, size_t size,
    const struct gj_wire_limits *limits, struct gssloop_view *octets,
    struct gj_wire_result *result);

/*
 * Writes a data message.  False where it is below GJ_NNS_DATA_MIN; fails the
 * writer where it is above GJ_NNS_DATA_SEND_MAX.
 */
bool gj_nns_data_encode(
    const struct gssloop_view *octets, struct gj_writer *writer);

/*
 * Data without protection: what is there, at most limits->message_max octets
 * of it.  GJ_WIRE_NEED of 1 where nothing is.  It is written as it is.
 */
void gj_nns_clear_decode(const uint8_t *data, size_t size,
    const struct gj_wire_limits *limits, struct gssloop_view *octets,
    struct gj_wire_result *result);

/*
 * Takes the next piece off the plaintext in *rest: at most `most` octets, and
 * never more than GJ_NNS_PIECE_MAX.  False, with an empty piece, where nothing
 * is left or most is 0.
 */
bool gj_nns_piece(
    struct gssloop_view *rest, size_t most, struct gssloop_view *piece);

/*
 * The codes of an error, which are Windows' own (MS-ERREF), and GSS's major
 * status, which stands for several of them.
 */
#define GJ_NNS_TRUST_FAILURE 0x000006feu /* authenticated, but the level */
#define GJ_NNS_INVALID_TOKEN 0x80090308u
#define GJ_NNS_LOGON_DENIED  0x8009030cu

/*
 * The code to send for a major status: GJ_NNS_LOGON_DENIED for an error that
 * has none of its own.  Without an error it is GJ_NNS_TRUST_FAILURE where the
 * context is complete, and GJ_NNS_INVALID_TOKEN where a further token is
 * needed, since the peer's was to be the last.
 */
uint32_t gj_nns_code(uint32_t major);

/* The major status for a code; GSS_S_FAILURE for one that is not known. */
uint32_t gj_nns_major(uint32_t code);

/* Room for every text of a code. */
#define GJ_NNS_TEXT 128

/* What a code says, for a person, with its number, into text of GJ_NNS_TEXT. */
void gj_nns_code_text(uint32_t code, char *text);

#endif
