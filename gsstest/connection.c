/*
 * Connections of either role, served by one process with libevent.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "ccm.h"
#include "compat.h"
#include "complaint.h"
#include "connection.h"
#include "conversation.h"
#include "deadline.h"
#include "message.h"
#include "report.h"

/*
 * How long a channel may linger after a failure, so that the error that we told
 * is not lost: to a reset connection, or on its way.
 */
#define LINGER_MS 1000

enum phase {
	CONNECTING,
	NEGOTIATING,
	MESSAGES,
	LINGERING,
	OVER
};

struct connection {
	struct hub *hub;
	struct session session;
	struct event *io, *timer;
	struct event *wake; /* when the channel wants to be called; made for
			       those that want it */
	const struct addrinfo *address; /* while connecting */
	int fd;				/* while connecting, else -1 */
	short awaited; /* what io waits for: EV_READ, EV_WRITE, 0 */
	enum phase phase;
	unsigned int number; /* of the hub's, from 1 */
	struct connection *next, **link;
};

static void connection_advance(struct connection *connection);

/* A failure that no session reports. */
static void
connection_failed(struct connection *connection, const char *why)
{
	struct party *party = connection->hub->party;

	connection->hub->over++;
	complaint(party->options, party->role, why);
	connection->phase = OVER;
}

/* Events. */

static void
on_io(evutil_socket_t fd, short what, void *argument)
{
	(void)fd;
	(void)what;
	connection_advance(argument);
}

/* Without an event or a deadline a connection cannot go on. */
static void
event_failed(struct connection *connection)
{
	if (connection->phase != LINGERING)
		connection_failed(connection, "libevent: not enough memory");
	connection->phase = OVER;
}

/* Waits for an event; nothing is done when that is the same as before. */
static void
io_await(struct connection *connection, int fd, short awaited)
{
	if (awaited == connection->awaited)
		return;
	event_del(connection->io);
	connection->awaited = awaited;
	if (event_assign(connection->io, connection->hub->base, fd,
		(short)(awaited | EV_PERSIST), on_io, connection) != 0 ||
	    event_add(connection->io, NULL) != 0)
		event_failed(connection);
}

/* Without a wish of the channel there is no event for it. */
static void
wake_await(struct connection *connection, int wish)
{
	struct timeval time = {wish / 1000, (wish % 1000) * 1000};

	if (connection->wake == NULL && wish >= 0)
		connection->wake =
		    evtimer_new(connection->hub->base, on_io, connection);
	if (wish < 0 && connection->wake != NULL)
		event_del(connection->wake);
	if (wish >= 0 && (connection->wake == NULL ||
			     event_add(connection->wake, &time) != 0))
		event_failed(connection);
}

static void
channel_await(struct connection *connection)
{
	short events, awaited = EV_READ;
	int fd, wish;

	wish = gssloop_channel_poll(connection->session.channel, &fd, &events);
	if ((events & POLLOUT) != 0 && connection->phase != LINGERING)
		awaited = EV_WRITE;
	if (events == 0) /* the time alone is waited for */
		awaited = 0;
	if (wish >= 0 || connection->wake != NULL)
		wake_await(connection, wish);
	/* Somebody else may bring what comes, by connection_wake. */
	if (fd != -1)
		io_await(connection, fd, awaited);
}

static void
timer_set(struct connection *connection, unsigned int ms)
{
	struct timeval time = {ms / 1000, (int)(ms % 1000) * 1000};

	if (event_add(connection->timer, &time) != 0)
		event_failed(connection);
}

static void
phase_begin(struct connection *connection, enum phase phase)
{
	connection->phase = phase;
	timer_set(connection, phase == LINGERING
				  ? LINGER_MS
				  : connection->hub->party->options->wait_ms);
}

/* The end. */

static void
connection_free(struct connection *connection)
{
	if (connection->io != NULL)
		event_free(connection->io);
	if (connection->timer != NULL)
		event_free(connection->timer);
	if (connection->wake != NULL)
		event_free(connection->wake);
	if (connection->fd != -1)
		close(connection->fd);
	session_close(&connection->session);
	*connection->link = connection->next;
	if (connection->next != NULL)
		connection->next->link = connection->link;
	connection->hub->open--;
	free(connection);
}

