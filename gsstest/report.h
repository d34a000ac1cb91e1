/*
 * What is told about a session: as JSON, and as text made from that.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_REPORT_H
#define GSSTEST_REPORT_H

#include "json.h"
#include "session.h"

/* The report of a session that has ended; the caller releases it. */
json_t *report_session(const struct session *session);

/* Writes a report to stdout, as the options ask: JSON, text, or not at all. */
void report_show(const struct options *options, const json_t *report);

/* The sum over several sessions, where there were several or -q is given. */
void report_sum(const struct options *options, enum gssloop_role role,
    unsigned int all, unsigned int worked, uint64_t microseconds);

#endif
