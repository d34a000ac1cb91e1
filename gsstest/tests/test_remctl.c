/*
 * Tests of remctl's channel and of the conversation over it, both sides and
 * both protocols; the GSS library is scripted.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel_remctl.h"
#include "failing_malloc.h"
#include "remctl.h"
#include "scripted_gss.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define OCTETS(text) text, sizeof(text) - 1
#define VIEW(text)                                                             \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}

/* Of the packets of the channel's tests. */
#define LIMIT 64

#define EITHER GSSLOOP_REMCTL_EITHER
#define OLD    GSSLOOP_REMCTL_OLD
#define NEW    GSSLOOP_REMCTL_NEW

#define CLIENT GSSLOOP_INITIATOR
#define SERVER GSSLOOP_ACCEPTOR

/* The contexts' flags that the new protocol wants. */
#define GOOD_FLAGS (GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG)

/*
 * The channel
 */

/* A channel, and the bare descriptor at its other end. */
struct end {
	struct gssloop_channel *channel;
	int peer;
};

static struct end
end_make(enum gssloop_role role, enum gssloop_remctl wanted)
{
	struct end end;
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(
	    gssloop_channel_remctl(&end.channel, fds[0], role, wanted), 0);
	ck_assert_int_eq(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	gssloop_channel_limit(end.channel, LIMIT, LIMIT);
	end.peer = fds[1];
	return end;
}

static void
end_free(struct end *end)
{
	gssloop_channel_free(&end->channel);
	close(end->peer);
}

static void
peer_send(struct end *end, const void *data, size_t size)
{
	ck_assert_int_eq(write(end->peer, data, size), (ssize_t)size);
}

/* A packet of two octets with these flags. */
static void
packet_send(struct end *end, unsigned int flags)
{
	char packet[] = "?\0\0\0\2ab";

	packet[0] = (char)flags;
	peer_send(end, packet, sizeof(packet) - 1);
}

static void
beginning_send(struct end *end, unsigned int flags)
{
	char packet[5] = {(char)flags};

	peer_send(end, packet, sizeof(packet));
}

static enum gssloop_io
get(struct end *end, struct gssloop_frame *frame)
{
	return gssloop_channel_get(end->channel, frame);
}

static void
token_expect(struct end *end)
{
	struct gssloop_frame frame;

	ck_assert_int_eq(get(end, &frame), GSSLOOP_IO_OK);
	ck_assert_int_eq(frame.kind, GSSLOOP_FRAME_TOKEN);
	ck_assert_mem_eq(frame.data.data, "ab", 2);
}

/* What is put, flushed, has come to these octets. */
static void
octets_expect(struct end *end, const void *octets, size_t size)
{
	uint8_t got[256];

	ck_assert_int_eq(gssloop_channel_flush(end->channel), GSSLOOP_IO_OK);
	ck_assert_int_eq(read(end->peer, got, sizeof(got)), (ssize_t)size);
	ck_assert_mem_eq(got, octets, size);
}

static const struct gssloop_frame a_token = {
    .kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("tok")};
static const struct gssloop_frame a_message = {.kind = GSSLOOP_FRAME_MESSAGE,
    .protection = GSSLOOP_CONF,
    .data = VIEW("mes")};
static const struct gssloop_frame a_wish = {.kind = GSSLOOP_FRAME_MESSAGE,
    .protection = GSSLOOP_CONF,
    .data = VIEW("mes"),
    .mic_wanted = 1};
static const struct gssloop_frame a_mic = {.kind = GSSLOOP_FRAME_MESSAGE,
    .protection = GSSLOOP_MIC,
    .mic = VIEW("mic")};

/*
 * Where a conversation can be, and which flags are taken there; everything
 * else of the 256 is refused.
 */
static const struct state {
	const char *name;
	enum gssloop_role role;
	enum gssloop_remctl wanted;
	unsigned int before[3]; /* flags that came until then; 0 for none */
	struct {
		unsigned int flags;
		enum gssloop_remctl then; /* the protocol that is spoken */
	} taken[4];
} states[] = {
    /* the beginning */
    {"server, begin", SERVER, EITHER, {0}, {{0x51, NEW}, {0x11, OLD}}},
    {"server of the new, begin", SERVER, NEW, {0}, {{0x51, NEW}}},
    {"server of the old, begin", SERVER, OLD, {0},
	{{0x51, EITHER}, {0x11, EITHER}}},
    /* the first token */
    {"server, asked for new", SERVER, EITHER, {0x51},
	{{0x42, NEW}, {0x44, NEW}}},
    {"server, asked for old", SERVER, EITHER, {0x11},
	{{0x02, OLD}, {0x04, OLD}, {0x24, OLD}}},
    {"server of the new", SERVER, NEW, {0x51}, {{0x42, NEW}, {0x44, NEW}}},
    {"server of the old, asked for new", SERVER, OLD, {0x51},
	{{0x42, OLD}, {0x02, OLD}}},
    {"server of the old, asked for old", SERVER, OLD, {0x11},
	{{0x42, OLD}, {0x02, OLD}}},
    {"client", CLIENT, EITHER, {0}, {{0x42, NEW}, {0x02, OLD}}},
    {"client of the new", CLIENT, NEW, {0}, {{0x42, NEW}, {0x44, NEW}}},
    {"client of the old", CLIENT, OLD, {0},
	{{0x02, OLD}, {0x04, OLD}, {0x08, OLD}}},
    /* later, it is not lost */
    {"server, after a new token", SERVER, EITHER, {0x51, 0x42},
	{{0x42, NEW}, {0x44, NEW}}},
    {"server, after a new message", SERVER, EITHER, {0x51, 0x42, 0x44},
	{{0x42, NEW}, {0x44, NEW}}},
    {"server, after an old token", SERVER, EITHER, {0x11, 0x02},
	{{0x02, OLD}, {0x04, OLD}, {0x24, OLD}}},
    {"server of the old, after a token", SERVER, OLD, {0x51, 0x42},
	{{0x02, OLD}, {0x04, OLD}, {0x24, OLD}}},
    {"client, after a new token", CLIENT, EITHER, {0x42},
	{{0x42, NEW}, {0x44, NEW}}},
    {"client, after a new message", CLIENT, EITHER, {0x42, 0x44},
	{{0x42, NEW}, {0x44, NEW}}},
    {"client, after an old token", CLIENT, EITHER, {0x02},
	{{0x02, OLD}, {0x04, OLD}, {0x08, OLD}}},
    {"client of the old, after a token", CLIENT, OLD, {0x02},
	{{0x02, OLD}, {0x04, OLD}, {0x08, OLD}}},
};

/* A state, reached. */
static struct end
state_make(const struct state *state)
{
	struct end end = end_make(state->role, state->wanted);
	struct gssloop_frame frame;
	size_t i;

	for (i = 0; i < COUNT(state->before) && state->before[i] != 0; i++) {
		if (state->role == SERVER && i == 0) {
			beginning_send(&end, state->before[i]);
			ck_assert_int_eq(get(&end, &frame), GSSLOOP_IO_AGAIN);
			continue;
		}
		packet_send(&end, state->before[i]);
		ck_assert_int_eq(get(&end, &frame), GSSLOOP_IO_OK);
	}
	return end;
}

static bool
is_beginning(const struct state *state)
{
	return state->role == SERVER && state->before[0] == 0;
}

/* What came of these flags in this state; OK for a beginning, too. */
static enum gssloop_io
state_take(const struct state *state, unsigned int flags,
    enum gssloop_remctl *protocol)
{
	struct end end = state_make(state);
	struct gssloop_frame frame;
	enum gssloop_io io;

	if (is_beginning(state))
		beginning_send(&end, flags);
	else
		packet_send(&end, flags);
	io = get(&end, &frame);
	if (is_beginning(state) && io == GSSLOOP_IO_AGAIN)
		io = GSSLOOP_IO_OK;
	if (io != GSSLOOP_IO_OK)
		ck_assert_str_ne(gssloop_channel_reason(end.channel), "");
	*protocol = gssloop_channel_remctl_protocol(end.channel);
	end_free(&end);
	return io;
}

START_TEST(flags_each)
{
	const struct state *state = &states[_i];
	enum gssloop_remctl protocol;
	unsigned int flags;
	enum gssloop_io io;
	size_t i;

	for (flags = 0; flags < 256; flags++) {
		io = state_take(state, flags, &protocol);
		for (i = 0; i < COUNT(state->taken); i++)
			if (state->taken[i].flags == flags && flags != 0)
				break;
		ck_assert_msg(
		    io == (i < COUNT(state->taken) ? GSSLOOP_IO_OK
						   : GSSLOOP_IO_MALFORMED),
		    "%s: flags 0x%02x: %d", state->name, flags, io);
		if (io == GSSLOOP_IO_OK)
			ck_assert_msg(protocol == state->taken[i].then,
			    "%s: flags 0x%02x: protocol %d", state->name, flags,
			    protocol);
	}
}
END_TEST

/* A refusal stays one, and names the rule. */
START_TEST(protocol_lost)
{
	struct end end = end_make(CLIENT, EITHER);
	struct gssloop_frame frame;

	packet_send(&end, 0x42);
	token_expect(&end);
	packet_send(&end, 0x02);
	ck_assert_int_eq(get(&end, &frame), GSSLOOP_IO_MALFORMED);
	ck_assert_ptr_nonnull(strstr(
	    gssloop_channel_reason(end.channel), "TOKEN_PROTOCOL was dropped"));
	ck_assert_int_eq(get(&end, &frame), GSSLOOP_IO_MALFORMED);
	end_free(&end);
}
END_TEST

START_TEST(beginning_body)
{
	struct end end = end_make(SERVER, EITHER);
	struct gssloop_frame frame;

	packet_send(&end, 0x51);
	ck_assert_int_eq(get(&end, &frame), GSSLOOP_IO_MALFORMED);
	end_free(&end);
}
END_TEST

/* What each side sends, once the peer's tokens were these. */
static const struct sent {
	const char *name;
	enum gssloop_role role;
	enum gssloop_remctl wanted;
	unsigned int before[3];
	const struct gssloop_frame *frame;
	const char *octets; /* NULL where there is no such frame */
	size_t size;
} all_sent[] = {
    {"client, first token", CLIENT, EITHER, {0}, &a_token,
	OCTETS("\x51\0\0\0\0\x42\0\0\0\3tok")},
    {"client of the new, first token", CLIENT, NEW, {0}, &a_token,
	OCTETS("\x51\0\0\0\0\x42\0\0\0\3tok")},
    {"client of the old, first token", CLIENT, OLD, {0}, &a_token,
	OCTETS("\x11\0\0\0\0\x02\0\0\0\3tok")},
    {"client, early message", CLIENT, EITHER, {0}, &a_message, NULL, 0},
    {"server, answer to new", SERVER, EITHER, {0x51, 0x42}, &a_token,
	OCTETS("\x42\0\0\0\3tok")},
    {"server, answer to old", SERVER, EITHER, {0x11, 0x02}, &a_token,
	OCTETS("\x02\0\0\0\3tok")},
    {"server of the old, answer to new", SERVER, OLD, {0x51, 0x42}, &a_token,
	OCTETS("\x02\0\0\0\3tok")},
    {"server, new message", SERVER, EITHER, {0x51, 0x42}, &a_message,
	OCTETS("\x44\0\0\0\3mes")},
    {"server, new message, MIC wanted", SERVER, EITHER, {0x51, 0x42}, &a_wish,
	OCTETS("\x44\0\0\0\3mes")},
    {"server, new, a MIC", SERVER, EITHER, {0x51, 0x42}, &a_mic, NULL, 0},
    {"server, old message", SERVER, EITHER, {0x11, 0x02}, &a_message,
	OCTETS("\x04\0\0\0\3mes")},
    {"server, old message, MIC wanted", SERVER, EITHER, {0x11, 0x02}, &a_wish,
	OCTETS("\x04\0\0\0\3mes")},
    {"server, old, a MIC", SERVER, EITHER, {0x11, 0x02}, &a_mic,
	OCTETS("\x08\0\0\0\3mic")},
};

START_TEST(sent_each)
{
	const struct sent *sent = &all_sent[_i];
	const struct state state = {.role = sent->role,
	    .wanted = sent->wanted,
	    .before = {sent->before[0], sent->before[1], sent->before[2]}};
	struct end end = state_make(&state);
	enum gssloop_io io = gssloop_channel_put(end.channel, sent->frame);

	ck_assert_msg(
	    io == (sent->octets != NULL ? GSSLOOP_IO_OK : GSSLOOP_IO_CANNOT),
	    "%s: %d", sent->name, io);
	if (sent->octets != NULL)
		octets_expect(&end, sent->octets, sent->size);
	end_free(&end);
}
END_TEST

/* The beginning comes once; afterwards the client speaks what it was told. */
START_TEST(client_goes_on)
{
	static const struct {
		unsigned int answer;
		const char *token, *message, *wish;
	} rows[] = {
	    {0x42, "\x42\0\0\0\3tok", "\x44\0\0\0\3mes", "\x44\0\0\0\3mes"},
	    {0x02, "\x02\0\0\0\3tok", "\x04\0\0\0\3mes", "\x24\0\0\0\3mes"},
	};
	struct end end = end_make(CLIENT, EITHER);
	uint8_t got[32];

	ck_assert_int_eq(
	    gssloop_channel_put(end.channel, &a_token), GSSLOOP_IO_OK);
	ck_assert_int_eq(gssloop_channel_flush(end.channel), GSSLOOP_IO_OK);
	ck_assert_int_eq(read(end.peer, got, sizeof(got)), 13);
	packet_send(&end, rows[_i].answer);
	token_expect(&end);
	gssloop_channel_put(end.channel, &a_token);
	octets_expect(&end, rows[_i].token, 8);
	gssloop_channel_put(end.channel, &a_message);
	octets_expect(&end, rows[_i].message, 8);
	gssloop_channel_put(end.channel, &a_wish);
	octets_expect(&end, rows[_i].wish, 8);
	ck_assert_int_eq(
	    gssloop_channel_put(end.channel, &a_mic), GSSLOOP_IO_CANNOT);
	end_free(&end);
}
END_TEST

static const struct gssloop_frame frames_lacking[] = {
    {.kind = GSSLOOP_FRAME_ERROR, .data = VIEW("why")},
    {.kind = GSSLOOP_FRAME_END},
    {.kind = GSSLOOP_FRAME_MESSAGE, .protection = GSSLOOP_CLEAR},
    {.kind = GSSLOOP_FRAME_MESSAGE, .protection = GSSLOOP_INTEG},
    {.kind = GSSLOOP_FRAME_MESSAGE,
	.protection = GSSLOOP_MIC,
	.data = VIEW("mes"),
	.mic = VIEW("mic")},
};

/* In either protocol; and nothing of them is sent. */
START_TEST(frames_lack)
{
	static const struct state new = {
	    .role = SERVER, .wanted = EITHER, .before = {0x51, 0x42}};
	static const struct state old = {
	    .role = SERVER, .wanted = EITHER, .before = {0x11, 0x02}};
	struct end ends[] = {state_make(&new), state_make(&old)};
	char octet;
	size_t i;

	for (i = 0; i < COUNT(ends); i++) {
		ck_assert_int_eq(
		    gssloop_channel_put(ends[i].channel, &frames_lacking[_i]),
		    GSSLOOP_IO_CANNOT);
		ck_assert_int_eq(
		    gssloop_channel_flush(ends[i].channel), GSSLOOP_IO_OK);
		ck_assert_int_eq(read(ends[i].peer, &octet, 1), -1);
		end_free(&ends[i]);
	}
}
END_TEST

START_TEST(octet_by_octet)
{
	static const char octets[] = "\x51\0\0\0\0\x42\0\0\0\2ab";
	struct end end = end_make(SERVER, EITHER);
	struct gssloop_frame frame;
	size_t i;

	for (i = 0; i < sizeof(octets) - 1; i++) {
		ck_assert_int_eq(get(&end, &frame), GSSLOOP_IO_AGAIN);
		peer_send(&end, octets + i, 1);
	}
	token_expect(&end);
	end_free(&end);
}
END_TEST

/* Limits, from the header alone. */
START_TEST(limits)
{
	static const struct {
		const char *header;
		size_t token_max, message_max;
		enum gssloop_io io;
	} rows[] = {
	    {"\x42\0\0\0\x40", 64, 64, GSSLOOP_IO_AGAIN},
	    {"\x42\0\0\0\x41", 64, 128, GSSLOOP_IO_TOO_LARGE},
	    {"\x44\0\0\0\x40", 64, 64, GSSLOOP_IO_AGAIN},
	    {"\x44\0\0\0\x41", 128, 64, GSSLOOP_IO_TOO_LARGE},
	    {"\x44\0\0\0\0", 64, 0, GSSLOOP_IO_EARLY},
	    {"\x44\0\x0f\xff\xfb", 64, SIZE_MAX, GSSLOOP_IO_AGAIN},
	    {"\x44\0\x0f\xff\xfc", 64, SIZE_MAX, GSSLOOP_IO_TOO_LARGE},
	    {"\x42\0\x0f\xff\xfc", SIZE_MAX, 64, GSSLOOP_IO_TOO_LARGE},
	    {"\x42\xff\xff\xff\xff", SIZE_MAX, 64, GSSLOOP_IO_TOO_LARGE},
	};
	struct gssloop_frame frame;
	struct end end;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		end = end_make(CLIENT, NEW);
		gssloop_channel_limit(
		    end.channel, rows[i].token_max, rows[i].message_max);
		peer_send(&end, rows[i].header, 5);
		ck_assert_int_eq(get(&end, &frame), rows[i].io);
		end_free(&end);
	}
}
END_TEST

