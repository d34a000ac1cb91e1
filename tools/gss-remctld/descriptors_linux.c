/*
 * Linux: for closing, a call of the kernel since 5.9, and before that a
 * directory; pipes have the size that one asks for.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define _GNU_SOURCE /* for syscall and F_SETPIPE_SZ */

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "descriptors.h"

/* The same number everywhere but on Alpha, where it is none. */
#define CLOSE_RANGE 436

/* What the kernel says of a directory's entry. */
struct entry {
	uint64_t inode;
	int64_t offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

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
entries_close(const uint8_t *entries, size_t size, int least, int directory)
{
	const struct entry *entry;
	size_t at;
	int fd;

	for (at = 0; at < size; at += entry->size) {
		entry = (const struct entry *)(const void *)(entries + at);
		fd = atoi(entry->name); /* 0 for "." and ".." */
		if (fd >= least && fd != directory)
			close(fd);
	}
}

/* readdir() would take memory, which a child of vfork has not. */
static void
listed_close(int least)
{
	_Alignas(struct entry) uint8_t entries[4096];
	int directory = open("/proc/self/fd", O_RDONLY | O_DIRECTORY);
	long size;

	if (directory == -1) {
		numbers_close(least);
		return;
	}
	while ((size = syscall(
		    SYS_getdents64, directory, entries, sizeof(entries))) > 0)
		entries_close(entries, (size_t)size, least, directory);
	close(directory);
}

void
descriptors_close(int least)
{
	if (syscall(CLOSE_RANGE, (unsigned int)least, ~0U, 0U) != 0)
		listed_close(least);
}

/* An unprivileged server may have 64 MiB in pipes, and is refused more. */
void
descriptor_widen(int pipe, int size)
{
	fcntl(pipe, F_SETPIPE_SZ, size);
}
