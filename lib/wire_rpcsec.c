/*
 * What RPCSEC_GSS version 1 puts into calls and replies.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "wire_rpcsec.h"

static void
view_init(struct gj_rpc_fields *fields, const struct gssloop_view *octets,
    struct gj_rpc_result *result)
{
	gj_rpc_fields_init(fields, octets->data, octets->size, result);
}

static void
view_write(struct gj_writer *writer, const struct gssloop_view *view)
{
	gj_xdr_opaque_write(writer, view->data, view->size);
}

static enum gj_rpcsec_proc
proc_read(struct gj_rpc_fields *fields)
{
	uint32_t proc = gj_rpc_number(fields, "gss_proc");

	if (proc > GJ_RPCSEC_DESTROY)
		gj_rpc_refuse(fields, GJ_RPC_MALFORMED,
		    "a gss_proc that is none (RFC 2203, section 5)");
	return (enum gj_rpcsec_proc)proc;
}

/* While a context is made the service is not defined. */
static uint32_t
service_read(struct gj_rpc_fields *fields, enum gj_rpcsec_proc proc)
{
	uint32_t service = gj_rpc_number(fields, "the service");
	bool creation =
	    proc == GJ_RPCSEC_INIT || proc == GJ_RPCSEC_CONTINUE_INIT;

	if (!creation &&
	    (service < GJ_RPCSEC_NONE || service > GJ_RPCSEC_PRIVACY))
		gj_rpc_refuse(fields, GJ_RPC_MALFORMED,
		    "a service that is none (RFC 2203, section 5)");
	return service;
}

bool
gj_rpcsec_credential_decode(const struct gssloop_view *body,
    struct gj_rpcsec_credential *credential, struct gj_rpc_result *result)
{
	struct gj_rpc_fields fields;

	memset(credential, 0, sizeof(*credential));
	view_init(&fields, body, result);
	if (gj_rpc_number(&fields, "the version") != GJ_RPCSEC_VERSION)
		gj_rpc_refuse(&fields, GJ_RPC_OTHER_VERSION,
		    "a version of RPCSEC_GSS other than 1 (RFC 2203, section "
		    "5.1)");
	credential->proc = proc_read(&fields);
	credential->sequence = gj_rpc_number(&fields, "seq_num");
	credential->service = service_read(&fields, credential->proc);
	gj_rpc_opaque(
	    &fields, "the handle", GJ_RPCSEC_HANDLE_MAX, &credential->handle);
	if (gj_rpc_fields_end(&fields))
		return true;
	memset(credential, 0, sizeof(*credential));
	return false;
}

/* Octets that are one opaque and nothing else. */
static bool
opaque_decode(const struct gssloop_view *octets, const char *name, size_t max,
    struct gssloop_view *view, struct gj_rpc_result *result)
{
	struct gj_rpc_fields fields;

	view_init(&fields, octets, result);
	gj_rpc_opaque(&fields, name, max, view);
	if (gj_rpc_fields_end(&fields))
		return true;
	memset(view, 0, sizeof(*view));
	return false;
}

bool
gj_rpcsec_init_arg_decode(const struct gssloop_view *octets, size_t token_max,
    struct gssloop_view *token, struct gj_rpc_result *result)
{
	return opaque_decode(octets, "the token", token_max, token, result);
}

bool
gj_rpcsec_priv_decode(const struct gssloop_view *octets, size_t body_max,
    struct gssloop_view *body, struct gj_rpc_result *result)
{
	return opaque_decode(
	    octets, "the wrapped body", body_max, body, result);
}

bool
gj_rpcsec_init_res_decode(const struct gssloop_view *octets, size_t token_max,
    struct gj_rpcsec_init_res *res, struct gj_rpc_result *result)
{
	struct gj_rpc_fields fields;

