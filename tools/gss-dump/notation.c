/*
 * A token's notation: binary, hexadecimal or base64.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "notation.h"
#include "wire_negoex.h"

/* The shortest NegTokenResp, without a field, in either notation. */
#define TEXT_LEAST 8

/* What is worth no digit: passed over, the end's filling, anything else. */
enum {
	BLANK = 64,
	FILLING,
	NO_DIGIT
};

static int
blank_value(uint8_t octet)
{
	return memchr(" \t\r\n\f\v", octet, 6) != NULL ? BLANK : NO_DIGIT;
}

static int
hex_value(uint8_t octet)
{
	if (octet >= '0' && octet <= '9')
		return octet - '0';
	if (octet >= 'a' && octet <= 'f')
		return octet - 'a' + 10;
	if (octet >= 'A' && octet <= 'F')
		return octet - 'A' + 10;
	return octet == ':' ? BLANK : blank_value(octet);
}

static int
base64_value(uint8_t octet)
{
	if (octet >= 'A' && octet <= 'Z')
		return octet - 'A';
	if (octet >= 'a' && octet <= 'z')
		return octet - 'a' + 26;
	if (octet >= '0' && octet <= '9')
		return octet - '0' + 52;
	if (octet == '+')
		return 62;
	if (octet == '/')
		return 63;
	return octet == '=' ? FILLING : blank_value(octet);
}

/* Digits that are put together to octets. */
struct digits {
	unsigned int bits;     /* of a digit: 4 or 6 */
	unsigned int count;    /* of digits so far */
	unsigned int fillings; /* "=" behind them */
	unsigned int held;     /* bits that make no octet yet */
	uint32_t value;	       /* the last of the bits */
};

/* What is wrong with one more; NULL: nothing. */
static const char *
digit_take(struct digits *digits, int digit)
{
	if (digit == NO_DIGIT)
		return "neither hex nor base64";
	if (digit == FILLING) {
		digits->fillings++;
		return NULL;
	}
	if (digits->fillings > 0)
		return "base64 behind its end";
	digits->value =
	    (digits->value << digits->bits | (uint32_t)digit) & 0xffff;
	digits->count++;
	digits->held += digits->bits;
	return NULL;
}

/* Pairs of hexadecimal digits, fours of base64; no bit is left over. */
static bool
is_whole(const struct digits *digits)
{
	unsigned int group = digits->bits == 4 ? 2 : 4;
	uint32_t left = digits->value & ((1U << digits->held) - 1);

	return digits->fillings <= 2 && left == 0 &&
	       (digits->count + digits->fillings) % group == 0;
}

/* What is written never overtakes what is read. */
static bool
digits_read(uint8_t *octets, size_t *size, int (*value_of)(uint8_t),
    unsigned int bits, struct notation_error *error)
{
	struct digits digits = {.bits = bits};
	size_t i, used = 0;
	int digit;

	for (i = 0; i < *size; i++) {
		digit = value_of(octets[i]);
		if (digit == BLANK)
			continue;
		error->reason = digit_take(&digits, digit);
		error->offset = i;
		if (error->reason != NULL)
			return false;
		if (digits.held >= 8) {
			digits.held -= 8;
			octets[used++] = (uint8_t)(digits.value >> digits.held);
		}
	}
	if (!is_whole(&digits)) {
		error->reason = "hex or base64 that is cut";
		error->offset = *size;
		return false;
	}
	*size = used;
	return true;
}

static bool
has_only(const uint8_t *input, size_t size, int (*value_of)(uint8_t))
{
	size_t i;

	for (i = 0; i < size; i++)
		if (value_of(input[i]) == NO_DIGIT)
			return false;
	return true;
}

static int
printable_value(uint8_t octet)
{
	return octet > ' ' && octet <= '~' ? 0 : blank_value(octet);
}

static bool
is_binary(const uint8_t *input, size_t size)
{
	if (size >= GJ_NEGOEX_SIGNATURE_SIZE &&
	    memcmp(input, GJ_NEGOEX_SIGNATURE, GJ_NEGOEX_SIGNATURE_SIZE) == 0)
		return true;
	return !has_only(input, size, printable_value);
}

bool
notation_read(uint8_t *input, size_t *size, struct notation_error *error)
{
	memset(error, 0, sizeof(*error));
	if (is_binary(input, *size))
		return true;
	if (has_only(input, *size, hex_value))
		return digits_read(input, size, hex_value, 4, error);
	return digits_read(input, size, base64_value, 6, error);
}

bool
notation_is_token(const char *text)
{
	/* 0x60; 0xa0 and 0xa1; NEGOEXTS */
	static const char *const beginnings[] = {"Y", "o", "TkVHT0VYVF"};
	size_t i, size = strlen(text);

	if (size < TEXT_LEAST)
		return false;
	if (has_only((const uint8_t *)text, size, hex_value))
		return true;
	if (!has_only((const uint8_t *)text, size, base64_value))
		return false;
	for (i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (strncmp(text, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

bool
notation_hex(const char *text, uint8_t *octets)
{
	size_t i;

	for (i = 0; text[2 * i] != '\0'; i++) {
		int high = hex_value((uint8_t)text[2 * i]);
		int low = hex_value((uint8_t)text[2 * i + 1]);

		if (high > 15 || low > 15)
			return false;
		octets[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}
