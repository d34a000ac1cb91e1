/*
 * Tests of the cookies: for whom and how long each is good.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <netinet/in.h>
#include <string.h>

#include "../cookie.h"
#include "suite.h"

#define SLOT (COOKIE_SLOT_MS * UINT64_C(1000))

/* The middle of a slot. */
#define NOW (SLOT * 1000 + SLOT / 2)

static const uint8_t name[] = "NAMENAME", other_name[] = "NAMENAMX";

static struct sockaddr_storage
address_of(int family, uint16_t port, uint8_t last)
{
	struct sockaddr_storage address;
	struct sockaddr_in6 *six = (void *)&address;
	struct sockaddr_in *four = (void *)&address;

	memset(&address, 0, sizeof(address));
	address.ss_family = (sa_family_t)family;
	if (family == AF_INET) {
		four->sin_port = htons(port);
		memcpy(&four->sin_addr, "\x7f\0\0", 3);
		((uint8_t *)&four->sin_addr)[3] = last;
	} else {
		six->sin6_port = htons(port);
		six->sin6_addr.s6_addr[15] = last;
	}
	return address;
}

/* A cookie of 127.0.0.1, port 7, made in the middle of a slot. */
static const struct use {
	const char *what;
	int family;
	uint16_t port;
	uint8_t last;
	const uint8_t *name;
	int64_t later; /* microseconds */
	bool good;
} uses[] = {
    {"at once", AF_INET, 7, 1, name, 0, true},
    {"at the end of its slot", AF_INET, 7, 1, name, SLOT / 2 - 1, true},
    {"at the end of the next", AF_INET, 7, 1, name, SLOT + SLOT / 2 - 1, true},
    {"a slot too late", AF_INET, 7, 1, name, SLOT + SLOT / 2, false},
    {"much too late", AF_INET, 7, 1, name, 100 * SLOT, false},
    {"before it was made", AF_INET, 7, 1, name, -(int64_t)SLOT, false},
    {"another port", AF_INET, 8, 1, name, 0, false},
    {"another host", AF_INET, 7, 2, name, 0, false},
    {"another family", AF_INET6, 7, 1, name, 0, false},
    {"another conversation", AF_INET, 7, 1, other_name, 0, false},
};

START_TEST(cookie_is_for)
{
	const struct use *row = &uses[_i];
	struct sockaddr_storage made = address_of(AF_INET, 7, 1);
	struct sockaddr_storage used =
	    address_of(row->family, row->port, row->last);
	struct cookie_owner maker = {&made, name}, user = {&used, row->name};
	uint8_t cookie[GJ_DATAGRAM_COOKIE];
	struct mac *mac = mac_new();

	ck_assert_ptr_nonnull(mac);
	ck_assert(cookie_make(mac, &maker, NOW, cookie));
	ck_assert_msg(cookie_is_good(mac, &user, NOW + (uint64_t)row->later,
			  cookie) == row->good,
	    "%s", row->what);
	mac_free(mac);
}
END_TEST

/* No octet of it can be another. */
START_TEST(cookie_changed)
{
	struct sockaddr_storage address = address_of(AF_INET6, 7, 1);
	struct cookie_owner owner = {&address, name};
	uint8_t cookie[GJ_DATAGRAM_COOKIE];
	struct mac *mac = mac_new();

	ck_assert(cookie_make(mac, &owner, NOW, cookie));
	cookie[_i] ^= 1;
	ck_assert(!cookie_is_good(mac, &owner, NOW, cookie));
	cookie[_i] ^= 1;
	ck_assert(cookie_is_good(mac, &owner, NOW, cookie));
	mac_free(mac);
}
END_TEST

/* Each process has a key of its own. */
START_TEST(cookie_of_another_key)
{
	struct sockaddr_storage address = address_of(AF_INET, 7, 1);
	struct cookie_owner owner = {&address, name};
	uint8_t cookie[GJ_DATAGRAM_COOKIE];
	struct mac *mac = mac_new(), *other = mac_new();

	ck_assert(cookie_make(other, &owner, NOW, cookie));
	ck_assert(!cookie_is_good(mac, &owner, NOW, cookie));
	mac_free(mac);
	mac_free(other);
	mac_free(NULL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cookie");
	TCase *cookies = tcase_create("cookies");

	tcase_add_loop_test(
	    cookies, cookie_is_for, 0, sizeof(uses) / sizeof(uses[0]));
	tcase_add_loop_test(cookies, cookie_changed, 0, GJ_DATAGRAM_COOKIE);
	tcase_add_test(cookies, cookie_of_another_key);
	suite_add_tcase(suite, cookies);
	return suite_run(suite);
}
