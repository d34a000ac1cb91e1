/*
 * remctl_rogue: a server of remctl that misbehaves by script.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Sockets and GSS only, nothing of the library's channels: takes one
 * connection, does the steps in order, and prints what came, a line each.  A
 * step that the client makes impossible, because it has closed, is passed over.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../address.h"
#include "compat.h"
#include "gss.h"

/* Nothing here takes longer: a SIGALRM ends it. */
#define SECONDS_MAX 30

#define PACKET_MAX   ((size_t)2 << 20)
#define HEADER	     5
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Connections that fill a queue of no length. */
#define FILLING 4

/* Flags of the new protocol's messages. */
#define NEW 0x44

static const char usage_text[] =
    "usage: remctl_rogue [-n] [-l HOST:PORT] STEP ...\n"
    "       remctl_rogue [-n] [-l HOST:PORT] exec PROGRAM [ARGUMENT ...]\n"
    "The second gives the connection to a program as its standard input.\n"
    "       remctl_rogue full\n"
    "The third takes none, and has no room for one, until it is killed.\n"
    "With -n as little as possible is on its way to it.\n"
    "  begin               reads the client's beginning\n"
    "  context:FLAGS       accepts the context, answers with these flags\n"
    "  take                reads a packet\n"
    "  packet:FLAGS:HEX    sends a packet as it is\n"
    "  raw:HEX             sends octets\n"
    "  get                 reads a message, prints its size and its beginning\n"
    "  get-all:N           reads messages of N octets in all\n"
    "  message:HEX         sends a message, encrypted\n"
    "  signed:HEX          the same, signed only\n"
    "  flags:FLAGS:HEX     the same as message, with other flags\n"
    "  twice:HEX           it comes twice\n"
    "  changed:HEX         its last octet was changed on the way\n"
    "  skipped:HEX         one before it was lost\n"
    "  cut:N:HEX           its first N octets\n"
    "  output:N            an OUTPUT of N octets\n"
    "  mic, mic-wrong      the MIC of the message that was read\n"
    "  quiet:MS            waits so long, says whether anything came\n"
    "  end                 sends nothing any more\n"
    "  drain               reads until the client closes\n"
    "  hold                reads nothing any more, until it is killed\n"
    "  close, reset        ends the connection, in order or not\n";

static struct {
	int fd;
	gss_ctx_id_t context;
	uint8_t packet[PACKET_MAX + 1], octets[PACKET_MAX];
	size_t size;
	unsigned int flags;	 /* of the packet that was read */
	gss_buffer_desc message; /* that was read last */
} rogue;

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "remctl_rogue: %s\n", what);
	exit(EXIT_FAILURE);
}

/* The connection. */

static void
port_say(const char *bound)
{
	printf("%s\n", strrchr(bound, ':') + 1);
	fflush(stdout);
}

/* What comes to a full queue is not answered at all. */
static _Noreturn void
queue_fill(void)
{
	char bound[ADDRESS_TEXT], error[ADDRESS_ERROR];
	int listener = address_listen("127.0.0.1:0", bound, error), i, fd;
	struct addrinfo *list = address_resolve(bound, error);

	if (listener == -1 || list == NULL || listen(listener, 0) == -1)
		die(error);
	for (i = 0; i < FILLING; i++)
		address_connect(list, &fd);
	freeaddrinfo(list);
	port_say(bound);
	for (;;)
		pause();
}

static void
connection_take(const char *address, bool narrow)
{
	char bound[ADDRESS_TEXT], error[ADDRESS_ERROR];
	int listener = address_listen(address, bound, error);
	struct pollfd wait = {listener, POLLIN, 0};
	int least = 1;

	if (listener == -1)
		die(error);
	if (narrow)
		setsockopt(
		    listener, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least));
	port_say(bound);
	if (poll(&wait, 1, -1) != 1)
		die("nobody has come");
	rogue.fd = accept(listener, NULL, NULL);
	close(listener);
	if (rogue.fd == -1 || fcntl(rogue.fd, F_SETFL, 0) == -1)
		die("no connection");
}

