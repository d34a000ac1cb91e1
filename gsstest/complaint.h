/*
 * Failures outside of a session, told to a person and, with -j, as a report.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_COMPLAINT_H
#define GSSTEST_COMPLAINT_H

#include "json.h"
#include "options.h"

/* "initiator" or "acceptor". */
const char *complaint_role(enum gssloop_role role);

/* The beginning of every report: role, library, whether it is ok. */
json_t *complaint_report(enum gssloop_role role, bool ok);

/* A role failed: says so on stderr, and with -j as a report on stdout. */
void complaint(
    const struct options *options, enum gssloop_role role, const char *why);

/* The same, for a GSS call of a role. */
void complaint_gss(const struct options *options, enum gssloop_role role,
    const char *call, OM_uint32 major, OM_uint32 minor, gss_OID mech);

/*
 * What a GSS call that failed says, into text of size octets: "CALL failed:
 * GSS major: ...; GSS minor: ...".
 */
void complaint_text(const char *call, OM_uint32 major, OM_uint32 minor,
    gss_OID mech, char *text, size_t size);

#endif
