/*
 * One security context of RPCSEC_GSS.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdio.h>

#include "compat.h"
#include "random.h"
#include "rpcsec.h"
#include "status.h"
#include "wire_ccm.h"

/* Everything of a record but tokens, messages and their protection. */
#define HEADERS 1024

/* How many octets a MIC may have: a verifier's. */
#define MIC_MAX GJ_RPC_AUTH_MAX

static enum gssloop_io
failed(struct gj_rpcsec *rpcsec, enum gssloop_io io, const char *why)
{
	strlcpy(rpcsec->reason, why, sizeof(rpcsec->reason));
	return io;
}

static enum gssloop_io
no_memory(struct gj_rpcsec *rpcsec)
{
	return failed(rpcsec, GSSLOOP_IO_NO_MEMORY, "out of memory");
}

static enum gssloop_io
gss_failed(struct gj_rpcsec *rpcsec, const char *call, OM_uint32 major,
    OM_uint32 minor)
{
	struct gj_status_texts texts;

	gj_status_texts(major, minor, rpcsec->mech, &texts);
	snprintf(rpcsec->reason, sizeof(rpcsec->reason),
	    "%s: GSS major: %s; GSS minor: %s", call, texts.major, texts.minor);
	return GSSLOOP_IO_REFUSED;
}

static gss_buffer_desc
view_buffer(const struct gssloop_view *view)
{
	gss_buffer_desc buffer = {view->size, (void *)view->data};

	return buffer;
}

static void
plain_release(struct gj_rpcsec *rpcsec)
{
	OM_uint32 minor;

	/* Some mechanisms leave a length behind where they fail. */
	if (rpcsec->plain.value != NULL)
		explicit_bzero(rpcsec->plain.value, rpcsec->plain.length);
	gss_release_buffer(&minor, &rpcsec->plain);
}

void
gj_rpcsec_free(struct gj_rpcsec *rpcsec)
{
	plain_release(rpcsec);
	gj_buffer_free(&rpcsec->scratch);
	explicit_bzero(rpcsec, sizeof(*rpcsec));
}

/* --- The handle and the context ------------------------------------------ */

int
gj_rpcsec_handle_make(struct gj_rpcsec *rpcsec)
{
	static const char prefix[] = GJ_RPCSEC_HANDLE_PREFIX;
	size_t size = sizeof(prefix) - 1;
	int error;

	memcpy(rpcsec->handle, prefix, size);
	error = gj_random(rpcsec->handle + size, GJ_RPCSEC_HANDLE_RANDOM);
	rpcsec->handle_size = error == 0 ? size + GJ_RPCSEC_HANDLE_RANDOM : 0;
	return error;
}

void
gj_rpcsec_handle_set(
    struct gj_rpcsec *rpcsec, const struct gssloop_view *handle)
{
	rpcsec->handle_size = handle->size < sizeof(rpcsec->handle)
				  ? handle->size
				  : sizeof(rpcsec->handle);
	if (handle->size > 0)
		memcpy(rpcsec->handle, handle->data, rpcsec->handle_size);
}

bool
gj_rpcsec_handle_is(
    const struct gj_rpcsec *rpcsec, const struct gssloop_view *handle)
{
	return handle->size > 0 && handle->size == rpcsec->handle_size &&
	       memcmp(handle->data, rpcsec->handle, handle->size) == 0;
}

void
gj_rpcsec_establish(struct gj_rpcsec *rpcsec, gss_ctx_id_t context,
    gss_OID mech, OM_uint32 flags)
{
	rpcsec->context = context;
	rpcsec->mech = mech;
	rpcsec->flags = flags;
}

static struct gssloop_view
handle_view(const struct gj_rpcsec *rpcsec)
{
	struct gssloop_view view = {rpcsec->handle, rpcsec->handle_size};

	return view;
}

/* Whether the context offers the service. */
static bool
service_check(struct gj_rpcsec *rpcsec, uint32_t service)
{
	OM_uint32 needed = 0;

	if (service == GJ_RPCSEC_INTEGRITY)
		needed = GSS_C_INTEG_FLAG;
	else if (service == GJ_RPCSEC_PRIVACY)
		needed = GSS_C_CONF_FLAG;
	if ((rpcsec->flags & needed) == needed)
		return true;
	failed(rpcsec, GSSLOOP_IO_REFUSED,
	    service == GJ_RPCSEC_PRIVACY
		? "service privacy: the context offers no confidentiality, "
		  "flag conf"
		: "service integrity: the context offers no integrity, flag "
		  "integ");
	return false;
}

