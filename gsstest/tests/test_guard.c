/*
 * What a stock library must not be given: answers that are framed as krb5's
 * and SPNEGO's are, and those that are not.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "gssloop.h"
#include "scripted_gss.h"
#include "wire_spnego.h"
#include "suite.h"

#define KRB5	  "\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"
#define MS_KRB5	  "\x06\x09\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"
#define NTLM	  "\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"
#define AP_REP	  "\x60\x0f" KRB5 "\x02\x00xy" /* 17 octets */
#define LETTERS	  "AAAAAAAAAAAAAAAAA"	       /* 17 octets */
#define OCTETS(t) t, sizeof(t) - 1

enum mech {
	NONE,
	IS_KRB5,
	IS_SPNEGO,
	IS_OTHER
};

static unsigned char other_octets[] = {0x2a, 3};
static gss_OID_desc other = {sizeof(other_octets), other_octets};

static gss_OID
mech_of(enum mech mech)
{
	static gss_OID const mechs[] = {
	    GSS_C_NO_OID, &gj_mech_krb5, &gj_mech_spnego, &other};

	return mechs[mech];
}

static const struct row {
	const char *name;
	enum mech asked, known;
	const char *token;
	size_t size;
	bool plausible;
} rows[] = {
    {"AP-REP", IS_KRB5, NONE, OCTETS(AP_REP), true},
    {"KRB-ERROR", IS_KRB5, NONE, OCTETS("\x60\x0d" KRB5 "\x03\x00"), true},
    {"default mechanism, AP-REP", NONE, IS_KRB5, OCTETS(AP_REP), true},
    {"default mechanism, letters", NONE, IS_KRB5, OCTETS(LETTERS), false},
    {"letters", IS_KRB5, NONE, OCTETS(LETTERS), false},
    {"nothing", IS_KRB5, NONE, OCTETS(""), false},
    {"AP-REQ", IS_KRB5, NONE, OCTETS("\x60\x0d" KRB5 "\x01\x00"), false},
    {"token id cut", IS_KRB5, NONE, OCTETS("\x60\x0c" KRB5 "\x02"), false},
    {"token id of one octet more", IS_KRB5, NONE,
	OCTETS("\x60\x0d" KRB5 "\x02\x01"), false},
    {"no token id", IS_KRB5, NONE, OCTETS("\x60\x0b" KRB5), false},
    {"another OID", IS_KRB5, NONE, OCTETS("\x60\x0e" NTLM "\x02\x00"), false},
    {"octets left over", IS_KRB5, NONE, OCTETS(AP_REP "z"), false},
    {"cut", IS_KRB5, NONE, AP_REP, 16, false},
    {"another mechanism", IS_OTHER, NONE, OCTETS(LETTERS), true},
    {"no mechanism known", NONE, NONE, OCTETS(LETTERS), true},

    {"SPNEGO, krb5 named, AP-REP", IS_SPNEGO, NONE,
	OCTETS("\xa1\x27\x30\x25\xa0\x03\x0a\x01\x00\xa1\x0b" KRB5
	       "\xa2\x11\x04\x0f\x60\x0d" KRB5 "\x02\x00"),
	true},
    {"SPNEGO, krb5 named, letters", IS_SPNEGO, NONE,
	OCTETS("\xa1\x14\x30\x12\xa1\x0b" KRB5 "\xa2\x03\x04\x01X"), false},
    {"SPNEGO, Microsoft's krb5 named, letters", IS_SPNEGO, NONE,
	OCTETS("\xa1\x14\x30\x12\xa1\x0b" MS_KRB5 "\xa2\x03\x04\x01X"), false},
    {"SPNEGO, krb5 before, letters", IS_SPNEGO, IS_KRB5,
	OCTETS("\xa1\x07\x30\x05\xa2\x03\x04\x01X"), false},
    {"SPNEGO, another before, letters", IS_SPNEGO, IS_OTHER,
	OCTETS("\xa1\x07\x30\x05\xa2\x03\x04\x01X"), true},
    {"SPNEGO, another named, letters", IS_SPNEGO, IS_KRB5,
	OCTETS("\xa1\x15\x30\x13\xa1\x0c" NTLM "\xa2\x03\x04\x01X"), true},
    {"SPNEGO, krb5 named, no token", IS_SPNEGO, NONE,
	OCTETS("\xa1\x0f\x30\x0d\xa1\x0b" KRB5), true},
    {"SPNEGO, reject", IS_SPNEGO, IS_KRB5,
	OCTETS("\xa1\x07\x30\x05\xa0\x03\x0a\x01\x02"), true},
    {"SPNEGO, nothing", IS_SPNEGO, NONE, OCTETS(""), false},
    {"SPNEGO, letters", IS_SPNEGO, NONE, OCTETS(LETTERS), false},
    {"SPNEGO, an AP-REP without SPNEGO", IS_SPNEGO, IS_KRB5, OCTETS(AP_REP),
	false},
    {"SPNEGO, token twice", IS_SPNEGO, IS_OTHER,
	OCTETS("\xa1\x0c\x30\x0a\xa2\x03\x04\x01X\xa2\x03\x04\x01X"), false},
    {"SPNEGO, token too large", IS_SPNEGO, IS_OTHER,
	OCTETS("\xa1\x07\x30\x05\xa2\x03\x04\x02X"), false},
    {"SPNEGO, token too small", IS_SPNEGO, IS_OTHER,
	OCTETS("\xa1\x08\x30\x06\xa2\x04\x04\x01XY"), false},
    {"SPNEGO, field too large", IS_SPNEGO, IS_OTHER,
	OCTETS("\xa1\x07\x30\x05\xa2\x04\x04\x01X"), false},
    {"SPNEGO, sequence too small", IS_SPNEGO, IS_OTHER,
	OCTETS("\xa1\x07\x30\x04\xa2\x03\x04\x01X"), false},
    {"SPNEGO, octets left over", IS_SPNEGO, IS_OTHER,
	OCTETS("\xa1\x07\x30\x05\xa2\x03\x04\x01XY"), false},
};

