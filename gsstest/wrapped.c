/*
 * A channel around another one: what is left as it is.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>

#include "wrapped.h"

static void
join(void *opaque, const struct gssloop *loop)
{
	struct wrapped *self = opaque;

	gssloop_channel_join(self->inner, loop);
}

static enum gssloop_io
settle(void *opaque)
{
	struct wrapped *self = opaque;

	return gssloop_channel_settle(self->inner);
}

static enum gssloop_io
put(void *opaque, const struct gssloop_frame *frame)
{
	struct wrapped *self = opaque;

	return gssloop_channel_put(self->inner, frame);
}

static enum gssloop_io
flush(void *opaque)
{
	struct wrapped *self = opaque;

	return gssloop_channel_flush(self->inner);
}

static enum gssloop_io
get(void *opaque, struct gssloop_frame *frame)
{
	struct wrapped *self = opaque;

	return gssloop_channel_get(self->inner, frame);
}

static int
wait_poll(void *opaque, int *fd, short *events)
{
	struct wrapped *self = opaque;

	return gssloop_channel_poll(self->inner, fd, events);
}

static void
limit(void *opaque, size_t token_max, size_t message_max)
{
	struct wrapped *self = opaque;

	gssloop_channel_limit(self->inner, token_max, message_max);
}

static const char *
reason(void *opaque)
{
	struct wrapped *self = opaque;

	return gssloop_channel_reason(self->inner);
}

static enum gssloop_io
linger(void *opaque)
{
	struct wrapped *self = opaque;

	return gssloop_channel_linger(self->inner);
}

static void
channel_free(void *opaque)
{
	struct wrapped *self = opaque;

	gssloop_channel_free(&self->inner);
	free(self);
}

void
wrapped_init(struct wrapped *self, struct gssloop_channel *inner)
{
	self->inner = inner;
	self->ops = (struct gssloop_channel_ops){
	    .name = gssloop_channel_name(inner),
	    .carries = gssloop_channel_carries(inner),
	    .join = join,
	    .settle = settle,
	    .put = put,
	    .flush = flush,
	    .get = get,
	    .poll = wait_poll,
	    .limit = limit,
	    .reason = reason,
	    .linger = linger,
	    .free = channel_free,
	};
}

int
wrapped_around(struct wrapped *self, struct gssloop_channel **channel)
{
	struct gssloop_channel *outer;
	int error = gssloop_channel_new(&outer, &self->ops, self);

	if (error == 0)
		*channel = outer;
	else
		free(self);
	return error;
}
