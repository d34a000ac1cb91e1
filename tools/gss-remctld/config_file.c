/*
 * Reads the rules of a configuration's files.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "acl.h"
#include "config_file.h"
#include "config_line.h"
#include "config_option.h"
#include "config_source.h"

static const char no_memory[] = "out of memory";

/* One reading of a configuration. */
struct reading {
	struct rules *rules;
	struct source_run run;
	char *error;
	size_t size;
};

/* One file, and the line of it that is being read. */
struct reader {
	struct reading *reading;
	const struct source *source;
	const char *path; /* for the rules */
	size_t line;
};

static bool
complain(const struct reader *reader, const char *reason)
{
	source_complain(reader->reading->error, reader->reading->size,
	    reader->path, reader->line, "%s", reason);
	return false;
}

static bool
complain_of(
    const struct reader *reader, const struct rule *rule, const char *reason)
{
	source_complain(reader->reading->error, reader->reading->size,
	    reader->path, reader->line, "%s %s: %s", rule->command,
	    rule->subcommand, reason);
	return false;
}

static bool
regex_keep(const struct reader *reader, const struct rule *rule,
    struct acl_entry *entry)
{
	regex_t *regex =
	    pool_take(&reader->reading->rules->pool, sizeof(*regex));

	if (regex == NULL)
		return complain_of(reader, rule, no_memory);
	acl_entry_compile(entry, regex);
	return true;
}

static bool
entry_read(const struct reader *reader, const struct rule *rule,
    struct acl_entry *entry, const char *field)
{
	char reason[CONFIG_TEXT_MAX];
	char *text = pool_copy(&reader->reading->rules->pool, field);

	if (text == NULL)
		return complain_of(reader, rule, no_memory);
	acl_entry_read(entry, text, ACL_DEFAULT_FILE);
	if (acl_entry_left_out(entry)) {
		acl_entry_fault(entry, reason, sizeof(reason));
		return complain_of(reader, rule, reason);
	}
	return !acl_entry_has_regex(entry) || regex_keep(reader, rule, entry);
}

/* The rule has its entries from the start, so that what they get is freed. */
static bool
acl_read(const struct reader *reader, struct rule *rule, char *line)
{
	size_t count = line_fields(line), i;
	struct acl_entry *entries;

	entries =
	    pool_take(&reader->reading->rules->pool, count * sizeof(*entries));
	if (entries == NULL)
		return complain_of(reader, rule, no_memory);
	rule->acl = entries;
	rule->acl_count = count;
	for (i = 0; i < count; i++)
		if (!entry_read(reader, rule, &entries[i], line_field(&line)))
			return false;
	return true;
}

static bool
options_read(const struct reader *reader, struct rule *rule, char **line)
{
	char reason[CONFIG_TEXT_MAX];

	for (;;) {
		*line += strspn(*line, " \t");
		if (!option_is_next(*line))
			break;
		if (!option_read(rule, &reader->reading->rules->pool,
			line_field(line), reason, sizeof(reason)))
			return complain_of(reader, rule, reason);
	}
	if (**line == '\0')
		return complain_of(reader, rule, "no ACL");
	return true;
}

static struct rule *
rule_add(const struct reader *reader)
{
	struct gj_buffer *rules = &reader->reading->rules->rules;
	struct rule *rule = (void *)gj_buffer_reserve(rules, sizeof(*rule));

	if (rule == NULL)
		return NULL;
	memset(rule, 0, sizeof(*rule));
	gj_buffer_commit(rules, sizeof(*rule));
	rule->file = reader->path;
	rule->line = reader->line;
	return rule;
}

