/*
 * Messages of the hop mechanism.  They protect nothing at all.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "message.h"
#include "reader.h"
#include "writer.h"

#define TAG_SIZE 4

static uint32_t
sum(const uint8_t *octets, size_t size)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ octets[i]) * 16777619u;
	return hash;
}

void
hop_message_wrap(const void *message, size_t size, bool conf, uint8_t *wrapped)
{
	struct gj_writer writer;

	gj_writer_init(&writer, wrapped, size + HOP_WRAP_OVERHEAD);
	gj_writer_octets(&writer, "HOPW", TAG_SIZE);
	gj_writer_u8(&writer, conf);
	gj_writer_u32be(&writer, sum(message, size));
	gj_writer_octets(&writer, message, size);
}

bool
hop_message_unwrap(
    const void *wrapped, size_t size, struct gssloop_view *message, bool *conf)
{
	struct gj_reader reader;
	const uint8_t *tag;
	uint8_t conf_octet;
	uint32_t wanted;

	gj_reader_init(&reader, wrapped, size);
	tag = gj_reader_view(&reader, TAG_SIZE);
	conf_octet = gj_reader_u8(&reader);
	wanted = gj_reader_u32be(&reader);
	message->size = reader.left;
	message->data = gj_reader_view(&reader, reader.left);
	*conf = conf_octet == 1;
	return !reader.failed && memcmp(tag, "HOPW", TAG_SIZE) == 0 &&
	       conf_octet <= 1 && sum(message->data, message->size) == wanted;
}

void
hop_message_mic(const void *message, size_t size, uint8_t mic[HOP_MIC_SIZE])
{
	struct gj_writer writer;

	gj_writer_init(&writer, mic, HOP_MIC_SIZE);
	gj_writer_octets(&writer, "HOPM", TAG_SIZE);
	gj_writer_u32be(&writer, sum(message, size));
}
