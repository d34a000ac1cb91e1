/*
 * gsstest secinfo: the advice of draft-eisler-nfsv4-ccm-00, section 6, as a
 * scenario between an RPC client and an RPC server.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_SECINFO_H
#define GSSTEST_SECINFO_H

#include "party.h"
#include "story.h"

/* Calls that go by the last flavour (-M). */
#define SECINFO_CALLS_DEFAULT 10

struct secinfo {
	struct options options; /* those that its parts share with others */
	enum story_way way;
	bool tcp;
	unsigned int calls;
};

/* gsstest secinfo [serve | call].  An exit status. */
int secinfo_command(int argc, char **argv);

/* What protects a connected socket; NULL where nobody says so (section 7). */
const char *secinfo_layer(const struct secinfo *secinfo, int fd);

/*
 * The two sides.  The client takes over a connected socket; the server serves
 * count connections of a listening one (0: until SIGTERM), or a connected one,
 * the other then being -1.  Each reports, and returns an exit status.  bound is
 * where the server listens, which it tells on stdout once it can be stopped, or
 * NULL.
 */
int secinfo_client(const struct secinfo *secinfo, const char *target, int fd);
int secinfo_server(
    const struct secinfo *secinfo, int listener, const char *bound, int fd);

#endif
