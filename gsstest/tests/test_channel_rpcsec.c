/*
 * The rpcsec channel: each role over a socket pair, with a peer that the tests
 * write octet by octet (rpcsec_octets.h).
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "channel_rpcsec.h"
#include "failing_malloc.h"
#include "rpcsec_octets.h"
#include "scripted_gss.h"
#include "suite.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define CONT	     GSS_S_CONTINUE_NEEDED
#define OKAY	     GSS_S_COMPLETE
#define BAD	     GSS_S_DEFECTIVE_TOKEN
#define ALL	     (GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG)
#define BRANCH(x)    GSSLOOP_BRANCH_##x
#define IO(x)	     GSSLOOP_IO_##x
#define HELLO	     "hello"

#define ANSWER(major, token)                                                   \
	{                                                                      \
		major, 7, ALL, token, false, false, false                      \
	}

/* The greatest token and message that are taken here. */
#define LIMIT 64

static const struct gssloop_rpcsec params = {
    0x20475353, 1, 1, GSSLOOP_MIC, NULL};

static const enum gssloop_protection protections[] = {
    [GJ_RPCSEC_NONE] = GSSLOOP_MIC,
    [GJ_RPCSEC_INTEGRITY] = GSSLOOP_INTEG,
    [GJ_RPCSEC_PRIVACY] = GSSLOOP_CONF};

/* A channel with its loop, and the bare descriptor at its other end. */
static struct gssloop_channel *channel;
static struct gssloop *loop;
static int peer;
static struct octets heard; /* what the peer read last */

static struct gssloop *
loop_make(enum gssloop_role role)
{
	struct gssloop_params made;
	struct gssloop *fresh;

	gssloop_params_init(&made, role);
	made.target = (gss_name_t)&made;
	made.token_max = LIMIT;
	ck_assert_int_eq(gssloop_new(&fresh, &made), 0);
	return fresh;
}

