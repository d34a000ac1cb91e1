/*
 * The loop engine, with the GSS calls answered from a script.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A row of the table is one negotiation: what the library answers, what the
 * peer and the network do, and which branch has to be taken in the end, with
 * what next on the way.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "failing_malloc.h"
#include "gssloop.h"
#include "scripted_gss.h"
#include "suite.h"

#define CONT	  GSS_S_CONTINUE_NEEDED
#define OKAY	  GSS_S_COMPLETE
#define BAD	  GSS_S_DEFECTIVE_TOKEN
#define MUTUAL	  GSS_C_MUTUAL_FLAG
#define CONF	  GSS_C_CONF_FLAG
#define ANON	  GSS_C_ANON_FLAG
#define INIT	  GSSLOOP_INITIATOR
#define ACCEPT	  GSSLOOP_ACCEPTOR
#define BRANCH(x) GSSLOOP_BRANCH_##x

/* What is done to the loop, one character a step. */
enum {
	START = 's',   /* gssloop_start */
	TOKEN = 't',   /* a token "peer" comes */
	EMPTY = 'e',   /* an empty token comes */
	LARGE = 'l',   /* a token over the limit comes */
	SENT = 'S',    /* what is to be sent was sent */
	TOLD = 'T',    /* the peer was told */
	PEER = 'p',    /* the peer says that it failed */
	HOLD = 'h',    /* gssloop_hold */
	CONFIRM = 'C', /* gssloop_confirm */
	CLOSED = 'c',  /* the rest: gssloop_lost */
	TIME = 'd',
	TOO_LARGE = 'o',
	MALFORMED = 'm',
	EARLY = 'y',
	BROKEN = 'b',
	REFUSED = 'r',
	WEAK = 'w',
	NO_MEMORY = 'n'
};

struct row {
	const char *name;
	enum gssloop_role role;
	OM_uint32 request, require;
	struct scripted_answer answers[4];
	const char *steps; /* of the above */
	const char *next;  /* after each: S send, R receive, T tell, D done,
			      F failed */
	enum gssloop_branch branch;
	unsigned int calls; /* of GSS */
};

