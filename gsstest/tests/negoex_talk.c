/*
 * Conversations of two NEGOEX parties of ours in one process.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "border.h"
#include "cred.h"
#include "failing_malloc.h"
#include "mechglue.h"
#include "module.h"
#include "name.h"
#include "negoex_talk.h"
#include "suite.h"

/* The process's settings, changed for a test. */
static void
settings(const struct talk *talk)
{
	struct negoex_problem problem = {0};
	struct negoex_installation *installation =
	    (struct negoex_installation *)negoex_installation(&problem);

	ck_assert_ptr_nonnull(installation);
	if (installation->optimistic == talk->not_optimistic)
		installation->optimistic = !talk->not_optimistic;
	if (installation->initiator_prefers != talk->initiator_prefers)
		installation->initiator_prefers = talk->initiator_prefers;
}

static gss_cred_id_t
cred_make(const char *letters)
{
	gss_cred_id_t inner = scripted_cred(), cred;
	struct gj_cred *ours;
	OM_uint32 minor;

	ck_assert_uint_eq(gj_cred_wrap(&minor, &inner, &cred), GSS_S_COMPLETE);
	ours = (struct gj_cred *)cred;
	gj_mechglue()->create_empty_oid_set(&minor, &ours->mechs);
	for (; *letters != '\0'; letters++)
		gj_mechglue()->add_oid_set_member(
		    &minor, scripted_mech(*letters), &ours->mechs);
	return cred;
}

void
talk_begin(struct talk *talk)
{
	gss_buffer_desc text = {4, (void *)"host"};
	OM_uint32 minor;
	int role;

	settings(talk);
	for (role = 0; role < NEGOEX_ROLES; role++)
		if (talk->mechs[role] != NULL)
			talk->side[role].cred = cred_make(talk->mechs[role]);
	gj_name_new(
	    &minor, &text, GSS_C_NO_OID, &talk->side[NEGOEX_INITIATOR].target);
	talk->next = NEGOEX_INITIATOR;
}

static void
text_keep(struct talk_side *side)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor, more = 0;

	side->text[0] = '\0';
	if (gss_display_status(&minor, side->minor, GSS_C_MECH_CODE,
		&gj_module_mech, &more, &text) != GSS_S_COMPLETE)
		return;
	memcpy(side->text, text.value, text.length);
	side->text[text.length] = '\0';
	free(text.value);
}

static void
side_call(struct talk *talk, enum negoex_role role, gss_buffer_t input,
    gss_buffer_t output)
{
	struct talk_side *side = &talk->side[role];
	gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
	gss_name_t peer = GSS_C_NO_NAME;
	OM_uint32 lifetime;
	bool arm = talk->failing > 0 && talk->count == talk->failing_turn;

	if (arm)
		failing_malloc_arm(talk->failing);
	if (role == NEGOEX_INITIATOR)
		side->major = gss_init_sec_context(&side->minor, side->cred,
		    &side->handle, side->target, &gj_module_mech,
		    GSS_C_MUTUAL_FLAG, 1000, GSS_C_NO_CHANNEL_BINDINGS, input,
		    &side->actual, output, &side->flags, &lifetime);
	else
		side->major = gss_accept_sec_context(&side->minor,
		    &side->handle, side->cred, input, GSS_C_NO_CHANNEL_BINDINGS,
		    &peer, &side->actual, output, &side->flags, &lifetime,
		    &delegated);
	if (arm) {
		failing_malloc_arm(0);
		talk->failed = failing_malloc_fired();
	}
	if (peer != GSS_C_NO_NAME)
		side->peer = peer;
	if (delegated != GSS_C_NO_CREDENTIAL)
		side->delegated = delegated;
	side->over = side->major != GSS_S_CONTINUE_NEEDED;
	if (GSS_ERROR(side->major))
		text_keep(side);
}

OM_uint32
talk_call(struct talk *talk, enum negoex_role role, const void *octets,
    size_t size, size_t *output_size)
{
	gss_buffer_desc output, input = {size, suite_exact(octets, size)};

	side_call(talk, role, &input, &output);
	free(input.value);
	free(output.value);
	if (output_size != NULL)
		*output_size = output.length;
	return talk->side[role].major;
}

/* A token of ours goes on its way. */
static void
token_send(struct talk *talk, enum negoex_role from, gss_buffer_t output)
{
	struct talk_token *token = &talk->tokens[talk->count++];

	token->from = from;
	token->sent = output->value;
	token->sent_size = output->length;
	token->got = suite_exact(output->value, output->length);
	token->got_size = output->length;
	if (talk->alter != NULL)
		talk->alter(talk, token);
}

