/*
 * The server of gsstest secinfo: when it asks for CCM, and what SECINFO says.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "compat.h"
#include "deadline.h"
#include "rpc_server.h"
#include "secinfo.h"
#include "text.h"
#include "wire_rpctest.h"

/* Connections at a time: a scenario has one, its tests have a few. */
#define CONNECTIONS_MAX 16

/* How long no connection is taken when the process is out of descriptors. */
#define EXHAUSTED_MS 100

/* What is polled: connections, and behind them these. */
enum {
	LISTENER = CONNECTIONS_MAX,
	STOP,
	DESCRIPTORS
};

/* What SECINFO lists at most: CCM and krb5. */
#define ENTRIES 2

struct connection {
	struct server *owner;
	struct rpc_server rpc;
	struct story story;
	struct gj_buffer results;
	uint64_t deadline; /* of the next call */
	bool open;
	bool more; /* calls that were read already, and no event tells of */
};

struct server {
	const struct secinfo *secinfo;
	struct party party;
	gss_ccm_application application;
	struct connection connections[CONNECTIONS_MAX];
	int listener;	 /* -1: no more connections come */
	uint64_t paused; /* until when none is taken; 0: not at all */
	bool exhausted_said;
	unsigned int taken;  /* connections so far */
	unsigned int failed; /* those that did not go as they should */
	bool stopped;	     /* by SIGTERM */
};

/* --- The program ------------------------------------------------------------
 */

static const char *
flavour_text(const struct rpc_call *call)
{
	static const char *const texts[] = {
	    [GJ_RPCSEC_NONE] = "krb5 authentication",
	    [GJ_RPCSEC_INTEGRITY] = "krb5 integrity",
	    [GJ_RPCSEC_PRIVACY] = "krb5 privacy",
	};

	if (call->context == NULL)
		return "AUTH_NONE";
	return call->context->ccm ? "CCM authentication" : texts[call->service];
}

/* The file system is one for krb5i: the layer below can have done that. */
static uint32_t
service_least(const struct connection *connection)
{
	return connection->story.layer != NULL ? GJ_RPCSEC_NONE
					       : GJ_RPCSEC_INTEGRITY;
}

static bool
has_downgrade(const struct rpc_server *rpc)
{
	size_t i;

	for (i = 0; i < RPC_SERVER_CONTEXTS; i++)
		if (rpc->contexts[i].downgrade)
			return true;
	return false;
}

/* The first call by krb5 goes through; the second is asked to change, once. */
static bool
is_wrong(struct connection *connection, const struct rpc_call *call)
{
	struct rpc_context *context = call->context;

	if (context->ccm)
		return false;
	if (call->service < service_least(connection))
		return true;
	if (!context->bound || context->downgrade || context->calls == 0)
		return false;
	context->downgrade = true;
	connection->story.calls.downgrades++;
	return true;
}

/* Room for results, in memory of the connection's. */
static bool
results_begin(
    struct connection *connection, size_t size, struct gj_writer *writer)
{
	uint8_t *room = gj_buffer_reserve(&connection->results, size);

	gj_writer_init(writer, room, room != NULL ? size : 0);
	return room != NULL;
}

static enum rpc_served
results_end(const struct gj_writer *writer, struct gssloop_view *results)
{
	results->data = writer->data;
	results->size = writer->used;
	return writer->failed ? RPC_SYSTEM_FAILED : RPC_SERVED;
}

static void
operate_count(struct connection *connection, struct rpc_context *context)
{
	struct story_calls *calls = &connection->story.calls;

	context->calls++;
	if (context->ccm)
		calls->ccm++;
	else
		calls->krb5++;
	if (!context->ccm && calls->ccm > 0)
		calls->again = true;
}

/* The answer has what was asked in it. */
static enum rpc_served
operate(struct connection *connection, const struct rpc_call *call,
    struct gssloop_view *results)
{
	struct gj_rpctest_reply reply = {GJ_RPCTEST_OK, {NULL, 0}};
	struct gj_rpc_result result;
	struct gj_writer writer;

	if (call->context == NULL)
		return RPC_TOO_WEAK;
	if (!gj_rpctest_message_decode(
		&call->arguments, RPC_SERVER_MESSAGE_MAX, &reply.data, &result))
		return RPC_GARBAGE;
	if (!results_begin(connection, reply.data.size + 12, &writer))
		return RPC_SYSTEM_FAILED;
	if (is_wrong(connection, call)) {
		reply.status = GJ_RPCTEST_WRONGSEC;
		connection->story.calls.wrongsec++;
	} else {
		operate_count(connection, call->context);
	}
	gj_rpctest_reply_encode(&writer, &reply);
	story_step(&connection->story, "OPERATE", flavour_text(call),
	    reply.status == GJ_RPCTEST_OK ? "OK" : "WRONGSEC");
	return results_end(&writer, results);
}

