/*
 * What the server is in its system: a daemon, a pid file, a service of systemd.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_STANDING_H
#define GSS_REMCTLD_STANDING_H

#include <stdbool.h>

/* Descriptors 0 to 2 are there, so that nothing else becomes one of them. */
bool standing_descriptors(void);

/*
 * Goes on in the background, in a session of its own and in /, with standard
 * streams that go nowhere unless they are kept.  False with errno.
 */
bool standing_background(bool keep_streams);

/* Writes the process's number, and a newline; false with errno. */
bool standing_pid_write(const char *path);

/* Tells systemd that connections are taken (sd_notify(3)); maybe a warning. */
void standing_notify(void);

/* What systemd said to us is nothing to our programs. */
void standing_forget(void);

#endif
