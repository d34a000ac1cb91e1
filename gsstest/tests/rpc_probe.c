/*
 * rpc_probe: an RPC client that does what no honest one does, against gsstest
 * secinfo serve; prints TAP.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	rpc_probe protected HOST:PORT	the server has --protected-by
 *	rpc_probe bare HOST:PORT	it has not
 *	rpc_probe slow HOST:PORT	it gives a call a second at most
 */
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../address.h"
#include "../rpc_client.h"
#include "../rpc_none.h"
#include "../rpc_server.h"
#include "compat.h"
#include "gssapi_ccm.h"
#include "tap.h"
#include "wire_rpctest.h"

#define WAIT_MS	 20000
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* So many that the other one is at its work meanwhile. */
#define FLOODED_CALLS 1000

/* More than any list of those that are gone would have. */
#define MANY_CONTEXTS 40

/* Less than a call's time between two, and several times it in all. */
#define SLOW_MS	    100
#define SLOW_OCTETS 100

struct peer {
	struct rpc_client client;
	struct rpc_client_context krb5;
};

static struct {
	const char *where;
	gss_name_t target;
} probe;

static const struct gssloop_view nothing = {NULL, 0};

/* --- The connection ---------------------------------------------------------
 */

static int
connect_to(const char *where)
{
	char error[ADDRESS_ERROR];
	struct addrinfo *list = address_resolve(where, error);
	struct pollfd fd = {-1, POLLOUT, 0};

	if (list == NULL || address_connect(list, &fd.fd) != 0 ||
	    poll(&fd, 1, WAIT_MS) != 1 || address_connected(fd.fd) != 0)
		tap_bail("cannot connect");
	freeaddrinfo(list);
	return fd.fd;
}

static void
krb5_open(struct rpc_client *client, struct rpc_client_context *context)
{
	struct gssloop_params params;
	OM_uint32 major, minor;

	gssloop_params_init(&params, GSSLOOP_INITIATOR);
	params.mech = &gj_mech_krb5;
	params.target = probe.target;
	params.request = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG;
	if (!rpc_client_establish(client, &params, context, &major, &minor))
		tap_bail(client->reason);
}

static void
peer_open(struct peer *peer)
{
	memset(peer, 0, sizeof(*peer));
	if (rpc_client_open(&peer->client, connect_to(probe.where),
		GJ_RPCTEST_PROGRAM, GJ_RPCTEST_VERSION, WAIT_MS) != 0)
		tap_bail("cannot begin");
	krb5_open(&peer->client, &peer->krb5);
}

static void
peer_close(struct peer *peer)
{
	rpc_client_forget(&peer->krb5);
	rpc_client_close(&peer->client);
}

/* Whether a null call by the context comes back so. */
static bool
is_answered(struct peer *peer, struct rpc_client_context *context, int what,
    uint32_t stat)
{
	struct rpc_answer answer;

	if (!rpc_client_call(&peer->client, context, GJ_RPCTEST_NULL,
		GJ_RPCSEC_NONE, &nothing, &answer)) {
		printf("# %s\n", peer->client.reason);
		return false;
	}
	if ((int)answer.what == what && answer.stat == stat)
		return true;
	printf("# what %d, stat %lu\n", (int)answer.what,
	    (unsigned long)answer.stat);
	return false;
}

static bool
goes_on(struct peer *peer)
{
	return is_answered(peer, &peer->krb5, RPC_ANSWERED, 0);
}

/* --- Handles ----------------------------------------------------------------
 */

