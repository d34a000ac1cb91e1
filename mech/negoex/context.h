/*
 * A NEGOEX context: one negotiation, and then the context that came of it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_CONTEXT_H
#define NEGOEX_CONTEXT_H

#include <stdbool.h>

#include "gss.h"
#include "scheme.h"
#include "transcript.h"

enum negoex_role {
	NEGOEX_INITIATOR,
	NEGOEX_ACCEPTOR
};
#define NEGOEX_ROLES 2

/*
 * What the peer's next token is an answer to.  input.c has the table of what
 * it may hold.
 */
enum negoex_state {
	NEGOEX_START,	    /* no token was sent or taken */
	NEGOEX_NEGOTIATING, /* our NEGO is sent; no mechanism is fixed */
	NEGOEX_EXCHANGING,  /* the mechanism is fixed: the first in the list */
	NEGOEX_ESTABLISHED,
	NEGOEX_FAILED
};
#define NEGOEX_STATES 5

struct negoex_context {
	enum negoex_role role;
	enum negoex_state state;
	const struct negoex_installation *installation;
	struct negoex_schemes schemes;
	struct negoex_transcript transcript;

	/*
	 * While nothing is fixed: the mechanism whose token went, or came and
	 * was taken, with the first token of the conversation; NULL for none.
	 */
	const struct negoex_mechanism *optimistic;

	/* What the inner mechanism said last. */
	bool mech_complete;
	bool mech_told; /* it failed, and its error token is written */
	OM_uint32 mech_flags;
	OM_uint32 mech_lifetime;
	gss_OID mech_type;
	gss_name_t peer; /* acceptor: the mechglue's, until handed out */
	gss_cred_id_t delegated; /* acceptor: the same */

	bool verify_sent;	   /* and not answered with "no key" */
	unsigned int verify_asked; /* how often it was */
	bool verified;		   /* the peer's VERIFY was good */
};

/* The arguments of a call, and what it gives; the caller empties it first. */
struct negoex_call {
	gss_cred_id_t cred; /* the mechglue's */
	gss_OID_set mechs;  /* of the credential; or GSS_C_NO_OID_SET: all */
	gss_name_t target;  /* the mechglue's; initiator */
	OM_uint32 flags, lifetime; /* asked for; initiator */
	gss_channel_bindings_t bindings;
	const gss_buffer_desc *token; /* the peer's; NULL or empty for none */
	struct negoex_problem problem;
};

struct negoex_context *negoex_context_new(enum negoex_role role);
/* Releases all and clears it; a cleared one is accepted. */
void negoex_context_free(struct negoex_context **context);

/* What was needed to negotiate only is released. */
void negoex_context_settle(struct negoex_context *context);

/*
 * The scheme whose mechanism is at work: the one that is fixed, or the
 * optimistic one.  NULL where there is none.
 */
struct negoex_scheme *negoex_active(struct negoex_context *context);

/* Fixes it: section 7.6, "cannot be changed once it is selected". */
void negoex_fix(struct negoex_context *context, struct negoex_scheme *scheme);

/*
 * Forgets what the scheme's mechanism has done and said so far, so that it
 * can start afresh; the metadata that the peer sent for it stays.
 */
void negoex_forget(
    struct negoex_context *context, struct negoex_scheme *scheme);

#endif
