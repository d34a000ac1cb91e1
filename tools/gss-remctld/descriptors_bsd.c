/*
 * The BSDs: closefrom().
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <unistd.h>

#include "descriptors.h"

void
descriptors_close(int least)
{
	(void)closefrom(least);
}
