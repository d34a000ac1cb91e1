/*
 * The driver: a loop, a channel over a real socket, and a deadline.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * What the peer sends is written before the loop runs, so that nothing here
 * depends on time; what we sent is read afterwards, octet by octet.
 */
#include <check.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gssloop_channel.h"
#include "scripted_gss.h"
#include "suite.h"

#define CONT	  GSS_S_CONTINUE_NEEDED
#define OKAY	  GSS_S_COMPLETE
#define BAD	  GSS_S_DEFECTIVE_TOKEN
#define BRANCH(x) GSSLOOP_BRANCH_##x

/* Milliseconds, for rows in which nothing more comes. */
#define SOON 30

enum peer {
	STAYS,
	CLOSES
};

struct row {
	const char *name;
	enum gssloop_role role;
	OM_uint32 require;
	struct scripted_answer answers[3];
	const char *says; /* the peer, before we begin */
	size_t size;
	enum peer peer;
	enum gssloop_branch branch;
	const char *sent; /* by us: all of the tokens */
	size_t sent_size;
	bool told; /* and then that we failed */
	OM_uint32 told_major;
};

#define OCTETS(text) text, sizeof(text) - 1
#define ANSWER(major, token)                                                   \
	{                                                                      \
		major, 0, 0, token, false, false, false                        \
	}

static const struct row rows[] = {
    {"initiator, two legs", GSSLOOP_INITIATOR, 0,
	{ANSWER(CONT, "a"), ANSWER(OKAY, NULL)}, OCTETS("T\0\0\0\1b"), STAYS,
	BRANCH(ESTABLISHED), OCTETS("T\0\0\0\1a"), false, 0},
    {"acceptor, two legs", GSSLOOP_ACCEPTOR, 0, {ANSWER(OKAY, "b")},
	OCTETS("T\0\0\0\1a"), STAYS, BRANCH(ESTABLISHED), OCTETS("T\0\0\0\1b"),
	false, 0},
    {"the peer closes behind its last token", GSSLOOP_INITIATOR, 0,
	{ANSWER(CONT, "a"), ANSWER(OKAY, NULL)}, OCTETS("T\0\0\0\1b"), CLOSES,
	BRANCH(SEND_FAILED), OCTETS(""), false, 0},
    {"an empty token goes out", GSSLOOP_INITIATOR, 0,
	{ANSWER(CONT, NULL), ANSWER(OKAY, NULL)}, OCTETS("T\0\0\0\1b"), STAYS,
	BRANCH(ESTABLISHED), OCTETS("T\0\0\0\0"), false, 0},
    {"an empty token comes", GSSLOOP_ACCEPTOR, 0, {ANSWER(OKAY, NULL)},
	OCTETS("T\0\0\0\0"), STAYS, BRANCH(ESTABLISHED), OCTETS(""), false, 0},
    {"error token", GSSLOOP_ACCEPTOR, 0, {ANSWER(BAD, "E")},
	OCTETS("T\0\0\0\1a"), STAYS, BRANCH(FAILURE_TOKEN),
	OCTETS("T\0\0\0\1E"), false, 0},
    {"failure without a token is told", GSSLOOP_ACCEPTOR, 0,
	{ANSWER(BAD, NULL)}, OCTETS("T\0\0\0\1a"), STAYS,
	BRANCH(FAILURE_SILENT), OCTETS(""), true, BAD},
    {"flag missing: token first, then told", GSSLOOP_ACCEPTOR, GSS_C_CONF_FLAG,
	{ANSWER(OKAY, "b")}, OCTETS("T\0\0\0\1a"), STAYS, BRANCH(FLAG_MISSING),
	OCTETS("T\0\0\0\1b"), true, 0},
    {"anonymity refused: nothing goes out", GSSLOOP_INITIATOR, GSS_C_ANON_FLAG,
	{ANSWER(CONT, "a")}, OCTETS(""), STAYS, BRANCH(ANONYMITY_REFUSED),
	OCTETS(""), false, 0},
    {"the peer tells of its failure", GSSLOOP_INITIATOR, 0, {ANSWER(CONT, "a")},
	OCTETS("E\0\0\0\7\0\x09\0\0why"), STAYS, BRANCH(PEER_FAILED),
	OCTETS("T\0\0\0\1a"), false, 0},
    {"an end before the context", GSSLOOP_ACCEPTOR, 0, {ANSWER(OKAY, NULL)},
	OCTETS("M\0\0\0\1\0"), STAYS, BRANCH(MESSAGE_EARLY), OCTETS(""), true,
	0},
    {"garbage", GSSLOOP_ACCEPTOR, 0, {ANSWER(OKAY, NULL)},
	OCTETS("GET / HTTP/1.0\r\n"), STAYS, BRANCH(FRAME_MALFORMED),
	OCTETS(""), true, 0},
    {"too large", GSSLOOP_ACCEPTOR, 0, {ANSWER(OKAY, NULL)},
	OCTETS("T\xff\xff\xff\xff"), STAYS, BRANCH(TOKEN_TOO_LARGE), OCTETS(""),
	true, 0},
    {"the peer closes", GSSLOOP_ACCEPTOR, 0, {ANSWER(OKAY, NULL)}, OCTETS(""),
	CLOSES, BRANCH(PEER_CLOSED), OCTETS(""), false, 0},
    {"the peer closes in the middle", GSSLOOP_ACCEPTOR, 0, {ANSWER(OKAY, NULL)},
	OCTETS("T\0\0"), CLOSES, BRANCH(PEER_CLOSED), OCTETS(""), false, 0},
    {"silence", GSSLOOP_ACCEPTOR, 0, {ANSWER(OKAY, NULL)}, OCTETS(""), STAYS,
	BRANCH(TOKEN_MISSING), OCTETS(""), true, 0},
    {"half a token, then silence", GSSLOOP_ACCEPTOR, 0, {ANSWER(OKAY, NULL)},
	OCTETS("T\0\0\0\2a"), STAYS, BRANCH(TOKEN_MISSING), OCTETS(""), true,
	0},
};

