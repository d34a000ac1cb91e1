/*
 * What one side brings to all its negotiations: credential, target name,
 * mechanism, bindings.  Made once, used many times.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_PARTY_H
#define GSSTEST_PARTY_H

#include "gssapi_ccm.h"
#include "options.h"
#include "trace.h"

struct session_second; /* session.h */

struct party {
	enum gssloop_role role;
	const struct options *options;
	gss_cred_id_t cred;
	gss_name_t target;	 /* initiator */
	const char *target_text; /* initiator */
	struct gss_channel_bindings_struct bindings;
	gss_buffer_desc message; /* initiator: what -M sends */
	struct trace trace;
	const struct session_second *second; /* NULL for one negotiation */
	gss_ccm_application application;     /* acceptor, with CCM */
};

/*
 * Acquires and imports what the role needs; target is SERVICE@HOST, NULL for
 * the acceptor.  options and target must outlive the party.  Reports what
 * fails and returns EXIT_FAILED; party_close is right after either.
 */
int party_open(struct party *party, enum gssloop_role role,
    const struct options *options, const char *target);

void party_close(struct party *party);

#endif
