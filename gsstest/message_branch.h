/*
 * The branches of gsstest's messages, beside those of the loop.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_MESSAGE_BRANCH_H
#define GSSTEST_MESSAGE_BRANCH_H

#include "gssloop.h"

enum message_branch {
	/* steps, before the context is complete */
	BRANCH_EARLY_SENT,
	BRANCH_EARLY_HELD,
	BRANCH_EARLY_TAKEN,

	/* failures */
	BRANCH_DELEGATION_MISSING,
	BRANCH_LAYER_UNPROTECTED,
	BRANCH_BINDING_REFUSED,
	BRANCH_PROTECTION_UNAVAILABLE,
	BRANCH_PROTECTION_REQUIRED,
	BRANCH_CONF_STATE_WRONG,
	BRANCH_MESSAGE_REFUSED,
	BRANCH_MESSAGE_UNPROTECTED,
	BRANCH_MESSAGE_CHANGED,
	BRANCH_MESSAGE_UNANSWERED,
	BRANCH_MESSAGE_UNEXPECTED,
	BRANCH_MESSAGE_LOST,
	BRANCH_MESSAGE_MISSING,
	BRANCH_MESSAGE_TOO_LARGE,
	BRANCH_MESSAGE_MALFORMED,
	BRANCH_MESSAGE_CLOSED,
	BRANCH_MESSAGE_NO_MEMORY,

	MESSAGE_BRANCH_COUNT
};

/* The table's row, as gssloop_branch_info gives those of the loop. */
const struct gssloop_branch_info *message_branch_info(
    enum message_branch branch);

#endif
