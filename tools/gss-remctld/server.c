/*
 * The server: where connections come from, and its signals.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"
#include "deadline.h"
#include "descriptors.h"
#include "log.h"
#include "server.h"
#include "status.h"

/* How long no connection is taken when the process is out of descriptors. */
#define EXHAUSTED_MS 100

/* The credential. */

static void
gss_complain(const char *call, OM_uint32 major, OM_uint32 minor)
{
	struct gj_status_texts texts;

	gj_status_texts(major, minor, &gj_mech_krb5, &texts);
	log_warning("GSS-API error %s: %s, %s", call, texts.major, texts.minor);
}

/* The principal that -s names, or none for any that the keytab has. */
static bool
service_name(const char *service, gss_name_t *name)
{
	gss_buffer_desc text = {strlen(service), (void *)(uintptr_t)service};
	OM_uint32 major, minor;

	major = gss_import_name(&minor, &text, GSS_C_NT_USER_NAME, name);
	if (major == GSS_S_COMPLETE)
		return true;
	gss_complain("importing name", major, minor);
	return false;
}

/*
 * Of a set-id program the library takes no keytab from the environment, so it
 * is told.  It looks for the file at once: whoever asks again tells it again.
 */
static void
keytab_tell(const char *keytab)
{
	if (keytab != NULL)
		gsskrb5_register_acceptor_identity(keytab);
}

static bool
credential_acquire(const char *service, gss_cred_id_t *credential)
{
	gss_OID_set_desc mechs = {1, &gj_mech_krb5};
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 major, minor, release_minor;

	if (service != NULL && !service_name(service, &name))
		return false;
	major = gss_acquire_cred(&minor, name, GSS_C_INDEFINITE, &mechs,
	    GSS_C_ACCEPT, credential, NULL, NULL);
	if (major != GSS_S_COMPLETE)
		gss_complain("acquiring credentials", major, minor);
	gss_release_name(&release_minor, &name);
	return major == GSS_S_COMPLETE;
}

/*
 * A keytab that is not there yet may come: it is asked for again.  Until then
 * there is no default in its place, which would be any key of any mechanism.
 */
bool
server_credential(struct server *server, gss_cred_id_t *credential)
{
	if (!server->credential_known) {
		keytab_tell(server->options->keytab);
		server->credential_known = credential_acquire(
		    server->options->service, &server->credential);
	}
	*credential = server->credential;
	return server->credential_known;
}

/* Taking connections. */

static bool
is_crowded(const struct server *server)
{
	return server->handshakes.count + server->serving.count >=
	       server->connections_max;
}

/*
 * Whether another handshake may begin.  The oldest one makes room when an
 * honest client would long have been done.
 */
static bool
handshake_room(struct server *server)
{
	const struct connections *handshakes = &server->handshakes;
	struct connection *oldest;

	if (handshakes->count < HANDSHAKES_MAX)
		return true;
	oldest = handshakes->first->connection;
	if (gj_now() - connection_began(oldest) <
	    (uint64_t)HANDSHAKE_GRACE_SECONDS * 1000000)
		return false;
	log_warning("too many connections without a context: the oldest ends");
	connection_free(oldest);
	return true;
}

static void
listening_set(struct server *server, bool listen)
{
	size_t i;

	for (i = 0; i < LISTENERS_MAX && server->listening[i] != NULL; i++)
		if (listen)
			event_add(server->listening[i], NULL);
		else
			event_del(server->listening[i]);
}

static void
pause_begin(struct server *server)
{
	struct timeval pause = {0, EXHAUSTED_MS * 1000};

	listening_set(server, false);
	event_add(server->paused, &pause);
}

static void
on_pause_over(evutil_socket_t fd, short what, void *argument)
{
	struct server *server = argument;

	(void)fd;
	(void)what;
	if (!server->service.stopping && !is_crowded(server))
		listening_set(server, true);
}