START_TEST(too_large_out)
{
	static uint8_t octets[GJ_REMCTL_PAYLOAD_MAX + 1];
	struct gssloop_frame frame = {.kind = GSSLOOP_FRAME_TOKEN};
	struct end end = end_make(CLIENT, EITHER);

	frame.data.data = octets;
	frame.data.size = sizeof(octets);
	ck_assert_int_eq(
	    gssloop_channel_put(end.channel, &frame), GSSLOOP_IO_TOO_LARGE);
	frame.data.size--;
	ck_assert_int_eq(
	    gssloop_channel_put(end.channel, &frame), GSSLOOP_IO_OK);
	end_free(&end);
}
END_TEST

START_TEST(channel_closed)
{
	struct end end = end_make(SERVER, EITHER);
	struct gssloop_frame frame;

	peer_send(&end, "\x51\0", 2);
	ck_assert_int_eq(shutdown(end.peer, SHUT_WR), 0);
	ck_assert_int_eq(get(&end, &frame), GSSLOOP_IO_CLOSED);
	end_free(&end);
}
END_TEST

START_TEST(channel_no_memory)
{
	struct gssloop_channel *channel;
	unsigned long n;
	int error, fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	for (n = 1;; n++) {
		failing_malloc_arm(n);
		error = gssloop_channel_remctl(&channel, fds[0], CLIENT, NEW);
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		ck_assert_int_eq(error, ENOMEM);
		ck_assert_ptr_null(channel);
	}
	ck_assert_uint_ge(n, 3);
	ck_assert_str_eq(gssloop_channel_name(channel), "remctl");
	ck_assert_uint_eq(gssloop_channel_carries(channel), 0);
	gssloop_channel_free(&channel);
	ck_assert_int_eq(
	    gssloop_channel_remctl(&channel, fds[0], CLIENT, NEW), EBADF);
	ck_assert_ptr_null(channel);
	close(fds[1]);
}
END_TEST

