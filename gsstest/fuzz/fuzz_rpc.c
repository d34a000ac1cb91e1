/*
 * Fuzzer of ONC RPC's messages, of what RPCSEC_GSS puts into them, and of our
 * own RPC program: each input is read as each of them, and what was taken is
 * written again as it was, in as many octets as was foretold.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "claims.h"
#include "wire_rpcsec.h"
#include "wire_rpctest.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Limits, small ones, so that inputs are on both sides of them. */
#define TOKEN_MAX  40
#define BODY_MAX   60
#define RECORD_MAX 4096
#define ENTRIES	   4

/* A decoder's result, and what it returned. */
static bool
fine(bool good, const struct gj_rpc_result *result)
{
	claim(good == (result->what == GJ_RPC_FINE));
	claim(good == (result->reason[0] == '\0'));
	claim(memchr(result->reason, '\0', sizeof(result->reason)) != NULL);
	return good;
}

/* With any number of octets before it; ours have one fragment. */
static void
mark_check(const uint8_t *data, size_t size)
{
	static const size_t before[] = {0, 1, RECORD_MAX, RECORD_MAX + 1};
	struct gj_rpc_mark mark;
	struct gj_wire_result result;
	struct gj_writer writer;
	size_t i;

	for (i = 0; i < COUNT(before); i++) {
		gj_rpc_mark_decode(
		    data, size, before[i], RECORD_MAX, &mark, &result);
		claim((result.what == GJ_WIRE_NEED) == (size < GJ_RPC_MARK));
		if (result.what != GJ_WIRE_FRAME)
			continue;
		claim(mark.last || mark.size > 0);
		claim(before[i] + mark.size <= RECORD_MAX);
		rewrite_begin(&writer, GJ_RPC_MARK);
		gj_rpc_mark_encode(&writer, mark.size);
		if (mark.last)
			claim_rewritten(&writer, data, GJ_RPC_MARK);
		else
			rewrite_drop(&writer);
	}
}

static void
auth_check(const struct gj_rpc_auth *auth, const uint8_t *data, size_t size)
{
	claim_inside(&auth->body, data, size);
	claim(auth->body.size <= GJ_RPC_AUTH_MAX);
}

static void
call_check(const uint8_t *data, size_t size)
{
	struct gj_rpc_call call;
	struct gj_rpc_result result;
	struct gj_writer writer;

	if (!fine(gj_rpc_call_decode(data, size, &call, &result), &result)) {
		claim_empty(&call.head);
		claim_empty(&call.arguments);
		claim_empty(&call.credential.body);
		claim_empty(&call.verifier.body);
		return;
	}
	auth_check(&call.credential, data, size);
	auth_check(&call.verifier, data, size);
	claim_inside(&call.arguments, data, size);
	rewrite_begin(&writer, size);
	gj_rpc_call_encode(&writer, &call);
	claim(call.head.data == data && call.head.size == writer.used);
	gj_rpc_auth_encode(&writer, &call.verifier);
	claim(writer.used == call.head.size + gj_rpc_auth_size(&call.verifier));
	gj_writer_octets(&writer, call.arguments.data, call.arguments.size);
	claim_rewritten(&writer, data, size);
}

static void
reply_check(const uint8_t *data, size_t size)
{
	struct gj_rpc_reply reply;
	struct gj_rpc_result result;
	struct gj_writer writer;

	if (!fine(gj_rpc_reply_decode(data, size, &reply, &result), &result)) {
		claim(result.what != GJ_RPC_OTHER_VERSION);
		claim_empty(&reply.results);
		claim_empty(&reply.verifier.body);
		return;
	}
	auth_check(&reply.verifier, data, size);
	claim_inside(&reply.results, data, size);
	rewrite_begin(&writer, size);
	gj_rpc_reply_encode(&writer, &reply);
	gj_writer_octets(&writer, reply.results.data, reply.results.size);
	claim_rewritten(&writer, data, size);
}

static void
credential_check(const struct gssloop_view *octets)
{
	struct gj_rpcsec_credential credential;
	struct gj_rpc_result result;
	struct gj_writer writer;

	if (!fine(gj_rpcsec_credential_decode(octets, &credential, &result),
		&result)) {
		claim_empty(&credential.handle);
		return;
	}
	claim_inside(&credential.handle, octets->data, octets->size);
	claim(gj_rpcsec_credential_size(&credential) == octets->size);
	rewrite_begin(&writer, octets->size);
	gj_rpcsec_credential_encode(&writer, &credential);
	claim_rewritten(&writer, octets->data, octets->size);
}