static void
crowd_wait(struct server *server)
{
	if (!server->limit_said)
		log_warning("%u connections at a time; more wait",
		    server->connections_max);
	server->limit_said = true;
	listening_set(server, false);
}

static void
exhausted_wait(struct server *server)
{
	if (!server->exhausted_said)
		log_warning(
		    "cannot accept a connection: %s; pausing", strerror(errno));
	server->exhausted_said = true;
	pause_begin(server);
}

static bool
descriptors_exhausted(void)
{
	return errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
	       errno == ENOMEM;
}

/* Takes one connection a turn, so that those that are served have theirs. */
static void
on_connection(evutil_socket_t listener, short what, void *argument)
{
	struct server *server = argument;
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);
	int fd;

	(void)what;
	if (!handshake_room(server)) {
		pause_begin(server);
		return;
	}
	memset(&peer, 0, sizeof(peer));
	fd = accept(listener, (struct sockaddr *)&peer, &size);
	if (fd != -1)
		connection_begin(server, fd, &peer, size);
	else if (descriptors_exhausted())
		exhausted_wait(server);
	if (is_crowded(server))
		crowd_wait(server);
}

static bool
is_empty(const struct server *server)
{
	return server->handshakes.count == 0 && server->serving.count == 0;
}

void
server_connection_over(struct server *server)
{
	bool last = server->listeners == NULL || server->service.stopping;

	if (last && is_empty(server))
		event_base_loopbreak(server->base);
	else if (!server->service.stopping &&
		 !evtimer_pending(server->paused, NULL))
		listening_set(server, true);
}

/* Signals. */

static void
connections_stop(struct connections *connections)
{
	struct connection_place *place, *next;

	for (place = connections->first; place != NULL; place = next) {
		next = place->next;
		connection_stop(place->connection);
	}
}

/*
 * Commands that run go on to their end, and nothing else.  Who cannot wait for
 * that asks twice.
 */
static void
on_terminate(evutil_socket_t signal, short what, void *argument)
{
	struct server *server = argument;

	(void)signal;
	(void)what;
	if (server->service.stopping) {
		event_base_loopbreak(server->base);
		return;
	}
	log_notice("signal received, exiting");
	server->service.stopping = true;
	listening_set(server, false);
	listeners_close(server->listeners);
	resolver_close(&server->resolver);
	connections_stop(&server->handshakes);
	connections_stop(&server->serving);
	if (is_empty(server))
		event_base_loopbreak(server->base);
}

void
server_warn(const struct config *config)
{
	char text[CONFIG_TEXT_MAX];
	size_t at = 0;

	while (config_warning(config, &at, text, sizeof(text)))
		log_warning("%s", text);
}

/* Commands that run keep what they were matched with. */
static void
on_hangup(evutil_socket_t signal, short what, void *argument)
{
	struct server *server = argument;
	char error[CONFIG_TEXT_MAX];
	struct config *config;

	(void)signal;
	(void)what;
	log_notice("re-reading configuration");
	config = config_load(server->options->config, error, sizeof(error));
	if (config == NULL) {
		log_warning("%s", error);
		log_warning("the configuration that there was stays in force");
		return;
	}
	server_warn(config);
	config_release(server->service.config);
	server->service.config = config;
}

/* Names of clients' hosts. */

/* One that came lately, in most cases. */
static struct connection *
connection_find(const struct connections *connections, uint64_t number)
{
	struct connection_place *place = connections->last;

	while (place != NULL && !connection_is(place->connection, number))
		place = place->before;
	return place != NULL ? place->connection : NULL;
}

/* The connection that was asked for may be over. */
static void
on_answered(void *self, uint64_t number, const char *host)
{
	struct server *server = self;
	struct connection *connection;

	connection = connection_find(&server->handshakes, number);
	if (connection == NULL)
		connection = connection_find(&server->serving, number);
	if (connection != NULL)
		connection_named(connection, host);
}

static void
resolving_begin(struct server *server)
{
	const struct resolver_owner owner = {server, on_answered};

	if (!resolver_open(&server->resolver, server->base, &owner))
		log_warning("no resolver: %s", strerror(errno));
}

