/*
 * Tests of the channels over a socket pair, and of a channel that is an
 * application's own.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "failing_malloc.h"
#include "stream.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define HEADER 5

/* Frames that fill every queue between two processes. */
#define LARGE ((size_t)4 << 20)

/* Milliseconds of a wait that is to end by its deadline. */
#define SHORT_WAIT 5

#define VIEW(text)                                                             \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}

enum protocol {
	PLAIN,
	SAMPLE
};

typedef int make_channel(
    struct gssloop_channel **channel, int fd, enum gssloop_role role);

static make_channel *const makers[] = {
    gssloop_channel_plain, gssloop_channel_sample};

/* One who sends and what; everything that a protocol has. */
static const struct sent {
	const char *name;
	enum protocol protocol;
	enum gssloop_role sender;
	struct gssloop_frame frames[9];
	size_t count;
} all_sent[] = {
    {"plain initiator", PLAIN, GSSLOOP_INITIATOR,
	{{.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("token")},
	    {.kind = GSSLOOP_FRAME_TOKEN},
	    {.kind = GSSLOOP_FRAME_ERROR,
		.major = 0x000d0000,
		.data = VIEW("why")},
	    {.kind = GSSLOOP_FRAME_MESSAGE, .data = VIEW("clear")},
	    {.kind = GSSLOOP_FRAME_MESSAGE,
		.protection = GSSLOOP_INTEG,
		.data = VIEW("wrapped")},
	    {.kind = GSSLOOP_FRAME_MESSAGE,
		.protection = GSSLOOP_CONF,
		.data = VIEW("sealed")},
	    {.kind = GSSLOOP_FRAME_MESSAGE,
		.protection = GSSLOOP_MIC,
		.data = VIEW("clear"),
		.mic = VIEW("MIC")},
	    {.kind = GSSLOOP_FRAME_END}},
	8},
    {"plain acceptor", PLAIN, GSSLOOP_ACCEPTOR,
	{{.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("answer")},
	    {.kind = GSSLOOP_FRAME_ERROR},
	    {.kind = GSSLOOP_FRAME_MESSAGE,
		.protection = GSSLOOP_MIC,
		.mic = VIEW("MIC")},
	    {.kind = GSSLOOP_FRAME_END}},
	4},
    {"sample initiator", SAMPLE, GSSLOOP_INITIATOR,
	{{.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("token")},
	    {.kind = GSSLOOP_FRAME_TOKEN},
	    {.kind = GSSLOOP_FRAME_MESSAGE, .data = VIEW("clear")},
	    {.kind = GSSLOOP_FRAME_MESSAGE,
		.protection = GSSLOOP_INTEG,
		.data = VIEW("wrapped"),
		.mic_wanted = 1},
	    {.kind = GSSLOOP_FRAME_MESSAGE,
		.protection = GSSLOOP_CONF,
		.data = VIEW("sealed")},
	    {.kind = GSSLOOP_FRAME_END}},
	6},
    {"sample acceptor", SAMPLE, GSSLOOP_ACCEPTOR,
	{{.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("answer")},
	    {.kind = GSSLOOP_FRAME_MESSAGE,
		.protection = GSSLOOP_MIC,
		.mic = VIEW("MIC")},
	    {.kind = GSSLOOP_FRAME_END}},
	3},
};

static const struct gssloop_frame a_token = {
    .kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("token")};
static const struct gssloop_frame an_error = {
    .kind = GSSLOOP_FRAME_ERROR, .major = 0x000d0000, .data = VIEW("why")};
static const struct gssloop_frame a_message = {
    .kind = GSSLOOP_FRAME_MESSAGE, .data = VIEW("clear")};
static const struct gssloop_frame a_mic = {.kind = GSSLOOP_FRAME_MESSAGE,
    .protection = GSSLOOP_MIC,
    .mic = VIEW("MIC")};
static const struct gssloop_frame an_end = {.kind = GSSLOOP_FRAME_END};

static enum gssloop_role
other_role(enum gssloop_role role)
{
	return role == GSSLOOP_INITIATOR ? GSSLOOP_ACCEPTOR : GSSLOOP_INITIATOR;
}

/* A channel, and the bare descriptor at its other end. */
struct end {
	struct gssloop_channel *channel;
	int peer;
};

static void
pair_make(int fds[2])
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
}

