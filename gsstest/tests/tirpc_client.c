/*
 * tirpc_client: calls gsstest's program with an RPCSEC_GSS that is not ours,
 * the system's libtirpc with MIT's GSS.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	tirpc_client HOST:PORT SERVICE@HOST none|integrity|privacy COUNT SIZE
 *
 * Makes a context, calls NULL, then ECHO so many times with messages of so many
 * octets, each another, and destroys the context.  A line tells what became of
 * it.
 */
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../address.h"
#include "tirpc.h"

#define USAGE                                                                  \
	"usage: tirpc_client HOST:PORT SERVICE@HOST none|integrity|privacy "   \
	"COUNT SIZE\n"

/* A call that takes longer has failed. */
static const struct timeval patience = {20, 0};

static _Noreturn void
die(const char *what, const char *why)
{
	printf("failed: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static _Noreturn void
usage(void)
{
	fputs(USAGE, stderr);
	exit(2);
}

static CLIENT *
client_connect(const char *text)
{
	char error[ADDRESS_ERROR];
	struct addrinfo *address = address_resolve(text, error);
	struct netbuf server;
	CLIENT *client;
	int fd;

	if (address == NULL)
		die(text, error);
	fd = socket(address->ai_family, SOCK_STREAM, 0);
	server.buf = address->ai_addr;
	server.len = server.maxlen = address->ai_addrlen;
	client = clnt_vc_create(
	    fd, &server, PROGRAM, VERSION, BUFFER_SIZE, BUFFER_SIZE);
	freeaddrinfo(address);
	if (client == NULL)
		die("connecting", clnt_spcreateerror(text));
	return client;
}

static void
context_make(CLIENT *client, char *target, rpc_gss_svc_t service)
{
	struct rpc_gss_sec security = {
	    .mech = gss_mech_krb5,
	    .qop = GSS_C_QOP_DEFAULT,
	    .svc = service,
	    .cred = GSS_C_NO_CREDENTIAL,
	    .req_flags = GSS_C_MUTUAL_FLAG,
	};

	client->cl_auth = authgss_create_default(client, target, &security);
	if (client->cl_auth != NULL)
		return;
	/* What failed here is in one place, what was answered in the other. */
	if (rpc_createerr.cf_stat != RPC_SUCCESS)
		die("context", clnt_spcreateerror(target));
	die("context", clnt_sperror(client, "INIT"));
}

static void
null(CLIENT *client)
{
	if (clnt_call(client, PROCEDURE_NULL, XDR_NOTHING, NULL, XDR_NOTHING,
		NULL, patience) != RPC_SUCCESS)
		die("NULL", clnt_sperror(client, "clnt_call"));
}

/* The number makes it unlike the others. */
static void
echo(CLIENT *client, struct message *sent, u_int number)
{
	struct message got = {NULL, 0};
	u_int i;

	for (i = 0; i < sent->size; i++)
		sent->octets[i] = (char)(31 * i + 7 * number + i / 256);
	if (clnt_call(client, PROCEDURE_ECHO, XDR_MESSAGE, (caddr_t)sent,
		XDR_MESSAGE, (caddr_t)&got, patience) != RPC_SUCCESS)
		die("ECHO", clnt_sperror(client, "clnt_call"));
	if (got.size != sent->size ||
	    memcmp(got.octets, sent->octets, got.size) != 0)
		die("ECHO", "another message came back");
	clnt_freeres(client, XDR_MESSAGE, (caddr_t)&got);
}

/* libtirpc keeps to itself what was answered; but it was the last call. */
static void
context_destroy(CLIENT *client)
{
	struct rpc_err error;

	auth_destroy(client->cl_auth);
	clnt_geterr(client, &error);
	if (error.re_status != RPC_SUCCESS)
		die("DESTROY", clnt_sperror(client, "auth_destroy"));
	clnt_destroy(client);
}

static u_int
number_read(const char *text, u_int greatest)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (end == text || *end != '\0' || number > greatest)
		usage();
	return (u_int)number;
}

static rpc_gss_svc_t
service_read(const char *text)
{
	int service = RPCSEC_GSS_SVC_NONE;

	while (service < SERVICES && strcmp(service_names[service], text) != 0)
		service++;
	if (service == SERVICES)
		usage();
	return (rpc_gss_svc_t)service;
}

int
main(int argc, char **argv)
{
	static char octets[MESSAGE_MAX];
	struct message message = {octets, 0};
	rpc_gss_svc_t service;
	CLIENT *client;
	u_int count, i;

	if (argc != 6)
		usage();
	service = service_read(argv[3]);
	count = number_read(argv[4], 1000000);
	message.size = number_read(argv[5], MESSAGE_MAX);
	client = client_connect(argv[1]);
	context_make(client, argv[2], service);
	null(client);
	for (i = 0; i < count; i++)
		echo(client, &message, i);
	context_destroy(client);
	printf("ok: service %s, null, %u times echo of %u octets\n", argv[3],
	    count, message.size);
	return EXIT_SUCCESS;
}
