/*
 * Tests of gsstest's RPC server and client without a realm: records, limits,
 * replies that are not read, and what no shell can send.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../rpc_client.h"
#include "../rpc_none.h"
#include "../rpc_server.h"
#include "failing_malloc.h"
#include "scripted_gss.h"
#include "suite.h"
#include "wire_rpctest.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct rpc_server server;
static struct rpc_client client;
static int peer; /* the socket's other end, where no client has it */
static unsigned int served;
static struct gssloop_view echo;  /* instead of the arguments; empty for none */
static unsigned int reads_before; /* the send before which all is read; 0 */

/* In the place of libc's: the peer reads between two sends of the server. */
ssize_t
send(int fd, const void *octets, size_t size, int flags)
{
	static uint8_t sink[65536];

	if (fd == server.stream.fd && reads_before > 0 && --reads_before == 0)
		while (recv(peer, sink, sizeof(sink), 0) > 0)
			continue;
	return sendto(fd, octets, size, flags, NULL, 0);
}

static enum rpc_served
serve(void *argument, struct rpc_server *self, const struct rpc_call *call,
    struct gssloop_view *results)
{
	/* No assertion here, which would need memory. */
	if (argument != &served || self != &server)
		return RPC_SYSTEM_FAILED;
	served++;
	*results = echo.size > 0 ? echo : call->arguments;
	return (enum rpc_served)call->procedure;
}

static void
open_both(void)
{
	struct rpc_server_params params = {
	    .argument = &served,
	    .program = GJ_RPCTEST_PROGRAM,
	    .version = GJ_RPCTEST_VERSION,
	    .serve = serve,
	};
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(rpc_server_open(&server, fds[1], &params), 0);
	ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	peer = fds[0];
	served = 0;
}

static void
close_both(void)
{
	rpc_server_close(&server);
	close(peer);
}

static void
send_octets(const void *octets, size_t size)
{
	ck_assert_int_eq(send(peer, octets, size, MSG_NOSIGNAL), (int)size);
}

/* A call as octets with its mark; returns its size. */
static size_t
call_make(struct gj_buffer *out, uint32_t procedure, const void *arguments,
    size_t size)
{
	struct gj_rpc_call rpc;

	memset(&rpc, 0, sizeof(rpc));
	rpc.xid = 7;
	rpc.program = GJ_RPCTEST_PROGRAM;
	rpc.version = GJ_RPCTEST_VERSION;
	rpc.procedure = procedure;
	rpc.arguments.data = arguments;
	rpc.arguments.size = size;
	ck_assert_int_eq(rpc_none_call_put(&rpc, out), GSSLOOP_IO_OK);
	return gj_buffer_size(out);
}

static void
call_send(uint32_t procedure, const void *arguments, size_t size)
{
	struct gj_buffer out = {NULL, 0, 0, 0};

	call_make(&out, procedure, arguments, size);
	send_octets(gj_buffer_data(&out), gj_buffer_size(&out));
	gj_buffer_free(&out);
}

/* The reply that is there: as octets without the mark, up to room. */
static size_t
reply_read(uint8_t *octets, size_t room)
{
	ssize_t got = recv(peer, octets, room, 0);

	ck_assert_int_ge(got, 4);
	memmove(octets, octets + 4, (size_t)got - 4);
	return (size_t)got - 4;
}

/* For reply_is: RPC_MISMATCH, 2 to 2, which is no auth_stat. */
#define OTHER_RPC UINT32_MAX

static void
denial_is(const struct gj_rpc_reply *reply, uint32_t why)
{
	ck_assert_int_eq(reply->reject,
	    why == OTHER_RPC ? GJ_RPC_MISMATCH : GJ_RPC_AUTH_ERROR);
	ck_assert_uint_eq(reply->auth, why == OTHER_RPC ? 0 : why);
	ck_assert_uint_eq(reply->low, why == OTHER_RPC ? 2 : 0);
	ck_assert_uint_eq(reply->high, why == OTHER_RPC ? 2 : 0);
}

