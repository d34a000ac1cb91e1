/*
 * A program that is to be run for a user, and what a child does to become it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_PROGRAM_H
#define GSS_REMCTLD_PROGRAM_H

#include <sys/socket.h>
#include <time.h>

#include "config.h"

/* The longest name that a host may have is a quarter of it. */
#define CLIENT_HOST_MAX 1024

/* Who runs it: what its environment says of them. */
struct client {
	const char *user;    /* the principal, as text */
	const char *address; /* as text */
	const char *host;    /* its name; "": it has none; NULL: not known */
	const struct sockaddr *peer;
	socklen_t peer_size;
	time_t expires;
};

struct program {
	const struct client *client;
	const struct rule *rule; /* user=; not its program: there is sudo */
	const char *path;
	char **argv;
	const char *command; /* REMCTL_COMMAND */
	bool has_input;	     /* else it reads from /dev/null */
	struct gssloop_view input;
};

struct environment;

/* Before the first one. */
void programs_prepare(void);

/*
 * Whether name services have to be asked for something: of the client's host
 * or of the user's groups.  That may take long.
 */
bool program_asks(const struct program *program);

/*
 * In a child whose descriptors 0 to 2 are the program's: closes all others,
 * asks for what has to be asked for, sets groups and user, and runs it.  What
 * fails is told on standard error, with the status that remctld gives.  The
 * child may be one of vfork, unless it asks.
 */
void program_become(const struct program *program,
    struct environment *environment) __attribute__((noreturn));

#endif
