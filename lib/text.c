/*
 * Octets from elsewhere as text that a terminal may see.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "text.h"

void
gj_text_clean(const char *octets, size_t size, char *text, size_t room)
{
	size_t i;

	for (i = 0; i < size && i < room - 1; i++)
		text[i] =
		    octets[i] >= ' ' && octets[i] <= '~' ? octets[i] : '?';
	text[i] = '\0';
}