static void
cached(struct peer *peer, const char *name, const gss_buffer_desc *handle,
    OM_uint32 wanted_major, OM_uint32 wanted_minor)
{
	struct rpc_client_context ccm;
	OM_uint32 major, minor;
	bool done = rpc_client_cache(&peer->client, &peer->krb5, handle,
	    probe.target, &ccm, &major, &minor);

	if (done)
		done = is_answered(peer, &ccm, RPC_ANSWERED, 0) &&
		       rpc_client_destroy(&peer->client, &ccm);
	else
		printf("# %s\n", peer->client.reason);
	tap_check(major == wanted_major && minor == wanted_minor &&
		      done == (wanted_major == GSS_S_COMPLETE),
	    "%s: major %08lx, minor %lu", name, (unsigned long)major,
	    (unsigned long)minor);
	tap_check(goes_on(peer), "%s: the connection goes on", name);
}

static void
made_up_handles(struct peer *peer)
{
	static const struct {
		const char *name;
		gss_buffer_desc handle;
		OM_uint32 major, minor;
	} rows[] = {
	    {"an unknown handle",
		{30, (void *)"RPCSEC0123456789abcdef01234567"}, GSS_S_NO_CRED,
		3},
	    {"a reference too short",
		{29, (void *)"RPCSEC0123456789abcdef0123456"},
		GSS_S_DEFECTIVE_TOKEN, 1},
	    {"a reference too long",
		{31, (void *)"RPCSEC0123456789abcdef012345678"},
		GSS_S_DEFECTIVE_TOKEN, 1},
	    {"an identifier cut", {5, (void *)"RPCSE"}, GSS_S_NO_CRED, 3},
	    {"another application's", {23, (void *)"gsstest0123456789abcdef"},
		GSS_S_NO_CRED, 3},
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++)
		cached(peer, rows[i].name, &rows[i].handle, rows[i].major,
		    rows[i].minor);
}

static gss_buffer_desc
handle_of(const struct rpc_client_context *context)
{
	gss_buffer_desc handle = {
	    context->rpcsec.handle_size, (void *)context->rpcsec.handle};

	return handle;
}

/* However many there were since, it was this connection's. */
static void
long_gone(struct peer *peer)
{
	struct rpc_client_context context;
	uint8_t first[GJ_RPCSEC_HANDLE_MAX];
	gss_buffer_desc handle = {0, first};
	bool done = true;
	int i;

	for (i = 0; done && i < MANY_CONTEXTS; i++) {
		krb5_open(&peer->client, &context);
		if (i == 0) {
			handle.length = context.rpcsec.handle_size;
			memcpy(first, context.rpcsec.handle, handle.length);
		}
		done = rpc_client_destroy(&peer->client, &context);
	}
	tap_check(done, "%d contexts, one after another", MANY_CONTEXTS);
	cached(
	    peer, "the first of them", &handle, GSS_S_CREDENTIALS_EXPIRED, 2);
	first[handle.length - 1] ^= 1;
	cached(peer, "the first, of another mark", &handle, GSS_S_NO_CRED, 3);
}

static void
true_handles(struct peer *peer)
{
	gss_buffer_desc empty = GSS_C_EMPTY_BUFFER, handle;
	uint8_t gone[GJ_RPCSEC_HANDLE_MAX];
	struct rpc_client_context second;
	struct peer other;

	cached(peer, "the handle of init_res", NULL, GSS_S_COMPLETE, 0);
	cached(peer, "none, one context", &empty, GSS_S_COMPLETE, 0);
	krb5_open(&peer->client, &second);
	cached(peer, "none, two contexts", &empty, GSS_S_NO_CRED, 3);
	handle = handle_of(&second);
	memcpy(gone, handle.value, handle.length);
	tap_check(rpc_client_destroy(&peer->client, &second), "DESTROY");
	handle.value = gone;
	cached(peer, "a destroyed context's", &handle,
	    GSS_S_CREDENTIALS_EXPIRED, 2);
	cached(peer, "none, one of two left", &empty, GSS_S_COMPLETE, 0);
	peer_open(&other);
	handle = handle_of(&other.krb5);
	cached(peer, "another connection's", &handle, GSS_S_NO_CRED, 3);
	cached(&other, "the same on its own", &handle, GSS_S_COMPLETE, 0);
	peer_close(&other);
}

