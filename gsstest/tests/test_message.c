/*
 * Messages after the context, with the GSS calls answered from a script: the
 * failures that no honest peer produces.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A row is a session over a real socket: what the peer sends is written
 * before the first step, and which branch it ends in is looked at afterwards.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../message.h"
#include "scripted_gss.h"
#include "suite.h"

#define INIT   GSSLOOP_INITIATOR
#define ACCEPT GSSLOOP_ACCEPTOR
#define ALL    (GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG)

/* Answers to the three messages "data" of -M 1, and the end. */
#define CONF_ANSWER  "M\0\0\0\6\3Cdata"
#define INTEG_ANSWER "M\0\0\0\6\2Idata"
#define MIC_ANSWER   "M\0\0\0\x0c\4\0\0\0\4dataMIC"
#define END	     "M\0\0\0\1\0"

#define OCTETS(text) text, sizeof(text) - 1

enum knob {
	NOTHING,
	REQUIRED, /* --flags-mean */
	CONF_WRONG,
	MAJOR_BAD,
	MAJOR_OLD,
	NO_DELEGATED
};

struct row {
	const char *name;
	enum gssloop_role role;
	unsigned int messages; /* -M */
	OM_uint32 flags;       /* that the context has */
	OM_uint32 require;
	enum knob knob;
	bool closes; /* the peer, behind what it says */
	const char *says;
	size_t size;
	const char *branch; /* NULL: works */
	const char *sent;   /* by us: begins so */
	size_t sent_size;
};

