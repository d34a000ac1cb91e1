/*
 * The acceptor's side of a negotiation.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_ACCEPTOR_H
#define NEGOEX_ACCEPTOR_H

#include <stdbool.h>

#include "context.h"

/*
 * One step: takes the call's token and writes ours.  False with the problem
 * noted; a token may have been written all the same, for the peer to learn
 * of it.
 */
bool negoex_acceptor_step(
    struct negoex_context *context, struct negoex_call *call);

#endif
