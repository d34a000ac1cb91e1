/*
 * tirpc_server: gsstest's program on an RPCSEC_GSS that is not ours, the
 * system's libtirpc with MIT's GSS.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	tirpc_server SERVICE@HOST [PORT]
 *
 * The first line says where it listens.  Then there is one for each call that
 * was found good, and for each context that is destroyed.  Calls without
 * RPCSEC_GSS are refused.  It runs until it is ended; a connection lasts as
 * long as its client does.
 */
#include <fcntl.h>
#include <poll.h>
#include <rpc/rpcsec_gss.h>
#include <rpc/svc_auth_gss.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../address.h"
#include "tirpc.h"

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "tirpc_server: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* What is told. */

static const char *
service_name(u_int service)
{
	return service > 0 && service < SERVICES ? service_names[service]
						 : "unknown";
}

static void
call_tell(struct svc_req *request, const char *procedure, u_int size)
{
	rpc_gss_rawcred_t *raw = NULL;

	if (!rpc_gss_getcred(request, &raw, NULL, NULL))
		die(procedure, "no credentials");
	printf("%s %u service %s client %.*s\n", procedure, size,
	    service_name(raw->service), raw->client_principal->len,
	    raw->client_principal->name);
}

/* The program. */

static void
echo(struct svc_req *request)
{
	struct message message = {NULL, 0};

	if (!svc_getargs(request->rq_xprt, XDR_MESSAGE, (caddr_t)&message)) {
		svcerr_decode(request->rq_xprt);
		return;
	}
	call_tell(request, "echo", message.size);
	svc_sendreply(request->rq_xprt, XDR_MESSAGE, (caddr_t)&message);
	svc_freeargs(request->rq_xprt, XDR_MESSAGE, (caddr_t)&message);
}

/*
 * libtirpc leaves the answer to this to the program, and has by then deleted
 * the context: nothing may be asked about it any more.
 */
static bool
destroys(const struct svc_req *request)
{
	const struct rpc_gss_cred *credential = request->rq_clntcred;

	return credential->gc_proc == RPCSEC_GSS_DESTROY;
}

static void
dispatch(struct svc_req *request, SVCXPRT *transport)
{
	if (request->rq_cred.oa_flavor != RPCSEC_GSS) {
		svcerr_weakauth(transport);
	} else if (destroys(request)) {
		puts("destroy");
		svc_sendreply(transport, XDR_NOTHING, NULL);
	} else if (request->rq_proc == PROCEDURE_NULL) {
		call_tell(request, "null", 0);
		svc_sendreply(transport, XDR_NOTHING, NULL);
	} else if (request->rq_proc == PROCEDURE_ECHO) {
		echo(request);
	} else {
		svcerr_noproc(transport);
	}
}

/* Connections. */

static void
await(int fd)
{
	struct pollfd wait = {fd, POLLIN, 0};

	while (poll(&wait, 1, -1) != 1)
		continue;
}

/* One process each: libtirpc finds contexts by the client's address. */
static _Noreturn void
connection_serve(int fd)
{
	SVCXPRT *transport;

	if (fcntl(fd, F_SETFL, 0) == -1)
		die("connection", "cannot be made to block");
	transport = svc_fd_create(fd, BUFFER_SIZE, BUFFER_SIZE);
	if (transport == NULL)
		die("svc_fd_create", "failed");
	/* Without a protocol it is not told to rpcbind. */
	if (!svc_reg(transport, PROGRAM, VERSION, dispatch, NULL))
		die("svc_reg", "failed");
	while (FD_ISSET(fd, &svc_fdset)) {
		await(fd);
		svc_getreq_common(fd);
	}
	exit(EXIT_SUCCESS);
}

static void
connection_take(int listener)
{
	int fd;

	await(listener);
	fd = accept(listener, NULL, NULL);
	if (fd == -1)
		return;
	switch (fork()) {
	case -1:
		die("fork", "failed");
	case 0:
		close(listener);
		connection_serve(fd);
	default:
		close(fd);
	}
}

/* The command. */

static void
service_set(char *service)
{
	gss_buffer_desc text = {strlen(service), service};
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor;

	if (gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &name) !=
		GSS_S_COMPLETE ||
	    !svcauth_gss_set_svc_name(name))
		die(service, "no credentials");
	gss_release_name(&minor, &name);
}

int
main(int argc, char **argv)
{
	char address[ADDRESS_TEXT], bound[ADDRESS_TEXT], error[ADDRESS_ERROR];
	int listener;

	if (argc != 2 && argc != 3) {
		fputs("usage: tirpc_server SERVICE@HOST [PORT]\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	service_set(argv[1]);
	snprintf(address, sizeof(address), "127.0.0.1:%s",
	    argc == 3 ? argv[2] : "0");
	listener = address_listen(address, bound, error);
	if (listener == -1)
		die(address, error);
	printf("listening on %s\n", bound);
	for (;;)
		connection_take(listener);
}
