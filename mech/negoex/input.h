/*
 * A token of the peer: its messages, judged and sorted.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_INPUT_H
#define NEGOEX_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "context.h"

/*
 * What a token held beside its NEGO and META_DATA, which take effect as they
 * are read.  has_* tell what is there; views look into the caller's token.
 */
struct negoex_input {
	bool has_exchange, has_verify, has_alert;
	struct gj_negoex_message exchange, verify, alert;
	size_t verify_offset; /* of the VERIFY in the transcript */
};

/*
 * Takes the call's token: every message is decoded, judged by negoex_order
 * and by the table of what is allowed in this state, and the token becomes
 * part of the transcript.  The peer's NEGO narrows the schemes; its metadata
 * is noted with its scheme, and ignored where that is not in the list.
 */
bool negoex_input_take(struct negoex_context *context, struct negoex_call *call,
    struct negoex_input *input);

#endif