static const struct row rows[] = {
    /* sections 2.2 and 2.5, and 3: success */
    {"complete without token", INIT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "s", "D",
	BRANCH(ESTABLISHED), 1},
    {"complete with token", INIT, 0, 0,
	{{OKAY, 0, 0, "a", false, false, false}}, "sS", "SD",
	BRANCH(ESTABLISHED), 1},
    {"continue, then complete", INIT, MUTUAL, MUTUAL,
	{{CONT, 0, 0, "a", false, false, false},
	    {OKAY, 0, MUTUAL, NULL, false, false, false}},
	"sSt", "SRD", BRANCH(ESTABLISHED), 2},
    {"three legs", INIT, 0, 0,
	{{CONT, 0, 0, "a", false, false, false},
	    {OKAY, 0, 0, "b", false, false, false}},
	"sStS", "SRSD", BRANCH(ESTABLISHED), 2},
    {"accept without token", ACCEPT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "st", "RD",
	BRANCH(ESTABLISHED), 1},
    {"accept with token", ACCEPT, 0, MUTUAL,
	{{OKAY, 0, MUTUAL, "b", false, false, false}}, "stS", "RSD",
	BRANCH(ESTABLISHED), 1},
    {"accept three legs", ACCEPT, 0, 0,
	{{CONT, 0, 0, "a", false, false, false},
	    {OKAY, 0, 0, NULL, false, false, false}},
	"stSt", "RSRD", BRANCH(ESTABLISHED), 2},

    /* an empty token where the call says continue is passed on */
    {"continue with an empty token", INIT, 0, 0,
	{{CONT, 0, 0, NULL, false, false, false},
	    {OKAY, 0, 0, NULL, false, false, false}},
	"sSt", "SRD", BRANCH(ESTABLISHED), 2},
    {"accept, continue with an empty token", ACCEPT, 0, 0,
	{{CONT, 0, 0, NULL, false, false, false},
	    {OKAY, 0, 0, NULL, false, false, false}},
	"stSt", "RSRD", BRANCH(ESTABLISHED), 2},
    {"an empty token from the peer", INIT, 0, 0,
	{{CONT, 0, 0, "a", false, false, false},
	    {OKAY, 0, 0, NULL, false, false, false}},
	"sSe", "SRD", BRANCH(ESTABLISHED), 2},
    {"accept an empty first token", ACCEPT, 0, 0,
	{{CONT, 0, 0, "hint", false, false, false},
	    {OKAY, 0, 0, NULL, false, false, false}},
	"seSt", "RSRD", BRANCH(ESTABLISHED), 2},

    /* failure, with and without an error token */
    {"failure with an error token", INIT, 0, 0,
	{{BAD, 7, 0, "E", true, false, false}}, "sS", "SF",
	BRANCH(FAILURE_TOKEN), 1},
    {"failure without a token", INIT, 0, 0,
	{{BAD, 7, 0, NULL, true, false, false}}, "sT", "TF",
	BRANCH(FAILURE_SILENT), 1},
    {"failure at the second call", INIT, 0, 0,
	{{CONT, 0, 0, "a", false, false, false},
	    {BAD, 7, 0, "E", false, false, false}},
	"sStS", "SRSF", BRANCH(FAILURE_TOKEN), 2},
    {"accept, failure with an error token", ACCEPT, 0, 0,
	{{BAD, 7, 0, "E", true, false, false}}, "stS", "RSF",
	BRANCH(FAILURE_TOKEN), 1},
    {"accept, failure without a token", ACCEPT, 0, 0,
	{{BAD, 7, 0, NULL, true, false, false}}, "stT", "RTF",
	BRANCH(FAILURE_SILENT), 1},
    {"the error token cannot be sent", INIT, 0, 0,
	{{BAD, 7, 0, "E", true, false, false}}, "sb", "SF",
	BRANCH(FAILURE_TOKEN), 1},
    {"the peer cannot be told", INIT, 0, 0,
	{{BAD, 7, 0, NULL, true, false, false}}, "sb", "TF",
	BRANCH(FAILURE_SILENT), 1},

    /* a major status that is forbidden; complete without a context */
    {"supplementary bits alone", INIT, 0, 0,
	{{GSS_S_OLD_TOKEN, 0, 0, "a", false, false, false}}, "sT", "TF",
	BRANCH(STATUS_FORBIDDEN), 1},
    {"accept, supplementary bits alone", ACCEPT, 0, 0,
	{{GSS_S_DUPLICATE_TOKEN, 0, 0, NULL, false, false, false}}, "stT",
	"RTF", BRANCH(STATUS_FORBIDDEN), 1},
    {"complete without a context", INIT, 0, 0,
	{{OKAY, 0, 0, "a", true, false, false}}, "sT", "TF",
	BRANCH(CONTEXT_ABSENT), 1},
    {"complete without a mechanism", INIT, 0, 0,
	{{OKAY, 0, 0, "a", false, false, true}}, "sT", "TF",
	BRANCH(CONTEXT_ABSENT), 1},
    {"accept, SPNEGO of Heimdal 7.8: the second token lacks a response", ACCEPT,
	0, 0,
	{{CONT, 0, 0, "a", false, false, false},
	    {OKAY, 0, 0, NULL, false, false, true}},
	"stStT", "RSRTF", BRANCH(CONTEXT_ABSENT), 2},
    {"accept complete without a context", ACCEPT, 0, 0,
	{{OKAY, 0, 0, NULL, true, false, false}}, "stT", "RTF",
	BRANCH(CONTEXT_ABSENT), 1},

    /* section 2.1 */
    {"anonymity given", INIT, ANON, ANON,
	{{CONT, 0, ANON, "a", false, false, false},
	    {OKAY, 0, ANON, NULL, false, false, false}},
	"sSt", "SRD", BRANCH(ESTABLISHED), 2},
    {"anonymity refused at once", INIT, ANON, 0,
	{{CONT, 0, 0, "a", false, false, false}}, "s", "F",
	BRANCH(ANONYMITY_REFUSED), 1},
    {"anonymity refused, complete", INIT, ANON, 0,
	{{OKAY, 0, 0, "a", false, false, false}}, "s", "F",
	BRANCH(ANONYMITY_REFUSED), 1},
    {"anonymity lost at the second call", INIT, ANON, 0,
	{{CONT, 0, ANON, "a", false, false, false},
	    {CONT, 0, 0, "b", false, false, false}},
	"sSt", "SRF", BRANCH(ANONYMITY_REFUSED), 2},
    {"anonymity and an error token", INIT, ANON, 0,
	{{BAD, 1, 0, "E", true, false, false}}, "sT", "TF",
	BRANCH(FAILURE_SILENT), 1},
    {"anonymity of an earlier call does not count", INIT, ANON, 0,
	{{CONT, 0, ANON, "a", false, false, false},
	    {BAD, 1, 0, "E", false, true, false}},
	"sStT", "SRTF", BRANCH(FAILURE_SILENT), 2},
    {"anonymous error token", INIT, ANON, 0,
	{{BAD, 1, ANON, "E", true, false, false}}, "sS", "SF",
	BRANCH(FAILURE_TOKEN), 1},

    /* sections 2.3 and 2.6 */
    {"send fails", INIT, 0, 0, {{CONT, 0, 0, "a", false, false, false}}, "sb",
	"SF", BRANCH(SEND_FAILED), 1},
    {"last send fails", INIT, 0, 0, {{OKAY, 0, 0, "a", false, false, false}},
	"sc", "SF", BRANCH(SEND_FAILED), 1},
    {"accept, send fails", ACCEPT, 0, 0,
	{{OKAY, 0, 0, "a", false, false, false}}, "stb", "RSF",
	BRANCH(SEND_FAILED), 1},
    {"no memory to send", INIT, 0, 0, {{CONT, 0, 0, "a", false, false, false}},
	"sn", "SF", BRANCH(NO_MEMORY), 1},
    {"a message while we send", INIT, 0, 0,
	{{CONT, 0, 0, "a", false, false, false}}, "syT", "STF",
	BRANCH(MESSAGE_EARLY), 1},
    {"not the protocol while we send", INIT, 0, 0,
	{{CONT, 0, 0, "a", false, false, false}}, "smT", "STF",
	BRANCH(FRAME_MALFORMED), 1},
    {"the peer failed", INIT, 0, 0, {{CONT, 0, 0, "a", false, false, false}},
	"sSp", "SRF", BRANCH(PEER_FAILED), 1},
    {"accept, the peer failed", ACCEPT, 0, 0,
	{{0, 0, 0, NULL, false, false, false}}, "sp", "RF", BRANCH(PEER_FAILED),
	0},
    {"the peer failed after completion", INIT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "sp", "DF",
	BRANCH(PEER_FAILED), 1},
    {"the peer failed while we send", INIT, 0, 0,
	{{CONT, 0, 0, "a", false, false, false}}, "sp", "SF",
	BRANCH(PEER_FAILED), 1},

    /* sections 2.4 and 2.7 */
    {"a token while we send", INIT, 0, 0,
	{{CONT, 0, 0, "a", false, false, false}}, "stT", "STF",
	BRANCH(TOKEN_UNEXPECTED), 1},
    {"accept, a token while we send", ACCEPT, 0, 0,
	{{OKAY, 0, 0, "a", false, false, false}}, "sttT", "RSTF",
	BRANCH(TOKEN_UNEXPECTED), 1},
    {"no token in time", INIT, 0, 0, {{CONT, 0, 0, "a", false, false, false}},
	"sSdT", "SRTF", BRANCH(TOKEN_MISSING), 1},
    {"accept, no token in time", ACCEPT, 0, 0,
	{{0, 0, 0, NULL, false, false, false}}, "sdT", "RTF",
	BRANCH(TOKEN_MISSING), 0},
    {"the peer closes", INIT, 0, 0, {{CONT, 0, 0, "a", false, false, false}},
	"sSc", "SRF", BRANCH(PEER_CLOSED), 1},
    {"accept, the peer closes", ACCEPT, 0, 0,
	{{0, 0, 0, NULL, false, false, false}}, "sc", "RF", BRANCH(PEER_CLOSED),
	0},
    {"receive fails", INIT, 0, 0, {{CONT, 0, 0, "a", false, false, false}},
	"sSb", "SRF", BRANCH(RECEIVE_FAILED), 1},
    {"no memory to receive", INIT, 0, 0,
	{{CONT, 0, 0, "a", false, false, false}}, "sSn", "SRF",
	BRANCH(NO_MEMORY), 1},
    {"a large token is announced", ACCEPT, 0, 0,
	{{0, 0, 0, NULL, false, false, false}}, "soT", "RTF",
	BRANCH(TOKEN_TOO_LARGE), 0},
    {"a large token comes", ACCEPT, 0, 0,
	{{0, 0, 0, NULL, false, false, false}}, "slT", "RTF",
	BRANCH(TOKEN_TOO_LARGE), 0},
    {"not the protocol", ACCEPT, 0, 0, {{0, 0, 0, NULL, false, false, false}},
	"smT", "RTF", BRANCH(FRAME_MALFORMED), 0},
    {"protected too little", ACCEPT, 0, 0,
	{{0, 0, 0, NULL, false, false, false}}, "sw", "RF",
	BRANCH(RECEIVE_FAILED), 0},
    {"a message too early", ACCEPT, 0, 0,
	{{0, 0, 0, NULL, false, false, false}}, "syT", "RTF",
	BRANCH(MESSAGE_EARLY), 0},

    /* section 3 */
    {"a required flag is missing", INIT, MUTUAL, MUTUAL | CONF,
	{{OKAY, 0, MUTUAL, NULL, false, false, false}}, "sT", "TF",
	BRANCH(FLAG_MISSING), 1},
    {"a flag that was only asked for", INIT, MUTUAL, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "s", "D",
	BRANCH(ESTABLISHED), 1},
    {"missing flag, the token is sent first", INIT, 0, MUTUAL,
	{{OKAY, 0, 0, "a", false, false, false}}, "sST", "STF",
	BRANCH(FLAG_MISSING), 1},
    {"accept, a required flag is missing", ACCEPT, 0, CONF,
	{{OKAY, 0, MUTUAL, "a", false, false, false}}, "stST", "RSTF",
	BRANCH(FLAG_MISSING), 1},
    {"flags of the last call count", INIT, 0, CONF,
	{{CONT, 0, CONF, "a", false, false, false},
	    {OKAY, 0, 0, NULL, false, false, false}},
	"sStT", "SRTF", BRANCH(FLAG_MISSING), 2},

    /* a protocol that ends its handshake by more than tokens */
    {"held, confirmed", INIT, 0, 0, {{OKAY, 0, 0, NULL, false, false, false}},
	"hsC", "BRD", BRANCH(ESTABLISHED), 1},
    {"held, behind the last token", INIT, 0, 0,
	{{OKAY, 0, 0, "a", false, false, false}}, "hsSC", "BSRD",
	BRANCH(ESTABLISHED), 1},
    {"held by the acceptor while it sends", ACCEPT, 0, 0,
	{{OKAY, 0, 0, "b", false, false, false}}, "sthSC", "RSSRD",
	BRANCH(ESTABLISHED), 1},
    {"held, the handshake is refused", INIT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "hsrT", "BRTF",
	BRANCH(UNCONFIRMED), 1},
    {"accept, held, the peer closes", ACCEPT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "hstcT", "BRRTF",
	BRANCH(UNCONFIRMED), 1},
    {"held, not in time", INIT, 0, 0, {{OKAY, 0, 0, "a", false, false, false}},
	"hsSdT", "BSRTF", BRANCH(UNCONFIRMED), 1},
    {"held, no memory", INIT, 0, 0, {{OKAY, 0, 0, NULL, false, false, false}},
	"hsn", "BRF", BRANCH(NO_MEMORY), 1},
    {"held, the peer failed", INIT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "hsp", "BRF",
	BRANCH(PEER_FAILED), 1},
    {"held, a token", INIT, 0, 0, {{OKAY, 0, 0, NULL, false, false, false}},
	"hstT", "BRTF", BRANCH(TOKEN_UNEXPECTED), 1},
    {"held, a required flag is missing", INIT, 0, CONF,
	{{OKAY, 0, 0, NULL, false, false, false}}, "hsT", "BTF",
	BRANCH(FLAG_MISSING), 1},
    {"held, the mechanism fails", ACCEPT, 0, 0,
	{{BAD, 7, 0, NULL, true, false, false}}, "hstT", "BRTF",
	BRANCH(FAILURE_SILENT), 1},
};

