/*
 * A token's notation: binary, hexadecimal or base64.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_DUMP_NOTATION_H
#define GSS_DUMP_NOTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What could not be read, and where in the text; reason NULL: nothing. */
struct notation_error {
	size_t offset;
	const char *reason;
};

/*
 * Turns the input into the octets of the token, in place, and sets *size.
 * Printable text is hexadecimal (blanks, line breaks and colons count for
 * nothing) where it has nothing else, else base64 (blanks and line breaks
 * count for nothing); all else, and what begins with NEGOEXTS, is binary.  No
 * token of SPNEGO or NEGOEX is both printable and whole, and none begins in
 * base64 with a hexadecimal digit.
 */
bool notation_read(uint8_t *input, size_t *size, struct notation_error *error);

/*
 * Can the text be meant as a token rather than as the name of a file?  It is
 * hexadecimal, or begins as the base64 of a token does.
 */
bool notation_is_token(const char *text);

/* Hexadecimal digits and nothing else, in pairs, up to a NUL. */
bool notation_hex(const char *text, uint8_t *octets);

#endif
