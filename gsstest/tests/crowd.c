/*
 * crowd: very many peers that stall on purpose, in one process.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	crowd take COUNT
 *	    takes so many initiators, reads a frame of each and closes: their
 *	    -T has tokens then that no acceptor has seen
 *	crowd stand HOST:PORT TOKENS KIND:COUNT ...
 *	    connects as many of each kind, prints "standing" when all of them
 *	    have come to where they stall, and stays until all are closed.
 *	    TOKENS is the file of -T.
 *
 * What the acceptor sends a peer that it ends is searched for the branch that
 * is told.  At the end a line for each kind and branch says how many were
 * closed so.  Those that never read cannot know, and are not waited for.
 */
#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../address.h"
#include "compat.h"

/* Nothing here takes longer: a SIGALRM ends it. */
#define SECONDS_MAX 60

#define PEERS_MAX    4096
#define TOKEN_MAX    131072 /* the acceptor's default */
#define FRAME_HEADER 5

/* An octet now and then: slowness is the point. */
#define DRIP_MS 100

/* So little is taken in by the system for a peer that does not read. */
#define UNREAD_ROOM 4096

enum kind {
	SILENT, /* connects */
	HEADER, /* half a header */
	HALF,	/* half a token */
	DRIP,	/* a token, one octet at a time */
	BRIM,	/* all but the last octet of the greatest token */
	WHOLE,	/* the token, and no word after its answer */
	UNREAD, /* an initiator's token and message, whose answer is not read */
	KINDS
};

static const char *const names[KINDS] = {
    "silent", "header", "half", "drip", "brim", "whole", "unread"};

struct peer {
	enum kind kind;
	int initiator; /* of UNREAD; -1 where there is none */
	size_t at;     /* of DRIP, octets sent */
	char branch[40];
};

static struct peer peers[PEERS_MAX];
static struct pollfd waits[PEERS_MAX];
static size_t peer_count;
static size_t reading; /* peers that are open, but for UNREAD */
static FILE *tokens;

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "crowd: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* Sockets. */

static void
await(int fd, short events)
{
	struct pollfd wait = {fd, events, 0};

	while (poll(&wait, 1, -1) != 1)
		continue;
}

static int
blocking(int fd)
{
	if (fd == -1 || fcntl(fd, F_SETFL, 0) == -1)
		die("socket", "no connection");
	return fd;
}

static int
connect_to(const struct addrinfo *address)
{
	int fd = -1;

	if (address_connect(address, &fd) == 0)
		await(fd, POLLOUT);
	if (fd == -1 || address_connected(fd) != 0)
		die("connect", "refused");
	return blocking(fd);
}

static int
listen_and_tell(void)
{
	char bound[ADDRESS_TEXT], error[ADDRESS_ERROR];
	int listener = address_listen("127.0.0.1:0", bound, error);

	if (listener == -1)
		die("listen", error);
	printf("listening on %s\n", bound);
	fflush(stdout);
	return listener;
}

static int
take_one(int listener)
{
	await(listener, POLLIN);
	return blocking(accept(listener, NULL, NULL));
}

static void
send_all(int fd, const uint8_t *octets, size_t size)
{
	ssize_t sent;

	for (; size > 0; size -= (size_t)sent, octets += sent) {
		sent = send(fd, octets, size, 0);
		if (sent == -1)
			return;
	}
}

/* A frame of one to the other, or to nobody where that is -1. */
static void
frame_pass(int from, int to)
{
	uint8_t head[FRAME_HEADER], octets[65536];
	size_t left, size;
	ssize_t got;

	if (recv(from, head, sizeof(head), MSG_WAITALL) != sizeof(head))
		die("frame", "cut");
	left = (size_t)head[1] << 24 | (size_t)head[2] << 16 |
	       (size_t)head[3] << 8 | head[4];
	if (to != -1)
		send_all(to, head, sizeof(head));
	for (; left > 0; left -= (size_t)got) {
		size = left < sizeof(octets) ? left : sizeof(octets);
		got = recv(from, octets, size, 0);
		if (got <= 0)
			die("frame", "cut");
		if (to != -1)
			send_all(to, octets, (size_t)got);
	}
}

