/*
 * The schemes of a negotiation: one list, in order of preference.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_SCHEME_H
#define NEGOEX_SCHEME_H

#include <stdbool.h>
#include <stddef.h>

#include "mechanism.h"

struct negoex_scheme {
	const struct negoex_mechanism *mech; /* lives as long as the process */
	gss_ctx_id_t context; /* the mechglue's; from metadata, then tokens */
	gss_buffer_desc metadata; /* ours, until it is written */
	/* The peer's, in the transcript, which moves: offsets. */
	bool peer_has;
	size_t peer_offset, peer_size;
};

struct negoex_schemes {
	struct negoex_scheme *list;
	size_t count;
};

/*
 * All that the installation has, or those of the set, in its order.  False
 * without memory; an empty list is none.
 */
bool negoex_schemes_make(struct negoex_schemes *schemes,
    const struct negoex_installation *installation, gss_OID_set only);

bool negoex_scheme_is(const struct negoex_scheme *scheme, const uint8_t *guid);

/* NULL where it is not in the list. */
struct negoex_scheme *negoex_scheme_find(
    struct negoex_schemes *schemes, const uint8_t *guid);

/*
 * Keeps those that are among the peer's count GUIDs, in the peer's order where
 * by_peer, else in ours.
 */
void negoex_schemes_narrow(struct negoex_schemes *schemes, const uint8_t *guids,
    size_t count, bool by_peer);

/* Takes one out of the list, with what it holds. */
void negoex_scheme_remove(
    struct negoex_schemes *schemes, struct negoex_scheme *scheme);
/* Keeps only this one, which is then the first. */
void negoex_scheme_choose(
    struct negoex_schemes *schemes, struct negoex_scheme *scheme);
/* Drops what its mechanism has begun. */
void negoex_scheme_forget(struct negoex_scheme *scheme);

void negoex_schemes_free(struct negoex_schemes *schemes);

#endif
