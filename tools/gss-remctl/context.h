/*
 * The security context with the server.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTL_CONTEXT_H
#define GSS_REMCTL_CONTEXT_H

#include "options.h"
#include "remctl.h"

struct context {
	gss_name_t server;
	struct gssloop_channel *channel;
	struct gssloop *loop;
	struct gj_remctl remctl;
};

/*
 * Negotiates the context over a connected socket, which is taken over, with the
 * server of that name, until remctl is open.  True; or false when the reason
 * was told.  context_close is right after either.
 */
bool context_open(struct context *context, const struct options *options,
    int fd, const char *canonical);

void context_close(struct context *context);

/* What remctl 3.18 calls such a failure; NULL for one that it has not. */
const char *context_io_text(enum gssloop_io io);

#endif
