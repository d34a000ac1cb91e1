/*
 * The wire of remctl.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wire_remctl.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum flag {
	NOOP = 0x01,
	CONTEXT = 0x02,
	DATA = 0x04,
	MIC = 0x08,
	CONTEXT_NEXT = 0x10,
	SEND_MIC = 0x20,
	PROTOCOL = 0x40
};

/*
 * Packets
 */

static void
packet_refuse(struct gj_wire_result *result, uint8_t flags, const char *why)
{
	result->what = GJ_WIRE_MALFORMED;
	snprintf(result->reason, sizeof(result->reason),
	    "offset 0: flags 0x%02x: %s", flags, why);
}

void
gj_remctl_beginning_decode(const uint8_t *data, size_t size,
    enum gj_remctl_protocol *protocol, struct gj_wire_result *result)
{
	struct gssloop_frame none;
	struct gj_wire_header header;
	struct gj_reader reader;

	if (!gj_wire_begin(data, size, &reader, &header, &none, result))
		return;
	if ((header.type & ~PROTOCOL) != (NOOP | CONTEXT_NEXT)) {
		packet_refuse(result, header.type,
		    "a client begins with 0x51 or 0x11 (2.1, 3)");
	} else if (header.length != 0) {
		result->what = GJ_WIRE_MALFORMED;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 1: %lu octets, a beginning has none (2.1, 3)",
		    (unsigned long)header.length);
	} else {
		result->what = GJ_WIRE_SKIP;
		*protocol =
		    header.type & PROTOCOL ? GJ_REMCTL_NEW : GJ_REMCTL_OLD;
	}
}

void
gj_remctl_beginning_encode(
    enum gj_remctl_protocol protocol, struct gj_writer *writer)
{
	uint8_t flags = NOOP | CONTEXT_NEXT;

	if (protocol != GJ_REMCTL_OLD)
		flags |= PROTOCOL;
	gj_wire_header_write(writer, flags, 0);
}

/* The rule that flags break which are none of the protocol's. */
static const char *
flags_rule(uint8_t flags, enum gj_remctl_protocol protocol)
{
	if (protocol == GJ_REMCTL_UNDECIDED)
		return "a context token is 0x42 or 0x02 (2.1 step 3)";
	if (protocol == GJ_REMCTL_OLD)
		return "the old protocol has 0x02, 0x04, 0x24 and 0x08 (3)";
	if ((flags & PROTOCOL) == 0)
		return "TOKEN_PROTOCOL was dropped (2.1 step 5)";
	return "a token is 0x42, a message 0x44 (2.1)";
}

/* The frame that the flags stand for; false where they stand for none. */
static bool
flags_decode(uint8_t flags, enum gj_remctl_protocol *protocol,
    struct gssloop_frame *frame)
{
	enum gj_remctl_protocol spoken =
	    flags & PROTOCOL ? GJ_REMCTL_NEW : GJ_REMCTL_OLD;
	uint8_t kind = flags & (uint8_t)~PROTOCOL;

	if (*protocol == GJ_REMCTL_UNDECIDED && kind == CONTEXT)
		*protocol = spoken;
	if (*protocol != spoken)
		return false;
	if (kind == CONTEXT) {
		frame->kind = GSSLOOP_FRAME_TOKEN;
		return true;
	}
	frame->kind = GSSLOOP_FRAME_MESSAGE;
	frame->protection = kind == MIC ? GSSLOOP_MIC : GSSLOOP_CONF;
	frame->mic_wanted = (kind & SEND_MIC) != 0;
	return kind == DATA || (spoken == GJ_REMCTL_OLD &&
				   (kind == (DATA | SEND_MIC) || kind == MIC));
}

/* True when the payload may be read. */
static bool
length_check(const struct gssloop_frame *frame, uint32_t length,
    const struct gj_wire_limits *limits, struct gj_wire_result *result)
{
	bool token = frame->kind == GSSLOOP_FRAME_TOKEN;
	size_t max = token ? limits->token_max : limits->message_max;

	if (!token && max == 0) {
		result->what = GJ_WIRE_EARLY;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 0: no message is allowed yet (2.1 step 6)");
		return false;
	}
	if (max > GJ_REMCTL_PAYLOAD_MAX)
		max = GJ_REMCTL_PAYLOAD_MAX;
	if (length <= max)
		return true;
	result->what = GJ_WIRE_TOO_LARGE;
	snprintf(result->reason, sizeof(result->reason),
	    "offset 1: %s of %lu octets, limit %zu (1)",
	    token ? "token" : "message", (unsigned long)length, max);
	return false;
}

