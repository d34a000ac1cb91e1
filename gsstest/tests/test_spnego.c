/*
 * Tests of SPNEGO's codec.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mutation.h"
#include "spnego_tokens.h"
#include "suite.h"
#include "wire_spnego.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A fixed seed: a failure comes again. */
#define SEED	  UINT64_C(0x53504e45474f)
#define MUTATIONS 20000

/* Tokens that are wrong, and where. */
static const struct row {
	const char *name, *octets;
	size_t size;
	enum gj_spnego_fault fault;
	size_t offset;
} rows[] = {
    {"nothing", OCTETS(""), GJ_SPNEGO_BAD_CHOICE, 0},
    {"another tag", OCTETS("\x30\0"), GJ_SPNEGO_BAD_CHOICE, 0},
    {"NTLM", OCTETS("NTLMSSP"), GJ_SPNEGO_BAD_DER, 0},
    {"krb5's frame", OCTETS("\x60\x0d" KRB5 "\1\0"), GJ_SPNEGO_WRONG_MECH, 4},
    {"a frame cut", OCTETS("\x60\x0f" KRB5 "\1\0"), GJ_SPNEGO_BAD_FRAME, 0},
    {"a frame left over", OCTETS("\x60\x08" SPNEGO "\xa0"), GJ_SPNEGO_BAD_FRAME,
	0},
    {"a frame of nothing", OCTETS("\x60\x08" SPNEGO), GJ_SPNEGO_BAD_DER, 10},
    {"a framed answer", OCTETS("\x60\x0c" SPNEGO RESP_EMPTY),
	GJ_SPNEGO_BAD_CHOICE, 10},
    {"indefinite length", OCTETS("\xa1\x80\x30\0"), GJ_SPNEGO_BAD_DER, 0},
    {"a length of two where one does", OCTETS("\xa1\x81\2\x30\0"),
	GJ_SPNEGO_BAD_DER, 0},
    {"left over", OCTETS(RESP_EMPTY "x"), GJ_SPNEGO_LEFT_OVER, 4},
    {"left over in the sequence", OCTETS("\xa1\3\x30\0x"), GJ_SPNEGO_LEFT_OVER,
	4},
    {"no sequence", OCTETS("\xa1\2\x31\0"), GJ_SPNEGO_BAD_FIELD, 2},
    {"no mechanisms", OCTETS("\xa0\2\x30\0"), GJ_SPNEGO_NO_MECHS, 4},
    {"a mechanism of no octets", OCTETS("\xa0\x08\x30\6\xa0\4\x30\2\6\0"),
	GJ_SPNEGO_BAD_FIELD, 8},
    {"a mechanism that is no OID", OCTETS("\xa0\x09\x30\7\xa0\5\x30\3\4\1x"),
	GJ_SPNEGO_BAD_FIELD, 8},
    {"mechanisms left over", OCTETS("\xa0\x0a\x30\x08\xa0\6\x30\3\6\1\x2a!"),
	GJ_SPNEGO_LEFT_OVER, 11},
    {"mechanisms twice", OCTETS("\xa0\x38\x30\x36" MECHS MECHS),
	GJ_SPNEGO_BAD_ORDER, 31},
    {"a token before", OCTETS("\xa0\x24\x30\x22" TOKEN MECHS),
	GJ_SPNEGO_BAD_ORDER, 11},
    {"a token that is no OCTET STRING", OCTETS("\xa1\x08\x30\6\xa2\4\3\2\0x"),
	GJ_SPNEGO_BAD_FIELD, 6},
    {"a token outside", OCTETS("\xa1\x08\x30\6\xa2\4\4\3xx"), GJ_SPNEGO_BAD_DER,
	6},
    {"a field outside", OCTETS("\xa1\x08\x30\6\xa2\5\4\2xx"), GJ_SPNEGO_BAD_DER,
	4},
    {"a field of nothing", OCTETS("\xa1\4\x30\2\xa2\0"), GJ_SPNEGO_BAD_DER, 6},
    {"no field", OCTETS("\xa1\5\x30\3\x0a\1\1"), GJ_SPNEGO_BAD_FIELD, 4},
    {"a field with a tag too high", OCTETS("\xa1\4\x30\2\xbf\0"),
	GJ_SPNEGO_BAD_FIELD, 4},
    {"state 4", OCTETS("\xa1\7\x30\5\xa0\3\x0a\1\4"), GJ_SPNEGO_BAD_STATE, 8},
    {"state of two octets", OCTETS("\xa1\x08\x30\6\xa0\4\x0a\2\0\1"),
	GJ_SPNEGO_BAD_STATE, 8},
    {"state of none", OCTETS("\xa1\6\x30\4\xa0\2\x0a\0"), GJ_SPNEGO_BAD_STATE,
	8},
    {"a mechanism of none", OCTETS("\xa1\6\x30\4\xa1\2\6\0"),
	GJ_SPNEGO_BAD_FIELD, 8},
    {"a hint of another type",
	OCTETS("\xa0\x26\x30\x24" MECHS "\xa3\7\x30\5\xa0\3\4\1n"),
	GJ_SPNEGO_BAD_FIELD, 37},
};

static bool
decode(const void *octets, size_t size, struct gj_spnego_error *error)
{
	uint8_t *token = suite_exact(octets, size);
	struct gj_spnego_token decoded;
	struct gssloop_view rest, mech;
	bool good = gj_spnego_token_decode(token, size, &decoded, error);

	ck_assert(good == (error->fault == GJ_SPNEGO_OK));
	ck_assert(error->offset <= size);
	ck_assert(good || decoded.token.data == NULL);
	rest = decoded.mech_types;
	while (gj_spnego_mech_next(&rest, &mech))
		ck_assert(mech.data >= token && mech.size > 0 &&
			  mech.data + mech.size <= token + size);
	free(token);
	return good;
}

