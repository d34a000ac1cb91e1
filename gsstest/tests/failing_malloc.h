/*
 * Allocation that fails when a test wants it to, and memory that a test
 * watches being released.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Needs the linker's --wrap for malloc, calloc and free (GNU ld, gold and lld
 * have it): the calls in our own objects and in static archives come here and
 * go on to the C library or to the sanitizer's own functions, so what ASan and
 * LeakSanitizer see is the same as ever.  What shared libraries allocate (and
 * strdup() within the C library) is not touched.
 *
 * Each allocation of something made to fail, one after the other:
 *
 *	for (n = 1;; n++) {
 *		failing_malloc_arm(n);
 *		result = something();
 *		failing_malloc_arm(0);
 *		if (!failing_malloc_fired())
 *			break;
 *		check that result is the documented error
 *	}
 *
 * Disarm before an assertion of Check, which allocates, too.
 */
#ifndef FAILING_MALLOC_H
#define FAILING_MALLOC_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The n-th allocation from now on fails, n from 1, and only that one; 0
 * disarms.
 */
void failing_malloc_arm(unsigned long n);

/* Whether an allocation failed since the latest arming with n above 0. */
bool failing_malloc_fired(void);

/* Watches the block at memory, of which size octets count; one at a time. */
void failing_malloc_watch(const void *memory, size_t size);

/* Whether the watched block was freed, and its octets were all 0 by then. */
bool failing_malloc_wiped(void);

#endif
