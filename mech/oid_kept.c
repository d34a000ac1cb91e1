/*
 * OIDs that live as long as the process.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "oid_kept.h"

static struct kept {
	gss_OID_desc oid;
	unsigned char octets[GJ_OID_KEPT_OCTETS];
} all[GJ_OID_KEPT_MAX];
static size_t count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct kept *
find(const gss_OID_desc *oid)
{
	for (size_t i = 0; i < count; i++)
		if (gj_gss_oid_is(&all[i].oid, oid->elements, oid->length))
			return &all[i];
	return NULL;
}

static struct kept *
add(const gss_OID_desc *oid)
{
	struct kept *kept = &all[count];

	if (count == GJ_OID_KEPT_MAX)
		return NULL;
	memcpy(kept->octets, oid->elements, oid->length);
	kept->oid.elements = kept->octets;
	kept->oid.length = oid->length;
	count++;
	return kept;
}

gss_OID
gj_oid_keep(const gss_OID_desc *oid)
{
	struct kept *kept;

	if (oid == GSS_C_NO_OID || oid->length == 0 ||
	    oid->length > GJ_OID_KEPT_OCTETS)
		return GSS_C_NO_OID;
	pthread_mutex_lock(&lock);
	kept = find(oid);
	if (kept == NULL)
		kept = add(oid);
	pthread_mutex_unlock(&lock);
	return kept == NULL ? GSS_C_NO_OID : &kept->oid;
}

bool
gj_oid_is_kept(const gss_OID_desc *oid)
{
	uintptr_t at = (uintptr_t)oid, begin = (uintptr_t)all;

	return at >= begin && at < begin + sizeof(all);
}
