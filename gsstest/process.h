/*
 * Programs that the matrix driver starts, and their output.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_PROCESS_H
#define GSSTEST_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What is kept of a program's standard output, in octets. */
#define PROCESS_OUTPUT 65536

struct process {
	pid_t pid;  /* 0: not started */
	int out;    /* its standard output, -1 for none */
	char *text; /* what it wrote so far, NUL-ended; NULL for nothing */
	size_t size;
	int status;  /* of waitpid */
	bool killed; /* it did not end by itself in time */
};

/*
 * Starts argv[0], found by PATH, with the words NAME=VALUE of environment
 * (NULL-ended) set.  stdin_fd becomes its standard input, -1 for /dev/null;
 * its standard error is dropped unless loud.  False with a message on stderr.
 */
bool process_start(struct process *process, char *const argv[],
    char *const environment[], int stdin_fd, bool loud);

/*
 * Reads until the output has a whole line, or ends, or the deadline (of
 * gssloop_deadline) comes; the line without its newline, or NULL.  It is the
 * process's, until the next call.
 */
const char *process_line(struct process *process, uint64_t deadline);

/*
 * Reads the output to its end and waits for the process; kills it when the
 * deadline comes.  A process that was not started is left alone.
 */
void process_end(struct process *process, uint64_t deadline);

/* What has been read of its output; "" for nothing. */
const char *process_text(const struct process *process);

/* True when it ended by itself with status 0. */
bool process_succeeded(const struct process *process);

/* True when a signal ended it that was not ours. */
bool process_crashed(const struct process *process);

void process_free(struct process *process);

#endif
