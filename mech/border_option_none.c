/*
 * The border of a module whose credentials have no options.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * It says so itself: where a module lacks this entry point, Heimdal 7.8 tells
 * the application that the option is set, and MIT's loader takes the mechglue's
 * own (see border_invoke_none.c), which reads our credential as one of its own.
 */
#include "border.h"

GJ_EXPORT OM_uint32
gssspi_set_cred_option(
    OM_uint32 *minor, gss_cred_id_t *cred, gss_OID option, gss_buffer_t value)
{
	(void)cred, (void)option, (void)value;
	*minor = 0;
	return GSS_S_UNAVAILABLE;
}
