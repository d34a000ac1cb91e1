/*
 * Programs that the matrix driver starts, and their output.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compat.h"
#include "deadline.h"
#include "process.h"

static void
descriptor_set(int fd, int to, int flags)
{
	if (fd == -1)
		fd = open("/dev/null", flags);
	dup2(fd, to);
}

static void
child_exec(char *const argv[], char *const environment[], int stdin_fd,
    int stdout_fd, bool loud)
{
	char *value;
	size_t i;

	descriptor_set(stdin_fd, STDIN_FILENO, O_RDONLY);
	descriptor_set(stdout_fd, STDOUT_FILENO, O_WRONLY);
	if (!loud)
		descriptor_set(-1, STDERR_FILENO, O_WRONLY);
	for (i = 0; environment[i] != NULL; i++) {
		value = strchr(environment[i], '=');
		*value = '\0'; /* in our own copy, after fork */
		setenv(environment[i], value + 1, 1);
	}
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	_exit(127);
}

bool
process_start(struct process *process, char *const argv[],
    char *const environment[], int stdin_fd, bool loud)
{
	int out[2];

	memset(process, 0, sizeof(*process));
	process->out = -1;
	if (pipe(out) == -1) {
		fprintf(stderr, "gsstest-matrix: pipe: %s\n", strerror(errno));
		return false;
	}
	fcntl(out[0], F_SETFD, FD_CLOEXEC);
	fcntl(out[1], F_SETFD, FD_CLOEXEC);
	process->pid = fork();
	if (process->pid == 0)
		child_exec(argv, environment, stdin_fd, out[1], loud);
	close(out[1]);
	process->out = out[0];
	if (process->pid != -1)
		return true;
	process->pid = 0;
	fprintf(stderr, "gsstest-matrix: fork: %s\n", strerror(errno));
	return false;
}

/* Reads what is there; false at the end, at the deadline, or when full. */
static bool
output_read(struct process *process, uint64_t deadline)
{
	struct pollfd wait = {process->out, POLLIN, 0};
	ssize_t got = -1;
	int ready;

	if (process->text == NULL)
		process->text = calloc(1, PROCESS_OUTPUT);
	if (process->out == -1 || process->text == NULL ||
	    process->size == PROCESS_OUTPUT - 1)
		return false;
	do
		ready = poll(&wait, 1, gj_left_ms(deadline));
	while (ready == -1 && errno == EINTR);
	if (ready > 0)
		got = read(process->out, process->text + process->size,
		    PROCESS_OUTPUT - 1 - process->size);
	if (got <= 0)
		return false;
	process->size += (size_t)got;
	process->text[process->size] = '\0';
	return true;
}

const char *
process_line(struct process *process, uint64_t deadline)
{
	char *end;

	while ((end = strchr(process_text(process), '\n')) == NULL)
		if (!output_read(process, deadline))
			return NULL;
	*end = '\0';
	return process->text;
}

const char *
process_text(const struct process *process)
{
	return process->text != NULL ? process->text : "";
}

/* Lets go of its output, so that it cannot block on that. */
static void
output_close(struct process *process)
{
	if (process->out != -1)
		close(process->out);
	process->out = -1;
}

/* True when it has ended; false at the deadline. */
static bool
ended_in_time(struct process *process, uint64_t deadline)
{
	const struct timespec pause = {0, 5 * 1000 * 1000};
	pid_t ended;

	for (;;) {
		ended = waitpid(process->pid, &process->status, WNOHANG);
		if (ended == process->pid || (ended == -1 && errno != EINTR))
			return true;
		if (gj_left_ms(deadline) == 0)
			return false;
		nanosleep(&pause, NULL);
	}
}

void
process_end(struct process *process, uint64_t deadline)
{
	if (process->pid == 0)
		return;
	while (output_read(process, deadline))
		continue;
	output_close(process);
	if (!ended_in_time(process, deadline)) {
		process->killed = true;
		kill(process->pid, SIGKILL);
		waitpid(process->pid, &process->status, 0);
	}
	process->pid = 0;
}

bool
process_succeeded(const struct process *process)
{
	return !process->killed && WIFEXITED(process->status) &&
	       WEXITSTATUS(process->status) == 0;
}

bool
process_crashed(const struct process *process)
{
	return !process->killed && WIFSIGNALED(process->status);
}

void
process_free(struct process *process)
{
	if (process->out != -1)
		close(process->out);
	free(process->text);
	memset(process, 0, sizeof(*process));
	process->out = -1;
}
