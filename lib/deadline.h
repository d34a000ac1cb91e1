/*
 * Points in time by the monotonic clock, in microseconds.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_DEADLINE_H
#define GJ_DEADLINE_H

#include <stdint.h>

/* Now, in microseconds since some fixed point; never goes back. */
uint64_t gj_now(void);

/*
 * What is left until the deadline in milliseconds, rounded up, for poll():
 * 0 where it has passed, at most INT_MAX.
 */
int gj_left_ms(uint64_t deadline);

/* The deadline that is ms milliseconds from now; UINT64_MAX never comes. */
uint64_t gj_deadline(uint64_t ms);

#endif
