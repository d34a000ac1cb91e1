/*
 * NEGOEX messages: octets to views, and back.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "reader.h"
#include "wire_negoex.h"

/* Where the fields stand in their message. */
enum field {
	AT_SIGNATURE = 0,
	AT_TYPE = 8,
	AT_HEADER_LENGTH = 16,
	AT_MESSAGE_LENGTH = 20,
	AT_SCHEMES = 80,
	AT_EXTENSIONS = 88,
	AT_EXCHANGE = 56,
	AT_CHECKSUM = 56,
	AT_CHECKSUM_VALUE = 68,
	AT_ALERTS = 60
};

/* EXTENSION and ALERT are alike: a type and a BYTE_VECTOR. */
#define ELEMENT_SIZE  GJ_NEGOEX_EXTENSION_SIZE
#define ELEMENT_VALUE 4

#define CRITICAL UINT32_C(0x80000000)

static const char *const fault_texts[GJ_NEGOEX_FAULTS] = {
    [GJ_NEGOEX_OK] = "nothing is wrong",
    [GJ_NEGOEX_EMPTY] = "the token has no message",
    [GJ_NEGOEX_CUT] = "fewer octets than a message header",
    [GJ_NEGOEX_BAD_SIGNATURE] = "the message does not begin with NEGOEXTS",
    [GJ_NEGOEX_BAD_TYPE] = "the message type is none of the eight",
    [GJ_NEGOEX_BAD_HEADER_LENGTH] =
	"the header length is below the type's or above the message's",
    [GJ_NEGOEX_BAD_MESSAGE_LENGTH] =
	"the message length is below the header's or beyond the token",
    [GJ_NEGOEX_BAD_SCHEMES] = "the auth schemes reach outside the message",
    [GJ_NEGOEX_BAD_EXTENSIONS] = "the extensions reach outside the message",
    [GJ_NEGOEX_BAD_EXCHANGE] = "the exchange reaches outside the message",
    [GJ_NEGOEX_BAD_CHECKSUM] =
	"the checksum reaches outside the message or its header is not 20",
    [GJ_NEGOEX_BAD_ALERTS] =
	"the alerts reach outside the message or a pulse is malformed",
    [GJ_NEGOEX_WRONG_SEQUENCE] = "the sequence number is not the next one",
    [GJ_NEGOEX_WRONG_CONVERSATION] = "the message is of another conversation",
    [GJ_NEGOEX_WRONG_ROLE] = "the message is of the receiver's own role",
    [GJ_NEGOEX_WRONG_VERSION] = "the protocol version is not 0",
    [GJ_NEGOEX_CRITICAL_EXTENSION] = "an unknown extension is critical",
    [GJ_NEGOEX_MISSING_NEGO] = "the NEGO message has to come first",
    [GJ_NEGOEX_REPEATED] = "a message of this type has come before",
    [GJ_NEGOEX_WRONG_CHECKSUM_SCHEME] =
	"the checksum scheme is not that of RFC 3961",
    [GJ_NEGOEX_UNKEYED_CHECKSUM] = "the checksum needs no key",
};

static const char *const type_names[GJ_NEGOEX_TYPES] = {
    [GJ_NEGOEX_INITIATOR_NEGO] = "INITIATOR_NEGO",
    [GJ_NEGOEX_ACCEPTOR_NEGO] = "ACCEPTOR_NEGO",
    [GJ_NEGOEX_INITIATOR_META_DATA] = "INITIATOR_META_DATA",
    [GJ_NEGOEX_ACCEPTOR_META_DATA] = "ACCEPTOR_META_DATA",
    [GJ_NEGOEX_CHALLENGE] = "CHALLENGE",
    [GJ_NEGOEX_AP_REQUEST] = "AP_REQUEST",
    [GJ_NEGOEX_VERIFY] = "VERIFY",
    [GJ_NEGOEX_ALERT] = "ALERT",
};

const char *
gj_negoex_fault_text(enum gj_negoex_fault fault)
{
	return (unsigned int)fault < GJ_NEGOEX_FAULTS ? fault_texts[fault]
						      : "unknown";
}

const char *
gj_negoex_type_name(uint32_t type)
{
	return type < GJ_NEGOEX_TYPES ? type_names[type] : "unknown";
}

/* Reading */

bool
gj_negoex_find(struct gj_negoex_finding *finding, enum gj_negoex_fault fault,
    size_t offset)
{
	finding->fault = fault;
	finding->offset = offset;
	return false;
}

