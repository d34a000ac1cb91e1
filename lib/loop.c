/*
 * The negotiation loop as an engine without I/O.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The engine is a table: for each state and each event the handler that
 * decides; an empty place means that the event changes nothing there.
 * Handlers move to one state and name the branch of the draft that they took.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "compat.h"
#include "flags.h"
#include "guard.h"
#include "gssloop.h"
#include "params.h"
#include "status.h"
#include "text.h"

#define MAJOR_TEXT 160
#define ERROR_TEXT 1024
#define PEER_TEXT  256

enum state {
	NEW,	       /* gssloop_start comes first */
	SENDING,       /* a token; then the peer's is awaited */
	SENDING_LAST,  /* a token; then our side is complete */
	SENDING_ERROR, /* an error token; the loop has failed */
	WAITING,       /* for the peer's token */
	CONFIRMING,    /* complete; the channel's protocol has more to do */
	TELLING,       /* the peer of a failure */
	ESTABLISHED,
	FAILED,
	STATE_COUNT
};

enum event {
	EVENT_START,
	EVENT_TOKEN,
	EVENT_SENT,
	EVENT_LOST,
	EVENT_PEER_FAILED,
	EVENT_CONFIRMED,
	EVENT_TOLD,
	EVENT_COUNT
};

/* What came with an event; empty where the event has no such thing. */
struct input {
	gss_buffer_desc token;
	enum gssloop_io io;
	const char *detail;
};

struct gssloop {
	struct gj_params params;

	enum state state;
	int hold; /* complete is not yet established */
	enum gssloop_branch branch;
	OM_uint32 major, minor; /* of the latest GSS call */
	OM_uint32 flags;
	OM_uint32 lifetime;
	unsigned int rounds;
	gss_ctx_id_t context;
	gss_OID actual; /* the library's */
	gss_name_t source;
	gss_cred_id_t delegated;
	gss_buffer_desc output;

	char error[ERROR_TEXT];
	char error_for_peer[PEER_TEXT];
};

int
gssloop_new(struct gssloop **loop_out, const struct gssloop_params *params)
{
	struct gssloop *loop;
	int error;

	*loop_out = NULL;
	loop = calloc(1, sizeof(*loop));
	if (loop == NULL)
		return ENOMEM;
	loop->context = GSS_C_NO_CONTEXT;
	loop->source = GSS_C_NO_NAME;
	loop->delegated = GSS_C_NO_CREDENTIAL;
	error = gj_params_take(&loop->params, params);
	if (error != 0)
		gssloop_free(&loop);
	*loop_out = loop;
	return error;
}

static void
context_delete(struct gssloop *loop)
{
	OM_uint32 minor;

	/* No deletion token is asked for: section 3.2 advises against them. */
	if (loop->context != GSS_C_NO_CONTEXT)
		gss_delete_sec_context(&minor, &loop->context, NULL);
	loop->context = GSS_C_NO_CONTEXT;
}

static void
output_release(struct gssloop *loop)
{
	OM_uint32 minor;

	gss_release_buffer(&minor, &loop->output);
}

/* What one call of gss_accept_sec_context returns anew each time. */
static void
peer_release(struct gssloop *loop)
{
	OM_uint32 minor;

	if (loop->source != GSS_C_NO_NAME)
		gss_release_name(&minor, &loop->source);
	if (loop->delegated != GSS_C_NO_CREDENTIAL)
		gss_release_cred(&minor, &loop->delegated);
}

void
gssloop_free(struct gssloop **loop_in)
{
	struct gssloop *loop = *loop_in;

	*loop_in = NULL;
	if (loop == NULL)
		return;
	context_delete(loop);
	output_release(loop);
	peer_release(loop);
	gj_params_free(&loop->params);
	explicit_bzero(loop, sizeof(*loop));
	free(loop);
}

/* What everything below reports with: the observer, the error texts. */

