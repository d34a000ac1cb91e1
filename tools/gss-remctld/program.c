/*
 * What a child does to become a program.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * There are no threads here, so a child of fork may do whatever the server
 * may.  It is what waits for name services: the server does not.
 */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "descriptors.h"
#include "program.h"

/* As remctld says that there was no program. */
#define STATUS_NOT_RUN 255

/* The longest name that a host may have is a quarter of it. */
#define HOST_MAX 1025

/* One write: what is sent in pieces comes in pieces. */
static void __attribute__((noreturn)) fail(const char *what, const char *name)
{
	char text[512];
	ssize_t told;

	snprintf(text, sizeof(text), "gss-remctld: cannot %s%s%s: %s\n", what,
	    name != NULL ? " " : "", name != NULL ? name : "", strerror(errno));
	told = write(STDERR_FILENO, text, strlen(text));
	(void)told;
	_exit(STATUS_NOT_RUN);
}

static void
variable_set(const char *name, const char *value)
{
	if (setenv(name, value, 1) == -1)
		fail("set", name);
}

/* A name that the client's address has, which is the client's own word. */
static void
host_set(const struct client *client)
{
	char host[HOST_MAX];

	if (getnameinfo(client->peer, client->peer_size, host, sizeof(host),
		NULL, 0, NI_NAMEREQD) == 0)
		variable_set("REMOTE_HOST", host);
	else
		unsetenv("REMOTE_HOST");
}

static void
environment_set(const struct program *program)
{
	const struct client *client = program->client;
	char expires[32];

	snprintf(expires, sizeof(expires), "%lld", (long long)client->expires);
	variable_set("REMUSER", client->user);
	variable_set("REMOTE_USER", client->user);
	variable_set("REMOTE_ADDR", client->address);
	variable_set("REMOTE_EXPIRES", expires);
	variable_set("REMCTL_COMMAND", program->command);
	host_set(client);
}

static void
user_become(const struct rule *rule)
{
	if (rule->user == NULL)
		return;
	if (!account_become(rule->user, rule->uid, rule->gid))
		fail("become user", rule->user);
}

void
program_become(const struct program *program)
{
	descriptors_close(STDERR_FILENO + 1);
	descriptors_restore();
	environment_set(program);
	user_become(program->rule);
	/* Name services may keep one open, and not all say close-on-exec. */
	descriptors_close(STDERR_FILENO + 1);
	execv(program->path, program->argv);
	fail("execute command", NULL);
}
