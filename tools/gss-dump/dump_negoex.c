/*
 * A NEGOEX token's messages as JSON objects.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <inttypes.h>
#include <stdio.h>

#include "dump_negoex.h"
#include "fields.h"

static json_t *
schemes_json(struct dump *dump, const struct gj_negoex_nego *nego)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < nego->scheme_count; i++)
		fields_append(dump, array,
		    fields_guid_json(dump, nego->schemes + i * GJ_NEGOEX_GUID));
	return array;
}

static json_t *
extensions_json(struct dump *dump, const struct gj_negoex_message *message)
{
	struct gj_negoex_extension extension;
	json_t *array = json_array(), *object;
	unsigned int i;

	for (i = 0; i < message->u.nego.extension_count; i++) {
		gj_negoex_extension(message, i, &extension);
		object = json_object();
		fields_number(dump, object, "type", extension.type);
		fields_set(
		    dump, object, "critical", json_boolean(extension.critical));
		fields_number(dump, object, "length", extension.value.size);
		fields_append(dump, array, object);
	}
	return array;
}

static void
nego_dump(
    struct dump *dump, json_t *object, const struct gj_negoex_message *message)
{
	const struct gj_negoex_nego *nego = &message->u.nego;

	fields_set(
	    dump, object, "random", fields_hex(nego->random, GJ_NEGOEX_RANDOM));
	fields_number(dump, object, "protocol_version", nego->version);
	fields_set(dump, object, "auth_schemes", schemes_json(dump, nego));
	fields_set(dump, object, "extensions", extensions_json(dump, message));
}

static void
exchange_dump(
    struct dump *dump, json_t *object, const struct gj_negoex_message *message)
{
	const struct gj_negoex_exchange *exchange = &message->u.exchange;

	fields_guid(dump, object, "auth_scheme", exchange->scheme);
	fields_number(dump, object, "exchange_offset", exchange->offset);
	fields_number(dump, object, "exchange_length", exchange->value.size);
}

static void
verify_dump(
    struct dump *dump, json_t *object, const struct gj_negoex_message *message)
{
	const struct gj_negoex_verify *verify = &message->u.verify;
	json_t *checksum = json_object();

	fields_number(dump, checksum, "scheme", verify->checksum_scheme);
	fields_number(dump, checksum, "type", verify->checksum_type);
	fields_view(dump, checksum, "value", &verify->checksum);
	fields_guid(dump, object, "auth_scheme", verify->scheme);
	fields_set(dump, object, "checksum", checksum);
}

static void
alert_dump(
    struct dump *dump, json_t *object, const struct gj_negoex_message *message)
{
	const struct gj_negoex_alert *alert = &message->u.alert;
	struct gj_negoex_alert_element element;
	json_t *array = json_array(), *one;
	unsigned int i;

	for (i = 0; i < alert->alert_count; i++) {
		gj_negoex_alert_element(message, i, &element);
		one = json_object();
		fields_number(dump, one, "type", element.type);
		fields_number(dump, one, "length", element.value.size);
		if (element.pulse)
			fields_number(dump, one, "reason", element.reason);
		fields_append(dump, array, one);
	}
	fields_guid(dump, object, "auth_scheme", alert->scheme);
	fields_number(dump, object, "error_code", alert->error_code);
	fields_set(dump, object, "alerts", array);
}

static void
message_dump(struct dump *dump, json_t *messages,
    const struct gj_negoex_message *message)
{
	static void (*const bodies[GJ_NEGOEX_TYPES])(
	    struct dump *, json_t *, const struct gj_negoex_message *) = {
	    [GJ_NEGOEX_INITIATOR_NEGO] = nego_dump,
	    [GJ_NEGOEX_ACCEPTOR_NEGO] = nego_dump,
	    [GJ_NEGOEX_INITIATOR_META_DATA] = exchange_dump,
	    [GJ_NEGOEX_ACCEPTOR_META_DATA] = exchange_dump,
	    [GJ_NEGOEX_CHALLENGE] = exchange_dump,
	    [GJ_NEGOEX_AP_REQUEST] = exchange_dump,
	    [GJ_NEGOEX_VERIFY] = verify_dump,
	    [GJ_NEGOEX_ALERT] = alert_dump,
	};
	json_t *object = json_object();

	fields_number(dump, object, "offset", message->offset);
	fields_number(dump, object, "type", message->type);
	fields_text(
	    dump, object, "type_name", gj_negoex_type_name(message->type));
	fields_number(dump, object, "sequence", message->sequence);
	fields_number(dump, object, "header_length", message->header_length);
	fields_number(dump, object, "message_length", message->size);
	fields_guid(dump, object, "conversation_id", message->conversation);
	bodies[message->type](dump, object, message);
	fields_append(dump, messages, object);
}

/* "message 2, VERIFY: the checksum needs no key" */
static void
refuse(struct dump *dump, const struct gj_negoex_error *error)
{
	const char *text = gj_negoex_fault_text(error->fault);
	char type[32] = "", reason[DUMP_ERROR];

	if (error->type < GJ_NEGOEX_TYPES)
		snprintf(type, sizeof(type), ", %s",
		    gj_negoex_type_name(error->type));
	snprintf(reason, sizeof(reason), "message %u%s: %s", error->number,
	    type, text);
	dump_fail(dump, error->offset, reason);
}

void
dump_negoex(struct dump *dump, json_t *messages, const uint8_t *token,
    size_t size, struct gj_negoex_order *order)
{
	struct gj_negoex_walk walk;
	struct gj_negoex_message message;
	struct gj_negoex_error error, judged;

	if (order != NULL)
		gj_negoex_order_token(order);
	gj_negoex_walk_init(&walk, token, size);
	while (gj_negoex_next(&walk, &message, &error)) {
		message_dump(dump, messages, &message);
		if (order != NULL && !gj_negoex_judge(order, &message, &judged))
			refuse(dump, &judged);
	}
	if (error.fault != GJ_NEGOEX_OK)
		refuse(dump, &error);
}
