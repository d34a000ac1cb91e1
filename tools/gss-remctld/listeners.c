/*
 * The sockets that clients come to.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "descriptors.h"
#include "listeners.h"
#include "log.h"

/* The first descriptor that systemd passes on. */
#define INHERITED_FIRST 3

static bool
socket_bind(int fd, const struct addrinfo *address)
{
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address->ai_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == -1)
		return false;
	return bind(fd, address->ai_addr, address->ai_addrlen) == 0 &&
	       listen(fd, SOMAXCONN) == 0 && descriptor_prepare(fd);
}

static void
bind_complain(const struct addrinfo *address)
{
	char host[64], port[16];
	const char *why = strerror(errno);

	if (getnameinfo(address->ai_addr, address->ai_addrlen, host,
		sizeof(host), port, sizeof(port),
		NI_NUMERICHOST | NI_NUMERICSERV) == 0)
		log_warning(
		    "cannot bind socket for %s, port %s: %s", host, port, why);
}

static void
address_listen(struct listeners *listeners, const struct addrinfo *address)
{
	int fd;

	if (listeners->count == LISTENERS_MAX)
		return;
	fd = socket(address->ai_family, SOCK_STREAM, 0);
	if (fd != -1 && socket_bind(fd, address)) {
		listeners->fds[listeners->count++] = fd;
		return;
	}
	/* A host without one of the families is no mistake. */
	if (fd != -1 || errno != EAFNOSUPPORT)
		bind_complain(address);
	if (fd != -1)
		close(fd);
}

/* All addresses that a name stands for; NULL is every one of the host. */
static void
name_listen(
    struct listeners *listeners, const char *name, unsigned short number)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list, *address;
	char port[16];
	int error;

	snprintf(port, sizeof(port), "%u", number);
	hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
	error = getaddrinfo(name, port, &hints, &list);
	if (error != 0) {
		log_warning("invalid bind address %s: %s",
		    name != NULL ? name : "", gai_strerror(error));
		return;
	}
	for (address = list; address != NULL; address = address->ai_next)
		address_listen(listeners, address);
	freeaddrinfo(list);
}

bool
listeners_open(struct listeners *listeners, const char *const *addresses,
    size_t count, unsigned short port)
{
	size_t i;

	memset(listeners, 0, sizeof(*listeners));
	for (i = 0; i < count; i++)
		name_listen(listeners, addresses[i], port);
	if (count == 0)
		name_listen(listeners, NULL, port);
	if (listeners->count == 0)
		log_fatal("cannot bind any sockets");
	return listeners->count > 0;
}

bool
listeners_inherit(struct listeners *listeners)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	long count;
	int fd;

	memset(listeners, 0, sizeof(*listeners));
	if (pid == NULL || fds == NULL || atol(pid) != (long)getpid())
		return false;
	count = atol(fds);
	for (fd = INHERITED_FIRST;
	     fd < INHERITED_FIRST + count && listeners->count < LISTENERS_MAX;
	     fd++)
		if (descriptor_prepare(fd))
			listeners->fds[listeners->count++] = fd;
	return listeners->count > 0;
}

void
listeners_close(struct listeners *listeners)
{
	size_t i;

	for (i = 0; i < listeners->count; i++)
		close(listeners->fds[i]);
	listeners->count = 0;
}