/* What was found for a handle is not found by that of a CCM context. */
static void
ccm_over_ccm(struct peer *peer)
{
	uint8_t gone[GJ_RPCSEC_HANDLE_MAX];
	struct rpc_client_context ccm;
	OM_uint32 major, minor;
	gss_buffer_desc handle;

	if (!rpc_client_cache(&peer->client, &peer->krb5, NULL, probe.target,
		&ccm, &major, &minor))
		tap_bail(peer->client.reason);
	handle = handle_of(&ccm);
	memcpy(gone, handle.value, handle.length);
	cached(peer, "a CCM context's", &handle, GSS_S_NO_CRED, 3);
	tap_check(rpc_client_destroy(&peer->client, &ccm), "DESTROY of CCM");
	handle.value = gone;
	cached(peer, "a destroyed CCM context's", &handle, GSS_S_NO_CRED, 3);
	tap_check(goes_on(peer), "DESTROY of CCM leaves krb5");
	tap_check(is_answered(peer, NULL, RPC_ANSWERED, 0), "AUTH_NONE, null");
}

/* --- Tokens ------------------------------------------------------------------
 */

/* RFC 2743's frame of a CCM token, and XDR that is not a handle's. */
#define FRAME(size) "\x60" size "\x06\x06\x2b\x06\x01\x05\x05\x0b"

static void
tokens(struct peer *peer)
{
	static const struct {
		const char *name;
		const char *token;
		size_t size;
	} rows[] = {
#define ROW(name, token) {name, token, sizeof(token) - 1}
	    ROW("no XDR", FRAME("\x08")),
	    ROW("a length cut", FRAME("\x0b") "\0\0\0"),
	    ROW("a handle cut", FRAME("\x0f") "\0\0\0\x04"
					      "abc"),
	    ROW("no padding", FRAME("\x0d") "\0\0\0\x01"
					    "a"),
	    ROW("padding of ones", FRAME("\x10") "\0\0\0\x01"
						 "a\1\1\1"),
	    ROW("octets left over", FRAME("\x10") "\0\0\0\0"
						  "\0\0\0\0"),
	    ROW("a length of 4 GiB", FRAME("\x10") "\xff\xff\xff\xff"
						   "abcd"),
#undef ROW
	};
	struct gj_rpcsec_init_res res;
	struct gssloop_view token;
	struct gj_rpc_reply reply;
	struct gj_rpcsec rpcsec;
	bool done;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		memset(&rpcsec, 0, sizeof(rpcsec));
		token.data = (const uint8_t *)rows[i].token;
		token.size = rows[i].size;
		done = rpc_client_init(&peer->client, &rpcsec, GJ_RPCSEC_INIT,
		    &token, &reply, &res);
		tap_check(done && res.major == GSS_S_DEFECTIVE_TOKEN &&
			      res.minor == 1 && res.handle.size == 0 &&
			      res.token.size == 0,
		    "%s: major %08lx, minor %lu", rows[i].name,
		    (unsigned long)res.major, (unsigned long)res.minor);
		tap_check(
		    goes_on(peer), "%s: the connection goes on", rows[i].name);
	}
}

/* INIT and CONTINUE_INIT with a handle that does not belong there. */
static void
init_handles(struct peer *peer)
{
	struct gssloop_view token = {(const uint8_t *)"token", 5};
	struct gj_rpcsec_init_res res;
	struct gj_rpc_reply reply;

	tap_check(!rpc_client_init(&peer->client, &peer->krb5.rpcsec,
		      GJ_RPCSEC_INIT, &token, &reply, &res) &&
		      reply.stat == GJ_RPC_DENIED &&
		      reply.auth == GJ_RPC_AUTH_REJECTEDCRED,
	    "INIT with a handle is denied");
	tap_check(!rpc_client_init(&peer->client, &peer->krb5.rpcsec,
		      GJ_RPCSEC_CONTINUE_INIT, &token, &reply, &res) &&
		      reply.stat == GJ_RPC_DENIED &&
		      reply.auth == GJ_RPC_GSS_CREDPROBLEM,
	    "CONTINUE_INIT of an established context is denied");
	tap_check(goes_on(peer), "the context is as it was");
}

