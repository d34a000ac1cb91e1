/*
 * The remctl channel from the inside.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The initiator is the client.  Its beginning is sent together with its first
 * token.  What a message holds is lib/remctl.h's affair.
 */
#ifndef GJ_CHANNEL_REMCTL_H
#define GJ_CHANNEL_REMCTL_H

#include "stream.h"
#include "wire_remctl.h"

struct gj_remctl_channel {
	struct gj_stream stream; /* first: the operations are a stream's */
	enum gssloop_remctl wanted;
	enum gj_remctl_protocol protocol;
};

#endif
