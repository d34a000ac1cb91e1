/*
 * A channel from the inside.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_CHANNEL_H
#define GJ_CHANNEL_H

#include "gssloop_channel.h"

struct gssloop_channel {
	const struct gssloop_channel_ops *ops;
	void *self;
	enum gssloop_next handed; /* SEND or TELL: the driver has put what the
				     loop wants sent, and flushes it */
	const struct gssloop *joined; /* whose tokens it carries */
};

/*
 * Waits until the channel's event has come, or its own wish to be called, or
 * the deadline.  OK, TIME, or FAILED with errno set.
 */
enum gssloop_io gj_channel_wait(
    struct gssloop_channel *channel, uint64_t deadline);

#endif
