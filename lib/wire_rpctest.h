/*
 * The RPC program that gsstest speaks, our own; in XDR's language:
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	typedef opaque message<>;
 *
 *	union reply switch (unsigned status) {
 *	case 0:		message data;
 *	default:	void;
 *	};
 *
 *	union secinfo_entry switch (unsigned flavor) {
 *	case 6:		struct {
 *				opaque oid<>;
 *				unsigned qop;
 *				unsigned service;
 *			} info;
 *	default:	void;
 *	};
 *
 *	program GSSTEST {
 *		version GSSTEST_1 {
 *			void NULL(void) = 0;
 *			message ECHO(message) = 1;
 *			reply OPERATE(message) = 2;
 *			secinfo_entry<> SECINFO(void) = 3;
 *		} = 1;
 *	} = 0x20475353;
 *
 * OPERATE and SECINFO stand for NFSv4's COMPOUND and SECINFO (RFC 7530), whose
 * flavours, service and status WRONGSEC they have.  An OID is the content
 * octets of its DER, as in a gss_OID.
 */
#ifndef GJ_WIRE_RPCTEST_H
#define GJ_WIRE_RPCTEST_H

#include "wire_rpc.h"

/* Of the numbers that users choose (RFC 5531, section 8.3). */
#define GJ_RPCTEST_PROGRAM UINT32_C(0x20475353)
#define GJ_RPCTEST_VERSION 1

enum gj_rpctest_procedure {
	GJ_RPCTEST_NULL = 0,
	GJ_RPCTEST_ECHO = 1,
	GJ_RPCTEST_OPERATE = 2,
	GJ_RPCTEST_SECINFO = 3
};

/* Statuses of OPERATE; others are not known here, but allowed. */
#define GJ_RPCTEST_OK	    0
#define GJ_RPCTEST_WRONGSEC 10016 /* NFS4ERR_WRONGSEC */

/* No OID that is in use comes near it. */
#define GJ_RPCTEST_OID_MAX 255

/*
 * Each reads all of octets: true when it is GJ_RPC_FINE, else outputs are empty
 * and it is GJ_RPC_MALFORMED, as well above a limit.
 */
bool gj_rpctest_message_decode(const struct gssloop_view *octets, size_t max,
    struct gssloop_view *message, struct gj_rpc_result *result);

struct gj_rpctest_reply {
	uint32_t status;
	struct gssloop_view data; /* of status 0 */
};
bool gj_rpctest_reply_decode(const struct gssloop_view *octets, size_t max,
    struct gj_rpctest_reply *reply, struct gj_rpc_result *result);

struct gj_rpctest_secinfo {
	uint32_t flavor;
	/* Of flavour 6, RPCSEC_GSS. */
	struct gssloop_view oid;
	uint32_t qop, service;
};

/* Fills entries, of which there is room for max, and their count. */
bool gj_rpctest_secinfo_decode(const struct gssloop_view *octets,
    struct gj_rpctest_secinfo *entries, size_t max, size_t *count,
    struct gj_rpc_result *result);

void gj_rpctest_message_encode(
    struct gj_writer *writer, const struct gssloop_view *message);
void gj_rpctest_reply_encode(
    struct gj_writer *writer, const struct gj_rpctest_reply *reply);

/* An OID above GJ_RPCTEST_OID_MAX fails the writer. */
void gj_rpctest_secinfo_encode(struct gj_writer *writer,
    const struct gj_rpctest_secinfo *entries, size_t count);

#endif
