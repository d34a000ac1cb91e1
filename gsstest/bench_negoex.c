/*
 * bench_negoex: negotiations in one process, both sides, no sockets.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	bench_negoex time MECH COUNT	microseconds a negotiation, the best of
 *					ten tenths of COUNT
 *	bench_negoex memory MECH COUNT [ROUNDS]
 *					octets a context, of COUNT pairs of
 *					contexts kept: established, or waiting
 *					after ROUNDS tokens of each side
 *
 * The credentials are acquired once and the contexts deleted at once, as a
 * server would.  HOPS and the mechanism file are the environment's.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>

#include "compat.h"
#include "deadline.h"
#include "gss.h"
#include "oid.h"
#include "status.h"

#define PARTS	   10
#define ROUNDS_MAX 64

struct side {
	gss_ctx_id_t context;
	gss_cred_id_t cred;
	gss_buffer_desc token; /* the latest it gave */
	OM_uint32 major;
};

struct bench {
	gss_OID_desc mech;
	uint8_t octets[GJ_OID_OCTETS];
	gss_name_t name;
	gss_cred_id_t initiate, accept;
};

static void
check(const char *call, OM_uint32 major, OM_uint32 minor, gss_OID mech)
{
	char text[512];

	if (!GSS_ERROR(major))
		return;
	gj_status_minor(minor, mech, text, sizeof(text));
	fprintf(stderr, "bench_negoex: %s: %08lx: %s\n", call,
	    (unsigned long)major, text);
	exit(1);
}

static gss_cred_id_t
cred_acquire(struct bench *bench, gss_cred_usage_t usage)
{
	gss_OID_set_desc mechs = {1, &bench->mech};
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	OM_uint32 major, minor;

	major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    &mechs, usage, &cred, NULL, NULL);
	check("gss_acquire_cred", major, minor, &bench->mech);
	return cred;
}

static void
bench_open(struct bench *bench, const char *mech)
{
	gss_buffer_desc text = {14, (void *)"host@localhost"};
	OM_uint32 major, minor;
	size_t size;

	if (!gj_oid_read(mech, bench->octets, &size)) {
		fprintf(stderr, "bench_negoex: %s is no OID\n", mech);
		exit(2);
	}
	bench->mech.length = (OM_uint32)size;
	bench->mech.elements = bench->octets;
	bench->name = GSS_C_NO_NAME;
	major =
	    gss_import_name(&minor, &text, &gj_name_hostbased, &bench->name);
	check("gss_import_name", major, minor, GSS_C_NO_OID);
	bench->initiate = cred_acquire(bench, GSS_C_INITIATE);
	bench->accept = cred_acquire(bench, GSS_C_ACCEPT);
}

static void
initiate(struct bench *bench, struct side *side, gss_buffer_desc input)
{
	OM_uint32 minor, flags, lifetime;
	gss_OID actual;

	side->major = gss_init_sec_context(&minor, bench->initiate,
	    &side->context, bench->name, &bench->mech, GSS_C_MUTUAL_FLAG, 0,
	    GSS_C_NO_CHANNEL_BINDINGS, &input, &actual, &side->token, &flags,
	    &lifetime);
	check("gss_init_sec_context", side->major, minor, &bench->mech);
}

static void
accept_token(struct bench *bench, struct side *side, gss_buffer_desc input)
{
	gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
	gss_name_t source = GSS_C_NO_NAME;
	OM_uint32 minor, flags, lifetime;
	gss_OID actual;

	side->major = gss_accept_sec_context(&minor, &side->context,
	    bench->accept, &input, GSS_C_NO_CHANNEL_BINDINGS, &source, &actual,
	    &side->token, &flags, &lifetime, &delegated);
	check("gss_accept_sec_context", side->major, minor, &bench->mech);
	gss_release_name(&minor, &source);
}

static void
side_close(struct side *side)
{
	OM_uint32 minor;

	gss_release_buffer(&minor, &side->token);
	gss_delete_sec_context(&minor, &side->context, GSS_C_NO_BUFFER);
}

/* Goes on until both are done, or both wait after rounds tokens of each. */
static void
negotiate(struct bench *bench, struct side *a, struct side *b, unsigned rounds)
{
	OM_uint32 minor;
	unsigned i;

	a->major = b->major = GSS_S_CONTINUE_NEEDED;
	for (i = 0; i < rounds; i++) {
		if (a->major == GSS_S_CONTINUE_NEEDED) {
			initiate(bench, a, b->token);
			gss_release_buffer(&minor, &b->token);
		}
		if (b->major != GSS_S_CONTINUE_NEEDED)
			return;
		accept_token(bench, b, a->token);
		gss_release_buffer(&minor, &a->token);
		if (a->major == GSS_S_COMPLETE && b->major == GSS_S_COMPLETE)
			return;
	}
}

static const struct side side_empty = {
    GSS_C_NO_CONTEXT, GSS_C_NO_CREDENTIAL, {0, NULL}, 0};

static double
time_part(struct bench *bench, unsigned long count)
{
	uint64_t began = gj_now();
	unsigned long i;

	for (i = 0; i < count; i++) {
		struct side a = side_empty, b = side_empty;

		negotiate(bench, &a, &b, ROUNDS_MAX);
		if (a.major != GSS_S_COMPLETE || b.major != GSS_S_COMPLETE) {
			fprintf(stderr, "bench_negoex: not established\n");
			exit(1);
		}
		side_close(&a);
		side_close(&b);
	}
	return (double)(gj_now() - began) / (double)count;
}

static void
time_show(struct bench *bench, unsigned long count)
{
	double best = 0, part;
	unsigned i;

	for (i = 0; i < PARTS; i++) {
		part = time_part(bench, count / PARTS + 1);
		if (i == 0 || part < best)
			best = part;
	}
	printf("%.2f\n", best);
}

static long
memory_now(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (long)usage.ru_maxrss;
}

/* Octets a context, when count pairs are kept after so many rounds. */
static double
memory_of(struct bench *bench, unsigned long count, unsigned rounds)
{
	struct side *sides = calloc(count * 2, sizeof(*sides));
	unsigned long i;
	long before;

	if (sides == NULL)
		exit(1);
	for (i = 0; i < count * 2; i++)
		sides[i] = side_empty;
	before = memory_now();
	for (i = 0; i < count; i++)
		negotiate(bench, &sides[2 * i], &sides[2 * i + 1], rounds);
	return (double)(memory_now() - before) * 1024 / ((double)count * 2);
}

static void
memory_show(struct bench *bench, unsigned long count, unsigned rounds)
{
	struct side a = side_empty, b = side_empty;

	negotiate(bench, &a, &b, ROUNDS_MAX);
	side_close(&a);
	side_close(&b);
	printf("%.0f\n", memory_of(bench, count, rounds));
}

static int
usage(void)
{
	fprintf(stderr,
	    "usage: bench_negoex time MECH COUNT | memory MECH COUNT "
	    "[ROUNDS]\n");
	return 2;
}

int
main(int argc, char **argv)
{
	struct bench bench;
	unsigned long count;

	if (argc < 4)
		return usage();
	count = strtoul(argv[3], NULL, 10);
	bench_open(&bench, argv[2]);
	if (strcmp(argv[1], "time") == 0 && argc == 4)
		time_show(&bench, count);
	else if (strcmp(argv[1], "memory") == 0 && argc <= 5)
		memory_show(&bench, count,
		    argc == 5 ? (unsigned)strtoul(argv[4], NULL, 10)
			      : ROUNDS_MAX);
	else
		return usage();
	return 0;
}
