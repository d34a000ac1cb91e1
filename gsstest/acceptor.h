/*
 * The acceptor's half: gsstest accept.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_ACCEPTOR_H
#define GSSTEST_ACCEPTOR_H

/* gsstest accept HOST:PORT.  An exit status. */
int acceptor_command(int argc, char **argv);

#endif
