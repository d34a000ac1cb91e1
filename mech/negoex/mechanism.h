/*
 * The mechanisms that NEGOEX may negotiate on this installation, in order of
 * preference (draft-zhu-negoex-04, section 7.2), and its settings.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Found once for the process, at the first use:
 *
 *	[negoex]	in krb5.conf
 *	mechanisms = 2.25.1 2.25.2	only these, in this order; default: all
 *					that have an auth scheme
 *	preference = acceptor		whose order decides: "acceptor", as the
 *					draft has it, or "initiator"
 *	optimistic = true		whether the first token carries one of
 *					the first mechanism's
 */
#ifndef NEGOEX_MECHANISM_H
#define NEGOEX_MECHANISM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gss.h"
#include "problem.h"

/* More than anybody installs; what is beyond them is left out. */
#define NEGOEX_MECHANISMS_MAX 128

struct negoex_mechanism {
	gss_OID_desc oid;
	uint8_t scheme[GJ_NEGOEX_GUID];
};

struct negoex_installation {
	struct negoex_mechanism *list;
	size_t count;
	gss_OID_set_desc oids;	/* the same, as a set */
	bool initiator_prefers; /* else the acceptor's order rules */
	bool optimistic;
};

/* Lives as long as the process.  NULL with the problem noted on failure. */
const struct negoex_installation *negoex_installation(
    struct negoex_problem *problem);

/* By OID; NULL where it is not negotiable. */
const struct negoex_mechanism *negoex_mechanism_find(
    const struct negoex_installation *installation, const gss_OID_desc *oid);

/*
 * The module's answer to gssspi_query_mechanism_info where the mechglue lacks
 * the call (stock Heimdal 7.8): the module that the mechanism file names is
 * asked itself.  GSS_S_UNAVAILABLE where it has no such call.
 */
OM_uint32 negoex_stock_query(
    OM_uint32 *minor, gss_OID mech, unsigned char scheme[16]);

#endif
