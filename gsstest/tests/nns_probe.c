/*
 * nns_probe: the sizes of NTLM's data messages in NegotiateStream, as they are
 * on the wire, and what becomes of forged ones; prints TAP.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Both sides are in this process.  What one has sent is looked at in the other
 * one's socket, and then taken from there by its channel.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "gss.h"
#include "gssloop.h"
#include "gssloop_channel.h"
#include "tap.h"
#include "wire_nns.h"
#include "wire_nnstest.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What NTLM adds to octets of any number (rule 5.6): its signature. */
#define NTLM_SIGNATURE 16

/* Calls of both sides that a negotiation may take. */
#define TURNS_MAX 16

static gss_OID_desc ntlm = {
    10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};

struct end {
	struct gssloop *loop;
	struct gssloop_channel *channel;
	gss_cred_id_t cred;
	int fd;
};

static struct {
	struct end ends[2]; /* the initiator, the acceptor */
	char octets[2 * GJ_NNS_PIECE_MAX];
} probe;

/* --- Both ends ------------------------------------------------------------ */

static void
end_open(struct end *end, enum gssloop_role role, gss_OID mech,
    gss_name_t target, const struct gssloop_nns *nns)
{
	gss_OID_set_desc mechs = {1, mech};
	struct gssloop_params params;
	OM_uint32 major, minor;

	major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    &mechs, role == GSSLOOP_INITIATOR ? GSS_C_INITIATE : GSS_C_ACCEPT,
	    &end->cred, NULL, NULL);
	if (GSS_ERROR(major))
		tap_bail("no credential for NTLM");
	gssloop_params_init(&params, role);
	params.cred = end->cred;
	params.mech = mech;
	params.target = target;
	params.request = GSS_C_INTEG_FLAG;
	if (nns->level == GSSLOOP_CONF)
		params.request |= GSS_C_CONF_FLAG;
	if (gssloop_new(&end->loop, &params) != 0 ||
	    gssloop_channel_nns(&end->channel, end->fd, role, nns) != 0)
		tap_bail("not enough memory");
}

static void
ends_open(gss_OID mech, gss_name_t target, enum gssloop_protection level)
{
	const struct gssloop_nns nns = {.level = level};
	enum gssloop_next next[2];
	int fds[2], i;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
		tap_bail("no sockets");
	for (i = 0; i < 2; i++) {
		probe.ends[i].fd = fds[i];
		end_open(&probe.ends[i],
		    i == 0 ? GSSLOOP_INITIATOR : GSSLOOP_ACCEPTOR, mech, target,
		    &nns);
	}
	for (i = 0; i < TURNS_MAX; i++)
		next[i % 2] = gssloop_advance(
		    probe.ends[i % 2].loop, probe.ends[i % 2].channel);
	for (i = 0; i < 2; i++) {
		if (next[i] != GSSLOOP_DONE)
			tap_bail(gssloop_error(probe.ends[i].loop));
		gssloop_channel_limit(probe.ends[i].channel,
		    GSSLOOP_TOKEN_MAX_DEFAULT, sizeof(probe.octets));
	}
}

static void
ends_close(void)
{
	OM_uint32 minor;
	int i;

	for (i = 0; i < 2; i++) {
		gssloop_channel_free(&probe.ends[i].channel);
		gssloop_free(&probe.ends[i].loop);
		gss_release_cred(&minor, &probe.ends[i].cred);
	}
}

/* --- Data messages -------------------------------------------------------- */

static const char *
level_name(enum gssloop_protection level)
{
	return level == GSSLOOP_INTEG ? "sign" : "encrypt";
}

/* The size of the data message that begins at `at` in what has come. */
static long
size_read(int fd, size_t at)
{
	static uint8_t octets[2 * GJ_NNS_DATA_MAX];
	const uint8_t *size = octets + at;
	ssize_t came = recv(fd, octets, sizeof(octets), MSG_PEEK);

	if (came < 0 || (size_t)came < at + GJ_NNS_DATA_HEADER)
		return -1;
	return (long)size[0] | (long)size[1] << 8 | (long)size[2] << 16 |
	       (long)size[3] << 24;
}

/*
 * The size of the data message of so many plain octets, the border of a message
 * being among them; with fewer than that has, they are what a whole data
 * message in front of them has left over.
 */
