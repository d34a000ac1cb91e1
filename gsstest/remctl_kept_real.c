/*
 * A client of remctl that keeps its connection: libremctl's.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <remctl.h>
#include <stdlib.h>

#include "remctl_kept.h"

/* libremctl's own handle is all there is: struct client is never defined. */
static struct remctl *
handle_of(struct client *client)
{
	return (struct remctl *)client;
}

static void
check(struct remctl *remctl, int good, const char *what)
{
	if (!good)
		client_fail(what, remctl_error(remctl));
}

struct client *
client_open(const char *host, const char *port, const char *principal)
{
	struct remctl *remctl = remctl_new();

	if (remctl == NULL)
		client_fail("remctl_new", "no memory");
	check(remctl,
	    remctl_open(remctl, host, (unsigned short)atoi(port), principal),
	    "remctl_open");
	return (struct client *)remctl;
}

void
client_send(struct client *client, const struct iovec *words, size_t count)
{
	check(handle_of(client),
	    remctl_commandv(handle_of(client), words, count),
	    "remctl_commandv");
}

void
client_get(struct client *client, struct client_answer *answer)
{
	struct remctl_output *output = remctl_output(handle_of(client));

	check(handle_of(client), output != NULL, "remctl_output");
	answer->data = output->data;
	answer->size = output->length;
	switch (output->type) {
	case REMCTL_OUT_OUTPUT:
		answer->kind = CLIENT_OUTPUT;
		answer->number = (unsigned long)output->stream;
		break;
	case REMCTL_OUT_STATUS:
		answer->kind = CLIENT_STATUS;
		/* To libremctl the octet is a char, with a sign. */
		answer->number = (unsigned char)output->status;
		break;
	case REMCTL_OUT_ERROR:
		answer->kind = CLIENT_ERROR;
		answer->number = (unsigned long)output->error;
		break;
	default:
		client_fail("remctl_output", "nothing was asked for");
	}
}

void
client_noop(struct client *client)
{
	check(handle_of(client), remctl_noop(handle_of(client)), "remctl_noop");
}

void
client_close(struct client *client)
{
	if (client != NULL)
		remctl_close(handle_of(client));
}
