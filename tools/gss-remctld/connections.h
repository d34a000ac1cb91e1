/*
 * Connections in the order of their coming.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_CONNECTIONS_H
#define GSS_REMCTLD_CONNECTIONS_H

struct connection;

/* A connection's place; begins with 0. */
struct connection_place {
	struct connections *in; /* NULL: in none */
	struct connection_place *next, *before;
	struct connection *connection;
};

/* Begins with 0. */
struct connections {
	struct connection_place *first, *last;
	unsigned int count;
};

/* Takes a connection out of where it is, and puts it behind the last one. */
void connections_append(struct connections *connections,
    struct connection_place *place, struct connection *connection);

/* A place that is in none is accepted. */
void connections_remove(struct connection_place *place);

#endif