static void
init_res_check(const struct gssloop_view *octets)
{
	struct gj_rpcsec_init_res res;
	struct gj_rpc_result result;
	struct gj_writer writer;

	if (!fine(gj_rpcsec_init_res_decode(octets, TOKEN_MAX, &res, &result),
		&result)) {
		claim_empty(&res.handle);
		claim_empty(&res.token);
		return;
	}
	claim_inside(&res.handle, octets->data, octets->size);
	claim_inside(&res.token, octets->data, octets->size);
	claim(res.token.size <= TOKEN_MAX);
	claim(gj_rpcsec_init_res_size(&res) == octets->size);
	rewrite_begin(&writer, octets->size);
	gj_rpcsec_init_res_encode(&writer, &res);
	claim_rewritten(&writer, octets->data, octets->size);
}

static void
integ_check(const struct gssloop_view *octets)
{
	struct gj_rpcsec_integ integ;
	struct gj_rpc_result result;
	struct gj_writer writer;

	if (!fine(gj_rpcsec_integ_decode(
		      octets, BODY_MAX, TOKEN_MAX, &integ, &result),
		&result)) {
		claim_empty(&integ.body);
		claim_empty(&integ.checksum);
		return;
	}
	claim_inside(&integ.body, octets->data, octets->size);
	claim_inside(&integ.checksum, octets->data, octets->size);
	claim(gj_rpcsec_integ_size(&integ) == octets->size);
	rewrite_begin(&writer, octets->size);
	gj_rpcsec_integ_encode(&writer, &integ);
	claim_rewritten(&writer, octets->data, octets->size);
}

/* The three that are one opaque. */
static const struct opaque {
	bool (*decode)(const struct gssloop_view *octets, size_t max,
	    struct gssloop_view *view, struct gj_rpc_result *result);
	void (*encode)(
	    struct gj_writer *writer, const struct gssloop_view *view);
} opaques[] = {{gj_rpcsec_init_arg_decode, gj_rpcsec_init_arg_encode},
    {gj_rpcsec_priv_decode, gj_rpcsec_priv_encode},
    {gj_rpctest_message_decode, gj_rpctest_message_encode}};

static void
opaque_check(const struct opaque *opaque, const struct gssloop_view *octets)
{
	struct gj_rpc_result result;
	struct gssloop_view view;
	struct gj_writer writer;

	if (!fine(opaque->decode(octets, BODY_MAX, &view, &result), &result)) {
		claim_empty(&view);
		return;
	}
	claim_inside(&view, octets->data, octets->size);
	claim(view.size <= BODY_MAX);
	claim(gj_xdr_opaque_size(view.size) == octets->size);
	rewrite_begin(&writer, octets->size);
	opaque->encode(&writer, &view);
	claim_rewritten(&writer, octets->data, octets->size);
}

static void
body_check(const struct gssloop_view *octets)
{
	struct gssloop_view arguments;
	struct gj_rpc_result result;
	struct gj_writer writer;
	uint32_t sequence;

	if (!fine(gj_rpcsec_body_decode(octets, &sequence, &arguments, &result),
		&result)) {
		claim_empty(&arguments);
		return;
	}
	claim_inside(&arguments, octets->data, octets->size);
	rewrite_begin(&writer, octets->size);
	gj_rpcsec_body_encode(&writer, sequence, &arguments);
	claim_rewritten(&writer, octets->data, octets->size);
}

static void
operate_check(const struct gssloop_view *octets)
{
	struct gj_rpctest_reply reply;
	struct gj_rpc_result result;
	struct gj_writer writer;

	if (!fine(gj_rpctest_reply_decode(octets, BODY_MAX, &reply, &result),
		&result)) {
		claim_empty(&reply.data);
		return;
	}
	claim_inside(&reply.data, octets->data, octets->size);
	rewrite_begin(&writer, octets->size);
	gj_rpctest_reply_encode(&writer, &reply);
	claim_rewritten(&writer, octets->data, octets->size);
}

static void
secinfo_check(const struct gssloop_view *octets)
{
	struct gj_rpctest_secinfo entries[ENTRIES];
	struct gj_rpc_result result;
	struct gj_writer writer;
	size_t count, i;
	bool good;

	good = fine(gj_rpctest_secinfo_decode(
			octets, entries, ENTRIES, &count, &result),
	    &result);
	claim(count <= (good ? ENTRIES : 0));
	for (i = good ? count : 0; i < ENTRIES; i++)
		claim_empty(&entries[i].oid);
	if (!good)
		return;
	for (i = 0; i < count; i++)
		claim_inside(&entries[i].oid, octets->data, octets->size);
	rewrite_begin(&writer, octets->size);
	gj_rpctest_secinfo_encode(&writer, entries, count);
	claim_rewritten(&writer, octets->data, octets->size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gssloop_view octets = {data, size};
	size_t i;

	mark_check(data, size);
	call_check(data, size);
	reply_check(data, size);
	credential_check(&octets);
	init_res_check(&octets);
	integ_check(&octets);
	for (i = 0; i < COUNT(opaques); i++)
		opaque_check(&opaques[i], &octets);
	body_check(&octets);
	operate_check(&octets);
	secinfo_check(&octets);
	return 0;
}
