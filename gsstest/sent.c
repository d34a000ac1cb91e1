/*
 * The flags that a krb5 initiator sent, for the acceptor's report.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "reader.h"
#include "sent.h"
#include "sent_library.h"
#include "wire_initial.h"
#include "wire_spnego.h"

/* RFC 4121, section 4.1: 01 00 stands before the AP-REQ. */
#define TOKEN_AP_REQ 0x0001

/* Section 4.1.1: the octets of the channel bindings' hash. */
#define BINDINGS 16

/* The AP-REQ of a token that is krb5's own. */
static bool
krb5_open(const struct gssloop_view *token, struct gssloop_view *request)
{
	struct gssloop_view mech, inner;
	struct gj_reader reader;

	if (!gj_initial_decode(token->data, token->size, &mech, &inner) ||
	    (!gj_gss_oid_is(&gj_mech_krb5, mech.data, mech.size) &&
		!gj_gss_oid_is(&gj_mech_krb5_microsoft, mech.data, mech.size)))
		return false;
	gj_reader_init(&reader, inner.data, inner.size);
	if (gj_reader_u16le(&reader) != TOKEN_AP_REQ || reader.failed)
		return false;
	request->data = reader.at;
	request->size = reader.left;
	return true;
}

/* The same, where it may lie in SPNEGO's. */
static bool
request_find(const void *token, size_t size, struct gssloop_view *request)
{
	struct gssloop_view whole = {token, size};
	struct gj_spnego_token spnego;
	struct gj_spnego_error error;

	if (krb5_open(&whole, request))
		return true;
	return gj_spnego_token_decode(token, size, &spnego, &error) &&
	       spnego.token.data != NULL && krb5_open(&spnego.token, request);
}

/*
 * As an acceptor reads it; without KRB5_AUTH_CONTEXT_DO_TIME neither library
 * asks a replay cache, which has seen this request already.
 */
static bool
request_read(krb5_context context, krb5_auth_context auth,
    const struct gssloop_view *request, uint8_t head[SENT_CHECKSUM_HEAD])
{
	krb5_data data;

	memset(&data, 0, sizeof(data));
	data.data = (void *)request->data;
	data.length = (unsigned int)request->size;
	krb5_auth_con_setflags(context, auth, 0);
	return krb5_rd_req(context, &auth, &data, NULL, NULL, NULL, NULL) ==
		   0 &&
	       sent_checksum(context, auth, head);
}

static bool
request_open(
    const struct gssloop_view *request, uint8_t head[SENT_CHECKSUM_HEAD])
{
	krb5_context context;
	krb5_auth_context auth;
	bool good = false;

	if (krb5_init_context(&context) != 0)
		return false;
	if (krb5_auth_con_init(context, &auth) == 0) {
		good = request_read(context, auth, request, head);
		krb5_auth_con_free(context, auth);
	}
	krb5_free_context(context);
	return good;
}

bool
sent_flags(const void *token, size_t size, OM_uint32 *flags)
{
	uint8_t head[SENT_CHECKSUM_HEAD];
	struct gssloop_view request;
	struct gj_reader reader;

	if (!request_find(token, size, &request) ||
	    !request_open(&request, head))
		return false;
	gj_reader_init(&reader, head, sizeof(head));
	if (gj_reader_u32le(&reader) != BINDINGS)
		return false;
	gj_reader_view(&reader, BINDINGS);
	*flags = gj_reader_u32le(&reader);
	return !reader.failed;
}
