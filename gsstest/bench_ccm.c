/*
 * bench_ccm: CCM's contexts and messages, both sides in one process.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	bench_ccm messages ROUNDS	microseconds a message, made and read
 *					by the mechglue's calls; a line each:
 *					what, octets, the best of ROUNDS
 *	bench_ccm lookups COUNT ROUNDS	microseconds a context of CCM that is
 *					accepted and deleted, and a context that
 *					is unbound and bound, with COUNT bound
 *	bench_ccm counted COUNT		the same, TURNS times without a clock,
 *					for what counts instructions
 *
 * The messages of krb5 and those of CCM go through contexts over one another;
 * "copy" is what a program has to do at least that puts a message into memory
 * of its own on both sides.  For lookups the contexts are of the mechanism hop
 * (HOPS=1), which are made fast; each has a connection of its own.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "compat.h"
#include "deadline.h"
#include "gss.h"
#include "gssapi_ccm.h"
#include "oid.h"
#include "status.h"
#include "wire_ccm.h"

#define SLICE	 2000 /* microseconds in which an action is repeated */
#define TURNS	 2000
#define STEP	 7919 /* a prime, so that all contexts get their turn */
#define FEW	 10
#define TOKEN	 96
#define HOP	 "2.25.1414534758"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct mech {
	gss_OID_desc oid;
	uint8_t octets[GJ_OID_OCTETS];
	gss_cred_id_t initiate, accept;
};

struct pair {
	gss_ctx_id_t initiator, acceptor;
};

/* A bound context of the target; its address is the connection. */
struct slot {
	gss_ctx_id_t context;
	size_t size;
	uint8_t token[TOKEN]; /* CCM's initial token for it */
};

static struct {
	struct mech ccm, inner;
	gss_name_t name;
	gss_ccm_application application;
	struct pair krb5, cached; /* cached: of CCM */
	gss_buffer_desc message;
	struct slot *slots;
	size_t count, next;
} bench;

/* --- Contexts ---------------------------------------------------------------
 */

static void
check(const char *call, OM_uint32 major, OM_uint32 minor, gss_OID mech)
{
	char text[512];

	if (!GSS_ERROR(major))
		return;
	gj_status_minor(minor, mech, text, sizeof(text));
	fprintf(stderr, "bench_ccm: %s: %08lx: %s\n", call,
	    (unsigned long)major, text);
	exit(1);
}

static void
mech_set(struct mech *mech, const char *text)
{
	size_t size;

	gj_oid_read(text, mech->octets, &size);
	mech->oid.length = (OM_uint32)size;
	mech->oid.elements = mech->octets;
	mech->initiate = mech->accept = GSS_C_NO_CREDENTIAL;
}

static gss_cred_id_t
cred_acquire(struct mech *mech, gss_cred_usage_t usage)
{
	gss_OID_set_desc mechs = {1, &mech->oid};
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	OM_uint32 major, minor;

	major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    &mechs, usage, &cred, NULL, NULL);
	check("gss_acquire_cred", major, minor, &mech->oid);
	return cred;
}

static OM_uint32
initiate(struct mech *mech, struct pair *pair, gss_buffer_t input,
    gss_buffer_t output)
{
	OM_uint32 major, minor;

	major = gss_init_sec_context(&minor, mech->initiate, &pair->initiator,
	    bench.name, &mech->oid,
	    GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG, 0,
	    GSS_C_NO_CHANNEL_BINDINGS, input, NULL, output, NULL, NULL);
	check("gss_init_sec_context", major, minor, &mech->oid);
	return major;
}

static OM_uint32
accept_token(struct mech *mech, gss_ctx_id_t *context, gss_buffer_t input,
    gss_buffer_t output)
{
	OM_uint32 major, minor;

	major = gss_accept_sec_context(&minor, context, mech->accept, input,
	    GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, output, NULL, NULL, NULL);
	check("gss_accept_sec_context", major, minor, &mech->oid);
	return major;
}