/* What a vector's offset points to; NULL where that is not all there. */
static const uint8_t *
vector_view(const struct gj_negoex_message *message, uint32_t offset,
    size_t count, size_t width)
{
	struct gj_reader reader;

	gj_reader_init(&reader, message->data, message->size);
	return gj_reader_slice(&reader, offset, count * width);
}

/* An offset and a count of 16 bits, padded to 8 octets. */
static bool
vector_read(struct gj_reader *reader, const struct gj_negoex_message *message,
    size_t width, const uint8_t **elements, uint16_t *count)
{
	uint32_t offset = gj_reader_u32le(reader);
	const uint8_t *view;

	*count = gj_reader_u16le(reader);
	gj_reader_view(reader, 2);
	view = vector_view(message, offset, *count, width);
	*elements = *count > 0 ? view : NULL;
	return view != NULL;
}

/* A BYTE_VECTOR. */
static bool
bytes_read(struct gj_reader *reader, const struct gj_negoex_message *message,
    uint32_t *offset, struct gssloop_view *value)
{
	*offset = gj_reader_u32le(reader);
	value->size = gj_reader_u32le(reader);
	value->data = vector_view(message, *offset, value->size, 1);
	return value->data != NULL;
}

/* One of count elements that lie inside the message; nothing beyond them. */
static bool
element_read(const struct gj_negoex_message *message, const uint8_t *elements,
    size_t count, size_t index, uint32_t *type, struct gssloop_view *value)
{
	struct gj_reader reader;
	uint32_t offset;

	gj_reader_init(&reader, elements, count * ELEMENT_SIZE);
	gj_reader_view(&reader, index * ELEMENT_SIZE);
	*type = gj_reader_u32le(&reader);
	return bytes_read(&reader, message, &offset, value) && !reader.failed;
}

/* From the message's first octet. */
static size_t
element_offset(const struct gj_negoex_message *message, const uint8_t *elements,
    size_t index)
{
	return (size_t)(elements - message->data) + index * ELEMENT_SIZE;
}

static bool
extensions_check(
    const struct gj_negoex_message *message, struct gj_negoex_finding *finding)
{
	const struct gj_negoex_nego *nego = &message->u.nego;
	struct gssloop_view value;
	uint32_t type;
	size_t i;

	for (i = 0; i < nego->extension_count; i++)
		if (!element_read(message, nego->extensions,
			nego->extension_count, i, &type, &value))
			return gj_negoex_find(finding, GJ_NEGOEX_BAD_EXTENSIONS,
			    element_offset(message, nego->extensions, i) +
				ELEMENT_VALUE);
	return true;
}

static bool
nego_decode(struct gj_reader *reader, struct gj_negoex_message *message,
    struct gj_negoex_finding *finding)
{
	struct gj_negoex_nego *nego = &message->u.nego;

	nego->random = gj_reader_view(reader, GJ_NEGOEX_RANDOM);
	nego->version = gj_reader_u64le(reader);
	if (!vector_read(reader, message, GJ_NEGOEX_GUID, &nego->schemes,
		&nego->scheme_count))
		return gj_negoex_find(
		    finding, GJ_NEGOEX_BAD_SCHEMES, AT_SCHEMES);
	if (!vector_read(reader, message, ELEMENT_SIZE, &nego->extensions,
		&nego->extension_count))
		return gj_negoex_find(
		    finding, GJ_NEGOEX_BAD_EXTENSIONS, AT_EXTENSIONS);
	return extensions_check(message, finding);
}

static bool
exchange_decode(struct gj_reader *reader, struct gj_negoex_message *message,
    struct gj_negoex_finding *finding)
{
	struct gj_negoex_exchange *exchange = &message->u.exchange;

	exchange->scheme = gj_reader_view(reader, GJ_NEGOEX_GUID);
	if (!bytes_read(reader, message, &exchange->offset, &exchange->value))
		return gj_negoex_find(
		    finding, GJ_NEGOEX_BAD_EXCHANGE, AT_EXCHANGE);
	return true;
}

static bool
verify_decode(struct gj_reader *reader, struct gj_negoex_message *message,
    struct gj_negoex_finding *finding)
{
	struct gj_negoex_verify *verify = &message->u.verify;
	uint32_t offset;

