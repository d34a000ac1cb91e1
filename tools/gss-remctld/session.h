/*
 * A client whose context is established: its messages, its commands, and what
 * is answered.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_SESSION_H
#define GSS_REMCTLD_SESSION_H

#include "command.h"
#include "process.h"
#include "remctl.h"

enum session_state {
	SESSION_IDLE,	 /* takes the next message */
	SESSION_RUNNING, /* a command's program; no message is taken */
	SESSION_ENDING,	 /* what was put is sent, then it is over */
	SESSION_OVER	 /* at once */
};

/* What sessions have in common, and their server's. */
struct service {
	struct config *config; /* for the next command */
	struct processes processes;
	bool stopping; /* no session takes another command */
};

/* Who carries the session's packets. */
struct session_carrier {
	void *self;

	/* What was put is to be sent, as process_owner's turned. */
	enum process_wish (*turned)(void *self);

	/* A command is over: sends, and goes on with the session. */
	void (*ended)(void *self);
};

/* A message that came while a command ran, and waits for its end. */
struct held {
	bool is;
	enum gssloop_io io;
	struct gj_remctl_message message;
	struct gj_remctl_result result;
};

struct session {
	enum session_state state;
	struct service *service;
	struct session_carrier carrier;
	struct client client;
	struct acl_user user;
	struct gj_remctl remctl;
	bool keep_alive; /* what the latest COMMAND wants */
	struct gj_remctl_assembly assembly;
	struct gj_buffer body; /* of the command, as far as it has come */
	struct held held;
	struct gj_buffer answer; /* the old protocol's output */
	struct command command;
	struct process *process;
};

/*
 * Begins with an established loop over the channel, both of which are borrowed;
 * the client is the carrier's, but for its user and when it expires.  False
 * where that is refused, with its reason logged; session_close is right after
 * either.
 */
bool session_open(struct session *session, struct service *service,
    const struct session_carrier *carrier, struct gssloop_channel *channel,
    const struct gssloop *loop);

/*
 * An idle session takes a message.  False where there is none yet; what was
 * put is to be sent in any case.
 */
bool session_receive(struct session *session);

/*
 * While a command runs: a client may ask whether we are there.  Takes a message
 * and answers a NOOP; any other is held until the command is over.  False where
 * there is none to take; what was put is to be sent in any case.
 */
bool session_overhear(struct session *session);

/* Whether a running session takes more of what its client has to say. */
bool session_overhears(const struct session *session);

/* Wipes and frees; a program that runs is abandoned. */
void session_close(struct session *session);

#endif