/* --- MICs ----------------------------------------------------------------- */

/* An open record: its octets lie behind the queue's until it is closed. */
struct record {
	struct gj_buffer *out;
	struct gj_writer writer;
};

static bool
record_open(struct record *record, struct gj_buffer *out, size_t size)
{
	uint8_t *room = gj_buffer_reserve(out, size);

	record->out = out;
	gj_writer_init(&record->writer, room, room != NULL ? size : 0);
	gj_writer_u32be(&record->writer, 0); /* the mark, when it is known */
	return room != NULL;
}

static enum gssloop_io
record_close(struct record *record)
{
	struct gj_writer *writer = &record->writer, mark;

	gj_writer_init(&mark, writer->data, GJ_RPC_MARK);
	gj_rpc_mark_encode(&mark, writer->used - GJ_RPC_MARK);
	if (writer->failed || mark.failed)
		return GSSLOOP_IO_TOO_LARGE;
	gj_buffer_commit(record->out, writer->used);
	return GSSLOOP_IO_OK;
}

/* Octets that the record has from an offset on. */
static struct gssloop_view
record_view(const struct record *record, size_t from)
{
	struct gssloop_view view = {
	    record->writer.data + from, record->writer.used - from};

	return view;
}

static enum gssloop_io
mic_make(struct gj_rpcsec *rpcsec, const struct gssloop_view *octets,
    gss_buffer_t mic)
{
	gss_buffer_desc message = view_buffer(octets);
	OM_uint32 major, minor;

	if (rpcsec->context == GSS_C_NO_CONTEXT)
		return gss_failed(rpcsec, "gss_get_mic", GSS_S_NO_CONTEXT, 0);
	major = gss_get_mic(
	    &minor, rpcsec->context, GSS_C_QOP_DEFAULT, &message, mic);
	if (major != GSS_S_COMPLETE)
		return gss_failed(rpcsec, "gss_get_mic", major, minor);
	if (mic->length <= MIC_MAX)
		return GSSLOOP_IO_OK;
	gss_release_buffer(&minor, mic);
	return failed(rpcsec, GSSLOOP_IO_REFUSED,
	    "gss_get_mic: a MIC of more than 400 octets fits no verifier");
}

static enum gssloop_io
mic_verify(struct gj_rpcsec *rpcsec, const struct gssloop_view *octets,
    const struct gssloop_view *mic)
{
	gss_buffer_desc message = view_buffer(octets);
	gss_buffer_desc token = view_buffer(mic);
	OM_uint32 major, minor;

	if (rpcsec->context == GSS_C_NO_CONTEXT)
		return gss_failed(
		    rpcsec, "gss_verify_mic", GSS_S_NO_CONTEXT, 0);
	if (rpcsec->verify_mic != NULL)
		major = rpcsec->verify_mic(
		    &minor, rpcsec->context, &message, &token, NULL);
	else
		major = gss_verify_mic(
		    &minor, rpcsec->context, &message, &token, NULL);
	/* Order is the window's affair: supplementary bits are no failure. */
	if (GSS_ERROR(major))
		return gss_failed(rpcsec, "gss_verify_mic", major, minor);
	return GSSLOOP_IO_OK;
}

static void
number_octets(uint32_t number, uint8_t octets[4], struct gssloop_view *view)
{
	struct gj_writer writer;

	gj_writer_init(&writer, octets, 4);
	gj_writer_u32be(&writer, number);
	view->data = octets;
	view->size = 4;
}

/* The verifier over octets (sections 5.2.3.1, 5.3.1 and 5.3.3.2). */
static enum gssloop_io
verifier_put(struct gj_rpcsec *rpcsec, const struct gssloop_view *octets,
    struct gj_writer *writer)
{
	gss_buffer_desc mic = GSS_C_EMPTY_BUFFER;
	enum gssloop_io io = mic_make(rpcsec, octets, &mic);
	struct gj_rpc_auth verifier = {
	    GJ_RPC_AUTH_RPCSEC_GSS, {mic.value, mic.length}};
	OM_uint32 minor;