static void
reply_is(enum gj_rpc_reply_stat stat, uint32_t why)
{
	struct gj_rpc_result result;
	struct gj_rpc_reply reply;
	uint8_t octets[512];
	size_t size = reply_read(octets, sizeof(octets));

	ck_assert(gj_rpc_reply_decode(octets, size, &reply, &result));
	ck_assert_uint_eq(reply.xid, 7);
	ck_assert_int_eq(reply.stat, stat);
	if (stat == GJ_RPC_ACCEPTED)
		ck_assert_uint_eq(reply.accept, why);
	else
		denial_is(&reply, why);
}

/* --- The server -------------------------------------------------------------
 */

static const struct {
	enum rpc_served served;
	enum gj_rpc_reply_stat stat;
	uint32_t why;
} outcomes[] = {
    {RPC_SERVED, GJ_RPC_ACCEPTED, GJ_RPC_SUCCESS},
    {RPC_UNKNOWN, GJ_RPC_ACCEPTED, GJ_RPC_PROC_UNAVAIL},
    {RPC_GARBAGE, GJ_RPC_ACCEPTED, GJ_RPC_GARBAGE_ARGS},
    {RPC_TOO_WEAK, GJ_RPC_DENIED, GJ_RPC_AUTH_TOOWEAK},
    {RPC_SYSTEM_FAILED, GJ_RPC_ACCEPTED, GJ_RPC_SYSTEM_ERR},
};

START_TEST(outcome_row)
{
	open_both();
	call_send(outcomes[_i].served, "abcd", 4);
	ck_assert_int_eq(rpc_server_serve(&server), GSSLOOP_IO_AGAIN);
	reply_is(outcomes[_i].stat, outcomes[_i].why);
	close_both();
}
END_TEST

/* xid, call, version 2, program, version, procedure, then a credential. */
#define HEAD "\0\0\0\x07\0\0\0\0\0\0\0\x02\x20\x47\x53\x53\0\0\0\x01\0\0\0\0"
#define VERF "\0\0\0\0\0\0\0\0"

