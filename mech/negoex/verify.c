/*
 * VERIFY, and the ALERT that asks for it again.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "key.h"
#include "verify.h"

/*
 * How often a peer may ask for our VERIFY again: once for each of its
 * mechanism's tokens will do, and each costs a checksum over all so far.
 */
#define NEGOEX_VERIFY_MAX 32

static unsigned int
usage(enum negoex_role signer)
{
	return signer == NEGOEX_INITIATOR ? NEGOEX_USAGE_INITIATOR
					  : NEGOEX_USAGE_ACCEPTOR;
}

/* The peer had no key for our VERIFY: it has to be sent again. */
static bool
alert_take(struct negoex_context *context, struct negoex_call *call,
    const struct gj_negoex_message *message)
{
	const struct gj_negoex_alert *alert = &message->u.alert;
	struct gj_negoex_alert_element element;
	unsigned int i;

	if (!negoex_scheme_is(negoex_active(context), alert->scheme))
		return true;
	for (i = 0; i < alert->alert_count; i++) {
		gj_negoex_alert_element(message, i, &element);
		if (context->verify_sent && element.pulse &&
		    element.reason == GJ_NEGOEX_ALERT_VERIFY_NO_KEY) {
			context->verify_sent = false;
			context->verify_asked++;
		}
	}
	if (context->verify_asked > NEGOEX_VERIFY_MAX)
		return negoex_problem_at(
		    &call->problem, NEGOEX_TOO_MANY_ALERTS, message);
	return true;
}

/* *no_key: the mechanism gives none yet. */
static bool
verify_check(struct negoex_context *context, struct negoex_call *call,
    const struct negoex_input *input, bool *no_key)
{
	struct negoex_scheme *scheme = negoex_active(context);
	const struct gj_negoex_verify *verify = &input->verify.u.verify;
	struct negoex_key key;
	bool available, good;

	if (!negoex_scheme_is(scheme, verify->scheme))
		return negoex_problem_at(
		    &call->problem, NEGOEX_WRONG_SCHEME, &input->verify);
	good = negoex_key_inquire(scheme->context, NEGOEX_KEY_VERIFY, &key,
	    &available, &call->problem);
	*no_key = good && !available;
	if (good && available) {
		good = negoex_checksum_verify(&key,
		    usage(context->role == NEGOEX_INITIATOR ? NEGOEX_ACCEPTOR
							    : NEGOEX_INITIATOR),
		    negoex_transcript_data(&context->transcript),
		    input->verify_offset, verify, &call->problem);
		context->verified = good;
	}
	negoex_key_wipe(&key);
	return good;
}

bool
negoex_verify_write(struct negoex_context *context, struct negoex_call *call)
{
	struct negoex_scheme *scheme = negoex_active(context);
	struct negoex_checksum checksum;
	struct negoex_key key;
	bool available, good;

	if (context->verify_sent)
		return true;
	good = negoex_key_inquire(
	    scheme->context, NEGOEX_KEY_SIGN, &key, &available, &call->problem);
	if (good && available) {
		good = negoex_checksum_make(&key, usage(context->role),
			   negoex_transcript_data(&context->transcript),
			   negoex_transcript_size(&context->transcript),
			   &checksum, &call->problem) &&
		       negoex_write_verify(&context->transcript,
			   scheme->mech->scheme, checksum.type, checksum.octets,
			   checksum.size, &call->problem);
		context->verify_sent = good;
	}
	negoex_key_wipe(&key);
	return good;
}

/* Complete, or something to send: else nothing could ever follow. */
static bool
settle(struct negoex_context *context, struct negoex_call *call)
{
	if (context->mech_complete && !context->verify_sent)
		return negoex_problem(&call->problem, NEGOEX_NO_KEY);
	if (context->mech_complete && context->verified) {
		negoex_fix(context, negoex_active(context));
		context->state = NEGOEX_ESTABLISHED;
		return true;
	}
	if (negoex_transcript_size(&context->transcript) ==
	    context->transcript.mark)
		return negoex_problem(&call->problem, NEGOEX_MISSING_VERIFY);
	return true;
}

bool
negoex_verify(struct negoex_context *context, struct negoex_call *call,
    const struct negoex_input *input)
{
	struct negoex_scheme *scheme = negoex_active(context);
	bool no_key = false;

	if (input->has_alert && !alert_take(context, call, &input->alert))
		return false;
	if (input->has_verify && !verify_check(context, call, input, &no_key))
		return false;
	if (!negoex_verify_write(context, call))
		return false;
	if (no_key && context->mech_complete)
		return negoex_problem(&call->problem, NEGOEX_NO_KEY);
	if (no_key &&
	    !negoex_write_pulse(&context->transcript, scheme->mech->scheme,
		GJ_NEGOEX_ALERT_VERIFY_NO_KEY, &call->problem))
		return false;
	return settle(context, call);
}
