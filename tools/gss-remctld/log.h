/*
 * What the server tells its operator.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Peers name principals, commands and arguments, so every line is cleaned:
 * what is neither printable ASCII nor a tab becomes ".".
 */
#ifndef GSS_REMCTLD_LOG_H
#define GSS_REMCTLD_LOG_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The longest line, in octets; what is longer is cut and says so.  A command
 * may have 100 MiB, and daemons that take what syslog sends keep 8 KiB of it.
 */
#define LOG_LINE_MAX 65536

/* Where the lines go. */
struct log_params {
	bool standard; /* to stdout and stderr, rather than to syslog */
	bool aloud;    /* what is fatal goes to stderr in any case */
	bool debug;
};

void log_open(const struct log_params *params);

/* What is fatal goes no longer to stderr: nobody is there to see it. */
void log_quiet(void);

/*
 * In a child of fork whose descriptors are about to be closed: what a library
 * logs there is not to go to whatever comes to have the log's.
 */
void log_leave(void);

bool log_debugs(void);

void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
