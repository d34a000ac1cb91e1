/*
 * One security context of RPCSEC_GSS (RFC 2203), of either side, without I/O:
 * protects calls and replies, and judges those of the peer.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * What is sent is appended to a queue as a whole record, with its mark.  What
 * comes has been read by wire_rpc and wire_rpcsec, whose views are used here.
 *
 * A service is refused, on both sides, where the context does not offer it:
 * integrity without GSS_C_INTEG_FLAG, privacy without GSS_C_CONF_FLAG or with
 * a conf_state of 0.  So CCM carries authentication alone (draft-eisler,
 * sections 6 and 7).
 *
 * After a failure `reason` says what, for a person.  Threads: one at a time.
 */
#ifndef GJ_RPCSEC_H
#define GJ_RPCSEC_H

#include "buffer.h"
#include "gss.h"
#include "gssloop.h"
#include "wire_rpcsec.h"

/* The window that our acceptors offer, in calls (section 5.3.3.1). */
#define GJ_RPCSEC_WINDOW 128

/* Octets of a handle that we make, behind its prefix. */
#define GJ_RPCSEC_HANDLE_RANDOM 16

/*
 * What our handles begin with, so that they can be CCM's at the same time: the
 * identifier of an application there (draft-eisler, section 4.2).
 */
#define GJ_RPCSEC_HANDLE_PREFIX "RPCSEC"

/* Octets by which a record exceeds token or message, at most. */
#define GJ_RPCSEC_OVERHEAD 4096

struct gj_rpcsec {
	uint8_t handle[GJ_RPCSEC_HANDLE_MAX];
	size_t handle_size;
	gss_ctx_id_t context; /* borrowed; GSS_C_NO_CONTEXT until complete */
	gss_OID mech;	      /* borrowed, for texts */
	/* As in struct gssloop_rpcsec; NULL for gss_verify_mic. */
	OM_uint32 (*verify_mic)(OM_uint32 *minor, gss_ctx_id_t context,
	    gss_buffer_t message, gss_buffer_t mic, gss_qop_t *qop);
	OM_uint32 flags;
	uint32_t window;
	uint32_t sequence; /* the highest that was used, or taken */
	uint64_t seen[GJ_RPCSEC_WINDOW / 64]; /* bit n: sequence - n */
	struct gj_buffer scratch;
	gss_buffer_desc plain; /* what the latest message was unwrapped to */
	char reason[640];
};

/* What a call is, beside its context; both sides' words for it. */
struct gj_rpcsec_call {
	uint32_t xid, program, version, procedure;
	enum gj_rpcsec_proc proc;
	uint32_t service, sequence;
	struct gssloop_view arguments; /* plain */
};

/* An all-zero struct is empty.  Wipes and releases; it can be used again. */
void gj_rpcsec_free(struct gj_rpcsec *);

/* Makes a handle that nobody can foretell; 0, or errno's value. */
int gj_rpcsec_handle_make(struct gj_rpcsec *);
void gj_rpcsec_handle_set(
    struct gj_rpcsec *, const struct gssloop_view *handle);
bool gj_rpcsec_handle_is(
    const struct gj_rpcsec *, const struct gssloop_view *handle);

/* The context is complete; all three are borrowed until gj_rpcsec_free. */
void gj_rpcsec_establish(
    struct gj_rpcsec *, gss_ctx_id_t context, gss_OID mech, OM_uint32 flags);

/*
 * The initiator.  Each returns OK; NO_MEMORY; REFUSED where GSS, or the rule
 * above, does not allow it, or what came is not protected as it should be;
 * MALFORMED for what cannot be read; TOO_LARGE.
 */

/* INIT or CONTINUE_INIT, call->proc; arguments is the token. */
enum gssloop_io gj_rpcsec_init_put(struct gj_rpcsec *,
    const struct gj_rpcsec_call *call, struct gj_buffer *out);

/*
 * Reads the results of such a call; takes over handle and window of a
 * successful one.
 */
enum gssloop_io gj_rpcsec_init_reply_take(struct gj_rpcsec *,
    const struct gj_rpc_reply *reply, size_t token_max,
    struct gj_rpcsec_init_res *res);

/*
 * What the minor status of a refusal says; NULL where that cannot be known. It
 * is of the acceptor's mechanism, which is ours; but the libraries have texts
 * only for what they have returned themselves.  CCM's numbers mean the same
 * everywhere (draft-eisler, section 4.4).
 */
const char *gj_rpcsec_minor_text(gss_OID mech, uint32_t minor);

