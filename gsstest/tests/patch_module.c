/* patch_module: a mechanism for the tests of the patches.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * With PATCH_MODULE_BARE it lacks the calls that NEGOEX makes. */

#include "patch_module.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT struct patch_module patch_module_state;
#define state patch_module_state

static void
note_octets(const gss_buffer_desc *buffer)
{
	state.length = buffer == NULL ? 0 : buffer->length;
	if (state.length > sizeof(state.octets))
		state.length = sizeof(state.octets);
	if (state.length != 0)
		memcpy(state.octets, buffer->value, state.length);
}

static OM_uint32
make_context(OM_uint32 *minor, gss_ctx_id_t *context)
{
	*minor = 0;
	if (*context != GSS_C_NO_CONTEXT)
		return GSS_S_COMPLETE;
	*context = (gss_ctx_id_t)malloc(1);
	if (*context == GSS_C_NO_CONTEXT)
		return GSS_S_FAILURE;
	state.contexts++;
	return GSS_S_COMPLETE;
}

EXPORT OM_uint32
gss_init_sec_context(OM_uint32 *minor, gss_const_cred_id_t credential,
    gss_ctx_id_t *context, gss_const_name_t target, const gss_OID mechanism,
    OM_uint32 flags, OM_uint32 lifetime, const gss_channel_bindings_t bindings,
    const gss_buffer_t input, gss_OID *actual, gss_buffer_t output,
    OM_uint32 *ret_flags, OM_uint32 *ret_lifetime)
{
	(void)lifetime, (void)bindings, (void)actual, (void)output;
	(void)mechanism, (void)ret_lifetime;
	state.initiated++;
	state.context = *context;
	state.credential = credential;
	state.has_name = target != GSS_C_NO_NAME;
	state.flags = flags;
	note_octets(input);
	if (ret_flags != NULL)
		*ret_flags = 0;
	return make_context(minor, context);
}

EXPORT OM_uint32
gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *context,
    gss_const_cred_id_t credential, const gss_buffer_t input,
    const gss_channel_bindings_t bindings, gss_name_t *source,
    gss_OID *mechanism, gss_buffer_t output, OM_uint32 *flags,
    OM_uint32 *lifetime, gss_cred_id_t *delegated)
{
	(void)bindings, (void)mechanism, (void)output, (void)lifetime;
	(void)delegated;
	*source = GSS_C_NO_NAME;
	*flags = 0;
	state.accepted++;
	state.context = *context;
	state.credential = credential;
	note_octets(input);
	return make_context(minor, context);
}

EXPORT OM_uint32
gss_delete_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *context, gss_buffer_t output)
{
	(void)output;
	*minor = 0;
	if (*context != GSS_C_NO_CONTEXT)
		state.contexts--;
	free(*context);
	*context = GSS_C_NO_CONTEXT;
	return GSS_S_COMPLETE;
}

EXPORT OM_uint32
gss_acquire_cred(OM_uint32 *minor, gss_const_name_t name, OM_uint32 lifetime,
    const gss_OID_set mechanisms, gss_cred_usage_t usage,
    gss_cred_id_t *credential, gss_OID_set *actual, OM_uint32 *ret_lifetime)
{
	(void)name, (void)lifetime, (void)mechanisms, (void)usage, (void)actual;
	*minor = 0;
	*credential = (gss_cred_id_t)malloc(1);
	if (*credential == GSS_C_NO_CREDENTIAL)
		return GSS_S_FAILURE;
	state.credentials++;
	if (ret_lifetime != NULL)
		*ret_lifetime = GSS_C_INDEFINITE;
	return GSS_S_COMPLETE;
}

EXPORT OM_uint32
gss_release_cred(OM_uint32 *minor, gss_cred_id_t *credential)
{
	*minor = 0;
	if (*credential != GSS_C_NO_CREDENTIAL)
		state.credentials--;
	free(*credential);
	*credential = GSS_C_NO_CREDENTIAL;
	return GSS_S_COMPLETE;
}

EXPORT OM_uint32
gss_import_name(OM_uint32 *minor, const gss_buffer_t value, const gss_OID type,
    gss_name_t *name)
{
	(void)value, (void)type;
	*minor = 0;
	*name = (gss_name_t)malloc(1);
	return *name != GSS_C_NO_NAME ? GSS_S_COMPLETE : GSS_S_FAILURE;
}

EXPORT OM_uint32
gss_release_name(OM_uint32 *minor, gss_name_t *name)
{
	*minor = 0;
	free(*name);
	*name = GSS_C_NO_NAME;
	return GSS_S_COMPLETE;
}

