/*
 * Holds the types of the modules' entry points against those of Heimdal's own
 * table of a mechanism, which is in none of its installed headers.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Compiled and linked into nothing.  The modules' definitions have the types
 * of the declarations in <gssapi/gssapi.h> and border.h, by the compiler's
 * word; this says the same of those and the table.
 */
#include "border.h"

#include <gssapi_mech.h>
#include <mech/compat.h>

extern const gssapi_mech_interface_desc table;

const gssapi_mech_interface_desc table = {
    .gm_acquire_cred = gss_acquire_cred,
    .gm_release_cred = gss_release_cred,
    .gm_init_sec_context = gss_init_sec_context,
    .gm_accept_sec_context = gss_accept_sec_context,
    .gm_process_context_token = gss_process_context_token,
    .gm_delete_sec_context = gss_delete_sec_context,
    .gm_context_time = gss_context_time,
    .gm_get_mic = gss_get_mic,
    .gm_verify_mic = gss_verify_mic,
    .gm_wrap = gss_wrap,
    .gm_unwrap = gss_unwrap,
    .gm_display_status = gss_display_status,
    .gm_indicate_mechs = gss_indicate_mechs,
    .gm_compare_name = gss_compare_name,
    .gm_display_name = gss_display_name,
    .gm_import_name = gss_import_name,
    .gm_export_name = gss_export_name,
    .gm_release_name = gss_release_name,
    .gm_inquire_cred = gss_inquire_cred,
    .gm_inquire_context = gss_inquire_context,
    .gm_wrap_size_limit = gss_wrap_size_limit,
    .gm_add_cred = gss_add_cred,
    .gm_inquire_cred_by_mech = gss_inquire_cred_by_mech,
    .gm_export_sec_context = gss_export_sec_context,
    .gm_import_sec_context = gss_import_sec_context,
    .gm_inquire_names_for_mech = gss_inquire_names_for_mech,
    .gm_inquire_mechs_for_name = gss_inquire_mechs_for_name,
    .gm_canonicalize_name = gss_canonicalize_name,
    .gm_duplicate_name = gss_duplicate_name,
    .gm_inquire_sec_context_by_oid = gss_inquire_sec_context_by_oid,
    .gm_inquire_cred_by_oid = gss_inquire_cred_by_oid,
    .gm_set_sec_context_option = gss_set_sec_context_option,
    .gm_set_cred_option = gssspi_set_cred_option,
    .gm_pseudo_random = gss_pseudo_random,
    .gm_wrap_iov = gss_wrap_iov,
    .gm_unwrap_iov = gss_unwrap_iov,
    .gm_wrap_iov_length = gss_wrap_iov_length,
    .gm_store_cred = gss_store_cred,
    .gm_export_cred = gss_export_cred,
    .gm_import_cred = gss_import_cred,
    .gm_display_name_ext = gss_display_name_ext,
    .gm_inquire_name = gss_inquire_name,
    .gm_get_name_attribute = gss_get_name_attribute,
    .gm_set_name_attribute = gss_set_name_attribute,
    .gm_delete_name_attribute = gss_delete_name_attribute,
    .gm_export_name_composite = gss_export_name_composite,
    .gm_localname = gss_localname,
    .gm_authorize_localname = gssspi_authorize_localname,
    /* These three are the patch series'. */
    .gm_query_mechanism_info = gssspi_query_mechanism_info,
    .gm_query_meta_data = gssspi_query_meta_data,
    .gm_exchange_meta_data = gssspi_exchange_meta_data,
};

/* What the loader looks up for the sake of MIT's modules. */
extern const struct gss_mech_compat_desc_struct compat;

const struct gss_mech_compat_desc_struct compat = {
    .gmc_inquire_attrs_for_mech = gss_inquire_attrs_for_mech,
    .gmc_acquire_cred_with_password = gssspi_acquire_cred_with_password,
};
