/*
 * CCM: its codec, and the module over a mechglue of the test's own: the
 * registry, both roles, every refusal, every allocation failing, threads.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccm/iov.h"
#include "ccm/registry.h"
#include "ccm/table.h"
#include "failing_malloc.h"
#include "mechglue.h"
#include "module.h"
#include "suite.h"
#include "wire_ccm.h"
#include "xdr.h"

#define COUNT(table)  (sizeof(table) / sizeof((table)[0]))
#define OCTETS(text)  (text), sizeof(text) - 1
#define MUTATIONS     20000
#define MUTANT_OCTETS 64

/* --- The codec --------------------------------------------------------------
 */

enum kind {
	INITIAL,
	RESPONSE,
	INPUT
};

/* Octets, and whether they are a token of this kind. */
static const struct row {
	const char *name;
	enum kind kind;
	const char *data;
	size_t size;
	bool good;
} rows[] = {
    {"initial, empty", INITIAL, OCTETS("\0\0\0\0"), true},
    {"initial, 1", INITIAL, OCTETS("\0\0\0\1a\0\0\0"), true},
    {"initial, 2", INITIAL, OCTETS("\0\0\0\2ab\0\0"), true},
    {"initial, 3", INITIAL, OCTETS("\0\0\0\3abc\0"), true},
    {"initial, 4", INITIAL, OCTETS("\0\0\0\4abcd"), true},
    {"initial, nothing", INITIAL, OCTETS(""), false},
    {"initial, length cut", INITIAL, OCTETS("\0\0\0"), false},
    {"initial, octets cut", INITIAL, OCTETS("\0\0\0\4abc"), false},
    {"initial, octets missing", INITIAL, OCTETS("\0\0\0\4"), false},
    {"initial, padding cut", INITIAL, OCTETS("\0\0\0\1a\0\0"), false},
    {"initial, padding missing", INITIAL, OCTETS("\0\0\0\1a"), false},
    {"initial, padding not zero", INITIAL, OCTETS("\0\0\0\1a\0\0\1"), false},
    {"initial, padding not zero first", INITIAL, OCTETS("\0\0\0\1ab\0\0"),
	false},
    {"initial, too large", INITIAL, OCTETS("\0\0\4\1abcd"), false},
    {"initial, far too large", INITIAL, OCTETS("\xff\xff\xff\xff"), false},
    {"initial, wraps with its padding", INITIAL, OCTETS("\xff\xff\xff\xfd"),
	false},
    {"initial, left over", INITIAL, OCTETS("\0\0\0\0x"), false},
    {"initial, a word left over", INITIAL, OCTETS("\0\0\0\1a\0\0\0\0\0\0\0"),
	false},
    {"response, ok", RESPONSE, OCTETS("\0\0\0\1\0\0\0\0"), true},
    {"response, malformed", RESPONSE, OCTETS("\0\0\0\1\0\0\0\1"), true},
    {"response, expired", RESPONSE, OCTETS("\0\0\0\1\0\0\0\2"), true},
    {"response, not found", RESPONSE, OCTETS("\0\0\0\1\0\0\0\3"), true},
    {"response, unknown", RESPONSE, OCTETS("\0\0\0\1\0\0\0\4"), false},
    {"response, far unknown", RESPONSE, OCTETS("\0\0\0\1\x80\0\0\0"), false},
    {"response, FALSE", RESPONSE, OCTETS("\0\0\0\0"), false},
    {"response, FALSE and a status", RESPONSE, OCTETS("\0\0\0\0\0\0\0\0"),
	false},
    {"response, neither", RESPONSE, OCTETS("\0\0\0\2\0\0\0\0"), false},
    {"response, little endian", RESPONSE, OCTETS("\1\0\0\0\0\0\0\0"), false},
    {"response, nothing", RESPONSE, OCTETS(""), false},
    {"response, discriminant cut", RESPONSE, OCTETS("\0\0\0"), false},
    {"response, status missing", RESPONSE, OCTETS("\0\0\0\1"), false},
    {"response, status cut", RESPONSE, OCTETS("\0\0\0\1\0\0\0"), false},
    {"response, left over", RESPONSE, OCTETS("\0\0\0\1\0\0\0\0x"), false},
    {"input, response", INPUT, OCTETS("\0\0\0\1\0\0\0\0"), true},
    {"input, bootstrap", INPUT, OCTETS("\0\0\0\0\0\0\0\2ab\0\0\0\0\0\1h\0\0\0"),
	true},
    {"input, both empty", INPUT, OCTETS("\0\0\0\0\0\0\0\0\0\0\0\0"), true},
    {"input, neither", INPUT, OCTETS("\0\0\0\2\0\0\0\0\0\0\0\0"), false},
    {"input, neither and a status", INPUT, OCTETS("\0\0\0\2\0\0\0\0"), false},
    {"input, nothing", INPUT, OCTETS(""), false},
    {"input, response left over", INPUT, OCTETS("\0\0\0\1\0\0\0\0\0"), false},
    {"input, context missing", INPUT, OCTETS("\0\0\0\0"), false},
    {"input, context cut", INPUT, OCTETS("\0\0\0\0\0\0\0\4ab"), false},
    {"input, context padding", INPUT, OCTETS("\0\0\0\0\0\0\0\2ab\0\1\0\0\0\0"),
	false},
    {"input, context too large", INPUT, OCTETS("\0\0\0\0\0\0\4\1ab"), false},
    {"input, handle missing", INPUT, OCTETS("\0\0\0\0\0\0\0\0"), false},
    {"input, handle cut", INPUT, OCTETS("\0\0\0\0\0\0\0\0\0\0\0\2h"), false},
    {"input, handle padding", INPUT, OCTETS("\0\0\0\0\0\0\0\0\0\0\0\1h\0\1\0"),
	false},
    {"input, handle too large", INPUT, OCTETS("\0\0\0\0\0\0\0\0\0\1\0\0"),
	false},
    {"input, left over", INPUT, OCTETS("\0\0\0\0\0\0\0\0\0\0\0\0x"), false},
};

static bool
inside(const struct gssloop_view *view, const uint8_t *data, size_t size)
{
	return view->size == 0 ||
	       (view->data >= data && view->size <= size &&
		   (size_t)(view->data - data) <= size - view->size);
}

/* What a token that was read writes: the same octets. */
static void
write_again(enum kind kind, const uint8_t *data, size_t size,
    const struct gj_ccm_input *input, struct gj_writer *writer)
{
	ck_assert(inside(&input->context, data, size));
	ck_assert(inside(&input->handle, data, size));
	if (kind == INITIAL)
		gj_ccm_initial_encode(writer, &input->handle);
	else if (kind == RESPONSE || input->response)
		gj_ccm_response_encode(writer, input->status);
	else
		gj_ccm_bootstrap_encode(
		    writer, &input->context, &input->handle);
}