/* first is what the initiator's first call is given, and released. */
static void
pair_open(struct mech *mech, struct pair *pair, gss_buffer_desc first)
{
	gss_buffer_desc forth, back = first;
	OM_uint32 initiator, acceptor = GSS_S_CONTINUE_NEEDED, minor;

	pair->initiator = pair->acceptor = GSS_C_NO_CONTEXT;
	do {
		initiator = initiate(mech, pair, &back, &forth);
		gss_release_buffer(&minor, &back);
		if (acceptor == GSS_S_CONTINUE_NEEDED)
			acceptor =
			    accept_token(mech, &pair->acceptor, &forth, &back);
		gss_release_buffer(&minor, &forth);
	} while (initiator == GSS_S_CONTINUE_NEEDED ||
		 acceptor == GSS_S_CONTINUE_NEEDED);
	gss_release_buffer(&minor, &back);
}

static void
scope_enter(const void *connection)
{
	OM_uint32 minor;
	OM_uint32 major = gss_ccm_scope(&minor, bench.application, connection);

	check("gss_ccm_scope", major, minor, &bench.ccm.oid);
}

static void
bench_open(const char *inner)
{
	gss_buffer_desc text = {14, (void *)"host@localhost"};
	gss_buffer_desc identifier = {6, (void *)"bench:"};
	OM_uint32 major, minor;

	mech_set(&bench.ccm, "1.3.6.1.5.5.11");
	mech_set(&bench.inner, inner);
	major = gss_import_name(&minor, &text, &gj_name_hostbased, &bench.name);
	check("gss_import_name", major, minor, GSS_C_NO_OID);
	bench.inner.initiate = cred_acquire(&bench.inner, GSS_C_INITIATE);
	bench.inner.accept = cred_acquire(&bench.inner, GSS_C_ACCEPT);
	major = gss_ccm_register(
	    &minor, &identifier, NULL, NULL, &bench.application);
	check("gss_ccm_register", major, minor, &bench.ccm.oid);
}

/* --- Messages ---------------------------------------------------------------
 */

static void
mic(const struct pair *pair)
{
	gss_buffer_desc token;
	OM_uint32 major, minor;

	major = gss_get_mic(
	    &minor, pair->initiator, GSS_C_QOP_DEFAULT, &bench.message, &token);
	check("gss_get_mic", major, minor, GSS_C_NO_OID);
	major = gss_ccm_verify_mic(
	    &minor, pair->acceptor, &bench.message, &token, NULL);
	check("gss_verify_mic", major, minor, GSS_C_NO_OID);
	gss_release_buffer(&minor, &token);
}

static void
wrap(const struct pair *pair, int conf)
{
	gss_buffer_desc token, message;
	OM_uint32 major, minor;
	int done;

	major = gss_wrap(&minor, pair->initiator, conf, GSS_C_QOP_DEFAULT,
	    &bench.message, &done, &token);
	check("gss_wrap", major, minor, GSS_C_NO_OID);
	major = gss_ccm_unwrap(
	    &minor, pair->acceptor, &token, &message, &done, NULL);
	check("gss_unwrap", major, minor, GSS_C_NO_OID);
	gss_release_buffer(&minor, &token);
	gss_release_buffer(&minor, &message);
}

static void
krb5_mic(void)
{
	mic(&bench.krb5);
}

static void
krb5_conf(void)
{
	wrap(&bench.krb5, 1);
}

static void
krb5_integ(void)
{
	wrap(&bench.krb5, 0);
}

static void
ccm_mic(void)
{
	mic(&bench.cached);
}

static void
ccm_wrap(void)
{
	wrap(&bench.cached, 1);
}

/* The compiler must not know: what nobody reads before free, it leaves out. */
static void *(*volatile copy_octets)(void *, const void *, size_t) = memcpy;

