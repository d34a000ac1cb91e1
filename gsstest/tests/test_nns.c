/*
 * The nns channel: loops over real sockets, with a scripted mechanism.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The octets are written by hand from MS-NNS.  What the peer sends is there
 * before the loop runs, or comes one octet at a time; what we sent is read
 * afterwards, all of it.
 */
#include <check.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "channel_nns.h"
#include "failing_malloc.h"
#include "scripted_gss.h"
#include "suite.h"
#include "wire_nnstest.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define OCTETS(text) text, sizeof(text) - 1
#define INIT	     GSSLOOP_INITIATOR
#define ACCEPT	     GSSLOOP_ACCEPTOR
#define NONE	     GSSLOOP_CLEAR
#define SIGN	     GSSLOOP_INTEG
#define ENCRYPT	     GSSLOOP_CONF
#define AVAILABLE    GSSLOOP_FLAGS_AVAILABLE
#define REQUIRED     GSSLOOP_FLAGS_REQUIRED
#define CONF	     GSS_C_CONF_FLAG
#define INTEG	     GSS_C_INTEG_FLAG
#define BOTH	     (GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG)
#define CONT	     GSS_S_CONTINUE_NEEDED
#define OKAY	     GSS_S_COMPLETE
#define BRANCH(x)    GSSLOOP_BRANCH_##x
#define ANSWER(m, t, f)                                                        \
	{                                                                      \
		(m), 0, (f), (t), false, false, false                          \
	}

/* Handshake messages; a token is one octet. */
#define PROGRESS(token) "\x16\1\0\0\1" token
#define DONE(token)	"\x14\1\0\0\1" token
#define DONE_EMPTY	"\x14\1\0\0\0"
#define ERROR(code)	"\x15\1\0\0\x08\0\0\0\0" code
#define DENIED		ERROR("\x80\x09\x03\x0c")
#define INVALID		ERROR("\x80\x09\x03\x08")
#define TRUST		ERROR("\0\0\x06\xfe")

/* Milliseconds, for rows in which nothing more comes. */
#define SOON 30

/* --- The handshake -------------------------------------------------------- */

enum peer {
	STAYS,
	CLOSES
};

struct row {
	const char *name;
	enum gssloop_role role;
	struct gssloop_nns params;
	OM_uint32 require; /* the loop's */
	struct scripted_answer answers[3];
	const char *says;
	size_t size;
	enum peer peer;
	enum gssloop_branch branch;
	const char *text; /* in the error */
	const char *sent;
	size_t sent_size;
};

