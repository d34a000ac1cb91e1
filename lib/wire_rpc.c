/*
 * The messages of ONC RPC version 2.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "wire_rpc.h"

/* msg_type */
#define CALL  0
#define REPLY 1

/* The bit of a mark above its length. */
#define LAST UINT32_C(0x80000000)

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *
text_find(const char *const *texts, size_t count, uint32_t value)
{
	const char *text = value < count ? texts[value] : NULL;

	return text != NULL ? text : "unknown";
}

const char *
gj_rpc_accept_text(uint32_t accept_stat)
{
	static const char *const texts[] = {
	    [GJ_RPC_SUCCESS] = "success",
	    [GJ_RPC_PROG_UNAVAIL] = "no such program",
	    [GJ_RPC_PROG_MISMATCH] = "no such version of the program",
	    [GJ_RPC_PROC_UNAVAIL] = "no such procedure",
	    [GJ_RPC_GARBAGE_ARGS] = "the arguments cannot be decoded",
	    [GJ_RPC_SYSTEM_ERR] = "the server failed",
	};

	return text_find(texts, COUNT(texts), accept_stat);
}

const char *
gj_rpc_auth_text(uint32_t auth_stat)
{
	static const char *const texts[] = {
	    [GJ_RPC_AUTH_OK] = "success",
	    [GJ_RPC_AUTH_BADCRED] = "bad credential",
	    [GJ_RPC_AUTH_REJECTEDCRED] = "the client has to begin anew",
	    [GJ_RPC_AUTH_BADVERF] = "bad verifier",
	    [GJ_RPC_AUTH_REJECTEDVERF] = "the verifier is expired or replayed",
	    [GJ_RPC_AUTH_TOOWEAK] = "too weak for this server",
	    [GJ_RPC_AUTH_INVALIDRESP] = "bad verifier of the server",
	    [GJ_RPC_AUTH_FAILED] = "failed, for a reason not told",
	    [GJ_RPC_GSS_CREDPROBLEM] = "no credentials for this context",
	    [GJ_RPC_GSS_CTXPROBLEM] = "problem with the context",
	};

	return text_find(texts, COUNT(texts), auth_stat);
}

/* Fields, one by one. */

void
gj_rpc_fields_init(struct gj_rpc_fields *fields, const void *data, size_t size,
    struct gj_rpc_result *result)
{
	gj_reader_init(&fields->reader, data, size);
	fields->start = fields->reader.at;
	fields->offset = 0;
	fields->result = result;
	result->what = GJ_RPC_FINE;
	result->auth = GJ_RPC_AUTH_OK;
	result->reason[0] = '\0';
}

/* Of the field that was read last; the first refusal stays. */
static void
refuse(struct gj_rpc_fields *fields, enum gj_rpc_what what, const char *name,
    const char *why)
{
	struct gj_rpc_result *result = fields->result;

	fields->reader.failed = true;
	if (result->what != GJ_RPC_FINE)
		return;
	result->what = what;
	snprintf(result->reason, sizeof(result->reason), "offset %zu: %s%s%s",
	    fields->offset, name, name[0] != '\0' ? " " : "", why);
}

void
gj_rpc_refuse(
    struct gj_rpc_fields *fields, enum gj_rpc_what what, const char *why)
{
	refuse(fields, what, "", why);
}

/* A field begins where the reader is. */
static void
field_begin(struct gj_rpc_fields *fields)
{
	fields->offset = (size_t)(fields->reader.at - fields->start);
}

uint32_t
gj_rpc_number(struct gj_rpc_fields *fields, const char *name)
{
	uint32_t value;

	field_begin(fields);
	value = gj_reader_u32be(&fields->reader);
	if (fields->reader.failed)
		refuse(fields, GJ_RPC_MALFORMED, name, "is cut");
	return value;
}

void
gj_rpc_opaque(struct gj_rpc_fields *fields, const char *name, size_t max,
    struct gssloop_view *view)
{
	const char *fault;

	field_begin(fields);
	fault = gj_xdr_opaque_read(&fields->reader, max, view);
	if (fault != NULL)
		refuse(fields, GJ_RPC_MALFORMED, name, fault);
}

void
gj_rpc_rest(struct gj_rpc_fields *fields, struct gssloop_view *view)
{
	field_begin(fields);
	view->data = gj_reader_view(&fields->reader, fields->reader.left);
	view->size =
	    view->data != NULL ? (size_t)(fields->reader.at - view->data) : 0;
}

