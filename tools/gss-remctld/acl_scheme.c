/*
 * What an ACL entry's scheme does.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "acl_scheme.h"

static enum acl_result
princ_check(struct acl_evaluation *evaluation, const struct acl_entry *entry)
{
	return strcmp(evaluation->user->name, entry->data) == 0 ? ACL_GRANTED
								: ACL_NO_MATCH;
}

static bool
anyuser_judge(const char *data, char *reason, size_t size)
{
	if (strcmp(data, "auth") == 0 || strcmp(data, "anonymous") == 0)
		return true;
	snprintf(reason, size, "neither auth nor anonymous");
	return false;
}

static enum acl_result
anyuser_check(struct acl_evaluation *evaluation, const struct acl_entry *entry)
{
	if (strcmp(entry->data, "anonymous") == 0)
		return ACL_GRANTED;
	return evaluation->user->anonymous ? ACL_NO_MATCH : ACL_GRANTED;
}

static bool
left_out_judge(const char *data, char *reason, size_t size)
{
	(void)data;
	snprintf(reason, size,
	    "this server does not have the scheme, "
	    "see gss-remctld(8)");
	return false;
}

static const struct acl_scheme schemes[] = {
    {"anyuser", false, anyuser_check, anyuser_judge},
    {"file", false, acl_file_check, NULL},
    {"gput", true, NULL, left_out_judge},
    {"localgroup", false, acl_group_check, NULL},
    {"pcre", true, NULL, left_out_judge},
    {"princ", false, princ_check, NULL},
    {"regex", false, acl_regex_check, acl_regex_judge},
};

const struct acl_scheme *
acl_scheme_find(const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strlen(schemes[i].name) == size &&
		    memcmp(schemes[i].name, name, size) == 0)
			return &schemes[i];
	return NULL;
}