static const struct row rows[] = {
    {"no messages", INIT, 0, ALL, 0, NOTHING, false, OCTETS(END), NULL,
	OCTETS(END)},
    {"all three", INIT, 1, ALL, 0, NOTHING, false,
	OCTETS(CONF_ANSWER INTEG_ANSWER MIC_ANSWER END), NULL,
	OCTETS(CONF_ANSWER INTEG_ANSWER MIC_ANSWER END)},
    {"conf_state is false", INIT, 1, ALL, 0, CONF_WRONG, false,
	OCTETS(CONF_ANSWER), "conf-state-wrong",
	OCTETS("E\0\0\0")}, /* what was not protected does not go out */
    {"no confidentiality to be had", INIT, 1, GSS_C_INTEG_FLAG, 0, NOTHING,
	false, OCTETS(CONF_ANSWER), "protection-unavailable",
	OCTETS("E\0\0\0")},
    {"no integrity to be had", INIT, 1, GSS_C_CONF_FLAG, 0, NOTHING, false,
	OCTETS(CONF_ANSWER INTEG_ANSWER), "protection-unavailable",
	OCTETS("M\0\0\0\6\3CdataE")},
    {"gss_wrap fails", INIT, 1, ALL, 0, MAJOR_BAD, false, OCTETS(END),
	"message-refused", OCTETS("E")},
    {"out of sequence", INIT, 1, ALL, 0, MAJOR_OLD, false, OCTETS(END),
	"message-refused", OCTETS("E")},
    {"another answer", INIT, 1, ALL, 0, NOTHING, false,
	OCTETS("M\0\0\0\6\3Cdatb"), "message-changed",
	OCTETS("M\0\0\0\6\3CdataE")},
    {"a shorter answer", INIT, 1, ALL, 0, NOTHING, false,
	OCTETS("M\0\0\0\5\3Cdat"), "message-changed",
	OCTETS("M\0\0\0\6\3CdataE")},
    {"an answer that is protected less", INIT, 1, ALL, 0, NOTHING, false,
	OCTETS("M\0\0\0\6\3Idata"), "conf-state-wrong",
	OCTETS("M\0\0\0\6\3CdataE")},
    {"an answer for integrity alone", INIT, 1, ALL, 0, NOTHING, false,
	OCTETS(INTEG_ANSWER), "message-unprotected",
	OCTETS("M\0\0\0\6\3CdataE")},
    {"an answer in clear", INIT, 1, ALL, 0, NOTHING, false,
	OCTETS("M\0\0\0\5\1data"), "message-unprotected",
	OCTETS("M\0\0\0\6\3CdataE")},
    {"a MIC that is wrong", INIT, 1, ALL, 0, NOTHING, false,
	OCTETS(CONF_ANSWER INTEG_ANSWER "M\0\0\0\x0c\4\0\0\0\4dataMAC"),
	"message-refused", OCTETS(CONF_ANSWER INTEG_ANSWER MIC_ANSWER "E")},
    {"an end instead of an answer", INIT, 1, ALL, 0, NOTHING, false,
	OCTETS(END), "message-unanswered", OCTETS("M\0\0\0\6\3CdataE")},
    {"a message instead of the end", INIT, 0, ALL, 0, NOTHING, false,
	OCTETS(CONF_ANSWER), "message-unexpected", OCTETS(END "E")},
    {"the peer fails", INIT, 1, ALL, 0, NOTHING, false,
	OCTETS("E\0\0\0\7\0\x09\0\0why"), "peer-failed", OCTETS(CONF_ANSWER)},
    {"the peer closes", INIT, 1, ALL, 0, NOTHING, true, OCTETS(""),
	"message-closed", OCTETS("")},
    {"the peer fails and closes", INIT, 1, ALL, 0, NOTHING, true,
	OCTETS("E\0\0\0\7\0\x09\0\0why"), "peer-failed", OCTETS("")},
    {"an additional token", INIT, 0, ALL, ALL, NOTHING, false,
	OCTETS("T\0\0\0\1x" END), "extra-flag-missing", OCTETS(END "E")},
    {"not the protocol", INIT, 0, ALL, 0, NOTHING, false, OCTETS("GET /"),
	"message-malformed", OCTETS(END "E")},
    {"over the limit", INIT, 0, ALL, 0, NOTHING, false, OCTETS("M\xff\0\0\0"),
	"message-too-large", OCTETS(END "E")},

    {"accept no messages", ACCEPT, 0, ALL, 0, NOTHING, false, OCTETS(END), NULL,
	OCTETS(END)},
    {"accept all three", ACCEPT, 0, ALL, 0, NOTHING, false,
	OCTETS(CONF_ANSWER INTEG_ANSWER MIC_ANSWER END), NULL,
	OCTETS(CONF_ANSWER INTEG_ANSWER MIC_ANSWER END)},
    {"accept, conf_state is false", ACCEPT, 0, ALL, 0, CONF_WRONG, false,
	OCTETS(CONF_ANSWER), "conf-state-wrong", OCTETS("E")},
    {"accept without confidentiality", ACCEPT, 0, GSS_C_INTEG_FLAG, 0, NOTHING,
	false, OCTETS(CONF_ANSWER), "protection-unavailable", OCTETS("E")},
    {"accept what cannot be unwrapped", ACCEPT, 0, ALL, 0, NOTHING, false,
	OCTETS("M\0\0\0\5\3data"), "message-refused", OCTETS("E")},
    {"accept a wrong MIC", ACCEPT, 0, ALL, 0, NOTHING, false,
	OCTETS("M\0\0\0\x0c\4\0\0\0\4dataMAC"), "message-refused", OCTETS("E")},
    /* Where the flags mean that it is required. */
    {"required, and encrypted", ACCEPT, 0, ALL, 0, REQUIRED, false,
	OCTETS(CONF_ANSWER END), NULL, OCTETS(CONF_ANSWER END)},
    {"required, and only signed", ACCEPT, 0, ALL, 0, REQUIRED, false,
	OCTETS(INTEG_ANSWER), "protection-required", OCTETS("E")},
    {"required, and a MIC", ACCEPT, 0, ALL, 0, REQUIRED, false,
	OCTETS(MIC_ANSWER), "protection-required", OCTETS("E")},
    {"a signature required, and signed", ACCEPT, 0, GSS_C_INTEG_FLAG, 0,
	REQUIRED, false, OCTETS(INTEG_ANSWER MIC_ANSWER END), NULL,
	OCTETS(INTEG_ANSWER MIC_ANSWER END)},
    {"a signature required, and in clear", ACCEPT, 0, GSS_C_INTEG_FLAG, 0,
	REQUIRED, false, OCTETS("M\0\0\0\5\1data"), "protection-required",
	OCTETS("E")},
    {"nothing required, and in clear", ACCEPT, 0, 0, 0, REQUIRED, false,
	OCTETS("M\0\0\0\5\1data" END), NULL, OCTETS("M\0\0\0\5\1data" END)},
    {"required, less is not sent", INIT, 1, ALL, 0, REQUIRED, false,
	OCTETS(CONF_ANSWER INTEG_ANSWER), "protection-required",
	OCTETS(CONF_ANSWER "E")},
    {"available, and in clear", ACCEPT, 0, ALL, 0, NOTHING, false,
	OCTETS("M\0\0\0\5\1data" END), NULL, OCTETS("M\0\0\0\5\1data" END)},

    {"accept, the peer closes without an end", ACCEPT, 0, ALL, 0, NOTHING, true,
	OCTETS(""), "message-closed", OCTETS("")},
    {"accept, the peer fails", ACCEPT, 0, ALL, 0, NOTHING, false,
	OCTETS("E\0\0\0\4\0\0\0\0"), "peer-failed", OCTETS("")},
    {"accept, nothing was delegated", ACCEPT, 0, ALL | GSS_C_DELEG_FLAG,
	GSS_C_DELEG_FLAG, NO_DELEGATED, false, OCTETS(END),
	"delegation-missing", OCTETS("E")},
};

