/*
 * The server: what its connections have in common, where they come from, and
 * its signals.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_SERVER_H
#define GSS_REMCTLD_SERVER_H

#include <stdint.h>

#include "connections.h"
#include "listeners.h"
#include "options.h"
#include "resolver.h"
#include "session.h"

/*
 * The connections that there may be, as far as the system gives descriptors:
 * each needs one, its program three more, and as many for a moment.  The
 * reserve is for what the server and a GSS call open.
 */
#define CONNECTIONS_MAX	       4096
#define CONNECTION_DESCRIPTORS 4
#define DESCRIPTORS_RESERVED   64

/*
 * Those of them that have no context yet.  What one costs is bounded by
 * GSSLOOP_TOKEN_MAX_DEFAULT, some 270 KiB at worst.  More wait in the system's
 * queue; one that has taken longer than an honest client ever does makes room.
 */
#define HANDSHAKES_MAX		256
#define HANDSHAKE_GRACE_SECONDS 2

struct server {
	const struct options *options;
	struct event_base *base;
	struct service service;
	struct connections handshakes; /* without a context */
	struct connections serving;
	unsigned int connections_max;
	uint64_t connections_ever;
	struct resolver resolver;    /* with listeners alone */
	struct listeners *listeners; /* NULL: one connection, on stdin */
	struct event *listening[LISTENERS_MAX];
	struct event *paused; /* until there are descriptors again */
	struct event *terminate, *interrupt, *hangup;
	bool limit_said, exhausted_said;
	gss_cred_id_t credential;
	bool credential_known;
};

/*
 * Serves until it is told to stop; `ready` is called when connections are
 * taken.  The configuration is borrowed, and later ones take its place; the
 * listeners are closed by the caller, where they are not yet.  The program's
 * exit status.
 */
int server_run(const struct options *options, struct config *config,
    struct listeners *listeners, void (*ready)(const struct options *));

/* The same for one connection, whose socket it takes over. */
int server_run_one(
    const struct options *options, struct config *config, int fd);

/* Logs what will go wrong with a configuration that was loaded. */
void server_warn(const struct config *config);

/* For connections: what they accept with, if it can be had; one less. */
bool server_credential(struct server *server, gss_cred_id_t *credential);
void server_connection_over(struct server *server);

#endif