static void
end_make(enum gssloop_role role, const struct scripted_answer *answers)
{
	int fds[2];

	scripted_reset(answers);
	scripted.sums = true;
	loop = loop_make(role);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(
	    gssloop_channel_rpcsec(&channel, fds[0], role, &params), 0);
	ck_assert_int_eq(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	gssloop_channel_limit(channel, LIMIT, 0);
	peer = fds[1];
}

static void
peer_close(void)
{
	if (peer != -1)
		close(peer);
	peer = -1;
}

static void
end_free(void)
{
	failing_malloc_arm(0);
	gssloop_channel_free(&channel);
	gssloop_free(&loop);
	peer_close();
	ck_assert(scripted_clean());
}

static void
peer_write(const struct octets *octets)
{
	ck_assert_int_eq(
	    write(peer, octets->data, octets->size), (ssize_t)octets->size);
}

static void
peer_read(void)
{
	ssize_t got = read(peer, heard.data, sizeof(heard.data));

	heard.size = got > 0 ? (size_t)got : 0;
}

/* The latest call's. */
static uint32_t
heard_xid(void)
{
	const uint8_t *at = heard.data + 4;

	ck_assert_uint_ge(heard.size, 8);
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

static void
check_heard(const struct octets *wanted, const char *name)
{
	peer_read();
	ck_assert_msg(heard.size == wanted->size, "%s: %zu octets, not %zu",
	    name, heard.size, wanted->size);
	ck_assert_msg(memcmp(heard.data, wanted->data, wanted->size) == 0,
	    "%s: other octets", name);
}

static void
check_text(const char *text, const char *part, const char *name)
{
	ck_assert_msg(strstr(text, part) != NULL, "%s: \"%s\" lacks \"%s\"",
	    name, text, part);
}

static void
message_make(struct gssloop_frame *frame, uint32_t service, const char *text)
{
	memset(frame, 0, sizeof(*frame));
	frame->kind = GSSLOOP_FRAME_MESSAGE;
	frame->protection = protections[service];
	frame->data.data = (const uint8_t *)text;
	frame->data.size = strlen(text);
}

static void
check_message(
    const struct gssloop_frame *frame, uint32_t service, const char *text)
{
	ck_assert_int_eq(frame->kind, GSSLOOP_FRAME_MESSAGE);
	ck_assert_int_eq(frame->protection, protections[service]);
	ck_assert_uint_eq(frame->data.size, strlen(text));
	ck_assert_mem_eq(frame->data.data, text, strlen(text));
}

static enum gssloop_io
put_kind(enum gssloop_frame_kind kind)
{
	struct gssloop_frame frame;

	memset(&frame, 0, sizeof(frame));
	frame.kind = kind;
	return gssloop_channel_put(channel, &frame);
}

/* --- The initiator, while a context is made ---------------------------------
 */

struct said {
	bool init; /* with these results */
	struct made_init results;
	struct made_reply reply;
	bool stray; /* replies to other calls come before it */
};

#define RESULTS(code, text)                                                    \
	.init = true, .results = {.handle = "hand",                            \
			  .handle_size = 4,                                    \
			  .major = code,                                       \
			  .minor = 7,                                          \
			  .window = 5,                                         \
			  .token = text,                                       \
			  .token_size = sizeof(text) - 1}
#define COMPLETE(text)                                                         \
	{                                                                      \
		RESULTS(OKAY, text), .reply = {.verifier = 6, .number = 5 }    \
	}
#define CONTINUE(text)                                                         \
	{                                                                      \
		RESULTS(CONT, text)                                            \
	}
#define REFUSED(code)                                                          \
	{                                                                      \
		.init = true, .results = {.major = code, .minor = 7 }          \
	}
#define ACCEPTED(code)                                                         \
	{                                                                      \
		.reply = {.accept = code, .low = 3, .high = 4 }                \
	}
#define DENIED(code)                                                           \
	{                                                                      \
		.reply = {.stat = 1, .reject = 1, .auth = code }               \
	}

static const char long_handle[GJ_RPCSEC_HANDLE_MAX + 1];

static const struct init_row {
	const char *name;
	struct scripted_answer answers[3];
	struct said said[3];
	unsigned int count;
	bool closes;
	enum gssloop_branch branch;
	const char *text; /* in the error */
} init_rows[] = {
    {"one leg", {ANSWER(OKAY, "a")}, {COMPLETE("")}, 1, false,
	BRANCH(ESTABLISHED), ""},
    {"two legs", {ANSWER(CONT, "a"), ANSWER(OKAY, NULL)}, {COMPLETE("b")}, 1,
	false, BRANCH(ESTABLISHED), ""},
    {"two legs, an empty token", {ANSWER(CONT, "a"), ANSWER(OKAY, NULL)},
	{COMPLETE("")}, 1, false, BRANCH(ESTABLISHED), ""},
    {"three legs", {ANSWER(CONT, "a"), ANSWER(OKAY, "c")},
	{CONTINUE("b"), COMPLETE("")}, 2, false, BRANCH(ESTABLISHED), ""},
    {"four legs", {ANSWER(CONT, "a"), ANSWER(CONT, "c"), ANSWER(OKAY, NULL)},
	{CONTINUE("b"), COMPLETE("d")}, 2, false, BRANCH(ESTABLISHED), ""},
    {"replies to nobody's calls", {ANSWER(OKAY, "a")},
	{{RESULTS(OKAY, ""), .reply = {.verifier = 6, .number = 5},
	    .stray = true}},
	1, false, BRANCH(ESTABLISHED), ""},

    {"complete too early", {ANSWER(CONT, "a"), ANSWER(CONT, "c")},
	{COMPLETE("b")}, 1, false, BRANCH(SEND_FAILED), "awaits no token"},
    {"complete too late", {ANSWER(CONT, "a"), ANSWER(OKAY, NULL)},
	{CONTINUE("b")}, 1, false, BRANCH(UNCONFIRMED), "awaits another"},
    {"complete too late, last token", {ANSWER(OKAY, "a")}, {CONTINUE("")}, 1,
	false, BRANCH(UNCONFIRMED), "awaits another"},
    {"a token nobody awaits", {ANSWER(OKAY, "a")}, {COMPLETE("b")}, 1, false,
	BRANCH(UNCONFIRMED), "does not await"},
    {"a token nobody awaits, continue", {ANSWER(OKAY, "a")}, {CONTINUE("b")}, 1,
	false, BRANCH(UNCONFIRMED), "does not await"},
    {"neither complete nor continue", {ANSWER(OKAY, "a")},
	{{RESULTS(GSS_S_OLD_TOKEN, ""), .reply = {.verifier = 6, .number = 5}}},
	1, false, BRANCH(UNCONFIRMED), "awaits another"},

    {"another window", {ANSWER(OKAY, "a")},
	{{RESULTS(OKAY, ""), .reply = {.verifier = 6, .number = 6}}}, 1, false,
	BRANCH(UNCONFIRMED), "gss_verify_mic"},
    {"a wrong window verifier", {ANSWER(CONT, "a"), ANSWER(OKAY, NULL)},
	{{RESULTS(OKAY, "b"),
	    .reply = {.verifier = 6, .number = 5, .bad_mic = true}}},
	1, false, BRANCH(UNCONFIRMED), "gss_verify_mic"},
    {"no window verifier", {ANSWER(OKAY, "a")},
	{{RESULTS(OKAY, ""), .reply = {.verifier = 0}}}, 1, false,
	BRANCH(UNCONFIRMED), "flavour"},

    {"refused", {ANSWER(CONT, "a")}, {REFUSED(BAD)}, 1, false,
	BRANCH(PEER_FAILED), "gss_minor 0x7"},
    {"refused, its status", {ANSWER(CONT, "a")}, {REFUSED(BAD)}, 1, false,
	BRANCH(PEER_FAILED), "major-90000"},
    {"refused, the last token", {ANSWER(OKAY, "a")}, {REFUSED(BAD)}, 1, false,
	BRANCH(UNCONFIRMED), "gss_minor 0x7"},
    {"denied, the last token", {ANSWER(OKAY, "a")}, {DENIED(14)}, 1, false,
	BRANCH(UNCONFIRMED), "auth_stat 14"},
    {"another RPC", {ANSWER(CONT, "a")},
	{{.reply = {.stat = 1, .reject = 0, .low = 3, .high = 4}}}, 1, false,
	BRANCH(PEER_FAILED), "versions 3 to 4"},

    {"no handle", {ANSWER(CONT, "a")},
	{{.init = true,
	    .results = {.major = CONT, .token = "b", .token_size = 1}}},
	1, false, BRANCH(FRAME_MALFORMED), "no handle"},
    {"too long a handle", {ANSWER(CONT, "a")},
	{{.init = true,
	    .results = {.handle = long_handle,
		.handle_size = sizeof(long_handle),
		.major = CONT}}},
	1, false, BRANCH(FRAME_MALFORMED), "the handle is larger"},
    {"results cut", {ANSWER(CONT, "a")},
	{{.reply = {.results = "\0\0\0", .size = 3}}}, 1, false,
	BRANCH(FRAME_MALFORMED), "is cut"},
    {"too large a token", {ANSWER(CONT, "a")},
	{CONTINUE("0123456789abcdef0123456789abcdef0123456789abcdef"
		  "0123456789abcdef0")},
	1, false, BRANCH(TOKEN_TOO_LARGE), "65 octets, limit 64"},
    {"a call", {ANSWER(CONT, "a")}, {{.reply = {.stat = 9}}}, 1, false,
	BRANCH(FRAME_MALFORMED), "offset"},

    {"closed", {ANSWER(CONT, "a")}, {COMPLETE("")}, 0, true,
	BRANCH(PEER_CLOSED), ""},
    {"closed before the last reply", {ANSWER(OKAY, "a")}, {COMPLETE("")}, 0,
	true, BRANCH(UNCONFIRMED), "closed between"},
};

static void
said_write(const struct said *said)
{
	struct octets results = {.size = 0}, octets;
	struct made_reply reply = said->reply;

	reply.xid = heard_xid();
	if (said->init) {
		init_make(&results, &said->results);
		reply.results = results.data;
		reply.size = results.size;
	}
	if (said->stray) {
		reply.xid++;
		reply_make(&octets, &reply);
		peer_write(&octets);
		reply.xid -= 2;
		reply_make(&octets, &reply);
		peer_write(&octets);
		reply.xid++;
	}
	reply_make(&octets, &reply);
	peer_write(&octets);
}

static void
check_end(const struct init_row *row, enum gssloop_next next)
{
	ck_assert_msg(gssloop_branch(loop) == row->branch, "%s: %s: %s",
	    row->name, gssloop_branch_info(gssloop_branch(loop))->name,
	    gssloop_error(loop));
	ck_assert_int_eq(next,
	    row->branch == BRANCH(ESTABLISHED) ? GSSLOOP_DONE : GSSLOOP_FAILED);
	check_text(gssloop_error(loop), row->text, row->name);
	ck_assert((gssloop_context(loop) != GSS_C_NO_CONTEXT) ==
		  (next == GSSLOOP_DONE));
}

static void
init_row_run(const struct init_row *row)
{
	unsigned int i;

	end_make(GSSLOOP_INITIATOR, row->answers);
	for (i = 0; i < row->count; i++) {
		ck_assert_int_eq(
		    gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
		peer_read();
		said_write(&row->said[i]);
	}
	if (row->count == 0)
		gssloop_advance(loop, channel);
	if (row->closes) {
		peer_read();
		peer_close();
	}
	check_end(row, gssloop_advance(loop, channel));
	end_free();
}

START_TEST(initiator_establishes)
{
	init_row_run(&init_rows[_i]);
}
END_TEST

static void
denied_run(const struct said *said, const char *what, int code)
{
	struct init_row row = {"denied", {ANSWER(CONT, "a")}, {{false}}, 1,
	    false, BRANCH(PEER_FAILED), ""};
	char text[64];

	snprintf(text, sizeof(text), "%s %d", what, code);
	row.said[0] = *said;
	row.text = text;
	init_row_run(&row);
}

START_TEST(initiator_is_denied)
{
	const struct said said = DENIED((uint32_t)_i);

	denied_run(&said, "auth_stat", _i);
}
END_TEST

START_TEST(initiator_is_not_served)
{
	const struct said said = ACCEPTED((uint32_t)_i);

	denied_run(&said, "accept_stat", _i);
}
END_TEST

/* The calls themselves. */
START_TEST(initiator_octet_by_octet)
{
	static const struct scripted_answer answers[] = {
	    ANSWER(CONT, "first"), ANSWER(OKAY, "last")};
	static const struct said said = CONTINUE("b");
	struct made_call made = made_call_usual;
	struct octets argument = {.size = 0}, wanted;

	end_make(GSSLOOP_INITIATOR, answers);
	gssloop_advance(loop, channel);
	octets_opaque(&argument, "first", 5);
	made.xid = 1;
	made.proc = 1;
	made.procedure = made.sequence = made.verifier = 0;
	made.arguments = argument.data;
	made.size = argument.size;
	call_make(&wanted, &made);
	check_heard(&wanted, "INIT");
	said_write(&said);
	gssloop_advance(loop, channel);
	argument.size = 0;
	octets_opaque(&argument, "last", 4);
	made.xid = 2;
	made.proc = 2;
	made.handle = "hand";
	made.handle_size = 4;
	made.size = argument.size;
	call_make(&wanted, &made);
	check_heard(&wanted, "CONTINUE_INIT");
	end_free();
}
END_TEST

/* --- The initiator's messages -----------------------------------------------
 */

static void
initiator_ready(void)
{
	static const struct scripted_answer answers[] = {ANSWER(OKAY, "a")};
	static const struct said said = COMPLETE("");

	end_make(GSSLOOP_INITIATOR, answers);
	gssloop_advance(loop, channel);
	peer_read();
	said_write(&said);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_DONE);
	gssloop_channel_limit(channel, LIMIT, LIMIT);
}

/* Its call is then what was heard. */
static void
initiator_calls(uint32_t service)
{
	struct gssloop_frame frame;

	message_make(&frame, service, HELLO);
	ck_assert_int_eq(gssloop_channel_put(channel, &frame), 0);
	ck_assert_int_eq(gssloop_channel_flush(channel), 0);
	peer_read();
}

/* A field of what is usual, and what it is instead; both 0 behind the last. */
struct change {
	size_t field;
	uint32_t value;
};

static void
changes_make(void *made, const struct change *changes)
{
	for (; changes->field != 0 || changes->value != 0; changes++)
		memcpy((char *)made + changes->field, &changes->value,
		    sizeof(changes->value));
}

#define R(member) offsetof(struct made_reply, member)

static const struct answer_row {
	const char *name;
	uint32_t service;
	struct change changes[4];
	const char *results; /* NULL: "hello" as an opaque */
	size_t size;
	enum gssloop_io io;
	enum gssloop_frame_kind kind; /* of OK */
	const char *text;	      /* in the reason, or in an ERROR's text */
} answer_rows[] = {
#define ROW(service, ...)                                                      \
	service,                                                               \
	{                                                                      \
		__VA_ARGS__,                                                   \
		{                                                              \
			0, 0                                                   \
		}                                                              \
	}
    {"none", ROW(1, {R(service), 1}), NULL, 0, IO(OK), GSSLOOP_FRAME_MESSAGE,
	""},
    {"integrity", ROW(2, {R(service), 2}), NULL, 0, IO(OK),
	GSSLOOP_FRAME_MESSAGE, ""},
    {"privacy", ROW(3, {R(service), 3}), NULL, 0, IO(OK), GSSLOOP_FRAME_MESSAGE,
	""},
    {"another service", ROW(2, {R(service), 1}), NULL, 0, IO(MALFORMED), 0,
	"offset"},
    {"another service, privacy", ROW(3, {R(service), 2}), NULL, 0,
	IO(MALFORMED), 0, "after the end"},
    {"another number", ROW(1, {R(number), 2}), NULL, 0, IO(REFUSED), 0,
	"gss_verify_mic"},
    {"another number within", ROW(2, {R(service), 2}, {R(inner), 1}), NULL, 0,
	IO(REFUSED), 0, "the sequence number in the body"},
    {"no verifier", ROW(1, {R(verifier), 0}), NULL, 0, IO(REFUSED), 0,
	"flavour"},
    {"denied", ROW(1, {R(stat), 1}, {R(reject), 1}, {R(auth), 13}), NULL, 0,
	IO(OK), GSSLOOP_FRAME_ERROR, "auth_stat 13: no credentials"},
    {"no such program", ROW(2, {R(accept), 1}), NULL, 0, IO(OK),
	GSSLOOP_FRAME_ERROR, "accept_stat 1: no such program"},
    {"no such version", ROW(2, {R(accept), 2}), NULL, 0, IO(OK),
	GSSLOOP_FRAME_ERROR, "accept_stat 2: no such version"},
    {"no such procedure", ROW(2, {R(accept), 3}), NULL, 0, IO(OK),
	GSSLOOP_FRAME_ERROR, "accept_stat 3: no such procedure"},
    {"garbage", ROW(2, {R(accept), 4}), NULL, 0, IO(OK), GSSLOOP_FRAME_ERROR,
	"accept_stat 4: the arguments"},
    {"system error", ROW(2, {R(accept), 5}), NULL, 0, IO(OK),
	GSSLOOP_FRAME_ERROR, "accept_stat 5: the server"},
    {"garbage, unverified", ROW(2, {R(accept), 4}, {R(verifier), 0}), NULL, 0,
	IO(REFUSED), 0, "flavour"},
    {"more than a message", ROW(1, {R(service), 1}), "\0\0\0\0x", 5,
	IO(MALFORMED), 0, "after the end"},
    {"no message", ROW(2, {R(service), 2}), "", 0, IO(MALFORMED), 0, "is cut"},
    {"over the limit", ROW(2, {R(service), 2}),
	"\0\0\0\x44"
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123",
	72, IO(TOO_LARGE), 0, "68 octets, limit 64"},
};

static void
answer_write(const struct answer_row *row, uint32_t xid)
{
	struct octets results = {.size = 0}, octets;
	struct made_reply made = made_reply_usual;

	changes_make(&made, row->changes);
	made.xid = xid;
	octets_opaque(&results, HELLO, strlen(HELLO));
	made.results =
	    row->results != NULL ? (const void *)row->results : results.data;
	made.size = row->results != NULL ? row->size : results.size;
	reply_make(&octets, &made);
	peer_write(&octets);
}

static void
check_answer(const struct answer_row *row, const struct gssloop_frame *frame)
{
	char text[256];

	ck_assert_int_eq(frame->kind, row->kind);
	if (frame->kind == GSSLOOP_FRAME_MESSAGE) {
		check_message(frame, row->service, HELLO);
		return;
	}
	ck_assert_uint_lt(frame->data.size, sizeof(text));
	memcpy(text, frame->data.data, frame->data.size);
	text[frame->data.size] = '\0';
	check_text(text, row->text, row->name);
}

START_TEST(initiator_is_answered)
{
	const struct answer_row *row = &answer_rows[_i];
	struct gssloop_frame frame;
	enum gssloop_io io;

	initiator_ready();
	initiator_calls(row->service);
	answer_write(&answer_rows[0], heard_xid() + 1);
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), IO(AGAIN));
	answer_write(row, heard_xid());
	io = gssloop_channel_get(channel, &frame);
	ck_assert_msg(io == row->io, "%s: %d: %s", row->name, (int)io,
	    gssloop_channel_reason(channel));
	if (io == IO(OK))
		check_answer(row, &frame);
	else
		check_text(
		    gssloop_channel_reason(channel), row->text, row->name);
	/* It was the answer: another one is nobody's. */
	answer_write(&answer_rows[0], heard_xid());
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), IO(AGAIN));
	end_free();
}
END_TEST

