/*
 * The initiator's half: gsstest init.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include "complaint.h"
#include "address.h"
#include "compat.h"
#include "connection.h"
#include "initiator.h"

/* What keeps as many negotiations going as -p says, until -n have begun. */
struct client {
	struct hub hub;
	const struct addrinfo *list;
	struct event *next; /* begins what is missing */
};

static void
on_next(evutil_socket_t fd, short what, void *argument)
{
	struct client *client = argument;
	struct hub *hub = &client->hub;
	unsigned int wanted = hub->party->options->parallel;

	(void)fd;
	(void)what;
	while (!hub_is_full(hub) && hub->begun - hub->over < wanted)
		connection_connect(hub, client->list);
}

/* From the event loop, not from the end of a connection: nothing recurses. */
static void
on_ended(struct hub *hub)
{
	struct client *client = hub->owner;

	if (!hub_is_full(hub))
		event_active(client->next, 0, 0);
}

static int
connect_and_run(struct party *party, const struct addrinfo *list)
{
	struct client client;
	int status;

	memset(&client, 0, sizeof(client));
	client.list = list;
	status = hub_open(&client.hub, party, party->options->count);
	if (status == EXIT_WORKED)
		client.next =
		    event_new(client.hub.base, -1, 0, on_next, &client);
	if (client.next != NULL) {
		client.hub.ended = on_ended;
		client.hub.owner = &client;
		event_active(client.next, 0, 0);
		status = hub_run(&client.hub);
		hub_sum(&client.hub);
		event_free(client.next);
	} else if (status == EXIT_WORKED) {
		complaint(party->options, party->role, "not enough memory");
		status = EXIT_FAILED;
	}
	hub_close(&client.hub);
	return status;
}

static int
resolve_and_run(const struct options *options)
{
	char error[ADDRESS_ERROR];
	struct addrinfo *list = NULL;
	struct party party;
	int status = party_open(
	    &party, GSSLOOP_INITIATOR, options, options->operands[1]);

	if (status == EXIT_WORKED) {
		list =
		    options->channel->datagrams
			? address_resolve_datagram(options->operands[0], error)
			: address_resolve(options->operands[0], error);
		if (list != NULL) {
			status = connect_and_run(&party, list);
			address_free(list);
		} else {
			complaint(options, GSSLOOP_INITIATOR, error);
			status = EXIT_FAILED;
		}
	}
	party_close(&party);
	return status;
}

int
initiator_command(int argc, char **argv)
{
	struct options options;
	int status = options_read(&options, argc, argv);

	if (status != EXIT_WORKED)
		return status;
	if (options.operand_count != 2 || options.count == 0 ||
	    !address_is_one(options.operands[0])) {
		fprintf(stderr, "usage: gsstest init [options] HOST:PORT|/PATH "
				"SERVICE@HOST\n"
				"       with -n above 0\n");
		return EXIT_USAGE;
	}
	return resolve_and_run(&options);
}
