/*
 * What the program has to say for itself, on standard error.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "complaint.h"
#include "text.h"

/* A loop's error is the longest, with words of ours around it. */
#define TEXT_MAX 1280

static bool wanted_remarks;

void
remarks_want(bool wanted)
{
	wanted_remarks = wanted;
}

static void __attribute__((format(printf, 1, 0)))
line_show(const char *format, va_list arguments)
{
	char text[TEXT_MAX], clean[TEXT_MAX];

	vsnprintf(text, sizeof(text), format, arguments);
	gj_text_clean(text, strlen(text), clean, sizeof(clean));
	fprintf(stderr, "gss-remctl: %s\n", clean);
}

void
complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line_show(format, arguments);
	va_end(arguments);
}

void
remark(const char *format, ...)
{
	va_list arguments;

	if (!wanted_remarks)
		return;
	va_start(arguments, format);
	line_show(format, arguments);
	va_end(arguments);
}
