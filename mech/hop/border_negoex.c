/*
 * The hop mechanism: what it offers to be negotiated by NEGOEX.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "mechglue.h"
#include "module.h"
#include "octets.h"

/* RFC 5587: GSS_C_MA_MECH_CONCRETE and GSS_C_MA_ITOK_FRAMED. */
static gss_OID_desc concrete = {7, (void *)"\x2b\x06\x01\x05\x05\x0d\x01"};
static gss_OID_desc framed = {7, (void *)"\x2b\x06\x01\x05\x05\x0d\x09"};

/* Not GSS_C_MA_NEGOEX_AND_SPNEGO: it is for NEGOEX only. */
GJ_EXPORT OM_uint32
gss_inquire_attrs_for_mech(
    OM_uint32 *minor, gss_const_OID mech, gss_OID_set *has, gss_OID_set *known)
{
	OM_uint32 major = GSS_S_COMPLETE, ignored;

	(void)mech;
	*minor = 0;
	if (known != NULL)
		*known = GSS_C_NO_OID_SET;
	if (has != NULL)
		major = gj_module_set(minor, &concrete, has);
	if (has != NULL && major == GSS_S_COMPLETE) {
		major = gj_mechglue()->add_oid_set_member(minor, &framed, has);
		if (major != GSS_S_COMPLETE)
			gj_mechglue()->release_oid_set(&ignored, has);
	}
	return major;
}

/* The OID's encoding, padded with zeros. */
GJ_EXPORT OM_uint32
gssspi_query_mechanism_info(
    OM_uint32 *minor, gss_const_OID mech, unsigned char scheme[HOP_SCHEME_SIZE])
{
	*minor = 0;
	memset(scheme, 0, HOP_SCHEME_SIZE);
	if (mech->length > HOP_SCHEME_SIZE)
		return GSS_S_BAD_MECH;
	memcpy(scheme, mech->elements, mech->length);
	return GSS_S_COMPLETE;
}

/* Only an initiator has a target, so that shows the role. */
GJ_EXPORT OM_uint32
gssspi_query_meta_data(OM_uint32 *minor, gss_const_OID mech, gj_cred_in cred,
    gss_ctx_id_t *context, gj_name_in target, OM_uint32 flags,
    gss_buffer_t data)
{
	bool initiator = target != GSS_C_NO_NAME;

	(void)cred, (void)context, (void)flags;
	*minor = 0;
	octets_clear(data);
	if (hop_fault(initiator, HOP_QUERY_FAIL, mech)) {
		*minor = HOP_ASKED_FOR;
		return GSS_S_FAILURE;
	}
	if (hop_fault(initiator, HOP_QUERY_NONE, mech))
		return GSS_S_COMPLETE;
	return octets_copy(minor, "X", 1, data);
}

GJ_EXPORT OM_uint32
gssspi_exchange_meta_data(OM_uint32 *minor, gss_const_OID mech, gj_cred_in cred,
    gss_ctx_id_t *context, gj_name_in target, OM_uint32 flags,
    gss_const_buffer_t data)
{
	(void)cred, (void)context, (void)flags;
	*minor = 0;
	if (hop_fault(target != GSS_C_NO_NAME, HOP_EXCHANGE_FAIL, mech))
		*minor = HOP_ASKED_FOR;
	else if (data->length != 1 || memcmp(data->value, "X", 1) != 0)
		*minor = HOP_BAD_METADATA;
	return *minor == 0 ? GSS_S_COMPLETE : GSS_S_FAILURE;
}