static struct end
end_make(enum protocol protocol, enum gssloop_role role)
{
	struct end end;
	int fds[2];

	pair_make(fds);
	ck_assert_int_eq(makers[protocol](&end.channel, fds[0], role), 0);
	ck_assert_int_eq(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	gssloop_channel_limit(end.channel, LARGE, LARGE);
	end.peer = fds[1];
	return end;
}

static void
end_close_peer(struct end *end)
{
	if (end->peer != -1)
		ck_assert_int_eq(close(end->peer), 0);
	end->peer = -1;
}

static void
end_free(struct end *end)
{
	end_close_peer(end);
	gssloop_channel_free(&end->channel);
	ck_assert_ptr_null(end->channel);
}

static void
end_write(const struct end *end, const void *octets, size_t size)
{
	if (size > 0)
		ck_assert_int_eq(write(end->peer, octets, size), (ssize_t)size);
}

/* The stream behind a channel over a socket. */
static const struct gj_stream *
end_stream(const struct end *end)
{
	return end->channel->self;
}

static void
check_io(struct gssloop_channel *channel, enum gssloop_io io,
    enum gssloop_io expected)
{
	ck_assert_msg(io == expected, "is %d, not %d: %s", (int)io,
	    (int)expected, gssloop_channel_reason(channel));
}

static void
check_put(struct gssloop_channel *channel, const struct gssloop_frame *frame,
    enum gssloop_io expected)
{
	check_io(channel, gssloop_channel_put(channel, frame), expected);
}

static void
check_flush(struct gssloop_channel *channel, enum gssloop_io expected)
{
	check_io(channel, gssloop_channel_flush(channel), expected);
}

static void
check_get(struct gssloop_channel *channel, enum gssloop_io expected)
{
	struct gssloop_frame frame;

	check_io(channel, gssloop_channel_get(channel, &frame), expected);
}

static void
check_reason(struct gssloop_channel *channel, const char *part)
{
	ck_assert_msg(strstr(gssloop_channel_reason(channel), part) != NULL,
	    "\"%s\" lacks \"%s\"", gssloop_channel_reason(channel), part);
}

static void
check_view(const struct gssloop_view *one, const struct gssloop_view *other)
{
	ck_assert_uint_eq(one->size, other->size);
	if (one->size > 0)
		ck_assert_mem_eq(one->data, other->data, one->size);
}

static void
check_frame(const struct gssloop_frame *one, const struct gssloop_frame *other)
{
	ck_assert_int_eq(one->kind, other->kind);
	ck_assert_int_eq(one->protection, other->protection);
	ck_assert_int_eq(one->mic_wanted, other->mic_wanted);
	ck_assert_uint_eq(one->major, other->major);
	check_view(&one->data, &other->data);
	check_view(&one->mic, &other->mic);
}

static void
check_get_frame(
    struct gssloop_channel *channel, const struct gssloop_frame *expected)
{
	struct gssloop_frame frame;

	check_io(channel, gssloop_channel_get(channel, &frame), GSSLOOP_IO_OK);
	check_frame(&frame, expected);
}

/* What a sender puts onto the wire; the first n frames, up to count. */
struct octets {
	uint8_t data[512];
	size_t size;
};

static void
octets_read(struct octets *octets, const struct end *end)
{
	ssize_t got;

	octets->size = 0;
	do {
		got = read(end->peer, octets->data + octets->size,
		    sizeof(octets->data) - octets->size);
		if (got > 0)
			octets->size += (size_t)got;
	} while (got > 0);
}

static void
octets_of(struct octets *octets, enum protocol protocol,
    enum gssloop_role sender, const struct gssloop_frame *frames, size_t count)
{
	struct end end = end_make(protocol, sender);
	size_t i;

	for (i = 0; i < count; i++)
		check_put(end.channel, &frames[i], GSSLOOP_IO_OK);
	check_flush(end.channel, GSSLOOP_IO_OK);
	octets_read(octets, &end);
	end_free(&end);
}

/* Making and freeing */

START_TEST(channel_takes_the_descriptor)
{
	struct gssloop_channel *channel;
	int fds[2];

	pair_make(fds);
	ck_assert_int_eq(makers[_i](&channel, fds[0], GSSLOOP_INITIATOR), 0);
	ck_assert(fcntl(fds[0], F_GETFL) & O_NONBLOCK);
	gssloop_channel_free(&channel);
	ck_assert_ptr_null(channel);
	ck_assert_int_eq(fcntl(fds[0], F_GETFD), -1);
	gssloop_channel_free(&channel);
	close(fds[1]);
}
END_TEST

START_TEST(channel_of_no_descriptor)
{
	struct gssloop_channel *channel = (void *)&channel;

	ck_assert_int_eq(makers[_i](&channel, -1, GSSLOOP_ACCEPTOR), EBADF);
	ck_assert_ptr_null(channel);
}
END_TEST

START_TEST(channel_without_memory)
{
	struct gssloop_channel *channel;
	unsigned long n;
	int fds[2], error;

	pair_make(fds);
	for (n = 1;; n++) {
		channel = (void *)&channel;
		failing_malloc_arm(n);
		error = makers[_i](&channel, fds[0], GSSLOOP_INITIATOR);
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		ck_assert_int_eq(error, ENOMEM);
		ck_assert_ptr_null(channel);
		ck_assert_int_ne(fcntl(fds[0], F_GETFD), -1);
	}
	ck_assert_int_eq(error, 0);
	ck_assert_uint_gt(n, 2);
	gssloop_channel_free(&channel);
	close(fds[1]);
}
END_TEST

START_TEST(channel_names)
{
	static const struct {
		const char *name;
		unsigned int carries;
	} expected[] = {
	    {"plain", GSSLOOP_CARRIES_ERRORS | GSSLOOP_CARRIES_MIC},
	    {"sample", 0},
	};
	struct end end = end_make((enum protocol)_i, GSSLOOP_ACCEPTOR);

	ck_assert_str_eq(gssloop_channel_name(end.channel), expected[_i].name);
	ck_assert_uint_eq(
	    gssloop_channel_carries(end.channel), expected[_i].carries);
	ck_assert_ptr_nonnull(gssloop_channel_reason(end.channel));
	end_free(&end);
}
END_TEST

/* Frames cross */

START_TEST(frames_cross)
{
	const struct sent *sent = &all_sent[_i];
	struct gssloop_channel *from, *to;
	int fds[2];
	size_t i;

	pair_make(fds);
	ck_assert_int_eq(
	    makers[sent->protocol](&from, fds[0], sent->sender), 0);
	ck_assert_int_eq(
	    makers[sent->protocol](&to, fds[1], other_role(sent->sender)), 0);
	gssloop_channel_limit(to, 64, 64);
	check_get(to, GSSLOOP_IO_AGAIN);
	for (i = 0; i < sent->count; i++) {
		check_put(from, &sent->frames[i], GSSLOOP_IO_OK);
		check_get(to, GSSLOOP_IO_AGAIN);
		check_flush(from, GSSLOOP_IO_OK);
		check_get_frame(to, &sent->frames[i]);
		check_get(to, GSSLOOP_IO_AGAIN);
	}
	gssloop_channel_free(&from);
	check_get(to, GSSLOOP_IO_CLOSED);
	check_reason(to, "between two frames");
	gssloop_channel_free(&to);
}
END_TEST

START_TEST(frames_in_one_write)
{
	const struct sent *sent = &all_sent[_i];
	struct end end = end_make(sent->protocol, other_role(sent->sender));
	struct octets octets;
	size_t i;

	octets_of(
	    &octets, sent->protocol, sent->sender, sent->frames, sent->count);
	end_write(&end, octets.data, octets.size);
	for (i = 0; i < sent->count; i++)
		check_get_frame(end.channel, &sent->frames[i]);
	check_get(end.channel, GSSLOOP_IO_AGAIN);
	end_free(&end);
}
END_TEST

START_TEST(frames_octet_by_octet)
{
	const struct sent *sent = &all_sent[_i];
	struct end end = end_make(sent->protocol, other_role(sent->sender));
	struct octets octets;
	size_t i, k, begin = 0;

	for (i = 0; i < sent->count; i++) {
		octets_of(
		    &octets, sent->protocol, sent->sender, sent->frames, i + 1);
		for (k = begin; k < octets.size; k++) {
			check_get(end.channel, GSSLOOP_IO_AGAIN);
			end_write(&end, octets.data + k, 1);
		}
		check_get_frame(end.channel, &sent->frames[i]);
		begin = octets.size;
	}
	end_free(&end);
}
END_TEST

/* The stream is cut */

/* Octets of the channel's beginning that its first frame comes behind. */
static size_t
beginning(const struct sent *sent)
{
	bool begins =
	    sent->protocol == SAMPLE && sent->sender == GSSLOOP_INITIATOR;

	return begins ? HEADER : 0;
}

/* What the reason names of size octets that were cut behind k. */
static void
check_cut_reason(
    struct gssloop_channel *channel, size_t k, size_t size, size_t begin)
{
	char expected[64];
	size_t have = k >= begin ? k - begin : k;
	size_t need = have < HEADER ? HEADER : size - begin;

	snprintf(
	    expected, sizeof(expected), "after %zu of %zu octets", have, need);
	check_reason(channel, have > 0 ? expected : "between two frames");
}

static void
check_cut(const struct sent *sent, const struct octets *octets, size_t k)
{
	struct end end = end_make(sent->protocol, other_role(sent->sender));

	end_write(&end, octets->data, k);
	check_get(end.channel, GSSLOOP_IO_AGAIN);
	end_close_peer(&end);
	check_get(end.channel, GSSLOOP_IO_CLOSED);
	check_cut_reason(end.channel, k, octets->size, beginning(sent));
	check_get(end.channel, GSSLOOP_IO_CLOSED);
	end_free(&end);
}

START_TEST(stream_cut_at_every_octet)
{
	const struct sent *sent = &all_sent[_i];
	struct octets octets;
	size_t i, k;

	for (i = 0; i < sent->count; i++) {
		octets_of(
		    &octets, sent->protocol, sent->sender, &sent->frames[i], 1);
		for (k = 0; k < octets.size; k++)
			check_cut(sent, &octets, k);
	}
}
END_TEST

/* A frame that came whole is given out although the peer has closed. */
START_TEST(stream_closed_behind_a_frame)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);
	struct octets octets;

	octets_of(&octets, (enum protocol)_i, GSSLOOP_ACCEPTOR, &a_token, 1);
	end_write(&end, octets.data, octets.size);
	end_close_peer(&end);
	check_get_frame(end.channel, &a_token);
	check_get(end.channel, GSSLOOP_IO_CLOSED);
	end_free(&end);
}
END_TEST

