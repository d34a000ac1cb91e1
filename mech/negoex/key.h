/*
 * Keys and checksums of VERIFY (draft-zhu-negoex-04, sections 6 and 7.7), by
 * libkrb5's RFC 3961.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * One krb5 context is kept for the process, and the crypto handles of the
 * two keys that were used last, under one lock: making them costs more than
 * a checksum does.
 */
#ifndef NEGOEX_KEY_H
#define NEGOEX_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gss.h"
#include "problem.h"

/* Key usages as deployed, not as drafted (facts, "Wire" 5). */
#define NEGOEX_USAGE_INITIATOR 25
#define NEGOEX_USAGE_ACCEPTOR  23

/* The longest key: aes256's and Camellia's 32 octets, with room. */
#define NEGOEX_KEY_OCTETS 64

struct negoex_key {
	uint32_t enctype;
	size_t size;
	uint8_t octets[NEGOEX_KEY_OCTETS];
};

enum negoex_key_kind {
	NEGOEX_KEY_SIGN,  /* GSS_C_INQ_NEGOEX_KEY: for what we send */
	NEGOEX_KEY_VERIFY /* GSS_C_INQ_NEGOEX_VERIFY_KEY: for the peer's */
};

/*
 * Asks the mechanism behind a context of the mechglue.  True with *available
 * false while it has none yet; false for a key that is none.  Wipe the key.
 */
bool negoex_key_inquire(gss_ctx_id_t context, enum negoex_key_kind kind,
    struct negoex_key *key, bool *available, struct negoex_problem *problem);
void negoex_key_wipe(struct negoex_key *key);

/* The longest checksum that libkrb5 makes is of 24 octets. */
#define NEGOEX_CHECKSUM_OCTETS 64

struct negoex_checksum {
	uint32_t type;
	size_t size;
	uint8_t octets[NEGOEX_CHECKSUM_OCTETS];
};

/* The mandatory, keyed checksum of the key's enctype over the octets. */
bool negoex_checksum_make(const struct negoex_key *key, unsigned int usage,
    const void *data, size_t size, struct negoex_checksum *checksum,
    struct negoex_problem *problem);

/* Holds the peer's against the octets; NEGOEX_WRONG_CHECKSUM_TYPE or
 * NEGOEX_CHECKSUM_MISMATCH. */
bool negoex_checksum_verify(const struct negoex_key *key, unsigned int usage,
    const void *data, size_t size, const struct gj_negoex_verify *verify,
    struct negoex_problem *problem);

/* Random octets from hcrypto. */
bool negoex_random(void *octets, size_t size, struct negoex_problem *problem);

#endif