/* Calls that do not belong where the loop is change nothing. */
static const struct row idle_rows[] = {
    {"sent before start", INIT, 0, 0, {{OKAY, 0, 0, NULL, false, false, false}},
	"Ss", "BD", BRANCH(ESTABLISHED), 1},
    {"token before start", ACCEPT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "tst", "BRD",
	BRANCH(ESTABLISHED), 1},
    {"started twice", INIT, 0, 0, {{OKAY, 0, 0, "a", false, false, false}},
	"ssS", "SSD", BRANCH(ESTABLISHED), 1},
    {"sent with nothing to send", ACCEPT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "sSt", "RRD",
	BRANCH(ESTABLISHED), 1},
    {"told with nothing to tell", INIT, 0, 0,
	{{CONT, 0, 0, "a", false, false, false}}, "sTSc", "SSRF",
	BRANCH(PEER_CLOSED), 1},
    {"a failed loop stays failed", INIT, 0, 0,
	{{BAD, 1, 0, NULL, true, false, false}}, "sTstSTpcd", "TFFFFFFFF",
	BRANCH(FAILURE_SILENT), 1},
    {"a token after a failure", INIT, 0, 0,
	{{BAD, 1, 0, "E", true, false, false}}, "stS", "SSF",
	BRANCH(FAILURE_TOKEN), 1},
    {"network trouble after completion", INIT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "sc", "DD",
	BRANCH(ESTABLISHED), 1},
    {"held when it is established", INIT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "shC", "DDD",
	BRANCH(ESTABLISHED), 1},
    {"confirmed with nothing to confirm", INIT, 0, 0,
	{{CONT, 0, 0, "a", false, false, false},
	    {OKAY, 0, 0, NULL, false, false, false}},
	"CsCSCt", "BSSRRD", BRANCH(ESTABLISHED), 2},
    {"confirmed while the last token is sent", INIT, 0, 0,
	{{OKAY, 0, 0, "a", false, false, false}}, "hsCSC", "BSSRD",
	BRANCH(ESTABLISHED), 1},
    {"confirmed twice", INIT, 0, 0, {{OKAY, 0, 0, NULL, false, false, false}},
	"hsCC", "BRDD", BRANCH(ESTABLISHED), 1},
    {"confirmed when it has failed", INIT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "hspC", "BRFF",
	BRANCH(PEER_FAILED), 1},
    {"started, sent and told while it is held", INIT, 0, 0,
	{{OKAY, 0, 0, NULL, false, false, false}}, "hssSThC", "BRRRRRD",
	BRANCH(ESTABLISHED), 1},
};

