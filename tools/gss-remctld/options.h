/*
 * What the command line asked for: remctld's options.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_OPTIONS_H
#define GSS_REMCTLD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* The registered port (section 1). */
#define PORT_DEFAULT 4373

struct options {
	bool debug;	     /* -d */
	bool foreground;     /* -F */
	bool standard;	     /* -S: the log */
	bool standalone;     /* -m */
	bool suspend;	     /* -Z */
	const char *config;  /* -f */
	const char *keytab;  /* -k, or NULL */
	const char *pid;     /* -P, or NULL */
	const char *service; /* -s, or NULL */
	unsigned short port; /* -p */
	const char **binds;  /* -b; freed by options_free */
	size_t bind_count;
};

enum options_result {
	OPTIONS_RUN,
	OPTIONS_DONE, /* -h or -v: it was shown */
	OPTIONS_WRONG /* what is wrong was told on stderr */
};

/* What it gives borrows from argv; options_free is right after any result. */
enum options_result options_read(
    struct options *options, int argc, char **argv);

void options_free(struct options *options);

#endif
