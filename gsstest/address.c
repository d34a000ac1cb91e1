/*
 * HOST:PORT, or the path of a local socket: connecting and listening.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "address.h"
#include "compat.h"

/* As many as wait while a thousand connections come at once. */
#define BACKLOG 1024

/* A service's name, or a number that is a port: some C libraries wrap it. */
static bool
port_is_one(const char *port)
{
	char *end;
	unsigned long number = strtoul(port, &end, 10);

	return *end != '\0' || number <= 65535;
}

static bool
port_is_zero(const char *port)
{
	return port[strspn(port, "0")] == '\0';
}

static bool
split(const char *text, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(text, ':');
	size_t length;

	if (colon == NULL || colon[1] == '\0')
		return false;
	length = (size_t)(colon - text);
	if (length >= 2 && text[0] == '[' && colon[-1] == ']') {
		text++;
		length -= 2;
	} else if (memchr(text, ':', length) != NULL) {
		return false;
	}
	if (length == 0 || length >= size || !port_is_one(colon + 1))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	*port = colon + 1;
	return true;
}

static bool
is_local(const char *text)
{
	return text[0] == '/';
}

bool
address_is_one(const char *text)
{
	const char *port;
	char host[256];

	return is_local(text) || split(text, host, sizeof(host), &port);
}

/* The one address of a local socket, in one piece of memory. */
static struct addrinfo *
local_resolve(const char *path, char *error)
{
	struct local {
		struct addrinfo info;
		struct sockaddr_un address;
	} * local;

	if (strlen(path) >= sizeof(local->address.sun_path)) {
		snprintf(error, ADDRESS_ERROR,
		    "%.100s...: too long for a local socket", path);
		return NULL;
	}
	local = calloc(1, sizeof(*local));
	if (local == NULL) {
		snprintf(error, ADDRESS_ERROR, "%s: not enough memory", path);
		return NULL;
	}
	local->address.sun_family = AF_UNIX;
	strlcpy(local->address.sun_path, path, sizeof(local->address.sun_path));
	local->info.ai_family = AF_UNIX;
	local->info.ai_socktype = SOCK_STREAM;
	local->info.ai_addr = (struct sockaddr *)&local->address;
	local->info.ai_addrlen = sizeof(local->address);
	return &local->info;
}

void
address_free(struct addrinfo *list)
{
	if (list == NULL)
		return;
	if (list->ai_family == AF_UNIX)
		free(list); /* local_resolve's, where it is the first */
	else
		freeaddrinfo(list);
}

static struct addrinfo *
resolve(const char *text, int type, int flags, char *error)
{
	struct addrinfo hints, *list = NULL;
	const char *port;
	char host[256];
	int status;

	if (is_local(text) && type == SOCK_STREAM)
		return local_resolve(text, error);
	if (!split(text, host, sizeof(host), &port)) {
		snprintf(error, ADDRESS_ERROR, "%s: not HOST:PORT", text);
		return NULL;
	}
	/* UDP would "connect", and wait. */
	if ((flags & AI_PASSIVE) == 0 && port_is_zero(port)) {
		snprintf(error, ADDRESS_ERROR,
		    "%s: nobody is at port 0; it only means a free one, where "
		    "one listens",
		    text);
		return NULL;
	}
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = type;
	hints.ai_flags = flags;
	status = getaddrinfo(host, port, &hints, &list);
	if (status != 0)
		snprintf(
		    error, ADDRESS_ERROR, "%s: %s", text, gai_strerror(status));
	return status == 0 ? list : NULL;
}

static int
socket_make(const struct addrinfo *address)
{
	int fd = socket(
	    address->ai_family, address->ai_socktype, address->ai_protocol);

	if (fd == -1)
		return -1;
	if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

struct addrinfo *
address_resolve(const char *text, char *error)
{
	return resolve(text, SOCK_STREAM, 0, error);
}

struct addrinfo *
address_resolve_datagram(const char *text, char *error)
{
	return resolve(text, SOCK_DGRAM, 0, error);
}

int
address_connect(const struct addrinfo *address, int *fd)
{
	int error;

	*fd = socket_make(address);
	if (*fd == -1)
		return errno;
	if (connect(*fd, address->ai_addr, address->ai_addrlen) == 0 ||
	    errno == EINPROGRESS || errno == EINTR)
		return 0;
	error = errno;
	close(*fd);
	*fd = -1;
	return error;
}

int
address_connected(int fd)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(int), peer_size = sizeof(peer);
	int error = 0;

	/* On one host it is connected at once, and nothing has to be asked. */
	if (getpeername(fd, (struct sockaddr *)&peer, &peer_size) == 0)
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
		return errno;
	return error != 0 ? error : EAGAIN;
}