static enum gssloop_io
lost_io(char step)
{
	switch (step) {
	case CLOSED:
		return GSSLOOP_IO_CLOSED;
	case TIME:
		return GSSLOOP_IO_TIME;
	case TOO_LARGE:
		return GSSLOOP_IO_TOO_LARGE;
	case MALFORMED:
		return GSSLOOP_IO_MALFORMED;
	case EARLY:
		return GSSLOOP_IO_EARLY;
	case WEAK:
		return GSSLOOP_IO_WEAK;
	case REFUSED:
		return GSSLOOP_IO_REFUSED;
	case NO_MEMORY:
		return GSSLOOP_IO_NO_MEMORY;
	default:
		return GSSLOOP_IO_FAILED;
	}
}

static char
next_letter(enum gssloop_next next)
{
	static const char letters[] = {[GSSLOOP_START] = 'B',
	    [GSSLOOP_SEND] = 'S',
	    [GSSLOOP_RECEIVE] = 'R',
	    [GSSLOOP_TELL] = 'T',
	    [GSSLOOP_DONE] = 'D',
	    [GSSLOOP_FAILED] = 'F'};

	return letters[next];
}

static enum gssloop_next
step_do(struct gssloop *loop, char step)
{
	static const char large[GSSLOOP_TOKEN_MAX_DEFAULT + 1];

	switch (step) {
	case START:
		return gssloop_start(loop);
	case TOKEN:
		return gssloop_receive(loop, "peer", 4);
	case EMPTY:
		return gssloop_receive(loop, NULL, 0);
	case LARGE:
		return gssloop_receive(loop, large, sizeof(large));
	case SENT:
		return gssloop_sent(loop);
	case TOLD:
		return gssloop_told(loop);
	case HOLD:
		gssloop_hold(loop);
		return gssloop_next(loop);
	case CONFIRM:
		return gssloop_confirm(loop);
	case PEER:
		return gssloop_peer_failed(loop, BAD, "no\ngood\xff", 8);
	default:
		return gssloop_lost(loop, lost_io(step), "detail");
	}
}

static struct gssloop *
loop_new(enum gssloop_role role, OM_uint32 request, OM_uint32 require,
    const struct scripted_answer *answers)
{
	struct gssloop_params params;
	struct gssloop *loop;

	scripted_reset(answers);
	gssloop_params_init(&params, role);
	params.target = (gss_name_t)&params;
	params.request = request;
	params.require = require;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	return loop;
}

/* What has to hold of a loop that has failed, whichever branch it was. */
static void
failure_check(const struct row *row, const struct gssloop *loop)
{
	const struct gssloop_branch_info *info =
	    gssloop_branch_info(row->branch);
	const char *error = gssloop_error(loop);

	ck_assert_msg(gssloop_context(loop) == GSS_C_NO_CONTEXT, "%s: context",
	    row->name);
	ck_assert_msg(scripted.contexts == 0, "%s: context lives", row->name);
	ck_assert_msg(
	    strstr(error, info->name) != NULL, "%s: %s", row->name, error);
	ck_assert_msg(strstr(error, info->section[row->role]) != NULL, "%s: %s",
	    row->name, error);
	ck_assert_msg(
	    strncmp(error, row->role == INIT ? "initiator:" : "acceptor:", 9) ==
		0,
	    "%s: %s", row->name, error);
	ck_assert_msg(info->failure, "%s: no failure", row->name);
}

static void
row_check(const struct row *row)
{
	struct gssloop *loop =
	    loop_new(row->role, row->request, row->require, row->answers);
	size_t i;

	for (i = 0; row->steps[i] != '\0'; i++) {
		char next = next_letter(step_do(loop, row->steps[i]));

		ck_assert_msg(next == row->next[i],
		    "%s: after step %zu (%c): %c, wanted %c", row->name, i,
		    row->steps[i], next, row->next[i]);
	}
	ck_assert_msg(gssloop_branch(loop) == row->branch, "%s: branch %s",
	    row->name, gssloop_branch_info(gssloop_branch(loop))->name);
	ck_assert_msg(scripted.count == row->calls, "%s: %u calls", row->name,
	    scripted.count);
	ck_assert_msg(
	    gssloop_rounds(loop) == row->calls, "%s: rounds", row->name);
	if (gssloop_next(loop) == GSSLOOP_FAILED)
		failure_check(row, loop);
	else
		ck_assert_msg(
		    gssloop_error(loop)[0] == '\0', "%s: error", row->name);
	gssloop_free(&loop);
	ck_assert_ptr_null(loop);
	ck_assert_msg(scripted_clean(), "%s: something leaked", row->name);
	ck_assert(!scripted.deletion_token);
}

START_TEST(branches)
{
	row_check(&rows[_i]);
}
END_TEST

START_TEST(idle)
{
	row_check(&idle_rows[_i]);
}
END_TEST

/* Every failing branch stands in the table above, or in a test of its own. */
START_TEST(every_branch_has_a_row)
{
	static const enum gssloop_branch elsewhere[] = {BRANCH(ROUNDS_EXCEEDED),
	    BRANCH(EXTRA_REFUSED), BRANCH(CONTEXT_DELETED),
	    BRANCH(EXTRA_FLAG_MISSING), BRANCH(EXTRA_FLAG_UNWANTED),
	    BRANCH(FLAG_UNWANTED), BRANCH(TOKEN_IMPLAUSIBLE)};
	bool seen[GSSLOOP_BRANCH_COUNT] = {false};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		seen[rows[i].branch] = true;
	for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		seen[elsewhere[i]] = true;
	for (i = 0; i < GSSLOOP_BRANCH_COUNT; i++)
		ck_assert_msg(seen[i] || !gssloop_branch_info(i)->failure, "%s",
		    gssloop_branch_info(i)->name);
	ck_assert_ptr_null(gssloop_branch_info(GSSLOOP_BRANCH_COUNT));
}
END_TEST

/* Sections 2 and 2.5: the arguments that stay the same over all calls. */

#define ARGUMENT(n) ((void *)(uintptr_t)(n))

