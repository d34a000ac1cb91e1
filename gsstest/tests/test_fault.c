/*
 * Tests of --fault: what the option says, and what a channel with each fault
 * sends over a socket pair.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../fault.h"
#include "failing_malloc.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define LIMIT 1000

#define VIEW(text)                                                             \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}

static const struct gssloop_frame first = {
    .kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("first")};
static const struct gssloop_frame second = {
    .kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("second")};
static const struct gssloop_frame an_error = {
    .kind = GSSLOOP_FRAME_ERROR, .data = VIEW("why")};

/* --- The option ------------------------------------------------------------
 */

static const struct good_row {
	const char *text;
	enum fault_kind kind;
	bool initiator, acceptor;
	unsigned int number, ms;
} good_rows[] = {
    {"drop@1", FAULT_DROP, true, true, 1, 0},
    {"cut@2", FAULT_CUT, true, true, 2, 0},
    {"delay@3", FAULT_DELAY, true, true, 3, 0},
    {"delay@3:250", FAULT_DELAY, true, true, 3, 250},
    {"delay@3:2147483647", FAULT_DELAY, true, true, 3, 2147483647},
    {"duplicate@65535", FAULT_DUPLICATE, true, true, 65535, 0},
    {"init:corrupt@1", FAULT_CORRUPT, true, false, 1, 0},
    {"accept:empty@1", FAULT_EMPTY, false, true, 1, 0},
    {"accept:delay@1:1", FAULT_DELAY, false, true, 1, 1},
    {"close@1", FAULT_CLOSE, true, true, 1, 0},
    {"extra@1", FAULT_EXTRA, true, true, 1, 0},
};

START_TEST(option_good)
{
	const struct good_row *row = &good_rows[_i];
	struct faults faults = {.count = 0};
	const struct fault *fault = &faults.list[0];
	const char *why = faults_add(&faults, row->text);

	ck_assert_msg(why == NULL, "%s: %s", row->text, why);
	ck_assert_uint_eq(faults.count, 1);
	ck_assert_int_eq(fault->kind, row->kind);
	ck_assert_int_eq(fault->roles[GSSLOOP_INITIATOR], row->initiator);
	ck_assert_int_eq(fault->roles[GSSLOOP_ACCEPTOR], row->acceptor);
	ck_assert_uint_eq(fault->number, row->number);
	ck_assert_uint_eq(fault->ms, row->ms);
}
END_TEST

/* Each beginning of a good one, too: see option_cut. */
static const char *const wrong_rows[] = {"", "@", "@1", "drop", "drop@",
    "drop@0", "drop@-1", "drop@+1", "drop@ 1", "drop@x", "drop@65536",
    "drop@99999999999999999999", "drop@1x", "drop@1:", "drop@1:5", "dro@1",
    "drops@1", "DROP@1", " drop@1", "init:", "init:@1", "peer:drop@1",
    "init:accept:drop@1", "init:init:drop@1", "delay@1:", "delay@1:0",
    "delay@1:x", "delay@1:2147483648", "delay@1:5x", "delay@1:5:5",
    "drop@1,cut@2"};

START_TEST(option_wrong)
{
	struct faults faults = {.count = 0};

	ck_assert_msg(faults_add(&faults, wrong_rows[_i]) != NULL, "\"%s\"",
	    wrong_rows[_i]);
	ck_assert_uint_eq(faults.count, 0);
}
END_TEST

START_TEST(option_cut)
{
	static const char whole[] = "accept:delay@1:250";
	size_t size;

	for (size = 0; size < sizeof(whole); size++) {
		struct faults faults = {.count = 0};
		char *text = suite_exact(whole, size + 1);
		bool good = size == strlen("accept:delay@1") ||
			    size > strlen("accept:delay@1:");

		text[size] = '\0';
		ck_assert_msg(
		    (faults_add(&faults, text) == NULL) == good, "%s", text);
		free(text);
	}
}
END_TEST

START_TEST(option_several)
{
	struct faults faults = {.count = 0};

	while (faults.count < FAULTS_MAX)
		ck_assert_ptr_null(faults_add(&faults, "drop@1"));
	ck_assert_str_eq(faults_add(&faults, "drop@1"), "too many faults");
	ck_assert_uint_eq(faults.count, FAULTS_MAX);
}
END_TEST

/* --- The channel ------------------------------------------------------------
 */

/* A channel with faults, and an honest one at the other end. */
struct pair {
	struct gssloop_channel *faulty, *peer;
};

typedef int make_channel(
    struct gssloop_channel **channel, int fd, enum gssloop_role role);

