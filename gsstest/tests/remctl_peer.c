/*
 * remctl_peer: a client of remctl that says what it is told to, right or wrong.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: remctl_peer HOST:PORT STEP ...
 *
 *	open		a connection; all others act on the latest one
 *	begin:FF	the packet that begins, with these flags
 *	want:FFFF	GSS flags to be asked for, instead of the usual ones
 *	ctx:FF		the context, in packets with these flags
 *	hello		open begin:51 ctx:42; of version 1: old
 *	as:FF		the flags of what follows, instead of 44
 *	msg:OCTETS	a message, wrapped
 *	clear:OCTETS	signed only
 *	bad:OCTETS	wrapped, the last octet changed
 *	raw:OCTETS	no packet at all
 *	every:OCTETS	the body of a command, cut in two at each octet; the
 *			answers up to STATUS or ERROR
 *	pieces:N	so many pieces of a command, and no last one
 *	read		the next packet
 *	answer		up to a STATUS or ERROR
 *	all		up to the end of the connection
 *	drain		up to STATUS or the end; shows the sum of OUTPUT only
 *	hold, go	what is sent from here is sent at once there
 *	shut, reset, close
 *	say:TEXT	on standard output, and
 *	await		a line of standard input: for the test that runs it
 *
 * or remctl_peer HOST:PORT inetd|systemd PROGRAM ARGUMENT ...: listens there,
 * says where, and becomes the program; as inetd with the first connection as
 * its standard streams, as systemd with the listening socket.
 *
 * OCTETS are hexadecimal digits, 'text', *N as N times "x", #N as 32 bits, and
 * {A,B,...} as the body of a command with these arguments.
 */
#include <ctype.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gss.h"
#include "wire_remctl.h"

#include "../address.h"

#define OCTETS_MAX (4 * 1024 * 1024)
#define USUAL                                                                  \
	(GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG |              \
	    GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG)

static const char *server;
static int fd = -1;
static gss_ctx_id_t context = GSS_C_NO_CONTEXT;
static OM_uint32 wanted = USUAL;
static uint8_t flags = 0x44;
static uint8_t octets[OCTETS_MAX], packet[OCTETS_MAX];
static uint8_t kept[OCTETS_MAX];
static size_t kept_size;
static bool holding;
static gss_buffer_desc sent; /* what a MIC is of */

static void __attribute__((noreturn)) die(const char *what)
{
	printf("failed: %s\n", what);
	exit(2);
}

/* OCTETS. */

static size_t
number_write(uint8_t *to, unsigned long number)
{
	to[0] = (uint8_t)(number >> 24);
	to[1] = (uint8_t)(number >> 16);
	to[2] = (uint8_t)(number >> 8);
	to[3] = (uint8_t)number;
	return 4;
}

static size_t
body_read(const char **at, uint8_t *to)
{
	unsigned long count = 0;
	size_t size = 4, length;

	while (**at != '}') {
		length = strcspn(*at, ",}");
		size += number_write(to + size, (unsigned long)length);
		memcpy(to + size, *at, length);
		size += length;
		*at += length + ((*at)[length] == ',');
		count++;
	}
	++*at;
	number_write(to, count);
	return size;
}

/* One item of OCTETS. */
static size_t
item_read(const char **at, uint8_t *to)
{
	const char *from = *at + 1;
	unsigned int octet;
	char *end;
	size_t size;

	switch (**at) {
	case '\'':
		size = strcspn(from, "'");
		memcpy(to, from, size);
		*at = from + size + 1;
		return size;
	case '*':
		size = strtoul(from, &end, 10);
		*at = end + (*end == ';');
		memset(to, 'x', size);
		return size;
	case '#':
		number_write(to, strtoul(from, &end, 10));
		*at = end + (*end == ';');
		return 4;
	case '{':
		*at = from;
		return body_read(at, to);
	default:
		if (sscanf(*at, "%2x", &octet) != 1)
			die("octets");
		*to = (uint8_t)octet;
		*at += 2;
		return 1;
	}
}

static size_t
octets_read(const char *text, uint8_t *to)
{
	size_t size = 0;

	while (*text != '\0')
		if (*text == ' ')
			text++;
		else
			size += item_read(&text, to + size);
	return size;
}

/* Packets. */