void
gj_remctl_decode(const uint8_t *data, size_t size,
    enum gj_remctl_protocol *protocol, const struct gj_wire_limits *limits,
    struct gssloop_frame *frame, struct gj_wire_result *result)
{
	enum gj_remctl_protocol spoken = *protocol;
	struct gj_wire_header header;
	struct gj_reader reader;
	struct gssloop_view payload;

	if (!gj_wire_begin(data, size, &reader, &header, frame, result))
		return;
	if (!flags_decode(header.type, &spoken, frame)) {
		packet_refuse(
		    result, header.type, flags_rule(header.type, *protocol));
		return;
	}
	if (!length_check(frame, header.length, limits, result))
		return;
	result->size = (size_t)GJ_WIRE_HEADER + header.length;
	payload.size = header.length;
	payload.data = gj_reader_view(&reader, payload.size);
	if (reader.failed)
		return;
	result->what = GJ_WIRE_FRAME;
	*protocol = spoken;
	if (frame->kind == GSSLOOP_FRAME_MESSAGE &&
	    frame->protection == GSSLOOP_MIC)
		frame->mic = payload;
	else
		frame->data = payload;
}

/* The flags, or 0 for a frame that there is not. */
static uint8_t
flags_encode(
    enum gj_remctl_protocol protocol, const struct gssloop_frame *frame)
{
	bool old = protocol == GJ_REMCTL_OLD;
	bool message = frame->kind == GSSLOOP_FRAME_MESSAGE;

	if (frame->kind == GSSLOOP_FRAME_TOKEN)
		return old ? CONTEXT : CONTEXT | PROTOCOL;
	if (message && frame->protection == GSSLOOP_CONF && !old)
		return frame->mic_wanted ? 0 : DATA | PROTOCOL;
	if (message && frame->protection == GSSLOOP_CONF)
		return frame->mic_wanted ? DATA | SEND_MIC : DATA;
	if (message && frame->protection == GSSLOOP_MIC && old)
		return frame->data.size == 0 ? MIC : 0;
	return 0;
}

void
gj_remctl_encode(enum gj_remctl_protocol protocol,
    const struct gssloop_frame *frame, struct gj_writer *writer)
{
	uint8_t flags = flags_encode(protocol, frame);
	const struct gssloop_view *payload =
	    flags == MIC ? &frame->mic : &frame->data;

	if (flags == 0 || payload->size > GJ_REMCTL_PAYLOAD_MAX)
		writer->failed = true;
	gj_wire_header_write(writer, flags, payload->size);
	gj_writer_octets(writer, payload->data, payload->size);
}

/*
 * Messages
 */

const char *
gj_remctl_error_text(uint32_t error)
{
	static const char *const texts[] = {
	    [GJ_REMCTL_INTERNAL] = "Internal failure",
	    [GJ_REMCTL_BAD_TOKEN] = "Invalid token",
	    [GJ_REMCTL_UNKNOWN_MESSAGE] = "Unknown message",
	    [GJ_REMCTL_BAD_COMMAND] = "Invalid command token",
	    [GJ_REMCTL_UNKNOWN_COMMAND] = "Unknown command",
	    [GJ_REMCTL_ACCESS] = "Access denied",
	    [GJ_REMCTL_TOO_MANY_ARGUMENTS] = "Too many arguments",
	    [GJ_REMCTL_TOO_MUCH_DATA] = "Too much data",
	    [GJ_REMCTL_UNEXPECTED_MESSAGE] = "Unexpected message",
	    [GJ_REMCTL_NO_HELP] = "No help defined for command",
	};

	return error < COUNT(texts) ? texts[error] : NULL;
}

static void __attribute__((format(printf, 3, 4)))
refuse(struct gj_remctl_result *result, enum gj_remctl_error error,
    const char *format, ...)
{
	va_list arguments;

	result->what = GJ_REMCTL_REFUSED;
	result->error = error;
	va_start(arguments, format);
	vsnprintf(result->reason, sizeof(result->reason), format, arguments);
	va_end(arguments);
}

