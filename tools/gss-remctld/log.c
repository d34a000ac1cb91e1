/*
 * What the server tells its operator.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "log.h"

static struct log_params where;

/* Lines longer than this are rare, and made in memory of their own. */
#define LINE_USUAL 1024

void
log_open(const struct log_params *params)
{
	where = *params;
	if (!where.standard)
		openlog("gss-remctld", LOG_PID, LOG_DAEMON);
}

void
log_quiet(void)
{
	where.aloud = false;
}

void
log_leave(void)
{
	closelog();
}

bool
log_debugs(void)
{
	return where.debug;
}

static void
line_clean(char *line)
{
	unsigned char octet;

	for (; *line != '\0'; line++) {
		octet = (unsigned char)*line;
		if ((octet < 32 && octet != '\t') || octet > 126)
			*line = '.';
	}
}

/* Both streams may be files: no line is to wait in a buffer. */
static void
line_show(FILE *file, const char *line)
{
	fprintf(file, "gss-remctld: %s\n", line);
	fflush(file);
}

static void
line_write(int priority, char *line)
{
	bool problem = priority == LOG_WARNING || priority == LOG_ERR;

	line_clean(line);
	if (where.standard)
		line_show(problem ? stderr : stdout, line);
	else
		syslog(priority, "%s", line);
	if (!where.standard && where.aloud && priority == LOG_ERR)
		line_show(stderr, line);
}

/* The line in memory of its own, or NULL. */
static char *__attribute__((format(printf, 1, 0)))
line_long(const char *format, va_list arguments, size_t size)
{
	static const char cut[] = " [cut]";
	char *line;

	if (size > LOG_LINE_MAX)
		size = LOG_LINE_MAX;
	line = malloc(size + sizeof(cut));
	if (line == NULL)
		return NULL;
	if (vsnprintf(line, size + 1, format, arguments) > LOG_LINE_MAX)
		memcpy(line + size, cut, sizeof(cut));
	return line;
}

static void __attribute__((format(printf, 2, 0)))
log_write(int priority, const char *format, va_list arguments)
{
	char usual[LINE_USUAL], *line = NULL;
	va_list again;
	int size;

	va_copy(again, arguments);
	size = vsnprintf(usual, sizeof(usual), format, arguments);
	if (size >= LINE_USUAL)
		line = line_long(format, again, (size_t)size);
	va_end(again);
	line_write(priority, line != NULL ? line : usual);
	free(line);
}

void
log_debug(const char *format, ...)
{
	va_list arguments;

	if (!where.debug)
		return;
	va_start(arguments, format);
	log_write(LOG_DEBUG, format, arguments);
	va_end(arguments);
}

void
log_notice(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_write(LOG_INFO, format, arguments);
	va_end(arguments);
}

void
log_warning(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_write(LOG_WARNING, format, arguments);
	va_end(arguments);
}

void
log_fatal(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_write(LOG_ERR, format, arguments);
	va_end(arguments);
}
