/*
 * Calls of the mechanisms that are negotiated, through the mechglue.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Each returns false with the problem noted where the mechanism failed.
 */
#ifndef NEGOEX_INNER_H
#define NEGOEX_INNER_H

#include <stdbool.h>

#include "context.h"

/*
 * GSS_Query_meta_data for each scheme (section 8.1); one that fails is taken
 * out of the list (7.4, 7.5).  A mechglue without the call: no metadata.
 */
void negoex_inner_query(
    struct negoex_context *context, struct negoex_call *call);

/*
 * GSS_Exchange_meta_data for each scheme for which the peer sent some
 * (section 8.2); one that fails is taken out of the list.
 */
void negoex_inner_exchange(
    struct negoex_context *context, struct negoex_call *call);

/* The same for one, again, after negoex_forget; false where it failed. */
bool negoex_inner_exchange_one(struct negoex_context *context,
    struct negoex_call *call, struct negoex_scheme *scheme);

/*
 * The next step of the mechanism's own negotiation.  token may be empty; output
 * is empty or the mechanism's token, also where it failed, and is released by
 * negoex_inner_release.  Fills mech_* of the context, and peer and delegated.
 */
bool negoex_inner_step(struct negoex_context *context, struct negoex_call *call,
    struct negoex_scheme *scheme, const struct gssloop_view *token,
    gss_buffer_t output);
void negoex_inner_release(gss_buffer_t output);

/* Writes the metadata that was queried, with the given type, and drops it. */
bool negoex_inner_metadata_write(struct negoex_context *context,
    struct negoex_call *call, enum gj_negoex_type type);

#endif
