/*
 * Linux: a call of the kernel since 5.9, and before that a directory.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define _DEFAULT_SOURCE /* for syscall and dirfd */

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "descriptors.h"

/* The same number everywhere but on Alpha, where it is none. */
#define CLOSE_RANGE 436

/* The last resort: every number that there may be. */
static void
numbers_close(int least)
{
	long most = sysconf(_SC_OPEN_MAX);
	int fd;

	for (fd = least; fd < most; fd++)
		close(fd);
}

static void
listed_close(int least)
{
	DIR *directory = opendir("/proc/self/fd");
	struct dirent *entry;
	int fd;

	if (directory == NULL) {
		numbers_close(least);
		return;
	}
	while ((entry = readdir(directory)) != NULL) {
		fd = atoi(entry->d_name); /* 0 for "." and ".." */
		if (fd >= least && fd != dirfd(directory))
			close(fd);
	}
	closedir(directory);
}

void
descriptors_close(int least)
{
	if (syscall(CLOSE_RANGE, (unsigned int)least, ~0U, 0U) != 0)
		listed_close(least);
}
