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
	options->channel = gssloop_channel_plain;
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

int
main(void)
{
	Suite *suite = suite_create("message");
	TCase *tests = tcase_create("sessions");

	tcase_add_loop_test(
	    tests, sessions, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
