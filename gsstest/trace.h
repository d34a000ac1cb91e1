/*
 * The file that -T names: every token in hex, with its direction.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A line is "ROLE NEGOTIATION sent|received N OCTETS HEX"; it is written in one
 * piece, so that two processes may share the file.
 */
#ifndef GSSTEST_TRACE_H
#define GSSTEST_TRACE_H

#include <stddef.h>

struct trace {
	int fd;	    /* -1: none */
	int failed; /* a token could not be written, which was told */
};

/*
 * Opens the file for appending, "-" for stderr, NULL for none.  EXIT_WORKED,
 * or EXIT_FAILED with a message.
 */
int trace_open(struct trace *trace, const char *file);

void trace_close(struct trace *trace);

/*
 * Writes the number-th token of a negotiation; nothing where there is no
 * trace.  A failure is told once, and kept in the trace.
 */
void trace_token(struct trace *trace, const char *role,
    unsigned int negotiation, const char *direction, unsigned int number,
    const void *token, size_t size);

#endif