START_TEST(answers)
{
	const struct row *row = &rows[_i];
	char *token = suite_exact(row->token, row->size);

	ck_assert_msg(
	    gj_guard_is_plausible(mech_of(row->asked), mech_of(row->known),
		token, row->size) == row->plausible,
	    "%s", row->name);
	free(token);
}
END_TEST

/* No prefix of a good answer is taken, and none reads beyond its end. */
START_TEST(cut_answers)
{
	static const char good[] =
	    "\xa1\x27\x30\x25\xa0\x03\x0a\x01\x00\xa1\x0b" KRB5
	    "\xa2\x11\x04\x0f\x60\x0d" KRB5 "\x02\x00";
	struct gj_spnego_reply reply;
	size_t size;

	for (size = 0; size < sizeof(good) - 1; size++) {
		char *token = suite_exact(good, size);

		ck_assert_msg(
		    !gj_spnego_decode(token, size, &reply), "%zu", size);
		free(token);
	}
}
END_TEST

/* The loop asks the guard, where the library needs it. */
START_TEST(the_loop_is_guarded)
{
	static const struct scripted_answer script[] = {
	    {GSS_S_CONTINUE_NEEDED, 0, 0, "a", false, false, true},
	    {GSS_S_COMPLETE, 0, 0, NULL, false, false, false}};
	bool dce_style = _i == 1;
	bool guarded = GJ_GSS_GUARDED != 0 && !dce_style;
	struct gssloop_params params;
	struct gssloop *loop;

	scripted_reset(script);
	gssloop_params_init(&params, GSSLOOP_INITIATOR);
	params.target = (gss_name_t)&params;
	params.mech = &gj_mech_krb5;
	params.request = dce_style ? GSS_C_DCE_STYLE : 0;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	gssloop_start(loop);
	gssloop_sent(loop);
	ck_assert_int_eq(gssloop_receive(loop, LETTERS, 17),
	    guarded ? GSSLOOP_TELL : GSSLOOP_DONE);
	ck_assert_uint_eq(scripted.count, guarded ? 1 : 2);
	if (guarded)
		ck_assert_int_eq(
		    gssloop_branch(loop), GSSLOOP_BRANCH_TOKEN_IMPLAUSIBLE);
	gssloop_free(&loop);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("guard");
	TCase *tests = tcase_create("answers");

	tcase_add_loop_test(
	    tests, answers, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tests, cut_answers);
	tcase_add_loop_test(tests, the_loop_is_guarded, 0, 2);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
