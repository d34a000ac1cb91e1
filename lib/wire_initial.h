/*
 * The framing of an initial context token (RFC 2743, section 3.1), which
 * Kerberos uses for its later ones, too (RFC 4121, section 4.1).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	0x60, the length of the rest in DER,
 *	0x06, the length of the OID, the mechanism's OID,
 *	then what the mechanism likes
 */
#ifndef GJ_WIRE_INITIAL_H
#define GJ_WIRE_INITIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "gssloop_frame.h"

/*
 * The content octets of the mechanism's OID and what follows it, as views
 * into the token.  False, with empty views, where the token is not framed
 * like this: some mechanisms' are not.
 */
bool gj_initial_decode(const void *token, size_t size,
    struct gssloop_view *mech, struct gssloop_view *inner);

#endif
