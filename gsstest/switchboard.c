/*
 * Many conversations over one datagram socket.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <sys/socket.h>

#include "address.h"
#include "compat.h"
#include "complaint.h"
#include "conversation.h"
#include "cookie.h"
#include "deadline.h"
#include "switchboard.h"

/* Chains of the table that conversations are found in by name. */
#define CHAINS 256

/* What is between a channel and the socket. */
struct line {
	struct switchboard *board;
	struct sockaddr_storage address;
	socklen_t address_size;
	uint8_t name[GJ_DATAGRAM_NAME];
	struct gssloop_channel *channel;
	struct connection *connection;
	struct line *next, **link;
};

struct switchboard {
	struct hub *hub;
	struct event *readable;
	struct mac *mac;
	int fd;
	struct line *lines[CHAINS];
	unsigned int count;
};

/* A datagram that came, and from whom. */
struct arrival {
	uint8_t octets[GJ_DATAGRAM_MAX + 1];
	size_t size;
	struct sockaddr_storage address;
	socklen_t address_size;
	struct gj_datagram datagram;
};

/* A line as a conversation's post. */

static enum gssloop_io
line_send(void *self, const uint8_t *octets, size_t size)
{
	struct line *line = self;
	ssize_t sent;

	do
		sent = sendto(line->board->fd, octets, size, 0,
		    (const struct sockaddr *)&line->address,
		    line->address_size);
	while (sent == -1 && errno == EINTR);
	/* An error of the socket may be somebody else's: as good as lost. */
	if (sent == -1 && errno == EMSGSIZE)
		return GSSLOOP_IO_FAILED;
	return GSSLOOP_IO_OK;
}

/* The switchboard brings what comes. */
static enum gssloop_io
line_receive(void *self, uint8_t *octets, size_t room, size_t *size)
{
	(void)self;
	(void)octets;
	(void)room;
	*size = 0;
	return GSSLOOP_IO_AGAIN;
}

static int
line_descriptor(void *self)
{
	(void)self;
	return -1;
}

static uint64_t
line_now(void *self)
{
	(void)self;
	return gj_now();
}

static void
line_free(void *self)
{
	struct line *line = self;

	*line->link = line->next;
	if (line->next != NULL)
		line->next->link = line->link;
	line->board->count--;
	free(line);
}

static const struct gj_post line_posts = {
    .send = line_send,
    .receive = line_receive,
    .descriptor = line_descriptor,
    .now = line_now,
    .free = line_free,
};

/* Lines. */

static struct line **
chain_of(struct switchboard *board, const uint8_t *name)
{
	return &board->lines[name[0] % CHAINS];
}

static struct line *
line_find(struct switchboard *board, const struct arrival *arrival)
{
	struct line *line = *chain_of(board, arrival->datagram.name);

	while (line != NULL &&
	       (memcmp(line->name, arrival->datagram.name,
		    sizeof(line->name)) != 0 ||
		   !address_equal(&line->address, &arrival->address)))
		line = line->next;
	return line;
}

static struct line *
line_new(struct switchboard *board, const struct arrival *arrival)
{
	struct line **chain = chain_of(board, arrival->datagram.name);
	struct line *line = calloc(1, sizeof(*line));

	if (line == NULL)
		return NULL;
	line->board = board;
	line->address = arrival->address;
	line->address_size = arrival->address_size;
	memcpy(line->name, arrival->datagram.name, sizeof(line->name));
	if (gj_conversation_channel(&line->channel, GSSLOOP_ACCEPTOR,
		line->name, &line_posts, line) != 0) {
		free(line);
		return NULL;
	}
	line->next = *chain;
	line->link = chain;
	if (line->next != NULL)
		line->next->link = &line->next;
	*chain = line;
	board->count++;
	return line;
}

/* What comes. */