static const struct row rows[] = {
    /* MS-NNS, section 4. */
    {"16 16 16 14, client", INIT, {ENCRYPT, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(CONT, "c", 0), ANSWER(OKAY, NULL, BOTH)},
	OCTETS(PROGRESS("b") DONE("d")), STAYS, BRANCH(ESTABLISHED), "",
	OCTETS(PROGRESS("a") PROGRESS("c"))},
    {"16 16 16 14, server", ACCEPT, {ENCRYPT, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "b", 0), ANSWER(OKAY, "d", BOTH)},
	OCTETS(PROGRESS("a") PROGRESS("c")), STAYS, BRANCH(ESTABLISHED), "",
	OCTETS(PROGRESS("b") DONE("d"))},
    {"16 16 14 14, client", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(OKAY, "c", 0)},
	OCTETS(PROGRESS("b") DONE_EMPTY), STAYS, BRANCH(ESTABLISHED), "",
	OCTETS(PROGRESS("a") DONE("c"))},
    {"16 16 14 14, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "b", 0), ANSWER(OKAY, NULL, 0)},
	OCTETS(PROGRESS("a") DONE("c")), STAYS, BRANCH(ESTABLISHED), "",
	OCTETS(PROGRESS("b") DONE_EMPTY)},
    {"16 15, client", INIT, {NONE, AVAILABLE, 0, 0}, 0, {ANSWER(CONT, "a", 0)},
	OCTETS(DENIED), STAYS, BRANCH(PEER_FAILED), "0x8009030c",
	OCTETS(PROGRESS("a"))},
    {"16 15, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(GSS_S_DEFECTIVE_CREDENTIAL, NULL, 0)}, OCTETS(PROGRESS("a")),
	STAYS, BRANCH(FAILURE_SILENT), "", OCTETS(DENIED)},

    /* Who says done, and how: sections 3.1 and 3.2. */
    {"done at once", INIT, {SIGN, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "a", BOTH)}, OCTETS(DONE_EMPTY), STAYS,
	BRANCH(ESTABLISHED), "", OCTETS(DONE("a"))},
    {"the payload of the awaited done is ignored", INIT,
	{SIGN, AVAILABLE, 0, 0}, 0, {ANSWER(OKAY, "a", INTEG)},
	OCTETS(DONE("x")), STAYS, BRANCH(ESTABLISHED), "", OCTETS(DONE("a"))},
    {"complete without a token, client", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(OKAY, NULL, 0)},
	OCTETS(PROGRESS("b") DONE_EMPTY), STAYS, BRANCH(ESTABLISHED), "",
	OCTETS(PROGRESS("a") DONE_EMPTY)},
    {"complete without a token, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, NULL, 0)}, OCTETS(PROGRESS("a")), STAYS,
	BRANCH(ESTABLISHED), "", OCTETS(DONE_EMPTY)},
    {"done first, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, NULL, 0)}, OCTETS(DONE("a")), STAYS, BRANCH(ESTABLISHED),
	"", OCTETS(DONE_EMPTY)},
    {"done is answered without a token", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS(DONE("a")), STAYS, BRANCH(ESTABLISHED),
	"", OCTETS(DONE_EMPTY)},
    {"the version is ignored, client", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(OKAY, NULL, 0)},
	OCTETS("\x14\x09\x07\0\1b"), STAYS, BRANCH(ESTABLISHED), "",
	OCTETS(PROGRESS("a"))},
    {"the version is ignored, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, NULL, 0)}, OCTETS("\x16\0\xff\0\1b"), STAYS,
	BRANCH(ESTABLISHED), "", OCTETS(DONE_EMPTY)},

    /* The final token, which is not the end for our mechanism. */
    {"the final token is refused, client", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(GSS_S_DEFECTIVE_TOKEN, NULL, 0)},
	OCTETS(DONE("b")), STAYS, BRANCH(FAILURE_SILENT), "",
	OCTETS(PROGRESS("a") INVALID)},
    {"the final token is refused, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(GSS_S_DEFECTIVE_TOKEN, NULL, 0)}, OCTETS(DONE("a")), STAYS,
	BRANCH(FAILURE_SILENT), "", OCTETS(INVALID)},
    {"the final token is not enough, client", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(CONT, "c", 0)}, OCTETS(DONE("b")), STAYS,
	BRANCH(FRAME_MALFORMED), "awaits another token",
	OCTETS(PROGRESS("a") INVALID)},
    {"the final token is not enough, server", ACCEPT, {NONE, AVAILABLE, 0, 0},
	0, {ANSWER(CONT, "b", 0)}, OCTETS(DONE("a")), STAYS,
	BRANCH(FRAME_MALFORMED), "awaits another token", OCTETS(INVALID)},
    {"an empty done while a token is awaited", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(GSS_S_DEFECTIVE_TOKEN, NULL, 0)},
	OCTETS(DONE_EMPTY), STAYS, BRANCH(FAILURE_SILENT), "",
	OCTETS(PROGRESS("a") INVALID)},
    {"a token behind the server's done", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(OKAY, "c", 0)}, OCTETS(DONE("b")), STAYS,
	BRANCH(UNCONFIRMED), "has a token for it",
	OCTETS(PROGRESS("a") INVALID)},

    /* Only done is awaited. */
    {"another token instead of done", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "a", 0)}, OCTETS(PROGRESS("b")), STAYS,
	BRANCH(UNCONFIRMED), "only \"done\" was awaited", OCTETS(DONE("a"))},
    {"an error instead of done", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "a", 0)}, OCTETS(TRUST), STAYS, BRANCH(UNCONFIRMED),
	"ERROR_TRUST_FAILURE", OCTETS(DONE("a"))},
    {"an error without a code instead of done", INIT, {NONE, AVAILABLE, 0, 0},
	0, {ANSWER(OKAY, "a", 0)}, OCTETS("\x15\1\0\0\0"), STAYS,
	BRANCH(UNCONFIRMED), "without a code", OCTETS(DONE("a"))},
    {"no handshake message instead of done", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "a", 0)}, OCTETS("\x17\1\0\0\0"), STAYS,
	BRANCH(UNCONFIRMED), "0x17", OCTETS(DONE("a"))},
    {"silence instead of done", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "a", 0)}, OCTETS("\x14\1"), STAYS, BRANCH(UNCONFIRMED),
	"deadline", OCTETS(DONE("a"))},

    /* What is no handshake message is not answered. */
    {"id 0x00, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS("\0\1\0\0\1a"), STAYS,
	BRANCH(FRAME_MALFORMED), "0x00", OCTETS("")},
    {"id 0x13, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS("\x13\1\0\0\1a"), STAYS,
	BRANCH(FRAME_MALFORMED), "0x13", OCTETS("")},
    {"id 0x17, client", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0)}, OCTETS("\x17\1\0\0\1a"), STAYS,
	BRANCH(FRAME_MALFORMED), "0x17", OCTETS(PROGRESS("a"))},
    {"id 0xff, client", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0)}, OCTETS("\xff\1\0\0\1a"), STAYS,
	BRANCH(FRAME_MALFORMED), "0xff", OCTETS(PROGRESS("a"))},
    {"in progress without a token, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS("\x16\1\0\0\0"), STAYS,
	BRANCH(FRAME_MALFORMED), "without a token", OCTETS("")},
    {"in progress without a token, client", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0)}, OCTETS("\x16\1\0\0\0"), STAYS,
	BRANCH(FRAME_MALFORMED), "without a token", OCTETS(PROGRESS("a"))},
    {"data before the handshake", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS("\x05\0\0\0Cdata"), STAYS,
	BRANCH(FRAME_MALFORMED), "0x05", OCTETS("")},

    /* The peer's failure. */
    {"an error first, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS(TRUST), STAYS, BRANCH(PEER_FAILED),
	"major-f0000", OCTETS("")},
    {"a short error, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS("\x15\1\0\0\7\0\0\0\0\x80\x09\3"), STAYS,
	BRANCH(PEER_FAILED), "without a code", OCTETS("")},
    {"a short error, client", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0)}, OCTETS("\x15\1\0\0\0"), STAYS,
	BRANCH(PEER_FAILED), "major-d0000", OCTETS(PROGRESS("a"))},
    {"closed before a message", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS(""), CLOSES, BRANCH(PEER_CLOSED), "",
	NULL, 0},
    {"closed before a message, client", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0)}, OCTETS(""), CLOSES, BRANCH(SEND_FAILED), "",
	NULL, 0},
    {"closed in the header", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS("\x16\1\0\0"), CLOSES,
	BRANCH(PEER_CLOSED), "after 4 of 5", NULL, 0},
    {"closed in the payload", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS("\x16\1\0\0\2a"), CLOSES,
	BRANCH(PEER_CLOSED), "after 6 of 7", NULL, 0},
    {"closed in an error, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS("\x15\1\0\0\x08\0\0"), CLOSES,
	BRANCH(PEER_CLOSED), "after 7 of 13", NULL, 0},

    /* Our own failures. */
    {"the first call fails", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(GSS_S_NO_CRED, NULL, 0)}, OCTETS(""), STAYS,
	BRANCH(FAILURE_SILENT), "", OCTETS(ERROR("\x80\x09\x03\x0e"))},
    {"an error token goes as a code", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(GSS_S_DEFECTIVE_TOKEN, "E", 0)}, OCTETS(PROGRESS("a")), STAYS,
	BRANCH(FAILURE_TOKEN), "", OCTETS(INVALID)},
    {"the mechanism gives no token", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, NULL, 0)}, OCTETS(""), STAYS, BRANCH(SEND_FAILED),
	"no such frame", OCTETS("")},
    {"a token over the limit", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS("\x16\1\0\0\x09"), STAYS,
	BRANCH(TOKEN_TOO_LARGE), "limit 8", OCTETS(DENIED)},
    {"silence, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", 0)}, OCTETS("\x16"), STAYS, BRANCH(TOKEN_MISSING),
	"deadline", OCTETS(DENIED)},
    {"no context", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{{OKAY, 0, 0, "b", true, false, false}}, OCTETS(PROGRESS("a")), STAYS,
	BRANCH(CONTEXT_ABSENT), "", OCTETS(DENIED)},

    /* The level: section 4. */
    {"less than the level, with a token, client", INIT,
	{ENCRYPT, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(OKAY, "c", INTEG)}, OCTETS(PROGRESS("b")),
	STAYS, BRANCH(UNCONFIRMED), "offer level sign, and encrypt",
	OCTETS(PROGRESS("a") TRUST)},
    {"less than the level, without, client", INIT, {SIGN, AVAILABLE, 0, 0}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(OKAY, NULL, 0)}, OCTETS(PROGRESS("b")),
	STAYS, BRANCH(UNCONFIRMED), "offer level none, and sign",
	OCTETS(PROGRESS("a") TRUST)},
    {"less than the level behind done, client", INIT, {SIGN, REQUIRED, 0, 0}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(OKAY, NULL, 0)}, OCTETS(DONE("b")), STAYS,
	BRANCH(UNCONFIRMED), "offer level none, and sign",
	OCTETS(PROGRESS("a") TRUST)},
    {"less than the level, with a token, server", ACCEPT,
	{ENCRYPT, REQUIRED, 0, 0}, 0, {ANSWER(OKAY, "b", INTEG)},
	OCTETS(PROGRESS("a")), STAYS, BRANCH(UNCONFIRMED),
	"offer level sign, and encrypt", OCTETS(TRUST)},
    {"less than the level, without, server", ACCEPT, {ENCRYPT, AVAILABLE, 0, 0},
	0, {ANSWER(OKAY, NULL, 0)}, OCTETS(DONE("a")), STAYS,
	BRANCH(UNCONFIRMED), "offer level none, and encrypt", OCTETS(TRUST)},
    {"no delegation, server", ACCEPT, {SIGN, AVAILABLE, GSS_C_DELEG_FLAG, 0}, 0,
	{ANSWER(OKAY, "b", BOTH)}, OCTETS(PROGRESS("a")), STAYS,
	BRANCH(UNCONFIRMED), "lacks the flags deleg", OCTETS(TRUST)},
    {"no delegation, client", INIT, {SIGN, AVAILABLE, GSS_C_DELEG_FLAG, 0}, 0,
	{ANSWER(OKAY, "a", BOTH)}, OCTETS(""), STAYS, BRANCH(UNCONFIRMED),
	"lacks the flags deleg", OCTETS(TRUST)},
    {"delegation, server", ACCEPT, {SIGN, AVAILABLE, GSS_C_DELEG_FLAG, 0}, 0,
	{ANSWER(OKAY, "b", BOTH | GSS_C_DELEG_FLAG)}, OCTETS(PROGRESS("a")),
	STAYS, BRANCH(ESTABLISHED), "", OCTETS(DONE("b"))},
    {"a refused flag, at once, client", INIT, {SIGN, AVAILABLE, 0, CONF}, 0,
	{ANSWER(OKAY, "a", BOTH)}, OCTETS(""), STAYS, BRANCH(UNCONFIRMED),
	"has the flags conf, which are refused", OCTETS(TRUST)},
    {"a refused flag, with a token, client", INIT, {SIGN, AVAILABLE, 0, CONF},
	0, {ANSWER(CONT, "a", 0), ANSWER(OKAY, "c", BOTH)},
	OCTETS(PROGRESS("b")), STAYS, BRANCH(UNCONFIRMED), "has the flags conf",
	OCTETS(PROGRESS("a") TRUST)},
    {"a refused flag, without, client", INIT, {SIGN, AVAILABLE, 0, CONF}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(OKAY, NULL, BOTH)}, OCTETS(PROGRESS("b")),
	STAYS, BRANCH(UNCONFIRMED), "has the flags conf",
	OCTETS(PROGRESS("a") TRUST)},
    {"a refused flag behind done, client", INIT, {SIGN, AVAILABLE, 0, CONF}, 0,
	{ANSWER(CONT, "a", 0), ANSWER(OKAY, NULL, BOTH)}, OCTETS(DONE("b")),
	STAYS, BRANCH(UNCONFIRMED), "has the flags conf",
	OCTETS(PROGRESS("a") TRUST)},
    {"a refused flag, server", ACCEPT, {SIGN, AVAILABLE, 0, CONF}, 0,
	{ANSWER(OKAY, "b", BOTH)}, OCTETS(PROGRESS("a")), STAYS,
	BRANCH(UNCONFIRMED), "has the flags conf", OCTETS(TRUST)},
    {"a refused flag that is not there", INIT, {SIGN, AVAILABLE, 0, CONF}, 0,
	{ANSWER(OKAY, "a", INTEG)}, OCTETS(DONE_EMPTY), STAYS,
	BRANCH(ESTABLISHED), "", OCTETS(DONE("a"))},
    {"flags that are never refused", ACCEPT,
	{NONE, AVAILABLE, 0, ~(OM_uint32)0}, 0,
	{ANSWER(OKAY, "b", GSS_C_PROT_READY_FLAG | GSS_C_TRANS_FLAG)},
	OCTETS(PROGRESS("a")), STAYS, BRANCH(ESTABLISHED), "",
	OCTETS(DONE("b"))},
    {"the loop's own flag, before done", ACCEPT, {NONE, AVAILABLE, 0, 0}, CONF,
	{ANSWER(OKAY, NULL, 0)}, OCTETS(PROGRESS("a")), STAYS,
	BRANCH(FLAG_MISSING), "conf", OCTETS(TRUST)},
    {"the loop's own flag, behind done", ACCEPT, {NONE, AVAILABLE, 0, 0}, CONF,
	{ANSWER(OKAY, "b", 0)}, OCTETS(PROGRESS("a")), STAYS,
	BRANCH(FLAG_MISSING), "conf", OCTETS(DONE("b"))},
    {"more than the level, server", ACCEPT, {NONE, AVAILABLE, 0, 0}, 0,
	{ANSWER(OKAY, "b", BOTH)}, OCTETS(PROGRESS("a")), STAYS,
	BRANCH(ESTABLISHED), "", OCTETS(DONE("b"))},
};

static struct gssloop *
loop_new(enum gssloop_role role, OM_uint32 require)
{
	struct gssloop_params params;
	struct gssloop *loop;

	gssloop_params_init(&params, role);
	params.target = (gss_name_t)&params;
	params.require = require;
	params.wait_ms = SOON;
	params.token_max = 8;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	return loop;
}

/* Everything that we sent is there. */
static void
sent_check(const char *name, int fd, const char *sent, size_t size)
{
	char octets[4096];
	ssize_t got = recv(fd, octets, sizeof(octets), MSG_DONTWAIT);

	if (got == -1)
		got = 0;
	ck_assert_msg(got == (ssize_t)size && memcmp(octets, sent, size) == 0,
	    "%s: sent %zd octets, first 0x%02x", name, got, octets[0] & 0xff);
}

