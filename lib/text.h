/*
 * Octets from elsewhere as text that a terminal may see.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_TEXT_H
#define GJ_TEXT_H

#include <stddef.h>

/*
 * Copies size octets into text, which has room (> 0) for room characters, cut
 * where they do not fit, ended by NUL; what is not printable ASCII becomes
 * "?".  A peer's words reach us in many ways: a KRB-ERROR's text comes back
 * as the minor status's.
 */
void gj_text_clean(const char *octets, size_t size, char *text, size_t room);

#endif
