/*
 * The tokens of CCM, the credential cache mechanism
 * (draft-eisler-nfsv4-ccm-00), in XDR (RFC 1832).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	initial token	opaque handle<>			within the frame of
 *							wire_initial.h
 *	response	TRUE, status
 *	input token	TRUE, status			what an initiator is
 *			FALSE, opaque context<>,	given by its application
 *			opaque handle<>
 *
 * A number is 32 bits in network order; an opaque is its length, its octets,
 * and zeros up to a multiple of four.  There is one way to write each: what is
 * decoded and encoded again is the same.
 */
#ifndef GJ_WIRE_CCM_H
#define GJ_WIRE_CCM_H

#include "gssloop_frame.h"
#include "reader.h"
#include "writer.h"

/* RPCSEC_GSS's messages have 400 octets for all of a credential. */
#define GJ_CCM_HANDLE_MAX 1024

/* Octets of a response. */
#define GJ_CCM_RESPONSE 8

/* CCM_status_t; also the minor status of the mechanism (section 4.4). */
enum gj_ccm_status {
	GJ_CCM_OK = 0,
	GJ_CCM_HANDLE_MALFORMED = 1,
	GJ_CCM_HANDLE_EXPIRED = 2,
	GJ_CCM_HANDLE_NOT_FOUND = 3
};

/* What it says, for people; NULL for a number that is none of them. */
const char *gj_ccm_status_text(uint32_t status);

/* CCM_init_sec_context_input_token; the other arm is empty. */
struct gj_ccm_input {
	bool response;
	enum gj_ccm_status status;   /* of a response */
	struct gssloop_view context; /* of a bootstrap */
	struct gssloop_view handle;
};

/*
 * Each reads all of data: false where that is not just one well-formed token,
 * outputs then empty (GJ_CCM_HANDLE_MALFORMED for a status).  Views look into
 * data; those of no octets are not NULL.
 */
bool gj_ccm_initial_decode(
    const void *data, size_t size, struct gssloop_view *handle);
bool gj_ccm_response_decode(
    const void *data, size_t size, enum gj_ccm_status *status);
bool gj_ccm_input_decode(
    const void *data, size_t size, struct gj_ccm_input *input);

/* The octets of a handle above GJ_CCM_HANDLE_MAX fail the writer. */
void gj_ccm_initial_encode(
    struct gj_writer *writer, const struct gssloop_view *handle);
void gj_ccm_response_encode(
    struct gj_writer *writer, enum gj_ccm_status status);
void gj_ccm_bootstrap_encode(struct gj_writer *writer,
    const struct gssloop_view *context, const struct gssloop_view *handle);

#endif
