/*
 * TAP, as the probes write it: a program that a script of the tests runs, and
 * whose lines are the script's.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

/* One test and its name. */
void tap_check(bool ok, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Nothing more can be tested, for this reason: ends the program. */
void tap_bail(const char *why) __attribute__((noreturn));

/* The plan; main() returns what it returns. */
int tap_end(void);

#endif