static void
row_check(const struct row *row, struct gssloop *loop)
{
	enum gssloop_branch branch = gssloop_branch(loop);

	ck_assert_msg(branch == row->branch, "%s: %s, %s", row->name,
	    gssloop_branch_info(branch)->name, gssloop_error(loop));
	ck_assert_msg(strstr(gssloop_error(loop), row->text) != NULL, "%s: %s",
	    row->name, gssloop_error(loop));
	ck_assert_int_eq(gssloop_next(loop),
	    branch == BRANCH(ESTABLISHED) ? GSSLOOP_DONE : GSSLOOP_FAILED);
	ck_assert_msg(branch == BRANCH(ESTABLISHED) || scripted.contexts == 0,
	    "%s: the context is still there", row->name);
}

/* step: octets of what the peer says that come at a time. */
static void
row_run(const struct row *row, size_t step)
{
	struct gssloop_channel *channel;
	struct gssloop *loop;
	size_t at, part;
	int fds[2];

	scripted_reset(row->answers);
	loop = loop_new(row->role, row->require);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(
	    gssloop_channel_nns(&channel, fds[0], row->role, &row->params), 0);
	gssloop_channel_limit(channel, 8, 0);
	for (at = 0; at < row->size; at += part) {
		part = row->size - at < step ? row->size - at : step;
		if (send(fds[1], row->says + at, part, MSG_NOSIGNAL) == -1)
			break;
		if (step == 1)
			gssloop_advance(loop, channel);
	}
	if (row->peer == CLOSES)
		close(fds[1]);
	gssloop_run(loop, channel, GSSLOOP_NO_DEADLINE);
	row_check(row, loop);
	if (row->peer == STAYS) {
		sent_check(row->name, fds[1], row->sent, row->sent_size);
		close(fds[1]);
	}
	gssloop_channel_free(&channel);
	gssloop_free(&loop);
	ck_assert_msg(scripted_clean(), "%s: something leaked", row->name);
}

START_TEST(handshakes)
{
	row_run(&rows[_i], SIZE_MAX);
	if (rows[_i].peer == STAYS)
		row_run(&rows[_i], 1);
}
END_TEST

/* 16 bits of length: a token that is longer is not sent. */
START_TEST(a_token_too_long)
{
	static char token[GJ_NNS_TOKEN_MAX + 2];
	const struct row row = {"too long", INIT, {NONE, AVAILABLE, 0, 0}, 0,
	    {ANSWER(CONT, token, 0)}, OCTETS(""), STAYS, BRANCH(SEND_FAILED),
	    "too large", OCTETS("")};

	memset(token, 'x', sizeof(token) - 1);
	row_run(&row, SIZE_MAX);
}
END_TEST

/*
 * A flag that the loop does not want is a level that is not as it has to be;
 * where the channel does not want it either, the peer is told once.
 */
START_TEST(an_unwanted_flag)
{
	static const struct scripted_answer answers[] = {
	    ANSWER(OKAY, NULL, BOTH), ANSWER(OKAY, NULL, BOTH),
	    ANSWER(OKAY, "b", BOTH)};
	static const OM_uint32 refuse[] = {0, CONF, CONF};
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, refuse[_i]};
	struct gssloop_channel *channel;
	struct gssloop_params wanted;
	struct gssloop *loop;
	int fds[2];

	scripted_reset(&answers[_i]);
	gssloop_params_init(&wanted, ACCEPT);
	wanted.refuse = CONF;
	ck_assert_int_eq(gssloop_new(&loop, &wanted), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(
	    gssloop_channel_nns(&channel, fds[0], ACCEPT, &params), 0);
	ck_assert_int_eq(send(fds[1], PROGRESS("a"), 6, 0), 6);
	gssloop_run(loop, channel, GSSLOOP_NO_DEADLINE);
	ck_assert_int_eq(gssloop_branch(loop), BRANCH(FLAG_UNWANTED));
	sent_check("unwanted", fds[1], OCTETS(TRUST));
	gssloop_channel_free(&channel);
	close(fds[1]);
	gssloop_free(&loop);
	ck_assert(scripted_clean());
}
END_TEST

/* Closed instead of done, seen by the call that awaits it. */
START_TEST(closed_before_done)
{
	static const struct scripted_answer answers[] = {ANSWER(OKAY, NULL, 0)};
	const struct gssloop_nns params = {NONE, AVAILABLE, 0, 0};
	struct gssloop_channel *channel;
	struct gssloop *loop;
	int fds[2];

	scripted_reset(answers);
	loop = loop_new(INIT, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(
	    gssloop_channel_nns(&channel, fds[0], INIT, &params), 0);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
	sent_check("done", fds[1], OCTETS(DONE_EMPTY));
	close(fds[1]);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_FAILED);
	ck_assert_int_eq(gssloop_branch(loop), BRANCH(UNCONFIRMED));
	ck_assert_ptr_nonnull(strstr(gssloop_error(loop), "closed"));
	gssloop_channel_free(&channel);
	gssloop_free(&loop);
	ck_assert(scripted_clean());
}
END_TEST

/* An error that has to wait for room, and leaves before the loop fails. */
START_TEST(an_error_that_is_held_back)
{
	static const struct scripted_answer answers[] = {ANSWER(OKAY, NULL, 0)};
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct gssloop_channel *channel;
	struct gssloop *loop;
	char octets[4096], last[sizeof(TRUST)] = "";
	size_t sent = 0, got = 0;
	int fds[2], fd;
	ssize_t n;
	short events;

	scripted_reset(answers);
	loop = loop_new(ACCEPT, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(
	    gssloop_channel_nns(&channel, fds[0], ACCEPT, &params), 0);
	ck_assert_int_eq(send(fds[1], PROGRESS("a"), 6, 0), 6);
	memset(octets, 0, sizeof(octets));
	while ((n = send(fds[0], octets, 1, MSG_DONTWAIT)) > 0)
		sent += (size_t)n;
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
	gssloop_channel_poll(channel, &fd, &events);
	ck_assert_int_eq(events, POLLOUT);
	for (; got < sent; got += (size_t)n) {
		n = recv(fds[1], octets,
		    sent - got < sizeof(octets) ? sent - got : sizeof(octets),
		    0);
		ck_assert_int_gt(n, 0);
	}
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_FAILED);
	ck_assert_int_eq(gssloop_branch(loop), BRANCH(UNCONFIRMED));
	n = recv(fds[1], last, sizeof(last), MSG_DONTWAIT);
	ck_assert_int_eq(n, sizeof(TRUST) - 1);
	ck_assert_mem_eq(last, TRUST, sizeof(TRUST) - 1);
	gssloop_channel_free(&channel);
	close(fds[1]);
	gssloop_free(&loop);
	ck_assert(scripted_clean());
}
END_TEST

/* --- Data ----------------------------------------------------------------- */

/* A side that is established, and the peer's socket. */
struct side {
	struct gssloop_channel *channel;
	struct gssloop *loop;
	int peer;
	struct scripted_answer answers[1];
};

