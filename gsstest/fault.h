/*
 * Faults of a channel, on purpose: --fault.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A wrapper over any channel spoils the token frames that its side sends, as
 * a network, a peer or an attacker would.  What is received, and every other
 * frame, passes untouched.
 */
#ifndef GSSTEST_FAULT_H
#define GSSTEST_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "gssloop_channel.h"

/* Faults of one command line. */
#define FAULTS_MAX 16

/* The greatest number of a frame: no negotiation has as many. */
#define FAULT_NUMBER_MAX 65535

enum fault_kind {
	FAULT_DROP,	 /* it is not sent, and believed to be */
	FAULT_CUT,	 /* half of it is sent, then the connection ends */
	FAULT_DELAY,	 /* it is sent later */
	FAULT_DUPLICATE, /* it is sent twice */
	FAULT_CORRUPT,	 /* the octet in the token's middle is inverted */
	FAULT_EMPTY,	 /* an empty token is sent instead */
	FAULT_CLOSE,	 /* the connection ends instead */
	FAULT_EXTRA,	 /* another token frame is sent behind it */
	FAULT_COUNT
};

struct fault {
	enum fault_kind kind;
	bool roles[2];	     /* whose frames: by enum gssloop_role */
	unsigned int number; /* which of its token frames, from 1 */
	unsigned int ms;     /* DELAY; 0 for the default */
};

struct faults {
	struct fault list[FAULTS_MAX];
	size_t count;
};

/*
 * Adds the fault that text describes, "[init:|accept:]KIND@NUMBER[:MS]".
 * NULL, or what is wrong with it; nothing is added then.
 */
const char *faults_add(struct faults *faults, const char *text);

/*
 * Puts a channel with the faults of this role in the place of *channel, which
 * is then the new one's; leaves it where there are none.  delay_ms is the
 * default of DELAY.  0 or ENOMEM, *channel then untouched.
 */
int faults_wrap(const struct faults *faults, enum gssloop_role role,
    unsigned int delay_ms, struct gssloop_channel **channel);

#endif
