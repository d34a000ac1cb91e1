/*
 * One connection of an RPC server, with several security contexts of RPCSEC_GSS
 * at a time, krb5's and CCM's (draft-eisler-nfsv4-ccm-00, section 5).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * What concerns RPC and RPCSEC_GSS is answered here; calls of the program go to
 * its owner's function.  Nothing here waits.
 *
 * The handle of a krb5 context is what a CCM context is made with.  It is
 * looked up on its own connection only.  Behind the octets that nobody can
 * guess it has the connection's mark, the same in all of them: so one that was
 * given out here and has no context any more is known as expired, however long
 * ago that was, and nothing is kept of it.  Whoever makes up a handle with the
 * mark is told the same, which is a refusal, too.  With the empty handle a peer
 * means the one krb5 context of the connection; with none or several there is
 * no such.
 */
#ifndef GSSTEST_RPC_SERVER_H
#define GSSTEST_RPC_SERVER_H

#include "gssapi_ccm.h"
#include "record.h"
#include "rpcsec.h"

/*
 * Contexts of one connection, those under way included: a user has one or two,
 * and a client's users share a connection.
 */
#define RPC_SERVER_CONTEXTS 16

/* The octets of a connection's mark: its number in the process, from 1. */
#define RPC_SERVER_MARK 8

/* The greatest message of the program. */
#define RPC_SERVER_MESSAGE_MAX (1024 * 1024)

/* Calls that are served before other connections get their turn. */
#define RPC_SERVER_TURN 64

struct rpc_server;

struct rpc_context {
	struct gssloop *loop; /* NULL: the place is free */
	struct gj_rpcsec rpcsec;
	bool ccm;
	bool established;
	bool bound;		  /* krb5: a CCM context may be made over it */
	struct rpc_context *over; /* CCM: while that one is there */
	/*
	 * The program's: it answered with "wrong security" so that the client
	 * changes to CCM (section 6), and calls that it let through.
	 */
	bool downgrade;
	unsigned int calls;
};

/* A call of the program. */
struct rpc_call {
	struct rpc_context *context; /* NULL: AUTH_NONE */
	uint32_t procedure;
	uint32_t service; /* enum gj_rpcsec_service, with a context */
	struct gssloop_view arguments;
};

/* What became of it. */
enum rpc_served {
	RPC_SERVED,	  /* with results */
	RPC_UNKNOWN,	  /* no such procedure */
	RPC_GARBAGE,	  /* the arguments cannot be read */
	RPC_TOO_WEAK,	  /* not without a context */
	RPC_SYSTEM_FAILED /* no memory, or our own fault */
};

/* What happened to a context, for who watches. */
enum rpc_sight {
	RPC_SIGHT_ESTABLISHED,
	RPC_SIGHT_REFUSED, /* the loop failed, or nothing was tried */
	RPC_SIGHT_DENIED,  /* a call: its handle or its protection */
	RPC_SIGHT_DESTROYED
};

struct rpc_server_params {
	void *argument;
	uint32_t program, version;

	/*
	 * Serves a call of the null procedure or another; results are views
	 * into the arguments or octets that live until the next call.
	 */
	enum rpc_served (*serve)(void *argument, struct rpc_server *server,
	    const struct rpc_call *call, struct gssloop_view *results);

	/*
	 * NULL for nobody.  context is NULL for a call with no context of ours;
	 * text is for a person.
	 */
	void (*watch)(void *argument, enum rpc_sight sight,
	    const struct rpc_context *context, const char *text);

	gss_cred_id_t cred; /* for krb5; borrowed */

	/*
	 * From rpc_server_register, where the layer below is protected;
	 * GSS_CCM_NO_APPLICATION: CCM is refused (section 7).
	 */
	gss_ccm_application application;
};

struct rpc_server {
	struct gj_stream stream;
	struct gj_record record;
	struct rpc_server_params params;
	struct rpc_context contexts[RPC_SERVER_CONTEXTS];
	uint8_t mark[RPC_SERVER_MARK]; /* of the handles of krb5 contexts */
	unsigned long calls;	       /* records that came; it may wrap */
	struct rpc_context *found;     /* by the latest lookup */
	char reason[640];
};

/*
 * Registers RPCSEC_GSS as an application of CCM, once in a process and for all
 * its connections; as gss_ccm_register.
 */
OM_uint32 rpc_server_register(
    OM_uint32 *minor, gss_ccm_application *application);

/*
 * Takes over a connected socket, and the params; the server must not move then.
 * 0, or errno's value, and the socket stays the caller's.
 */
int rpc_server_open(
    struct rpc_server *server, int fd, const struct rpc_server_params *params);

/* Unbinds and deletes all contexts, and closes. */
void rpc_server_close(struct rpc_server *server);

/*
 * Serves what has come: AGAIN when there is no more, or replies wait to be
 * read; OK when there may be more, after RPC_SERVER_TURN calls; CLOSED, or
 * what else ends the connection, with server->reason.
 */
enum gssloop_io rpc_server_serve(struct rpc_server *server);

/* What to wait for. */
short rpc_server_events(const struct rpc_server *server);

#endif
