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
 *	HOP_INIT, HOP_ACCEPT	what calls of a context return; see script.h
 *	HOP_PROCESS		what becomes of a token that comes after
 *				completion: "accept"; "refuse"; "delete", the
 *				context is gone with it; "flags=NAME+...", it
 *				has these flags then.  Unset: no such call
 *	HOP_CONF		"off": conf_state is 0 and nothing confidential,
 *				whatever was granted; "always": the reverse
 *	HOP_WRAP_FAIL		the major status that gss_wrap returns, as in a
 *				script; an error gives nothing out, a
 *				supplementary one what it ever does
 *	HOP_UNWRAP_FAIL		the same of gss_unwrap
 *	HOP_GET_MIC_FAIL	of gss_get_mic
 *	HOP_VERIFY_MIC_FAIL	of gss_verify_mic
 */
#ifndef HOP_FAULT_H
#define HOP_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "gss.h"
#include "script.h"

enum hop_minor {
	HOP_ACCEPTOR_FAILED = 12345,
	HOP_BAD_HOPS,	  /* HOPS is no number from 1 to 255 */
	HOP_BAD_TOKEN,	  /* not one octet, framed where it should be */
	HOP_WRONG_COUNT,  /* the token's hops are not what ours are */
	HOP_WRONG_STATE,  /* a call on a context of the other role, or done */
	HOP_BAD_METADATA, /* not "X" */
	HOP_BAD_MESSAGE,  /* no wrapped message or MIC of this mechanism */
	HOP_ASKED_FOR,	  /* by a variable above */
	HOP_BAD_SCRIPT	  /* a variable above cannot be read */
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

/* HOP_INIT or HOP_ACCEPT, as hop_script_read. */
bool hop_fault_script(
    bool initiator, unsigned int call, struct hop_script *script);

enum hop_process {
	HOP_PROCESS_NONE, /* unset */
	HOP_PROCESS_ACCEPT,
	HOP_PROCESS_REFUSE,
	HOP_PROCESS_DELETE,
	HOP_PROCESS_FLAGS, /* *flags has them */
	HOP_PROCESS_WRONG  /* it cannot be read */
};
enum hop_process hop_fault_process(OM_uint32 *flags);

/* HOP_CONF: whether a message is confidential that would be so, or not. */
bool hop_fault_conf(bool conf);

enum hop_call {
	HOP_CALL_WRAP,
	HOP_CALL_UNWRAP,
	HOP_CALL_GET_MIC,
	HOP_CALL_VERIFY_MIC
};

/* What a call with messages returns: its variable, GSS_S_COMPLETE without. */
OM_uint32 hop_fault_message(enum hop_call call, OM_uint32 *minor);

#endif