static TCase *
channel_tests(void)
{
	TCase *tests = tcase_create("channel");

	tcase_add_loop_test(tests, flags_each, 0, COUNT(states));
	tcase_add_test(tests, protocol_lost);
	tcase_add_test(tests, beginning_body);
	tcase_add_loop_test(tests, sent_each, 0, COUNT(all_sent));
	tcase_add_loop_test(tests, client_goes_on, 0, 2);
	tcase_add_loop_test(tests, frames_lack, 0, COUNT(frames_lacking));
	tcase_add_test(tests, octet_by_octet);
	tcase_add_test(tests, limits);
	tcase_add_test(tests, too_large_out);
	tcase_add_test(tests, channel_closed);
	tcase_add_test(tests, channel_no_memory);
	return tests;
}

/*
 * The conversation
 */

struct side {
	struct gssloop_channel *channel;
	struct gssloop *loop;
	struct gj_remctl remctl;
	int fd;
};

/* Two sides whose loops ran over their channels. */
struct sides {
	struct side client, server;
};

static void
side_make(struct side *side, enum gssloop_role role, int fd,
    enum gssloop_remctl wanted)
{
	struct gssloop_params params;

	memset(side, 0, sizeof(*side));
	side->fd = fd;
	ck_assert_int_eq(
	    gssloop_channel_remctl(&side->channel, fd, role, wanted), 0);
	gssloop_params_init(&params, role);
	params.target = role == CLIENT ? (gss_name_t)side : GSS_C_NO_NAME;
	ck_assert_int_eq(gssloop_new(&side->loop, &params), 0);
}

