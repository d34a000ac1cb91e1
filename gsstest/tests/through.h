/*
 * through_probe: what is asked of an established context, by whatever way it
 * was established.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef THROUGH_H
#define THROUGH_H

#include <stdio.h>

#include "gss.h"

/* The sides, as indices. */
enum {
	INITIATOR,
	ACCEPTOR
};

/* How contexts are established, and with what; threads share it. */
struct through_way {
	const char *name;   /* spnego, negoex, krb5nx or krb5 */
	gss_OID_desc *mech; /* what the application asks for */
	gss_cred_id_t cred[2];
	gss_name_t target;
};

/* Both sides of a context; all zero is none. */
struct through {
	gss_ctx_id_t context[2];
	gss_name_t source;	 /* the acceptor's */
	gss_cred_id_t delegated; /* the acceptor's */
	OM_uint32 flags[2];
	gss_OID mech[2];
};

/* krb5nx, 2.25.1250455124, and NEGOEX, 1.3.6.1.4.1.311.2.2.30. */
extern gss_OID_desc through_krb5nx, through_negoex;

/*
 * Prints "LABEL: MAJOR" and what format says more: one line for each call, in
 * which nothing differs between two runs.
 */
void through_note(OM_uint32 major, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The way of this name with its credentials; false with a complaint. */
bool through_way_open(struct through_way *way, const char *name);
void through_way_close(struct through_way *way);

/*
 * Establishes a context and verifies that its first token went that way; false
 * with a complaint, and then there is none.
 */
bool through_establish(const struct through_way *way, struct through *both);
void through_end(struct through *both);

/* A message each way, sealed, and a MIC; true where all came over. */
bool through_talk(struct through *both);

/* What is asked; each prints its lines. */
void through_messages(struct through *both);
void through_iov(struct through *both);
void through_random(struct through *both);
void through_inquiries(struct through *both);
void through_turn(struct through *both);
void through_order(struct through *both);
void through_names(const struct through_way *way, struct through *both);
void through_delegated(struct through *both);

#endif