START_TEST(refused)
{
	const struct row *row = &rows[_i];
	struct gj_spnego_error error;

	ck_assert(!decode(row->octets, row->size, &error));
	ck_assert_msg(error.fault == row->fault, "%s: %s", row->name,
	    gj_spnego_fault_text(error.fault));
	ck_assert_msg(error.offset == row->offset, "%s: offset %zu", row->name,
	    error.offset);
}
END_TEST

/* Whole or not at all. */
START_TEST(cut_anywhere)
{
	struct gj_spnego_error error;
	size_t size;

	for (size = 0; size < goods[_i].size; size++)
		ck_assert_msg(!decode(goods[_i].octets, size, &error),
		    "token %d at %zu", _i, size);
	ck_assert_msg(decode(goods[_i].octets, size, &error), "token %d: %s",
	    _i, gj_spnego_fault_text(error.fault));
}
END_TEST

#define IS(view, text)                                                         \
	ck_assert((view).size == sizeof(text) - 1 &&                           \
		  memcmp((view).data, text, sizeof(text) - 1) == 0)

static struct gj_spnego_token
taken(const char *octets, size_t size)
{
	struct gj_spnego_token decoded;
	struct gj_spnego_error error;

	ck_assert(gj_spnego_token_decode(octets, size, &decoded, &error));
	return decoded;
}

START_TEST(kinds)
{
	struct gj_spnego_token token = taken(goods[_i].octets, goods[_i].size);

	ck_assert_int_eq(token.kind, goods[_i].kind);
	ck_assert(token.framed == (goods[_i].octets[0] == 0x60));
}
END_TEST

START_TEST(fields)
{
	struct gj_spnego_token token = taken(OCTETS(INIT_ALL));

	IS(token.flags, "\1\6");
	IS(token.token, "tok");
	IS(token.mic, "mic");
	ck_assert_ptr_null(token.hints.data);
	token = taken(OCTETS(WINDOWS));
	IS(token.hint_name, "not_defined_in_RFC4178@please_ignore");
	ck_assert_ptr_null(token.hint_address.data);
	ck_assert_ptr_null(token.mic.data);
	token = taken(OCTETS(INIT2));
	IS(token.hint_name, "n");
	IS(token.hint_address, "adr");
	IS(token.mic, "mic");
	token = taken(OCTETS(RESP));
	IS(token.state, "\1");
	IS(token.mech, "\x2a\x86\x48\x86\xf7\x12\1\2\2");
	IS(token.token, "tok");
	IS(token.mic, "mic");
	ck_assert_ptr_null(token.mech_types.data);
}
END_TEST

START_TEST(mechanisms)
{
	struct gj_spnego_token token = taken(OCTETS(FRAMED));
	struct gssloop_view mech;

	ck_assert(gj_spnego_mech_next(&token.mech_types, &mech));
	IS(mech, "\x2b\6\1\4\1\x82\x37\2\2\x1e");
	ck_assert(gj_spnego_mech_next(&token.mech_types, &mech));
	IS(mech, "\x2a\x86\x48\x86\xf7\x12\1\2\2");
	ck_assert(!gj_spnego_mech_next(&token.mech_types, &mech));
	ck_assert_ptr_null(mech.data);
}
END_TEST

/* Fields that come after those that are known. */
START_TEST(extended)
{
	struct gj_spnego_error error;

	ck_assert(
	    decode(OCTETS("\xa1\x0b\x30\x09\xa2\3\4\1t\xa9\2\4\0"), &error));
}
END_TEST

START_TEST(texts)
{
	int i, k;

	for (i = 0; i < GJ_SPNEGO_FAULTS; i++)
		for (k = 0; k < i; k++)
			ck_assert_str_ne(
			    gj_spnego_fault_text((enum gj_spnego_fault)i),
			    gj_spnego_fault_text((enum gj_spnego_fault)k));
	ck_assert_str_eq(gj_spnego_kind_name(GJ_SPNEGO_INIT2), "NegTokenInit2");
}
END_TEST

START_TEST(mutations)
{
	size_t size = goods[_i].size, differed = 0, i, count;
	uint8_t *octets = malloc(size);
	uint64_t state = SEED + (uint64_t)_i;
	struct gj_spnego_error error;

	for (i = 0; i < MUTATIONS; i++) {
		memcpy(octets, goods[_i].octets, size);
		for (count = random_next(&state) % 3 + 1; count > 0; count--) {
			uint64_t draw = random_next(&state);

			octets[(draw >> 16) % size] = (uint8_t)draw;
		}
		differed += memcmp(octets, goods[_i].octets, size) != 0;
		decode(octets, size, &error);
	}
	ck_assert_uint_gt(differed, MUTATIONS / 2);
	free(octets);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("spnego");
	TCase *tests = tcase_create("spnego");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, refused, 0, COUNT(rows));
	tcase_add_loop_test(tests, cut_anywhere, 0, COUNT(goods));
	tcase_add_loop_test(tests, kinds, 0, COUNT(goods));
	tcase_add_test(tests, fields);
	tcase_add_test(tests, mechanisms);
	tcase_add_test(tests, extended);
	tcase_add_test(tests, texts);
	tcase_add_loop_test(tests, mutations, 0, COUNT(goods));
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
