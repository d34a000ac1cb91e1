/*
 * Cookies.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <netinet/in.h>
#include <string.h>

#include "address.h"
#include "cookie.h"

#define SLOT_OCTETS (GJ_DATAGRAM_COOKIE - MAC_OCTETS)

static uint32_t
slot_at(uint64_t now)
{
	return (uint32_t)(now / (COOKIE_SLOT_MS * UINT64_C(1000)));
}

/* What is hashed has one form only: every part has its fixed size. */
static bool
cookie_of_slot(struct mac *mac, const struct cookie_owner *owner, uint32_t slot,
    uint8_t cookie[GJ_DATAGRAM_COOKIE])
{
	uint8_t hashed[SLOT_OCTETS + GJ_DATAGRAM_NAME + ADDRESS_OCTETS];
	struct gj_writer writer;

	gj_writer_init(&writer, hashed, sizeof(hashed));
	gj_writer_u32be(&writer, slot);
	memcpy(cookie, hashed, SLOT_OCTETS);
	gj_writer_octets(&writer, owner->name, GJ_DATAGRAM_NAME);
	address_octets(owner->address, hashed + writer.used);
	return mac_make(mac, hashed, sizeof(hashed), cookie + SLOT_OCTETS);
}

bool
cookie_make(struct mac *mac, const struct cookie_owner *owner, uint64_t now,
    uint8_t cookie[GJ_DATAGRAM_COOKIE])
{
	return cookie_of_slot(mac, owner, slot_at(now), cookie);
}

/* In constant time: how much of a guess is right shows nowhere. */
static bool
octets_equal(const uint8_t *one, const uint8_t *other, size_t size)
{
	uint8_t different = 0;
	size_t i;

	for (i = 0; i < size; i++)
		different |= one[i] ^ other[i];
	return different == 0;
}

bool
cookie_is_good(struct mac *mac, const struct cookie_owner *owner, uint64_t now,
    const uint8_t cookie[GJ_DATAGRAM_COOKIE])
{
	uint8_t expected[GJ_DATAGRAM_COOKIE];
	uint32_t slot = slot_at(now), made;
	struct gj_reader reader;

	gj_reader_init(&reader, cookie, GJ_DATAGRAM_COOKIE);
	made = gj_reader_u32be(&reader);
	/* The cookie of nothing, of every first datagram, costs no hash. */
	if (made != slot && made != slot - 1)
		return false;
	return cookie_of_slot(mac, owner, made, expected) &&
	       octets_equal(expected, cookie, sizeof(expected));
}
