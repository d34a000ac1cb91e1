/*
 * The initiator's half: gsstest init.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_INITIATOR_H
#define GSSTEST_INITIATOR_H

#include "party.h"

/*
 * One negotiation and its messages over a connected socket, which it takes
 * over; shows the report.  True when everything worked.
 */
bool initiator_run(struct party *party, int fd);

/* gsstest init HOST:PORT SERVICE@HOST.  An exit status. */
int initiator_command(int argc, char **argv);

#endif
