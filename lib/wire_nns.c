/*
 * The framing of the .NET NegotiateStream protocol.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "wire_nns.h"

#define MAJOR_VERSION 1
#define MINOR_VERSION 0

/* GSS's routine errors (RFC 2744, section 3.9.1): a codec knows no library. */
enum routine_error {
	BAD_MECH = 1 << 16,
	BAD_NAME = 2 << 16,
	BAD_BINDINGS = 4 << 16,
	BAD_MIC = 6 << 16,
	NO_CRED = 7 << 16,
	DEFECTIVE_TOKEN = 9 << 16,
	DEFECTIVE_CREDENTIAL = 10 << 16,
	CONTEXT_EXPIRED = 12 << 16,
	FAILURE = 13 << 16,
	UNAUTHORIZED = 15 << 16,
	UNAVAILABLE = 16 << 16
};

#define ROUTINE_ERROR	0x00ff0000u
#define ANY_ERROR	0xffff0000u
#define CONTINUE_NEEDED 1u

static const struct code {
	uint32_t code;
	uint32_t major;
	const char *name;
	const char *text;
} codes[] = {
    {GJ_NNS_TRUST_FAILURE, UNAUTHORIZED, "ERROR_TRUST_FAILURE",
	"the protection or impersonation level is not what that side needs"},
    {0x80090302u, UNAVAILABLE, "SEC_E_UNSUPPORTED_FUNCTION",
	"not supported there"},
    {0x80090303u, BAD_NAME, "SEC_E_TARGET_UNKNOWN", "the target is not known"},
    {0x80090305u, BAD_MECH, "SEC_E_SECPKG_NOT_FOUND",
	"the mechanism is not known there"},
    {GJ_NNS_INVALID_TOKEN, DEFECTIVE_TOKEN, "SEC_E_INVALID_TOKEN",
	"the token is not valid"},
    {GJ_NNS_LOGON_DENIED, DEFECTIVE_CREDENTIAL, "SEC_E_LOGON_DENIED",
	"the credentials were refused"},
    {0x8009030eu, NO_CRED, "SEC_E_NO_CREDENTIALS",
	"no credentials on that side"},
    {0x8009030fu, BAD_MIC, "SEC_E_MESSAGE_ALTERED", "a signature is wrong"},
    {0x80090317u, CONTEXT_EXPIRED, "SEC_E_CONTEXT_EXPIRED",
	"the context has expired"},
    {0x80090346u, BAD_BINDINGS, "SEC_E_BAD_BINDINGS",
	"the channel bindings differ"},
};

#define CODES (sizeof(codes) / sizeof(codes[0]))

static void
result_begin(struct gj_wire_result *result, size_t need)
{
	result->what = GJ_WIRE_NEED;
	result->size = need;
	result->reason[0] = '\0';
}

static bool
id_check(uint8_t id, struct gj_wire_result *result)
{
	if (id == GJ_NNS_DONE || id == GJ_NNS_ERROR || id == GJ_NNS_PROGRESS)
		return true;
	result->what = GJ_WIRE_MALFORMED;
	snprintf(result->reason, sizeof(result->reason),
	    "offset 0: handshake message 0x%02x is none", id);
	return false;
}

/* An error is no token: nothing but the 16 bits limits it. */
static bool
payload_check(enum gj_nns_id id, size_t length,
    const struct gj_wire_limits *limits, struct gj_wire_result *result)
{
	if (id == GJ_NNS_PROGRESS && length == 0) {
		result->what = GJ_WIRE_MALFORMED;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 3: in progress, but without a token");
		return false;
	}
	if (id != GJ_NNS_ERROR && length > limits->token_max) {
		result->what = GJ_WIRE_TOO_LARGE;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 3: token of %zu octets, limit %zu", length,
		    limits->token_max);
		return false;
	}
	return true;
}

/* The high octet and the low one are two fields of the header. */
static size_t
length_read(struct gj_reader *reader)
{
	size_t high = gj_reader_u8(reader);

	return high << 8 | gj_reader_u8(reader);
}

/* One that is too short for a code is an error all the same. */
static void
error_decode(
    const uint8_t *payload, size_t length, struct gj_nns_handshake *handshake)
{
	struct gj_reader reader;

	gj_reader_init(&reader, payload, length);
	gj_reader_u32be(&reader); /* reserved */
	handshake->code = gj_reader_u32be(&reader);
	handshake->has_code = !reader.failed;
}

void
gj_nns_handshake_decode(const uint8_t *data, size_t size,
    const struct gj_wire_limits *limits, struct gj_nns_handshake *handshake,
    struct gj_wire_result *result)
{
	struct gj_reader reader;
	const uint8_t *payload;
	size_t length;
	uint8_t id;

	memset(handshake, 0, sizeof(*handshake));
	result_begin(result, GJ_NNS_HEADER);
	gj_reader_init(&reader, data, size);
	id = gj_reader_u8(&reader);
	if (reader.failed || !id_check(id, result))
		return;
	gj_reader_view(&reader, 2); /* the version */
	length = length_read(&reader);
	if (reader.failed || !payload_check(id, length, limits, result))
		return;
	result->size = GJ_NNS_HEADER + length;
	payload = gj_reader_view(&reader, length);
	if (payload == NULL)
		return;
	result->what = GJ_WIRE_FRAME;
	handshake->id = id;
	if (id == GJ_NNS_ERROR)
		error_decode(payload, length, handshake);
	else
		handshake->token = (struct gssloop_view){payload, length};
}

