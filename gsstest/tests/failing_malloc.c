/*
 * Allocation that fails when a test wants it to.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdint.h>

#include "failing_malloc.h"

/* The linker's names for the wrapped calls and for the real ones. */
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *memory);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void __real_free(void *memory);

static unsigned long left; /* allocations up to the one that fails */
static bool fired;

static struct {
	const uint8_t *memory;
	size_t size;
	bool wiped;
} watched;

void
failing_malloc_arm(unsigned long n)
{
	left = n;
	if (n > 0)
		fired = false;
}

bool
failing_malloc_fired(void)
{
	return fired;
}

void
failing_malloc_watch(const void *memory, size_t size)
{
	watched.memory = memory;
	watched.size = size;
	watched.wiped = false;
}

bool
failing_malloc_wiped(void)
{
	return watched.wiped;
}

static bool
fails(void)
{
	if (left == 0 || --left > 0)
		return false;
	fired = true;
	errno = ENOMEM;
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

static bool
all_zero(const uint8_t *octets, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (octets[i] != 0)
			return false;
	return true;
}

void
__wrap_free(void *memory)
{
	if (memory != NULL && memory == watched.memory) {
		watched.wiped = all_zero(watched.memory, watched.size);
		watched.memory = NULL;
	}
	__real_free(memory);
}
