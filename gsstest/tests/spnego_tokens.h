/*
 * SPNEGO's tokens for the tests and the fuzzers' seeds.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SPNEGO_TOKENS_H
#define SPNEGO_TOKENS_H

#include <stddef.h>

#include "wire_spnego.h"

#define OCTETS(text) text, sizeof(text) - 1

/* OIDs with their tags: 12, 11 and 8 octets. */
#define NEGOEX "\6\x0a\x2b\6\1\4\1\x82\x37\2\2\x1e"
#define KRB5   "\6\x09\x2a\x86\x48\x86\xf7\x12\1\2\2"
#define SPNEGO "\6\6\x2b\6\1\5\5\2"

/* Fields: 27, 6, 7 and 6 octets. */
#define MECHS "\xa0\x19\x30\x17" NEGOEX KRB5
#define FLAGS "\xa1\4\3\2\1\6"
#define TOKEN "\xa2\5\4\3tok"
#define MIC3  "\xa3\5\4\3mic"
#define MIC4  "\xa4\5\4\3mic"
/* Microsoft's: 44 octets and 10. */
#define HINTS                                                                  \
	"\xa3\x2a\x30\x28\xa0\x26\x1b\x24"                                     \
	"not_defined_in_RFC4178@please_ignore"
#define HINTS_BOTH "\xa3\x0e\x30\x0c\xa0\3\x1b\1n\xa1\5\4\3adr"

#define INIT	    "\xa0\x1d\x30\x1b" MECHS
#define INIT_ALL    "\xa0\x31\x30\x2f" MECHS FLAGS TOKEN MIC3
#define FRAMED	    "\x60\x2e" SPNEGO "\xa0\x24\x30\x22" MECHS TOKEN
#define WINDOWS	    "\x60\x5a" SPNEGO "\xa0\x50\x30\x4e" MECHS TOKEN HINTS
#define INIT2	    "\xa0\x3b\x30\x39" MECHS TOKEN HINTS_BOTH MIC4
#define INIT2_MIC   "\xa0\x2b\x30\x29" MECHS TOKEN MIC4
#define RESP	    "\xa1\x22\x30\x20\xa0\3\x0a\1\1\xa1\x0b" KRB5 TOKEN MIC3
#define RESP_REJECT "\xa1\7\x30\5\xa0\3\x0a\1\2"
#define RESP_EMPTY  "\xa1\2\x30\0"

static const struct {
	const char *octets;
	size_t size;
	enum gj_spnego_kind kind;
} goods[] = {
    {OCTETS(INIT), GJ_SPNEGO_INIT},
    {OCTETS(INIT_ALL), GJ_SPNEGO_INIT},
    {OCTETS(FRAMED), GJ_SPNEGO_INIT},
    {OCTETS(WINDOWS), GJ_SPNEGO_INIT2},
    {OCTETS(INIT2), GJ_SPNEGO_INIT2},
    {OCTETS(INIT2_MIC), GJ_SPNEGO_INIT2},
    {OCTETS(RESP), GJ_SPNEGO_RESP},
    {OCTETS(RESP_REJECT), GJ_SPNEGO_RESP},
    {OCTETS(RESP_EMPTY), GJ_SPNEGO_RESP},
};

#endif