/* Whether it is read; if so, it is the only way to write what was read. */
static bool
decodes(enum kind kind, const void *data, size_t size)
{
	uint8_t memory[4096], *exact = suite_exact(data, size);
	struct gj_ccm_input input;
	struct gj_writer writer;
	bool read;

	memset(&input, 0, sizeof(input));
	if (kind == INITIAL)
		read = gj_ccm_initial_decode(exact, size, &input.handle);
	else if (kind == RESPONSE)
		read = gj_ccm_response_decode(exact, size, &input.status);
	else
		read = gj_ccm_input_decode(exact, size, &input);
	gj_writer_init(&writer, memory, sizeof(memory));
	if (read) {
		write_again(kind, exact, size, &input, &writer);
		ck_assert(!writer.failed && writer.used == size &&
			  memcmp(memory, data, size) == 0);
	} else {
		ck_assert_uint_eq(input.handle.size, 0);
		ck_assert_uint_eq(input.context.size, 0);
		ck_assert(
		    kind == INITIAL || input.status == GJ_CCM_HANDLE_MALFORMED);
	}
	free(exact);
	return read;
}

START_TEST(codec_row)
{
	const struct row *row = &rows[_i];

	ck_assert_msg(decodes(row->kind, row->data, row->size) == row->good,
	    "%s", row->name);
}
END_TEST

/* The longest handle, and one octet more on either way. */
START_TEST(codec_longest)
{
	uint8_t memory[GJ_CCM_HANDLE_MAX + 8], octets[GJ_CCM_HANDLE_MAX + 1];
	uint8_t one_more[4 + GJ_CCM_HANDLE_MAX + 4] = {0, 0, 4, 1};
	struct gssloop_view handle = {octets, GJ_CCM_HANDLE_MAX};
	struct gj_writer writer;

	memset(octets, 'h', sizeof(octets));
	gj_writer_init(&writer, memory, sizeof(memory));
	gj_ccm_initial_encode(&writer, &handle);
	ck_assert(!writer.failed);
	ck_assert_uint_eq(writer.used, gj_xdr_opaque_size(GJ_CCM_HANDLE_MAX));
	ck_assert(decodes(INITIAL, memory, writer.used));
	handle.size++;
	gj_writer_init(&writer, memory, sizeof(memory));
	gj_ccm_initial_encode(&writer, &handle);
	ck_assert(writer.failed);
	ck_assert(!decodes(INITIAL, one_more, sizeof(one_more)));
}
END_TEST

static uint32_t
next(uint32_t *random)
{
	*random = *random * 1664525u + 1013904223u;
	return *random >> 8;
}

static size_t
mutate(const struct row *row, uint8_t *octets, uint32_t *random)
{
	size_t size = row->size, at;

	memcpy(octets, row->data, size);
	for (uint32_t n = 1 + next(random) % 3; n > 0; n--) {
		at = size == 0 ? 0 : next(random) % size;
		switch (next(random) % 4) {
		case 0:
			size = at;
			break;
		case 1:
			if (size < MUTANT_OCTETS)
				octets[size++] = (uint8_t)next(random);
			break;
		case 2:
			if (size > 0)
				octets[at] ^= (uint8_t)(1 << next(random) % 8);
			break;
		default:
			if (size > 0)
				octets[at] = (uint8_t)(next(random) % 5);
		}
	}
	return size;
}

START_TEST(codec_mutations)
{
	uint8_t octets[MUTANT_OCTETS];
	uint32_t random = 5;
	unsigned long differed = 0, taken = 0;
	const struct row *row;
	size_t size;

	for (int n = 0; n < MUTATIONS; n++) {
		row = &rows[(size_t)n % COUNT(rows)];
		size = mutate(row, octets, &random);
		differed +=
		    size != row->size || memcmp(octets, row->data, size) != 0;
		taken += decodes(row->kind, octets, size);
	}
	ck_assert_uint_gt(differed, MUTATIONS / 2);
	ck_assert_uint_gt(taken, 0);
}
END_TEST

/* --- A mechglue -------------------------------------------------------------
 */

/* A context of it, whose address is the handle. */
struct fake {
	bool initiator, half, ccm, failing;
	OM_uint32 lifetime, flags;
	int asked;
};