static void *
copy(const void *from)
{
	void *to = malloc(bench.message.length);

	if (to == NULL)
		exit(1);
	copy_octets(to, from, bench.message.length);
	return to;
}

static void
copy_twice(void)
{
	void *token = copy(bench.message.value), *message = copy(token);

	free(token);
	free(message);
}

/* --- The clock --------------------------------------------------------------
 */

static double
repeat(void (*action)(void), unsigned long count)
{
	uint64_t began = gj_now();

	for (unsigned long i = 0; i < count; i++)
		action();
	return (double)(gj_now() - began) / (double)count;
}

struct action {
	const char *name;
	void (*run)(void);
	unsigned long count; /* that fill a slice */
	double best;
};

/* Everything once, long enough for the clock. */
static void
round_go(struct action *actions, size_t count)
{
	double took;

	for (struct action *at = actions; at < actions + count; at++) {
		while (at->count == 0 ||
		       repeat(at->run, at->count) * (double)at->count < SLICE)
			at->count = at->count * 2 + 1;
		took = repeat(at->run, at->count);
		if (at->best == 0 || took < at->best)
			at->best = took;
	}
}

static void
actions_show(struct action *actions, size_t count, size_t size, unsigned rounds)
{
	for (unsigned i = 0; i < rounds; i++)
		round_go(actions, count);
	for (size_t i = 0; i < count; i++)
		printf("%s %zu %.4f\n", actions[i].name, size, actions[i].best);
}

static void
messages_of(size_t size, unsigned rounds)
{
	struct action actions[] = {
	    {"krb5-mic", krb5_mic, 0, 0},
	    {"krb5-conf", krb5_conf, 0, 0},
	    {"krb5-integ", krb5_integ, 0, 0},
	    {"ccm-mic", ccm_mic, 0, 0},
	    {"ccm-wrap", ccm_wrap, 0, 0},
	    {"copy", copy_twice, 0, 0},
	};

	bench.message.length = size;
	bench.message.value = calloc(1, size);
	if (bench.message.value == NULL)
		exit(1);
	actions_show(actions, COUNT(actions), size, rounds);
	free(bench.message.value);
}

static void
messages_show(unsigned rounds)
{
	gss_buffer_desc handle, bootstrap, none = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;

	bench_open("1.2.840.113554.1.2.2");
	pair_open(&bench.inner, &bench.krb5, none);
	major = gss_ccm_bind(
	    &minor, bench.application, &bench, bench.krb5.acceptor, &handle);
	check("gss_ccm_bind", major, minor, &bench.ccm.oid);
	major = gss_ccm_bind(&minor, GSS_CCM_NO_APPLICATION, NULL,
	    bench.krb5.initiator, GSS_C_NO_BUFFER);
	check("gss_ccm_bind", major, minor, &bench.ccm.oid);
	major = gss_ccm_bootstrap(
	    &minor, bench.krb5.initiator, &handle, &bootstrap);
	check("gss_ccm_bootstrap", major, minor, &bench.ccm.oid);
	gss_release_buffer(&minor, &handle);
	scope_enter(&bench);
	pair_open(&bench.ccm, &bench.cached, bootstrap);
	messages_of(64, rounds);
	messages_of(1024, rounds);
	messages_of(65536, rounds);
}

/* --- Lookups ----------------------------------------------------------------
 */

static void
token_make(struct slot *slot, const gss_buffer_desc *handle)
{
	struct gssloop_view view = {handle->value, handle->length};
	uint8_t octets[TOKEN];
	struct gj_writer writer;
	gss_buffer_desc bare, framed;
	OM_uint32 minor;

	gj_writer_init(&writer, octets, sizeof(octets));
	gj_ccm_initial_encode(&writer, &view);
	bare.value = octets;
	bare.length = writer.used;
	if (writer.failed ||
	    gss_encapsulate_token(&bare, &bench.ccm.oid, &framed) !=
		GSS_S_COMPLETE ||
	    framed.length > sizeof(slot->token))
		exit(1);
	memcpy(slot->token, framed.value, framed.length);
	slot->size = framed.length;
	gss_release_buffer(&minor, &framed);
}

