/*
 * Messages of the hop mechanism.  They protect nothing at all.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	wrapped	"HOPW", an octet 1 where confidentiality was asked for, else 0,
 *		the sum, the message
 *	MIC	"HOPM", the sum
 *	sum	FNV-1a of the message, 32 bits in network order: it shows an
 *		accident, and anybody can make it
 */
#ifndef HOP_MESSAGE_H
#define HOP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gssloop_frame.h"

#define HOP_WRAP_OVERHEAD 9
#define HOP_MIC_SIZE	  8

/* wrapped has room for size + HOP_WRAP_OVERHEAD. */
void hop_message_wrap(
    const void *message, size_t size, bool conf, uint8_t *wrapped);

/* A view into the wrapped message; false where it is none. */
bool hop_message_unwrap(
    const void *wrapped, size_t size, struct gssloop_view *message, bool *conf);

void hop_message_mic(
    const void *message, size_t size, uint8_t mic[HOP_MIC_SIZE]);

#endif