/* The calls of messages and the end. */
START_TEST(initiator_messages_octet_by_octet)
{
	struct made_call made = made_call_usual;
	struct octets argument = {.size = 0}, wanted;
	struct gssloop_frame frame;

	octets_opaque(&argument, HELLO, strlen(HELLO));
	made.handle = "hand";
	made.handle_size = 4;
	made.arguments = argument.data;
	made.size = argument.size;
	initiator_ready();
	for (made.service = 1; made.service <= 3; made.service++) {
		message_make(&frame, made.service, HELLO);
		ck_assert_int_eq(gssloop_channel_put(channel, &frame), 0);
		ck_assert_int_eq(gssloop_channel_flush(channel), 0);
		made.xid = made.service + 1;
		made.sequence = made.service;
		call_make(&wanted, &made);
		check_heard(&wanted, "DATA");
	}
	ck_assert_int_eq(put_kind(GSSLOOP_FRAME_END), 0);
	ck_assert_int_eq(gssloop_channel_flush(channel), 0);
	made.xid = 5;
	made.sequence = 4;
	made.proc = 3;
	made.procedure = 0;
	made.service = 1;
	made.size = 0;
	call_make(&wanted, &made);
	check_heard(&wanted, "DESTROY");
	ck_assert_int_eq(put_kind(GSSLOOP_FRAME_ERROR), IO(CANNOT));
	end_free();
}
END_TEST

START_TEST(initiator_destroys)
{
	struct made_reply made = made_reply_usual;
	struct gssloop_frame frame;
	struct octets octets;

	initiator_ready();
	ck_assert_int_eq(put_kind(GSSLOOP_FRAME_END), 0);
	ck_assert_int_eq(gssloop_channel_flush(channel), 0);
	peer_read();
	made.xid = heard_xid();
	made.bad_mic = _i == 1;
	made.verifier = _i == 2 ? 0 : 6;
	reply_make(&octets, &made);
	peer_write(&octets);
	ck_assert_int_eq(gssloop_channel_get(channel, &frame),
	    _i == 0 ? IO(OK) : IO(REFUSED));
	if (_i == 0)
		ck_assert_int_eq(frame.kind, GSSLOOP_FRAME_END);
	end_free();
}
END_TEST

/* A server that says very much for nobody does not keep the client. */
START_TEST(initiator_is_flooded)
{
	struct made_reply made = made_reply_usual;
	struct gssloop_frame frame;
	struct octets octets;
	short events;
	int fd, i;

	initiator_ready();
	initiator_calls(1);
	made.xid = 99;
	reply_make(&octets, &made);
	for (i = 0; i < GJ_RPCSEC_RECORDS + 1; i++)
		peer_write(&octets);
	answer_write(&answer_rows[0], heard_xid());
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), IO(AGAIN));
	/* There is more, though the socket may have nothing. */
	ck_assert_int_eq(gssloop_channel_poll(channel, &fd, &events), 0);
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), IO(OK));
	ck_assert_int_eq(gssloop_channel_poll(channel, &fd, &events), -1);
	end_free();
}
END_TEST

