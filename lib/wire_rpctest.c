/*
 * The RPC program that gsstest speaks.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "wire_rpctest.h"

bool
gj_rpctest_message_decode(const struct gssloop_view *octets, size_t max,
    struct gssloop_view *message, struct gj_rpc_result *result)
{
	struct gj_rpc_fields fields;

	gj_rpc_fields_init(&fields, octets->data, octets->size, result);
	gj_rpc_opaque(&fields, "the message", max, message);
	if (gj_rpc_fields_end(&fields))
		return true;
	memset(message, 0, sizeof(*message));
	return false;
}

bool
gj_rpctest_reply_decode(const struct gssloop_view *octets, size_t max,
    struct gj_rpctest_reply *reply, struct gj_rpc_result *result)
{
	struct gj_rpc_fields fields;

	memset(reply, 0, sizeof(*reply));
	gj_rpc_fields_init(&fields, octets->data, octets->size, result);
	reply->status = gj_rpc_number(&fields, "the status");
	if (reply->status == GJ_RPCTEST_OK)
		gj_rpc_opaque(&fields, "the message", max, &reply->data);
	if (gj_rpc_fields_end(&fields))
		return true;
	memset(reply, 0, sizeof(*reply));
	return false;
}

static void
entry_read(struct gj_rpc_fields *fields, struct gj_rpctest_secinfo *entry)
{
	entry->flavor = gj_rpc_number(fields, "the flavour");
	if (entry->flavor != GJ_RPC_AUTH_RPCSEC_GSS)
		return;
	gj_rpc_opaque(fields, "the OID", GJ_RPCTEST_OID_MAX, &entry->oid);
	entry->qop = gj_rpc_number(fields, "the QOP");
	entry->service = gj_rpc_number(fields, "the service");
}

bool
gj_rpctest_secinfo_decode(const struct gssloop_view *octets,
    struct gj_rpctest_secinfo *entries, size_t max, size_t *count,
    struct gj_rpc_result *result)
{
	struct gj_rpc_fields fields;
	uint32_t number;

	memset(entries, 0, max * sizeof(*entries));
	*count = 0;
	gj_rpc_fields_init(&fields, octets->data, octets->size, result);
	number = gj_rpc_number(&fields, "the number of entries");
	if (number > max) {
		gj_rpc_refuse(
		    &fields, GJ_RPC_MALFORMED, "more entries than wanted");
		return false;
	}
	for (uint32_t i = 0; i < number; i++)
		entry_read(&fields, &entries[i]);
	if (gj_rpc_fields_end(&fields)) {
		*count = number;
		return true;
	}
	memset(entries, 0, max * sizeof(*entries));
	return false;
}

void
gj_rpctest_message_encode(
    struct gj_writer *writer, const struct gssloop_view *message)
{
	gj_xdr_opaque_write(writer, message->data, message->size);
}

void
gj_rpctest_reply_encode(
    struct gj_writer *writer, const struct gj_rpctest_reply *reply)
{
	gj_writer_u32be(writer, reply->status);
	if (reply->status == GJ_RPCTEST_OK)
		gj_rpctest_message_encode(writer, &reply->data);
}

static void
entry_write(struct gj_writer *writer, const struct gj_rpctest_secinfo *entry)
{
	gj_writer_u32be(writer, entry->flavor);
	if (entry->flavor != GJ_RPC_AUTH_RPCSEC_GSS)
		return;
	if (entry->oid.size > GJ_RPCTEST_OID_MAX) {
		writer->failed = true;
		return;
	}
	gj_xdr_opaque_write(writer, entry->oid.data, entry->oid.size);
	gj_writer_u32be(writer, entry->qop);
	gj_writer_u32be(writer, entry->service);
}

void
gj_rpctest_secinfo_encode(struct gj_writer *writer,
    const struct gj_rpctest_secinfo *entries, size_t count)
{
	if (count > UINT32_MAX)
		writer->failed = true;
	gj_writer_u32be(writer, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		entry_write(writer, &entries[i]);
}