static void
result_begin(struct gj_remctl_result *result)
{
	memset(result, 0, sizeof(*result));
}

/* The next octet, which is at offset; refused outside `least` to `most`. */
static uint8_t
octet_decode(struct gj_reader *reader, size_t offset, uint8_t least,
    uint8_t most, enum gj_remctl_error error, const char *name,
    struct gj_remctl_result *result)
{
	uint8_t octet = gj_reader_u8(reader);

	if (!reader->failed && result->what == GJ_REMCTL_GOOD &&
	    (octet < least || octet > most))
		refuse(result, error, "offset %zu: %s %u, not %u to %u", offset,
		    name, octet, least, most);
	return octet;
}

/* What fills the rest, behind its length, which is at offset. */
static struct gssloop_view
rest_decode(struct gj_reader *reader, size_t offset, const char *rule,
    struct gj_remctl_result *result)
{
	struct gssloop_view rest = {NULL, 0};
	uint32_t length = gj_reader_u32be(reader);

	if (reader->failed || result->what != GJ_REMCTL_GOOD)
		return rest;
	if (length != reader->left) {
		refuse(result, GJ_REMCTL_BAD_TOKEN,
		    "offset %zu: length %lu, but %zu octets follow (%s)",
		    offset, (unsigned long)length, reader->left, rule);
		return rest;
	}
	rest.size = length;
	rest.data = gj_reader_view(reader, rest.size);
	return rest;
}

static void
command_fields(struct gj_reader *reader, struct gj_remctl_message *message,
    struct gj_remctl_result *result)
{
	message->keep_alive = octet_decode(reader, 2, 0, 1,
	    GJ_REMCTL_BAD_COMMAND, "(2.4) keep-alive flag", result);
	message->continued = octet_decode(reader, 3, 0, 3,
	    GJ_REMCTL_BAD_COMMAND, "(2.4) continue status", result);
	message->data.size = reader->left;
	message->data.data = gj_reader_view(reader, reader->left);
}

static void
fields_decode(struct gj_reader *reader, struct gj_remctl_message *message,
    struct gj_remctl_result *result)
{
	switch (message->type) {
	case GJ_REMCTL_COMMAND:
		command_fields(reader, message, result);
		break;
	case GJ_REMCTL_OUTPUT:
		message->stream =
		    octet_decode(reader, 2, GJ_REMCTL_STDOUT, GJ_REMCTL_STDERR,
			GJ_REMCTL_BAD_TOKEN, "(2.5) stream", result);
		message->data = rest_decode(reader, 3, "2.5", result);
		break;
	case GJ_REMCTL_STATUS:
		message->status = gj_reader_u8(reader);
		break;
	case GJ_REMCTL_ERROR:
		message->error = gj_reader_u32be(reader);
		message->data = rest_decode(reader, 6, "2.6", result);
		break;
	case GJ_REMCTL_VERSION:
		message->highest = gj_reader_u8(reader);
		break;
	case GJ_REMCTL_QUIT:
	case GJ_REMCTL_NOOP:
		break;
	}
}

/* What there is of each type of message. */
struct kind {
	const char *name, *section;
	bool of_sender[2];
	size_t least; /* octets, header included */
};

static const struct kind kinds[] = {
    [GJ_REMCTL_COMMAND] = {"COMMAND", "2.4", {true, false}, 4},
    [GJ_REMCTL_QUIT] = {"QUIT", "2.7", {true, false}, 2},
    [GJ_REMCTL_OUTPUT] = {"OUTPUT", "2.5", {false, true}, 7},
    [GJ_REMCTL_STATUS] = {"STATUS", "2.5", {false, true}, 3},
    [GJ_REMCTL_ERROR] = {"ERROR", "2.6", {false, true}, 10},
    [GJ_REMCTL_VERSION] = {"VERSION", "2.3", {false, true}, 3},
    [GJ_REMCTL_NOOP] = {"NOOP", "version 3", {true, true}, 2},
};

/* The header; true when the fields may be read. */
static bool
header_decode(struct gj_reader *reader, enum gj_remctl_sender sender,
    struct gj_remctl_message *message, struct gj_remctl_result *result)
{
	uint8_t version = gj_reader_u8(reader), type = gj_reader_u8(reader);