/* --- The acceptor ------------------------------------------------------------
 */

enum state {
	FRESH,	/* nothing has come */
	MIDDLE, /* INIT has, and CONTINUE_INIT is awaited */
	READY,	/* established */
	GONE	/* and destroyed */
};

enum handle {
	OURS,
	OTHER,
	NONE
};

static const struct scripted_answer three_legs[] = {
    ANSWER(CONT, "m"), ANSWER(OKAY, "e")};

static void
handle_add(struct made_call *made, enum handle handle)
{
	struct gssloop_view ours;

	gssloop_channel_rpcsec_handle(channel, &ours);
	made->handle = handle == OURS ? (const void *)ours.data : "other";
	made->handle_size = handle == OURS ? ours.size : 5;
	if (handle == NONE)
		made->handle_size = 0;
}

static void
call_write(const struct made_call *made)
{
	struct octets octets;

	call_make(&octets, made);
	peer_write(&octets);
}

/* INIT or CONTINUE_INIT with a token. */
static void
init_write(uint32_t proc, uint32_t xid, const char *token)
{
	struct made_call made = made_call_usual;
	struct octets argument = {.size = 0};

	octets_opaque(&argument, token, strlen(token));
	made.xid = xid;
	made.proc = proc;
	made.procedure = made.verifier = made.sequence = 0;
	handle_add(&made, proc == 1 ? NONE : OURS);
	made.arguments = argument.data;
	made.size = argument.size;
	call_write(&made);
}

static void
check_init_reply(
    const char *name, uint32_t xid, OM_uint32 major, const char *token)
{
	struct made_reply made = {.xid = xid};
	struct made_init init = {.major = major, .minor = 7};
	struct gssloop_view handle;
	struct octets results, wanted;

	gssloop_channel_rpcsec_handle(channel, &handle);
	if (!GSS_ERROR(major)) {
		init.handle = handle.data;
		init.handle_size = handle.size;
		init.window = GJ_RPCSEC_WINDOW;
		init.token = token;
		init.token_size = strlen(token);
	}
	init_make(&results, &init);
	made.results = results.data;
	made.size = results.size;
	made.verifier = major == OKAY ? 6 : 0;
	made.number = GJ_RPCSEC_WINDOW;
	reply_make(&wanted, &made);
	check_heard(&wanted, name);
}

static void
acceptor_middle(void)
{
	init_write(1, 5, "t");
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
	check_init_reply("INIT", 5, CONT, "m");
}

static void
acceptor_ready(void)
{
	init_write(2, 6, "u");
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_DONE);
	check_init_reply("CONTINUE_INIT", 6, OKAY, "e");
	gssloop_channel_limit(channel, LIMIT, LIMIT);
}

static void
acceptor_gone(void)
{
	struct made_call made = made_call_usual;
	struct made_reply reply = made_reply_usual;
	struct gssloop_frame frame;
	struct octets wanted;

	made.proc = 3;
	made.procedure = 0;
	handle_add(&made, OURS);
	call_write(&made);
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), IO(OK));
	ck_assert_int_eq(frame.kind, GSSLOOP_FRAME_END);
	ck_assert_int_eq(put_kind(GSSLOOP_FRAME_END), 0);
	ck_assert_int_eq(gssloop_channel_flush(channel), 0);
	reply_make(&wanted, &reply);
	check_heard(&wanted, "DESTROY");
}

static void
acceptor_make(enum state state)
{
	end_make(GSSLOOP_ACCEPTOR, three_legs);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
	if (state >= MIDDLE)
		acceptor_middle();
	if (state >= READY)
		acceptor_ready();
	if (state == GONE)
		acceptor_gone();
}

#define C(member) offsetof(struct made_call, member)
#define INIT                                                                   \
	{C(proc), 1}, {C(procedure), 0},                                       \
	{                                                                      \
		C(verifier), 0                                                 \
	}
#define NEXT                                                                   \
	{C(proc), 2}, {C(procedure), 0},                                       \
	{                                                                      \
		C(verifier), 0                                                 \
	}
#define USUAL                                                                  \
	{                                                                      \
		C(rpc), 2                                                      \
	}

/* How a call is answered, beside what the caller sees. */
enum answered {
	SILENTLY,
	DENIAL,	    /* auth_stat */
	OTHER_RPC,  /* RPC_MISMATCH, 2 to 2 */
	UNVERIFIED, /* accept_stat without a verifier */
	VERIFIED,   /* accept_stat */
	FAILURE	    /* of INIT, gss_major */
};

