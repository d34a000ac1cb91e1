/*
 * What a stock library must not be given.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "guard.h"
#include "wire_initial.h"
#include "wire_spnego.h"

static bool
mech_is(gss_OID mech, const gss_OID_desc *known)
{
	return mech != GSS_C_NO_OID &&
	       gj_gss_oid_is(known, mech->elements, mech->length);
}

/* An AP-REP or a KRB-ERROR, framed with krb5's OID (RFC 4121, 4.1). */
static bool
krb5_is_plausible(const void *token, size_t size)
{
	struct gssloop_view mech, inner;

	return gj_initial_decode(token, size, &mech, &inner) &&
	       gj_gss_oid_is(&gj_mech_krb5, mech.data, mech.size) &&
	       inner.size >= 2 && (inner.data[0] == 2 || inner.data[0] == 3) &&
	       inner.data[1] == 0;
}

/* The answer's mechanism is the one that it names, or else the one before. */
static bool
spnego_is_plausible(gss_OID known, const void *token, size_t size)
{
	struct gj_spnego_reply reply;
	bool krb5 = mech_is(known, &gj_mech_krb5);

	if (!gj_spnego_decode(token, size, &reply))
		return false;
	if (reply.mech.data != NULL)
		krb5 = gj_gss_oid_is(
			   &gj_mech_krb5, reply.mech.data, reply.mech.size) ||
		       gj_gss_oid_is(&gj_mech_krb5_microsoft, reply.mech.data,
			   reply.mech.size);
	return !krb5 || reply.token.data == NULL ||
	       krb5_is_plausible(reply.token.data, reply.token.size);
}

bool
gj_guard_is_plausible(
    gss_OID asked, gss_OID known, const void *token, size_t size)
{
	gss_OID mech = asked != GSS_C_NO_OID ? asked : known;

	if (mech_is(mech, &gj_mech_spnego))
		return spnego_is_plausible(known, token, size);
	if (mech_is(mech, &gj_mech_krb5))
		return krb5_is_plausible(token, size);
	return true;
}

bool
gj_guard_reply(gss_OID asked, gss_OID known, const void *token, size_t size)
{
	return GJ_GSS_GUARDED == 0 ||
	       gj_guard_is_plausible(asked, known, token, size);
}
