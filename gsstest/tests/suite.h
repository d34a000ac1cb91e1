/*
 * Running a Check suite: what every test program ends with.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SUITE_H
#define SUITE_H

#include <check.h>

/* Runs the suite as the environment asks, releases it; an exit status. */
int suite_run(Suite *suite);

#endif
