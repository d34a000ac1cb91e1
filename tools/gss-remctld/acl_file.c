/*
 * The ACL scheme file: an entry a line, read when a user is checked.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "acl_scheme.h"
#include "config_line.h"

/* Before an entry; what names no scheme then is a file. */
static const char include[] = "include ";

static enum acl_result
line_check(struct acl_evaluation *evaluation, char *line)
{
	enum acl_default otherwise = ACL_DEFAULT_PRINC;
	struct acl_entry entry;

	line = line_strip(line);
	if (line_is_empty(line))
		return ACL_NO_MATCH;
	if (strncmp(line, include, strlen(include)) == 0) {
		line = line_strip(line + strlen(include));
		otherwise = ACL_DEFAULT_FILE;
	}
	if (line_fields(line) > 1)
		return acl_fail(evaluation, "more than one entry");
	acl_entry_read(&entry, line, otherwise);
	return acl_entry_check(evaluation, &entry);
}

static enum acl_result
lines_check(struct acl_evaluation *evaluation, struct lines *lines)
{
	enum acl_result result = ACL_NO_MATCH;
	enum line_result given;
	size_t size;
	char *line;

	do {
		given = lines_plain(lines, &line, &size);
		evaluation->line = lines->number;
		if (given == LINE_NUL)
			return acl_fail(evaluation, "a NUL in it");
		if (given == LINE_GIVEN && size > ACL_LINE_MAX)
			return acl_fail(evaluation, "line too long");
		if (given == LINE_GIVEN)
			result = line_check(evaluation, line);
	} while (given == LINE_GIVEN && result == ACL_NO_MATCH);
	return result;
}

static enum source_result
file_check(void *context, const struct source *source, char *text, size_t size)
{
	struct acl_evaluation *outer = context, inner = *outer;
	struct lines lines;

	inner.source = source;
	inner.file = source->path;
	lines_init(&lines, text, size);
	outer->result = lines_check(&inner, &lines);
	return outer->result == ACL_NO_MATCH ? SOURCE_DONE : SOURCE_STOPPED;
}

enum acl_result
acl_file_check(struct acl_evaluation *evaluation, const struct acl_entry *entry)
{
	enum source_result result;

	evaluation->result = ACL_NO_MATCH;
	result = source_read(evaluation->run, entry->data, evaluation->source,
	    file_check, evaluation);
	if (result == SOURCE_FAILED)
		return acl_fail(evaluation, evaluation->run->reason);
	return evaluation->result;
}
