/*
 * Both halves at once, in two processes: gsstest loop.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_PAIR_H
#define GSSTEST_PAIR_H

/* gsstest loop [SERVICE@HOST].  An exit status. */
int pair_command(int argc, char **argv);

#endif
