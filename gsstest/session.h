/*
 * One negotiation and the messages after it, of either side.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_SESSION_H
#define GSSTEST_SESSION_H

#include "message_branch.h"
#include "party.h"

/*
 * Steps that a report shows; more are counted only.  Two for each GSS call of
 * GSSLOOP_ROUNDS_MAX_DEFAULT.
 */
#define SESSION_STEPS 64

/* Messages that were protected, sent, answered and verified. */
struct session_messages {
	unsigned int conf, integ, mic, clear;
};

struct session {
	struct party *party;
	unsigned int number;
	struct gssloop *loop;
	struct gssloop_channel *channel;
	uint64_t began, ended; /* of the negotiation, microseconds */
	const struct gssloop_branch_info *steps[SESSION_STEPS];
	unsigned int step_count;
	unsigned int sent, received; /* tokens */
	unsigned char first_octets[GJ_OID_OCTETS];
	gss_OID_desc first; /* the first token's mechanism, where it is framed
			       with one */
	size_t octets_sent, octets_received;
	struct session_messages messages;
	unsigned int asked; /* initiator: messages that were sent */
	bool awaiting;	    /* initiator: an answer */
	bool finished;	    /* no more messages; what is left is to flush */
	const char *error_branch;  /* where it failed, or NULL */
	const char *error_section; /* of the draft */
	char error[1280];	   /* "" while it works */
};

/*
 * Takes over a connected socket and makes loop and channel; number tells the
 * session from others of the process, in the trace.  EXIT_WORKED, or
 * EXIT_FAILED with session->error set; session_close is right after either.
 * The session must not move in memory until then.
 */
int session_open(
    struct session *session, struct party *party, int fd, unsigned int number);

/* The same with a channel that is there, and belongs to the session then. */
int session_open_channel(struct session *session, struct party *party,
    struct gssloop_channel *channel, unsigned int number);

void session_close(struct session *session);

/* True while nothing has failed. */
bool session_works(const struct session *session);

/*
 * The negotiation came to its end, GSSLOOP_DONE or GSSLOOP_FAILED: takes the
 * time and the loop's error, and lets messages in.
 */
void session_negotiated(struct session *session);

/* The greatest message to take from the peer, as it is sent, in octets. */
size_t session_message_max(const struct session *session);

/* Notes a step that the loop does not know. */
void session_step(struct session *session, enum message_branch branch);

/* The loop failed, if it did, in the middle of the messages. */
void session_check(struct session *session);

/*
 * Fails the session outside of the loop and tells the peer where the channel
 * can, without waiting.  The first failure stays.  detail may be NULL.
 */
void session_fail(
    struct session *session, enum message_branch branch, const char *detail);

/* The same, with a GSS call and its status. */
void session_fail_gss(struct session *session, const char *what,
    OM_uint32 major, OM_uint32 minor);

/* The same, for what a channel returned; what is "sending" or so. */
void session_fail_io(
    struct session *session, const char *what, enum gssloop_io io);

#endif
