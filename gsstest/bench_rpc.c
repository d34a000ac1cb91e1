/*
 * bench_rpc: calls of an RPC program over a Unix socket, between two processes,
 * by each flavour.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	bench_rpc calls ROUNDS		calls per second; a line each:
 *					procedure, flavour, the best of ROUNDS
 *	bench_rpc counted FLAVOUR PROCEDURE COUNT
 *					so many calls without a clock, for what
 *					counts instructions, of both processes
 *
 * All flavours go through one connection, one call at a time; in a round each
 * of them runs once.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat.h"
#include "deadline.h"
#include "rpc_client.h"
#include "rpc_server.h"
#include "wire_rpctest.h"

#define SLICE	  5000 /* microseconds in which an action is repeated */
#define ECHO_SIZE 4096
#define WAIT_MS	  10000
#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))

static void
fail(const char *why)
{
	fprintf(stderr, "bench_rpc: %s\n", why);
	exit(1);
}

/* --- The server -------------------------------------------------------------
 */

/* A message is answered by its own octets, which are the same XDR. */
static enum rpc_served
serve(void *argument, struct rpc_server *server, const struct rpc_call *call,
    struct gssloop_view *results)
{
	(void)argument;
	(void)server;
	if (call->procedure == GJ_RPCTEST_ECHO)
		*results = call->arguments;
	return call->procedure <= GJ_RPCTEST_ECHO ? RPC_SERVED : RPC_UNKNOWN;
}

static void
server_run(int fd)
{
	static struct rpc_server server;
	struct rpc_server_params params = {
	    .program = GJ_RPCTEST_PROGRAM,
	    .version = GJ_RPCTEST_VERSION,
	    .serve = serve,
	};
	struct pollfd poller = {fd, POLLIN, 0};
	enum gssloop_io io;
	OM_uint32 minor;

	if (rpc_server_register(&minor, &params.application) !=
		GSS_S_COMPLETE ||
	    rpc_server_open(&server, fd, &params) != 0)
		fail("the server cannot begin");
	do {
		poller.events = rpc_server_events(&server);
		if (poll(&poller, 1, -1) == -1 && errno != EINTR)
			fail("poll");
		io = rpc_server_serve(&server);
	} while (io == GSSLOOP_IO_OK || io == GSSLOOP_IO_AGAIN);
	rpc_server_close(&server);
	gss_ccm_unregister(&minor, &params.application);
	exit(io == GSSLOOP_IO_CLOSED ? 0 : 1);
}

/* --- The client -------------------------------------------------------------
 */

static struct {
	struct rpc_client client;
	struct rpc_client_context krb5, ccm;
	gss_name_t target;
	uint8_t echo[4 + ECHO_SIZE]; /* as XDR */
	pid_t server;
} bench;

struct flavour {
	const char *name;
	struct rpc_client_context *context; /* NULL: AUTH_NONE */
	uint32_t service;
	unsigned long counts[2]; /* calls that fill a slice */
	double best[2];		 /* microseconds a call */
};

static struct flavour flavours[] = {
    {"none", NULL, GJ_RPCSEC_NONE, {0, 0}, {0, 0}},
    {"ccm", &bench.ccm, GJ_RPCSEC_NONE, {0, 0}, {0, 0}},
    {"krb5", &bench.krb5, GJ_RPCSEC_NONE, {0, 0}, {0, 0}},
    {"krb5i", &bench.krb5, GJ_RPCSEC_INTEGRITY, {0, 0}, {0, 0}},
    {"krb5p", &bench.krb5, GJ_RPCSEC_PRIVACY, {0, 0}, {0, 0}},
};

static const char *const procedures[] = {"null", "echo"};

static void
call(const struct flavour *flavour, size_t procedure)
{
	struct gssloop_view arguments = {
	    bench.echo, procedure == 0 ? 0 : sizeof(bench.echo)};
	struct rpc_answer answer;

	if (!rpc_client_call(&bench.client, flavour->context,
		(uint32_t)procedure, flavour->service, &arguments, &answer))
		fail(bench.client.reason);
	if (answer.what != RPC_ANSWERED ||
	    answer.results.size != arguments.size)
		fail("a call was not answered");
}

