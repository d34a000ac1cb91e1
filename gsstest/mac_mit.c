/*
 * A keyed hash: MIT.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <krb5.h>
#include <stdlib.h>
#include <string.h>

#include "mac.h"

/* A number for private use: nothing else is ever made with this key. */
#define USAGE 1024

struct mac {
	krb5_context context;
	krb5_keyblock key;
};

struct mac *
mac_new(void)
{
	struct mac *mac = calloc(1, sizeof(*mac));

	if (mac == NULL)
		return NULL;
	if (krb5_init_context(&mac->context) == 0) {
		if (krb5_c_make_random_key(mac->context,
			ENCTYPE_AES256_CTS_HMAC_SHA1_96, &mac->key) == 0)
			return mac;
		krb5_free_context(mac->context);
	}
	free(mac);
	return NULL;
}

bool
mac_make(
    struct mac *mac, const void *data, size_t size, uint8_t octets[MAC_OCTETS])
{
	krb5_checksum sum;
	krb5_data input;
	bool made;

	memset(&input, 0, sizeof(input));
	input.data = (void *)data;
	input.length = (unsigned int)size;
	if (krb5_c_make_checksum(mac->context, CKSUMTYPE_HMAC_SHA1_96_AES256,
		&mac->key, USAGE, &input, &sum) != 0)
		return false;
	made = sum.length == MAC_OCTETS;
	if (made)
		memcpy(octets, sum.contents, MAC_OCTETS);
	krb5_free_checksum_contents(mac->context, &sum);
	return made;
}

void
mac_free(struct mac *mac)
{
	if (mac == NULL)
		return;
	krb5_free_keyblock_contents(mac->context, &mac->key);
	krb5_free_context(mac->context);
	free(mac);
}