static struct gssloop_channel *
channel_make(make_channel *make, int fd, enum gssloop_role role)
{
	struct gssloop_channel *channel;

	ck_assert_int_eq(make(&channel, fd, role), 0);
	gssloop_channel_limit(channel, LIMIT, LIMIT);
	return channel;
}

static struct pair
pair_over(make_channel *make, int type, const char *text)
{
	struct faults faults = {.count = 0};
	struct pair pair;
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, type, 0, fds), 0);
	pair.faulty = channel_make(make, fds[0], GSSLOOP_INITIATOR);
	pair.peer = channel_make(make, fds[1], GSSLOOP_ACCEPTOR);
	ck_assert_ptr_null(faults_add(&faults, text));
	ck_assert_int_eq(
	    faults_wrap(&faults, GSSLOOP_INITIATOR, 60000, &pair.faulty), 0);
	return pair;
}

static struct pair
pair_make(const char *text)
{
	return pair_over(gssloop_channel_plain, SOCK_STREAM, text);
}

static void
pair_free(struct pair *pair)
{
	gssloop_channel_free(&pair->faulty);
	gssloop_channel_free(&pair->peer);
}

static void
check_send(const struct pair *pair, const struct gssloop_frame *frame,
    enum gssloop_io expected)
{
	ck_assert_int_eq(
	    gssloop_channel_put(pair->faulty, frame), GSSLOOP_IO_OK);
	ck_assert_int_eq(gssloop_channel_flush(pair->faulty), expected);
}

static void
check_nothing(const struct pair *pair, enum gssloop_io expected)
{
	struct gssloop_frame got;

	ck_assert_int_eq(gssloop_channel_get(pair->peer, &got), expected);
}

static void
check_token(const struct pair *pair, const void *octets, size_t size)
{
	struct gssloop_frame got;

	ck_assert_int_eq(gssloop_channel_get(pair->peer, &got), GSSLOOP_IO_OK);
	ck_assert_int_eq(got.kind, GSSLOOP_FRAME_TOKEN);
	ck_assert_uint_eq(got.data.size, size);
	if (size > 0)
		ck_assert_mem_eq(got.data.data, octets, size);
}

static void
check_frame(const struct pair *pair, const struct gssloop_frame *frame)
{
	check_token(pair, frame->data.data, frame->data.size);
}

START_TEST(channel_drop)
{
	struct pair pair = pair_make("drop@1");

	check_send(&pair, &first, GSSLOOP_IO_OK);
	check_send(&pair, &second, GSSLOOP_IO_OK);
	check_frame(&pair, &second);
	check_nothing(&pair, GSSLOOP_IO_AGAIN);
	pair_free(&pair);
}
END_TEST

START_TEST(channel_duplicate)
{
	struct pair pair = pair_make("duplicate@2");

	check_send(&pair, &first, GSSLOOP_IO_OK);
	check_send(&pair, &second, GSSLOOP_IO_OK);
	check_frame(&pair, &first);
	check_frame(&pair, &second);
	check_frame(&pair, &second);
	check_nothing(&pair, GSSLOOP_IO_AGAIN);
	pair_free(&pair);
}
END_TEST

START_TEST(channel_corrupt)
{
	struct pair pair = pair_make("corrupt@1");
	struct gssloop_frame empty = {.kind = GSSLOOP_FRAME_TOKEN};

	check_send(&pair, &first, GSSLOOP_IO_OK);
	check_token(&pair, "fi\x8dst", 5);
	check_send(&pair, &first, GSSLOOP_IO_OK);
	check_frame(&pair, &first);
	pair_free(&pair);
	pair = pair_make("corrupt@1");
	check_send(&pair, &empty, GSSLOOP_IO_OK);
	check_frame(&pair, &empty);
	pair_free(&pair);
}
END_TEST

START_TEST(channel_empty)
{
	struct pair pair = pair_make("empty@1");

	check_send(&pair, &first, GSSLOOP_IO_OK);
	check_send(&pair, &second, GSSLOOP_IO_OK);
	check_token(&pair, NULL, 0);
	check_frame(&pair, &second);
	pair_free(&pair);
}
END_TEST

START_TEST(channel_extra)
{
	struct pair pair = pair_make("extra@1");
	static const char extra[] = "a token of gsstest --fault extra";

	check_send(&pair, &first, GSSLOOP_IO_OK);
	check_frame(&pair, &first);
	check_token(&pair, extra, sizeof(extra) - 1);
	/* It is not counted. */
	check_send(&pair, &second, GSSLOOP_IO_OK);
	check_frame(&pair, &second);
	check_nothing(&pair, GSSLOOP_IO_AGAIN);
	pair_free(&pair);
}
END_TEST