	if (reader->failed) {
		refuse(result, GJ_REMCTL_BAD_TOKEN,
		    "offset 0: the message is cut in its header (2.2)");
		return false;
	}
	message->version = version;
	if (version < GJ_REMCTL_VERSION_MIN ||
	    version > GJ_REMCTL_VERSION_MAX) {
		result->what = GJ_REMCTL_OTHER_VERSION;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 0: version %u (%s)", version,
		    version > GJ_REMCTL_VERSION_MAX ? "2.3" : "2.2");
		return false;
	}
	if (type == 0 || type >= COUNT(kinds)) {
		refuse(result, GJ_REMCTL_UNKNOWN_MESSAGE,
		    "offset 1: type %u (2.2)", type);
		return false;
	}
	if (!kinds[type].of_sender[sender]) {
		refuse(result, GJ_REMCTL_UNKNOWN_MESSAGE,
		    "offset 1: type %u: a %s does not send %s (2.2)", type,
		    sender == GJ_REMCTL_CLIENT ? "client" : "server",
		    kinds[type].name);
		return false;
	}
	message->type = type;
	return true;
}

/* The refusal of a message that is shorter or longer than its fields. */
static void
fields_check(const struct gj_reader *reader, size_t size,
    const struct gj_remctl_message *message, struct gj_remctl_result *result)
{
	const struct kind *kind = &kinds[message->type];
	enum gj_remctl_error error = message->type == GJ_REMCTL_COMMAND
					 ? GJ_REMCTL_BAD_COMMAND
					 : GJ_REMCTL_BAD_TOKEN;

	if (result->what != GJ_REMCTL_GOOD)
		return;
	if (reader->failed)
		refuse(result, error,
		    "offset %zu: %s is cut, it has at least %zu octets (%s)",
		    size, kind->name, kind->least, kind->section);
	else if (reader->left > 0)
		refuse(result, error, "offset %zu: octets after %s (%s)",
		    size - reader->left, kind->name, kind->section);
}

void
gj_remctl_message_decode(const uint8_t *data, size_t size,
    enum gj_remctl_sender sender, struct gj_remctl_message *message,
    struct gj_remctl_result *result)
{
	struct gj_reader reader;

	result_begin(result);
	memset(message, 0, sizeof(*message));
	if (size > GJ_REMCTL_MESSAGE_MAX) {
		refuse(result, GJ_REMCTL_TOO_MUCH_DATA,
		    "offset 0: message of %zu octets, limit %d (1)", size,
		    GJ_REMCTL_MESSAGE_MAX);
		return;
	}
	gj_reader_init(&reader, data, size);
	if (!header_decode(&reader, sender, message, result))
		return;
	fields_decode(&reader, message, result);
	fields_check(&reader, size, message, result);
	if (result->what != GJ_REMCTL_GOOD)
		memset(message, 0, sizeof(*message));
}

static void
counted_encode(struct gj_writer *writer, const struct gssloop_view *data)
{
	if (data->size > UINT32_MAX)
		writer->failed = true;
	gj_writer_u32be(writer, (uint32_t)data->size);
	gj_writer_octets(writer, data->data, data->size);
}

static void
fields_encode(const struct gj_remctl_message *message, struct gj_writer *writer)
{
	switch (message->type) {
	case GJ_REMCTL_COMMAND:
		gj_writer_u8(writer, message->keep_alive);
		gj_writer_u8(writer, (uint8_t)message->continued);
		gj_writer_octets(
		    writer, message->data.data, message->data.size);
		return;
	case GJ_REMCTL_OUTPUT:
		gj_writer_u8(writer, (uint8_t)message->stream);
		counted_encode(writer, &message->data);
		return;
	case GJ_REMCTL_STATUS:
		gj_writer_u8(writer, message->status);
		return;
	case GJ_REMCTL_ERROR:
		gj_writer_u32be(writer, message->error);
		counted_encode(writer, &message->data);
		return;
	case GJ_REMCTL_VERSION:
		gj_writer_u8(writer, message->highest);
		return;
	case GJ_REMCTL_QUIT:
	case GJ_REMCTL_NOOP:
		return;
	}
	writer->failed = true;
}

