/*
 * What a user's command becomes: an error, or programs that are to be run.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_COMMAND_H
#define GSS_REMCTLD_COMMAND_H

#include "acl.h"
#include "config.h"
#include "program.h"
#include "wire_remctl.h"

enum command_kind {
	COMMAND_PLAIN,
	COMMAND_HELP,	/* "help COMMAND SUBCOMMAND", help= */
	COMMAND_SUMMARY /* "help" alone, summary= of all that are permitted */
};

/* Begins with 0. */
struct command {
	struct config *config; /* held until command_close */
	struct acl_user *user;
	enum command_kind kind;
	const struct rule *rule; /* of what is to be run next; NULL: nothing */
	size_t at;		 /* of COMMAND_SUMMARY: the rule's number */
	struct gssloop_view *arguments; /* look into the body */
	size_t count;
	char **argv; /* of what was given out last */
	char *name;  /* the command as a text */
	int status;  /* of what ended so far: 0, or the last that is not */
};

/* The peer's error, or none. */
struct command_refusal {
	enum gj_remctl_error error; /* 0: none */
	const char *text;
};

/*
 * Finds out what the body of a command asks for, and logs it.  The body has to
 * outlive it.  command_close is right after either.
 */
void command_open(struct command *command, struct config *config,
    struct acl_user *user, const struct gssloop_view *body,
    struct command_refusal *refusal);

/*
 * The next program to be run; what it points to lives until the next call.
 * False when there is none, or where there is no memory, which *failed says.
 */
bool command_next(struct command *command, const struct client *client,
    struct program *program, bool *failed);

/* One of them ended, with this status of waitpid. */
void command_ended(struct command *command, int status);

/* The exit status of all of it: 0 to 255, -1 after a signal. */
int command_status(const struct command *command);

void command_close(struct command *command);

#endif
