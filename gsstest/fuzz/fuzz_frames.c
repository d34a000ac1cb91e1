/*
 * Fuzzer of the framings of streams: plain, sample, remctl, NegotiateStream
 * and what our nns channel puts into that; and of our datagrams.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Each input is read as each of them.  A frame that was taken is written again
 * as it was; and whoever has only the beginning of it learns the same, or that
 * he needs more.
 */
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "wire_datagram.h"
#include "wire_nns.h"
#include "wire_nnstest.h"
#include "wire_plain.h"
#include "wire_remctl.h"
#include "wire_sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Every header is over by then; behind it a cut is as good as another. */
#define CUTS 16

struct format {
	void (*decode)(const uint8_t *data, size_t size,
	    struct gssloop_frame *frame, struct gj_wire_result *result);
	/*
	 * Writes the frame, which was read from data; false where there is
	 * more than one way to write it.
	 */
	bool (*encode)(const struct gssloop_frame *frame, const uint8_t *data,
	    struct gj_writer *writer);
};

/* Small ones, so that inputs are on both sides of them. */
static const struct gj_wire_limits all_limits[] = {{40, 60}, {12, 0}};
static const struct gj_wire_limits *limits;

static void
plain_decode(const uint8_t *data, size_t size, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	gj_plain_decode(data, size, limits, frame, result);
}

static bool
plain_encode(const struct gssloop_frame *frame, const uint8_t *data,
    struct gj_writer *writer)
{
	(void)data;
	gj_plain_encode(frame, writer);
	return true;
}

static void
sample_decode(const uint8_t *data, size_t size, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	gj_sample_decode(data, size, false, limits, frame, result);
}

/* DATA|ENCRYPTED stands for what DATA alone does. */
static bool
sample_encode(const struct gssloop_frame *frame, const uint8_t *data,
    struct gj_writer *writer)
{
	gj_sample_encode(frame, writer);
	return (data[0] & 0x7f) != 0x44;
}

static void
prologue_decode(const uint8_t *data, size_t size, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	gj_sample_decode(data, size, true, limits, frame, result);
}

static bool
prologue_encode(const struct gssloop_frame *frame, const uint8_t *data,
    struct gj_writer *writer)
{
	(void)frame;
	(void)data;
	gj_sample_encode_prologue(writer);
	return true;
}

/* What is spoken then, says each packet for itself. */
static enum gj_remctl_protocol
spoken(const uint8_t *data)
{
	return (data[0] & 0x40) != 0 ? GJ_REMCTL_NEW : GJ_REMCTL_OLD;
}

static void
beginning_decode(const uint8_t *data, size_t size, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	enum gj_remctl_protocol protocol = GJ_REMCTL_UNDECIDED;

	memset(frame, 0, sizeof(*frame));
	gj_remctl_beginning_decode(data, size, &protocol, result);
	claim(protocol == (result->what == GJ_WIRE_SKIP ? spoken(data)
							: GJ_REMCTL_UNDECIDED));
}

static bool
beginning_encode(const struct gssloop_frame *frame, const uint8_t *data,
    struct gj_writer *writer)
{
	(void)frame;
	gj_remctl_beginning_encode(spoken(data), writer);
	return true;
}

static void
packet_decode(enum gj_remctl_protocol wanted, const uint8_t *data, size_t size,
    struct gssloop_frame *frame, struct gj_wire_result *result)
{
	enum gj_remctl_protocol protocol = wanted;

	gj_remctl_decode(data, size, &protocol, limits, frame, result);
	claim(protocol ==
	      (result->what == GJ_WIRE_FRAME ? spoken(data) : wanted));
}

static void
undecided_decode(const uint8_t *data, size_t size, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	packet_decode(GJ_REMCTL_UNDECIDED, data, size, frame, result);
	claim(result->what != GJ_WIRE_FRAME ||
	      frame->kind == GSSLOOP_FRAME_TOKEN);
}

static void
old_decode(const uint8_t *data, size_t size, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	packet_decode(GJ_REMCTL_OLD, data, size, frame, result);
}

static void
new_decode(const uint8_t *data, size_t size, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	packet_decode(GJ_REMCTL_NEW, data, size, frame, result);
}

static bool
packet_encode(const struct gssloop_frame *frame, const uint8_t *data,
    struct gj_writer *writer)
{
	gj_remctl_encode(spoken(data), frame, writer);
	return true;
}

/* The token is the frame's data, an error's code its status. */
static void
handshake_decode(const uint8_t *data, size_t size, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	struct gj_nns_handshake handshake;

	memset(frame, 0, sizeof(*frame));
	gj_nns_handshake_decode(data, size, limits, &handshake, result);
	frame->data = handshake.token;
	frame->major = handshake.code;
	claim(handshake.has_code || handshake.code == 0);
}

/* The version is ignored, and so is all of an error but its code. */
static bool
handshake_encode(const struct gssloop_frame *frame, const uint8_t *data,
    struct gj_writer *writer)
{
	struct gj_nns_handshake handshake = {.id = (enum gj_nns_id)data[0],
	    .token = frame->data,
	    .code = frame->major};

	claim(gj_nns_handshake_encode(&handshake, writer));
	memcpy(writer->data + 1, data + 1, 2);
	return handshake.id != GJ_NNS_ERROR;
}

