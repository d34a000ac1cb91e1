/*
 * What differs between the GSS-API libraries.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "gss.h"

const char gj_gss_library[] = GJ_GSS_LIBRARY;

gss_OID_desc gj_mech_krb5 = {9, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
gss_OID_desc gj_mech_krb5_microsoft = {
    9, (void *)"\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"};
gss_OID_desc gj_mech_spnego = {6, (void *)"\x2b\x06\x01\x05\x05\x02"};
gss_OID_desc gj_mech_ccm = {6, (void *)"\x2b\x06\x01\x05\x05\x0b"};
gss_OID_desc gj_name_hostbased = {
    10, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04"};

bool
gj_gss_oid_is(const gss_OID_desc *oid, const void *octets, size_t size)
{
	return oid->length == size && memcmp(oid->elements, octets, size) == 0;
}
