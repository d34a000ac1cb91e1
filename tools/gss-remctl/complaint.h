/*
 * What the program has to say for itself, on standard error.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTL_COMPLAINT_H
#define GSS_REMCTL_COMPLAINT_H

#include <stdbool.h>

#if defined(__GNUC__)
#define COMPLAINT_PRINTF __attribute__((format(printf, 1, 2)))
#else
#define COMPLAINT_PRINTF
#endif

/* The exit status of everything that is not the command's own. */
#define EXIT_OURS 1

/* One line, as printf.  What is not printable in it becomes "?". */
void complain(const char *format, ...) COMPLAINT_PRINTF;

/* The same where -d was given. */
void remark(const char *format, ...) COMPLAINT_PRINTF;
void remarks_want(bool wanted);

#endif
