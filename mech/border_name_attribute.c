/*
 * The border of a module that passes names on: their attributes.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "mechglue.h"
#include "name.h"

GJ_EXPORT OM_uint32
gss_get_name_attribute(OM_uint32 *minor, gss_name_t name,
    gss_buffer_t attribute, int *authenticated, int *complete,
    gss_buffer_t value, gss_buffer_t text, int *more)
{
	gss_name_t inner;
	OM_uint32 major = gj_name_inner(minor, name, &inner);

	if (major != GSS_S_COMPLETE)
		return major;
	if (inner == GSS_C_NO_NAME)
		return GSS_S_BAD_NAME;
	return gj_mechglue()->get_name_attribute(minor, inner, attribute,
	    authenticated, complete, value, text, more);
}
