/*
 * Buffers that the hop mechanism gives to a mechglue.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef HOP_OCTETS_H
#define HOP_OCTETS_H

#include <stddef.h>

#include "gss.h"

void octets_clear(gss_buffer_t buffer);

/* Room that both mechglues release with free(); NULL without memory. */
void *octets_room(OM_uint32 *minor, size_t size, gss_buffer_t buffer);

/* GSS_S_COMPLETE, or GSS_S_FAILURE without memory, the buffer then empty. */
OM_uint32 octets_copy(
    OM_uint32 *minor, const void *octets, size_t size, gss_buffer_t buffer);

#endif
