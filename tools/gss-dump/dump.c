/*
 * A token as a JSON object, and what is wrong with it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "dump.h"
#include "dump_negoex.h"
#include "fields.h"
#include "oid.h"
#include "wire_spnego.h"

static const uint8_t negoex_oid[] = {0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 30};

/* First octets: a frame of RFC 2743, NegTokenInit, NegTokenResp. */
static const uint8_t spnego_tags[] = {0x60, 0xa0, 0xa1};

void
dump_fail(struct dump *dump, size_t offset, const char *reason)
{
	if (dump->failed)
		return;
	dump->failed = true;
	snprintf(
	    dump->error, sizeof(dump->error), "offset %zu: %s", offset, reason);
}

static json_t *
oid_json(const struct gssloop_view *oid)
{
	char text[GJ_OID_TEXT];

	if (gj_oid_text(oid->data, oid->size, text))
		return json_string(text);
	return fields_hex(oid->data, oid->size);
}

static json_t *
mechs_json(struct dump *dump, const struct gj_spnego_token *token)
{
	struct gssloop_view rest = token->mech_types, mech;
	json_t *mechs = json_array();

	while (gj_spnego_mech_next(&rest, &mech))
		fields_append(dump, mechs, oid_json(&mech));
	return mechs;
}

static const char *
state_text(const struct gj_spnego_token *token)
{
	static const char *const states[] = {
	    "accept-completed", "accept-incomplete", "reject", "request-mic"};

	return states[token->state.data[0]];
}

/* Where a view's octets are in the token. */
static size_t
offset_of(const uint8_t *token, const struct gssloop_view *view)
{
	return (size_t)(view->data - token);
}

static void
spnego_fields(struct dump *dump, json_t *object, const uint8_t *start,
    const struct gj_spnego_token *token)
{
	fields_text(dump, object, "token", gj_spnego_kind_name(token->kind));
	if (token->kind != GJ_SPNEGO_RESP)
		fields_set(dump, object, "mech_types", mechs_json(dump, token));
	if (token->flags.data != NULL)
		fields_view(dump, object, "req_flags", &token->flags);
	if (token->state.data != NULL)
		fields_text(dump, object, "neg_state", state_text(token));
	if (token->mech.data != NULL)
		fields_set(
		    dump, object, "supported_mech", oid_json(&token->mech));
	if (token->token.data != NULL) {
		fields_number(dump, object, "mech_token_offset",
		    offset_of(start, &token->token));
		fields_number(
		    dump, object, "mech_token_length", token->token.size);
	}
	if (token->hint_name.data != NULL)
		fields_set(dump, object, "hint_name",
		    json_octets(token->hint_name.data, token->hint_name.size));
	if (token->hint_address.data != NULL)
		fields_view(dump, object, "hint_address", &token->hint_address);
	if (token->mic.data != NULL)
		fields_view(dump, object, "mech_list_mic", &token->mic);
}

static bool
is_negoex_oid(const struct gssloop_view *oid)
{
	return oid->size == sizeof(negoex_oid) &&
	       memcmp(oid->data, negoex_oid, sizeof(negoex_oid)) == 0;
}

static bool
has_signature(const struct gssloop_view *token)
{
	return token->size >= GJ_NEGOEX_SIGNATURE_SIZE &&
	       memcmp(token->data, GJ_NEGOEX_SIGNATURE,
		   GJ_NEGOEX_SIGNATURE_SIZE) == 0;
}

/* The mechanism that the token inside is of, where SPNEGO's names it. */
static bool
names_negoex(const struct gj_spnego_token *token)
{
	struct gssloop_view rest = token->mech_types, mech = token->mech;

	if (token->kind != GJ_SPNEGO_RESP)
		gj_spnego_mech_next(&rest, &mech);
	return is_negoex_oid(&mech);
}

/*
 * What a receiver refuses before it looks inside.  A NegTokenInit2 is what a
 * server sends that speaks first, and what a client may send.
 */
static void
spnego_judge(struct dump *dump, const uint8_t *start,
    const struct gj_spnego_token *token, struct gj_negoex_order *order)
{
	if (token->kind == GJ_SPNEGO_RESP) {
		if (token->mech.data != NULL && !names_negoex(token) &&
		    has_signature(&token->token))
			dump_fail(dump, offset_of(start, &token->token),
			    "a NEGOEX token for another mechanism");
		return;
	}
	if (token->mech_types.size == 0)
		dump_fail(dump, offset_of(start, &token->mech_types),
		    "a NegTokenInit without a mechanism");
	if (has_signature(&token->token) && !names_negoex(token))
		dump_fail(dump, offset_of(start, &token->token),
		    "a NEGOEX token, and the first mechanism is another");
	if (token->kind == GJ_SPNEGO_INIT2)
		return;
	if (order->role == GJ_NEGOEX_INITIATOR)
		dump_fail(dump, 0, "a NegTokenInit is for the acceptor");
	order->role = GJ_NEGOEX_ACCEPTOR;
	if (!order->sequence_known) {
		order->sequence_known = true; /* it opens the conversation */
		order->sequence = 0;
	}
}

static void
spnego_dump(struct dump *dump, const uint8_t *token, size_t size,
    struct gj_negoex_order *order)
{
	struct gj_spnego_token decoded;
	struct gj_spnego_error error;
	json_t *object, *messages = json_array();

	if (!gj_spnego_token_decode(token, size, &decoded, &error)) {
		dump_fail(
		    dump, error.offset, gj_spnego_fault_text(error.fault));
		json_decref(messages);
		return;
	}
	object = json_object();
	spnego_fields(dump, object, token, &decoded);
	fields_set(dump, dump->json, "spnego", object);
	if (order != NULL)
		spnego_judge(dump, token, &decoded, order);
	if (decoded.token.data != NULL &&
	    (has_signature(&decoded.token) || names_negoex(&decoded)))
		dump_negoex(dump, messages, decoded.token.data,
		    decoded.token.size, order);
	fields_set(dump, dump->json, "messages", messages);
}

static void
negoex_dump(struct dump *dump, const uint8_t *token, size_t size,
    struct gj_negoex_order *order)
{
	json_t *messages = json_array();

	dump_negoex(dump, messages, token, size, order);
	fields_set(dump, dump->json, "messages", messages);
}

void
dump_token(struct dump *dump, const uint8_t *token, size_t size,
    struct gj_negoex_order *order)
{
	bool spnego = size > 0 && memchr(spnego_tags, token[0],
				      sizeof(spnego_tags)) != NULL;

	memset(dump, 0, sizeof(*dump));
	dump->json = json_object();
	fields_text(dump, dump->json, "form", spnego ? "spnego" : "negoex");
	if (spnego)
		spnego_dump(dump, token, size, order);
	else
		negoex_dump(dump, token, size, order);
}

void
dump_free(struct dump *dump)
{
	json_decref(dump->json);
	dump->json = NULL;
}
