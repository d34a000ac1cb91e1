/*
 * The lines of a text and their fields.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "config_line.h"

#define DIVIDERS " \t"
#define BLANKS	 " \t\n\v\f\r"

void
lines_init(struct lines *lines, char *text, size_t size)
{
	lines->at = text;
	lines->end = text + size;
	lines->number = 0;
	lines->taken = 0;
}

/* The line at the beginning of what is left, with its newline; 0: no newline.
 */
static size_t
line_size(const struct lines *lines)
{
	size_t left = (size_t)(lines->end - lines->at);
	const char *newline;

	newline = left > 0 ? memchr(lines->at, '\n', left) : NULL;
	return newline != NULL ? (size_t)(newline + 1 - lines->at) : 0;
}

static void
lines_move(struct lines *lines, size_t size)
{
	lines->at += size;
	lines->taken++;
}

static enum line_result
line_end(char *text, size_t size)
{
	text[size] = '\0';
	return strlen(text) == size ? LINE_GIVEN : LINE_NUL;
}

enum line_result
lines_continued(struct lines *lines, char **text)
{
	size_t size = 0, piece;
	bool continued;

	*text = lines->at;
	lines->number = lines->taken + 1;
	if (lines->at == lines->end)
		return LINE_LAST;
	do {
		piece = line_size(lines);
		if (piece == 0)
			return LINE_UNENDED;
		memmove(*text + size, lines->at, piece);
		lines_move(lines, piece);
		size += piece;
		continued = size > 2 && (*text)[size - 2] == '\\';
		if (continued)
			size -= 2;
	} while (continued);
	return line_end(*text, size - 1);
}

enum line_result
lines_plain(struct lines *lines, char **text, size_t *size)
{
	*text = lines->at;
	*size = line_size(lines);
	lines->number = lines->taken + 1;
	if (lines->at == lines->end)
		return LINE_LAST;
	if (*size > 0) {
		lines_move(lines, *size);
		return line_end(*text, *size - 1);
	}
	*size = (size_t)(lines->end - lines->at);
	lines_move(lines, *size);
	return line_end(*text, *size);
}

bool
line_is_empty(const char *line)
{
	line += strspn(line, BLANKS);
	return *line == '\0' || *line == '#';
}

char *
line_strip(char *line)
{
	size_t size;

	line += strspn(line, BLANKS);
	for (size = strlen(line); size > 0; size--)
		if (strchr(BLANKS, line[size - 1]) == NULL)
			break;
	line[size] = '\0';
	return line;
}

char *
line_field(char **line)
{
	char *field = *line + strspn(*line, DIVIDERS);
	char *end = field + strcspn(field, DIVIDERS);

	*line = *end != '\0' ? end + 1 : end;
	*end = '\0';
	return *field != '\0' ? field : NULL;
}

size_t
line_fields(const char *line)
{
	size_t count = 0;

	for (line += strspn(line, DIVIDERS); *line != '\0'; count++) {
		line += strcspn(line, DIVIDERS);
		line += strspn(line, DIVIDERS);
	}
	return count;
}
