/*
 * rogue: a peer that misbehaves by script, with no GSS in it.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Does the steps in order and prints the octets that came, in hexadecimal, as
 * one line at the end.  A step that the peer makes impossible, because it has
 * closed, is passed over.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../address.h"
#include "compat.h"
#include "hex.h"

/* Nothing here takes longer: a SIGALRM ends it. */
#define SECONDS_MAX 30

#define FRAME_HEADER 5

static const char usage_text[] =
    "usage: rogue connect HOST:PORT STEP ...\n"
    "       rogue listen STEP ...\n"
    "       rogue relay HOST:PORT CHANGE ...\n"
    "  send:HEX        sends the octets\n"
    "  repeat:N:HEX    sends them N times\n"
    "  drip:MS:HEX     sends one of them every MS milliseconds\n"
    "  read:N          reads N octets\n"
    "  frame           reads a header of 5 octets, and the body it announces\n"
    "  drain           reads until the peer closes\n"
    "  say:TEXT        prints a line at once\n"
    "  line            waits for a line, or the end, of standard input\n"
    "  end             sends nothing any more\n"
    "  close, reset    ends the connection, in order or not\n"
    "A relay stands between the two and changes the Nth frame:\n"
    "  to:N:OFFSET:HEX    of the initiator, these octets\n"
    "  to:N:all:HEX       all of it\n"
    "  to:N:twice         it comes twice\n"
    "  from:N:...         the same of the acceptor\n";

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "rogue: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* The connection. */

static void
await(int fd, short events)
{
	struct pollfd wait = {fd, events, 0};

	while (poll(&wait, 1, -1) != 1)
		continue;
}

static int
blocking(int fd, const char *what)
{
	if (fd == -1 || fcntl(fd, F_SETFL, 0) == -1)
		die(what, "no connection");
	return fd;
}

static int
take_one(void)
{
	char bound[ADDRESS_TEXT], error[ADDRESS_ERROR];
	int listener = address_listen("127.0.0.1:0", bound, error), fd;

	if (listener == -1)
		die("listen", error);
	printf("listening on %s\n", bound);
	fflush(stdout);
	await(listener, POLLIN);
	fd = accept(listener, NULL, NULL);
	close(listener);
	return blocking(fd, "listen");
}

static int
connect_to(const char *text)
{
	char error[ADDRESS_ERROR];
	struct addrinfo *list = address_resolve(text, error);
	int fd = -1;

	if (list == NULL)
		die("connect", error);
	if (address_connect(list, &fd) == 0)
		await(fd, POLLOUT);
	freeaddrinfo(list);
	if (fd == -1 || address_connected(fd) != 0)
		die("connect", text);
	return blocking(fd, text);
}

/* The steps. */

static size_t
receive(int fd, void *octets, size_t size)
{
	char text[GJ_HEX_ROOM(4096)];
	ssize_t got = recv(fd, octets, size < 4096 ? size : 4096, 0);

	if (got <= 0)
		return 0;
	gj_hex_text(octets, (size_t)got, text);
	fputs(text, stdout);
	return (size_t)got;
}

/* Reads so many octets, or until the peer has closed; keeps `kept`'s worth. */
static bool
receive_all(int fd, size_t size, uint8_t *kept)
{
	uint8_t octets[4096];
	size_t got;

	for (; size > 0; size -= got) {
		got = receive(fd, octets, size < 4096 ? size : 4096);
		if (got == 0)
			return false;
		if (kept != NULL) {
			memcpy(kept, octets, got);
			kept += got;
		}
	}
	return true;
}

static size_t
body_size(const uint8_t *head)
{
	return (size_t)head[1] << 24 | (size_t)head[2] << 16 |
	       (size_t)head[3] << 8 | head[4];
}

static void
receive_frame(int fd)
{
	uint8_t head[FRAME_HEADER];

	if (receive_all(fd, sizeof(head), head))
		receive_all(fd, body_size(head), NULL);
}

static bool
send_all(int fd, const uint8_t *octets, size_t size)
{
	ssize_t sent;

	for (; size > 0; size -= (size_t)sent, octets += sent) {
		sent = send(fd, octets, size, 0);
		if (sent == -1)
			return false;
	}
	return true;
}

static uint8_t *
hex_read(const char *text, size_t *size)
{
	uint8_t *octets = malloc(strlen(text) / 2 + 1);
	char pair[3] = "", *end = pair;
	size_t i;

	if (octets == NULL)
		die("memory", "none");
	for (i = 0; text[2 * i] != '\0' && text[2 * i + 1] != '\0'; i++) {
		memcpy(pair, text + 2 * i, 2);
		octets[i] = (uint8_t)strtoul(pair, &end, 16);
		if (end != pair + 2)
			break;
	}
	if (text[2 * i] != '\0')
		die(text, "not octets in hexadecimal");
	*size = i;
	return octets;
}

static void
send_times(int fd, const char *hex, unsigned long times)
{
	size_t size;
	uint8_t *octets = hex_read(hex, &size);

	while (times-- > 0 && send_all(fd, octets, size))
		continue;
	free(octets);
}

/* Waits for the peer's closing, and so long at most; slowness is the point. */
static void
send_slowly(int fd, const char *hex, unsigned long ms)
{
	struct pollfd wait = {fd, POLLIN, 0};
	size_t size, i;
	uint8_t *octets = hex_read(hex, &size);

	for (i = 0; i < size && send_all(fd, octets + i, 1); i++)
		if (poll(&wait, 1, (int)ms) != 0)
			break;
	free(octets);
}

