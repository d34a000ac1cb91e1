/*
 * TAP, as the probes write it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tap.h"

static unsigned int count, failed;

void
tap_check(bool ok, const char *format, ...)
{
	va_list arguments;

	printf("%sok %u - ", ok ? "" : "not ", ++count);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	if (!ok)
		failed++;
}

void
tap_bail(const char *why)
{
	printf("Bail out! %s\n", why);
	exit(EXIT_FAILURE);
}

int
tap_end(void)
{
	printf("1..%u\n", count);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
