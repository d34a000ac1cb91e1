/*
 * Where the token comes from: a file, standard input, or the command line.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_DUMP_INPUT_H
#define GSS_DUMP_INPUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * The greatest token.  Real ones have below 128 KiB; the report of one that is
 * made of nothing but elements takes up to eighty times its octets in memory.
 */
#define TOKEN_MAX (4 * 1024 * 1024)

/* The greatest input: a token in hexadecimal with a separator for each octet.
 */
#define INPUT_MAX (4 * TOKEN_MAX)

/*
 * Reads a file ("-" for standard input) to its end, or up to INPUT_MAX + 1
 * octets.  The caller frees what it gives; NULL, with a complaint on stderr,
 * where it cannot be read.
 */
uint8_t *input_file(const char *file, size_t *size);

/* A copy of the text. */
uint8_t *input_text(const char *text, size_t *size);

/*
 * The file that an operand names, as input_file; or where there is none, the
 * operand itself, if it can be a token.
 */
uint8_t *input_operand(const char *operand, size_t *size);

#endif
