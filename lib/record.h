/*
 * The records of ONC RPC over a stream (RFC 5531, section 11).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A record that comes in one fragment, as nearly all do, is not copied.
 */
#ifndef GJ_RECORD_H
#define GJ_RECORD_H

#include "stream.h"
#include "wire_rpc.h"

/* Start from all zero. */
struct gj_record {
	struct gj_buffer parts;	 /* of a record in several fragments */
	struct gj_rpc_mark mark; /* the fragment that is read */
	bool marked;		 /* its mark was */
	bool whole;		 /* parts was given out */
	size_t taken;		 /* octets of the stream that were given out */
};

void gj_record_free(struct gj_record *);

/*
 * The next record, of at most max octets; it lives until the next call.  As
 * gssloop_channel_get returns; the reason is the stream's.
 */
enum gssloop_io gj_record_get(struct gj_record *, struct gj_stream *stream,
    size_t max, struct gssloop_view *record);

#endif