static void
slot_bind(struct slot *slot, gss_buffer_t handle)
{
	OM_uint32 major, minor;

	major = gss_ccm_bind(
	    &minor, bench.application, slot, slot->context, handle);
	check("gss_ccm_bind", major, minor, &bench.ccm.oid);
}

static void
slot_open(struct slot *slot)
{
	gss_buffer_desc handle, none = GSS_C_EMPTY_BUFFER;
	struct pair pair;
	OM_uint32 minor;

	pair_open(&bench.inner, &pair, none);
	gss_delete_sec_context(&minor, &pair.initiator, GSS_C_NO_BUFFER);
	slot->context = pair.acceptor;
	slot_bind(slot, &handle);
	token_make(slot, &handle);
	gss_release_buffer(&minor, &handle);
}

static void
slots_open(size_t count)
{
	bench_open(HOP);
	bench.count = count;
	bench.slots = calloc(count, sizeof(*bench.slots));
	if (bench.slots == NULL)
		exit(1);
	for (size_t i = 0; i < count; i++)
		slot_open(&bench.slots[i]);
}

static struct slot *
slot_next(size_t among)
{
	bench.next = (bench.next + STEP) % among;
	return &bench.slots[bench.next];
}

static void
slot_accept(struct slot *slot)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc input = {slot->size, slot->token}, output;
	OM_uint32 minor;

	scope_enter(slot);
	accept_token(&bench.ccm, &context, &input, &output);
	gss_release_buffer(&minor, &output);
	gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
}

/* The same few all the time, whatever is bound beside them. */
static void
accept_few(void)
{
	slot_accept(slot_next(FEW));
}

/* All in turn: where there are many, none is in the processor's cache. */
static void
accept_any(void)
{
	slot_accept(slot_next(bench.count));
}

/* Their handles change, so this comes last. */
static void
slot_rebind(struct slot *slot)
{
	OM_uint32 minor;
	OM_uint32 major = gss_ccm_unbind(&minor, slot->context);

	check("gss_ccm_unbind", major, minor, &bench.ccm.oid);
	slot_bind(slot, GSS_C_NO_BUFFER);
}

static void
bind_few(void)
{
	slot_rebind(slot_next(FEW));
}

static void
bind_any(void)
{
	slot_rebind(slot_next(bench.count));
}

static void
lookups_show(size_t count, unsigned rounds)
{
	struct action accepted[] = {
	    {"accept-few", accept_few, 0, 0},
	    {"accept-any", accept_any, 0, 0},
	};
	struct action bound[] = {
	    {"bind-few", bind_few, 0, 0},
	    {"bind-any", bind_any, 0, 0},
	};

	slots_open(count);
	actions_show(accepted, COUNT(accepted), count, rounds);
	actions_show(bound, COUNT(bound), count, rounds);
}

static void
lookups_count(size_t count)
{
	slots_open(count);
	repeat(accept_any, TURNS);
	repeat(bind_any, TURNS);
}

static int
usage(void)
{
	fprintf(stderr, "usage: bench_ccm messages ROUNDS | lookups COUNT "
			"ROUNDS | counted COUNT\n");
	return 2;
}

int
main(int argc, char **argv)
{
	unsigned long number;

	if (argc < 3)
		return usage();
	number = strtoul(argv[2], NULL, 10);
	if (strcmp(argv[1], "messages") == 0 && argc == 3)
		messages_show((unsigned)number);
	else if (strcmp(argv[1], "lookups") == 0 && argc == 4 && number >= FEW)
		lookups_show(number, (unsigned)strtoul(argv[3], NULL, 10));
	else if (strcmp(argv[1], "counted") == 0 && argc == 3 && number >= FEW)
		lookups_count(number);
	else
		return usage();
	return 0;
}