static void
side_free(struct side *side)
{
	gj_remctl_close(&side->remctl);
	gssloop_free(&side->loop);
	gssloop_channel_free(&side->channel);
}

static struct scripted_answer answers[4];

/* The server's flags come to the client, too, as with krb5. */
static void
sides_make(struct sides *sides, enum gssloop_remctl wanted, OM_uint32 flags)
{
	int fds[2];

	memset(answers, 0, sizeof(answers));
	answers[0].major = GSS_S_CONTINUE_NEEDED;
	answers[0].token = "request";
	answers[1].token = "answer";
	answers[1].flags = answers[2].flags = flags;
	scripted_reset(answers);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	side_make(&sides->client, CLIENT, fds[0], wanted);
	side_make(&sides->server, SERVER, fds[1], EITHER);
	gssloop_advance(sides->client.loop, sides->client.channel);
	ck_assert_int_eq(
	    gssloop_advance(sides->server.loop, sides->server.channel),
	    GSSLOOP_DONE);
	ck_assert_int_eq(
	    gssloop_advance(sides->client.loop, sides->client.channel),
	    GSSLOOP_DONE);
}

static enum gssloop_io
side_open(struct side *side)
{
	return gj_remctl_open(&side->remctl, side->channel, side->loop);
}

static void
sides_open(struct sides *sides, enum gssloop_remctl wanted)
{
	sides_make(sides, wanted, GOOD_FLAGS);
	ck_assert_int_eq(side_open(&sides->client), GSSLOOP_IO_OK);
	ck_assert_int_eq(side_open(&sides->server), GSSLOOP_IO_OK);
	ck_assert_int_eq(
	    sides->client.remctl.protocol, wanted == OLD ? OLD : NEW);
	ck_assert_int_eq(
	    sides->server.remctl.protocol, wanted == OLD ? OLD : NEW);
}