static long
size_seen(const struct end *from, const struct end *to,
    enum gssloop_protection level, size_t plain)
{
	size_t before = plain > GJ_NNSTEST_HEADER ? 0 : GJ_NNS_PIECE_MAX;
	struct gssloop_frame frame;
	long size;

	memset(&frame, 0, sizeof(frame));
	frame.kind = GSSLOOP_FRAME_MESSAGE;
	frame.protection = level;
	frame.data.data = (const uint8_t *)probe.octets;
	frame.data.size = before + plain - GJ_NNSTEST_HEADER;
	if (gssloop_channel_put(from->channel, &frame) != GSSLOOP_IO_OK ||
	    gssloop_channel_flush(from->channel) != GSSLOOP_IO_OK)
		tap_bail(gssloop_channel_reason(from->channel));
	size = size_read(to->fd, 0);
	if (before > 0 && size > 0)
		size = size_read(to->fd, (size_t)size + GJ_NNS_DATA_HEADER);
	if (gssloop_channel_get(to->channel, &frame) != GSSLOOP_IO_OK ||
	    frame.protection != level ||
	    frame.data.size != before + plain - GJ_NNSTEST_HEADER ||
	    memcmp(frame.data.data, probe.octets, frame.data.size) != 0)
		tap_bail("the message is not what was sent");
	return size;
}

static void
sizes_check(const char *mech, enum gssloop_protection level)
{
	static const size_t plain[] = {1, 100, GJ_NNS_PIECE_MAX};
	static const char *const names[] = {"initiator", "acceptor"};
	const struct end *from, *to;
	long size, wanted;
	size_t i;

	for (i = 0; i < 2 * COUNT(plain); i++) {
		from = &probe.ends[i % 2];
		to = &probe.ends[1 - i % 2];
		wanted = (long)plain[i / 2] + NTLM_SIGNATURE;
		size = size_seen(from, to, level, plain[i / 2]);
		tap_check(size == wanted,
		    "%s, %s, from the %s: %zu octets in %ld", mech,
		    level_name(level), names[i % 2], plain[i / 2], size);
	}
}

/*
 * Octets that nobody wrapped, fewer than a signature, as many, and more. NTLM's
 * state has gone on with them, so that nothing else can follow.
 */
static void
forged_check(const char *mech, enum gssloop_protection level)
{
	static const struct {
		const char *octets;
		size_t size;
	} forged[] = {{"\6\0\0\0forged", 10},
	    {"\x10\0\0\0a forged message", 20},
	    {"\x14\0\0\0a forged message too", 24}};
	struct gssloop_frame frame;
	enum gssloop_io io;
	size_t i;

	for (i = 0; i < COUNT(forged); i++) {
		if (send(probe.ends[0].fd, forged[i].octets, forged[i].size,
			MSG_NOSIGNAL) != (ssize_t)forged[i].size)
			tap_bail("nothing is sent");
		io = gssloop_channel_get(probe.ends[1].channel, &frame);
		tap_check(io == GSSLOOP_IO_REFUSED, "%s, %s, forged: %s", mech,
		    level_name(level),
		    gssloop_channel_reason(probe.ends[1].channel));
	}
}

int
main(void)
{
	gss_buffer_desc text = {14, (void *)"host@localhost"};
	enum gssloop_protection level;
	gss_name_t target;
	OM_uint32 minor;
	size_t i;

	if (gss_import_name(&minor, &text, &gj_name_hostbased, &target) !=
	    GSS_S_COMPLETE)
		tap_bail("no name");
	for (i = 0; i < sizeof(probe.octets); i++)
		probe.octets[i] = (char)(i % 251);
	for (i = 0; i < 4; i++) {
		level = i % 2 == 0 ? GSSLOOP_INTEG : GSSLOOP_CONF;
		ends_open(i < 2 ? &gj_mech_spnego : &ntlm, target, level);
		sizes_check(i < 2 ? "NTLM in SPNEGO" : "NTLM alone", level);
		forged_check(i < 2 ? "NTLM in SPNEGO" : "NTLM alone", level);
		ends_close();
	}
	gss_release_name(&minor, &target);
	return tap_end();
}