START_TEST(peer_closed_before_put)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);

	end_close_peer(&end);
	check_put(end.channel, &a_token, GSSLOOP_IO_OK);
	check_flush(end.channel, GSSLOOP_IO_CLOSED);
	check_reason(end.channel, "sending: ");
	check_get(end.channel, GSSLOOP_IO_CLOSED);
	end_free(&end);
}
END_TEST

START_TEST(peer_closed_before_flush)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);

	check_put(end.channel, &a_token, GSSLOOP_IO_OK);
	end_close_peer(&end);
	check_flush(end.channel, GSSLOOP_IO_CLOSED);
	end_free(&end);
}
END_TEST

/* Closed with octets that it did not read: a reset, on a local socket, too. */
START_TEST(peer_resets)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);

	check_put(end.channel, &a_token, GSSLOOP_IO_OK);
	check_flush(end.channel, GSSLOOP_IO_OK);
	end_close_peer(&end);
	check_get(end.channel, GSSLOOP_IO_CLOSED);
	end_free(&end);
}
END_TEST

/* Refusals */

/* Octets that an end of a channel gets, behind its beginning, and the end. */
static const struct refusal {
	const char *name;
	enum protocol protocol;
	enum gssloop_role role; /* who gets them */
	size_t message_max;
	const char *octets;
	size_t size;
	enum gssloop_io io;
	const char *reason;
} refusals[] = {
    {"token too large", PLAIN, GSSLOOP_ACCEPTOR, 16, "T\0\0\0\x11", 5,
	GSSLOOP_IO_TOO_LARGE, "token of 17 octets, limit 16"},
    {"message too large", PLAIN, GSSLOOP_INITIATOR, 8, "M\0\0\0\x09", 5,
	GSSLOOP_IO_TOO_LARGE, "message of 9 octets, limit 8"},
    {"error too large", PLAIN, GSSLOOP_INITIATOR, 0, "E\xff\xff\xff\xff", 5,
	GSSLOOP_IO_TOO_LARGE, "error of 4294967295 octets"},
    {"token at the limit", PLAIN, GSSLOOP_ACCEPTOR, 16, "T\0\0\0\x10", 5,
	GSSLOOP_IO_AGAIN, NULL},
    {"garbage", PLAIN, GSSLOOP_ACCEPTOR, 16, "GET / HTTP/1.1\r\n\r\n", 18,
	GSSLOOP_IO_MALFORMED, "frame type 0x47"},
    {"error that is cut", PLAIN, GSSLOOP_ACCEPTOR, 16, "E\0\0\0\1x", 6,
	GSSLOOP_IO_MALFORMED, "offset 5"},
    {"early message", PLAIN, GSSLOOP_ACCEPTOR, 0, "M\0\0\0\1", 5,
	GSSLOOP_IO_EARLY, "no message"},
    {"sample token too large", SAMPLE, GSSLOOP_INITIATOR, 16, "\2\0\0\0\x11", 5,
	GSSLOOP_IO_TOO_LARGE, "17 octets, limit 16"},
    {"sample token too large", SAMPLE, GSSLOOP_ACCEPTOR, 16,
	"\x11\0\0\0\0\2\0\0\0\x11", 10, GSSLOOP_IO_TOO_LARGE,
	"17 octets, limit 16"},
    {"sample end with a body", SAMPLE, GSSLOOP_INITIATOR, 16, "\1\0\0\0\1", 5,
	GSSLOOP_IO_TOO_LARGE, "1 octets, limit 0"},
    {"sample garbage", SAMPLE, GSSLOOP_INITIATOR, 16, "HTTP/1.1", 8,
	GSSLOOP_IO_MALFORMED, "flags 0x48"},
    {"sample early MIC", SAMPLE, GSSLOOP_INITIATOR, 0, "\x08\0\0\0\1", 5,
	GSSLOOP_IO_EARLY, "no message"},
    {"sample early message", SAMPLE, GSSLOOP_ACCEPTOR, 0,
	"\x11\0\0\0\0\x24\0\0\0\1", 10, GSSLOOP_IO_EARLY, "no message"},

    {"beginning only", SAMPLE, GSSLOOP_ACCEPTOR, 16, "\x11\0\0\0\0", 5,
	GSSLOOP_IO_AGAIN, NULL},
    {"beginning without authentication", SAMPLE, GSSLOOP_ACCEPTOR, 16,
	"\1\0\0\0\0", 5, GSSLOOP_IO_MALFORMED, "does not authenticate"},
    {"beginning that is a token", SAMPLE, GSSLOOP_ACCEPTOR, 16, "\2\0\0\0\1x",
	6, GSSLOOP_IO_MALFORMED, "not the beginning"},
    {"beginning with a body", SAMPLE, GSSLOOP_ACCEPTOR, 16, "\x11\0\0\0\1x", 6,
	GSSLOOP_IO_MALFORMED, "has a body"},
    {"beginning twice", SAMPLE, GSSLOOP_ACCEPTOR, 16,
	"\x11\0\0\0\0\x11\0\0\0\0", 10, GSSLOOP_IO_MALFORMED, "flags 0x11"},
    {"beginning to the initiator", SAMPLE, GSSLOOP_INITIATOR, 16,
	"\x11\0\0\0\0", 5, GSSLOOP_IO_MALFORMED, "flags 0x11"},
};

START_TEST(refused)
{
	const struct refusal *row = &refusals[_i];
	struct end end = end_make(row->protocol, row->role);

	gssloop_channel_limit(end.channel, 16, row->message_max);
	end_write(&end, row->octets, row->size);
	check_get(end.channel, row->io);
	if (row->reason != NULL)
		check_reason(end.channel, row->reason);
	/* What was refused stays refused. */
	check_get(end.channel, row->io);
	end_free(&end);
}
END_TEST

/* Nobody set limits: tokens of the default size, no messages. */
START_TEST(limits_by_default)
{
	struct gssloop_channel *channel;
	int fds[2];

	pair_make(fds);
	ck_assert_int_eq(
	    gssloop_channel_plain(&channel, fds[0], GSSLOOP_ACCEPTOR), 0);
	ck_assert_int_eq(write(fds[1], "T\0\2\0\1", 5), 5);
	check_get(channel, GSSLOOP_IO_TOO_LARGE);
	gssloop_channel_limit(channel, GSSLOOP_TOKEN_MAX_DEFAULT + 1, 0);
	check_get(channel, GSSLOOP_IO_AGAIN);
	gssloop_channel_free(&channel);
	close(fds[1]);
}
END_TEST

