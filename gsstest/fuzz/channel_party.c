/*
 * One side of a channel over a socket pair.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel_party.h"
#include "claims.h"
#include "random.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ALL	     (GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG)

/* Octets of tokens and messages that are taken. */
#define TOKEN_MAX   64
#define MESSAGE_MAX 256

/* What the initiator says, and the acceptor takes. */
#define MESSAGES     2
#define MESSAGES_MAX 16

/* Far more calls than a channel that gives way ever asks for. */
#define TURNS_MAX 10000

struct channel_kind {
	int (*open)(struct gssloop_channel **channel, int fd,
	    enum gssloop_role role, const struct channel_kind *kind);
	bool remctl;
	enum gssloop_remctl wanted;
	struct gssloop_nns nns;
	enum gssloop_protection protection; /* of what the initiator says */
	bool mic; /* the acceptor's answer is a MIC and nothing else */
};

static int
plain_open(struct gssloop_channel **channel, int fd, enum gssloop_role role,
    const struct channel_kind *kind)
{
	(void)kind;
	return gssloop_channel_plain(channel, fd, role);
}

static int
sample_open(struct gssloop_channel **channel, int fd, enum gssloop_role role,
    const struct channel_kind *kind)
{
	(void)kind;
	return gssloop_channel_sample(channel, fd, role);
}

static int
remctl_open(struct gssloop_channel **channel, int fd, enum gssloop_role role,
    const struct channel_kind *kind)
{
	return gssloop_channel_remctl(channel, fd, role, kind->wanted);
}

static int
nns_open(struct gssloop_channel **channel, int fd, enum gssloop_role role,
    const struct channel_kind *kind)
{
	return gssloop_channel_nns(channel, fd, role, &kind->nns);
}

static int
rpcsec_open(struct gssloop_channel **channel, int fd, enum gssloop_role role,
    const struct channel_kind *kind)
{
	static const struct gssloop_rpcsec params = {
	    0x20475353, 1, 1, GSSLOOP_MIC, NULL};

	(void)kind;
	return gssloop_channel_rpcsec(channel, fd, role, &params);
}

static const struct channel_kind kinds[] = {
    {.open = plain_open, .protection = GSSLOOP_CLEAR},
    {.open = sample_open, .protection = GSSLOOP_CONF, .mic = true},
    {.open = remctl_open, .remctl = true, .wanted = GSSLOOP_REMCTL_EITHER},
    {.open = remctl_open, .remctl = true, .wanted = GSSLOOP_REMCTL_OLD},
    {.open = remctl_open, .remctl = true, .wanted = GSSLOOP_REMCTL_NEW},
    {.open = nns_open, .nns = {.level = GSSLOOP_CLEAR}},
    {.open = nns_open,
	.nns = {.level = GSSLOOP_INTEG},
	.protection = GSSLOOP_INTEG},
    {.open = nns_open,
	.nns = {.level = GSSLOOP_CONF, .flags_mean = GSSLOOP_FLAGS_REQUIRED},
	.protection = GSSLOOP_CONF},
    {.open = rpcsec_open, .protection = GSSLOOP_MIC},
    {.open = rpcsec_open, .protection = GSSLOOP_INTEG},
    {.open = rpcsec_open, .protection = GSSLOOP_CONF}};

#define ANSWER(major, token)                                                   \
	{                                                                      \
		(major), 7, ALL, (token), false, false, false                  \
	}

#define REFUSAL ANSWER(GSS_S_DEFECTIVE_TOKEN, NULL)

/* By role, and whether it refuses; the last is for a loop that would not end.
 */
static const struct scripted_answer all_answers[2][2][3] = {
    {{ANSWER(GSS_S_CONTINUE_NEEDED, "a"), ANSWER(GSS_S_COMPLETE, "c"), REFUSAL},
	{ANSWER(GSS_S_CONTINUE_NEEDED, "a"), REFUSAL, REFUSAL}},
    {{ANSWER(GSS_S_CONTINUE_NEEDED, "b"), ANSWER(GSS_S_COMPLETE, NULL),
	 REFUSAL},
	{ANSWER(GSS_S_CONTINUE_NEEDED, "b"), REFUSAL, REFUSAL}}};

unsigned int
channel_parties(void)
{
	return 2 * (unsigned int)COUNT(kinds);
}

/* In place of lib/random.c's: a run is like the one before. */
int
gj_random(void *octets, size_t size)
{
	memset(octets, 0x5a, size);
	return 0;
}