static const struct call_row {
	const char *name;
	enum state state;
	enum handle handle;
	struct change changes[6];
	const char *arguments; /* NULL: "hello" as an opaque */
	size_t size;
	enum answered answered;
	uint32_t code;
	enum gssloop_io io;
	enum gssloop_branch branch; /* before READY, where io is no AGAIN */
} call_rows[] = {
#define CALL(...) {__VA_ARGS__, {0, 0}}, NULL, 0
    {"another RPC", FRESH, NONE, CALL({C(rpc), 3}), OTHER_RPC, 0, IO(AGAIN), 0},
    {"no flavour", FRESH, NONE, CALL({C(flavor), 0}), DENIAL, 5, IO(AGAIN), 0},
    {"AUTH_SYS", FRESH, NONE, CALL({C(flavor), 1}), DENIAL, 5, IO(AGAIN), 0},
    {"RPCSEC_GSS version 2", FRESH, NONE, CALL({C(rpcsec), 2}), DENIAL, 2,
	IO(AGAIN), 0},
    {"no such gss_proc", FRESH, NONE, CALL({C(proc), 4}), DENIAL, 1, IO(AGAIN),
	0},
    {"data without a context", FRESH, OTHER, CALL(USUAL), DENIAL, 13, IO(AGAIN),
	0},
    {"data without a handle", FRESH, NONE, CALL(USUAL), DENIAL, 13, IO(AGAIN),
	0},
    {"destroy without a context", FRESH, OTHER, CALL({C(proc), 3}), DENIAL, 13,
	IO(AGAIN), 0},
    {"continue without a context", FRESH, OTHER, CALL(NEXT), DENIAL, 2,
	IO(AGAIN), 0},
    {"init of a procedure", FRESH, NONE, CALL({C(proc), 1}), DENIAL, 2,
	IO(AGAIN), 0},
    {"init, no token", FRESH, NONE, {INIT, {0, 0}}, "abc", 3, UNVERIFIED, 4,
	IO(MALFORMED), BRANCH(FRAME_MALFORMED)},
    {"init, too large", FRESH, NONE, {INIT, {0, 0}},
	"\0\0\0\x41"
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0"
	"\0\0",
	72, FAILURE, GSS_S_FAILURE, IO(TOO_LARGE), BRANCH(TOKEN_TOO_LARGE)},

    {"init again", MIDDLE, NONE, CALL(INIT), DENIAL, 2, IO(AGAIN), 0},
    {"continue, another handle", MIDDLE, OTHER, CALL(NEXT), DENIAL, 13,
	IO(AGAIN), 0},
    {"continue, no handle", MIDDLE, NONE, CALL(NEXT), DENIAL, 13, IO(AGAIN), 0},
    {"continue of a procedure", MIDDLE, OURS, CALL({C(proc), 2}), DENIAL, 2,
	IO(AGAIN), 0},
    {"continue, no token", MIDDLE, OURS, {NEXT, {0, 0}}, "\0\0\0\1x", 5,
	UNVERIFIED, 4, IO(MALFORMED), BRANCH(FRAME_MALFORMED)},
    {"data too early", MIDDLE, OURS, CALL(USUAL), DENIAL, 13, IO(EARLY),
	BRANCH(MESSAGE_EARLY)},
    {"destroy too early", MIDDLE, OURS, CALL({C(proc), 3}), DENIAL, 13,
	IO(EARLY), BRANCH(MESSAGE_EARLY)},
    {"data of nobody", MIDDLE, OTHER, CALL(USUAL), DENIAL, 13, IO(AGAIN), 0},

    {"another handle", READY, OTHER, CALL(USUAL), DENIAL, 13, IO(AGAIN), 0},
    {"init behind", READY, NONE, CALL(INIT), DENIAL, 2, IO(AGAIN), 0},
    {"continue behind", READY, OURS, CALL(NEXT), DENIAL, 2, IO(AGAIN), 0},
    {"another RPC behind", READY, OURS, CALL({C(rpc), 1}), OTHER_RPC, 0,
	IO(AGAIN), 0},
    {"a wrong MIC", READY, OURS, CALL({C(bad_mic), 1}), DENIAL, 13, IO(REFUSED),
	0},
    {"no verifier", READY, OURS, CALL({C(verifier), 0}), DENIAL, 13,
	IO(REFUSED), 0},
    {"above MAXSEQ", READY, OURS, CALL({C(sequence), 0x80000001}), DENIAL, 14,
	IO(REFUSED), 0},
    {"no such service", READY, OURS, CALL({C(service), 4}), DENIAL, 1,
	IO(AGAIN), 0},
    {"a wrong checksum", READY, OURS, CALL({C(service), 2}, {C(bad_body), 1}),
	VERIFIED, 4, IO(REFUSED), 0},
    {"another number within", READY, OURS, CALL({C(service), 3}, {C(inner), 1}),
	VERIFIED, 4, IO(REFUSED), 0},
    {"no message", READY, OURS, {USUAL, {0, 0}}, "abc", 3, VERIFIED, 4,
	IO(MALFORMED), 0},
    {"no message, integrity", READY, OURS, {{C(service), 2}, {0, 0}}, "abc", 3,
	VERIFIED, 4, IO(MALFORMED), 0},
    {"another program", READY, OURS, CALL({C(program), 1}), VERIFIED, 1,
	IO(AGAIN), 0},
    {"another program, privacy", READY, OURS,
	CALL({C(program), 1}, {C(service), 3}), VERIFIED, 1, IO(AGAIN), 0},
    {"another version", READY, OURS, CALL({C(version), 9}), VERIFIED, 2,
	IO(AGAIN), 0},
    {"another procedure", READY, OURS, CALL({C(procedure), 9}), VERIFIED, 3,
	IO(AGAIN), 0},
    {"null", READY, OURS, CALL({C(procedure), 0}), VERIFIED, 0, IO(AGAIN), 0},
    {"null, integrity", READY, OURS, CALL({C(procedure), 0}, {C(service), 2}),
	VERIFIED, 0, IO(AGAIN), 0},
    {"null, privacy", READY, OURS, CALL({C(procedure), 0}, {C(service), 3}),
	VERIFIED, 0, IO(AGAIN), 0},
    {"destroy of a procedure", READY, OURS, CALL({C(proc), 3}), VERIFIED, 3,
	IO(AGAIN), 0},
    {"data", READY, OURS, CALL(USUAL), SILENTLY, 0, IO(OK), 0},
    {"data, integrity", READY, OURS, CALL({C(service), 2}), SILENTLY, 0, IO(OK),
	0},
    {"data, privacy", READY, OURS, CALL({C(service), 3}), SILENTLY, 0, IO(OK),
	0},

    {"data when it is gone", GONE, OURS, CALL({C(sequence), 2}), DENIAL, 13,
	IO(AGAIN), 0},
    {"destroy again", GONE, OURS,
	CALL({C(sequence), 2}, {C(proc), 3}, {C(procedure), 0}), DENIAL, 13,
	IO(AGAIN), 0},
};

static void
row_call_make(const struct call_row *row, struct made_call *made)
{
	static struct octets argument;

	*made = made_call_usual;
	changes_make(made, row->changes);
	handle_add(made, row->handle);
	argument.size = 0;
	octets_opaque(&argument, HELLO, strlen(HELLO));
	made->arguments = row->arguments != NULL ? (const void *)row->arguments
						 : argument.data;
	made->size = row->arguments != NULL ? row->size : argument.size;
}

static void
check_answered(const struct call_row *row, const struct made_call *call)
{
	struct made_reply made = {.xid = call->xid};
	struct octets wanted = {.size = 0};

	if (row->answered == FAILURE) {
		made.results = "\0\0\0\0\0\x0d\0\0\0\0\0\0\0\0\0\0\0\0\0";
		made.size = 20;
	} else if (row->answered == VERIFIED || row->answered == UNVERIFIED) {
		made.accept = row->code;
		made.number = call->sequence;
		made.verifier = row->answered == VERIFIED ? 6 : 0;
		made.service = call->service;
		made.low = made.high = 1;
	} else {
		made.stat = 1;
		made.reject = row->answered == DENIAL;
		made.auth = row->code;
		made.low = made.high = 2;
	}
	if (row->answered != SILENTLY)
		reply_make(&wanted, &made);
	check_heard(&wanted, row->name);
}

/* A call that is no step of the negotiation has not disturbed it. */
static void
negotiation_goes_on(enum state state)
{
	if (state == FRESH)
		acceptor_middle();
	acceptor_ready();
}

static void
negotiation_check(const struct call_row *row, const struct made_call *made)
{
	enum gssloop_next next = gssloop_advance(loop, channel);

	ck_assert_msg(
	    next == (row->io == IO(AGAIN) ? GSSLOOP_RECEIVE : GSSLOOP_FAILED),
	    "%s: %d: %s", row->name, (int)next, gssloop_error(loop));
	gssloop_channel_flush(channel);
	check_answered(row, made);
	if (next == GSSLOOP_FAILED)
		ck_assert_int_eq(gssloop_branch(loop), row->branch);
	else
		negotiation_goes_on(row->state);
}

static void
message_check(const struct call_row *row, const struct made_call *made)
{
	struct gssloop_frame frame;
	enum gssloop_io io = gssloop_channel_get(channel, &frame);

	ck_assert_msg(io == row->io, "%s: %d: %s", row->name, (int)io,
	    gssloop_channel_reason(channel));
	if (io == IO(OK))
		check_message(&frame, made->service, HELLO);
	/* Also beside a failure, with nothing flushed by us. */
	check_answered(row, made);
}

START_TEST(acceptor_is_called)
{
	const struct call_row *row = &call_rows[_i];
	struct made_call made;

	acceptor_make(row->state);
	row_call_make(row, &made);
	call_write(&made);
	if (row->state < READY)
		negotiation_check(row, &made);
	else
		message_check(row, &made);
	end_free();
}
END_TEST

/* The head of a call that is right, with other octets behind it. */
static void
unread_write(const struct made_call *made, const void *octets, size_t size)
{
	struct octets call;

	call_make(&call, made);
	call.size = 28; /* mark, xid, type, rpcvers, prog, vers, proc */
	octets_add(&call, octets, size);
	octets_mark(&call);
	peer_write(&call);
}

/* What cannot be read is denied for what it should be, and no more happens. */
START_TEST(acceptor_cannot_read)
{
	static const struct {
		const char *octets;
		size_t size;
		uint32_t auth;
	} rows[] = {
#define UNREAD(octets, auth) {octets, sizeof(octets) - 1, auth}
	    UNREAD("", 1),
	    UNREAD("\0\0\0\6", 1),
	    UNREAD("\0\0\0\6\0\0\1\x94", 1),
	    UNREAD("\0\0\0\6\0\0\0\1a\1\0\0", 1),
	    UNREAD("\0\0\0\6\0\0\0\0", 3),
	    UNREAD("\0\0\0\6\0\0\0\0\0\0\0\0\0\0\1\x94", 3),
	    UNREAD("\0\0\0\6\0\0\0\0\0\0\0\0\0\0\0\4abc", 3),
#undef UNREAD
	};
	struct made_call made = made_call_usual;
	struct made_reply denial = {.stat = 1, .reject = 1};
	struct gssloop_frame frame;
	struct octets wanted;
	size_t i;

	acceptor_make(READY);
	for (i = 0; i < COUNT(rows); i++) {
		unread_write(&made, rows[i].octets, rows[i].size);
		ck_assert_int_eq(
		    gssloop_channel_get(channel, &frame), IO(AGAIN));
		wanted.size = 0;
		denial.xid = made.xid;
		denial.auth = rows[i].auth;
		reply_make(&wanted, &denial);
		check_heard(&wanted, rows[i].octets);
	}
	end_free();
}
END_TEST