static void
octets_send(const void *data, size_t size)
{
	const uint8_t *at = data;
	ssize_t gone;

	if (holding) {
		memcpy(kept + kept_size, data, size);
		kept_size += size;
		return;
	}
	while (size > 0) {
		gone = send(fd, at, size, MSG_NOSIGNAL);
		if (gone == -1)
			return; /* what is read next says so */
		at += gone;
		size -= (size_t)gone;
	}
}

static void
packet_send(uint8_t with, const void *data, size_t size)
{
	packet[0] = with;
	number_write(packet + 1, (unsigned long)size);
	if (size > 0)
		memcpy(packet + 5, data, size);
	octets_send(packet, size + 5);
}

static void
kept_send(void)
{
	holding = false;
	octets_send(kept, kept_size);
	kept_size = 0;
}

static bool
octets_receive(uint8_t *to, size_t size)
{
	ssize_t got;

	while (size > 0) {
		got = recv(fd, to, size, 0);
		if (got <= 0) {
			puts("closed");
			return false;
		}
		to += got;
		size -= (size_t)got;
	}
	return true;
}

static bool
packet_receive(uint8_t *with, gss_buffer_t payload)
{
	uint8_t header[5];

	if (!octets_receive(header, sizeof(header)))
		return false;
	*with = header[0];
	payload->length = (size_t)header[1] << 24 | (size_t)header[2] << 16 |
			  (size_t)header[3] << 8 | header[4];
	payload->value = packet;
	return payload->length <= OCTETS_MAX &&
	       octets_receive(packet, payload->length);
}

/* The context. */

static void
context_make(uint8_t with)
{
	static char host[] = "host@localhost";
	gss_buffer_desc text = {sizeof(host) - 1, host}, token, answer;
	OM_uint32 major, minor, ignored;
	gss_name_t name;
	uint8_t got;

	gss_import_name(&minor, &text, &gj_name_hostbased, &name);
	answer.length = 0;
	answer.value = NULL;
	context = GSS_C_NO_CONTEXT;
	do {
		major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL,
		    &context, name, &gj_mech_krb5, wanted, 0, NULL,
		    answer.length > 0 ? &answer : GSS_C_NO_BUFFER, NULL, &token,
		    NULL, NULL);
		if (GSS_ERROR(major))
			die("gss_init_sec_context");
		if (token.length > 0)
			packet_send(with, token.value, token.length);
		gss_release_buffer(&ignored, &token);
		if (major != GSS_S_COMPLETE) {
			if (!packet_receive(&got, &answer))
				exit(0);
			if (got != with)
				printf("context flags %02x\n", got);
		}
	} while (major != GSS_S_COMPLETE);
	gss_release_name(&minor, &name);
}

/* Messages. */

static void
message_send(const uint8_t *data, size_t size, int encrypted, bool changed)
{
	gss_buffer_desc plain = {size, (void *)(uintptr_t)data}, wrapped;
	OM_uint32 minor;
	int state;

	if (gss_wrap(&minor, context, encrypted, GSS_C_QOP_DEFAULT, &plain,
		&state, &wrapped) != GSS_S_COMPLETE)
		die("gss_wrap");
	if (changed)
		((uint8_t *)wrapped.value)[wrapped.length - 1] ^= 1;
	packet_send(flags, wrapped.value, wrapped.length);
	gss_release_buffer(&minor, &wrapped);
	sent = plain;
}

static void
text_show(const struct gssloop_view *text)
{
	size_t i;

	for (i = 0; i < text->size && i < 200; i++)
		putchar(isprint(text->data[i]) ? text->data[i] : '.');
	putchar('\n');
}

static void
answer_show(const gss_buffer_desc *plain)
{
	struct gj_remctl_answer answer;
	struct gj_remctl_result result;

	gj_remctl_answer_decode(plain->value, plain->length, &answer, &result);
	if (result.what != GJ_REMCTL_GOOD)
		die(result.reason);
	printf(
	    "ANSWER %ld %zu ", (long)(int32_t)answer.status, answer.data.size);
	text_show(&answer.data);
}

