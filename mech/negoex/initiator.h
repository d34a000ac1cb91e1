/*
 * The initiator's side of a negotiation.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_INITIATOR_H
#define NEGOEX_INITIATOR_H

#include <stdbool.h>

#include "context.h"

/*
 * One step: takes the call's token and writes ours.  The first step starts the
 * conversation, and a token that the caller has then is not looked at.
 * False with the problem noted; a token may have been written all the same,
 * for the peer to learn of it.
 */
bool negoex_initiator_step(
    struct negoex_context *context, struct negoex_call *call);

#endif