/* The whole. */

static bool
signal_await(struct server *server, struct event **event, int number,
    event_callback_fn handler)
{
	*event = evsignal_new(server->base, number, handler, server);
	return *event != NULL && event_add(*event, NULL) == 0;
}

static bool
listening_begin(struct server *server)
{
	const struct listeners *listeners = server->listeners;
	size_t i;

	for (i = 0; i < listeners->count; i++) {
		server->listening[i] =
		    event_new(server->base, listeners->fds[i],
			EV_READ | EV_PERSIST, on_connection, server);
		if (server->listening[i] == NULL)
			return false;
	}
	server->paused = evtimer_new(server->base, on_pause_over, server);
	listening_set(server, true);
	return server->paused != NULL &&
	       signal_await(
		   server, &server->terminate, SIGTERM, on_terminate) &&
	       signal_await(server, &server->interrupt, SIGINT, on_terminate) &&
	       signal_await(server, &server->hangup, SIGHUP, on_hangup);
}

static unsigned int
connections_allowed(void)
{
	unsigned long descriptors = descriptors_raise(
	    (unsigned long)CONNECTIONS_MAX * CONNECTION_DESCRIPTORS +
	    DESCRIPTORS_RESERVED);

	if (descriptors < DESCRIPTORS_RESERVED + CONNECTION_DESCRIPTORS)
		return 1;
	return (unsigned int)((descriptors - DESCRIPTORS_RESERVED) /
			      CONNECTION_DESCRIPTORS);
}

static bool
server_open(
    struct server *server, const struct options *options, struct config *config)
{
	memset(server, 0, sizeof(*server));
	server->options = options;
	server->credential = GSS_C_NO_CREDENTIAL;
	server->connections_max = 1;
	server->base = event_base_new();
	if (server->base != NULL &&
	    processes_open(&server->service.processes, server->base)) {
		server->service.config = config_hold(config);
		return true;
	}
	log_fatal("libevent could not be started");
	return false;
}

static void
connections_close(struct connections *connections)
{
	while (connections->first != NULL)
		connection_free(connections->first->connection);
}

static void
server_close(struct server *server)
{
	struct event *const events[] = {server->paused, server->terminate,
	    server->interrupt, server->hangup};
	OM_uint32 minor;
	size_t i;

	server->service.stopping = true;
	connections_close(&server->handshakes);
	connections_close(&server->serving);
	for (i = 0; i < LISTENERS_MAX && server->listening[i] != NULL; i++)
		event_free(server->listening[i]);
	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (events[i] != NULL)
			event_free(events[i]);
	resolver_close(&server->resolver);
	processes_close(&server->service.processes);
	config_release(server->service.config);
	gss_release_cred(&minor, &server->credential);
	if (server->base != NULL)
		event_base_free(server->base);
}

int
server_run(const struct options *options, struct config *config,
    struct listeners *listeners, void (*ready)(const struct options *))
{
	struct server server;
	int status = 1;

	if (server_open(&server, options, config)) {
		server.listeners = listeners;
		server.connections_max = connections_allowed();
		resolving_begin(&server);
		if (listening_begin(&server)) {
			ready(options);
			event_base_dispatch(server.base);
			status = 0;
		} else {
			log_fatal("libevent could not take the sockets");
		}
	}
	server_close(&server);
	return status;
}

int
server_run_one(const struct options *options, struct config *config, int fd)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);
	struct server server;
	bool opened = server_open(&server, options, config);

	memset(&peer, 0, sizeof(peer));
	if (opened && getpeername(fd, (struct sockaddr *)&peer, &size) == 0) {
		connection_begin(&server, fd, &peer, size);
		if (!is_empty(&server))
			event_base_dispatch(server.base);
	} else if (opened) {
		log_warning("cannot get peer address: %s", strerror(errno));
		close(fd);
	}
	server_close(&server);
	return opened ? 0 : 1;
}