static const struct {
	const char *name;
	const char *octets;
	size_t size;
	enum gssloop_io io;
	int stat; /* -1: no reply */
	uint32_t why;
} records[] = {
#define RECORD(name, mark, octets, ...)                                        \
	{                                                                      \
		name, mark octets, sizeof(mark octets) - 1, __VA_ARGS__        \
	}
    RECORD("an unknown flavour", "\x80\0\0\x28", HEAD "\0\0\0\x09\0\0\0\0" VERF,
	GSSLOOP_IO_AGAIN, GJ_RPC_DENIED, GJ_RPC_AUTH_TOOWEAK),
    RECORD("a credential of no octets", "\x80\0\0\x28",
	HEAD "\0\0\0\x06\0\0\0\0" VERF, GSSLOOP_IO_AGAIN, GJ_RPC_DENIED,
	GJ_RPC_AUTH_BADCRED),
    RECORD("RPCSEC_GSS of another version", "\x80\0\0\x3c",
	HEAD "\0\0\0\x06\0\0\0\x14\0\0\0\x02\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0"
	     "\0" VERF,
	GSSLOOP_IO_AGAIN, GJ_RPC_DENIED, GJ_RPC_AUTH_REJECTEDCRED),
    RECORD("DATA with no handle", "\x80\0\0\x3c",
	HEAD "\0\0\0\x06\0\0\0\x14\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0"
	     "\0" VERF,
	GSSLOOP_IO_AGAIN, GJ_RPC_DENIED, GJ_RPC_GSS_CREDPROBLEM),
    RECORD("CONTINUE_INIT with no handle", "\x80\0\0\x40",
	HEAD "\0\0\0\x06\0\0\0\x14\0\0\0\x01\0\0\0\x02\0\0\0\x01\0\0\0\x01\0\0"
	     "\0\0" VERF "\0\0\0\0",
	GSSLOOP_IO_AGAIN, GJ_RPC_DENIED, GJ_RPC_GSS_CREDPROBLEM),
    RECORD("DESTROY with no handle", "\x80\0\0\x3c",
	HEAD "\0\0\0\x06\0\0\0\x14\0\0\0\x01\0\0\0\x03\0\0\0\x01\0\0\0\x01\0\0"
	     "\0\0" VERF,
	GSSLOOP_IO_AGAIN, GJ_RPC_DENIED, GJ_RPC_GSS_CREDPROBLEM),
    RECORD("INIT without a token", "\x80\0\0\x3c",
	HEAD "\0\0\0\x06\0\0\0\x14\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0"
	     "\0\0" VERF,
	GSSLOOP_IO_AGAIN, GJ_RPC_ACCEPTED, GJ_RPC_GARBAGE_ARGS),
    RECORD("another version of RPC", "\x80\0\0\x0c",
	"\0\0\0\x07\0\0\0\0\0\0\0\x03", GSSLOOP_IO_AGAIN, GJ_RPC_DENIED,
	OTHER_RPC),
    RECORD("no credential", "\x80\0\0\x18", HEAD, GSSLOOP_IO_AGAIN,
	GJ_RPC_DENIED, GJ_RPC_AUTH_BADCRED),
    RECORD("a credential of 404 octets", "\x80\0\0\x20",
	HEAD "\0\0\0\x06\0\0\1\x94", GSSLOOP_IO_AGAIN, GJ_RPC_DENIED,
	GJ_RPC_AUTH_BADCRED),
    RECORD("a credential, padded with ones", "\x80\0\0\x2c",
	HEAD "\0\0\0\x06\0\0\0\x01\0\1\1\1" VERF, GSSLOOP_IO_AGAIN,
	GJ_RPC_DENIED, GJ_RPC_AUTH_BADCRED),
    RECORD("no verifier", "\x80\0\0\x20", HEAD VERF, GSSLOOP_IO_AGAIN,
	GJ_RPC_DENIED, GJ_RPC_AUTH_BADVERF),
    RECORD("a verifier cut", "\x80\0\0\x2a",
	HEAD VERF "\0\0\0\x06\0\0\0\x04\0\0", GSSLOOP_IO_AGAIN, GJ_RPC_DENIED,
	GJ_RPC_AUTH_BADVERF),
    RECORD("another program", "\x80\0\0\x28",
	"\0\0\0\x07\0\0\0\0\0\0\0\x02\0\0\0\x01\0\0\0\x01\0\0\0\0" VERF VERF,
	GSSLOOP_IO_AGAIN, GJ_RPC_ACCEPTED, GJ_RPC_PROG_UNAVAIL),
    RECORD("another version of the program", "\x80\0\0\x28",
	"\0\0\0\x07\0\0\0\0\0\0\0\x02\x20\x47\x53\x53\0\0\0\x02\0\0\0"
	"\0" VERF VERF,
	GSSLOOP_IO_AGAIN, GJ_RPC_ACCEPTED, GJ_RPC_PROG_MISMATCH),
    RECORD("a reply", "\x80\0\0\x08", "\0\0\0\x07\0\0\0\x01",
	GSSLOOP_IO_MALFORMED, -1, 0),
    RECORD("a call cut", "\x80\0\0\x0c", "\0\0\0\x07\0\0\0\0\0\0\0\x02",
	GSSLOOP_IO_MALFORMED, -1, 0),
    RECORD("too large a record", "\xff\xff\xff\xff", "", GSSLOOP_IO_TOO_LARGE,
	-1, 0),
#undef RECORD
};

START_TEST(record_row)
{
	uint8_t octet;

	open_both();
	send_octets(records[_i].octets, records[_i].size);
	ck_assert_msg(rpc_server_serve(&server) == records[_i].io, "%s: %s",
	    records[_i].name, server.reason);
	if (records[_i].stat >= 0)
		reply_is(
		    (enum gj_rpc_reply_stat)records[_i].stat, records[_i].why);
	else
		ck_assert_str_ne(server.reason, "");
	ck_assert_int_eq(recv(peer, &octet, 1, 0), -1);
	ck_assert_uint_eq(served, 0);
	close_both();
}
END_TEST

/* The client is told of no context, so that none takes up a place. */
START_TEST(init_without_a_verifier)
{
	static const char init[] =
	    "\x80\0\0\x44" HEAD "\0\0\0\x06\0\0\0\x14\0\0\0\x01\0\0\0\x01\0"
	    "\0\0\0\0\0\0\x01\0\0\0\0" VERF "\0\0\0\x01t\0\0\0";
	static const struct scripted_answer answer = {
	    GSS_S_COMPLETE, 0, GSS_C_INTEG_FLAG, "t", false, false, false};
	int i;

	scripted_reset(&answer);
	scripted.message_major = GSS_S_FAILURE;
	open_both();
	for (i = 0; i <= RPC_SERVER_CONTEXTS; i++) {
		scripted.answers = &answer;
		send_octets(init, sizeof(init) - 1);
		ck_assert_int_eq(rpc_server_serve(&server), GSSLOOP_IO_AGAIN);
		reply_is(GJ_RPC_DENIED, GJ_RPC_GSS_CTXPROBLEM);
	}
	ck_assert(scripted_clean());
	close_both();
}
END_TEST

