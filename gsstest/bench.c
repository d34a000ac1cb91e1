/*
 * bench: what gsstest is measured against, and the clock.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	bench bare COUNT	the same GSS calls in one process, plus the
 *				same octets over a raw socketpair between two
 *	bench floor COUNT	the same GSS calls and octets in two processes,
 *				a TCP connection each, and nothing else
 *	bench time CMD ...	runs CMD; SIGTERM is passed on
 *
 * Each prints "MICROSECONDS KILOBYTES": how long, and the peak of resident
 * memory (of the children, where there are any).  The GSS calls are those of
 * `gsstest init -f mutual -m krb5`; the credentials are acquired once.
 */
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat.h"
#include "deadline.h"
#include "gss.h"

/* Larger than the token of any realm of gsstest/realm. */
#define FRAME_MAX 8192
#define HEADER	  5
#define END_SIZE  6

static void
die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
result_show(uint64_t began, int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	printf("%" PRIu64 " %ld\n", gj_now() - began, (long)usage.ru_maxrss);
}

/* One frame as the plain channel would send it: in one write. */
static void
frame_write(int fd, const gss_buffer_desc *token)
{
	unsigned char frame[FRAME_MAX];
	size_t size = token->length;

	if (size > FRAME_MAX - HEADER)
		die("token too large");
	frame[0] = 'T';
	frame[1] = frame[2] = 0;
	frame[3] = (unsigned char)(size >> 8);
	frame[4] = (unsigned char)size;
	memcpy(frame + HEADER, token->value, size);
	if (write(fd, frame, HEADER + size) != (ssize_t)(HEADER + size))
		die("write");
}

static size_t
frame_read(int fd, unsigned char *frame, size_t size)
{
	size_t have = 0;
	ssize_t got;

	while (have < size) {
		got = read(fd, frame + have, FRAME_MAX - have);
		if (got <= 0)
			die("read");
		have += (size_t)got;
		if (have >= HEADER)
			size = HEADER + (size_t)frame[3] * 256 + frame[4];
	}
	return have - HEADER;
}

static gss_buffer_desc
token_read(int fd, unsigned char *frame)
{
	gss_buffer_desc token;

	token.length = frame_read(fd, frame, HEADER);
	token.value = frame + HEADER;
	return token;
}

static void
end_write(int fd)
{
	static const unsigned char end[END_SIZE] = {'M', 0, 0, 0, 1, 0};

	if (write(fd, end, sizeof(end)) != (ssize_t)sizeof(end))
		die("write");
}

static void
end_read(int fd)
{
	unsigned char frame[FRAME_MAX];

	frame_read(fd, frame, HEADER);
}

/* The GSS calls. */

static gss_cred_id_t
cred_acquire(gss_cred_usage_t usage)
{
	gss_OID_set_desc mechs = {1, &gj_mech_krb5};
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	OM_uint32 minor;

	if (GSS_ERROR(gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
		&mechs, usage, &cred, NULL, NULL)))
		die("gss_acquire_cred");
	return cred;
}

static gss_name_t
name_import(void)
{
	gss_buffer_desc text = {14, (void *)"host@localhost"};
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor;

	if (GSS_ERROR(
		gss_import_name(&minor, &text, &gj_name_hostbased, &name)))
		die("gss_import_name");
	return name;
}

static gss_buffer_desc
init_call(gss_ctx_id_t *context, gss_cred_id_t cred, gss_name_t name,
    gss_buffer_desc input)
{
	gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor, flags, lifetime;
	gss_OID actual;

	if (GSS_ERROR(gss_init_sec_context(&minor, cred, context, name,
		&gj_mech_krb5, GSS_C_MUTUAL_FLAG, 0, GSS_C_NO_CHANNEL_BINDINGS,
		&input, &actual, &output, &flags, &lifetime)))
		die("gss_init_sec_context");
	return output;
}

static gss_buffer_desc
accept_call(gss_ctx_id_t *context, gss_cred_id_t cred, gss_buffer_desc input)
{
	gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
	gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
	gss_name_t source = GSS_C_NO_NAME;
	OM_uint32 minor, flags, lifetime;
	gss_OID actual;

	if (gss_accept_sec_context(&minor, context, cred, &input,
		GSS_C_NO_CHANNEL_BINDINGS, &source, &actual, &output, &flags,
		&lifetime, &delegated) != GSS_S_COMPLETE)
		die("gss_accept_sec_context");
	gss_release_name(&minor, &source);
	return output;
}

static void
context_delete(gss_ctx_id_t *context)
{
	OM_uint32 minor;

	gss_delete_sec_context(&minor, context, NULL);
}

static void
token_write(int fd, gss_buffer_desc token)
{
	OM_uint32 minor;

	frame_write(fd, &token);
	gss_release_buffer(&minor, &token);
}

/* bare: first the GSS calls, then the octets; the sum counts. */

struct sizes {
	size_t request, answer; /* octets of the two tokens */
};