static void
side_open(struct side *side, enum gssloop_role role,
    const struct gssloop_nns *params, OM_uint32 flags)
{
	const struct scripted_answer answer = ANSWER(OKAY, NULL, flags);
	int fds[2];

	memset(side, 0, sizeof(*side));
	side->answers[0] = answer;
	scripted_reset(side->answers);
	side->loop = loop_new(role, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	side->peer = fds[1];
	ck_assert_int_eq(
	    gssloop_channel_nns(&side->channel, fds[0], role, params), 0);
	if (role == INIT)
		ck_assert_int_eq(send(fds[1], DONE_EMPTY, 5, 0), 5);
	else
		ck_assert_int_eq(send(fds[1], DONE("a"), 6, 0), 6);
	ck_assert_int_eq(
	    gssloop_advance(side->loop, side->channel), GSSLOOP_DONE);
	sent_check("handshake", fds[1], OCTETS(DONE_EMPTY));
	gssloop_channel_limit(side->channel, 8, 32);
}

static void
side_close(struct side *side)
{
	gssloop_channel_free(&side->channel);
	if (side->peer != -1)
		close(side->peer);
	gssloop_free(&side->loop);
	ck_assert(scripted_clean());
}

/*
 * NTLM has nothing to delegate, whatever its library grants (.NET).  The
 * scripted mechanism is found by a loop that has used it.
 */
START_TEST(ntlm_delegates_nothing)
{
	static const struct row row = {"NTLM, deleg", INIT,
	    {NONE, AVAILABLE, GSS_C_DELEG_FLAG, 0}, 0,
	    {ANSWER(CONT, "a", 0), ANSWER(OKAY, "c", GSS_C_DELEG_FLAG)},
	    OCTETS(PROGRESS("b")), STAYS, BRANCH(UNCONFIRMED),
	    "lacks the flags deleg", OCTETS(PROGRESS("a") TRUST)};
	const gss_OID_desc ntlm = {
	    10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};
	const struct gssloop_nns params = {NONE, AVAILABLE, 0, 0};
	gss_OID_desc scripted_mech;
	struct side side;
	gss_OID mech;

	side_open(&side, INIT, &params, 0);
	mech = gssloop_mech(side.loop);
	side_close(&side);
	scripted_mech = *mech;
	*mech = ntlm;
	row_run(&row, SIZE_MAX);
	*mech = scripted_mech;
}
END_TEST

/* "data" as a message, and the end. */
#define MESSAGE                                                                \
	"\x04\0\0\x80"                                                         \
	"data"
#define END "\xff\xff\xff\xff"

/* Data messages of them. */
#define SIGNED	  "\x09\0\0\0I" MESSAGE
#define ENCRYPTED "\x09\0\0\0C" MESSAGE
#define FORGED	  "\x09\0\0\0X" MESSAGE
#define NOTHING	  "\x05\0\0\0Nnone"

#define REMEDY "acquire its credential with GSS_KRB5_CRED_NO_CI_FLAGS_X"

struct got {
	enum gssloop_io io;
	const char
	    *what; /* the message, or text in the reason; NULL: the end */
	enum gssloop_protection protection;
};

#define OK(what, protection)                                                   \
	{                                                                      \
		GSSLOOP_IO_OK, what, protection                                \
	}
#define IO(x, text)                                                            \
	{                                                                      \
		GSSLOOP_IO_##x, text, GSSLOOP_CLEAR                            \
	}

static const struct get_row {
	const char *name;
	struct gssloop_nns params;
	OM_uint32 flags;
	const char *says;
	size_t size;
	enum peer peer;
	struct got got[3]; /* the last one for ever where it is no frame */
	size_t count;
} get_rows[] = {
    /* Each level. */
    {"none", {NONE, AVAILABLE, 0, 0}, 0, OCTETS(MESSAGE MESSAGE END), STAYS,
	{OK("data", NONE), OK("data", NONE), OK(NULL, NONE)}, 3},
    {"sign", {SIGN, AVAILABLE, 0, 0}, INTEG,
	OCTETS(SIGNED SIGNED "\x05\0\0\0I" END), STAYS,
	{OK("data", SIGN), OK("data", SIGN), OK(NULL, SIGN)}, 3},
    {"encrypt", {ENCRYPT, AVAILABLE, 0, 0}, BOTH,
	OCTETS(ENCRYPTED "\x05\0\0\0C" END), STAYS,
	{OK("data", ENCRYPT), OK(NULL, ENCRYPT)}, 2},
    {"an empty message", {NONE, AVAILABLE, 0, 0}, 0,
	OCTETS("\0\0\0\x80" MESSAGE), STAYS, {OK("", NONE), OK("data", NONE)},
	2},

    /* The flags mean: available. */
    {"available: signed", {SIGN, AVAILABLE, 0, 0}, BOTH, OCTETS(SIGNED), STAYS,
	{OK("data", SIGN)}, 1},
    {"available: more than the level", {SIGN, AVAILABLE, 0, 0}, BOTH,
	OCTETS(ENCRYPTED), STAYS, {OK("data", ENCRYPT)}, 1},
    {"available: more than the context offers", {SIGN, AVAILABLE, 0, 0}, INTEG,
	OCTETS(ENCRYPTED), STAYS, {OK("data", SIGN)}, 1},
    {"available: in clear", {NONE, AVAILABLE, 0, 0}, BOTH, OCTETS(MESSAGE),
	STAYS, {OK("data", NONE)}, 1},
    {"available: less than the level", {ENCRYPT, AVAILABLE, 0, 0}, BOTH,
	OCTETS(SIGNED ENCRYPTED), STAYS,
	{IO(WEAK, "only signed, and level encrypt is demanded"),
	    OK("data", ENCRYPT)},
	2},
    {"available: not protected", {SIGN, AVAILABLE, 0, 0}, BOTH, OCTETS(MESSAGE),
	STAYS,
	{IO(WEAK, "not protected, and level sign is demanded"),
	    IO(WEAK, "not protected, and level sign is demanded")},
	2},
    {"available: protected against level none", {NONE, AVAILABLE, 0, 0}, BOTH,
	OCTETS(SIGNED), STAYS, {IO(MALFORMED, "protected on the other")}, 1},

    /* The flags mean: required. */
    {"required: only signed", {SIGN, REQUIRED, 0, 0}, BOTH,
	OCTETS(SIGNED ENCRYPTED), STAYS,
	{IO(WEAK, REMEDY), OK("data", ENCRYPT)}, 2},
    {"required: only signed, level none", {NONE, REQUIRED, 0, 0}, BOTH,
	OCTETS(SIGNED), STAYS, {IO(WEAK, "only signed")}, 1},
    {"required: signed, as the flags say", {NONE, REQUIRED, 0, 0}, INTEG,
	OCTETS(SIGNED), STAYS, {OK("data", SIGN)}, 1},
    {"required: encrypted", {SIGN, REQUIRED, 0, 0}, BOTH, OCTETS(ENCRYPTED),
	STAYS, {OK("data", ENCRYPT)}, 1},
    {"required: not protected", {NONE, REQUIRED, 0, 0}, BOTH, OCTETS(MESSAGE),
	STAYS, {IO(WEAK, REMEDY)}, 1},
    {"required: not protected, 256 octets", {NONE, REQUIRED, 0, 0}, BOTH,
	OCTETS("\0\1\0\x80"), STAYS, {IO(WEAK, "not protected")}, 1},
    {"required: not protected, flag integ", {NONE, REQUIRED, 0, 0}, INTEG,
	OCTETS(MESSAGE), STAYS, {IO(WEAK, "flag integ")}, 1},
    {"required: not protected, as the flags say", {NONE, REQUIRED, 0, 0}, 0,
	OCTETS(MESSAGE), STAYS, {OK("data", NONE)}, 1},

    /* Data messages: section 2.2.2. */
    {"size 0", {SIGN, AVAILABLE, 0, 0}, BOTH, OCTETS("\0\0\0\0"), STAYS,
	{IO(MALFORMED, "data of 0 octets"), IO(MALFORMED, "data of 0 octets")},
	2},
    {"size 4", {SIGN, AVAILABLE, 0, 0}, BOTH, OCTETS("\4\0\0\0Idat"), STAYS,
	{IO(MALFORMED, "data of 4 octets")}, 1},
    {"size 65537", {SIGN, AVAILABLE, 0, 0}, BOTH, OCTETS("\1\0\1\0"), STAYS,
	{IO(TOO_LARGE, "65537 octets, limit 65536")}, 1},
    {"what cannot be unwrapped is thrown away", {SIGN, AVAILABLE, 0, 0}, BOTH,
	OCTETS(FORGED SIGNED), STAYS,
	{IO(REFUSED, "gss_unwrap"), OK("data", SIGN)}, 2},
    {"nothing at all", {SIGN, AVAILABLE, 0, 0}, BOTH,
	OCTETS(NOTHING NOTHING SIGNED), STAYS, {OK("data", SIGN)}, 1},

    /* Borders. */
    {"a message in two parts", {SIGN, AVAILABLE, 0, 0}, BOTH,
	OCTETS("\x06\0\0\0C\x04\0\0\x80"
	       "d\x05\0\0\0Iata\xff"
	       "\x05\0\0\0C\xff\xff\xffx"),
	STAYS, {OK("data", SIGN), OK(NULL, SIGN)}, 2},
    {"two messages in one part", {SIGN, AVAILABLE, 0, 0}, BOTH,
	OCTETS("\x11\0\0\0I" MESSAGE MESSAGE), STAYS,
	{OK("data", SIGN), OK("data", SIGN)}, 2},
    {"the middle of a message is refused", {SIGN, AVAILABLE, 0, 0}, BOTH,
	OCTETS("\x06\0\0\0C\x04\0\0\x80"
	       "d\x05\0\0\0Xxxxx\x05\0\0\0Cata" END),
	STAYS,
	{IO(REFUSED, "gss_unwrap"), IO(REFUSED, "gss_unwrap"),
	    IO(REFUSED, "gss_unwrap")},
	3},
    {"no border", {SIGN, AVAILABLE, 0, 0}, BOTH, OCTETS("\x05\0\0\0Idata"),
	STAYS, {IO(MALFORMED, "begins no message in clear")}, 1},
    {"over the limit", {NONE, AVAILABLE, 0, 0}, 0, OCTETS("\x21\0\0\x80"),
	STAYS, {IO(TOO_LARGE, "33 octets, limit 32")}, 1},
    {"over the limit, the most", {NONE, AVAILABLE, 0, 0}, 0,
	OCTETS("\xfe\xff\xff\xff"), STAYS,
	{IO(TOO_LARGE, "2147483646 octets, limit 32")}, 1},

    /* The end of the stream. */
    {"closed between two messages", {SIGN, AVAILABLE, 0, 0}, BOTH,
	OCTETS(SIGNED), CLOSES, {OK("data", SIGN), IO(CLOSED, "between two")},
	2},
    {"closed in the size", {SIGN, AVAILABLE, 0, 0}, BOTH, OCTETS("\x09\0\0"),
	CLOSES, {IO(CLOSED, "after 3 of 4")}, 1},
    {"closed in the data", {SIGN, AVAILABLE, 0, 0}, BOTH, OCTETS("\x09\0\0\0I"),
	CLOSES, {IO(CLOSED, "after 5 of 13")}, 1},
    {"closed within a message", {SIGN, AVAILABLE, 0, 0}, BOTH,
	OCTETS("\x06\0\0\0I\x04\0\0\x80"
	       "d"),
	CLOSES, {IO(CLOSED, "within a message")}, 1},
    {"closed within a message in clear", {NONE, AVAILABLE, 0, 0}, 0,
	OCTETS("\x04\0\0\x80"
	       "dat"),
	CLOSES, {IO(CLOSED, "within a message")}, 1},
};

static void
got_check(const struct get_row *row, const struct got *got,
    struct gssloop_channel *channel, enum gssloop_io io,
    const struct gssloop_frame *frame)
{
	const char *reason = gssloop_channel_reason(channel);

	ck_assert_msg(io == got->io, "%s: %d, %s", row->name, io, reason);
	if (io != GSSLOOP_IO_OK) {
		ck_assert_msg(strstr(reason, got->what) != NULL, "%s: %s",
		    row->name, reason);
		return;
	}
	ck_assert_int_eq(frame->kind,
	    got->what != NULL ? GSSLOOP_FRAME_MESSAGE : GSSLOOP_FRAME_END);
	ck_assert_msg(frame->protection == got->protection, "%s: %d", row->name,
	    frame->protection);
	if (got->what == NULL)
		return;
	ck_assert_uint_eq(frame->data.size, strlen(got->what));
	ck_assert_mem_eq(frame->data.data, got->what, frame->data.size);
}

/* What is there is got: all that is expected, or as much as there is. */
static size_t
got_all(const struct get_row *row, struct side *side, size_t n)
{
	struct gssloop_frame frame;
	enum gssloop_io io;

	for (; n < row->count; n++) {
		io = gssloop_channel_get(side->channel, &frame);
		if (io == GSSLOOP_IO_AGAIN)
			break;
		got_check(row, &row->got[n], side->channel, io, &frame);
	}
	return n;
}

static void
get_row_run(const struct get_row *row, enum gssloop_role role, size_t step)
{
	size_t at, part, n = 0;
	struct side side;

	side_open(&side, role, &row->params, row->flags);
	for (at = 0; at < row->size; at += part) {
		part = row->size - at < step ? row->size - at : step;
		ck_assert_int_eq(
		    send(side.peer, row->says + at, part, 0), (ssize_t)part);
		n = got_all(row, &side, n);
	}
	if (row->peer == CLOSES) {
		close(side.peer);
		side.peer = -1;
	}
	n = got_all(row, &side, n);
	ck_assert_msg(
	    n == row->count, "%s: %zu of %zu", row->name, n, row->count);
	side_close(&side);
}

START_TEST(message_gets)
{
	get_row_run(&get_rows[_i], INIT, SIZE_MAX);
	get_row_run(&get_rows[_i], ACCEPT, SIZE_MAX);
	get_row_run(&get_rows[_i], ACCEPT, 1);
}
END_TEST

/* Messages of nothing, without end, do not keep the process. */
START_TEST(get_gives_way)
{
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	struct side side;
	short events;
	int fd, i;

	side_open(&side, ACCEPT, &params, BOTH);
	for (i = 0; i < 2 * GJ_NNS_PARTS; i++)
		ck_assert_int_eq(send(side.peer, OCTETS(NOTHING), 0), 9);
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(gssloop_channel_get(side.channel, &frame),
		    GSSLOOP_IO_AGAIN);
		ck_assert_int_eq(
		    gssloop_channel_poll(side.channel, &fd, &events), 0);
	}
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_AGAIN);
	ck_assert_int_eq(gssloop_channel_poll(side.channel, &fd, &events), -1);
	ck_assert_int_eq(send(side.peer, OCTETS(SIGNED), 0), 13);
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_OK);
	side_close(&side);
}
END_TEST

