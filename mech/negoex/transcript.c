/*
 * All octets of a conversation, in the order sent.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "transcript.h"

/* Octets of a short conversation: its memory is had at once. */
#define CONVERSATION_USUAL 512

size_t
negoex_transcript_size(const struct negoex_transcript *transcript)
{
	return gj_buffer_size(&transcript->octets);
}

const uint8_t *
negoex_transcript_data(const struct negoex_transcript *transcript)
{
	return gj_buffer_data(&transcript->octets);
}

void
negoex_transcript_mark(struct negoex_transcript *transcript)
{
	transcript->mark = negoex_transcript_size(transcript);
}

/* Room for size octets more, within the limit. */
static uint8_t *
reserve(struct negoex_transcript *transcript, size_t size,
    struct negoex_problem *problem)
{
	uint8_t *room;

	if (size >
	    NEGOEX_CONVERSATION_MAX - negoex_transcript_size(transcript)) {
		negoex_problem(problem, NEGOEX_TOO_LARGE);
		return NULL;
	}
	if (transcript->octets.memory == NULL && size < CONVERSATION_USUAL)
		room =
		    gj_buffer_reserve(&transcript->octets, CONVERSATION_USUAL);
	else
		room = gj_buffer_reserve(&transcript->octets, size);
	if (room == NULL)
		negoex_problem(problem, NEGOEX_NO_MEMORY);
	return room;
}

bool
negoex_transcript_take(struct negoex_transcript *transcript, const void *token,
    size_t size, struct negoex_problem *problem)
{
	uint8_t *room = reserve(transcript, size, problem);

	if (room == NULL)
		return false;
	memcpy(room, token, size);
	gj_buffer_commit(&transcript->octets, size);
	negoex_transcript_mark(transcript);
	return true;
}

/* Begins a message of size octets: a writer at its place, and its heading. */
static bool
begin(struct negoex_transcript *transcript, size_t size,
    struct gj_writer *writer, struct gj_negoex_heading *heading,
    struct negoex_problem *problem)
{
	uint8_t *room = reserve(transcript, size, problem);

	if (room == NULL)
		return false;
	gj_writer_init(writer, room, size);
	heading->sequence = transcript->order.sequence;
	heading->conversation = transcript->order.conversation;
	return true;
}

/* The message is written: it counts. */
static bool
end(struct negoex_transcript *transcript, const struct gj_writer *writer,
    struct negoex_problem *problem)
{
	if (writer->failed)
		return negoex_problem(problem, NEGOEX_TOO_LARGE);
	gj_buffer_commit(&transcript->octets, writer->used);
	transcript->order.sequence++;
	return true;
}

bool
negoex_write_nego(struct negoex_transcript *transcript,
    enum gj_negoex_type type, const uint8_t *random, const uint8_t *schemes,
    uint16_t count, struct negoex_problem *problem)
{
	struct gj_negoex_heading heading;
	struct gj_writer writer;

	if (!begin(transcript, gj_negoex_nego_size(count), &writer, &heading,
		problem))
		return false;
	gj_negoex_nego_write(&writer, type, &heading, random, schemes, count);
	return end(transcript, &writer, problem);
}

bool
negoex_write_exchange(struct negoex_transcript *transcript,
    enum gj_negoex_type type, const uint8_t *scheme,
    const gss_buffer_desc *value, struct negoex_problem *problem)
{
	struct gj_negoex_heading heading;
	struct gj_writer writer;

	if (!begin(transcript, gj_negoex_exchange_size(value->length), &writer,
		&heading, problem))
		return false;
	gj_negoex_exchange_write(
	    &writer, type, &heading, scheme, value->value, value->length);
	return end(transcript, &writer, problem);
}

bool
negoex_write_verify(struct negoex_transcript *transcript, const uint8_t *scheme,
    uint32_t checksum_type, const void *checksum, size_t checksum_size,
    struct negoex_problem *problem)
{
	struct gj_negoex_heading heading;
	struct gj_writer writer;

	if (!begin(transcript, gj_negoex_verify_size(checksum_size), &writer,
		&heading, problem))
		return false;
	gj_negoex_verify_write(
	    &writer, &heading, scheme, checksum_type, checksum, checksum_size);
	return end(transcript, &writer, problem);
}

bool
negoex_write_pulse(struct negoex_transcript *transcript, const uint8_t *scheme,
    uint32_t reason, struct negoex_problem *problem)
{
	struct gj_negoex_heading heading;
	struct gj_writer writer;

	if (!begin(transcript, GJ_NEGOEX_PULSE_MESSAGE, &writer, &heading,
		problem))
		return false;
	gj_negoex_pulse_write(&writer, &heading, scheme, reason);
	return end(transcript, &writer, problem);
}

bool
negoex_transcript_token(const struct negoex_transcript *transcript,
    gss_buffer_t token, struct negoex_problem *problem)
{
	size_t size = negoex_transcript_size(transcript) - transcript->mark;

	token->length = 0;
	token->value = NULL;
	if (size == 0)
		return true;
	token->value = malloc(size);
	if (token->value == NULL)
		return negoex_problem(problem, NEGOEX_NO_MEMORY);
	memcpy(token->value,
	    negoex_transcript_data(transcript) + transcript->mark, size);
	token->length = size;
	return true;
}

void
negoex_transcript_free(struct negoex_transcript *transcript)
{
	gj_buffer_free(&transcript->octets);
}
