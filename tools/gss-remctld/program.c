/*
 * What a child does to become a program.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A child that asks name services is one of fork, and as there are no threads
 * it may do whatever the server may.  Any other may be one of vfork, which has
 * the server's memory for its own: it calls the system, and changes nothing.
 */
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "compat.h"
#include "descriptors.h"
#include "environment.h"
#include "log.h"
#include "program.h"

/* As remctld says that there was no program. */
#define STATUS_NOT_RUN 255

/* A line of what went wrong, and what a reason takes of it at most. */
#define LINE_SIZE   512
#define REASON_SIZE 64

/*
 * What the system says to an error, by its number: strerror() is not for a
 * child of vfork.  No system here has more.
 */
#define REASONS 134
static char reasons[REASONS][REASON_SIZE];

void
programs_prepare(void)
{
	int number;

	for (number = 0; number < REASONS; number++)
		strlcpy(reasons[number], strerror(number), REASON_SIZE);
}

static const char *
reason_of(int number)
{
	return number >= 0 && number < REASONS ? reasons[number]
					       : "unknown error";
}

static void
line_add(char *line, const char *text)
{
	size_t length = strlen(line);

	strlcpy(line + length, text, LINE_SIZE - length);
}

/* One write: what is sent in pieces comes in pieces. */
static void __attribute__((noreturn)) fail(const char *what, const char *name)
{
	char line[LINE_SIZE] = "gss-remctld: cannot ";
	const char *reason = reason_of(errno);
	ssize_t told;

	line_add(line, what);
	line_add(line, name != NULL ? " " : "");
	line_add(line, name != NULL ? name : "");
	line_add(line, ": ");
	line_add(line, reason);
	line_add(line, "\n");
	told = write(STDERR_FILENO, line, strlen(line));
	(void)told;
	_exit(STATUS_NOT_RUN);
}

/* A name that the client's address has, which is the client's own word. */
static void
host_ask(const struct client *client, struct environment *environment)
{
	char host[CLIENT_HOST_MAX + 1];

	if (getnameinfo(client->peer, client->peer_size, host, sizeof(host),
		NULL, 0, NI_NAMEREQD) == 0)
		environment_add_host(environment, host);
}

static void
user_become(const struct rule *rule)
{
	if (rule->user == NULL)
		return;
	if (!account_become(rule->user, rule->uid, rule->gid))
		fail("become user", rule->user);
}

bool
program_asks(const struct program *program)
{
	return program->client->host == NULL || program->rule->user != NULL;
}

void
program_become(const struct program *program, struct environment *environment)
{
	bool asks = program_asks(program);

	if (asks)
		log_leave();
	descriptors_close(STDERR_FILENO + 1);
	descriptors_restore();
	if (asks) {
		if (program->client->host == NULL)
			host_ask(program->client, environment);
		user_become(program->rule);
		/* They may keep one open, and not all say close-on-exec. */
		descriptors_close(STDERR_FILENO + 1);
	}
	execve(program->path, program->argv, environment->list);
	fail("execute command", NULL);
}