	if (io == GSSLOOP_IO_OK)
		gj_rpc_auth_encode(writer, &verifier);
	gss_release_buffer(&minor, &mic);
	return io;
}

static enum gssloop_io
number_verify(struct gj_rpcsec *rpcsec, uint32_t number,
    const struct gj_rpc_auth *verifier)
{
	struct gssloop_view view;
	uint8_t octets[4];

	if (verifier->flavor != GJ_RPC_AUTH_RPCSEC_GSS)
		return failed(rpcsec, GSSLOOP_IO_REFUSED,
		    "the reply's verifier is not of flavour RPCSEC_GSS");
	number_octets(number, octets, &view);
	return mic_verify(rpcsec, &view, &verifier->body);
}

enum gssloop_io
gj_rpcsec_window_verify(
    struct gj_rpcsec *rpcsec, const struct gj_rpc_auth *verifier)
{
	return number_verify(rpcsec, rpcsec->window, verifier);
}

/* --- Arguments and results: section 5.3.2 --------------------------------- */

/* The sealed body of service privacy; made before the record has its room. */
static enum gssloop_io
body_seal(struct gj_rpcsec *rpcsec, uint32_t sequence,
    const struct gssloop_view *octets, gss_buffer_t sealed)
{
	size_t size = 4 + octets->size;
	uint8_t *room = gj_buffer_reserve(&rpcsec->scratch, size);
	gss_buffer_desc message = {size, room};
	struct gj_writer writer;
	OM_uint32 major, minor;
	int conf_state = 0;

	if (room == NULL)
		return no_memory(rpcsec);
	gj_writer_init(&writer, room, size);
	gj_rpcsec_body_encode(&writer, sequence, octets);
	major = gss_wrap(&minor, rpcsec->context, 1, GSS_C_QOP_DEFAULT,
	    &message, &conf_state, sealed);
	if (major != GSS_S_COMPLETE)
		return gss_failed(rpcsec, "gss_wrap", major, minor);
	if (conf_state)
		return GSSLOOP_IO_OK;
	gss_release_buffer(&minor, sealed);
	return failed(rpcsec, GSSLOOP_IO_REFUSED,
	    "gss_wrap: conf_state is false for service privacy");
}

/* The body and its checksum: written in place, and the MIC is of that. */
static enum gssloop_io
body_sign(struct gj_rpcsec *rpcsec, uint32_t sequence,
    const struct gssloop_view *octets, struct record *record)
{
	static const uint8_t zeros[3];
	struct gj_writer *writer = &record->writer;
	gss_buffer_desc mic = GSS_C_EMPTY_BUFFER;
	size_t size = 4 + octets->size, from;
	struct gssloop_view body;
	enum gssloop_io io;
	OM_uint32 minor;

	gj_writer_u32be(writer, (uint32_t)size);
	from = writer->used;
	gj_rpcsec_body_encode(writer, sequence, octets);
	body = record_view(record, from);
	gj_writer_octets(writer, zeros, gj_xdr_opaque_size(size) - 4 - size);
	io = mic_make(rpcsec, &body, &mic);
	if (io == GSSLOOP_IO_OK)
		gj_xdr_opaque_write(writer, mic.value, mic.length);
	gss_release_buffer(&minor, &mic);
	return io;
}

/* sealed is empty but for service privacy. */
static enum gssloop_io
body_put(struct gj_rpcsec *rpcsec, const struct gj_rpcsec_call *call,
    const struct gssloop_view *octets, const gss_buffer_desc *sealed,
    struct record *record)
{
	struct gssloop_view view = {sealed->value, sealed->length};

	if (call->service == GJ_RPCSEC_INTEGRITY)
		return body_sign(rpcsec, call->sequence, octets, record);
	if (call->service == GJ_RPCSEC_PRIVACY)
		gj_rpcsec_priv_encode(&record->writer, &view);
	else
		gj_writer_octets(&record->writer, octets->data, octets->size);
	return GSSLOOP_IO_OK;
}