/* GSS's information bits: replayed, old, out of sequence. */
START_TEST(a_replay)
{
	static const OM_uint32 bits[] = {GSS_S_DUPLICATE_TOKEN, GSS_S_OLD_TOKEN,
	    GSS_S_UNSEQ_TOKEN, GSS_S_GAP_TOKEN};
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	struct side side;

	side_open(&side, ACCEPT, &params, BOTH);
	ck_assert_int_eq(send(side.peer, SIGNED, 13, 0), 13);
	scripted.message_major = bits[_i];
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_REFUSED);
	side_close(&side);
}
END_TEST

/* No message before the limit is set, at each level. */
START_TEST(messages_early)
{
	static const struct {
		enum gssloop_protection level;
		const char *says;
		size_t size;
	} early[] = {{NONE, OCTETS(MESSAGE)}, {NONE, OCTETS(END)},
	    {SIGN, OCTETS(SIGNED)}, {ENCRYPT, OCTETS(ENCRYPTED)}};
	const struct gssloop_nns params = {early[_i].level, AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	struct side side;

	side_open(&side, ACCEPT, &params, BOTH);
	gssloop_channel_limit(side.channel, 8, 0);
	ck_assert_int_eq(send(side.peer, early[_i].says, early[_i].size, 0),
	    (ssize_t)early[_i].size);
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_EARLY);
	gssloop_channel_limit(side.channel, 8, 32);
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_OK);
	side_close(&side);
}
END_TEST

/* Neither unwrapped before it is allowed, nor out of what was unwrapped. */
START_TEST(parts_early)
{
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	struct side side;

	side_open(&side, ACCEPT, &params, BOTH);
	ck_assert_int_eq(
	    send(side.peer, "\x11\0\0\0I" MESSAGE MESSAGE FORGED, 34, 0), 34);
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_OK);
	gssloop_channel_limit(side.channel, 8, 0);
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_EARLY);
	gssloop_channel_limit(side.channel, 8, 32);
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_OK);
	gssloop_channel_limit(side.channel, 8, 0);
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_EARLY);
	gssloop_channel_limit(side.channel, 8, 32);
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_REFUSED);
	side_close(&side);
}
END_TEST

/* A message that came in one segment with the last handshake message. */
START_TEST(data_behind_the_handshake)
{
	static const struct scripted_answer answers[] = {
	    ANSWER(CONT, "a", 0), ANSWER(OKAY, NULL, INTEG)};
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	struct side side;
	int fds[2];

	scripted_reset(answers);
	side.loop = loop_new(INIT, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	side.peer = fds[1];
	ck_assert_int_eq(send(fds[1], DONE("b") SIGNED, 6 + 13, 0), 6 + 13);
	ck_assert_int_eq(
	    gssloop_channel_nns(&side.channel, fds[0], INIT, &params), 0);
	ck_assert_int_eq(
	    gssloop_advance(side.loop, side.channel), GSSLOOP_DONE);
	gssloop_channel_limit(side.channel, 8, 32);
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_OK);
	ck_assert_mem_eq(frame.data.data, "data", 4);
	side_close(&side);
}
END_TEST

enum knob {
	PLAIN,
	CONF_WRONG,
	WRAP_BAD,
	LIMIT_BAD,
	NO_ROOM,
	TAKEN
};

static const struct put_row {
	const char *name;
	struct gssloop_nns params;
	OM_uint32 flags;
	enum gssloop_frame_kind kind;
	enum gssloop_protection wish;
	enum knob knob;
	enum gssloop_io io;
	const char *text; /* in the reason */
	const char *sent;
	size_t size;
} put_rows[] = {
#define PUT	GSSLOOP_FRAME_MESSAGE
#define PUT_END GSSLOOP_FRAME_END
#define WELL	GSSLOOP_IO_OK, ""
    {"none", {NONE, AVAILABLE, 0, 0}, 0, PUT, NONE, PLAIN, WELL,
	OCTETS(MESSAGE)},
    {"none, with flags", {NONE, AVAILABLE, 0, 0}, BOTH, PUT, NONE, PLAIN, WELL,
	OCTETS(MESSAGE)},
    {"none, to be encrypted", {NONE, AVAILABLE, 0, 0}, BOTH, PUT, ENCRYPT,
	PLAIN, GSSLOOP_IO_CANNOT, "level none", OCTETS("")},
    {"sign", {SIGN, AVAILABLE, 0, 0}, BOTH, PUT, SIGN, PLAIN, WELL,
	OCTETS(SIGNED)},
    {"sign, no wish", {SIGN, AVAILABLE, 0, 0}, BOTH, PUT, NONE, PLAIN, WELL,
	OCTETS(SIGNED)},
    {"sign, to be encrypted", {SIGN, AVAILABLE, 0, 0}, BOTH, PUT, ENCRYPT,
	PLAIN, WELL, OCTETS(ENCRYPTED)},
    {"sign, to be encrypted without the flag", {SIGN, AVAILABLE, 0, 0}, INTEG,
	PUT, ENCRYPT, PLAIN, GSSLOOP_IO_REFUSED, "lacks flag conf", OCTETS("")},
    {"sign without the flag", {SIGN, AVAILABLE, 0, 0}, CONF, PUT, SIGN, PLAIN,
	GSSLOOP_IO_REFUSED, "lacks flag integ", OCTETS("")},
    {"encrypt", {ENCRYPT, AVAILABLE, 0, 0}, BOTH, PUT, ENCRYPT, PLAIN, WELL,
	OCTETS(ENCRYPTED)},
    {"encrypt, less wished", {ENCRYPT, AVAILABLE, 0, 0}, BOTH, PUT, SIGN, PLAIN,
	WELL, OCTETS(ENCRYPTED)},
    {"required: sign, flag conf", {SIGN, REQUIRED, 0, 0}, BOTH, PUT, SIGN,
	PLAIN, WELL, OCTETS(ENCRYPTED)},
    {"required: none, flag integ", {NONE, REQUIRED, 0, 0}, INTEG, PUT, NONE,
	PLAIN, WELL, OCTETS(SIGNED)},
    {"required: none, no flags", {NONE, REQUIRED, 0, 0}, 0, PUT, NONE, PLAIN,
	WELL, OCTETS(MESSAGE)},
    {"a MIC", {SIGN, AVAILABLE, 0, 0}, BOTH, PUT, GSSLOOP_MIC, PLAIN,
	GSSLOOP_IO_CANNOT, "MIC", OCTETS("")},
    {"end, none", {NONE, AVAILABLE, 0, 0}, 0, PUT_END, NONE, PLAIN, WELL,
	OCTETS(END)},
    {"end, sign", {SIGN, AVAILABLE, 0, 0}, BOTH, PUT_END, NONE, PLAIN, WELL,
	OCTETS("\x05\0\0\0I" END)},
    {"end, encrypt", {ENCRYPT, AVAILABLE, 0, 0}, BOTH, PUT_END, NONE, PLAIN,
	WELL, OCTETS("\x05\0\0\0C" END)},
    {"an error", {SIGN, AVAILABLE, 0, 0}, BOTH, GSSLOOP_FRAME_ERROR, NONE,
	PLAIN, GSSLOOP_IO_CANNOT, "no place", OCTETS("")},
    {"a token", {SIGN, AVAILABLE, 0, 0}, BOTH, GSSLOOP_FRAME_TOKEN, NONE, PLAIN,
	GSSLOOP_IO_CANNOT, "no token has a place", OCTETS("")},
    {"more than is asked, sign", {SIGN, AVAILABLE, 0, 0}, BOTH, PUT, SIGN,
	CONF_WRONG, WELL, OCTETS(SIGNED)},
    {"conf_state is wrong, encrypt", {ENCRYPT, AVAILABLE, 0, 0}, BOTH, PUT,
	ENCRYPT, CONF_WRONG, GSSLOOP_IO_REFUSED, "conf_state is 0, asked was 1",
	OCTETS("")},
    {"gss_wrap fails", {SIGN, AVAILABLE, 0, 0}, BOTH, PUT, SIGN, WRAP_BAD,
	GSSLOOP_IO_REFUSED, "gss_wrap: ", OCTETS("")},
    {"gss_wrap_size_limit fails", {SIGN, AVAILABLE, 0, 0}, BOTH, PUT, SIGN,
	LIMIT_BAD, GSSLOOP_IO_REFUSED, "gss_wrap_size_limit: ", OCTETS("")},
    {"gss_wrap_size_limit is 0", {SIGN, AVAILABLE, 0, 0}, BOTH, PUT, SIGN,
	NO_ROOM, GSSLOOP_IO_REFUSED, "leaves no room", OCTETS("")},
    {"the context is taken", {SIGN, AVAILABLE, 0, 0}, BOTH, PUT, SIGN, TAKEN,
	GSSLOOP_IO_REFUSED, "taken the context over", OCTETS("")},
};

