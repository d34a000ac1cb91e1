/*
 * One command and what the server answers to it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "compat.h"
#include "complaint.h"
#include "deadline.h"
#include "exchange.h"
#include "output.h"

/*
 * How long the end of a connection is waited for when answers to NOOP are
 * still to come: closing before that would reset it under the server's hands.
 */
#define FAREWELL_MS 1000

struct exchange {
	const struct options *options;
	struct gssloop_channel *channel;
	struct gj_remctl *remctl;
	struct output output;

	uint8_t *body; /* of the command; wiped when it is freed */
	size_t size, sent;
	bool pending;	/* something that was put has not left yet */
	bool cut;	/* it cannot leave: the server has closed */
	uint64_t heard; /* when the server last gave a sign */
	uint64_t asked; /* when it was last asked for one */
	size_t noops;	/* of ours that were not answered */
	bool asking;	/* -k, and the server knows NOOP */

	bool over;
	int status;
};

static void
end(struct exchange *exchange, int status)
{
	exchange->over = true;
	exchange->status = status;
}

static void __attribute__((format(printf, 2, 3)))
fail(struct exchange *exchange, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	complain("error reading from server: %s", text);
	end(exchange, EXIT_OURS);
}

/*
 * What is sent
 */

static bool
body_make(struct exchange *exchange)
{
	const struct options *options = exchange->options;
	struct gssloop_view *views = calloc(options->count, sizeof(*views));
	struct gj_writer writer;
	size_t i;

	for (i = 0; views != NULL && i < options->count; i++) {
		views[i].data = (const uint8_t *)options->words[i];
		views[i].size = strlen(options->words[i]);
	}
	if (views != NULL)
		exchange->size = gj_remctl_command_size(views, options->count);
	if (exchange->size > 0)
		exchange->body = malloc(exchange->size);
	if (exchange->body == NULL) {
		complain("out of memory");
		free(views);
		return false;
	}
	gj_writer_init(&writer, exchange->body, exchange->size);
	gj_remctl_command_encode(views, options->count, &writer);
	free(views);
	return true;
}

/* A put came to nothing; true where it did not. */
static bool
put_check(struct exchange *exchange, enum gssloop_io io)
{
	if (io == GSSLOOP_IO_OK) {
		exchange->pending = true;
		return true;
	}
	complain("error sending token: %s", exchange->remctl->reason);
	end(exchange, EXIT_OURS);
	return false;
}

/* The next piece; one is under way at a time, whatever the size. */
static void
piece_put(struct exchange *exchange)
{
	struct gssloop_view body = {exchange->body, exchange->size};
	struct gj_remctl_message message;

	gj_remctl_command_piece(
	    &body, &exchange->sent, exchange->asking, &message);
	if (put_check(exchange, gj_remctl_put(exchange->remctl, &message)))
		remark("COMMAND sent up to octet %zu of %zu", exchange->sent,
		    exchange->size);
}

/* In the old protocol there is one piece. */
static void
whole_put(struct exchange *exchange)
{
	struct gssloop_view body = {exchange->body, exchange->size};

	if (put_check(exchange, gj_remctl_put_command(exchange->remctl, &body)))
		exchange->sent = exchange->size;
}

static void
noop_put(struct exchange *exchange)
{
	struct gj_remctl_message message = {.type = GJ_REMCTL_NOOP};

	if (!put_check(exchange, gj_remctl_put(exchange->remctl, &message)))
		return;
	exchange->noops++;
	exchange->asked = gj_now();
	remark("NOOP sent");
}

/* The server cannot be told any more; it may have said why. */
static void
flush_failed(struct exchange *exchange)
{
	remark("error sending token: %s",
	    gssloop_channel_reason(exchange->channel));
	exchange->cut = true;
	exchange->pending = false;
}

/* Sends as much as can leave without waiting. */
static void
sending(struct exchange *exchange)
{
	bool old = exchange->remctl->protocol == GSSLOOP_REMCTL_OLD;
	enum gssloop_io io;

	while (!exchange->over && !exchange->cut) {
		if (!exchange->pending) {
			if (exchange->sent == exchange->size)
				return;
			if (old)
				whole_put(exchange);
			else
				piece_put(exchange);
			continue;
		}
		io = gssloop_channel_flush(exchange->channel);
		if (io == GSSLOOP_IO_AGAIN)
			return;
		exchange->pending = false;
		if (io != GSSLOOP_IO_OK)
			flush_failed(exchange);
	}
}

