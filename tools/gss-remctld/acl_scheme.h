/*
 * What an ACL entry's scheme does.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_ACL_SCHEME_H
#define GSS_REMCTLD_ACL_SCHEME_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "acl.h"
#include "config_source.h"

/* The evaluation of entries for a user, in one file. */
struct acl_evaluation {
	struct acl_user *user;
	struct source_run *run;
	const struct source *source; /* the ACL file; NULL: a rule */
	const char *file;	     /* where the entry stands */
	size_t line;
	enum acl_result result; /* of the files that an entry names */
	char *error;
	size_t size;
};

struct acl_scheme {
	const char *name;
	bool left_out;

	/* Denials are not its business. */
	enum acl_result (*check)(
	    struct acl_evaluation *evaluation, const struct acl_entry *entry);

	/*
	 * Why the data can never be evaluated, in reason; false where that is
	 * so.  NULL: any data can.
	 */
	bool (*judge)(const char *data, char *reason, size_t size);
};

/* NULL where there is none of that name. */
const struct acl_scheme *acl_scheme_find(const char *name, size_t size);

/* Evaluates one entry, denials and all. */
enum acl_result acl_entry_check(
    struct acl_evaluation *evaluation, const struct acl_entry *entry);

/* Says so in the evaluation's error, with the place of the entry. */
enum acl_result acl_fail(struct acl_evaluation *evaluation, const char *reason);

/* The schemes that are more than a comparison. */
enum acl_result acl_file_check(
    struct acl_evaluation *evaluation, const struct acl_entry *entry);
enum acl_result acl_regex_check(
    struct acl_evaluation *evaluation, const struct acl_entry *entry);
bool acl_regex_judge(const char *data, char *reason, size_t size);
enum acl_result acl_group_check(
    struct acl_evaluation *evaluation, const struct acl_entry *entry);

/* False with the reason. */
bool acl_regex_compile(
    const char *pattern, regex_t *regex, char *reason, size_t size);

/*
 * The local user that a principal is, by krb5.conf's rules; where they say
 * nothing about it, the principal.  False with the reason.
 */
bool acl_local_name(
    const char *principal, char *local, size_t room, char *reason, size_t size);

#endif
