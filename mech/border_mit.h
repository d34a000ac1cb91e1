/*
 * What a module's border looks like to MIT krb5.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_BORDER_MIT_H
#define GJ_BORDER_MIT_H

/* Handles that a call only reads. */
typedef gss_name_t gj_name_in;
typedef gss_cred_id_t gj_cred_in;
typedef gss_ctx_id_t gj_context_in;

/* The mechanism of gss_localname. */
typedef gss_const_OID gj_localname_mech;

/* A symbol that no other GSS library has. */
#define GJ_MECHGLUE_MARK gss_krb5int_make_seal_token_v3

#endif
