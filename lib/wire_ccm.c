/*
 * The tokens of CCM, the credential cache mechanism.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "wire_ccm.h"

#define FALSE 0
#define TRUE  1

/* Zeros behind so many octets. */
static size_t
padding(size_t size)
{
	return (4 - size % 4) % 4;
}

size_t
gj_ccm_opaque_size(size_t size)
{
	return 4 + size + padding(size);
}

static void
opaque_read(struct gj_reader *reader, struct gssloop_view *view)
{
	uint32_t size = gj_reader_u32be(reader);

	if (size > GJ_CCM_HANDLE_MAX)
		reader->failed = true;
	view->data = gj_reader_view(reader, size);
	view->size = size;
	for (size_t i = padding(size); i > 0; i--)
		if (gj_reader_u8(reader) != 0)
			reader->failed = true;
}

static enum gj_ccm_status
status_read(struct gj_reader *reader)
{
	uint32_t status = gj_reader_u32be(reader);

	if (status > GJ_CCM_HANDLE_NOT_FOUND)
		reader->failed = true;
	return (enum gj_ccm_status)status;
}

bool
gj_ccm_initial_decode(
    const void *data, size_t size, struct gssloop_view *handle)
{
	struct gj_reader reader;

	gj_reader_init(&reader, data, size);
	opaque_read(&reader, handle);
	if (gj_reader_ended(&reader))
		return true;
	memset(handle, 0, sizeof(*handle));
	return false;
}

bool
gj_ccm_response_decode(
    const void *data, size_t size, enum gj_ccm_status *status)
{
	struct gj_reader reader;
	uint32_t which;

	gj_reader_init(&reader, data, size);
	which = gj_reader_u32be(&reader);
	*status = status_read(&reader);
	if (which == TRUE && gj_reader_ended(&reader))
		return true;
	*status = GJ_CCM_HANDLE_MALFORMED;
	return false;
}

bool
gj_ccm_input_decode(const void *data, size_t size, struct gj_ccm_input *input)
{
	struct gj_reader reader;
	uint32_t which;

	memset(input, 0, sizeof(*input));
	gj_reader_init(&reader, data, size);
	which = gj_reader_u32be(&reader);
	if (which == FALSE) {
		opaque_read(&reader, &input->context);
		opaque_read(&reader, &input->handle);
	} else {
		input->response = true;
		input->status = status_read(&reader);
	}
	if (which <= TRUE && gj_reader_ended(&reader))
		return true;
	memset(input, 0, sizeof(*input));
	input->status = GJ_CCM_HANDLE_MALFORMED;
	return false;
}

static void
opaque_write(struct gj_writer *writer, const struct gssloop_view *view)
{
	static const uint8_t zeros[3];

	if (view->size > GJ_CCM_HANDLE_MAX) {
		writer->failed = true;
		return;
	}
	gj_writer_u32be(writer, (uint32_t)view->size);
	gj_writer_octets(writer, view->data, view->size);
	gj_writer_octets(writer, zeros, padding(view->size));
}

void
gj_ccm_initial_encode(
    struct gj_writer *writer, const struct gssloop_view *handle)
{
	opaque_write(writer, handle);
}

void
gj_ccm_response_encode(struct gj_writer *writer, enum gj_ccm_status status)
{
	gj_writer_u32be(writer, TRUE);
	gj_writer_u32be(writer, (uint32_t)status);
}

void
gj_ccm_bootstrap_encode(struct gj_writer *writer,
    const struct gssloop_view *context, const struct gssloop_view *handle)
{
	gj_writer_u32be(writer, FALSE);
	opaque_write(writer, context);
	opaque_write(writer, handle);
}
