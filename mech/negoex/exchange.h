/*
 * What initiator and acceptor do alike: the tokens of the mechanism at work,
 * and the NEGO message.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_EXCHANGE_H
#define NEGOEX_EXCHANGE_H

#include <stdbool.h>

#include "input.h"

/*
 * Gives the mechanism at work the peer's token, which it must be waiting for,
 * and writes what it answers, an error token too.
 */
bool negoex_exchange(struct negoex_context *context, struct negoex_call *call,
    const struct negoex_input *input);

/* Writes the mechanism's token as the message that our role sends it in; an
 * empty one only where the peer waits for it. */
bool negoex_exchange_write(struct negoex_context *context,
    struct negoex_call *call, const struct negoex_scheme *scheme,
    gss_buffer_t token);

/* Writes our NEGO with all schemes of the list, and the metadata for them. */
bool negoex_nego_write(struct negoex_context *context, struct negoex_call *call,
    const uint8_t *random);

#endif