/* Checks the verifier of the reply that ended with GSS_S_COMPLETE. */
enum gssloop_io gj_rpcsec_window_verify(
    struct gj_rpcsec *, const struct gj_rpc_auth *verifier);

/* A call of DATA or DESTROY; its sequence number is set. */
enum gssloop_io gj_rpcsec_call_put(
    struct gj_rpcsec *, struct gj_rpcsec_call *call, struct gj_buffer *out);

/*
 * Verifies an accepted reply to a call; results are those of a SUCCESS, plain,
 * and live until the next call here or while the reply's octets do.  An empty
 * body is taken as the results of DESTROY for each service: so libtirpc sends
 * it.
 */
enum gssloop_io gj_rpcsec_reply_take(struct gj_rpcsec *,
    const struct gj_rpcsec_call *call, const struct gj_rpc_reply *reply,
    struct gssloop_view *results);

/* The acceptor. */

/*
 * The credential of a call: GJ_RPC_AUTH_OK where it is one of RPCSEC_GSS, which
 * *cred is then, and else the auth_stat that the call is denied with.
 */
enum gj_rpc_auth_stat gj_rpcsec_credential_judge(
    const struct gj_rpc_auth *auth, struct gj_rpcsec_credential *cred);

/*
 * The reply to INIT or CONTINUE_INIT.  A major status that is neither COMPLETE
 * nor CONTINUE_NEEDED goes without handle and token (section 5.2.3.1).
 */
enum gssloop_io gj_rpcsec_init_reply_put(struct gj_rpcsec *, uint32_t xid,
    OM_uint32 major, OM_uint32 minor, const struct gssloop_view *token,
    struct gj_buffer *out);

enum gj_rpcsec_verdict {
	GJ_RPCSEC_TAKE,
	GJ_RPCSEC_DISCARD,   /* silently: seen already, or below the window */
	GJ_RPCSEC_DENY_CRED, /* with GJ_RPC_GSS_CREDPROBLEM */
	GJ_RPCSEC_DENY_CONTEXT, /* with GJ_RPC_GSS_CTXPROBLEM */
	GJ_RPCSEC_GARBAGE,	/* accept_stat GARBAGE_ARGS */
	GJ_RPCSEC_NO_MEMORY
};

/*
 * Judges a call of DATA or DESTROY with this context's handle (section
 * 5.3.3.1): the sequence number, the verifier, the arguments' protection.
 * *call is filled for every verdict, arguments for TAKE; they live as results
 * do above.
 */
enum gj_rpcsec_verdict gj_rpcsec_call_take(struct gj_rpcsec *,
    const struct gj_rpc_call *rpc, const struct gj_rpcsec_credential *cred,
    struct gj_rpcsec_call *call);

/*
 * A reply to a call that was taken, or whose arguments are garbage; results
 * are plain; for PROG_MISMATCH call->version is the one that is spoken here.
 * REFUSED where GSS makes no verifier or no protection: then
 * nothing is sent, and CTXPROBLEM is the answer.
 */
enum gssloop_io gj_rpcsec_reply_put(struct gj_rpcsec *,
    const struct gj_rpcsec_call *call, enum gj_rpc_accept_stat accept,
    const struct gssloop_view *results, struct gj_buffer *out);

/*
 * The answer to a call that was not taken; none to one that is discarded.  For
 * NO_MEMORY there is nothing but that to return.
 */
enum gssloop_io gj_rpcsec_refusal_put(struct gj_rpcsec *,
    const struct gj_rpcsec_call *call, enum gj_rpcsec_verdict verdict,
    struct gj_buffer *out);

/*
 * The answer to a record that gj_rpc_call_decode does not take: RPC_MISMATCH,
 * or the denial for a credential or verifier that cannot be read.  REFUSED: a
 * server has no answer to it.
 */
enum gssloop_io gj_rpc_unread_put(
    uint32_t xid, const struct gj_rpc_result *result, struct gj_buffer *out);

/* Any reply that has no results: denials, and acceptance without a context. */
enum gssloop_io gj_rpc_reply_put(
    const struct gj_rpc_reply *reply, struct gj_buffer *out);

/* GARBAGE_ARGS, without a context. */
enum gssloop_io gj_rpc_garbage_put(uint32_t xid, struct gj_buffer *out);

/* AUTH_ERROR. */
enum gssloop_io gj_rpc_denial_put(
    uint32_t xid, uint32_t why, struct gj_buffer *out);

#endif
