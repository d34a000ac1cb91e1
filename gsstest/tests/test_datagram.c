/*
 * Tests of the datagram channel: its codec, and conversations over a wire that
 * loses, repeats, delays and changes what it carries.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The wire and the clock are the test's own, so nothing here waits: where both
 * sides have to, the clock is moved to the time that one of them asked for.
 */
#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conversation.h"
#include "failing_malloc.h"
#include "scripted_gss.h"
#include "suite.h"
#include "views.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define VIEW(text)                                                             \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}

/* The codec. */

#define HEAD(type, sender)                                                     \
	"\xd6\1" type sender "NAMENAME"                                        \
	"\0\0\0"
#define TAIL "\0\0\0\2COOKIECOOKIECOOK"

#define OCTETS(text) text, sizeof(text) - 1

/* Octets, and why they are refused; NULL where they are good. */
static const struct octets {
	const char *name;
	const char *data;
	size_t size;
	const char *why;
} octets_rows[] = {
    {"token", OCTETS(HEAD("\1", "\0") "\1" TAIL "T\0\0\0\3tok"), NULL},
    {"empty token", OCTETS(HEAD("\1", "\1") "\1" TAIL "T\0\0\0\0"), NULL},
    {"error", OCTETS(HEAD("\1", "\1") "\1" TAIL "E\0\0\0\5\0\0\0\0x"), NULL},
    {"message", OCTETS(HEAD("\1", "\0") "\1" TAIL "M\0\0\0\2\1x"), NULL},
    {"end", OCTETS(HEAD("\1", "\0") "\1" TAIL "M\0\0\0\1\0"), NULL},
    {"acknowledgement", OCTETS(HEAD("\2", "\0") "\0" TAIL), NULL},
    {"retry", OCTETS(HEAD("\3", "\1") "\0" TAIL), NULL},
    {"close", OCTETS(HEAD("\4", "\0") "\0" TAIL), NULL},
    {"type too small", OCTETS(HEAD("\0", "\0") "\0" TAIL), "offset 2"},
    {"type too large", OCTETS(HEAD("\5", "\0") "\0" TAIL), "offset 2"},
    {"sender too large", OCTETS(HEAD("\2", "\2") "\0" TAIL), "offset 3"},
    {"retry of an initiator", OCTETS(HEAD("\3", "\0") "\0" TAIL), "offset 3"},
    {"frame without a number", OCTETS(HEAD("\1", "\0") "\0" TAIL "T\0\0\0\0"),
	"offset 12"},
    {"number without a frame", OCTETS(HEAD("\2", "\0") "\1" TAIL), "offset 12"},
    {"no frame", OCTETS(HEAD("\1", "\0") "\1" TAIL), "offset 36"},
    {"frame too long", OCTETS(HEAD("\1", "\0") "\1" TAIL "T\0\0\0\3to"),
	"not one whole"},
    {"frame far too long",
	OCTETS(HEAD("\1", "\0") "\1" TAIL "T\xff\xff\xff\xff"),
	"not one whole"},
    {"left over", OCTETS(HEAD("\1", "\0") "\1" TAIL "T\0\0\0\0x"),
	"octets after the frame"},
    {"left over, no frame", OCTETS(HEAD("\2", "\0") "\0" TAIL "x"),
	"octets after the header"},
    {"frame of another type", OCTETS(HEAD("\1", "\0") "\1" TAIL "X\0\0\0\0"),
	"not one whole"},
    {"another version", OCTETS("\xd6\2\2\0NAMENAME\0\0\0\0" TAIL), "offset 0"},
    {"another protocol", OCTETS("T\0\0\0\0this is long enough to be a header"),
	"offset 0"},
};

static void
decode_copy(const void *data, size_t size, struct gj_datagram *datagram,
    struct gj_wire_result *result)
{
	uint8_t *copy = suite_exact(data, size);

	memset(result, 0xa5, sizeof(*result));
	gj_datagram_decode(copy, size, datagram, result);
	if (result->what != GJ_WIRE_FRAME)
		ck_assert(view_empty(&datagram->frame));
	free(copy);
}

START_TEST(octets_decoded)
{
	const struct octets *row = &octets_rows[_i];
	struct gj_datagram datagram;
	struct gj_wire_result result;
	struct gj_writer writer;
	uint8_t header[GJ_DATAGRAM_HEADER];
	size_t i;

	decode_copy(row->data, row->size, &datagram, &result);
	if (row->why != NULL) {
		ck_assert_int_eq(result.what, GJ_WIRE_MALFORMED);
		ck_assert_msg(strstr(result.reason, row->why) != NULL, "%s: %s",
		    row->name, result.reason);
		return;
	}
	ck_assert_msg(
	    result.what == GJ_WIRE_FRAME, "%s: %s", row->name, result.reason);
	ck_assert_mem_eq(datagram.name, "NAMENAME", 8);
	ck_assert_mem_eq(datagram.cookie, "COOKIECOOKIECOOK", 16);
	ck_assert_uint_eq(datagram.acknowledged, 2);
	ck_assert_uint_eq(datagram.frame.size, row->size - GJ_DATAGRAM_HEADER);
	gj_writer_init(&writer, header, sizeof(header));
	gj_datagram_encode(&datagram, &writer);
	ck_assert(!writer.failed);
	ck_assert_uint_eq(writer.used, sizeof(header));
	ck_assert_mem_eq(header, row->data, sizeof(header));
	/* Cut anywhere it is none. */
	for (i = 0; i < row->size; i++) {
		decode_copy(row->data, i, &datagram, &result);
		ck_assert_int_eq(result.what, GJ_WIRE_MALFORMED);
	}
}
END_TEST