static void
sides_free(struct sides *sides)
{
	side_free(&sides->client);
	side_free(&sides->server);
	ck_assert(scripted_clean());
}

static void
side_flush(struct side *side)
{
	ck_assert_int_eq(gssloop_channel_flush(side->channel), GSSLOOP_IO_OK);
}

/* Octets that come to the other side, past the channel. */
static void
side_write(struct side *side, const void *octets, size_t size)
{
	ck_assert_int_eq(
	    send(side->fd, octets, size, MSG_NOSIGNAL), (ssize_t)size);
}

/* Section 2.1 step 5: each set of the three flags, with and without others. */
START_TEST(flags_demanded)
{
	static const OM_uint32 three[] = {
	    GSS_C_MUTUAL_FLAG, GSS_C_CONF_FLAG, GSS_C_INTEG_FLAG};
	OM_uint32 flags = GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG;
	struct sides sides;
	size_t i;

	for (i = 0; i < COUNT(three); i++)
		if (_i & 1 << i)
			flags |= three[i];
	sides_make(&sides, EITHER, flags);
	ck_assert_int_eq(side_open(&sides.client),
	    _i == 7 ? GSSLOOP_IO_OK : GSSLOOP_IO_REFUSED);
	ck_assert_int_eq(side_open(&sides.server),
	    _i == 7 ? GSSLOOP_IO_OK : GSSLOOP_IO_REFUSED);
	ck_assert_int_eq(
	    strncmp(sides.client.remctl.reason, "the context lacks", 17) == 0,
	    _i != 7);
	sides_free(&sides);

	/* The old protocol does not check them (3 step 3). */
	sides_make(&sides, OLD, flags);
	ck_assert_int_eq(side_open(&sides.client), GSSLOOP_IO_OK);
	ck_assert_int_eq(side_open(&sides.server), GSSLOOP_IO_OK);
	sides_free(&sides);
}
END_TEST

/* From client to server. */
static enum gssloop_io
command_get(struct sides *sides, struct gj_remctl_message *message,
    struct gj_remctl_result *result)
{
	return gj_remctl_get(&sides->server.remctl, message, result);
}

static enum gssloop_io
answer_get(struct sides *sides, struct gj_remctl_message *message,
    struct gj_remctl_result *result)
{
	return gj_remctl_get(&sides->client.remctl, message, result);
}

START_TEST(messages_both_ways)
{
	static const struct gj_remctl_message command = {
	    .type = GJ_REMCTL_COMMAND,
	    .keep_alive = true,
	    .data = VIEW("body")};
	static const struct gj_remctl_message output = {
	    .type = GJ_REMCTL_OUTPUT,
	    .stream = GJ_REMCTL_STDERR,
	    .data = VIEW("text")};
	static const struct gj_remctl_message noop = {.type = GJ_REMCTL_NOOP};
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	struct sides sides;

	sides_open(&sides, EITHER);
	ck_assert_int_eq(
	    command_get(&sides, &message, &result), GSSLOOP_IO_AGAIN);
	ck_assert_int_eq(
	    gj_remctl_put(&sides.client.remctl, &command), GSSLOOP_IO_OK);
	ck_assert_int_eq(
	    gj_remctl_put(&sides.client.remctl, &noop), GSSLOOP_IO_OK);
	side_flush(&sides.client);
	ck_assert_int_eq(command_get(&sides, &message, &result), GSSLOOP_IO_OK);
	ck_assert_int_eq(result.what, GJ_REMCTL_GOOD);
	ck_assert_int_eq(message.type, GJ_REMCTL_COMMAND);
	ck_assert(message.keep_alive);
	ck_assert_uint_eq(message.data.size, 4);
	ck_assert_mem_eq(message.data.data, "body", 4);
	ck_assert_int_eq(command_get(&sides, &message, &result), GSSLOOP_IO_OK);
	ck_assert_int_eq(message.type, GJ_REMCTL_NOOP);
	ck_assert_int_eq(
	    gj_remctl_put(&sides.server.remctl, &output), GSSLOOP_IO_OK);
	side_flush(&sides.server);
	ck_assert_int_eq(answer_get(&sides, &message, &result), GSSLOOP_IO_OK);
	ck_assert_int_eq(message.stream, GJ_REMCTL_STDERR);
	ck_assert_mem_eq(message.data.data, "text", 4);
	sides_free(&sides);
}
END_TEST

