/*
 * Failures outside of a session.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include "complaint.h"
#include "status.h"

const char *
complaint_role(enum gssloop_role role)
{
	return role == GSSLOOP_INITIATOR ? "initiator" : "acceptor";
}

json_t *
complaint_report(enum gssloop_role role, bool ok)
{
	return json_pack("{s:s, s:s, s:b}", "role", complaint_role(role),
	    "library", gj_gss_library, "ok", ok);
}

void
complaint(
    const struct options *options, enum gssloop_role role, const char *why)
{
	json_t *json;

	fprintf(stderr, "gsstest: %s: %s\n", complaint_role(role), why);
	if (!options->json)
		return;
	json = complaint_report(role, false);
	json_object_set_new(json, "error", json_string(why));
	json_show(json);
	json_decref(json);
}

void
complaint_text(const char *call, OM_uint32 major, OM_uint32 minor, gss_OID mech,
    char *text, size_t size)
{
	struct gj_status_texts texts;

	gj_status_texts(major, minor, mech, &texts);
	snprintf(text, size, "%s failed: GSS major: %s; GSS minor: %s", call,
	    texts.major, texts.minor);
}

void
complaint_gss(const struct options *options, enum gssloop_role role,
    const char *call, OM_uint32 major, OM_uint32 minor, gss_OID mech)
{
	char text[640];

	complaint_text(call, major, minor, mech, text, sizeof(text));
	complaint(options, role, text);
}