	memset(res, 0, sizeof(*res));
	view_init(&fields, octets, result);
	gj_rpc_opaque(
	    &fields, "the handle", GJ_RPCSEC_HANDLE_MAX, &res->handle);
	res->major = gj_rpc_number(&fields, "gss_major");
	res->minor = gj_rpc_number(&fields, "gss_minor");
	res->window = gj_rpc_number(&fields, "seq_window");
	gj_rpc_opaque(&fields, "the token", token_max, &res->token);
	if (gj_rpc_fields_end(&fields))
		return true;
	memset(res, 0, sizeof(*res));
	return false;
}

bool
gj_rpcsec_integ_decode(const struct gssloop_view *octets, size_t body_max,
    size_t checksum_max, struct gj_rpcsec_integ *integ,
    struct gj_rpc_result *result)
{
	struct gj_rpc_fields fields;

	memset(integ, 0, sizeof(*integ));
	view_init(&fields, octets, result);
	gj_rpc_opaque(&fields, "the body", body_max, &integ->body);
	gj_rpc_opaque(&fields, "the checksum", checksum_max, &integ->checksum);
	if (gj_rpc_fields_end(&fields))
		return true;
	memset(integ, 0, sizeof(*integ));
	return false;
}

bool
gj_rpcsec_body_decode(const struct gssloop_view *octets, uint32_t *sequence,
    struct gssloop_view *arguments, struct gj_rpc_result *result)
{
	struct gj_rpc_fields fields;

	view_init(&fields, octets, result);
	*sequence = gj_rpc_number(&fields, "seq_num");
	gj_rpc_rest(&fields, arguments);
	return result->what == GJ_RPC_FINE;
}

void
gj_rpcsec_credential_encode(
    struct gj_writer *writer, const struct gj_rpcsec_credential *credential)
{
	if (credential->handle.size > GJ_RPCSEC_HANDLE_MAX) {
		writer->failed = true;
		return;
	}
	gj_writer_u32be(writer, GJ_RPCSEC_VERSION);
	gj_writer_u32be(writer, (uint32_t)credential->proc);
	gj_writer_u32be(writer, credential->sequence);
	gj_writer_u32be(writer, credential->service);
	view_write(writer, &credential->handle);
}

void
gj_rpcsec_init_arg_encode(
    struct gj_writer *writer, const struct gssloop_view *token)
{
	view_write(writer, token);
}

void
gj_rpcsec_init_res_encode(
    struct gj_writer *writer, const struct gj_rpcsec_init_res *res)
{
	if (res->handle.size > GJ_RPCSEC_HANDLE_MAX) {
		writer->failed = true;
		return;
	}
	view_write(writer, &res->handle);
	gj_writer_u32be(writer, res->major);
	gj_writer_u32be(writer, res->minor);
	gj_writer_u32be(writer, res->window);
	view_write(writer, &res->token);
}

void
gj_rpcsec_integ_encode(
    struct gj_writer *writer, const struct gj_rpcsec_integ *integ)
{
	view_write(writer, &integ->body);
	view_write(writer, &integ->checksum);
}

void
gj_rpcsec_priv_encode(struct gj_writer *writer, const struct gssloop_view *body)
{
	view_write(writer, body);
}

void
gj_rpcsec_body_encode(struct gj_writer *writer, uint32_t sequence,
    const struct gssloop_view *arguments)
{
	gj_writer_u32be(writer, sequence);
	gj_writer_octets(writer, arguments->data, arguments->size);
}

size_t
gj_rpcsec_credential_size(const struct gj_rpcsec_credential *credential)
{
	return 16 + gj_xdr_opaque_size(credential->handle.size);
}

size_t
gj_rpcsec_init_res_size(const struct gj_rpcsec_init_res *res)
{
	return gj_xdr_opaque_size(res->handle.size) + 12 +
	       gj_xdr_opaque_size(res->token.size);
}

size_t
gj_rpcsec_integ_size(const struct gj_rpcsec_integ *integ)
{
	return gj_xdr_opaque_size(integ->body.size) +
	       gj_xdr_opaque_size(integ->checksum.size);
}
