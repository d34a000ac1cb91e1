/*
 * What the environment asks of the hop mechanism, and its minor codes.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The environment is this mechanism's interface, and is read here only.  A
 * variable that names a mechanism holds the last octet of the encoding of its
 * OID, in decimal: 102 for 2.25.1414534758, 44 for 2.25.1175737388.
 *
 *	HOPS			initiator: tokens in all, 1 to 255; default 1
 *	KEY			"always", "init-always", "accept-always":
 *				there is a key before the context is complete,
 *				on both sides or one; "never"
 *	INIT_QUERY_FAIL		this mechanism's metadata cannot be had
 *	INIT_QUERY_NONE		this mechanism has no metadata
 *	INIT_EXCHANGE_FAIL	the peer's metadata is refused
 *	INIT_FAIL		the call fails
 *	ACCEPT_...		the same on the other side; ACCEPT_FAIL also
 *				sends the token "fail"
 *	GSS_INIT_BINDING	the application data that the channel bindings
 *	GSS_ACCEPT_BINDING	must have; BAD_BINDINGS else
 *	HOP_PROTECTION		if set, conf and integ are granted, in name
 *				only, so that tests can send messages
 */
#ifndef HOP_FAULT_H
#define HOP_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "gss.h"

enum hop_minor {
	HOP_ACCEPTOR_FAILED = 12345,
	HOP_BAD_HOPS,	  /* HOPS is no number from 1 to 255 */
	HOP_BAD_TOKEN,	  /* not one octet, framed where it should be */
	HOP_WRONG_COUNT,  /* the token's hops are not what ours are */
	HOP_WRONG_STATE,  /* a call on a context of the other role, or done */
	HOP_BAD_METADATA, /* not "X" */
	HOP_BAD_MESSAGE,  /* no wrapped message or MIC of this mechanism */
	HOP_ASKED_FOR	  /* by a variable above */
};

/* NULL where it is not one of ours. */
const char *hop_minor_text(OM_uint32 minor);

enum hop_fault {
	HOP_QUERY_FAIL,
	HOP_QUERY_NONE,
	HOP_EXCHANGE_FAIL,
	HOP_FAIL
};

/* True where the side's variable for the fault names this mechanism. */
bool hop_fault(bool initiator, enum hop_fault fault, const gss_OID_desc *mech);

/* HOPS; 0 where it is wrong. */
uint8_t hop_fault_hops(void);

enum hop_key {
	HOP_KEY_COMPLETE, /* the default: when the context is */
	HOP_KEY_ALWAYS,
	HOP_KEY_NEVER
};
enum hop_key hop_fault_key(bool initiator);

/* Whether the bindings are those that the environment wants, if it does. */
bool hop_fault_bindings(
    bool initiator, const struct gss_channel_bindings_struct *bindings);

/* The flags that an established context has. */
OM_uint32 hop_fault_flags(void);

#endif
