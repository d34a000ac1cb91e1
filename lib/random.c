/*
 * Octets that nobody can foretell.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * From the device, which every system here has, rather than from a call: the
 * calls have another name on each, and a device that is missing is an error
 * that can be told.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "random.h"

int
gj_random(void *octets, size_t size)
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC), error = 0;
	ssize_t got;

	if (fd == -1)
		return errno;
	do
		got = read(fd, octets, size);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		error = errno;
	else if ((size_t)got != size)
		error = EIO;
	close(fd);
	return error;
}
