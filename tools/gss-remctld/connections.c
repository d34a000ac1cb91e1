/*
 * Connections in the order of their coming.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stddef.h>

#include "connections.h"

void
connections_remove(struct connection_place *place)
{
	struct connections *connections = place->in;

	if (connections == NULL)
		return;
	if (place->before != NULL)
		place->before->next = place->next;
	else
		connections->first = place->next;
	if (place->next != NULL)
		place->next->before = place->before;
	else
		connections->last = place->before;
	connections->count--;
	place->in = NULL;
}

void
connections_append(struct connections *connections,
    struct connection_place *place, struct connection *connection)
{
	connections_remove(place);
	place->in = connections;
	place->connection = connection;
	place->next = NULL;
	place->before = connections->last;
	if (connections->last != NULL)
		connections->last->next = place;
	else
		connections->first = place;
	connections->last = place;
	connections->count++;
}