/* --- Calls -------------------------------------------------------------------
 */

/*
 * A call by CCM as no client of ours makes it: its verifier has no octets, so
 * that anything can be written.
 */
static void
raw_put(struct peer *peer, const struct rpc_client_context *context,
    uint32_t service, const struct gssloop_view *arguments)
{
	struct gj_rpcsec_credential cred = {GJ_RPCSEC_DATA, 1000 + service,
	    service, {context->rpcsec.handle, context->rpcsec.handle_size}};
	struct gj_rpc_auth verifier = {GJ_RPC_AUTH_RPCSEC_GSS, {NULL, 0}};
	struct gj_buffer *out = &peer->client.stream.out;
	uint8_t body[GJ_RPC_AUTH_MAX];
	struct gj_writer writer, mark, octets;
	struct gj_rpc_call rpc;

	memset(&rpc, 0, sizeof(rpc));
	gj_writer_init(&octets, body, sizeof(body));
	gj_rpcsec_credential_encode(&octets, &cred);
	rpc.xid = ++peer->client.xid;
	rpc.program = GJ_RPCTEST_PROGRAM;
	rpc.version = GJ_RPCTEST_VERSION;
	rpc.credential.flavor = GJ_RPC_AUTH_RPCSEC_GSS;
	rpc.credential.body.data = body;
	rpc.credential.body.size = octets.used;
	gj_writer_init(&writer, gj_buffer_reserve(out, 1024), 1024);
	gj_writer_u32be(&writer, 0);
	gj_rpc_call_encode(&writer, &rpc);
	gj_rpc_auth_encode(&writer, &verifier);
	gj_writer_octets(&writer, arguments->data, arguments->size);
	gj_writer_init(&mark, writer.data, 4);
	gj_rpc_mark_encode(&mark, writer.used - 4);
	gj_buffer_commit(out, writer.used);
}

/* What comes back is the next reply; the client's own calls would skip it. */
static bool
raw_reply(struct peer *peer, struct gj_rpc_reply *reply)
{
	struct pollfd fd = {peer->client.stream.fd, POLLIN, 0};
	struct gj_rpc_result result;
	struct gssloop_view record;

	gj_stream_flush(&peer->client.stream);
	return poll(&fd, 1, WAIT_MS) == 1 &&
	       gj_record_get(&peer->client.record, &peer->client.stream, 4096,
		   &record) == GSSLOOP_IO_OK &&
	       gj_rpc_reply_decode(record.data, record.size, reply, &result) &&
	       reply->xid == peer->client.xid;
}

static bool
raw_denied(struct peer *peer, uint32_t auth)
{
	struct gj_rpc_reply reply;

	return raw_reply(peer, &reply) && reply.stat == GJ_RPC_DENIED &&
	       reply.reject == GJ_RPC_AUTH_ERROR && reply.auth == auth;
}

/* DESTROY is a call of the null procedure, and of no other. */
static void
destroy_of_a_procedure(struct peer *peer)
{
	struct gj_rpcsec_call call = {.xid = ++peer->client.xid,
	    .program = GJ_RPCTEST_PROGRAM,
	    .version = GJ_RPCTEST_VERSION,
	    .procedure = GJ_RPCTEST_ECHO,
	    .proc = GJ_RPCSEC_DESTROY,
	    .service = GJ_RPCSEC_NONE};
	struct gj_rpc_reply reply;

	tap_check(gj_rpcsec_call_put(&peer->krb5.rpcsec, &call,
		      &peer->client.stream.out) == GSSLOOP_IO_OK &&
		      raw_reply(peer, &reply) &&
		      reply.stat == GJ_RPC_ACCEPTED &&
		      reply.accept == GJ_RPC_PROC_UNAVAIL,
	    "DESTROY of a procedure");
	tap_check(goes_on(peer), "DESTROY of a procedure destroys nothing");
}

