/*
 * The flags that an initiator sent: what is Heimdal's.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "sent_library.h"

bool
sent_checksum(krb5_context context, krb5_auth_context auth,
    uint8_t head[SENT_CHECKSUM_HEAD])
{
	krb5_authenticator authenticator = NULL;
	const Checksum *sum;
	bool found;

	if (krb5_auth_con_getauthenticator(context, auth, &authenticator) != 0)
		return false;
	sum = authenticator->cksum;
	found = sum != NULL && sum->cksumtype == SENT_CHECKSUM_TYPE &&
		sum->checksum.length >= SENT_CHECKSUM_HEAD;
	if (found)
		memcpy(head, sum->checksum.data, SENT_CHECKSUM_HEAD);
	krb5_free_authenticator(context, &authenticator);
	return found;
}
