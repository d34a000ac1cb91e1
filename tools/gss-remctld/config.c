/*
 * The server's configuration: which command runs which program, and for whom.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acl.h"
#include "config.h"
#include "config_file.h"
#include "config_source.h"

struct config {
	size_t held;
	struct rules rules;
	size_t count;		   /* of rules */
	const struct rule **index; /* by command and subcommand, then order */
};

/* The words that stand for others. */
static const char all[] = "ALL";
static const char empty[] = "EMPTY";

static int
rule_compare(const void *a, const void *b)
{
	const struct rule *one = *(const struct rule *const *)a;
	const struct rule *other = *(const struct rule *const *)b;
	int order = strcmp(one->command, other->command);

	if (order == 0)
		order = strcmp(one->subcommand, other->subcommand);
	if (order == 0)
		order = one < other ? -1 : 1;
	return order;
}

static bool
index_make(struct config *config)
{
	const struct rule *rules = rules_all(&config->rules, &config->count);
	size_t i;

	if (config->count == 0)
		return true;
	config->index = calloc(config->count, sizeof(*config->index));
	if (config->index == NULL)
		return false;
	for (i = 0; i < config->count; i++)
		config->index[i] = &rules[i];
	qsort(
	    config->index, config->count, sizeof(*config->index), rule_compare);
	return true;
}

struct config *
config_load(const char *path, char *error, size_t size)
{
	struct config *config = calloc(1, sizeof(*config));

	snprintf(error, size, "%s: out of memory", path);
	if (config == NULL)
		return NULL;
	config->held = 1;
	if (!rules_read(&config->rules, path, error, size) ||
	    !index_make(config)) {
		config_release(config);
		return NULL;
	}
	error[0] = '\0';
	return config;
}

struct config *
config_hold(struct config *config)
{
	config->held++;
	return config;
}

void
config_release(struct config *config)
{
	if (config == NULL || --config->held > 0)
		return;
	rules_free(&config->rules);
	free(config->index);
	free(config);
}

const struct rule *
config_rules(const struct config *config, size_t *count)
{
	return rules_all(&config->rules, count);
}

static int
text_compare(const char *text, const struct gssloop_view *view)
{
	size_t size = strlen(text);
	size_t both = size < view->size ? size : view->size;
	int order = both > 0 ? memcmp(text, view->data, both) : 0;

	return order != 0 ? order : (size > view->size) - (size < view->size);
}

/* The first rule with just these words. */
static const struct rule *
rule_find(const struct config *config, const struct gssloop_view *command,
    const struct gssloop_view *subcommand)
{
	size_t low = 0, high = config->count;
	int order = 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct rule *rule = config->index[middle];

		order = text_compare(rule->command, command);
		if (order == 0)
			order = text_compare(rule->subcommand, subcommand);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == config->count ||
	    text_compare(config->index[low]->command, command) != 0 ||
	    text_compare(config->index[low]->subcommand, subcommand) != 0)
		return NULL;
	return config->index[low];
}

/* Which of two rules, or none, comes first in the files. */
static const struct rule *
earlier(const struct rule *one, const struct rule *other)
{
	if (one == NULL || (other != NULL && other < one))
		return other;
	return one;
}

static struct gssloop_view
word(const char *text)
{
	return (struct gssloop_view){(const uint8_t *)text, strlen(text)};
}

/*
 * A rule matches in four ways at most: its words are the command's, or ALL.  A
 * subcommand that is named EMPTY is not one that is missing.
 */
const struct rule *
config_match(const struct config *config, const struct gssloop_view *arguments,
    size_t count)
{
	const struct gssloop_view any = word(all), none = word(empty);
	const struct gssloop_view *subcommand = &none;
	const struct rule *rule;

	if (count == 0)
		return NULL;
	rule = earlier(rule_find(config, &arguments[0], &any),
	    rule_find(config, &any, &any));
	if (count > 1 && text_compare(empty, &arguments[1]) == 0)
		return rule;
	if (count > 1)
		subcommand = &arguments[1];
	rule = earlier(rule, rule_find(config, &arguments[0], subcommand));
	return earlier(rule, rule_find(config, &any, subcommand));
}

bool
rule_masks(const struct rule *rule, size_t argument)
{
	size_t i;

	for (i = 0; i < rule->logmask_count; i++)
		if (rule->logmask[i] == argument)
			return true;
	return false;
}

/* *at counts the entries of all rules; there are not so many rules. */
bool
config_warning(const struct config *config, size_t *at, char *text, size_t size)
{
	const struct rule *rules;
	size_t count, i, entry, passed = 0;
	char reason[CONFIG_TEXT_MAX];

	rules = config_rules(config, &count);
	for (i = 0; i < count; passed += rules[i++].acl_count)
		for (entry = 0; entry < rules[i].acl_count; entry++) {
			if (passed + entry < *at ||
			    !acl_entry_fault(
				&rules[i].acl[entry], reason, sizeof(reason)))
				continue;
			*at = passed + entry + 1;
			source_complain(text, size, rules[i].file,
			    rules[i].line, "%s %s: %s", rules[i].command,
			    rules[i].subcommand, reason);
			return true;
		}
	return false;
}
