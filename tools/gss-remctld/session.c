/*
 * A client whose context is established.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "log.h"
#include "session.h"

/* The old protocol has no errors: it has this status and a text. */
#define STATUS_ERROR UINT32_MAX

/* Who anonymous tickets are for (RFC 8062). */
static const char anonymous[] = "WELLKNOWN/ANONYMOUS@";

/* Answers. */

/* The conversation is broken: nobody is there to be answered. */
static void
session_break(struct session *session, const char *what)
{
	log_warning("error %s: %s", what, session->remctl.reason);
	session->state = SESSION_OVER;
}

static void
message_put(struct session *session, const struct gj_remctl_message *message)
{
	if (session->state != SESSION_OVER &&
	    gj_remctl_put(&session->remctl, message) != GSSLOOP_IO_OK)
		session_break(session, "sending token");
}

/* The old protocol's only answer; its text begins the output anew. */
static void
answer_put(struct session *session, uint32_t status, const char *text)
{
	struct gj_remctl_answer answer = {.status = status};
	char line[128];

	answer.data.data = gj_buffer_data(&session->answer);
	answer.data.size = gj_buffer_size(&session->answer);
	if (text != NULL) {
		strlcpy(line, text, sizeof(line) - 1);
		answer.data.size = strlen(line) + 1;
		line[answer.data.size - 1] = '\n';
		answer.data.data = (const uint8_t *)line;
	}
	if (gj_remctl_put_answer(&session->remctl, &answer) != GSSLOOP_IO_OK)
		session_break(session, "sending token");
}

static bool
is_old(const struct session *session)
{
	return session->remctl.protocol == GSSLOOP_REMCTL_OLD;
}

/* A command or a message is over: what comes next is the client's wish. */
static void
session_next(struct session *session)
{
	bool stays = session->keep_alive && !is_old(session) &&
		     !session->service->stopping;

	if (session->state != SESSION_OVER)
		session->state = stays ? SESSION_IDLE : SESSION_ENDING;
}

static void
error_answer(
    struct session *session, enum gj_remctl_error error, const char *text)
{
	struct gj_remctl_message message = {
	    .type = GJ_REMCTL_ERROR, .error = error};

	if (text == NULL)
		text = gj_remctl_error_text(error);
	message.data.data = (const uint8_t *)text;
	message.data.size = strlen(text);
	log_debug(
	    "sending ERROR token (size=%zu): %s", message.data.size, text);
	if (is_old(session))
		answer_put(session, STATUS_ERROR, text);
	else
		message_put(session, &message);
	session_next(session);
}

static void
status_answer(struct session *session, int status)
{
	struct gj_remctl_message message = {
	    .type = GJ_REMCTL_STATUS, .status = (uint8_t)status};

	log_debug("sending STATUS token (status=%d)", status);
	if (is_old(session))
		answer_put(session, (uint32_t)status, NULL);
	else
		message_put(session, &message);
	session_next(session);
}

/* Programs. */

static void
command_over(struct session *session)
{
	command_close(&session->command);
	gj_buffer_free(&session->body);
}

/* What goes beyond the old protocol's answer is lost, as in remctld. */
static void
answer_append(struct session *session, const struct gssloop_view *octets)
{
	size_t left = GJ_REMCTL_ANSWER_MAX - gj_buffer_size(&session->answer);
	size_t size = octets->size < left ? octets->size : left;
	uint8_t *room = gj_buffer_reserve(&session->answer, size);

	if (room == NULL) {
		log_warning("out of memory");
		session->state = SESSION_OVER;
		return;
	}
	memcpy(room, octets->data, size);
	gj_buffer_commit(&session->answer, size);
}

static void
on_output(
    void *self, enum gj_remctl_stream stream, const struct gssloop_view *octets)
{
	struct session *session = self;
	struct gj_remctl_message message = {
	    .type = GJ_REMCTL_OUTPUT, .stream = stream, .data = *octets};

	log_debug("sending OUTPUT token (size=%zu)", octets->size);
	if (is_old(session))
		answer_append(session, octets);
	else
		message_put(session, &message);
}

static enum process_wish
on_turned(void *self)
{
	struct session *session = self;

	return session->carrier.turned(session->carrier.self);
}

static void program_run(struct session *session);

static void
on_ended(void *self, int status)
{
	struct session *session = self;

	session->process = NULL;
	command_ended(&session->command, status);
	program_run(session);
	if (session->process == NULL)
		session->carrier.ended(session->carrier.self);
}

