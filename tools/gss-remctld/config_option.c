/*
 * The options of a rule.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_option.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS	"0123456789"

/* Why a value is refused where that is not the value's fault. */
static const char no_memory[] = "out of memory";

bool
option_is_next(const char *line)
{
	const char *end = line + strspn(line, LETTERS DIGITS "-");

	return strspn(line, LETTERS) > 0 && end[0] == '=' &&
	       strchr(" \t", end[1]) == NULL; /* nor the line's end */
}

/*
 * An argument's number, from 1, perhaps with a "+" as strtol() lets through;
 * one that no command can have is as good as any other.
 */
static bool
number_read(const char *text, size_t size, size_t *number)
{
	size_t i = text[0] == '+' ? 1 : 0, digits = 0;

	*number = 0;
	for (; i < size && text[i] >= '0' && text[i] <= '9'; i++) {
		if (*number > (SIZE_MAX - 10) / 10)
			return false;
		*number = *number * 10 + (size_t)(text[i] - '0');
		digits++;
	}
	return i == size && digits > 0 && *number > 0;
}

static const char *
logmask_read(struct rule *rule, struct pool *pool, const char *value)
{
	size_t count = 1, size, *numbers;
	const char *at;

	for (at = value; *at != '\0'; at++)
		count += *at == ',';
	numbers = pool_take(pool, count * sizeof(*numbers));
	if (numbers == NULL)
		return no_memory;
	rule->logmask = numbers;
	rule->logmask_count = count;
	for (at = value; count > 0; count--, at += size + 1) {
		size = strcspn(at, ",");
		if (!number_read(at, size, numbers++))
			return "not a list of arguments' numbers, from 1";
	}
	return NULL;
}

static const char *
stdin_read(struct rule *rule, struct pool *pool, const char *value)
{
	(void)pool;
	if (strcmp(value, "last") == 0)
		rule->stdin_argument = RULE_STDIN_LAST;
	else if (!number_read(value, strlen(value), &rule->stdin_argument))
		return "neither an argument's number, from 1, nor last";
	return NULL;
}

static const char *
text_keep(const char **field, struct pool *pool, const char *value)
{
	*field = pool_copy(pool, value);
	return *field != NULL ? NULL : no_memory;
}

static const char *
help_read(struct rule *rule, struct pool *pool, const char *value)
{
	return text_keep(&rule->help, pool, value);
}

static const char *
summary_read(struct rule *rule, struct pool *pool, const char *value)
{
	return text_keep(&rule->summary, pool, value);
}

static const char *
sudo_read(struct rule *rule, struct pool *pool, const char *value)
{
	return text_keep(&rule->sudo, pool, value);
}

static const struct passwd *
user_find(const char *value)
{
	const struct passwd *entry = getpwnam(value);
	unsigned long number;

	if (entry != NULL || value[strspn(value, DIGITS)] != '\0')
		return entry;
	errno = 0;
	number = strtoul(value, NULL, 10);
	if (errno != 0 || (uid_t)number != number)
		return NULL;
	return getpwuid((uid_t)number);
}

static const char *
user_read(struct rule *rule, struct pool *pool, const char *value)
{
	const struct passwd *entry = user_find(value);

	if (entry == NULL)
		return "not a user of this system";
	rule->uid = entry->pw_uid;
	rule->gid = entry->pw_gid;
	return text_keep(&rule->user, pool, entry->pw_name);
}

static const struct option {
	const char *name;
	const char *(*read)(struct rule *, struct pool *, const char *value);
} options[] = {
    {"help", help_read},
    {"logmask", logmask_read},
    {"stdin", stdin_read},
    {"sudo", sudo_read},
    {"summary", summary_read},
    {"user", user_read},
};

bool
option_read(struct rule *rule, struct pool *pool, char *field, char *reason,
    size_t size)
{
	char *value = strchr(field, '=');
	const char *why = "there is no such option";
	size_t i;

	*value++ = '\0';
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(field, options[i].name) == 0)
			why = options[i].read(rule, pool, value);
	if (why != NULL)
		snprintf(reason, size, "%s=%s: %s", field, value, why);
	return why == NULL;
}
