/*
 * The texts of GSS status codes.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include "compat.h"
#include "status.h"
#include "text.h"

/*
 * A status has at most one calling error, one routine error and a few
 * supplementary bits; a mechanism that goes on without end is cut off here.
 */
#define PARTS_MAX 8

static size_t
part_append(char *text, size_t size, size_t used, const gss_buffer_desc *part)
{
	const char *at = part->value;
	size_t left = part->length;

	/* Heimdal's texts of major codes begin with a space. */
	for (; left > 0 && *at == ' '; left--)
		at++;
	if (used > 0)
		used += strlcpy(text + used, "; ", size - used);
	if (used >= size)
		return size - 1;
	gj_text_clean(at, left, text + used, size - used);
	return used + strlen(text + used);
}

static void
display(OM_uint32 code, int type, gss_OID mech, char *text, size_t size)
{
	OM_uint32 minor, more = 0;
	gss_buffer_desc part = GSS_C_EMPTY_BUFFER;
	size_t used = 0;
	int i;

	text[0] = '\0';
	for (i = 0; i < PARTS_MAX; i++) {
		if (GSS_ERROR(gss_display_status(
			&minor, code, type, mech, &more, &part)))
			break;
		used = part_append(text, size, used, &part);
		gss_release_buffer(&minor, &part);
		if (more == 0)
			break;
	}
	if (used == 0)
		snprintf(text, size, "status 0x%x without a text", code);
}

void
gj_status_major(OM_uint32 major, char *text, size_t size)
{
	display(major, GSS_C_GSS_CODE, GSS_C_NO_OID, text, size);
}

void
gj_status_minor(OM_uint32 minor, gss_OID mech, char *text, size_t size)
{
	if (minor == 0)
		strlcpy(text, "none", size);
	else
		display(minor, GSS_C_MECH_CODE, mech, text, size);
}

void
gj_status_texts(OM_uint32 major, OM_uint32 minor, gss_OID mech,
    struct gj_status_texts *texts)
{
	gj_status_minor(minor, mech, texts->minor, sizeof(texts->minor));
	gj_status_major(major, texts->major, sizeof(texts->major));
}
