/*
 * SPNEGO's tokens.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "wire_der.h"
#include "wire_initial.h"
#include "wire_spnego.h"

#define TAG_FRAME      0x60 /* of RFC 2743 */
#define TAG_INIT       0xa0 /* negTokenInit */
#define TAG_RESPONSE   0xa1 /* negTokenResp */
#define TAG_BITS       0x03
#define TAG_OCTETS     0x04
#define TAG_OID	       0x06
#define TAG_ENUMERATED 0x0a
#define TAG_STRING     0x1b /* GeneralString */
#define TAG_SEQUENCE   0x30

#define FIELD(number) (0xa0 | (number))

#define STATE_MAX 3 /* request-mic */

static const uint8_t spnego_oid[] = {0x2b, 6, 1, 5, 5, 2};

static const char *const fault_texts[GJ_SPNEGO_FAULTS] = {
    [GJ_SPNEGO_OK] = "nothing is wrong",
    [GJ_SPNEGO_BAD_FRAME] = "the frame of RFC 2743 does not fit the token",
    [GJ_SPNEGO_WRONG_MECH] = "the frame is that of another mechanism",
    [GJ_SPNEGO_BAD_CHOICE] = "neither a NegTokenInit nor a NegTokenResp",
    [GJ_SPNEGO_BAD_DER] = "not an element in DER, or cut",
    [GJ_SPNEGO_LEFT_OVER] = "octets behind the end",
    [GJ_SPNEGO_BAD_FIELD] = "not of the field's type",
    [GJ_SPNEGO_BAD_ORDER] = "a field that came before, or too late",
    [GJ_SPNEGO_BAD_STATE] = "negState is none of the four",
    [GJ_SPNEGO_NO_MECHS] = "a NegTokenInit without mechTypes",
};

static const char *const kind_names[] = {
    [GJ_SPNEGO_INIT] = "NegTokenInit",
    [GJ_SPNEGO_INIT2] = "NegTokenInit2",
    [GJ_SPNEGO_RESP] = "NegTokenResp",
};

const char *
gj_spnego_fault_text(enum gj_spnego_fault fault)
{
	return (unsigned int)fault < GJ_SPNEGO_FAULTS ? fault_texts[fault]
						      : "unknown";
}

const char *
gj_spnego_kind_name(enum gj_spnego_kind kind)
{
	return kind_names[kind];
}

/* A token as it is being read; the first finding stays. */
struct reading {
	const uint8_t *start;
	struct gj_spnego_error *error;
};

static bool
find(const struct reading *reading, enum gj_spnego_fault fault,
    const uint8_t *at)
{
	reading->error->fault = fault;
	reading->error->offset = (size_t)(at - reading->start);
	return false;
}

/* The content of an element that has the reader's octets for itself. */
static bool
whole_enter(const struct reading *reading, struct gj_reader *reader,
    uint8_t tag, enum gj_spnego_fault wrong)
{
	const uint8_t *at = reader->at;
	uint8_t found;
	size_t length;

	if (!gj_der_element(reader, &found, &length))
		return find(reading, GJ_SPNEGO_BAD_DER, at);
	if (found != tag)
		return find(reading, wrong, at);
	if (length != reader->left)
		return find(reading, GJ_SPNEGO_LEFT_OVER, reader->at + length);
	return true;
}

/* A field, the type of its one element, and where its content goes. */
struct field {
	uint8_t tag;
	uint8_t element;
	struct gssloop_view *view;
};

static bool
field_content(const struct reading *reading, struct gj_reader *reader,
    const struct field *field)
{
	if (!whole_enter(reading, reader, field->element, GJ_SPNEGO_BAD_FIELD))
		return false;
	field->view->size = reader->left;
	field->view->data = gj_reader_view(reader, reader->left);
	return true;
}

