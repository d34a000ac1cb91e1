/*
 * What differs between the Kerberos libraries for mac.c: mac_heimdal.c,
 * mac_mit.c.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_MAC_LIBRARY_H
#define GSSTEST_MAC_LIBRARY_H

#include <krb5.h>

#include "mac.h"

/* aes256-cts-hmac-sha1-96 and its checksum. */
extern const krb5_enctype mac_enctype;
extern const krb5_cksumtype mac_checksum;

/*
 * Copies a checksum's octets, and releases it.  False where there are not
 * MAC_OCTETS of them.
 */
bool mac_take(
    krb5_context context, krb5_checksum *sum, uint8_t octets[MAC_OCTETS]);

#endif
