/*
 * The acceptor's half: gsstest accept.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acceptor.h"
#include "address.h"
#include "compat.h"
#include "complaint.h"
#include "connection.h"
#include "switchboard.h"

/* How long no connection is taken when the process is out of descriptors. */
#define EXHAUSTED_MS 100

/*
 * Descriptors for all but the connections: what libevent and the command line
 * opened, and a GSS call's keytab, replay cache and modules.
 */
#define DESCRIPTORS_RESERVED 32

struct server {
	struct hub hub;
	unsigned int connections_max; /* what the descriptors allow */
	bool limit_said, exhausted_said;
	struct event *listening, *paused, *stop;
	struct switchboard *board; /* over datagrams, instead of listening */
};

/*
 * As many as there may be: more wait in the system's queue, and nothing is
 * asked of it until one of them ends.
 */
static bool
is_crowded(const struct server *server)
{
	return server->hub.open >= server->connections_max;
}

static void
crowd_tell(struct server *server)
{
	unsigned int wanted = server->hub.party->options->connections_max;

	if (server->limit_said)
		return;
	server->limit_said = true;
	fprintf(stderr,
	    "gsstest: acceptor: %u connections at a time; more wait",
	    server->connections_max);
	if (server->connections_max < wanted)
		fprintf(stderr, " (the limit of descriptors is too low for %u)",
		    wanted);
	fputc('\n', stderr);
}

/* Listens while there is room, for a connection and in the process. */
static void
listening_set(struct server *server)
{
	if (is_crowded(server) || hub_is_full(&server->hub) ||
	    evtimer_pending(server->paused, NULL))
		event_del(server->listening);
	else
		event_add(server->listening, NULL);
}

static void
exhausted_pause(struct server *server)
{
	struct timeval pause = {0, EXHAUSTED_MS * 1000};

	if (!server->exhausted_said)
		fprintf(stderr, "gsstest: acceptor: accept: %s; pausing\n",
		    strerror(errno));
	server->exhausted_said = true;
	event_add(server->paused, &pause);
}

/*
 * Takes one connection a turn, so that those that are served have theirs.
 * Where descriptors are short, these go on, and the rest waits.
 */
static void
on_connection(evutil_socket_t listener, short what, void *argument)
{
	struct server *server = argument;
	int fd = accept(listener, NULL, NULL);

	(void)what;
	if (fd != -1)
		connection_begin(&server->hub, fd);
	else if (address_exhausted(errno))
		exhausted_pause(server);
	if (is_crowded(server))
		crowd_tell(server);
	listening_set(server);
}

static void
on_ended(struct hub *hub)
{
	listening_set(hub->owner);
}

static void
on_pause_over(evutil_socket_t fd, short what, void *argument)
{
	(void)fd;
	(void)what;
	listening_set(argument);
}

static void
on_stop(evutil_socket_t signal, short what, void *argument)
{
	struct server *server = argument;

	(void)signal;
	(void)what;
	event_base_loopbreak(server->hub.base);
}

/*
 * Descriptors for all connections that there may be, as far as the system lets
 * the process have them: what is short is known before it is missing.
 */
static unsigned int
connections_allowed(unsigned int wanted)
{
	rlim_t most = (rlim_t)wanted + DESCRIPTORS_RESERVED;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return wanted;
	if (limit.rlim_cur < most && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = most < limit.rlim_max ? most : limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur >= most)
		return wanted;
	return limit.rlim_cur > DESCRIPTORS_RESERVED
		   ? (unsigned int)(limit.rlim_cur - DESCRIPTORS_RESERVED)
		   : 1;
}

static bool
connections_await(struct server *server, int listener)
{
	struct event_base *base = server->hub.base;

	server->connections_max =
	    connections_allowed(server->hub.party->options->connections_max);
	server->hub.ended = on_ended;
	server->hub.owner = server;
	server->listening = event_new(
	    base, listener, EV_READ | EV_PERSIST, on_connection, server);
	server->paused = evtimer_new(base, on_pause_over, server);
	return server->listening != NULL && server->paused != NULL &&
	       event_add(server->listening, NULL) == 0;
}

static bool
stop_await(struct server *server)
{
	server->stop = evsignal_new(server->hub.base, SIGTERM, on_stop, server);
	return server->stop != NULL && event_add(server->stop, NULL) == 0;
}

static int
server_listen(struct server *server, int fd)
{
	const struct party *party = server->hub.party;

	if (party->options->channel->datagrams) {
		server->board = switchboard_open(&server->hub, fd);
		if (server->board == NULL)
			return EXIT_FAILED;
	}
	if ((server->board != NULL || connections_await(server, fd)) &&
	    stop_await(server))
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
	hub_close_connections(&server->hub);
	switchboard_close(server->board);
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
		listener = (options->channel->datagrams ? address_bind
							: address_listen)(
		    options->operands[0], bound, error);
		if (listener == -1) {
			complaint(options, GSSLOOP_ACCEPTOR, error);
			status = EXIT_FAILED;
		} else {
			status = serve(&party, listener, bound);
			close(listener);
			address_unlisten(options->operands[0]);
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
		fprintf(stderr,
		    "usage: gsstest accept [options] HOST:PORT|/PATH\n");
		return EXIT_USAGE;
	}
	return listen_and_serve(&options);
}