bool
gj_rpc_fields_end(struct gj_rpc_fields *fields)
{
	field_begin(fields);
	if (!gj_reader_ended(&fields->reader))
		gj_rpc_refuse(fields, GJ_RPC_MALFORMED, "octets after the end");
	return fields->result->what == GJ_RPC_FINE;
}

/* Record marking. */

static void
mark_judge(const struct gj_rpc_mark *mark, size_t taken, size_t max,
    struct gj_wire_result *result)
{
	if (taken > max || mark->size > max - taken) {
		result->what = GJ_WIRE_TOO_LARGE;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 0: fragment of %lu octets behind %zu, limit %zu",
		    (unsigned long)mark->size, taken, max);
	} else if (mark->size == 0 && !mark->last) {
		result->what = GJ_WIRE_MALFORMED;
		snprintf(result->reason, sizeof(result->reason),
		    "offset 0: an empty fragment that is not the last");
	}
}

void
gj_rpc_mark_decode(const uint8_t *data, size_t size, size_t taken, size_t max,
    struct gj_rpc_mark *mark, struct gj_wire_result *result)
{
	struct gj_reader reader;
	uint32_t word;

	memset(mark, 0, sizeof(*mark));
	result->what = GJ_WIRE_NEED;
	result->size = GJ_RPC_MARK;
	result->reason[0] = '\0';
	gj_reader_init(&reader, data, size);
	word = gj_reader_u32be(&reader);
	if (reader.failed)
		return;
	mark->last = (word & LAST) != 0;
	mark->size = word & ~LAST;
	result->what = GJ_WIRE_FRAME;
	mark_judge(mark, taken, max, result);
}

void
gj_rpc_mark_encode(struct gj_writer *writer, size_t size)
{
	if (size > GJ_RPC_FRAGMENT_MAX)
		writer->failed = true;
	gj_writer_u32be(writer, LAST | (uint32_t)size);
}

/* Messages. */

/* What is not certainly of that type gets no answer. */
static void
head_read(struct gj_rpc_fields *fields, uint32_t type, uint32_t *xid)
{
	uint32_t found;

	*xid = gj_rpc_number(fields, "the xid");
	found = gj_rpc_number(fields, "the type of message");
	if (fields->reader.failed)
		fields->result->what = GJ_RPC_DROP;
	else if (found != type)
		gj_rpc_refuse(fields, GJ_RPC_DROP,
		    type == CALL ? "not a call (RFC 5531, section 9)"
				 : "not a reply (RFC 5531, section 9)");
}

static void
auth_read(
    struct gj_rpc_fields *fields, const char *name, struct gj_rpc_auth *auth)
{
	auth->flavor = gj_rpc_number(fields, name);
	gj_rpc_opaque(fields, name, GJ_RPC_AUTH_MAX, &auth->body);
}

/* One that cannot be read has a denial of its own. */
static void
call_auth_read(struct gj_rpc_fields *fields, const char *name,
    enum gj_rpc_auth_stat bad, struct gj_rpc_auth *auth)
{
	bool good = !fields->reader.failed;

	auth_read(fields, name, auth);
	if (good && fields->reader.failed)
		fields->result->auth = bad;
}

bool
gj_rpc_call_decode(const void *data, size_t size, struct gj_rpc_call *call,
    struct gj_rpc_result *result)
{
	struct gj_rpc_fields fields;
	uint32_t xid;

	memset(call, 0, sizeof(*call));
	gj_rpc_fields_init(&fields, data, size, result);
	head_read(&fields, CALL, &xid);
	if (gj_rpc_number(&fields, "the version of RPC") != GJ_RPC_VERSION)
		gj_rpc_refuse(&fields, GJ_RPC_OTHER_VERSION,
		    "a version of RPC other than 2 (RFC 5531, section 9)");
	call->program = gj_rpc_number(&fields, "the program");
	call->version = gj_rpc_number(&fields, "the program's version");
	call->procedure = gj_rpc_number(&fields, "the procedure");
	call_auth_read(
	    &fields, "the credential", GJ_RPC_AUTH_BADCRED, &call->credential);
	call->head.data = fields.start;
	call->head.size = (size_t)(fields.reader.at - fields.start);
	call_auth_read(
	    &fields, "the verifier", GJ_RPC_AUTH_BADVERF, &call->verifier);
	gj_rpc_rest(&fields, &call->arguments);
	if (result->what != GJ_RPC_FINE)
		memset(call, 0, sizeof(*call));
	call->xid = xid;
	return result->what == GJ_RPC_FINE;
}

static void
versions_read(struct gj_rpc_fields *fields, struct gj_rpc_reply *reply)
{
	reply->low = gj_rpc_number(fields, "the lowest version");
	reply->high = gj_rpc_number(fields, "the highest version");
}