static void
message_show(const struct gj_remctl_message *message)
{
	switch (message->type) {
	case GJ_REMCTL_OUTPUT:
		printf("OUTPUT %d %zu ", message->stream, message->data.size);
		text_show(&message->data);
		break;
	case GJ_REMCTL_ERROR:
		printf("ERROR %lu ", (unsigned long)message->error);
		text_show(&message->data);
		break;
	case GJ_REMCTL_STATUS:
		printf("STATUS %u\n", message->status);
		break;
	case GJ_REMCTL_VERSION:
		printf("VERSION %u\n", message->highest);
		break;
	default:
		printf("NOOP %u\n", message->version);
		break;
	}
}

static void
mic_show(gss_buffer_t mic)
{
	OM_uint32 major, minor;

	major = gss_verify_mic(&minor, context, &sent, mic, NULL);
	if (GSS_ERROR(major))
		puts("MIC bad");
	else /* without MUTUAL nobody knows the server's first number */
		puts(major == GSS_S_COMPLETE ? "MIC good" : "MIC out of order");
}

/* The next message; false at the end.  Nothing is shown where quiet is. */
static bool
message_receive(struct gj_remctl_message *message, bool quiet)
{
	struct gj_remctl_result result;
	gss_buffer_desc payload;
	static gss_buffer_desc plain;
	OM_uint32 minor;
	uint8_t with;
	int state;

	memset(message, 0, sizeof(*message));
	if (!packet_receive(&with, &payload))
		return false;
	if (with == 0x08) {
		mic_show(&payload);
		return true;
	}
	gss_release_buffer(&minor, &plain);
	if (gss_unwrap(&minor, context, &payload, &plain, &state, NULL) !=
		GSS_S_COMPLETE ||
	    !state)
		die("gss_unwrap");
	if (with == 0x04) {
		answer_show(&plain);
		return true;
	}
	if (with != 0x44)
		printf("flags %02x\n", with);
	gj_remctl_message_decode(
	    plain.value, plain.length, GJ_REMCTL_SERVER, message, &result);
	if (result.what != GJ_REMCTL_GOOD)
		die(result.reason);
	if (!quiet)
		message_show(message);
	return true;
}

static bool
is_end(const struct gj_remctl_message *message)
{
	return message->type == GJ_REMCTL_STATUS ||
	       message->type == GJ_REMCTL_ERROR;
}

static bool
answer_receive(void)
{
	struct gj_remctl_message message;

	while (message_receive(&message, false))
		if (is_end(&message))
			return true;
	return false;
}

static void
answer_drain(void)
{
	struct gj_remctl_message message;
	unsigned long sum = 0;

	while (message_receive(&message, true) && !is_end(&message))
		sum += message.data.size;
	printf("drained %lu\n", sum);
	if (is_end(&message))
		message_show(&message);
}

static void
piece_send(uint8_t continued, const uint8_t *data, size_t size)
{
	static uint8_t piece[OCTETS_MAX];

	piece[0] = 2;
	piece[1] = GJ_REMCTL_COMMAND;
	piece[2] = 1;
	piece[3] = continued;
	memcpy(piece + 4, data, size);
	message_send(piece, size + 4, 1, false);
}

static void
every_cut(size_t size)
{
	size_t cut;

	for (cut = 0; cut <= size; cut++) {
		piece_send(GJ_REMCTL_FIRST, octets, cut);
		piece_send(GJ_REMCTL_LAST, octets + cut, size - cut);
		if (!answer_receive())
			return;
	}
}

/* A command without an end. */
static void
pieces_send(unsigned long count)
{
	unsigned long i;

	memset(octets, 0, GJ_REMCTL_PIECE_MAX);
	for (i = 0; i < count; i++)
		piece_send(i == 0 ? GJ_REMCTL_FIRST : GJ_REMCTL_MIDDLE, octets,
		    GJ_REMCTL_PIECE_MAX);
}

/* Steps. */

static void
connection_open(void)
{
	char error[ADDRESS_ERROR];
	struct addrinfo *list = address_resolve(server, error);
	int on = 1;

	if (list == NULL)
		die(error);
	fd = socket(list->ai_family, SOCK_STREAM, 0);
	if (connect(fd, list->ai_addr, list->ai_addrlen) == -1)
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	freeaddrinfo(list);
}