/* What comes to the client as octets of a packet; "C" is what encrypts. */
static const struct came {
	const char *name;
	const char *octets;
	size_t size;
	enum gssloop_io io;
	enum gj_remctl_verdict what;
	const char *reason; /* a part of it */
} all_came[] = {
    {"good", OCTETS("\x44\0\0\0\4C\2\4\0"), GSSLOOP_IO_OK, GJ_REMCTL_GOOD, ""},
    {"signed only", OCTETS("\x44\0\0\0\4I\2\4\0"), GSSLOOP_IO_REFUSED, 0,
	"not encrypted"},
    {"not unwrapped", OCTETS("\x44\0\0\0\4X\2\4\0"), GSSLOOP_IO_REFUSED, 0,
	"gss_unwrap: "},
    {"an empty packet", OCTETS("\x44\0\0\0\0"), GSSLOOP_IO_REFUSED, 0,
	"without octets"},
    {"an empty message", OCTETS("\x44\0\0\0\1C"), GSSLOOP_IO_OK,
	GJ_REMCTL_REFUSED, ""},
    {"another version", OCTETS("\x44\0\0\0\4C\4\4\0"), GSSLOOP_IO_OK,
	GJ_REMCTL_OTHER_VERSION, ""},
    {"a client's message", OCTETS("\x44\0\0\0\3C\2\2"), GSSLOOP_IO_OK,
	GJ_REMCTL_REFUSED, ""},
    {"an empty token", OCTETS("\x42\0\0\0\0"), GSSLOOP_IO_MALFORMED, 0,
	"after the context"},
    {"a token", OCTETS("\x42\0\0\0\1x"), GSSLOOP_IO_TOO_LARGE, 0, "limit 0"},
    {"TOKEN_PROTOCOL lost", OCTETS("\x04\0\0\0\4C\2\4\0"), GSSLOOP_IO_MALFORMED,
	0, "dropped"},
    {"a packet over 1 MiB", OCTETS("\x44\0\x0f\xff\xfc"), GSSLOOP_IO_TOO_LARGE,
	0, "limit 1048571"},
    {"not all of it", OCTETS("\x44\0\0\0\4C\2\4"), GSSLOOP_IO_AGAIN, 0, ""},
};

START_TEST(came_each)
{
	const struct came *came = &all_came[_i];
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	struct sides sides;
	enum gssloop_io io;

	sides_open(&sides, EITHER);
	side_write(&sides.server, came->octets, came->size);
	io = answer_get(&sides, &message, &result);
	ck_assert_msg(io == came->io, "%s: %d", came->name, io);
	if (io == GSSLOOP_IO_OK)
		ck_assert_int_eq(result.what, came->what);
	ck_assert_msg(strstr(sides.client.remctl.reason, came->reason) != NULL,
	    "%s: %s", came->name, sides.client.remctl.reason);
	sides_free(&sides);
}
END_TEST

START_TEST(closed)
{
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	struct sides sides;

	sides_open(&sides, EITHER);
	ck_assert_int_eq(shutdown(sides.client.fd, SHUT_WR), 0);
	ck_assert_int_eq(
	    command_get(&sides, &message, &result), GSSLOOP_IO_CLOSED);
	ck_assert_str_eq(
	    sides.server.remctl.reason, "closed between two frames");
	sides_free(&sides);
}
END_TEST

/* Whatever else than complete: also what GSS calls informatory. */
static const OM_uint32 majors[] = {GSS_S_BAD_SIG, GSS_S_FAILURE,
    GSS_S_CONTEXT_EXPIRED, GSS_S_DUPLICATE_TOKEN, GSS_S_OLD_TOKEN,
    GSS_S_UNSEQ_TOKEN, GSS_S_GAP_TOKEN};

START_TEST(unwrap_fails)
{
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	struct sides sides;

	sides_open(&sides, EITHER);
	side_write(&sides.server, OCTETS("\x44\0\0\0\4C\2\4\0"));
	scripted.message_major = majors[_i];
	ck_assert_int_eq(
	    answer_get(&sides, &message, &result), GSSLOOP_IO_REFUSED);
	ck_assert_int_eq(message.type, 0);
	ck_assert_ptr_nonnull(
	    strstr(sides.client.remctl.reason, "gss_unwrap: "));
	sides_free(&sides);
}
END_TEST

static const struct gj_remctl_message a_status = {
    .type = GJ_REMCTL_STATUS, .status = 3};

/* Nothing that is not encrypted leaves. */
START_TEST(wrap_fails)
{
	struct sides sides;
	char octet;

	sides_open(&sides, EITHER);
	scripted.conf_wrong = true;
	ck_assert_int_eq(
	    gj_remctl_put(&sides.server.remctl, &a_status), GSSLOOP_IO_REFUSED);
	ck_assert_ptr_nonnull(
	    strstr(sides.server.remctl.reason, "does not encrypt"));
	scripted.conf_wrong = false;
	scripted.message_major = majors[_i];
	ck_assert_int_eq(
	    gj_remctl_put(&sides.server.remctl, &a_status), GSSLOOP_IO_FAILED);
	ck_assert_ptr_nonnull(strstr(sides.server.remctl.reason, "gss_wrap: "));
	side_flush(&sides.server);
	ck_assert_int_eq(recv(sides.client.fd, &octet, 1, MSG_DONTWAIT), -1);
	sides_free(&sides);
}
END_TEST

static uint8_t filler[GJ_REMCTL_MESSAGE_MAX + 16];

/* Section 1: 65536 octets, in either direction. */
START_TEST(message_sizes)
{
	static uint8_t packet[GJ_REMCTL_MESSAGE_MAX + 7] = {
	    0x44, 0, 1, 0, 2, 'C', 2, 3, 1, 0, 0, 0xff, 0xfa};
	struct gj_remctl_message out = {.type = GJ_REMCTL_OUTPUT,
	    .stream = GJ_REMCTL_STDOUT,
	    .data = {filler, GJ_REMCTL_OUTPUT_MAX}};
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	struct sides sides;

	sides_open(&sides, EITHER);
	ck_assert_int_eq(
	    gj_remctl_put(&sides.server.remctl, &out), GSSLOOP_IO_OK);
	side_flush(&sides.server);
	ck_assert_int_eq(answer_get(&sides, &message, &result), GSSLOOP_IO_OK);
	ck_assert_uint_eq(message.data.size, GJ_REMCTL_OUTPUT_MAX);

	for (out.data.size++; out.data.size <= sizeof(filler); out.data.size++)
		ck_assert_int_eq(gj_remctl_put(&sides.server.remctl, &out),
		    GSSLOOP_IO_TOO_LARGE);
	ck_assert_ptr_nonnull(
	    strstr(sides.server.remctl.reason, "too large for a message"));
	out.data.size = SIZE_MAX;
	ck_assert_int_eq(
	    gj_remctl_put(&sides.server.remctl, &out), GSSLOOP_IO_TOO_LARGE);

	side_write(&sides.server, packet, sizeof(packet));
	ck_assert_int_eq(answer_get(&sides, &message, &result), GSSLOOP_IO_OK);
	ck_assert_int_eq(result.what, GJ_REMCTL_REFUSED);
	ck_assert_int_eq(result.error, GJ_REMCTL_TOO_MUCH_DATA);
	sides_free(&sides);
}
END_TEST