/* A refusal by the header leaves the body where it is. */
START_TEST(refused_body_is_not_read)
{
	static const uint8_t body[50000];
	struct end end = end_make(PLAIN, GSSLOOP_ACCEPTOR);

	gssloop_channel_limit(end.channel, 16, 16);
	end_write(&end, "T\0\0\xc3\x50", HEADER);
	end_write(&end, body, sizeof(body));
	check_get(end.channel, GSSLOOP_IO_TOO_LARGE);
	ck_assert_uint_lt(gj_buffer_size(&end_stream(&end)->in), 4096);
	check_get(end.channel, GSSLOOP_IO_TOO_LARGE);
	ck_assert_uint_lt(gj_buffer_size(&end_stream(&end)->in), 4096);
	end_free(&end);
}
END_TEST

/* Memory follows what has come, not what was announced. */
START_TEST(announced_is_not_allocated)
{
	static const uint8_t body[10000];
	struct end end = end_make(PLAIN, GSSLOOP_ACCEPTOR);

	gssloop_channel_limit(end.channel, GSSLOOP_TOKEN_MAX_DEFAULT, 0);
	end_write(&end, "T\0\1\xff\xff", HEADER);
	check_get(end.channel, GSSLOOP_IO_AGAIN);
	ck_assert_uint_lt(end_stream(&end)->in.room, 8192);
	end_write(&end, body, sizeof(body));
	check_get(end.channel, GSSLOOP_IO_AGAIN);
	ck_assert_uint_lt(end_stream(&end)->in.room, 4 * sizeof(body));
	end_free(&end);
}
END_TEST

/* An idle channel keeps no more than a little, whatever went over it. */
START_TEST(room_is_given_back)
{
	static uint8_t data[2 * GJ_STREAM_KEPT];
	static uint8_t rest[sizeof(data) + GJ_WIRE_OVERHEAD];
	struct gssloop_frame frame = {.kind = GSSLOOP_FRAME_MESSAGE,
	    .data = {data, _i == 0 ? sizeof(data) : GJ_STREAM_KEPT / 2}};
	struct end end = end_make(PLAIN, GSSLOOP_ACCEPTOR);
	const struct gj_stream *stream = end_stream(&end);
	size_t got = 0, step = 4096, part, size;

	gssloop_channel_limit(end.channel, 0, sizeof(rest));
	ck_assert_int_eq(
	    gssloop_channel_put(end.channel, &frame), GSSLOOP_IO_OK);
	size = gj_buffer_size(&stream->out);
	while (got < size) {
		gssloop_channel_flush(end.channel);
		got += (size_t)recv(end.peer, rest + got, size - got, 0);
	}
	ck_assert_int_eq(gssloop_channel_flush(end.channel), GSSLOOP_IO_OK);
	ck_assert_int_eq(stream->out.room > 0, _i == 1);
	for (got = 0; got < size; got += part) {
		check_get(end.channel, GSSLOOP_IO_AGAIN);
		part = size - got < step ? size - got : step;
		end_write(&end, rest + got, part);
	}
	check_get(end.channel, GSSLOOP_IO_OK);
	check_get(end.channel, GSSLOOP_IO_AGAIN);
	ck_assert_uint_le(stream->in.room, GJ_STREAM_KEPT);
	ck_assert_int_eq(stream->in.room > 4096, _i == 1);
	end_free(&end);
}
END_TEST

/* Room that there is already is filled by one read. */
START_TEST(room_is_filled)
{
	static const uint8_t body[40000];
	struct end end = end_make(PLAIN, GSSLOOP_ACCEPTOR);
	struct gj_stream *stream = end.channel->self;
	size_t room;

	gssloop_channel_limit(end.channel, sizeof(body), 0);
	end_write(&end, "T\0\0\x9c\x40", HEADER);
	end_write(&end, body, sizeof(body));
	check_get(end.channel, GSSLOOP_IO_OK);
	room = stream->in.room;
	end_write(&end, "T\0\0\x9c\x40", HEADER);
	end_write(&end, body, sizeof(body));
	gj_buffer_consume(&stream->in, stream->taken);
	stream->taken = 0;
	ck_assert_int_eq(
	    gj_stream_fill(stream, HEADER + sizeof(body)), GSSLOOP_IO_OK);
	ck_assert_uint_eq(gj_buffer_size(&stream->in), HEADER + sizeof(body));
	ck_assert_uint_eq(stream->in.room, room);
	end_free(&end);
}
END_TEST

/* What the sample protocol lacks */

static const struct lacking {
	const char *name;
	enum gssloop_role role;
	struct gssloop_frame frame;
} lackings[] = {
    {"initiator's error", GSSLOOP_INITIATOR,
	{.kind = GSSLOOP_FRAME_ERROR, .data = VIEW("why")}},
    {"acceptor's error", GSSLOOP_ACCEPTOR, {.kind = GSSLOOP_FRAME_ERROR}},
    {"initiator's MIC", GSSLOOP_INITIATOR,
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_MIC,
	    .mic = VIEW("MIC")}},
    {"initiator's data with MIC", GSSLOOP_INITIATOR,
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_MIC,
	    .data = VIEW("x"),
	    .mic = VIEW("MIC")}},
    {"acceptor's data with MIC", GSSLOOP_ACCEPTOR,
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_MIC,
	    .data = VIEW("x"),
	    .mic = VIEW("MIC")}},
    {"acceptor's clear message", GSSLOOP_ACCEPTOR,
	{.kind = GSSLOOP_FRAME_MESSAGE, .data = VIEW("x")}},
    {"acceptor's wrapped message", GSSLOOP_ACCEPTOR,
	{.kind = GSSLOOP_FRAME_MESSAGE,
	    .protection = GSSLOOP_CONF,
	    .data = VIEW("x")}},
};

START_TEST(sample_cannot)
{
	const struct lacking *row = &lackings[_i];
	struct end end = end_make(SAMPLE, row->role);
	struct octets expected, octets;

	octets_of(&expected, SAMPLE, row->role, &a_token, 1);
	check_put(end.channel, &row->frame, GSSLOOP_IO_CANNOT);
	check_reason(end.channel, "no such frame");
	check_flush(end.channel, GSSLOOP_IO_OK);
	check_put(end.channel, &a_token, GSSLOOP_IO_OK);
	check_flush(end.channel, GSSLOOP_IO_OK);
	octets_read(&octets, &end);
	ck_assert_uint_eq(octets.size, expected.size);
	ck_assert_mem_eq(octets.data, expected.data, expected.size);
	end_free(&end);
}
END_TEST