static void
release(gss_buffer_desc *token)
{
	OM_uint32 minor;

	gss_release_buffer(&minor, token);
}

static struct sizes
calls_only(unsigned long count)
{
	gss_cred_id_t initiate = cred_acquire(GSS_C_INITIATE);
	gss_cred_id_t accept_cred = cred_acquire(GSS_C_ACCEPT);
	gss_name_t name = name_import();
	gss_buffer_desc empty = GSS_C_EMPTY_BUFFER;
	struct sizes sizes = {0, 0};

	for (; count > 0; count--) {
		gss_ctx_id_t initiator = GSS_C_NO_CONTEXT;
		gss_ctx_id_t acceptor = GSS_C_NO_CONTEXT;
		gss_buffer_desc request, answer;

		request = init_call(&initiator, initiate, name, empty);
		answer = accept_call(&acceptor, accept_cred, request);
		init_call(&initiator, initiate, name, answer);
		sizes.request = request.length;
		sizes.answer = answer.length;
		release(&request);
		release(&answer);
		context_delete(&initiator);
		context_delete(&acceptor);
	}
	return sizes;
}

/* One token and one end each way, over and over. */
static void
octets_only(int fd, unsigned long count, size_t size, bool first)
{
	static unsigned char token[FRAME_MAX];
	unsigned char frame[FRAME_MAX];
	gss_buffer_desc buffer = {size, token};

	for (; count > 0; count--) {
		if (first)
			frame_write(fd, &buffer);
		frame_read(fd, frame, HEADER);
		if (first)
			end_write(fd);
		else
			frame_write(fd, &buffer);
		frame_read(fd, frame, HEADER);
		if (!first)
			end_write(fd);
	}
}

static void
bare(unsigned long count)
{
	uint64_t began = gj_now();
	struct sizes sizes = calls_only(count);
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		die("socketpair");
	if (fork() == 0) {
		octets_only(fds[1], count, sizes.answer, false);
		_exit(0);
	}
	octets_only(fds[0], count, sizes.request, true);
	wait(NULL);
	result_show(began, RUSAGE_SELF);
}

/* floor */

static void
nodelay(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static void
floor_acceptor(int listener, unsigned long count)
{
	gss_cred_id_t cred = cred_acquire(GSS_C_ACCEPT);
	unsigned char frame[FRAME_MAX];
	int fd;

	for (; count > 0; count--) {
		gss_ctx_id_t context = GSS_C_NO_CONTEXT;

		fd = accept(listener, NULL, NULL);
		nodelay(fd);
		token_write(
		    fd, accept_call(&context, cred, token_read(fd, frame)));
		end_read(fd);
		end_write(fd);
		context_delete(&context);
		close(fd);
	}
	exit(0);
}

static void
floor_initiator(const struct sockaddr_in *address, unsigned long count)
{
	gss_cred_id_t cred = cred_acquire(GSS_C_INITIATE);
	gss_buffer_desc empty = GSS_C_EMPTY_BUFFER;
	gss_name_t name = name_import();
	unsigned char frame[FRAME_MAX];
	uint64_t began = gj_now();
	int fd;

	for (; count > 0; count--) {
		gss_ctx_id_t context = GSS_C_NO_CONTEXT;

		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, (const struct sockaddr *)address,
			sizeof(*address)) == -1)
			die("connect");
		nodelay(fd);
		token_write(fd, init_call(&context, cred, name, empty));
		init_call(&context, cred, name, token_read(fd, frame));
		end_write(fd);
		end_read(fd);
		context_delete(&context);
		close(fd);
	}
	result_show(began, RUSAGE_SELF);
}

static void
floor_run(unsigned long count)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in address;
	socklen_t size = sizeof(address);

	memset(&address, 0, sizeof(address));
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&address, size) == -1 ||
	    listen(listener, 16) == -1 ||
	    getsockname(listener, (struct sockaddr *)&address, &size) == -1)
		die("listen");
	if (fork() == 0)
		floor_acceptor(listener, count);
	floor_initiator(&address, count);
	wait(NULL);
}

/* time */

static pid_t timed;

static void
on_term(int signal)
{
	kill(timed, signal);
}

static int
time_run(char **argv)
{
	uint64_t began = gj_now();
	int status = 0;

	signal(SIGTERM, on_term);
	timed = fork();
	if (timed == 0) {
		signal(SIGTERM, SIG_DFL);
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	while (waitpid(timed, &status, 0) == -1)
		if (errno != EINTR)
			die("waitpid");
	result_show(began, RUSAGE_CHILDREN);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "bare") == 0) {
		bare(strtoul(argv[2], NULL, 10));
	} else if (argc == 3 && strcmp(argv[1], "floor") == 0) {
		floor_run(strtoul(argv[2], NULL, 10));
	} else if (argc >= 3 && strcmp(argv[1], "time") == 0) {
		return time_run(argv + 2);
	} else {
		fprintf(
		    stderr, "usage: bench bare|floor COUNT | time CMD ...\n");
		return 2;
	}
	return 0;
}