	verify->scheme = gj_reader_view(reader, GJ_NEGOEX_GUID);
	if (gj_reader_u32le(reader) != GJ_NEGOEX_CHECKSUM_SIZE)
		return gj_negoex_find(
		    finding, GJ_NEGOEX_BAD_CHECKSUM, AT_CHECKSUM);
	verify->checksum_scheme = gj_reader_u32le(reader);
	verify->checksum_type = gj_reader_u32le(reader);
	if (!bytes_read(reader, message, &offset, &verify->checksum))
		return gj_negoex_find(
		    finding, GJ_NEGOEX_BAD_CHECKSUM, AT_CHECKSUM_VALUE);
	return true;
}

/* A header length that covers both fields, within the value. */
static bool
pulse_read(const struct gssloop_view *value, uint32_t *reason)
{
	struct gj_reader reader;
	uint32_t length;

	gj_reader_init(&reader, value->data, value->size);
	length = gj_reader_u32le(&reader);
	*reason = gj_reader_u32le(&reader);
	return length >= GJ_NEGOEX_PULSE_SIZE && length <= value->size &&
	       !reader.failed;
}

static bool
alert_element_read(const struct gj_negoex_message *message, size_t index,
    struct gj_negoex_alert_element *element)
{
	const struct gj_negoex_alert *alert = &message->u.alert;

	memset(element, 0, sizeof(*element));
	if (!element_read(message, alert->alerts, alert->alert_count, index,
		&element->type, &element->value))
		return false;
	element->pulse = element->type == GJ_NEGOEX_ALERT_PULSE;
	return !element->pulse || pulse_read(&element->value, &element->reason);
}

static bool
alert_decode(struct gj_reader *reader, struct gj_negoex_message *message,
    struct gj_negoex_finding *finding)
{
	struct gj_negoex_alert *alert = &message->u.alert;
	struct gj_negoex_alert_element element;
	size_t i;

	alert->scheme = gj_reader_view(reader, GJ_NEGOEX_GUID);
	alert->error_code = gj_reader_u32le(reader);
	if (!vector_read(reader, message, ELEMENT_SIZE, &alert->alerts,
		&alert->alert_count))
		return gj_negoex_find(finding, GJ_NEGOEX_BAD_ALERTS, AT_ALERTS);
	for (i = 0; i < alert->alert_count; i++)
		if (!alert_element_read(message, i, &element))
			return gj_negoex_find(finding, GJ_NEGOEX_BAD_ALERTS,
			    element_offset(message, alert->alerts, i) +
				ELEMENT_VALUE);
	return true;
}

/* What follows the header, for each type. */
static const struct body {
	uint32_t size; /* of the fixed part, header included */
	bool (*decode)(struct gj_reader *reader,
	    struct gj_negoex_message *message,
	    struct gj_negoex_finding *finding);
} bodies[GJ_NEGOEX_TYPES] = {
    [GJ_NEGOEX_INITIATOR_NEGO] = {GJ_NEGOEX_NEGO_SIZE, nego_decode},
    [GJ_NEGOEX_ACCEPTOR_NEGO] = {GJ_NEGOEX_NEGO_SIZE, nego_decode},
    [GJ_NEGOEX_INITIATOR_META_DATA] = {GJ_NEGOEX_EXCHANGE_SIZE,
	exchange_decode},
    [GJ_NEGOEX_ACCEPTOR_META_DATA] = {GJ_NEGOEX_EXCHANGE_SIZE, exchange_decode},
    [GJ_NEGOEX_CHALLENGE] = {GJ_NEGOEX_EXCHANGE_SIZE, exchange_decode},
    [GJ_NEGOEX_AP_REQUEST] = {GJ_NEGOEX_EXCHANGE_SIZE, exchange_decode},
    [GJ_NEGOEX_VERIFY] = {GJ_NEGOEX_VERIFY_SIZE, verify_decode},
    [GJ_NEGOEX_ALERT] = {GJ_NEGOEX_ALERT_SIZE, alert_decode},
};

/* The header's fields, then what is wrong with them, the first one first. */
static bool
header_decode(struct gj_reader *reader, struct gj_negoex_message *message,
    struct gj_negoex_finding *finding)
{
	size_t there = reader->left;
	const uint8_t *signature =
	    gj_reader_view(reader, GJ_NEGOEX_SIGNATURE_SIZE);