static void
frame_make(struct gssloop_frame *frame, enum gssloop_frame_kind kind,
    enum gssloop_protection protection, const char *data, size_t size)
{
	memset(frame, 0, sizeof(*frame));
	frame->kind = kind;
	frame->protection = protection;
	frame->data.data = (const uint8_t *)data;
	frame->data.size = size;
}

static void
put_row_run(const struct put_row *row, enum gssloop_role role)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	struct gssloop_frame frame;
	struct side side;
	OM_uint32 minor;
	enum gssloop_io io;

	side_open(&side, role, &row->params, row->flags);
	scripted.conf_wrong = row->knob == CONF_WRONG;
	scripted.message_major = row->knob == WRAP_BAD ? GSS_S_FAILURE : 0;
	scripted.limit_major = row->knob == LIMIT_BAD ? GSS_S_FAILURE : 0;
	scripted.overhead = row->knob == NO_ROOM ? GJ_NNS_DATA_SEND_MAX : 1;
	if (row->knob == TAKEN)
		context = gssloop_take_context(side.loop);
	frame_make(&frame, row->kind, row->wish, "data", 4);
	io = gssloop_channel_put(side.channel, &frame);
	ck_assert_msg(io == row->io, "%s: %d, %s", row->name, io,
	    gssloop_channel_reason(side.channel));
	ck_assert_msg(
	    strstr(gssloop_channel_reason(side.channel), row->text) != NULL,
	    "%s: %s", row->name, gssloop_channel_reason(side.channel));
	ck_assert_int_eq(gssloop_channel_flush(side.channel), GSSLOOP_IO_OK);
	sent_check(row->name, side.peer, row->sent, row->size);
	if (context != GSS_C_NO_CONTEXT)
		gss_delete_sec_context(&minor, &context, NULL);
	side_close(&side);
}

START_TEST(message_puts)
{
	put_row_run(&put_rows[_i], INIT);
	put_row_run(&put_rows[_i], ACCEPT);
}
END_TEST

/* A message for which the context is gone cannot be got either. */
START_TEST(a_message_without_a_context)
{
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	gss_ctx_id_t context;
	struct side side;
	OM_uint32 minor;

	side_open(&side, ACCEPT, &params, BOTH);
	context = gssloop_take_context(side.loop);
	ck_assert_int_eq(send(side.peer, SIGNED, 13, 0), 13);
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_REFUSED);
	gss_delete_sec_context(&minor, &context, NULL);
	side_close(&side);
}
END_TEST

/* Nothing is written before the handshake is done. */
START_TEST(put_early)
{
	static const struct scripted_answer answers[] = {ANSWER(CONT, "a", 0)};
	const struct gssloop_nns params = {NONE, AVAILABLE, 0, 0};
	struct gssloop_frame message, token, error;
	struct side side;
	int fds[2];

	scripted_reset(answers);
	side.loop = loop_new(INIT, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	side.peer = fds[1];
	ck_assert_int_eq(
	    gssloop_channel_nns(&side.channel, fds[0], INIT, &params), 0);
	frame_make(&message, PUT, NONE, "data", 4);
	frame_make(&token, GSSLOOP_FRAME_TOKEN, NONE, "a", 1);
	frame_make(&error, GSSLOOP_FRAME_ERROR, NONE, "no", 2);
	ck_assert_int_eq(
	    gssloop_channel_put(side.channel, &message), GSSLOOP_IO_CANNOT);
	ck_assert_int_eq(
	    gssloop_channel_put(side.channel, &token), GSSLOOP_IO_CANNOT);
	ck_assert_int_eq(
	    gssloop_channel_put(side.channel, &error), GSSLOOP_IO_CANNOT);
	ck_assert_int_eq(
	    gssloop_advance(side.loop, side.channel), GSSLOOP_RECEIVE);
	ck_assert_int_eq(
	    gssloop_channel_put(side.channel, &message), GSSLOOP_IO_CANNOT);
	ck_assert_int_eq(gssloop_channel_flush(side.channel), GSSLOOP_IO_OK);
	sent_check("early", side.peer, OCTETS(PROGRESS("a")));
	side_close(&side);
}
END_TEST

/* --- Two sides ------------------------------------------------------------ */

struct ends {
	struct gssloop_channel *channel[2];
	struct gssloop *loop[2];
};

static void
ends_open(struct ends *ends, const struct gssloop_nns *params)
{
	int fds[2], i;

	memset(ends, 0, sizeof(*ends));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	for (i = 0; i < 2; i++)
		ck_assert_int_eq(gssloop_channel_nns(&ends->channel[i], fds[i],
				     i == 0 ? INIT : ACCEPT, params),
		    0);
}

static void
ends_negotiate(struct ends *ends, enum gssloop_next next)
{
	int i;

	for (i = 0; i < 2; i++)
		ends->loop[i] = loop_new(i == 0 ? INIT : ACCEPT, 0);
	for (i = 0; i < 8; i++)
		gssloop_advance(ends->loop[i % 2], ends->channel[i % 2]);
	for (i = 0; i < 2; i++) {
		ck_assert_msg(gssloop_next(ends->loop[i]) == next, "%s",
		    gssloop_error(ends->loop[i]));
		gssloop_channel_limit(ends->channel[i], 8, 1024 * 1024);
	}
}

static void
ends_close(struct ends *ends)
{
	int i;

	for (i = 0; i < 2; i++) {
		gssloop_channel_free(&ends->channel[i]);
		gssloop_free(&ends->loop[i]);
	}
	ck_assert(scripted_clean());
}

/* There and back, cut into data messages and put together again. */
START_TEST(long_messages)
{
	static const struct {
		enum gssloop_protection level;
		size_t size;
	} lengths[] = {{NONE, 0}, {NONE, 300000}, {SIGN, 0}, {SIGN, 64508},
	    {SIGN, 64520}, {SIGN, 300000}, {ENCRYPT, 64508}, {ENCRYPT, 300000}};
	static const struct scripted_answer answers[] = {
	    ANSWER(OKAY, "a", BOTH), ANSWER(OKAY, NULL, BOTH)};
	const struct gssloop_nns params = {lengths[_i].level, AVAILABLE, 0, 0};
	size_t size = lengths[_i].size, i;
	char *data = malloc(size + 1);
	struct gssloop_frame frame;
	struct ends ends;
	enum gssloop_io io;

	for (i = 0; i < size; i++)
		data[i] = (char)(i % 251);
	scripted_reset(answers);
	ends_open(&ends, &params);
	ends_negotiate(&ends, GSSLOOP_DONE);
	frame_make(&frame, PUT, params.level, data, size);
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(gssloop_channel_put(ends.channel[i], &frame),
		    GSSLOOP_IO_OK);
		do {
			io = gssloop_channel_flush(ends.channel[i]);
			ck_assert(
			    io == GSSLOOP_IO_OK || io == GSSLOOP_IO_AGAIN);
			io = gssloop_channel_get(ends.channel[1 - i], &frame);
		} while (io == GSSLOOP_IO_AGAIN);
		ck_assert_int_eq(io, GSSLOOP_IO_OK);
		ck_assert_uint_eq(frame.data.size, size);
		ck_assert(
		    size == 0 || memcmp(frame.data.data, data, size) == 0);
		ck_assert_int_eq(frame.protection, params.level);
	}
	free(data);
	ends_close(&ends);
}
END_TEST

/* Each data message is as large as GSS's overhead allows. */
START_TEST(pieces)
{
	static const struct {
		OM_uint32 overhead;
		uint32_t size; /* of the first data message */
	} cuts[] = {{1, 64513}, {48, 64513}, {49, 64512}, {60, 64501}};
	static char data[100000];
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	uint8_t octets[4];
	struct side side;

	side_open(&side, INIT, &params, BOTH);
	scripted.overhead = cuts[_i].overhead;
	frame_make(&frame, PUT, SIGN, data, sizeof(data));
	ck_assert_int_eq(
	    gssloop_channel_put(side.channel, &frame), GSSLOOP_IO_OK);
	gssloop_channel_flush(side.channel);
	ck_assert_int_eq(recv(side.peer, octets, 4, 0), 4);
	ck_assert_uint_eq(octets[0] | octets[1] << 8 | octets[2] << 16 |
			      (uint32_t)octets[3] << 24,
	    cuts[_i].size);
	side_close(&side);
}
END_TEST