static void
observe(struct gssloop *loop, enum gssloop_sight sight,
    const gss_buffer_desc *token)
{
	struct gssloop_event event;

	if (loop->params.fixed.observe == NULL)
		return;
	memset(&event, 0, sizeof(event));
	event.sight = sight;
	event.branch = loop->branch;
	event.major = loop->major;
	event.minor = loop->minor;
	if (token != NULL) {
		event.token = token->value;
		event.size = token->length;
	}
	loop->params.fixed.observe(loop->params.fixed.observer, &event);
}

static void
branch_take(struct gssloop *loop, enum gssloop_branch branch)
{
	loop->branch = branch;
	observe(loop, GSSLOOP_SIGHT_BRANCH, NULL);
}

static gss_OID
mech_known(const struct gssloop *loop)
{
	return loop->actual != GSS_C_NO_OID ? loop->actual
					    : loop->params.fixed.mech;
}

/* ": GSS major: ...; GSS minor: ..." for the failure of a GSS call. */
static void
status_text(const struct gssloop *loop, char *text, size_t size)
{
	struct gj_status_texts texts;

	gj_status_texts(loop->major, loop->minor, mech_known(loop), &texts);
	snprintf(text, size, "GSS major: %s; GSS minor: %s", texts.major,
	    texts.minor);
}

/* The two texts of a failure; detail is printable. */
static void
error_write(struct gssloop *loop, const char *detail)
{
	const struct gssloop_branch_info *info =
	    gssloop_branch_info(loop->branch);
	enum gssloop_role role = loop->params.fixed.role;
	const char *side = role == GSSLOOP_INITIATOR ? "initiator" : "acceptor";

	snprintf(loop->error, sizeof(loop->error),
	    "%s: %s (branch %s, section %s)%s%s; what to do: %s", side,
	    info->happened, info->name, info->section[role],
	    detail[0] != '\0' ? ": " : "", detail, info->advice);
	snprintf(loop->error_for_peer, sizeof(loop->error_for_peer),
	    "%s: %s (%s)", side, info->happened, info->name);
}

/*
 * The one way into failure: the texts are made while the libraries still
 * have theirs, then the context is deleted.  loop->output is left: an error
 * token may be in it.
 */
static void
fail(struct gssloop *loop, enum gssloop_branch branch, const char *detail)
{
	const struct gssloop_branch_info *info = gssloop_branch_info(branch);

	branch_take(loop, branch);
	error_write(loop, detail != NULL ? detail : "");
	context_delete(loop);
	if (branch == GSSLOOP_BRANCH_FAILURE_TOKEN) {
		loop->state = SENDING_ERROR;
		return;
	}
	output_release(loop);
	loop->state = info->tell ? TELLING : FAILED;
}

static void
fail_with_status(struct gssloop *loop, enum gssloop_branch branch)
{
	char detail[sizeof(struct gj_status_texts) + 32];

	status_text(loop, detail, sizeof(detail));
	fail(loop, branch, detail);
}

static void
fail_with_flags(struct gssloop *loop, enum gssloop_branch branch,
    const char *verb, OM_uint32 flags)
{
	char detail[GJ_FLAGS_TEXT + 8], text[GJ_FLAGS_TEXT];

	gj_flags_text(flags, text);
	snprintf(detail, sizeof(detail), "%s %s", verb, text);
	fail(loop, branch, detail);
}

/* Sections 2.2 and 2.5: the call, and what its result means. */

static void
init_call(struct gssloop *loop, gss_buffer_t input)
{
	struct gssloop_params *params = &loop->params.fixed;

	loop->major = gss_init_sec_context(&loop->minor, params->cred,
	    &loop->context, params->target, params->mech, params->request,
	    params->lifetime, params->bindings, input, &loop->actual,
	    &loop->output, &loop->flags, &loop->lifetime);
}

static void
accept_call(struct gssloop *loop, gss_buffer_t input)
{
	struct gssloop_params *params = &loop->params.fixed;

	peer_release(loop);
	loop->major = gss_accept_sec_context(&loop->minor, &loop->context,
	    params->cred, input, params->bindings, &loop->source, &loop->actual,
	    &loop->output, &loop->flags, &loop->lifetime, &loop->delegated);
}

