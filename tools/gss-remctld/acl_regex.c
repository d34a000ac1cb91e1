/*
 * The ACL scheme regex: POSIX extended regular expressions, not anchored.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "acl_scheme.h"

bool
acl_regex_compile(
    const char *pattern, regex_t *regex, char *reason, size_t size)
{
	int status = regcomp(regex, pattern, REG_EXTENDED | REG_NOSUB);

	if (status != 0)
		regerror(status, regex, reason, size);
	return status == 0;
}

bool
acl_regex_judge(const char *data, char *reason, size_t size)
{
	regex_t regex;

	if (!acl_regex_compile(data, &regex, reason, size))
		return false;
	regfree(&regex);
	return true;
}

static enum acl_result
match(struct acl_evaluation *evaluation, const regex_t *regex)
{
	int status = regexec(regex, evaluation->user->name, 0, NULL, 0);
	char reason[CONFIG_TEXT_MAX];

	if (status == 0)
		return ACL_GRANTED;
	if (status == REG_NOMATCH)
		return ACL_NO_MATCH;
	regerror(status, regex, reason, sizeof(reason));
	return acl_fail(evaluation, reason);
}

/* Those of ACL files are compiled when they are read. */
enum acl_result
acl_regex_check(
    struct acl_evaluation *evaluation, const struct acl_entry *entry)
{
	char reason[CONFIG_TEXT_MAX];
	enum acl_result result;
	regex_t regex;

	if (entry->regex != NULL)
		return match(evaluation, entry->regex);
	if (!acl_regex_compile(entry->data, &regex, reason, sizeof(reason))) {
		acl_entry_fault(entry, reason, sizeof(reason));
		return acl_fail(evaluation, reason);
	}
	result = match(evaluation, &regex);
	regfree(&regex);
	return result;
}
