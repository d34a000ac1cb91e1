/*
 * What the fuzzers claim of what they tried.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A claim that does not hold ends the program, as a fuzzer wants it.
 */
#ifndef CLAIMS_H
#define CLAIMS_H

#include "views.h"
#include "writer.h"

/* libFuzzer's entry, which each fuzzer has. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void claim(bool holds);

/* The view lies in those octets; they are read. */
void claim_inside(
    const struct gssloop_view *view, const uint8_t *data, size_t size);

/* Nothing: what a decoder leaves of what it refused. */
void claim_empty(const struct gssloop_view *view);

/*
 * Room for what is written again, as much as was read and some more, and then:
 * what was written are those octets.  The room is given back.
 */
void rewrite_begin(struct gj_writer *writer, size_t size);
void claim_rewritten(struct gj_writer *writer, const void *data, size_t size);
/* Begun, but not one octet of it is claimed. */
void rewrite_drop(struct gj_writer *writer);

/* A copy in a block of exactly its size; the caller frees it. */
uint8_t *exact(const void *data, size_t size);

#endif
