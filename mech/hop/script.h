/*
 * What the environment makes the calls of the hop mechanism return.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	HOP_INIT	what calls of gss_init_sec_context return instead
 *	HOP_ACCEPT	the same of gss_accept_sec_context
 *
 * Each is a list with ";" between its parts: CALL:WORD,WORD,...  CALL counts
 * the calls of one context from 1; a call without a context is a first one.
 * The call does what it ever does, then each word changes what it gives out:
 *
 *	major=MAJOR	the major status: a name, such as "continue" or
 *			"bad-mic", or "0x" and up to 8 digits.  "complete" has
 *			the context established, if there is one
 *	minor=NUMBER	the minor status
 *	token=none	no token
 *	token=empty	a token of no octets
 *	token=normal	what it would be without a script, also with an error
 *	token=TEXT	these octets, without a frame
 *	flags=NAME+...	the flags, of the context as well, named as by
 *			gsstest; "none".  With prot-ready, messages can be
 *			protected at once
 *	no-context	there is no context then, and no mechanism
 *
 * A first call that is neither complete nor to be continued leaves no context,
 * as the mechglues expect.  A script that is wrong fails every call, with
 * HOP_BAD_SCRIPT.
 */
#ifndef HOP_SCRIPT_H
#define HOP_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "gss.h"

enum hop_token {
	HOP_TOKEN_NORMAL,
	HOP_TOKEN_NONE,
	HOP_TOKEN_EMPTY,
	HOP_TOKEN_TEXT
};

/* What the script says of one call; text looks into the script. */
struct hop_script {
	bool has_major, has_minor, has_flags, no_context;
	OM_uint32 major, minor, flags;
	enum hop_token token;
	const char *text;
	size_t text_size;
};

/*
 * What the script says of the CALL-th call; nothing where that is not in it,
 * or where the script is NULL.  False for a script that is wrong anywhere.
 */
bool hop_script_read(
    const char *script, unsigned int call, struct hop_script *out);

/* A major status by its name, or in hexadecimal; the text has size octets. */
bool hop_script_major(const char *text, size_t size, OM_uint32 *major);

/* Flags by their names with "+" between them, or "none". */
bool hop_script_flags(const char *text, size_t size, OM_uint32 *flags);

#endif