/* A row of above. */
static struct made_call
data_call(uint32_t service, uint32_t sequence)
{
	static const struct call_row usual = {.handle = OURS};
	struct made_call made;

	row_call_make(&usual, &made);
	made.service = service;
	made.sequence = sequence;
	return made;
}

static void
check_echo(const struct made_call *call)
{
	struct made_reply reply = made_reply_usual;
	struct octets results = {.size = 0}, wanted;

	octets_opaque(&results, HELLO, strlen(HELLO));
	reply.xid = call->xid;
	reply.number = call->sequence;
	reply.service = call->service;
	reply.results = results.data;
	reply.size = results.size;
	reply_make(&wanted, &reply);
	check_heard(&wanted, "DATA");
}

/* Messages with each service, answered; then the same call once more. */
START_TEST(acceptor_answers)
{
	struct gssloop_frame frame;
	struct made_call made;
	uint32_t service;

	acceptor_make(READY);
	for (service = 1; service <= 3; service++) {
		made = data_call(service, service);
		call_write(&made);
		ck_assert_int_eq(gssloop_channel_get(channel, &frame), 0);
		check_message(&frame, service, HELLO);
		ck_assert_int_eq(gssloop_channel_put(channel, &frame), 0);
		ck_assert_int_eq(gssloop_channel_flush(channel), 0);
		check_echo(&made);
		ck_assert_int_eq(
		    gssloop_channel_put(channel, &frame), IO(CANNOT));
		call_write(&made);
		ck_assert_int_eq(
		    gssloop_channel_get(channel, &frame), IO(AGAIN));
		peer_read();
		ck_assert_uint_eq(heard.size, 0);
	}
	end_free();
}
END_TEST

/* What is put has to fit the call. */
START_TEST(acceptor_puts_what_fits)
{
	struct made_call made;
	struct gssloop_frame frame;

	acceptor_make(READY);
	ck_assert_int_eq(put_kind(GSSLOOP_FRAME_END), IO(CANNOT));
	ck_assert_int_eq(put_kind(GSSLOOP_FRAME_ERROR), IO(CANNOT));
	made = data_call(1, 1);
	call_write(&made);
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), 0);
	ck_assert_int_eq(put_kind(GSSLOOP_FRAME_END), IO(CANNOT));
	ck_assert_int_eq(put_kind(GSSLOOP_FRAME_TOKEN), IO(CANNOT));
	ck_assert_int_eq(put_kind(GSSLOOP_FRAME_MESSAGE), IO(OK));
	end_free();
}
END_TEST

/* Our own failure, and a message over the limit: SYSTEM_ERR. */
START_TEST(acceptor_fails)
{
	static const char large[LIMIT + 4];
	struct made_reply reply = made_reply_usual;
	struct made_call made;
	struct gssloop_frame frame;
	struct octets argument = {.size = 0}, wanted;

	acceptor_make(READY);
	made = data_call(2, 1);
	octets_opaque(&argument, large, sizeof(large));
	if (_i == 1) {
		made.arguments = argument.data;
		made.size = argument.size;
	}
	call_write(&made);
	ck_assert_int_eq(gssloop_channel_get(channel, &frame),
	    _i == 1 ? IO(TOO_LARGE) : IO(OK));
	ck_assert_int_eq(put_kind(GSSLOOP_FRAME_ERROR), IO(OK));
	gssloop_channel_flush(channel);
	reply.accept = 5;
	reply_make(&wanted, &reply);
	check_heard(&wanted, "SYSTEM_ERR");
	end_free();
}
END_TEST

/* GSS makes no verifier: CTXPROBLEM, and the caller is told. */
START_TEST(acceptor_cannot_protect)
{
	struct made_reply reply = {
	    .xid = 7, .stat = 1, .reject = 1, .auth = 14};
	struct made_call made;
	struct gssloop_frame frame;
	struct octets wanted;

	acceptor_make(READY);
	made = data_call((uint32_t)_i, 1);
	call_write(&made);
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), IO(OK));
	scripted.message_major = GSS_S_CONTEXT_EXPIRED;
	ck_assert_int_eq(gssloop_channel_put(channel, &frame), IO(REFUSED));
	reply_make(&wanted, &reply);
	check_heard(&wanted, "CTXPROBLEM");
	end_free();
}
END_TEST

/* How a mechanism ends: with a last token, without, and in between. */
static const struct last_row {
	const char *name;
	struct scripted_answer answer;
	unsigned int fails; /* which call that makes a MIC */
	enum gssloop_branch branch;
	OM_uint32 major;
	const char *token;
} last_rows[] = {
    {"a token", ANSWER(OKAY, "e"), 0, BRANCH(ESTABLISHED), OKAY, "e"},
    {"no last token", ANSWER(OKAY, NULL), 0, BRANCH(ESTABLISHED), OKAY, ""},
    {"bits of information", ANSWER(CONT | GSS_S_GAP_TOKEN, "m"), 0,
	BRANCH(CONTINUE_TOKEN), CONT, "m"},
    {"refused", ANSWER(BAD, NULL), 0, BRANCH(FAILURE_SILENT), BAD, ""},
    {"refused, its token stays here", ANSWER(BAD, "E"), 0,
	BRANCH(FAILURE_TOKEN), BAD, ""},
    {"no verifier", ANSWER(OKAY, "e"), 1, BRANCH(SEND_FAILED), 0, NULL},
    {"no verifier, no last token", ANSWER(OKAY, NULL), 1, BRANCH(UNCONFIRMED),
	0, NULL},
};

START_TEST(acceptor_ends)
{
	const struct last_row *row = &last_rows[_i];
	struct made_reply denial = {
	    .xid = 5, .stat = 1, .reject = 1, .auth = 14};
	struct octets wanted;

	end_make(GSSLOOP_ACCEPTOR, &row->answer);
	scripted.message_fails = row->fails;
	init_write(1, 5, "t");
	gssloop_advance(loop, channel);
	ck_assert_msg(gssloop_branch(loop) == row->branch, "%s: %s", row->name,
	    gssloop_branch_info(gssloop_branch(loop))->name);
	if (row->token != NULL) {
		check_init_reply(row->name, 5, row->major, row->token);
	} else {
		reply_make(&wanted, &denial);
		check_heard(&wanted, row->name);
	}
	end_free();
}
END_TEST

/* Nobody reads the replies: so much is kept, and no more is served. */
START_TEST(acceptor_is_flooded)
{
	const struct gj_rpcsec_channel *self;
	struct made_call made = made_call_usual;
	struct gssloop_frame frame;
	struct octets octets;
	size_t most = 0, calls = 0;
	short events;
	int fd, i;

	end_make(GSSLOOP_ACCEPTOR, three_legs);
	gssloop_advance(loop, channel);
	self = channel->self;
	made.flavor = 0;
	call_make(&octets, &made);
	for (i = 0; i < 200000; i++) {
		while (write(peer, octets.data, octets.size) ==
		       (ssize_t)octets.size)
			calls++;
		ck_assert_int_eq(
		    gssloop_channel_get(channel, &frame), IO(AGAIN));
		if (most == gj_buffer_size(&self->stream.out) && most > 65536)
			break;
		most = gj_buffer_size(&self->stream.out);
	}
	ck_assert_uint_gt(most, 65536);
	ck_assert_uint_lt(most, 65536 + 64);
	ck_assert_uint_lt(self->stream.out.room, 200000);
	ck_assert_uint_gt(calls, 2000);
	gssloop_channel_poll(channel, &fd, &events);
	ck_assert_int_eq(events, POLLOUT);
	/* It goes on when they are read. */
	do
		peer_read();
	while (heard.size > 0);
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), IO(AGAIN));
	ck_assert_uint_lt(gj_buffer_size(&self->stream.out), most);
	end_free();
}
END_TEST