/* A SEQUENCE's fields, in their order; unknown numbers are passed over. */
static bool
fields_decode(const struct reading *reading, struct gj_reader *reader,
    const struct field *fields, size_t count)
{
	uint8_t tag, last = 0;
	size_t i, length;

	while (reader->left > 0) {
		const uint8_t *at = reader->at;
		struct gj_reader content;

		if (!gj_der_element(reader, &tag, &length))
			return find(reading, GJ_SPNEGO_BAD_DER, at);
		if (tag < FIELD(0) || tag > FIELD(30))
			return find(reading, GJ_SPNEGO_BAD_FIELD, at);
		if (tag <= last)
			return find(reading, GJ_SPNEGO_BAD_ORDER, at);
		last = tag;
		gj_reader_init(
		    &content, gj_reader_view(reader, length), length);
		for (i = 0; i < count; i++)
			if (fields[i].tag == tag &&
			    !field_content(reading, &content, &fields[i]))
				return false;
	}
	return true;
}

/* The list has nothing but OIDs. */
static bool
mechs_check(const struct reading *reading, const struct gssloop_view *types)
{
	struct gj_reader reader;
	size_t length;

	gj_reader_init(&reader, types->data, types->size);
	while (reader.left > 0) {
		const uint8_t *at = reader.at;

		if (!gj_der_enter(&reader, TAG_OID, &length) || length == 0)
			return find(reading, GJ_SPNEGO_BAD_FIELD, at);
		gj_reader_view(&reader, length);
	}
	return true;
}

static bool
hints_decode(const struct reading *reading, struct gj_spnego_token *token)
{
	const struct field fields[] = {
	    {FIELD(0), TAG_STRING, &token->hint_name},
	    {FIELD(1), TAG_OCTETS, &token->hint_address},
	};
	struct gj_reader reader;

	gj_reader_init(&reader, token->hints.data, token->hints.size);
	return fields_decode(
	    reading, &reader, fields, sizeof(fields) / sizeof(fields[0]));
}

/* What [3] holds tells RFC 4178's MIC from Microsoft's hints. */
static bool
third_is_hints(const struct gj_reader *fields)
{
	struct gj_reader reader = *fields;
	uint8_t tag;
	size_t length;

	while (gj_der_element(&reader, &tag, &length)) {
		if (tag == FIELD(3))
			return gj_reader_u8(&reader) == TAG_SEQUENCE;
		if (tag == FIELD(4))
			return true;
		gj_reader_view(&reader, length);
	}
	return false;
}

static bool
init_decode(const struct reading *reading, struct gj_reader *reader,
    struct gj_spnego_token *token)
{
	bool hints = third_is_hints(reader);
	const struct field fields[] = {
	    {FIELD(0), TAG_SEQUENCE, &token->mech_types},
	    {FIELD(1), TAG_BITS, &token->flags},
	    {FIELD(2), TAG_OCTETS, &token->token},
	    {FIELD(3), hints ? TAG_SEQUENCE : TAG_OCTETS,
		hints ? &token->hints : &token->mic},
	    {FIELD(4), TAG_OCTETS, &token->mic},
	};
	const uint8_t *at = reader->at;

	token->kind = hints ? GJ_SPNEGO_INIT2 : GJ_SPNEGO_INIT;
	if (!fields_decode(
		reading, reader, fields, sizeof(fields) / sizeof(fields[0])))
		return false;
	if (token->mech_types.data == NULL)
		return find(reading, GJ_SPNEGO_NO_MECHS, at);
	return mechs_check(reading, &token->mech_types) &&
	       hints_decode(reading, token);
}

static bool
response_decode(const struct reading *reading, struct gj_reader *reader,
    struct gj_spnego_token *token)
{
	const struct field fields[] = {
	    {FIELD(0), TAG_ENUMERATED, &token->state},
	    {FIELD(1), TAG_OID, &token->mech},
	    {FIELD(2), TAG_OCTETS, &token->token},
	    {FIELD(3), TAG_OCTETS, &token->mic},
	};
	struct gssloop_view *state = &token->state;

	token->kind = GJ_SPNEGO_RESP;
	if (!fields_decode(
		reading, reader, fields, sizeof(fields) / sizeof(fields[0])))
		return false;
	if (state->data != NULL &&
	    (state->size != 1 || state->data[0] > STATE_MAX))
		return find(reading, GJ_SPNEGO_BAD_STATE, state->data);
	if (token->mech.data != NULL && token->mech.size == 0)
		return find(reading, GJ_SPNEGO_BAD_FIELD, token->mech.data);
	return true;
}

