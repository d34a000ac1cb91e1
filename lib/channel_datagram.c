/*
 * The datagram channel over a connected socket.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compat.h"
#include "conversation.h"
#include "deadline.h"
#include "random.h"

struct socket_post {
	int fd;
};

/* Short of room now is as good as lost on the way. */
static bool
would_be_lost(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS;
}

/* Nobody is there, as an earlier datagram found out. */
static bool
nobody_there(void)
{
	return errno == ECONNREFUSED || errno == ECONNRESET;
}

static enum gssloop_io
post_send(void *self, const uint8_t *octets, size_t size)
{
	struct socket_post *post = self;
	ssize_t sent;

	do
		sent = send(post->fd, octets, size, MSG_NOSIGNAL);
	while (sent == -1 && errno == EINTR);
	if (sent != -1 || would_be_lost())
		return GSSLOOP_IO_OK;
	return nobody_there() ? GSSLOOP_IO_CLOSED : GSSLOOP_IO_FAILED;
}

static enum gssloop_io
post_receive(void *self, uint8_t *octets, size_t room, size_t *size)
{
	struct socket_post *post = self;
	ssize_t got;

	do
		got = recv(post->fd, octets, room, 0);
	while (got == -1 && errno == EINTR);
	*size = got > 0 ? (size_t)got : 0;
	if (got != -1)
		return GSSLOOP_IO_OK;
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return GSSLOOP_IO_AGAIN;
	return nobody_there() ? GSSLOOP_IO_CLOSED : GSSLOOP_IO_FAILED;
}

static int
post_descriptor(void *self)
{
	struct socket_post *post = self;

	return post->fd;
}

static uint64_t
post_now(void *self)
{
	(void)self;
	return gj_now();
}

static void
post_free(void *self)
{
	struct socket_post *post = self;

	close(post->fd);
	free(post);
}

static const struct gj_post socket_posts = {
    .send = post_send,
    .receive = post_receive,
    .descriptor = post_descriptor,
    .now = post_now,
    .free = post_free,
};

/* Room for the greatest datagram, where the system gives less by itself. */
static void
room_make(int fd, int option)
{
	int room = 0, wanted = 2 * GJ_DATAGRAM_MAX;
	socklen_t size = sizeof(room);

	if (getsockopt(fd, SOL_SOCKET, option, &room, &size) == 0 &&
	    room < wanted)
		setsockopt(fd, SOL_SOCKET, option, &wanted, sizeof(wanted));
}

/* A connected socket for datagrams, that does not wait. */
static int
socket_prepare(int fd)
{
	struct sockaddr_storage peer;
	socklen_t peer_size = sizeof(peer), size = sizeof(int);
	int type, flags;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == -1)
		return errno;
	if (type != SOCK_DGRAM)
		return EPROTOTYPE;
	if (getpeername(fd, (struct sockaddr *)&peer, &peer_size) == -1)
		return errno;
	flags = fcntl(fd, F_GETFL);
	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		return errno;
	room_make(fd, SO_SNDBUF);
	room_make(fd, SO_RCVBUF);
	return 0;
}

int
gssloop_channel_datagram(
    struct gssloop_channel **channel, int fd, enum gssloop_role role)
{
	bool names = role == GSSLOOP_INITIATOR;
	uint8_t name[GJ_DATAGRAM_NAME];
	struct socket_post *post;
	int error = socket_prepare(fd);

	*channel = NULL;
	if (error == 0 && names)
		error = gj_random(name, sizeof(name));
	if (error != 0)
		return error;
	post = malloc(sizeof(*post));
	if (post == NULL)
		return ENOMEM;
	post->fd = fd;
	error = gj_conversation_channel(
	    channel, role, names ? name : NULL, &socket_posts, post);
	if (error != 0)
		free(post);
	return error;
}
