/*
 * A GSS library that answers what a test wrote down, so that each branch of
 * the loop can be reached.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * What is wrapped is a "C" (confidential) or "I" and the data, a MIC is "MIC";
 * an "N" and anything unwraps to a confidential message of nothing.
 * Where a change has to be seen, scripted.sums makes a MIC a checksum, and what
 * is wrapped the letter, the checksum, and the data with each octet inverted.
 * The test program links this instead of a library.  The answers are for
 * gss_init_sec_context and gss_accept_sec_context alike, one a call; what the
 * loop passed is kept for the test to look at.
 */
#ifndef SCRIPTED_GSS_H
#define SCRIPTED_GSS_H

#include <stdbool.h>
#include <stdint.h>

#include <gssapi/gssapi.h>

#define SCRIPT_CALLS 64

struct scripted_answer {
	OM_uint32 major, minor, flags;
	const char *token; /* NULL for an empty one */
	bool no_context;   /* leaves the context handle as it was */
	bool no_flags;	   /* leaves the flags as they were */
	bool no_mech;	   /* leaves the mechanism as it was */
};

/* What a call was given. */
struct scripted_call {
	gss_cred_id_t cred;
	gss_ctx_id_t context;
	gss_name_t target;
	gss_OID mech;
	OM_uint32 flags, lifetime;
	gss_channel_bindings_t bindings;
	char token[64];
	size_t size;
};

struct scripted_gss {
	const struct scripted_answer *answers; /* for the calls to come */
	struct scripted_call calls[SCRIPT_CALLS];
	unsigned int count;	 /* of calls */
	OM_uint32 process_major; /* gss_process_context_token */
	OM_uint32 inquire_major; /* gss_inquire_context */
	OM_uint32 inquire_flags;
	unsigned int processed, inquired, deleted;
	OM_uint32 message_major;    /* gss_wrap, unwrap, get_mic, verify_mic */
	OM_uint32 limit_major;	    /* gss_wrap_size_limit */
	OM_uint32 overhead;	    /* that it subtracts: 1, as gss_wrap adds */
	unsigned int message_fails; /* which of those calls does, from 1 */
	bool conf_wrong;	    /* conf_state says the reverse */
	bool sums;		    /* MICs are checksums */
	size_t mic_size;     /* of these, zeros behind them; 0: as it is */
	bool no_delegated;   /* the acceptor gets no credential */
	bool deletion_token; /* one was asked for */
	int contexts, buffers, names, creds; /* handed out and not released */
};

/* The one script; scripted_reset empties it. */
extern struct scripted_gss scripted;
void scripted_reset(const struct scripted_answer *answers);

/* The checksum, and what is wrapped with it: size + SCRIPTED_SEAL octets. */
#define SCRIPTED_MIC  8
#define SCRIPTED_SEAL (1 + SCRIPTED_MIC)
void scripted_mic(const void *data, size_t size, uint8_t mic[SCRIPTED_MIC]);
void scripted_seal(const void *data, size_t size, uint8_t *sealed);

/* True when everything that was handed out was released. */
bool scripted_clean(void);

#endif