static void
knob_turn(enum knob knob)
{
	scripted.conf_wrong = knob == CONF_WRONG;
	scripted.no_delegated = knob == NO_DELEGATED;
	if (knob == MAJOR_BAD)
		scripted.message_major = GSS_S_FAILURE;
	else if (knob == MAJOR_OLD)
		scripted.message_major = GSS_S_OLD_TOKEN;
}

static void
options_make(struct options *options, const struct row *row)
{
	memset(options, 0, sizeof(*options));
	options->require = row->require;
	if (row->knob == REQUIRED)
		options->flags_mean = GSSLOOP_FLAGS_REQUIRED;
	options->channel = channels_default();
	options->messages = row->messages;
	options->wait_ms = 1000;
}

/* One call establishes the context, on either side. */
static void
negotiate(struct session *session, const struct row *row)
{
	gssloop_start(session->loop);
	if (row->role == ACCEPT)
		gssloop_receive(session->loop, "token", 5);
	ck_assert_int_eq(gssloop_next(session->loop), GSSLOOP_DONE);
	session_negotiated(session);
}

static void
steps_run(struct session *session)
{
	enum message_next next;

	do
		next = message_step(session);
	while (session_works(session) && next == MESSAGE_MORE);
	ck_assert(next != MESSAGE_WAIT || !session_works(session));
	if (!session_works(session))
		gssloop_channel_flush(session->channel);
}

static void
sent_check(const struct row *row, int fd)
{
	char octets[4096];
	ssize_t got = recv(fd, octets, sizeof(octets), MSG_DONTWAIT);

	ck_assert_msg(got >= (ssize_t)row->sent_size || row->sent_size == 0,
	    "%s: sent %zd octets", row->name, got);
	ck_assert_msg(row->sent_size == 0 ||
			  memcmp(octets, row->sent, row->sent_size) == 0,
	    "%s: sent other octets", row->name);
	if (row->branch == NULL)
		ck_assert_int_eq(got, (ssize_t)row->sent_size);
}

