/*
 * The initiator's half: gsstest init.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include "complaint.h"
#include "address.h"
#include "connection.h"
#include "initiator.h"

/* Keeps as many negotiations going as -p says, until -n have begun. */
static void
on_ended(struct hub *hub)
{
	if (!hub_is_full(hub))
		connection_connect(hub, hub->owner);
}

static int
connect_and_run(struct party *party, struct addrinfo *list)
{
	const struct options *options = party->options;
	struct hub hub;
	unsigned int i;
	int status = hub_open(&hub, party, options->count);

	if (status == EXIT_WORKED) {
		hub.ended = on_ended;
		hub.owner = list;
		for (i = 0; i < options->parallel && !hub_is_full(&hub); i++)
			connection_connect(&hub, list);
		status = hub_run(&hub);
		hub_sum(&hub);
	}
	hub_close(&hub);
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
		list = address_resolve(options->operands[0], error);
		if (list != NULL) {
			status = connect_and_run(&party, list);
			freeaddrinfo(list);
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
		fprintf(stderr,
		    "usage: gsstest init [options] HOST:PORT SERVICE@HOST\n"
		    "       with -n above 0\n");
		return EXIT_USAGE;
	}
	return resolve_and_run(&options);
}
