/*
 * libgssloop: the GSS-API negotiation loop (RFC 7546; the section numbers
 * here are those of draft-kaduk-kitten-gss-loop-02) as an engine without I/O.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The engine makes the calls of gss_init_sec_context or
 * gss_accept_sec_context and says what is to be done next; the caller carries
 * the tokens:
 *
 *	struct gssloop_params params;
 *	struct gssloop *loop;
 *
 *	gssloop_params_init(&params, GSSLOOP_INITIATOR);
 *	params.target = name;
 *	gssloop_new(&loop, &params);
 *	for (next = gssloop_start(loop);;) {
 *		if (next == GSSLOOP_SEND)      send gssloop_output(loop);
 *					       next = gssloop_sent(loop);
 *		else if (next == GSSLOOP_RECEIVE)  receive a token;
 *					       next = gssloop_receive(loop, t);
 *		else if (next == GSSLOOP_TELL)     tell the peer, if it can be
 *					       told: next = gssloop_told(loop);
 *		else                           break;
 *	}
 *
 * gssloop_run() of gssloop_channel.h is that loop, with a deadline, over a
 * channel.  A failed loop stays failed and keeps its first reason.
 *
 * Threads: a loop belongs to one thread at a time; different loops may be
 * used at once.  Nothing here aborts, prints, reads the environment or keeps
 * global state.
 */
#ifndef GSSLOOP_H
#define GSSLOOP_H

#include <stddef.h>

#include <gssapi/gssapi.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GSSLOOP_API __attribute__((visibility("default")))
#else
#define GSSLOOP_API
#endif

enum gssloop_role {
	GSSLOOP_INITIATOR,
	GSSLOOP_ACCEPTOR
};

/* What the caller has to do next. */
enum gssloop_next {
	GSSLOOP_START,	 /* call gssloop_start */
	GSSLOOP_SEND,	 /* send gssloop_output, then call gssloop_sent */
	GSSLOOP_RECEIVE, /* await a token, then call gssloop_receive */
	GSSLOOP_TELL,	 /* indicate the failure to the peer where the protocol
			    can (gssloop_branch, gssloop_major), then call
			    gssloop_told */
	GSSLOOP_DONE,	 /* established, flags checked: use gssloop_context */
	GSSLOOP_FAILED	 /* over; gssloop_error says why */
};

/*
 * What became of an attempt to send or to receive; the vocabulary of the
 * channels and of gssloop_lost.
 */
enum gssloop_io {
	GSSLOOP_IO_OK,
	GSSLOOP_IO_AGAIN,     /* nothing wrong: would have to wait */
	GSSLOOP_IO_CLOSED,    /* the peer closed */
	GSSLOOP_IO_TIME,      /* not within the time allowed */
	GSSLOOP_IO_TOO_LARGE, /* over a limit, refused before it was read */
	GSSLOOP_IO_MALFORMED, /* not the channel's protocol */
	GSSLOOP_IO_EARLY,     /* an application message before the context */
	GSSLOOP_IO_CANNOT,    /* the channel's protocol has no way to say it */
	GSSLOOP_IO_REFUSED,   /* its protection is missing or wrong */
	GSSLOOP_IO_WEAK,      /* it is protected less than it has to be */
	GSSLOOP_IO_FAILED,    /* an error of the system */
	GSSLOOP_IO_NO_MEMORY
};

/*
 * The branches of the draft: every step and every exit of the engine is one
 * of them.  gssloop_branch_info has name, section and text of each.
 */
enum gssloop_branch {
	GSSLOOP_BRANCH_NONE, /* no call was made yet */

	/* steps */
	GSSLOOP_BRANCH_CONTINUE_TOKEN,
	GSSLOOP_BRANCH_CONTINUE_EMPTY,
	GSSLOOP_BRANCH_COMPLETE_TOKEN,
	GSSLOOP_BRANCH_COMPLETE_EMPTY,
	GSSLOOP_BRANCH_EMPTY_RECEIVED,

	/* good ends */
	GSSLOOP_BRANCH_ESTABLISHED,
	GSSLOOP_BRANCH_EXTRA_TOKEN,

