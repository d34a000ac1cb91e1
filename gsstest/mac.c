/*
 * A keyed hash, from the Kerberos library beside the GSS library.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "mac.h"
#include "mac_library.h"

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
		if (krb5_c_make_random_key(
			mac->context, mac_enctype, &mac->key) == 0)
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

	memset(&input, 0, sizeof(input));
	input.data = (void *)data;
	input.length = (unsigned int)size;
	if (krb5_c_make_checksum(mac->context, mac_checksum, &mac->key, USAGE,
		&input, &sum) != 0)
		return false;
	return mac_take(mac->context, &sum, octets);
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
