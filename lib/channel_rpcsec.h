/*
 * The rpcsec channel from the inside.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Context tokens ride in INIT and CONTINUE_INIT and their replies; a message is
 * a call of one procedure, whose argument and result is an opaque<>; END is
 * DESTROY.  There is one call at a time, and one context: a second negotiation
 * takes the first one's place.
 */
#ifndef GJ_CHANNEL_RPCSEC_H
#define GJ_CHANNEL_RPCSEC_H

#include "record.h"
#include "rpcsec.h"

/*
 * Records that one get deals with by itself, or passes over: behind so many
 * the deadline and other channels have their turn, whatever more there is.
 */
#define GJ_RPCSEC_RECORDS 64

struct gj_rpcsec_channel {
	struct gj_stream stream; /* the first */
	struct gj_record record;
	struct gssloop_rpcsec params;
	const struct gssloop *loop;
	struct gj_rpcsec context;
	struct gj_rpcsec_call call; /* that a reply is awaited to, or owed */
	bool outstanding;	    /* there is such a call */
	bool destroyed;		    /* acceptor: the context was */
	struct gj_buffer body;	    /* arguments or results, as XDR */

	/* Initiator: what the latest reply to INIT or CONTINUE_INIT said. */
	OM_uint32 major;
	uint32_t verifier_flavor;
	uint8_t verifier[GJ_RPC_AUTH_MAX];
	size_t verifier_size;

	char said[640]; /* a text of our own */
};

/* The operations of a role. */
extern const struct gssloop_channel_ops gj_rpcsec_initiator_ops;
extern const struct gssloop_channel_ops gj_rpcsec_acceptor_ops;

/* What both share. */
void gj_rpcsec_channel_free(void *self);

/* A failure with a text of ours; printf's arguments. */
enum gssloop_io gj_rpcsec_channel_failed(
    struct gj_rpcsec_channel *, enum gssloop_io io, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* What a call of rpcsec.h returned: its reason is ours. */
enum gssloop_io gj_rpcsec_channel_did(
    struct gj_rpcsec_channel *, enum gssloop_io io);

/* The next record that is within the limits. */
enum gssloop_io gj_rpcsec_channel_record(
    struct gj_rpcsec_channel *, struct gssloop_view *record);

/* Enough records for one get: AGAIN, and poll asks for the next at once. */
enum gssloop_io gj_rpcsec_channel_yield(struct gj_rpcsec_channel *);

/* The loop is complete: its context protects from now on. */
void gj_rpcsec_channel_establish(struct gj_rpcsec_channel *);

/* A message as arguments or results; the view is into self->body. */
enum gssloop_io gj_rpcsec_channel_wrap(struct gj_rpcsec_channel *,
    const struct gssloop_view *message, struct gssloop_view *octets);

/* The frame of a message out of plain arguments or results. */
enum gssloop_io gj_rpcsec_channel_unwrap(struct gj_rpcsec_channel *,
    const struct gssloop_view *octets, struct gssloop_frame *frame);

#endif
