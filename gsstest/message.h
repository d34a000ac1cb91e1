/*
 * Messages after the context: protected, sent, answered, verified.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_MESSAGE_H
#define GSSTEST_MESSAGE_H

#include "session.h"

/*
 * Initiator: sends -M messages of each kind and verifies the answers, then
 * says that it ends and awaits that the acceptor does.  Waits for each at
 * most -t.  What fails is in the session.
 */
void message_exchange(struct session *session);

/*
 * Acceptor: verifies one frame of the peer's and puts the answer into the
 * channel; the caller flushes.  True when the peer has ended.
 */
bool message_answer(struct session *session, const struct gssloop_frame *frame);

#endif