/* Each octet of each row as any other: nothing outside is ever looked at. */
START_TEST(octets_changed)
{
	const struct octets *row = &octets_rows[_i];
	uint8_t *copy = suite_exact(row->data, row->size);
	struct gj_datagram datagram;
	struct gj_wire_result result;
	unsigned int value, good = 0, bad = 0;
	size_t i;

	for (i = 0; i < row->size; i++) {
		for (value = 0; value < 256; value++) {
			copy[i] = (uint8_t)value;
			gj_datagram_decode(copy, row->size, &datagram, &result);
			good += result.what == GJ_WIRE_FRAME;
			bad += result.what == GJ_WIRE_MALFORMED;
		}
		copy[i] = (uint8_t)row->data[i];
	}
	ck_assert_uint_eq(good + bad, 256 * row->size);
	ck_assert_uint_gt(bad, 0);
	free(copy);
}
END_TEST

START_TEST(octets_too_many)
{
	uint8_t *data = calloc(1, GJ_DATAGRAM_MAX + 1);
	size_t body = GJ_DATAGRAM_FRAME_MAX - GJ_WIRE_HEADER;
	struct gj_datagram datagram;
	struct gj_wire_result result;

	memcpy(data, octets_rows[0].data, GJ_DATAGRAM_HEADER + 1);
	data[GJ_DATAGRAM_HEADER + 3] = (uint8_t)(body >> 8);
	data[GJ_DATAGRAM_HEADER + 4] = (uint8_t)body;
	gj_datagram_decode(data, GJ_DATAGRAM_MAX, &datagram, &result);
	ck_assert_int_eq(result.what, GJ_WIRE_FRAME);
	gj_datagram_decode(data, GJ_DATAGRAM_MAX + 1, &datagram, &result);
	ck_assert_int_eq(result.what, GJ_WIRE_MALFORMED);
	ck_assert_ptr_nonnull(strstr(result.reason, "larger"));
	free(data);
}
END_TEST

/* The wire. */

/*
 * An assertion for what runs some hundred thousand times: Check's own write to
 * a pipe each time.
 */
#define MUST(condition)                                                        \
	do {                                                                   \
		if (!(condition))                                              \
			ck_abort_msg("not so: %s", #condition);                \
	} while (0)

#define QUEUE_MAX 256

enum fate {
	ARRIVES,
	LOST,
	TWICE,
	LATE,	   /* behind the next one of its direction */
	VERY_LATE, /* behind the third */
	CHANGED,   /* one octet of the header, or of the frame's */
	FATES
};

struct parcel {
	uint8_t octets[512];
	size_t size;
	int wait; /* so many have to go before */
};

struct wire {
	struct parcel queues[2][QUEUE_MAX]; /* by who receives */
	size_t counts[2];
	enum fate fates[16];
	unsigned int fated, sent;
	unsigned int change; /* which octet */
	bool always_twice;
	uint64_t clock;
};

/* One end of it, as a conversation's post. */
struct end {
	struct wire *wire;
	enum gssloop_role role;
	enum gssloop_io io; /* what sending and receiving says */
	bool freed;
};

static void
parcel_add(
    struct wire *wire, int to, const uint8_t *octets, size_t size, int wait)
{
	struct parcel *parcel = &wire->queues[to][wire->counts[to]++];

	MUST(wire->counts[to] < QUEUE_MAX);
	MUST(size <= sizeof(parcel->octets));
	memcpy(parcel->octets, octets, size);
	parcel->size = size;
	parcel->wait = wait;
}

static enum gssloop_io
end_send(void *self, const uint8_t *octets, size_t size)
{
	struct end *end = self;
	struct wire *wire = end->wire;
	int to = end->role == GSSLOOP_INITIATOR ? 1 : 0;
	enum fate fate =
	    wire->sent < wire->fated ? wire->fates[wire->sent] : ARRIVES;
	struct parcel *last;
	size_t i;

	if (end->io != GSSLOOP_IO_OK) {
		errno = ECONNREFUSED;
		return end->io;
	}
	wire->sent++;
	for (i = 0; i < wire->counts[to]; i++)
		wire->queues[to][i].wait--;
	if (fate == LOST)
		return GSSLOOP_IO_OK;
	parcel_add(wire, to, octets, size,
	    fate == LATE	? 1
	    : fate == VERY_LATE ? 3
				: 0);
	last = &wire->queues[to][wire->counts[to] - 1];
	if (fate == CHANGED)
		last->octets[wire->change++ % (GJ_DATAGRAM_HEADER < size
						      ? GJ_DATAGRAM_HEADER + 5
						      : size)] ^= 0xff;
	if (fate == TWICE || wire->always_twice)
		parcel_add(wire, to, octets, size, 0);
	return GSSLOOP_IO_OK;
}

/* The first that is due, though others came before it. */
static enum gssloop_io
end_receive(void *self, uint8_t *octets, size_t room, size_t *size)
{
	struct end *end = self;
	int to = end->role == GSSLOOP_INITIATOR ? 0 : 1;
	struct parcel *queue = end->wire->queues[to];
	size_t i;

	if (end->io != GSSLOOP_IO_OK) {
		errno = ECONNREFUSED;
		return end->io;
	}
	for (i = 0; i < end->wire->counts[to] && queue[i].wait > 0; i++)
		continue;
	if (i == end->wire->counts[to])
		return GSSLOOP_IO_AGAIN;
	if (queue[i].size > room)
		return GSSLOOP_IO_FAILED;
	memcpy(octets, queue[i].octets, queue[i].size);
	*size = queue[i].size;
	end->wire->counts[to]--;
	memmove(queue + i, queue + i + 1,
	    (end->wire->counts[to] - i) * sizeof(*queue));
	return GSSLOOP_IO_OK;
}

static int
end_descriptor(void *self)
{
	(void)self;
	return -1;
}

static uint64_t
end_now(void *self)
{
	struct end *end = self;

	return end->wire->clock;
}

static void
end_free(void *self)
{
	struct end *end = self;

	end->freed = true;
}

static const struct gj_post posts = {
    .send = end_send,
    .receive = end_receive,
    .descriptor = end_descriptor,
    .now = end_now,
    .free = end_free,
};

/* Both ends of a wire. */
struct pair {
	struct wire wire;
	struct end ends[2];
	struct gssloop_channel *channels[2];
};

static const uint8_t name[] = "NAMENAME";

static void
pair_open(struct pair *pair)
{
	int i;

	memset(&pair->ends, 0, sizeof(pair->ends));
	memset(pair->wire.counts, 0, sizeof(pair->wire.counts));
	pair->wire.fated = pair->wire.sent = pair->wire.change = 0;
	pair->wire.always_twice = false;
	pair->wire.clock = 1000000;
	for (i = 0; i < 2; i++) {
		pair->ends[i].wire = &pair->wire;
		pair->ends[i].role =
		    i == 0 ? GSSLOOP_INITIATOR : GSSLOOP_ACCEPTOR;
		MUST((gj_conversation_channel(&pair->channels[i],
			 pair->ends[i].role, name, &posts, &pair->ends[i])) ==
		     0);
		gssloop_channel_limit(pair->channels[i], 64, 64);
	}
}

static void
pair_close(struct pair *pair)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (!pair->ends[i].freed)
			gssloop_channel_free(&pair->channels[i]);
		MUST(pair->ends[i].freed);
	}
}

