/*
 * The command's output, on our own standard output and standard error.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "complaint.h"
#include "output.h"

bool
output_guard(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
	int fd;

	for (fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) == -1 &&
		    open("/dev/null", modes[fd]) != fd)
			return false;
	return true;
}

/* 0, or errno's value. */
static int
all_write(int fd, const uint8_t *data, size_t size)
{
	struct pollfd wait = {fd, POLLOUT, 0};
	ssize_t written;

	while (size > 0) {
		written = write(fd, data, size);
		if (written >= 0) {
			data += written;
			size -= (size_t)written;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			/* Somebody else made it so; it is shared. */
			poll(&wait, 1, -1);
		} else if (errno != EINTR) {
			return errno;
		}
	}
	return 0;
}

void
output_write(struct output *output, enum gj_remctl_stream stream,
    const struct gssloop_view *octets)
{
	bool is_stderr = stream == GJ_REMCTL_STDERR;
	int error;

	if (output->stream_failed[is_stderr])
		return;
	error = all_write(is_stderr ? STDERR_FILENO : STDOUT_FILENO,
	    octets->data, octets->size);
	if (error == 0)
		return;
	complain("local write of command output failed: %s", strerror(error));
	output->failed = true;
	output->stream_failed[is_stderr] = true;
	/* A local command would be ended by a signal here. */
	if (error == EPIPE && !is_stderr)
		output->over = true;
}
