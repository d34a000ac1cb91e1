/*
 * The lines of a text and their fields.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Lines and fields are ended by NUL where they stand: the text is used up.
 */
#ifndef GSS_REMCTLD_CONFIG_LINE_H
#define GSS_REMCTLD_CONFIG_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* What is left of a text; number is of the line that was given last. */
struct lines {
	char *at;
	char *end;
	size_t number;
	size_t taken; /* lines so far */
};

enum line_result {
	LINE_GIVEN,
	LINE_LAST,    /* there is no more */
	LINE_UNENDED, /* what is left has no newline, or goes on nowhere */
	LINE_NUL      /* there is a NUL in it */
};

/* There has to be room for one octet behind the text. */
void lines_init(struct lines *lines, char *text, size_t size);

/*
 * The next line of a configuration, with those that it is continued on by a
 * backslash at its end; comments and blank lines too are continued.  As in
 * remctld, a backslash alone on the first line is none; and one that stood
 * before the last counts when the next line is empty.
 */
enum line_result lines_continued(struct lines *lines, char **text);

/*
 * The next line of an ACL file, the last of which may have no newline, and its
 * size with the newline.
 */
enum line_result lines_plain(struct lines *lines, char **text, size_t *size);

/* Whether there is nothing to read in it: it is blank or a comment. */
bool line_is_empty(const char *line);

/* The line without the white space around it. */
char *line_strip(char *line);

/* Space and tab divide fields: the next one, or NULL; and how many there are.
 */
char *line_field(char **line);
size_t line_fields(const char *line);

#endif