static void
connection_report(struct connection *connection)
{
	struct hub *hub = connection->hub;
	bool works = session_works(&connection->session);
	json_t *report;

	hub->over++;
	if (works)
		hub->worked++;
	if (works && hub->party->options->quiet)
		return;
	report = report_session(&connection->session);
	report_show(hub->party->options, report);
	json_decref(report);
}

/* Every connection is reported, and none is left to linger. */
static bool
hub_is_over(const struct hub *hub)
{
	return hub->limit > 0 && hub->over == hub->limit &&
	       hub->connections == NULL;
}

/* Its report is out; the hub ends with its last connection. */
static void
connection_end(struct connection *connection)
{
	struct hub *hub = connection->hub;

	connection_free(connection);
	if (hub_is_over(hub))
		event_base_loopbreak(hub->base);
	else if (hub->ended != NULL)
		hub->ended(hub);
}

/* The session has failed; what was told is given time to reach the peer. */
static void
connection_linger(struct connection *connection)
{
	connection_report(connection);
	gssloop_channel_flush(connection->session.channel);
	phase_begin(connection, LINGERING);
}

/*
 * All worked.  A stream takes care of what was sent last, whatever becomes of
 * us; over datagrams the peer may have to be sent it again.
 */
static void
connection_finish(struct connection *connection)
{
	connection_report(connection);
	connection->phase = OVER;
	if (!connection->hub->party->options->channel->datagrams)
		return;
	connection->phase = LINGERING;
	timer_set(connection, GJ_LINGER_MS);
}

/*
 * The phases.  Each goes as far as it can and returns true when it has to
 * wait for an event.
 */

static void
session_begun(struct connection *connection, int status)
{
	if (status == EXIT_WORKED)
		phase_begin(connection, NEGOTIATING);
	else
		connection_failed(connection, connection->session.error);
}

static void
session_begin(struct connection *connection, int fd)
{
	session_begun(
	    connection, session_open(&connection->session,
			    connection->hub->party, fd, connection->number));
}

static void
connecting_failed(struct connection *connection, int error)
{
	char why[ADDRESS_ERROR];

	snprintf(why, sizeof(why), "connecting: %s", strerror(error));
	connection_failed(connection, why);
}

/* Tries the addresses from the present one on, until one is under way. */
static void
address_try(struct connection *connection)
{
	int error = 0;

	for (; connection->address != NULL;
	     connection->address = connection->address->ai_next) {
		error = address_connect(connection->address, &connection->fd);
		if (error == 0)
			return;
	}
	connecting_failed(connection, error);
}

static bool
connecting(struct connection *connection)
{
	int fd = connection->fd, error;

	error = address_connected(fd);
	if (error == EAGAIN) {
		io_await(connection, fd, EV_WRITE);
		return true;
	}
	if (connection->awaited != 0)
		event_del(connection->io);
	connection->awaited = 0;
	connection->fd = -1;
	if (error == 0) {
		session_begin(connection, fd);
		return false;
	}
	close(fd);
	connection->address = connection->address->ai_next;
	if (connection->address != NULL)
		address_try(connection);
	else
		connecting_failed(connection, error);
	return false;
}

static bool
negotiating(struct connection *connection)
{
	struct session *session = &connection->session;
	enum gssloop_next next = session_advance(session);

	if (next != GSSLOOP_DONE && next != GSSLOOP_FAILED)
		return true;
	session_negotiated(session);
	if (session_works(session))
		phase_begin(connection, MESSAGES);
	else
		connection_linger(connection);
	return false;
}

static bool
messages(struct connection *connection)
{
	struct session *session = &connection->session;
	enum message_next next = message_step(session);

	if (!session_works(session))
		connection_linger(connection);
	else if (next == MESSAGE_WAIT)
		return true;
	else if (next == MESSAGE_MORE)
		phase_begin(connection, MESSAGES);
	else
		connection_finish(connection);
	return false;
}

static bool
lingering(struct connection *connection)
{
	if (gssloop_channel_linger(connection->session.channel) ==
	    GSSLOOP_IO_AGAIN)
		return true;
	connection->phase = OVER;
	return false;
}

static void
connection_advance(struct connection *connection)
{
	static bool (*const phases[])(struct connection *) = {
	    [CONNECTING] = connecting,
	    [NEGOTIATING] = negotiating,
	    [MESSAGES] = messages,
	    [LINGERING] = lingering,
	};
	bool wait = false;

	while (!wait && connection->phase != OVER)
		wait = phases[connection->phase](connection);
	if (wait && connection->phase != CONNECTING)
		channel_await(connection);
	if (connection->phase == OVER)
		connection_end(connection);
}

