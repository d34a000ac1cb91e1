/*
 * SPNEGO's answer, as far as we look into it (RFC 4178, section 4.2.2).
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_WIRE_SPNEGO_H
#define GJ_WIRE_SPNEGO_H

#include <stdbool.h>
#include <stddef.h>

#include "gssloop_frame.h"

/* Views into the token; one with data NULL was not there. */
struct gj_spnego_reply {
	struct gssloop_view mech;  /* supportedMech: content octets */
	struct gssloop_view token; /* responseToken */
};

/* False where the token is no NegTokenResp in DER. */
bool gj_spnego_decode(
    const void *token, size_t size, struct gj_spnego_reply *reply);

#endif