bool
talk_turn(struct talk *talk)
{
	gss_buffer_desc output, input = GSS_C_EMPTY_BUFFER;
	enum negoex_role role = talk->next;

	if (talk->count == TALK_TOKENS || talk->side[role].over)
		return false;
	if (talk->count > 0) {
		input.value = talk->tokens[talk->count - 1].got;
		input.length = talk->tokens[talk->count - 1].got_size;
		talk->tokens[talk->count - 1].taken = true;
	}
	side_call(talk, role, &input, &output);
	talk->next = !role;
	if (output.length == 0)
		return false;
	token_send(talk, role, &output);
	return true;
}

void
talk_run(struct talk *talk)
{
	while (talk_turn(talk))
		;
}

bool
talk_complete(const struct talk *talk, enum negoex_role role)
{
	return talk->side[role].over &&
	       talk->side[role].major == GSS_S_COMPLETE;
}

static void
side_end(struct talk_side *side)
{
	OM_uint32 minor;

	gss_delete_sec_context(&minor, &side->handle, GSS_C_NO_BUFFER);
	gj_cred_free(&side->cred);
	gj_name_free(&side->target);
	gj_name_free(&side->peer);
	if (side->delegated != GSS_C_NO_CREDENTIAL)
		gj_mechglue()->release_cred(&minor, &side->delegated);
}

bool
talk_end(struct talk *talk)
{
	size_t i;

	for (i = 0; i < NEGOEX_ROLES; i++)
		side_end(&talk->side[i]);
	for (i = 0; i < talk->count; i++) {
		free(talk->tokens[i].sent);
		free(talk->tokens[i].got);
	}
	memset(talk, 0, sizeof(*talk));
	return scripted_mechglue_clean();
}

void
talk_replace(struct talk_token *token, uint8_t *octets, size_t size)
{
	free(token->got);
	token->got = octets;
	token->got_size = size;
}

const char *
talk_messages(const struct talk *talk, char *text, size_t size)
{
	struct gj_negoex_message message;
	struct gj_negoex_error error;
	struct gj_negoex_walk walk;
	size_t i, used = 0;

	for (i = 0; i < talk->count; i++) {
		if (i > 0 && used + 1 < size)
			text[used++] = ' ';
		gj_negoex_walk_init(
		    &walk, talk->tokens[i].sent, talk->tokens[i].sent_size);
		while (
		    used + 1 < size && gj_negoex_next(&walk, &message, &error))
			text[used++] = "NnMmCRVA"[message.type];
	}
	text[used] = '\0';
	return text;
}

size_t
talk_message(
    const uint8_t *octets, size_t size, unsigned int number, size_t *length)
{
	struct gj_negoex_message message;
	struct gj_negoex_error error;
	struct gj_negoex_walk walk;

	gj_negoex_walk_init(&walk, octets, size);
	while (gj_negoex_next(&walk, &message, &error))
		if (number-- == 0) {
			*length = message.size;
			return message.offset;
		}
	*length = 0;
	return size;
}

static OM_uint32
major_of(unsigned int code)
{
	switch (code) {
	case GJ_NEGOEX_CRITICAL_EXTENSION:
	case GJ_NEGOEX_WRONG_VERSION:
		return GSS_S_UNAVAILABLE;
	case GJ_NEGOEX_UNKEYED_CHECKSUM:
	case NEGOEX_WRONG_CHECKSUM_TYPE:
	case NEGOEX_CHECKSUM_MISMATCH:
		return GSS_S_BAD_MIC;
	case NEGOEX_NO_COMMON_SCHEME:
	case NEGOEX_PEER_ALERT:
		return GSS_S_FAILURE;
	default:
		return GSS_S_DEFECTIVE_TOKEN;
	}
}

void
talk_failed_check(struct talk *talk, enum negoex_role role, const char *name,
    unsigned int code, unsigned int number, unsigned int type, size_t offset)
{
	struct talk_side *side = &talk->side[role];
	char where[96] = "NEGOEX: ";
	size_t size = 1;

	ck_assert_msg(side->major == major_of(code) &&
			  side->minor == NEGOEX_MINOR_BASE + code,
	    "%s: major %x minor %x instead of code %x: %s", name, side->major,
	    side->minor, code, side->text);
	if (number > 0)
		snprintf(where, sizeof(where),
		    "NEGOEX: message %u (%s) of the token, offset %zu: ",
		    number,
		    type < GJ_NEGOEX_TYPES ? gj_negoex_type_name(type)
					   : "type not read",
		    offset);
	ck_assert_msg(strncmp(side->text, where, strlen(where)) == 0,
	    "%s: \"%s\" instead of \"%s\"", name, side->text, where);
	ck_assert_ptr_null(side->peer);
	ck_assert_ptr_null(side->delegated);
	if (side->handle == GSS_C_NO_CONTEXT)
		return;
	ck_assert_uint_eq(
	    talk_call(talk, role, "token", 5, &size), GSS_S_NO_CONTEXT);
	ck_assert_uint_eq(size, 0);
}