static enum gssloop_io
body_opened(struct gj_rpcsec *rpcsec, uint32_t sequence,
    const struct gssloop_view *body, struct gssloop_view *plain)
{
	struct gj_rpc_result result;
	uint32_t inner;

	if (!gj_rpcsec_body_decode(body, &inner, plain, &result))
		return failed(rpcsec, GSSLOOP_IO_MALFORMED, result.reason);
	if (inner == sequence)
		return GSSLOOP_IO_OK;
	memset(plain, 0, sizeof(*plain));
	return failed(rpcsec, GSSLOOP_IO_REFUSED,
	    "the sequence number in the body is not the credential's");
}

static enum gssloop_io
body_verify(struct gj_rpcsec *rpcsec, uint32_t sequence,
    const struct gssloop_view *octets, struct gssloop_view *plain)
{
	struct gj_rpcsec_integ integ;
	struct gj_rpc_result result;
	enum gssloop_io io;

	if (!gj_rpcsec_integ_decode(
		octets, octets->size, MIC_MAX, &integ, &result))
		return failed(rpcsec, GSSLOOP_IO_MALFORMED, result.reason);
	io = mic_verify(rpcsec, &integ.body, &integ.checksum);
	if (io != GSSLOOP_IO_OK)
		return io;
	return body_opened(rpcsec, sequence, &integ.body, plain);
}

static enum gssloop_io
body_unseal(struct gj_rpcsec *rpcsec, uint32_t sequence,
    const struct gssloop_view *octets, struct gssloop_view *plain)
{
	struct gj_rpc_result result;
	struct gssloop_view body;
	gss_buffer_desc sealed;
	OM_uint32 major, minor;
	int conf_state = 0;

	if (!gj_rpcsec_priv_decode(octets, octets->size, &body, &result))
		return failed(rpcsec, GSSLOOP_IO_MALFORMED, result.reason);
	sealed = view_buffer(&body);
	major = gss_unwrap(&minor, rpcsec->context, &sealed, &rpcsec->plain,
	    &conf_state, NULL);
	if (GSS_ERROR(major))
		return gss_failed(rpcsec, "gss_unwrap", major, minor);
	if (!conf_state)
		return failed(rpcsec, GSSLOOP_IO_REFUSED,
		    "gss_unwrap: conf_state is false for service privacy");
	body.data = rpcsec->plain.value;
	body.size = rpcsec->plain.length;
	return body_opened(rpcsec, sequence, &body, plain);
}

static enum gssloop_io
body_take(struct gj_rpcsec *rpcsec, uint32_t service, uint32_t sequence,
    const struct gssloop_view *octets, struct gssloop_view *plain)
{
	memset(plain, 0, sizeof(*plain));
	plain_release(rpcsec);
	if (!service_check(rpcsec, service))
		return GSSLOOP_IO_REFUSED;
	if (service == GJ_RPCSEC_INTEGRITY)
		return body_verify(rpcsec, sequence, octets, plain);
	if (service == GJ_RPCSEC_PRIVACY)
		return body_unseal(rpcsec, sequence, octets, plain);
	*plain = *octets;
	return GSSLOOP_IO_OK;
}

/* --- The initiator ---------------------------------------------------------
 */

/* A call's head, up to and with the credential. */
static void
head_put(struct gj_rpcsec *rpcsec, const struct gj_rpcsec_call *call,
    struct gj_writer *writer)
{
	struct gj_rpcsec_credential credential = {
	    call->proc, call->sequence, call->service, handle_view(rpcsec)};
	uint8_t octets[GJ_RPC_AUTH_MAX];
	struct gj_rpc_call head;
	struct gj_writer body;

	gj_writer_init(&body, octets, sizeof(octets));
	gj_rpcsec_credential_encode(&body, &credential);
	memset(&head, 0, sizeof(head));
	head.xid = call->xid;
	head.program = call->program;
	head.version = call->version;
	head.procedure = call->procedure;
	head.credential.flavor = GJ_RPC_AUTH_RPCSEC_GSS;
	head.credential.body.data = octets;
	head.credential.body.size = body.used;
	gj_rpc_call_encode(writer, &head);
}

