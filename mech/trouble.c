/*
 * The text of a call upward that failed.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mechglue.h"
#include "trouble.h"

static _Thread_local struct {
	OM_uint32 minor;
	size_t size; /* 0: there is none */
	char text[GJ_TROUBLE_TEXT];
} kept;

OM_uint32
gj_trouble_keep(OM_uint32 major, OM_uint32 minor)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, ignored;

	kept.size = 0;
	if (gj_mechglue()->display_status(&ignored, minor, GSS_C_MECH_CODE,
		GSS_C_NO_OID, &more, &text) != GSS_S_COMPLETE)
		return major;
	kept.minor = minor;
	kept.size =
	    text.length < GJ_TROUBLE_TEXT ? text.length : GJ_TROUBLE_TEXT;
	if (kept.size > 0)
		memcpy(kept.text, text.value, kept.size);
	gj_mechglue()->release_buffer(&ignored, &text);
	return major;
}

OM_uint32
gj_trouble_text(OM_uint32 *minor, OM_uint32 value, gss_buffer_t text)
{
	const struct gj_mechglue *up = gj_mechglue();
	OM_uint32 more = 0;

	*minor = 0;
	text->value = NULL;
	text->length = 0;
	if (up == NULL)
		return GSS_S_BAD_STATUS;
	if (kept.size == 0 || kept.minor != value)
		return up->display_status(
		    minor, value, GSS_C_MECH_CODE, GSS_C_NO_OID, &more, text);
	/* Both mechglues release it with free(), and like a NUL behind it. */
	text->value = calloc(1, kept.size + 1);
	if (text->value == NULL) {
		*minor = ENOMEM;
		return GSS_S_FAILURE;
	}
	memcpy(text->value, kept.text, kept.size);
	text->length = kept.size;
	return GSS_S_COMPLETE;
}