/* Tokens. */

static int
digit(int character)
{
	return isdigit(character) ? character - '0' : character - 'a' + 10;
}

/* The next one of the file that was sent first, as a frame. */
static size_t
token_frame(uint8_t *frame, size_t room)
{
	static char line[65536];
	const char *hex;
	size_t size = 0;

	do {
		if (fgets(line, sizeof(line), tokens) == NULL)
			die("tokens", "too few");
	} while (strstr(line, " sent 1 ") == NULL);
	hex = strrchr(line, ' ') + 1;
	for (; isxdigit((unsigned char)hex[0]); hex += 2) {
		if (FRAME_HEADER + size == room)
			die("tokens", "too large");
		frame[FRAME_HEADER + size++] =
		    (uint8_t)(digit(hex[0]) << 4 | digit(hex[1]));
	}
	frame[0] = 'T';
	frame[1] = frame[2] = 0;
	frame[3] = (uint8_t)(size >> 8);
	frame[4] = (uint8_t)size;
	return FRAME_HEADER + size;
}

/* The greatest token that may be announced, of nothing but zeros. */
static const uint8_t *
greatest(void)
{
	static uint8_t frame[FRAME_HEADER + TOKEN_MAX] = {
	    'T', 0, TOKEN_MAX >> 16, 0, 0};

	return frame;
}

/* How peers begin. */

/* Between an initiator and the acceptor, until an answer lies unread. */
static void
unread_begin(struct peer *peer, int fd, int listener)
{
	peer->initiator = take_one(listener);
	frame_pass(peer->initiator, fd);
	frame_pass(fd, peer->initiator);
	frame_pass(peer->initiator, fd);
	await(fd, POLLIN);
}

static void
drip(struct peer *peer, int fd)
{
	if (peer->kind == DRIP && fd != -1 &&
	    peer->at < FRAME_HEADER + TOKEN_MAX - 1)
		send_all(fd, greatest() + peer->at++, 1);
}

static void
begin(struct peer *peer, int fd, int listener)
{
	uint8_t frame[FRAME_HEADER + 32768];
	size_t size = 0;

	if (peer->kind == HALF || peer->kind == WHOLE)
		size = token_frame(frame, sizeof(frame));
	if (peer->kind == HEADER)
		send_all(fd, greatest(), 3);
	else if (peer->kind == HALF)
		send_all(fd, frame, size / 2);
	else if (peer->kind == BRIM)
		send_all(fd, greatest(), FRAME_HEADER + TOKEN_MAX - 1);
	else if (peer->kind == WHOLE)
		send_all(fd, frame, size);
	else if (peer->kind == UNREAD)
		unread_begin(peer, fd, listener);
	if (peer->kind == WHOLE)
		frame_pass(fd, -1);
	drip(peer, fd);
}

static void
peer_begin(const struct addrinfo *address, enum kind kind, int listener)
{
	struct peer *peer = &peers[peer_count];
	int room = UNREAD_ROOM, fd;

	if (peer_count == PEERS_MAX)
		die("peers", "too many");
	fd = connect_to(address);
	if (kind == UNREAD)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	peer->kind = kind;
	peer->initiator = -1;
	waits[peer_count].fd = fd;
	waits[peer_count].events = kind == UNREAD ? 0 : POLLIN;
	begin(peer, fd, listener);
	peer_count++;
	if (kind != UNREAD)
		reading++;
}

/* How they end. */

/* What came last names the branch in parentheses. */
static void
branch_find(struct peer *peer, const char *text, size_t size)
{
	const char *close = memchr(text, ')', size), *open = close;

	while (open != NULL && open > text && *open != '(')
		open--;
	if (open != NULL && *open == '(' &&
	    (size_t)(close - open) < sizeof(peer->branch))
		snprintf(peer->branch, sizeof(peer->branch), "%.*s",
		    (int)(close - open - 1), open + 1);
}