static const struct ending_row {
	const char *fault, *reason, *peers;
} ending_rows[] = {
    {"cut@2", "--fault cut@2 closed the connection",
	"closed within a frame, after 5 of 11 octets"},
    {"close@2", "--fault close@2 closed the connection",
	"closed between two frames"},
};

START_TEST(channel_ends)
{
	const struct ending_row *row = &ending_rows[_i];
	struct pair pair = pair_make(row->fault);

	check_send(&pair, &first, GSSLOOP_IO_OK);
	check_frame(&pair, &first);
	check_send(&pair, &second, GSSLOOP_IO_CLOSED);
	ck_assert_str_eq(gssloop_channel_reason(pair.faulty), row->reason);
	check_nothing(&pair, GSSLOOP_IO_CLOSED);
	ck_assert_str_eq(gssloop_channel_reason(pair.peer), row->peers);
	check_send(&pair, &first, GSSLOOP_IO_CLOSED);
	pair_free(&pair);
}
END_TEST

/* The time is asked for, and passes without anybody's sleeping. */
START_TEST(channel_delay)
{
	struct pair pair = pair_make("delay@1:20");
	struct pollfd peer = {-1, 0, 0};
	short events;
	int fd, wish;

	gssloop_channel_poll(pair.peer, &peer.fd, &peer.events);
	check_send(&pair, &first, GSSLOOP_IO_AGAIN);
	wish = gssloop_channel_poll(pair.faulty, &fd, &events);
	ck_assert_int_ge(wish, 0);
	ck_assert_int_le(wish, 20);
	ck_assert_int_eq(events, 0);
	ck_assert_int_eq(poll(&peer, 1, 0), 0);
	while (gssloop_channel_flush(pair.faulty) == GSSLOOP_IO_AGAIN)
		poll(NULL, 0, gssloop_channel_poll(pair.faulty, &fd, &events));
	check_frame(&pair, &first);
	ck_assert_int_eq(gssloop_channel_poll(pair.faulty, &fd, &events), -1);
	ck_assert_int_eq(events, POLLIN);
	pair_free(&pair);
}
END_TEST

START_TEST(channel_delay_default)
{
	struct pair pair = pair_make("delay@1");
	short events;
	int fd;

	check_send(&pair, &first, GSSLOOP_IO_AGAIN);
	ck_assert_int_gt(
	    gssloop_channel_poll(pair.faulty, &fd, &events), 60000 - 10000);
	/* Given up. */
	gssloop_channel_linger(pair.faulty);
	ck_assert_int_eq(gssloop_channel_poll(pair.faulty, &fd, &events), -1);
	pair_free(&pair);
}
END_TEST

START_TEST(channel_several)
{
	struct pair pair = pair_make("corrupt@1");
	struct faults faults = {.count = 0};

	/* A wrapper over a wrapper is one with several faults, and harder. */
	faults_add(&faults, "duplicate@1");
	faults_add(&faults, "extra@1");
	faults_add(&faults, "drop@2");
	ck_assert_int_eq(
	    faults_wrap(&faults, GSSLOOP_INITIATOR, 1, &pair.faulty), 0);
	check_send(&pair, &first, GSSLOOP_IO_OK);
	check_send(&pair, &second, GSSLOOP_IO_OK);
	check_token(&pair, "fi\x8dst", 5);
	check_frame(&pair, &first);
	check_token(&pair, "a token of gsstest --fault extra", 32);
	check_nothing(&pair, GSSLOOP_IO_AGAIN);
	pair_free(&pair);
}
END_TEST

/* What is no token, and what comes from the peer, is left as it is. */
START_TEST(channel_else_untouched)
{
	struct pair pair = pair_make("drop@1");
	struct gssloop_frame got;

	ck_assert_str_eq(gssloop_channel_name(pair.faulty), "plain");
	ck_assert_uint_eq(gssloop_channel_carries(pair.faulty),
	    gssloop_channel_carries(pair.peer));
	check_send(&pair, &an_error, GSSLOOP_IO_OK);
	ck_assert_int_eq(gssloop_channel_get(pair.peer, &got), GSSLOOP_IO_OK);
	ck_assert_int_eq(got.kind, GSSLOOP_FRAME_ERROR);
	gssloop_channel_put(pair.peer, &first);
	gssloop_channel_flush(pair.peer);
	ck_assert_int_eq(gssloop_channel_get(pair.faulty, &got), GSSLOOP_IO_OK);
	ck_assert_mem_eq(got.data.data, "first", 5);
	gssloop_channel_limit(pair.faulty, 2, 2);
	gssloop_channel_put(pair.peer, &first);
	gssloop_channel_flush(pair.peer);
	ck_assert_int_eq(
	    gssloop_channel_get(pair.faulty, &got), GSSLOOP_IO_TOO_LARGE);
	ck_assert_str_ne(gssloop_channel_reason(pair.faulty), "");
	pair_free(&pair);
}
END_TEST