void
channel_party_open(
    struct channel_party *party, unsigned int number, bool refuses)
{
	enum gssloop_role role =
	    number % 2 == 0 ? GSSLOOP_INITIATOR : GSSLOOP_ACCEPTOR;
	struct gssloop_params params;
	int fds[2];

	memset(party, 0, sizeof(*party));
	party->kind = &kinds[number / 2 % COUNT(kinds)];
	party->answers = all_answers[number % 2][refuses];
	gssloop_params_init(&params, role);
	params.token_max = TOKEN_MAX;
	if (role == GSSLOOP_INITIATOR)
		params.target = (gss_name_t)party;
	claim(gssloop_new(&party->loop, &params) == 0);
	claim(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	claim(
	    party->kind->open(&party->channel, fds[0], role, party->kind) == 0);
	gssloop_channel_limit(party->channel, TOKEN_MAX, 0);
	party->peer = fds[1];
}

void
channel_party_close(struct channel_party *party)
{
	gj_remctl_close(&party->remctl);
	gssloop_channel_free(&party->channel);
	gssloop_free(&party->loop);
	close(party->peer);
}

static void __attribute__((format(printf, 2, 3)))
note(struct channel_party *party, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(party->said + party->size,
	    sizeof(party->said) - party->size, format, arguments);
	va_end(arguments);
	party->size += (size_t)length;
	if (party->size >= sizeof(party->said))
		party->size = sizeof(party->said) - 1;
}

static void
view_note(struct channel_party *party, const struct gssloop_view *view)
{
	size_t i;

	for (i = 0; i < view->size; i++)
		note(party, "%02x", view->data[i]);
	note(party, "\n");
}

static void
end(struct channel_party *party, int code, const char *reason)
{
	note(party, "%d %s\n", code, reason);
	party->over = true;
}

/* --- Messages of remctl --------------------------------------------------- */

static const struct gssloop_view body = {
    (const uint8_t *)"\0\0\0\2\0\0\0\4test\0\0\0\2id", 18};

static enum gssloop_io
remctl_answer_get(struct channel_party *party)
{
	struct gj_remctl_answer answer;
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	enum gssloop_io io;

	if (party->remctl.protocol == GSSLOOP_REMCTL_OLD) {
		io = gj_remctl_get_answer(&party->remctl, &answer, &result);
		if (io == GSSLOOP_IO_OK)
			view_note(party, &answer.data);
		return io;
	}
	io = gj_remctl_get(&party->remctl, &message, &result);
	if (io == GSSLOOP_IO_OK)
		note(party, "%d %s ", message.type, result.reason);
	if (io == GSSLOOP_IO_OK)
		view_note(party, &message.data);
	return io;
}

static enum gssloop_io
remctl_ask(struct channel_party *party)
{
	struct gj_remctl_message message;
	size_t at = 0;

	if (party->remctl.protocol == GSSLOOP_REMCTL_OLD)
		return gj_remctl_put_command(&party->remctl, &body);
	claim(gj_remctl_command_piece(&body, &at, true, &message));
	return gj_remctl_put(&party->remctl, &message);
}

/* The command, and an answer to it. */
static enum gssloop_io
remctl_serve(struct channel_party *party)
{
	struct gj_remctl_message message, output = {.type = GJ_REMCTL_OUTPUT};
	struct gj_remctl_answer answer = {.status = 1, .data = body};
	struct gj_remctl_result result;
	struct gssloop_view command;
	enum gssloop_io io;

	if (party->remctl.protocol == GSSLOOP_REMCTL_OLD) {
		io = gj_remctl_get_command(&party->remctl, &command, &result);
		if (io == GSSLOOP_IO_OK)
			view_note(party, &command);
		return io == GSSLOOP_IO_OK
			   ? gj_remctl_put_answer(&party->remctl, &answer)
			   : io;
	}
	io = gj_remctl_get(&party->remctl, &message, &result);
	if (io != GSSLOOP_IO_OK)
		return io;
	note(party, "%d %s ", message.type, result.reason);
	view_note(party, &message.data);
	output.stream = GJ_REMCTL_STDOUT;
	output.data = body;
	return gj_remctl_put(&party->remctl, &output);
}

/* --- Messages of the other channels --------------------------------------- */

static enum gssloop_io
frame_say(struct channel_party *party, enum gssloop_frame_kind kind)
{
	struct gssloop_frame frame = {.kind = kind,
	    .protection = party->kind->protection,
	    .data = {(const uint8_t *)"hello", 5}};

	return gssloop_channel_put(party->channel, &frame);
}

static enum gssloop_io
frame_get(struct channel_party *party, struct gssloop_frame *frame)
{
	enum gssloop_io io = gssloop_channel_get(party->channel, frame);

	if (io != GSSLOOP_IO_OK)
		return io;
	note(party, "%d %d %d %u ", frame->kind, frame->protection,
	    frame->mic_wanted, frame->major);
	view_note(party, &frame->data);
	view_note(party, &frame->mic);
	party->over = frame->kind == GSSLOOP_FRAME_END;
	return io;
}

/* Sends back what came, with the protection that it had, or its MIC. */
static enum gssloop_io
frame_serve(struct channel_party *party)
{
	struct gssloop_frame frame, answer = {.kind = GSSLOOP_FRAME_MESSAGE};
	enum gssloop_io io = frame_get(party, &frame);
	uint8_t *copy;

	if (io != GSSLOOP_IO_OK || frame.kind != GSSLOOP_FRAME_MESSAGE)
		return io;
	copy = exact(frame.data.data, frame.data.size);
	if (party->kind->mic) {
		answer.protection = GSSLOOP_MIC;
		answer.mic.data = copy;
		answer.mic.size = frame.data.size;
	} else {
		answer.protection = frame.protection;
		answer.data.data = copy;
		answer.data.size = frame.data.size;
	}
	io = gssloop_channel_put(party->channel, &answer);
	free(copy);
	return io;
}

/* --- Both ------------------------------------------------------------------
 */

static enum gssloop_io
ask(struct channel_party *party)
{
	enum gssloop_io io;

	if (party->messages == MESSAGES && !party->kind->remctl) {
		party->over = true;
		return frame_say(party, GSSLOOP_FRAME_END);
	}
	party->over = party->messages == MESSAGES;
	if (party->asked || party->over)
		return GSSLOOP_IO_OK;
	io = party->kind->remctl ? remctl_ask(party)
				 : frame_say(party, GSSLOOP_FRAME_MESSAGE);
	party->asked = io == GSSLOOP_IO_OK;
	return io;
}

static enum gssloop_io
take(struct channel_party *party)
{
	struct gssloop_frame frame;
	enum gssloop_io io;

	if (gssloop_role(party->loop) == GSSLOOP_ACCEPTOR)
		return party->kind->remctl ? remctl_serve(party)
					   : frame_serve(party);
	io = party->kind->remctl ? remctl_answer_get(party)
				 : frame_get(party, &frame);
	party->asked = io == GSSLOOP_IO_AGAIN;
	return io;
}

/* One message; false where nothing more can be done now. */
static bool
message_step(struct channel_party *party)
{
	enum gssloop_io io = GSSLOOP_IO_OK;

	if (gssloop_role(party->loop) == GSSLOOP_INITIATOR)
		io = ask(party);
	if (io == GSSLOOP_IO_OK && !party->over) {
		io = take(party);
		party->messages += io != GSSLOOP_IO_AGAIN;
	}
	gssloop_channel_flush(party->channel);
	if (io == GSSLOOP_IO_AGAIN)
		return false;
	/* What is refused there need not be the end of it. */
	if (io != GSSLOOP_IO_OK && io != GSSLOOP_IO_REFUSED &&
	    io != GSSLOOP_IO_WEAK)
		end(party, io,
		    party->kind->remctl
			? party->remctl.reason
			: gssloop_channel_reason(party->channel));
	if (party->messages >= MESSAGES_MAX)
		end(party, io, "enough");
	return !party->over;
}

static bool
loop_step(struct channel_party *party)
{
	enum gssloop_next next = gssloop_advance(party->loop, party->channel);

	if (next == GSSLOOP_FAILED)
		end(party, (int)gssloop_branch(party->loop),
		    gssloop_error(party->loop));
	if (next != GSSLOOP_DONE)
		return false;
	party->established = true;
	gssloop_channel_limit(party->channel, TOKEN_MAX, MESSAGE_MAX);
	if (!party->kind->remctl)
		return true;
	claim(gj_remctl_open(&party->remctl, party->channel, party->loop) ==
	      GSSLOOP_IO_OK);
	return true;
}

/* The channel gave way, and wants to be called at once. */
static bool
is_due(struct channel_party *party)
{
	short events;
	int fd;

	return gssloop_channel_poll(party->channel, &fd, &events) == 0;
}

void
channel_party_step(struct channel_party *party)
{
	unsigned int turns = 0;
	bool more = !party->over;

	scripted.answers = party->answers;
	while (more) {
		more =
		    party->established ? message_step(party) : loop_step(party);
		more = more || (!party->over && is_due(party));
		claim(turns++ < TURNS_MAX);
	}
	party->answers = scripted.answers;
}