void
gj_remctl_message_encode(
    const struct gj_remctl_message *message, struct gj_writer *writer)
{
	if (message->data.size > GJ_REMCTL_MESSAGE_MAX ||
	    (message->type < COUNT(kinds) &&
		kinds[message->type].least + message->data.size >
		    GJ_REMCTL_MESSAGE_MAX))
		writer->failed = true;
	gj_writer_u8(writer, message->type == GJ_REMCTL_NOOP ? 3 : 2);
	gj_writer_u8(writer, (uint8_t)message->type);
	fields_encode(message, writer);
}

/*
 * Commands
 */

/* The refusal of a message at this time; false with one. */
static bool
order_check(const struct gj_remctl_assembly *assembly,
    const struct gj_remctl_message *message, struct gj_remctl_result *result)
{
	bool belongs = message->continued == GJ_REMCTL_MIDDLE ||
		       message->continued == GJ_REMCTL_LAST;

	if (message->type == GJ_REMCTL_QUIT)
		return true;
	if (message->type != GJ_REMCTL_COMMAND && assembly->continued)
		refuse(result, GJ_REMCTL_UNEXPECTED_MESSAGE,
		    "offset 1: type %u within a command (2.4)", message->type);
	else if (message->type == GJ_REMCTL_COMMAND &&
		 belongs != assembly->continued)
		refuse(result, GJ_REMCTL_BAD_COMMAND,
		    "offset 3: continue status %u %s (2.4)", message->continued,
		    belongs ? "with no command to continue"
			    : "within a command");
	return result->what == GJ_REMCTL_GOOD;
}

void
gj_remctl_assembly_take(struct gj_remctl_assembly *assembly,
    const struct gj_remctl_message *message, size_t limit,
    struct gj_remctl_result *result)
{
	struct gj_remctl_assembly before = *assembly;

	result_begin(result);
	memset(assembly, 0, sizeof(*assembly));
	if (!order_check(&before, message, result) ||
	    message->type != GJ_REMCTL_COMMAND)
		return;
	if (!before.continued)
		before.size = 0;
	if (before.size > limit || message->data.size > limit - before.size) {
		refuse(result, GJ_REMCTL_TOO_MUCH_DATA,
		    "offset 4: %zu octets after %zu of the command, limit %zu "
		    "(2.4)",
		    message->data.size, before.size, limit);
		return;
	}
	assembly->size = before.size + message->data.size;
	assembly->continued = message->continued == GJ_REMCTL_FIRST ||
			      message->continued == GJ_REMCTL_MIDDLE;
}

/* Reads an argument; a refusal names it. */
static bool
argument_decode(struct gj_reader *reader, size_t size, uint32_t number,
    struct gj_remctl_result *result)
{
	size_t offset = size - reader->left;
	uint32_t length = gj_reader_u32be(reader);
	size_t left = reader->left;

	if (reader->failed)
		refuse(result, GJ_REMCTL_BAD_COMMAND,
		    "offset %zu: argument %lu: its length is cut (2.4)", offset,
		    (unsigned long)number);
	else if (gj_reader_view(reader, length) == NULL)
		refuse(result, GJ_REMCTL_BAD_COMMAND,
		    "offset %zu: argument %lu: length %lu, but %zu octets "
		    "follow (2.4)",
		    offset, (unsigned long)number, (unsigned long)length, left);
	return !reader->failed;
}

/* Whether count arguments may be read at all. */
static bool
count_check(const struct gj_reader *reader, uint32_t count, uint32_t most,
    struct gj_remctl_result *result)
{
	if (reader->failed)
		refuse(result, GJ_REMCTL_BAD_COMMAND,
		    "offset 0: the number of arguments is cut (2.4)");
	else if (count > most)
		refuse(result, GJ_REMCTL_TOO_MANY_ARGUMENTS,
		    "offset 0: %lu arguments, limit %lu (2.4)",
		    (unsigned long)count, (unsigned long)most);
	return result->what == GJ_REMCTL_GOOD;
}

void
gj_remctl_command_decode(const uint8_t *data, size_t size, uint32_t most,
    struct gj_remctl_arguments *arguments, struct gj_remctl_result *result)
{
	struct gj_reader reader, begin;
	uint32_t count, i;

