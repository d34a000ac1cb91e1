/*
 * The files that a configuration or an ACL is read from, and what they
 * include.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "config_directory.h"
#include "config_source.h"

/* There is always room for so many more, for the end to be seen, too. */
#define PIECE 512

void
source_complain(char *error, size_t size, const char *file, size_t line,
    const char *format, ...)
{
	va_list arguments;
	int used;

	used = snprintf(error, size, "%s:%zu: ", file, line);
	if (used < 0 || (size_t)used >= size)
		return;
	va_start(arguments, format);
	vsnprintf(error + used, size - (size_t)used, format, arguments);
	va_end(arguments);
}

static enum source_result
fail(struct source_run *run, const char *path, const char *reason)
{
	snprintf(run->reason, sizeof(run->reason), "%s: %s", path, reason);
	return SOURCE_FAILED;
}

/* Once, and all that there is room for; 0 with no reason: the end. */
static size_t
piece_read(int descriptor, struct gj_buffer *text, const char **reason)
{
	uint8_t *room = gj_buffer_reserve(text, PIECE);
	ssize_t count;

	*reason = NULL;
	if (room == NULL) {
		*reason = strerror(ENOMEM);
		return 0;
	}
	do
		count = read(descriptor, room, text->room - text->end);
	while (count < 0 && errno == EINTR);
	if (count < 0) {
		*reason = strerror(errno);
		return 0;
	}
	gj_buffer_commit(text, (size_t)count);
	return (size_t)count;
}

/* A file counts for something even if it is empty. */
static bool
octets_take(struct source_run *run, size_t count)
{
	if (count > run->octets_left)
		return false;
	run->octets_left -= count;
	return true;
}

/* All of it, and a NUL behind; what is wrong, or NULL. */
static const char *
text_read(struct source_run *run, int descriptor, struct gj_buffer *text)
{
	const char *reason = NULL;
	uint8_t *end;
	size_t count;

	for (count = SOURCE_COST; count > 0;
	     count = piece_read(descriptor, text, &reason))
		if (!octets_take(run, count))
			return "too large, with all that was read before";
	if (reason != NULL)
		return reason;
	end = gj_buffer_reserve(text, 1);
	if (end == NULL)
		return strerror(ENOMEM);
	*end = '\0';
	return NULL;
}

/* Most files are read at once, and the buffer does not grow. */
static bool
room_make(const struct source_run *run, off_t size, struct gj_buffer *text)
{
	if (size <= 0 || (uintmax_t)size > run->octets_left)
		return true;
	return gj_buffer_reserve(text, (size_t)size + PIECE) != NULL;
}

static enum source_result
file_read(struct source_run *run, int descriptor, off_t expected,
    const struct source *source, source_reader *reader, void *context)
{
	struct gj_buffer text = {0};
	enum source_result result;
	const char *reason;

	if (room_make(run, expected, &text))
		reason = text_read(run, descriptor, &text);
	else
		reason = strerror(ENOMEM);
	if (reason != NULL)
		result = fail(run, source->path, reason);
	else
		result = reader(context, source, (char *)text.memory,
		    gj_buffer_size(&text));
	gj_buffer_free(&text);
	return result;
}

/* Why a file that was opened is not to be read; NULL: it is. */
static const char *
refusal(const struct source_run *run, const struct source *source, mode_t mode)
{
	const struct source *above;

	if (!S_ISREG(mode) && !S_ISCHR(mode))
		return "not a regular file";
	for (above = source->parent; above != NULL; above = above->parent)
		if (above->device == source->device &&
		    above->inode == source->inode)
			return "recursively included";
	return source->depth > run->depth_max ? "included too deeply" : NULL;
}

static enum source_result
directory_read(struct source_run *run, const char *path,
    const struct source *parent, source_reader *reader, void *context)
{
	enum source_result result = SOURCE_DONE;
	struct directory directory;
	struct stat status;
	size_t i;

	if (!directory_list(&directory, path))
		return fail(run, path, strerror(errno));
	for (i = 0; i < directory.count && result == SOURCE_DONE; i++) {
		const char *member = directory.paths[i];

		if (stat(member, &status) != 0)
			result = fail(run, member, strerror(errno));
		else if (!S_ISDIR(status.st_mode))
			result =
			    source_read(run, member, parent, reader, context);
	}
	directory_free(&directory);
	return result;
}

enum source_result
source_read(struct source_run *run, const char *path,
    const struct source *parent, source_reader *reader, void *context)
{
	struct source source = {.path = path, .parent = parent};
	enum source_result result;
	struct stat status;
	const char *reason;
	int descriptor;

	descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (descriptor < 0)
		return fail(run, path, strerror(errno));
	if (fstat(descriptor, &status) != 0)
		memset(&status, 0, sizeof(status));
	source.device = status.st_dev;
	source.inode = status.st_ino;
	source.depth = parent != NULL ? parent->depth + 1 : 0;
	reason = refusal(run, &source, status.st_mode);
	if (S_ISDIR(status.st_mode))
		result = directory_read(run, path, parent, reader, context);
	else if (reason != NULL)
		result = fail(run, path, reason);
	else
		result = file_read(
		    run, descriptor, status.st_size, &source, reader, context);
	close(descriptor);
	return result;
}