static struct gssloop *
loop_new(const struct row *row, unsigned int wait_ms)
{
	struct gssloop_params params;
	struct gssloop *loop;

	scripted_reset(row->answers);
	gssloop_params_init(&params, row->role);
	params.target = (gss_name_t)&params;
	params.require = row->require;
	params.wait_ms = wait_ms;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	return loop;
}

/* An error frame: its length fits, then the major status and a text. */
static void
told_check(const struct row *row, const char *octets, size_t size)
{
	const unsigned char *head = (const unsigned char *)octets;

	ck_assert_msg(size > 9 && head[0] == 'E', "%s: not told", row->name);
	ck_assert_uint_eq((size_t)head[3] * 256 + head[4], size - 5);
	ck_assert_uint_eq((OM_uint32)head[5] << 24 | (OM_uint32)head[6] << 16 |
			      (OM_uint32)head[7] << 8 | head[8],
	    row->told_major);
	ck_assert_msg(memcmp(octets + 9, "acceptor: ", 10) == 0, "%s: %.20s",
	    row->name, octets + 9);
}

static void
sent_check(const struct row *row, int fd)
{
	char octets[4096];
	ssize_t got = recv(fd, octets, sizeof(octets), 0);

	ck_assert_msg(
	    got >= (ssize_t)row->sent_size, "%s: sent %zd", row->name, got);
	ck_assert_msg(memcmp(octets, row->sent, row->sent_size) == 0,
	    "%s: sent other octets", row->name);
	if (row->told)
		told_check(
		    row, octets + row->sent_size, (size_t)got - row->sent_size);
	else
		ck_assert_msg(got == (ssize_t)row->sent_size, "%s: sent %zd",
		    row->name, got);
}