/*
 * What comes
 */

/* The command's status, where its output was not lost here. */
static void
status_take(struct exchange *exchange, uint32_t status)
{
	int low = (int)(status & 0xff);

	/* The old protocol's has 32 bits: it may not become success. */
	if (status != 0 && low == 0)
		low = EXIT_ERROR;
	if (low == 0 && exchange->output.failed)
		low = EXIT_OURS;
	end(exchange, low);
}

static void
output_take(struct exchange *exchange, enum gj_remctl_stream stream,
    const struct gssloop_view *octets)
{
	output_write(&exchange->output, stream, octets);
	if (exchange->output.over)
		end(exchange, EXIT_OURS);
}

static void
error_take(struct exchange *exchange, const struct gj_remctl_message *message)
{
	static const struct gssloop_view newline = {(const uint8_t *)"\n", 1};

	remark("ERROR %lu", (unsigned long)message->error);
	output_write(&exchange->output, GJ_REMCTL_STDERR, &message->data);
	output_write(&exchange->output, GJ_REMCTL_STDERR, &newline);
	end(exchange, EXIT_ERROR);
}

/* The server knows version 2 only, and has said so to a NOOP (2.3). */
static void
version_take(struct exchange *exchange, const struct gj_remctl_message *message)
{
	if (exchange->noops == 0 || message->highest < GJ_REMCTL_VERSION_MIN) {
		fail(exchange, "server speaks version %u only",
		    message->highest);
		return;
	}
	remark("the server knows no NOOP");
	exchange->noops--;
	exchange->asking = false;
}

static void
noop_take(struct exchange *exchange)
{
	if (exchange->noops == 0)
		fail(exchange, "unexpected NOOP from server");
	else
		exchange->noops--;
}

static void
message_take(struct exchange *exchange, const struct gj_remctl_message *message)
{
	bool answer = message->type == GJ_REMCTL_OUTPUT ||
		      message->type == GJ_REMCTL_STATUS;

	if (answer && exchange->sent < exchange->size) {
		fail(exchange, "an answer to a command that it has not got");
		return;
	}
	switch (message->type) {
	case GJ_REMCTL_OUTPUT:
		output_take(exchange, message->stream, &message->data);
		break;
	case GJ_REMCTL_STATUS:
		remark("STATUS %u", message->status);
		status_take(exchange, message->status);
		break;
	case GJ_REMCTL_ERROR:
		error_take(exchange, message);
		break;
	case GJ_REMCTL_VERSION:
		version_take(exchange, message);
		break;
	default: /* a server sends no others, as the codec has found */
		noop_take(exchange);
	}
}

/* The words of remctl 3.18 come first. */
static void
message_refused(struct exchange *exchange,
    const struct gj_remctl_message *message,
    const struct gj_remctl_result *result)
{
	if (result->what == GJ_REMCTL_OTHER_VERSION)
		fail(exchange, "unexpected protocol %u from server",
		    message->version);
	else if (result->error == GJ_REMCTL_UNKNOWN_MESSAGE)
		fail(exchange, "unknown message type from server: %s",
		    result->reason);
	else
		fail(exchange, "malformed result token from server: %s",
		    result->reason);
}

static void
get_failed(struct exchange *exchange, enum gssloop_io io)
{
	const char *text = context_io_text(io);

	if (exchange->cut && io == GSSLOOP_IO_CLOSED) {
		complain("error sending token: unexpected end of file");
		end(exchange, EXIT_OURS);
	} else if (text != NULL) {
		fail(exchange, "error receiving token: %s (%s)", text,
		    exchange->remctl->reason);
	} else if (io == GSSLOOP_IO_REFUSED) {
		fail(exchange, "GSS-API error receiving token: %s",
		    exchange->remctl->reason);
	} else {
		fail(exchange, "error receiving token: %s",
		    exchange->remctl->reason);
	}
}

static enum gssloop_io
message_get(struct exchange *exchange)
{
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	enum gssloop_io io;

	io = gj_remctl_get(exchange->remctl, &message, &result);
	if (io == GSSLOOP_IO_OK && result.what != GJ_REMCTL_GOOD)
		message_refused(exchange, &message, &result);
	else if (io == GSSLOOP_IO_OK)
		message_take(exchange, &message);
	return io;
}

