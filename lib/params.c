/*
 * The arguments of a loop.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>

#include "compat.h"
#include "flags.h"
#include "params.h"

void
gssloop_params_init(struct gssloop_params *params, enum gssloop_role role)
{
	memset(params, 0, sizeof(*params));
	params->role = role;
	params->cred = GSS_C_NO_CREDENTIAL;
	params->target = GSS_C_NO_NAME;
	params->mech = GSS_C_NO_OID;
	params->bindings = GSS_C_NO_CHANNEL_BINDINGS;
	params->bootstrap = GSS_C_NO_BUFFER;
}

static int
mech_copy(struct gj_params *taken)
{
	gss_OID mech = taken->fixed.mech;

	if (mech == GSS_C_NO_OID)
		return 0;
	if (mech->length > sizeof(taken->mech_octets))
		return EINVAL;
	memcpy(taken->mech_octets, mech->elements, mech->length);
	taken->mech.length = mech->length;
	taken->mech.elements = taken->mech_octets;
	taken->fixed.mech = &taken->mech;
	return 0;
}

static void
value_copy(gss_buffer_t value, uint8_t **to)
{
	if (value->length > 0)
		memcpy(*to, value->value, value->length);
	value->value = *to;
	*to += value->length;
}

static int
bindings_copy(struct gj_params *taken)
{
	struct gss_channel_bindings_struct *bindings = &taken->bindings;
	uint8_t *to;

	if (taken->fixed.bindings == GSS_C_NO_CHANNEL_BINDINGS)
		return 0;
	*bindings = *taken->fixed.bindings;
	to = malloc(bindings->initiator_address.length +
		    bindings->acceptor_address.length +
		    bindings->application_data.length + 1);
	if (to == NULL)
		return ENOMEM;
	taken->bindings_octets = to;
	value_copy(&bindings->initiator_address, &to);
	value_copy(&bindings->acceptor_address, &to);
	value_copy(&bindings->application_data, &to);
	taken->fixed.bindings = bindings;
	return 0;
}

static int
bootstrap_copy(struct gj_params *taken)
{
	const gss_buffer_desc *given = taken->fixed.bootstrap;

	if (given == GSS_C_NO_BUFFER)
		return 0;
	taken->fixed.bootstrap = &taken->bootstrap;
	if (given->length == 0)
		return 0;
	taken->bootstrap.value = malloc(given->length);
	if (taken->bootstrap.value == NULL)
		return ENOMEM;
	memcpy(taken->bootstrap.value, given->value, given->length);
	taken->bootstrap.length = given->length;
	return 0;
}

static void
defaults_fill(struct gssloop_params *params)
{
	if (params->token_max == 0)
		params->token_max = GSSLOOP_TOKEN_MAX_DEFAULT;
	if (params->rounds_max == 0)
		params->rounds_max = GSSLOOP_ROUNDS_MAX_DEFAULT;
	if (params->wait_ms == 0)
		params->wait_ms = GSSLOOP_WAIT_DEFAULT;
	params->refuse &= ~GJ_FLAGS_HARMLESS;
	params->request |= params->require & ~GJ_FLAGS_TOLD;
	params->request &= ~params->refuse;
}

static int
params_are_valid(const struct gssloop_params *params)
{
	if ((params->require & params->refuse & ~GJ_FLAGS_HARMLESS) != 0)
		return 0;
	if (params->role == GSSLOOP_ACCEPTOR)
		return params->bootstrap == GSS_C_NO_BUFFER;
	return params->role == GSSLOOP_INITIATOR &&
	       params->target != GSS_C_NO_NAME;
}

int
gj_params_take(struct gj_params *taken, const struct gssloop_params *params)
{
	int error;

	if (!params_are_valid(params))
		return EINVAL;
	taken->fixed = *params;
	defaults_fill(&taken->fixed);
	error = mech_copy(taken);
	if (error == 0)
		error = bindings_copy(taken);
	if (error == 0)
		error = bootstrap_copy(taken);
	return error;
}

void
gj_params_free(struct gj_params *taken)
{
	free(taken->bindings_octets);
	taken->bindings_octets = NULL;
	free(taken->bootstrap.value);
	taken->bootstrap.value = NULL;
}