static void
row_run(const struct row *row, unsigned int wait_ms, uint64_t deadline)
{
	struct gssloop *loop = loop_new(row, wait_ms);
	struct gssloop_channel *channel;
	enum gssloop_next next;
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	if (row->size > 0)
		ck_assert_int_eq(
		    write(fds[1], row->says, row->size), (ssize_t)row->size);
	if (row->peer == CLOSES)
		close(fds[1]);
	ck_assert_int_eq(gssloop_channel_plain(&channel, fds[0], row->role), 0);
	next = gssloop_run(loop, channel, deadline);
	ck_assert_msg(gssloop_branch(loop) == row->branch, "%s: %s", row->name,
	    gssloop_branch_info(gssloop_branch(loop))->name);
	ck_assert_int_eq(next,
	    row->branch == BRANCH(ESTABLISHED) ? GSSLOOP_DONE : GSSLOOP_FAILED);
	gssloop_channel_free(&channel);
	if (row->peer == STAYS) {
		sent_check(row, fds[1]);
		close(fds[1]);
	}
	gssloop_free(&loop);
	ck_assert(scripted_clean());
}

/* The time for one token ends the wait, or the deadline for all of it does. */
START_TEST(runs)
{
	row_run(&rows[_i], SOON, GSSLOOP_NO_DEADLINE);
	row_run(&rows[_i], 0, gssloop_deadline(SOON));
}
END_TEST

/*
 * A token that the peer does not read: the deadline holds for sending, too, and
 * what the peer says meanwhile ends it, but behind our last token.
 */
static const struct held_row {
	const char *name;
	OM_uint32 major; /* with the token */
	const char *says;
	size_t size;
	enum gssloop_branch branch;
	const char *text; /* in the error */
} held_rows[] = {
    {"nothing", CONT, OCTETS(""), BRANCH(SEND_FAILED), "deadline"},
    {"a token", CONT, OCTETS("T\0\0\0\1b"), BRANCH(TOKEN_UNEXPECTED),
	"still to be sent"},
    {"the peer's failure", CONT, OCTETS("E\0\0\0\7\0\x09\0\0why"),
	BRANCH(PEER_FAILED), "why"},
    {"an end", CONT, OCTETS("M\0\0\0\1\0"), BRANCH(MESSAGE_EARLY),
	"message-early"},
    {"garbage", CONT, OCTETS("GET / HTTP/1.0\r\n"), BRANCH(FRAME_MALFORMED),
	"0x47"},
    {"an end, the last token", OKAY, OCTETS("M\0\0\0\1\0"), BRANCH(SEND_FAILED),
	"deadline"},
};

START_TEST(a_token_that_is_held_back)
{
	static char large[400000];
	const struct held_row *held = &held_rows[_i];
	const struct row row = {"", GSSLOOP_INITIATOR, 0,
	    {ANSWER(held->major, large)}, OCTETS(""), STAYS, held->branch,
	    OCTETS(""), false, 0};
	struct gssloop *loop;
	struct gssloop_channel *channel;
	int fds[2], small = 4096;

	memset(large, 'x', sizeof(large) - 1);
	loop = loop_new(&row, SOON);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	if (held->size > 0)
		ck_assert_int_eq(
		    write(fds[1], held->says, held->size), (ssize_t)held->size);
	ck_assert_int_eq(gssloop_channel_plain(&channel, fds[0], row.role), 0);
	ck_assert_int_eq(
	    gssloop_run(loop, channel, GSSLOOP_NO_DEADLINE), GSSLOOP_FAILED);
	ck_assert_msg(gssloop_branch(loop) == held->branch, "%s: %s",
	    held->name, gssloop_error(loop));
	ck_assert_msg(strstr(gssloop_error(loop), held->text) != NULL, "%s: %s",
	    held->name, gssloop_error(loop));
	gssloop_channel_free(&channel);
	close(fds[1]);
	gssloop_free(&loop);
}
END_TEST