static struct pair *
pair_new(void)
{
	struct pair *pair = calloc(1, sizeof(*pair));

	MUST(pair != NULL);
	pair_open(pair);
	return pair;
}

static void
pair_free(struct pair *pair)
{
	pair_close(pair);
	free(pair);
}

/* What the two say to each other, by turns. */
struct line {
	int speaker;
	struct gssloop_frame frame;
};

static const struct line whole[] = {
    {0, {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("one")}},
    {1, {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("two")}},
    {0, {.kind = GSSLOOP_FRAME_MESSAGE, .data = VIEW("three")}},
    {1, {.kind = GSSLOOP_FRAME_MESSAGE, .data = VIEW("four")}},
    {0, {.kind = GSSLOOP_FRAME_END}},
    {1, {.kind = GSSLOOP_FRAME_END}},
};

/* The last token has no answer. */
static const struct line last_token[] = {
    {0, {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("one")}},
    {1, {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("two")}},
    {0, {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("three")}},
};

static const struct line one_token[] = {
    {0, {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("one")}},
};

/* The acceptor's failure is the last thing. */
static const struct line told[] = {
    {0, {.kind = GSSLOOP_FRAME_TOKEN, .data = VIEW("one")}},
    {1, {.kind = GSSLOOP_FRAME_ERROR,
	    .major = 0x000d0000,
	    .data = VIEW("why")}},
};

static const struct play {
	const char *name;
	const struct line *lines;
	size_t count;
} plays[] = {
    {"whole", whole, COUNT(whole)},
    {"last token", last_token, COUNT(last_token)},
    {"one token", one_token, COUNT(one_token)},
    {"told", told, COUNT(told)},
};

/* How far one of the two is. */
struct actor {
	size_t at;     /* the line */
	bool flushing; /* it was put */
	bool over, gone;
};

static void
check_line(const struct line *line, const struct gssloop_frame *frame)
{
	MUST((frame->kind) == line->frame.kind);
	MUST((frame->data.size) == line->frame.data.size);
	if (frame->data.size > 0)
		ck_assert_mem_eq(
		    frame->data.data, line->frame.data.data, frame->data.size);
}

/* One goes as far as it can; true when it did something. */
static bool
act(struct pair *pair, const struct play *play, struct actor *actor, int me)
{
	struct gssloop_channel *channel = pair->channels[me];
	const struct line *line = &play->lines[actor->at];
	struct gssloop_frame frame;
	enum gssloop_io io;

	if (actor->gone)
		return false;
	if (actor->over) {
		io = gssloop_channel_linger(channel);
		if (io == GSSLOOP_IO_AGAIN)
			return false;
		actor->gone = true;
		gssloop_channel_free(&pair->channels[me]);
		return true;
	}
	if (line->speaker == me && !actor->flushing) {
		io = gssloop_channel_put(channel, &line->frame);
		MUST((io) == GSSLOOP_IO_OK);
		actor->flushing = true;
	}
	io = actor->flushing ? gssloop_channel_flush(channel)
			     : gssloop_channel_get(channel, &frame);
	if (io == GSSLOOP_IO_AGAIN)
		return false;
	if (io != GSSLOOP_IO_OK)
		ck_abort_msg("%s, line %zu, end %d: %d, %s", play->name,
		    actor->at, me, (int)io, gssloop_channel_reason(channel));
	if (!actor->flushing)
		check_line(line, &frame);
	actor->flushing = false;
	actor->over = ++actor->at == play->count;
	return true;
}

/* Something that has come and nobody has read. */
static bool
is_due(const struct pair *pair, const struct actor actors[2])
{
	size_t i;
	int to;

	for (to = 0; to < 2; to++)
		for (i = 0; i < pair->wire.counts[to]; i++)
			if (!actors[to].gone &&
			    pair->wire.queues[to][i].wait <= 0)
				return true;
	return false;
}

