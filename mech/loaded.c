/*
 * The mechanisms that the mechglue has loaded the module for.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <pthread.h>

#include "loaded.h"
#include "mechglue.h"
#include "module.h"
#include "oid_kept.h"

static gss_OID loaded[GJ_OID_KEPT_MAX];
static size_t count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void
gj_loaded_note(const gss_OID_desc *mech)
{
	gss_OID kept = gj_oid_keep(mech);
	size_t i;

	if (kept == GSS_C_NO_OID)
		return;
	pthread_mutex_lock(&lock);
	for (i = 0; i < count && loaded[i] != kept; i++)
		continue;
	if (i == count && count < GJ_OID_KEPT_MAX)
		loaded[count++] = kept;
	pthread_mutex_unlock(&lock);
}

OM_uint32
gj_loaded_set(OM_uint32 *minor, gss_OID_set *mechs)
{
	OM_uint32 major, ignored;
	size_t i, known;

	pthread_mutex_lock(&lock);
	known = count;
	pthread_mutex_unlock(&lock);
	major = gj_module_set(
	    minor, known > 0 ? loaded[0] : &gj_module_mech, mechs);
	for (i = 1; major == GSS_S_COMPLETE && i < known; i++) {
		major =
		    gj_mechglue()->add_oid_set_member(minor, loaded[i], mechs);
		if (major != GSS_S_COMPLETE)
			gj_mechglue()->release_oid_set(&ignored, mechs);
	}
	return major;
}
