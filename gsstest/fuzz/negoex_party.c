/*
 * One NEGOEX party of ours over the scripted mechglue, for the fuzzers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "border.h"
#include "module.h"
#include "name.h"
#include "negoex_party.h"

void
party_settings(uint8_t settings)
{
	struct negoex_problem problem = {0};
	struct negoex_installation *installation;
	int i;

	scripted_mechglue_reset(1 + settings % 8);
	glue.lax = true;
	for (i = 0; i < NEGOEX_ROLES; i++) {
		if ((settings & 8) != 0)
			glue.part[0][i].key = SCRIPTED_KEY_AT_ONCE;
		if ((settings & 32) != 0)
			glue.part[0][i].metadata = "data";
	}
	/* The process's own, changed for this run. */
	installation =
	    (struct negoex_installation *)negoex_installation(&problem);
	if (installation == NULL)
		abort();
	installation->optimistic = (settings & 16) == 0;
}

void
party_begin(struct party *party, enum negoex_role role)
{
	gss_buffer_desc text = {4, (void *)"host"};
	OM_uint32 minor;

	memset(party, 0, sizeof(*party));
	party->role = role;
	party->major = GSS_S_CONTINUE_NEEDED;
	if (role == NEGOEX_INITIATOR)
		gj_name_new(&minor, &text, GSS_C_NO_OID, &party->target);
}

void
party_call(struct party *party, gss_buffer_t token, gss_buffer_t output)
{
	gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
	gss_name_t peer = GSS_C_NO_NAME;
	OM_uint32 minor;

	scripted_random_seed(party->role);
	if (party->role == NEGOEX_INITIATOR)
		party->major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL,
		    &party->handle, party->target, &gj_module_mech, 0, 0,
		    GSS_C_NO_CHANNEL_BINDINGS, token, NULL, output, NULL, NULL);
	else
		party->major = gss_accept_sec_context(&minor, &party->handle,
		    GSS_C_NO_CREDENTIAL, token, GSS_C_NO_CHANNEL_BINDINGS,
		    &peer, NULL, output, NULL, NULL, &delegated);
	gj_name_free(&peer);
	if (delegated != GSS_C_NO_CREDENTIAL) {
		free(delegated);
		glue.creds--;
	}
}

void
party_end(struct party *party)
{
	OM_uint32 minor;

	gss_delete_sec_context(&minor, &party->handle, GSS_C_NO_BUFFER);
	gj_name_free(&party->target);
}

/* The next token of the input into a block of its own; false at the end. */
static bool
token_next(const uint8_t **data, size_t *left, gss_buffer_t token)
{
	size_t size;

	if (*left < 2)
		return false;
	size = (size_t)(*data)[0] << 8 | (*data)[1];
	*data += 2;
	*left -= 2;
	if (size > *left)
		size = *left;
	token->value = malloc(size > 0 ? size : 1);
	if (token->value == NULL)
		return false;
	memcpy(token->value, *data, size);
	token->length = size;
	*data += size;
	*left -= size;
	return true;
}

int
party_fuzz(enum negoex_role role, const uint8_t *data, size_t size)
{
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER, output;
	struct party party;

	if (size == 0)
		return 0;
	party_settings(*data++);
	size--;
	party_begin(&party, role);
	if (role == NEGOEX_INITIATOR) {
		party_call(&party, GSS_C_NO_BUFFER, &output);
		free(output.value);
	}
	/* One call more than there should be, too. */
	while (token_next(&data, &size, &token)) {
		party_call(&party, &token, &output);
		free(output.value);
		free(token.value);
	}
	party_end(&party);
	if (!scripted_mechglue_clean())
		abort();
	return 0;
}