static gss_OID_desc krb5 = {9, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
static char a_name;
static atomic_int names_alive;

static OM_uint32
inquire_context(OM_uint32 *minor, gj_context_in context, gss_name_t *source,
    gss_name_t *target, OM_uint32 *lifetime, gss_OID *mech, OM_uint32 *flags,
    int *initiated, int *open)
{
	struct fake *fake = (struct fake *)context;

	*minor = fake->failing ? 77 : 0;
	fake->asked++;
	if (fake->failing)
		return GSS_S_FAILURE;
	if (source != NULL) {
		*source = (gss_name_t)&a_name;
		names_alive++;
	}
	if (target != NULL) {
		*target = (gss_name_t)&a_name;
		names_alive++;
	}
	if (lifetime != NULL)
		*lifetime = fake->lifetime;
	if (mech != NULL)
		*mech = fake->ccm ? &gj_module_mech : &krb5;
	if (flags != NULL)
		*flags = fake->flags;
	if (initiated != NULL)
		*initiated = fake->initiator;
	if (open != NULL)
		*open = !fake->half;
	return GSS_S_COMPLETE;
}

static OM_uint32
release_name(OM_uint32 *minor, gss_name_t *name)
{
	*minor = 0;
	*name = GSS_C_NO_NAME;
	names_alive--;
	return GSS_S_COMPLETE;
}

static OM_uint32
context_time(OM_uint32 *minor, gj_context_in context, OM_uint32 *lifetime)
{
	struct fake *fake = (struct fake *)context;

	*minor = 0;
	/* Whoever unbinds meanwhile has to wait. */
	for (int i = 0; i < 50; i++) {
		fake->asked++;
		sched_yield();
	}
	*lifetime = fake->lifetime;
	return GSS_S_COMPLETE;
}

static OM_uint32
display_status(OM_uint32 *minor, OM_uint32 value, int type, gss_OID mech,
    OM_uint32 *more, gss_buffer_t text)
{
	(void)value, (void)type, (void)mech, (void)more, (void)text;
	*minor = 0;
	return GSS_S_BAD_STATUS;
}

static OM_uint32
release_buffer(OM_uint32 *minor, gss_buffer_t buffer)
{
	*minor = 0;
	free(buffer->value);
	buffer->value = NULL;
	buffer->length = 0;
	return GSS_S_COMPLETE;
}

/* Framed for CCM, of short tokens. */
static OM_uint32
encapsulate_token(
    gss_const_buffer_t token, gss_const_OID mech, gss_buffer_t output)
{
	uint8_t *octets = malloc(10 + token->length);

	if (octets == NULL)
		return GSS_S_FAILURE;
	octets[0] = 0x60;
	octets[1] = (uint8_t)(token->length + 8);
	octets[2] = 6;
	octets[3] = (uint8_t)mech->length;
	memcpy(octets + 4, mech->elements, 6);
	memcpy(octets + 10, token->value, token->length);
	output->value = octets;
	output->length = 10 + token->length;
	return GSS_S_COMPLETE;
}

static struct gj_mechglue table;

const struct gj_mechglue *
gj_mechglue(void)
{
	return &table;
}

/* --- Two sides in one -------------------------------------------------------
 */

static struct fake ours, theirs;
static gss_ccm_application application, other;
static int here, there;
static gss_buffer_desc handle;

#define CONTEXT(fake) ((gss_ctx_id_t)(void *)&(fake))

static gss_ccm_application
register_as(const char *name, gss_ccm_lookup *lookup)
{
	gss_buffer_desc identifier = {strlen(name), (void *)name};
	gss_ccm_application number;
	OM_uint32 minor;

	ck_assert_uint_eq(ccm_registry.register_application(
			      &minor, &identifier, lookup, NULL, &number),
	    GSS_S_COMPLETE);
	return number;
}

static void
fill_table(void)
{
	table.inquire_context = inquire_context;
	table.release_name = release_name;
	table.context_time = context_time;
	table.display_status = display_status;
	table.release_buffer = release_buffer;
	table.encapsulate_token = encapsulate_token;
}

static void
setup(void)
{
	static const struct fake acceptor = {.lifetime = 600,
	    .flags = GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG |
		     GSS_C_DELEG_FLAG | GSS_C_TRANS_FLAG | GSS_C_REPLAY_FLAG |
		     GSS_C_SEQUENCE_FLAG};
	OM_uint32 minor;

	fill_table();
	names_alive = 0;
	theirs = ours = acceptor;
	ours.initiator = true;
	application = register_as("app:", NULL);
	other = register_as("other:", NULL);
	ck_assert_uint_eq(ccm_registry.bind(&minor, GSS_CCM_NO_APPLICATION,
			      NULL, CONTEXT(ours), GSS_C_NO_BUFFER),
	    GSS_S_COMPLETE);
	ck_assert_uint_eq(ccm_registry.bind(&minor, application, &here,
			      CONTEXT(theirs), &handle),
	    GSS_S_COMPLETE);
	ccm_registry.scope(&minor, application, &here);
}

static void
teardown(void)
{
	OM_uint32 minor;

	ccm_registry.unbind(&minor, CONTEXT(ours));
	ccm_registry.unregister_application(&minor, &application);
	ccm_registry.unregister_application(&minor, &other);
	free(handle.value);
	ck_assert_int_eq(atomic_load(&names_alive), 0);
}

/* An input token of the application, as libgssccm makes it. */
static size_t
bootstrap(uint8_t *octets, gss_ctx_id_t context, const gss_buffer_desc *name)
{
	struct gssloop_view pointer = {(uint8_t *)&context, sizeof(context)};
	struct gssloop_view view = {name->value, name->length};
	struct gj_writer writer;

	gj_writer_init(&writer, octets, 256);
	gj_ccm_bootstrap_encode(&writer, &pointer, &view);
	return writer.failed ? 0 : writer.used;
}

static OM_uint32
init(OM_uint32 *minor, gss_ctx_id_t *context, const void *data, size_t size,
    gss_buffer_t output)
{
	gss_buffer_desc input = {size, (void *)data};

	return gss_init_sec_context(minor, GSS_C_NO_CREDENTIAL, context,
	    GSS_C_NO_NAME, &gj_module_mech, 0, 0, GSS_C_NO_CHANNEL_BINDINGS,
	    &input, NULL, output, NULL, NULL);
}

static OM_uint32
first(OM_uint32 *minor, gss_ctx_id_t *context, const gss_buffer_desc *name,
    gss_buffer_t output)
{
	uint8_t octets[256];

	return init(minor, context, octets,
	    bootstrap(octets, CONTEXT(ours), name), output);
}

/* Whether there was a name goes with the major status. */
static OM_uint32
accept_token(OM_uint32 *minor, gss_ctx_id_t *context, gss_buffer_t input,
    gss_buffer_t output)
{
	gss_name_t source = GSS_C_NO_NAME;
	OM_uint32 major, ignored;
	bool named;

	major = gss_accept_sec_context(minor, context, GSS_C_NO_CREDENTIAL,
	    input, GSS_C_NO_CHANNEL_BINDINGS, &source, NULL, output, NULL, NULL,
	    NULL);
	named = source != GSS_C_NO_NAME;
	gss_release_name(&ignored, &source);
	return named == (major == GSS_S_COMPLETE) ? major : GSS_S_BAD_NAME;
}

static void
drop(gss_ctx_id_t *context)
{
	OM_uint32 minor;

	gss_delete_sec_context(&minor, context, GSS_C_NO_BUFFER);
}

/* One round trip.  The status of the target; both sides agree, or it is a
 * failure.  Contexts are given where they are wanted and it worked. */
static OM_uint32
trip(const gss_buffer_desc *name, gss_ctx_id_t *initiator, gss_ctx_id_t *target)
{
	gss_ctx_id_t one = GSS_C_NO_CONTEXT, two = GSS_C_NO_CONTEXT;
	gss_buffer_desc forth, back, nothing;
	OM_uint32 minor, status, major, last;

	ck_assert_uint_eq(
	    first(&minor, &one, name, &forth), GSS_S_CONTINUE_NEEDED);
	major = accept_token(&status, &two, &forth, &back);
	ck_assert_uint_eq(back.length, 8);
	ck_assert_int_eq(((uint8_t *)back.value)[7], (int)status);
	last = init(&minor, &one, back.value, back.length, &nothing);
	ck_assert_uint_eq(last, major);
	ck_assert_uint_eq(minor, status);
	ck_assert_uint_eq(nothing.length, 0);
	free(forth.value);
	free(back.value);
	if (initiator != NULL)
		*initiator = one;
	else
		drop(&one);
	if (target != NULL)
		*target = two;
	else
		drop(&two);
	return status;
}

/* --- Contexts ---------------------------------------------------------------
 */

START_TEST(context_established)
{
	gss_ctx_id_t one, two;
	gss_name_t source, target;
	OM_uint32 minor, lifetime, flags;
	gss_OID mech;
	int local, open;

	ck_assert_uint_eq(trip(&handle, &one, &two), GJ_CCM_OK);
	ck_assert_uint_eq(gss_inquire_context(&minor, two, &source, &target,
			      &lifetime, &mech, &flags, &local, &open),
	    GSS_S_COMPLETE);
	ck_assert_uint_eq(flags, GSS_C_MUTUAL_FLAG | GSS_C_PROT_READY_FLAG);
	ck_assert_ptr_eq(mech, &gj_module_mech);
	ck_assert(!local && open && lifetime == 600);
	gss_release_name(&minor, &source);
	gss_release_name(&minor, &target);
	drop(&one);
	drop(&two);
	/* They were only CCM's own. */
	ck_assert_uint_eq(trip(&handle, NULL, NULL), GJ_CCM_OK);
}
END_TEST

START_TEST(context_second_response)
{
	static const uint8_t ok[8] = {0, 0, 0, 1, 0, 0, 0, 0};
	gss_ctx_id_t one, two;
	gss_buffer_desc output, mic, text = {5, (void *)"hello"};
	gss_buffer_desc input;
	OM_uint32 minor;

	ck_assert_uint_eq(trip(&handle, &one, &two), GJ_CCM_OK);
	ck_assert_uint_eq(
	    init(&minor, &one, ok, sizeof(ok), &output), GSS_S_DEFECTIVE_TOKEN);
	ck_assert_uint_eq(minor, GJ_CCM_HANDLE_MALFORMED);
	/* Good as a first one. */
	encapsulate_token(
	    &(gss_buffer_desc){4, (void *)"\0\0\0\0"}, &gj_module_mech, &input);
	ck_assert_uint_eq(
	    accept_token(&minor, &two, &input, &output), GSS_S_DEFECTIVE_TOKEN);
	free(input.value);
	/* Each in the other's role. */
	ck_assert_uint_eq(
	    init(&minor, &two, ok, sizeof(ok), &output), GSS_S_NO_CONTEXT);
	ck_assert_uint_eq(
	    gss_get_mic(&minor, one, 0, &text, &mic), GSS_S_COMPLETE);
	drop(&one);
	drop(&two);
}
END_TEST

/* Every token of the codec's table as an answer, and as an input token. */
START_TEST(context_answers)
{
	const struct row *row = &rows[_i];
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc output, mic, text = {5, (void *)"hello"};
	OM_uint32 minor, major;
	bool ok = row->kind != INITIAL && row->size == 8 &&
		  memcmp(row->data, "\0\0\0\1\0\0\0\0", 8) == 0;
	uint8_t *exact = suite_exact(row->data, row->size);

	first(&minor, &context, &handle, &output);
	free(output.value);
	major = init(&minor, &context, exact, row->size, &output);
	ck_assert_uint_eq(major == GSS_S_COMPLETE, ok);
	ck_assert_uint_eq(gss_get_mic(&minor, context, 0, &text, &mic),
	    ok ? GSS_S_COMPLETE : GSS_S_NO_CONTEXT);
	if (!ok)
		ck_assert_uint_eq(
		    init(&minor, &context, exact, row->size, &output),
		    GSS_S_NO_CONTEXT);
	drop(&context);
	/* None of them names a context. */
	major = init(&minor, &context, exact, row->size, &output);
	ck_assert(GSS_ERROR(major) && minor != 0);
	ck_assert_ptr_null(context);
	free(exact);
}
END_TEST

/* Every token of the table in the frame of an initiator. */
START_TEST(context_initials)
{
	const struct row *row = &rows[_i];
	gss_buffer_desc bare = {row->size, (void *)row->data}, input, output;
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	OM_uint32 minor, major, wanted;
	struct gssloop_view view;

	encapsulate_token(&bare, &gj_module_mech, &input);
	major = accept_token(&minor, &context, &input, &output);
	wanted = GJ_CCM_HANDLE_NOT_FOUND;
	if (!gj_ccm_initial_decode(row->data, row->size, &view))
		wanted = GJ_CCM_HANDLE_MALFORMED;
	else if (view.size == 0)
		wanted = GJ_CCM_OK;
	ck_assert_msg(minor == wanted, "%s: %u", row->name, minor);
	ck_assert_uint_eq(major == GSS_S_COMPLETE, wanted == GJ_CCM_OK);
	ck_assert_uint_eq(output.length, 8);
	ck_assert_int_eq(((uint8_t *)output.value)[7], (int)wanted);
	free(input.value);
	free(output.value);
	drop(&context);
}
END_TEST

/* The frame itself: none of ours, so there is nothing to answer. */
START_TEST(context_frames)
{
	static const struct {
		const char *data;
		size_t size;
	} frames[] = {
	    {OCTETS("")},
	    {OCTETS("\0\0\0\0")},
	    {OCTETS("\x60\x0c\6\6\x2b\6\1\5\5\x0b\0\0\0")},
	    {OCTETS("\x60\x0b\6\6\x2b\6\1\5\5\x0b\0\0\0\0")},
	    {OCTETS("\x60\x0c\6\6\x2b\6\1\5\5\x0c\0\0\0\0")},
	};
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc input, output;
	OM_uint32 minor;

	input.length = frames[_i].size;
	input.value = suite_exact(frames[_i].data, frames[_i].size);
	ck_assert_uint_eq(accept_token(&minor, &context, &input, &output),
	    GSS_S_DEFECTIVE_TOKEN);
	ck_assert_uint_eq(minor, GJ_CCM_HANDLE_MALFORMED);
	ck_assert_uint_eq(output.length, 0);
	ck_assert_ptr_null(context);
	free(input.value);
}
END_TEST

static void
check_init_refused(
    gss_ctx_id_t named, OM_uint32 wanted_major, OM_uint32 wanted_minor)
{
	uint8_t octets[256];
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc output;
	OM_uint32 minor, major;

	major = init(&minor, &context, octets,
	    bootstrap(octets, named, &handle), &output);
	ck_assert_uint_eq(major, wanted_major);
	ck_assert_uint_eq(minor, wanted_minor);
	ck_assert_ptr_null(context);
	ck_assert_uint_eq(output.length, 0);
}

START_TEST(initiator_refusals)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc output;
	struct fake brief = ours;
	OM_uint32 minor;

	/* What is not bound is not even looked at. */
	check_init_refused(
	    (gss_ctx_id_t)&here, GSS_S_NO_CONTEXT, GJ_CCM_HANDLE_NOT_FOUND);
	check_init_refused(
	    CONTEXT(theirs), GSS_S_NO_CONTEXT, GJ_CCM_HANDLE_NOT_FOUND);
	brief.lifetime = 0;
	ccm_registry.bind(&minor, GSS_CCM_NO_APPLICATION, NULL, CONTEXT(brief),
	    GSS_C_NO_BUFFER);
	check_init_refused(
	    CONTEXT(brief), GSS_S_CREDENTIALS_EXPIRED, GJ_CCM_HANDLE_EXPIRED);
	ccm_registry.unbind(&minor, CONTEXT(brief));
	/* What a negotiation would try. */
	ck_assert_uint_eq(
	    init(&minor, &context, NULL, 0, &output), GSS_S_NO_CRED);
	ck_assert_uint_eq(minor, GJ_CCM_HANDLE_NOT_FOUND);
}
END_TEST