/* Section 2.1: true where anonymity was asked for and is not given. */
static int
anonymity_lost(const struct gssloop *loop)
{
	return loop->params.fixed.role == GSSLOOP_INITIATOR &&
	       (loop->params.fixed.request & GSS_C_ANON_FLAG) != 0 &&
	       (loop->flags & GSS_C_ANON_FLAG) == 0;
}

static void
establish(struct gssloop *loop)
{
	loop->state = ESTABLISHED;
	branch_take(loop, GSSLOOP_BRANCH_ESTABLISHED);
}

/* False, with the loop failed, where the flags are not what we need. */
static int
flags_are_good(struct gssloop *loop, enum gssloop_branch missing_branch,
    enum gssloop_branch unwanted_branch)
{
	OM_uint32 missing = loop->params.fixed.require & ~loop->flags;
	OM_uint32 unwanted = loop->params.fixed.refuse & loop->flags;

	if (missing != 0)
		fail_with_flags(loop, missing_branch, "lacks", missing);
	else if (unwanted != 0)
		fail_with_flags(loop, unwanted_branch, "has", unwanted);
	return missing == 0 && unwanted == 0;
}

/* Section 3: our side is complete. */
static void
flags_check(struct gssloop *loop)
{
	if (!flags_are_good(loop, GSSLOOP_BRANCH_FLAG_MISSING,
		GSSLOOP_BRANCH_FLAG_UNWANTED))
		return;
	if (loop->hold)
		loop->state = CONFIRMING;
	else
		establish(loop);
}

static void
error_handle(struct gssloop *loop)
{
	/* An error token could name whom the anonymous initiator hides. */
	if (anonymity_lost(loop))
		output_release(loop);
	fail_with_status(loop, loop->output.length > 0
				   ? GSSLOOP_BRANCH_FAILURE_TOKEN
				   : GSSLOOP_BRANCH_FAILURE_SILENT);
}

/*
 * Heimdal 7.8's SPNEGO can be led to say that it is complete while it has no
 * mechanism's context: the handle is there, the mechanism is not.
 */
static int
context_is_absent(const struct gssloop *loop)
{
	return loop->context == GSS_C_NO_CONTEXT ||
	       loop->actual == GSS_C_NO_OID;
}

static void
complete_handle(struct gssloop *loop)
{
	if (context_is_absent(loop)) {
		fail(loop, GSSLOOP_BRANCH_CONTEXT_ABSENT, NULL);
	} else if (loop->output.length > 0) {
		loop->state = SENDING_LAST;
		branch_take(loop, GSSLOOP_BRANCH_COMPLETE_TOKEN);
	} else {
		branch_take(loop, GSSLOOP_BRANCH_COMPLETE_EMPTY);
		flags_check(loop);
	}
}

static void
continue_handle(struct gssloop *loop)
{
	loop->state = SENDING;
	branch_take(loop, loop->output.length > 0
			      ? GSSLOOP_BRANCH_CONTINUE_TOKEN
			      : GSSLOOP_BRANCH_CONTINUE_EMPTY);
}

static void
result_handle(struct gssloop *loop)
{
	if (GSS_ERROR(loop->major))
		error_handle(loop);
	else if (anonymity_lost(loop))
		fail(loop, GSSLOOP_BRANCH_ANONYMITY_REFUSED, NULL);
	else if (loop->major == GSS_S_COMPLETE)
		complete_handle(loop);
	else if ((loop->major & GSS_S_CONTINUE_NEEDED) != 0)
		continue_handle(loop);
	else
		fail_with_status(loop, GSSLOOP_BRANCH_STATUS_FORBIDDEN);
}

