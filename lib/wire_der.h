/*
 * The little of DER (X.690) that token framings need.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_WIRE_DER_H
#define GJ_WIRE_DER_H

#include <stdbool.h>
#include <stddef.h>

#include "reader.h"

/*
 * Reads a tag of one octet and a definite length in as few octets as hold it;
 * the reader is then at the content, and all of that is there.  False, with
 * the reader failed, for anything else.
 */
bool gj_der_element(struct gj_reader *reader, uint8_t *tag, size_t *length);

/* The same for one tag; false, with the reader failed, for another. */
bool gj_der_enter(struct gj_reader *reader, uint8_t tag, size_t *length);

#endif
