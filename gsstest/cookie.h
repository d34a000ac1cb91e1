/*
 * Cookies: what an initiator over datagrams has to send back, before the
 * acceptor keeps anything of it, to show that it receives at its address.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A cookie is the number of a slot of time, and a keyed hash of that number,
 * the address, and the conversation's name.  Nothing is kept of one that was
 * made.
 */
#ifndef GSSTEST_COOKIE_H
#define GSSTEST_COOKIE_H

#include <sys/socket.h>

#include "mac.h"
#include "wire_datagram.h"

/*
 * A cookie is good in its slot of time and the next one: an honest initiator
 * needs one round trip.
 */
#define COOKIE_SLOT_MS 8000

/* What a cookie is made out for. */
struct cookie_owner {
	const struct sockaddr_storage *address;
	const uint8_t *name; /* GJ_DATAGRAM_NAME octets */
};

/* now is in microseconds.  False where the library fails. */
bool cookie_make(struct mac *mac, const struct cookie_owner *owner,
    uint64_t now, uint8_t cookie[GJ_DATAGRAM_COOKIE]);

/* True for a cookie that was made for this owner, not too long ago. */
bool cookie_is_good(struct mac *mac, const struct cookie_owner *owner,
    uint64_t now, const uint8_t cookie[GJ_DATAGRAM_COOKIE]);

#endif
