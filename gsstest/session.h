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

/* Octets of a context's handle: a credential of RPC holds no more. */
#define SESSION_HANDLE_MAX 400

/* Messages that were protected, sent, answered and verified. */
struct session_messages {
	unsigned int conf, integ, mic, clear;
};

struct message_way; /* message.h */

struct session {
	struct party *party;
	unsigned int number;
	struct gssloop *loop;	    /* the negotiation under way, or the last */
	struct gssloop *associated; /* the one before a second; else NULL */
	const char *layer; /* second: what protects the channel, or NULL */
	struct gssloop_channel *channel;
	struct gssloop_channel *carrier; /* it, without what is around it */
	/* second: how the channel's protocol names the first context */
	uint8_t handle[SESSION_HANDLE_MAX];
	size_t handle_size;
	uint64_t began, ended; /* of the negotiation, microseconds */
	const struct gssloop_branch_info *steps[SESSION_STEPS];
	unsigned int step_count;
	unsigned int sent, received; /* tokens */
	unsigned char first_octets[GJ_OID_OCTETS];
	gss_OID_desc first; /* the first token's mechanism, where it is framed
			       with one */
	gss_buffer_desc began_with; /* acceptor: the whole first token, where it
				       is to be reported on */
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
 * A negotiation after the first one, on the same channel, whose context stands
 * upon the first one's: a layer of a party.  Its context is the one that
 * messages and report are about.
 */
struct session_second {
	gss_OID mech; /* an acceptor's peer could take another one */
	/* The first context is there: makes the second loop.  NULL with the
	   session failed. */
	struct gssloop *(*begin)(struct session *session);
	/* This thread turns to the session's second loop, and from it. */
	void (*enter)(struct session *session);
	void (*leave)(struct session *session);
	/* After a begin that worked, before the first context is deleted. */
	void (*end)(struct session *session);
	const struct message_way *way;
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
 * Goes on negotiating as far as that does not wait, as gssloop_advance, with
 * the second negotiation behind the first where there is one.
 */
enum gssloop_next session_advance(struct session *session);

/* What a loop of this session starts from: the party's. */
void session_params(struct session *session, struct gssloop_params *params);

/* Acceptor: what was delegated, or GSS_C_NO_CREDENTIAL. */
gss_cred_id_t session_delegated(const struct session *session);

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
