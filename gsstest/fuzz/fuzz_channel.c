/*
 * Fuzzer of the channels and of remctl's conversation, with whatever a peer may
 * say: the context's tokens, then messages, over a socket pair and a scripted
 * GSS library.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * An input is an octet that says which channel and role, one for the size of
 * the pieces in which the rest comes (bits 0 to 4) and whether the GSS library
 * refuses a token (bit 7), and what the peer sends.  It comes to the same
 * whether it is there at once or in pieces; and it comes to an end.
 */
#include <string.h>
#include <sys/socket.h>

#include "channel_party.h"
#include "claims.h"

/* As much as is worth the time, and fits the socket's queue. */
#define INPUT_MAX 2048

/* What our side sends is of no interest here. */
static void
drain(struct channel_party *party)
{
	char octets[4096];

	while (recv(party->peer, octets, sizeof(octets), MSG_DONTWAIT) > 0)
		continue;
}

static void
talk(
    struct channel_party *party, const uint8_t *data, size_t size, size_t piece)
{
	channel_party_step(party);
	while (size > 0 && !party->over) {
		if (piece > size)
			piece = size;
		claim(send(party->peer, data, piece, MSG_NOSIGNAL) ==
		      (ssize_t)piece);
		data += piece;
		size -= piece;
		channel_party_step(party);
		drain(party);
	}
	shutdown(party->peer, SHUT_WR);
	channel_party_step(party);
	claim(party->over);
}

/* A side of its own that is told that, in pieces. */
static void
side_run(
    struct channel_party *party, const uint8_t *data, size_t size, size_t piece)
{
	scripted_reset(NULL);
	channel_party_open(
	    party, data[0] % channel_parties(), (data[1] & 0x80) != 0);
	talk(party, data + 2, size - 2, piece);
	channel_party_close(party);
	claim(scripted_clean());
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct channel_party whole, parts;

	if (size < 2 || size > INPUT_MAX)
		return 0;
	side_run(&whole, data, size, size);
	side_run(&parts, data, size, 1 + data[1] % 32);
	claim(whole.size == parts.size &&
	      memcmp(whole.said, parts.said, whole.size) == 0);
	return 0;
}