/* One of the two, alone in what the reader has. */
static bool
choice_decode(const struct reading *reading, struct gj_reader *reader,
    struct gj_spnego_token *token)
{
	struct gj_reader ahead = *reader;
	uint8_t tag = gj_reader_u8(&ahead);
	bool response = tag == TAG_RESPONSE && !token->framed;

	if (!whole_enter(reading, reader, response ? TAG_RESPONSE : TAG_INIT,
		GJ_SPNEGO_BAD_CHOICE) ||
	    !whole_enter(reading, reader, TAG_SEQUENCE, GJ_SPNEGO_BAD_FIELD))
		return false;
	if (response)
		return response_decode(reading, reader, token);
	return init_decode(reading, reader, token);
}

/* Takes the frame of RFC 2743 off, where there is one. */
static bool
frame_decode(const struct reading *reading, struct gj_reader *reader,
    struct gj_spnego_token *token)
{
	struct gj_reader ahead = *reader;
	struct gssloop_view mech, inner;

	if (gj_reader_u8(&ahead) != TAG_FRAME)
		return true;
	if (!gj_initial_decode(reader->at, reader->left, &mech, &inner))
		return find(reading, GJ_SPNEGO_BAD_FRAME, reader->at);
	if (mech.size != sizeof(spnego_oid) ||
	    memcmp(mech.data, spnego_oid, sizeof(spnego_oid)) != 0)
		return find(reading, GJ_SPNEGO_WRONG_MECH, mech.data);
	token->framed = true;
	gj_reader_init(reader, inner.data, inner.size);
	return true;
}

bool
gj_spnego_token_decode(const void *token, size_t size,
    struct gj_spnego_token *decoded, struct gj_spnego_error *error)
{
	struct reading reading;
	struct gj_reader reader;

	memset(decoded, 0, sizeof(*decoded));
	memset(error, 0, sizeof(*error));
	gj_reader_init(&reader, token, size);
	reading.start = reader.at;
	reading.error = error;
	if (reader.left == 0) {
		find(&reading, GJ_SPNEGO_BAD_CHOICE, reader.at);
		return false;
	}
	if (frame_decode(&reading, &reader, decoded) &&
	    choice_decode(&reading, &reader, decoded))
		return true;
	memset(decoded, 0, sizeof(*decoded));
	return false;
}

bool
gj_spnego_mech_next(struct gssloop_view *mech_types, struct gssloop_view *mech)
{
	struct gj_reader reader;
	size_t length;

	memset(mech, 0, sizeof(*mech));
	gj_reader_init(&reader, mech_types->data, mech_types->size);
	if (!gj_der_enter(&reader, TAG_OID, &length))
		return false;
	mech->data = gj_reader_view(&reader, length);
	mech->size = length;
	mech_types->data = reader.at;
	mech_types->size = reader.left;
	return true;
}

/* An answer for the guard */

/* A field whose whole content is one element of the tag. */
static bool
element_decode(
    const uint8_t *field, size_t size, uint8_t tag, struct gssloop_view *view)
{
	struct gj_reader reader;
	size_t length;

	gj_reader_init(&reader, field, size);
	if (view->data != NULL || !gj_der_enter(&reader, tag, &length) ||
	    length != reader.left)
		return false;
	view->data = gj_reader_view(&reader, length);
	view->size = length;
	return true;
}

static bool
field_decode(struct gj_reader *reader, struct gj_spnego_reply *reply)
{
	const uint8_t *field;
	size_t length;
	uint8_t tag;

	if (!gj_der_element(reader, &tag, &length))
		return false;
	field = gj_reader_view(reader, length);
	if (tag == FIELD(1))
		return element_decode(field, length, TAG_OID, &reply->mech);
	if (tag == FIELD(2))
		return element_decode(field, length, TAG_OCTETS, &reply->token);
	return true;
}

bool
gj_spnego_decode(const void *token, size_t size, struct gj_spnego_reply *reply)
{
	struct gj_reader reader;
	size_t length;

	memset(reply, 0, sizeof(*reply));
	gj_reader_init(&reader, token, size);
	if (!gj_der_enter(&reader, TAG_RESPONSE, &length) ||
	    length != reader.left ||
	    !gj_der_enter(&reader, TAG_SEQUENCE, &length) ||
	    length != reader.left)
		return false;
	while (reader.left > 0)
		if (!field_decode(&reader, reply))
			return false;
	return true;
}
