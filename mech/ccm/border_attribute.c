/*
 * CCM: the way from libgssccm to the registry (ccm_registry.h), an attribute
 * that every name of CCM has.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mechglue.h"
#include "name.h"
#include "registry.h"

static OM_uint32
registry_give(OM_uint32 *minor, gss_buffer_t value)
{
	const struct gj_ccm_registry *address = &ccm_registry;

	/* Both mechglues release it with free(). */
	value->value = malloc(sizeof(address));
	if (value->value == NULL) {
		*minor = ENOMEM;
		return GSS_S_FAILURE;
	}
	memcpy(value->value, &address, sizeof(address));
	value->length = sizeof(address);
	return GSS_S_COMPLETE;
}

static bool
is_registry(gss_buffer_t attribute)
{
	size_t size = sizeof(GJ_CCM_REGISTRY_ATTRIBUTE) - 1;

	return attribute->length == size &&
	       memcmp(attribute->value, GJ_CCM_REGISTRY_ATTRIBUTE, size) == 0;
}

/* All others are those of the associated context's mechanism. */
GJ_EXPORT OM_uint32
gss_get_name_attribute(OM_uint32 *minor, gss_name_t name,
    gss_buffer_t attribute, int *authenticated, int *complete,
    gss_buffer_t value, gss_buffer_t text, int *more)
{
	gss_name_t inner;
	OM_uint32 major;

	*minor = 0;
	if (is_registry(attribute) && value != GSS_C_NO_BUFFER) {
		if (more != NULL)
			*more = 0;
		return registry_give(minor, value);
	}
	major = gj_name_inner(minor, name, &inner);
	if (major == GSS_S_COMPLETE && inner == GSS_C_NO_NAME)
		return GSS_S_BAD_NAME;
	if (major != GSS_S_COMPLETE)
		return major;
	return gj_mechglue()->get_name_attribute(minor, inner, attribute,
	    authenticated, complete, value, text, more);
}
