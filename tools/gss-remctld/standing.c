/*
 * What the server is in its system.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "descriptors.h"
#include "log.h"
#include "standing.h"

bool
standing_descriptors(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && !descriptor_empty(fd))
			return false;
	return true;
}

bool
standing_background(bool keep_streams)
{
	pid_t pid = fork();
	int fd;

	if (pid == -1)
		return false;
	if (pid > 0)
		_exit(0);
	if (setsid() == -1 || chdir("/") == -1)
		return false;
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO && !keep_streams; fd++)
		if (!descriptor_empty(fd))
			return false;
	return true;
}

bool
standing_pid_write(const char *path)
{
	FILE *file = fopen(path, "w");

	if (file == NULL)
		return false;
	fprintf(file, "%ld\n", (long)getpid());
	return fclose(file) == 0;
}

/* A name that begins with @ is one of Linux's that are in no directory. */
static bool
datagram_send(const char *name, const char *text)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(name), size;
	bool sent;
	int fd;

	if (length >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(address.sun_path, name, length);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	size = offsetof(struct sockaddr_un, sun_path) + length;
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd == -1)
		return false;
	sent = sendto(fd, text, strlen(text), MSG_NOSIGNAL,
		   (struct sockaddr *)&address, (socklen_t)size) != -1;
	close(fd);
	return sent;
}

void
standing_notify(void)
{
	const char *name = getenv("NOTIFY_SOCKET");

	if (name != NULL && name[0] != '\0' && !datagram_send(name, "READY=1"))
		log_warning(
		    "cannot notify systemd of startup: %s", strerror(errno));
}

void
standing_forget(void)
{
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	unsetenv("LISTEN_PID");
	unsetenv("NOTIFY_SOCKET");
}
