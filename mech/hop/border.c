/*
 * The hop mechanism: a count of tokens, with no security at all, for tests of
 * NEGOEX; what the mechglue calls to establish a context.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * It speaks as the mechanism with which MIT and Heimdal test NEGOEX does
 * (facts/negoex.md).  Never install it.  fault.h has its variables.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "loaded.h"
#include "mechglue.h"
#include "module.h"
#include "octets.h"
#include "outcome.h"
#include "wire_initial.h"

/* 2.25.1414534758; the module serves every other OID that it is given, too. */
gss_OID_desc gj_module_mech = {6, (void *)"\x69\x85\xa2\xc0\xac\x66"};

static const char acceptor_failed[] = "fail";

static OM_uint32
failed(OM_uint32 *minor, OM_uint32 code)
{
	*minor = code;
	switch (code) {
	case HOP_BAD_TOKEN:
	case HOP_WRONG_COUNT:
		return GSS_S_DEFECTIVE_TOKEN;
	case HOP_WRONG_STATE:
		return GSS_S_NO_CONTEXT;
	default:
		return GSS_S_FAILURE;
	}
}

static bool
is_fail(const gss_buffer_desc *token)
{
	size_t size = sizeof(acceptor_failed) - 1;

	return token->length == size &&
	       memcmp(token->value, acceptor_failed, size) == 0;
}

/* The acceptor's answer: one bare octet.  0, or a minor. */
static OM_uint32
answer_read(struct hop_context *context, const gss_buffer_desc *token)
{
	if (context == NULL || !context->initiator)
		return HOP_WRONG_STATE;
	if (is_fail(token))
		return HOP_ACCEPTOR_FAILED;
	if (token->length != 1)
		return HOP_BAD_TOKEN;
	return hop_context_received(context, *(const uint8_t *)token->value);
}

/* The context of a first call, or what the answer makes of the one we have. */
static OM_uint32
initiator_advance(
    struct hop_context **context, gss_OID mech, const gss_buffer_desc *token)
{
	uint8_t hops;

	if (hop_fault(true, HOP_FAIL, mech))
		return HOP_ASKED_FOR;
	if (token != GSS_C_NO_BUFFER && token->length > 0)
		return answer_read(*context, token);
	if (*context != NULL)
		return HOP_WRONG_STATE;
	hops = hop_fault_hops();
	if (hops == 0)
		return HOP_BAD_HOPS;
	*context = hop_context_new(mech, true, hops);
	return *context == NULL ? (OM_uint32)ENOMEM : 0;
}

/* Ours are always framed, as MIT's are. */
static OM_uint32
initiator_send(
    OM_uint32 *minor, struct hop_context *context, gss_buffer_t token)
{
	uint8_t hops;
	gss_buffer_desc octet = {1, &hops};

	*minor = 0;
	if (!hop_context_send(context, &hops))
		return GSS_S_COMPLETE;
	return gj_mechglue()->encapsulate_token(&octet, context->mech, token);
}

static OM_uint32
initiator_call(struct hop_outcome *outcome, OM_uint32 *minor,
    gss_channel_bindings_t bindings, gss_buffer_t input)
{
	OM_uint32 code, major;

	*minor = 0;
	if (!hop_fault_bindings(true, bindings))
		return GSS_S_BAD_BINDINGS;
	code = initiator_advance(&outcome->context, outcome->mech, input);
	if (code != 0)
		return failed(minor, code);
	major = initiator_send(minor, outcome->context, outcome->token);
	if (major != GSS_S_COMPLETE)
		return major;
	return outcome->context->hops > 0 ? GSS_S_CONTINUE_NEEDED
					  : GSS_S_COMPLETE;
}

/* What both roles' calls give out alike. */
static OM_uint32
give(const struct hop_outcome *outcome, OM_uint32 *minor, gss_ctx_id_t *handle,
    gss_OID *mech, OM_uint32 *granted, OM_uint32 *time_granted)
{
	*minor = outcome->minor;
	*handle = (gss_ctx_id_t)outcome->context;
	if (granted != NULL)
		*granted = outcome->flags;
	if (mech != NULL && !GSS_ERROR(outcome->major))
		*mech = outcome->mech;
	if (time_granted != NULL)
		*time_granted = GSS_C_INDEFINITE;
	return outcome->major;
}

GJ_EXPORT OM_uint32
gss_init_sec_context(OM_uint32 *minor, gj_cred_in cred, gss_ctx_id_t *handle,
    gj_name_in target, gss_OID asked, OM_uint32 flags, OM_uint32 lifetime,
    gss_channel_bindings_t bindings, gss_buffer_t input, gss_OID *mech,
    gss_buffer_t output, OM_uint32 *granted, OM_uint32 *time_granted)
{
	struct hop_outcome outcome;
	OM_uint32 code, major;

	(void)cred, (void)target, (void)flags, (void)lifetime;
	*minor = 0;
	hop_outcome_begin(&outcome, true, (struct hop_context *)*handle,
	    hop_mech(asked), output);
	if (outcome.mech == NULL || gj_mechglue() == NULL)
		return GSS_S_BAD_MECH;
	major = initiator_call(&outcome, &code, bindings, input);
	hop_outcome_end(&outcome, major, code);
	return give(&outcome, minor, handle, mech, granted, time_granted);
}