/* To the time that the first of them asked for, where nothing comes before. */
static void
clock_move(struct pair *pair, const struct actor actors[2])
{
	int wish, least = -1, fd, i;
	short events;

	for (i = 0; i < 2; i++) {
		if (actors[i].gone)
			continue;
		wish = gssloop_channel_poll(pair->channels[i], &fd, &events);
		MUST((fd) == -1);
		if (wish >= 0 && (least < 0 || wish < least))
			least = wish;
	}
	if (is_due(pair, actors))
		return;
	MUST(least >= 0); /* else both wait for ever */
	pair->wire.clock += (uint64_t)least * 1000;
}

/* Milliseconds that it took. */
static uint64_t
play_out(struct pair *pair, const struct play *play)
{
	struct actor actors[2];
	uint64_t began = pair->wire.clock;
	unsigned int turns;
	bool acted;

	memset(actors, 0, sizeof(actors));
	for (turns = 0; !actors[0].gone || !actors[1].gone; turns++) {
		MUST(turns < 1000);
		acted = act(pair, play, &actors[0], 0);
		acted = act(pair, play, &actors[1], 1) || acted;
		if (!acted)
			clock_move(pair, actors);
	}
	return (pair->wire.clock - began) / 1000;
}

/* Nothing happens to any: as few datagrams as there can be, and no time. */
START_TEST(wire_is_good)
{
	static const unsigned int datagrams[] = {7, 5, 3, 3};
	struct pair *pair = pair_new();

	ck_assert_uint_eq(play_out(pair, &plays[_i]), 0);
	ck_assert_uint_eq(pair->wire.sent, datagrams[_i]);
	pair_free(pair);
}
END_TEST

/* Every fate of each of the first datagrams, with every other's. */
#define FATED 6

START_TEST(every_pattern)
{
	struct pair *pair = pair_new();
	unsigned long pattern, patterns = 1, rest, differed = 0;
	unsigned int i;

	for (i = 0; i < FATED; i++)
		patterns *= FATES;
	for (pattern = 0; pattern < patterns; pattern++) {
		pair_close(pair);
		pair_open(pair);
		pair->wire.fated = FATED;
		pair->wire.change = (unsigned int)pattern;
		for (rest = pattern, i = 0; i < FATED; i++, rest /= FATES)
			pair->wire.fates[i] = (enum fate)(rest % FATES);
		differed += play_out(pair, &plays[_i]) > 0;
		MUST(pair->wire.sent <= 40);
	}
	ck_assert_uint_gt(differed, patterns / 2);
	pair_free(pair);
}
END_TEST

/* Duplicates do not breed: at most an acknowledgement for each. */
START_TEST(everything_comes_twice)
{
	struct pair *pair = pair_new();

	pair->wire.always_twice = true;
	play_out(pair, &plays[_i]);
	ck_assert_uint_le(pair->wire.sent, 4 * plays[_i].count + 2);
	pair_free(pair);
}
END_TEST

/* Nobody answers: the intervals grow, up to the greatest. */
START_TEST(intervals)
{
	static const int expected[] = {100, 200, 400, 800, 1600, 1600, 1600};
	struct pair *pair = pair_new();
	short events;
	size_t i;
	int fd;

	gssloop_channel_put(pair->channels[0], &whole[0].frame);
	for (i = 0; i < COUNT(expected); i++) {
		ck_assert_int_eq(
		    gssloop_channel_flush(pair->channels[0]), GSSLOOP_IO_AGAIN);
		ck_assert_uint_eq(pair->wire.sent, i + 1);
		ck_assert_int_eq(
		    gssloop_channel_poll(pair->channels[0], &fd, &events),
		    expected[i]);
		ck_assert_int_eq(events, POLLIN);
		pair->wire.clock += (uint64_t)expected[i] * 1000 - 1;
		gssloop_channel_flush(pair->channels[0]);
		ck_assert_uint_eq(pair->wire.sent, i + 1);
		pair->wire.clock++;
	}
	pair_free(pair);
}
END_TEST

/* The acknowledgement was lost, so the frame comes again, and is not new. */
START_TEST(copy_is_acknowledged)
{
	struct gssloop_frame frame;
	struct pair *pair = pair_new();

	pair->wire.fated = 2;
	pair->wire.fates[1] = LOST;
	gssloop_channel_put(pair->channels[0], &whole[0].frame);
	gssloop_channel_flush(pair->channels[0]);
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[1], &frame), GSSLOOP_IO_OK);
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[1], &frame), GSSLOOP_IO_AGAIN);
	ck_assert_uint_eq(pair->wire.sent, 2);
	pair->wire.clock += GJ_RESEND_FIRST_MS * 1000;
	ck_assert_int_eq(
	    gssloop_channel_flush(pair->channels[0]), GSSLOOP_IO_AGAIN);
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[1], &frame), GSSLOOP_IO_AGAIN);
	ck_assert_uint_eq(pair->wire.sent, 4);
	ck_assert_int_eq(
	    gssloop_channel_flush(pair->channels[0]), GSSLOOP_IO_OK);
	pair_free(pair);
}
END_TEST

/* What does not belong */

static void
take(struct pair *pair, int to, const struct gj_datagram *datagram,
    const char *frame)
{
	uint8_t octets[128];
	struct gj_writer writer;

	gj_writer_init(&writer, octets, sizeof(octets));
	gj_datagram_encode(datagram, &writer);
	gj_writer_octets(&writer, frame, datagram->frame.size);
	ck_assert(!writer.failed);
	gj_conversation_take(
	    gj_conversation_of(pair->channels[to]), octets, writer.used);
}

#define TOKEN_EVIL "T\0\0\0\4evil"

