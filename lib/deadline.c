/*
 * Points in time by the monotonic clock.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <limits.h>
#include <time.h>

#include "deadline.h"

uint64_t
gj_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int
gj_left_ms(uint64_t deadline)
{
	uint64_t now = gj_now();
	uint64_t left = deadline > now ? deadline - now : 0;

	if (left / 1000 >= INT_MAX)
		return INT_MAX;
	return (int)((left + 999) / 1000);
}

uint64_t
gj_deadline(uint64_t ms)
{
	uint64_t now = gj_now();

	return ms > (UINT64_MAX - now) / 1000 ? UINT64_MAX : now + ms * 1000;
}