	/* failures */
	GSSLOOP_BRANCH_ANONYMITY_REFUSED,
	GSSLOOP_BRANCH_FAILURE_TOKEN,
	GSSLOOP_BRANCH_FAILURE_SILENT,
	GSSLOOP_BRANCH_STATUS_FORBIDDEN,
	GSSLOOP_BRANCH_CONTEXT_ABSENT,
	GSSLOOP_BRANCH_SEND_FAILED,
	GSSLOOP_BRANCH_RECEIVE_FAILED,
	GSSLOOP_BRANCH_PEER_CLOSED,
	GSSLOOP_BRANCH_PEER_FAILED,
	GSSLOOP_BRANCH_TOKEN_UNEXPECTED,
	GSSLOOP_BRANCH_TOKEN_MISSING,
	GSSLOOP_BRANCH_TOKEN_TOO_LARGE,
	GSSLOOP_BRANCH_TOKEN_IMPLAUSIBLE,
	GSSLOOP_BRANCH_FRAME_MALFORMED,
	GSSLOOP_BRANCH_MESSAGE_EARLY,
	GSSLOOP_BRANCH_ROUNDS_EXCEEDED,
	GSSLOOP_BRANCH_FLAG_MISSING,
	GSSLOOP_BRANCH_FLAG_UNWANTED,
	GSSLOOP_BRANCH_UNCONFIRMED,
	GSSLOOP_BRANCH_EXTRA_REFUSED,
	GSSLOOP_BRANCH_CONTEXT_DELETED,
	GSSLOOP_BRANCH_EXTRA_FLAG_MISSING,
	GSSLOOP_BRANCH_EXTRA_FLAG_UNWANTED,
	GSSLOOP_BRANCH_NO_MEMORY,

	GSSLOOP_BRANCH_COUNT
};

struct gssloop_branch_info {
	const char *name;	/* lower case, with hyphens */
	const char *section[2]; /* of the draft, by role; NULL where the role
				   has no such branch */
	const char *happened;	/* what happened, as half a sentence */
	const char *done;	/* what our side does about it */
	const char *advice;	/* what a person can do; NULL for a step */
	int failure;		/* whether the loop fails here */
	int tell;		/* whether the peer is told of the failure */
};

/*
 * The table's row of a branch, which lives as long as the program; NULL for a
 * value that is none.
 */
GSSLOOP_API const struct gssloop_branch_info *gssloop_branch_info(
    enum gssloop_branch branch);

/* What an observer is shown. */
enum gssloop_sight {
	GSSLOOP_SIGHT_RECEIVED, /* a token came in; not yet used */
	GSSLOOP_SIGHT_BRANCH,	/* a branch was taken */
	GSSLOOP_SIGHT_SENT	/* a token was sent */
};

struct gssloop_event {
	enum gssloop_sight sight;
	enum gssloop_branch branch; /* of SIGHT_BRANCH */
	OM_uint32 major, minor;	    /* of the latest GSS call */
	const void *token;	    /* of RECEIVED and SENT; valid during the
				       call */
	size_t size;		    /* octets of the token */
};

/*
 * Limits, with what they are when the caller says nothing.
 *
 * Token size, in octets: a Windows ticket has at most 65,535 octets
 * (MaxTokenSize), and SPNEGO wraps it a few times; a delegated ticket rides
 * in the same token.
 */
#define GSSLOOP_TOKEN_MAX_DEFAULT 131072

/* GSS calls of one side: real mechanisms need one to five. */
#define GSSLOOP_ROUNDS_MAX_DEFAULT 32

/* Milliseconds for one awaited token: a slow KDC or a person at a prompt. */
#define GSSLOOP_WAIT_DEFAULT 30000

/*
 * The arguments of the loop.  They are taken over when the loop is made and
 * stay what they are over all its calls (sections 2 and 2.5): mech,
 * bindings and bootstrap are copied, cred and target are borrowed and must
 * outlive the loop.
 */
