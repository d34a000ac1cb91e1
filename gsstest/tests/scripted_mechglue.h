/*
 * A mechglue whose mechanisms do what a test wrote down, so that each branch
 * of a negotiation can be reached.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Linked instead of mech/mechglue.c.  There are the mechanisms A, B and C,
 * whose auth schemes are their letter 16 times, and one without a scheme.  A
 * mechanism's token is its letter and the token's number, "A1", "A2", with
 * padding; the initiator sends the odd ones.  All that is handed out counts
 * until it is released.  Random octets come from here, too, and are the same
 * in each run.
 */
#ifndef SCRIPTED_MECHGLUE_H
#define SCRIPTED_MECHGLUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "context.h"

#define SCRIPTED_MECHS 3
#define SCRIPTED_SIDES NEGOEX_ROLES

/* When a mechanism gives its key, and what it then is. */
enum scripted_key {
	SCRIPTED_KEY_AT_END,
	SCRIPTED_KEY_AT_ONCE, /* after the first step */
	SCRIPTED_KEY_NEVER,
	/* At once, and wrong: */
	SCRIPTED_KEY_FOREIGN,	   /* not the peer's */
	SCRIPTED_KEY_SHORT,	   /* not of its enctype's length */
	SCRIPTED_KEY_LONG,	   /* longer than any */
	SCRIPTED_KEY_EMPTY,	   /* no octets */
	SCRIPTED_KEY_UNTYPED,	   /* one buffer instead of two */
	SCRIPTED_KEY_CUT_TYPE,	   /* an enctype of three octets */
	SCRIPTED_KEY_LONG_TYPE,	   /* one of five */
	SCRIPTED_KEY_UNKNOWN_TYPE, /* an enctype that libkrb5 does not have */
	SCRIPTED_KEY_NULL_TYPE	   /* the null enctype */
};

/* What one mechanism does on one side. */
struct scripted_part {
	const char *metadata; /* what a query gives; NULL for none */
	bool query_fails;
	unsigned int exchange_fails; /* the call that fails, from 1; 0: none */
	unsigned int step_fails;     /* the same; counted over all contexts */
	const char *error;	     /* token of a step that fails, or NULL */
	enum scripted_key key;
};

struct scripted_mechglue {
	bool absent;	  /* gj_mechglue() gives NULL */
	bool no_metadata; /* it lacks both metadata calls, as a stock one */
	bool lax;	  /* any token that is not empty will do */
	bool random_fails;
	unsigned int legs[SCRIPTED_MECHS]; /* tokens of a whole exchange */
	size_t token_size;		   /* padded to this; 0: as they are */
	struct scripted_part part[SCRIPTED_MECHS][SCRIPTED_SIDES];

	/* What was done; by any thread. */
	atomic_uint steps[SCRIPTED_MECHS][SCRIPTED_SIDES];
	atomic_uint exchanges[SCRIPTED_MECHS][SCRIPTED_SIDES];
	atomic_uint queries[SCRIPTED_MECHS][SCRIPTED_SIDES];
	atomic_uint wrong_metadata; /* not what the other side's query gave */
	atomic_int contexts, names, creds, buffers, sets; /* alive */
};

/* The one script; scripted_mechglue_reset gives each mechanism legs tokens. */
extern struct scripted_mechglue glue;
void scripted_mechglue_reset(unsigned int legs);

/* True when everything that was handed out was released. */
bool scripted_mechglue_clean(void);

/* The mechanism of a letter; the letter of one, '-' for another. */
gss_OID scripted_mech(char letter);
char scripted_letter(gss_OID mech);

/* What this thread's random octets are from here on. */
void scripted_random_seed(unsigned int seed);

/* One of the mechglue's credentials, for a gj_cred; it counts as alive. */
gss_cred_id_t scripted_cred(void);

#endif
