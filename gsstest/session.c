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
#include "early.h"
#include "session.h"
#include "wire_initial.h"

/* What GSS may add to a message. */
#define PROTECTION_OVERHEAD 4096

static void
step_note(struct session *session, const struct gssloop_branch_info *step)
{
	if (session->step_count < SESSION_STEPS)
		session->steps[session->step_count] = step;
	session->step_count++;
}

void
session_step(struct session *session, enum message_branch branch)
{
	step_note(session, message_branch_info(branch));
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

/* What the report reads the flags from; without memory it goes without. */
static void
first_keep(struct session *session, const struct gssloop_event *event)
{
	gss_buffer_t kept = &session->began_with;

	if (session->party->role != GSSLOOP_ACCEPTOR ||
	    session->party->options->quiet || session->received > 1)
		return;
	kept->value = malloc(event->size);
	if (kept->value == NULL)
		return;
	memcpy(kept->value, event->token, event->size);
	kept->length = event->size;
}

static void
observe(void *observer, const struct gssloop_event *event)
{
	struct session *session = observer;
	const char *role = complaint_role(session->party->role);
	struct trace *trace = &session->party->trace;

	switch (event->sight) {
	case GSSLOOP_SIGHT_BRANCH:
		step_note(session, gssloop_branch_info(event->branch));
		break;
	case GSSLOOP_SIGHT_RECEIVED:
		session->received++;
		session->octets_received += event->size;
		first_note(session, event);
		first_keep(session, event);
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

void
session_params(struct session *session, struct gssloop_params *params)
{
	struct party *party = session->party;
	const struct options *options = party->options;

	gssloop_params_init(params, party->role);
	params->cred = party->cred;
	params->target = party->target;
	if (options->mech.elements != NULL)
		params->mech = (gss_OID)&options->mech;
	params->request = options->request;
	params->require = options->require;
	params->refuse = options->refuse;
	if (options->bindings != NULL)
		params->bindings = &party->bindings;
	params->token_max = options->token_max;
	params->rounds_max = options->rounds_max;
	params->wait_ms = options->wait_ms;
	params->observe = observe;
	params->observer = session;
}

static int
loop_make(struct session *session)
{
	struct gssloop_params params;

	session_params(session, &params);
	return gssloop_new(&session->loop, &params);
}

static int
open_with(struct session *session, struct party *party,
    struct gssloop_channel *channel, unsigned int number, int error)
{
	memset(session, 0, sizeof(*session));
	session->party = party;
	session->number = number;
	session->began = gj_now();
	session->channel = channel;
	session->carrier = channel;
	if (error == 0)
		error = faults_wrap(&party->options->faults, party->role,
		    party->options->wait_ms + party->options->wait_ms / 2,
		    &session->channel);
	if (error == 0)
		error = loop_make(session);
	if (error == 0 && party->options->early)
		error = early_wrap(session);
	if (error == 0) {
		gssloop_channel_limit(
		    session->channel, gssloop_token_max(session->loop), 0);
		return EXIT_WORKED;
	}
	snprintf(session->error, sizeof(session->error), "%s: %s",
	    complaint_role(party->role), strerror(error));
	return EXIT_FAILED;
}

int
session_open(
    struct session *session, struct party *party, int fd, unsigned int number)
{
	struct gssloop_channel *channel;
	int error = party->options->channel->make(
	    &channel, fd, party->role, party->options);

	if (error != 0)
		close(fd);
	return open_with(session, party, channel, number, error);
}

int
session_open_channel(struct session *session, struct party *party,
    struct gssloop_channel *channel, unsigned int number)
{
	return open_with(session, party, channel, number, 0);
}

void
session_close(struct session *session)
{
	/* The context of the second stands upon the first one's. */
	gssloop_free(&session->loop);
	if (session->associated != NULL)
		session->party->second->end(session);
	gssloop_free(&session->associated);
	gssloop_channel_free(&session->channel);
	free(session->began_with.value);
}

/* True where there is another loop to go on with. */
static bool
second_begin(struct session *session)
{
	const struct session_second *second = session->party->second;
	struct gssloop *loop;

	if (second == NULL || session->associated != NULL)
		return false;
	loop = second->begin(session);
	if (loop == NULL)
		return false;
	session->associated = session->loop;
	session->loop = loop;
	return true;
}

enum gssloop_next
session_advance(struct session *session)
{
	enum gssloop_next next;

	do {
		if (session->associated != NULL)
			session->party->second->enter(session);
		next = gssloop_advance(session->loop, session->channel);
		if (session->associated != NULL)
			session->party->second->leave(session);
	} while (next == GSSLOOP_DONE && second_begin(session));
	return next;
}

bool
session_works(const struct session *session)
{
	return session->error[0] == '\0';
}

size_t
session_message_max(const struct session *session)
{
	const struct options *options = session->party->options;
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

gss_cred_id_t
session_delegated(const struct session *session)
{
	return gssloop_delegated(
	    session->associated != NULL ? session->associated : session->loop);
}

/* -d asks the acceptor for more than the flag. */
static void
delegation_check(struct session *session)
{
	if (session->party->role == GSSLOOP_ACCEPTOR &&
	    (session->party->options->require & GSS_C_DELEG_FLAG) != 0 &&
	    session_delegated(session) == GSS_C_NO_CREDENTIAL)
		session_fail(session, BRANCH_DELEGATION_MISSING, NULL);
}

static void
second_check(struct session *session)
{
	gss_OID mech = gssloop_mech(session->loop);

	if (session->associated != NULL &&
	    !gj_gss_oid_is(
		session->party->second->mech, mech->elements, mech->length))
		session_fail(session, BRANCH_BINDING_REFUSED,
		    "the peer negotiated another mechanism");
}

void
session_negotiated(struct session *session)
{
	session->ended = gj_now();
	session_check(session);
	if (session_works(session))
		second_check(session);
	if (session_works(session))
		delegation_check(session);
	if (session_works(session))
		gssloop_channel_limit(session->channel,
		    gssloop_token_max(session->loop),
		    session_message_max(session));
}

/* A failure outside of the loop, told to the peer where that can be. */
static void
peer_tell(struct session *session, const struct gssloop_branch_info *info,
    OM_uint32 major)
{
	struct gssloop_frame frame;
	char text[160];

	snprintf(text, sizeof(text), "%s: %s (%s)",
	    complaint_role(session->party->role), info->happened, info->name);
	memset(&frame, 0, sizeof(frame));
	frame.kind = GSSLOOP_FRAME_ERROR;
	frame.major = major;
	frame.data.data = (const uint8_t *)text;
	frame.data.size = strlen(text);
	if (gssloop_channel_put(session->channel, &frame) == GSSLOOP_IO_OK)
		gssloop_channel_flush(session->channel);
}

/* In the same words as the loop's own failures. */
static void
fail(struct session *session, enum message_branch branch, const char *detail,
    OM_uint32 major)
{
	const struct gssloop_branch_info *info = message_branch_info(branch);

	if (!session_works(session))
		return;
	session->error_branch = info->name;
	session->error_section = info->section[session->party->role];
	snprintf(session->error, sizeof(session->error),
	    "%s: %s (branch %s, section %s)%s%s; what to do: %s",
	    complaint_role(session->party->role), info->happened, info->name,
	    session->error_section, detail != NULL ? ": " : "",
	    detail != NULL ? detail : "", info->advice);
	if (info->tell)
		peer_tell(session, info, major);
}

void
session_fail(
    struct session *session, enum message_branch branch, const char *detail)
{
	fail(session, branch, detail, 0);
}

void
session_fail_gss(
    struct session *session, const char *what, OM_uint32 major, OM_uint32 minor)
{
	char why[640];

	complaint_text(
	    what, major, minor, gssloop_mech(session->loop), why, sizeof(why));
	fail(session, BRANCH_MESSAGE_REFUSED, why, major);
}

void
session_fail_io(struct session *session, const char *what, enum gssloop_io io)
{
	static const enum message_branch branches[] = {
	    [GSSLOOP_IO_OK] = BRANCH_MESSAGE_LOST,
	    [GSSLOOP_IO_AGAIN] = BRANCH_MESSAGE_LOST,
	    [GSSLOOP_IO_CLOSED] = BRANCH_MESSAGE_CLOSED,
	    [GSSLOOP_IO_TIME] = BRANCH_MESSAGE_MISSING,
	    [GSSLOOP_IO_TOO_LARGE] = BRANCH_MESSAGE_TOO_LARGE,
	    [GSSLOOP_IO_MALFORMED] = BRANCH_MESSAGE_MALFORMED,
	    [GSSLOOP_IO_EARLY] = BRANCH_MESSAGE_LOST,
	    [GSSLOOP_IO_CANNOT] = BRANCH_MESSAGE_LOST,
	    [GSSLOOP_IO_REFUSED] = BRANCH_MESSAGE_REFUSED,
	    [GSSLOOP_IO_WEAK] = BRANCH_PROTECTION_REQUIRED,
	    [GSSLOOP_IO_FAILED] = BRANCH_MESSAGE_LOST,
	    [GSSLOOP_IO_NO_MEMORY] = BRANCH_MESSAGE_NO_MEMORY,
	};
	char why[720];

	snprintf(why, sizeof(why), "%s failed: %s", what,
	    io == GSSLOOP_IO_TIME ? "the deadline has passed"
				  : gssloop_channel_reason(session->channel));
	fail(session, branches[io], why, 0);
}
