/*
 * The texts of GSS status codes.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_STATUS_H
#define GJ_STATUS_H

#include <stddef.h>

#include <gssapi/gssapi.h>

/*
 * Writes what gss_display_status says of a major status into text (size > 0),
 * its parts joined by "; ", cut where it does not fit.
 */
void gj_status_major(OM_uint32 major, char *text, size_t size);

/*
 * The same for a minor status of a mechanism (GSS_C_NO_OID where it is not
 * known).  Call it before any other GSS call in this thread: the libraries
 * keep the text of the latest error only.
 */
void gj_status_minor(OM_uint32 minor, gss_OID mech, char *text, size_t size);

/* Both texts of a failed call. */
struct gj_status_texts {
	char major[160]; /* the longest of either library is below 100 */
	char minor[320]; /* these name files and principals */
};

/* Writes both texts; the same holds as for gj_status_minor. */
void gj_status_texts(OM_uint32 major, OM_uint32 minor, gss_OID mech,
    struct gj_status_texts *texts);

#endif
