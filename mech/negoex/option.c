/*
 * Which mechanisms NEGOEX may negotiate with a credential.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "mechanism.h"
#include "mechglue.h"
#include "option.h"
#include "wire_der.h"

#define TAG_OID 0x06

/*
 * Adds the OIDs of the value that are installed, in their order, to a set of
 * the mechglue's.  Heimdal's keeps a member's octets where they are, so they
 * are the installation's.
 */
static bool
mechs_read(const gss_buffer_desc *value, gss_OID_set *mechs,
    struct negoex_problem *problem)
{
	const struct negoex_installation *installation =
	    negoex_installation(problem);
	const struct negoex_mechanism *mech;
	struct gj_reader reader;
	gss_OID_desc oid;
	OM_uint32 minor;
	size_t size;

	if (installation == NULL)
		return false;
	gj_reader_init(&reader, value->value, value->length);
	while (reader.left > 0) {
		if (!gj_der_enter(&reader, TAG_OID, &size) || size == 0)
			return negoex_problem(problem, NEGOEX_BAD_OPTION);
		oid.length = (OM_uint32)size;
		oid.elements = (void *)gj_reader_view(&reader, size);
		mech = negoex_mechanism_find(installation, &oid);
		if (mech != NULL &&
		    gj_mechglue()->add_oid_set_member(
			&minor, (gss_OID)&mech->oid, mechs) != GSS_S_COMPLETE)
			return negoex_problem(problem, NEGOEX_NO_MEMORY);
	}
	return true;
}

bool
negoex_option_mechs(struct gj_cred *cred, const gss_buffer_desc *value,
    struct negoex_problem *problem)
{
	const struct gj_mechglue *up = gj_mechglue();
	gss_OID_set mechs = GSS_C_NO_OID_SET;
	OM_uint32 minor;

	if (value->length > 0 &&
	    up->create_empty_oid_set(&minor, &mechs) != GSS_S_COMPLETE)
		return negoex_problem(problem, NEGOEX_NO_MEMORY);
	if (value->length > 0 && !mechs_read(value, &mechs, problem)) {
		up->release_oid_set(&minor, &mechs);
		return false;
	}
	if (cred->mechs != GSS_C_NO_OID_SET)
		up->release_oid_set(&minor, &cred->mechs);
	cred->mechs = mechs;
	return true;
}
