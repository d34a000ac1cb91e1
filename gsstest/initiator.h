/*
 * The initiator's half: gsstest init.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_INITIATOR_H
#define GSSTEST_INITIATOR_H

/* gsstest init HOST:PORT SERVICE@HOST.  An exit status. */
int initiator_command(int argc, char **argv);

#endif