static void
fixed_check(const struct scripted_call *calls, enum gssloop_role role)
{
	const struct scripted_call *one = &calls[0], *two = &calls[1];

	ck_assert_ptr_eq(one->cred, ARGUMENT(16));
	ck_assert_ptr_eq(two->cred, ARGUMENT(16));
	ck_assert_ptr_eq(one->bindings, two->bindings);
	ck_assert_mem_eq(one->bindings->application_data.value, "data", 4);
	ck_assert_ptr_eq(one->context, GSS_C_NO_CONTEXT);
	ck_assert_ptr_ne(two->context, GSS_C_NO_CONTEXT);
	if (role == ACCEPT)
		return;
	ck_assert_uint_eq(one->size, 0);
	ck_assert_ptr_eq(one->target, ARGUMENT(32));
	ck_assert_ptr_eq(two->target, ARGUMENT(32));
	ck_assert_mem_eq(one->mech->elements, "\x2a\x03", 2);
	ck_assert_ptr_eq(one->mech, two->mech);
	ck_assert_uint_eq(one->flags, MUTUAL | CONF);
	ck_assert_uint_eq(two->flags, MUTUAL | CONF);
	ck_assert_uint_eq(one->lifetime, 600);
	ck_assert_uint_eq(two->lifetime, 600);
}

START_TEST(arguments_stay_fixed)
{
	static const struct scripted_answer answers[] = {
	    {CONT, 0, 0, "a", false, false, false},
	    {OKAY, 0, MUTUAL | CONF, NULL, false, false, false}};
	enum gssloop_role role = _i == 0 ? INIT : ACCEPT;
	unsigned char octets[] = {0x2a, 3};
	char data[] = "data";
	gss_OID_desc mech = {2, octets};
	struct gss_channel_bindings_struct bindings;
	struct gssloop_params params;
	struct gssloop *loop;

	scripted_reset(answers);
	memset(&bindings, 0, sizeof(bindings));
	bindings.application_data.length = 4;
	bindings.application_data.value = data;
	gssloop_params_init(&params, role);
	params.cred = ARGUMENT(16);
	params.target = ARGUMENT(32);
	params.mech = &mech;
	params.request = MUTUAL;
	params.require = CONF;
	params.lifetime = 600;
	params.bindings = &bindings;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	gssloop_start(loop);
	if (role == ACCEPT)
		gssloop_receive(loop, "first", 5);
	/* What the caller changes now must not matter. */
	memset(&params, 0, sizeof(params));
	memset(&bindings, 0, sizeof(bindings));
	memset(octets, 0, sizeof(octets));
	memset(data, 'x', sizeof(data));
	gssloop_sent(loop);
	ck_assert_int_eq(gssloop_receive(loop, "second", 6), GSSLOOP_DONE);
	fixed_check(scripted.calls, role);
	ck_assert_mem_eq(scripted.calls[1].token, "second", 6);
	gssloop_free(&loop);
}
END_TEST

/* The input of the first call, and of no other. */
START_TEST(the_bootstrap_token)
{
	static const struct scripted_answer answers[] = {
	    {CONT, 0, 0, "a", false, false, false},
	    {OKAY, 0, 0, NULL, false, false, false}};
	char octets[] = "bootstrap";
	gss_buffer_desc bootstrap = {_i == 0 ? 9 : 0, octets};
	struct gssloop_params params;
	struct gssloop *loop;

	scripted_reset(answers);
	gssloop_params_init(&params, INIT);
	ck_assert_ptr_eq(params.bootstrap, GSS_C_NO_BUFFER);
	params.target = ARGUMENT(32);
	params.bootstrap = &bootstrap;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	/* What the caller changes now must not matter. */
	memset(octets, 'x', sizeof(octets));
	memset(&bootstrap, 0, sizeof(bootstrap));
	ck_assert_int_eq(gssloop_start(loop), GSSLOOP_SEND);
	ck_assert_uint_eq(scripted.calls[0].size, _i == 0 ? 9 : 0);
	ck_assert_mem_eq(scripted.calls[0].token, "bootstrap", _i == 0 ? 9 : 0);
	gssloop_sent(loop);
	ck_assert_int_eq(gssloop_receive(loop, "second", 6), GSSLOOP_DONE);
	ck_assert_uint_eq(scripted.calls[1].size, 6);
	ck_assert_mem_eq(scripted.calls[1].token, "second", 6);
	gssloop_free(&loop);
	ck_assert(scripted_clean());
}
END_TEST

static void
tokens_only(void *observer, const struct gssloop_event *event)
{
	if (event->sight != GSSLOOP_SIGHT_BRANCH)
		++*(unsigned int *)observer;
}

START_TEST(the_bootstrap_token_is_nobodys_business)
{
	static const struct scripted_answer answers[] = {
	    {OKAY, 0, 0, NULL, false, false, false}};
	gss_buffer_desc bootstrap = {9, (void *)"bootstrap"};
	struct gssloop_params params;
	unsigned int seen = 0;
	struct gssloop *loop;

	scripted_reset(answers);
	gssloop_params_init(&params, INIT);
	params.target = ARGUMENT(32);
	params.bootstrap = &bootstrap;
	/* Nor is it a token of the peer's, which has a limit. */
	params.token_max = 4;
	params.observe = tokens_only;
	params.observer = &seen;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	ck_assert_int_eq(gssloop_start(loop), GSSLOOP_DONE);
	ck_assert_uint_eq(seen, 0);
	gssloop_free(&loop);
}
END_TEST

START_TEST(flags_that_cannot_be_asked_for)
{
	static const struct scripted_answer answers[] = {
	    {OKAY, 0, GSS_C_TRANS_FLAG, NULL, false, false, false}};
	struct gssloop *loop = loop_new(INIT, 0, GSS_C_TRANS_FLAG, answers);

	ck_assert_int_eq(gssloop_start(loop), GSSLOOP_DONE);
	ck_assert_uint_eq(scripted.calls[0].flags, 0);
	gssloop_free(&loop);
}
END_TEST

/* Flags that are refused. */

#define INTEG GSS_C_INTEG_FLAG
#define TOLD  (GSS_C_PROT_READY_FLAG | GSS_C_TRANS_FLAG | 0x800)

