/*
 * Channels: the calls that are the same for each of them.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "channel.h"
#include "deadline.h"

int
gssloop_channel_new(struct gssloop_channel **channel,
    const struct gssloop_channel_ops *ops, void *self)
{
	*channel = malloc(sizeof(**channel));
	if (*channel == NULL)
		return ENOMEM;
	(*channel)->ops = ops;
	(*channel)->self = self;
	(*channel)->handed = GSSLOOP_START;
	(*channel)->joined = NULL;
	return 0;
}

void
gssloop_channel_free(struct gssloop_channel **channel)
{
	if (*channel != NULL)
		(*channel)->ops->free((*channel)->self);
	free(*channel);
	*channel = NULL;
}

const char *
gssloop_channel_name(const struct gssloop_channel *channel)
{
	return channel->ops->name;
}

unsigned int
gssloop_channel_carries(const struct gssloop_channel *channel)
{
	return channel->ops->carries;
}

void
gssloop_channel_join(
    struct gssloop_channel *channel, const struct gssloop *loop)
{
	channel->joined = loop;
	if (channel->ops->join != NULL)
		channel->ops->join(channel->self, loop);
}

enum gssloop_io
gssloop_channel_settle(struct gssloop_channel *channel)
{
	if (channel->ops->settle == NULL)
		return GSSLOOP_IO_OK;
	return channel->ops->settle(channel->self);
}

enum gssloop_io
gssloop_channel_put(
    struct gssloop_channel *channel, const struct gssloop_frame *frame)
{
	return channel->ops->put(channel->self, frame);
}

enum gssloop_io
gssloop_channel_flush(struct gssloop_channel *channel)
{
	return channel->ops->flush(channel->self);
}

enum gssloop_io
gssloop_channel_get(
    struct gssloop_channel *channel, struct gssloop_frame *frame)
{
	return channel->ops->get(channel->self, frame);
}

int
gssloop_channel_poll(struct gssloop_channel *channel, int *fd, short *events)
{
	return channel->ops->poll(channel->self, fd, events);
}

void
gssloop_channel_limit(
    struct gssloop_channel *channel, size_t token_max, size_t message_max)
{
	channel->ops->limit(channel->self, token_max, message_max);
}

const char *
gssloop_channel_reason(struct gssloop_channel *channel)
{
	return channel->ops->reason(channel->self);
}

enum gssloop_io
gssloop_channel_linger(struct gssloop_channel *channel)
{
	if (channel->ops->linger == NULL)
		return GSSLOOP_IO_OK;
	return channel->ops->linger(channel->self);
}

uint64_t
gssloop_deadline(unsigned int ms)
{
	return gj_deadline(ms);
}

enum gssloop_io
gj_channel_wait(struct gssloop_channel *channel, uint64_t deadline)
{
	struct pollfd wait = {-1, 0, 0};
	int left, wish, ready;

	do {
		wish = gssloop_channel_poll(channel, &wait.fd, &wait.events);
		left = gj_left_ms(deadline);
		if (wish < 0 || wish > left)
			wish = left;
		ready = poll(&wait, 1, wish);
	} while (ready == -1 && errno == EINTR);
	if (ready == -1)
		return GSSLOOP_IO_FAILED;
	/* Also when something is ready: octets that drip do not put it off. */
	if (gj_left_ms(deadline) == 0)
		return GSSLOOP_IO_TIME;
	return GSSLOOP_IO_OK;
}

enum gssloop_io
gssloop_channel_put_wait(struct gssloop_channel *channel,
    const struct gssloop_frame *frame, uint64_t deadline)
{
	enum gssloop_io io = gssloop_channel_put(channel, frame);

	if (io != GSSLOOP_IO_OK)
		return io;
	while ((io = gssloop_channel_flush(channel)) == GSSLOOP_IO_AGAIN) {
		io = gj_channel_wait(channel, deadline);
		if (io != GSSLOOP_IO_OK)
			return io;
	}
	return io;
}

enum gssloop_io
gssloop_channel_get_wait(struct gssloop_channel *channel,
    struct gssloop_frame *frame, uint64_t deadline)
{
	enum gssloop_io io;

	while ((io = gssloop_channel_get(channel, frame)) == GSSLOOP_IO_AGAIN) {
		io = gj_channel_wait(channel, deadline);
		if (io != GSSLOOP_IO_OK)
			return io;
	}
	return io;
}
