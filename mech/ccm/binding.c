/*
 * A context of the mechglue to which contexts of CCM are bound.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdlib.h>

#include "binding.h"
#include "mechglue.h"
#include "module.h"

/* What CCM needs to know of a context; major. */
static OM_uint32
examine(OM_uint32 *minor, struct ccm_binding *binding)
{
	gss_OID mech = GSS_C_NO_OID;
	OM_uint32 major, lifetime = 0;
	int initiator = 0, open = 0;

	major = gj_mechglue()->inquire_context(minor, binding->inner, NULL,
	    NULL, &lifetime, &mech, &binding->flags, &initiator, &open);
	if (GSS_ERROR(major))
		return GSS_S_NO_CONTEXT;
	*minor = 0;
	if (!open)
		return GSS_S_NO_CONTEXT;
	if (mech != GSS_C_NO_OID &&
	    gj_gss_oid_is(mech, gj_module_mech.elements, gj_module_mech.length))
		return GSS_S_BAD_MECH;
	binding->initiator = initiator != 0;
	binding->ends = lifetime != GSS_C_INDEFINITE;
	binding->end = time(NULL) + (time_t)lifetime;
	return GSS_S_COMPLETE;
}

OM_uint32
ccm_binding_new(OM_uint32 *minor, gss_ctx_id_t inner, struct ccm_binding **out)
{
	struct ccm_binding *binding = calloc(1, sizeof(*binding));
	OM_uint32 major;

	*out = NULL;
	*minor = ENOMEM;
	if (binding == NULL)
		return GSS_S_FAILURE;
	if (pthread_mutex_init(&binding->lock, NULL) != 0) {
		free(binding);
		return GSS_S_FAILURE;
	}
	binding->inner = binding->known_as = inner;
	atomic_init(&binding->references, 1);
	atomic_init(&binding->bound, true);
	major = examine(minor, binding);
	if (major == GSS_S_COMPLETE)
		*out = binding;
	else
		ccm_binding_free(&binding);
	return major;
}

void
ccm_binding_keep(struct ccm_binding *binding)
{
	atomic_fetch_add(&binding->references, 1);
}

void
ccm_binding_free(struct ccm_binding **out)
{
	struct ccm_binding *binding = *out;

	*out = NULL;
	if (binding == NULL || atomic_fetch_sub(&binding->references, 1) > 1)
		return;
	pthread_mutex_destroy(&binding->lock);
	free(binding);
}

void
ccm_binding_unbind(struct ccm_binding *binding)
{
	pthread_mutex_lock(&binding->lock);
	binding->inner = GSS_C_NO_CONTEXT;
	atomic_store(&binding->bound, false);
	pthread_mutex_unlock(&binding->lock);
}

bool
ccm_binding_expired(const struct ccm_binding *binding)
{
	return binding->ends && time(NULL) >= binding->end;
}

OM_uint32
ccm_binding_lifetime(const struct ccm_binding *binding)
{
	time_t now;

	if (!binding->ends)
		return GSS_C_INDEFINITE;
	now = time(NULL);
	return now < binding->end ? (OM_uint32)(binding->end - now) : 0;
}

gss_ctx_id_t
ccm_binding_enter(struct ccm_binding *binding)
{
	gss_ctx_id_t inner;

	pthread_mutex_lock(&binding->lock);
	inner = binding->inner;
	if (inner == GSS_C_NO_CONTEXT)
		pthread_mutex_unlock(&binding->lock);
	return inner;
}

void
ccm_binding_leave(struct ccm_binding *binding)
{
	pthread_mutex_unlock(&binding->lock);
}
