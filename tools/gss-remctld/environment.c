/*
 * A program's environment.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "environment.h"

extern char **environ;

/* What is the client's to tell, and never the server's. */
enum {
	USER,
	USER_TOO,
	ADDRESS,
	EXPIRES,
	COMMAND,
	HOST,
	VARIABLES
};

static const char *const names[VARIABLES] = {
    [USER] = "REMUSER",
    [USER_TOO] = "REMOTE_USER",
    [ADDRESS] = "REMOTE_ADDR",
    [EXPIRES] = "REMOTE_EXPIRES",
    [COMMAND] = "REMCTL_COMMAND",
    [HOST] = "REMOTE_HOST",
};

static bool
is_ours(const char *variable)
{
	size_t i, length;

	for (i = 0; i < VARIABLES; i++) {
		length = strlen(names[i]);
		if (strncmp(variable, names[i], length) == 0 &&
		    variable[length] == '=')
			return true;
	}
	return false;
}

static bool
list_make(struct environment *environment)
{
	size_t inherited = 0, i;

	while (environ[inherited] != NULL)
		inherited++;
	environment->list =
	    calloc(inherited + VARIABLES + 1, sizeof(environment->list[0]));
	if (environment->list == NULL)
		return false;
	for (i = 0; i < inherited; i++)
		if (!is_ours(environ[i]))
			environment->list[environment->count++] = environ[i];
	return true;
}

/* Adds those that have a value, as NAME=VALUE. */
static bool
values_add(struct environment *environment, const char *const *values)
{
	size_t size = 1, i, length;
	char *text;

	for (i = 0; i < VARIABLES; i++)
		if (values[i] != NULL)
			size += strlen(names[i]) + strlen(values[i]) + 2;
	text = malloc(size);
	environment->text = text;
	if (text == NULL)
		return false;
	for (i = 0; i < VARIABLES; i++) {
		if (values[i] == NULL)
			continue;
		length = strlen(names[i]) + strlen(values[i]) + 2;
		snprintf(text, length, "%s=%s", names[i], values[i]);
		environment->list[environment->count++] = text;
		text += length;
	}
	return true;
}

bool
environment_make(struct environment *environment, const struct program *program)
{
	const struct client *client = program->client;
	const char *values[VARIABLES] = {
	    [USER] = client->user,
	    [USER_TOO] = client->user,
	    [ADDRESS] = client->address,
	    [COMMAND] = program->command,
	};
	char expires[32];

	memset(environment, 0, sizeof(*environment));
	snprintf(expires, sizeof(expires), "%lld", (long long)client->expires);
	values[EXPIRES] = expires;
	if (client->host != NULL && client->host[0] != '\0')
		values[HOST] = client->host;
	return list_make(environment) && values_add(environment, values);
}

void
environment_add_host(struct environment *environment, const char *host)
{
	static char variable[sizeof("REMOTE_HOST=") + CLIENT_HOST_MAX];

	snprintf(variable, sizeof(variable), "%s=%s", names[HOST], host);
	environment->list[environment->count++] = variable;
}

void
environment_free(struct environment *environment)
{
	free(environment->list);
	free(environment->text);
	memset(environment, 0, sizeof(*environment));
}