	message->type = gj_reader_u32le(reader);
	message->sequence = gj_reader_u32le(reader);
	message->header_length = gj_reader_u32le(reader);
	message->size = gj_reader_u32le(reader);
	message->conversation = gj_reader_view(reader, GJ_NEGOEX_GUID);
	if (reader->failed)
		return gj_negoex_find(finding, GJ_NEGOEX_CUT, AT_SIGNATURE);
	if (memcmp(signature, GJ_NEGOEX_SIGNATURE, GJ_NEGOEX_SIGNATURE_SIZE) !=
	    0)
		return gj_negoex_find(
		    finding, GJ_NEGOEX_BAD_SIGNATURE, AT_SIGNATURE);
	if (message->type >= GJ_NEGOEX_TYPES)
		return gj_negoex_find(finding, GJ_NEGOEX_BAD_TYPE, AT_TYPE);
	if (message->size < GJ_NEGOEX_HEADER_SIZE || message->size > there)
		return gj_negoex_find(
		    finding, GJ_NEGOEX_BAD_MESSAGE_LENGTH, AT_MESSAGE_LENGTH);
	if (message->header_length < bodies[message->type].size ||
	    message->header_length > message->size)
		return gj_negoex_find(
		    finding, GJ_NEGOEX_BAD_HEADER_LENGTH, AT_HEADER_LENGTH);
	return true;
}

/* What is left of the token, read as a message; its data and offset are set. */
static bool
message_decode(struct gj_reader *reader, struct gj_negoex_message *message,
    struct gj_negoex_finding *finding)
{
	if (!header_decode(reader, message, finding))
		return false;
	return bodies[message->type].decode(reader, message, finding);
}

void
gj_negoex_walk_init(struct gj_negoex_walk *walk, const void *token, size_t size)
{
	memset(walk, 0, sizeof(*walk));
	walk->token = token;
	walk->size = size;
}

void
gj_negoex_found(struct gj_negoex_error *error,
    const struct gj_negoex_finding *finding,
    const struct gj_negoex_message *message)
{
	error->fault = finding->fault;
	error->offset = message->offset + finding->offset;
	error->number = message->number;
	error->type = finding->fault <= GJ_NEGOEX_BAD_SIGNATURE
			  ? GJ_NEGOEX_TYPES
			  : message->type;
}

bool
gj_negoex_next(struct gj_negoex_walk *walk, struct gj_negoex_message *message,
    struct gj_negoex_error *error)
{
	struct gj_negoex_finding finding = {GJ_NEGOEX_OK, 0};
	struct gj_reader reader;

	memset(message, 0, sizeof(*message));
	memset(error, 0, sizeof(*error));
	gj_reader_init(&reader, walk->token, walk->size);
	gj_reader_view(&reader, walk->offset);
	if (reader.left == 0 && walk->number > 0)
		return false;
	message->data = reader.at;
	message->offset = walk->offset;
	message->number = walk->number + 1;
	if (reader.left == 0)
		gj_negoex_find(&finding, GJ_NEGOEX_EMPTY, 0);
	else if (message_decode(&reader, message, &finding)) {
		walk->offset += message->size;
		walk->number++;
		return true;
	}
	gj_negoex_found(error, &finding, message);
	memset(message, 0, sizeof(*message));
	return false;
}

void
gj_negoex_extension(const struct gj_negoex_message *message, unsigned int index,
    struct gj_negoex_extension *extension)
{
	const struct gj_negoex_nego *nego = &message->u.nego;

	memset(extension, 0, sizeof(*extension));
	if (index >= nego->extension_count)
		return;
	element_read(message, nego->extensions, nego->extension_count, index,
	    &extension->type, &extension->value);
	extension->critical = (extension->type & CRITICAL) != 0;
	extension->offset = element_offset(message, nego->extensions, index);
}

void
gj_negoex_alert_element(const struct gj_negoex_message *message,
    unsigned int index, struct gj_negoex_alert_element *element)
{
	memset(element, 0, sizeof(*element));
	if (index < message->u.alert.alert_count)
		alert_element_read(message, index, element);
}

/* Writing */

static void
header_write(struct gj_writer *writer, enum gj_negoex_type type,
    const struct gj_negoex_heading *heading, size_t size)
{
	if (size > UINT32_MAX)
		writer->failed = true;
	gj_writer_octets(writer, GJ_NEGOEX_SIGNATURE, GJ_NEGOEX_SIGNATURE_SIZE);
	gj_writer_u32le(writer, type);
	gj_writer_u32le(writer, heading->sequence);
	gj_writer_u32le(writer, bodies[type].size);
	gj_writer_u32le(writer, (uint32_t)size);
	gj_writer_octets(writer, heading->conversation, GJ_NEGOEX_GUID);
}

