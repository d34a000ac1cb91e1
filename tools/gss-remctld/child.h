/*
 * What all children of the server have in common.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_CHILD_H
#define GSS_REMCTLD_CHILD_H

#include <signal.h>

/*
 * Before and after fork, in the server.  No signal is taken between fork and
 * the child's own handlers: the server's would tell the server of it.
 */
void child_announce(sigset_t *before);
void child_made(const sigset_t *before);

/*
 * In the child, which may be one of vfork: the signals are as they come by
 * default, whatever the server was started with, and it has a session of its
 * own: what is typed to a server in the foreground is not meant for it.
 */
void child_settle(void);

#endif