struct gssloop_params {
	enum gssloop_role role;
	gss_cred_id_t cred; /* GSS_C_NO_CREDENTIAL: the default */
	gss_name_t target;  /* initiator: required */
	gss_OID mech;	    /* initiator: GSS_C_NO_OID is the default */
	OM_uint32 lifetime; /* initiator: seconds asked for; 0 is default */
	OM_uint32 request;  /* initiator: GSS_C_*_FLAG asked for */
	OM_uint32 require;  /* both: flags without which there is no context
			       (section 3); the initiator asks for them, too.
			       GSS_C_ANON_FLAG: see section 2.1 */
	OM_uint32 refuse;   /* both: flags with which there is no context; the
			       initiator does not ask for them.  Whatever is
			       in neither may be granted or not: "at least X"
			       is X required, "exactly X" is X required and ~X
			       refused.  GSS_C_PROT_READY_FLAG,
			       GSS_C_TRANS_FLAG and 0x800 (channel bound) say
			       what a context is like and are never refused */
	gss_channel_bindings_t bindings; /* NULL for none */
	/* initiator: the input token of the first call, for a mechanism that
	   wants one, as CCM does (gssapi_ccm.h); GSS_C_NO_BUFFER for none.
	   It is no peer's: it has no limit, and no observer sees it */
	const gss_buffer_desc *bootstrap;
	size_t token_max;	 /* octets of a token; 0 is the default */
	unsigned int rounds_max; /* GSS calls; 0 is the default */
	unsigned int wait_ms;	 /* for one awaited token, milliseconds; 0 is
				    the default.  The driver's affair: the
				    engine has no clock */

	/* Called at each step; NULL for none.  It may ask the loop, not drive
	   it. */
	void (*observe)(void *observer, const struct gssloop_event *event);
	void *observer;
};

/* Everything empty but the role; GSS_C_MUTUAL_FLAG is not asked for. */
GSSLOOP_API void gssloop_params_init(
    struct gssloop_params *params, enum gssloop_role role);

struct gssloop;

/*
 * Makes a loop.  Returns 0; EINVAL for a role that is none, an initiator
 * without target, an acceptor with bootstrap, a flag that is both required and
 * refused, or a mechanism of more than 128 octets; or ENOMEM.  On failure *loop
 * is NULL.  gssloop_free releases it.
 */
GSSLOOP_API int gssloop_new(
    struct gssloop **loop, const struct gssloop_params *params);

/*
 * Deletes the context unless gssloop_take_context took it, asks for no
 * deletion token (section 3.2), wipes and frees everything, and clears *loop.
 * A cleared loop is accepted.
 */
GSSLOOP_API void gssloop_free(struct gssloop **loop);

/* What is to be done next.  Changes nothing. */
GSSLOOP_API enum gssloop_next gssloop_next(const struct gssloop *loop);

/*
 * The calls that drive the loop; each returns what is to be done next.  A
 * call that does not belong where the loop is (gssloop_sent with nothing to
 * be sent) changes nothing.
 *
 * gssloop_start makes the initiator's first call, and lets the acceptor wait.
 */
GSSLOOP_API enum gssloop_next gssloop_start(struct gssloop *loop);

/*
 * A token came from the peer; it may be empty (token NULL, size 0) and is
 * only read during the call.  After GSSLOOP_DONE it is an additional token:
 * it goes to gss_process_context_token and the context is inquired again
 * (section 3.2).  While something is still to be sent, it is refused.
 */
GSSLOOP_API enum gssloop_next gssloop_receive(
    struct gssloop *loop, const void *token, size_t size);

/*
 * For protocols that end their handshake by more than GSS's tokens.
 * gssloop_hold, before the loop is established: a loop that is complete and
 * has its flags then goes on awaiting (GSSLOOP_RECEIVE, gssloop_is_held), until
 * gssloop_confirm, or gssloop_lost or gssloop_peer_failed, with which it
 * fails.  gssloop_context gives the context meanwhile.
 */