/* To an initiator whose first token is under way and not acknowledged. */
static const struct forged {
	const char *what;
	struct gj_datagram datagram;
	const char *frame;
} forgeds[] = {
    {"another name",
	{.type = GJ_DATAGRAM_FRAME,
	    .from_acceptor = true,
	    .name = "namename",
	    .sequence = 1,
	    .acknowledged = 1,
	    .frame = {NULL, 9}},
	TOKEN_EVIL},
    {"its own role",
	{.type = GJ_DATAGRAM_FRAME,
	    .name = "NAMENAME",
	    .sequence = 1,
	    .acknowledged = 1,
	    .frame = {NULL, 9}},
	TOKEN_EVIL},
    {"a number that is not the next",
	{.type = GJ_DATAGRAM_FRAME,
	    .from_acceptor = true,
	    .name = "NAMENAME",
	    .sequence = 2,
	    .frame = {NULL, 9}},
	TOKEN_EVIL},
    {"an acknowledgement of what was never sent",
	{.type = GJ_DATAGRAM_ACKNOWLEDGEMENT,
	    .from_acceptor = true,
	    .name = "NAMENAME",
	    .acknowledged = 2},
	""},
    {"a frame with such an acknowledgement",
	{.type = GJ_DATAGRAM_FRAME,
	    .from_acceptor = true,
	    .name = "NAMENAME",
	    .sequence = 1,
	    .acknowledged = UINT32_MAX,
	    .frame = {NULL, 9}},
	TOKEN_EVIL},
    {"an acknowledgement with another name",
	{.type = GJ_DATAGRAM_ACKNOWLEDGEMENT,
	    .from_acceptor = true,
	    .name = "NAMENAMX",
	    .acknowledged = 1},
	""},
    {"a retry with another name",
	{.type = GJ_DATAGRAM_RETRY,
	    .from_acceptor = true,
	    .name = "NAMENAMX",
	    .cookie = "cookie"},
	""},
    {"a close with another name",
	{.type = GJ_DATAGRAM_CLOSE, .from_acceptor = true, .name = "NAMENAMX"},
	""},
};

START_TEST(forged_is_ignored)
{
	const struct forged *row = &forgeds[_i];
	struct pair *pair = pair_new();
	struct gssloop_frame frame;

	gssloop_channel_put(pair->channels[0], &whole[0].frame);
	ck_assert_int_eq(
	    gssloop_channel_flush(pair->channels[0]), GSSLOOP_IO_AGAIN);
	take(pair, 0, &row->datagram, row->frame);
	ck_assert_int_eq(
	    gssloop_channel_flush(pair->channels[0]), GSSLOOP_IO_AGAIN);
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[0], &frame), GSSLOOP_IO_AGAIN);
	ck_assert_uint_eq(pair->wire.sent, 1);
	pair_free(pair);
}
END_TEST

/* A retry is answered at once, by the same with its cookie; not for ever. */
START_TEST(retries_are_counted)
{
	struct gj_datagram retry = {.type = GJ_DATAGRAM_RETRY,
	    .from_acceptor = true,
	    .name = "NAMENAME",
	    .cookie = "cookie 0"};
	struct pair *pair = pair_new();
	struct parcel *parcels = pair->wire.queues[1];
	unsigned int i;

	/* Nothing is under way yet. */
	take(pair, 0, &retry, "");
	ck_assert_uint_eq(pair->wire.sent, 0);
	gssloop_channel_put(pair->channels[0], &whole[0].frame);
	gssloop_channel_flush(pair->channels[0]);
	for (i = 1; i <= GJ_RETRIES_MAX + 2; i++) {
		retry.cookie[7] = (uint8_t)('0' + i);
		take(pair, 0, &retry, "");
		take(pair, 0, &retry, "");
		if (i > GJ_RETRIES_MAX)
			continue;
		ck_assert_uint_eq(pair->wire.sent, i + 1);
		ck_assert_mem_eq(parcels[i].octets + 20, retry.cookie, 16);
		ck_assert_uint_eq(parcels[i].size, parcels[0].size);
		ck_assert_mem_eq(parcels[i].octets + 36, parcels[0].octets + 36,
		    parcels[0].size - 36);
	}
	ck_assert_uint_eq(pair->wire.sent, GJ_RETRIES_MAX + 1);
	pair_free(pair);
}
END_TEST

/* A copy of an old retry is nothing to one who was answered. */
START_TEST(retry_after_an_answer)
{
	struct gj_datagram retry = {.type = GJ_DATAGRAM_RETRY,
	    .from_acceptor = true,
	    .name = "NAMENAME",
	    .cookie = "cookie"};
	struct gssloop_frame frame;
	struct pair *pair = pair_new();
	unsigned int sent;

	gssloop_channel_put(pair->channels[0], &whole[0].frame);
	gssloop_channel_flush(pair->channels[0]);
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[1], &frame), GSSLOOP_IO_OK);
	gssloop_channel_put(pair->channels[1], &whole[1].frame);
	gssloop_channel_flush(pair->channels[1]);
	ck_assert_int_eq(
	    gssloop_channel_flush(pair->channels[0]), GSSLOOP_IO_OK);
	gssloop_channel_put(pair->channels[0], &whole[2].frame);
	gssloop_channel_flush(pair->channels[0]);
	sent = pair->wire.sent;
	take(pair, 0, &retry, "");
	ck_assert_uint_eq(pair->wire.sent, sent);
	pair_free(pair);
}
END_TEST

/* Ends */

START_TEST(close_is_told)
{
	struct gssloop_frame frame;
	struct pair *pair = pair_new();

	gssloop_channel_put(pair->channels[0], &whole[0].frame);
	gssloop_channel_flush(pair->channels[0]);
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[1], &frame), GSSLOOP_IO_OK);
	gssloop_channel_free(&pair->channels[1]);
	/* It was taken before the peer closed. */
	ck_assert_int_eq(
	    gssloop_channel_flush(pair->channels[0]), GSSLOOP_IO_OK);
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[0], &frame), GSSLOOP_IO_CLOSED);
	ck_assert_str_eq(
	    gssloop_channel_reason(pair->channels[0]), "the peer has closed");
	gssloop_channel_free(&pair->channels[0]);
	pair_free(pair);
}
END_TEST

