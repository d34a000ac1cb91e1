/*
 * Programs that run, their input and their output.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define _GNU_SOURCE /* for glibc's pipe2 and vfork, which POSIX had not */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "descriptors.h"
#include "environment.h"
#include "log.h"
#include "process.h"

/* For a system without it; nothing here needs more than fork gives. */
#ifdef GJ_NO_VFORK
#define vfork fork
#endif

/* The program's descriptors, by their numbers there. */
enum {
	INPUT = STDIN_FILENO,
	OUTPUT = STDOUT_FILENO,
	ERRORS = STDERR_FILENO,
	PIPES
};

struct process {
	struct processes *all;
	struct process *next, **link;
	struct process_owner owner;
	pid_t pid;
	int fds[PIPES]; /* our ends; -1: none, or closed */
	struct event *events[PIPES];
	struct gssloop_view input; /* what of it is still to be written */
	bool abandoned, paused;
	bool reaped;
	int status;	    /* of waitpid, once it is reaped */
	size_t owed[PIPES]; /* what it had written by then */
	size_t carried[PIPES];
	bool wide[PIPES];
};

/*
 * One read for all: what it holds is given away before the next.  Fifteen pages
 * of 4 KiB: a pipe holds sixteen, and a message not quite so much.
 */
static uint8_t chunk[61440];

/*
 * The size of a pipe decides how often a program that writes without end and
 * the server wait for each other: with Linux's 64 KiB for a tenth of the time
 * and more.  One that has carried so much is made so wide.  What its client
 * does not read is the kernel's, which has several times as much of it for the
 * socket already.
 */
#define PIPE_WIDE 1048576

/*
 * Linux gives an unprivileged user 64 MiB for pipes, and once that is spent
 * pipes of a page or two: a few clients are not to spend it for all.
 */
#define PIPES_WIDE 16

/* Pipes. */

static void
pipe_close(struct process *process, int pipe)
{
	if (process->events[pipe] != NULL)
		event_free(process->events[pipe]);
	if (process->fds[pipe] != -1)
		close(process->fds[pipe]);
	process->events[pipe] = NULL;
	process->fds[pipe] = -1;
	process->owed[pipe] = 0;
	if (process->wide[pipe])
		process->all->wide--;
	process->wide[pipe] = false;
}

static void
process_free(struct process *process)
{
	int pipe;

	for (pipe = INPUT; pipe < PIPES; pipe++)
		pipe_close(process, pipe);
	if (process->link != NULL)
		*process->link = process->next;
	if (process->next != NULL)
		process->next->link = process->link;
	free(process);
}

