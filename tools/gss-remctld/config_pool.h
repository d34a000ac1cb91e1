/*
 * Memory that is released all at once.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_CONFIG_POOL_H
#define GSS_REMCTLD_CONFIG_POOL_H

#include <stddef.h>

struct pool_block;

/* Begins with 0. */
struct pool {
	struct pool_block *blocks;
	size_t used; /* of the latest block */
};

/* Zeroed, and good for any type; NULL where there is no memory. */
void *pool_take(struct pool *pool, size_t size);

char *pool_copy(struct pool *pool, const char *text);

void pool_free(struct pool *pool);

#endif