START_TEST(sample_begins_once)
{
	static const struct gssloop_frame tokens[2] = {
	    {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("a")},
	    {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("b")}};
	static const char initiator[] = "\x11\0\0\0\0\2\0\0\0\1a\2\0\0\0\1b";
	struct octets octets;

	octets_of(&octets, SAMPLE, GSSLOOP_INITIATOR, tokens, 2);
	ck_assert_uint_eq(octets.size, sizeof(initiator) - 1);
	ck_assert_mem_eq(octets.data, initiator, sizeof(initiator) - 1);
	octets_of(&octets, SAMPLE, GSSLOOP_ACCEPTOR, tokens, 2);
	ck_assert_uint_eq(octets.size, sizeof(initiator) - 1 - HEADER);
	ck_assert_mem_eq(octets.data, initiator + HEADER, octets.size);
}
END_TEST

/*
 * A frame that was refused leaves nothing behind, so the next one still has
 * the beginning before it.  The codec is asked directly: to have put refuse
 * takes a frame above 4 GiB.
 */
START_TEST(sample_begins_behind_a_refused_put)
{
	struct end end = end_make(SAMPLE, GSSLOOP_INITIATOR);
	struct gj_stream *stream = end.channel->self;
	struct gj_writer writer;
	uint8_t memory[8];
	struct octets octets;

	gj_writer_init(&writer, memory, sizeof(memory));
	ck_assert(stream->framing->encode(stream, &a_token, &writer));
	ck_assert(writer.failed);
	check_put(end.channel, &a_token, GSSLOOP_IO_OK);
	check_flush(end.channel, GSSLOOP_IO_OK);
	octets_read(&octets, &end);
	ck_assert_uint_eq(octets.data[0], 0x11);
	end_free(&end);
}
END_TEST

START_TEST(sample_end_is_answered_by_closing)
{
	struct end end = end_make(SAMPLE, GSSLOOP_INITIATOR);

	check_put(end.channel, &an_end, GSSLOOP_IO_OK);
	check_flush(end.channel, GSSLOOP_IO_OK);
	check_get(end.channel, GSSLOOP_IO_AGAIN);
	ck_assert_int_eq(shutdown(end.peer, SHUT_WR), 0);
	check_get_frame(end.channel, &an_end);
	end_free(&end);
}
END_TEST

START_TEST(sample_end_and_half_a_frame)
{
	struct end end = end_make(SAMPLE, GSSLOOP_INITIATOR);

	check_put(end.channel, &an_end, GSSLOOP_IO_OK);
	check_flush(end.channel, GSSLOOP_IO_OK);
	end_write(&end, "\x08\0\0", 3);
	ck_assert_int_eq(shutdown(end.peer, SHUT_WR), 0);
	check_get(end.channel, GSSLOOP_IO_CLOSED);
	check_reason(end.channel, "after 3 of 5 octets");
	end_free(&end);
}
END_TEST

/* The acceptor that got the end has nothing to say to it. */
START_TEST(sample_acceptor_ends)
{
	struct end end = end_make(SAMPLE, GSSLOOP_ACCEPTOR);
	struct octets octets;

	end_write(&end, "\x11\0\0\0\0\1\0\0\0\0", 10);
	check_get_frame(end.channel, &an_end);
	check_put(end.channel, &an_end, GSSLOOP_IO_OK);
	check_flush(end.channel, GSSLOOP_IO_OK);
	octets_read(&octets, &end);
	ck_assert_uint_eq(octets.size, 0);
	end_free(&end);
}
END_TEST

/* Large frames and what to wait for */

static void
check_poll(const struct end *end, short expected)
{
	short events = 0;
	int fd = -1;

	ck_assert_int_eq(gssloop_channel_poll(end->channel, &fd, &events), -1);
	ck_assert_int_eq(fd, end_stream(end)->fd);
	ck_assert_int_eq(events, expected);
}

static struct gssloop_frame
large_make(uint8_t *memory)
{
	struct gssloop_frame frame = {
	    .kind = GSSLOOP_FRAME_TOKEN, .data = {memory, LARGE}};
	size_t i;

	for (i = 0; i < LARGE; i++)
		memory[i] = (uint8_t)(i * 31 + i / 251);
	return frame;
}

static void
small_queue(const struct end *end)
{
	int size = 4096;

	ck_assert_int_eq(setsockopt(end_stream(end)->fd, SOL_SOCKET, SO_SNDBUF,
			     &size, sizeof(size)),
	    0);
}

/* Both ends go on by turns until the frame has crossed. */
static void
cross(struct gssloop_channel *from, struct gssloop_channel *to,
    const struct gssloop_frame *frame)
{
	enum gssloop_io sent = GSSLOOP_IO_AGAIN, got = GSSLOOP_IO_AGAIN;
	struct gssloop_frame back;

	while (got == GSSLOOP_IO_AGAIN) {
		got = gssloop_channel_get(to, &back);
		if (sent == GSSLOOP_IO_AGAIN)
			sent = gssloop_channel_flush(from);
	}
	check_io(from, sent, GSSLOOP_IO_OK);
	check_io(to, got, GSSLOOP_IO_OK);
	check_frame(&back, frame);
}

START_TEST(large_frame)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);
	struct gssloop_channel *to;
	uint8_t *memory = malloc(LARGE);
	struct gssloop_frame frame = large_make(memory);

	small_queue(&end);
	ck_assert_int_eq(makers[_i](&to, end.peer, GSSLOOP_ACCEPTOR), 0);
	end.peer = -1;
	gssloop_channel_limit(to, LARGE, 0);
	check_put(end.channel, &frame, GSSLOOP_IO_OK);
	check_flush(end.channel, GSSLOOP_IO_AGAIN);
	check_poll(&end, POLLOUT);
	check_flush(end.channel, GSSLOOP_IO_AGAIN);
	cross(end.channel, to, &frame);
	check_poll(&end, POLLIN);
	/* The channel is as good as new. */
	check_put(end.channel, &a_token, GSSLOOP_IO_OK);
	check_flush(end.channel, GSSLOOP_IO_OK);
	check_get_frame(to, &a_token);
	free(memory);
	gssloop_channel_free(&to);
	end_free(&end);
}
END_TEST

/* put copies: what the caller does to its octets then is its own affair. */
START_TEST(put_copies)
{
	struct end end = end_make(PLAIN, GSSLOOP_INITIATOR);
	uint8_t memory[3] = {'a', 'b', 'c'};
	struct gssloop_frame frame = {
	    .kind = GSSLOOP_FRAME_TOKEN, .data = {memory, sizeof(memory)}};
	struct octets octets;

	check_put(end.channel, &frame, GSSLOOP_IO_OK);
	memset(memory, 'x', sizeof(memory));
	check_flush(end.channel, GSSLOOP_IO_OK);
	octets_read(&octets, &end);
	ck_assert_uint_eq(octets.size, 8);
	ck_assert_mem_eq(octets.data, "T\0\0\0\3abc", 8);
	end_free(&end);
}
END_TEST

START_TEST(poll_events)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);
	struct octets octets;

	octets_of(&octets, (enum protocol)_i, GSSLOOP_ACCEPTOR, &a_token, 1);
	check_poll(&end, POLLIN);
	check_put(end.channel, &a_token, GSSLOOP_IO_OK);
	check_poll(&end, POLLOUT);
	check_flush(end.channel, GSSLOOP_IO_OK);
	check_poll(&end, POLLIN);
	end_write(&end, octets.data, 3);
	check_get(end.channel, GSSLOOP_IO_AGAIN);
	check_poll(&end, POLLIN);
	end_write(&end, octets.data + 3, octets.size - 3);
	check_get_frame(end.channel, &a_token);
	check_poll(&end, POLLIN);
	end_close_peer(&end);
	check_poll(&end, POLLIN);
	end_free(&end);
}
END_TEST