static void
connection_reset(void)
{
	struct linger now = {1, 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static void
line_await(void)
{
	int character;

	fflush(stdout);
	do
		character = getchar();
	while (character != EOF && character != '\n');
}

static void
bare_step(const char *step)
{
	struct gj_remctl_message message;

	if (strcmp(step, "open") == 0)
		connection_open();
	else if (strcmp(step, "read") == 0)
		message_receive(&message, false);
	else if (strcmp(step, "answer") == 0)
		answer_receive();
	else if (strcmp(step, "all") == 0)
		while (message_receive(&message, false))
			continue;
	else if (strcmp(step, "drain") == 0)
		answer_drain();
	else if (strcmp(step, "shut") == 0)
		shutdown(fd, SHUT_WR);
	else if (strcmp(step, "reset") == 0)
		connection_reset();
	else if (strcmp(step, "close") == 0)
		close(fd);
	else if (strcmp(step, "await") == 0)
		line_await();
	else if (strcmp(step, "hold") == 0)
		holding = true;
	else if (strcmp(step, "go") == 0)
		kept_send();
	else
		die(step);
}

static void
beginning(uint8_t begin, uint8_t tokens)
{
	connection_open();
	packet_send(begin, NULL, 0);
	context_make(tokens);
	flags = tokens & 0x40 ? 0x44 : 0x24;
}

static void
octets_step(const char *step, size_t length, const char *text)
{
	size_t size = octets_read(text, octets);

	if (strncmp(step, "msg", length) == 0)
		message_send(octets, size, 1, false);
	else if (strncmp(step, "clear", length) == 0)
		message_send(octets, size, 0, false);
	else if (strncmp(step, "bad", length) == 0)
		message_send(octets, size, 1, true);
	else if (strncmp(step, "raw", length) == 0)
		octets_send(octets, size);
	else if (strncmp(step, "every", length) == 0)
		every_cut(size);
	else
		die(step);
}

static void
step_do(const char *step)
{
	size_t length = strcspn(step, ":");
	const char *text = step + length + (step[length] == ':');
	unsigned long number = strtoul(text, NULL, 16);

	if (strcmp(step, "hello") == 0)
		beginning(0x51, 0x42);
	else if (strcmp(step, "old") == 0)
		beginning(0x11, 0x02);
	else if (step[length] == '\0')
		bare_step(step);
	else if (strncmp(step, "pieces", length) == 0)
		pieces_send(strtoul(text, NULL, 10));
	else if (strncmp(step, "begin", length) == 0)
		packet_send((uint8_t)number, NULL, 0);
	else if (strncmp(step, "want", length) == 0)
		wanted = (OM_uint32)number;
	else if (strncmp(step, "ctx", length) == 0)
		context_make((uint8_t)number);
	else if (strncmp(step, "as", length) == 0)
		flags = (uint8_t)number;
	else if (strncmp(step, "say", length) == 0)
		puts(text);
	else
		octets_step(step, length, text);
}

/* A server's parents. */

static int
socket_listen(void)
{
	char bound[ADDRESS_TEXT], error[ADDRESS_ERROR];
	int listener = address_listen(server, bound, error);

	if (listener == -1)
		die(error);
	puts(bound);
	fcntl(listener, F_SETFL, 0);
	return listener;
}

static void __attribute__((noreturn)) inetd_run(char **program)
{
	int listener = socket_listen(), number;

	fd = accept(listener, NULL, NULL);
	for (number = 0; number < 3; number++)
		dup2(fd, number);
	close(listener);
	close(fd);
	execv(program[0], program);
	_exit(127);
}

static void __attribute__((noreturn)) systemd_run(char **program)
{
	char pid[32];
	int listener = socket_listen();

	if (listener != 3) {
		dup2(listener, 3);
		close(listener);
	}
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	execv(program[0], program);
	_exit(127);
}

int
main(int argc, char **argv)
{
	int i;

	if (argc < 3)
		die("usage: remctl_peer HOST:PORT STEP ...");
	setvbuf(stdout, NULL, _IOLBF, 0);
	server = argv[1];
	if (strcmp(argv[2], "inetd") == 0)
		inetd_run(argv + 3);
	if (strcmp(argv[2], "systemd") == 0)
		systemd_run(argv + 3);
	for (i = 2; i < argc; i++)
		step_do(argv[i]);
	return 0;
}
