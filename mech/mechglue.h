/*
 * Calls upward: the mechglue's functions, through a table that is filled once.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A module exports the names that it would call, so that a plain call may land
 * in the module itself or in another library of the process (facts, "Calling
 * upward").  Every call upward of every module goes through this table; a test
 * holds the built modules against it.
 */
#ifndef GJ_MECHGLUE_H
#define GJ_MECHGLUE_H

#include "border.h"

/* What every library here has: CALL(name without prefix, symbol). */
#define GJ_MECHGLUE_CALLS(CALL)                                                \
	CALL(accept_sec_context, gss_accept_sec_context)                       \
	CALL(acquire_cred, gss_acquire_cred)                                   \
	CALL(acquire_cred_with_password, gss_acquire_cred_with_password)       \
	CALL(add_buffer_set_member, gss_add_buffer_set_member)                 \
	CALL(add_cred, gss_add_cred)                                           \
	CALL(add_oid_set_member, gss_add_oid_set_member)                       \
	CALL(authorize_localname, gss_authorize_localname)                     \
	CALL(canonicalize_name, gss_canonicalize_name)                         \
	CALL(compare_name, gss_compare_name)                                   \
	CALL(context_time, gss_context_time)                                   \
	CALL(create_empty_buffer_set, gss_create_empty_buffer_set)             \
	CALL(create_empty_oid_set, gss_create_empty_oid_set)                   \
	CALL(delete_name_attribute, gss_delete_name_attribute)                 \
	CALL(delete_sec_context, gss_delete_sec_context)                       \
	CALL(display_name, gss_display_name)                                   \
	CALL(display_name_ext, gss_display_name_ext)                           \
	CALL(display_status, gss_display_status)                               \
	CALL(duplicate_name, gss_duplicate_name)                               \
	CALL(encapsulate_token, gss_encapsulate_token)                         \
	CALL(export_cred, gss_export_cred)                                     \
	CALL(export_name, gss_export_name)                                     \
	CALL(export_name_composite, gss_export_name_composite)                 \
	CALL(export_sec_context, gss_export_sec_context)                       \
	CALL(get_mic, gss_get_mic)                                             \
	CALL(get_name_attribute, gss_get_name_attribute)                       \
	CALL(import_cred, gss_import_cred)                                     \
	CALL(import_name, gss_import_name)                                     \
	CALL(import_sec_context, gss_import_sec_context)                       \
	CALL(indicate_mechs, gss_indicate_mechs)                               \
	CALL(init_sec_context, gss_init_sec_context)                           \
	CALL(inquire_attrs_for_mech, gss_inquire_attrs_for_mech)               \
	CALL(inquire_context, gss_inquire_context)                             \
	CALL(inquire_cred, gss_inquire_cred)                                   \
	CALL(inquire_cred_by_mech, gss_inquire_cred_by_mech)                   \
	CALL(inquire_cred_by_oid, gss_inquire_cred_by_oid)                     \
	CALL(inquire_name, gss_inquire_name)                                   \
	CALL(inquire_names_for_mech, gss_inquire_names_for_mech)               \
	CALL(inquire_sec_context_by_oid, gss_inquire_sec_context_by_oid)       \
	CALL(localname, gss_localname)                                         \
	CALL(process_context_token, gss_process_context_token)                 \
	CALL(pseudo_random, gss_pseudo_random)                                 \
	CALL(release_buffer, gss_release_buffer)                               \
	CALL(release_buffer_set, gss_release_buffer_set)                       \
	CALL(release_cred, gss_release_cred)                                   \
	CALL(release_iov_buffer, gss_release_iov_buffer)                       \
	CALL(release_name, gss_release_name)                                   \
	CALL(release_oid_set, gss_release_oid_set)                             \
	CALL(set_cred_option, gss_set_cred_option)                             \
	CALL(set_name_attribute, gss_set_name_attribute)                       \
	CALL(set_sec_context_option, gss_set_sec_context_option)               \
	CALL(store_cred, gss_store_cred)                                       \
	CALL(test_oid_set_member, gss_test_oid_set_member)                     \
	CALL(unwrap, gss_unwrap)                                               \
	CALL(unwrap_iov, gss_unwrap_iov)                                       \
	CALL(verify_mic, gss_verify_mic)                                       \
	CALL(wrap, gss_wrap)                                                   \
	CALL(wrap_iov, gss_wrap_iov)                                           \
	CALL(wrap_iov_length, gss_wrap_iov_length)                             \
	CALL(wrap_size_limit, gss_wrap_size_limit)

/* What a stock library may lack; NULL there. */
#define GJ_MECHGLUE_OPTIONAL(CALL)                                             \
	CALL(exchange_meta_data, gssspi_exchange_meta_data)                    \
	CALL(query_mechanism_info, gssspi_query_mechanism_info)                \
	CALL(query_meta_data, gssspi_query_meta_data)

/* Each member has the library's own type. */
struct gj_mechglue {
#define GJ_MECHGLUE_MEMBER(name, symbol) __typeof__(symbol) *name;
	GJ_MECHGLUE_CALLS(GJ_MECHGLUE_MEMBER)
	GJ_MECHGLUE_OPTIONAL(GJ_MECHGLUE_MEMBER)
#undef GJ_MECHGLUE_MEMBER
};

/*
 * The table, or NULL where the library cannot be found or lacks a call;
 * filled at the first call, by any thread.  Must not be called while the
 * module is being loaded (constructor, gss_mo_init, inquire_names_for_mech).
 */
const struct gj_mechglue *gj_mechglue(void);

#endif
