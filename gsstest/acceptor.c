/*
 * The acceptor's half: gsstest accept.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * One process serves all connections by libevent: a peer that stalls costs
 * its connection and nothing else.  A connection goes through the phases
 * below, each with its own deadline.
 */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acceptor.h"
#include "address.h"
#include "compat.h"
#include "deadline.h"
#include "message.h"
#include "report.h"

/*
 * After a failure the rest of what the peer sends is read and thrown away, so
 * that the error that we told is not lost to a reset connection: at most so
 * long and so much.
 */
#define LINGER_MS     1000
#define LINGER_OCTETS (1024 * 1024)

/* How long no connection is taken when the process is out of descriptors. */
#define EXHAUSTED_MS 100

enum phase { NEGOTIATING, MESSAGES, LINGERING, OVER };

struct server;

struct connection {
	struct server *server;
	struct session session;
	struct event *io, *timer;
	short awaited; /* what io waits for: EV_READ, EV_WRITE, 0 */
	enum phase phase;
	bool ended;	  /* the peer has said that it ends */
	size_t discarded; /* octets, while lingering */
	struct connection *next, **link;
};

struct server {
	struct party *party;
	struct event_base *base;
	struct event *listening, *paused, *stop;
	struct connection *connections;
	unsigned int limit;  /* connections to serve; 0 for no limit */
	unsigned int taken;  /* so far */
	unsigned int worked; /* of those that are over */
	unsigned int over;
	uint64_t began;
};

/* Connections. */

static void
timer_set(struct connection *connection, unsigned int ms)
{
	struct timeval time = {ms / 1000, (int)(ms % 1000) * 1000};

	event_add(connection->timer, &time);
}

static void
phase_begin(struct connection *connection, enum phase phase)
{
	const struct options *options = connection->server->party->options;

	connection->phase = phase;
	timer_set(
	    connection, phase == LINGERING ? LINGER_MS : options->wait_ms);
}

static void
connection_free(struct connection *connection)
{
	if (connection->io != NULL)
		event_free(connection->io);
	if (connection->timer != NULL)
		event_free(connection->timer);
	session_close(&connection->session);
	*connection->link = connection->next;
	if (connection->next != NULL)
		connection->next->link = connection->link;
	free(connection);
}

static void
connection_report(struct connection *connection)
{
	struct server *server = connection->server;
	const struct options *options = server->party->options;
	bool works = session_works(&connection->session);
	json_t *report;

	if (works)
		server->worked++;
	if (works && options->quiet)
		return;
	report = report_session(&connection->session);
	report_show(options, report);
	json_decref(report);
}

/* Its report is out; the server ends with its last connection. */
static void
connection_end(struct connection *connection)
{
	struct server *server = connection->server;

	connection_free(connection);
	server->over++;
	if (server->limit > 0 && server->over == server->limit)
		event_base_loopbreak(server->base);
}

/* The session is over; a failure is given time to reach the peer. */
static void
connection_linger(struct connection *connection)
{
	short events;
	int fd;

	connection_report(connection);
	gssloop_channel_flush(connection->session.channel);
	gssloop_channel_poll(connection->session.channel, &fd, &events);
	shutdown(fd, SHUT_WR);
	phase_begin(connection, LINGERING);
}

/* Each phase goes as far as it can and says whether it has to wait. */

static bool
negotiate(struct connection *connection)
{
	struct session *session = &connection->session;
	enum gssloop_next next =
	    gssloop_advance(session->loop, session->channel);

	if (next != GSSLOOP_DONE && next != GSSLOOP_FAILED)
		return true;
	session_negotiated(session);
	if (session_works(session))
		phase_begin(connection, MESSAGES);
	else
		connection_linger(connection);
	return false;
}

