/*
 * A program that is to be run for a user, and what a child does to become it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_PROGRAM_H
#define GSS_REMCTLD_PROGRAM_H

#include <sys/socket.h>
#include <time.h>

#include "config.h"

/* Who runs it: what its environment says of them. */
struct client {
	const char *user;    /* the principal, as text */
	const char *address; /* as text */
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

/*
 * In a child of fork, whose descriptors 0 to 2 are the program's: closes all
 * others, sets environment, groups and user, and runs it.  What fails is told
 * on standard error, with the status that remctld gives.
 */
void program_become(const struct program *program) __attribute__((noreturn));

#endif