static void
step(struct gssloop *loop, gss_buffer_t input)
{
	gss_OID known = loop->actual;

	if (loop->rounds >= loop->params.fixed.rounds_max) {
		fail(loop, GSSLOOP_BRANCH_ROUNDS_EXCEEDED, NULL);
		return;
	}
	loop->rounds++;
	loop->flags = 0;
	loop->actual = GSS_C_NO_OID;
	if (loop->params.fixed.role == GSSLOOP_INITIATOR)
		init_call(loop, input);
	else
		accept_call(loop, input);
	/* A call that failed need not say again whose minor status it is. */
	if (GSS_ERROR(loop->major) && loop->actual == GSS_C_NO_OID)
		loop->actual = known;
	result_handle(loop);
}

/* The handlers of the table. */

static void
on_start(struct gssloop *loop, struct input *input)
{
	if (loop->params.fixed.bootstrap != GSS_C_NO_BUFFER)
		step(loop, &loop->params.bootstrap);
	else if (loop->params.fixed.role == GSSLOOP_INITIATOR)
		step(loop, &input->token);
	else
		loop->state = WAITING;
}

/* A channel has refused larger ones unread; an application may have none. */
static int
size_check(struct gssloop *loop, const gss_buffer_desc *token)
{
	size_t max = loop->params.fixed.token_max;
	char detail[96];

	if (token->length <= max)
		return 1;
	snprintf(detail, sizeof(detail), "%zu octets, limit %zu", token->length,
	    max);
	fail(loop, GSSLOOP_BRANCH_TOKEN_TOO_LARGE, detail);
	return 0;
}

/* Section 2.7; with DCE style krb5's answer has no framing to look at. */
static int
reply_is_unsafe(const struct gssloop *loop, const gss_buffer_desc *token)
{
	const struct gssloop_params *params = &loop->params.fixed;

	return params->role == GSSLOOP_INITIATOR &&
	       (params->request & GSS_C_DCE_STYLE) == 0 &&
	       !gj_guard_reply(
		   params->mech, loop->actual, token->value, token->length);
}

static void
on_token(struct gssloop *loop, struct input *input)
{
	observe(loop, GSSLOOP_SIGHT_RECEIVED, &input->token);
	if (!size_check(loop, &input->token))
		return;
	if (reply_is_unsafe(loop, &input->token)) {
		fail(loop, GSSLOOP_BRANCH_TOKEN_IMPLAUSIBLE, NULL);
		return;
	}
	if (input->token.length == 0)
		branch_take(loop, GSSLOOP_BRANCH_EMPTY_RECEIVED);
	step(loop, &input->token);
}

static void
on_token_unexpected(struct gssloop *loop, struct input *input)
{
	observe(loop, GSSLOOP_SIGHT_RECEIVED, &input->token);
	fail(loop, GSSLOOP_BRANCH_TOKEN_UNEXPECTED,
	    "our own token was still to be sent");
}

static void
on_sent(struct gssloop *loop, struct input *input)
{
	enum state was = loop->state;

	(void)input;
	observe(loop, GSSLOOP_SIGHT_SENT, &loop->output);
	output_release(loop);
	if (was == SENDING)
		loop->state = WAITING;
	else if (was == SENDING_LAST)
		flags_check(loop);
	else
		loop->state = FAILED;
}

static void
on_send_lost(struct gssloop *loop, struct input *input)
{
	enum gssloop_branch branch = GSSLOOP_BRANCH_SEND_FAILED;

	if (input->io == GSSLOOP_IO_NO_MEMORY)
		branch = GSSLOOP_BRANCH_NO_MEMORY;
	/* What came meanwhile, where the driver looks. */
	else if (input->io == GSSLOOP_IO_EARLY)
		branch = GSSLOOP_BRANCH_MESSAGE_EARLY;
	else if (input->io == GSSLOOP_IO_MALFORMED)
		branch = GSSLOOP_BRANCH_FRAME_MALFORMED;
	fail(loop, branch, input->detail);
}

