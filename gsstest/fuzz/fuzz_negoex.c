/*
 * Fuzzer of the NEGOEX codec and its judge: reads whatever views point to, and
 * holds what the writers make of a message against the message.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "negoex_order.h"

/* The message that the writer made, decoded. */
static void
reread(const struct gj_writer *writer, struct gj_negoex_message *again)
{
	struct gj_negoex_error error;
	struct gj_negoex_walk walk;

	claim(!writer->failed && writer->used == writer->size);
	gj_negoex_walk_init(&walk, writer->data, writer->used);
	claim(gj_negoex_next(&walk, again, &error));
	claim(again->size == writer->used);
}

static void
header_compare(const struct gj_negoex_message *message,
    const struct gj_negoex_message *again)
{
	claim(message->type == again->type &&
	      message->sequence == again->sequence);
	claim(memcmp(message->conversation, again->conversation,
		  GJ_NEGOEX_GUID) == 0);
}

static void
nego_rewrite(const struct gj_negoex_message *message,
    const struct gj_negoex_heading *heading)
{
	const struct gj_negoex_nego *nego = &message->u.nego;
	size_t size = gj_negoex_nego_size(nego->scheme_count);
	uint8_t *octets = malloc(size);
	struct gj_negoex_message again;
	struct gj_writer writer;

	octets_touch(nego->random, GJ_NEGOEX_RANDOM);
	extensions_touch(message);
	gj_writer_init(&writer, octets, size);
	gj_negoex_nego_write(&writer, (enum gj_negoex_type)message->type,
	    heading, nego->random, nego->schemes, nego->scheme_count);
	reread(&writer, &again);
	header_compare(message, &again);
	claim(again.u.nego.scheme_count == nego->scheme_count);
	if (nego->scheme_count > 0)
		claim(memcmp(again.u.nego.schemes, nego->schemes,
			  (size_t)nego->scheme_count * GJ_NEGOEX_GUID) == 0);
	free(octets);
}

static void
exchange_rewrite(const struct gj_negoex_message *message,
    const struct gj_negoex_heading *heading)
{
	const struct gj_negoex_exchange *exchange = &message->u.exchange;
	size_t size = gj_negoex_exchange_size(exchange->value.size);
	uint8_t *octets = malloc(size);
	struct gj_negoex_message again;
	struct gj_writer writer;

	gj_writer_init(&writer, octets, size);
	gj_negoex_exchange_write(&writer, (enum gj_negoex_type)message->type,
	    heading, exchange->scheme, exchange->value.data,
	    exchange->value.size);
	reread(&writer, &again);
	header_compare(message, &again);
	/* Laid out as we do it, it is the same octet for octet. */
	if (message->size == size && exchange->offset == 64 &&
	    message->header_length == 64)
		claim(memcmp(message->data, octets, size) == 0);
	free(octets);
}

static void
verify_rewrite(const struct gj_negoex_message *message,
    const struct gj_negoex_heading *heading)
{
	const struct gj_negoex_verify *verify = &message->u.verify;
	size_t size = gj_negoex_verify_size(verify->checksum.size);
	uint8_t *octets = malloc(size);
	struct gj_negoex_message again;
	struct gj_writer writer;

	gj_writer_init(&writer, octets, size);
	gj_negoex_verify_write(&writer, heading, verify->scheme,
	    verify->checksum_type, verify->checksum.data,
	    verify->checksum.size);
	reread(&writer, &again);
	header_compare(message, &again);
	claim(again.u.verify.checksum_type == verify->checksum_type);
	claim(memcmp(again.u.verify.checksum.data, verify->checksum.data,
		  verify->checksum.size) == 0);
	free(octets);
}

static void
message_use(const struct gj_negoex_message *message)
{
	struct gj_negoex_heading heading = {
	    message->sequence, message->conversation};

	octets_touch(message->data, message->size);
	if (message->type <= GJ_NEGOEX_ACCEPTOR_NEGO)
		nego_rewrite(message, &heading);
	else if (message->type == GJ_NEGOEX_VERIFY)
		verify_rewrite(message, &heading);
	else if (message->type == GJ_NEGOEX_ALERT)
		alerts_touch(message);
	else
		exchange_rewrite(message, &heading);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gj_negoex_error error, judged;
	struct gj_negoex_message message;
	struct gj_negoex_order order;
	struct gj_negoex_walk walk;
	size_t end = 0;

	gj_negoex_order_init(&order);
	gj_negoex_walk_init(&walk, data, size);
	while (gj_negoex_next(&walk, &message, &error)) {
		claim(message.offset == end && message.size <= size - end);
		end += message.size;
		message_use(&message);
		if (!gj_negoex_judge(&order, &message, &judged))
			claim(judged.offset < end &&
			      judged.fault > GJ_NEGOEX_BAD_ALERTS);
	}
	claim((error.fault == GJ_NEGOEX_OK) == (end == size && size > 0));
	claim(error.offset <= size);
	return 0;
}