static void
data_decode(const uint8_t *data, size_t size, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	memset(frame, 0, sizeof(*frame));
	gj_nns_data_decode(data, size, limits, &frame->data, result);
}

static bool
data_encode(const struct gssloop_frame *frame, const uint8_t *data,
    struct gj_writer *writer)
{
	(void)data;
	claim(gj_nns_data_encode(&frame->data, writer));
	return true;
}

static void
nnstest_decode(const uint8_t *data, size_t size, struct gssloop_frame *frame,
    struct gj_wire_result *result)
{
	gj_nnstest_decode(data, size, limits->message_max, frame, result);
}

static bool
nnstest_encode(const struct gssloop_frame *frame, const uint8_t *data,
    struct gj_writer *writer)
{
	(void)data;
	gj_nnstest_encode(frame, writer);
	return true;
}

static const struct format formats[] = {{plain_decode, plain_encode},
    {sample_decode, sample_encode}, {prologue_decode, prologue_encode},
    {beginning_decode, beginning_encode}, {undecided_decode, packet_encode},
    {old_decode, packet_encode}, {new_decode, packet_encode},
    {handshake_decode, handshake_encode}, {data_decode, data_encode},
    {nnstest_decode, nnstest_encode}};

static bool
taken(const struct gj_wire_result *result)
{
	return result->what == GJ_WIRE_FRAME || result->what == GJ_WIRE_SKIP;
}

static void
decode(const struct format *format, const uint8_t *data, size_t size,
    struct gssloop_frame *frame, struct gj_wire_result *result)
{
	memset(frame, 0xa5, sizeof(*frame));
	memset(result, 0xa5, sizeof(*result));
	format->decode(data, size, frame, result);
	claim(result->what <= GJ_WIRE_MALFORMED);
	claim(result->what != GJ_WIRE_NEED || result->size > size);
	claim(!taken(result) || result->size <= size);
	claim(memchr(result->reason, '\0', sizeof(result->reason)) != NULL);
	claim(
	    (result->what >= GJ_WIRE_TOO_LARGE) == (result->reason[0] != '\0'));
	claim_inside(&frame->data, data, size);
	claim_inside(&frame->mic, data, size);
	if (result->what != GJ_WIRE_FRAME) {
		claim_empty(&frame->data);
		claim_empty(&frame->mic);
	}
}

/* The same input, of which only so much is there. */
static void
cut_check(const struct format *format, const uint8_t *data, size_t cut,
    const struct gssloop_frame *frame, const struct gj_wire_result *result)
{
	uint8_t *copy = exact(data, cut);
	struct gssloop_frame part;
	struct gj_wire_result known;

	decode(format, copy, cut, &part, &known);
	if (known.what != GJ_WIRE_NEED) {
		claim(known.what == result->what);
		claim(!taken(&known) || known.size == result->size);
		claim(strcmp(known.reason, result->reason) == 0);
		claim(part.kind == frame->kind &&
		      part.data.size == frame->data.size &&
		      part.mic.size == frame->mic.size);
	} else if (taken(result)) {
		claim(known.size <= result->size);
	}
	free(copy);
}

static void
rewrite_check(const struct format *format, const uint8_t *data,
    const struct gssloop_frame *frame, size_t size)
{
	struct gj_writer writer;

	rewrite_begin(&writer, size);
	if (format->encode(frame, data, &writer))
		claim_rewritten(&writer, data, size);
	else
		rewrite_drop(&writer);
}

static void
format_check(const struct format *format, const uint8_t *data, size_t size)
{
	struct gssloop_frame frame;
	struct gj_wire_result result;
	size_t cut;

	decode(format, data, size, &frame, &result);
	if (taken(&result)) {
		rewrite_check(format, data, &frame, result.size);
		cut_check(format, data, result.size, &frame, &result);
		cut_check(format, data, result.size - 1, &frame, &result);
	}
	for (cut = 0; cut < size && cut < CUTS; cut++)
		cut_check(format, data, cut, &frame, &result);
}

/* Without protection whatever is there is data. */
static void
clear_check(const uint8_t *data, size_t size)
{
	struct gssloop_view octets;
	struct gj_wire_result result;

	gj_nns_clear_decode(data, size, limits, &octets, &result);
	claim_inside(&octets, data, size);
	if (result.what != GJ_WIRE_FRAME)
		claim(size == 0 || limits->message_max == 0);
	else
		claim(octets.data == data && octets.size == result.size &&
		      result.size <= limits->message_max);
}

static void
datagram_check(const uint8_t *data, size_t size)
{
	struct gj_datagram datagram;
	struct gj_wire_result result;
	struct gj_writer writer;

	gj_datagram_decode(data, size, &datagram, &result);
	claim_inside(&datagram.frame, data, size);
	claim((result.what == GJ_WIRE_FRAME) == (result.reason[0] == '\0'));
	if (result.what != GJ_WIRE_FRAME)
		return;
	rewrite_begin(&writer, size);
	gj_datagram_encode(&datagram, &writer);
	gj_writer_octets(&writer, datagram.frame.data, datagram.frame.size);
	claim_rewritten(&writer, data, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t i, j;

	for (i = 0; i < COUNT(all_limits); i++) {
		limits = &all_limits[i];
		for (j = 0; j < COUNT(formats); j++)
			format_check(&formats[j], data, size);
		clear_check(data, size);
	}
	datagram_check(data, size);
	return 0;
}