/* The phase's deadline has passed. */
static void
on_timer(evutil_socket_t fd, short what, void *argument)
{
	struct connection *connection = argument;
	struct session *session = &connection->session;

	(void)fd;
	(void)what;
	if (connection->phase == CONNECTING) {
		connection_failed(connection, "connecting: no answer in time");
	} else if (connection->phase == LINGERING) {
		connection->phase = OVER;
	} else if (connection->phase == MESSAGES) {
		session_fail_io(session, "awaiting a message", GSSLOOP_IO_TIME);
		connection_linger(connection);
	} else if (gssloop_next(session->loop) == GSSLOOP_TELL) {
		gssloop_told(session->loop);
	} else {
		gssloop_lost(
		    session->loop, GSSLOOP_IO_TIME, "the deadline has passed");
		timer_set(connection, LINGER_MS); /* to tell the peer */
	}
	connection_advance(connection);
}

/* The beginning. */

static struct connection *
connection_new(struct hub *hub)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	hub->begun++;
	if (connection == NULL)
		return NULL;
	connection->hub = hub;
	connection->number = hub->begun;
	connection->fd = -1;
	connection->next = hub->connections;
	connection->link = &hub->connections;
	if (connection->next != NULL)
		connection->next->link = &connection->next;
	hub->connections = connection;
	hub->open++;
	connection->io = event_new(hub->base, -1, 0, on_io, connection);
	connection->timer = evtimer_new(hub->base, on_timer, connection);
	if (connection->io != NULL && connection->timer != NULL)
		return connection;
	connection_free(connection);
	return NULL;
}

static void
connection_unmade(struct hub *hub)
{
	complaint(hub->party->options, hub->party->role,
	    "not enough memory for a connection");
	hub->over++;
}

void
connection_begin(struct hub *hub, int fd)
{
	struct connection *connection = connection_new(hub);

	if (connection == NULL) {
		close(fd);
		connection_unmade(hub);
		return;
	}
	session_begin(connection, fd);
	connection_advance(connection);
}

void
connection_carry(struct hub *hub, struct gssloop_channel *channel,
    struct connection **connection)
{
	struct connection *made = connection_new(hub);

	if (made == NULL) {
		gssloop_channel_free(&channel);
		connection_unmade(hub);
		return;
	}
	*connection = made;
	session_begun(made, session_open_channel(&made->session, hub->party,
				channel, made->number));
	connection_advance(made);
}

void
connection_wake(struct connection *connection)
{
	connection_advance(connection);
}

void
connection_connect(struct hub *hub, const struct addrinfo *list)
{
	struct connection *connection = connection_new(hub);

	if (connection == NULL) {
		connection_unmade(hub);
		return;
	}
	connection->address = list;
	phase_begin(connection, CONNECTING);
	if (connection->phase == CONNECTING)
		address_try(connection);
	connection_advance(connection);
}

/* The hub. */

int
hub_open(struct hub *hub, struct party *party, unsigned int limit)
{
	memset(hub, 0, sizeof(*hub));
	hub->party = party;
	hub->limit = limit;
	hub->began = gj_now();
	ccm_open(party);
	hub->base = event_base_new();
	if (hub->base != NULL)
		return EXIT_WORKED;
	complaint(party->options, party->role, "libevent could not be started");
	return EXIT_FAILED;
}

void
hub_close_connections(struct hub *hub)
{
	while (hub->connections != NULL)
		connection_free(hub->connections);
}

void
hub_close(struct hub *hub)
{
	hub_close_connections(hub);
	ccm_close(hub->party);
	if (hub->base != NULL)
		event_base_free(hub->base);
}

void
hub_sum(const struct hub *hub)
{
	report_sum(hub->party->options, hub->party->role, hub->over,
	    hub->worked, gj_now() - hub->began);
}

bool
hub_is_full(const struct hub *hub)
{
	return hub->limit > 0 && hub->begun >= hub->limit;
}

int
hub_run(struct hub *hub)
{
	if (!hub_is_over(hub))
		event_base_dispatch(hub->base);
	if (hub->party->trace.failed || hub->worked != hub->over ||
	    (hub->limit > 0 && hub->over != hub->limit))
		return EXIT_FAILED;
	return EXIT_WORKED;
}
