/*
 * Calls and replies of RPCSEC_GSS as a peer of the tests writes them, right or
 * wrong, with the MICs of scripted_gss.h (scripted.sums).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * They are made word by word as RFC 5531 and RFC 2203 have them, and know
 * nothing of the code that is tested.
 */
#ifndef RPCSEC_OCTETS_H
#define RPCSEC_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OCTETS_MAX 8192

struct octets {
	uint8_t data[OCTETS_MAX];
	size_t size;
};

void octets_add(struct octets *, const void *data, size_t size);
void octets_number(struct octets *, uint32_t number);
void octets_opaque(struct octets *, const void *data, size_t size);

/* The mark of one record over all that is behind it; call it first and last. */
void octets_mark(struct octets *);

/* A call; made_call_usual is one of DATA that is right. */
struct made_call {
	uint32_t xid, rpc, program, version, procedure;
	uint32_t flavor, rpcsec, proc, sequence, service;
	const void *handle;
	size_t handle_size;
	uint32_t verifier; /* its flavour */
	uint32_t bad_mic;  /* 1 where it is wrong */
	uint32_t inner;	   /* of the body's number: added to the sequence */
	uint32_t bad_body; /* 1: the last octet is changed */
	const void *arguments;
	size_t size;
};
extern const struct made_call made_call_usual;

/* The record. */
void call_make(struct octets *, const struct made_call *call);

/* A reply; made_reply_usual is one of DATA that is right. */
struct made_reply {
	uint32_t xid, stat;
	uint32_t verifier; /* its flavour */
	uint32_t number;   /* that it is of */
	bool bad_mic;
	uint32_t accept, low, high;
	uint32_t reject, auth;
	uint32_t service, inner; /* 0 for results as they are */
	bool bad_body;
	const void *results;
	size_t size;
};
extern const struct made_reply made_reply_usual;
void reply_make(struct octets *, const struct made_reply *reply);

/* The results of INIT, for a made_reply without service. */
struct made_init {
	const void *handle;
	size_t handle_size;
	uint32_t major, minor, window;
	const void *token;
	size_t token_size;
};
void init_make(struct octets *, const struct made_init *init);

#endif
