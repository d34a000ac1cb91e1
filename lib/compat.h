/*
 * Calls of the BSDs' C library that another system lacks.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Every source file that uses one of them includes this header.  The Makefile
 * sets GJ_NO_... where a call has to be brought along; the BSDs have them in
 * <string.h>, with the same contracts, but for NetBSD's explicit_bzero.
 */
#ifndef GJ_COMPAT_H
#define GJ_COMPAT_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#ifdef GJ_NO_EXPLICIT_BZERO
/* Overwrites size octets at data; the compiler may not leave it out. */
void explicit_bzero(void *data, size_t size);
#endif

#ifdef GJ_NO_STRLCPY
/*
 * Copies as much of source as fits and always ends it with NUL (size > 0).
 * Returns the length of source: the copy was cut if that is >= size.
 */
size_t strlcpy(char *to, const char *source, size_t size);
#endif

#endif
