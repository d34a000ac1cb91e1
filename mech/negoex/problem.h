/*
 * What went wrong in a negotiation: our own codes within, GSS's major and
 * minor status at the border.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_PROBLEM_H
#define NEGOEX_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gss.h"
#include "wire_negoex.h"

/*
 * The first of our minor codes; the octets are "NX", as a com_err table's
 * would be.  Below NEGOEX_CODE_OWN they are enum gj_negoex_fault.
 */
#define NEGOEX_MINOR_BASE 0x4e580000u

enum negoex_code {
	NEGOEX_CODE_NONE,
	NEGOEX_CODE_OWN = 64,
	NEGOEX_NO_MECHANISM = NEGOEX_CODE_OWN, /* nothing to offer */
	NEGOEX_NO_COMMON_SCHEME,    /* nothing that both sides can use */
	NEGOEX_NOT_ALLOWED,	    /* a message that may not come now */
	NEGOEX_WRONG_SCHEME,	    /* for a scheme that was not chosen */
	NEGOEX_MISSING_EXCHANGE,    /* no token for a mechanism that waits */
	NEGOEX_UNEXPECTED_EXCHANGE, /* a token for one that is done */
	NEGOEX_MISSING_VERIFY, /* done, and the peer's VERIFY did not come */
	NEGOEX_NO_KEY,	       /* done, and the mechanism gives no key */
	NEGOEX_BAD_KEY,	       /* the mechanism's key is none */
	NEGOEX_WRONG_CHECKSUM_TYPE, /* not the mandatory one of the key's type
				     */
	NEGOEX_CHECKSUM_MISMATCH,   /* the negotiation was tampered with */
	NEGOEX_TOO_MANY_ALERTS,	    /* over NEGOEX_VERIFY_MAX */
	NEGOEX_PEER_ALERT,	    /* the peer gave up */
	NEGOEX_TOO_LARGE,	    /* over NEGOEX_CONVERSATION_MAX */
	NEGOEX_NO_MEMORY,
	NEGOEX_NO_RANDOMNESS,
	NEGOEX_NO_CRYPTO,	 /* libkrb5 failed; the detail is its text */
	NEGOEX_NO_MECHGLUE,	 /* libgssapi was not found */
	NEGOEX_IS_OVER,		 /* a call on a negotiation that has failed */
	NEGOEX_BAD_OPTION,	 /* the value of a credential's option */
	NEGOEX_MECHANISM_FAILED, /* minor and text are the mechanism's */
	NEGOEX_CODES
};

_Static_assert((int)GJ_NEGOEX_FAULTS <= (int)NEGOEX_CODE_OWN,
    "our codes begin behind the faults");

/* Room for a text. */
#define NEGOEX_TEXT 512

struct negoex_problem {
	enum negoex_code code;
	OM_uint32 major; /* of NEGOEX_MECHANISM_FAILED */
	OM_uint32 minor; /* of NEGOEX_MECHANISM_FAILED */
	/* Where in the token; number 0 where it is no message's fault. */
	unsigned int number;
	uint32_t type;
	size_t offset;
	char detail[NEGOEX_TEXT / 2]; /* more, or empty */
};

/* Each notes the first problem, keeps it, and returns false. */
bool negoex_fault(
    struct negoex_problem *problem, const struct gj_negoex_error *error);
bool negoex_problem(struct negoex_problem *problem, enum negoex_code code);
bool negoex_problem_at(struct negoex_problem *problem, enum negoex_code code,
    const struct gj_negoex_message *message);
/* The detail is cleaned and cut. */
bool negoex_problem_detail(
    struct negoex_problem *problem, enum negoex_code code, const char *detail);
/* A call upward to a mechanism failed: its text is fetched at once. */
bool negoex_problem_mech(struct negoex_problem *problem, gss_OID mech,
    OM_uint32 major, OM_uint32 minor);

/* Forgets it: what failed is as if it had never been. */
void negoex_problem_clear(struct negoex_problem *problem);

/*
 * Translates for the caller of GSS-API: the major status, and the minor.  The
 * text is kept for this thread, for negoex_problem_text.
 */
OM_uint32 negoex_problem_status(
    const struct negoex_problem *problem, OM_uint32 *minor);

/*
 * The text of a minor status into text: of this thread's latest failure where
 * it is that one's, else of the code alone.  False where it is not ours.
 */
bool negoex_problem_text(OM_uint32 minor, char *text, size_t size);

#endif
