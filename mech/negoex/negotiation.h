/*
 * One call of GSS_Init_sec_context or GSS_Accept_sec_context on a NEGOEX
 * context, whichever the role.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_NEGOTIATION_H
#define NEGOEX_NEGOTIATION_H

#include <stdbool.h>

#include "context.h"

/*
 * Takes a step.  True where the negotiation goes on or is established (the
 * context's state tells); false with call->problem where it failed, which is
 * for good.  token is ours for the peer, malloc'd, maybe empty; where it
 * failed, it has the mechanism's error token, or is empty.
 */
bool negoex_step(struct negoex_context *context, struct negoex_call *call,
    gss_buffer_t token);

#endif