static int
listen_one(const struct addrinfo *address, int *fd)
{
	int on = 1, error;

	*fd = socket_make(address);
	if (*fd == -1)
		return errno;
	/* For datagrams it would let somebody else share the port. */
	if (address->ai_socktype == SOCK_STREAM)
		setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(*fd, address->ai_addr, address->ai_addrlen) == 0 &&
	    (address->ai_socktype != SOCK_STREAM || listen(*fd, BACKLOG) == 0))
		return 0;
	error = errno;
	close(*fd);
	*fd = -1;
	return error;
}

static void
bound_text(int fd, char *bound)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	char host[48], port[8];

	strlcpy(bound, "unknown", ADDRESS_TEXT);
	if (getsockname(fd, (struct sockaddr *)&address, &size) == -1)
		return;
	if (address.ss_family == AF_UNIX) {
		strlcpy(bound, ((struct sockaddr_un *)&address)->sun_path,
		    ADDRESS_TEXT);
		return;
	}
	if (getnameinfo((struct sockaddr *)&address, size, host, sizeof(host),
		port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	snprintf(bound, ADDRESS_TEXT,
	    strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
}

static int
bind_to(const char *text, int type, char *bound, char *error)
{
	struct addrinfo *list = resolve(text, type, AI_PASSIVE, error);
	struct addrinfo *address;
	int fd = -1, status;

	for (address = list; address != NULL && fd == -1;
	     address = address->ai_next) {
		status = listen_one(address, &fd);
		if (status != 0)
			snprintf(error, ADDRESS_ERROR, "listening on %s: %s",
			    text, strerror(status));
	}
	address_free(list);
	if (fd != -1)
		bound_text(fd, bound);
	return fd;
}

int
address_listen(const char *text, char *bound, char *error)
{
	return bind_to(text, SOCK_STREAM, bound, error);
}

bool
address_exhausted(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS ||
	       error == ENOMEM;
}

void
address_unlisten(const char *text)
{
	if (is_local(text))
		unlink(text);
}

int
address_bind(const char *text, char *bound, char *error)
{
	return bind_to(text, SOCK_DGRAM, bound, error);
}

bool
address_is_local(int fd)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);

	return getsockname(fd, (struct sockaddr *)&address, &size) == 0 &&
	       address.ss_family == AF_UNIX;
}

void
address_octets(
    const struct sockaddr_storage *address, uint8_t octets[ADDRESS_OCTETS])
{
	const struct sockaddr_in6 *six = (const void *)address;
	const struct sockaddr_in *four = (const void *)address;

	memset(octets, 0, ADDRESS_OCTETS);
	if (address->ss_family == AF_INET6) {
		octets[0] = 6;
		memcpy(octets + 1, &six->sin6_port, 2);
		memcpy(octets + 3, &six->sin6_scope_id, 4);
		memcpy(octets + 7, &six->sin6_addr, 16);
	} else if (address->ss_family == AF_INET) {
		octets[0] = 4;
		memcpy(octets + 1, &four->sin_port, 2);
		memcpy(octets + 7, &four->sin_addr, 4);
	}
}

bool
address_equal(
    const struct sockaddr_storage *one, const struct sockaddr_storage *other)
{
	uint8_t octets[2][ADDRESS_OCTETS];

	address_octets(one, octets[0]);
	address_octets(other, octets[1]);
	return memcmp(octets[0], octets[1], ADDRESS_OCTETS) == 0;
}

static int
pair_make(int fds[2])
{
	struct sockaddr_in addresses[2];
	socklen_t size = sizeof(addresses[0]);
	int i;

	for (i = 0; i < 2; i++) {
		memset(&addresses[i], 0, sizeof(addresses[i]));
		addresses[i].sin_family = AF_INET;
		addresses[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		fds[i] = socket(AF_INET, SOCK_DGRAM, 0);
		if (fds[i] == -1 ||
		    bind(fds[i], (struct sockaddr *)&addresses[i], size) ==
			-1 ||
		    getsockname(
			fds[i], (struct sockaddr *)&addresses[i], &size) == -1)
			return -1;
	}
	if (connect(fds[0], (struct sockaddr *)&addresses[1], size) == -1)
		return -1;
	return connect(fds[1], (struct sockaddr *)&addresses[0], size);
}

int
address_datagram_pair(int fds[2])
{
	int error, i;

	fds[0] = fds[1] = -1;
	if (pair_make(fds) == 0)
		return 0;
	error = errno;
	for (i = 0; i < 2; i++)
		if (fds[i] != -1)
			close(fds[i]);
	errno = error;
	return -1;
}