/*
 * gss_wrap fails: nothing is sent.  Where a part was wrapped before it, the
 * peer's context would miss that, so ours is of no use any more.
 */
START_TEST(a_part_that_fails)
{
	static char data[70000];
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	struct side side;

	side_open(&side, INIT, &params, BOTH);
	frame_make(&frame, PUT, SIGN, data, sizeof(data));
	scripted.message_fails = (unsigned int)_i;
	ck_assert_int_eq(
	    gssloop_channel_put(side.channel, &frame), GSSLOOP_IO_REFUSED);
	frame_make(&frame, PUT, SIGN, "data", 4);
	ck_assert_int_eq(gssloop_channel_put(side.channel, &frame),
	    _i == 1 ? GSSLOOP_IO_OK : GSSLOOP_IO_CANNOT);
	ck_assert_int_eq(gssloop_channel_flush(side.channel), GSSLOOP_IO_OK);
	if (_i == 1)
		sent_check("next", side.peer, OCTETS(SIGNED));
	else
		sent_check("next", side.peer, OCTETS(""));
	side_close(&side);
}
END_TEST

/* GSS has counted what it made, whatever becomes of that. */
START_TEST(a_part_that_is_not_sent)
{
	const struct gssloop_nns params = {ENCRYPT, AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	struct side side;

	side_open(&side, INIT, &params, BOTH);
	frame_make(&frame, PUT, ENCRYPT, "data", 4);
	scripted.conf_wrong = true;
	ck_assert_int_eq(
	    gssloop_channel_put(side.channel, &frame), GSSLOOP_IO_REFUSED);
	scripted.conf_wrong = false;
	ck_assert_int_eq(
	    gssloop_channel_put(side.channel, &frame), GSSLOOP_IO_CANNOT);
	ck_assert_int_eq(gssloop_channel_flush(side.channel), GSSLOOP_IO_OK);
	sent_check("not sent", side.peer, OCTETS(""));
	side_close(&side);
}
END_TEST

/* The last octet alone, wrapped to two: .NET takes no data message of two. */
START_TEST(a_part_too_small)
{
	static char data[GJ_NNS_PIECE_MAX + 1 - GJ_NNSTEST_HEADER];
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	struct side side;

	side_open(&side, INIT, &params, BOTH);
	frame_make(&frame, PUT, SIGN, data, sizeof(data));
	ck_assert_int_eq(
	    gssloop_channel_put(side.channel, &frame), GSSLOOP_IO_TOO_LARGE);
	ck_assert_int_eq(gssloop_channel_flush(side.channel), GSSLOOP_IO_OK);
	sent_check("too small", side.peer, OCTETS(""));
	side_close(&side);
}
END_TEST

/* Section 3.1.5.1: the same stream serves for another try. */
START_TEST(another_try)
{
	static const struct scripted_answer answers[] = {ANSWER(CONT, "a", 0),
	    ANSWER(GSS_S_NO_CRED, NULL, 0), ANSWER(CONT, "a", 0),
	    ANSWER(OKAY, "b", BOTH), ANSWER(OKAY, NULL, BOTH)};
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct gssloop *failed[2];
	struct ends ends;

	scripted_reset(answers);
	ends_open(&ends, &params);
	ends_negotiate(&ends, GSSLOOP_FAILED);
	ck_assert_int_eq(gssloop_branch(ends.loop[0]), BRANCH(PEER_FAILED));
	ck_assert_int_eq(gssloop_branch(ends.loop[1]), BRANCH(FAILURE_SILENT));
	memcpy(failed, ends.loop, sizeof(failed));
	ends_negotiate(&ends, GSSLOOP_DONE);
	gssloop_free(&failed[0]);
	gssloop_free(&failed[1]);
	ends_close(&ends);
}
END_TEST

/* The same where the second loop lies in the first one's memory. */
START_TEST(another_try_in_its_place)
{
	static const struct scripted_answer answers[] = {ANSWER(CONT, "a", 0),
	    ANSWER(GSS_S_NO_CRED, NULL, 0), ANSWER(CONT, "a", 0),
	    ANSWER(OKAY, "b", BOTH), ANSWER(OKAY, NULL, BOTH)};
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct ends ends;

	scripted_reset(answers);
	ends_open(&ends, &params);
	ends_negotiate(&ends, GSSLOOP_FAILED);
	gssloop_free(&ends.loop[1]);
	gssloop_free(&ends.loop[0]);
	ends_negotiate(&ends, GSSLOOP_DONE);
	ends_close(&ends);
}
END_TEST

/* A second negotiation begins anew, its level included. */
START_TEST(another_context)
{
	static const struct scripted_answer answers[] = {
	    ANSWER(OKAY, "a", BOTH), ANSWER(OKAY, NULL, BOTH),
	    ANSWER(CONT, "a", 0), ANSWER(OKAY, "b", BOTH),
	    ANSWER(OKAY, NULL, BOTH), ANSWER(CONT, "a", 0),
	    ANSWER(OKAY, "b", INTEG)};
	const struct gssloop_nns params = {ENCRYPT, AVAILABLE, 0, 0};
	struct gssloop *earlier[4];
	struct ends ends;
	int i;

	scripted_reset(answers);
	ends_open(&ends, &params);
	ends_negotiate(&ends, GSSLOOP_DONE);
	memcpy(earlier, ends.loop, sizeof(ends.loop));
	ends_negotiate(&ends, GSSLOOP_DONE);
	memcpy(earlier + 2, ends.loop, sizeof(ends.loop));
	ends_negotiate(&ends, GSSLOOP_FAILED);
	ck_assert_int_eq(gssloop_branch(ends.loop[0]), BRANCH(PEER_FAILED));
	ck_assert_int_eq(gssloop_branch(ends.loop[1]), BRANCH(UNCONFIRMED));
	for (i = 0; i < 4; i++)
		gssloop_free(&earlier[i]);
	ends_close(&ends);
}
END_TEST

/* --- Failures of the system ----------------------------------------------- */

START_TEST(parameters)
{
	const struct gssloop_nns mic = {GSSLOOP_MIC, AVAILABLE, 0, 0};
	const struct gssloop_nns none = {NONE, AVAILABLE, 0, 0};
	const struct gssloop_nns both = {NONE, AVAILABLE, BOTH, CONF};
	struct gssloop_channel *channel;
	unsigned long n;
	int fds[2], error;

	ck_assert_int_eq(gssloop_channel_nns(&channel, 0, INIT, &mic), EINVAL);
	ck_assert_ptr_null(channel);
	ck_assert_int_eq(gssloop_channel_nns(&channel, 0, INIT, &both), EINVAL);
	ck_assert_ptr_null(channel);
	ck_assert_int_eq(gssloop_channel_nns(&channel, -1, INIT, &none), EBADF);
	ck_assert_ptr_null(channel);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	for (n = 1;; n++) {
		failing_malloc_arm(n);
		error = gssloop_channel_nns(&channel, fds[0], INIT, &none);
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		ck_assert_int_eq(error, ENOMEM);
		ck_assert_ptr_null(channel);
	}
	ck_assert_int_eq(n, 3);
	ck_assert_str_eq(gssloop_channel_name(channel), "nns");
	ck_assert_uint_eq(gssloop_channel_carries(channel),
	    GSSLOOP_CARRIES_ERRORS | GSSLOOP_PROTECTS);
	ck_assert_str_eq(gssloop_channel_reason(channel), "");
	gssloop_channel_free(&channel);
	close(fds[1]);
}
END_TEST

/* Each allocation of a put fails; nothing of the message is sent. */
START_TEST(put_without_memory)
{
	static const enum gssloop_protection levels[] = {NONE, SIGN};
	static char data[70000];
	const struct gssloop_nns params = {levels[_i], AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	struct side side;
	enum gssloop_io io;
	unsigned long n;
	bool fired;

	for (n = 1;; n++) {
		side_open(&side, INIT, &params, BOTH);
		frame_make(&frame, PUT, params.level, data, sizeof(data));
		failing_malloc_arm(n);
		io = gssloop_channel_put(side.channel, &frame);
		fired = failing_malloc_fired();
		failing_malloc_arm(0);
		if (!fired)
			break;
		ck_assert_int_eq(io, GSSLOOP_IO_NO_MEMORY);
		ck_assert_int_eq(
		    gssloop_channel_flush(side.channel), GSSLOOP_IO_OK);
		sent_check("no memory", side.peer, OCTETS(""));
		side_close(&side);
	}
	ck_assert_int_eq(io, GSSLOOP_IO_OK);
	ck_assert_uint_ge(n, params.level == NONE ? 3 : 5);
	side_close(&side);
}
END_TEST

START_TEST(get_without_memory)
{
	static const struct {
		enum gssloop_protection level;
		const char *says;
		size_t size;
	} says[] = {{NONE, OCTETS(MESSAGE)}, {SIGN, OCTETS(SIGNED)}};
	const struct gssloop_nns params = {says[_i].level, AVAILABLE, 0, 0};
	struct gssloop_frame frame;
	struct side side;
	enum gssloop_io io;
	unsigned long n;
	bool fired;

	for (n = 1;; n++) {
		side_open(&side, ACCEPT, &params, BOTH);
		gj_buffer_free(&((struct gj_stream *)side.channel->self)->in);
		((struct gj_stream *)side.channel->self)->taken = 0;
		ck_assert_int_eq(
		    send(side.peer, says[_i].says, says[_i].size, 0),
		    (ssize_t)says[_i].size);
		failing_malloc_arm(n);
		io = gssloop_channel_get(side.channel, &frame);
		fired = failing_malloc_fired();
		failing_malloc_arm(0);
		if (!fired)
			break;
		ck_assert_int_eq(io, GSSLOOP_IO_NO_MEMORY);
		/* Nothing is lost, or else nothing more is got. */
		io = gssloop_channel_get(side.channel, &frame);
		ck_assert(io == GSSLOOP_IO_OK || io == GSSLOOP_IO_NO_MEMORY);
		side_close(&side);
	}
	ck_assert_int_eq(io, GSSLOOP_IO_OK);
	ck_assert_uint_ge(n, 3);
	side_close(&side);
}
END_TEST

/* A handshake, by hand: each allocation of the channel's fails. */
START_TEST(handshake_without_memory)
{
	static const struct scripted_answer answers[] = {
	    ANSWER(CONT, "a", 0), ANSWER(OKAY, NULL, 0)};
	const struct gssloop_nns params = {NONE, AVAILABLE, 0, 0};
	struct gssloop_channel *channel;
	struct gssloop_frame frame;
	struct gssloop *loop;
	enum gssloop_io io;
	unsigned long n;
	int fds[2];

	for (n = 1; n <= 2; n++) {
		scripted_reset(answers);
		loop = loop_new(INIT, 0);
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
		ck_assert_int_eq(
		    gssloop_channel_nns(&channel, fds[0], INIT, &params), 0);
		gssloop_channel_join(channel, loop);
		gssloop_hold(loop);
		gssloop_start(loop);
		frame_make(&frame, GSSLOOP_FRAME_TOKEN, NONE, "a", 1);
		failing_malloc_arm(n == 1);
		io = gssloop_channel_put(channel, &frame);
		failing_malloc_arm(0);
		ck_assert_int_eq(
		    io, n == 1 ? GSSLOOP_IO_NO_MEMORY : GSSLOOP_IO_OK);
		ck_assert_int_eq(send(fds[1], PROGRESS("b"), 6, 0), 6);
		failing_malloc_arm(n == 2);
		io = gssloop_channel_get(channel, &frame);
		failing_malloc_arm(0);
		ck_assert_int_eq(
		    io, n == 2 ? GSSLOOP_IO_NO_MEMORY : GSSLOOP_IO_OK);
		gssloop_channel_free(&channel);
		close(fds[1]);
		gssloop_free(&loop);
		ck_assert(scripted_clean());
	}
}
END_TEST

/* The last word, and the error for a level, without memory. */
START_TEST(settle_without_memory)
{
	static const struct scripted_answer answers[] = {
	    ANSWER(OKAY, NULL, INTEG)};
	static const enum gssloop_protection levels[] = {SIGN, ENCRYPT};
	const struct gssloop_nns params = {levels[_i], AVAILABLE, 0, 0};
	struct gssloop_channel *channel;
	struct gssloop *loop;
	enum gssloop_io io;
	int fds[2];

	scripted_reset(answers);
	loop = loop_new(ACCEPT, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(
	    gssloop_channel_nns(&channel, fds[0], ACCEPT, &params), 0);
	gssloop_channel_join(channel, loop);
	gssloop_hold(loop);
	gssloop_start(loop);
	gssloop_receive(loop, "a", 1);
	ck_assert(gssloop_is_held(loop));
	failing_malloc_arm(1);
	io = gssloop_channel_settle(channel);
	ck_assert(failing_malloc_fired());
	failing_malloc_arm(0);
	ck_assert_int_eq(io,
	    params.level == SIGN ? GSSLOOP_IO_NO_MEMORY : GSSLOOP_IO_REFUSED);
	if (params.level == ENCRYPT)
		ck_assert_ptr_nonnull(
		    strstr(gssloop_channel_reason(channel), "offer level"));
	gssloop_channel_free(&channel);
	sent_check("settle", fds[1], OCTETS(""));
	close(fds[1]);
	gssloop_free(&loop);
	ck_assert(scripted_clean());
}
END_TEST

/* Plain octets are wiped before they are freed. */
START_TEST(wiping)
{
	const struct gssloop_nns params = {SIGN, AVAILABLE, 0, 0};
	struct gj_nns_channel *self;
	struct gssloop_frame frame;
	struct side side;

	side_open(&side, ACCEPT, &params, BOTH);
	ck_assert_int_eq(send(side.peer, SIGNED, 13, 0), 13);
	ck_assert_int_eq(
	    gssloop_channel_get(side.channel, &frame), GSSLOOP_IO_OK);
	self = side.channel->self;
	failing_malloc_watch(self->plain.memory, self->plain.room);
	side_close(&side);
	ck_assert(failing_malloc_wiped());
}
END_TEST

/* --- Mutations ------------------------------------------------------------ */

#define SEED	  UINT64_C(0x676a6e6e73)
#define MUTATIONS 3000

static uint32_t
chance(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*state >> 33);
}

/* Everything that comes until nothing more does, or it is refused. */
static unsigned int
mutant_run(enum gssloop_role role, const struct gssloop_nns *params,
    const char *octets, size_t size)
{
	static const struct scripted_answer answers[] = {ANSWER(CONT, "a", 0),
	    ANSWER(CONT, "c", 0), ANSWER(OKAY, NULL, BOTH)};
	struct gssloop_frame frame;
	unsigned int messages = 0;
	struct side side;
	int fds[2];

	scripted_reset(answers);
	side.loop = loop_new(role, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	side.peer = fds[1];
	ck_assert_int_eq(
	    gssloop_channel_nns(&side.channel, fds[0], role, params), 0);
	gssloop_channel_limit(side.channel, 8, 0);
	ck_assert_int_eq(send(fds[1], octets, size, 0), (ssize_t)size);
	shutdown(fds[1], SHUT_WR);
	if (gssloop_advance(side.loop, side.channel) == GSSLOOP_DONE) {
		gssloop_channel_limit(side.channel, 8, 32);
		while (messages < 8 && gssloop_channel_get(side.channel,
					   &frame) == GSSLOOP_IO_OK)
			messages++;
	}
	side_close(&side);
	return messages;
}

START_TEST(mutations)
{
	static const struct {
		enum gssloop_role role;
		enum gssloop_protection level;
		const char *says;
		size_t size;
	} seeds[] = {
	    {INIT, NONE, OCTETS(PROGRESS("b") DONE("d") MESSAGE MESSAGE END)},
	    {INIT, SIGN,
		OCTETS(PROGRESS("b") DONE("d") SIGNED NOTHING ENCRYPTED)},
	    {ACCEPT, NONE,
		OCTETS(
		    PROGRESS("b") PROGRESS("d") DONE("e") MESSAGE MESSAGE END)},
	    {ACCEPT, ENCRYPT,
		OCTETS(PROGRESS("b") PROGRESS("d") DONE("e")
			ENCRYPTED ENCRYPTED)}};
	const struct gssloop_nns params = {seeds[_i].level, AVAILABLE, 0, 0};
	unsigned int i, j, good, whole = 0, changed = 0;
	size_t size = seeds[_i].size;
	uint64_t state = SEED;
	char octets[128];

	good = mutant_run(seeds[_i].role, &params, seeds[_i].says, size);
	ck_assert_uint_ge(good, 2);
	for (i = 0; i < MUTATIONS; i++) {
		memcpy(octets, seeds[_i].says, size);
		for (j = 0; j <= i % 3; j++)
			octets[chance(&state) % size] ^= (char)chance(&state);
		if (memcmp(octets, seeds[_i].says, size) != 0)
			changed++;
		if (mutant_run(seeds[_i].role, &params, octets, size) == good)
			whole++;
	}
	ck_assert_uint_gt(changed, MUTATIONS * 9 / 10);
	ck_assert_uint_gt(whole, 0);
	ck_assert_uint_lt(whole, changed);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("nns");
	TCase *handshake = tcase_create("handshake");
	TCase *data = tcase_create("data");
	TCase *system_failures = tcase_create("system");
	TCase *mutants = tcase_create("mutations");

	tcase_add_loop_test(handshake, handshakes, 0, (int)COUNT(rows));
	tcase_add_test(handshake, a_token_too_long);
	tcase_add_loop_test(handshake, an_unwanted_flag, 0, 3);
	tcase_add_test(handshake, ntlm_delegates_nothing);
	tcase_add_test(handshake, closed_before_done);
	tcase_add_test(handshake, an_error_that_is_held_back);
	tcase_add_test(handshake, another_try);
	tcase_add_test(handshake, another_try_in_its_place);
	tcase_add_test(handshake, another_context);
	suite_add_tcase(suite, handshake);
	tcase_add_loop_test(data, message_gets, 0, (int)COUNT(get_rows));
	tcase_add_test(data, get_gives_way);
	tcase_add_loop_test(data, a_replay, 0, 4);
	tcase_add_loop_test(data, messages_early, 0, 4);
	tcase_add_test(data, parts_early);
	tcase_add_test(data, data_behind_the_handshake);
	tcase_add_loop_test(data, message_puts, 0, (int)COUNT(put_rows));
	tcase_add_test(data, a_message_without_a_context);
	tcase_add_test(data, put_early);
	tcase_add_loop_test(data, long_messages, 0, 8);
	tcase_add_loop_test(data, pieces, 0, 4);
	tcase_add_loop_test(data, a_part_that_fails, 1, 3);
	tcase_add_test(data, a_part_that_is_not_sent);
	tcase_add_test(data, a_part_too_small);
	suite_add_tcase(suite, data);
	tcase_add_test(system_failures, parameters);
	tcase_add_loop_test(system_failures, put_without_memory, 0, 2);
	tcase_add_loop_test(system_failures, get_without_memory, 0, 2);
	tcase_add_test(system_failures, handshake_without_memory);
	tcase_add_loop_test(system_failures, settle_without_memory, 0, 2);
	tcase_add_test(system_failures, wiping);
	suite_add_tcase(suite, system_failures);
	tcase_set_timeout(mutants, 60);
	tcase_add_loop_test(mutants, mutations, 0, 4);
	suite_add_tcase(suite, mutants);
	return suite_run(suite);
}