/* The answer is the same XDR as what was asked. */
static enum rpc_served
echo(const struct rpc_call *call, struct gssloop_view *results)
{
	struct gj_rpc_result result;
	struct gssloop_view message;

	if (call->context == NULL)
		return RPC_TOO_WEAK;
	if (!gj_rpctest_message_decode(
		&call->arguments, RPC_SERVER_MESSAGE_MAX, &message, &result))
		return RPC_GARBAGE;
	*results = call->arguments;
	return RPC_SERVED;
}

static void
entry_set(struct gj_rpctest_secinfo *entry, const gss_OID_desc *mech,
    uint32_t service)
{
	memset(entry, 0, sizeof(*entry));
	entry->flavor = GJ_RPC_AUTH_RPCSEC_GSS;
	entry->oid.data = mech->elements;
	entry->oid.size = mech->length;
	entry->service = service;
}

/* Section 6: first CCM, then what is conventional. */
static enum rpc_served
secinfo(struct connection *connection, const struct rpc_call *call,
    struct gssloop_view *results)
{
	bool first = connection->owner->secinfo->way == WAY_FIRST;
	bool ccm = connection->rpc.params.application != GSS_CCM_NO_APPLICATION;
	uint32_t least = service_least(connection);
	struct gj_rpctest_secinfo entries[ENTRIES];
	struct gj_writer writer;
	size_t count = 0;

	/* Nobody is to be able to change what it says. */
	if (least != GJ_RPCSEC_NONE &&
	    (call->context == NULL || call->service < least))
		return RPC_TOO_WEAK;
	if (!results_begin(connection, 1024, &writer))
		return RPC_SYSTEM_FAILED;
	if (ccm && (first || has_downgrade(&connection->rpc)))
		entry_set(&entries[count++], &gj_mech_ccm, GJ_RPCSEC_NONE);
	entry_set(&entries[count++], &gj_mech_krb5, least);
	gj_rpctest_secinfo_encode(&writer, entries, count);
	story_step(&connection->story, "SECINFO", flavour_text(call),
	    count > 1 ? "CCM authentication, krb5 authentication"
	    : least == GJ_RPCSEC_NONE ? "krb5 authentication"
				      : "krb5 integrity");
	return results_end(&writer, results);
}

static enum rpc_served
serve(void *argument, struct rpc_server *rpc, const struct rpc_call *call,
    struct gssloop_view *results)
{
	struct connection *connection = argument;

	(void)rpc;
	switch (call->procedure) {
	case GJ_RPCTEST_NULL:
		return RPC_SERVED;
	case GJ_RPCTEST_ECHO:
		return echo(call, results);
	case GJ_RPCTEST_OPERATE:
		return operate(connection, call, results);
	case GJ_RPCTEST_SECINFO:
		return secinfo(connection, call, results);
	default:
		return RPC_UNKNOWN;
	}
}

/* --- What happens to contexts -----------------------------------------------
 */

static void
source_note(struct story *story, gss_name_t name)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;

	if (name == GSS_C_NO_NAME ||
	    GSS_ERROR(gss_display_name(&minor, name, &text, NULL)))
		return;
	gj_text_clean(
	    text.value, text.length, story->source, sizeof(story->source));
	gss_release_buffer(&minor, &text);
}

static void
watch(void *argument, enum rpc_sight sight, const struct rpc_context *context,
    const char *text)
{
	static const char *const asked[] = {
	    [RPC_SIGHT_ESTABLISHED] = "INIT",
	    [RPC_SIGHT_REFUSED] = "INIT",
	    [RPC_SIGHT_DENIED] = "DATA",
	    [RPC_SIGHT_DESTROYED] = "DESTROY",
	};
	struct connection *connection = argument;
	const char *flavour = "RPCSEC_GSS";

	if (context != NULL)
		flavour = context->ccm ? "CCM" : "krb5";
	if (sight == RPC_SIGHT_ESTABLISHED)
		source_note(&connection->story, gssloop_source(context->loop));
	story_step(&connection->story, asked[sight], flavour,
	    text[0] != '\0' ? text : "OK");
}

/* --- Connections ------------------------------------------------------------
 */

static void
deadline_set(struct connection *connection)
{
	connection->deadline =
	    gj_deadline(connection->owner->secinfo->options.wait_ms);
}

