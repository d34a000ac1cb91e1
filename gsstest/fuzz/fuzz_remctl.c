/*
 * Fuzzer of remctl's messages: each input is read as a message of either side,
 * as the body of a command, as an answer of the old protocol, and as several
 * messages one after the other.  What was taken is written again as it was.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>

#include "claims.h"
#include "wire_remctl.h"

/* Less than inputs have. */
#define ARGUMENTS_MAX 16
#define COMMAND_MAX   64

static void
result_check(const struct gj_remctl_result *result)
{
	claim((result->what == GJ_REMCTL_GOOD) == (result->reason[0] == '\0'));
	claim((result->what == GJ_REMCTL_REFUSED) == (result->error != 0));
	claim(
	    result->error == 0 || gj_remctl_error_text(result->error) != NULL);
}

/* Which of the two versions it has is not written again, but what follows. */
static void
message_check(const uint8_t *data, size_t size, enum gj_remctl_sender sender)
{
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	struct gj_writer writer;

	gj_remctl_message_decode(data, size, sender, &message, &result);
	result_check(&result);
	if (result.what != GJ_REMCTL_GOOD) {
		claim_empty(&message.data);
		claim(message.type == 0);
		return;
	}
	claim(message.version == 2 || message.version == 3);
	claim_inside(&message.data, data, size);
	rewrite_begin(&writer, size);
	gj_remctl_message_encode(&message, &writer);
	writer.data[0] = message.version;
	claim_rewritten(&writer, data, size);
}

static size_t
arguments_read(struct gj_remctl_arguments *arguments, const uint8_t *data,
    size_t size, struct gssloop_view *views)
{
	size_t count = 0;

	while (gj_remctl_arguments_next(arguments, &views[count])) {
		claim(count < ARGUMENTS_MAX);
		claim_inside(&views[count++], data, size);
	}
	claim_empty(&views[count]);
	return count;
}

static void
body_check(const uint8_t *data, size_t size)
{
	struct gssloop_view views[ARGUMENTS_MAX + 1];
	struct gj_remctl_arguments arguments;
	struct gj_remctl_result result;
	struct gj_writer writer;
	size_t count;

	gj_remctl_command_decode(
	    data, size, ARGUMENTS_MAX, &arguments, &result);
	result_check(&result);
	count = arguments_read(&arguments, data, size, views);
	claim(count == arguments.count);
	if (result.what != GJ_REMCTL_GOOD) {
		claim(count == 0);
		return;
	}
	claim(gj_remctl_command_size(views, count) == size);
	rewrite_begin(&writer, size);
	gj_remctl_command_encode(views, count, &writer);
	claim_rewritten(&writer, data, size);
}

static void
answer_check(const uint8_t *data, size_t size)
{
	struct gj_remctl_answer answer;
	struct gj_remctl_result result;
	struct gj_writer writer;

	gj_remctl_answer_decode(data, size, &answer, &result);
	result_check(&result);
	if (result.what != GJ_REMCTL_GOOD) {
		claim_empty(&answer.data);
		return;
	}
	claim_inside(&answer.data, data, size);
	rewrite_begin(&writer, size);
	gj_remctl_answer_encode(&answer, &writer);
	claim_rewritten(&writer, data, size);
}

/* What is assembled never exceeds the limit, and is nothing once refused. */
static void
message_take(
    const uint8_t *data, size_t size, struct gj_remctl_assembly *assembly)
{
	struct gj_remctl_message message;
	struct gj_remctl_result result;
	struct gj_remctl_assembly before = *assembly;

	gj_remctl_message_decode(
	    data, size, GJ_REMCTL_CLIENT, &message, &result);
	if (result.what != GJ_REMCTL_GOOD)
		return;
	gj_remctl_assembly_take(assembly, &message, COMMAND_MAX, &result);
	result_check(&result);
	claim(assembly->size <= COMMAND_MAX);
	if (result.what != GJ_REMCTL_GOOD || message.type != GJ_REMCTL_COMMAND)
		claim(!assembly->continued && assembly->size == 0);
	else
		claim(assembly->size ==
		      (before.continued ? before.size : 0) + message.data.size);
}

/* Messages behind their lengths, an octet each. */
static void
messages_check(const uint8_t *data, size_t size)
{
	struct gj_remctl_assembly assembly = {.size = 0};
	struct gj_reader reader;
	const uint8_t *octets;
	uint8_t *copy;
	uint8_t length;

	gj_reader_init(&reader, data, size);
	for (;;) {
		length = gj_reader_u8(&reader);
		octets = gj_reader_view(&reader, length);
		if (reader.failed)
			break;
		copy = exact(octets, length);
		message_take(copy, length, &assembly);
		free(copy);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	message_check(data, size, GJ_REMCTL_CLIENT);
	message_check(data, size, GJ_REMCTL_SERVER);
	body_check(data, size);
	answer_check(data, size);
	messages_check(data, size);
	return 0;
}