/* The old protocol. */

static const struct gssloop_view a_body = VIEW("body");

static enum gssloop_io
old_get(struct sides *sides, struct gj_remctl_answer *answer)
{
	struct gj_remctl_result result;

	return gj_remctl_get_answer(&sides->client.remctl, answer, &result);
}

START_TEST(old_both_ways)
{
	static const struct gj_remctl_answer put = {
	    .status = 0xffffffff, .data = VIEW("no\n")};
	struct gj_remctl_answer answer;
	struct gj_remctl_result result;
	struct gssloop_view body;
	struct sides sides;

	sides_open(&sides, OLD);
	ck_assert_int_eq(
	    gj_remctl_get_command(&sides.server.remctl, &body, &result),
	    GSSLOOP_IO_AGAIN);
	ck_assert_int_eq(gj_remctl_put_command(&sides.client.remctl, &a_body),
	    GSSLOOP_IO_OK);
	side_flush(&sides.client);
	ck_assert_int_eq(
	    gj_remctl_get_command(&sides.server.remctl, &body, &result),
	    GSSLOOP_IO_OK);
	ck_assert_int_eq(result.what, GJ_REMCTL_GOOD);
	ck_assert_uint_eq(body.size, 4);
	ck_assert_mem_eq(body.data, "body", 4);
	ck_assert_int_eq(
	    gj_remctl_put_answer(&sides.server.remctl, &put), GSSLOOP_IO_OK);
	ck_assert_int_eq(old_get(&sides, &answer), GSSLOOP_IO_AGAIN);
	side_flush(&sides.server);
	ck_assert_int_eq(old_get(&sides, &answer), GSSLOOP_IO_OK);
	ck_assert_uint_eq(answer.status, 0xffffffff);
	ck_assert_mem_eq(answer.data.data, "no\n", 3);
	ck_assert(!sides.client.remctl.mic_owed);
	sides_free(&sides);
}
END_TEST

/* What comes to an old client that has asked for a MIC. */
static const struct came old_came[] = {
    {"good",
	OCTETS("\x08\0\0\0\3MIC\x04\0\0\0\x9"
	       "C\0\0\0\3\0\0\0\0"),
	GSSLOOP_IO_OK, GJ_REMCTL_GOOD, ""},
    {"no MIC",
	OCTETS("\x04\0\0\0\x9"
	       "C\0\0\0\3\0\0\0\0"),
	GSSLOOP_IO_MALFORMED, 0, "without the MIC"},
    {"a wrong MIC", OCTETS("\x08\0\0\0\3MIX"), GSSLOOP_IO_REFUSED, 0,
	"gss_verify_mic: "},
    {"an empty MIC", OCTETS("\x08\0\0\0\0"), GSSLOOP_IO_REFUSED, 0,
	"gss_verify_mic: "},
    {"the MIC alone", OCTETS("\x08\0\0\0\3MIC"), GSSLOOP_IO_AGAIN, 0, ""},
    {"two MICs", OCTETS("\x08\0\0\0\3MIC\x08\0\0\0\3MIC"), GSSLOOP_IO_MALFORMED,
	0, "second MIC"},
    {"signed only",
	OCTETS("\x08\0\0\0\3MIC\x04\0\0\0\x9"
	       "I\0\0\0\3\0\0\0\0"),
	GSSLOOP_IO_REFUSED, 0, "not encrypted"},
    {"with TOKEN_PROTOCOL",
	OCTETS("\x08\0\0\0\3MIC\x44\0\0\0\x9"
	       "C\0\0\0\3\0\0\0\0"),
	GSSLOOP_IO_MALFORMED, 0, "flags 0x44"},
    {"cut",
	OCTETS("\x08\0\0\0\3MIC\x04\0\0\0\x8"
	       "C\0\0\0\3\0\0\0"),
	GSSLOOP_IO_OK, GJ_REMCTL_REFUSED, ""},
};

START_TEST(old_came_each)
{
	const struct came *came = &old_came[_i];
	struct gj_remctl_answer answer;
	struct gj_remctl_result result;
	struct sides sides;
	enum gssloop_io io;

	sides_open(&sides, OLD);
	ck_assert_int_eq(gj_remctl_put_command(&sides.client.remctl, &a_body),
	    GSSLOOP_IO_OK);
	side_write(&sides.server, came->octets, came->size);
	io = gj_remctl_get_answer(&sides.client.remctl, &answer, &result);
	ck_assert_msg(io == came->io, "%s: %d", came->name, io);
	if (io == GSSLOOP_IO_OK)
		ck_assert_int_eq(result.what, came->what);
	ck_assert_msg(strstr(sides.client.remctl.reason, came->reason) != NULL,
	    "%s: %s", came->name, sides.client.remctl.reason);
	sides_free(&sides);
}
END_TEST

