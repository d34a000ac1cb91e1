/*
 * A table of things with a hash, for the registry: finding, adding and removing
 * cost the same however many there are.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The entry is a member of what it stands for, at its start or not; the table
 * knows nothing else of it.  Start from all zero.  Threads: the caller's lock.
 */
#ifndef CCM_TABLE_H
#define CCM_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ccm_entry {
	struct ccm_entry *next, **from; /* from NULL: in no table */
	uint64_t hash;
};

struct ccm_table {
	struct ccm_entry **buckets;
	size_t size; /* of buckets: 0 or a power of two */
	size_t count;
};

/* False without memory.  The entry must not be in a table. */
bool ccm_table_add(
    struct ccm_table *table, struct ccm_entry *entry, uint64_t hash);

/* Nothing where it is in no table. */
void ccm_table_remove(struct ccm_table *table, struct ccm_entry *entry);

/* The first entry with this hash, and the next one with its; NULL: no more. */
struct ccm_entry *ccm_table_first(const struct ccm_table *table, uint64_t hash);
struct ccm_entry *ccm_entry_next(const struct ccm_entry *entry);

/* Frees the table itself, which is empty by then. */
void ccm_table_free(struct ccm_table *table);

/* A hash of two numbers that are no attacker's choice, such as addresses. */
uint64_t ccm_hash(uint64_t one, uint64_t two);

#endif