static bool
program_start(struct session *session, const struct program *program)
{
	const struct process_owner owner = {
	    session, on_output, on_turned, on_ended};

	session->process = process_start(
	    &session->service->processes, program, is_old(session), &owner);
	if (session->process == NULL)
		log_warning(
		    "cannot run %s: %s", program->path, strerror(errno));
	return session->process != NULL;
}

/* Runs the command's next program, or answers how the command ended. */
static void
program_run(struct session *session)
{
	struct program program;
	bool failed;

	if (session->state == SESSION_OVER) {
		command_over(session);
		return;
	}
	if (command_next(
		&session->command, &session->client, &program, &failed)) {
		session->state = SESSION_RUNNING;
		if (program_start(session, &program))
			return;
		failed = true;
	}
	if (failed)
		error_answer(session, GJ_REMCTL_INTERNAL, NULL);
	else
		status_answer(session, command_status(&session->command));
	command_over(session);
}

/* Messages. */

/* A whole command: nothing that is not whole comes here. */
static void
command_take(struct session *session, const struct gssloop_view *body)
{
	struct command_refusal refusal;

	command_open(&session->command, session->service->config,
	    &session->user, body, &refusal);
	if (refusal.error == 0) {
		program_run(session);
		return;
	}
	error_answer(session, refusal.error, refusal.text);
	command_over(session);
}

/* Appends a piece; false where there is no memory. */
static bool
piece_take(struct session *session, const struct gssloop_view *piece)
{
	uint8_t *room = gj_buffer_reserve(&session->body, piece->size);

	if (room == NULL)
		return false;
	if (piece->size > 0)
		memcpy(room, piece->data, piece->size);
	gj_buffer_commit(&session->body, piece->size);
	return true;
}

/* The body is kept: what the client says meanwhile takes the message's place.
 */
static void
on_command(struct session *session, const struct gj_remctl_message *message)
{
	struct gssloop_view body;

	if (!piece_take(session, &message->data)) {
		memset(&session->assembly, 0, sizeof(session->assembly));
		gj_buffer_free(&session->body);
		error_answer(session, GJ_REMCTL_INTERNAL, NULL);
	} else if (!session->assembly.continued) {
		body.data = gj_buffer_data(&session->body);
		body.size = gj_buffer_size(&session->body);
		command_take(session, &body);
	}
}

static void
on_quit(struct session *session, const struct gj_remctl_message *message)
{
	(void)message;
	log_debug("quit received, closing connection");
	session->state = SESSION_OVER;
}

static void
on_noop(struct session *session, const struct gj_remctl_message *message)
{
	(void)message;
	log_debug("replying to no-op message");
	message_put(
	    session, &(struct gj_remctl_message){.type = GJ_REMCTL_NOOP});
}

/* The codec lets no other types of a client through. */
static void (*const handlers[])(
    struct session *, const struct gj_remctl_message *) = {
    [GJ_REMCTL_COMMAND] = on_command,
    [GJ_REMCTL_QUIT] = on_quit,
    [GJ_REMCTL_NOOP] = on_noop,
};

/* A message that is refused; what was being assembled is dropped. */
static void
message_refuse(struct session *session, const struct gj_remctl_result *result)
{
	log_warning(
	    "bad message from %s: %s", session->client.user, result->reason);
	memset(&session->assembly, 0, sizeof(session->assembly));
	gj_buffer_free(&session->body);
	error_answer(session, result->error, NULL);
	/* As in remctld: what comes next would be of the command, too. */
	if (result->error == GJ_REMCTL_UNEXPECTED_MESSAGE &&
	    session->state == SESSION_IDLE)
		session->state = SESSION_ENDING;
}

/* Section 2.3; within a command nobody knows what is to follow. */
static void
version_answer(struct session *session)
{
	log_debug("sending VERSION token");
	message_put(
	    session, &(struct gj_remctl_message){.type = GJ_REMCTL_VERSION,
			 .highest = GJ_REMCTL_VERSION_MAX});
	if (session->assembly.continued && session->state == SESSION_IDLE)
		session->state = SESSION_ENDING;
}

static void
message_take(struct session *session, const struct gj_remctl_message *message,
    struct gj_remctl_result *result)
{
	if (result->what == GJ_REMCTL_OTHER_VERSION) {
		version_answer(session);
		return;
	}
	if (result->what == GJ_REMCTL_GOOD &&
	    message->type == GJ_REMCTL_COMMAND)
		session->keep_alive = message->keep_alive;
	if (result->what == GJ_REMCTL_GOOD)
		gj_remctl_assembly_take(
		    &session->assembly, message, GJ_REMCTL_COMMAND_MAX, result);
	if (result->what == GJ_REMCTL_GOOD)
		handlers[message->type](session, message);
	else
		message_refuse(session, result);
}

