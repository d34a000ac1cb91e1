/*
 * Octets as text in hexadecimal.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdint.h>

#include "hex.h"

void
gj_hex_text(const void *data, size_t size, char *text)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *octets = data;
	size_t i;

	for (i = 0; i < size; i++) {
		text[2 * i] = digits[octets[i] >> 4];
		text[2 * i + 1] = digits[octets[i] & 15];
	}
	text[2 * size] = '\0';
}