static void
connection_begin(struct server *server, struct connection *connection, int fd)
{
	const struct secinfo *secinfo = server->secinfo;
	const char *layer = secinfo_layer(secinfo, fd);
	struct rpc_server_params params = {
	    .argument = connection,
	    .program = GJ_RPCTEST_PROGRAM,
	    .version = GJ_RPCTEST_VERSION,
	    .serve = serve,
	    .watch = watch,
	    .cred = server->party.cred,
	    .application =
		layer != NULL ? server->application : GSS_CCM_NO_APPLICATION,
	};

	memset(connection, 0, sizeof(*connection));
	connection->owner = server;
	server->taken++;
	if (rpc_server_open(&connection->rpc, fd, &params) != 0) {
		server->failed++;
		close(fd);
		return;
	}
	story_begin(&connection->story, &secinfo->options, GSSLOOP_ACCEPTOR,
	    secinfo->way, layer);
	deadline_set(connection);
	connection->open = true;
}

static void
connection_end(struct connection *connection, enum gssloop_io io)
{
	if (io == GSSLOOP_IO_TIME)
		story_fail(&connection->story, "no call within the time");
	else if (io != GSSLOOP_IO_CLOSED)
		story_fail(&connection->story, connection->rpc.reason);
	rpc_server_close(&connection->rpc);
	gj_buffer_free(&connection->results);
	if (!story_end(&connection->story))
		connection->owner->failed++;
	connection->open = false;
}

/*
 * events are those that came, 0 for none.  One that floods waits its turn, and
 * octets that are no call yet win no time.
 */
static void
connection_turn(struct connection *connection, short events)
{
	unsigned long calls = connection->rpc.calls;
	enum gssloop_io io = GSSLOOP_IO_AGAIN;

	if (events != 0 || connection->more)
		io = rpc_server_serve(&connection->rpc);
	connection->more = io == GSSLOOP_IO_OK;
	if (connection->rpc.calls != calls)
		deadline_set(connection);
	if (io != GSSLOOP_IO_OK && io != GSSLOOP_IO_AGAIN)
		connection_end(connection, io);
	else if (gj_left_ms(connection->deadline) == 0)
		connection_end(connection, GSSLOOP_IO_TIME);
}

static struct connection *
place_find(struct server *server)
{
	size_t i;

	for (i = 0; i < CONNECTIONS_MAX; i++)
		if (!server->connections[i].open)
			return &server->connections[i];
	return NULL;
}

/*
 * Where accept() cannot take a connection it is there still, and poll() would
 * tell of it without end.  Those that are served go on.
 */
static void
listener_pause(struct server *server, int error)
{
	if (!server->exhausted_said)
		fprintf(stderr, "gsstest: acceptor: accept: %s; pausing\n",
		    strerror(error));
	server->exhausted_said = true;
	server->paused = gj_deadline(EXHAUSTED_MS);
}

static void
listener_turn(struct server *server)
{
	unsigned int count = server->secinfo->options.count;
	int fd = accept(server->listener, NULL, NULL);

	/* ECONNABORTED, say: what is no more is not waited for. */
	if (fd == -1 && address_exhausted(errno))
		listener_pause(server, errno);
	if (fd == -1)
		return;
	connection_begin(server, place_find(server), fd);
	if (count == 0 || server->taken < count)
		return;
	close(server->listener);
	server->listener = -1;
}

/* --- The turn of all --------------------------------------------------------
 */

/*
 * SIGTERM as an octet that poll() sees: a flag could be set after it was looked
 * at and before poll() waits, which then nothing would wake.
 */
static int stop_pipe[2];

static void
on_stop(int number)
{
	int error = errno;
	ssize_t written = write(stop_pipe[1], "", 1); /* one is enough */

	(void)number;
	(void)written;
	errno = error;
}

static void
stop_handle(void (*handler)(int))
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = handler;
	sigaction(SIGTERM, &action, NULL);
}

static bool
stop_await(void)
{
	if (pipe(stop_pipe) == -1) {
		fprintf(stderr, "gsstest: pipe: %s\n", strerror(errno));
		return false;
	}
	fcntl(stop_pipe[0], F_SETFD, FD_CLOEXEC);
	fcntl(stop_pipe[1], F_SETFD, FD_CLOEXEC);
	fcntl(stop_pipe[1], F_SETFL, O_NONBLOCK);
	stop_handle(on_stop);
	return true;
}

/* Another one must not disturb the end. */
static void
stop_ignore(void)
{
	stop_handle(SIG_IGN);
	close(stop_pipe[0]);
	close(stop_pipe[1]);
}

/* Whether there is room for another connection, here and in the process. */
static bool
is_listening(struct server *server)
{
	if (server->paused != 0 && gj_left_ms(server->paused) == 0)
		server->paused = 0;
	return server->paused == 0 && place_find(server) != NULL;
}

