/*
 * Descriptors: what a program is not to have, and how many there may be.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "descriptors.h"

static struct rlimit before;
static bool raised;

unsigned long
descriptors_raise(unsigned long wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &before) == -1)
		return wanted;
	limit = before;
	if (limit.rlim_cur < wanted && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur =
		    wanted < limit.rlim_max ? wanted : limit.rlim_max;
		raised = setrlimit(RLIMIT_NOFILE, &limit) == 0;
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return wanted;
	return limit.rlim_cur < wanted ? (unsigned long)limit.rlim_cur : wanted;
}

void
descriptors_restore(void)
{
	if (raised)
		setrlimit(RLIMIT_NOFILE, &before);
}

bool
descriptor_prepare(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags != -1 && fcntl(fd, F_SETFD, FD_CLOEXEC) != -1 &&
	       fcntl(fd, F_SETFL, flags | O_NONBLOCK) != -1;
}

bool
descriptor_empty(int fd)
{
	int null = open("/dev/null", O_RDWR);

	if (null == -1 || null == fd)
		return null == fd;
	if (dup2(null, fd) == -1)
		fd = -1;
	close(null);
	return fd != -1;
}
