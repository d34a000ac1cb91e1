/*
 * NEGOEX messages for the tests and the fuzzers' seeds.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_TOKENS_H
#define NEGOEX_TOKENS_H

#include <stddef.h>

#define OCTETS(text) text, sizeof(text) - 1

/* Parts of messages, as string literals. */
#define CONVERSATION "CCCCccccCCCCcccc"
#define SCHEME	     "SSSSssssSSSSssss"
#define SCHEME2	     "TTTTttttTTTTtttt"
#define RANDOM	     "0123456789abcdef0123456789ABCDEF"
#define U32(octet)   octet "\0\0\0"
#define U64(octet)   octet "\0\0\0\0\0\0\0"
#define U16P(octet)  octet "\0\0\0" /* of 16 bits, with its padding */
#define HEADER(type, sequence, header, message)                                \
	"NEGOEXTS" U32(type) U32(sequence) U32(header) U32(message) CONVERSATION

/* One message of each kind; lengths below 256, so that one octet says them. */
#define NEGO                                                                   \
	HEADER("\0", "\0", "\x60", "\x80")                                     \
	RANDOM U64("\0") U32("\x60") U16P("\2") U32("\0") U16P("\0")           \
	    SCHEME SCHEME2
#define META HEADER("\2", "\1", "\x40", "\x41") SCHEME U32("\x40") U32("\1") "X"
#define REQUEST                                                                \
	HEADER("\5", "\2", "\x40", "\x45")                                     \
	SCHEME U32("\x40") U32("\5") "hell"                                    \
				     "o"
#define VERIFY                                                                 \
	HEADER("\6", "\3", "\x50", "\x5c")                                     \
	SCHEME U32("\x14") U32("\1") U32("\x10") U32("\x50") U32("\x0c")       \
	    U32("\0") "checksum 12."
#define ALERT                                                                  \
	HEADER("\7", "\4", "\x48", "\x5c")                                     \
	SCHEME U32("\0") U32("\x48") U16P("\1") U32("\0") U32("\1")            \
	    U32("\x54") U32("\x08") U32("\x08") U32("\1")
/* Two extensions with a value of three octets, and one scheme before them. */
#define EXTENDED                                                               \
	HEADER("\0", "\0", "\x60", "\x8b")                                     \
	RANDOM U64("\0") U32("\x60") U16P("\1") U32("\x70") U16P("\2")         \
	    SCHEME U32("\5") U32("\x88") U32("\3") U32("\6") U32("\x8b")       \
		U32("\0") "ext"

enum fixture {
	A_NEGO,
	A_META,
	A_REQUEST,
	A_VERIFY,
	AN_ALERT,
	AN_EXTENDED,
	A_TOKEN,
	FIXTURES
};

static const struct {
	const char *name, *octets;
	size_t size, messages;
} fixtures[FIXTURES] = {
    [A_NEGO] = {"NEGO", OCTETS(NEGO), 1},
    [A_META] = {"META_DATA", OCTETS(META), 1},
    [A_REQUEST] = {"AP_REQUEST", OCTETS(REQUEST), 1},
    [A_VERIFY] = {"VERIFY", OCTETS(VERIFY), 1},
    [AN_ALERT] = {"ALERT", OCTETS(ALERT), 1},
    [AN_EXTENDED] = {"NEGO with extensions", OCTETS(EXTENDED), 1},
    [A_TOKEN] = {"a token", OCTETS(NEGO META REQUEST VERIFY ALERT), 5},
};

#endif