enum gssloop_io
gj_rpcsec_init_put(struct gj_rpcsec *rpcsec, const struct gj_rpcsec_call *call,
    struct gj_buffer *out)
{
	static const struct gj_rpc_auth none = {GJ_RPC_AUTH_NONE, {NULL, 0}};
	struct record record;

	if (!record_open(&record, out, HEADERS + call->arguments.size))
		return no_memory(rpcsec);
	head_put(rpcsec, call, &record.writer);
	gj_rpc_auth_encode(&record.writer, &none);
	gj_rpcsec_init_arg_encode(&record.writer, &call->arguments);
	return record_close(&record);
}

enum gssloop_io
gj_rpcsec_init_reply_take(struct gj_rpcsec *rpcsec,
    const struct gj_rpc_reply *reply, size_t token_max,
    struct gj_rpcsec_init_res *res)
{
	struct gj_rpc_result result;

	if (!gj_rpcsec_init_res_decode(
		&reply->results, token_max, res, &result))
		return failed(rpcsec, GSSLOOP_IO_MALFORMED, result.reason);
	if (GSS_ERROR(res->major))
		return GSSLOOP_IO_OK;
	if (res->handle.size == 0)
		return failed(rpcsec, GSSLOOP_IO_MALFORMED,
		    "the acceptor's context has no handle");
	gj_rpcsec_handle_set(rpcsec, &res->handle);
	rpcsec->window = res->window;
	return GSSLOOP_IO_OK;
}

const char *
gj_rpcsec_minor_text(gss_OID mech, uint32_t minor)
{
	if (minor == 0 || mech == GSS_C_NO_OID ||
	    !gj_gss_oid_is(&gj_mech_ccm, mech->elements, mech->length))
		return NULL;
	return gj_ccm_status_text(minor);
}

/* The next sequence number; the context's last is MAXSEQ (5.3.3.1). */
static bool
sequence_next(struct gj_rpcsec *rpcsec, struct gj_rpcsec_call *call)
{
	if (rpcsec->sequence >= GJ_RPCSEC_SEQUENCE_MAX) {
		failed(rpcsec, GSSLOOP_IO_REFUSED,
		    "the sequence numbers of the context are used up");
		return false;
	}
	call->sequence = ++rpcsec->sequence;
	return true;
}

/* Head, verifier over it, arguments. */
static enum gssloop_io
call_write(struct gj_rpcsec *rpcsec, const struct gj_rpcsec_call *call,
    const gss_buffer_desc *sealed, struct record *record)
{
	struct gssloop_view head;
	enum gssloop_io io;

	head_put(rpcsec, call, &record->writer);
	head = record_view(record, GJ_RPC_MARK);
	io = verifier_put(rpcsec, &head, &record->writer);
	if (io == GSSLOOP_IO_OK)
		io = body_put(rpcsec, call, &call->arguments, sealed, record);
	return io == GSSLOOP_IO_OK ? record_close(record) : io;
}

enum gssloop_io
gj_rpcsec_call_put(struct gj_rpcsec *rpcsec, struct gj_rpcsec_call *call,
    struct gj_buffer *out)
{
	gss_buffer_desc sealed = GSS_C_EMPTY_BUFFER;
	enum gssloop_io io = GSSLOOP_IO_OK;
	struct record record;
	OM_uint32 minor;

	if (!service_check(rpcsec, call->service) ||
	    !sequence_next(rpcsec, call))
		return GSSLOOP_IO_REFUSED;
	if (call->service == GJ_RPCSEC_PRIVACY)
		io = body_seal(
		    rpcsec, call->sequence, &call->arguments, &sealed);
	if (io == GSSLOOP_IO_OK &&
	    !record_open(&record, out,
		HEADERS + call->arguments.size + sealed.length + MIC_MAX))
		io = no_memory(rpcsec);
	if (io == GSSLOOP_IO_OK)
		io = call_write(rpcsec, call, &sealed, &record);
	gss_release_buffer(&minor, &sealed);
	return io;
}

enum gssloop_io
gj_rpcsec_reply_take(struct gj_rpcsec *rpcsec,
    const struct gj_rpcsec_call *call, const struct gj_rpc_reply *reply,
    struct gssloop_view *results)
{
	enum gssloop_io io =
	    number_verify(rpcsec, call->sequence, &reply->verifier);

