/*
 * The security context with the server.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "complaint.h"
#include "connection.h"
#include "context.h"
#include "flags.h"
#include "status.h"

/* What the protocol demands (2.1 step 2), and what it recommends. */
#define REQUEST                                                                \
	(GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG |              \
	    GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG)

const char *
context_io_text(enum gssloop_io io)
{
	switch (io) {
	case GSSLOOP_IO_CLOSED:
		return "unexpected end of file";
	case GSSLOOP_IO_TIME:
		return "timed out";
	case GSSLOOP_IO_TOO_LARGE:
		return "token too large";
	case GSSLOOP_IO_MALFORMED:
	case GSSLOOP_IO_EARLY:
		return "unexpected token from server";
	case GSSLOOP_IO_NO_MEMORY:
		return "out of memory";
	default:
		return NULL;
	}
}

static bool
name_import(struct context *context, const char *text, gss_OID type)
{
	gss_buffer_desc buffer = {strlen(text), (void *)(uintptr_t)text};
	struct gj_status_texts texts;
	OM_uint32 major, minor;

	major = gss_import_name(&minor, &buffer, type, &context->server);
	if (!GSS_ERROR(major))
		return true;
	gj_status_texts(major, minor, &gj_mech_krb5, &texts);
	complain("GSS-API error parsing name %s: %s, %s", text, texts.major,
	    texts.minor);
	return false;
}

/* A principal is taken as it is; a host's goes through krb5.conf's rules. */
static bool
server_import(struct context *context, const struct options *options,
    const char *canonical)
{
	char service[HOST_ROOM + 8];

	if (options->principal != NULL)
		return name_import(
		    context, options->principal, GSS_C_NT_USER_NAME);
	snprintf(service, sizeof(service), "host@%s", canonical);
	return name_import(context, service, &gj_name_hostbased);
}

static void
observe(void *observer, const struct gssloop_event *event)
{
	(void)observer;
	if (event->sight == GSSLOOP_SIGHT_BRANCH)
		remark("context: %s", gssloop_branch_info(event->branch)->name);
	else
		remark("context: token of %zu octets %s", event->size,
		    event->sight == GSSLOOP_SIGHT_SENT ? "sent" : "received");
}

static bool
loop_make(struct context *context, const struct options *options)
{
	struct gssloop_params params;

	gssloop_params_init(&params, GSSLOOP_INITIATOR);
	params.target = context->server;
	params.mech = &gj_mech_krb5;
	params.request = REQUEST;
	params.token_max = GJ_REMCTL_PAYLOAD_MAX;
	params.wait_ms =
	    options->timeout > 0 ? options->timeout * 1000 : UINT_MAX;
	params.observe = observe;
	if (gssloop_new(&context->loop, &params) == 0)
		return true;
	complain("out of memory");
	return false;
}

/* The words of remctl 3.18 come first, where it has some. */
static void
failure_tell(const struct gssloop *loop)
{
	const char *error = gssloop_error(loop);

	switch (gssloop_branch(loop)) {
	case GSSLOOP_BRANCH_PEER_CLOSED:
		complain("error receiving token: unexpected end of file (%s)",
		    error);
		break;
	case GSSLOOP_BRANCH_TOKEN_MISSING:
		complain("error receiving token: timed out (%s)", error);
		break;
	case GSSLOOP_BRANCH_SEND_FAILED:
		complain(
		    "error sending token: unexpected end of file (%s)", error);
		break;
	case GSSLOOP_BRANCH_FRAME_MALFORMED:
	case GSSLOOP_BRANCH_MESSAGE_EARLY:
	case GSSLOOP_BRANCH_TOKEN_TOO_LARGE:
		complain("error receiving token: %s", error);
		break;
	default:
		complain("GSS-API error initializing context: %s", error);
	}
}

static bool
negotiate(struct context *context)
{
	enum gssloop_remctl protocol;
	char flags[GJ_FLAGS_TEXT];

	if (gssloop_run(context->loop, context->channel, GSSLOOP_NO_DEADLINE) !=
	    GSSLOOP_DONE) {
		failure_tell(context->loop);
		return false;
	}
	protocol = gssloop_channel_remctl_protocol(context->channel);
	gj_flags_text(gssloop_flags(context->loop), flags);
	remark("protocol %d, context with %s",
	    protocol == GSSLOOP_REMCTL_OLD ? 1 : 2, flags);
	if (gj_remctl_open(&context->remctl, context->channel, context->loop) ==
	    GSSLOOP_IO_OK)
		return true;
	complain("server did not negotiate acceptable GSS-API flags: %s",
	    context->remctl.reason);
	return false;
}

bool
context_open(struct context *context, const struct options *options, int fd,
    const char *canonical)
{
	int error;

	memset(context, 0, sizeof(*context));
	context->server = GSS_C_NO_NAME;
	error = gssloop_channel_remctl(
	    &context->channel, fd, GSSLOOP_INITIATOR, options->protocol);
	if (error != 0) {
		close(fd);
		complain("cannot use the connection: %s", strerror(error));
		return false;
	}
	return server_import(context, options, canonical) &&
	       loop_make(context, options) && negotiate(context);
}

void
context_close(struct context *context)
{
	OM_uint32 minor;

	gj_remctl_close(&context->remctl);
	gssloop_free(&context->loop);
	gssloop_channel_free(&context->channel);
	if (context->server != GSS_C_NO_NAME)
		gss_release_name(&minor, &context->server);
}
