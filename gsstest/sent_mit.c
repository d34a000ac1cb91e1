/*
 * The flags that an initiator sent: what is MIT's.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "sent_library.h"

bool
sent_checksum(krb5_context context, krb5_auth_context auth,
    uint8_t head[SENT_CHECKSUM_HEAD])
{
	krb5_authenticator *authenticator = NULL;
	const krb5_checksum *sum;
	bool found;

	if (krb5_auth_con_getauthenticator(context, auth, &authenticator) !=
		0 ||
	    authenticator == NULL)
		return false;
	sum = authenticator->checksum;
	found = sum != NULL && sum->checksum_type == SENT_CHECKSUM_TYPE &&
		sum->length >= SENT_CHECKSUM_HEAD;
	if (found)
		memcpy(head, sum->contents, SENT_CHECKSUM_HEAD);
	krb5_free_authenticator(context, authenticator);
	return found;
}
