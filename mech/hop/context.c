/*
 * A context of the hop mechanism: who we are and how many hops are left.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "name.h"
#include "oid_kept.h"

gss_OID
hop_mech(const gss_OID_desc *oid)
{
	if (oid == GSS_C_NO_OID || oid->length > HOP_SCHEME_SIZE)
		return GSS_C_NO_OID;
	return gj_oid_keep(oid);
}

struct hop_context *
hop_context_new(gss_OID mech, bool initiator, uint8_t hops)
{
	struct hop_context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return NULL;
	context->mech = mech;
	context->initiator = initiator;
	context->hops = hops;
	context->flags = hop_fault_flags();
	return context;
}

OM_uint32
hop_context_received(struct hop_context *context, uint8_t hops)
{
	if (context->hops == 0)
		return HOP_WRONG_STATE;
	context->hops--;
	return context->hops == hops ? 0 : HOP_WRONG_COUNT;
}

bool
hop_context_send(struct hop_context *context, uint8_t *hops)
{
	if (context->hops == 0)
		return false;
	*hops = --context->hops;
	return true;
}

bool
hop_context_protects(const struct hop_context *context)
{
	return !context->deleted &&
	       (context->hops == 0 ||
		   (context->flags & GSS_C_PROT_READY_FLAG) != 0);
}

bool
hop_context_key(
    const struct hop_context *context, bool verify, uint8_t key[HOP_KEY_SIZE])
{
	enum hop_key when = hop_fault_key(context->initiator);

	if (when == HOP_KEY_NEVER ||
	    (context->hops > 0 && when != HOP_KEY_ALWAYS))
		return false;
	memset(key, 0, HOP_KEY_SIZE);
	key[0] = verify != context->initiator;
	return true;
}

OM_uint32
hop_name(OM_uint32 *minor, gss_name_t *name)
{
	/* GSS_C_NT_USER_NAME */
	static const gss_OID_desc user = {
	    10, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x01"};
	static const gss_buffer_desc anybody = {7, (void *)"anybody"};

	*minor = 0;
	if (name == NULL)
		return GSS_S_COMPLETE;
	return gj_name_new(minor, &anybody, &user, name);
}