	memset(results, 0, sizeof(*results));
	if (io != GSSLOOP_IO_OK || reply->accept != GJ_RPC_SUCCESS)
		return io;
	if (call->proc == GJ_RPCSEC_DESTROY && reply->results.size == 0)
		return GSSLOOP_IO_OK;
	return body_take(
	    rpcsec, call->service, call->sequence, &reply->results, results);
}

/* --- The acceptor ----------------------------------------------------------
 */

static struct gj_rpc_reply
accepted(uint32_t xid, enum gj_rpc_accept_stat accept)
{
	struct gj_rpc_reply reply;

	memset(&reply, 0, sizeof(reply));
	reply.xid = xid;
	reply.stat = GJ_RPC_ACCEPTED;
	reply.accept = accept;
	return reply;
}

/* With the verifier over a number. */
static enum gssloop_io
reply_head_put(struct gj_rpcsec *rpcsec, struct gj_rpc_reply *reply,
    uint32_t number, struct gj_writer *writer)
{
	gss_buffer_desc mic = GSS_C_EMPTY_BUFFER;
	struct gssloop_view view;
	uint8_t octets[4];
	enum gssloop_io io;
	OM_uint32 minor;

	number_octets(number, octets, &view);
	io = mic_make(rpcsec, &view, &mic);
	reply->verifier.flavor = GJ_RPC_AUTH_RPCSEC_GSS;
	reply->verifier.body.data = mic.value;
	reply->verifier.body.size = mic.length;
	if (io == GSSLOOP_IO_OK)
		gj_rpc_reply_encode(writer, reply);
	gss_release_buffer(&minor, &mic);
	return io;
}

enum gssloop_io
gj_rpcsec_init_reply_put(struct gj_rpcsec *rpcsec, uint32_t xid,
    OM_uint32 major, OM_uint32 minor, const struct gssloop_view *token,
    struct gj_buffer *out)
{
	struct gj_rpc_reply reply = accepted(xid, GJ_RPC_SUCCESS);
	struct gj_rpcsec_init_res res;
	enum gssloop_io io = GSSLOOP_IO_OK;
	struct record record;

	memset(&res, 0, sizeof(res));
	res.major = major;
	res.minor = minor;
	if (!GSS_ERROR(major)) {
		rpcsec->window = GJ_RPCSEC_WINDOW;
		res.window = rpcsec->window;
		res.handle = handle_view(rpcsec);
		res.token = *token;
	}
	if (!record_open(&record, out, HEADERS + MIC_MAX + res.token.size))
		return no_memory(rpcsec);
	if (major == GSS_S_COMPLETE)
		io = reply_head_put(
		    rpcsec, &reply, rpcsec->window, &record.writer);
	else
		gj_rpc_reply_encode(&record.writer, &reply);
	gj_rpcsec_init_res_encode(&record.writer, &res);
	return io == GSSLOOP_IO_OK ? record_close(&record) : io;
}

/* The window: bit n of `seen` stands for the number sequence - n. */

static bool
window_has(const struct gj_rpcsec *rpcsec, uint32_t behind)
{
	return (rpcsec->seen[behind / 64] >> behind % 64 & 1) != 0;
}

static void
window_slide(struct gj_rpcsec *rpcsec, uint32_t by)
{
	uint64_t *seen = rpcsec->seen;

	if (by >= GJ_RPCSEC_WINDOW) {
		memset(seen, 0, sizeof(rpcsec->seen));
	} else if (by >= 64) {
		seen[1] = seen[0] << (by - 64);
		seen[0] = 0;
	} else if (by > 0) {
		seen[1] = seen[1] << by | seen[0] >> (64 - by);
		seen[0] <<= by;
	}
}

/* Seen already, or too far behind to be known. */
static bool
is_stale(const struct gj_rpcsec *rpcsec, uint32_t sequence)
{
	uint32_t behind = rpcsec->sequence - sequence;

	return sequence <= rpcsec->sequence &&
	       (behind >= GJ_RPCSEC_WINDOW || window_has(rpcsec, behind));
}