/* 2.25.7001 and NEGOEX, or 2.25.7002. */
EXPORT OM_uint32
gss_indicate_mechs(OM_uint32 *minor, gss_OID_set *set)
{
#ifdef PATCH_MODULE_BARE
	static const gss_OID_desc oids[] = {{3, (void *)"\x69\xb6\x5a"}};
#else
	static const gss_OID_desc oids[] = {{3, (void *)"\x69\xb6\x59"},
	    {10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e"}};
#endif
	*minor = 0;
	*set = malloc(sizeof(**set));
	if (*set == NULL)
		return GSS_S_FAILURE;
	(*set)->count = sizeof(oids) / sizeof(oids[0]);
	(*set)->elements = malloc(sizeof(oids));
	if ((*set)->elements == NULL) {
		free(*set);
		return GSS_S_FAILURE;
	}
	memcpy((*set)->elements, oids, sizeof(oids));
	return GSS_S_COMPLETE;
}

#ifndef PATCH_MODULE_BARE

static OM_uint32
note_meta_call(OM_uint32 *minor, gss_const_cred_id_t credential,
    gss_ctx_id_t *context, gss_const_name_t target, OM_uint32 flags)
{
	*minor = 0;
	state.context = *context;
	state.credential = credential;
	state.has_name = target != GSS_C_NO_NAME;
	state.flags = flags;
	if (!state.makes_context)
		return GSS_S_COMPLETE;
	return make_context(minor, context);
}

EXPORT OM_uint32
gssspi_query_mechanism_info(
    OM_uint32 *minor, gss_const_OID mechanism, unsigned char scheme[16])
{
	(void)mechanism;
	*minor = 0;
	memcpy(scheme, PATCH_MODULE_SCHEME, 16);
	return GSS_S_COMPLETE;
}

/* A result other than success comes with metadata nevertheless, so that it
 * shows whether anybody releases them. */
EXPORT OM_uint32
gssspi_query_meta_data(OM_uint32 *minor, gss_const_OID mechanism,
    gss_const_cred_id_t credential, gss_ctx_id_t *context,
    gss_const_name_t target, OM_uint32 flags, gss_buffer_t metadata)
{
	OM_uint32 major;

	(void)mechanism;
	major = note_meta_call(minor, credential, context, target, flags);
	if (GSS_ERROR(major))
		return major;
	metadata->value = strdup(PATCH_MODULE_META);
	if (metadata->value == NULL)
		return GSS_S_FAILURE;
	metadata->length = strlen(PATCH_MODULE_META);
	return state.query_result;
}

EXPORT OM_uint32
gssspi_exchange_meta_data(OM_uint32 *minor, gss_const_OID mechanism,
    gss_const_cred_id_t credential, gss_ctx_id_t *context,
    gss_const_name_t target, OM_uint32 flags, gss_const_buffer_t metadata)
{
	OM_uint32 major;

	(void)mechanism;
	state.exchanged++;
	note_octets(metadata);
	major = note_meta_call(minor, credential, context, target, flags);
	return GSS_ERROR(major) ? major : state.exchange_result;
}

#endif

/* What the mechglue requires to be there, and no test here calls. */
#define UNAVAILABLE(name)                                                      \
	OM_uint32 no_##name(OM_uint32 *minor) __asm__("gss_" #name);           \
	EXPORT OM_uint32 no_##name(OM_uint32 *minor)                           \
	{                                                                      \
		*minor = 0;                                                    \
		return GSS_S_UNAVAILABLE;                                      \
	}

UNAVAILABLE(process_context_token)
UNAVAILABLE(context_time)
UNAVAILABLE(get_mic)
UNAVAILABLE(verify_mic)
UNAVAILABLE(wrap)
UNAVAILABLE(unwrap)
UNAVAILABLE(display_status)
UNAVAILABLE(compare_name)
UNAVAILABLE(display_name)
UNAVAILABLE(export_name)
UNAVAILABLE(inquire_cred)
UNAVAILABLE(inquire_context)
UNAVAILABLE(wrap_size_limit)
UNAVAILABLE(add_cred)
UNAVAILABLE(inquire_cred_by_mech)
UNAVAILABLE(export_sec_context)
UNAVAILABLE(import_sec_context)
UNAVAILABLE(inquire_names_for_mech)
UNAVAILABLE(inquire_mechs_for_name)
UNAVAILABLE(canonicalize_name)
UNAVAILABLE(duplicate_name)