START_TEST(post_fails)
{
	static const enum gssloop_io ios[] = {
	    GSSLOOP_IO_CLOSED, GSSLOOP_IO_FAILED};
	struct gssloop_frame frame;
	struct pair *pair = pair_new();
	short events;
	int fd;

	pair->ends[0].io = ios[_i];
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[0], &frame), ios[_i]);
	ck_assert_ptr_nonnull(
	    strstr(gssloop_channel_reason(pair->channels[0]), "receiving: "));
	gssloop_channel_put(pair->channels[0], &whole[0].frame);
	ck_assert_int_eq(gssloop_channel_flush(pair->channels[0]), ios[_i]);
	ck_assert_int_eq(
	    gssloop_channel_poll(pair->channels[0], &fd, &events), 0);
	ck_assert_int_eq(
	    gssloop_channel_linger(pair->channels[0]), GSSLOOP_IO_OK);
	pair_free(pair);
}
END_TEST

/* Limits are those in force when the frame is asked for. */
START_TEST(limits_are_late)
{
	struct gssloop_frame frame;
	struct pair *pair = pair_new();
	struct gssloop_channel *to = pair->channels[1];

	gssloop_channel_limit(to, 2, 0);
	gssloop_channel_put(pair->channels[0], &whole[0].frame);
	gssloop_channel_flush(pair->channels[0]);
	ck_assert_int_eq(gssloop_channel_get(to, &frame), GSSLOOP_IO_TOO_LARGE);
	ck_assert_int_eq(gssloop_channel_get(to, &frame), GSSLOOP_IO_TOO_LARGE);
	gssloop_channel_limit(to, 3, 0);
	ck_assert_int_eq(gssloop_channel_get(to, &frame), GSSLOOP_IO_OK);
	ck_assert_int_eq(gssloop_channel_get(to, &frame), GSSLOOP_IO_AGAIN);
	gssloop_channel_flush(pair->channels[0]);
	gssloop_channel_put(pair->channels[0], &whole[2].frame);
	gssloop_channel_flush(pair->channels[0]);
	ck_assert_int_eq(gssloop_channel_get(to, &frame), GSSLOOP_IO_EARLY);
	gssloop_channel_limit(to, 3, 64);
	ck_assert_int_eq(gssloop_channel_get(to, &frame), GSSLOOP_IO_OK);
	ck_assert_int_eq(frame.kind, GSSLOOP_FRAME_MESSAGE);
	pair_free(pair);
}
END_TEST

START_TEST(put_too_large)
{
	size_t most = GJ_DATAGRAM_FRAME_MAX - GJ_WIRE_HEADER;
	uint8_t *octets = calloc(1, GJ_DATAGRAM_MAX);
	struct gssloop_frame frame = {
	    .kind = GSSLOOP_FRAME_TOKEN, .data = {octets, most}};
	struct pair *pair = pair_new();

	ck_assert_int_eq(
	    gssloop_channel_put(pair->channels[0], &frame), GSSLOOP_IO_OK);
	frame.data.size = most + 1;
	ck_assert_int_eq(gssloop_channel_put(pair->channels[0], &frame),
	    GSSLOOP_IO_TOO_LARGE);
	ck_assert_str_eq(gssloop_channel_reason(pair->channels[0]),
	    "65467 octets are too many for a datagram, which carries 65466");
	frame.data.size = SIZE_MAX;
	frame.mic.size = SIZE_MAX;
	ck_assert_int_eq(gssloop_channel_put(pair->channels[0], &frame),
	    GSSLOOP_IO_TOO_LARGE);
	free(octets);
	pair->ends[0].io = GSSLOOP_IO_FAILED; /* too large for this wire */
	pair_free(pair);
}
END_TEST

/* Without memory for it a frame is as good as lost, and comes again. */
START_TEST(frame_without_memory)
{
	struct gssloop_frame frame;
	struct pair *pair = pair_new();
	enum gssloop_io io;

	failing_malloc_arm(1);
	io = gssloop_channel_put(pair->channels[0], &whole[0].frame);
	failing_malloc_arm(0);
	ck_assert_int_eq(io, GSSLOOP_IO_NO_MEMORY);
	gssloop_channel_put(pair->channels[0], &whole[0].frame);
	gssloop_channel_flush(pair->channels[0]);
	failing_malloc_arm(1);
	io = gssloop_channel_get(pair->channels[1], &frame);
	failing_malloc_arm(0);
	ck_assert_int_eq(io, GSSLOOP_IO_AGAIN);
	ck_assert(failing_malloc_fired());
	pair->wire.clock += GJ_RESEND_FIRST_MS * 1000;
	gssloop_channel_flush(pair->channels[0]);
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[1], &frame), GSSLOOP_IO_OK);
	check_line(&whole[0], &frame);
	pair_free(pair);
}
END_TEST

/*
 * The driver: the peer fails while our token is not acknowledged, and the error
 * that we have to tell is put although the token is still being flushed.
 */
