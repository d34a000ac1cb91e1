/*
 * -m ccm: CCM as the second negotiation of a session, its context bound to the
 * first one's.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_CCM_H
#define GSSTEST_CCM_H

#include "session.h"

/*
 * Gives a party CCM, where its options ask for that, before its sessions; an
 * acceptor is registered as an application.  What fails shows in its sessions.
 */
void ccm_open(struct party *party);

/* When they are closed. */
void ccm_close(struct party *party);

#endif
