/*
 * The text of a call upward that failed.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Heimdal keeps one text for each thread, and throws it away just before it
 * asks us for ours (_gss_mg_error in mech/context.c).  So it is fetched where
 * the call fails.
 */
#ifndef GJ_TROUBLE_H
#define GJ_TROUBLE_H

#include "gss.h"

/* Room for a text; more is cut. */
#define GJ_TROUBLE_TEXT 256

/* Keeps the text of the minor status for this thread.  Returns major. */
OM_uint32 gj_trouble_keep(OM_uint32 major, OM_uint32 minor);

/*
 * What gss_display_status of a module has to give for a minor status that
 * came from upward.  GSS_S_BAD_STATUS where nobody has a text.
 */
OM_uint32 gj_trouble_text(OM_uint32 *minor, OM_uint32 value, gss_buffer_t text);

#endif
