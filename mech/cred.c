/*
 * A credential of a module that passes credentials on to the mechglue.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdlib.h>

#include "cred.h"
#include "mechglue.h"

/* Only its address matters: no other credential begins with it. */
static const char ours;

gss_cred_id_t
gj_cred_inner(gss_cred_id_t cred)
{
	if (cred == GSS_C_NO_CREDENTIAL)
		return GSS_C_NO_CREDENTIAL;
	return ((const struct gj_cred *)cred)->inner;
}

OM_uint32
gj_cred_wrap(OM_uint32 *minor, gss_cred_id_t *inner, gss_cred_id_t *out)
{
	struct gj_cred *cred = calloc(1, sizeof(*cred));
	OM_uint32 ignored;

	*out = GSS_C_NO_CREDENTIAL;
	*minor = 0;
	if (cred == NULL) {
		gj_mechglue()->release_cred(&ignored, inner);
		*inner = GSS_C_NO_CREDENTIAL;
		*minor = ENOMEM;
		return GSS_S_FAILURE;
	}
	cred->tag = &ours;
	cred->inner = *inner;
	*inner = GSS_C_NO_CREDENTIAL;
	*out = (gss_cred_id_t)cred;
	return GSS_S_COMPLETE;
}

void
gj_cred_free(gss_cred_id_t *out)
{
	struct gj_cred *cred = (struct gj_cred *)*out;
	gss_cred_id_t foreign;
	OM_uint32 ignored;

	*out = GSS_C_NO_CREDENTIAL;
	if (cred == NULL)
		return;
	if (cred->tag != &ours) {
		foreign = (gss_cred_id_t)cred;
		gj_mechglue()->release_cred(&ignored, &foreign);
		return;
	}
	gj_mechglue()->release_cred(&ignored, &cred->inner);
	if (cred->mechs != GSS_C_NO_OID_SET)
		gj_mechglue()->release_oid_set(&ignored, &cred->mechs);
	free(cred);
}
