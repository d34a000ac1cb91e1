/*
 * A keyed hash: what is MIT's.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "mac_library.h"

const krb5_enctype mac_enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96;
const krb5_cksumtype mac_checksum = CKSUMTYPE_HMAC_SHA1_96_AES256;

bool
mac_take(krb5_context context, krb5_checksum *sum, uint8_t octets[MAC_OCTETS])
{
	bool made = sum->length == MAC_OCTETS;

	if (made)
		memcpy(octets, sum->contents, MAC_OCTETS);
	krb5_free_checksum_contents(context, sum);
	return made;
}
