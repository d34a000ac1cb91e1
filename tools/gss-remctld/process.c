/*
 * Programs that run, their input and their output.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"
#include "log.h"
#include "process.h"

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
};

/*
 * One read for all: what it holds is given away before the next.  Fifteen pages
 * of 4 KiB: a pipe holds sixteen, and a message not quite so much.
 */
static uint8_t chunk[61440];

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

/* Makes a pipe: our end in fds, the program's in theirs. */
static bool
pipe_open(struct process *process, int number, int *theirs)
{
	int ends[2], ours = number == INPUT ? 1 : 0;

	if (pipe(ends) == -1)
		return false;
	process->fds[number] = ends[ours];
	theirs[number] = ends[1 - ours];
	return fcntl(theirs[number], F_SETFD, FD_CLOEXEC) != -1 &&
	       descriptor_prepare(ends[ours]);
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

/* The child's descriptors, none of which is one of 0 to 2 by itself. */
static void
child_pipes(int *theirs)
{
	int number;

	if (theirs[ERRORS] == -1)
		theirs[ERRORS] = theirs[OUTPUT];
	if (theirs[INPUT] == -1)
		descriptor_empty(STDIN_FILENO);
	for (number = INPUT; number < PIPES; number++)
		if (theirs[number] != -1)
			dup2(theirs[number], number);
}

/*
 * The program gets the signals as they come by default, whatever the server
 * was started with, and a session of its own: what is typed to a server in the
 * foreground is not meant for it.
 */
static void
child_signals(void)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM,
	    SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD, SIGCONT, SIGTSTP, SIGTTIN,
	    SIGTTOU, SIGXCPU, SIGXFSZ};
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
}

/*
 * No signal is taken between fork and the child's own handlers: the server's
 * would tell the server of it.
 */
static pid_t
child_fork(const struct program *program, int *theirs)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0) {
		child_signals();
		child_pipes(theirs);
		program_become(program);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
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
		process->pid = child_fork(program, theirs);
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