/* Unbound at each point of an exchange. */
START_TEST(unbound_at_each_point)
{
	gss_ctx_id_t one = GSS_C_NO_CONTEXT, two = GSS_C_NO_CONTEXT;
	gss_buffer_desc forth, back, none, text = {5, (void *)"hello"};
	OM_uint32 minor, major;
	int asked;

	first(&minor, &one, &handle, &forth);
	if (_i == 0)
		ccm_registry.unbind(&minor, CONTEXT(theirs));
	major = accept_token(&minor, &two, &forth, &back);
	ck_assert_uint_eq(minor, _i == 0 ? GJ_CCM_HANDLE_EXPIRED : GJ_CCM_OK);
	ck_assert_uint_eq(
	    major, _i == 0 ? GSS_S_CREDENTIALS_EXPIRED : GSS_S_COMPLETE);
	if (_i == 1)
		ccm_registry.unbind(&minor, CONTEXT(ours));
	major = init(&minor, &one, back.value, back.length, &none);
	if (_i == 1) {
		ck_assert_uint_eq(major, GSS_S_NO_CONTEXT);
		ck_assert_uint_eq(minor, GJ_CCM_HANDLE_EXPIRED);
	}
	if (_i == 2) {
		ccm_registry.unbind(&minor, CONTEXT(theirs));
		asked = theirs.asked;
		ck_assert_uint_eq(gss_get_mic(&minor, two, 0, &text, &none),
		    GSS_S_NO_CONTEXT);
		ck_assert_uint_eq(
		    gss_context_time(&minor, two, &major), GSS_S_NO_CONTEXT);
		ck_assert_uint_eq(minor, GJ_CCM_HANDLE_EXPIRED);
		ck_assert_int_eq(theirs.asked, asked);
	}
	free(forth.value);
	free(back.value);
	drop(&one);
	drop(&two);
}
END_TEST

