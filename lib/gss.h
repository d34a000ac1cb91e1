/*
 * What differs between the GSS-API libraries that this source is built
 * against, under one name each.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The Makefile sets, for each library, GJ_GSS_HEADER (the header that has its
 * extensions), GJ_GSS_LIBRARY (name and version) and GJ_GSS_GUARDED (whether
 * its krb5 initiator has to be guarded: guard.h).  What both have under
 * one name and contract is called directly.  OIDs are literal here, since
 * they are pointers in one library and objects in the other; libraries'
 * prototypes differ in const, so plain handles are passed.
 */
#ifndef GJ_GSS_H
#define GJ_GSS_H

#include <stdbool.h>

#include <gssapi/gssapi.h>
#include GJ_GSS_HEADER

/* Heimdal 7.8 has no name for it; the bit is the same everywhere. */
#define GJ_C_CHANNEL_BOUND_FLAG 0x800

/* Mechanisms (RFC 4121, RFC 4178) and a name type (RFC 2743, section 4.1). */
extern gss_OID_desc gj_mech_krb5;
extern gss_OID_desc gj_mech_krb5_microsoft; /* what Windows once called it */
extern gss_OID_desc gj_mech_spnego;
extern gss_OID_desc gj_mech_ccm; /* draft-eisler-nfsv4-ccm-00 */
extern gss_OID_desc gj_name_hostbased;

/* True where the OID has just these content octets. */
bool gj_gss_oid_is(const gss_OID_desc *oid, const void *octets, size_t size);

/* The library that this was built against: "Heimdal 7.8.0", "MIT 1.20.1". */
extern const char gj_gss_library[];

#endif
