/*
 * gsstest ci-flags: what becomes of the confidentiality and integrity flags,
 * seen: who sets them, who takes them for a demand, who is refused for it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_CI_FLAGS_H
#define GSSTEST_CI_FLAGS_H

/*
 * argv[-1] is how the program was called, which tells where its neighbours
 * are.  EXIT_WORKED when each case came out as the table says.
 */
int ci_flags_command(int argc, char **argv);

#endif