/* Calls without end do not keep the process: the deadline has its turn. */
START_TEST(acceptor_gives_way)
{
	struct made_call made = made_call_usual;
	struct gssloop_frame frame;
	struct octets octets;
	short events;
	int fd, i;

	end_make(GSSLOOP_ACCEPTOR, three_legs);
	gssloop_advance(loop, channel);
	made.flavor = 0;
	call_make(&octets, &made);
	for (i = 0; i < 2 * GJ_RPCSEC_RECORDS; i++)
		peer_write(&octets);
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), IO(AGAIN));
	ck_assert_int_eq(gssloop_channel_poll(channel, &fd, &events), 0);
	gssloop_channel_flush(channel);
	peer_read();
	ck_assert_uint_eq(heard.size, 24 * GJ_RPCSEC_RECORDS);
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), IO(AGAIN));
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), IO(AGAIN));
	ck_assert_int_eq(gssloop_channel_poll(channel, &fd, &events), -1);
	peer_read();
	ck_assert_uint_eq(heard.size, 24 * GJ_RPCSEC_RECORDS);
	end_free();
}
END_TEST

/* A second negotiation takes the place of the first one. */
START_TEST(acceptor_negotiates_again)
{
	static const struct scripted_answer answers[] = {ANSWER(CONT, "m"),
	    ANSWER(OKAY, "e"), ANSWER(CONT, "m"), ANSWER(OKAY, "e")};
	struct gssloop *second;
	struct gssloop_frame frame;
	struct made_call made;
	struct octets old;

	end_make(GSSLOOP_ACCEPTOR, answers);
	gssloop_advance(loop, channel);
	acceptor_middle();
	acceptor_ready();
	made = data_call(1, 1);
	call_make(&old, &made);
	second = loop;
	loop = loop_make(GSSLOOP_ACCEPTOR);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
	acceptor_middle();
	peer_write(&old);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
	peer_read();
	ck_assert_uint_eq(heard.size, 24);
	acceptor_ready();
	made = data_call(2, 1);
	call_write(&made);
	ck_assert_int_eq(gssloop_channel_get(channel, &frame), 0);
	gssloop_channel_free(&channel);
	gssloop_free(&second);
	gssloop_free(&loop);
	peer_close();
	ck_assert(scripted_clean());
}
END_TEST

/* --- The channel itself ------------------------------------------------------
 */

START_TEST(channel_basics)
{
	struct gssloop_view handle;

	end_make(_i == 0 ? GSSLOOP_INITIATOR : GSSLOOP_ACCEPTOR, three_legs);
	ck_assert_str_eq(gssloop_channel_name(channel), "rpcsec");
	ck_assert_str_eq(gssloop_channel_reason(channel), "");
	ck_assert_uint_eq(gssloop_channel_carries(channel),
	    GSSLOOP_CARRIES_ERRORS | GSSLOOP_CARRIES_MIC | GSSLOOP_PROTECTS);
	gssloop_channel_rpcsec_handle(channel, &handle);
	ck_assert_uint_eq(handle.size, 0);
	end_free();
}
END_TEST

/* A token within the loop's limit, and above the channel's. */
START_TEST(channel_limits_tokens)
{
	static const struct scripted_answer answers[] = {ANSWER(CONT, "a")};
	static const struct said said = CONTINUE("a long token");

	end_make(_i == 0 ? GSSLOOP_INITIATOR : GSSLOOP_ACCEPTOR, answers);
	gssloop_channel_limit(channel, 11, 0);
	gssloop_advance(loop, channel);
	peer_read();
	if (_i == 0)
		said_write(&said);
	else
		init_write(1, 5, "a long token");
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_FAILED);
	ck_assert_int_eq(gssloop_branch(loop), BRANCH(TOKEN_TOO_LARGE));
	check_text(gssloop_error(loop), "12 octets, limit 11", "limit");
	end_free();
}
END_TEST

/* Judged by its mark alone: token or message, and what is around them. */
START_TEST(channel_limits_records)
{
	struct octets mark = {.size = 0};

	end_make(_i == 0 ? GSSLOOP_INITIATOR : GSSLOOP_ACCEPTOR, three_legs);
	gssloop_advance(loop, channel);
	gssloop_channel_limit(channel, 10, 20);
	octets_number(&mark, 0x80000000 | (20 + GJ_RPCSEC_OVERHEAD + 1));
	peer_write(&mark);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_FAILED);
	ck_assert_int_eq(gssloop_branch(loop), BRANCH(TOKEN_TOO_LARGE));
	check_text(gssloop_error(loop), "limit 4116", "record");
	end_free();
}
END_TEST

START_TEST(channel_without_memory)
{
	struct gssloop_channel *made;
	unsigned long n;
	int fds[2], error;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(
	    gssloop_channel_rpcsec(&made, -1, GSSLOOP_ACCEPTOR, &params),
	    EBADF);
	for (n = 1;; n++) {
		made = (void *)&made;
		failing_malloc_arm(n);
		error = gssloop_channel_rpcsec(
		    &made, fds[0], GSSLOOP_INITIATOR, &params);
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		ck_assert_int_eq(error, ENOMEM);
		ck_assert_ptr_null(made);
		ck_assert_int_ne(fcntl(fds[0], F_GETFD), -1);
	}
	ck_assert_int_eq(error, 0);
	gssloop_channel_free(&made);
	ck_assert_int_eq(fcntl(fds[0], F_GETFD), -1);
	close(fds[1]);
}
END_TEST

/* --- Both, with memory that fails --------------------------------------------
 */

static struct {
	struct gssloop *loop;
	struct gssloop_channel *channel;
} sides[2];

static void
sides_make(void)
{
	static const struct scripted_answer answers[] = {ANSWER(CONT, "a"),
	    ANSWER(CONT, "b"), ANSWER(OKAY, "c"), ANSWER(OKAY, NULL),
	    ANSWER(BAD, NULL), ANSWER(BAD, NULL)};
	int fds[2], i;

	scripted_reset(answers);
	scripted.sums = true;
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	for (i = 0; i < 2; i++) {
		enum gssloop_role role =
		    i == 0 ? GSSLOOP_INITIATOR : GSSLOOP_ACCEPTOR;

		sides[i].loop = loop_make(role);
		ck_assert_int_eq(gssloop_channel_rpcsec(
				     &sides[i].channel, fds[i], role, &params),
		    0);
		gssloop_channel_limit(sides[i].channel, LIMIT, 0);
	}
}

static void
sides_free(void)
{
	for (int i = 0; i < 2; i++) {
		gssloop_channel_free(&sides[i].channel);
		gssloop_free(&sides[i].loop);
	}
	ck_assert(scripted_clean());
}

static bool
sides_negotiate(void)
{
	enum gssloop_next next[2] = {GSSLOOP_START, GSSLOOP_START};
	int turn;

	for (turn = 0; turn < 8; turn++)
		next[turn % 2] = gssloop_advance(
		    sides[turn % 2].loop, sides[turn % 2].channel);
	gssloop_channel_limit(sides[0].channel, LIMIT, LIMIT);
	gssloop_channel_limit(sides[1].channel, LIMIT, LIMIT);
	return next[0] == GSSLOOP_DONE && next[1] == GSSLOOP_DONE;
}

/* One frame there and back. */
static enum gssloop_io
sides_echo(const struct gssloop_frame *sent, struct gssloop_frame *got)
{
	enum gssloop_io io = gssloop_channel_put(sides[0].channel, sent);

	if (io == IO(OK))
		io = gssloop_channel_flush(sides[0].channel);
	if (io == IO(OK))
		io = gssloop_channel_get(sides[1].channel, got);
	if (io == IO(OK))
		io = gssloop_channel_put(sides[1].channel, got);
	if (io == IO(OK))
		io = gssloop_channel_flush(sides[1].channel);
	if (io == IO(OK))
		io = gssloop_channel_get(sides[0].channel, got);
	return io;
}