static void
contexts_make(void)
{
	gss_buffer_desc text = {14, (void *)"host@localhost"};
	struct gssloop_params params;
	OM_uint32 major, minor;

	if (gss_import_name(&minor, &text, &gj_name_hostbased, &bench.target) !=
	    GSS_S_COMPLETE)
		fail("gss_import_name");
	gssloop_params_init(&params, GSSLOOP_INITIATOR);
	params.mech = &gj_mech_krb5;
	params.target = bench.target;
	params.request = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG;
	if (!rpc_client_establish(
		&bench.client, &params, &bench.krb5, &major, &minor) ||
	    !rpc_client_cache(&bench.client, &bench.krb5, NULL, bench.target,
		&bench.ccm, &major, &minor))
		fail(bench.client.reason);
}

static void
bench_open(void)
{
	struct gj_writer writer;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		fail("socketpair");
	bench.server = fork();
	if (bench.server == -1)
		fail("fork");
	if (bench.server == 0) {
		close(fds[0]);
		server_run(fds[1]);
	}
	close(fds[1]);
	gj_writer_init(&writer, bench.echo, sizeof(bench.echo));
	gj_writer_u32be(&writer, ECHO_SIZE);
	if (rpc_client_open(&bench.client, fds[0], GJ_RPCTEST_PROGRAM,
		GJ_RPCTEST_VERSION, WAIT_MS) != 0)
		fail("the client cannot begin");
	contexts_make();
}

static void
bench_close(void)
{
	OM_uint32 minor;
	int status;

	if (!rpc_client_destroy(&bench.client, &bench.ccm) ||
	    !rpc_client_destroy(&bench.client, &bench.krb5))
		fail(bench.client.reason);
	rpc_client_close(&bench.client);
	gss_release_name(&minor, &bench.target);
	if (waitpid(bench.server, &status, 0) == -1 || status != 0)
		fail("the server failed");
}

/* --- The clock --------------------------------------------------------------
 */

static double
repeat(const struct flavour *flavour, size_t procedure, unsigned long count)
{
	uint64_t began = gj_now();

	for (unsigned long i = 0; i < count; i++)
		call(flavour, procedure);
	return (double)(gj_now() - began) / (double)count;
}

static void
round_go(size_t procedure)
{
	struct flavour *at;
	double took;

	for (at = flavours; at < flavours + COUNT(flavours); at++) {
		unsigned long *count = &at->counts[procedure];

		while (*count == 0 ||
		       repeat(at, procedure, *count) * (double)*count < SLICE)
			*count = *count * 2 + 1;
		took = repeat(at, procedure, *count);
		if (at->best[procedure] == 0 || took < at->best[procedure])
			at->best[procedure] = took;
	}
}

static void
calls_show(unsigned long rounds)
{
	for (unsigned long i = 0; i < rounds; i++)
		for (size_t p = 0; p < COUNT(procedures); p++)
			round_go(p);
	for (size_t p = 0; p < COUNT(procedures); p++)
		for (size_t f = 0; f < COUNT(flavours); f++)
			printf("%s %s %.0f\n", procedures[p], flavours[f].name,
			    1e6 / flavours[f].best[p]);
}

static void
calls_count(const char *flavour, const char *procedure, unsigned long count)
{
	for (size_t p = 0; p < COUNT(procedures); p++)
		for (size_t f = 0; f < COUNT(flavours); f++)
			if (strcmp(flavours[f].name, flavour) == 0 &&
			    strcmp(procedures[p], procedure) == 0)
				repeat(&flavours[f], p, count);
}

int
main(int argc, char **argv)
{
	bool counted = argc == 5 && strcmp(argv[1], "counted") == 0;

	if (!counted && (argc != 3 || strcmp(argv[1], "calls") != 0)) {
		fprintf(stderr, "usage: bench_rpc calls ROUNDS | counted "
				"FLAVOUR PROCEDURE COUNT\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	bench_open();
	if (counted)
		calls_count(argv[2], argv[3], strtoul(argv[4], NULL, 10));
	else
		calls_show(strtoul(argv[2], NULL, 10));
	bench_close();
	return 0;
}