/* The other side's faults are none: the channel stays the one it was. */
START_TEST(channel_of_role)
{
	struct pair pair = pair_make("accept:drop@1");
	struct gssloop_channel *plain = pair.faulty;
	struct faults faults = {.count = 0};

	check_send(&pair, &first, GSSLOOP_IO_OK);
	check_frame(&pair, &first);
	faults_add(&faults, "accept:drop@1");
	faults_wrap(&faults, GSSLOOP_INITIATOR, 1, &pair.faulty);
	ck_assert_ptr_eq(pair.faulty, plain);
	faults_wrap(&faults, GSSLOOP_ACCEPTOR, 1, &pair.faulty);
	ck_assert_ptr_ne(pair.faulty, plain);
	check_send(&pair, &first, GSSLOOP_IO_OK);
	check_nothing(&pair, GSSLOOP_IO_AGAIN);
	pair_free(&pair);
}
END_TEST

/* The cut is half of what is sent, whatever the protocol sends with it. */
START_TEST(channel_sample_cut)
{
	struct pair pair =
	    pair_over(gssloop_channel_sample, SOCK_STREAM, "cut@1");
	struct gssloop_frame got;

	check_send(&pair, &first, GSSLOOP_IO_CLOSED);
	ck_assert_int_eq(
	    gssloop_channel_get(pair.peer, &got), GSSLOOP_IO_CLOSED);
	ck_assert_ptr_nonnull(
	    strstr(gssloop_channel_reason(pair.peer), "closed within a frame"));
	pair_free(&pair);
}
END_TEST

/* A cut or closed conversation sends nothing of the token. */
START_TEST(channel_datagram_ends)
{
	static const char *const texts[] = {"cut@1", "close@1"};
	struct pair pair =
	    pair_over(gssloop_channel_datagram, SOCK_DGRAM, texts[_i]);

	check_send(&pair, &first, GSSLOOP_IO_CLOSED);
	check_nothing(&pair, GSSLOOP_IO_AGAIN);
	pair_free(&pair);
}
END_TEST

START_TEST(channel_no_memory)
{
	struct pair pair = pair_make("duplicate@1");
	struct faults faults = {.count = 0};
	struct gssloop_channel *before = pair.faulty;
	enum gssloop_io io;
	unsigned long n;
	int error;

	faults_add(&faults, "drop@1");
	for (n = 1; n <= 2; n++) {
		failing_malloc_arm(n);
		error =
		    faults_wrap(&faults, GSSLOOP_INITIATOR, 1, &pair.faulty);
		failing_malloc_arm(0);
		ck_assert_int_eq(error, ENOMEM);
		ck_assert_ptr_eq(pair.faulty, before);
	}
	failing_malloc_arm(1);
	io = gssloop_channel_put(pair.faulty, &first);
	failing_malloc_arm(0);
	ck_assert_int_eq(io, GSSLOOP_IO_NO_MEMORY);
	ck_assert_int_eq(gssloop_channel_flush(pair.faulty), GSSLOOP_IO_OK);
	check_nothing(&pair, GSSLOOP_IO_AGAIN);
	pair_free(&pair);
}
END_TEST

static TCase *
option_case(void)
{
	TCase *tests = tcase_create("option");

	tcase_add_loop_test(tests, option_good, 0, (int)COUNT(good_rows));
	tcase_add_loop_test(tests, option_wrong, 0, (int)COUNT(wrong_rows));
	tcase_add_test(tests, option_cut);
	tcase_add_test(tests, option_several);
	return tests;
}

static TCase *
channel_case(void)
{
	TCase *tests = tcase_create("channel");

	tcase_add_test(tests, channel_drop);
	tcase_add_test(tests, channel_duplicate);
	tcase_add_test(tests, channel_corrupt);
	tcase_add_test(tests, channel_empty);
	tcase_add_test(tests, channel_extra);
	tcase_add_loop_test(tests, channel_ends, 0, (int)COUNT(ending_rows));
	tcase_add_test(tests, channel_delay);
	tcase_add_test(tests, channel_delay_default);
	tcase_add_test(tests, channel_several);
	tcase_add_test(tests, channel_else_untouched);
	tcase_add_test(tests, channel_of_role);
	tcase_add_test(tests, channel_sample_cut);
	tcase_add_loop_test(tests, channel_datagram_ends, 0, 2);
	tcase_add_test(tests, channel_no_memory);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("fault");

	suite_add_tcase(suite, option_case());
	suite_add_tcase(suite, channel_case());
	return suite_run(suite);
}
