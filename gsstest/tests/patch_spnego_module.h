/* patch_spnego_module.h: the scripted mechanisms of patch_spnego.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PATCH_SPNEGO_MODULE_H
#define PATCH_SPNEGO_MODULE_H

#include <stddef.h>

/*
 * One library, four mechanisms, a to d, and no security at all.  A context
 * takes a given number of tokens; each token is the mechanism's letter and the
 * token's number.  The environment says how they behave, read at each call:
 * PATCH_SPNEGO_A to PATCH_SPNEGO_D have words from this list.
 *
 *   off            is there, but no call about it succeeds
 *   nocred         no credential can be acquired (and none is needed)
 *   needcred       the initiator fails without a credential of the caller's
 *   legs=N         tokens in all (2)
 *   raw            the first token has no RFC 2743 frame
 *   updated        claims updated SPNEGO (Heimdal's inquiry)
 *   alias          calls itself d in what it returns
 *   deleg          the acceptor gets a delegated credential when it is done
 *   other          the peer is called "other", and not "peer"
 *   nointeg        gives no integrity: no flag, no MIC
 *   init-nomic     the initiator cannot make a MIC, but says it has integrity
 *   init-fail=N    the initiator fails instead of making its token N
 *   accept-fail=N  the acceptor fails when it has read token N
 *   alert          a side that fails has a token that says so
 *
 * A side that reads such a token fails with PATCH_SPNEGO_ALERTED.  No peer may
 * log in, under any name.  The mechanisms c and d have an auth scheme of
 * NEGOEX's, and d may be negotiated by SPNEGO directly as well.
 */
#define PATCH_SPNEGO_MECHS   4
#define PATCH_SPNEGO_FAILED  4242
#define PATCH_SPNEGO_ALERTED 12345

/* The OIDs, arcs below 2.25: value octets, each as many. */
#define PATCH_SPNEGO_OID_LENGTH 6
#define PATCH_SPNEGO_OIDS                                                      \
	{                                                                      \
		"\x69\x84\xbe\xb4\xd3\x4c", "\x69\x84\x80\x9a\x92\x55",        \
		    "\x69\x85\xb5\x83\xee\x10", "\x69\x82\xae\x92\xe6\x5a"     \
	}
/* The same for a file of mechanisms. */
#define PATCH_SPNEGO_NUMBERS                                                   \
	{                                                                      \
		"2.25.1204627916", "2.25.1074170197", "2.25.1453389584",       \
		    "2.25.633647962"                                           \
	}

/* What happened, as patch_spnego_log[PATCH_SPNEGO_MECHS] in the library. */
struct patch_spnego_log {
	unsigned begun;	     /* initiators begun */
	unsigned long flags; /* asked for, by the initiator begun last */
	int credential;	     /* whether it was given one */
	int bindings;	     /* whether it was given any */
	unsigned names;	     /* asked for, of its credentials */
	unsigned updated;    /* whether the peer has an updated SPNEGO: asked */
};

#endif
