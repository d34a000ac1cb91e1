/*
 * A client of remctl that keeps its connection: on lib/remctl.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "remctl.h"
#include "remctl_kept.h"

struct client {
	gss_name_t server;
	struct gssloop_channel *channel;
	struct gssloop *loop;
	struct gj_remctl remctl;
};

static void
await(struct gssloop_channel *channel)
{
	struct pollfd wait = {-1, 0, 0};

	gssloop_channel_poll(channel, &wait.fd, &wait.events);
	if (poll(&wait, 1, -1) == -1 && errno != EINTR)
		client_fail("poll", strerror(errno));
}

/* The first address that answers. */
static int
host_connect(const char *host, const char *port)
{
	char text[ADDRESS_TEXT], error[ADDRESS_ERROR];
	struct addrinfo *list, *one;
	struct pollfd wait = {-1, POLLOUT, 0};
	int status = ECONNREFUSED;

	snprintf(text, sizeof(text), strchr(host, ':') ? "[%s]:%s" : "%s:%s",
	    host, port);
	list = address_resolve(text, error);
	if (list == NULL)
		client_fail(text, error);
	for (one = list; one != NULL && status != 0; one = one->ai_next) {
		status = address_connect(one, &wait.fd);
		while (status == 0 &&
		       (status = address_connected(wait.fd)) == EAGAIN) {
			poll(&wait, 1, -1);
			status = 0;
		}
	}
	address_free(list);
	if (status != 0)
		client_fail(text, strerror(status));
	return wait.fd;
}

static void
server_import(struct client *client, const char *host, const char *principal)
{
	gss_OID type =
	    principal != NULL ? GSS_C_NT_USER_NAME : &gj_name_hostbased;
	gss_buffer_desc buffer;
	char service[300];
	OM_uint32 minor;

	snprintf(service, sizeof(service), "host@%s", host);
	buffer.value =
	    principal != NULL ? (void *)(uintptr_t)principal : (void *)service;
	buffer.length = strlen(buffer.value);
	if (gss_import_name(&minor, &buffer, type, &client->server) !=
	    GSS_S_COMPLETE)
		client_fail("gss_import_name", buffer.value);
}

static void
context_make(struct client *client)
{
	struct gssloop_params params;

	gssloop_params_init(&params, GSSLOOP_INITIATOR);
	params.target = client->server;
	params.mech = &gj_mech_krb5;
	params.request = GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG |
			 GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG |
			 GSS_C_SEQUENCE_FLAG;
	params.wait_ms = UINT_MAX;
	if (gssloop_new(&client->loop, &params) != 0)
		client_fail("gssloop_new", "no memory");
	if (gssloop_run(client->loop, client->channel, GSSLOOP_NO_DEADLINE) !=
	    GSSLOOP_DONE)
		client_fail("gssloop_run", gssloop_error(client->loop));
	if (gj_remctl_open(&client->remctl, client->channel, client->loop) !=
	    GSSLOOP_IO_OK)
		client_fail("gj_remctl_open", client->remctl.reason);
}

struct client *
client_open(const char *host, const char *port, const char *principal)
{
	struct client *client = calloc(1, sizeof(*client));

	if (client == NULL)
		client_fail("calloc", "no memory");
	client->server = GSS_C_NO_NAME;
	server_import(client, host, principal);
	if (gssloop_channel_remctl(&client->channel, host_connect(host, port),
		GSSLOOP_INITIATOR, GSSLOOP_REMCTL_NEW) != 0)
		client_fail("gssloop_channel_remctl", strerror(errno));
	context_make(client);
	return client;
}

static void
message_send(struct client *client, const struct gj_remctl_message *message)
{
	enum gssloop_io io = gj_remctl_put(&client->remctl, message);

	if (io != GSSLOOP_IO_OK)
		client_fail("gj_remctl_put", client->remctl.reason);
	while (
	    (io = gssloop_channel_flush(client->channel)) == GSSLOOP_IO_AGAIN)
		await(client->channel);
	if (io != GSSLOOP_IO_OK)
		client_fail("gssloop_channel_flush",
		    gssloop_channel_reason(client->channel));
}

static void
message_get(struct client *client, struct gj_remctl_message *message)
{
	struct gj_remctl_result result;
	enum gssloop_io io;

	while ((io = gj_remctl_get(&client->remctl, message, &result)) ==
	       GSSLOOP_IO_AGAIN)
		await(client->channel);
	if (io != GSSLOOP_IO_OK)
		client_fail("gj_remctl_get", client->remctl.reason);
	if (result.what != GJ_REMCTL_GOOD)
		client_fail("gj_remctl_get", result.reason);
}

static uint8_t *
body_make(const struct iovec *words, size_t count, size_t *size)
{
	struct gssloop_view *views = calloc(count + 1, sizeof(*views));
	struct gj_writer writer;
	uint8_t *body = NULL;
	size_t i;

	for (i = 0; views != NULL && i < count; i++) {
		views[i].data = words[i].iov_base;
		views[i].size = words[i].iov_len;
	}
	if (views != NULL) {
		*size = gj_remctl_command_size(views, count);
		body = malloc(*size);
	}
	if (body == NULL)
		client_fail("malloc", "no memory");
	gj_writer_init(&writer, body, *size);
	gj_remctl_command_encode(views, count, &writer);
	free(views);
	return body;
}

void
client_send(struct client *client, const struct iovec *words, size_t count)
{
	struct gj_remctl_message message;
	struct gssloop_view body;
	size_t at = 0, size;
	uint8_t *data = body_make(words, count, &size);

	body.data = data, body.size = size;
	while (gj_remctl_command_piece(&body, &at, true, &message))
		message_send(client, &message);
	free(data);
}

void
client_get(struct client *client, struct client_answer *answer)
{
	struct gj_remctl_message message;

	message_get(client, &message);
	answer->data = message.data.data;
	answer->size = message.data.size;
	switch (message.type) {
	case GJ_REMCTL_OUTPUT:
		answer->kind = CLIENT_OUTPUT;
		answer->number = message.stream;
		break;
	case GJ_REMCTL_STATUS:
		answer->kind = CLIENT_STATUS;
		answer->number = message.status;
		break;
	case GJ_REMCTL_ERROR:
		answer->kind = CLIENT_ERROR;
		answer->number = message.error;
		break;
	default:
		client_fail("gj_remctl_get", "a message nobody asked for");
	}
}

void
client_noop(struct client *client)
{
	struct gj_remctl_message message = {.type = GJ_REMCTL_NOOP};

	message_send(client, &message);
	message_get(client, &message);
	if (message.type != GJ_REMCTL_NOOP)
		client_fail("NOOP", "another message came");
}

void
client_close(struct client *client)
{
	struct gj_remctl_message message = {.type = GJ_REMCTL_QUIT};
	OM_uint32 minor;

	if (client == NULL)
		return;
	message_send(client, &message);
	gj_remctl_close(&client->remctl);
	gssloop_free(&client->loop);
	gssloop_channel_free(&client->channel);
	gss_release_name(&minor, &client->server);
	free(client);
}
