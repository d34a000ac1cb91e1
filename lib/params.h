/*
 * The arguments of a loop, taken over so that nothing changes them between
 * its calls (sections 2 and 2.5).
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_PARAMS_H
#define GJ_PARAMS_H

#include <stdint.h>

#include "gssloop.h"
#include "oid.h"

struct gj_params {
	/* mech, bindings and bootstrap point below */
	struct gssloop_params fixed;
	gss_OID_desc mech;
	uint8_t mech_octets[GJ_OID_OCTETS];
	struct gss_channel_bindings_struct bindings;
	uint8_t *bindings_octets; /* the three values, one after another */
	gss_buffer_desc bootstrap;
};

/*
 * Checks and copies params into an empty struct, which must not move from
 * then on, and fills in the defaults.  0, EINVAL or ENOMEM, as gssloop_new
 * tells; gj_params_free is right after each.
 */
int gj_params_take(
    struct gj_params *taken, const struct gssloop_params *params);

void gj_params_free(struct gj_params *taken);

#endif
