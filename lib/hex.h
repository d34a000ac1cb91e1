/*
 * Octets as text in hexadecimal.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_HEX_H
#define GJ_HEX_H

#include <stddef.h>

/* The room that gj_hex_text needs for size octets, the final NUL included. */
#define GJ_HEX_ROOM(size) (2 * (size) + 1)

/*
 * Writes size octets as lower-case hexadecimal and a NUL into text, which has
 * room for GJ_HEX_ROOM(size) characters.
 */
void gj_hex_text(const void *data, size_t size, char *text);

#endif
