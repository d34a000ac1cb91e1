/*
 * The files of a directory that is included.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_directory.h"

static bool
name_taken(const char *name)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	return name[strspn(name, good)] == '\0';
}

static bool
room_make(struct directory *directory)
{
	size_t room = directory->room > 0 ? directory->room * 2 : 16;
	char **paths;

	if (directory->count < directory->room)
		return true;
	paths = calloc(room, sizeof(*paths));
	if (paths == NULL)
		return false;
	if (directory->count > 0)
		memcpy(
		    paths, directory->paths, directory->count * sizeof(*paths));
	free(directory->paths);
	directory->paths = paths;
	directory->room = room;
	return true;
}

static bool
path_add(struct directory *directory, const char *path, const char *name)
{
	size_t size = strlen(path) + strlen(name) + sizeof("/");
	char *joined;

	if (!room_make(directory))
		return false;
	joined = malloc(size);
	if (joined == NULL)
		return false;
	snprintf(joined, size, "%s/%s", path, name);
	directory->paths[directory->count++] = joined;
	return true;
}

static bool
paths_add(struct directory *directory, const char *path, DIR *stream)
{
	const struct dirent *entry;

	for (;;) {
		errno = 0;
		entry = readdir(stream);
		if (entry == NULL)
			return errno == 0;
		if (name_taken(entry->d_name) &&
		    !path_add(directory, path, entry->d_name))
			return false;
	}
}

static int
path_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool
directory_list(struct directory *directory, const char *path)
{
	DIR *stream = opendir(path);
	int error;

	memset(directory, 0, sizeof(*directory));
	if (stream == NULL)
		return false;
	if (!paths_add(directory, path, stream)) {
		error = errno;
		directory_free(directory);
		closedir(stream);
		errno = error;
		return false;
	}
	closedir(stream);
	if (directory->count > 0)
		qsort(directory->paths, directory->count,
		    sizeof(*directory->paths), path_compare);
	return true;
}

void
directory_free(struct directory *directory)
{
	size_t i;

	for (i = 0; i < directory->count; i++)
		free(directory->paths[i]);
	free(directory->paths);
	memset(directory, 0, sizeof(*directory));
}
