/*
 * Memory that is released all at once.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config_pool.h"

/* Room of a block; what is larger gets a block of its own. */
#define BLOCK_ROOM 16384

struct pool_block {
	struct pool_block *next;
	size_t room;
	alignas(max_align_t) unsigned char memory[];
};

static struct pool_block *
block_add(struct pool *pool, size_t size)
{
	size_t room = size > BLOCK_ROOM ? size : BLOCK_ROOM;
	struct pool_block *block = NULL;

	if (room <= SIZE_MAX - sizeof(*block))
		block = calloc(1, sizeof(*block) + room);
	if (block == NULL)
		return NULL;
	block->next = pool->blocks;
	block->room = room;
	pool->blocks = block;
	pool->used = 0;
	return block;
}

void *
pool_take(struct pool *pool, size_t size)
{
	struct pool_block *block = pool->blocks;
	size_t unit = alignof(max_align_t);
	void *memory;

	if (size > SIZE_MAX - unit)
		return NULL;
	size = (size + unit - 1) / unit * unit;
	if (block == NULL || size > block->room - pool->used)
		block = block_add(pool, size);
	if (block == NULL)
		return NULL;
	memory = block->memory + pool->used;
	pool->used += size;
	return memory;
}

char *
pool_copy(struct pool *pool, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = pool_take(pool, size);

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

void
pool_free(struct pool *pool)
{
	struct pool_block *block, *next;

	for (block = pool->blocks; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	pool->blocks = NULL;
	pool->used = 0;
}