/* The initiator's token: framed, one octet.  0, or a minor. */
static OM_uint32
token_read(const gss_buffer_desc *token, gss_OID *mech, uint8_t *hops)
{
	struct gssloop_view oid, inner;
	gss_OID_desc found;

	if (!gj_initial_decode(token->value, token->length, &oid, &inner) ||
	    inner.size != 1)
		return HOP_BAD_TOKEN;
	found.elements = (void *)oid.data;
	found.length = (OM_uint32)oid.size;
	*mech = hop_mech(&found);
	*hops = inner.data[0];
	return *mech == NULL ? HOP_BAD_TOKEN : 0;
}

static OM_uint32
acceptor_advance(struct hop_context **context, gss_OID mech, uint8_t hops)
{
	if (*context == NULL) {
		*context = hop_context_new(mech, false, hops);
		return *context == NULL ? (OM_uint32)ENOMEM : 0;
	}
	if ((*context)->initiator || (*context)->mech != mech)
		return HOP_WRONG_STATE;
	return hop_context_received(*context, hops);
}

static OM_uint32
acceptor_send(OM_uint32 *minor, struct hop_context *context, gss_buffer_t token)
{
	uint8_t hops;

	*minor = 0;
	if (!hop_context_send(context, &hops))
		return GSS_S_COMPLETE;
	return octets_copy(minor, &hops, 1, token);
}

static OM_uint32
acceptor_call(struct hop_outcome *outcome, OM_uint32 *minor,
    gss_channel_bindings_t bindings, gss_buffer_t input)
{
	OM_uint32 code, major;
	uint8_t hops = 0;

	*minor = 0;
	if (!hop_fault_bindings(false, bindings))
		return GSS_S_BAD_BINDINGS;
	code = token_read(input, &outcome->mech, &hops);
	if (code == 0 && hop_fault(false, HOP_FAIL, outcome->mech)) {
		octets_copy(minor, acceptor_failed, sizeof(acceptor_failed) - 1,
		    outcome->token);
		code = HOP_ASKED_FOR;
	}
	if (code == 0)
		code = acceptor_advance(&outcome->context, outcome->mech, hops);
	if (code != 0)
		return failed(minor, code);
	major = acceptor_send(minor, outcome->context, outcome->token);
	if (major != GSS_S_COMPLETE)
		return major;
	return outcome->context->hops > 0 ? GSS_S_CONTINUE_NEEDED
					  : GSS_S_COMPLETE;
}

/*
 * There is no source name, which Heimdal's mechglue wants to be said: its own
 * variable is not initialised (gss_accept_sec_context.c:163).
 */
GJ_EXPORT OM_uint32
gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *handle, gj_cred_in cred,
    gss_buffer_t input, gss_channel_bindings_t bindings, gss_name_t *source,
    gss_OID *mech, gss_buffer_t output, OM_uint32 *granted,
    OM_uint32 *time_granted, gss_cred_id_t *delegated)
{
	struct hop_outcome outcome;
	OM_uint32 code, major;

	(void)cred;
	if (source != NULL)
		*source = GSS_C_NO_NAME;
	if (delegated != NULL)
		*delegated = GSS_C_NO_CREDENTIAL;
	hop_outcome_begin(&outcome, false, (struct hop_context *)*handle,
	    &gj_module_mech, output);
	major = acceptor_call(&outcome, &code, bindings, input);
	hop_outcome_end(&outcome, major, code);
	return give(&outcome, minor, handle, mech, granted, time_granted);
}

GJ_EXPORT OM_uint32
gss_delete_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *handle, gss_buffer_t token)
{
	*minor = 0;
	if (token != GSS_C_NO_BUFFER)
		octets_clear(token);
	free(*handle);
	*handle = GSS_C_NO_CONTEXT;
	return GSS_S_COMPLETE;
}

/* Nothing protects such a token: what it does is what HOP_PROCESS says. */
GJ_EXPORT OM_uint32
gss_process_context_token(
    OM_uint32 *minor, gj_context_in handle, gss_buffer_t token)
{
	struct hop_context *context = (struct hop_context *)handle;

	(void)token;
	*minor = 0;
	if (context == NULL || context->deleted)
		return GSS_S_NO_CONTEXT;
	switch (hop_fault_process(&context->flags)) {
	case HOP_PROCESS_NONE:
		return GSS_S_UNAVAILABLE;
	case HOP_PROCESS_ACCEPT:
	case HOP_PROCESS_FLAGS:
		return GSS_S_COMPLETE;
	case HOP_PROCESS_DELETE:
		context->deleted = true;
		return GSS_S_COMPLETE;
	case HOP_PROCESS_REFUSE:
		*minor = HOP_ASKED_FOR;
		return GSS_S_DEFECTIVE_TOKEN;
	case HOP_PROCESS_WRONG:
		*minor = HOP_BAD_SCRIPT;
	}
	return GSS_S_FAILURE;
}

/* The texts of the major status are the mechglue's. */
GJ_EXPORT OM_uint32
gss_display_status(OM_uint32 *minor, OM_uint32 value, int type, gss_OID mech,
    OM_uint32 *more, gss_buffer_t text)
{
	const char *found = NULL;

	(void)mech;
	*minor = 0;
	*more = 0;
	octets_clear(text);
	if (type == GSS_C_MECH_CODE)
		found = hop_minor_text(value);
	if (found == NULL)
		return GSS_S_BAD_STATUS;
	return octets_copy(minor, found, strlen(found), text);
}

GJ_EXPORT OM_uint32
gss_indicate_mechs(OM_uint32 *minor, gss_OID_set *mechs)
{
	return gj_loaded_set(minor, mechs);
}