static void
octets_send(const void *data, size_t size)
{
	const char *at = data;
	ssize_t sent = 0;

	for (; size > 0 && sent >= 0; at += sent, size -= (size_t)sent) {
		sent = send(rogue.fd, at, size, MSG_NOSIGNAL);
		if (sent == -1)
			sent = (ssize_t)size;
	}
}

static bool
octets_receive(void *data, size_t size)
{
	char *at = data;
	ssize_t got;

	for (; size > 0; at += got, size -= (size_t)got) {
		got = recv(rogue.fd, at, size, 0);
		if (got <= 0)
			return false;
	}
	return true;
}

static void
packet_send(unsigned int flags, const void *data, size_t size)
{
	uint32_t length = htonl((uint32_t)size);
	uint8_t *octets = malloc(HEADER + size);

	octets[0] = (uint8_t)flags;
	memcpy(octets + 1, &length, sizeof(length));
	if (size > 0)
		memcpy(octets + HEADER, data, size);
	octets_send(octets, HEADER + size);
	free(octets);
}

static bool
packet_receive(void)
{
	uint8_t header[HEADER];
	uint32_t length;

	rogue.size = 0;
	if (!octets_receive(header, sizeof(header)))
		return false;
	memcpy(&length, header + 1, sizeof(length));
	rogue.flags = header[0];
	rogue.size = ntohl(length);
	return rogue.size <= PACKET_MAX &&
	       octets_receive(rogue.packet, rogue.size);
}

/* The context and its messages. */

static void
context_accept(unsigned int flags)
{
	gss_buffer_desc input, output;
	OM_uint32 major, minor;

	do {
		if (!packet_receive())
			return;
		printf("token %02x\n", rogue.flags);
		input.length = rogue.size;
		input.value = rogue.packet;
		output.length = 0;
		output.value = NULL;
		major = gss_accept_sec_context(&minor, &rogue.context,
		    GSS_C_NO_CREDENTIAL, &input, NULL, NULL, NULL, &output,
		    NULL, NULL, NULL);
		if (GSS_ERROR(major))
			die("the context was not accepted");
		packet_send(flags, output.value, output.length);
		gss_release_buffer(&minor, &output);
	} while (major != GSS_S_COMPLETE);
}

static gss_buffer_desc
wrapped(int encrypt, const void *data, size_t size)
{
	gss_buffer_desc plain = {size, (void *)(uintptr_t)data}, made;
	OM_uint32 minor;

	if (rogue.context == GSS_C_NO_CONTEXT ||
	    gss_wrap(&minor, rogue.context, encrypt, GSS_C_QOP_DEFAULT, &plain,
		NULL, &made) != GSS_S_COMPLETE)
		die("the message was not wrapped");
	return made;
}

static void
message_send(unsigned int flags, int encrypt, const void *data, size_t size)
{
	gss_buffer_desc made = wrapped(encrypt, data, size);
	OM_uint32 minor;

	packet_send(flags, made.value, made.length);
	gss_release_buffer(&minor, &made);
}

/* What the step says is done to the message once it is wrapped. */
static void
message_spoil(const char *step, const void *data, size_t size)
{
	gss_buffer_desc made = wrapped(1, data, size);
	uint8_t *octets;
	OM_uint32 minor;

	if (strcmp(step, "skipped") == 0) {
		gss_release_buffer(&minor, &made);
		made = wrapped(1, data, size);
	}
	octets = made.value;
	if (strcmp(step, "changed") == 0)
		octets[made.length - 1] ^= 1;
	packet_send(NEW, made.value, made.length);
	if (strcmp(step, "twice") == 0)
		packet_send(NEW, made.value, made.length);
	gss_release_buffer(&minor, &made);
}