/* The server sends a MIC only where it is asked for (3 step 7). */
START_TEST(old_without_mic)
{
	struct gj_remctl_result result;
	struct gssloop_view body;
	struct sides sides;
	char octet;

	sides_open(&sides, OLD);
	side_write(&sides.client, OCTETS("\x04\0\0\0\5Cbody"));
	ck_assert_int_eq(
	    gj_remctl_get_command(&sides.server.remctl, &body, &result),
	    GSSLOOP_IO_OK);
	side_flush(&sides.server);
	ck_assert_int_eq(recv(sides.client.fd, &octet, 1, MSG_DONTWAIT), -1);
	sides_free(&sides);
}
END_TEST

START_TEST(old_server_refuses)
{
	struct gj_remctl_result result;
	struct gssloop_view body;
	struct sides sides;

	sides_open(&sides, OLD);
	side_write(&sides.client, OCTETS("\x24\0\0\0\5Ibody"));
	ck_assert_int_eq(
	    gj_remctl_get_command(&sides.server.remctl, &body, &result),
	    GSSLOOP_IO_REFUSED);
	ck_assert_ptr_null(body.data);
	sides_free(&sides);
}
END_TEST

START_TEST(old_sizes)
{
	static uint8_t packet[GJ_REMCTL_MESSAGE_MAX + 7] = {
	    0x24, 0, 1, 0, 2, 'C'};
	struct gj_remctl_answer answer = {
	    .data = {filler, GJ_REMCTL_ANSWER_MAX}};
	struct gssloop_view body = {filler, GJ_REMCTL_MESSAGE_MAX};
	struct gj_remctl_result result;
	struct sides sides;

	sides_open(&sides, OLD);
	ck_assert_int_eq(
	    gj_remctl_put_answer(&sides.server.remctl, &answer), GSSLOOP_IO_OK);
	answer.data.size++;
	ck_assert_int_eq(gj_remctl_put_answer(&sides.server.remctl, &answer),
	    GSSLOOP_IO_TOO_LARGE);
	body.size++;
	ck_assert_int_eq(gj_remctl_put_command(&sides.client.remctl, &body),
	    GSSLOOP_IO_TOO_LARGE);
	body.size--;
	ck_assert_int_eq(
	    gj_remctl_put_command(&sides.client.remctl, &body), GSSLOOP_IO_OK);

	side_write(&sides.client, packet, sizeof(packet));
	ck_assert_int_eq(
	    gj_remctl_get_command(&sides.server.remctl, &body, &result),
	    GSSLOOP_IO_OK);
	ck_assert_int_eq(result.what, GJ_REMCTL_REFUSED);
	ck_assert_int_eq(result.error, GJ_REMCTL_TOO_MUCH_DATA);
	sides_free(&sides);
}
END_TEST

/* Every allocation on the way out; what failed can be put again. */
START_TEST(put_no_memory)
{
	static const struct gj_remctl_message command = {
	    .type = GJ_REMCTL_COMMAND, .data = VIEW("body")};
	struct sides sides;
	enum gssloop_io io;
	unsigned long n;

	for (n = 1;; n++) {
		sides_open(&sides, _i ? OLD : NEW);
		failing_malloc_arm(n);
		if (_i)
			io = gj_remctl_put_command(
			    &sides.client.remctl, &a_body);
		else
			io = gj_remctl_put(&sides.client.remctl, &command);
		failing_malloc_arm(0);
		sides_free(&sides);
		if (!failing_malloc_fired())
			break;
		ck_assert_int_eq(io, GSSLOOP_IO_NO_MEMORY);
	}
	ck_assert_int_eq(io, GSSLOOP_IO_OK);
	ck_assert_uint_ge(n, 2);
}
END_TEST

/* What was unwrapped is wiped: it may be a secret. */
START_TEST(plain_is_wiped)
{
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	struct sides sides;

	sides_open(&sides, EITHER);
	side_write(&sides.client, OCTETS("\x44\0\0\0\x9"
					 "C\2\1\0\0body"));
	ck_assert_int_eq(command_get(&sides, &message, &result), GSSLOOP_IO_OK);
	failing_malloc_watch(
	    sides.server.remctl.plain.value, sides.server.remctl.plain.length);
	ck_assert_int_eq(
	    command_get(&sides, &message, &result), GSSLOOP_IO_AGAIN);
	ck_assert(failing_malloc_wiped());
	sides_free(&sides);
}
END_TEST

START_TEST(close_of_nothing)
{
	struct gj_remctl remctl;

	memset(&remctl, 0, sizeof(remctl));
	gj_remctl_close(&remctl);
}
END_TEST

static TCase *
conversation_tests(void)
{
	TCase *tests = tcase_create("conversation");

	tcase_add_loop_test(tests, flags_demanded, 0, 8);
	tcase_add_test(tests, messages_both_ways);
	tcase_add_loop_test(tests, came_each, 0, COUNT(all_came));
	tcase_add_test(tests, closed);
	tcase_add_loop_test(tests, unwrap_fails, 0, COUNT(majors));
	tcase_add_loop_test(tests, wrap_fails, 0, COUNT(majors));
	tcase_add_test(tests, message_sizes);
	tcase_add_loop_test(tests, put_no_memory, 0, 2);
	tcase_add_test(tests, plain_is_wiped);
	tcase_add_test(tests, close_of_nothing);
	return tests;
}

static TCase *
old_tests(void)
{
	TCase *tests = tcase_create("old protocol");

	tcase_add_test(tests, old_both_ways);
	tcase_add_loop_test(tests, old_came_each, 0, COUNT(old_came));
	tcase_add_test(tests, old_without_mic);
	tcase_add_test(tests, old_server_refuses);
	tcase_add_test(tests, old_sizes);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("remctl");

	suite_add_tcase(suite, channel_tests());
	suite_add_tcase(suite, conversation_tests());
	suite_add_tcase(suite, old_tests());
	return suite_run(suite);
}