/* A channel that cannot carry errors: the loop ends all the same. */
START_TEST(a_failure_that_cannot_be_told)
{
	const struct row row = {"", GSSLOOP_INITIATOR, 0, {ANSWER(BAD, NULL)},
	    OCTETS(""), STAYS, BRANCH(FAILURE_SILENT), OCTETS(""), false, 0};
	struct gssloop *loop = loop_new(&row, SOON);
	struct gssloop_channel *channel;
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(gssloop_channel_sample(&channel, fds[0], row.role), 0);
	ck_assert_int_eq(
	    gssloop_run(loop, channel, GSSLOOP_NO_DEADLINE), GSSLOOP_FAILED);
	gssloop_channel_free(&channel);
	sent_check(&row, fds[1]);
	close(fds[1]);
	gssloop_free(&loop);
}
END_TEST

/*
 * An application's own channel, which has more to do when the loop is complete:
 * it settles when poll()'s events have come so often.
 */
static struct {
	int fds[2];
	unsigned int after; /* asked so often */
	enum gssloop_io io;
	unsigned int asked, joined, put, put_kind;
	bool was_held;
	struct gssloop *loop;
} own;

static void
own_join(void *self, const struct gssloop *loop)
{
	(void)self;
	ck_assert_ptr_eq(loop, own.loop);
	ck_assert_int_eq(gssloop_next(loop), GSSLOOP_START);
	own.joined++;
}

static enum gssloop_io
own_settle(void *self)
{
	(void)self;
	own.was_held = gssloop_is_held(own.loop);
	return ++own.asked > own.after ? own.io : GSSLOOP_IO_AGAIN;
}