static void
message_cut(const void *data, size_t size, size_t most)
{
	gss_buffer_desc made = wrapped(1, data, size);
	uint8_t header[HEADER] = {NEW, 0, 0, 0, (uint8_t)made.length};
	OM_uint32 minor;

	octets_send(header, most < HEADER ? most : HEADER);
	if (most > HEADER)
		octets_send(made.value, most - HEADER);
	gss_release_buffer(&minor, &made);
}

static bool
message_receive(void)
{
	gss_buffer_desc packet;
	OM_uint32 minor;
	int encrypted = 0;

	if (!packet_receive())
		return false;
	packet.length = rogue.size;
	packet.value = rogue.packet;
	gss_release_buffer(&minor, &rogue.message);
	if (gss_unwrap(&minor, rogue.context, &packet, &rogue.message,
		&encrypted, NULL) != GSS_S_COMPLETE)
		die("a message was not unwrapped");
	if (!encrypted)
		die("a message was not encrypted");
	return true;
}

/* "message 44 29 020100": flags, size, the first octets. */
static void
message_show(void)
{
	const uint8_t *octets = rogue.message.value;
	size_t i;

	printf("message %02x %zu ", rogue.flags, rogue.message.length);
	for (i = 0; i < rogue.message.length && i < 4; i++)
		printf("%02x", octets[i]);
	printf("\n");
}

/* Data of COMMANDs: what is left of each behind 4 octets. */
static void
messages_receive(size_t size)
{
	size_t pieces = 0;

	while (size > 0 && message_receive()) {
		size -= rogue.message.length - 4;
		pieces++;
	}
	printf("%zu pieces\n", pieces);
}

static void
output_send(size_t size)
{
	uint32_t length = htonl((uint32_t)size);

	memcpy(rogue.octets, "\2\3\1", 3);
	memcpy(rogue.octets + 3, &length, sizeof(length));
	memset(rogue.octets + 7, 'x', size);
	message_send(NEW, 1, rogue.octets, size + 7);
}

static void
mic_send(bool right)
{
	gss_buffer_desc mic;
	OM_uint32 minor;

	if (gss_get_mic(&minor, rogue.context, GSS_C_QOP_DEFAULT,
		&rogue.message, &mic) != GSS_S_COMPLETE)
		die("there is no MIC");
	if (!right)
		((uint8_t *)mic.value)[mic.length - 1] ^= 1;
	packet_send(0x08, mic.value, mic.length);
	gss_release_buffer(&minor, &mic);
}

/* The steps. */

static unsigned int
digit(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c);

	if (c == '\0' || at == NULL)
		die("not hexadecimal");
	return (unsigned int)(at - digits);
}

static size_t
octets_read(const char *hex)
{
	size_t size = 0;

	for (; hex[0] != '\0' && size < PACKET_MAX; hex += 2)
		rogue.octets[size++] =
		    (uint8_t)(digit(hex[0]) << 4 | digit(hex[1]));
	return size;
}

static void
drain(void)
{
	while (recv(rogue.fd, rogue.packet, PACKET_MAX, 0) > 0)
		continue;
}

