/*
 * Fuzzer of SPNEGO's codec: every view lies in the token, and both ways to
 * read an answer agree.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "claims.h"
#include "wire_spnego.h"

static void
views_check(
    const uint8_t *data, size_t size, const struct gj_spnego_token *token)
{
	const struct gssloop_view *views[] = {&token->mech_types, &token->flags,
	    &token->hints, &token->hint_name, &token->hint_address,
	    &token->state, &token->mech, &token->token, &token->mic};
	struct gssloop_view rest = token->mech_types, mech;
	size_t i;

	for (i = 0; i < sizeof(views) / sizeof(views[0]); i++)
		claim_inside(views[i], data, size);
	while (gj_spnego_mech_next(&rest, &mech)) {
		claim(mech.size > 0);
		claim_inside(&mech, data, size);
	}
	claim(rest.size == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gj_spnego_error error;
	struct gj_spnego_reply reply;
	struct gj_spnego_token token;
	bool good = gj_spnego_token_decode(data, size, &token, &error);
	bool answer = gj_spnego_decode(data, size, &reply);

	claim(good == (error.fault == GJ_SPNEGO_OK));
	claim(error.offset <= size);
	views_check(data, size, &token);
	if (!good || token.kind != GJ_SPNEGO_RESP)
		return 0;
	claim(answer && reply.mech.data == token.mech.data &&
	      reply.token.data == token.token.data &&
	      reply.token.size == token.token.size);
	return 0;
}
