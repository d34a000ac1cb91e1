/*
 * A connection of an RPC client, with several security contexts of RPCSEC_GSS.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Every call here waits for its answer, at most client->wait_ms.
 */
#ifndef GSSTEST_RPC_CLIENT_H
#define GSSTEST_RPC_CLIENT_H

#include "record.h"
#include "rpcsec.h"

/* The greatest result, and replies to nothing that are passed over. */
#define RPC_CLIENT_MESSAGE_MAX (1024 * 1024)
#define RPC_CLIENT_STRAY_MAX   16

struct rpc_client_context {
	struct gssloop *loop; /* NULL: there is none */
	struct gj_rpcsec rpcsec;
	bool bound; /* CCM contexts may be made over it */
};

struct rpc_client {
	struct gj_stream stream;
	struct gj_record record;
	unsigned int wait_ms;
	uint32_t program, version;
	uint32_t xid;
	char reason[768]; /* why the latest call here failed */
};

/* What came back for a call. */
struct rpc_answer {
	enum {
		RPC_ANSWERED, /* accept_stat SUCCESS: results */
		RPC_UNACCEPTED,
		RPC_DENIED
	} what;
	uint32_t stat; /* accept_stat, auth_stat */
	struct gssloop_view results;
};

/* Takes over a connected socket; 0, or errno's value, and it stays there. */
int rpc_client_open(struct rpc_client *client, int fd, uint32_t program,
    uint32_t version, unsigned int wait_ms);

/* Contexts have to be closed before. */
void rpc_client_close(struct rpc_client *client);

/*
 * Calls with a context (NULL: AUTH_NONE).  Results are plain and live until
 * the next call here.  False, with client->reason, where there is no answer
 * or none that can be trusted.
 */
bool rpc_client_call(struct rpc_client *client,
    struct rpc_client_context *context, uint32_t procedure, uint32_t service,
    const struct gssloop_view *arguments, struct rpc_answer *answer);

/* Sends a token as INIT's, and reads what comes; handle and token are views. */
bool rpc_client_init(struct rpc_client *client, struct gj_rpcsec *rpcsec,
    enum gj_rpcsec_proc proc, const struct gssloop_view *token,
    struct gj_rpc_reply *reply, struct gj_rpcsec_init_res *res);

/*
 * Makes a context by INIT and CONTINUE_INIT into an empty struct; params are
 * those of an initiator.  On failure the context is empty, and client->reason
 * says why; where the server refused it, *major and *minor are what it sent,
 * else GSS_S_COMPLETE.  rpc_client_forget releases it.
 */
bool rpc_client_establish(struct rpc_client *client,
    const struct gssloop_params *params, struct rpc_client_context *context,
    OM_uint32 *major, OM_uint32 *minor);

/*
 * A CCM context over an established one, by the handle that the server gave to
 * it (draft-eisler-nfsv4-ccm-00, section 5), or by another one (NULL: that).
 */
bool rpc_client_cache(struct rpc_client *client,
    struct rpc_client_context *over, const gss_buffer_desc *handle,
    gss_name_t target, struct rpc_client_context *context, OM_uint32 *major,
    OM_uint32 *minor);

/* DESTROY; true where the server says so.  The context is empty afterwards. */
bool rpc_client_destroy(
    struct rpc_client *client, struct rpc_client_context *context);

/* The same without a word to the server. */
void rpc_client_forget(struct rpc_client_context *context);

#endif
