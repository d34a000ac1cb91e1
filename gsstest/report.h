/*
 * What is told about a session: as JSON, and as text made from that.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_REPORT_H
#define GSSTEST_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "session.h"

/* The report of a session that has ended; the caller releases it. */
json_t *report_session(const struct session *session);

/* Writes a report to stdout, as the options ask: JSON, text, or not at all. */
void report_show(const struct options *options, const json_t *report);

/* Writes one JSON object and a newline to stdout, at once. */
void report_json(const json_t *json);

/* The sum over several sessions, where there were several or -q is given. */
void report_sum(const struct options *options, enum gssloop_role role,
    unsigned int all, unsigned int worked, uint64_t microseconds);

/* A GSS call outside of a loop failed: says so on stderr. */
void report_gss_error(
    const char *call, OM_uint32 major, OM_uint32 minor, gss_OID mech);

/*
 * The same for a role before any session: on stderr, and with -j as a report
 * as well.
 */
void report_failed_call(const struct options *options, enum gssloop_role role,
    const char *call, OM_uint32 major, OM_uint32 minor, gss_OID mech);

/* Any other failure of a role before a session, likewise. */
void report_failed(
    const struct options *options, enum gssloop_role role, const char *why);

#endif