/* A packet that is no message (section 2.6); true when it was answered. */
static void
packet_refuse(struct session *session, enum gssloop_io io)
{
	if (io == GSSLOOP_IO_REFUSED || io == GSSLOOP_IO_TOO_LARGE) {
		log_warning(
		    "error receiving token: %s", session->remctl.reason);
		session->keep_alive = false;
		error_answer(session, GJ_REMCTL_BAD_TOKEN, NULL);
	} else {
		session_break(session, "receiving token");
	}
}

static enum gssloop_io
new_receive(struct session *session)
{
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	enum gssloop_io io;

	if (session->held.is) {
		session->held.is = false;
		io = session->held.io;
		message = session->held.message;
		result = session->held.result;
	} else {
		io = gj_remctl_get(&session->remctl, &message, &result);
	}
	if (io == GSSLOOP_IO_OK)
		message_take(session, &message, &result);
	return io;
}

bool
session_overhears(const struct session *session)
{
	return session->state == SESSION_RUNNING && !is_old(session) &&
	       !session->held.is;
}

bool
session_overhear(struct session *session)
{
	struct held *held = &session->held;

	if (!session_overhears(session))
		return false;
	held->io =
	    gj_remctl_get(&session->remctl, &held->message, &held->result);
	if (held->io == GSSLOOP_IO_AGAIN)
		return false;
	if (held->io == GSSLOOP_IO_OK && held->result.what == GJ_REMCTL_GOOD &&
	    held->message.type == GJ_REMCTL_NOOP)
		on_noop(session, &held->message);
	else
		held->is = true;
	return true;
}

static enum gssloop_io
old_receive(struct session *session)
{
	struct gj_remctl_result result;
	struct gssloop_view body;
	enum gssloop_io io;

	io = gj_remctl_get_command(&session->remctl, &body, &result);
	if (io == GSSLOOP_IO_OK && result.what == GJ_REMCTL_GOOD)
		command_take(session, &body);
	else if (io == GSSLOOP_IO_OK)
		message_refuse(session, &result);
	return io;
}

bool
session_receive(struct session *session)
{
	enum gssloop_io io;

	if (session->state != SESSION_IDLE)
		return false;
	io = is_old(session) ? old_receive(session) : new_receive(session);
	if (io == GSSLOOP_IO_AGAIN)
		return false;
	if (io != GSSLOOP_IO_OK)
		packet_refuse(session, io);
	return true;
}

/* The beginning and the end. */

/* The principal as a text; NULL where it cannot be had or is none. */
static char *
user_name(gss_name_t source)
{
	gss_buffer_desc shown = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;
	char *name = NULL;

	if (source == GSS_C_NO_NAME)
		return NULL;
	major = gss_display_name(&minor, source, &shown, NULL);
	if (major == GSS_S_COMPLETE && shown.length > 0 &&
	    memchr(shown.value, '\0', shown.length) == NULL) {
		name = calloc(1, shown.length + 1);
		if (name != NULL)
			memcpy(name, shown.value, shown.length);
	}
	gss_release_buffer(&minor, &shown);
	return name;
}

static bool
user_take(struct session *session, const struct gssloop *loop)
{
	char *name = user_name(gssloop_source(loop));

	if (name == NULL) {
		log_warning("the client's name cannot be had");
		return false;
	}
	session->client.user = name;
	session->client.expires = time(NULL) + (time_t)gssloop_lifetime(loop);
	session->user.name = name;
	session->user.anonymous =
	    (gssloop_flags(loop) & GSS_C_ANON_FLAG) != 0 ||
	    strncmp(name, anonymous, sizeof(anonymous) - 1) == 0;
	return true;
}

bool
session_open(struct session *session, struct service *service,
    const struct session_carrier *carrier, struct gssloop_channel *channel,
    const struct gssloop *loop)
{
	session->state = SESSION_IDLE;
	session->service = service;
	session->carrier = *carrier;
	session->keep_alive = true;
	if (gj_remctl_open(&session->remctl, channel, loop) != GSSLOOP_IO_OK) {
		log_warning("client did not negotiate appropriate GSS-API "
			    "flags: %s",
		    session->remctl.reason);
		return false;
	}
	if (!user_take(session, loop))
		return false;
	log_debug("accepted connection from %s (protocol %d)",
	    session->client.user, is_old(session) ? 1 : 2);
	return true;
}

void
session_close(struct session *session)
{
	process_abandon(&session->process);
	command_close(&session->command);
	gj_remctl_close(&session->remctl);
	gj_buffer_free(&session->body);
	gj_buffer_free(&session->answer);
	free((void *)(uintptr_t)session->client.user);
	session->client.user = NULL;
}
