/*
 * A program's environment, made before there is a child to have it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_ENVIRONMENT_H
#define GSS_REMCTLD_ENVIRONMENT_H

#include "program.h"

struct environment {
	char **list; /* as execve takes it; there is room for one more */
	size_t count;
	char *text; /* of what is not the server's */
};

/*
 * The server's environment, and what the program is told of its client.
 * REMOTE_HOST is there only where the client's host is known.  It borrows from
 * the server's; environment_free is right after either.  False with errno.
 */
bool environment_make(
    struct environment *environment, const struct program *program);

/* Adds REMOTE_HOST; once, and in a child, whose memory is its own. */
void environment_add_host(struct environment *environment, const char *host);

void environment_free(struct environment *environment);

#endif