/* Section 6: { RPCSEC_GSS, CCM, authentication }, and nothing more. */
static void
services(struct peer *peer)
{
	/* seq_num and no arguments, and a checksum of no octets; or none. */
	static const uint8_t integ[] = {0, 0, 0, 4, 0, 0, 3, 234, 0, 0, 0, 0};
	static const uint8_t priv[] = {0, 0, 0, 4, 0, 0, 3, 235};
	struct gssloop_view views[] = {
	    {integ, sizeof(integ)}, {priv, sizeof(priv)}};
	struct rpc_client_context ccm;
	struct rpc_answer answer;
	OM_uint32 major, minor;
	uint32_t i;

	if (!rpc_client_cache(&peer->client, &peer->krb5, NULL, probe.target,
		&ccm, &major, &minor))
		tap_bail(peer->client.reason);
	for (i = 0; i < 2; i++) {
		tap_check(!rpc_client_call(&peer->client, &ccm, GJ_RPCTEST_NULL,
			      GJ_RPCSEC_INTEGRITY + i, &nothing, &answer) &&
			      strncmp(peer->client.reason, "service ", 8) == 0,
		    "CCM, service %lu: the client does not call: %s",
		    (unsigned long)(GJ_RPCSEC_INTEGRITY + i),
		    peer->client.reason);
		raw_put(peer, &ccm, GJ_RPCSEC_INTEGRITY + i, &views[i]);
		tap_check(raw_denied(peer, GJ_RPC_GSS_CREDPROBLEM),
		    "CCM, service %lu: the server denies it",
		    (unsigned long)(GJ_RPCSEC_INTEGRITY + i));
	}
	ccm.rpcsec.sequence = 2000; /* beyond what was made up */
	tap_check(is_answered(peer, &ccm, RPC_ANSWERED, 0),
	    "CCM, service none goes on");
	tap_check(rpc_client_destroy(&peer->client, &ccm), "DESTROY of CCM");
}

static void
called(struct peer *peer, struct rpc_client_context *context,
    uint32_t procedure, int what, uint32_t stat, const char *name)
{
	struct rpc_answer answer;
	bool done = rpc_client_call(&peer->client, context, procedure,
	    GJ_RPCSEC_NONE, &nothing, &answer);

	tap_check(done && (int)answer.what == what && answer.stat == stat,
	    "%s: what %d, stat %lu", name, (int)answer.what,
	    (unsigned long)answer.stat);
}

