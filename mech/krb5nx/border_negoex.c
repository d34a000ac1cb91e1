/*
 * krb5nx: what it offers to be negotiated by NEGOEX (doc/krb5nx.md).
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "compat.h"
#include "mechglue.h"
#include "module.h"
#include "writer.h"

#define SCHEME_SIZE 16
#define KEY_SIZE    32
#define ENCTYPE	    18 /* aes256-cts-hmac-sha1-96, whatever the ticket has */

/*
 * UUID 4a886e54-24d4-5b50-8e78-e7ecd5bc78c2, of version 5 from the OID
 * 1.2.840.113554.1.2.2, in the order in which a GUID travels.
 */
static const unsigned char scheme_octets[SCHEME_SIZE] = {0x54, 0x6e, 0x88, 0x4a,
    0xd4, 0x24, 0x50, 0x5b, 0x8e, 0x78, 0xe7, 0xec, 0xd5, 0xbc, 0x78, 0xc2};

static const char label[] = "krb5nx NEGOEX VERIFY key 1";

/* 1.2.840.113554.1.2.2.5.16 and .17; a stock Heimdal has no name for them. */
static const unsigned char inquire_key[] =
    "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x10";
static const unsigned char inquire_verify_key[] =
    "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x11";

/*
 * What krb5 has; GSS_C_MA_NEGOEX_AND_SPNEGO it has not: SPNEGO itself is to
 * offer krb5, and us to NEGOEX only.
 */
GJ_EXPORT OM_uint32
gss_inquire_attrs_for_mech(
    OM_uint32 *minor, gss_const_OID mech, gss_OID_set *has, gss_OID_set *known)
{
	const struct gj_mechglue *up = gj_mechglue();

	(void)mech; /* ours */
	*minor = 0;
	if (has != NULL)
		*has = GSS_C_NO_OID_SET;
	if (known != NULL)
		*known = GSS_C_NO_OID_SET;
	if (up == NULL)
		return GSS_S_UNAVAILABLE;
	return up->inquire_attrs_for_mech(minor, &gj_mech_krb5, has, known);
}

GJ_EXPORT OM_uint32
gssspi_query_mechanism_info(
    OM_uint32 *minor, gss_const_OID mech, unsigned char scheme[SCHEME_SIZE])
{
	(void)mech; /* ours */
	*minor = 0;
	memcpy(scheme, scheme_octets, SCHEME_SIZE);
	return GSS_S_COMPLETE;
}

/* There is none. */
GJ_EXPORT OM_uint32
gssspi_query_meta_data(OM_uint32 *minor, gss_const_OID mech, gj_cred_in cred,
    gss_ctx_id_t *context, gj_name_in target, OM_uint32 flags,
    gss_buffer_t data)
{
	(void)mech, (void)cred, (void)context, (void)target, (void)flags;
	*minor = 0;
	data->value = NULL;
	data->length = 0;
	return GSS_S_COMPLETE;
}

/* A later version may have some, which is not for us. */
GJ_EXPORT OM_uint32
gssspi_exchange_meta_data(OM_uint32 *minor, gss_const_OID mech, gj_cred_in cred,
    gss_ctx_id_t *context, gj_name_in target, OM_uint32 flags,
    gss_const_buffer_t data)
{
	(void)mech, (void)cred, (void)context, (void)target, (void)flags;
	(void)data;
	*minor = 0;
	return GSS_S_COMPLETE;
}

static OM_uint32
members_give(
    OM_uint32 *minor, const gss_buffer_desc *key, gss_buffer_set_t *data)
{
	uint8_t enctype[4];
	gss_buffer_desc key_member = *key;
	gss_buffer_desc enctype_member = {sizeof(enctype), enctype};
	struct gj_writer writer;
	OM_uint32 major, ignored;

	gj_writer_init(&writer, enctype, sizeof(enctype));
	gj_writer_u32le(&writer, ENCTYPE);
	major = gj_mechglue()->add_buffer_set_member(minor, &key_member, data);
	if (major == GSS_S_COMPLETE)
		major = gj_mechglue()->add_buffer_set_member(
		    minor, &enctype_member, data);
	if (major != GSS_S_COMPLETE)
		gj_mechglue()->release_buffer_set(&ignored, data);
	return major;
}

/*
 * One key for both directions, as NEGOEX tells them apart by key usage.  A
 * library that does not know it yet (MIT before completion) says so in ways
 * of its own, which all mean: not now.
 */
static OM_uint32
key_give(OM_uint32 *minor, gss_ctx_id_t inner, gss_buffer_set_t *data)
{
	gss_buffer_desc input = {sizeof(label) - 1, (void *)label};
	gss_buffer_desc key = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, ignored;

	major = gj_mechglue()->pseudo_random(
	    minor, inner, GSS_C_PRF_KEY_PARTIAL, &input, KEY_SIZE, &key);
	if (major != GSS_S_COMPLETE || key.length != KEY_SIZE)
		major = GSS_S_UNAVAILABLE;
	else
		major = members_give(minor, &key, data);
	if (key.length > 0)
		explicit_bzero(key.value, key.length);
	gj_mechglue()->release_buffer(&ignored, &key);
	return major;
}

GJ_EXPORT OM_uint32
gss_inquire_sec_context_by_oid(OM_uint32 *minor, gj_context_in handle,
    gss_OID object, gss_buffer_set_t *data)
{
	gss_ctx_id_t inner;
	OM_uint32 major =
	    gj_module_context(minor, (gss_ctx_id_t)handle, &inner);

	*data = GSS_C_NO_BUFFER_SET;
	if (major != GSS_S_COMPLETE)
		return major;
	if (gj_gss_oid_is(object, inquire_key, sizeof(inquire_key) - 1) ||
	    gj_gss_oid_is(
		object, inquire_verify_key, sizeof(inquire_verify_key) - 1))
		return key_give(minor, inner, data);
	return gj_mechglue()->inquire_sec_context_by_oid(
	    minor, inner, object, data);
}
