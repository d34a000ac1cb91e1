/*
 * The branches of the negotiation loop, as a table.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Initiator and acceptor stand side by side: a row is one event, its two
 * sections say where the draft has it for each role.
 */
#include "gssloop.h"

/* The last two members: whether the loop fails, whether the peer is told. */
#define STEP	0, 0
#define FAILURE 1, 1
#define QUIET	1, 0

static const struct gssloop_branch_info branches[GSSLOOP_BRANCH_COUNT] = {
    [GSSLOOP_BRANCH_NONE] = {"none", {"2", "2"}, "no GSS call was made yet",
	"begin", NULL, STEP},

    [GSSLOOP_BRANCH_CONTINUE_TOKEN] = {"continue-token", {"2.2", "2.5"},
	"the mechanism gave a token and awaits another",
	"send the token, await the peer's", NULL, STEP},
    [GSSLOOP_BRANCH_CONTINUE_EMPTY] = {"continue-empty", {"2.2", "2.5"},
	"the mechanism awaits a token and gave an empty one, against RFC 2743",
	"send the empty token, await the peer's", NULL, STEP},
    [GSSLOOP_BRANCH_COMPLETE_TOKEN] = {"complete-token", {"2.2", "2.5"},
	"our side is complete and the peer needs one more token",
	"send the token, then check the flags", NULL, STEP},
    [GSSLOOP_BRANCH_COMPLETE_EMPTY] = {"complete-empty", {"2.2", "2.5"},
	"our side is complete and the peer needs nothing more",
	"check the flags", NULL, STEP},
    [GSSLOOP_BRANCH_EMPTY_RECEIVED] = {"empty-received", {"2.2", "2.5"},
	"the peer sent an empty token",
	"pass it on: some mechanisms mean it so", NULL, STEP},

    [GSSLOOP_BRANCH_ESTABLISHED] = {"established", {"3", "3"},
	"the context is complete and has every required flag", "use it", NULL,
	STEP},
    [GSSLOOP_BRANCH_EXTRA_TOKEN] = {"extra-token", {"3.2", "3.2"},
	"a token came after completion and was taken",
	"inquire the context again; it still has every required flag", NULL,
	STEP},

    [GSSLOOP_BRANCH_ANONYMITY_REFUSED] = {"anonymity-refused", {"2.1", NULL},
	"anonymity was asked for and the mechanism does not give it",
	"send nothing, delete the context",
	"use a mechanism and a credential that can be anonymous", QUIET},
    [GSSLOOP_BRANCH_FAILURE_TOKEN] = {"failure-token", {"2.2", "2.5"},
	"the mechanism failed and gave an error token",
	"send the error token, delete the context",
	"the GSS texts name the cause", QUIET},
    [GSSLOOP_BRANCH_FAILURE_SILENT] = {"failure-silent", {"2.2", "2.5"},
	"the mechanism failed and gave no token",
	"tell the peer where the channel can, delete the context",
	"the GSS texts name the cause", FAILURE},
    [GSSLOOP_BRANCH_STATUS_FORBIDDEN] = {"status-forbidden", {"2.2", "2.5"},
	"the mechanism returned a major status that RFC 2743 forbids here",
	"send nothing of it, tell the peer where the channel can",
	"report this bug to the mechanism's makers", FAILURE},
    [GSSLOOP_BRANCH_CONTEXT_ABSENT] = {"context-absent", {"2.2", "2.5"},
	"the mechanism says that it is complete and gave no context",
	"treat nobody as authenticated, tell the peer where the channel can",
	"report this bug to the mechanism's makers", FAILURE},
    [GSSLOOP_BRANCH_SEND_FAILED] = {"send-failed", {"2.3", "2.6"},
	"a token could not be sent", "delete the context",
	"look at the connection and at the peer's own report", QUIET},
    [GSSLOOP_BRANCH_RECEIVE_FAILED] = {"receive-failed", {"2.7", "2.4"},
	"receiving a token failed", "delete the context",
	"look at the connection", QUIET},
    [GSSLOOP_BRANCH_PEER_CLOSED] = {"peer-closed", {"2.7", "2.4"},
	"the peer closed while its token was awaited", "delete the context",
	"look at the peer's own report", QUIET},
    [GSSLOOP_BRANCH_PEER_FAILED] = {"peer-failed", {"2.6", "2.3"},
	"the peer told of a failure on its side", "delete the context",
	"look at the peer's own report", QUIET},
    [GSSLOOP_BRANCH_TOKEN_UNEXPECTED] = {"token-unexpected", {"2.7", "2.4"},
	"a token came that was not expected",
	"tell the peer where the channel can, delete the context",
	"the peer's state is invalid: look at its own report", FAILURE},
    [GSSLOOP_BRANCH_TOKEN_MISSING] = {"token-missing", {"2.7", "2.4"},
	"no token came within the time allowed",
	"tell the peer where the channel can, delete the context",
	"is the peer there, and does it speak the same channel?", FAILURE},
    [GSSLOOP_BRANCH_TOKEN_TOO_LARGE] = {"token-too-large", {"2.7", "2.4"},
	"a token over the limit was announced",
	"read none of it, tell the peer where the channel can",
	"raise the limit if it was meant so", FAILURE},
    [GSSLOOP_BRANCH_TOKEN_IMPLAUSIBLE] = {"token-implausible", {"2.7", NULL},
	"the answer is no token of the mechanism",
	"keep it from a library that it could crash, tell the peer where the "
	"channel can",
	"the peer speaks another mechanism, or means harm", FAILURE},
    [GSSLOOP_BRANCH_FRAME_MALFORMED] = {"frame-malformed", {"2.7", "2.4"},
	"what came is not the channel's protocol",
	"tell the peer where the channel can, delete the context",
	"does the peer speak the same channel?", FAILURE},
    [GSSLOOP_BRANCH_MESSAGE_EARLY] = {"message-early", {"3.1", "3.1"},
	"an application message came before the context was complete",
	"refuse it unread, tell the peer where the channel can",
	"the peer's state is invalid: look at its own report", FAILURE},
    [GSSLOOP_BRANCH_ROUNDS_EXCEEDED] = {"rounds-exceeded", {"2.8", "2.8"},
	"the negotiation took more rounds than the limit allows",
	"tell the peer where the channel can, delete the context",
	"raise the limit if the mechanism needs it", FAILURE},
    [GSSLOOP_BRANCH_FLAG_MISSING] = {"flag-missing", {"3", "3"},
	"the context is complete and lacks a required flag",
	"destroy the context, send no application octet",
	"the peer, the mechanism or a policy withholds it: do not require it",
	FAILURE},
    [GSSLOOP_BRANCH_FLAG_UNWANTED] = {"flag-unwanted", {"3", "3"},
	"the context is complete and has a flag that is refused",
	"destroy the context, send no application octet",
	"who sets it unasked? krb5 sets conf and integ unless the initiator's "
	"credential has GSS_KRB5_CRED_NO_CI_FLAGS_X (gsstest --no-ci-flags)",
	FAILURE},
    [GSSLOOP_BRANCH_UNCONFIRMED] = {"unconfirmed", {"3", "3"},
	"the context is complete, but the channel's protocol did not end its "
	"handshake well",
	"do not use the context, tell the peer, delete it",
	"look at the peer's own report", FAILURE},
    [GSSLOOP_BRANCH_EXTRA_REFUSED] = {"extra-refused", {"3.2", "3.2"},
	"a token came after completion and the mechanism refused it",
	"destroy the context, tell the peer where the channel can",
	"look at the peer's own report", FAILURE},
    [GSSLOOP_BRANCH_CONTEXT_DELETED] = {"context-deleted", {"3.2", "3.2"},
	"a token came after completion and the context is gone with it",
	"use the context no more",
	"the peer deleted it: look at its own report", QUIET},
    [GSSLOOP_BRANCH_EXTRA_FLAG_MISSING] = {"extra-flag-missing", {"3.2", "3.2"},
	"after an additional token the context lacks a required flag",
	"destroy the context, send no further application octet",
	"the peer lacks what was asked for: do not require it", FAILURE},
    [GSSLOOP_BRANCH_EXTRA_FLAG_UNWANTED] = {"extra-flag-unwanted",
	{"3.2", "3.2"},
	"after an additional token the context has a flag that is refused",
	"destroy the context, send no further application octet",
	"look at what the peer changes: it was not asked for", FAILURE},
    [GSSLOOP_BRANCH_NO_MEMORY] = {"no-memory", {"2.3", "2.6"},
	"there was not enough memory", "delete the context",
	"try again with more memory", QUIET},
};

const struct gssloop_branch_info *
gssloop_branch_info(enum gssloop_branch branch)
{
	if ((unsigned int)branch >= GSSLOOP_BRANCH_COUNT)
		return NULL;
	return &branches[branch];
}
