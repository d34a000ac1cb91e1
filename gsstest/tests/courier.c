/*
 * courier: datagrams that misbehave, with no GSS in it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../address.h"
#include "compat.h"
#include "wire_datagram.h"

/* Nothing here takes longer: a SIGALRM ends it. */
#define SECONDS_MAX 60

/* Ports that a flood comes from. */
#define PORTS 200

/* An answer on one host comes sooner; milliseconds. */
#define ANSWER_MS 2000

static const char usage_text[] =
    "usage: courier relay HOST:PORT FATES\n"
    "         between an initiator and the acceptor there; each letter is the\n"
    "         fate of one datagram of either: . arrives, d is lost, 2 comes\n"
    "         twice, l comes behind the next; later ones arrive\n"
    "       courier flood HOST:PORT COUNT\n"
    "         first datagrams from many ports, none with a cookie\n"
    "       courier garbage HOST:PORT COUNT\n"
    "       courier cookies HOST:PORT\n"
    "         uses one cookie where it is good and where it is not\n"
    "       courier fill HOST:PORT COUNT\n"
    "         conversations with good cookies that nobody goes on with\n";

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "courier: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static int
connect_to(const char *text)
{
	char error[ADDRESS_ERROR];
	struct addrinfo *list = address_resolve_datagram(text, error);
	int fd = -1;

	if (list == NULL)
		die("connect", error);
	if (address_connect(list, &fd) != 0)
		die("connect", text);
	freeaddrinfo(list);
	return fd;
}

/* What it costs the other side, and what comes of it. */
static size_t octets_sent, octets_received, retries, others;

/* What a first datagram carries. */
struct first {
	const char *frame;
	size_t size;
};

/* The early message of an initiator: no GSS call is needed to refuse it. */
static const struct first early = {"M\0\0\0\1\1", 6};

/* An empty token: an acceptor waits for another one. */
static const struct first empty = {"T\0\0\0\0", 5};

static void
first_send(int fd, const struct first *first, unsigned long number,
    const uint8_t *cookie)
{
	uint8_t octets[GJ_DATAGRAM_HEADER + 6];
	struct gj_datagram datagram;
	struct gj_writer writer;

	memset(&datagram, 0, sizeof(datagram));
	datagram.type = GJ_DATAGRAM_FRAME;
	datagram.sequence = 1;
	memcpy(datagram.name, &number, sizeof(number) < 8 ? 4 : 8);
	if (cookie != NULL)
		memcpy(datagram.cookie, cookie, GJ_DATAGRAM_COOKIE);
	gj_writer_init(&writer, octets, sizeof(octets));
	gj_datagram_encode(&datagram, &writer);
	gj_writer_octets(&writer, first->frame, first->size);
	if (send(fd, octets, writer.used, 0) > 0)
		octets_sent += writer.used;
}

/* The next answer within ms milliseconds. */
static bool
answer_take(int fd, struct gj_datagram *datagram, int ms)
{
	struct pollfd wait = {fd, POLLIN, 0};
	struct gj_wire_result result;
	static uint8_t octets[GJ_DATAGRAM_MAX];
	ssize_t got;

	if (poll(&wait, 1, ms) != 1)
		return false;
	got = recv(fd, octets, sizeof(octets), 0);
	if (got <= 0)
		return false;
	octets_received += (size_t)got;
	gj_datagram_decode(octets, (size_t)got, datagram, &result);
	if (result.what != GJ_WIRE_FRAME)
		die("answer", result.reason);
	if (datagram->type == GJ_DATAGRAM_RETRY)
		retries++;
	else
		others++;
	return true;
}

static void
sum_show(void)
{
	printf("sent %zu octets, received %zu, retries %zu, others %zu\n",
	    octets_sent, octets_received, retries, others);
}

static void
flood(const char *where, unsigned long count)
{
	struct gj_datagram datagram;
	int fds[PORTS];
	unsigned long i;

	for (i = 0; i < PORTS; i++)
		fds[i] = connect_to(where);
	for (i = 0; i < count; i++) {
		first_send(fds[i % PORTS], &early, i, NULL);
		/* At the other side's pace, so that it sees all of them. */
		answer_take(fds[i % PORTS], &datagram, ANSWER_MS);
	}
	sum_show();
}

static void
garbage(const char *where, unsigned long count)
{
	uint8_t octets[200];
	int fd = connect_to(where);
	struct gj_datagram datagram;
	unsigned long i, k, state = 1;

	for (i = 0; i < count; i++) {
		for (k = 0; k < sizeof(octets); k++) {
			state = state * 6364136223846793005UL + 1442695040888UL;
			octets[k] = (uint8_t)(state >> 24);
		}
		/* Half of them look like ours at the beginning. */
		if (i % 2 == 0)
			memcpy(octets, "\xd6\1", 2);
		send(fd, octets, state % sizeof(octets), 0);
	}
	/* Whoever answers the one that is good has read them all. */
	first_send(fd, &early, 1, NULL);
	answer_take(fd, &datagram, ANSWER_MS);
	sum_show();
}

