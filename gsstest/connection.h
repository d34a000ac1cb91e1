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
	unsigned int open; /* connections there are, lingering ones included */
	uint64_t began;	   /* microseconds */
};

/*
 * Makes an empty hub.  EXIT_WORKED, or EXIT_FAILED with a report; hub_close
 * is right after either.
 */
int hub_open(struct hub *hub, struct party *party, unsigned int limit);

/* Ends what is left of the connections, without a report. */
void hub_close_connections(struct hub *hub);

/* The same, and the rest. */
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

/*
 * Takes over a channel whose datagrams somebody else brings, who calls
 * connection_wake for each; *connection is set before anything is done, and
 * either may end the connection and free the channel.
 */
void connection_carry(struct hub *hub, struct gssloop_channel *channel,
    struct connection **connection);
void connection_wake(struct connection *connection);

/* Connects to the first address of a list that answers; it must outlive. */
void connection_connect(struct hub *hub, const struct addrinfo *list);

#endif