START_TEST(the_peer_closes)
{
	open_both();
	shutdown(peer, SHUT_WR);
	ck_assert_int_eq(rpc_server_serve(&server), GSSLOOP_IO_CLOSED);
	close_both();
}
END_TEST

/* What is not read costs some replies, and no more calls are served then. */
START_TEST(replies_that_are_not_read)
{
	static uint8_t message[32768], sink[65536];
	struct gj_buffer out = {NULL, 0, 0, 0};
	unsigned int stalled, turns;
	size_t size, sent = 0;
	ssize_t put;

	open_both();
	for (size = 0; size < 1024; size++)
		call_make(&out, RPC_SERVED, message, sizeof(message));
	for (turns = 0; turns < 4096; turns++) {
		put = send(peer, gj_buffer_data(&out) + sent,
		    gj_buffer_size(&out) - sent, MSG_NOSIGNAL);
		sent += put > 0 ? (size_t)put : 0;
		rpc_server_serve(&server);
		ck_assert_uint_le(gj_buffer_size(&server.stream.out),
		    65536 + sizeof(message) + 4096);
	}
	stalled = served;
	ck_assert_uint_gt(stalled, 0);
	ck_assert_uint_lt(stalled, 1024);
	ck_assert_int_eq(rpc_server_serve(&server), GSSLOOP_IO_AGAIN);
	ck_assert_int_eq(rpc_server_events(&server), POLLOUT);
	while (recv(peer, sink, sizeof(sink), 0) > 0)
		;
	rpc_server_serve(&server);
	ck_assert_uint_gt(served, stalled);
	gj_buffer_free(&out);
	close_both();
}
END_TEST

/*
 * Nothing comes any more, and the last replies leave just when no more calls
 * were served for them: those that were read already are not forgotten.
 */
START_TEST(replies_that_are_read_late)
{
	static uint8_t large[32768];
	unsigned int calls = 32, before, i, turns;

	for (before = 1; before < 2 * calls; before++) {
		open_both();
		echo.data = large;
		echo.size = sizeof(large);
		for (i = 0; i < calls; i++)
			call_send(RPC_SERVED, NULL, 0);
		reads_before = before;
		for (turns = 0; turns < calls; turns++)
			if (rpc_server_serve(&server) == GSSLOOP_IO_AGAIN &&
			    rpc_server_events(&server) == POLLIN)
				break;
		/* It waits for the peer to send, who waits for replies. */
		ck_assert(turns == calls || served == calls);
		echo.size = 0;
		reads_before = 0;
		close_both();
	}
}
END_TEST

/* Others get their turn. */
START_TEST(a_turn_ends)
{
	int i;

	open_both();
	for (i = 0; i < RPC_SERVER_TURN + 1; i++)
		call_send(RPC_SERVED, NULL, 0);
	ck_assert_int_eq(rpc_server_serve(&server), GSSLOOP_IO_OK);
	ck_assert_uint_eq(served, RPC_SERVER_TURN);
	ck_assert_int_eq(rpc_server_serve(&server), GSSLOOP_IO_AGAIN);
	ck_assert_uint_eq(served, RPC_SERVER_TURN + 1);
	close_both();
}
END_TEST

/* --- The client -------------------------------------------------------------
 */

static void
open_client(unsigned int wait_ms)
{
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(rpc_client_open(&client, fds[0], GJ_RPCTEST_PROGRAM,
			     GJ_RPCTEST_VERSION, wait_ms),
	    0);
	peer = fds[1];
}

static void
close_client(void)
{
	rpc_client_close(&client);
	close(peer);
}

