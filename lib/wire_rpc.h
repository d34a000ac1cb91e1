/*
 * The messages of ONC RPC version 2 (RFC 5531), without what a program and a
 * flavour of authentication put into them.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	mark	31 bits of a fragment's length, above them the bit that is set
 *		of a record's last one			(section 11)
 *	call	xid, 0, rpcvers, prog, vers, proc,
 *		credential, verifier, arguments		(section 9)
 *	reply	xid, 1, 0, verifier, accept_stat ..., results
 *		xid, 1, 1, reject_stat ...
 *
 * A credential and a verifier are each a flavour and an opaque body<400>
 * (section 8.2).  Octets to structs of views into them, and back.
 */
#ifndef GJ_WIRE_RPC_H
#define GJ_WIRE_RPC_H

#include "wire.h"
#include "xdr.h"

#define GJ_RPC_VERSION 2

/* The greatest body of a credential or a verifier (section 8.2). */
#define GJ_RPC_AUTH_MAX 400

/* The octets of a mark, and the greatest fragment that it can announce. */
#define GJ_RPC_MARK	    4
#define GJ_RPC_FRAGMENT_MAX 0x7fffffff

/* Flavours; their registry is IANA's. */
enum gj_rpc_flavor {
	GJ_RPC_AUTH_NONE = 0,
	GJ_RPC_AUTH_SYS = 1,
	GJ_RPC_AUTH_RPCSEC_GSS = 6
};

enum gj_rpc_reply_stat {
	GJ_RPC_ACCEPTED = 0,
	GJ_RPC_DENIED = 1
};

enum gj_rpc_accept_stat {
	GJ_RPC_SUCCESS = 0,
	GJ_RPC_PROG_UNAVAIL = 1,
	GJ_RPC_PROG_MISMATCH = 2,
	GJ_RPC_PROC_UNAVAIL = 3,
	GJ_RPC_GARBAGE_ARGS = 4,
	GJ_RPC_SYSTEM_ERR = 5
};

enum gj_rpc_reject_stat {
	GJ_RPC_MISMATCH = 0,
	GJ_RPC_AUTH_ERROR = 1
};

/* 8 to 12, of Kerberos without GSS, are not among those that we send. */
enum gj_rpc_auth_stat {
	GJ_RPC_AUTH_OK = 0,
	GJ_RPC_AUTH_BADCRED = 1,
	GJ_RPC_AUTH_REJECTEDCRED = 2,
	GJ_RPC_AUTH_BADVERF = 3,
	GJ_RPC_AUTH_REJECTEDVERF = 4,
	GJ_RPC_AUTH_TOOWEAK = 5,
	GJ_RPC_AUTH_INVALIDRESP = 6,
	GJ_RPC_AUTH_FAILED = 7,
	GJ_RPC_GSS_CREDPROBLEM = 13,
	GJ_RPC_GSS_CTXPROBLEM = 14
};

/* What it means, short, without a full stop; "unknown" for other numbers. */
const char *gj_rpc_accept_text(uint32_t accept_stat);
const char *gj_rpc_auth_text(uint32_t auth_stat);

/* What a decoder made of octets that are all there is. */
enum gj_rpc_what {
	GJ_RPC_FINE,
	GJ_RPC_OTHER_VERSION, /* not one that we speak; no more was read */
	GJ_RPC_MALFORMED,
	GJ_RPC_DROP /* nothing that could be answered: not known to have an
		       xid and to be a call; or, for replies, a reply */
};

struct gj_rpc_result {
	enum gj_rpc_what what;
	/*
	 * Of a MALFORMED call: the auth_stat of its credential or its verifier,
	 * where that cannot be read, and else GJ_RPC_AUTH_OK.
	 */
	uint32_t auth;
	/* Of all but FINE, for people: the offset, what is there, the rule. */
	char reason[GJ_WIRE_REASON];
};

/* The mark of one fragment. */
struct gj_rpc_mark {
	bool last; /* of its record */
	uint32_t size;
};

/*
 * Reads a mark, of a record of which `taken` octets came in fragments before,
 * and of which at most max are wanted: GJ_WIRE_FRAME, with result->size the
 * octets of the mark, GJ_WIRE_NEED, GJ_WIRE_TOO_LARGE where the record would be
 * above max, or GJ_WIRE_MALFORMED of an empty fragment that is not the last.
 * The last rule is ours: any number of those would stand for nothing.  So
 * there are at most max fragments, and one, in a record.
 */
