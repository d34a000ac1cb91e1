/*
 * A table of things with a hash.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>

#include "table.h"

#define SIZE_FIRST 64

static void
push(struct ccm_entry **buckets, size_t size, struct ccm_entry *entry)
{
	struct ccm_entry **bucket = &buckets[entry->hash & (size - 1)];

	entry->next = *bucket;
	entry->from = bucket;
	if (entry->next != NULL)
		entry->next->from = &entry->next;
	*bucket = entry;
}

/* Twice the room.  Without memory a table that has some goes on, slower. */
static bool
grow(struct ccm_table *table)
{
	size_t size = table->size == 0 ? SIZE_FIRST : table->size * 2;
	struct ccm_entry **buckets = calloc(size, sizeof(*buckets)), *entry;

	if (buckets == NULL)
		return table->size > 0;
	for (size_t i = 0; i < table->size; i++)
		while ((entry = table->buckets[i]) != NULL) {
			table->buckets[i] = entry->next;
			push(buckets, size, entry);
		}
	free(table->buckets);
	table->buckets = buckets;
	table->size = size;
	return true;
}

bool
ccm_table_add(struct ccm_table *table, struct ccm_entry *entry, uint64_t hash)
{
	if (table->count >= table->size && !grow(table))
		return false;
	entry->hash = hash;
	push(table->buckets, table->size, entry);
	table->count++;
	return true;
}

void
ccm_table_remove(struct ccm_table *table, struct ccm_entry *entry)
{
	if (entry->from == NULL)
		return;
	*entry->from = entry->next;
	if (entry->next != NULL)
		entry->next->from = entry->from;
	entry->next = NULL;
	entry->from = NULL;
	table->count--;
}

static struct ccm_entry *
same(struct ccm_entry *entry, uint64_t hash)
{
	while (entry != NULL && entry->hash != hash)
		entry = entry->next;
	return entry;
}

struct ccm_entry *
ccm_table_first(const struct ccm_table *table, uint64_t hash)
{
	if (table->size == 0)
		return NULL;
	return same(table->buckets[hash & (table->size - 1)], hash);
}

struct ccm_entry *
ccm_entry_next(const struct ccm_entry *entry)
{
	return same(entry->next, entry->hash);
}

void
ccm_table_free(struct ccm_table *table)
{
	free(table->buckets);
	table->buckets = NULL;
	table->size = 0;
}

/* The finalizer of splitmix64. */
uint64_t
ccm_hash(uint64_t one, uint64_t two)
{
	uint64_t hash = one * 0x9e3779b97f4a7c15u ^ two;

	hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9u;
	hash = (hash ^ hash >> 27) * 0x94d049bb133111ebu;
	return hash ^ hash >> 31;
}