/* Fills what is waited for, in the order of connections; how many ms. */
static int
wait_prepare(struct server *server, struct pollfd *fds)
{
	bool listening = is_listening(server);
	uint64_t deadline = server->paused != 0 ? server->paused : UINT64_MAX;
	struct connection *connection;
	size_t i;

	fds[LISTENER].fd = listening ? server->listener : -1;
	fds[LISTENER].events = POLLIN;
	fds[STOP].fd = stop_pipe[0];
	fds[STOP].events = POLLIN;
	for (i = 0; i < CONNECTIONS_MAX; i++) {
		connection = &server->connections[i];
		fds[i].fd = connection->open ? connection->rpc.stream.fd : -1;
		fds[i].events = rpc_server_events(&connection->rpc);
		fds[i].revents = 0;
		if (connection->open && connection->more)
			deadline = 0;
		else if (connection->open && connection->deadline < deadline)
			deadline = connection->deadline;
	}
	return deadline == UINT64_MAX ? -1 : gj_left_ms(deadline);
}

static bool
is_busy(const struct server *server)
{
	size_t i;

	for (i = 0; i < CONNECTIONS_MAX; i++)
		if (server->connections[i].open)
			return true;
	return server->listener != -1;
}

/* EINVAL where the process may not have so many descriptors, used or not. */
static void
wait_failed(struct server *server, int error)
{
	if (error == EINTR || error == EAGAIN)
		return;
	fprintf(stderr, "gsstest: acceptor: poll: %s\n", strerror(error));
	server->failed++;
	server->stopped = true;
}

static void
server_turn(struct server *server)
{
	struct pollfd fds[DESCRIPTORS];
	int wait_ms = wait_prepare(server, fds);
	size_t i;

	if (poll(fds, DESCRIPTORS, wait_ms) == -1) {
		wait_failed(server, errno);
		return;
	}
	server->stopped = fds[STOP].revents != 0;
	for (i = 0; i < CONNECTIONS_MAX; i++)
		if (server->connections[i].open)
			connection_turn(
			    &server->connections[i], fds[i].revents);
	if (fds[LISTENER].revents != 0)
		listener_turn(server);
}

static void
server_run(struct server *server)
{
	size_t i;

	while (is_busy(server) && !server->stopped)
		server_turn(server);
	stop_ignore();
	for (i = 0; i < CONNECTIONS_MAX; i++)
		if (server->connections[i].open)
			connection_end(
			    &server->connections[i], GSSLOOP_IO_CLOSED);
}

/* --- Beginning and end ------------------------------------------------------
 */

/* Without the module there is no CCM, and krb5 goes on: nobody insists. */
static void
server_register(struct server *server)
{
	char why[640];
	OM_uint32 major, minor;

	major = rpc_server_register(&minor, &server->application);
	if (major == GSS_S_COMPLETE)
		return;
	complaint_text(
	    "gss_ccm_register", major, minor, &gj_mech_ccm, why, sizeof(why));
	fprintf(stderr, "gsstest: acceptor: without CCM: %s\n", why);
}

static void
bound_show(const struct options *options, const char *bound)
{
	printf(options->json ? "{\"listening\":\"%s\"}\n" : "listening on %s\n",
	    bound);
	fflush(stdout);
}

/* Whoever reads where it listens may send SIGTERM at once. */
static int
server_serve(struct server *server, const char *bound, int fd)
{
	if (!stop_await()) {
		if (fd != -1)
			close(fd);
		return EXIT_FAILED;
	}
	server_register(server);
	if (bound != NULL)
		bound_show(&server->secinfo->options, bound);
	if (fd != -1)
		connection_begin(server, &server->connections[0], fd);
	server_run(server);
	return server->failed == 0 ? EXIT_WORKED : EXIT_FAILED;
}

int
secinfo_server(
    const struct secinfo *secinfo, int listener, const char *bound, int fd)
{
	struct server *server = calloc(1, sizeof(*server));
	OM_uint32 minor;
	int status;

	if (server == NULL) {
		fprintf(stderr, "gsstest: out of memory\n");
		return EXIT_FAILED;
	}
	server->secinfo = secinfo;
	server->listener = listener;
	status = party_open(
	    &server->party, GSSLOOP_ACCEPTOR, &secinfo->options, NULL);
	if (status == EXIT_WORKED)
		status = server_serve(server, bound, fd);
	else if (fd != -1)
		close(fd);
	if (server->listener != -1)
		close(server->listener);
	if (server->application != GSS_CCM_NO_APPLICATION)
		gss_ccm_unregister(&minor, &server->application);
	party_close(&server->party);
	free(server);
	return status;
}
