/*
 * What the command line asked for.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTL_OPTIONS_H
#define GSS_REMCTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "gssloop_channel.h"

/* Some 49 days: their milliseconds fit in 32 bits. */
#define SECONDS_MAX 4294967

struct options {
	bool help, version, debug;
	unsigned int port;	 /* 0 where none was given */
	const char *source;	 /* the address to connect from, or NULL */
	const char *principal;	 /* the server's, or NULL: host@HOST */
	unsigned int timeout;	 /* seconds without anything; 0 for no limit */
	unsigned int keep_alive; /* seconds between two NOOPs; 0 for none */
	enum gssloop_remctl protocol;
	const char *host;
	char *const *words; /* the command */
	size_t count;	    /* of words */
};

/*
 * Reads the command line, from which it borrows.  True; or false when it said
 * on stderr what is wrong.
 */
bool options_read(struct options *options, int argc, char **argv);

extern const char options_usage[];

#endif
