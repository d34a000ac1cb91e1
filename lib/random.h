/*
 * Octets that nobody can foretell.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_RANDOM_H
#define GJ_RANDOM_H

#include <stddef.h>

/* Fills size octets from the system's source; 0, or errno's value. */
int gj_random(void *octets, size_t size);

#endif