static void
reset(void)
{
	struct linger now = {1, 0};

	setsockopt(rogue.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(rogue.fd);
}

/* Steps that have no argument; false where it is none of them. */
static bool
plain_step(const char *step)
{
	if (strcmp(step, "begin") == 0) {
		packet_receive();
		printf("begin %02x\n", rogue.flags);
	} else if (strcmp(step, "take") == 0) {
		if (packet_receive())
			printf("packet %02x\n", rogue.flags);
	} else if (strcmp(step, "get") == 0) {
		if (message_receive())
			message_show();
	} else if (strncmp(step, "mic", 3) == 0) {
		mic_send(step[3] == '\0');
	} else if (strcmp(step, "end") == 0) {
		shutdown(rogue.fd, SHUT_WR);
	} else if (strcmp(step, "drain") == 0) {
		drain();
	} else if (strcmp(step, "hold") == 0) {
		for (;;)
			pause();
	} else if (strcmp(step, "close") == 0) {
		close(rogue.fd);
	} else if (strcmp(step, "reset") == 0) {
		reset();
	} else {
		return false;
	}
	return true;
}

static void
quiet(int ms)
{
	struct pollfd wait = {rogue.fd, POLLIN, 0};

	printf("%s\n", poll(&wait, 1, ms) == 0 ? "quiet" : "not quiet");
}

/* Steps of a number and octets: STEP:NUMBER:HEX. */
static void
number_step(const char *step, const char *argument)
{
	const char *colon = strchr(argument, ':');
	size_t size = octets_read(colon != NULL ? colon + 1 : "");
	bool hexadecimal = strcmp(step, "context") == 0 ||
			   strcmp(step, "packet") == 0 ||
			   strcmp(step, "flags") == 0;
	unsigned long number = strtoul(argument, NULL, hexadecimal ? 16 : 10);

	if (strcmp(step, "context") == 0)
		context_accept((unsigned int)number);
	else if (strcmp(step, "packet") == 0)
		packet_send((unsigned int)number, rogue.octets, size);
	else if (strcmp(step, "flags") == 0)
		message_send((unsigned int)number, 1, rogue.octets, size);
	else if (strcmp(step, "cut") == 0)
		message_cut(rogue.octets, size, number);
	else if (strcmp(step, "output") == 0)
		output_send(number);
	else if (strcmp(step, "get-all") == 0)
		messages_receive(number);
	else if (strcmp(step, "quiet") == 0)
		quiet((int)number);
	else
		die(step);
}

/* Steps of octets: STEP:HEX; false where it is none of them. */
static bool
octets_step(const char *step, const char *argument)
{
	static const char *const steps[] = {
	    "raw", "message", "signed", "twice", "changed", "skipped"};
	size_t size, i = 0;

	while (i < COUNT(steps) && strcmp(step, steps[i]) != 0)
		i++;
	if (i == COUNT(steps))
		return false;
	size = octets_read(argument);
	if (strcmp(step, "raw") == 0)
		octets_send(rogue.octets, size);
	else if (strcmp(step, "message") == 0 || strcmp(step, "signed") == 0)
		message_send(NEW, step[0] == 'm', rogue.octets, size);
	else
		message_spoil(step, rogue.octets, size);
	return true;
}

static void
step_do(char *text)
{
	char *argument = strchr(text, ':');

	if (argument != NULL)
		*argument++ = '\0';
	if (argument == NULL ? !plain_step(text) : !octets_step(text, argument))
		number_step(text, argument != NULL ? argument : "");
}

static _Noreturn void
program_run(char **arguments)
{
	alarm(0);
	if (dup2(rogue.fd, STDIN_FILENO) == -1 || close(rogue.fd) == -1)
		die("no descriptor");
	execvp(arguments[0], arguments);
	die(arguments[0]);
}

int
main(int argc, char **argv)
{
	const char *address = "127.0.0.1:0";
	bool narrow = false;
	int option;

	while ((option = getopt(argc, argv, "+l:n")) != -1) {
		if (option == 'l')
			address = optarg;
		else if (option == 'n')
			narrow = true;
		else
			die(usage_text);
	}
	argv += optind;
	if (argv[0] == NULL)
		die(usage_text);
	alarm(SECONDS_MAX);
	if (strcmp(argv[0], "full") == 0)
		queue_fill();
	rogue.context = GSS_C_NO_CONTEXT;
	connection_take(address, narrow);
	if (strcmp(argv[0], "exec") == 0 && argv[1] != NULL)
		program_run(argv + 1);
	for (; *argv != NULL; argv++)
		step_do(*argv);
	fflush(stdout);
	return EXIT_SUCCESS;
}