static void
on_receive_lost(struct gssloop *loop, struct input *input)
{
	static const enum gssloop_branch branches[] = {
	    [GSSLOOP_IO_OK] = GSSLOOP_BRANCH_RECEIVE_FAILED,
	    [GSSLOOP_IO_AGAIN] = GSSLOOP_BRANCH_RECEIVE_FAILED,
	    [GSSLOOP_IO_CLOSED] = GSSLOOP_BRANCH_PEER_CLOSED,
	    [GSSLOOP_IO_TIME] = GSSLOOP_BRANCH_TOKEN_MISSING,
	    [GSSLOOP_IO_TOO_LARGE] = GSSLOOP_BRANCH_TOKEN_TOO_LARGE,
	    [GSSLOOP_IO_MALFORMED] = GSSLOOP_BRANCH_FRAME_MALFORMED,
	    [GSSLOOP_IO_EARLY] = GSSLOOP_BRANCH_MESSAGE_EARLY,
	    [GSSLOOP_IO_CANNOT] = GSSLOOP_BRANCH_RECEIVE_FAILED,
	    [GSSLOOP_IO_REFUSED] = GSSLOOP_BRANCH_RECEIVE_FAILED,
	    [GSSLOOP_IO_WEAK] = GSSLOOP_BRANCH_RECEIVE_FAILED,
	    [GSSLOOP_IO_FAILED] = GSSLOOP_BRANCH_RECEIVE_FAILED,
	    [GSSLOOP_IO_NO_MEMORY] = GSSLOOP_BRANCH_NO_MEMORY,
	};

	fail(loop, branches[input->io], input->detail);
}

static void
on_confirmed(struct gssloop *loop, struct input *input)
{
	(void)input;
	establish(loop);
}

static void
on_confirmation_lost(struct gssloop *loop, struct input *input)
{
	fail(loop,
	    input->io == GSSLOOP_IO_NO_MEMORY ? GSSLOOP_BRANCH_NO_MEMORY
					      : GSSLOOP_BRANCH_UNCONFIRMED,
	    input->detail);
}

static void
on_token_excess(struct gssloop *loop, struct input *input)
{
	observe(loop, GSSLOOP_SIGHT_RECEIVED, &input->token);
	fail(loop, GSSLOOP_BRANCH_TOKEN_UNEXPECTED,
	    "the context is complete, and not yet confirmed");
}

/* The first failure keeps its texts; there is nobody left to tell. */
static void
on_failure_lost(struct gssloop *loop, struct input *input)
{
	(void)input;
	output_release(loop);
	loop->state = FAILED;
}

static void
on_peer_failed(struct gssloop *loop, struct input *input)
{
	fail(loop, GSSLOOP_BRANCH_PEER_FAILED, input->detail);
}

/* Section 3.2: is the context still what it was? */
static void
context_check(struct gssloop *loop)
{
	loop->major = gss_inquire_context(&loop->minor, loop->context, NULL,
	    NULL, NULL, NULL, &loop->flags, NULL, NULL);
	if (GSS_ROUTINE_ERROR(loop->major) == GSS_S_NO_CONTEXT)
		fail_with_status(loop, GSSLOOP_BRANCH_CONTEXT_DELETED);
	else if (GSS_ERROR(loop->major))
		fail_with_status(loop, GSSLOOP_BRANCH_EXTRA_REFUSED);
	else if (flags_are_good(loop, GSSLOOP_BRANCH_EXTRA_FLAG_MISSING,
		     GSSLOOP_BRANCH_EXTRA_FLAG_UNWANTED))
		branch_take(loop, GSSLOOP_BRANCH_EXTRA_TOKEN);
}

static void
on_extra_token(struct gssloop *loop, struct input *input)
{
	observe(loop, GSSLOOP_SIGHT_RECEIVED, &input->token);
	if (!size_check(loop, &input->token))
		return;
	if (loop->context == GSS_C_NO_CONTEXT) {
		fail(loop, GSSLOOP_BRANCH_EXTRA_REFUSED,
		    "the application has taken the context over");
		return;
	}
	loop->major = gss_process_context_token(
	    &loop->minor, loop->context, &input->token);
	if (GSS_ERROR(loop->major))
		fail_with_status(loop, GSSLOOP_BRANCH_EXTRA_REFUSED);
	else
		context_check(loop);
}

