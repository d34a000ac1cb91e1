/*
 * The acceptor's half: gsstest accept.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_ACCEPTOR_H
#define GSSTEST_ACCEPTOR_H

#include "party.h"

/*
 * Serves one connected socket, which it takes over; shows the report.  True
 * when everything worked.
 */
bool acceptor_run(struct party *party, int fd);

/* gsstest accept HOST:PORT.  An exit status. */
int acceptor_command(int argc, char **argv);

#endif