/* Waiting */

START_TEST(get_wait_time)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);
	struct gssloop_frame frame;

	ck_assert_int_eq(gssloop_channel_get_wait(
			     end.channel, &frame, gssloop_deadline(SHORT_WAIT)),
	    GSSLOOP_IO_TIME);
	end_write(&end, "T\0\0", 3);
	ck_assert_int_eq(gssloop_channel_get_wait(
			     end.channel, &frame, gssloop_deadline(SHORT_WAIT)),
	    GSSLOOP_IO_TIME);
	ck_assert_int_eq(
	    gssloop_channel_get_wait(end.channel, &frame, 0), GSSLOOP_IO_TIME);
	end_free(&end);
}
END_TEST

START_TEST(get_wait_frame)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);
	struct octets octets;
	struct gssloop_frame frame;

	octets_of(&octets, (enum protocol)_i, GSSLOOP_ACCEPTOR, &a_token, 1);
	end_write(&end, octets.data, octets.size);
	/* What is there needs no waiting, so a passed deadline does not harm.
	 */
	check_io(end.channel, gssloop_channel_get_wait(end.channel, &frame, 0),
	    GSSLOOP_IO_OK);
	check_frame(&frame, &a_token);
	end_close_peer(&end);
	check_io(end.channel,
	    gssloop_channel_get_wait(end.channel, &frame, GSSLOOP_NO_DEADLINE),
	    GSSLOOP_IO_CLOSED);
	end_free(&end);
}
END_TEST

/* The deadline holds although something was put and never flushed. */
START_TEST(get_wait_time_with_output)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);
	struct gssloop_frame frame;

	check_put(end.channel, &a_token, GSSLOOP_IO_OK);
	ck_assert_int_eq(gssloop_channel_get_wait(
			     end.channel, &frame, gssloop_deadline(SHORT_WAIT)),
	    GSSLOOP_IO_TIME);
	end_free(&end);
}
END_TEST

START_TEST(put_wait_time)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);
	uint8_t *memory = malloc(LARGE);
	struct gssloop_frame frame = large_make(memory);

	small_queue(&end);
	ck_assert_int_eq(gssloop_channel_put_wait(
			     end.channel, &frame, gssloop_deadline(SHORT_WAIT)),
	    GSSLOOP_IO_TIME);
	end_close_peer(&end);
	check_io(end.channel,
	    gssloop_channel_put_wait(
		end.channel, &a_token, GSSLOOP_NO_DEADLINE),
	    GSSLOOP_IO_CLOSED);
	free(memory);
	end_free(&end);
}
END_TEST

START_TEST(put_wait_refused)
{
	struct end end = end_make(SAMPLE, GSSLOOP_INITIATOR);

	check_io(end.channel,
	    gssloop_channel_put_wait(
		end.channel, &an_error, GSSLOOP_NO_DEADLINE),
	    GSSLOOP_IO_CANNOT);
	check_io(end.channel,
	    gssloop_channel_put_wait(end.channel, &a_token, 0), GSSLOOP_IO_OK);
	end_free(&end);
}
END_TEST

/* Without memory */

static const struct gssloop_frame *const put_frames[] = {
    &a_token, &an_error, &a_message, &a_mic, &an_end};

/* A put that failed has put nothing; what was put before is still there. */
START_TEST(put_without_memory)
{
	const struct gssloop_frame *frame = put_frames[_i];
	struct end end = end_make(PLAIN, GSSLOOP_INITIATOR);
	struct octets expected, octets;
	enum gssloop_io io;
	unsigned long n;

	octets_of(&expected, PLAIN, GSSLOOP_INITIATOR, frame, 1);
	for (n = 1;; n++) {
		failing_malloc_arm(n);
		io = gssloop_channel_put(end.channel, frame);
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		check_io(end.channel, io, GSSLOOP_IO_NO_MEMORY);
		check_reason(end.channel, "memory");
		check_poll(&end, POLLIN);
	}
	check_io(end.channel, io, GSSLOOP_IO_OK);
	ck_assert_uint_gt(n, 1);
	check_flush(end.channel, GSSLOOP_IO_OK);
	octets_read(&octets, &end);
	ck_assert_uint_eq(octets.size, expected.size);
	ck_assert_mem_eq(octets.data, expected.data, expected.size);
	end_free(&end);
}
END_TEST

/* The first token after a failed put of the samples has its beginning. */
START_TEST(sample_put_without_memory)
{
	struct end end = end_make(SAMPLE, GSSLOOP_INITIATOR);
	struct octets expected, octets;
	enum gssloop_io io;

	octets_of(&expected, SAMPLE, GSSLOOP_INITIATOR, &a_token, 1);
	failing_malloc_arm(1);
	io = gssloop_channel_put(end.channel, &a_token);
	failing_malloc_arm(0);
	check_io(end.channel, io, GSSLOOP_IO_NO_MEMORY);
	check_put(end.channel, &a_token, GSSLOOP_IO_OK);
	check_flush(end.channel, GSSLOOP_IO_OK);
	octets_read(&octets, &end);
	ck_assert_uint_eq(octets.size, expected.size);
	ck_assert_mem_eq(octets.data, expected.data, expected.size);
	end_free(&end);
}
END_TEST

/* Sizes that no memory has are refused before anything is added up wrong. */
START_TEST(put_of_impossible_sizes)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);
	struct gssloop_frame frame = a_token;
	size_t less;

	for (less = 0; less < GJ_WIRE_OVERHEAD; less++) {
		frame.data.size = SIZE_MAX - less;
		check_put(end.channel, &frame, GSSLOOP_IO_NO_MEMORY);
	}
	frame.data.size = 5;
	frame.mic.size = SIZE_MAX - GJ_WIRE_OVERHEAD;
	check_put(end.channel, &frame, GSSLOOP_IO_NO_MEMORY);
	check_poll(&end, POLLIN);
	end_free(&end);
}
END_TEST

/* A get that failed can be repeated: nothing that came is lost. */
START_TEST(get_without_memory)
{
	static uint8_t octets[HEADER + 20000] = {
	    'T', 0, 0, 20000 >> 8, 20000 & 0xff};
	struct end end = end_make(PLAIN, GSSLOOP_ACCEPTOR);
	struct gssloop_frame frame;
	enum gssloop_io io = GSSLOOP_IO_NO_MEMORY;
	unsigned int failed = 0;

	memset(octets + HEADER, 'x', sizeof(octets) - HEADER);
	end_write(&end, octets, sizeof(octets));
	/* Each time one growth further, and the one behind it fails. */
	failing_malloc_arm(1);
	while ((io = gssloop_channel_get(end.channel, &frame)) ==
	       GSSLOOP_IO_NO_MEMORY) {
		failed++;
		failing_malloc_arm(2);
	}
	failing_malloc_arm(0);
	check_io(end.channel, io, GSSLOOP_IO_OK);
	ck_assert_uint_gt(failed, 2);
	ck_assert_uint_eq(frame.data.size, sizeof(octets) - HEADER);
	ck_assert_mem_eq(
	    frame.data.data, octets + HEADER, sizeof(octets) - HEADER);
	end_free(&end);
}
END_TEST

