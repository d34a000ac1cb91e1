/*
 * Object identifiers: dotted text and the content octets of their DER.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * gss_oid_to_str and gss_str_to_oid differ between the libraries (Heimdal 7.8
 * lacks the second, MIT writes "{ 1 2 840 }"), so the text is made here.
 */
#ifndef GJ_OID_H
#define GJ_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest OID that is read or shown; real ones have below 32 octets. */
#define GJ_OID_OCTETS 128

/* Room for the text of every OID of GJ_OID_OCTETS, NUL included. */
#define GJ_OID_TEXT (GJ_OID_OCTETS * 4 + 8)

/*
 * Reads dotted text ("1.2.840.113554.1.2.2") into octets, which has room for
 * GJ_OID_OCTETS, and sets *size.  False, with *size 0, where the text is no
 * OID: fewer than two arcs, a first arc above 2, a second above 39 below an
 * arc 0 or 1, an arc with a leading zero, or too long.
 */
bool gj_oid_read(const char *text, uint8_t *octets, size_t *size);

/*
 * Writes content octets as dotted text into text, which has room for
 * GJ_OID_TEXT.  False, with an empty text, where they are no OID: empty, cut,
 * an arc that begins with 0x80, or too long.
 */
bool gj_oid_text(const void *octets, size_t size, char *text);

#endif