static void
window_note(struct gj_rpcsec *rpcsec, uint32_t sequence)
{
	uint32_t behind;

	if (sequence > rpcsec->sequence) {
		window_slide(rpcsec, sequence - rpcsec->sequence);
		rpcsec->sequence = sequence;
	}
	behind = rpcsec->sequence - sequence;
	rpcsec->seen[behind / 64] |= UINT64_C(1) << behind % 64;
}

static enum gj_rpcsec_verdict
judged(
    struct gj_rpcsec *rpcsec, enum gj_rpcsec_verdict verdict, const char *why)
{
	strlcpy(rpcsec->reason, why, sizeof(rpcsec->reason));
	return verdict;
}

/*
 * What the head tells: number and verifier.  The window moves for calls alone
 * whose verifier is right.
 */
static enum gj_rpcsec_verdict
head_judge(struct gj_rpcsec *rpcsec, const struct gj_rpc_call *rpc,
    const struct gj_rpcsec_credential *cred)
{
	if (cred->sequence > GJ_RPCSEC_SEQUENCE_MAX)
		return judged(rpcsec, GJ_RPCSEC_DENY_CONTEXT,
		    "the sequence number is above MAXSEQ, 0x80000000");
	if (is_stale(rpcsec, cred->sequence))
		return judged(rpcsec, GJ_RPCSEC_DISCARD,
		    "the sequence number was seen, or is below the window");
	if (rpc->verifier.flavor != GJ_RPC_AUTH_RPCSEC_GSS)
		return judged(rpcsec, GJ_RPCSEC_DENY_CRED,
		    "the call's verifier is not of flavour RPCSEC_GSS");
	if (mic_verify(rpcsec, &rpc->head, &rpc->verifier.body) !=
	    GSSLOOP_IO_OK)
		return GJ_RPCSEC_DENY_CRED;
	window_note(rpcsec, cred->sequence);
	return GJ_RPCSEC_TAKE;
}

enum gj_rpcsec_verdict
gj_rpcsec_call_take(struct gj_rpcsec *rpcsec, const struct gj_rpc_call *rpc,
    const struct gj_rpcsec_credential *cred, struct gj_rpcsec_call *call)
{
	enum gj_rpcsec_verdict verdict = head_judge(rpcsec, rpc, cred);
	enum gssloop_io io;

	memset(call, 0, sizeof(*call));
	call->xid = rpc->xid;
	call->program = rpc->program;
	call->version = rpc->version;
	call->procedure = rpc->procedure;
	call->proc = cred->proc;
	call->service = cred->service;
	call->sequence = cred->sequence;
	if (verdict != GJ_RPCSEC_TAKE)
		return verdict;
	if (!service_check(rpcsec, call->service))
		return GJ_RPCSEC_DENY_CRED;
	io = body_take(rpcsec, call->service, call->sequence, &rpc->arguments,
	    &call->arguments);
	if (io == GSSLOOP_IO_NO_MEMORY)
		return GJ_RPCSEC_NO_MEMORY;
	return io == GSSLOOP_IO_OK ? GJ_RPCSEC_TAKE : GJ_RPCSEC_GARBAGE;
}

enum gj_rpc_auth_stat
gj_rpcsec_credential_judge(
    const struct gj_rpc_auth *auth, struct gj_rpcsec_credential *cred)
{
	struct gj_rpc_result result;

	memset(cred, 0, sizeof(*cred));
	if (auth->flavor != GJ_RPC_AUTH_RPCSEC_GSS)
		return GJ_RPC_AUTH_TOOWEAK;
	if (gj_rpcsec_credential_decode(&auth->body, cred, &result))
		return GJ_RPC_AUTH_OK;
	return result.what == GJ_RPC_OTHER_VERSION ? GJ_RPC_AUTH_REJECTEDCRED
						   : GJ_RPC_AUTH_BADCRED;
}

static enum gssloop_io
reply_write(struct gj_rpcsec *rpcsec, const struct gj_rpcsec_call *call,
    enum gj_rpc_accept_stat accept, const struct gssloop_view *results,
    const gss_buffer_desc *sealed, struct record *record)
{
	struct gj_rpc_reply reply = accepted(call->xid, accept);
	enum gssloop_io io;

	reply.low = reply.high = call->version;
	io = reply_head_put(rpcsec, &reply, call->sequence, &record->writer);
	if (io == GSSLOOP_IO_OK && accept == GJ_RPC_SUCCESS)
		io = body_put(rpcsec, call, results, sealed, record);
	return io == GSSLOOP_IO_OK ? record_close(record) : io;
}

