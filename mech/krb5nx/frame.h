/*
 * The frame of krb5nx's first token (doc/krb5nx.md): that of RFC 2743,
 * section 3.1, with its own OID, around krb5's first token.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Mechglues choose an acceptor's mechanism by that OID, so that krb5's token
 * alone would be krb5's.
 */
#ifndef KRB5NX_FRAME_H
#define KRB5NX_FRAME_H

#include <stdbool.h>

#include "gss.h"

/* Puts the frame around the mechglue's buffer; it is released on failure. */
OM_uint32 krb5nx_frame_put(OM_uint32 *minor, gss_buffer_t token);

/*
 * Takes it off: inner is a view into token.  False where it is not krb5nx's
 * frame, or not around a token of krb5: the peer must not get to choose
 * another mechanism from in here.
 */
bool krb5nx_frame_take(const gss_buffer_desc *token, gss_buffer_t inner);

#endif
