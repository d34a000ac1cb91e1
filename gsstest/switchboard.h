/*
 * Many conversations over one datagram socket: an acceptor's.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A datagram belongs to a conversation by its address and its conversation's
 * name.  One socket serves all of them: to connect a second socket to each
 * peer from the same port would depend on how a system shares ports, and
 * would cost a descriptor each.
 *
 * Before a first datagram has come back with a cookie nothing of it is kept.
 */
#ifndef GSSTEST_SWITCHBOARD_H
#define GSSTEST_SWITCHBOARD_H

#include "connection.h"

/*
 * Conversations at a time: as many as this program is made for to serve at
 * once.  Beyond it a new one is refused by silence, so that its initiator
 * tries again until there is room; to drop an old one instead would let those
 * who come in great number push out those who were there.
 */
#define CONVERSATIONS_MAX 1024

/*
 * Datagrams that are read in one turn of the event loop, so that timers and
 * signals have theirs under a flood.
 */
#define DATAGRAMS_A_TURN 64

struct switchboard;

/*
 * Serves what comes to a bound socket, which stays the caller's, by beginning
 * connections of the hub, until that is full.  NULL after a report.
 */
struct switchboard *switchboard_open(struct hub *hub, int fd);

/* Its connections have to be closed before.  NULL is accepted. */
void switchboard_close(struct switchboard *board);

#endif
