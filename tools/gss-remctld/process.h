/*
 * Programs that run, their input and their output.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A process belongs to its owner until it ended or was abandoned.  What it
 * wrote is given to the owner as it comes, 60 KiB at a time, and no faster
 * than the owner takes it: what is not taken stays in the pipe, and a program
 * whose pipe is full waits.  The end of the program is the end, also where
 * another process still has its output; what was written by then is given
 * first.
 */
#ifndef GSS_REMCTLD_PROCESS_H
#define GSS_REMCTLD_PROCESS_H

#include <event2/event.h>

#include "program.h"
#include "wire_remctl.h"

struct process;

/* The processes of a server.  Begins with 0. */
struct processes {
	struct event_base *base;
	struct event *child; /* SIGCHLD */
	struct process *first;
	unsigned int wide; /* pipes that were widened */
};

enum process_wish {
	PROCESS_MORE,
	PROCESS_PAUSE, /* until process_resume */
	PROCESS_GONE   /* the owner has abandoned it */
};

struct process_owner {
	void *self;

	/* Something was written; the octets are gone with the call. */
	void (*output)(void *self, enum gj_remctl_stream stream,
	    const struct gssloop_view *octets);

	/* All there was for now: time to send it. */
	enum process_wish (*turned)(void *self);

	/*
	 * It ended with this status of waitpid; nothing more comes, and there
	 * is no process any more.
	 */
	void (*ended)(void *self, int status);
};

/* False where libevent fails; processes_close is right after either. */
bool processes_open(struct processes *processes, struct event_base *base);

/* Lets go of all; they run on. */
void processes_close(struct processes *processes);

/*
 * Runs a program; where `mixed` is set both its outputs come as standard
 * output, in the order of writing.  The input has to stay until the end; all
 * else is not needed any more.  NULL with errno.
 */
struct process *process_start(struct processes *processes,
    const struct program *program, bool mixed,
    const struct process_owner *owner);

/* The owner takes output again; any of its functions may be called. */
void process_resume(struct process *process);

/*
 * Closes the program's input and output: it is told by SIGPIPE when it writes.
 * It is waited for all the same.  Clears the owner's pointer; NULL is accepted.
 */
void process_abandon(struct process **process);

#endif
