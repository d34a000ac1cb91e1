/*
 * One side of a channel over a socket pair, with the tests' scripted GSS
 * library, for the fuzzer and for the program that makes its seeds.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A side makes its context in two legs, then talks: the initiator says
 * something and takes the answer, twice; the acceptor sends back what came.
 */
#ifndef CHANNEL_PARTY_H
#define CHANNEL_PARTY_H

#include "gssloop_channel.h"
#include "remctl.h"
#include "scripted_gss.h"

/* A channel with its parameters, in one role; modulo how many there are. */
unsigned int channel_parties(void);

struct channel_party {
	const struct channel_kind *kind;
	const struct scripted_answer *answers; /* that are left to it */
	struct gssloop_channel *channel;
	struct gssloop *loop;
	struct gj_remctl remctl;
	int peer; /* the other end, for the caller */
	unsigned int messages;
	bool asked; /* initiator: what it awaits is an answer */
	bool established, over;
	char said[2048]; /* what came, and how it ended */
	size_t size;
};

/*
 * number: twice the kind, and 1 for the acceptor; refuses: the second token
 * that it gets is one of which the GSS library makes nothing.
 */
void channel_party_open(
    struct channel_party *, unsigned int number, bool refuses);
void channel_party_close(struct channel_party *);

/* As far as that goes without anything more from the peer. */
void channel_party_step(struct channel_party *);

#endif
