/*
 * The mechanisms that the library has.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_MECHS_H
#define GSSTEST_MECHS_H

#include <stdbool.h>
#include <stddef.h>

#include "gss.h"

/*
 * The OID of a mechanism by what a person calls it: krb5, spnego, ccm, a dotted
 * OID, or any name that the library gives, in any case.  Writes its octets
 * into octets, which has room for GJ_OID_OCTETS.  A dotted OID is taken as it
 * is, a name has to be one of the library's mechanisms or one of the three.
 */
bool mechs_find(const char *name, unsigned char *octets, size_t *size);

/*
 * What a person calls a mechanism, into text of size octets: a name of the
 * library's, or the dotted OID.
 */
void mechs_name(gss_OID mech, char *text, size_t size);

/* The names that a library has for a mechanism (RFC 5801); some are empty. */
struct mechs_names {
	gss_buffer_desc sasl, mech, description;
};

void mechs_names(gss_OID mech, struct mechs_names *names);
void mechs_names_release(struct mechs_names *names);

#endif
