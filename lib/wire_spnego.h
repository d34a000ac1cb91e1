/*
 * SPNEGO's tokens (RFC 4178, section 4.2; [MS-SPNG] 2.2.1 for NegTokenInit2).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Octets to views.  What a view points to lies in the token, so its offset is
 * the difference of two pointers.
 */
#ifndef GJ_WIRE_SPNEGO_H
#define GJ_WIRE_SPNEGO_H

#include <stdbool.h>
#include <stddef.h>

#include "gssloop_frame.h"

enum gj_spnego_kind {
	GJ_SPNEGO_INIT,	 /* NegTokenInit */
	GJ_SPNEGO_INIT2, /* NegTokenInit2: with negHints, or a MIC behind them
			  */
	GJ_SPNEGO_RESP	 /* NegTokenResp */
};

enum gj_spnego_fault {
	GJ_SPNEGO_OK,
	GJ_SPNEGO_BAD_FRAME,  /* 0x60, but not as RFC 2743 frames a token */
	GJ_SPNEGO_WRONG_MECH, /* framed for another mechanism */
	GJ_SPNEGO_BAD_CHOICE, /* neither a NegTokenInit nor a NegTokenResp */
	GJ_SPNEGO_BAD_DER,    /* no DER, or not all there */
	GJ_SPNEGO_LEFT_OVER,  /* octets behind the end */
	GJ_SPNEGO_BAD_FIELD,  /* another type than the field's */
	GJ_SPNEGO_BAD_ORDER,  /* a field again, or one that comes before it */
	GJ_SPNEGO_BAD_STATE,  /* negState above 3 */
	GJ_SPNEGO_NO_MECHS,   /* a NegTokenInit without mechTypes */
	GJ_SPNEGO_FAULTS      /* how many there are */
};

/* One sentence without a full stop. */
const char *gj_spnego_fault_text(enum gj_spnego_fault fault);

/* "NegTokenInit2". */
const char *gj_spnego_kind_name(enum gj_spnego_kind kind);

/* What was wrong, and where. */
struct gj_spnego_error {
	enum gj_spnego_fault fault;
	size_t offset; /* of the element, from the token's first octet */
};

/* A token; a view with data NULL was not there. */
struct gj_spnego_token {
	enum gj_spnego_kind kind;
	bool framed; /* as RFC 2743 asks of a first token */
	/* A NegTokenInit's or a NegTokenInit2's. */
	struct gssloop_view mech_types;	  /* for gj_spnego_mech_next */
	struct gssloop_view flags;	  /* reqFlags: a BIT STRING's content */
	struct gssloop_view hints;	  /* negHints: a SEQUENCE's content */
	struct gssloop_view hint_name;	  /* a GeneralString's octets */
	struct gssloop_view hint_address; /* an OCTET STRING's */
	/* A NegTokenResp's. */
	struct gssloop_view state; /* negState: one octet, 0 to 3 */
	struct gssloop_view mech;  /* supportedMech: content octets */
	/* Anyone's. */
	struct gssloop_view token; /* mechToken, responseToken */
	struct gssloop_view mic;   /* mechListMIC */
};

/*
 * Reads a whole token; a NegTokenInit with or without the frame of RFC 2743.
 * Fields behind the last that is known are passed over, as the ASN.1's
 * extension mark asks.  False with error filled, and token empty.
 */
bool gj_spnego_token_decode(const void *token, size_t size,
    struct gj_spnego_token *decoded, struct gj_spnego_error *error);

/*
 * Takes the next mechanism's OID, its content octets, from the front of a
 * decoded token's mech_types (of a copy); false at the end.
 */
bool gj_spnego_mech_next(
    struct gssloop_view *mech_types, struct gssloop_view *mech);

/* Views into the token; one with data NULL was not there. */
struct gj_spnego_reply {
	struct gssloop_view mech;  /* supportedMech: content octets */
	struct gssloop_view token; /* responseToken */
};

/*
 * The two fields of an answer that decide who reads it, whatever its others
 * are; false where the token is no NegTokenResp in DER.
 */
bool gj_spnego_decode(
    const void *token, size_t size, struct gj_spnego_reply *reply);

#endif
