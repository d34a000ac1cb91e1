/*
 * The entry points of a module, whose types the GSS libraries do not agree on.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The libraries' headers declare most of what a module exports, so that every
 * compilation holds the definitions against them; what they lack is declared
 * here, and table_heimdal.c holds all of it against Heimdal's own table.  The
 * Makefile sets GJ_BORDER_HEADER.
 */
#ifndef GJ_BORDER_H
#define GJ_BORDER_H

#include "gss.h"
#include GJ_BORDER_HEADER

/* On an exported entry point; all else is hidden. */
#define GJ_EXPORT __attribute__((visibility("default")))

/* The mechanism's interface to NEGOEX (facts/negoex.md). */
OM_uint32 gssspi_query_mechanism_info(
    OM_uint32 *minor, gss_const_OID mech, unsigned char scheme[16]);
OM_uint32 gssspi_query_meta_data(OM_uint32 *minor, gss_const_OID mech,
    gj_cred_in cred, gss_ctx_id_t *context, gj_name_in target, OM_uint32 flags,
    gss_buffer_t data);
OM_uint32 gssspi_exchange_meta_data(OM_uint32 *minor, gss_const_OID mech,
    gj_cred_in cred, gss_ctx_id_t *context, gj_name_in target, OM_uint32 flags,
    gss_const_buffer_t data);

/* Entry points that have their names from the mechglue's loader. */
OM_uint32 gssspi_acquire_cred_with_password(OM_uint32 *minor, gj_name_in name,
    gss_buffer_t password, OM_uint32 lifetime, gss_OID_set mechs,
    gss_cred_usage_t usage, gss_cred_id_t *cred, gss_OID_set *actual,
    OM_uint32 *granted);
OM_uint32 gssspi_set_cred_option(
    OM_uint32 *minor, gss_cred_id_t *cred, gss_OID option, gss_buffer_t value);
OM_uint32 gssspi_authorize_localname(OM_uint32 *minor, gj_name_in name,
    gss_const_buffer_t user, gss_const_OID type);
/* MIT's, which Heimdal 7.8 lacks. */
OM_uint32 gss_get_mic_iov(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop,
    gss_iov_buffer_desc *iov, int count);
OM_uint32 gss_get_mic_iov_length(OM_uint32 *minor, gss_ctx_id_t context,
    gss_qop_t qop, gss_iov_buffer_desc *iov, int count);
OM_uint32 gss_verify_mic_iov(OM_uint32 *minor, gss_ctx_id_t context,
    gss_qop_t *qop, gss_iov_buffer_desc *iov, int count);
/* MIT's: an action of a mechanism outside of GSS-API. */
OM_uint32 gssspi_mech_invoke(OM_uint32 *minor, const gss_OID mech,
    const gss_OID action, gss_buffer_t value);
/* MIT's: whether an OID that is released is the module's own. */
OM_uint32 gss_internal_release_oid(OM_uint32 *minor, gss_OID *oid);

#endif