START_TEST(error_behind_a_token)
{
	static const struct scripted_answer answers[] = {
	    {GSS_S_CONTINUE_NEEDED, 0, 0, "one", false, false, false},
	    {GSS_S_FAILURE, 0, 0, NULL, false, false, false}};
	struct pair *pair = pair_new();
	struct gssloop_params params;
	struct gssloop_frame frame;
	struct gssloop *loop;

	scripted_reset(answers);
	gssloop_params_init(&params, GSSLOOP_INITIATOR);
	params.target = (gss_name_t)&params;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	ck_assert_int_eq(
	    gssloop_advance(loop, pair->channels[0]), GSSLOOP_SEND);
	/* Refused as unexpected: the next thing is to tell. */
	ck_assert_int_eq(gssloop_receive(loop, "x", 1), GSSLOOP_TELL);
	ck_assert_int_eq(
	    gssloop_advance(loop, pair->channels[0]), GSSLOOP_TELL);
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[1], &frame), GSSLOOP_IO_OK);
	ck_assert_int_eq(frame.kind, GSSLOOP_FRAME_TOKEN);
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[1], &frame), GSSLOOP_IO_AGAIN);
	ck_assert_int_eq(
	    gssloop_advance(loop, pair->channels[0]), GSSLOOP_FAILED);
	ck_assert_int_eq(
	    gssloop_channel_get(pair->channels[1], &frame), GSSLOOP_IO_OK);
	ck_assert_int_eq(frame.kind, GSSLOOP_FRAME_ERROR);
	gssloop_free(&loop);
	pair_free(pair);
}
END_TEST

/* Sockets */