enum gssloop_io
gj_rpcsec_reply_put(struct gj_rpcsec *rpcsec, const struct gj_rpcsec_call *call,
    enum gj_rpc_accept_stat accept, const struct gssloop_view *results,
    struct gj_buffer *out)
{
	gss_buffer_desc sealed = GSS_C_EMPTY_BUFFER;
	enum gssloop_io io = GSSLOOP_IO_OK;
	struct record record;
	OM_uint32 minor;

	if (accept == GJ_RPC_SUCCESS && call->service == GJ_RPCSEC_PRIVACY)
		io = body_seal(rpcsec, call->sequence, results, &sealed);
	if (io == GSSLOOP_IO_OK &&
	    !record_open(&record, out,
		HEADERS + results->size + sealed.length + MIC_MAX))
		io = no_memory(rpcsec);
	if (io == GSSLOOP_IO_OK)
		io = reply_write(
		    rpcsec, call, accept, results, &sealed, &record);
	gss_release_buffer(&minor, &sealed);
	return io;
}

enum gssloop_io
gj_rpc_reply_put(const struct gj_rpc_reply *reply, struct gj_buffer *out)
{
	struct record record;

	if (!record_open(&record, out, HEADERS))
		return GSSLOOP_IO_NO_MEMORY;
	gj_rpc_reply_encode(&record.writer, reply);
	return record_close(&record);
}

enum gssloop_io
gj_rpc_denial_put(uint32_t xid, uint32_t why, struct gj_buffer *out)
{
	struct gj_rpc_reply reply;

	memset(&reply, 0, sizeof(reply));
	reply.xid = xid;
	reply.stat = GJ_RPC_DENIED;
	reply.reject = GJ_RPC_AUTH_ERROR;
	reply.auth = why;
	return gj_rpc_reply_put(&reply, out);
}

enum gssloop_io
gj_rpc_garbage_put(uint32_t xid, struct gj_buffer *out)
{
	struct gj_rpc_reply reply = accepted(xid, GJ_RPC_GARBAGE_ARGS);

	return gj_rpc_reply_put(&reply, out);
}

enum gssloop_io
gj_rpc_unread_put(
    uint32_t xid, const struct gj_rpc_result *result, struct gj_buffer *out)
{
	struct gj_rpc_reply reply;

	if (result->auth != GJ_RPC_AUTH_OK)
		return gj_rpc_denial_put(xid, result->auth, out);
	if (result->what != GJ_RPC_OTHER_VERSION)
		return GSSLOOP_IO_REFUSED;
	memset(&reply, 0, sizeof(reply));
	reply.xid = xid;
	reply.stat = GJ_RPC_DENIED;
	reply.reject = GJ_RPC_MISMATCH;
	reply.low = reply.high = GJ_RPC_VERSION;
	return gj_rpc_reply_put(&reply, out);
}

enum gssloop_io
gj_rpcsec_refusal_put(struct gj_rpcsec *rpcsec,
    const struct gj_rpcsec_call *call, enum gj_rpcsec_verdict verdict,
    struct gj_buffer *out)
{
	static const struct gssloop_view nothing;
	enum gj_rpc_auth_stat why = GJ_RPC_GSS_CTXPROBLEM;
	enum gssloop_io io;

	if (verdict == GJ_RPCSEC_NO_MEMORY)
		return GSSLOOP_IO_NO_MEMORY;
	if (verdict == GJ_RPCSEC_DISCARD)
		return GSSLOOP_IO_OK;
	if (verdict == GJ_RPCSEC_GARBAGE) {
		io = gj_rpcsec_reply_put(
		    rpcsec, call, GJ_RPC_GARBAGE_ARGS, &nothing, out);
		if (io != GSSLOOP_IO_REFUSED)
			return io;
	}
	if (verdict == GJ_RPCSEC_DENY_CRED)
		why = GJ_RPC_GSS_CREDPROBLEM;
	return gj_rpc_denial_put(call->xid, why, out);
}
