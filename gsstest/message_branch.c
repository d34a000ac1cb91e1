/*
 * The branches of gsstest's messages, as a table.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "message_branch.h"

/* The last two members: whether it is a failure, whether the peer is told. */
#define STEP	0, 0
#define FAILURE 1, 1
#define QUIET	1, 0

/* The sections, by role. */
#define BOTH                                                                   \
	{                                                                      \
		"3.1", "3.1"                                                   \
	}
#define OF_INITIATOR                                                           \
	{                                                                      \
		"3.1", NULL                                                    \
	}

static const struct gssloop_branch_info branches[MESSAGE_BRANCH_COUNT] = {
    [BRANCH_EARLY_SENT] = {"early-sent", BOTH,
	"a message is to be sent, the context is not complete, and its "
	"protection is ready",
	"send it at once: preventing replays is the application's affair", NULL,
	STEP},
    [BRANCH_EARLY_HELD] = {"early-held", OF_INITIATOR,
	"a message is to be sent, the context is not complete, and its "
	"protection is not ready",
	"hold the message until the context is complete", NULL, STEP},
    [BRANCH_EARLY_TAKEN] = {"early-taken", BOTH,
	"a message came before the context was complete, and its protection "
	"is ready",
	"verify it and go on: preventing replays is the application's affair",
	NULL, STEP},

    [BRANCH_DELEGATION_MISSING] = {"delegation-missing", {NULL, "3"},
	"delegation was required and no credential came with it",
	"destroy the context, send no application octet",
	"look at what the initiator delegates", FAILURE},
    [BRANCH_LAYER_UNPROTECTED] = {"layer-unprotected", {"7 of CCM", "7 of CCM"},
	"CCM protects no message, and nothing says that the layer below does",
	"use no CCM here, destroy the context it was to be bound to",
	"use a Unix socket, or a protected network and --protected-by WHAT, "
	"or a mechanism that protects its messages",
	FAILURE},
    [BRANCH_BINDING_REFUSED] = {"binding-refused", {"4.1 of CCM", "4.2 of CCM"},
	"CCM could not be bound to the context", "end the conversation",
	"is mech_ccm.so in the library's list of mechanisms? The GSS texts "
	"name the cause",
	FAILURE},
    [BRANCH_PROTECTION_UNAVAILABLE] = {"protection-unavailable", BOTH,
	"the context does not offer a message's protection",
	"neither send the message nor believe it", "ask for the flag by -f",
	FAILURE},
    [BRANCH_PROTECTION_REQUIRED] = {"protection-required", BOTH,
	"a message has less protection than is demanded here",
	"neither send the message nor believe it",
	"protect more; or negotiate less: init with --no-ci-flags, and -f for "
	"what is meant; or --flags-mean available, as RFC 2743 reads the flags",
	FAILURE},
    [BRANCH_CONF_STATE_WRONG] = {"conf-state-wrong", BOTH,
	"conf_state is not what the message asks for",
	"neither send the message nor believe it",
	"report this bug to the mechanism's makers", FAILURE},
    [BRANCH_MESSAGE_REFUSED] = {"message-refused", BOTH,
	"a GSS call for a message failed", "end the conversation",
	"the GSS texts name the cause", FAILURE},
    [BRANCH_MESSAGE_UNPROTECTED] = {"message-unprotected", OF_INITIATOR,
	"the answer is not protected as the message was",
	"do not believe the answer", "look at the peer's own report", FAILURE},
    [BRANCH_MESSAGE_CHANGED] = {"message-changed", OF_INITIATOR,
	"the answer is not what was sent", "do not believe the answer",
	"look at the peer's own report", FAILURE},
    [BRANCH_MESSAGE_UNANSWERED] = {"message-unanswered", OF_INITIATOR,
	"the peer ended instead of answering a message", "end the conversation",
	"look at the peer's own report", FAILURE},
    [BRANCH_MESSAGE_UNEXPECTED] = {"message-unexpected", OF_INITIATOR,
	"a message came where the peer's end was awaited",
	"end the conversation", "look at the peer's own report", FAILURE},
    [BRANCH_MESSAGE_LOST] = {"message-lost", BOTH,
	"a message could not be sent or received", "end the conversation",
	"look at the connection", FAILURE},
    [BRANCH_MESSAGE_MISSING] = {"message-missing", BOTH,
	"no message came within the time allowed", "end the conversation",
	"is the peer there? -t allows more", FAILURE},
    [BRANCH_MESSAGE_TOO_LARGE] = {"message-too-large", BOTH,
	"a message is over a limit", "send or read none of it",
	"raise the limit by -s if it was meant so", FAILURE},
    [BRANCH_MESSAGE_MALFORMED] = {"message-malformed", BOTH,
	"what came instead of a message is not the channel's protocol",
	"end the conversation", "does the peer speak the same channel?",
	FAILURE},
    [BRANCH_MESSAGE_CLOSED] = {"message-closed", BOTH,
	"the peer closed without having said that it ends",
	"end the conversation", "look at the peer's own report", QUIET},
    [BRANCH_MESSAGE_NO_MEMORY] = {"message-no-memory", BOTH,
	"there was not enough memory for a message", "end the conversation",
	"try again with more memory", QUIET},
};

const struct gssloop_branch_info *
message_branch_info(enum message_branch branch)
{
	return &branches[branch];
}
