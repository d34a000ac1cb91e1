/*
 * One NEGOEX party of ours over the scripted mechglue, for the fuzzers and for
 * the program that makes their seeds.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * An input is one octet of settings (bits 0 to 2: legs, less one; 3: the key at
 * once; 4: no optimistic token; 5: metadata) and the peer's tokens, each after
 * its length in 16 bits, big endian.  Random octets are the same in each run,
 * so that a seed's conversation ends well.
 */
#ifndef NEGOEX_PARTY_H
#define NEGOEX_PARTY_H

#include <stddef.h>
#include <stdint.h>

#include "scripted_mechglue.h"

#define PARTY_SETTINGS 64

struct party {
	enum negoex_role role;
	gss_ctx_id_t handle;
	gss_name_t target;
	OM_uint32 major;
};

/* What the settings' octet says; for both parties. */
void party_settings(uint8_t settings);

void party_begin(struct party *party, enum negoex_role role);
/* One call.  output is the caller's to free. */
void party_call(struct party *party, gss_buffer_t token, gss_buffer_t output);
void party_end(struct party *party);

/* A fuzzer's whole run; aborts where something is left alive. */
int party_fuzz(enum negoex_role role, const uint8_t *data, size_t size);

#endif
