/*
 * A keyed hash, from the Kerberos library beside the GSS library.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * HMAC-SHA-1 cut to 96 bits, as RFC 3962 has it, with a random key that lasts
 * as long as the process.  The libraries differ in names and types:
 * mac_library.h.
 */
#ifndef GSSTEST_MAC_H
#define GSSTEST_MAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAC_OCTETS 12

struct mac;

/* Makes a key; NULL where there is none to be had. */
struct mac *mac_new(void);

/* The hash of size octets; false where the library fails. */
bool mac_make(
    struct mac *mac, const void *data, size_t size, uint8_t octets[MAC_OCTETS]);

/* Releases it; NULL is accepted. */
void mac_free(struct mac *mac);

#endif