static void
peer_end(struct peer *peer, struct pollfd *wait)
{
	char text[65536];
	ssize_t got;

	while ((got = recv(wait->fd, text, sizeof(text), 0)) > 0)
		branch_find(peer, text, (size_t)got);
	close(wait->fd);
	if (peer->initiator != -1)
		close(peer->initiator);
	if (peer->branch[0] == '\0')
		snprintf(peer->branch, sizeof(peer->branch), "nothing");
	wait->fd = -1;
	reading--;
}

/* Until all that read are closed. */
static void
stand(void)
{
	size_t i;
	int ready;

	while (reading > 0) {
		ready = poll(waits, (nfds_t)peer_count, DRIP_MS);
		if (ready == -1)
			die("poll", "failed");
		for (i = 0; i < peer_count; i++) {
			if (ready > 0 && waits[i].fd != -1 &&
			    waits[i].revents != 0)
				peer_end(&peers[i], &waits[i]);
			else if (ready == 0)
				drip(&peers[i], waits[i].fd);
		}
	}
}

/* A line for each kind and branch. */
static void
sum_show(void)
{
	size_t i, j, count;

	for (i = 0; i < peer_count; i++) {
		if (peers[i].branch[0] == '\0')
			continue;
		for (j = i, count = 0; j < peer_count; j++)
			if (peers[j].kind == peers[i].kind &&
			    strcmp(peers[j].branch, peers[i].branch) == 0) {
				count++;
				if (j > i)
					peers[j].branch[0] = '\0';
			}
		printf("%s %zu %s\n", names[peers[i].kind], count,
		    peers[i].branch);
	}
}

/* The command. */

static unsigned long
number_read(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (end == text || *end != '\0')
		die(text, "not a number");
	return number;
}

static void
kind_begin(const struct addrinfo *address, const char *text, int *listener)
{
	const char *colon = strchr(text, ':');
	size_t length = colon != NULL ? (size_t)(colon - text) : 0;
	unsigned long count = colon != NULL ? number_read(colon + 1) : 0;
	enum kind kind = SILENT;

	while (kind < KINDS && (strlen(names[kind]) != length ||
				   strncmp(names[kind], text, length) != 0))
		kind++;
	if (kind == KINDS)
		die(text, "no such kind");
	if (kind == UNREAD && *listener == -1)
		*listener = listen_and_tell();
	for (; count > 0; count--)
		peer_begin(address, kind, *listener);
}

static int
crowd_stand(char **argv)
{
	char error[ADDRESS_ERROR];
	struct addrinfo *address = address_resolve(argv[0], error);
	int listener = -1;

	if (address == NULL)
		die("address", error);
	tokens = fopen(argv[1], "r");
	if (tokens == NULL)
		die(argv[1], "cannot be read");
	for (argv += 2; *argv != NULL; argv++)
		kind_begin(address, *argv, &listener);
	freeaddrinfo(address);
	puts("standing");
	fflush(stdout);
	stand();
	sum_show();
	return EXIT_SUCCESS;
}

static int
crowd_take(unsigned long count)
{
	int listener = listen_and_tell(), fd;

	for (; count > 0; count--) {
		fd = take_one(listener);
		frame_pass(fd, -1);
		close(fd);
	}
	return EXIT_SUCCESS;
}

static void
descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int
main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	alarm(SECONDS_MAX);
	descriptors_raise();
	if (argc == 3 && strcmp(argv[1], "take") == 0)
		return crowd_take(number_read(argv[2]));
	if (argc >= 5 && strcmp(argv[1], "stand") == 0)
		return crowd_stand(argv + 2);
	fputs("usage: crowd take COUNT\n"
	      "       crowd stand HOST:PORT TOKENS KIND:COUNT ...\n",
	    stderr);
	return 2;
}
