/*
 * All octets of a conversation, both directions, in the order sent: what a
 * VERIFY covers (draft-zhu-negoex-04, section 7.7), and where our tokens are
 * written.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_TRANSCRIPT_H
#define NEGOEX_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "negoex_order.h"
#include "problem.h"

/*
 * The most that a conversation may have, in octets.  Kerberos tokens with
 * large authorization data have some 100 KiB; nobody is authenticated yet.
 */
#define NEGOEX_CONVERSATION_MAX (4 * 1024 * 1024)

/* Start from all zero, with order set. */
struct negoex_transcript {
	struct gj_buffer octets;
	size_t mark; /* where the token that we write now begins */
	struct gj_negoex_order order; /* conversation, next sequence number */
};

size_t negoex_transcript_size(const struct negoex_transcript *transcript);
const uint8_t *negoex_transcript_data(
    const struct negoex_transcript *transcript);

/* What we write from here on is the next token of ours. */
void negoex_transcript_mark(struct negoex_transcript *transcript);

/* Adds the peer's token, and sets the mark behind it. */
bool negoex_transcript_take(struct negoex_transcript *transcript,
    const void *token, size_t size, struct negoex_problem *problem);

/*
 * Each adds one message of ours.  False with the problem noted where it does
 * not fit the limit or the memory.
 */
bool negoex_write_nego(struct negoex_transcript *transcript,
    enum gj_negoex_type type, const uint8_t *random, const uint8_t *schemes,
    uint16_t count, struct negoex_problem *problem);
bool negoex_write_exchange(struct negoex_transcript *transcript,
    enum gj_negoex_type type, const uint8_t *scheme,
    const gss_buffer_desc *value, struct negoex_problem *problem);
bool negoex_write_verify(struct negoex_transcript *transcript,
    const uint8_t *scheme, uint32_t checksum_type, const void *checksum,
    size_t checksum_size, struct negoex_problem *problem);
bool negoex_write_pulse(struct negoex_transcript *transcript,
    const uint8_t *scheme, uint32_t reason, struct negoex_problem *problem);

/* A copy of the token that was written since the mark; may be empty. */
bool negoex_transcript_token(const struct negoex_transcript *transcript,
    gss_buffer_t token, struct negoex_problem *problem);

void negoex_transcript_free(struct negoex_transcript *transcript);

#endif
