/*
 * What the Check suites share: how they end, and copies for ASan.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SUITE_H
#define SUITE_H

#include <check.h>
#include <stddef.h>

/* Runs the suite as the environment asks, releases it; an exit status. */
int suite_run(Suite *suite);

/*
 * A copy in a block of exactly its size, so that ASan sees each step over; the
 * caller frees it.
 */
void *suite_exact(const void *data, size_t size);

#endif
