/*
 * The tokens of CCM, the credential cache mechanism.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "wire_ccm.h"
#include "xdr.h"

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
	gj_xdr_opaque_read(&reader, GJ_CCM_HANDLE_MAX, handle);
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
	bool response;

	gj_reader_init(&reader, data, size);
	response = gj_xdr_bool_read(&reader);
	*status = status_read(&reader);
	if (response && gj_reader_ended(&reader))
		return true;
	*status = GJ_CCM_HANDLE_MALFORMED;
	return false;
}

bool
gj_ccm_input_decode(const void *data, size_t size, struct gj_ccm_input *input)
{
	struct gj_reader reader;

	memset(input, 0, sizeof(*input));
	gj_reader_init(&reader, data, size);
	input->response = gj_xdr_bool_read(&reader);
	if (input->response) {
		input->status = status_read(&reader);
	} else {
		gj_xdr_opaque_read(&reader, GJ_CCM_HANDLE_MAX, &input->context);
		gj_xdr_opaque_read(&reader, GJ_CCM_HANDLE_MAX, &input->handle);
	}
	if (gj_reader_ended(&reader))
		return true;
	memset(input, 0, sizeof(*input));
	input->status = GJ_CCM_HANDLE_MALFORMED;
	return false;
}

static void
handle_write(struct gj_writer *writer, const struct gssloop_view *view)
{
	if (view->size > GJ_CCM_HANDLE_MAX) {
		writer->failed = true;
		return;
	}
	gj_xdr_opaque_write(writer, view->data, view->size);
}

void
gj_ccm_initial_encode(
    struct gj_writer *writer, const struct gssloop_view *handle)
{
	handle_write(writer, handle);
}

void
gj_ccm_response_encode(struct gj_writer *writer, enum gj_ccm_status status)
{
	gj_xdr_bool_write(writer, true);
	gj_writer_u32be(writer, (uint32_t)status);
}

void
gj_ccm_bootstrap_encode(struct gj_writer *writer,
    const struct gssloop_view *context, const struct gssloop_view *handle)
{
	gj_xdr_bool_write(writer, false);
	handle_write(writer, context);
	handle_write(writer, handle);
}

const char *
gj_ccm_status_text(uint32_t status)
{
	static const char *const texts[] = {
	    [GJ_CCM_OK] = "CCM: no error",
	    [GJ_CCM_HANDLE_MALFORMED] = "CCM: malformed context handle",
	    [GJ_CCM_HANDLE_EXPIRED] =
		"CCM: the context of this handle has expired",
	    [GJ_CCM_HANDLE_NOT_FOUND] = "CCM: no context for this handle",
	};

	return status < sizeof(texts) / sizeof(texts[0]) ? texts[status] : NULL;
}