/* What was answered goes out before the next message is read. */
static bool
messages(struct connection *connection)
{
	struct session *session = &connection->session;
	struct gssloop_frame frame;
	enum gssloop_io io = gssloop_channel_flush(session->channel);

	if (io == GSSLOOP_IO_OK && connection->ended) {
		connection_report(connection);
		connection->phase = OVER;
		return false;
	}
	if (io == GSSLOOP_IO_OK)
		io = gssloop_channel_get(session->channel, &frame);
	if (io == GSSLOOP_IO_AGAIN)
		return true;
	if (io == GSSLOOP_IO_OK)
		connection->ended = message_answer(session, &frame);
	else
		session_fail_io(session, "awaiting a message", io);
	if (session_works(session))
		phase_begin(connection, MESSAGES);
	else
		connection_linger(connection);
	return false;
}

static bool
linger(struct connection *connection)
{
	char rest[4096];
	short events;
	ssize_t got;
	int fd;

	gssloop_channel_poll(connection->session.channel, &fd, &events);
	got = recv(fd, rest, sizeof(rest), 0);
	if (got == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return true;
	if (got > 0)
		connection->discarded += (size_t)got;
	if (got <= 0 || connection->discarded > LINGER_OCTETS)
		connection->phase = OVER;
	return false;
}

static void on_io(evutil_socket_t fd, short what, void *argument);

/* Waits for what the channel wants; nothing is done when that is the same. */
static void
connection_await(struct connection *connection)
{
	struct server *server = connection->server;
	short events, awaited = EV_READ;
	int fd;

	gssloop_channel_poll(connection->session.channel, &fd, &events);
	if ((events & POLLOUT) != 0 && connection->phase != LINGERING)
		awaited = EV_WRITE;
	if (awaited == connection->awaited)
		return;
	event_del(connection->io);
	event_assign(connection->io, server->base, fd,
	    (short)(awaited | EV_PERSIST), on_io, connection);
	event_add(connection->io, NULL);
	connection->awaited = awaited;
}

static void
connection_advance(struct connection *connection)
{
	bool wait = false;

	while (!wait && connection->phase != OVER) {
		if (connection->phase == NEGOTIATING)
			wait = negotiate(connection);
		else if (connection->phase == MESSAGES)
			wait = messages(connection);
		else
			wait = linger(connection);
	}
	if (wait)
		connection_await(connection);
	else
		connection_end(connection);
}

static void
on_io(evutil_socket_t fd, short what, void *argument)
{
	(void)fd;
	(void)what;
	connection_advance(argument);
}

/* The phase's deadline has passed. */
static void
on_timer(evutil_socket_t fd, short what, void *argument)
{
	struct connection *connection = argument;
	struct session *session = &connection->session;

	(void)fd;
	(void)what;
	if (connection->phase == LINGERING) {
		connection->phase = OVER;
	} else if (connection->phase == MESSAGES) {
		session_fail_io(session, "awaiting a message", GSSLOOP_IO_TIME);
		connection_linger(connection);
	} else if (gssloop_next(session->loop) == GSSLOOP_TELL) {
		gssloop_told(session->loop);
	} else {
		gssloop_lost(
		    session->loop, GSSLOOP_IO_TIME, "the deadline has passed");
	}
	connection_advance(connection);
}

static void
connection_failed(struct connection *connection)
{
	report_failed(connection->server->party->options, GSSLOOP_ACCEPTOR,
	    session_works(&connection->session) ? "not enough memory"
						: connection->session.error);
	connection_end(connection);
}

/* Takes over a connected socket. */
static void
connection_begin(struct server *server, int fd)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	server->taken++;
	if (connection == NULL) {
		close(fd);
		server->over++;
		return;
	}
	connection->server = server;
	connection->next = server->connections;
	connection->link = &server->connections;
	if (connection->next != NULL)
		connection->next->link = &connection->next;
	server->connections = connection;
	connection->io = event_new(server->base, fd, 0, on_io, connection);
	connection->timer = evtimer_new(server->base, on_timer, connection);
	if (session_open(&connection->session, server->party, fd) !=
		EXIT_WORKED ||
	    connection->io == NULL || connection->timer == NULL) {
		connection_failed(connection);
		return;
	}
	phase_begin(connection, NEGOTIATING);
	connection_advance(connection);
}