static void
calls(struct peer *peer, bool protected)
{
	struct rpc_client *client = &peer->client;

	called(peer, NULL, GJ_RPCTEST_OPERATE, RPC_DENIED, GJ_RPC_AUTH_TOOWEAK,
	    "OPERATE by AUTH_NONE");
	called(peer, NULL, GJ_RPCTEST_ECHO, RPC_DENIED, GJ_RPC_AUTH_TOOWEAK,
	    "ECHO by AUTH_NONE");
	called(peer, NULL, GJ_RPCTEST_SECINFO,
	    protected ? RPC_ANSWERED : RPC_DENIED,
	    protected ? GJ_RPC_SUCCESS : GJ_RPC_AUTH_TOOWEAK,
	    "SECINFO by AUTH_NONE");
	called(peer, &peer->krb5, GJ_RPCTEST_SECINFO,
	    protected ? RPC_ANSWERED : RPC_DENIED,
	    protected ? GJ_RPC_SUCCESS : GJ_RPC_AUTH_TOOWEAK,
	    "SECINFO by krb5 authentication");
	called(peer, &peer->krb5, GJ_RPCTEST_OPERATE, RPC_UNACCEPTED,
	    GJ_RPC_GARBAGE_ARGS, "OPERATE of nothing");
	called(peer, &peer->krb5, GJ_RPCTEST_ECHO, RPC_UNACCEPTED,
	    GJ_RPC_GARBAGE_ARGS, "ECHO of nothing");
	called(peer, NULL, 99, RPC_UNACCEPTED, GJ_RPC_PROC_UNAVAIL,
	    "an unknown procedure, AUTH_NONE");
	called(peer, &peer->krb5, 99, RPC_UNACCEPTED, GJ_RPC_PROC_UNAVAIL,
	    "an unknown procedure, krb5");
	client->version++;
	called(peer, NULL, 0, RPC_UNACCEPTED, GJ_RPC_PROG_MISMATCH,
	    "an unknown version, AUTH_NONE");
	called(peer, &peer->krb5, 0, RPC_UNACCEPTED, GJ_RPC_PROG_MISMATCH,
	    "an unknown version, krb5");
	client->version--;
	client->program++;
	called(peer, &peer->krb5, 0, RPC_UNACCEPTED, GJ_RPC_PROG_UNAVAIL,
	    "an unknown program");
	client->program--;
	tap_check(goes_on(peer), "the connection goes on");
}

/* --- The end of contexts
 * ------------------------------------------------------
 */

/* Only the server's end of krb5's context goes: ours makes calls after it. */
static bool
server_destroys(struct peer *peer)
{
	struct rpc_client_context copy = peer->krb5;

	copy.loop = NULL;
	copy.bound = false;
	memset(&copy.rpcsec.scratch, 0, sizeof(copy.rpcsec.scratch));
	return rpc_client_destroy(&peer->client, &copy);
}

static void
krb5_destroyed(void)
{
	struct rpc_client_context ccm, again;
	OM_uint32 major, minor;
	struct peer peer;

	peer_open(&peer);
	if (!rpc_client_cache(&peer.client, &peer.krb5, NULL, probe.target,
		&ccm, &major, &minor))
		tap_bail(peer.client.reason);
	tap_check(is_answered(&peer, &ccm, RPC_ANSWERED, 0), "CCM over krb5");
	krb5_open(&peer.client, &again);
	raw_put(&peer, &ccm, GJ_RPCSEC_NONE, &nothing);
	tap_check(
	    !raw_denied(&peer, GJ_RPC_GSS_CREDPROBLEM), "a raw call is one");
	ccm.rpcsec.sequence = 2000;
	tap_check(server_destroys(&peer), "DESTROY of krb5 under CCM");
	tap_check(is_answered(&peer, &ccm, RPC_DENIED, GJ_RPC_GSS_CREDPROBLEM),
	    "CCM, its krb5 context is gone: denied");
	tap_check(
	    is_answered(&peer, &peer.krb5, RPC_DENIED, GJ_RPC_GSS_CREDPROBLEM),
	    "krb5, the handle is gone: denied");
	tap_check(is_answered(&peer, &again, RPC_ANSWERED, 0),
	    "another krb5 context goes on");
	rpc_client_forget(&again);
	rpc_client_forget(&ccm);
	peer_close(&peer);
}

/* All places, and one more. */
static void
too_many(void)
{
	struct rpc_client_context contexts[RPC_SERVER_CONTEXTS], more;
	OM_uint32 major, minor;
	struct peer peer;
	size_t i;

	peer_open(&peer);
	for (i = 1; i < RPC_SERVER_CONTEXTS; i++)
		krb5_open(&peer.client, &contexts[i]);
	tap_check(!rpc_client_cache(&peer.client, &peer.krb5, NULL,
		      probe.target, &more, &major, &minor) &&
		      major == GSS_S_FAILURE && minor == 0,
	    "a context too many: major %08lx", (unsigned long)major);
	tap_check(
	    rpc_client_destroy(&peer.client, &contexts[1]), "one is destroyed");
	tap_check(rpc_client_cache(&peer.client, &peer.krb5, NULL, probe.target,
		      &more, &major, &minor),
	    "then there is room");
	rpc_client_forget(&more);
	for (i = 2; i < RPC_SERVER_CONTEXTS; i++)
		rpc_client_forget(&contexts[i]);
	peer_close(&peer);
}

