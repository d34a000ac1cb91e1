/*
 * A client of remctl that keeps its connection: what the program remctl_kept
 * wants of one.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * There are two, with the same names: remctl_kept_ours.c on lib/remctl, and
 * remctl_kept_real.c on libremctl.  Calls wait.  What fails ends the program
 * by client_fail.
 */
#ifndef GSSTEST_REMCTL_KEPT_H
#define GSSTEST_REMCTL_KEPT_H

#include <stddef.h>
#include <sys/uio.h>

struct client;

enum client_kind {
	CLIENT_OUTPUT,
	CLIENT_STATUS,
	CLIENT_ERROR
};

struct client_answer {
	enum client_kind kind;
	unsigned long number; /* stream, exit status, or error code */
	const void *data;     /* output or text; lives until the next call */
	size_t size;
};

/* The principal may be NULL: host of the host. */
struct client *client_open(
    const char *host, const char *port, const char *principal);

/* Sends a command, with keep-alive. */
void client_send(
    struct client *client, const struct iovec *words, size_t count);

/* What comes next; a status or an error is the last of a command. */
void client_get(struct client *client, struct client_answer *answer);

/* Sends NOOP and awaits the answer. */
void client_noop(struct client *client);

/* Sends QUIT; NULL is accepted. */
void client_close(struct client *client);

/* Ends the program, with the reason on stderr. */
void client_fail(const char *what, const char *why) __attribute__((noreturn));

#endif
