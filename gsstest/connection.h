/*
 * Connections of either role, served by one process with libevent: a peer
 * that stalls costs its own connection and nothing else.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A hub is what the connections of a process share.  A connection goes
 * through the phases connecting (initiator), negotiating, messages and, after
 * a failure, lingering, each under a deadline of its own; when it is over its
 * report is shown and the hub's owner is told.
 */
#ifndef GSSTEST_CONNECTION_H
#define GSSTEST_CONNECTION_H

#include <event2/event.h>
#include <netdb.h>

#include "party.h"

struct connection;

struct hub {
	struct party *party;
	struct event_base *base;
	struct connection *connections;
	void (*ended)(struct hub *); /* a connection is over; may be NULL */
	void *owner;		     /* of the hub, for `ended` */
	unsigned int limit;	     /* connections in all; 0 for no limit */
	unsigned int begun, over, worked;
	uint64_t began; /* microseconds */
};

/*
 * Makes an empty hub.  EXIT_WORKED, or EXIT_FAILED with a report; hub_close
 * is right after either.
 */
int hub_open(struct hub *hub, struct party *party, unsigned int limit);

/* Ends what is left of the connections, without a report, and the rest. */
void hub_close(struct hub *hub);

/* True when as many connections were begun as there may be. */
bool hub_is_full(const struct hub *hub);

/*
 * Serves until `limit` connections are over, or event_base_loopbreak.
 * EXIT_WORKED when every connection worked and none is missing.
 */
int hub_run(struct hub *hub);

/* Shows the sum over the connections that are over. */
void hub_sum(const struct hub *hub);

/* Takes over a connected socket. */
void connection_begin(struct hub *hub, int fd);

/* Connects to the first address of a list that answers; it must outlive. */
void connection_connect(struct hub *hub, const struct addrinfo *list);

#endif