static void
header_write(struct gj_writer *writer, enum gj_nns_id id, size_t length)
{
	if (length > GJ_NNS_TOKEN_MAX)
		writer->failed = true;
	gj_writer_u8(writer, (uint8_t)id);
	gj_writer_u8(writer, MAJOR_VERSION);
	gj_writer_u8(writer, MINOR_VERSION);
	gj_writer_u8(writer, (uint8_t)(length >> 8));
	gj_writer_u8(writer, (uint8_t)length);
}

static void
error_encode(uint32_t code, struct gj_writer *writer)
{
	header_write(writer, GJ_NNS_ERROR, GJ_NNS_ERROR_SIZE);
	gj_writer_u32be(writer, 0);
	gj_writer_u32be(writer, code);
}

bool
gj_nns_handshake_encode(
    const struct gj_nns_handshake *handshake, struct gj_writer *writer)
{
	const struct gssloop_view *token = &handshake->token;

	if (handshake->id == GJ_NNS_ERROR) {
		error_encode(handshake->code, writer);
		return true;
	}
	if (handshake->id != GJ_NNS_DONE &&
	    (handshake->id != GJ_NNS_PROGRESS || token->size == 0))
		return false;
	header_write(writer, handshake->id, token->size);
	gj_writer_octets(writer, token->data, token->size);
	return true;
}

static bool
early_check(const struct gj_wire_limits *limits, struct gj_wire_result *result)
{
	if (limits->message_max > 0)
		return true;
	result->what = GJ_WIRE_EARLY;
	snprintf(result->reason, sizeof(result->reason),
	    "no message is allowed yet");
	return false;
}

static bool
data_length_check(uint32_t length, const struct gj_wire_limits *limits,
    struct gj_wire_result *result)
{
	size_t max = limits->message_max;

	if (max > GJ_NNS_DATA_MAX)
		max = GJ_NNS_DATA_MAX;
	/* .NET reads 32 bits with a sign, and refuses what is below zero. */
	if (length < GJ_NNS_DATA_MIN || length > INT32_MAX) {
		result->what = GJ_WIRE_MALFORMED;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 0: data of %ld octets is too little",
		    (long)(int32_t)length);
		return false;
	}
	if (length > max) {
		result->what = GJ_WIRE_TOO_LARGE;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 0: data of %lu octets, limit %zu",
		    (unsigned long)length, max);
		return false;
	}
	return true;
}

void
gj_nns_data_decode(const uint8_t *data, size_t size,
    const struct gj_wire_limits *limits, struct gssloop_view *octets,
    struct gj_wire_result *result)
{
	struct gj_reader reader;
	const uint8_t *view;
	uint32_t length;

	memset(octets, 0, sizeof(*octets));
	result_begin(result, GJ_NNS_DATA_HEADER);
	gj_reader_init(&reader, data, size);
	length = gj_reader_u32le(&reader);
	if (reader.failed || !early_check(limits, result) ||
	    !data_length_check(length, limits, result))
		return;
	result->size = (size_t)GJ_NNS_DATA_HEADER + length;
	view = gj_reader_view(&reader, length);
	if (view == NULL)
		return;
	result->what = GJ_WIRE_FRAME;
	octets->data = view;
	octets->size = length;
}

bool
gj_nns_data_encode(const struct gssloop_view *octets, struct gj_writer *writer)
{
	if (octets->size < GJ_NNS_DATA_MIN)
		return false;
	if (octets->size > GJ_NNS_DATA_SEND_MAX)
		writer->failed = true;
	gj_writer_u32le(writer, (uint32_t)octets->size);
	gj_writer_octets(writer, octets->data, octets->size);
	return true;
}

static size_t
smaller(size_t one, size_t other)
{
	return one < other ? one : other;
}

void
gj_nns_clear_decode(const uint8_t *data, size_t size,
    const struct gj_wire_limits *limits, struct gssloop_view *octets,
    struct gj_wire_result *result)
{
	memset(octets, 0, sizeof(*octets));
	result_begin(result, 1);
	if (size == 0 || !early_check(limits, result))
		return;
	result->what = GJ_WIRE_FRAME;
	result->size = smaller(size, limits->message_max);
	octets->data = data;
	octets->size = result->size;
}

bool
gj_nns_piece(struct gssloop_view *rest, size_t most, struct gssloop_view *piece)
{
	piece->data = rest->data;
	piece->size = smaller(rest->size, smaller(most, GJ_NNS_PIECE_MAX));
	if (piece->size == 0)
		return false;
	rest->data += piece->size;
	rest->size -= piece->size;
	return true;
}

uint32_t
gj_nns_code(uint32_t major)
{
	size_t i;

	if ((major & ANY_ERROR) == 0)
		return (major & CONTINUE_NEEDED) != 0 ? GJ_NNS_INVALID_TOKEN
						      : GJ_NNS_TRUST_FAILURE;
	for (i = 0; i < CODES; i++)
		if (codes[i].major == (major & ROUTINE_ERROR))
			return codes[i].code;
	return GJ_NNS_LOGON_DENIED;
}

static const struct code *
code_find(uint32_t code)
{
	size_t i;

	for (i = 0; i < CODES; i++)
		if (codes[i].code == code)
			return &codes[i];
	return NULL;
}

uint32_t
gj_nns_major(uint32_t code)
{
	const struct code *found = code_find(code);

	return found != NULL ? found->major : (uint32_t)FAILURE;
}

void
gj_nns_code_text(uint32_t code, char *text)
{
	const struct code *found = code_find(code);

	if (found == NULL)
		snprintf(
		    text, GJ_NNS_TEXT, "code 0x%08lx", (unsigned long)code);
	else
		snprintf(text, GJ_NNS_TEXT, "%s (%s, code 0x%08lx)",
		    found->text, found->name, (unsigned long)code);
}