/* Asks for the same again with a cookie; never larger than what came. */
static void
retry_send(struct switchboard *board, const struct arrival *arrival,
    const struct cookie_owner *owner)
{
	uint8_t octets[GJ_DATAGRAM_HEADER];
	struct gj_datagram retry;
	struct gj_writer writer;

	memset(&retry, 0, sizeof(retry));
	retry.type = GJ_DATAGRAM_RETRY;
	retry.from_acceptor = true;
	memcpy(retry.name, arrival->datagram.name, sizeof(retry.name));
	if (!cookie_make(board->mac, owner, gj_now(), retry.cookie))
		return;
	gj_writer_init(&writer, octets, sizeof(octets));
	gj_datagram_encode(&retry, &writer);
	/* What is lost is asked for again. */
	(void)!sendto(board->fd, octets, writer.used, 0,
	    (const struct sockaddr *)&arrival->address, arrival->address_size);
}

/* The first datagram of a conversation that nobody knows yet. */
static void
stranger_take(struct switchboard *board, const struct arrival *arrival)
{
	struct cookie_owner owner = {&arrival->address, arrival->datagram.name};
	struct line *line;

	if (arrival->datagram.from_acceptor ||
	    arrival->datagram.type != GJ_DATAGRAM_FRAME ||
	    arrival->datagram.sequence != 1 || hub_is_full(board->hub) ||
	    board->count >= CONVERSATIONS_MAX)
		return;
	if (!cookie_is_good(
		board->mac, &owner, gj_now(), arrival->datagram.cookie)) {
		retry_send(board, arrival, &owner);
		return;
	}
	line = line_new(board, arrival);
	if (line == NULL)
		return;
	gj_conversation_take(
	    gj_conversation_of(line->channel), arrival->octets, arrival->size);
	/* May be over, and the line gone, when this returns. */
	connection_carry(board->hub, line->channel, &line->connection);
}

static void
arrival_take(struct switchboard *board, struct arrival *arrival)
{
	struct gj_wire_result result;
	struct line *line;

	gj_datagram_decode(
	    arrival->octets, arrival->size, &arrival->datagram, &result);
	if (result.what != GJ_WIRE_FRAME)
		return;
	line = line_find(board, arrival);
	if (line == NULL) {
		stranger_take(board, arrival);
		return;
	}
	gj_conversation_take(
	    gj_conversation_of(line->channel), arrival->octets, arrival->size);
	connection_wake(line->connection);
}

static bool
arrival_read(int fd, struct arrival *arrival)
{
	ssize_t got;

	memset(&arrival->address, 0, sizeof(arrival->address));
	arrival->address_size = sizeof(arrival->address);
	do
		got = recvfrom(fd, arrival->octets, sizeof(arrival->octets), 0,
		    (struct sockaddr *)&arrival->address,
		    &arrival->address_size);
	while (got == -1 && errno == EINTR);
	arrival->size = got > 0 ? (size_t)got : 0;
	return got != -1;
}

static void
on_readable(evutil_socket_t fd, short what, void *argument)
{
	struct switchboard *board = argument;
	struct arrival arrival;
	unsigned int i;

	(void)what;
	for (i = 0; i < DATAGRAMS_A_TURN && arrival_read(fd, &arrival); i++)
		arrival_take(board, &arrival);
}

struct switchboard *
switchboard_open(struct hub *hub, int fd)
{
	struct switchboard *board = calloc(1, sizeof(*board));

	if (board != NULL) {
		board->hub = hub;
		board->fd = fd;
		board->mac = mac_new();
		board->readable = event_new(
		    hub->base, fd, EV_READ | EV_PERSIST, on_readable, board);
	}
	if (board != NULL && board->mac != NULL && board->readable != NULL &&
	    event_add(board->readable, NULL) == 0)
		return board;
	complaint(hub->party->options, hub->party->role,
	    "no memory, or no key, for conversations over datagrams");
	switchboard_close(board);
	return NULL;
}

void
switchboard_close(struct switchboard *board)
{
	if (board == NULL)
		return;
	if (board->readable != NULL)
		event_free(board->readable);
	mac_free(board->mac);
	free(board);
}