/* Writes what the pipe takes.  A program need not read its input. */
static void
on_input(evutil_socket_t fd, short what, void *argument)
{
	struct process *process = argument;
	ssize_t written = 0;

	(void)what;
	if (process->input.size > 0)
		written = write(fd, process->input.data, process->input.size);
	if (written == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (written > 0) {
		process->input.data += written;
		process->input.size -= (size_t)written;
	}
	if (written == -1 || process->input.size == 0)
		pipe_close(process, INPUT);
}

static void
pipe_carried(struct process *process, int pipe, size_t octets)
{
	size_t before = process->carried[pipe];

	process->carried[pipe] += octets;
	if (before >= PIPE_WIDE || process->carried[pipe] < PIPE_WIDE ||
	    process->all->wide == PIPES_WIDE)
		return;
	process->wide[pipe] = true;
	process->all->wide++;
	descriptor_widen(process->fds[pipe], PIPE_WIDE);
}

/* Gives what is in a pipe to the owner, once: neither pipe is to wait long. */
static void
output_take(struct process *process, int pipe)
{
	struct gssloop_view octets = {chunk, 0};
	size_t room = sizeof(chunk);
	ssize_t got;

	if (process->fds[pipe] == -1)
		return;
	if (process->reaped && process->owed[pipe] < room)
		room = process->owed[pipe];
	got = room > 0 ? read(process->fds[pipe], chunk, room) : 0;
	if (got == -1 && !process->reaped &&
	    (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		pipe_close(process, pipe);
		return;
	}
	octets.size = (size_t)got;
	if (process->reaped)
		process->owed[pipe] -= octets.size;
	else
		pipe_carried(process, pipe, octets.size);
	process->owner.output(process->owner.self,
	    pipe == OUTPUT ? GJ_REMCTL_STDOUT : GJ_REMCTL_STDERR, &octets);
}

static void
output_await(struct process *process, bool await)
{
	int pipe;

	for (pipe = OUTPUT; pipe < PIPES; pipe++) {
		if (process->events[pipe] == NULL)
			continue;
		if (await)
			event_add(process->events[pipe], NULL);
		else
			event_del(process->events[pipe]);
	}
}

static enum process_wish
owner_turn(struct process *process)
{
	enum process_wish wish = process->owner.turned(process->owner.self);

	if (wish != PROCESS_GONE) {
		process->paused = wish == PROCESS_PAUSE;
		if (process->paused || process->reaped)
			output_await(process, false);
	}
	return wish;
}

/* Output that was there already is not asked for by an event. */
static void
on_output(evutil_socket_t fd, short what, void *argument)
{
	struct process *process = argument;

	(void)what;
	output_take(process, fd == process->fds[OUTPUT] ? OUTPUT : ERRORS);
	owner_turn(process);
}

/* The end. */

static void
process_finish(struct process *process)
{
	struct process_owner owner = process->owner;
	int status = process->status;

	process_free(process);
	owner.ended(owner.self, status);
}

/*
 * Gives what an ended program had written.  What is given last waits for the
 * owner's word of the end, so that both are sent at once.
 */
static void
process_drain(struct process *process)
{
	while (!process->paused) {
		output_take(process, OUTPUT);
		output_take(process, ERRORS);
		if (process->owed[OUTPUT] == 0 && process->owed[ERRORS] == 0) {
			process_finish(process);
			return;
		}
		if (owner_turn(process) == PROCESS_GONE)
			return;
	}
}

static size_t
octets_waiting(int fd)
{
	int count = 0;

	if (fd == -1 || ioctl(fd, FIONREAD, &count) == -1 || count < 0)
		return 0;
	return (size_t)count;
}

static void
process_reaped(struct process *process, int status)
{
	int pipe;

	log_debug("child %ld done", (long)process->pid);
	process->reaped = true;
	process->status = status;
	if (process->abandoned) {
		process_free(process);
		return;
	}
	pipe_close(process, INPUT);
	for (pipe = OUTPUT; pipe < PIPES; pipe++)
		process->owed[pipe] = octets_waiting(process->fds[pipe]);
	output_await(process, false);
	process_drain(process);
}

static struct process *
process_find(const struct processes *processes, pid_t pid)
{
	struct process *process;

	for (process = processes->first; process != NULL;
	     process = process->next)
		if (process->pid == pid && !process->reaped)
			return process;
	return NULL;
}

static void
on_child(evutil_socket_t signal, short what, void *argument)
{
	struct processes *processes = argument;
	struct process *process;
	int status;
	pid_t pid;

	(void)signal;
	(void)what;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		process = process_find(processes, pid);
		if (process != NULL)
			process_reaped(process, status);
	}
}

void
process_resume(struct process *process)
{
	if (!process->paused)
		return;
	process->paused = false;
	if (process->reaped)
		process_drain(process);
	else
		output_await(process, true);
}

void
process_abandon(struct process **abandoned)
{
	struct process *process = *abandoned;
	int pipe;

	*abandoned = NULL;
	if (process == NULL)
		return;
	if (process->reaped) {
		process_free(process);
		return;
	}
	process->abandoned = true;
	for (pipe = INPUT; pipe < PIPES; pipe++)
		pipe_close(process, pipe);
}

/* The beginning. */

/* Makes a pipe: our end in fds, the program's, which may wait, in theirs. */
static bool
pipe_open(struct process *process, int number, int *theirs)
{
	int ends[2], ours = number == INPUT ? 1 : 0;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return false;
	process->fds[number] = ends[ours];
	theirs[number] = ends[1 - ours];
	return fcntl(ends[ours], F_SETFL, O_NONBLOCK) != -1;
}

static bool
event_open(struct process *process, int number)
{
	bool input = number == INPUT;
	struct event *event;

	event = event_new(process->all->base, process->fds[number],
	    (short)((input ? EV_WRITE : EV_READ) | EV_PERSIST),
	    input ? on_input : on_output, process);
	process->events[number] = event;
	return event != NULL && event_add(event, NULL) == 0;
}

static bool
pipes_open(struct process *process, const struct program *program, bool mixed,
    int *theirs)
{
	const bool wanted[PIPES] = {program->has_input, true, !mixed};
	int number;

	for (number = INPUT; number < PIPES; number++)
		if (wanted[number] && (!pipe_open(process, number, theirs) ||
					  !event_open(process, number)))
			return false;
	return true;
}

/*
 * The child's descriptors, none of which is one of 0 to 2 by itself.  There may
 * be no other left for an empty input than the server's own.
 */
static void
child_pipes(const int *theirs)
{
	bool mixed = theirs[ERRORS] == -1;

	close(INPUT);
	if (theirs[INPUT] == -1)
		descriptor_empty(INPUT);
	else
		dup2(theirs[INPUT], INPUT);
	dup2(theirs[OUTPUT], OUTPUT);
	dup2(theirs[mixed ? OUTPUT : ERRORS], ERRORS);
}

/*
 * A child of vfork costs a fraction of one of fork, whose every page has to be
 * copied twice, but the server waits for it: so nothing that may take long is
 * left to it but to open the program.
 */
static pid_t
child_make(const struct program *program, struct environment *environment,
    const int *theirs)
{
	sigset_t before;
	pid_t pid;

	child_announce(&before);
	pid = program_asks(program) ? fork() : vfork();
	if (pid == 0) {
		child_settle();
		child_pipes(theirs);
		program_become(program, environment);
	}
	child_made(&before);
	return pid;
}

static pid_t
child_start(const struct program *program, const int *theirs)
{
	struct environment environment;
	pid_t pid = -1;
	int error;

	if (environment_make(&environment, program))
		pid = child_make(program, &environment, theirs);
	error = errno;
	environment_free(&environment);
	errno = error;
	return pid;
}

static struct process *
process_new(struct processes *processes, const struct process_owner *owner)
{
	struct process *process = calloc(1, sizeof(*process));
	int pipe;

	if (process == NULL)
		return NULL;
	process->all = processes;
	process->owner = *owner;
	for (pipe = INPUT; pipe < PIPES; pipe++)
		process->fds[pipe] = -1;
	process->next = processes->first;
	process->link = &processes->first;
	if (process->next != NULL)
		process->next->link = &process->next;
	processes->first = process;
	return process;
}

struct process *
process_start(struct processes *processes, const struct program *program,
    bool mixed, const struct process_owner *owner)
{
	struct process *process = process_new(processes, owner);
	int theirs[PIPES] = {-1, -1, -1}, number, error;

	if (process == NULL)
		return NULL;
	process->input = program->input;
	process->pid = -1;
	if (pipes_open(process, program, mixed, theirs))
		process->pid = child_start(program, theirs);
	error = errno;
	for (number = INPUT; number < PIPES; number++)
		if (theirs[number] != -1)
			close(theirs[number]);
	if (process->pid != -1) {
		log_debug("child %ld for %s", (long)process->pid,
		    program->client->address);
		return process;
	}
	process_free(process);
	errno = error;
	return NULL;
}

bool
processes_open(struct processes *processes, struct event_base *base)
{
	memset(processes, 0, sizeof(*processes));
	programs_prepare();
	processes->base = base;
	processes->child = evsignal_new(base, SIGCHLD, on_child, processes);
	return processes->child != NULL &&
	       event_add(processes->child, NULL) == 0;
}

void
processes_close(struct processes *processes)
{
	while (processes->first != NULL)
		process_free(processes->first);
	if (processes->child != NULL)
		event_free(processes->child);
	memset(processes, 0, sizeof(*processes));
}
