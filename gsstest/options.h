/*
 * What the command line asked for.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_OPTIONS_H
#define GSSTEST_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"
#include "gss.h"
#include "channels.h"
#include "oid.h"

/* Exit statuses of the program. */
enum {
	EXIT_WORKED = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2
};

/* Seconds for a negotiation, and for each message after it (-t). */
#define SECONDS_DEFAULT 30

/*
 * The greatest message that is taken from an authenticated peer, in octets;
 * -s above it raises it.
 */
#define MESSAGE_MAX_DEFAULT (16 * 1024 * 1024)

/* The greatest -s: what a frame's 32-bit length carries, with room to spare. */
#define MESSAGE_SIZE_MAX (1024 * 1024 * 1024)

/* Mechanisms of --negotiate; there are a handful on any system. */
#define NEGOTIABLE_MAX 16

/* Connections that accept serves at a time: four times what it is made for. */
#define CONNECTIONS_MAX_DEFAULT 4096

/*
 * A service of RPCSEC_GSS, or a protection level of nns: what it does for a
 * message.
 */
struct service {
	const char *name;
	enum gssloop_protection protection;
};

struct options {
	gss_OID_desc mech; /* -m, or --over of CCM; elements NULL for the
			      default */
	unsigned char mech_octets[GJ_OID_OCTETS];
	bool ccm;		  /* -m ccm, over mech */
	const char *over;	  /* --over; NULL for none */
	const char *protected_by; /* --protected-by; NULL for nothing */
	/* gss_verify_mic's; NULL for itself */
	OM_uint32 (*verify_mic)(OM_uint32 *minor, gss_ctx_id_t context,
	    gss_buffer_t message, gss_buffer_t mic, gss_qop_t *qop);
	const char *ccm_handle;	     /* --ccm-handle; NULL for the channel's */
	gss_OID_set_desc negotiable; /* --negotiate; count 0 for all */
	gss_OID_desc negotiable_mechs[NEGOTIABLE_MAX];
	unsigned char negotiable_octets[NEGOTIABLE_MAX][GJ_OID_OCTETS];
	OM_uint32 request;  /* -f, -d, -a */
	bool requested;	    /* -f was given */
	OM_uint32 require;  /* -r, -d, -a */
	OM_uint32 refuse;   /* --refuse */
	bool refuse_others; /* --refuse others: all but what -r has */
	const struct channel_kind *channel; /* -c */
	const struct service *service;	    /* --service; NULL for each */
	const struct service *level;	    /* --level; NULL without levels */
	enum gssloop_flags_mean flags_mean; /* --flags-mean */
	bool no_ci_flags;		    /* --no-ci-flags */
	unsigned int count;		    /* -n */
	unsigned int parallel;		    /* -p */
	unsigned int messages;		    /* -M */
	size_t size;			    /* -s, octets */
	unsigned int wait_ms;		    /* -t */
	const char *bindings;	      /* -b: application data; NULL for none */
	bool json;		      /* -j */
	bool quiet;		      /* -q */
	const char *trace;	      /* -T: the file; NULL for none */
	size_t token_max;	      /* --token-max; 0 for the default */
	unsigned int rounds_max;      /* --rounds-max; 0 for the default */
	unsigned int connections_max; /* --connections-max; never 0 */
	struct faults faults;	      /* --fault */
	bool early;		      /* --early */
	char **operands;	      /* what follows the options, NULL-ended */
	int operand_count;
};

/*
 * Reads the options of a subcommand; argv[0] is its name.  Says on stderr
 * what is wrong and returns EXIT_USAGE, or EXIT_WORKED.  What it gives
 * borrows from argv.
 */
int options_read(struct options *options, int argc, char **argv);

/* The option texts of the usage message. */
extern const char options_usage[];

#endif