static const struct {
	const char *name;
	enum gssloop_role role;
	OM_uint32 request, require, refuse;
	OM_uint32 asked;   /* of the library, by an initiator */
	OM_uint32 granted; /* by it */
	const char *last;  /* its token, when it is complete */
	enum gssloop_branch branch;
	const char *detail;
} refusals[] = {
    {"exactly", INIT, 0, MUTUAL | INTEG, ~(MUTUAL | INTEG), MUTUAL | INTEG,
	MUTUAL | INTEG, NULL, BRANCH(ESTABLISHED), ""},
    {"exactly, one more", INIT, 0, MUTUAL | INTEG, ~(MUTUAL | INTEG),
	MUTUAL | INTEG, MUTUAL | INTEG | CONF, NULL, BRANCH(FLAG_UNWANTED),
	": has conf;"},
    {"exactly, one less", INIT, 0, MUTUAL | INTEG, ~(MUTUAL | INTEG),
	MUTUAL | INTEG, MUTUAL, NULL, BRANCH(FLAG_MISSING), ": lacks integ;"},
    {"exactly, another one", INIT, 0, INTEG, ~INTEG, INTEG, CONF, NULL,
	BRANCH(FLAG_MISSING), ": lacks integ;"},
    {"exactly none", INIT, 0, 0, ~(OM_uint32)0, 0, CONF, NULL,
	BRANCH(FLAG_UNWANTED), ": has conf;"},
    {"at least", INIT, 0, INTEG, 0, INTEG, INTEG | CONF, NULL,
	BRANCH(ESTABLISHED), ""},
    {"one is refused, another may be there", INIT, INTEG, 0, CONF, INTEG,
	INTEG | MUTUAL, NULL, BRANCH(ESTABLISHED), ""},
    {"asked for and refused", INIT, INTEG | CONF, 0, CONF, INTEG, INTEG, NULL,
	BRANCH(ESTABLISHED), ""},
    {"what is only told", INIT, 0, 0, ~(OM_uint32)0, 0, TOLD, NULL,
	BRANCH(ESTABLISHED), ""},
    {"required, and only told", INIT, 0, TOLD, TOLD, 0x800, TOLD, NULL,
	BRANCH(ESTABLISHED), ""},
    {"the last token is sent first", INIT, 0, 0, CONF, 0, CONF, "a",
	BRANCH(FLAG_UNWANTED), ": has conf;"},
    {"accept exactly", ACCEPT, 0, INTEG, ~INTEG, 0, INTEG | TOLD, NULL,
	BRANCH(ESTABLISHED), ""},
    {"accept, one more", ACCEPT, 0, INTEG, ~INTEG, 0,
	INTEG | CONF | GSS_C_DELEG_FLAG, NULL, BRANCH(FLAG_UNWANTED),
	": has deleg,conf;"},
};

START_TEST(flags_that_are_refused)
{
	const struct scripted_answer answers[] = {{OKAY, 0,
	    refusals[_i].granted, refusals[_i].last, false, false, false}};
	const char *name = refusals[_i].name;
	struct gssloop_params params;
	struct gssloop *loop;

	scripted_reset(answers);
	gssloop_params_init(&params, refusals[_i].role);
	params.target = (gss_name_t)&params;
	params.request = refusals[_i].request;
	params.require = refusals[_i].require;
	params.refuse = refusals[_i].refuse;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	gssloop_start(loop);
	if (refusals[_i].role == ACCEPT)
		gssloop_receive(loop, "1", 1);
	gssloop_sent(loop);
	ck_assert_msg(scripted.calls[0].flags == refusals[_i].asked,
	    "%s: asked for 0x%x", name, scripted.calls[0].flags);
	ck_assert_msg(gssloop_branch(loop) == refusals[_i].branch, "%s: %s",
	    name, gssloop_error(loop));
	ck_assert_msg(strstr(gssloop_error(loop), refusals[_i].detail) != NULL,
	    "%s: %s", name, gssloop_error(loop));
	ck_assert_int_eq(scripted.contexts,
	    refusals[_i].branch == BRANCH(ESTABLISHED) ? 1 : 0);
	gssloop_free(&loop);
	ck_assert(scripted_clean());
}
END_TEST

START_TEST(a_flag_that_is_required_and_refused)
{
	struct gssloop_params params;
	struct gssloop *loop;

	gssloop_params_init(&params, _i == 0 ? INIT : ACCEPT);
	params.target = (gss_name_t)&params;
	params.require = MUTUAL | CONF;
	params.refuse = CONF;
	ck_assert_int_eq(gssloop_new(&loop, &params), EINVAL);
	ck_assert_ptr_null(loop);
}
END_TEST

/* What a channel may ask while the loop is held, or sends its last token. */
START_TEST(a_loop_that_is_held)
{
	static const struct scripted_answer answers[] = {
	    {OKAY, 0, MUTUAL, "a", false, false, false}};
	struct gssloop *loop = loop_new(INIT, 0, 0, answers);

	gssloop_hold(loop);
	ck_assert(!gssloop_is_held(loop));
	ck_assert_ptr_eq(gssloop_context(loop), GSS_C_NO_CONTEXT);
	gssloop_start(loop);
	ck_assert(!gssloop_is_held(loop));
	ck_assert_ptr_ne(gssloop_context(loop), GSS_C_NO_CONTEXT);
	ck_assert_uint_eq(gssloop_flags(loop), MUTUAL);
	gssloop_sent(loop);
	ck_assert(gssloop_is_held(loop));
	ck_assert_ptr_ne(gssloop_context(loop), GSS_C_NO_CONTEXT);
	ck_assert_ptr_eq(gssloop_take_context(loop), GSS_C_NO_CONTEXT);
	ck_assert_int_eq(gssloop_branch(loop), BRANCH(COMPLETE_TOKEN));
	gssloop_confirm(loop);
	ck_assert(!gssloop_is_held(loop));
	gssloop_free(&loop);
	ck_assert(scripted_clean());
}
END_TEST

/* Limits. */

START_TEST(rounds_are_limited)
{
	static const struct scripted_answer answers[] = {
	    {CONT, 0, 0, "a", false, false, false},
	    {CONT, 0, 0, "a", false, false, false},
	    {CONT, 0, 0, "a", false, false, false}};
	struct gssloop_params params;
	struct gssloop *loop;

	scripted_reset(answers);
	gssloop_params_init(&params, ACCEPT);
	params.rounds_max = 2;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	gssloop_start(loop);
	gssloop_receive(loop, "1", 1);
	gssloop_sent(loop);
	gssloop_receive(loop, "2", 1);
	gssloop_sent(loop);
	ck_assert_int_eq(gssloop_receive(loop, "3", 1), GSSLOOP_TELL);
	ck_assert_int_eq(gssloop_branch(loop), BRANCH(ROUNDS_EXCEEDED));
	ck_assert_uint_eq(scripted.count, 2);
	ck_assert_int_eq(scripted.contexts, 0);
	gssloop_free(&loop);
}
END_TEST