START_TEST(context_deleted_by_peer)
{
	gss_ctx_id_t one, two;
	gss_buffer_desc token = {1, (void *)"x"}, none;
	OM_uint32 minor;

	ck_assert_uint_eq(trip(&handle, &one, &two), GJ_CCM_OK);
	ck_assert_uint_eq(gss_process_context_token(&minor, two, &token),
	    GSS_S_DEFECTIVE_TOKEN);
	token.length = 0;
	ck_assert_uint_eq(
	    gss_process_context_token(&minor, two, &token), GSS_S_COMPLETE);
	ck_assert_uint_eq(
	    gss_get_mic(&minor, two, 0, &token, &none), GSS_S_NO_CONTEXT);
	ck_assert_uint_eq(
	    gss_process_context_token(&minor, two, &token), GSS_S_NO_CONTEXT);
	drop(&one);
	drop(&two);
}
END_TEST

START_TEST(messages_expire)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	struct ccm_binding *binding;
	gss_buffer_desc text = {5, (void *)"hello"}, none;
	OM_uint32 minor;

	ck_assert_uint_eq(trip(&handle, &context, NULL), GJ_CCM_OK);
	binding = ccm_registry_initiator(CONTEXT(ours));
	binding->end -= 600;
	ck_assert_uint_eq(gss_get_mic(&minor, context, 0, &text, &none),
	    GSS_S_CONTEXT_EXPIRED);
	ck_assert_uint_eq(minor, GJ_CCM_HANDLE_EXPIRED);
	ck_assert_uint_eq(gss_wrap(&minor, context, 0, 0, &text, NULL, &none),
	    GSS_S_CONTEXT_EXPIRED);
	ccm_binding_free(&binding);
	drop(&context);
}
END_TEST

START_TEST(pieces_stream)
{
	char text[] = "hello";
	gss_iov_buffer_desc iov[3] = {{GSS_IOV_BUFFER_TYPE_STREAM, {5, text}},
	    {GSS_IOV_BUFFER_TYPE_DATA, GSS_C_EMPTY_BUFFER},
	    {GSS_IOV_BUFFER_TYPE_DATA, GSS_C_EMPTY_BUFFER}};

	ck_assert(ccm_iov_take(iov, 2));
	ck_assert_ptr_eq(iov[1].buffer.value, text);
	iov[1].type |= GSS_IOV_BUFFER_FLAG_ALLOCATE;
	ck_assert(ccm_iov_take(iov, 2));
	ck_assert_ptr_ne(iov[1].buffer.value, text);
	ck_assert_int_eq(memcmp(iov[1].buffer.value, text, 5), 0);
	free(iov[1].buffer.value);
	ck_assert(!ccm_iov_take(iov, 3));
	ck_assert(!ccm_iov_take(iov, 1));
}
END_TEST

/* --- The registry -----------------------------------------------------------
 */

static void
bind_refused(gss_ccm_application who, const void *connection, struct fake *fake,
    gss_buffer_t out, OM_uint32 wanted)
{
	OM_uint32 minor;

	ck_assert_uint_eq(ccm_registry.bind(&minor, who, connection,
			      (gss_ctx_id_t)(void *)fake, out),
	    wanted);
	ck_assert(out == NULL || out->value == NULL);
}

START_TEST(bind_refusals)
{
	struct fake bad = theirs;
	gss_buffer_desc out = {1, (void *)"x"};

	bind_refused(
	    application, &here, &theirs, &out, GSS_S_DUPLICATE_ELEMENT);
	bind_refused(999, &here, &bad, &out, GSS_S_UNAUTHORIZED);
	bind_refused(0, NULL, &bad, &out, GSS_S_UNAUTHORIZED);
	bind_refused(0, &here, &bad, NULL, GSS_S_UNAUTHORIZED);
	bind_refused(application, &here, NULL, &out, GSS_S_NO_CONTEXT);
	bad.half = true;
	bind_refused(application, &here, &bad, &out, GSS_S_NO_CONTEXT);
	bad.half = false;
	bad.ccm = true;
	bind_refused(application, &here, &bad, &out, GSS_S_BAD_MECH);
	bad.failing = true;
	bind_refused(application, &here, &bad, &out, GSS_S_NO_CONTEXT);
}
END_TEST

START_TEST(register_refusals)
{
	static const char *const names[] = {
	    "app:", "app:x", "a", "", "123456789012345678901234567890123"};
	gss_buffer_desc identifier = {strlen(names[_i]), (void *)names[_i]};
	gss_ccm_application number = 1;
	OM_uint32 minor;

	ck_assert_uint_eq(ccm_registry.register_application(
			      &minor, &identifier, NULL, NULL, &number),
	    _i < 3 ? GSS_S_DUPLICATE_ELEMENT : GSS_S_CALL_BAD_STRUCTURE);
	ck_assert_uint_eq(number, GSS_CCM_NO_APPLICATION);
}
END_TEST

START_TEST(register_full)
{
	gss_ccm_application all[CCM_EXPIRED_MAX];
	char name[8];
	gss_buffer_desc identifier = {4, name};
	OM_uint32 minor, major = GSS_S_COMPLETE;
	size_t count = 0;

	while (major == GSS_S_COMPLETE && count < COUNT(all)) {
		snprintf(name, sizeof(name), "%04zu", count);
		major = ccm_registry.register_application(
		    &minor, &identifier, NULL, NULL, &all[count]);
		count += major == GSS_S_COMPLETE;
	}
	ck_assert_uint_eq(major, GSS_S_FAILURE);
	ck_assert_uint_eq(count, 62);
	while (count-- > 0)
		ccm_registry.unregister_application(&minor, &all[count]);
}
END_TEST