static void
reply_send(uint32_t xid, enum gj_rpc_accept_stat accept)
{
	struct gj_buffer out = {NULL, 0, 0, 0};
	struct gj_rpc_reply reply;

	memset(&reply, 0, sizeof(reply));
	reply.xid = xid;
	reply.stat = GJ_RPC_ACCEPTED;
	reply.accept = accept;
	reply.results.data = (const uint8_t *)"abcd";
	reply.results.size = accept == GJ_RPC_SUCCESS ? 4 : 0;
	ck_assert_int_eq(rpc_none_reply_put(&reply, &out), GSSLOOP_IO_OK);
	send_octets(gj_buffer_data(&out), gj_buffer_size(&out));
	gj_buffer_free(&out);
}

static bool
call(struct rpc_answer *answer)
{
	static const struct gssloop_view nothing;

	return rpc_client_call(
	    &client, NULL, GJ_RPCTEST_NULL, GJ_RPCSEC_NONE, &nothing, answer);
}

/* Replies in one piece, of which the last is ours. */
START_TEST(others_replies)
{
	struct rpc_answer answer;
	int i;

	open_client(5000);
	for (i = 1; i < RPC_CLIENT_STRAY_MAX; i++)
		reply_send(100, GJ_RPC_SUCCESS);
	reply_send(1, GJ_RPC_SUCCESS);
	ck_assert_msg(call(&answer), "%s", client.reason);
	ck_assert_int_eq(answer.what, RPC_ANSWERED);
	ck_assert_uint_eq(answer.results.size, 4);
	for (i = 0; i < RPC_CLIENT_STRAY_MAX; i++)
		reply_send(100, GJ_RPC_SUCCESS);
	ck_assert(!call(&answer));
	ck_assert_str_eq(client.reason, "replies to calls that were not made");
	close_client();
}
END_TEST

START_TEST(no_answer)
{
	struct rpc_answer answer;

	open_client(1);
	ck_assert(!call(&answer));
	ck_assert_str_eq(client.reason, "no answer within 1 ms");
	close_client();
}
END_TEST

START_TEST(answers_that_are_none)
{
	struct rpc_answer answer;

	open_client(5000);
	reply_send(1, GJ_RPC_SYSTEM_ERR);
	ck_assert(call(&answer));
	ck_assert_int_eq(answer.what, RPC_UNACCEPTED);
	ck_assert_uint_eq(answer.stat, GJ_RPC_SYSTEM_ERR);
	send_octets("\x80\0\0\x04\0\0\0\x02", 8);
	ck_assert(!call(&answer));
	send_octets("\xff\xff\xff\xff", 4);
	ck_assert(!call(&answer));
	shutdown(peer, SHUT_WR);
	ck_assert(!call(&answer));
	ck_assert_str_ne(client.reason, "");
	close_client();
}
END_TEST

/* Every allocation of one call and its reply fails in turn. */
START_TEST(without_memory)
{
	unsigned long n = 0;
	enum gssloop_io io;

	do {
		open_both();
		call_send(RPC_SERVED, "abcd", 4);
		failing_malloc_arm(++n);
		io = rpc_server_serve(&server);
		failing_malloc_arm(0);
		if (failing_malloc_fired()) {
			ck_assert_int_eq(io, GSSLOOP_IO_NO_MEMORY);
			ck_assert_str_eq(server.reason, "out of memory");
		}
		close_both();
	} while (failing_malloc_fired());
	ck_assert_int_eq(io, GSSLOOP_IO_AGAIN);
	ck_assert_uint_gt(n, 2);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rpc_server");
	TCase *tests = tcase_create("server");

	tcase_add_loop_test(tests, outcome_row, 0, (int)COUNT(outcomes));
	tcase_add_loop_test(tests, record_row, 0, (int)COUNT(records));
	tcase_add_test(tests, init_without_a_verifier);
	tcase_add_test(tests, the_peer_closes);
	tcase_add_test(tests, replies_that_are_not_read);
	tcase_add_test(tests, replies_that_are_read_late);
	tcase_add_test(tests, a_turn_ends);
	tcase_add_test(tests, without_memory);
	suite_add_tcase(suite, tests);
	tests = tcase_create("client");
	tcase_add_test(tests, others_replies);
	tcase_add_test(tests, no_answer);
	tcase_add_test(tests, answers_that_are_none);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
