/*
 * Messages after the context: protected, sent, answered, verified.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_MESSAGE_H
#define GSSTEST_MESSAGE_H

#include "session.h"

/*
 * How messages are protected: by GSS as its loop's flags promise, or as a
 * second context (session.h) does it.
 */
struct message_way {
	const enum gssloop_protection *kinds; /* that -M sends, in turn */
	unsigned int kind_count;
	bool protects; /* false: all count as clear, no flag is needed */
	OM_uint32 (*verify_mic)(OM_uint32 *minor, gss_ctx_id_t context,
	    gss_buffer_t message, gss_buffer_t mic, gss_qop_t *qop);
	OM_uint32 (*unwrap)(OM_uint32 *minor, gss_ctx_id_t context,
	    gss_buffer_t wrapped, gss_buffer_t message, int *conf,
	    gss_qop_t *qop);
};

enum message_next {
	MESSAGE_WAIT, /* for the channel's event */
	MESSAGE_MORE, /* go on; a new deadline begins */
	MESSAGE_OVER  /* both sides have ended */
};

/*
 * One step, which does not wait.  The initiator sends -M messages of each
 * kind, one at a time, and verifies the answer to each, then says that it
 * ends; the acceptor verifies and answers what comes.  What fails is in the
 * session: test session_works first.
 */
enum message_next message_step(struct session *session);

/*
 * Before the context is complete (early.c): whether the initiator has a
 * message to send, and no answer to await; sends it; takes a message of the
 * peer's.
 */
bool message_is_due(const struct session *session);
void message_ask(struct session *session);
void message_take(struct session *session, const struct gssloop_frame *frame);

#endif
