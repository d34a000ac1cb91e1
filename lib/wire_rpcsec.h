/*
 * What RPCSEC_GSS version 1 puts into calls and replies (RFC 2203, section 5).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	credential (5)		1, gss_proc, seq_num, service, opaque handle<>
 *	init_arg (5.2.2)	opaque gss_token<>
 *	init_res (5.2.3)	opaque handle<>, gss_major, gss_minor,
 *				seq_window, opaque gss_token<>
 *	integ_data (5.3.2.2)	opaque body<>, opaque checksum<>
 *	priv_data (5.3.2.3)	opaque body<>, of GSS_Wrap
 *	body			seq_num, arguments or results
 *
 * gss_proc, service and sequence numbers are judged as numbers only: what they
 * mean for a context is the server's to know.  Limits of tokens and messages
 * are the channel's.  Views look into what was given to the decoder.
 */
#ifndef GJ_WIRE_RPCSEC_H
#define GJ_WIRE_RPCSEC_H

#include "wire_rpc.h"

#define GJ_RPCSEC_VERSION 1

/* MAXSEQ: no sequence number may be above it (section 5.3.3.1). */
#define GJ_RPCSEC_SEQUENCE_MAX UINT32_C(0x80000000)

/* Octets of a credential beside its handle, which is padded. */
#define GJ_RPCSEC_CREDENTIAL 20

/* A greater handle does not fit into a credential's body. */
#define GJ_RPCSEC_HANDLE_MAX (GJ_RPC_AUTH_MAX - GJ_RPCSEC_CREDENTIAL)

enum gj_rpcsec_proc {
	GJ_RPCSEC_DATA = 0,
	GJ_RPCSEC_INIT = 1,
	GJ_RPCSEC_CONTINUE_INIT = 2,
	GJ_RPCSEC_DESTROY = 3
};

enum gj_rpcsec_service {
	GJ_RPCSEC_NONE = 1,
	GJ_RPCSEC_INTEGRITY = 2,
	GJ_RPCSEC_PRIVACY = 3
};

struct gj_rpcsec_credential {
	enum gj_rpcsec_proc proc;
	uint32_t sequence;
	/*
	 * One of enum gj_rpcsec_service; of INIT and CONTINUE_INIT any number,
	 * which a server has to ignore (section 5.2.2).
	 */
	uint32_t service;
	struct gssloop_view handle;
};

/*
 * Reads a credential's body, all of it: true when it is GJ_RPC_FINE, and else
 * credential is empty; GJ_RPC_OTHER_VERSION or GJ_RPC_MALFORMED, which a server
 * denies with an auth_stat of its choice.
 */
bool gj_rpcsec_credential_decode(const struct gssloop_view *body,
    struct gj_rpcsec_credential *credential, struct gj_rpc_result *result);

/*
 * Each reads all of octets: true when it is GJ_RPC_FINE, else outputs are
 * empty and it is GJ_RPC_MALFORMED, as well where a length is above a limit,
 * token_max and so on, which is seen before anything is done with it.
 */
bool gj_rpcsec_init_arg_decode(const struct gssloop_view *octets,
    size_t token_max, struct gssloop_view *token, struct gj_rpc_result *result);

/* Major status codes are GSS-API's of the C bindings (appendix A). */
struct gj_rpcsec_init_res {
	struct gssloop_view handle; /* at most GJ_RPCSEC_HANDLE_MAX octets */
	uint32_t major, minor, window;
	struct gssloop_view token;
};
bool gj_rpcsec_init_res_decode(const struct gssloop_view *octets,
    size_t token_max, struct gj_rpcsec_init_res *res,
    struct gj_rpc_result *result);

struct gj_rpcsec_integ {
	struct gssloop_view body; /* what the checksum, a MIC, is of */
	struct gssloop_view checksum;
};
bool gj_rpcsec_integ_decode(const struct gssloop_view *octets, size_t body_max,
    size_t checksum_max, struct gj_rpcsec_integ *integ,
    struct gj_rpc_result *result);

bool gj_rpcsec_priv_decode(const struct gssloop_view *octets, size_t body_max,
    struct gssloop_view *body, struct gj_rpc_result *result);

/* The inner body, of integ_data or unwrapped: what is behind the number. */
bool gj_rpcsec_body_decode(const struct gssloop_view *octets,
    uint32_t *sequence, struct gssloop_view *arguments,
    struct gj_rpc_result *result);

/* A handle above GJ_RPCSEC_HANDLE_MAX fails the writer. */
void gj_rpcsec_credential_encode(
    struct gj_writer *writer, const struct gj_rpcsec_credential *credential);
void gj_rpcsec_init_res_encode(
    struct gj_writer *writer, const struct gj_rpcsec_init_res *res);

void gj_rpcsec_init_arg_encode(
    struct gj_writer *writer, const struct gssloop_view *token);
void gj_rpcsec_integ_encode(
    struct gj_writer *writer, const struct gj_rpcsec_integ *integ);
void gj_rpcsec_priv_encode(
    struct gj_writer *writer, const struct gssloop_view *body);
void gj_rpcsec_body_encode(struct gj_writer *writer, uint32_t sequence,
    const struct gssloop_view *arguments);

/* How many octets each of them writes. */
size_t gj_rpcsec_credential_size(const struct gj_rpcsec_credential *credential);
size_t gj_rpcsec_init_res_size(const struct gj_rpcsec_init_res *res);
size_t gj_rpcsec_integ_size(const struct gj_rpcsec_integ *integ);

#endif