/* The rule is among the others first, so that all it gets is freed. */
static bool
rule_read(const struct reader *reader, const char *command, char *line)
{
	struct pool *pool = &reader->reading->rules->pool;
	struct rule *rule = rule_add(reader);

	if (rule == NULL)
		return complain(reader, no_memory);
	rule->command = pool_copy(pool, command);
	rule->subcommand = pool_copy(pool, line_field(&line));
	rule->program = pool_copy(pool, line_field(&line));
	if (rule->command == NULL || rule->subcommand == NULL ||
	    rule->program == NULL)
		return complain(reader, no_memory);
	return options_read(reader, rule, &line) &&
	       acl_read(reader, rule, line);
}

static enum source_result file_read(
    void *context, const struct source *source, char *text, size_t size);

static bool
include_read(const struct reader *reader, const char *path)
{
	struct reading *reading = reader->reading;
	enum source_result result;

	result = source_read(
	    &reading->run, path, reader->source, file_read, reading);
	if (result == SOURCE_FAILED)
		complain(reader, reading->run.reason);
	return result == SOURCE_DONE;
}

/* Three fields at most, and not the name of a file to include. */
static bool
complain_of_count(const struct reader *reader, const char *first, size_t count)
{
	static const char *const missing[] = {
	    "", "no subcommand", "no program", "no ACL"};
	char reason[CONFIG_TEXT_MAX];

	snprintf(reason, sizeof(reason), "%s: %s", first, missing[count]);
	return complain(reader, reason);
}

static bool
line_read(const struct reader *reader, char *line)
{
	size_t count = line_fields(line);
	const char *first = line_field(&line);

	if (count > 3)
		return rule_read(reader, first, line);
	if (strcmp(first, "include") != 0)
		return complain_of_count(reader, first, count);
	if (count != 2)
		return complain(reader, "include: one file is wanted");
	return include_read(reader, line_field(&line));
}

static bool
lines_read(struct reader *reader, struct lines *lines)
{
	enum line_result result;
	bool good = true;
	char *line;

	do {
		result = lines_continued(lines, &line);
		reader->line = lines->number;
		if (result == LINE_GIVEN && !line_is_empty(line))
			good = line_read(reader, line);
	} while (good && result == LINE_GIVEN);
	if (result == LINE_UNENDED)
		return complain(reader, "the file ends within this line");
	if (result == LINE_NUL)
		return complain(reader, "a NUL in it");
	return good;
}

static enum source_result
file_read(void *context, const struct source *source, char *text, size_t size)
{
	struct reading *reading = context;
	struct reader reader = {.reading = reading, .source = source};
	struct lines lines;

	lines_init(&lines, text, size);
	reader.path = pool_copy(&reading->rules->pool, source->path);
	if (reader.path == NULL) {
		source_complain(
		    reading->error, reading->size, source->path, 1, no_memory);
		return SOURCE_STOPPED;
	}
	return lines_read(&reader, &lines) ? SOURCE_DONE : SOURCE_STOPPED;
}

bool
rules_read(struct rules *rules, const char *path, char *error, size_t size)
{
	struct reading reading = {.rules = rules, .error = error, .size = size};
	enum source_result result;

	reading.run.depth_max = CONFIG_DEPTH_MAX;
	reading.run.octets_left = CONFIG_OCTETS_MAX;
	result = source_read(&reading.run, path, NULL, file_read, &reading);
	if (result == SOURCE_FAILED)
		snprintf(error, size, "%s", reading.run.reason);
	return result == SOURCE_DONE;
}

const struct rule *
rules_all(const struct rules *rules, size_t *count)
{
	*count = gj_buffer_size(&rules->rules) / sizeof(struct rule);
	return (const void *)gj_buffer_data(&rules->rules);
}

static void
regexes_free(const struct rule *rule)
{
	size_t i;

	for (i = 0; i < rule->acl_count; i++)
		if (rule->acl[i].regex != NULL)
			regfree(rule->acl[i].regex);
}

void
rules_free(struct rules *rules)
{
	size_t count, i;
	const struct rule *all = rules_all(rules, &count);

	for (i = 0; i < count; i++)
		regexes_free(&all[i]);
	gj_buffer_free(&rules->rules);
	pool_free(&rules->pool);
}
