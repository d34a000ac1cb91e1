/*
 * A client's connection, from its first octet to its last.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connection.h"
#include "deadline.h"
#include "descriptors.h"
#include "log.h"

enum phase {
	NEGOTIATING, /* until the context is established */
	SERVING,     /* the session */
	LINGERING,   /* all is sent; the client is to close */
	OVER
};

struct connection {
	struct server *server;
	struct connection_place place;
	struct gssloop_channel *channel;
	struct gssloop *loop;
	struct session *session; /* once there is a context */
	struct event *read, *write, *timer;
	enum phase phase;
	int fd; /* the channel's */
	uint64_t began, number;
	struct sockaddr_storage peer;
	socklen_t peer_size;
	char address[64]; /* a link's name may follow IPv6's 45 characters */
	char *host;	  /* as in struct client */
};

static void connection_advance(struct connection *connection);

/* Events. */

static void
timer_set(struct connection *connection, int seconds)
{
	struct timeval time = {seconds, 0};

	if (seconds == 0)
		event_del(connection->timer);
	else if (event_add(connection->timer, &time) != 0)
		connection->phase = OVER;
}

static void
event_set(struct connection *connection, struct event *event, bool await)
{
	if (!await)
		event_del(event);
	else if (event_add(event, NULL) != 0)
		connection->phase = OVER;
}

/*
 * What there is to wait for: until what was put is sent, nothing more is read,
 * so that nobody can make us store answers.
 */
static void
events_await(struct connection *connection)
{
	bool running = connection->phase == SERVING &&
		       connection->session->state == SESSION_RUNNING;
	short events;
	int fd;

	gssloop_channel_poll(connection->channel, &fd, &events);
	if (connection->phase == LINGERING)
		events = POLLIN;
	event_set(connection, connection->write, (events & POLLOUT) != 0);
	event_set(connection, connection->read, (events & POLLIN) != 0);
	if (running)
		timer_set(
		    connection, (events & POLLOUT) != 0 ? IDLE_SECONDS : 0);
	else if (!evtimer_pending(connection->timer, NULL))
		timer_set(connection, IDLE_SECONDS);
}

static void
phase_begin(struct connection *connection, enum phase phase)
{
	connection->phase = phase;
	if (phase == SERVING)
		connections_append(&connection->server->serving,
		    &connection->place, connection);
	timer_set(connection, phase == SERVING ? IDLE_SECONDS : LINGER_SECONDS);
}

/* The phases: each returns true where it has to wait. */

static enum process_wish
carrier_turned(void *self)
{
	struct connection *connection = self;
	enum gssloop_io io = GSSLOOP_IO_CLOSED;

	if (connection->session->state != SESSION_OVER)
		io = gssloop_channel_flush(connection->channel);
	if (io == GSSLOOP_IO_OK)
		return PROCESS_MORE;
	if (io != GSSLOOP_IO_AGAIN) {
		log_warning("error sending output token to %s: %s",
		    connection->address,
		    gssloop_channel_reason(connection->channel));
		connection_free(connection);
		return PROCESS_GONE;
	}
	events_await(connection);
	if (connection->phase != OVER)
		return PROCESS_PAUSE;
	connection_free(connection);
	return PROCESS_GONE;
}

static void
carrier_ended(void *self)
{
	connection_advance(self);
}

static bool
session_begin(struct connection *connection)
{
	const struct session_carrier carrier = {
	    connection, carrier_turned, carrier_ended};
	struct session *session = calloc(1, sizeof(*session));

	connection->session = session;
	if (session == NULL) {
		log_warning("out of memory");
		return false;
	}
	session->client.address = connection->address;
	session->client.host = connection->host;
	session->client.peer = (const struct sockaddr *)&connection->peer;
	session->client.peer_size = connection->peer_size;
	return session_open(session, &connection->server->service, &carrier,
	    connection->channel, connection->loop);
}

static bool
negotiating(struct connection *connection)
{
	enum gssloop_next next =
	    gssloop_advance(connection->loop, connection->channel);

	if (next == GSSLOOP_DONE && session_begin(connection)) {
		phase_begin(connection, SERVING);
		return false;
	}
	if (next != GSSLOOP_DONE && next != GSSLOOP_FAILED)
		return true;
	if (next == GSSLOOP_FAILED)
		log_warning("error accepting context from %s: %s",
		    connection->address, gssloop_error(connection->loop));
	connection->phase = OVER;
	return false;
}

