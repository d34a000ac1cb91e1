/*
 * The channels by name, as -c has them.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_CHANNELS_H
#define GSSTEST_CHANNELS_H

#include <stdbool.h>

#include "gssloop_channel.h"

struct options;

struct channel_kind {
	const char *name;
	bool datagrams;	  /* over UDP */
	bool has_service; /* takes --service */
	bool has_level;	  /* takes --level */

	/*
	 * By which handle the protocol names the context that is complete;
	 * NULL where it knows of one a connection.
	 */
	void (*handle)(
	    const struct gssloop_channel *channel, struct gssloop_view *handle);

	/* The contract is gssloop_channel_plain's. */
	int (*make)(struct gssloop_channel **channel, int fd,
	    enum gssloop_role role, const struct options *options);
};

/* NULL where there is none of that name. */
const struct channel_kind *channels_find(const char *name);

/* What there is where nothing was said. */
const struct channel_kind *channels_default(void);

#endif