/* An offset, a count, and the padding to 8 octets. */
static void
vector_write(struct gj_writer *writer, uint32_t offset, uint16_t count)
{
	gj_writer_u32le(writer, offset);
	gj_writer_u16le(writer, count);
	gj_writer_u16le(writer, 0);
}

/* A BYTE_VECTOR of what follows the fixed part. */
static void
bytes_write(struct gj_writer *writer, uint32_t offset, size_t size)
{
	gj_writer_u32le(writer, offset);
	gj_writer_u32le(writer, (uint32_t)size);
}

size_t
gj_negoex_nego_size(uint16_t scheme_count)
{
	return GJ_NEGOEX_NEGO_SIZE + (size_t)scheme_count * GJ_NEGOEX_GUID;
}

void
gj_negoex_nego_write(struct gj_writer *writer, enum gj_negoex_type type,
    const struct gj_negoex_heading *heading, const uint8_t *random,
    const uint8_t *schemes, uint16_t scheme_count)
{
	header_write(writer, type, heading, gj_negoex_nego_size(scheme_count));
	gj_writer_octets(writer, random, GJ_NEGOEX_RANDOM);
	gj_writer_u64le(writer, 0);
	vector_write(writer, GJ_NEGOEX_NEGO_SIZE, scheme_count);
	vector_write(writer, 0, 0);
	gj_writer_octets(
	    writer, schemes, (size_t)scheme_count * GJ_NEGOEX_GUID);
}

/* The greatest size_t where the sum is none: no writer has room for it. */
static size_t
sum(size_t fixed, size_t size)
{
	return size > SIZE_MAX - fixed ? SIZE_MAX : fixed + size;
}

size_t
gj_negoex_exchange_size(size_t value_size)
{
	return sum(GJ_NEGOEX_EXCHANGE_SIZE, value_size);
}

void
gj_negoex_exchange_write(struct gj_writer *writer, enum gj_negoex_type type,
    const struct gj_negoex_heading *heading, const uint8_t *scheme,
    const void *value, size_t value_size)
{
	header_write(
	    writer, type, heading, gj_negoex_exchange_size(value_size));
	gj_writer_octets(writer, scheme, GJ_NEGOEX_GUID);
	bytes_write(writer, GJ_NEGOEX_EXCHANGE_SIZE, value_size);
	gj_writer_octets(writer, value, value_size);
}

size_t
gj_negoex_verify_size(size_t checksum_size)
{
	return sum(GJ_NEGOEX_VERIFY_SIZE, checksum_size);
}

void
gj_negoex_verify_write(struct gj_writer *writer,
    const struct gj_negoex_heading *heading, const uint8_t *scheme,
    uint32_t checksum_type, const void *checksum, size_t checksum_size)
{
	header_write(writer, GJ_NEGOEX_VERIFY, heading,
	    gj_negoex_verify_size(checksum_size));
	gj_writer_octets(writer, scheme, GJ_NEGOEX_GUID);
	gj_writer_u32le(writer, GJ_NEGOEX_CHECKSUM_SIZE);
	gj_writer_u32le(writer, GJ_NEGOEX_CHECKSUM_RFC3961);
	gj_writer_u32le(writer, checksum_type);
	bytes_write(writer, GJ_NEGOEX_VERIFY_SIZE, checksum_size);
	gj_writer_u32le(writer, 0);
	gj_writer_octets(writer, checksum, checksum_size);
}

void
gj_negoex_pulse_write(struct gj_writer *writer,
    const struct gj_negoex_heading *heading, const uint8_t *scheme,
    uint32_t reason)
{
	header_write(writer, GJ_NEGOEX_ALERT, heading, GJ_NEGOEX_PULSE_MESSAGE);
	gj_writer_octets(writer, scheme, GJ_NEGOEX_GUID);
	gj_writer_u32le(writer, 0);
	vector_write(writer, GJ_NEGOEX_ALERT_SIZE, 1);
	gj_writer_u32le(writer, 0);
	gj_writer_u32le(writer, GJ_NEGOEX_ALERT_PULSE);
	bytes_write(writer, GJ_NEGOEX_ALERT_SIZE + GJ_NEGOEX_ALERT_ELEMENT,
	    GJ_NEGOEX_PULSE_SIZE);
	gj_writer_u32le(writer, GJ_NEGOEX_PULSE_SIZE);
	gj_writer_u32le(writer, reason);
}