	result_begin(result);
	memset(arguments, 0, sizeof(*arguments));
	gj_reader_init(&arguments->reader, NULL, 0);
	gj_reader_init(&reader, data, size);
	count = gj_reader_u32be(&reader);
	if (!count_check(&reader, count, most, result))
		return;
	begin = reader;
	for (i = 0; i < count; i++)
		if (!argument_decode(&reader, size, i, result))
			return;
	if (!gj_reader_ended(&reader)) {
		refuse(result, GJ_REMCTL_BAD_COMMAND,
		    "offset %zu: octets after the last of %lu arguments (2.4)",
		    size - reader.left, (unsigned long)count);
		return;
	}
	arguments->count = count;
	arguments->reader = begin;
}

bool
gj_remctl_arguments_next(
    struct gj_remctl_arguments *arguments, struct gssloop_view *argument)
{
	struct gj_reader *reader = &arguments->reader;

	memset(argument, 0, sizeof(*argument));
	if (arguments->given == arguments->count)
		return false;
	arguments->given++;
	argument->size = gj_reader_u32be(reader);
	argument->data = gj_reader_view(reader, argument->size);
	return true;
}

size_t
gj_remctl_command_size(const struct gssloop_view *arguments, size_t count)
{
	uint64_t size = 4;
	size_t i;

	for (i = 0; i < count; i++) {
		if (arguments[i].size > UINT32_MAX)
			return 0;
		size += (uint64_t)4 + arguments[i].size;
		if (size > UINT32_MAX)
			return 0;
	}
	return (size_t)size;
}

void
gj_remctl_command_encode(const struct gssloop_view *arguments, size_t count,
    struct gj_writer *writer)
{
	size_t i;

	if (gj_remctl_command_size(arguments, count) == 0)
		writer->failed = true;
	gj_writer_u32be(writer, (uint32_t)count);
	for (i = 0; i < count && !writer->failed; i++)
		counted_encode(writer, &arguments[i]);
}

bool
gj_remctl_command_piece(const struct gssloop_view *body, size_t *at,
    bool keep_alive, struct gj_remctl_message *message)
{
	size_t left = body->size - *at;
	bool first = *at == 0, last = left <= GJ_REMCTL_PIECE_MAX;

	memset(message, 0, sizeof(*message));
	if (left == 0)
		return false;
	message->type = GJ_REMCTL_COMMAND;
	message->keep_alive = keep_alive;
	if (last)
		message->continued = first ? GJ_REMCTL_WHOLE : GJ_REMCTL_LAST;
	else
		message->continued = first ? GJ_REMCTL_FIRST : GJ_REMCTL_MIDDLE;
	message->data.data = body->data + *at;
	message->data.size = last ? left : GJ_REMCTL_PIECE_MAX;
	*at += message->data.size;
	return true;
}

/*
 * The old protocol's answer
 */

void
gj_remctl_answer_decode(const uint8_t *data, size_t size,
    struct gj_remctl_answer *answer, struct gj_remctl_result *result)
{
	struct gj_reader reader;

	result_begin(result);
	memset(answer, 0, sizeof(*answer));
	gj_reader_init(&reader, data, size);
	answer->status = gj_reader_u32be(&reader);
	answer->data = rest_decode(&reader, 4, "3 step 9", result);
	if (reader.failed)
		refuse(result, GJ_REMCTL_BAD_TOKEN,
		    "offset %zu: the answer is cut, it has at least 8 octets "
		    "(3 step 9)",
		    size);
	else if (size > GJ_REMCTL_MESSAGE_MAX)
		refuse(result, GJ_REMCTL_TOO_MUCH_DATA,
		    "offset 0: answer of %zu octets, limit %d (1)", size,
		    GJ_REMCTL_MESSAGE_MAX);
	if (result->what != GJ_REMCTL_GOOD)
		memset(answer, 0, sizeof(*answer));
}

void
gj_remctl_answer_encode(
    const struct gj_remctl_answer *answer, struct gj_writer *writer)
{
	if (answer->data.size > GJ_REMCTL_ANSWER_MAX)
		writer->failed = true;
	gj_writer_u32be(writer, answer->status);
	counted_encode(writer, &answer->data);
}