/* Handles differ from each other in all but the identifier. */
START_TEST(handles_random)
{
	struct fake more = theirs;
	gss_buffer_desc second;
	OM_uint32 minor;

	ccm_registry.bind(&minor, application, &here, CONTEXT(more), &second);
	ck_assert_uint_eq(handle.length, 4 + CCM_REFERENCE);
	ck_assert_uint_eq(second.length, 4 + CCM_REFERENCE);
	ck_assert_int_eq(memcmp(handle.value, "app:", 4), 0);
	ck_assert_int_ne(memcmp((char *)handle.value + 4,
			     (char *)second.value + 4, CCM_REFERENCE),
	    0);
	/* Two on one connection: an empty handle cannot tell them apart. */
	ck_assert_uint_eq(
	    trip(&(gss_buffer_desc)GSS_C_EMPTY_BUFFER, NULL, NULL),
	    GJ_CCM_HANDLE_NOT_FOUND);
	ck_assert_uint_eq(trip(&second, NULL, NULL), GJ_CCM_OK);
	ccm_registry.unbind(&minor, CONTEXT(more));
	ck_assert_uint_eq(trip(&second, NULL, NULL), GJ_CCM_HANDLE_EXPIRED);
	ck_assert_uint_eq(
	    trip(&(gss_buffer_desc)GSS_C_EMPTY_BUFFER, NULL, NULL), GJ_CCM_OK);
	free(second.value);
}
END_TEST