static void
outcome_check(const struct row *row, const struct session *session)
{
	if (row->branch == NULL) {
		ck_assert_msg(session_works(session), "%s: %s", row->name,
		    session->error);
		return;
	}
	ck_assert_msg(!session_works(session), "%s: works", row->name);
	ck_assert_msg(strcmp(session->error_branch, row->branch) == 0, "%s: %s",
	    row->name, session->error);
	ck_assert_msg(
	    strncmp(session->error,
		row->role == INIT ? "initiator:" : "acceptor:", 9) == 0,
	    "%s: %s", row->name, session->error);
	ck_assert_ptr_nonnull(session->error_section);
}

START_TEST(sessions)
{
	const struct row *row = &rows[_i];
	const struct scripted_answer answers[] = {
	    {GSS_S_COMPLETE, 0, row->flags, NULL, false, false, false}};
	struct options options;
	struct party party;
	struct session session;
	int fds[2];

	scripted_reset(answers);
	knob_turn(row->knob);
	options_make(&options, row);
	memset(&party, 0, sizeof(party));
	party.role = row->role;
	party.options = &options;
	party.target = (gss_name_t)&party;
	party.message.value = (void *)"data";
	party.message.length = 4;
	party.trace.fd = -1;
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(
	    write(fds[1], row->says, row->size), (ssize_t)row->size);
	if (row->closes)
		close(fds[1]);
	ck_assert_int_eq(
	    session_open(&session, &party, fds[0], 1), EXIT_WORKED);
	negotiate(&session, row);
	if (session_works(&session))
		steps_run(&session);
	outcome_check(row, &session);
	if (!row->closes) {
		sent_check(row, fds[1]);
		close(fds[1]);
	}
	session_close(&session);
	ck_assert_msg(scripted_clean(), "%s: something leaked", row->name);
}
END_TEST

/*
 * A second negotiation on the channel: its context is the one that messages go
 * by, and goes before the first one does.
 */

static struct {
	unsigned int begun, entered, left, ended;
	unsigned int deleted; /* contexts, when it ended */
	unsigned int verified, opened;
	bool fails; /* to begin */
} layer;

static struct gssloop *
layer_begin(struct session *session)
{
	struct gssloop_params params;
	struct gssloop *loop;

	layer.begun++;
	ck_assert_ptr_null(session->associated);
	ck_assert_int_eq(gssloop_next(session->loop), GSSLOOP_DONE);
	if (layer.fails) {
		session_fail(session, BRANCH_LAYER_UNPROTECTED, "why");
		return NULL;
	}
	session_params(session, &params);
	ck_assert_int_eq(gssloop_new(&loop, &params), 0);
	return loop;
}

static void
layer_enter(struct session *session)
{
	ck_assert_ptr_nonnull(session->associated);
	ck_assert_uint_eq(layer.entered++, layer.left);
}

static void
layer_leave(struct session *session)
{
	(void)session;
	layer.left++;
}

static void
layer_end(struct session *session)
{
	(void)session;
	layer.ended++;
	layer.deleted = scripted.deleted;
}

static OM_uint32
layer_verify(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t message,
    gss_buffer_t mic, gss_qop_t *qop)
{
	layer.verified++;
	return gss_verify_mic(minor, context, message, mic, qop);
}

static OM_uint32
layer_unwrap(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t wrapped,
    gss_buffer_t message, int *conf, gss_qop_t *qop)
{
	layer.opened++;
	return gss_unwrap(minor, context, wrapped, message, conf, qop);
}

static const enum gssloop_protection layer_kinds[] = {
    GSSLOOP_INTEG, GSSLOOP_MIC};
static const struct message_way layer_way = {
    layer_kinds, 2, false, layer_verify, layer_unwrap};

/* What scripted_gss says its mechanism is, and another. */
static gss_OID_desc mechs[] = {
    {2, (void *)"\x2a\x03"}, {2, (void *)"\x2a\x04"}};

#define TOKENS "T\0\0\0\5firstT\0\0\0\6second"

