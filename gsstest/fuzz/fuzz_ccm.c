/*
 * Fuzzer of CCM's tokens, and of the frame that an initial token has: each
 * input is read as each of them, and what was taken is written again.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "claims.h"
#include "wire_ccm.h"
#include "wire_initial.h"

static void
initial_check(const uint8_t *data, size_t size)
{
	struct gssloop_view handle;
	struct gj_writer writer;

	if (!gj_ccm_initial_decode(data, size, &handle)) {
		claim_empty(&handle);
		return;
	}
	claim_inside(&handle, data, size);
	claim(handle.size <= GJ_CCM_HANDLE_MAX);
	rewrite_begin(&writer, size);
	gj_ccm_initial_encode(&writer, &handle);
	claim_rewritten(&writer, data, size);
}

static void
response_check(const uint8_t *data, size_t size)
{
	enum gj_ccm_status status;
	struct gj_writer writer;

	if (!gj_ccm_response_decode(data, size, &status)) {
		claim(status == GJ_CCM_HANDLE_MALFORMED);
		return;
	}
	claim(gj_ccm_status_text((uint32_t)status) != NULL);
	rewrite_begin(&writer, size);
	gj_ccm_response_encode(&writer, status);
	claim_rewritten(&writer, data, size);
}

/* What an application hands over; a response is one of the two. */
static void
input_check(const uint8_t *data, size_t size)
{
	enum gj_ccm_status status;
	struct gj_ccm_input input;
	struct gj_writer writer;
	bool good = gj_ccm_input_decode(data, size, &input);

	claim((good && input.response) ==
	      gj_ccm_response_decode(data, size, &status));
	if (!good || input.response) {
		claim_empty(&input.context);
		claim_empty(&input.handle);
		claim(input.status == status);
		return;
	}
	claim_inside(&input.context, data, size);
	claim_inside(&input.handle, data, size);
	rewrite_begin(&writer, size);
	gj_ccm_bootstrap_encode(&writer, &input.context, &input.handle);
	claim_rewritten(&writer, data, size);
}

static void
frame_check(const uint8_t *data, size_t size)
{
	struct gssloop_view mech, inner;
	bool framed = gj_initial_decode(data, size, &mech, &inner);

	claim_inside(&mech, data, size);
	claim_inside(&inner, data, size);
	if (!framed)
		return;
	claim(mech.size > 0 && inner.data == mech.data + mech.size &&
	      inner.data + inner.size == data + size);
	initial_check(inner.data, inner.size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	initial_check(data, size);
	response_check(data, size);
	input_check(data, size);
	frame_check(data, size);
	return 0;
}