static enum gssloop_io
sides_talk(void)
{
	struct gssloop_frame sent, got;
	enum gssloop_io io = IO(OK);
	uint32_t service;

	for (service = 1; service <= 3 && io == IO(OK); service++) {
		message_make(&sent, service, HELLO);
		io = sides_echo(&sent, &got);
		if (io == IO(OK) && (got.kind != GSSLOOP_FRAME_MESSAGE ||
					got.protection != sent.protection ||
					got.data.size != sent.data.size))
			io = IO(MALFORMED);
	}
	memset(&sent, 0, sizeof(sent));
	sent.kind = GSSLOOP_FRAME_END;
	if (io == IO(OK))
		io = sides_echo(&sent, &got);
	return io;
}

static bool
is_memory(const struct gssloop *one)
{
	enum gssloop_branch branch = gssloop_branch(one);

	return branch == BRANCH(NO_MEMORY);
}

START_TEST(both_without_memory)
{
	unsigned long n;
	bool negotiated;
	enum gssloop_io io = IO(OK);

	for (n = 1;; n++) {
		sides_make();
		failing_malloc_arm(n);
		negotiated = sides_negotiate();
		if (negotiated)
			io = sides_talk();
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		if (negotiated)
			ck_assert_msg(
			    io == IO(NO_MEMORY), "%lu: %d", n, (int)io);
		else
			ck_assert_msg(is_memory(sides[0].loop) ||
					  is_memory(sides[1].loop),
			    "%lu: %s %s", n, gssloop_error(sides[0].loop),
			    gssloop_error(sides[1].loop));
		sides_free();
	}
	ck_assert(negotiated);
	ck_assert_int_eq(io, IO(OK));
	ck_assert_uint_gt(n, 8);
	sides_free();
}
END_TEST

/* --- Octets changed on their way ---------------------------------------------
 */

#define MUTATIONS 5000

static uint32_t seed;

static uint32_t
dice(uint32_t sides_of_it)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % sides_of_it;
}

/* A few octets changed, some left out, or cut; the mark may go wrong, too. */
static void
mutate(struct octets *octets)
{
	uint32_t at = dice((uint32_t)octets->size), kind = dice(8);

	if (kind == 0) {
		octets->size = at + 1;
		octets_mark(octets);
	} else if (kind == 1 && octets->size > 12) {
		at = 4 + dice((uint32_t)octets->size - 8);
		memmove(octets->data + at, octets->data + at + 4,
		    octets->size - at - 4);
		octets->size -= 4;
		octets_mark(octets);
	} else {
		for (kind = dice(4) + 1; kind > 0; kind--)
			octets->data[dice((uint32_t)octets->size)] ^=
			    (uint8_t)(1 + dice(255));
	}
}

/* Nothing of what comes now is another message than the one that was sent. */
static void
check_unchanged(uint32_t service)
{
	struct gssloop_frame frame;

	while (gssloop_channel_get(channel, &frame) == IO(OK)) {
		if (frame.kind != GSSLOOP_FRAME_MESSAGE ||
		    frame.protection == GSSLOOP_MIC)
			continue;
		ck_assert_int_ne(service, GJ_RPCSEC_NONE);
		check_message(&frame, service, HELLO);
	}
}

static void
data_make(enum gssloop_role role, uint32_t service, struct octets *octets)
{
	struct octets argument = {.size = 0};
	struct made_reply reply = made_reply_usual;
	struct made_call call;

	if (role == GSSLOOP_ACCEPTOR) {
		acceptor_make(READY);
		call = data_call(service, 1);
		call_make(octets, &call);
		return;
	}
	initiator_ready();
	initiator_calls(service);
	octets_opaque(&argument, HELLO, strlen(HELLO));
	reply.xid = heard_xid();
	reply.service = service;
	reply.results = argument.data;
	reply.size = argument.size;
	reply_make(octets, &reply);
}

static void
data_changed(enum gssloop_role role, uint32_t service, int at, uint8_t mask)
{
	struct octets octets;

	data_make(role, service, &octets);
	if (mask == 0)
		mutate(&octets);
	else
		octets.data[(size_t)at % octets.size] ^= mask;
	peer_write(&octets);
	peer_close();
	check_unchanged(service);
	end_free();
}

static void
init_changed(enum gssloop_role role)
{
	static const struct scripted_answer answers[] = {ANSWER(CONT, "a"),
	    ANSWER(OKAY, "c"), ANSWER(OKAY, NULL), ANSWER(BAD, NULL)};
	static const struct said said = COMPLETE("b");
	struct octets octets = {.size = 0}, results;
	struct made_reply reply = said.reply;

	end_make(role, answers);
	gssloop_advance(loop, channel);
	if (role == GSSLOOP_ACCEPTOR) {
		init_write(1, 5, "t");
		octets.size = 0;
		ck_assert_int_eq(
		    gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
		peer_read();
		octets = heard;
	} else {
		peer_read();
		init_make(&results, &said.results);
		reply.xid = heard_xid();
		reply.results = results.data;
		reply.size = results.size;
		reply_make(&octets, &reply);
	}
	mutate(&octets);
	peer_write(&octets);
	peer_close();
	gssloop_advance(loop, channel);
	gssloop_advance(loop, channel);
	end_free();
}

START_TEST(every_octet_changed)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	enum gssloop_role role =
	    _i % 2 == 0 ? GSSLOOP_INITIATOR : GSSLOOP_ACCEPTOR;
	uint32_t service = (uint32_t)_i / 2 + 1;
	struct octets octets;
	size_t at, size;
	int i;

	data_make(role, service, &octets);
	size = octets.size;
	end_free();
	for (at = 0; at < size; at++)
		for (i = 0; i < COUNT(masks); i++)
			data_changed(role, service, (int)at, masks[i]);
}
END_TEST

START_TEST(octets_changed_at_random)
{
	enum gssloop_role role =
	    _i % 2 == 0 ? GSSLOOP_INITIATOR : GSSLOOP_ACCEPTOR;
	int i;

	seed = (uint32_t)_i + 1;
	for (i = 0; i < MUTATIONS / 2; i++) {
		init_changed(role);
		data_changed(role, (uint32_t)i % 3 + 1, 0, 0);
	}
}
END_TEST

/* --- All --------------------------------------------------------------------
 */

static TCase *
initiator_tests(void)
{
	TCase *tests = tcase_create("initiator");

	tcase_add_loop_test(tests, initiator_establishes, 0, COUNT(init_rows));
	tcase_add_loop_test(tests, initiator_is_denied, 0, 16);
	tcase_add_loop_test(tests, initiator_is_not_served, 1, 6);
	tcase_add_test(tests, initiator_octet_by_octet);
	tcase_add_loop_test(
	    tests, initiator_is_answered, 0, COUNT(answer_rows));
	tcase_add_test(tests, initiator_messages_octet_by_octet);
	tcase_add_loop_test(tests, initiator_destroys, 0, 3);
	tcase_add_test(tests, initiator_is_flooded);
	return tests;
}

static TCase *
acceptor_tests(void)
{
	TCase *tests = tcase_create("acceptor");

	tcase_add_loop_test(tests, acceptor_is_called, 0, COUNT(call_rows));
	tcase_add_test(tests, acceptor_cannot_read);
	tcase_add_test(tests, acceptor_answers);
	tcase_add_test(tests, acceptor_puts_what_fits);
	tcase_add_loop_test(tests, acceptor_fails, 0, 2);
	tcase_add_loop_test(tests, acceptor_cannot_protect, 1, 4);
	tcase_add_loop_test(tests, acceptor_ends, 0, COUNT(last_rows));
	tcase_add_test(tests, acceptor_is_flooded);
	tcase_add_test(tests, acceptor_gives_way);
	tcase_add_test(tests, acceptor_negotiates_again);
	return tests;
}

static TCase *
other_tests(void)
{
	TCase *tests = tcase_create("both");

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, channel_basics, 0, 2);
	tcase_add_loop_test(tests, channel_limits_tokens, 0, 2);
	tcase_add_loop_test(tests, channel_limits_records, 0, 2);
	tcase_add_test(tests, channel_without_memory);
	tcase_add_test(tests, both_without_memory);
	tcase_add_loop_test(tests, every_octet_changed, 0, 6);
	tcase_add_loop_test(tests, octets_changed_at_random, 0, 2);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("rpcsec channel");

	suite_add_tcase(suite, initiator_tests());
	suite_add_tcase(suite, acceptor_tests());
	suite_add_tcase(suite, other_tests());
	return suite_run(suite);
}
