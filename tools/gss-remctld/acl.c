/*
 * Who may run a rule's command.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "acl.h"
#include "acl_scheme.h"

static const char deny[] = "deny:";

void
acl_entry_read(
    struct acl_entry *entry, const char *text, enum acl_default otherwise)
{
	const char *name = otherwise == ACL_DEFAULT_FILE ? "file" : "princ";
	size_t size = strlen(name);

	memset(entry, 0, sizeof(*entry));
	entry->text = text;
	while (strncmp(text, deny, strlen(deny)) == 0) {
		text += strlen(deny);
		name = "princ";
		size = strlen(name);
		entry->denials += entry->denials < 2;
	}
	entry->data = text;
	if (strcmp(text, "ANYUSER") == 0) {
		name = "anyuser";
		size = strlen(name);
		entry->data = "auth";
	} else if (strchr(text, ':') != NULL) {
		name = text;
		size = strcspn(text, ":");
		entry->data = text + size + 1;
	}
	entry->scheme = acl_scheme_find(name, size);
}

bool
acl_entry_fault(const struct acl_entry *entry, char *reason, size_t size)
{
	char why[CONFIG_TEXT_MAX] = "there is no such scheme";

	if (entry->regex != NULL)
		return false;
	if (entry->scheme != NULL &&
	    (entry->scheme->judge == NULL ||
		entry->scheme->judge(entry->data, why, sizeof(why))))
		return false;
	snprintf(reason, size, "%s: %s", entry->text, why);
	return true;
}

bool
acl_entry_left_out(const struct acl_entry *entry)
{
	return entry->scheme != NULL && entry->scheme->left_out;
}

bool
acl_entry_has_regex(const struct acl_entry *entry)
{
	return entry->scheme != NULL && entry->scheme->check == acl_regex_check;
}

void
acl_entry_compile(struct acl_entry *entry, regex_t *regex)
{
	char reason[CONFIG_TEXT_MAX];

	if (acl_regex_compile(entry->data, regex, reason, sizeof(reason)))
		entry->regex = regex;
}

enum acl_result
acl_fail(struct acl_evaluation *evaluation, const char *reason)
{
	source_complain(evaluation->error, evaluation->size, evaluation->file,
	    evaluation->line, "%s", reason);
	return ACL_ERROR;
}

/* What one deny: makes of what is behind it. */
static enum acl_result
deny_turn(enum acl_result result)
{
	if (result == ACL_GRANTED)
		return ACL_DENIED;
	return result == ACL_DENIED ? ACL_NO_MATCH : result;
}

enum acl_result
acl_entry_check(
    struct acl_evaluation *evaluation, const struct acl_entry *entry)
{
	char reason[CONFIG_TEXT_MAX];
	enum acl_result result;
	unsigned int i;

	if (!acl_entry_has_regex(entry) &&
	    acl_entry_fault(entry, reason, sizeof(reason)))
		return acl_fail(evaluation, reason);
	result = entry->scheme->check(evaluation, entry);
	for (i = 0; i < entry->denials; i++)
		result = deny_turn(result);
	return result;
}

enum acl_result
acl_check(
    const struct rule *rule, struct acl_user *user, char *error, size_t size)
{
	struct source_run run = {
	    .depth_max = ACL_DEPTH_MAX, .octets_left = ACL_OCTETS_MAX};
	struct acl_evaluation evaluation = {.user = user,
	    .run = &run,
	    .file = rule->file,
	    .line = rule->line,
	    .error = error,
	    .size = size};
	enum acl_result result = ACL_NO_MATCH;
	size_t i;

	error[0] = '\0';
	for (i = 0; i < rule->acl_count && result == ACL_NO_MATCH; i++)
		result = acl_entry_check(&evaluation, &rule->acl[i]);
	return result;
}
