/*
 * Fuzzer of SPNEGO's codec: every view lies in the token, and both ways to
 * read an answer agree.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>

#include "wire_spnego.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
inside(const uint8_t *data, size_t size, const struct gssloop_view *view)
{
	if (view->data == NULL)
		require(view->size == 0);
	else
		require(view->data >= data &&
			(size_t)(view->data - data) <= size &&
			view->size <= size - (size_t)(view->data - data));
}

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
		inside(data, size, views[i]);
	while (gj_spnego_mech_next(&rest, &mech)) {
		require(mech.size > 0);
		inside(data, size, &mech);
	}
	require(rest.size == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gj_spnego_error error;
	struct gj_spnego_reply reply;
	struct gj_spnego_token token;
	bool good = gj_spnego_token_decode(data, size, &token, &error);
	bool answer = gj_spnego_decode(data, size, &reply);

	require(good == (error.fault == GJ_SPNEGO_OK));
	require(error.offset <= size);
	views_check(data, size, &token);
	if (!good || token.kind != GJ_SPNEGO_RESP)
		return 0;
	require(answer && reply.mech.data == token.mech.data &&
		reply.token.data == token.token.data &&
		reply.token.size == token.token.size);
	return 0;
}