/* A reference is of one size only. */
START_TEST(handles_of_other_sizes)
{
	char octets[64] = "app:";
	gss_buffer_desc name = {0, octets};

	memcpy(octets, handle.value, handle.length);
	for (size_t size = 4; size < sizeof(octets); size++) {
		name.length = size;
		ck_assert_uint_eq(trip(&name, NULL, NULL),
		    size == handle.length ? GJ_CCM_OK
					  : GJ_CCM_HANDLE_MALFORMED);
	}
	name.length = 3;
	ck_assert_uint_eq(trip(&name, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
}
END_TEST

START_TEST(empty_handles)
{
	gss_buffer_desc empty = GSS_C_EMPTY_BUFFER;
	struct fake more = theirs;
	OM_uint32 minor;

	ck_assert_uint_eq(trip(&empty, NULL, NULL), GJ_CCM_OK);
	ccm_registry.scope(&minor, application, &there);
	ck_assert_uint_eq(trip(&empty, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	/* One for all connections is found by its name alone. */
	ccm_registry.bind(
	    &minor, application, NULL, CONTEXT(more), GSS_C_NO_BUFFER);
	ck_assert_uint_eq(trip(&empty, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	ccm_registry.scope(&minor, application, NULL);
	ck_assert_uint_eq(trip(&empty, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	ccm_registry.scope(&minor, application, &here);
	ccm_registry.unbind(&minor, CONTEXT(theirs));
	ck_assert_uint_eq(trip(&empty, NULL, NULL), GJ_CCM_HANDLE_EXPIRED);
	ccm_registry.unbind(&minor, CONTEXT(more));
}
END_TEST

/*
 * One for all connections is in no chain of a connection's, bound or gone,
 * however many there are: the one allocation is the first handle's that
 * expires.
 */
START_TEST(nobodys_are_in_no_chain)
{
	struct fake more = theirs;
	OM_uint32 minor;
	bool second;

	ccm_registry.bind(
	    &minor, application, NULL, CONTEXT(more), GSS_C_NO_BUFFER);
	failing_malloc_arm(2);
	ccm_registry.unbind(&minor, CONTEXT(more));
	failing_malloc_arm(0);
	second = failing_malloc_fired();
	ck_assert(!second);
}
END_TEST

START_TEST(scopes)
{
	OM_uint32 minor;

	ccm_registry.scope(&minor, application, &there);
	ck_assert_uint_eq(trip(&handle, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	ccm_registry.scope(&minor, application, NULL);
	ck_assert_uint_eq(trip(&handle, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	ccm_registry.scope(&minor, other, &here);
	ck_assert_uint_eq(trip(&handle, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	ccm_registry.scope(&minor, GSS_CCM_NO_APPLICATION, &here);
	ck_assert_uint_eq(trip(&handle, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	ccm_registry.unbind(&minor, CONTEXT(theirs));
	ck_assert_uint_eq(trip(&handle, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	ccm_registry.scope(&minor, application, &there);
	ck_assert_uint_eq(trip(&handle, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	ccm_registry.scope(&minor, application, &here);
	ck_assert_uint_eq(trip(&handle, NULL, NULL), GJ_CCM_HANDLE_EXPIRED);
}
END_TEST

/* The memory for expired ones is limited; what falls out is not found. */
START_TEST(expired_limit)
{
	struct fake more = theirs;
	OM_uint32 minor;

	ccm_registry.unbind(&minor, CONTEXT(theirs));
	for (int i = 0; i < CCM_EXPIRED_MAX; i++) {
		ck_assert_uint_eq(
		    trip(&handle, NULL, NULL), GJ_CCM_HANDLE_EXPIRED);
		ccm_registry.bind(
		    &minor, application, &here, CONTEXT(more), GSS_C_NO_BUFFER);
		ccm_registry.unbind(&minor, CONTEXT(more));
	}
	ck_assert_uint_eq(trip(&handle, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
}
END_TEST

START_TEST(target_lifetime_and_role)
{
	struct fake brief = theirs, wrong = ours;
	gss_buffer_desc name;
	OM_uint32 minor;

	brief.lifetime = 0;
	ccm_registry.bind(&minor, application, &here, CONTEXT(brief), &name);
	ck_assert_uint_eq(trip(&name, NULL, NULL), GJ_CCM_HANDLE_EXPIRED);
	free(name.value);
	ccm_registry.bind(&minor, application, &here, CONTEXT(wrong), &name);
	ck_assert_uint_eq(trip(&name, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	free(name.value);
	ccm_registry.unbind(&minor, CONTEXT(brief));
	ccm_registry.unbind(&minor, CONTEXT(wrong));
}
END_TEST

/* --- A lookup of the application's own ---------------------------------------
 */

static struct {
	enum gss_ccm_status status;
	gss_ctx_id_t context;
	size_t size;
	char reference[8];
	const void *connection;
} answer;

static enum gss_ccm_status
lookup(void *argument, const void *connection, const gss_buffer_desc *reference,
    gss_ctx_id_t *context)
{
	(void)argument;
	answer.connection = connection;
	answer.size = reference->length;
	if (reference->length <= sizeof(answer.reference))
		memcpy(answer.reference, reference->value, reference->length);
	*context = answer.context;
	return answer.status;
}

START_TEST(lookups)
{
	static const enum gj_ccm_status wanted[] = {GJ_CCM_OK,
	    GJ_CCM_HANDLE_MALFORMED, GJ_CCM_HANDLE_EXPIRED,
	    GJ_CCM_HANDLE_NOT_FOUND, GJ_CCM_HANDLE_NOT_FOUND};
	gss_buffer_desc name = {8, (void *)"mine/ref"};
	gss_ccm_application mine = register_as("mine/", lookup);
	struct fake own = theirs;
	OM_uint32 minor;

	ccm_registry.bind(&minor, mine, &here, CONTEXT(own), GSS_C_NO_BUFFER);
	ccm_registry.scope(&minor, mine, &here);
	answer.context = CONTEXT(own);
	for (int i = 0; i < (int)COUNT(wanted); i++) {
		answer.status = (enum gss_ccm_status)i;
		ck_assert_uint_eq(trip(&name, NULL, NULL), wanted[i]);
		ck_assert_uint_eq(answer.size, 3);
		ck_assert_int_eq(memcmp(answer.reference, "ref", 3), 0);
		ck_assert_ptr_eq(answer.connection, &here);
	}
	answer.status = GSS_CCM_OK;
	/* What it may not give: another's, another connection's, a dead one. */
	answer.context = CONTEXT(theirs);
	ck_assert_uint_eq(trip(&name, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	answer.context = CONTEXT(own);
	ccm_registry.scope(&minor, mine, &there);
	ck_assert_uint_eq(trip(&name, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	ccm_registry.scope(&minor, mine, &here);
	ccm_registry.unbind(&minor, CONTEXT(own));
	ck_assert_uint_eq(trip(&name, NULL, NULL), GJ_CCM_HANDLE_EXPIRED);
	ccm_registry.unregister_application(&minor, &mine);
	ck_assert_uint_eq(trip(&name, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
}
END_TEST

static gss_ccm_application leaving;
static pthread_t unregistering;
static atomic_bool returned;

static void *
unregister_leaving(void *waited)
{
	gss_ccm_application number = leaving;
	OM_uint32 minor;

	ccm_registry.unregister_application(&minor, &number);
	return atomic_load(&returned) ? waited : NULL;
}

/* Has another thread unregister its application, and goes on until nobody may
 * bind for it any more. */
static enum gss_ccm_status
lookup_slowly(void *argument, const void *connection,
    const gss_buffer_desc *reference, gss_ctx_id_t *context)
{
	struct fake own = theirs;
	OM_uint32 minor;

	(void)connection, (void)reference, (void)context;
	pthread_create(&unregistering, NULL, unregister_leaving, argument);
	while (ccm_registry.bind(&minor, leaving, NULL, CONTEXT(own),
		   GSS_C_NO_BUFFER) == GSS_S_COMPLETE) {
		ccm_registry.unbind(&minor, CONTEXT(own));
		sched_yield();
	}
	atomic_store(&returned, true);
	return GSS_CCM_HANDLE_NOT_FOUND;
}

/* Unregistering lets nobody new in, and waits for who is in there. */
START_TEST(unregister_waits)
{
	gss_buffer_desc identifier = {6, (void *)"leave/"};
	OM_uint32 minor;
	void *waited;

	ccm_registry.register_application(
	    &minor, &identifier, lookup_slowly, &returned, &leaving);
	ccm_registry.scope(&minor, leaving, &here);
	ck_assert_uint_eq(
	    trip(&identifier, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	pthread_join(unregistering, &waited);
	ck_assert_ptr_nonnull(waited);
}
END_TEST

/* Many at once: what is found, and what is left. */
START_TEST(unregister_many)
{
	static struct fake many[5000];
	gss_buffer_desc names[2];
	OM_uint32 minor;

	for (size_t i = 0; i < COUNT(many); i++) {
		many[i] = theirs;
		ck_assert_uint_eq(
		    ccm_registry.bind(&minor, i % 2 == 0 ? application : other,
			&here, CONTEXT(many[i]), i < 2 ? &names[i] : NULL),
		    GSS_S_COMPLETE);
	}
	ck_assert_uint_eq(trip(&names[0], NULL, NULL), GJ_CCM_OK);
	ccm_registry.unregister_application(&minor, &application);
	ck_assert_uint_eq(trip(&names[0], NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	ccm_registry.scope(&minor, other, &here);
	ck_assert_uint_eq(trip(&names[1], NULL, NULL), GJ_CCM_OK);
	for (size_t i = 0; i < COUNT(many); i++)
		ck_assert_uint_eq(ccm_registry.unbind(&minor, CONTEXT(many[i])),
		    i % 2 == 0 ? GSS_S_NO_CONTEXT : GSS_S_COMPLETE);
	free(names[0].value);
	free(names[1].value);
}
END_TEST

START_TEST(unregister_unbinds)
{
	gss_ctx_id_t one, two;
	gss_buffer_desc text = {5, (void *)"hello"}, none;
	OM_uint32 minor;

	ck_assert_uint_eq(trip(&handle, &one, &two), GJ_CCM_OK);
	ccm_registry.unregister_application(&minor, &application);
	ck_assert_uint_eq(application, GSS_CCM_NO_APPLICATION);
	ck_assert_uint_eq(
	    gss_get_mic(&minor, two, 0, &text, &none), GSS_S_NO_CONTEXT);
	ck_assert_uint_eq(
	    gss_get_mic(&minor, one, 0, &text, &none), GSS_S_COMPLETE);
	ck_assert_uint_eq(
	    ccm_registry.unbind(&minor, CONTEXT(theirs)), GSS_S_NO_CONTEXT);
	ck_assert_uint_eq(trip(&handle, NULL, NULL), GJ_CCM_HANDLE_NOT_FOUND);
	drop(&one);
	drop(&two);
}
END_TEST

/* --- Without memory ---------------------------------------------------------
 */

/* A context all the way, with the n-th allocation failing; true when none did.
 * What is left behind LeakSanitizer sees. */
static bool
fails_cleanly(unsigned long n)
{
	gss_ctx_id_t one = GSS_C_NO_CONTEXT, two = GSS_C_NO_CONTEXT;
	gss_buffer_desc name = GSS_C_EMPTY_BUFFER, forth = name, back = name;
	gss_buffer_desc text = {5, (void *)"hello"}, wrapped = name, none;
	struct fake more = theirs;
	OM_uint32 major, minor;

	failing_malloc_arm(n);
	major = ccm_registry.bind(
	    &minor, application, &there, CONTEXT(more), &name);
	ccm_registry.scope(&minor, application, &there);
	if (major == GSS_S_COMPLETE)
		major = first(&minor, &one, &name, &forth);
	if (major == GSS_S_CONTINUE_NEEDED)
		major = accept_token(&minor, &two, &forth, &back);
	if (major == GSS_S_COMPLETE)
		major = init(&minor, &one, back.value, back.length, &none);
	if (major == GSS_S_COMPLETE)
		major = gss_wrap(&minor, two, 0, 0, &text, NULL, &wrapped);
	failing_malloc_arm(0);
	ck_assert_uint_eq(
	    major, failing_malloc_fired() ? GSS_S_FAILURE : GSS_S_COMPLETE);
	drop(&one);
	drop(&two);
	ccm_registry.unbind(&minor, CONTEXT(more));
	free(name.value);
	free(forth.value);
	free(back.value);
	free(wrapped.value);
	return !failing_malloc_fired();
}

START_TEST(no_memory)
{
	unsigned long n = 1;

	while (!fails_cleanly(n))
		n++;
	ck_assert_uint_gt(n, 7);
}
END_TEST

/* The very first context of a process: no table is there yet.  A binding that
 * failed has left nothing behind, so that the next one is not the second. */
START_TEST(no_memory_at_first)
{
	OM_uint32 minor, major;

	fill_table();
	application = register_as("app:", NULL);
	for (unsigned long n = 1;; n++) {
		failing_malloc_arm(n);
		major = ccm_registry.bind(
		    &minor, application, &here, CONTEXT(theirs), &handle);
		failing_malloc_arm(0);
		if (!failing_malloc_fired())
			break;
		ck_assert_uint_eq(major, GSS_S_FAILURE);
		ck_assert_uint_eq(minor, ENOMEM);
		ck_assert_ptr_null(handle.value);
	}
	ck_assert_uint_eq(major, GSS_S_COMPLETE);
	ccm_registry.unregister_application(&minor, &application);
	free(handle.value);
}
END_TEST

/* A table that cannot grow goes on with what it has. */
START_TEST(table_grows)
{
	static struct ccm_entry entries[300];
	struct ccm_table some = {NULL, 0, 0};

	failing_malloc_arm(1);
	ck_assert(!ccm_table_add(&some, &entries[0], 0));
	failing_malloc_arm(0);
	for (size_t i = 0; i < COUNT(entries); i++) {
		failing_malloc_arm(i == 64 || i == 65);
		ck_assert(ccm_table_add(&some, &entries[i], i * 64));
		failing_malloc_arm(0);
	}
	for (size_t i = 0; i < COUNT(entries); i += 2)
		ccm_table_remove(&some, &entries[i]);
	ccm_table_remove(&some, &entries[0]);
	ck_assert_uint_eq(some.count, COUNT(entries) / 2);
	for (size_t i = 0; i < COUNT(entries); i++)
		ck_assert_ptr_eq(ccm_table_first(&some, i * 64),
		    i % 2 == 0 ? NULL : &entries[i]);
	for (size_t i = 1; i < COUNT(entries); i += 2)
		ccm_table_remove(&some, &entries[i]);
	ccm_table_free(&some);
}
END_TEST

/* --- Threads ----------------------------------------------------------------
 */

#define THREADS 4
#define TURNS	2000

/* What is asked once it is unbound: it was deleted by then, and is poisoned. */
static struct fake poison = {.failing = true};
static atomic_int wrong;

/* Binds, accepts, asks, unbinds, with others doing the same. */
static void *
turns(void *argument)
{
	gss_ctx_id_t context;
	gss_buffer_desc name, forth, back;
	struct fake own;
	OM_uint32 minor, lifetime;

	for (int i = 0; i < TURNS; i++) {
		own = theirs;
		ccm_registry.bind(
		    &minor, application, argument, CONTEXT(own), &name);
		ccm_registry.scope(&minor, application, argument);
		context = GSS_C_NO_CONTEXT;
		encapsulate_token(&(gss_buffer_desc){4, (void *)"\0\0\0\0"},
		    &gj_module_mech, &forth);
		if (accept_token(&minor, &context, &forth, &back) !=
			GSS_S_COMPLETE ||
		    gss_context_time(&minor, context, &lifetime) !=
			GSS_S_COMPLETE)
			wrong++;
		ccm_registry.unbind(&minor, CONTEXT(own));
		own = poison;
		if (gss_context_time(&minor, context, &lifetime) !=
		    GSS_S_NO_CONTEXT)
			wrong++;
		drop(&context);
		free(name.value);
		free(forth.value);
		free(back.value);
	}
	return NULL;
}

START_TEST(threads)
{
	pthread_t all[THREADS];
	int connections[THREADS];

	atomic_store(&wrong, 0);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(
		    pthread_create(&all[i], NULL, turns, &connections[i]), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(all[i], NULL);
	ck_assert_int_eq(atomic_load(&wrong), 0);
}
END_TEST

/* One asks all the time, until another has unbound and deleted. */
static void *
ask(void *context)
{
	OM_uint32 minor, lifetime;

	while (gss_context_time(&minor, (gss_ctx_id_t)context, &lifetime) ==
	       GSS_S_COMPLETE)
		continue;
	return NULL;
}

START_TEST(unbound_while_asked)
{
	gss_ctx_id_t context;
	gss_buffer_desc name, forth, back;
	struct fake *own;
	pthread_t asking;
	OM_uint32 minor;

	ccm_registry.scope(&minor, application, &there);
	for (int i = 0; i < 200; i++) {
		own = malloc(sizeof(*own));
		*own = theirs;
		ccm_registry.bind(&minor, application, &there,
		    (gss_ctx_id_t)(void *)own, &name);
		context = GSS_C_NO_CONTEXT;
		encapsulate_token(&(gss_buffer_desc){4, (void *)"\0\0\0\0"},
		    &gj_module_mech, &forth);
		ck_assert_uint_eq(accept_token(&minor, &context, &forth, &back),
		    GSS_S_COMPLETE);
		pthread_create(&asking, NULL, ask, (void *)context);
		ccm_registry.unbind(&minor, (gss_ctx_id_t)(void *)own);
		free(own);
		pthread_join(asking, NULL);
		drop(&context);
		free(name.value);
		free(forth.value);
		free(back.value);
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *suite = suite_create("ccm");
	TCase *codec = tcase_create("codec");
	TCase *contexts = tcase_create("contexts");
	TCase *registry = tcase_create("registry");

	tcase_add_loop_test(codec, codec_row, 0, COUNT(rows));
	tcase_add_test(codec, codec_longest);
	tcase_add_test(codec, codec_mutations);
	suite_add_tcase(suite, codec);
	tcase_add_test(codec, no_memory_at_first);
	tcase_add_checked_fixture(contexts, setup, teardown);
	tcase_add_test(contexts, context_established);
	tcase_add_test(contexts, context_second_response);
	tcase_add_loop_test(contexts, context_answers, 0, COUNT(rows));
	tcase_add_loop_test(contexts, context_initials, 0, COUNT(rows));
	tcase_add_loop_test(contexts, context_frames, 0, 5);
	tcase_add_test(contexts, initiator_refusals);
	tcase_add_loop_test(contexts, unbound_at_each_point, 0, 3);
	tcase_add_test(contexts, context_deleted_by_peer);
	tcase_add_test(contexts, messages_expire);
	tcase_add_test(contexts, pieces_stream);
	tcase_add_test(contexts, no_memory);
	suite_add_tcase(suite, contexts);
	tcase_add_checked_fixture(registry, setup, teardown);
	tcase_set_timeout(registry, 60);
	tcase_add_test(registry, bind_refusals);
	tcase_add_loop_test(registry, register_refusals, 0, 5);
	tcase_add_test(registry, register_full);
	tcase_add_test(registry, handles_random);
	tcase_add_test(registry, handles_of_other_sizes);
	tcase_add_test(registry, empty_handles);
	tcase_add_test(registry, nobodys_are_in_no_chain);
	tcase_add_test(registry, scopes);
	tcase_add_test(registry, expired_limit);
	tcase_add_test(registry, target_lifetime_and_role);
	tcase_add_test(registry, lookups);
	tcase_add_test(registry, unregister_waits);
	tcase_add_test(registry, unregister_many);
	tcase_add_test(registry, unregister_unbinds);
	tcase_add_test(registry, table_grows);
	tcase_add_test(registry, threads);
	tcase_add_test(registry, unbound_while_asked);
	suite_add_tcase(suite, registry);
	return suite;
}

int
main(void)
{
	return suite_run(suite());
}
