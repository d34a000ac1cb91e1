/*
 * The connection to the server.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compat.h"
#include "complaint.h"
#include "connection.h"
#include "deadline.h"

/* The addresses of a host, each with the port; NULL when the reason was told.
 */
static struct addrinfo *
host_resolve(const struct options *options)
{
	struct addrinfo hints, *list = NULL;
	int status;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	if (options->principal == NULL)
		hints.ai_flags = AI_CANONNAME;
	status = getaddrinfo(options->host, NULL, &hints, &list);
	if (status == 0)
		return list;
	complain("cannot resolve host %s: %s", options->host,
	    status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status));
	return NULL;
}

/* The address to connect from: a number, no name. */
static bool
source_resolve(const struct options *options, struct addrinfo **source)
{
	struct addrinfo hints;
	int status;

	*source = NULL;
	if (options->source == NULL)
		return true;
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_NUMERICHOST;
	status = getaddrinfo(options->source, NULL, &hints, source);
	if (status != 0)
		complain("invalid source address %s: %s", options->source,
		    gai_strerror(status));
	return status == 0;
}

static void
port_set(struct addrinfo *address, unsigned int port)
{
	struct sockaddr_in *four = (void *)address->ai_addr;
	struct sockaddr_in6 *six = (void *)address->ai_addr;

	if (address->ai_family == AF_INET)
		four->sin_port = htons((uint16_t)port);
	else if (address->ai_family == AF_INET6)
		six->sin6_port = htons((uint16_t)port);
}

/* What became of a connection that is under way: 0 or errno's value. */
static int
connected_await(int fd, uint64_t deadline)
{
	struct pollfd wait = {fd, POLLOUT, 0};
	socklen_t size = sizeof(int);
	int error = 0, ready;

	do
		ready = poll(&wait, 1,
		    deadline == GSSLOOP_NO_DEADLINE ? -1
						    : gj_left_ms(deadline));
	while (ready == -1 && errno == EINTR);
	if (ready == 0)
		return ETIMEDOUT;
	if (ready == -1 ||
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
		return errno;
	return error;
}

static int
connect_begin(
    int fd, const struct addrinfo *address, const struct addrinfo *source)
{
	if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return errno;
	if (source != NULL &&
	    bind(fd, source->ai_addr, source->ai_addrlen) == -1)
		return errno;
	if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
		return 0;
	return errno == EINTR ? EINPROGRESS : errno;
}

/* 0 with the socket, or errno's value. */
static int
address_connect(const struct options *options, const struct addrinfo *address,
    const struct addrinfo *source, int *fd)
{
	uint64_t deadline =
	    options->timeout == 0
		? GSSLOOP_NO_DEADLINE
		: gj_deadline((uint64_t)options->timeout * 1000);
	int error;

	*fd = socket(
	    address->ai_family, address->ai_socktype, address->ai_protocol);
	if (*fd == -1)
		return errno;
	error = connect_begin(*fd, address, source);
	if (error == EINPROGRESS)
		error = connected_await(*fd, deadline);
	if (error != 0) {
		close(*fd);
		*fd = -1;
	}
	return error;
}

/* The first address that answers: its socket, or -1 and the latest error. */
static int
list_connect(const struct options *options, struct addrinfo *list,
    const struct addrinfo *source, unsigned int port, int *error)
{
	struct addrinfo *address;
	int fd = -1;

	*error = EAFNOSUPPORT;
	for (address = list; address != NULL; address = address->ai_next) {
		if (source != NULL && source->ai_family != address->ai_family)
			continue;
		port_set(address, port);
		*error = address_connect(options, address, source, &fd);
		if (*error == 0)
			return fd;
		remark("connecting to %s (port %u): %s", options->host, port,
		    strerror(*error));
	}
	return -1;
}

/* The error that is told is that of the registered port. */
static int
ports_connect(const struct options *options, struct addrinfo *list,
    const struct addrinfo *source)
{
	unsigned int port = options->port > 0 ? options->port : PORT_DEFAULT;
	int error, ignored, fd;

	fd = list_connect(options, list, source, port, &error);
	if (fd == -1 && options->port == 0)
		fd = list_connect(options, list, source, PORT_LEGACY, &ignored);
	if (fd == -1)
		complain("cannot connect to %s (port %u): %s", options->host,
		    port, strerror(error));
	return fd;
}

int
connection_make(const struct options *options, char *canonical)
{
	struct addrinfo *list, *source;
	int fd = -1;

	list = host_resolve(options);
	if (list == NULL)
		return -1;
	strlcpy(canonical,
	    list->ai_canonname != NULL ? list->ai_canonname : options->host,
	    HOST_ROOM);
	if (source_resolve(options, &source))
		fd = ports_connect(options, list, source);
	if (source != NULL)
		freeaddrinfo(source);
	freeaddrinfo(list);
	return fd;
}
