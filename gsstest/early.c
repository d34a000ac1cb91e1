/*
 * Messages before the context is complete.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The loop's driver reads frames while the loop awaits a token.  This stands
 * between the two: there the messages are dealt with, and all else goes on.
 */
#include <errno.h>

#include "compat.h"
#include "early.h"
#include "message.h"
#include "wrapped.h"

struct early_channel {
	struct wrapped wrapped; /* the first */
	struct session *session;
	bool held; /* that was noted */
};

static bool
is_complete(const struct session *session)
{
	return gssloop_next(session->loop) == GSSLOOP_DONE;
}

/* Section 3.1: prot_ready_state says when. */
static bool
is_ready(const struct session *session)
{
	return gssloop_context(session->loop) != GSS_C_NO_CONTEXT;
}

static void
limits_set(struct early_channel *self)
{
	struct session *session = self->session;

	gssloop_channel_limit(self->wrapped.inner,
	    gssloop_token_max(session->loop),
	    is_ready(session) ? session_message_max(session) : 0);
}

/* The initiator's messages, one at a time, each once the last was answered. */
static void
send_next(struct early_channel *self)
{
	struct session *session = self->session;

	if (!message_is_due(session) ||
	    gssloop_next(session->loop) != GSSLOOP_RECEIVE)
		return;
	if (is_ready(session)) {
		session_step(session, BRANCH_EARLY_SENT);
		message_ask(session);
	} else if (!self->held) {
		self->held = true;
		session_step(session, BRANCH_EARLY_HELD);
	}
}

static void
take(struct session *session, const struct gssloop_frame *frame)
{
	session_step(session, BRANCH_EARLY_TAKEN);
	message_take(session, frame);
	if (session->party->role == GSSLOOP_ACCEPTOR && session_works(session))
		session_step(session, BRANCH_EARLY_SENT);
}

static enum gssloop_io
early_get(struct early_channel *self, struct gssloop_frame *frame)
{
	enum gssloop_io io;

	for (;;) {
		limits_set(self);
		send_next(self);
		io = gssloop_channel_flush(self->wrapped.inner);
		if (io == GSSLOOP_IO_OK || io == GSSLOOP_IO_AGAIN)
			io = gssloop_channel_get(self->wrapped.inner, frame);
		if (io != GSSLOOP_IO_OK || frame->kind != GSSLOOP_FRAME_MESSAGE)
			return io;
		take(self->session, frame);
		/* The session has said why, and told the peer. */
		if (!session_works(self->session))
			return GSSLOOP_IO_FAILED;
	}
}

static enum gssloop_io
get(void *opaque, struct gssloop_frame *frame)
{
	struct early_channel *self = opaque;

	if (is_complete(self->session))
		return gssloop_channel_get(self->wrapped.inner, frame);
	return early_get(self, frame);
}

int
early_wrap(struct session *session)
{
	struct early_channel *self = calloc(1, sizeof(*self));

	if (self == NULL)
		return ENOMEM;
	wrapped_init(&self->wrapped, session->channel);
	self->wrapped.ops.get = get;
	self->session = session;
	return wrapped_around(&self->wrapped, &session->channel);
}
