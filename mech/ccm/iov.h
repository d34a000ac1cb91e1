/*
 * A message in pieces: the pieces that CCM adds are of no octets.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef CCM_IOV_H
#define CCM_IOV_H

#include <stdbool.h>

#include "gss.h"

/* Empties header, padding, trailer and MIC, and leaves the data alone. */
void ccm_iov_make(gss_iov_buffer_desc *iov, int count);

/*
 * The contrary: false where one of them has octets.  A stream, which is all of
 * the wrap token, becomes the one piece of data there is: a view into it, or a
 * copy where the piece asks for memory; false as well where there are more
 * pieces of data or none, or without memory.
 */
bool ccm_iov_take(gss_iov_buffer_desc *iov, int count);

#endif
