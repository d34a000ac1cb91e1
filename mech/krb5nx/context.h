/*
 * A context of krb5nx: one of the mechglue's, of krb5.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef KRB5NX_CONTEXT_H
#define KRB5NX_CONTEXT_H

#include "gss.h"

struct krb5nx_context {
	gss_ctx_id_t inner; /* GSS_C_NO_CONTEXT only during a first call */
};

/* GSS_S_FAILURE without memory. */
OM_uint32 krb5nx_context_new(OM_uint32 *minor, struct krb5nx_context **context);

/* Deletes the inner context as well, with the token that this may give
 * (GSS_C_NO_BUFFER: not wanted).  Clears *context, which may be NULL. */
void krb5nx_context_free(struct krb5nx_context **context, gss_buffer_t token);

#endif
