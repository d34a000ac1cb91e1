/*
 * A credential with which SPNEGO negotiates certain mechanisms only: Heimdal,
 * whose SPNEGO takes what the credential has.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "gssapi_negoex.h"
#include "negotiable.h"

/* 1.3.6.1.4.1.311.2.2.30 */
static gss_OID_desc negoex = {
    10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e"};

#define TAG_OID 0x06

/* Tells the NEGOEX part of a credential which mechanisms are meant. */
static OM_uint32
negoex_restrict(OM_uint32 *minor, gss_OID_set mechs, gss_cred_id_t *cred)
{
	gss_OID_desc option = {
	    sizeof(GSS_NEGOEX_MECHS_OID) - 1, (void *)GSS_NEGOEX_MECHS_OID};
	gss_buffer_desc value = {0, NULL};
	unsigned char *at;
	OM_uint32 major;
	size_t i;

	for (i = 0; i < mechs->count; i++)
		value.length += 2 + mechs->elements[i].length;
	at = value.value = malloc(value.length);
	if (value.value == NULL)
		return GSS_S_FAILURE;
	for (i = 0; i < mechs->count; i++) {
		*at++ = TAG_OID;
		*at++ = (unsigned char)mechs->elements[i].length;
		memcpy(
		    at, mechs->elements[i].elements, mechs->elements[i].length);
		at += mechs->elements[i].length;
	}
	major = gss_set_cred_option(minor, cred, &option, &value);
	free(value.value);
	return major;
}

/* Whether there is the module; what is not there cannot be acquired. */
static bool
negoex_installed(void)
{
	gss_OID_set mechs = GSS_C_NO_OID_SET;
	OM_uint32 minor;
	int installed = 0;

	if (GSS_ERROR(gss_indicate_mechs(&minor, &mechs)))
		return false;
	gss_test_oid_set_member(&minor, &negoex, mechs, &installed);
	gss_release_oid_set(&minor, &mechs);
	return installed != 0;
}

OM_uint32
negotiable_acquire(OM_uint32 *minor, gss_cred_usage_t usage, gss_OID_set mechs,
    gss_cred_id_t *cred, const char **call)
{
	bool installed = negoex_installed();
	gss_OID_set_desc wanted = {0, NULL};
	OM_uint32 major;

	*call = "gss_acquire_cred";
	wanted.elements = calloc(mechs->count + 1, sizeof(gss_OID_desc));
	if (wanted.elements == NULL)
		return GSS_S_FAILURE;
	memcpy(wanted.elements, mechs->elements,
	    mechs->count * sizeof(gss_OID_desc));
	wanted.count = mechs->count;
	if (installed)
		wanted.elements[wanted.count++] = negoex;
	major = gss_acquire_cred(minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    &wanted, usage, cred, NULL, NULL);
	free(wanted.elements);
	if (GSS_ERROR(major) || !installed)
		return major;
	*call = "gss_set_cred_option";
	return negoex_restrict(minor, mechs, cred);
}