static enum gssloop_io
answer_get(struct exchange *exchange)
{
	struct gj_remctl_answer answer;
	struct gj_remctl_result result;
	enum gssloop_io io;

	io = gj_remctl_get_answer(exchange->remctl, &answer, &result);
	if (io != GSSLOOP_IO_OK)
		return io;
	if (result.what != GJ_REMCTL_GOOD) {
		fail(exchange, "malformed result token from server: %s",
		    result.reason);
		return io;
	}
	output_take(exchange, GJ_REMCTL_STDOUT, &answer.data);
	if (!exchange->over)
		status_take(exchange, answer.status);
	return io;
}

/* Takes all that is there. */
static void
receiving(struct exchange *exchange)
{
	enum gssloop_io io = GSSLOOP_IO_OK;

	while (!exchange->over && io == GSSLOOP_IO_OK) {
		if (exchange->remctl->protocol == GSSLOOP_REMCTL_OLD)
			io = answer_get(exchange);
		else
			io = message_get(exchange);
		if (io != GSSLOOP_IO_AGAIN)
			exchange->heard = gj_now();
		if (io != GSSLOOP_IO_OK && io != GSSLOOP_IO_AGAIN)
			get_failed(exchange, io);
	}
}

/*
 * What is waited for
 */

static uint64_t
later(uint64_t since, unsigned int seconds)
{
	return seconds == 0 ? GSSLOOP_NO_DEADLINE
			    : since + (uint64_t)seconds * 1000000;
}

static uint64_t
noop_time(const struct exchange *exchange)
{
	uint64_t since = exchange->heard > exchange->asked ? exchange->heard
							   : exchange->asked;

	if (!exchange->asking || exchange->sent < exchange->size)
		return GSSLOOP_NO_DEADLINE;
	return later(since, exchange->options->keep_alive);
}

/* Waits for the server, in either direction, or for what is to be done. */
static void
waiting(struct exchange *exchange)
{
	uint64_t give_up = later(exchange->heard, exchange->options->timeout);
	uint64_t ask = noop_time(exchange);
	uint64_t until = ask < give_up ? ask : give_up;
	struct pollfd wait = {-1, 0, 0};
	int ready;

	gssloop_channel_poll(exchange->channel, &wait.fd, &wait.events);
	wait.events |= POLLIN;
	ready = poll(
	    &wait, 1, until == GSSLOOP_NO_DEADLINE ? -1 : gj_left_ms(until));
	if (ready > 0)
		exchange->heard = gj_now();
	if (ready == -1 && errno != EINTR)
		fail(exchange, "%s", strerror(errno));
	if (ready != 0)
		return;
	if (gj_left_ms(give_up) == 0)
		fail(exchange, "error receiving token: timed out");
	else if (gj_left_ms(ask) == 0 && !exchange->pending)
		noop_put(exchange);
}

/* A connection that was to be kept is ended (2.7). */
static void
farewell(struct exchange *exchange)
{
	struct gj_remctl_message message = {.type = GJ_REMCTL_QUIT};
	uint64_t deadline = gj_deadline(FAREWELL_MS);
	struct pollfd wait = {-1, POLLIN, 0};
	short ignored;

	if (gj_remctl_put(exchange->remctl, &message) != GSSLOOP_IO_OK ||
	    gssloop_channel_flush(exchange->channel) != GSSLOOP_IO_OK)
		return;
	gssloop_channel_poll(exchange->channel, &wait.fd, &ignored);
	while (exchange->noops > 0 && gj_left_ms(deadline) > 0 &&
	       gssloop_channel_linger(exchange->channel) == GSSLOOP_IO_AGAIN)
		poll(&wait, 1, gj_left_ms(deadline));
}

int
exchange_run(struct context *context, const struct options *options)
{
	struct exchange exchange;

	memset(&exchange, 0, sizeof(exchange));
	exchange.options = options;
	exchange.channel = context->channel;
	exchange.remctl = &context->remctl;
	exchange.heard = gj_now();
	exchange.asking = options->keep_alive > 0 &&
			  context->remctl.protocol != GSSLOOP_REMCTL_OLD;
	if (!body_make(&exchange))
		return EXIT_OURS;
	while (!exchange.over) {
		sending(&exchange);
		receiving(&exchange);
		if (!exchange.over)
			waiting(&exchange);
	}
	if (options->keep_alive > 0 && !exchange.cut &&
	    exchange.sent == exchange.size)
		farewell(&exchange);
	explicit_bzero(exchange.body, exchange.size);
	free(exchange.body);
	return exchange.status;
}