START_TEST(token_size_at_the_limit)
{
	static const struct scripted_answer answers[] = {
	    {OKAY, 0, 0, NULL, false, false, false}};
	struct gssloop_params params;
	struct gssloop *loop;

	scripted_reset(answers);
	gssloop_params_init(&params, ACCEPT);
	params.token_max = 4;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	ck_assert_uint_eq(gssloop_token_max(loop), 4);
	gssloop_start(loop);
	ck_assert_int_eq(
	    gssloop_receive(loop, _i == 0 ? "four" : "five5", _i == 0 ? 4 : 5),
	    _i == 0 ? GSSLOOP_DONE : GSSLOOP_TELL);
	gssloop_free(&loop);
}
END_TEST

START_TEST(defaults)
{
	struct gssloop *loop = loop_new(ACCEPT, 0, 0, NULL);

	ck_assert_uint_eq(gssloop_token_max(loop), GSSLOOP_TOKEN_MAX_DEFAULT);
	ck_assert_uint_eq(gssloop_wait_ms(loop), GSSLOOP_WAIT_DEFAULT);
	ck_assert_int_eq(gssloop_next(loop), GSSLOOP_START);
	ck_assert_int_eq(gssloop_role(loop), ACCEPT);
	gssloop_free(&loop);
	gssloop_free(&loop);
}
END_TEST

/* Section 3.2: tokens after completion. */

static const struct {
	const char *name;
	OM_uint32 process, inquire, flags;
	enum gssloop_next next;
	enum gssloop_branch branch;
	unsigned int inquired;
} extra_rows[] = {
    {"taken", OKAY, OKAY, MUTUAL, GSSLOOP_DONE, BRANCH(EXTRA_TOKEN), 1},
    {"refused", BAD, OKAY, MUTUAL, GSSLOOP_TELL, BRANCH(EXTRA_REFUSED), 0},
    {"deletion token", OKAY, GSS_S_NO_CONTEXT, 0, GSSLOOP_FAILED,
	BRANCH(CONTEXT_DELETED), 1},
    {"cannot be inquired", OKAY, GSS_S_FAILURE, 0, GSSLOOP_TELL,
	BRANCH(EXTRA_REFUSED), 1},
    {"flag lost", OKAY, OKAY, 0, GSSLOOP_TELL, BRANCH(EXTRA_FLAG_MISSING), 1},
    {"flag won", OKAY, OKAY, MUTUAL | CONF, GSSLOOP_TELL,
	BRANCH(EXTRA_FLAG_UNWANTED), 1},
};

START_TEST(extra_tokens)
{
	static const struct scripted_answer answers[] = {
	    {OKAY, 0, MUTUAL, NULL, false, false, false}};
	struct gssloop_params params;
	struct gssloop *loop;

	scripted_reset(answers);
	gssloop_params_init(&params, ACCEPT);
	params.require = MUTUAL;
	params.refuse = CONF;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	scripted.process_major = extra_rows[_i].process;
	scripted.inquire_major = extra_rows[_i].inquire;
	scripted.inquire_flags = extra_rows[_i].flags;
	gssloop_start(loop);
	ck_assert_int_eq(gssloop_receive(loop, "1", 1), GSSLOOP_DONE);
	ck_assert_int_eq(
	    gssloop_receive(loop, "extra", 5), extra_rows[_i].next);
	ck_assert_int_eq(gssloop_branch(loop), extra_rows[_i].branch);
	ck_assert_uint_eq(scripted.processed, 1);
	ck_assert_uint_eq(scripted.inquired, extra_rows[_i].inquired);
	ck_assert_int_eq(
	    scripted.contexts, extra_rows[_i].next == GSSLOOP_DONE ? 1 : 0);
	gssloop_free(&loop);
	ck_assert(scripted_clean());
}
END_TEST

START_TEST(a_context_that_was_taken)
{
	static const struct scripted_answer answers[] = {
	    {OKAY, 0, 0, NULL, false, false, false}};
	struct gssloop *loop = loop_new(INIT, 0, 0, answers);
	gss_ctx_id_t context;
	OM_uint32 minor;

	ck_assert_ptr_eq(gssloop_take_context(loop), GSS_C_NO_CONTEXT);
	gssloop_start(loop);
	context = gssloop_take_context(loop);
	ck_assert_ptr_ne(context, GSS_C_NO_CONTEXT);
	ck_assert_int_eq(gssloop_receive(loop, "extra", 5), GSSLOOP_TELL);
	ck_assert_uint_eq(scripted.processed, 0);
	gssloop_free(&loop);
	ck_assert_int_eq(scripted.contexts, 1);
	gss_delete_sec_context(&minor, &context, NULL);
}
END_TEST

START_TEST(an_extra_token_over_the_limit)
{
	static const struct scripted_answer answers[] = {
	    {OKAY, 0, 0, NULL, false, false, false}};
	static const char large[GSSLOOP_TOKEN_MAX_DEFAULT + 1];
	struct gssloop *loop = loop_new(INIT, 0, 0, answers);

	gssloop_start(loop);
	ck_assert_int_eq(
	    gssloop_receive(loop, large, sizeof(large)), GSSLOOP_TELL);
	ck_assert_int_eq(gssloop_branch(loop), BRANCH(TOKEN_TOO_LARGE));
	ck_assert_uint_eq(scripted.processed, 0);
	gssloop_free(&loop);
}
END_TEST

/* Section 3.1. */
START_TEST(protection_ready_early)
{
	const OM_uint32 ready = _i == 0 ? GSS_C_PROT_READY_FLAG : 0;
	const struct scripted_answer answers[] = {
	    {CONT, 0, ready, "a", false, false, false}};
	struct gssloop *loop = loop_new(INIT, 0, 0, answers);

	gssloop_start(loop);
	ck_assert((gssloop_context(loop) != GSS_C_NO_CONTEXT) == (ready != 0));
	gssloop_free(&loop);
}
END_TEST

/* Texts. */

START_TEST(error_has_both_texts)
{
	static const struct scripted_answer answers[] = {
	    {BAD, 7, 0, "E", true, false, false}};
	struct gssloop *loop = loop_new(INIT, 0, 0, answers);
	const char *error;

	gssloop_start(loop);
	error = gssloop_error(loop);
	ck_assert_ptr_nonnull(
	    strstr(error, "GSS major: major-90000-part-0; major-90000-part-1"));
	ck_assert_ptr_nonnull(strstr(error, "GSS minor: minor-7-part-0?[2J"));
	ck_assert_ptr_nonnull(strstr(error, "failure-token, section 2.2"));
	ck_assert_ptr_nonnull(strstr(error, "what to do: "));
	ck_assert_ptr_null(
	    strstr(gssloop_error_for_peer(loop), "minor-7-part-0"));
	ck_assert_str_eq(gssloop_error_for_peer(loop),
	    "initiator: the mechanism failed and gave an error token "
	    "(failure-token)");
	ck_assert_uint_eq(gssloop_major(loop), BAD);
	ck_assert_uint_eq(gssloop_minor(loop), 7);
	gssloop_free(&loop);
}
END_TEST

