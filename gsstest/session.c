/*
 * One negotiation and the messages after it, of either side.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "compat.h"
#include "complaint.h"
#include "deadline.h"
#include "session.h"
#include "wire_initial.h"

/* What GSS may add to a message. */
#define PROTECTION_OVERHEAD 4096

static void
step_note(struct session *session, enum gssloop_branch branch)
{
	if (session->step_count < SESSION_STEPS)
		session->steps[session->step_count] = branch;
	session->step_count++;
}

/* The initiator's first token tells which mechanism it really speaks. */
static void
first_note(struct session *session, const struct gssloop_event *event)
{
	struct gssloop_view mech, inner;

	if (session->sent + session->received > 1 ||
	    !gj_initial_decode(event->token, event->size, &mech, &inner) ||
	    mech.size > sizeof(session->first_octets))
		return;
	memcpy(session->first_octets, mech.data, mech.size);
	session->first.elements = session->first_octets;
	session->first.length = (OM_uint32)mech.size;
}

static void
observe(void *observer, const struct gssloop_event *event)
{
	struct session *session = observer;
	const char *role = complaint_role(session->party->role);
	struct trace *trace = &session->party->trace;

	switch (event->sight) {
	case GSSLOOP_SIGHT_BRANCH:
		step_note(session, event->branch);
		break;
	case GSSLOOP_SIGHT_RECEIVED:
		session->received++;
		session->octets_received += event->size;
		first_note(session, event);
		trace_token(trace, role, session->number, "received",
		    session->received, event->token, event->size);
		break;
	case GSSLOOP_SIGHT_SENT:
		session->sent++;
		session->octets_sent += event->size;
		first_note(session, event);
		trace_token(trace, role, session->number, "sent", session->sent,
		    event->token, event->size);
		break;
	}
}

static int
loop_make(struct session *session)
{
	struct party *party = session->party;
	const struct options *options = party->options;
	struct gssloop_params params;

	gssloop_params_init(&params, party->role);
	params.cred = party->cred;
	params.target = party->target;
	if (options->mech.elements != NULL)
		params.mech = (gss_OID)&options->mech;
	params.request = options->request;
	params.require = options->require;
	if (options->bindings != NULL)
		params.bindings = &party->bindings;
	params.token_max = options->token_max;
	params.rounds_max = options->rounds_max;
	params.wait_ms = options->wait_ms;
	params.observe = observe;
	params.observer = session;
	return gssloop_new(&session->loop, &params);
}

int
session_open(
    struct session *session, struct party *party, int fd, unsigned int number)
{
	int error;

	memset(session, 0, sizeof(*session));
	session->party = party;
	session->number = number;
	session->began = gj_now();
	error = party->options->channel(&session->channel, fd, party->role);
	if (error != 0)
		close(fd);
	else
		error = loop_make(session);
	if (error == 0) {
		gssloop_channel_limit(
		    session->channel, gssloop_token_max(session->loop), 0);
		return EXIT_WORKED;
	}
	snprintf(session->error, sizeof(session->error), "%s: %s",
	    complaint_role(party->role), strerror(error));
	return EXIT_FAILED;
}

void
session_close(struct session *session)
{
	gssloop_free(&session->loop);
	gssloop_channel_free(&session->channel);
}

bool
session_works(const struct session *session)
{
	return session->error[0] == '\0';
}

static size_t
message_max(const struct options *options)
{
	size_t max = options->size > MESSAGE_MAX_DEFAULT ? options->size
							 : MESSAGE_MAX_DEFAULT;

	return max + PROTECTION_OVERHEAD;
}

void
session_check(struct session *session)
{
	const struct gssloop_branch_info *info;

	/* The peer is told now or never: nobody waits for it. */
	if (gssloop_next(session->loop) == GSSLOOP_TELL)
		gssloop_advance(session->loop, session->channel);
	gssloop_told(session->loop);
	if (gssloop_next(session->loop) != GSSLOOP_FAILED ||
	    !session_works(session))
		return;
	info = gssloop_branch_info(gssloop_branch(session->loop));
	session->error_branch = info->name;
	session->error_section = info->section[session->party->role];
	strlcpy(session->error, gssloop_error(session->loop),
	    sizeof(session->error));
}

/* -d asks the acceptor for more than the flag. */
static void
delegation_check(struct session *session)
{
	if (session->party->role == GSSLOOP_ACCEPTOR &&
	    (session->party->options->require & GSS_C_DELEG_FLAG) != 0 &&
	    gssloop_delegated(session->loop) == GSS_C_NO_CREDENTIAL)
		session_fail(session, "delegation-missing",
		    "delegation was required and no credential came with it");
}

void
session_negotiated(struct session *session)
{
	session->ended = gj_now();
	session_check(session);
	if (session_works(session))
		delegation_check(session);
	if (session_works(session))
		gssloop_channel_limit(session->channel,
		    gssloop_token_max(session->loop),
		    message_max(session->party->options));
}

/* A failure during the messages, told to the peer where that can be. */
static void
peer_tell(struct session *session, OM_uint32 major)
{
	struct gssloop_frame frame;
	char text[160];

	snprintf(text, sizeof(text), "%s: a message failed (%s)",
	    complaint_role(session->party->role), session->error_branch);
	memset(&frame, 0, sizeof(frame));
	frame.kind = GSSLOOP_FRAME_ERROR;
	frame.major = major;
	frame.data.data = (const uint8_t *)text;
	frame.data.size = strlen(text);
	if (gssloop_channel_put(session->channel, &frame) == GSSLOOP_IO_OK)
		gssloop_channel_flush(session->channel);
}

static void
fail(struct session *session, const char *branch, const char *why,
    OM_uint32 major)
{
	if (!session_works(session))
		return;
	session->error_branch = branch;
	session->error_section = "3.1";
	snprintf(session->error, sizeof(session->error),
	    "%s: %s (branch %s, section 3.1)",
	    complaint_role(session->party->role), why, branch);
	peer_tell(session, major);
}

void
session_fail(struct session *session, const char *branch, const char *why)
{
	fail(session, branch, why, 0);
}

void
session_fail_gss(
    struct session *session, const char *what, OM_uint32 major, OM_uint32 minor)
{
	char why[640];

	complaint_text(
	    what, major, minor, gssloop_mech(session->loop), why, sizeof(why));
	fail(session, "message-refused", why, major);
}

void
session_fail_io(struct session *session, const char *what, enum gssloop_io io)
{
	static const char *const branches[] = {
	    [GSSLOOP_IO_OK] = "message-lost",
	    [GSSLOOP_IO_AGAIN] = "message-lost",
	    [GSSLOOP_IO_CLOSED] = "peer-closed",
	    [GSSLOOP_IO_TIME] = "message-missing",
	    [GSSLOOP_IO_TOO_LARGE] = "message-too-large",
	    [GSSLOOP_IO_MALFORMED] = "frame-malformed",
	    [GSSLOOP_IO_EARLY] = "message-lost",
	    [GSSLOOP_IO_CANNOT] = "message-lost",
	    [GSSLOOP_IO_FAILED] = "message-lost",
	    [GSSLOOP_IO_NO_MEMORY] = "no-memory",
	};
	char why[320];

	snprintf(why, sizeof(why), "%s failed: %s", what,
	    io == GSSLOOP_IO_TIME ? "the deadline has passed"
				  : gssloop_channel_reason(session->channel));
	fail(session, branches[io], why, 0);
}
