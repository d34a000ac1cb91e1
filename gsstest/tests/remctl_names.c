/*
 * remctl_names: a name service that says what a test wants, for a server that
 * is run with this library preloaded.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * In the directory REMCTL_NAMES there may be
 *	name	the name of every address; without it none has one
 *	wait	the FIFO that the first lookup reads to its end, before it
 *		is answered
 * and there comes to be
 *	asked	a line for each lookup
 *	closed	a line for each descriptor that the process with the number
 *		REMCTL_SERVER has closed, though it had none
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int closing(int);
typedef int lookup(const struct sockaddr *, socklen_t, char *, socklen_t,
    char *, socklen_t, int);

static int
file_open(const char *name, int flags)
{
	const char *directory = getenv("REMCTL_NAMES");
	char path[1024];

	if (directory == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return open(path, flags | O_CLOEXEC, 0600);
}

static void
line_add(const char *name, const char *line)
{
	int file = file_open(name, O_WRONLY | O_CREAT | O_APPEND);

	if (file == -1 ||
	    write(file, line, strlen(line)) != (ssize_t)strlen(line))
		_exit(1);
	close(file);
}

int
close(int fd)
{
	const char *server = getenv("REMCTL_SERVER");
	closing *next;
	void *found = dlsym(RTLD_NEXT, "close");
	int result;

	memcpy(&next, &found, sizeof(next));
	result = next(fd);
	if (result == -1 && server != NULL && atol(server) == (long)getpid()) {
		line_add("closed", "closed\n");
		errno = EBADF;
	}
	return result;
}

/* Only one opens a file that was not there. */
static void
first_wait(void)
{
	int first = file_open("first", O_WRONLY | O_CREAT | O_EXCL), wait;
	char octet;

	if (first == -1)
		return;
	close(first);
	wait = file_open("wait", O_RDONLY);
	if (wait == -1)
		return;
	while (read(wait, &octet, 1) > 0)
		;
	close(wait);
}

static int
name_read(char *host, socklen_t size)
{
	int file = file_open("name", O_RDONLY);
	ssize_t got;

	if (file == -1)
		return EAI_NONAME;
	got = read(file, host, size - 1);
	close(file);
	if (got <= 0)
		return EAI_NONAME;
	host[got] = '\0';
	return 0;
}

int
getnameinfo(const struct sockaddr *address, socklen_t address_size, char *host,
    socklen_t host_size, char *service, socklen_t service_size, int flags)
{
	lookup *next;
	void *found;

	if ((flags & NI_NAMEREQD) == 0) {
		found = dlsym(RTLD_NEXT, "getnameinfo");
		memcpy(&next, &found, sizeof(next));
		return next(address, address_size, host, host_size, service,
		    service_size, flags);
	}
	line_add("asked", "asked\n");
	first_wait();
	return name_read(host, host_size);
}