/* Serves the messages that are there, up to a turn's. */
static bool
messages_take(struct connection *connection)
{
	struct session *session = connection->session;
	int taken = 0;

	while (taken < MESSAGES_A_TURN && session_receive(session))
		taken++;
	if (taken > 0 && session->state == SESSION_IDLE)
		timer_set(connection, IDLE_SECONDS);
	return taken == MESSAGES_A_TURN;
}

static void
serving_lost(struct connection *connection)
{
	if (connection->session->state != SESSION_OVER)
		log_warning("error sending token: %s",
		    gssloop_channel_reason(connection->channel));
	connection->phase = OVER;
}

static bool
serving(struct connection *connection)
{
	struct session *session = connection->session;
	enum gssloop_io io = gssloop_channel_flush(connection->channel);
	bool more = false;

	if (io == GSSLOOP_IO_OK) {
		more = messages_take(connection);
		io = gssloop_channel_flush(connection->channel);
	}
	if (session->state == SESSION_OVER ||
	    (io != GSSLOOP_IO_OK && io != GSSLOOP_IO_AGAIN)) {
		serving_lost(connection);
		return false;
	}
	if (io == GSSLOOP_IO_OK && session->state == SESSION_ENDING) {
		phase_begin(connection, LINGERING);
		return false;
	}
	/* No event tells of messages that were read already. */
	if (io == GSSLOOP_IO_OK && (more || session->state == SESSION_RUNNING))
		event_active(connection->read, EV_READ, 0);
	return true;
}

static bool
lingering(struct connection *connection)
{
	if (gssloop_channel_linger(connection->channel) == GSSLOOP_IO_AGAIN)
		return true;
	connection->phase = OVER;
	return false;
}

static void
connection_advance(struct connection *connection)
{
	static bool (*const phases[])(struct connection *) = {
	    [NEGOTIATING] = negotiating,
	    [SERVING] = serving,
	    [LINGERING] = lingering,
	};
	bool wait = false;

	while (!wait && connection->phase != OVER)
		wait = phases[connection->phase](connection);
	if (wait)
		events_await(connection);
	if (connection->phase == OVER)
		connection_free(connection);
}

/* That the client has gone is worth to know while a program runs. */
enum sign {
	SIGN_NONE,
	SIGN_OCTETS,
	SIGN_GONE
};

static enum sign
client_look(const struct connection *connection)
{
	char octet;
	ssize_t got;

	do
		got = recv(connection->fd, &octet, 1, MSG_PEEK);
	while (got == -1 && errno == EINTR);
	if (got > 0)
		return SIGN_OCTETS;
	return got == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)
		   ? SIGN_NONE
		   : SIGN_GONE;
}

/*
 * What is said while a program runs.  Once a message is held, or where the old
 * protocol has none, nothing more is read: all that is waited for is the
 * client's end, which nothing tells behind octets that stay where they are.
 */
static void
running_read(struct connection *connection)
{
	int taken = 0;

	while (taken < MESSAGES_A_TURN && session_overhear(connection->session))
		taken++;
	if (carrier_turned(connection) != PROCESS_MORE)
		return;
	events_await(connection);
	if (session_overhears(connection->session)) {
		if (taken == MESSAGES_A_TURN)
			event_active(connection->read, EV_READ, 0);
	} else if (client_look(connection) == SIGN_OCTETS) {
		event_set(connection, connection->read, false);
	}
}

static void
on_read(evutil_socket_t fd, short what, void *argument)
{
	struct connection *connection = argument;

	(void)fd;
	(void)what;
	if (connection->phase != SERVING ||
	    connection->session->state != SESSION_RUNNING) {
		connection_advance(connection);
	} else if (client_look(connection) == SIGN_GONE) {
		log_warning("%s has closed the connection while a command ran",
		    connection->address);
		connection_free(connection);
	} else {
		running_read(connection);
	}
}

static void
on_write(evutil_socket_t fd, short what, void *argument)
{
	struct connection *connection = argument;

	(void)fd;
	(void)what;
	if (connection->phase != SERVING ||
	    connection->session->state != SESSION_RUNNING)
		connection_advance(connection);
	else if (carrier_turned(connection) == PROCESS_MORE) {
		events_await(connection);
		process_resume(connection->session->process);
	}
}

