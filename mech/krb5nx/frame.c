/*
 * The frame of krb5nx's first token.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "frame.h"
#include "mechglue.h"
#include "module.h"
#include "wire_der.h"
#include "wire_initial.h"

#define TAG_AP_REQ   0x6e /* [APPLICATION 14], constructed (RFC 4120) */
#define TAG_SEQUENCE 0x30

OM_uint32
krb5nx_frame_put(OM_uint32 *minor, gss_buffer_t token)
{
	gss_buffer_desc bare = *token;
	OM_uint32 major, ignored;

	*minor = 0;
	token->value = NULL;
	token->length = 0;
	major = gj_mechglue()->encapsulate_token(&bare, &gj_module_mech, token);
	gj_mechglue()->release_buffer(&ignored, &bare);
	return major;
}

static bool
is_mech(const struct gssloop_view *oid, const gss_OID_desc *mech)
{
	return gj_gss_oid_is(mech, oid->data, oid->size);
}

/*
 * Framed for krb5, or a bare AP-REQ, as with DCE style: both mechglues take
 * these for krb5's, and nothing else.
 */
static bool
is_krb5(const struct gssloop_view *token)
{
	struct gssloop_view oid, inner;
	struct gj_reader reader;
	size_t length;

	if (gj_initial_decode(token->data, token->size, &oid, &inner))
		return is_mech(&oid, &gj_mech_krb5);
	gj_reader_init(&reader, token->data, token->size);
	return gj_der_enter(&reader, TAG_AP_REQ, &length) &&
	       length == reader.left &&
	       gj_der_enter(&reader, TAG_SEQUENCE, &length);
}

bool
krb5nx_frame_take(const gss_buffer_desc *token, gss_buffer_t inner)
{
	struct gssloop_view oid, krb5;

	inner->value = NULL;
	inner->length = 0;
	if (!gj_initial_decode(token->value, token->length, &oid, &krb5) ||
	    !is_mech(&oid, &gj_module_mech) || !is_krb5(&krb5))
		return false;
	inner->value = (void *)krb5.data;
	inner->length = krb5.size;
	return true;
}
