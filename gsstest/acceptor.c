/*
 * The acceptor's half: gsstest accept.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acceptor.h"
#include "address.h"
#include "compat.h"
#include "complaint.h"
#include "connection.h"

/* How long no connection is taken when the process is out of descriptors. */
#define EXHAUSTED_MS 100

struct server {
	struct hub hub;
	struct event *listening, *paused, *stop;
};

static bool
descriptors_exhausted(void)
{
	return errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
	       errno == ENOMEM;
}

/*
 * Takes one connection a turn, so that those that are served have theirs.
 * Where descriptors are short, these go on, and the rest waits.
 */
static void
on_connection(evutil_socket_t listener, short what, void *argument)
{
	struct timeval pause = {0, EXHAUSTED_MS * 1000};
	struct server *server = argument;
	int fd = accept(listener, NULL, NULL);

	(void)what;
	if (fd == -1 && descriptors_exhausted()) {
		fprintf(stderr, "gsstest: acceptor: accept: %s; pausing\n",
		    strerror(errno));
		event_del(server->listening);
		event_add(server->paused, &pause);
	}
	if (fd == -1)
		return;
	connection_begin(&server->hub, fd);
	if (hub_is_full(&server->hub))
		event_del(server->listening);
}

static void
on_pause_over(evutil_socket_t fd, short what, void *argument)
{
	struct server *server = argument;

	(void)fd;
	(void)what;
	event_add(server->listening, NULL);
}

static void
on_stop(evutil_socket_t signal, short what, void *argument)
{
	struct server *server = argument;

	(void)signal;
	(void)what;
	event_base_loopbreak(server->hub.base);
}

static int
server_listen(struct server *server, int listener)
{
	struct event_base *base = server->hub.base;
	const struct party *party = server->hub.party;

	server->listening = event_new(
	    base, listener, EV_READ | EV_PERSIST, on_connection, server);
	server->paused = evtimer_new(base, on_pause_over, server);
	server->stop = evsignal_new(base, SIGTERM, on_stop, server);
	if (server->listening != NULL && server->paused != NULL &&
	    server->stop != NULL && event_add(server->listening, NULL) == 0 &&
	    event_add(server->stop, NULL) == 0)
		return EXIT_WORKED;
	complaint(
	    party->options, party->role, "libevent could not take the socket");
	return EXIT_FAILED;
}

static void
server_close(struct server *server)
{
	if (server->listening != NULL)
		event_free(server->listening);
	if (server->paused != NULL)
		event_free(server->paused);
	if (server->stop != NULL)
		event_free(server->stop);
	hub_close(&server->hub);
}

/* Where it listens: the first line on stdout. */
static void
bound_show(const struct options *options, const char *bound)
{
	json_t *json;

	if (!options->json) {
		printf("listening on %s\n", bound);
		fflush(stdout);
		return;
	}
	json = json_pack("{s:s}", "listening", bound);
	json_show(json);
	json_decref(json);
}

static int
serve(struct party *party, int listener, const char *bound)
{
	struct server server;
	int status;

	memset(&server, 0, sizeof(server));
	status = hub_open(&server.hub, party, party->options->count);
	if (status == EXIT_WORKED)
		status = server_listen(&server, listener);
	if (status == EXIT_WORKED) {
		bound_show(party->options, bound);
		status = hub_run(&server.hub);
		hub_sum(&server.hub);
	}
	server_close(&server);
	return status;
}

static int
listen_and_serve(const struct options *options)
{
	char bound[ADDRESS_TEXT], error[ADDRESS_ERROR];
	struct party party;
	int listener, status;

	status = party_open(&party, GSSLOOP_ACCEPTOR, options, NULL);
	if (status == EXIT_WORKED) {
		listener = address_listen(options->operands[0], bound, error);
		if (listener == -1) {
			complaint(options, GSSLOOP_ACCEPTOR, error);
			status = EXIT_FAILED;
		} else {
			status = serve(&party, listener, bound);
			close(listener);
		}
	}
	party_close(&party);
	return status;
}

int
acceptor_command(int argc, char **argv)
{
	struct options options;
	int status = options_read(&options, argc, argv);

	if (status != EXIT_WORKED)
		return status;
	if (options.operand_count != 1 ||
	    !address_is_one(options.operands[0])) {
		fprintf(stderr, "usage: gsstest accept [options] HOST:PORT\n");
		return EXIT_USAGE;
	}
	return listen_and_serve(&options);
}
