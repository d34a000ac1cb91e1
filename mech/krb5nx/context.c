/*
 * A context of krb5nx: one of the mechglue's, of krb5.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdlib.h>

#include "context.h"
#include "mechglue.h"
#include "module.h"

OM_uint32
krb5nx_context_new(OM_uint32 *minor, struct krb5nx_context **out)
{
	*minor = 0;
	*out = calloc(1, sizeof(**out));
	if (*out == NULL) {
		*minor = ENOMEM;
		return GSS_S_FAILURE;
	}
	(*out)->inner = GSS_C_NO_CONTEXT;
	return GSS_S_COMPLETE;
}

void
krb5nx_context_free(struct krb5nx_context **out, gss_buffer_t token)
{
	struct krb5nx_context *context = *out;
	OM_uint32 ignored;

	*out = NULL;
	if (context == NULL)
		return;
	if (context->inner != GSS_C_NO_CONTEXT)
		gj_mechglue()->delete_sec_context(
		    &ignored, &context->inner, token);
	free(context);
}

OM_uint32
gj_module_context(OM_uint32 *minor, gss_ctx_id_t handle, gss_ctx_id_t *inner)
{
	const struct krb5nx_context *context =
	    (const struct krb5nx_context *)handle;

	*minor = 0;
	*inner = context == NULL ? GSS_C_NO_CONTEXT : context->inner;
	return *inner == GSS_C_NO_CONTEXT ? GSS_S_NO_CONTEXT : GSS_S_COMPLETE;
}
