/*
 * Who may run a rule's command.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * An entry is [SCHEME:]DATA.  Entries are evaluated one after the other, and
 * the first that says anything decides.  ACL files are read at that time, so
 * what a site changes in them holds at once.  Nothing here waits for a pipe or
 * a terminal, but a local group may come from the network, as in remctld.
 */
#ifndef GSS_REMCTLD_ACL_H
#define GSS_REMCTLD_ACL_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "config.h"

/*
 * The longest line of an ACL file, as in remctld; the deepest inclusion, where
 * remctld goes on until it has no stack or no descriptors left; and what one
 * evaluation reads at most: a hundred thousand users have some 4 MiB.
 */
#define ACL_LINE_MAX   8190
#define ACL_DEPTH_MAX  16
#define ACL_OCTETS_MAX (32 * 1024 * 1024)

/* The longest name of a local user; more is an error. */
#define ACL_LOCAL_MAX 256

enum acl_result {
	ACL_NO_MATCH, /* nothing there is about the user: no access */
	ACL_GRANTED,
	ACL_DENIED, /* by deny */
	ACL_ERROR   /* could not be evaluated: no access */
};

/*
 * A user.  The name is the principal as text, and outlives the user.  All else
 * begins with 0: what localgroup finds out is kept from one check to the next.
 */
struct acl_user {
	const char *name;
	bool anonymous; /* has proven nothing */
	bool localized; /* local is filled */
	char local[ACL_LOCAL_MAX];
};

/*
 * Only ACL_GRANTED is access.  With ACL_ERROR the reason is in error, as
 * FILE:LINE: REASON, and else an empty text.
 */
enum acl_result acl_check(
    const struct rule *rule, struct acl_user *user, char *error, size_t size);

/*
 * What follows is for the configuration and for the schemes.
 */

struct acl_scheme;

/* An entry that was read; views look into its text. */
struct acl_entry {
	const char *text;		 /* as it stands in the file */
	const struct acl_scheme *scheme; /* NULL: there is no such scheme */
	const char *data;		 /* behind the scheme */
	unsigned int denials;		 /* deny: before it; 2 for more */
	regex_t *regex;			 /* compiled, or NULL */
};

/* The scheme of an entry that names none. */
enum acl_default {
	ACL_DEFAULT_FILE,
	ACL_DEFAULT_PRINC
};

/* Reads an entry; anything is one. */
void acl_entry_read(
    struct acl_entry *entry, const char *text, enum acl_default otherwise);

/*
 * Whether the entry can never be evaluated, and why.
 */
bool acl_entry_fault(const struct acl_entry *entry, char *reason, size_t size);

/* Whether the entry's scheme is one of remctld's that was left out. */
bool acl_entry_left_out(const struct acl_entry *entry);

/*
 * Compiles the entry's regular expression into *regex and sets entry->regex,
 * which its owner gives to regfree; one that is wrong is left as it is.
 */
bool acl_entry_has_regex(const struct acl_entry *entry);
void acl_entry_compile(struct acl_entry *entry, regex_t *regex);

#endif
