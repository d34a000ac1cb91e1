/*
 * Keys and checksums of VERIFY.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <hcrypto/rand.h>
#include <krb5.h>

#include "compat.h"
#include "key.h"
#include "library.h"
#include "mechglue.h"
#include "reader.h"

/* 1.2.840.113554.1.2.2.5.16 and .17 (facts, "The interface"). */
static gss_OID_desc inquire_oids[] = {
    [NEGOEX_KEY_SIGN] = {11,
	(void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x10"},
    [NEGOEX_KEY_VERIFY] = {11,
	(void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x11"},
};

/* The handles of the keys that were used last, the latest first. */
#define SLOTS 2
static struct slot {
	krb5_crypto crypto; /* NULL: free */
	struct negoex_key key;
} slots[SLOTS];

/* Two buffers: the key's octets, and its enctype, little endian. */
static bool
key_read(const struct gss_buffer_set_desc_struct *set, struct negoex_key *key)
{
	struct gj_reader reader;

	if (set == NULL || set->count != 2 || set->elements[0].length == 0 ||
	    set->elements[0].length > sizeof(key->octets))
		return false;
	gj_reader_init(
	    &reader, set->elements[1].value, set->elements[1].length);
	key->enctype = gj_reader_u32le(&reader);
	key->size = set->elements[0].length;
	memcpy(key->octets, set->elements[0].value, key->size);
	return gj_reader_ended(&reader);
}

static void
set_wipe(gss_buffer_set_t set)
{
	size_t i;

	for (i = 0; set != NULL && i < set->count; i++)
		if (set->elements[i].value != NULL)
			explicit_bzero(
			    set->elements[i].value, set->elements[i].length);
}

bool
negoex_key_inquire(gss_ctx_id_t context, enum negoex_key_kind kind,
    struct negoex_key *key, bool *available, struct negoex_problem *problem)
{
	const struct gj_mechglue *up = gj_mechglue();
	gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	OM_uint32 major, minor;
	bool good = true;

	memset(key, 0, sizeof(*key));
	*available = false;
	if (context == GSS_C_NO_CONTEXT)
		return true;
	major = up->inquire_sec_context_by_oid(
	    &minor, context, &inquire_oids[kind], &set);
	if (major == GSS_S_COMPLETE) {
		good = key_read(set, key);
		*available = good;
	}
	set_wipe(set);
	up->release_buffer_set(&minor, &set);
	return good || negoex_problem(problem, NEGOEX_BAD_KEY);
}

void
negoex_key_wipe(struct negoex_key *key)
{
	explicit_bzero(key, sizeof(*key));
}

static void
slot_clear(krb5_context krb5, struct slot *slot)
{
	if (slot->crypto != NULL)
		krb5_crypto_destroy(krb5, slot->crypto);
	slot->crypto = NULL;
	negoex_key_wipe(&slot->key);
}

/* In the same time, whatever the octets are. */
static bool
key_same(const struct negoex_key *a, const struct negoex_key *b)
{
	uint8_t difference = 0;
	size_t i;

	for (i = 0; i < sizeof(a->octets); i++)
		difference |= a->octets[i] ^ b->octets[i];
	return a->enctype == b->enctype && a->size == b->size &&
	       difference == 0;
}

static krb5_error_code
slot_fill(krb5_context krb5, struct slot *slot, const struct negoex_key *key)
{
	krb5_keyblock block;
	krb5_error_code code;

	code = krb5_keyblock_init(
	    krb5, (krb5_enctype)key->enctype, key->octets, key->size, &block);
	if (code != 0)
		return code;
	code = krb5_crypto_init(krb5, &block, ETYPE_NULL, &slot->crypto);
	krb5_free_keyblock_contents(krb5, &block);
	if (code == 0)
		slot->key = *key;
	else
		slot->crypto = NULL;
	return code;
}

/* The crypto handle of a key, kept or made; with the lock held. */
static krb5_error_code
crypto_find(
    krb5_context krb5, const struct negoex_key *key, krb5_crypto *crypto)
{
	krb5_error_code code = 0;
	struct slot found;
	size_t i;

	for (i = 0; i < SLOTS - 1; i++)
		if (slots[i].crypto != NULL && key_same(&slots[i].key, key))
			break;
	if (slots[i].crypto == NULL || !key_same(&slots[i].key, key)) {
		slot_clear(krb5, &slots[i]);
		code = slot_fill(krb5, &slots[i], key);
	}
	found = slots[i];
	memmove(slots + 1, slots, i * sizeof(*slots));
	slots[0] = found;
	explicit_bzero(&found, sizeof(found));
	*crypto = slots[0].crypto;
	return code;
}

static bool
krb5_failed(krb5_context krb5, krb5_error_code code, enum negoex_code what,
    struct negoex_problem *problem)
{
	const char *text = krb5_get_error_message(krb5, code);

	negoex_problem_detail(problem, what, text != NULL ? text : "");
	krb5_free_error_message(krb5, text);
	return false;
}

/* The type that the key's enctype makes mandatory (facts, "Wire" 6). */
static bool
type_find(krb5_context krb5, krb5_crypto crypto, krb5_cksumtype *type,
    struct negoex_problem *problem)
{
	krb5_error_code code =
	    krb5_crypto_get_checksum_type(krb5, crypto, type);

	if (code != 0)
		return krb5_failed(krb5, code, NEGOEX_NO_CRYPTO, problem);
	if (!krb5_checksum_is_keyed(krb5, *type))
		return negoex_problem_detail(
		    problem, NEGOEX_BAD_KEY, "its checksum is not a keyed one");
	return true;
}

static bool
make_locked(krb5_context krb5, const struct negoex_key *key, unsigned int usage,
    const void *data, size_t size, struct negoex_checksum *checksum,
    struct negoex_problem *problem)
{
	krb5_crypto crypto;
	krb5_cksumtype type;
	krb5_error_code code;
	Checksum made;

	code = crypto_find(krb5, key, &crypto);
	if (code != 0)
		return krb5_failed(krb5, code, NEGOEX_BAD_KEY, problem);
	if (!type_find(krb5, crypto, &type, problem))
		return false;
	code = krb5_create_checksum(
	    krb5, crypto, usage, type, (void *)data, size, &made);
	if (code != 0)
		return krb5_failed(krb5, code, NEGOEX_NO_CRYPTO, problem);
	if (made.checksum.length > sizeof(checksum->octets)) {
		free_Checksum(&made);
		return negoex_problem(problem, NEGOEX_NO_CRYPTO);
	}
	checksum->type = (uint32_t)made.cksumtype;
	checksum->size = made.checksum.length;
	memcpy(checksum->octets, made.checksum.data, made.checksum.length);
	free_Checksum(&made);
	return true;
}

static bool
verify_locked(krb5_context krb5, const struct negoex_key *key,
    unsigned int usage, const void *data, size_t size,
    const struct gj_negoex_verify *verify, struct negoex_problem *problem)
{
	krb5_crypto crypto;
	krb5_cksumtype type;
	krb5_error_code code;
	Checksum theirs;

	code = crypto_find(krb5, key, &crypto);
	if (code != 0)
		return krb5_failed(krb5, code, NEGOEX_BAD_KEY, problem);
	if (!type_find(krb5, crypto, &type, problem))
		return false;
	if (verify->checksum_type != (uint32_t)type)
		return negoex_problem(problem, NEGOEX_WRONG_CHECKSUM_TYPE);
	theirs.cksumtype = type;
	theirs.checksum.length = verify->checksum.size;
	theirs.checksum.data = (void *)verify->checksum.data;
	code = krb5_verify_checksum(
	    krb5, crypto, usage, (void *)data, size, &theirs);
	if (code != 0)
		return krb5_failed(
		    krb5, code, NEGOEX_CHECKSUM_MISMATCH, problem);
	return true;
}

bool
negoex_checksum_make(const struct negoex_key *key, unsigned int usage,
    const void *data, size_t size, struct negoex_checksum *checksum,
    struct negoex_problem *problem)
{
	krb5_context krb5 = negoex_library_lock(problem);
	bool good = false;

	memset(checksum, 0, sizeof(*checksum));
	if (krb5 != NULL) {
		good = make_locked(
		    krb5, key, usage, data, size, checksum, problem);
		negoex_library_unlock();
	}
	return good;
}

bool
negoex_checksum_verify(const struct negoex_key *key, unsigned int usage,
    const void *data, size_t size, const struct gj_negoex_verify *verify,
    struct negoex_problem *problem)
{
	krb5_context krb5 = negoex_library_lock(problem);
	bool good = false;

	if (krb5 != NULL) {
		good = verify_locked(
		    krb5, key, usage, data, size, verify, problem);
		negoex_library_unlock();
	}
	return good;
}

bool
negoex_random(void *octets, size_t size, struct negoex_problem *problem)
{
	if (RAND_bytes(octets, size) != 1)
		return negoex_problem(problem, NEGOEX_NO_RANDOMNESS);
	return true;
}
