/*
 * The server's configuration: which command runs which program, and for whom.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A configuration is loaded whole or not at all, and never changes: after a
 * SIGHUP the new one is put in the old one's place, which lives on until the
 * last command that was matched with it has released it.  Its language is
 * remctld(8)'s; where that page is silent, what remctld 3.18 does.
 *
 * Threads: a configuration and all who hold it belong to one.
 */
#ifndef GSS_REMCTLD_CONFIG_H
#define GSS_REMCTLD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "gssloop_frame.h"

/* Room for any text that is written here; a longer one is cut. */
#define CONFIG_TEXT_MAX 1024

/*
 * The most octets that one configuration reads, its included files counted as
 * often as they are included, each with some more for opening it, and the
 * deepest inclusion.  Sites have some
 * thousand rules of a hundred octets, and two or three levels.
 */
#define CONFIG_OCTETS_MAX (32 * 1024 * 1024)
#define CONFIG_DEPTH_MAX  32

/* Beside the number of an argument to give on standard input. */
#define RULE_STDIN_NONE 0
#define RULE_STDIN_LAST ((size_t)-1)

struct acl_entry;

/*
 * One line of the configuration.  It and all that it points to belong to the
 * configuration.  Arguments are numbered as the peer sent them: the command is
 * 0, the subcommand 1.
 */
struct rule {
	const char *file; /* where it stands */
	size_t line;
	const char *command;	/* or "ALL" */
	const char *subcommand; /* or "ALL", or "EMPTY" */
	const char *program;
	const char *help;      /* the options' values; NULL: not given */
	const char *summary;   /* likewise */
	const char *sudo;      /* likewise: a name, or "#" and a number */
	const char *user;      /* likewise: always a name */
	uid_t uid;	       /* of user, with its own group */
	gid_t gid;	       /* likewise */
	size_t stdin_argument; /* from 1, or RULE_STDIN_NONE or _LAST */
	const size_t *logmask; /* arguments that are not to be logged */
	size_t logmask_count;
	const struct acl_entry *acl; /* for acl_check */
	size_t acl_count;
};

struct config;

/*
 * Reads a configuration.  NULL where it is not good, with the reason in error,
 * mostly as FILE:LINE: COMMAND SUBCOMMAND: REASON.  Who gets one has to
 * release it.
 */
struct config *config_load(const char *path, char *error, size_t size);

/* One more release is due. */
struct config *config_hold(struct config *config);

/* Frees it with the last one; config may be NULL. */
void config_release(struct config *config);

/* All rules in the order of the files. */
const struct rule *config_rules(const struct config *config, size_t *count);

/*
 * The first rule for a command, whose arguments may have any octets; NULL
 * where there is none, or not even one argument.  Takes as long for the last
 * rule of many as for the first.
 */
const struct rule *config_match(const struct config *config,
    const struct gssloop_view *arguments, size_t count);

/* Whether an argument's value is not to be logged because of logmask. */
bool rule_masks(const struct rule *rule, size_t argument);

/*
 * What remctld finds out only when a user comes, and then refuses everybody:
 * ACL entries that cannot be evaluated.  Writes the next one as FILE:LINE:
 * REASON, and moves *at, which begins with 0; false when there are no more.
 * A server logs them when it has loaded a configuration.
 */
bool config_warning(
    const struct config *config, size_t *at, char *text, size_t size);

#endif