static void
line_await(void)
{
	int octet;

	do
		octet = getchar();
	while (octet != EOF && octet != '\n');
}

static void
reset(int fd)
{
	struct linger at_once = {1, 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
}

/* The number at the start of text, and what follows its colon. */
static unsigned long
number_read(const char *text, const char **rest)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (end == text || *end != (rest != NULL ? ':' : '\0'))
		die(text, "not a number");
	if (rest != NULL)
		*rest = end + 1;
	return number;
}

static void
step(int fd, const char *text)
{
	const char *colon = strchr(text, ':');
	const char *argument = colon != NULL ? colon + 1 : "";
	size_t length = colon != NULL ? (size_t)(colon - text) : strlen(text);
	unsigned long number;

#define IS(name) (length == strlen(name) && strncmp(text, name, length) == 0)
	if (IS("send")) {
		send_times(fd, argument, 1);
	} else if (IS("repeat")) {
		number = number_read(argument, &argument);
		send_times(fd, argument, number);
	} else if (IS("drip")) {
		number = number_read(argument, &argument);
		send_slowly(fd, argument, number);
	} else if (IS("read")) {
		receive_all(fd, number_read(argument, NULL), NULL);
	} else if (IS("frame")) {
		receive_frame(fd);
	} else if (IS("drain")) {
		receive_all(fd, SIZE_MAX, NULL);
	} else if (IS("say")) {
		puts(argument);
		fflush(stdout);
	} else if (IS("line")) {
		line_await();
	} else if (IS("end")) {
		shutdown(fd, SHUT_WR);
	} else if (IS("close")) {
		close(fd);
	} else if (IS("reset")) {
		reset(fd);
	} else {
		die(text, "no such step");
	}
#undef IS
}

/* The relay. */

#define FRAME_MAX 65536

struct frame {
	uint8_t octets[FRAME_MAX];
	size_t size;
	unsigned int times;
};

static bool
frame_read(int fd, struct frame *frame)
{
	size_t body;

	if (recv(fd, frame->octets, FRAME_HEADER, MSG_WAITALL) != FRAME_HEADER)
		return false;
	body = body_size(frame->octets);
	if (body > FRAME_MAX - FRAME_HEADER)
		die("relay", "a frame is too large");
	frame->size = FRAME_HEADER + body;
	frame->times = 1;
	return body == 0 || recv(fd, frame->octets + FRAME_HEADER, body,
				MSG_WAITALL) == (ssize_t)body;
}

/* What stands after DIRECTION:N: of a change. */
static void
frame_change(struct frame *frame, const char *how)
{
	const char *hex = how;
	size_t offset = 0, size;
	uint8_t *octets;

	if (strcmp(how, "twice") == 0) {
		frame->times = 2;
		return;
	}
	if (strncmp(how, "all:", 4) == 0) {
		hex += 4;
		frame->size = strlen(hex) / 2;
	} else {
		offset = number_read(how, &hex);
	}
	octets = hex_read(hex, &size);
	if (frame->size > FRAME_MAX || offset + size > frame->size)
		die(how, "beyond the frame");
	memcpy(frame->octets + offset, octets, size);
	free(octets);
}

/* One frame onwards; false when there are no more. */
static bool
relay_one(const int fds[2], const char *direction, unsigned long number,
    char **changes)
{
	static struct frame frame;
	size_t length = strlen(direction);
	const char *how;

	if (!frame_read(fds[0], &frame))
		return false;
	for (; *changes != NULL; changes++)
		if (strncmp(*changes, direction, length) == 0 &&
		    number_read(*changes + length, &how) == number)
			frame_change(&frame, how);
	while (frame.times-- > 0)
		send_all(fds[1], frame.octets, frame.size);
	return true;
}

static void
relay(int initiator, int acceptor, char **changes)
{
	const int to[2] = {initiator, acceptor};
	const int from[2] = {acceptor, initiator};
	struct pollfd waits[2] = {
	    {initiator, POLLIN, 0}, {acceptor, POLLIN, 0}};
	unsigned long sent = 0, received = 0;

	while (waits[0].fd != -1 || waits[1].fd != -1) {
		if (poll(waits, 2, -1) == -1)
			die("relay", "poll");
		if (waits[0].revents != 0 &&
		    !relay_one(to, "to:", ++sent, changes)) {
			shutdown(acceptor, SHUT_WR);
			waits[0].fd = -1;
		}
		if (waits[1].revents != 0 &&
		    !relay_one(from, "from:", ++received, changes)) {
			shutdown(initiator, SHUT_WR);
			waits[1].fd = -1;
		}
	}
}

int
main(int argc, char **argv)
{
	bool relays = argc >= 3 && strcmp(argv[1], "relay") == 0;
	bool connects = argc >= 3 && strcmp(argv[1], "connect") == 0;
	bool listens = argc >= 2 && strcmp(argv[1], "listen") == 0;
	char **steps = argv + (listens ? 2 : 3);
	int fd;

	if (!relays && !connects && !listens) {
		fputs(usage_text, stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	alarm(SECONDS_MAX);
	fd = connects ? connect_to(argv[2]) : take_one();
	if (relays) {
		relay(fd, connect_to(argv[2]), steps);
		return EXIT_SUCCESS;
	}
	for (; *steps != NULL; steps++)
		step(fd, *steps);
	putchar('\n');
	return EXIT_SUCCESS;
}
