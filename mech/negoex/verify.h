/*
 * VERIFY, and the ALERT that asks for it again (draft-zhu-negoex-04, section
 * 7.7; facts, "Wire" 5 to 7 and 10).  The same for both roles.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_VERIFY_H
#define NEGOEX_VERIFY_H

#include <stdbool.h>

#include "input.h"

/*
 * What is to be done after the mechanism's step: heeds the peer's ALERT, holds
 * its VERIFY against the transcript, writes ours as soon as there is a key,
 * and asks for the peer's again where there was none yet.  The context is
 * established when the mechanism is complete and both VERIFYs are through; a
 * step that leaves nothing to send before that fails.
 */
bool negoex_verify(struct negoex_context *context, struct negoex_call *call,
    const struct negoex_input *input);

/* Writes our VERIFY, over all that went before, where there is a key. */
bool negoex_verify_write(
    struct negoex_context *context, struct negoex_call *call);

#endif
