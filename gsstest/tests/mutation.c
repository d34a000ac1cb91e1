/*
 * Good octets, spoilt at random.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "mutation.h"

/* Below so many an octet is a likely one: a type, a length, a flag. */
#define SMALL 16

/* As far may a neighbour be: the other types of a protocol. */
#define NEAR 3

uint64_t
random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

size_t
random_below(uint64_t *state, size_t bound)
{
	return bound > 0 ? (size_t)(random_next(state) >> 11) % bound : 0;
}

static void
octet_insert(struct mutant *mutant, size_t at, uint8_t octet)
{
	if (mutant->size == sizeof(mutant->octets))
		return;
	memmove(
	    mutant->octets + at + 1, mutant->octets + at, mutant->size - at);
	mutant->octets[at] = octet;
	mutant->size++;
}

static void
octet_remove(struct mutant *mutant, size_t at)
{
	memmove(mutant->octets + at, mutant->octets + at + 1,
	    mutant->size - at - 1);
	mutant->size--;
}

/* An octet instead of that one. */
static uint8_t
octet_change(uint8_t octet, uint8_t chance, size_t how)
{
	switch (how) {
	case 0:
		return octet ^ (uint8_t)(1 << chance % 8);
	case 1:
		return chance % SMALL;
	case 2:
		return (uint8_t)(octet + chance % (2 * NEAR + 1) - NEAR);
	default:
		return chance;
	}
}

static void
mutate_once(struct mutant *mutant, uint64_t *state)
{
	size_t at = random_below(state, mutant->size);
	uint8_t chance = (uint8_t)random_next(state);
	size_t how = random_below(state, 8);

	if (how == 0)
		octet_insert(mutant, at, chance % 2 != 0 ? chance : 0);
	else if (mutant->size == 0)
		return;
	else if (how == 1)
		octet_remove(mutant, at);
	else if (how == 2)
		mutant->size = at;
	else
		mutant->octets[at] =
		    octet_change(mutant->octets[at], chance, how - 3);
}

bool
mutant_make(
    struct mutant *mutant, const void *octets, size_t size, uint64_t *state)
{
	size_t times = 1 + random_below(state, 4);

	memcpy(mutant->octets, octets, size);
	mutant->size = size;
	while (times-- > 0)
		mutate_once(mutant, state);
	return mutant->size != size ||
	       memcmp(mutant->octets, octets, size) != 0;
}