static void
on_told(struct gssloop *loop, struct input *input)
{
	(void)input;
	loop->state = FAILED;
}

typedef void handler(struct gssloop *, struct input *);

/* What is allowed next: an empty place changes nothing. */
static handler *const handlers[STATE_COUNT][EVENT_COUNT] = {
    [NEW] = {[EVENT_START] = on_start},
    [SENDING] = {[EVENT_SENT] = on_sent,
	[EVENT_TOKEN] = on_token_unexpected,
	[EVENT_LOST] = on_send_lost,
	[EVENT_PEER_FAILED] = on_peer_failed},
    [SENDING_LAST] = {[EVENT_SENT] = on_sent,
	[EVENT_TOKEN] = on_token_unexpected,
	[EVENT_LOST] = on_send_lost,
	[EVENT_PEER_FAILED] = on_peer_failed},
    [SENDING_ERROR] = {[EVENT_SENT] = on_sent, [EVENT_LOST] = on_failure_lost},
    [WAITING] = {[EVENT_TOKEN] = on_token,
	[EVENT_LOST] = on_receive_lost,
	[EVENT_PEER_FAILED] = on_peer_failed},
    [CONFIRMING] = {[EVENT_CONFIRMED] = on_confirmed,
	[EVENT_TOKEN] = on_token_excess,
	[EVENT_LOST] = on_confirmation_lost,
	[EVENT_PEER_FAILED] = on_peer_failed},
    [TELLING] = {[EVENT_TOLD] = on_told, [EVENT_LOST] = on_failure_lost},
    [ESTABLISHED] =
	{[EVENT_TOKEN] = on_extra_token, [EVENT_PEER_FAILED] = on_peer_failed},
    [FAILED] = {NULL},
};

static enum gssloop_next
dispatch(struct gssloop *loop, enum event event, struct input *input)
{
	handler *handle = handlers[loop->state][event];

	if (handle != NULL)
		handle(loop, input);
	return gssloop_next(loop);
}

/* The public calls. */

enum gssloop_next
gssloop_next(const struct gssloop *loop)
{
	static const enum gssloop_next next[STATE_COUNT] = {
	    [NEW] = GSSLOOP_START,
	    [SENDING] = GSSLOOP_SEND,
	    [SENDING_LAST] = GSSLOOP_SEND,
	    [SENDING_ERROR] = GSSLOOP_SEND,
	    [WAITING] = GSSLOOP_RECEIVE,
	    [CONFIRMING] = GSSLOOP_RECEIVE,
	    [TELLING] = GSSLOOP_TELL,
	    [ESTABLISHED] = GSSLOOP_DONE,
	    [FAILED] = GSSLOOP_FAILED,
	};

	return next[loop->state];
}

enum gssloop_next
gssloop_start(struct gssloop *loop)
{
	struct input input = {GSS_C_EMPTY_BUFFER, GSSLOOP_IO_OK, NULL};

	return dispatch(loop, EVENT_START, &input);
}

enum gssloop_next
gssloop_receive(struct gssloop *loop, const void *token, size_t size)
{
	struct input input = {{size, (void *)token}, GSSLOOP_IO_OK, NULL};

	return dispatch(loop, EVENT_TOKEN, &input);
}

enum gssloop_next
gssloop_sent(struct gssloop *loop)
{
	struct input input = {GSS_C_EMPTY_BUFFER, GSSLOOP_IO_OK, NULL};

	return dispatch(loop, EVENT_SENT, &input);
}

