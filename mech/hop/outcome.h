/*
 * What one call that establishes a context of the hop mechanism gives out.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef HOP_OUTCOME_H
#define HOP_OUTCOME_H

#include "context.h"

struct hop_outcome {
	bool initiator;
	unsigned int call; /* which of its context, from 1 */
	OM_uint32 major, minor, flags;
	struct hop_context *context; /* NULL: there is none */
	gss_OID mech;
	gss_buffer_t token; /* the caller's */
};

/* The start of a call on a context, or on none. */
void hop_outcome_begin(struct hop_outcome *outcome, bool initiator,
    struct hop_context *context, gss_OID mech, gss_buffer_t token);

/* What became of the call; then the environment may change that. */
void hop_outcome_end(
    struct hop_outcome *outcome, OM_uint32 major, OM_uint32 minor);

#endif