START_TEST(get_without_memory_reason)
{
	struct end end = end_make((enum protocol)_i, GSSLOOP_INITIATOR);
	struct gssloop_frame frame;
	enum gssloop_io io;

	failing_malloc_arm(1);
	io = gssloop_channel_get(end.channel, &frame);
	failing_malloc_arm(0);
	check_io(end.channel, io, GSSLOOP_IO_NO_MEMORY);
	check_reason(end.channel, "memory");
	check_get(end.channel, GSSLOOP_IO_AGAIN);
	end_free(&end);
}
END_TEST

/* What was received is wiped with the channel. */
START_TEST(queues_are_wiped)
{
	struct end end = end_make(PLAIN, GSSLOOP_ACCEPTOR);
	const struct gj_stream *stream = end_stream(&end);

	end_write(&end, "T\0\0\0\6secret", 11);
	check_get(end.channel, GSSLOOP_IO_OK);
	failing_malloc_watch(stream->in.memory, stream->in.room);
	end_free(&end);
	ck_assert(failing_malloc_wiped());
}
END_TEST

/* Over TCP */

static void
tcp_make(int fds[2])
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(listener, (void *)&address, size), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	ck_assert_int_eq(getsockname(listener, (void *)&address, &size), 0);
	fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(connect(fds[0], (void *)&address, size), 0);
	fds[1] = accept(listener, NULL, NULL);
	ck_assert_int_ne(fds[1], -1);
	close(listener);
}

