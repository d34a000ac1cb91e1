/*
 * What differs between the Kerberos libraries for sent.c: sent_heimdal.c,
 * sent_mit.c.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_SENT_LIBRARY_H
#define GSSTEST_SENT_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <krb5.h>

/* The checksum of GSS (RFC 4121, section 4.1.1): its type, and what of it is
   looked at. */
#define SENT_CHECKSUM_TYPE 0x8003
#define SENT_CHECKSUM_HEAD 24

/*
 * Copies the first octets of the authenticator's checksum that an AP-REQ left
 * in auth.  False where it has none, one of another type, or a shorter one.
 */
bool sent_checksum(krb5_context context, krb5_auth_context auth,
    uint8_t head[SENT_CHECKSUM_HEAD]);

#endif
