/*
 * What a module's border looks like to Heimdal.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_BORDER_HEIMDAL_H
#define GJ_BORDER_HEIMDAL_H

/* Handles that a call only reads. */
typedef gss_const_name_t gj_name_in;
typedef gss_const_cred_id_t gj_cred_in;
typedef gss_const_ctx_id_t gj_context_in;

/* The mechanism of gss_localname. */
typedef gss_OID gj_localname_mech;

/* A symbol that no other GSS library has. */
#define GJ_MECHGLUE_MARK gss_mg_collect_error

#endif