START_TEST(tcp_does_not_wait_for_more)
{
	struct gssloop_channel *channel;
	socklen_t size = sizeof(int);
	int fds[2], on = 0;

	tcp_make(fds);
	ck_assert_int_eq(makers[_i](&channel, fds[0], GSSLOOP_INITIATOR), 0);
	ck_assert_int_eq(
	    getsockopt(fds[0], IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
	ck_assert_int_ne(on, 0);
	gssloop_channel_free(&channel);
	close(fds[1]);
}
END_TEST

START_TEST(tcp_reset)
{
	static const struct linger at_once = {1, 0};
	struct gssloop_channel *channel;
	struct gssloop_frame frame;
	int fds[2];

	tcp_make(fds);
	ck_assert_int_eq(makers[_i](&channel, fds[0], GSSLOOP_INITIATOR), 0);
	check_put(channel, &a_token, GSSLOOP_IO_OK);
	check_flush(channel, GSSLOOP_IO_OK);
	ck_assert_int_eq(setsockopt(fds[1], SOL_SOCKET, SO_LINGER, &at_once,
			     sizeof(at_once)),
	    0);
	close(fds[1]);
	check_io(channel,
	    gssloop_channel_get_wait(channel, &frame, GSSLOOP_NO_DEADLINE),
	    GSSLOOP_IO_CLOSED);
	check_reason(channel, "receiving: ");
	check_put(channel, &a_token, GSSLOOP_IO_OK);
	check_flush(channel, GSSLOOP_IO_CLOSED);
	gssloop_channel_free(&channel);
}
END_TEST

/* A channel of an application's own: it says what the script says. */

struct script {
	const enum gssloop_io *answers; /* of flush and get, in turn */
	size_t at;
	const void *frame; /* what the latest call was given */
	size_t token_max, message_max;
	int freed, wish;
};

static enum gssloop_io
script_put(void *self, const struct gssloop_frame *frame)
{
	struct script *script = self;

	script->frame = frame;
	return script->answers[script->at++];
}

static enum gssloop_io
script_flush(void *self)
{
	struct script *script = self;

	return script->answers[script->at++];
}

static enum gssloop_io
script_get(void *self, struct gssloop_frame *frame)
{
	struct script *script = self;

	script->frame = frame;
	frame->kind = GSSLOOP_FRAME_END;
	return script->answers[script->at++];
}

static int
script_poll(void *self, int *fd, short *events)
{
	const struct script *script = self;

	*fd = -1;
	*events = POLLPRI;
	return script->wish;
}

static void
script_limit(void *self, size_t token_max, size_t message_max)
{
	struct script *script = self;

	script->token_max = token_max;
	script->message_max = message_max;
}

static const char *
script_reason(void *self)
{
	(void)self;
	return "scripted";
}

static void
script_free(void *self)
{
	struct script *script = self;

	script->freed++;
}

static const struct gssloop_channel_ops script_ops = {
    .name = "script",
    .carries = 0x40,
    .put = script_put,
    .flush = script_flush,
    .get = script_get,
    .poll = script_poll,
    .limit = script_limit,
    .reason = script_reason,
    .free = script_free,
};

START_TEST(own_channel_is_called)
{
	static const enum gssloop_io answers[] = {
	    GSSLOOP_IO_FAILED, GSSLOOP_IO_CLOSED, GSSLOOP_IO_TOO_LARGE};
	struct script script = {.answers = answers, .wish = 7};
	struct gssloop_channel *channel;
	struct gssloop_frame frame;
	short events = 0;
	int fd = 0;

	ck_assert_int_eq(
	    gssloop_channel_new(&channel, &script_ops, &script), 0);
	ck_assert_str_eq(gssloop_channel_name(channel), "script");
	ck_assert_uint_eq(gssloop_channel_carries(channel), 0x40);
	ck_assert_str_eq(gssloop_channel_reason(channel), "scripted");
	gssloop_channel_limit(channel, 3, 4);
	ck_assert_uint_eq(script.token_max, 3);
	ck_assert_uint_eq(script.message_max, 4);
	check_put(channel, &a_mic, GSSLOOP_IO_FAILED);
	ck_assert_ptr_eq(script.frame, &a_mic);
	check_flush(channel, GSSLOOP_IO_CLOSED);
	check_io(channel, gssloop_channel_get(channel, &frame),
	    GSSLOOP_IO_TOO_LARGE);
	ck_assert_ptr_eq(script.frame, &frame);
	ck_assert_int_eq(gssloop_channel_poll(channel, &fd, &events), 7);
	ck_assert_int_eq(fd, -1);
	ck_assert_int_eq(events, POLLPRI);
	gssloop_channel_free(&channel);
	ck_assert_ptr_null(channel);
	ck_assert_int_eq(script.freed, 1);
}
END_TEST

/* Without a descriptor's event: by the channel's wish to be called again. */
START_TEST(own_channel_is_called_again)
{
	static const enum gssloop_io answers[] = {GSSLOOP_IO_OK,
	    GSSLOOP_IO_AGAIN, GSSLOOP_IO_AGAIN, GSSLOOP_IO_OK, GSSLOOP_IO_AGAIN,
	    GSSLOOP_IO_OK, GSSLOOP_IO_AGAIN, GSSLOOP_IO_CLOSED};
	struct script script = {.answers = answers, .wish = 1};
	struct gssloop_channel *channel;
	struct gssloop_frame frame;

	ck_assert_int_eq(
	    gssloop_channel_new(&channel, &script_ops, &script), 0);
	check_io(channel,
	    gssloop_channel_put_wait(channel, &a_token, GSSLOOP_NO_DEADLINE),
	    GSSLOOP_IO_OK);
	ck_assert_uint_eq(script.at, 4);
	check_io(channel,
	    gssloop_channel_get_wait(channel, &frame, GSSLOOP_NO_DEADLINE),
	    GSSLOOP_IO_OK);
	ck_assert_uint_eq(script.at, 6);
	ck_assert_int_eq(frame.kind, GSSLOOP_FRAME_END);
	check_io(channel,
	    gssloop_channel_get_wait(channel, &frame, GSSLOOP_NO_DEADLINE),
	    GSSLOOP_IO_CLOSED);
	gssloop_channel_free(&channel);
}
END_TEST

/* The channel's wish, never or in an hour, does not put the deadline off. */
START_TEST(own_channel_waits_until_the_deadline)
{
	static const int wishes[] = {-1, 3600000};
	static const enum gssloop_io again[] = {GSSLOOP_IO_AGAIN,
	    GSSLOOP_IO_AGAIN, GSSLOOP_IO_AGAIN, GSSLOOP_IO_AGAIN};
	static const enum gssloop_io put[] = {GSSLOOP_IO_OK, GSSLOOP_IO_AGAIN,
	    GSSLOOP_IO_AGAIN, GSSLOOP_IO_AGAIN};
	struct script script = {.answers = again, .wish = wishes[_i]};
	struct gssloop_channel *channel;
	struct gssloop_frame frame;

	ck_assert_int_eq(
	    gssloop_channel_new(&channel, &script_ops, &script), 0);
	check_io(channel,
	    gssloop_channel_get_wait(
		channel, &frame, gssloop_deadline(SHORT_WAIT)),
	    GSSLOOP_IO_TIME);
	script.answers = put;
	script.at = 0;
	check_io(channel,
	    gssloop_channel_put_wait(
		channel, &a_token, gssloop_deadline(SHORT_WAIT)),
	    GSSLOOP_IO_TIME);
	gssloop_channel_free(&channel);
}
END_TEST

START_TEST(own_channel_without_memory)
{
	struct script script = {0};
	struct gssloop_channel *channel = (void *)&channel;
	int error;

	failing_malloc_arm(1);
	error = gssloop_channel_new(&channel, &script_ops, &script);
	failing_malloc_arm(0);
	ck_assert_int_eq(error, ENOMEM);
	ck_assert_ptr_null(channel);
	ck_assert_int_eq(script.freed, 0);
}
END_TEST

static TCase *
frame_tests(void)
{
	TCase *tests = tcase_create("frames");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(
	    tests, channel_takes_the_descriptor, 0, COUNT(makers));
	tcase_add_loop_test(tests, channel_of_no_descriptor, 0, COUNT(makers));
	tcase_add_loop_test(tests, channel_without_memory, 0, COUNT(makers));
	tcase_add_loop_test(tests, channel_names, 0, COUNT(makers));
	tcase_add_loop_test(tests, frames_cross, 0, COUNT(all_sent));
	tcase_add_loop_test(tests, frames_in_one_write, 0, COUNT(all_sent));
	tcase_add_loop_test(tests, frames_octet_by_octet, 0, COUNT(all_sent));
	tcase_add_test(tests, put_copies);
	tcase_add_loop_test(tests, large_frame, 0, COUNT(makers));
	tcase_add_loop_test(tests, poll_events, 0, COUNT(makers));
	return tests;
}

static TCase *
bad_peer_tests(void)
{
	TCase *tests = tcase_create("bad peers");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(
	    tests, stream_cut_at_every_octet, 0, COUNT(all_sent));
	tcase_add_loop_test(
	    tests, stream_closed_behind_a_frame, 0, COUNT(makers));
	tcase_add_loop_test(tests, peer_closed_before_put, 0, COUNT(makers));
	tcase_add_loop_test(tests, peer_closed_before_flush, 0, COUNT(makers));
	tcase_add_loop_test(tests, peer_resets, 0, COUNT(makers));
	tcase_add_loop_test(tests, refused, 0, COUNT(refusals));
	tcase_add_test(tests, limits_by_default);
	tcase_add_test(tests, refused_body_is_not_read);
	tcase_add_test(tests, announced_is_not_allocated);
	tcase_add_loop_test(tests, room_is_given_back, 0, 2);
	tcase_add_test(tests, room_is_filled);
	tcase_add_loop_test(
	    tests, tcp_does_not_wait_for_more, 0, COUNT(makers));
	tcase_add_loop_test(tests, tcp_reset, 0, COUNT(makers));
	return tests;
}

static TCase *
sample_tests(void)
{
	TCase *tests = tcase_create("sample");

	tcase_add_loop_test(tests, sample_cannot, 0, COUNT(lackings));
	tcase_add_test(tests, sample_begins_once);
	tcase_add_test(tests, sample_begins_behind_a_refused_put);
	tcase_add_test(tests, sample_end_is_answered_by_closing);
	tcase_add_test(tests, sample_end_and_half_a_frame);
	tcase_add_test(tests, sample_acceptor_ends);
	return tests;
}

static TCase *
wait_tests(void)
{
	TCase *tests = tcase_create("waiting");

	tcase_set_timeout(tests, 20);
	tcase_add_loop_test(tests, get_wait_time, 0, COUNT(makers));
	tcase_add_loop_test(tests, get_wait_frame, 0, COUNT(makers));
	tcase_add_loop_test(tests, get_wait_time_with_output, 0, COUNT(makers));
	tcase_add_loop_test(tests, put_wait_time, 0, COUNT(makers));
	tcase_add_test(tests, put_wait_refused);
	return tests;
}

static TCase *
memory_tests(void)
{
	TCase *tests = tcase_create("memory");

	tcase_add_loop_test(tests, put_without_memory, 0, COUNT(put_frames));
	tcase_add_test(tests, sample_put_without_memory);
	tcase_add_loop_test(tests, put_of_impossible_sizes, 0, COUNT(makers));
	tcase_add_test(tests, get_without_memory);
	tcase_add_loop_test(tests, get_without_memory_reason, 0, COUNT(makers));
	tcase_add_test(tests, queues_are_wiped);
	return tests;
}

static TCase *
own_tests(void)
{
	TCase *tests = tcase_create("an application's own");

	tcase_add_test(tests, own_channel_is_called);
	tcase_add_test(tests, own_channel_is_called_again);
	tcase_add_loop_test(tests, own_channel_waits_until_the_deadline, 0, 2);
	tcase_add_test(tests, own_channel_without_memory);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("channel");

	suite_add_tcase(suite, frame_tests());
	suite_add_tcase(suite, bad_peer_tests());
	suite_add_tcase(suite, sample_tests());
	suite_add_tcase(suite, wait_tests());
	suite_add_tcase(suite, memory_tests());
	suite_add_tcase(suite, own_tests());
	return suite_run(suite);
}
