/*
 * The file that -T names.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "compat.h"
#include "hex.h"
#include "options.h"
#include "trace.h"

/* Role, direction, two numbers, spaces and the newline. */
#define LINE_HEAD 80

int
trace_open(struct trace *trace, const char *file)
{
	trace->fd = -1;
	if (file == NULL)
		return EXIT_WORKED;
	if (strcmp(file, "-") == 0)
		trace->fd = dup(STDERR_FILENO);
	else
		trace->fd = open(file, O_WRONLY | O_APPEND | O_CREAT, 0600);
	if (trace->fd != -1)
		return EXIT_WORKED;
	fprintf(stderr, "gsstest: -T %s: %s\n", file, strerror(errno));
	return EXIT_FAILED;
}

void
trace_close(struct trace *trace)
{
	if (trace->fd != -1)
		close(trace->fd);
	trace->fd = -1;
}

static int
write_all(int fd, const char *line, size_t size)
{
	ssize_t wrote;

	while (size > 0) {
		wrote = write(fd, line, size);
		if (wrote == -1 && errno == EINTR)
			continue;
		if (wrote == -1)
			return -1;
		line += wrote;
		size -= (size_t)wrote;
	}
	return 0;
}

static void
failed(struct trace *trace, int error)
{
	if (trace->failed == 0)
		fprintf(stderr, "gsstest: -T: %s\n", strerror(error));
	trace->failed = 1;
}

void
trace_token(struct trace *trace, const char *role, unsigned int negotiation,
    const char *direction, unsigned int number, const void *token, size_t size)
{
	char *line;
	size_t used;

	if (trace->fd == -1)
		return;
	line = malloc(LINE_HEAD + GJ_HEX_ROOM(size));
	if (line == NULL) {
		failed(trace, ENOMEM);
		return;
	}
	used = (size_t)snprintf(line, LINE_HEAD, "%s %u %s %u %zu ", role,
	    negotiation, direction, number, size);
	gj_hex_text(token, size, line + used);
	used += 2 * size;
	line[used++] = '\n';
	if (write_all(trace->fd, line, used) == -1)
		failed(trace, errno);
	free(line);
}