static void
on_timer(evutil_socket_t fd, short what, void *argument)
{
	struct connection *connection = argument;

	(void)fd;
	(void)what;
	if (connection->phase != LINGERING)
		log_warning("error receiving token: timed out (%s, %s)",
		    connection->address,
		    connection->phase == NEGOTIATING ? "without a context"
						     : "in its session");
	connection_free(connection);
}

/* The end. */

void
connection_free(struct connection *connection)
{
	struct server *server = connection->server;

	if (connection->session != NULL)
		session_close(connection->session);
	free(connection->session);
	if (connection->read != NULL)
		event_free(connection->read);
	if (connection->write != NULL)
		event_free(connection->write);
	if (connection->timer != NULL)
		event_free(connection->timer);
	gssloop_free(&connection->loop);
	if (connection->channel == NULL)
		close(connection->fd);
	gssloop_channel_free(&connection->channel);
	connections_remove(&connection->place);
	log_debug("connection from %s done", connection->address);
	free(connection->host);
	free(connection);
	server_connection_over(server);
}

void
connection_stop(struct connection *connection)
{
	if (connection->phase == NEGOTIATING ||
	    (connection->phase == SERVING &&
		connection->session->state == SESSION_IDLE))
		connection_free(connection);
}

uint64_t
connection_began(const struct connection *connection)
{
	return connection->began;
}

bool
connection_is(const struct connection *connection, uint64_t number)
{
	return connection->number == number;
}

void
connection_named(struct connection *connection, const char *host)
{
	if (connection->host == NULL)
		connection->host = strdup(host);
	if (connection->session != NULL)
		connection->session->client.host = connection->host;
}

/* The beginning. */

/* A client whose host has vanished is noticed also while a program runs. */
static void
socket_prepare(int fd)
{
	int on = 1;

	descriptor_prepare(fd);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

static bool
events_open(struct connection *connection)
{
	struct event_base *base = connection->server->base;

	connection->read = event_new(
	    base, connection->fd, EV_READ | EV_PERSIST, on_read, connection);
	connection->write = event_new(
	    base, connection->fd, EV_WRITE | EV_PERSIST, on_write, connection);
	connection->timer = evtimer_new(base, on_timer, connection);
	return connection->read != NULL && connection->write != NULL &&
	       connection->timer != NULL;
}

static bool
loop_open(struct connection *connection)
{
	struct gssloop_params params;

	gssloop_params_init(&params, GSSLOOP_ACCEPTOR);
	if (!server_credential(connection->server, &params.cred) ||
	    gssloop_new(&connection->loop, &params) != 0 ||
	    gssloop_channel_remctl(&connection->channel, connection->fd,
		GSSLOOP_ACCEPTOR, GSSLOOP_REMCTL_EITHER) != 0)
		return false;
	gssloop_channel_limit(
	    connection->channel, gssloop_token_max(connection->loop), 0);
	return true;
}

static void
address_write(struct connection *connection)
{
	if (getnameinfo((const struct sockaddr *)&connection->peer,
		connection->peer_size, connection->address,
		sizeof(connection->address), NULL, 0, NI_NUMERICHOST) != 0)
		snprintf(connection->address, sizeof(connection->address),
		    "unknown");
}

void
connection_begin(struct server *server, int fd,
    const struct sockaddr_storage *peer, socklen_t peer_size)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL) {
		log_warning("out of memory");
		close(fd);
		server_connection_over(server);
		return;
	}
	connection->server = server;
	connection->fd = fd;
	connection->began = gj_now();
	connection->number = server->connections_ever++;
	connection->peer = *peer;
	connection->peer_size = peer_size;
	connections_append(&server->handshakes, &connection->place, connection);
	socket_prepare(fd);
	address_write(connection);
	log_debug("connection from %s", connection->address);
	if (!events_open(connection) || !loop_open(connection)) {
		log_warning("cannot serve %s", connection->address);
		connection_free(connection);
		return;
	}
	resolver_ask(&server->resolver, connection->number,
	    (const struct sockaddr *)peer, peer_size);
	timer_set(connection, HANDSHAKE_SECONDS);
	gssloop_start(connection->loop);
	connection_advance(connection);
}