static const char *
kind_of(int fd)
{
	struct gj_datagram datagram;

	if (!answer_take(fd, &datagram, ANSWER_MS))
		return "nothing";
	return datagram.type == GJ_DATAGRAM_RETRY ? "retry" : "served";
}

static void
cookies(const char *where)
{
	struct gj_datagram datagram;
	int fd = connect_to(where), other = connect_to(where);
	uint8_t cookie[GJ_DATAGRAM_COOKIE];

	first_send(fd, &early, 1, NULL);
	if (!answer_take(fd, &datagram, ANSWER_MS))
		die("cookies", "no retry");
	memcpy(cookie, datagram.cookie, sizeof(cookie));
	first_send(other, &early, 1, cookie);
	printf("from another port: %s\n", kind_of(other));
	first_send(fd, &early, 2, cookie);
	printf("with another name: %s\n", kind_of(fd));
	cookie[sizeof(cookie) - 1] ^= 1;
	first_send(fd, &early, 1, cookie);
	printf("changed: %s\n", kind_of(fd));
	cookie[sizeof(cookie) - 1] ^= 1;
	cookie[3] -= 2;
	first_send(fd, &early, 1, cookie);
	printf("of an older time: %s\n", kind_of(fd));
	cookie[3] += 2;
	first_send(fd, &early, 1, cookie);
	printf("as it is: %s\n", kind_of(fd));
}

static void
fill(const char *where, unsigned long count)
{
	struct gj_datagram datagram;
	int fd = connect_to(where);
	unsigned long i;

	for (i = 0; i < count; i++) {
		first_send(fd, &empty, i, NULL);
		do
			if (!answer_take(
				fd, &datagram, i < 1024 ? ANSWER_MS : 1)) {
				memset(&datagram, 0, sizeof(datagram));
				break;
			}
		while (datagram.type != GJ_DATAGRAM_RETRY);
		if (datagram.type == GJ_DATAGRAM_RETRY)
			first_send(fd, &empty, i, datagram.cookie);
	}
	sum_show();
}

/* The relay. */

struct kept {
	uint8_t octets[GJ_DATAGRAM_MAX];
	size_t size;
	int to;
};

static void
hand_on(const struct kept *one, int initiator, int acceptor)
{
	send(one->to == 0 ? initiator : acceptor, one->octets, one->size, 0);
}

static void
relay(const char *where, const char *fates)
{
	static struct kept now, late;
	char bound[ADDRESS_TEXT], error[ADDRESS_ERROR];
	int acceptor = connect_to(where);
	int initiator = address_bind("127.0.0.1:0", bound, error);
	struct pollfd waits[2] = {
	    {initiator, POLLIN, 0}, {acceptor, POLLIN, 0}};
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	bool held = false, known = false;
	ssize_t got;
	char fate;
	int i;

	if (initiator == -1)
		die("relay", error);
	printf("listening on %s\n", bound);
	fflush(stdout);
	while (poll(waits, 2, -1) > 0) {
		i = waits[0].revents != 0 ? 0 : 1;
		got =
		    i == 0 && !known
			? recvfrom(initiator, now.octets, sizeof(now.octets), 0,
			      (struct sockaddr *)&address, &size)
			: recv(waits[i].fd, now.octets, sizeof(now.octets), 0);
		if (got == -1)
			continue;
		if (!known &&
		    connect(initiator, (struct sockaddr *)&address, size) == -1)
			die("relay", "connect");
		known = true;
		now.size = (size_t)got;
		now.to = 1 - i;
		fate = *fates != '\0' ? *fates++ : '.';
		if (fate == 'l') {
			late = now;
			held = true;
			continue;
		}
		if (fate != 'd')
			hand_on(&now, initiator, acceptor);
		if (fate == '2')
			hand_on(&now, initiator, acceptor);
		if (held)
			hand_on(&late, initiator, acceptor);
		held = false;
	}
}

int
main(int argc, char **argv)
{
	unsigned long count = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;

	alarm(SECONDS_MAX);
	if (argc == 4 && strcmp(argv[1], "relay") == 0)
		relay(argv[2], argv[3]);
	else if (argc == 4 && strcmp(argv[1], "flood") == 0)
		flood(argv[2], count);
	else if (argc == 4 && strcmp(argv[1], "garbage") == 0)
		garbage(argv[2], count);
	else if (argc == 3 && strcmp(argv[1], "cookies") == 0)
		cookies(argv[2]);
	else if (argc == 4 && strcmp(argv[1], "fill") == 0)
		fill(argv[2], count);
	else {
		fputs(usage_text, stderr);
		return 2;
	}
	return EXIT_SUCCESS;
}
