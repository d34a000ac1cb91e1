/*
 * Good octets, spoilt at random: what the suites of the codecs try beside their
 * tables.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The same state gives the same numbers, so a failure comes again.
 */
#ifndef MUTATION_H
#define MUTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUTANT_OCTETS 128

/* The state is anything but 0. */
uint64_t random_next(uint64_t *state);

/* Below the bound; 0 where that is 0. */
size_t random_below(uint64_t *state, size_t bound);

struct mutant {
	uint8_t octets[MUTANT_OCTETS];
	size_t size;
};

/*
 * One to four changes of octets, of which there are at most MUTANT_OCTETS: one
 * more, one less, cut, a bit, any other one, or one that numbers and lengths
 * are likely to have.  True where it differs then.
 */
bool mutant_make(
    struct mutant *, const void *octets, size_t size, uint64_t *state);

#endif
