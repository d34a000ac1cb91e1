/*
 * A keyed hash: what is Heimdal's.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "mac_library.h"

const krb5_enctype mac_enctype = ETYPE_AES256_CTS_HMAC_SHA1_96;
const krb5_cksumtype mac_checksum = CKSUMTYPE_HMAC_SHA1_96_AES_256;

bool
mac_take(krb5_context context, krb5_checksum *sum, uint8_t octets[MAC_OCTETS])
{
	bool made = sum->checksum.length == MAC_OCTETS;

	(void)context;
	if (made)
		memcpy(octets, sum->checksum.data, MAC_OCTETS);
	krb5_data_free(&sum->checksum);
	return made;
}