/* Another client, without end: calls as fast as the server reads them. */
static void
flood(int fd)
{
	struct gj_buffer out = {NULL, 0, 0, 0};
	struct gj_rpc_call rpc = {
	    .program = GJ_RPCTEST_PROGRAM, .version = GJ_RPCTEST_VERSION};
	static uint8_t sink[65536];
	struct pollfd both = {fd, POLLIN | POLLOUT, 0};
	size_t sent = 0;
	ssize_t put;
	int i;

	for (i = 0; i < 4096; i++)
		rpc_none_call_put(&rpc, &out);
	while (poll(&both, 1, -1) == 1 && (both.revents & POLLERR) == 0) {
		put = send(fd, gj_buffer_data(&out) + sent,
		    gj_buffer_size(&out) - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
		sent += put > 0 ? (size_t)put : 0;
		sent %= gj_buffer_size(&out);
		while (recv(fd, sink, sizeof(sink), MSG_DONTWAIT) > 0)
			continue;
	}
	_exit(0);
}

/* Others have their turn. */
static void
flooded(struct peer *peer)
{
	int fd = connect_to(probe.where), i;
	pid_t pid = fork();
	bool done = pid != -1;

	if (pid == 0)
		flood(fd);
	close(fd);
	for (i = 0; done && i < FLOODED_CALLS; i++)
		done = goes_on(peer);
	tap_check(done, "beside one that floods");
	if (pid == -1)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* A call that comes octet by octet and has no end: it has a call's time. */
static void
slow(void)
{
	static const uint8_t mark[4] = {0x80, 0, 4, 0}, octet;
	struct pollfd fd = {connect_to(probe.where), POLLIN, 0};
	int i, ready = 0;

	send(fd.fd, mark, sizeof(mark), MSG_NOSIGNAL);
	for (i = 0; ready == 0 && i < SLOW_OCTETS; i++) {
		send(fd.fd, &octet, 1, MSG_NOSIGNAL);
		ready = poll(&fd, 1, SLOW_MS);
	}
	tap_check(ready == 1, "a call that has no end");
	close(fd.fd);
}

/* Section 7: it is not for the client to say what is below. */
static void
bare(struct peer *peer)
{
	cached(peer, "a server that nothing protects", NULL, GSS_S_UNAUTHORIZED,
	    0);
}

int
main(int argc, char **argv)
{
	gss_buffer_desc text = {14, (void *)"host@localhost"};
	bool protected;
	struct peer peer;
	OM_uint32 minor;

	if (argc != 3)
		tap_bail("usage: rpc_probe protected|bare|slow HOST:PORT");
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	protected = strcmp(argv[1], "protected") == 0;
	probe.where = argv[2];
	if (strcmp(argv[1], "slow") == 0) {
		slow();
		return tap_end();
	}
	gss_import_name(&minor, &text, &gj_name_hostbased, &probe.target);
	peer_open(&peer);
	calls(&peer, protected);
	init_handles(&peer);
	destroy_of_a_procedure(&peer);
	if (protected) {
		made_up_handles(&peer);
		true_handles(&peer);
		long_gone(&peer);
		ccm_over_ccm(&peer);
		tokens(&peer);
		services(&peer);
		krb5_destroyed();
		too_many();
		flooded(&peer);
	} else {
		bare(&peer);
	}
	tap_check(
	    rpc_client_destroy(&peer.client, &peer.krb5), "DESTROY of krb5");
	peer_close(&peer);
	gss_release_name(&minor, &probe.target);
	return tap_end();
}