void gj_rpc_mark_decode(const uint8_t *data, size_t size, size_t taken,
    size_t max, struct gj_rpc_mark *mark, struct gj_wire_result *result);

/*
 * The mark of a record of one fragment; a size above GJ_RPC_FRAGMENT_MAX
 * fails the writer.
 */
void gj_rpc_mark_encode(struct gj_writer *writer, size_t size);

/* A credential or a verifier; an empty body's data may be NULL to encode. */
struct gj_rpc_auth {
	uint32_t flavor;
	struct gssloop_view body;
};

struct gj_rpc_call {
	uint32_t xid, program, version, procedure;
	struct gj_rpc_auth credential, verifier;
	struct gssloop_view arguments; /* all octets behind the verifier */
	/*
	 * From the xid up to and with the credential: what RPCSEC_GSS's
	 * verifier is over (RFC 2203, section 5.3.1).
	 */
	struct gssloop_view head;
};

/*
 * Reads a record that should be a call; true when it is GJ_RPC_FINE, and else
 * call is empty but for the xid, which is 0 where it is not there.
 * gj_rpc_unread_put (rpcsec.h) answers where there is an answer.
 */
bool gj_rpc_call_decode(const void *data, size_t size, struct gj_rpc_call *call,
    struct gj_rpc_result *result);

/*
 * Writes a call up to and with the credential.  The verifier, which may be made
 * of these octets, and the arguments come behind it.  A body above
 * GJ_RPC_AUTH_MAX fails the writer.
 */
void gj_rpc_call_encode(
    struct gj_writer *writer, const struct gj_rpc_call *call);
void gj_rpc_auth_encode(
    struct gj_writer *writer, const struct gj_rpc_auth *auth);

/* How many octets gj_rpc_auth_encode writes. */
size_t gj_rpc_auth_size(const struct gj_rpc_auth *auth);

struct gj_rpc_reply {
	uint32_t xid;
	enum gj_rpc_reply_stat stat;
	/* Of ACCEPTED. */
	struct gj_rpc_auth verifier;
	enum gj_rpc_accept_stat accept;
	struct gssloop_view results; /* of SUCCESS: all octets behind it */
	/* Of DENIED. */
	enum gj_rpc_reject_stat reject;
	uint32_t auth; /* auth_stat of AUTH_ERROR, known or not */
	/* The versions that are spoken, of the two MISMATCHes. */
	uint32_t low, high;
};

/*
 * Reads a record that should be a reply; true when it is GJ_RPC_FINE, and else
 * reply is empty but for the xid.  Never GJ_RPC_OTHER_VERSION.  That nothing
 * follows is seen to here, but not behind SUCCESS.
 */
bool gj_rpc_reply_decode(const void *data, size_t size,
    struct gj_rpc_reply *reply, struct gj_rpc_result *result);

/*
 * Writes a reply, all but the results, which come behind it.  A body above
 * GJ_RPC_AUTH_MAX fails the writer.
 */
void gj_rpc_reply_encode(
    struct gj_writer *writer, const struct gj_rpc_reply *reply);

/*
 * For the codecs of messages and of what is within them: the fields of octets
 * that are all there is, one by one.  The first that is wrong fills the result
 * and fails the reader; from then on numbers are 0 and views empty, so that a
 * message is read as plain lines and tested once.
 */
struct gj_rpc_fields {
	struct gj_reader reader;
	const uint8_t *start; /* offset 0 */
	size_t offset;	      /* of the field that was read last */
	struct gj_rpc_result *result;
};

/* Begins; the result is GJ_RPC_FINE. */
void gj_rpc_fields_init(struct gj_rpc_fields *fields, const void *data,
    size_t size, struct gj_rpc_result *result);

/* A name is what people call the field: "the handle". */
uint32_t gj_rpc_number(struct gj_rpc_fields *fields, const char *name);
void gj_rpc_opaque(struct gj_rpc_fields *fields, const char *name, size_t max,
    struct gssloop_view *view);

/* All octets that are left. */
void gj_rpc_rest(struct gj_rpc_fields *fields, struct gssloop_view *view);

/* Refuses the field that was read last, where nothing was refused before. */
void gj_rpc_refuse(
    struct gj_rpc_fields *fields, enum gj_rpc_what what, const char *why);

/* Refuses what is left; true when nothing is, nor was, refused. */
bool gj_rpc_fields_end(struct gj_rpc_fields *fields);

#endif