enum gssloop_next
gssloop_lost(struct gssloop *loop, enum gssloop_io io, const char *detail)
{
	struct input input = {GSS_C_EMPTY_BUFFER, io, detail};

	if ((unsigned int)io > GSSLOOP_IO_NO_MEMORY)
		input.io = GSSLOOP_IO_FAILED;
	return dispatch(loop, EVENT_LOST, &input);
}

enum gssloop_next
gssloop_peer_failed(
    struct gssloop *loop, OM_uint32 major, const char *text, size_t size)
{
	char said[PEER_TEXT], detail[PEER_TEXT + MAJOR_TEXT + 32];
	char major_text[MAJOR_TEXT];
	struct input input = {GSS_C_EMPTY_BUFFER, GSSLOOP_IO_OK, detail};

	gj_text_clean(text, size, said, sizeof(said));
	if (GSS_ERROR(major))
		gj_status_major(major, major_text, sizeof(major_text));
	else
		strlcpy(major_text, "none", sizeof(major_text));
	snprintf(detail, sizeof(detail), "it says \"%s\", GSS major: %s", said,
	    major_text);
	return dispatch(loop, EVENT_PEER_FAILED, &input);
}

void
gssloop_hold(struct gssloop *loop)
{
	if (loop->state != ESTABLISHED)
		loop->hold = 1;
}

int
gssloop_is_held(const struct gssloop *loop)
{
	return loop->state == CONFIRMING;
}

enum gssloop_next
gssloop_confirm(struct gssloop *loop)
{
	struct input input = {GSS_C_EMPTY_BUFFER, GSSLOOP_IO_OK, NULL};

	return dispatch(loop, EVENT_CONFIRMED, &input);
}

enum gssloop_next
gssloop_told(struct gssloop *loop)
{
	struct input input = {GSS_C_EMPTY_BUFFER, GSSLOOP_IO_OK, NULL};

	return dispatch(loop, EVENT_TOLD, &input);
}

const gss_buffer_desc *
gssloop_output(const struct gssloop *loop)
{
	return &loop->output;
}

enum gssloop_role
gssloop_role(const struct gssloop *loop)
{
	return loop->params.fixed.role;
}

enum gssloop_branch
gssloop_branch(const struct gssloop *loop)
{
	return loop->branch;
}

OM_uint32
gssloop_major(const struct gssloop *loop)
{
	return loop->major;
}

OM_uint32
gssloop_minor(const struct gssloop *loop)
{
	return loop->minor;
}

unsigned int
gssloop_rounds(const struct gssloop *loop)
{
	return loop->rounds;
}

size_t
gssloop_token_max(const struct gssloop *loop)
{
	return loop->params.fixed.token_max;
}

unsigned int
gssloop_wait_ms(const struct gssloop *loop)
{
	return loop->params.fixed.wait_ms;
}

const char *
gssloop_error(const struct gssloop *loop)
{
	return loop->error;
}

const char *
gssloop_error_for_peer(const struct gssloop *loop)
{
	return loop->error_for_peer;
}

OM_uint32
gssloop_flags(const struct gssloop *loop)
{
	return loop->flags;
}

gss_ctx_id_t
gssloop_context(const struct gssloop *loop)
{
	if (loop->state == ESTABLISHED || loop->state == CONFIRMING ||
	    loop->state == SENDING_LAST ||
	    (loop->flags & GSS_C_PROT_READY_FLAG) != 0)
		return loop->context;
	return GSS_C_NO_CONTEXT;
}

gss_ctx_id_t
gssloop_take_context(struct gssloop *loop)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;

	if (loop->state == ESTABLISHED) {
		context = loop->context;
		loop->context = GSS_C_NO_CONTEXT;
	}
	return context;
}

gss_OID
gssloop_mech(const struct gssloop *loop)
{
	return loop->actual;
}

gss_name_t
gssloop_source(const struct gssloop *loop)
{
	return loop->source;
}

gss_cred_id_t
gssloop_delegated(const struct gssloop *loop)
{
	return loop->delegated;
}

OM_uint32
gssloop_lifetime(const struct gssloop *loop)
{
	return loop->lifetime;
}