static enum gssloop_io
own_put(void *self, const struct gssloop_frame *frame)
{
	(void)self;
	own.put++;
	own.put_kind = frame->kind;
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
own_flush(void *self)
{
	(void)self;
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
own_get(void *self, struct gssloop_frame *frame)
{
	(void)self;
	(void)frame;
	ck_abort_msg("a held loop awaits no frame");
	return GSSLOOP_IO_FAILED;
}

/* The peer's octet is there, and is not read: the event comes at once. */
static int
own_poll(void *self, int *fd, short *events)
{
	(void)self;
	*fd = own.fds[0];
	*events = POLLIN;
	return -1;
}

static void
own_limit(void *self, size_t token_max, size_t message_max)
{
	(void)self;
	(void)token_max;
	(void)message_max;
}

static const char *
own_reason(void *self)
{
	(void)self;
	return "why it did not settle";
}

static void
own_free(void *self)
{
	(void)self;
}

static const struct gssloop_channel_ops own_ops = {
    .name = "own",
    .join = own_join,
    .settle = own_settle,
    .put = own_put,
    .flush = own_flush,
    .get = own_get,
    .poll = own_poll,
    .limit = own_limit,
    .reason = own_reason,
    .free = own_free,
};

#define NEVER 0xffffffff

static const struct settle_row {
	const char *name;
	const char *token; /* our last one */
	unsigned int after;
	enum gssloop_io io;
	bool events; /* the peer says something */
	enum gssloop_branch branch;
	const char *text;
} settle_rows[] = {
    {"at once", NULL, 0, GSSLOOP_IO_OK, false, BRANCH(ESTABLISHED), ""},
    {"behind a token", "a", 0, GSSLOOP_IO_OK, false, BRANCH(ESTABLISHED), ""},
    {"late", "a", 3, GSSLOOP_IO_OK, true, BRANCH(ESTABLISHED), ""},
    {"never", "a", NEVER, GSSLOOP_IO_OK, false, BRANCH(UNCONFIRMED),
	"the deadline has passed"},
    {"never, with events", NULL, NEVER, GSSLOOP_IO_OK, true,
	BRANCH(UNCONFIRMED), "the deadline has passed"},
    {"refused", "a", 0, GSSLOOP_IO_REFUSED, false, BRANCH(UNCONFIRMED),
	"why it did not settle"},
    {"closed late", NULL, 2, GSSLOOP_IO_CLOSED, true, BRANCH(UNCONFIRMED),
	"why it did not settle"},
    {"no memory", "a", 0, GSSLOOP_IO_NO_MEMORY, false, BRANCH(NO_MEMORY),
	"why it did not settle"},
};

static void
settle_check(const struct settle_row *row, enum gssloop_next next)
{
	bool works = row->branch == BRANCH(ESTABLISHED);
	unsigned int put = row->token != NULL ? 1 : 0;

	ck_assert_msg(gssloop_branch(own.loop) == row->branch, "%s: %s",
	    row->name, gssloop_error(own.loop));
	ck_assert_int_eq(next, works ? GSSLOOP_DONE : GSSLOOP_FAILED);
	ck_assert_msg(strstr(gssloop_error(own.loop), row->text) != NULL,
	    "%s: %s", row->name, gssloop_error(own.loop));
	ck_assert_uint_eq(own.joined, 1);
	ck_assert(own.was_held);
	if (row->after < NEVER)
		ck_assert_uint_eq(own.asked, row->after + 1);
	/* The peer is told of what it cannot see. */
	if (row->branch == BRANCH(UNCONFIRMED)) {
		put++;
		ck_assert_uint_eq(own.put_kind, GSSLOOP_FRAME_ERROR);
	}
	ck_assert_uint_eq(own.put, put);
}

START_TEST(a_channel_that_settles)
{
	const struct settle_row *row = &settle_rows[_i];
	const struct row of_loop = {"", GSSLOOP_INITIATOR, 0,
	    {ANSWER(OKAY, row->token)}, OCTETS(""), STAYS, row->branch,
	    OCTETS(""), false, 0};
	struct gssloop_channel *channel;

	memset(&own, 0, sizeof(own));
	own.after = row->after;
	own.io = row->io;
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, own.fds), 0);
	if (row->events)
		ck_assert_int_eq(write(own.fds[1], "x", 1), 1);
	own.loop = loop_new(&of_loop, row->after < NEVER ? 0 : SOON);
	ck_assert_int_eq(gssloop_channel_new(&channel, &own_ops, &own), 0);
	settle_check(row, gssloop_run(own.loop, channel, GSSLOOP_NO_DEADLINE));
	gssloop_channel_free(&channel);
	gssloop_free(&own.loop);
	close(own.fds[0]);
	close(own.fds[1]);
	ck_assert(scripted_clean());
}
END_TEST

/* Without waiting: what is missing is said, and it goes on from there. */
START_TEST(advance_goes_as_far_as_it_can)
{
	const struct row *row = &rows[0];
	struct gssloop *loop = loop_new(row, 0);
	struct gssloop_channel *channel;
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(gssloop_channel_plain(&channel, fds[0], row->role), 0);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
	ck_assert_int_eq(write(fds[1], row->says, 3), 3);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_RECEIVE);
	ck_assert_int_eq(write(fds[1], row->says + 3, row->size - 3),
	    (ssize_t)row->size - 3);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_DONE);
	ck_assert_int_eq(gssloop_advance(loop, channel), GSSLOOP_DONE);
	gssloop_channel_free(&channel);
	close(fds[1]);
	gssloop_free(&loop);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("run");
	TCase *tests = tcase_create("driver");

	tcase_add_loop_test(
	    tests, runs, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(tests, a_token_that_is_held_back, 0,
	    (int)(sizeof(held_rows) / sizeof(held_rows[0])));
	tcase_add_test(tests, a_failure_that_cannot_be_told);
	tcase_add_loop_test(tests, a_channel_that_settles, 0,
	    (int)(sizeof(settle_rows) / sizeof(settle_rows[0])));
	tcase_add_test(tests, advance_goes_as_far_as_it_can);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
