/*
 * Calls of the BSDs' C library, for the systems that lack them.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "compat.h"

#ifdef GJ_NO_EXPLICIT_BZERO
/* A call through a volatile pointer cannot be proved to be memset. */
static void *(*const volatile overwrite)(void *, int, size_t) = memset;

void
explicit_bzero(void *data, size_t size)
{
	if (size > 0)
		overwrite(data, 0, size);
}
#endif

#ifdef GJ_NO_STRLCPY
size_t
strlcpy(char *to, const char *source, size_t size)
{
	size_t length = strlen(source);
	size_t copied = length < size ? length : size - 1;

	if (size == 0)
		return length;
	memcpy(to, source, copied);
	to[copied] = '\0';
	return length;
}

#endif
