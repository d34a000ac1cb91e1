/*
 * A channel around another one, which changes some of its operations.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_WRAPPED_H
#define GSSTEST_WRAPPED_H

#include "channel.h"

/* The first member of a struct that calloc made. */
struct wrapped {
	struct gssloop_channel_ops ops; /* ours, under the inner one's name */
	struct gssloop_channel *inner;
};

/*
 * Every operation is the inner channel's; free also frees what self points
 * to.  The caller then puts its own in their places.
 */
void wrapped_init(struct wrapped *self, struct gssloop_channel *inner);

/*
 * Makes the outer channel in the inner one's place.  0, or ENOMEM: self is
 * then freed and *channel as it was.
 */
int wrapped_around(struct wrapped *self, struct gssloop_channel **channel);

#endif