static void
sockets_make(int fds[2])
{
	struct sockaddr_in address[2];
	socklen_t size = sizeof(address[0]);
	int i;

	memset(address, 0, sizeof(address));
	for (i = 0; i < 2; i++) {
		address[i].sin_family = AF_INET;
		address[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		fds[i] = socket(AF_INET, SOCK_DGRAM, 0);
		ck_assert_int_ne(fds[i], -1);
		ck_assert_int_eq(
		    bind(fds[i], (struct sockaddr *)&address[i], size), 0);
		ck_assert_int_eq(
		    getsockname(fds[i], (struct sockaddr *)&address[i], &size),
		    0);
	}
	for (i = 0; i < 2; i++)
		ck_assert_int_eq(
		    connect(fds[i], (struct sockaddr *)&address[1 - i], size),
		    0);
}

START_TEST(sockets_cross)
{
	struct gssloop_channel *channels[2];
	struct gssloop_frame frame;
	int fds[2], fd;
	short events;

	sockets_make(fds);
	ck_assert_int_eq(
	    gssloop_channel_datagram(&channels[0], fds[0], GSSLOOP_INITIATOR),
	    0);
	ck_assert_int_eq(
	    gssloop_channel_datagram(&channels[1], fds[1], GSSLOOP_ACCEPTOR),
	    0);
	ck_assert(fcntl(fds[0], F_GETFL) & O_NONBLOCK);
	ck_assert_str_eq(gssloop_channel_name(channels[0]), "udp");
	ck_assert_uint_eq(gssloop_channel_carries(channels[0]),
	    GSSLOOP_CARRIES_ERRORS | GSSLOOP_CARRIES_MIC);
	ck_assert_int_eq(
	    gssloop_channel_get(channels[1], &frame), GSSLOOP_IO_AGAIN);
	gssloop_channel_put(channels[0], &whole[0].frame);
	ck_assert_int_eq(gssloop_channel_flush(channels[0]), GSSLOOP_IO_AGAIN);
	gssloop_channel_poll(channels[1], &fd, &events);
	ck_assert_int_eq(fd, fds[1]);
	/* Garbage that the peer's address sends is passed over. */
	ck_assert_int_eq(send(fds[0], "garbage", 7, 0), 7);
	ck_assert_int_eq(gssloop_channel_get_wait(
			     channels[1], &frame, gssloop_deadline(9999)),
	    GSSLOOP_IO_OK);
	check_line(&whole[0], &frame);
	gssloop_channel_put(channels[1], &whole[1].frame);
	gssloop_channel_flush(channels[1]);
	ck_assert_int_eq(gssloop_channel_get_wait(
			     channels[0], &frame, gssloop_deadline(9999)),
	    GSSLOOP_IO_OK);
	check_line(&whole[1], &frame);
	gssloop_channel_free(&channels[1]);
	ck_assert_int_eq(fcntl(fds[1], F_GETFD), -1);
	ck_assert_int_eq(gssloop_channel_get_wait(
			     channels[0], &frame, gssloop_deadline(9999)),
	    GSSLOOP_IO_CLOSED);
	gssloop_channel_free(&channels[0]);
}
END_TEST

/* gssloop_run as an acceptor, after what a peer has written. */
static enum gssloop_next
run_acceptor(int fd, unsigned int ms, enum gssloop_branch *branch)
{
	static const struct scripted_answer answer = {
	    GSS_S_COMPLETE, 0, 0, "two", false, false, false};
	struct gssloop_channel *channel;
	struct gssloop_params params;
	struct gssloop *loop;
	enum gssloop_next next;

	scripted_reset(&answer);
	gssloop_params_init(&params, GSSLOOP_ACCEPTOR);
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	ck_assert_int_eq(
	    gssloop_channel_datagram(&channel, fd, GSSLOOP_ACCEPTOR), 0);
	next = gssloop_run(loop, channel, gssloop_deadline(ms));
	*branch = gssloop_branch(loop);
	gssloop_free(&loop);
	gssloop_channel_free(&channel);
	return next;
}

static void
peer_writes(int fd, struct gj_datagram datagram, const char *text)
{
	uint8_t octets[128];
	struct gj_writer writer;

	gj_writer_init(&writer, octets, sizeof(octets));
	gj_datagram_encode(&datagram, &writer);
	gj_writer_octets(&writer, text, datagram.frame.size);
	ck_assert_int_eq(
	    send(fd, octets, writer.used, 0), (ssize_t)writer.used);
}

static const struct gj_datagram peers_token = {.type = GJ_DATAGRAM_FRAME,
    .name = "NAMENAME",
    .sequence = 1,
    .frame = {NULL, 8}};

/* Frames among what was sent to the peer. */
static unsigned int
frames_sent(int fd)
{
	struct gj_datagram datagram;
	struct gj_wire_result result;
	uint8_t octets[512];
	unsigned int frames = 0;
	ssize_t got;

	while ((got = recv(fd, octets, sizeof(octets), MSG_DONTWAIT)) > 0) {
		gj_datagram_decode(octets, (size_t)got, &datagram, &result);
		frames += datagram.type == GJ_DATAGRAM_FRAME;
	}
	return frames;
}

START_TEST(driver_is_acknowledged)
{
	static const struct gj_datagram yes = {
	    .type = GJ_DATAGRAM_ACKNOWLEDGEMENT,
	    .name = "NAMENAME",
	    .acknowledged = 1};
	enum gssloop_branch branch;
	int fds[2];

	sockets_make(fds);
	peer_writes(fds[1], peers_token, "T\0\0\0\3one");
	peer_writes(fds[1], yes, "");
	ck_assert_int_eq(run_acceptor(fds[0], 9999, &branch), GSSLOOP_DONE);
	ck_assert_int_eq(branch, GSSLOOP_BRANCH_ESTABLISHED);
	ck_assert_uint_eq(frames_sent(fds[1]), 1);
	close(fds[1]);
}
END_TEST

/* Without an acknowledgement it sends again, until the deadline. */
START_TEST(driver_sends_again)
{
	enum gssloop_branch branch;
	int fds[2];

	sockets_make(fds);
	peer_writes(fds[1], peers_token, "T\0\0\0\3one");
	ck_assert_int_eq(run_acceptor(fds[0], 10 * GJ_RESEND_FIRST_MS, &branch),
	    GSSLOOP_FAILED);
	ck_assert_int_eq(branch, GSSLOOP_BRANCH_SEND_FAILED);
	ck_assert_uint_ge(frames_sent(fds[1]), 2);
	close(fds[1]);
}
END_TEST

START_TEST(nobody_is_there)
{
	struct gssloop_channel *channel;
	struct gssloop_frame frame;
	int fds[2];

	sockets_make(fds);
	close(fds[1]);
	ck_assert_int_eq(
	    gssloop_channel_datagram(&channel, fds[0], GSSLOOP_INITIATOR), 0);
	gssloop_channel_put(channel, &whole[0].frame);
	gssloop_channel_flush(channel);
	ck_assert_int_eq(
	    gssloop_channel_get_wait(channel, &frame, gssloop_deadline(9999)),
	    GSSLOOP_IO_CLOSED);
	ck_assert_ptr_nonnull(
	    strstr(gssloop_channel_reason(channel), "refused"));
	gssloop_channel_free(&channel);
}
END_TEST

START_TEST(not_such_a_socket)
{
	struct gssloop_channel *channel = (void *)&channel;
	int fds[2], fd;

	ck_assert_int_eq(
	    gssloop_channel_datagram(&channel, -1, GSSLOOP_ACCEPTOR), EBADF);
	ck_assert_ptr_null(channel);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(
	    gssloop_channel_datagram(&channel, fds[0], GSSLOOP_ACCEPTOR),
	    EPROTOTYPE);
	close(fds[0]);
	close(fds[1]);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(
	    gssloop_channel_datagram(&channel, fd, GSSLOOP_INITIATOR),
	    ENOTCONN);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(channel_without_memory)
{
	struct gssloop_channel *channel;
	unsigned long n;
	int fds[2], error;

	sockets_make(fds);
	for (n = 1;; n++) {
		channel = (void *)&channel;
		failing_malloc_arm(n);
		error = gssloop_channel_datagram(
		    &channel, fds[0], GSSLOOP_INITIATOR);
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		ck_assert_int_eq(error, ENOMEM);
		ck_assert_ptr_null(channel);
	}
	ck_assert_int_eq(error, 0);
	ck_assert_uint_eq(n, 4);
	gssloop_channel_free(&channel);
	close(fds[1]);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("datagram");
	TCase *codec = tcase_create("codec");
	TCase *wire = tcase_create("wire");
	TCase *sockets = tcase_create("sockets");

	tcase_add_loop_test(codec, octets_decoded, 0, COUNT(octets_rows));
	tcase_add_loop_test(codec, octets_changed, 0, COUNT(octets_rows));
	tcase_add_test(codec, octets_too_many);
	tcase_set_timeout(wire, 120);
	tcase_add_loop_test(wire, wire_is_good, 0, COUNT(plays));
	tcase_add_loop_test(wire, every_pattern, 0, COUNT(plays));
	tcase_add_loop_test(wire, everything_comes_twice, 0, COUNT(plays));
	tcase_add_test(wire, intervals);
	tcase_add_test(wire, copy_is_acknowledged);
	tcase_add_loop_test(wire, forged_is_ignored, 0, COUNT(forgeds));
	tcase_add_test(wire, retries_are_counted);
	tcase_add_test(wire, retry_after_an_answer);
	tcase_add_test(wire, close_is_told);
	tcase_add_loop_test(wire, post_fails, 0, 2);
	tcase_add_test(wire, limits_are_late);
	tcase_add_test(wire, put_too_large);
	tcase_add_test(wire, frame_without_memory);
	tcase_add_test(wire, error_behind_a_token);
	tcase_add_test(sockets, sockets_cross);
	tcase_add_test(sockets, driver_is_acknowledged);
	tcase_add_test(sockets, driver_sends_again);
	tcase_add_test(sockets, nobody_is_there);
	tcase_add_test(sockets, not_such_a_socket);
	tcase_add_test(sockets, channel_without_memory);
	suite_add_tcase(suite, codec);
	suite_add_tcase(suite, wire);
	suite_add_tcase(suite, sockets);
	return suite_run(suite);
}
