/*
 * Which mechanisms NEGOEX may negotiate with a credential.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_OPTION_H
#define NEGOEX_OPTION_H

#include <stdbool.h>

#include "cred.h"
#include "problem.h"

/*
 * Sets the credential's mechanisms to those of the value: OIDs in DER, back to
 * back, in order of preference; an empty value: all again.  On failure the
 * credential is as before.
 */
bool negoex_option_mechs(struct gj_cred *cred, const gss_buffer_desc *value,
    struct negoex_problem *problem);

#endif