START_TEST(what_the_peer_says_is_cleaned_and_cut)
{
	struct gssloop *loop = loop_new(ACCEPT, 0, 0, NULL);
	static char text[5000];

	memset(text, 'x', sizeof(text));
	memcpy(text, "a\x1b[2J\nb", 7);
	gssloop_start(loop);
	gssloop_peer_failed(loop, BAD, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(gssloop_error(loop), "\"a?[2J?bxxx"));
	ck_assert_uint_lt(strlen(gssloop_error(loop)), 1024);
	gssloop_free(&loop);
}
END_TEST

START_TEST(missing_flags_are_named)
{
	static const struct scripted_answer answers[] = {
	    {OKAY, 0, 0, NULL, false, false, false}};
	struct gssloop *loop = loop_new(INIT, 0, MUTUAL | CONF, answers);

	gssloop_start(loop);
	ck_assert_ptr_nonnull(strstr(gssloop_error(loop), "lacks mutual,conf"));
	gssloop_free(&loop);
}
END_TEST

/* What the observer sees, in order. */

struct seen {
	char letters[32];
	size_t count;
	struct gssloop *loop;
};

static void
observe(void *observer, const struct gssloop_event *event)
{
	struct seen *seen = observer;
	static const char letters[] = {[GSSLOOP_SIGHT_RECEIVED] = '<',
	    [GSSLOOP_SIGHT_BRANCH] = '.',
	    [GSSLOOP_SIGHT_SENT] = '>'};

	seen->letters[seen->count++] = letters[event->sight];
	if (event->sight == GSSLOOP_SIGHT_SENT)
		ck_assert_mem_eq(event->token, "a", event->size);
}

START_TEST(the_observer_sees_each_step)
{
	static const struct scripted_answer answers[] = {
	    {CONT, 0, 0, "a", false, false, false},
	    {OKAY, 0, 0, NULL, false, false, false}};
	struct seen seen = {"", 0, NULL};
	struct gssloop_params params;
	struct gssloop *loop;

	scripted_reset(answers);
	gssloop_params_init(&params, INIT);
	params.target = ARGUMENT(32);
	params.observe = observe;
	params.observer = &seen;
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	gssloop_start(loop);
	gssloop_sent(loop);
	gssloop_receive(loop, "b", 1);
	ck_assert_str_eq(seen.letters, ".><..");
	gssloop_free(&loop);
}
END_TEST

/* Making a loop. */

START_TEST(bad_parameters)
{
	static unsigned char octets[200];
	gss_OID_desc mech = {sizeof(octets), octets};
	gss_buffer_desc bootstrap = {5, (void *)"input"};
	struct gssloop_params params;
	struct gssloop *loop;

	gssloop_params_init(&params, INIT);
	ck_assert_int_eq(gssloop_new(&loop, &params), EINVAL);
	ck_assert_ptr_null(loop);
	params.target = ARGUMENT(32);
	params.role = (enum gssloop_role)2;
	ck_assert_int_eq(gssloop_new(&loop, &params), EINVAL);
	params.role = INIT;
	params.mech = &mech;
	ck_assert_int_eq(gssloop_new(&loop, &params), EINVAL);
	ck_assert_ptr_null(loop);
	gssloop_params_init(&params, ACCEPT);
	params.bootstrap = &bootstrap;
	ck_assert_int_eq(gssloop_new(&loop, &params), EINVAL);
	ck_assert_ptr_null(loop);
}
END_TEST

START_TEST(each_allocation_fails)
{
	gss_buffer_desc bootstrap = {5, (void *)"input"};
	struct gss_channel_bindings_struct bindings;
	struct gssloop_params params;
	struct gssloop *loop;
	unsigned long n;
	int error = ENOMEM;

	memset(&bindings, 0, sizeof(bindings));
	gssloop_params_init(&params, INIT);
	params.target = ARGUMENT(32);
	params.bindings = &bindings;
	params.bootstrap = &bootstrap;
	for (n = 1; error == ENOMEM; n++) {
		failing_malloc_arm(n);
		error = gssloop_new(&loop, &params);
		failing_malloc_arm(0);
		ck_assert((loop == NULL) == (error != 0));
	}
	ck_assert_int_eq(error, 0);
	ck_assert_uint_eq(n, 5); /* three allocations, and one run untouched */
	gssloop_free(&loop);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("loop");
	TCase *tests = tcase_create("engine");

	tcase_add_loop_test(
	    tests, branches, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(
	    tests, idle, 0, (int)(sizeof(idle_rows) / sizeof(idle_rows[0])));
	tcase_add_test(tests, every_branch_has_a_row);
	tcase_add_loop_test(tests, arguments_stay_fixed, 0, 2);
	tcase_add_loop_test(tests, the_bootstrap_token, 0, 2);
	tcase_add_test(tests, the_bootstrap_token_is_nobodys_business);
	tcase_add_test(tests, flags_that_cannot_be_asked_for);
	tcase_add_loop_test(tests, flags_that_are_refused, 0,
	    (int)(sizeof(refusals) / sizeof(refusals[0])));
	tcase_add_loop_test(tests, a_flag_that_is_required_and_refused, 0, 2);
	tcase_add_test(tests, rounds_are_limited);
	tcase_add_test(tests, a_loop_that_is_held);
	tcase_add_loop_test(tests, token_size_at_the_limit, 0, 2);
	tcase_add_test(tests, defaults);
	tcase_add_loop_test(tests, extra_tokens, 0,
	    (int)(sizeof(extra_rows) / sizeof(extra_rows[0])));
	tcase_add_test(tests, a_context_that_was_taken);
	tcase_add_test(tests, an_extra_token_over_the_limit);
	tcase_add_loop_test(tests, protection_ready_early, 0, 2);
	tcase_add_test(tests, error_has_both_texts);
	tcase_add_test(tests, what_the_peer_says_is_cleaned_and_cut);
	tcase_add_test(tests, missing_flags_are_named);
	tcase_add_test(tests, the_observer_sees_each_step);
	tcase_add_test(tests, bad_parameters);
	tcase_add_test(tests, each_allocation_fails);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