/* The listener. */

static bool
server_is_full(const struct server *server)
{
	return server->limit > 0 && server->taken == server->limit;
}

static void
on_connection(evutil_socket_t listener, short what, void *argument)
{
	struct timeval pause = {0, EXHAUSTED_MS * 1000};
	struct server *server = argument;
	int fd;

	(void)what;
	while (!server_is_full(server)) {
		fd = accept(listener, NULL, NULL);
		if (fd == -1)
			break;
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		connection_begin(server, fd);
	}
	if (server_is_full(server)) {
		event_del(server->listening);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		   errno == ENOMEM) {
		fprintf(stderr, "gsstest: acceptor: accept: %s; pausing\n",
		    strerror(errno));
		event_del(server->listening);
		event_add(server->paused, &pause);
	}
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
	event_base_loopbreak(server->base);
}

/* The server. */

static int
server_open(struct server *server, struct party *party)
{
	memset(server, 0, sizeof(*server));
	server->party = party;
	server->began = gj_now();
	server->base = event_base_new();
	if (server->base != NULL)
		return EXIT_WORKED;
	report_failed(
	    party->options, GSSLOOP_ACCEPTOR, "libevent could not be started");
	return EXIT_FAILED;
}

static void
server_close(struct server *server)
{
	while (server->connections != NULL)
		connection_free(server->connections);
	if (server->listening != NULL)
		event_free(server->listening);
	if (server->paused != NULL)
		event_free(server->paused);
	if (server->stop != NULL)
		event_free(server->stop);
	if (server->base != NULL)
		event_base_free(server->base);
}

static int
server_listen(struct server *server, int listener)
{
	server->listening = event_new(server->base, listener,
	    EV_READ | EV_PERSIST, on_connection, server);
	server->paused = evtimer_new(server->base, on_pause_over, server);
	server->stop = evsignal_new(server->base, SIGTERM, on_stop, server);
	if (server->listening != NULL && server->paused != NULL &&
	    server->stop != NULL && event_add(server->listening, NULL) == 0 &&
	    event_add(server->stop, NULL) == 0)
		return EXIT_WORKED;
	report_failed(server->party->options, GSSLOOP_ACCEPTOR,
	    "libevent could not take the socket");
	return EXIT_FAILED;
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
	report_json(json);
	json_decref(json);
}

static int
serve(struct party *party, int listener, const char *bound)
{
	struct server server;
	int status = server_open(&server, party);

	server.limit = party->options->count;
	if (status == EXIT_WORKED)
		status = server_listen(&server, listener);
	if (status == EXIT_WORKED) {
		bound_show(party->options, bound);
		event_base_dispatch(server.base);
		report_sum(party->options, GSSLOOP_ACCEPTOR, server.taken,
		    server.worked, gj_now() - server.began);
		if (server.worked != server.over)
			status = EXIT_FAILED;
		if (server.limit > 0 && server.over != server.limit)
			status = EXIT_FAILED;
	}
	server_close(&server);
	return status;
}

bool
acceptor_run(struct party *party, int fd)
{
	struct server server;
	bool works = false;

	if (server_open(&server, party) == EXIT_WORKED) {
		server.limit = 1;
		connection_begin(&server, fd);
		if (server.over == 0)
			event_base_dispatch(server.base);
		works = server.worked == 1;
	} else {
		close(fd);
	}
	server_close(&server);
	return works;
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
			report_failed(options, GSSLOOP_ACCEPTOR, error);
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
	if (options.operand_count != 1) {
		fprintf(stderr, "usage: gsstest accept [options] HOST:PORT\n");
		return EXIT_USAGE;
	}
	return listen_and_serve(&options);
}