/* The context of the second has no flags: none is needed. */
static const struct second_row {
	const char *name;
	enum gssloop_role role;
	gss_OID mech;
	bool fails;
	const char *says;
	size_t size;
	const char *branch;
	unsigned int clear; /* messages */
} second_rows[] = {
    {"both", INIT, &mechs[0], false, OCTETS(INTEG_ANSWER MIC_ANSWER END), NULL,
	2},
    {"accept both", ACCEPT, &mechs[0], false,
	OCTETS(TOKENS INTEG_ANSWER MIC_ANSWER END), NULL, 2},
    {"an answer in clear", INIT, &mechs[0], false, OCTETS("M\0\0\0\5\1data"),
	"message-unprotected", 0},
    {"more than it claims", INIT, &mechs[0], false, OCTETS("M\0\0\0\6\2Cdata"),
	"conf-state-wrong", 0},
    {"another mechanism", ACCEPT, &mechs[1], false, OCTETS(TOKENS),
	"binding-refused", 0},
    {"does not begin", INIT, &mechs[0], true, OCTETS(""), "layer-unprotected",
	0},
    {"accept, does not begin", ACCEPT, &mechs[0], true, OCTETS(TOKENS),
	"layer-unprotected", 0},
};

static void
second_check(const struct second_row *row, const struct session *session)
{
	const struct session_messages *messages = &session->messages;
	struct row outcome = {
	    .name = row->name, .role = row->role, .branch = row->branch};

	outcome_check(&outcome, session);
	ck_assert_uint_eq(layer.begun, 1);
	ck_assert_uint_eq(layer.entered, row->fails ? 0 : 1);
	ck_assert_uint_eq(layer.left, layer.entered);
	ck_assert((session->associated == NULL) == row->fails);
	ck_assert_uint_eq(messages->clear, row->clear);
	ck_assert_uint_eq(messages->conf + messages->integ + messages->mic, 0);
	if (row->branch == NULL) {
		ck_assert_uint_eq(layer.verified, 1);
		ck_assert_uint_eq(layer.opened, 1);
	}
}

START_TEST(second_negotiations)
{
	static const struct scripted_answer answers[] = {
	    {GSS_S_COMPLETE, 0, ALL, NULL, false, false, false},
	    {GSS_S_COMPLETE, 0, 0, NULL, false, false, false}};
	const struct second_row *row = &second_rows[_i];
	const struct session_second second = {row->mech, layer_begin,
	    layer_enter, layer_leave, layer_end, &layer_way};
	struct options options;
	struct party party;
	struct session session;
	int fds[2];

	scripted_reset(answers);
	memset(&layer, 0, sizeof(layer));
	layer.fails = row->fails;
	memset(&options, 0, sizeof(options));
	options.channel = channels_default();
	options.messages = 1;
	options.wait_ms = 1000;
	memset(&party, 0, sizeof(party));
	party.role = row->role;
	party.options = &options;
	party.target = (gss_name_t)&party;
	party.message.value = (void *)"data";
	party.message.length = 4;
	party.trace.fd = -1;
	party.second = &second;
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(
	    write(fds[1], row->says, row->size), (ssize_t)row->size);
	ck_assert_int_eq(
	    session_open(&session, &party, fds[0], 1), EXIT_WORKED);
	ck_assert_int_eq(session_advance(&session), GSSLOOP_DONE);
	session_negotiated(&session);
	if (session_works(&session))
		steps_run(&session);
	second_check(row, &session);
	session_close(&session);
	close(fds[1]);
	ck_assert_uint_eq(layer.ended, row->fails ? 0 : 1);
	ck_assert_uint_eq(layer.deleted, row->fails ? 0 : 1);
	ck_assert_msg(scripted_clean(), "%s: something leaked", row->name);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("message");
	TCase *tests = tcase_create("sessions");

	tcase_add_loop_test(
	    tests, sessions, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(tests, second_negotiations, 0,
	    (int)(sizeof(second_rows) / sizeof(second_rows[0])));
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
