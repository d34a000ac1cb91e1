/*
 * A message in pieces.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "iov.h"

/* MIT's; Heimdal 7.8 has no name for it. */
#define TYPE_MIC_TOKEN 12

static bool
is_added(const gss_iov_buffer_desc *piece)
{
	switch (GSS_IOV_BUFFER_TYPE(piece->type)) {
	case GSS_IOV_BUFFER_TYPE_HEADER:
	case GSS_IOV_BUFFER_TYPE_PADDING:
	case GSS_IOV_BUFFER_TYPE_TRAILER:
	case TYPE_MIC_TOKEN:
		return true;
	default:
		return false;
	}
}

void
ccm_iov_make(gss_iov_buffer_desc *iov, int count)
{
	for (int i = 0; i < count; i++) {
		if (!is_added(&iov[i]))
			continue;
		iov[i].buffer.length = 0;
		if (iov[i].type & GSS_IOV_BUFFER_FLAG_ALLOCATE)
			iov[i].buffer.value = NULL;
	}
}

/* The last piece of a type, and how many there are. */
static gss_iov_buffer_desc *
last_of(gss_iov_buffer_desc *iov, int count, OM_uint32 type, int *found)
{
	gss_iov_buffer_desc *piece = NULL;

	*found = 0;
	for (int i = 0; i < count; i++)
		if (GSS_IOV_BUFFER_TYPE(iov[i].type) == type) {
			piece = &iov[i];
			(*found)++;
		}
	return piece;
}

static bool
copy(gss_iov_buffer_desc *data, const gss_buffer_desc *stream)
{
	void *octets = malloc(stream->length == 0 ? 1 : stream->length);

	if (octets == NULL)
		return false;
	if (stream->length > 0)
		memcpy(octets, stream->value, stream->length);
	data->buffer.value = octets;
	data->type |= GSS_IOV_BUFFER_FLAG_ALLOCATED;
	data->buffer.length = stream->length;
	return true;
}

bool
ccm_iov_take(gss_iov_buffer_desc *iov, int count)
{
	gss_iov_buffer_desc *stream, *data;
	int streams, datas;

	for (int i = 0; i < count; i++)
		if (is_added(&iov[i]) && iov[i].buffer.length > 0)
			return false;
	stream = last_of(iov, count, GSS_IOV_BUFFER_TYPE_STREAM, &streams);
	if (streams == 0)
		return true;
	data = last_of(iov, count, GSS_IOV_BUFFER_TYPE_DATA, &datas);
	if (streams != 1 || datas != 1)
		return false;
	if (data->type & GSS_IOV_BUFFER_FLAG_ALLOCATE)
		return copy(data, &stream->buffer);
	data->buffer = stream->buffer;
	return true;
}