static void
accepted_read(struct gj_rpc_fields *fields, struct gj_rpc_reply *reply)
{
	uint32_t stat;

	auth_read(fields, "the verifier", &reply->verifier);
	stat = gj_rpc_number(fields, "accept_stat");
	if (stat > GJ_RPC_SYSTEM_ERR)
		gj_rpc_refuse(fields, GJ_RPC_MALFORMED,
		    "an accept_stat that is none (RFC 5531, section 9)");
	reply->accept = (enum gj_rpc_accept_stat)stat;
	if (stat == GJ_RPC_SUCCESS)
		gj_rpc_rest(fields, &reply->results);
	else if (stat == GJ_RPC_PROG_MISMATCH)
		versions_read(fields, reply);
}

static void
denied_read(struct gj_rpc_fields *fields, struct gj_rpc_reply *reply)
{
	uint32_t stat = gj_rpc_number(fields, "reject_stat");

	if (stat > GJ_RPC_AUTH_ERROR)
		gj_rpc_refuse(fields, GJ_RPC_MALFORMED,
		    "a reject_stat that is none (RFC 5531, section 9)");
	reply->reject = (enum gj_rpc_reject_stat)stat;
	if (stat == GJ_RPC_AUTH_ERROR)
		reply->auth = gj_rpc_number(fields, "auth_stat");
	else
		versions_read(fields, reply);
}

bool
gj_rpc_reply_decode(const void *data, size_t size, struct gj_rpc_reply *reply,
    struct gj_rpc_result *result)
{
	struct gj_rpc_fields fields;
	uint32_t xid, stat;

	memset(reply, 0, sizeof(*reply));
	gj_rpc_fields_init(&fields, data, size, result);
	head_read(&fields, REPLY, &xid);
	stat = gj_rpc_number(&fields, "reply_stat");
	if (stat > GJ_RPC_DENIED)
		gj_rpc_refuse(&fields, GJ_RPC_MALFORMED,
		    "a reply_stat that is none (RFC 5531, section 9)");
	reply->stat = (enum gj_rpc_reply_stat)stat;
	if (stat == GJ_RPC_ACCEPTED)
		accepted_read(&fields, reply);
	else
		denied_read(&fields, reply);
	if (!gj_rpc_fields_end(&fields))
		memset(reply, 0, sizeof(*reply));
	reply->xid = xid;
	return result->what == GJ_RPC_FINE;
}

size_t
gj_rpc_auth_size(const struct gj_rpc_auth *auth)
{
	return 4 + gj_xdr_opaque_size(auth->body.size);
}

void
gj_rpc_auth_encode(struct gj_writer *writer, const struct gj_rpc_auth *auth)
{
	if (auth->body.size > GJ_RPC_AUTH_MAX) {
		writer->failed = true;
		return;
	}
	gj_writer_u32be(writer, auth->flavor);
	gj_xdr_opaque_write(writer, auth->body.data, auth->body.size);
}

void
gj_rpc_call_encode(struct gj_writer *writer, const struct gj_rpc_call *call)
{
	gj_writer_u32be(writer, call->xid);
	gj_writer_u32be(writer, CALL);
	gj_writer_u32be(writer, GJ_RPC_VERSION);
	gj_writer_u32be(writer, call->program);
	gj_writer_u32be(writer, call->version);
	gj_writer_u32be(writer, call->procedure);
	gj_rpc_auth_encode(writer, &call->credential);
}

static void
versions_write(struct gj_writer *writer, const struct gj_rpc_reply *reply)
{
	gj_writer_u32be(writer, reply->low);
	gj_writer_u32be(writer, reply->high);
}

void
gj_rpc_reply_encode(struct gj_writer *writer, const struct gj_rpc_reply *reply)
{
	gj_writer_u32be(writer, reply->xid);
	gj_writer_u32be(writer, REPLY);
	gj_writer_u32be(writer, (uint32_t)reply->stat);
	if (reply->stat == GJ_RPC_ACCEPTED) {
		gj_rpc_auth_encode(writer, &reply->verifier);
		gj_writer_u32be(writer, (uint32_t)reply->accept);
		if (reply->accept == GJ_RPC_PROG_MISMATCH)
			versions_write(writer, reply);
	} else {
		gj_writer_u32be(writer, (uint32_t)reply->reject);
		if (reply->reject == GJ_RPC_AUTH_ERROR)
			gj_writer_u32be(writer, reply->auth);
		else
			versions_write(writer, reply);
	}
}