GSSLOOP_API void gssloop_hold(struct gssloop *loop);
GSSLOOP_API int gssloop_is_held(const struct gssloop *loop);
GSSLOOP_API enum gssloop_next gssloop_confirm(struct gssloop *loop);

/* gssloop_output was sent in full. */
GSSLOOP_API enum gssloop_next gssloop_sent(struct gssloop *loop);

/*
 * Sending or receiving came to nothing, as io says: the loop fails, unless it
 * has not begun or is established, when that is the application's affair.
 * detail is what the channel has to say about it; NULL for nothing.
 */
GSSLOOP_API enum gssloop_next gssloop_lost(
    struct gssloop *loop, enum gssloop_io io, const char *detail);

/*
 * The peer told us that it failed: so do we.  text is the peer's and hostile;
 * what is not printable ASCII is replaced, and it is cut to 255 characters.
 */
GSSLOOP_API enum gssloop_next gssloop_peer_failed(
    struct gssloop *loop, OM_uint32 major, const char *text, size_t size);

/* The peer was told, or could not be: the answer to GSSLOOP_TELL. */
GSSLOOP_API enum gssloop_next gssloop_told(struct gssloop *loop);

/* The token to send while GSSLOOP_SEND is next; the loop's, until sent. */
GSSLOOP_API const gss_buffer_desc *gssloop_output(const struct gssloop *loop);

/*
 * What is to be known of a loop.  Handles and texts are the loop's and live
 * as long as it, or until the next call that drives it.
 */
GSSLOOP_API enum gssloop_role gssloop_role(const struct gssloop *loop);
GSSLOOP_API enum gssloop_branch gssloop_branch(const struct gssloop *loop);
GSSLOOP_API OM_uint32 gssloop_major(const struct gssloop *loop);
GSSLOOP_API OM_uint32 gssloop_minor(const struct gssloop *loop);

/* GSS calls made so far. */
GSSLOOP_API unsigned int gssloop_rounds(const struct gssloop *loop);

/* The limits that are in force: octets, milliseconds. */
GSSLOOP_API size_t gssloop_token_max(const struct gssloop *loop);
GSSLOOP_API unsigned int gssloop_wait_ms(const struct gssloop *loop);

/*
 * Why the loop failed, for a person, in one line: the side, what happened,
 * the branch and its section, GSS's major and minor texts, what to do.
 * "" while it has not failed.
 */
GSSLOOP_API const char *gssloop_error(const struct gssloop *loop);

/*
 * The same for the peer: the side and the branch.  The major status goes
 * beside it, where it is an error; the minor one and its text stay here, since
 * they name files and principals of this host.
 */
GSSLOOP_API const char *gssloop_error_for_peer(const struct gssloop *loop);

/* The flags that the latest GSS call returned. */
GSSLOOP_API OM_uint32 gssloop_flags(const struct gssloop *loop);

/*
 * GSS_C_NO_CONTEXT unless complete, or protection is ready (section 3.1:
 * conf_avail and integ_avail of gssloop_flags then hold already, and the
 * application has to prevent replays by itself).
 */
GSSLOOP_API gss_ctx_id_t gssloop_context(const struct gssloop *loop);

/*
 * Hands the established context over to the caller, who deletes it;
 * GSS_C_NO_CONTEXT where there is none.  The loop is of no further use for
 * additional tokens.
 */
GSSLOOP_API gss_ctx_id_t gssloop_take_context(struct gssloop *loop);

/* The mechanism that was used; GSS_C_NO_OID while it is not known. */
GSSLOOP_API gss_OID gssloop_mech(const struct gssloop *loop);

/* Acceptor: who the initiator is; GSS_C_NO_NAME while it is not known. */
GSSLOOP_API gss_name_t gssloop_source(const struct gssloop *loop);

/* Acceptor: what was delegated; GSS_C_NO_CREDENTIAL for nothing. */
GSSLOOP_API gss_cred_id_t gssloop_delegated(const struct gssloop *loop);

/* Seconds that the context was good for when it was established. */
GSSLOOP_API OM_uint32 gssloop_lifetime(const struct gssloop *loop);

#ifdef __cplusplus
}
#endif

#endif
