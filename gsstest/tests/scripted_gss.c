/*
 * A GSS library that answers what a test wrote down.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gss.h"
#include "scripted_gss.h"

/* Heimdal's prototypes take handles to const objects, MIT's do not. */
#ifdef GSSAPI_LIB_FUNCTION
typedef gss_const_cred_id_t cred_in;
typedef gss_const_ctx_id_t context_in;
typedef gss_const_name_t name_in;
#else
typedef gss_cred_id_t cred_in;
typedef gss_ctx_id_t context_in;
typedef gss_name_t name_in;
#endif

struct scripted_gss scripted;

static unsigned char mech_octets[] = {0x2a, 0x03};
static gss_OID_desc mech = {sizeof(mech_octets), mech_octets};

void
scripted_reset(const struct scripted_answer *answers)
{
	memset(&scripted, 0, sizeof(scripted));
	scripted.answers = answers;
	scripted.overhead = 1;
}

bool
scripted_clean(void)
{
	return scripted.contexts == 0 && scripted.buffers == 0 &&
	       scripted.names == 0 && scripted.creds == 0;
}

static void
buffer_fill(gss_buffer_t buffer, const char *text)
{
	buffer->length = 0;
	buffer->value = NULL;
	if (text == NULL)
		return;
	buffer->value = strdup(text);
	buffer->length = strlen(text);
	scripted.buffers++;
}

static void
call_keep(gss_ctx_id_t context, gss_cred_id_t cred, gss_buffer_t token,
    gss_channel_bindings_t bindings)
{
	struct scripted_call *call = &scripted.calls[scripted.count];

	call->context = context;
	call->cred = cred;
	call->bindings = bindings;
	call->size = token->length;
	if (token->length > 0 && token->length < sizeof(call->token))
		memcpy(call->token, token->value, token->length);
}

/* The next answer, the same for both roles. */
static const struct scripted_answer *
answer(OM_uint32 *minor, gss_ctx_id_t *context, gss_buffer_t output,
    OM_uint32 *flags, gss_OID *actual)
{
	const struct scripted_answer *next = scripted.answers++;

	scripted.count++;
	*minor = next->minor;
	if (!next->no_flags)
		*flags = next->flags;
	if (!next->no_mech)
		*actual = &mech;
	buffer_fill(output, next->token);
	if (*context == GSS_C_NO_CONTEXT && !next->no_context) {
		*context = (gss_ctx_id_t)strdup("");
		scripted.contexts++;
	}
	return next;
}

OM_uint32
gss_init_sec_context(OM_uint32 *minor, cred_in cred, gss_ctx_id_t *context,
    name_in target, gss_OID asked, OM_uint32 flags, OM_uint32 lifetime,
    gss_channel_bindings_t bindings, gss_buffer_t token, gss_OID *actual,
    gss_buffer_t output, OM_uint32 *flags_out, OM_uint32 *lifetime_out)
{
	struct scripted_call *call = &scripted.calls[scripted.count];

	call_keep(*context, (gss_cred_id_t)cred, token, bindings);
	call->target = (gss_name_t)target;
	call->mech = asked;
	call->flags = flags;
	call->lifetime = lifetime;
	*lifetime_out = 3600;
	return answer(minor, context, output, flags_out, actual)->major;
}

OM_uint32
gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *context, cred_in cred,
    gss_buffer_t token, gss_channel_bindings_t bindings, gss_name_t *source,
    gss_OID *actual, gss_buffer_t output, OM_uint32 *flags, OM_uint32 *lifetime,
    gss_cred_id_t *delegated)
{
	call_keep(*context, (gss_cred_id_t)cred, token, bindings);
	*source = (gss_name_t)strdup("");
	scripted.names++;
	if (!scripted.no_delegated) {
		*delegated = (gss_cred_id_t)strdup("");
		scripted.creds++;
	}
	*lifetime = 3600;
	return answer(minor, context, output, flags, actual)->major;
}

OM_uint32
gss_delete_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *context, gss_buffer_t token)
{
	*minor = 0;
	if (token != GSS_C_NO_BUFFER)
		scripted.deletion_token = true;
	free(*context);
	*context = GSS_C_NO_CONTEXT;
	scripted.contexts--;
	scripted.deleted++;
	return GSS_S_COMPLETE;
}

OM_uint32
gss_process_context_token(
    OM_uint32 *minor, context_in context, gss_buffer_t token)
{
	(void)context;
	(void)token;
	*minor = 0;
	scripted.processed++;
	return scripted.process_major;
}

OM_uint32
gss_inquire_context(OM_uint32 *minor, context_in context, gss_name_t *source,
    gss_name_t *target, OM_uint32 *lifetime, gss_OID *actual, OM_uint32 *flags,
    int *local, int *open)
{
	(void)context;
	(void)source;
	(void)target;
	(void)lifetime;
	(void)actual;
	(void)local;
	(void)open;
	*minor = 0;
	*flags = scripted.inquire_flags;
	scripted.inquired++;
	return scripted.inquire_major;
}

/* Texts that a test can look for; a major of two parts has two. */
OM_uint32
gss_display_status(OM_uint32 *minor, OM_uint32 code, int type, gss_OID asked,
    OM_uint32 *more, gss_buffer_t text)
{
	char line[64];

	(void)asked;
	*minor = 0;
	snprintf(line, sizeof(line),
	    type == GSS_C_GSS_CODE ? " major-%x-part-%u"
				   : "minor-%u-part-%u\x1b[2J",
	    code, *more);
	*more = type == GSS_C_GSS_CODE && *more == 0 ? 1 : 0;
	buffer_fill(text, line);
	return GSS_S_COMPLETE;
}

/* Messages. */

/* FNV-1a: whatever octet changes, it does. */
void
scripted_mic(const void *data, size_t size, uint8_t mic[SCRIPTED_MIC])
{
	const uint8_t *octets = data;
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < size; i++)
		sum = (sum ^ octets[i]) * UINT64_C(0x100000001b3);
	for (i = 0; i < SCRIPTED_MIC; i++)
		mic[i] = (uint8_t)(sum >> 8 * i);
}

void
scripted_seal(const void *data, size_t size, uint8_t *sealed)
{
	const uint8_t *octets = data;
	size_t i;

	sealed[0] = 'C';
	scripted_mic(data, size, sealed + 1);
	for (i = 0; i < size; i++)
		sealed[SCRIPTED_SEAL + i] = (uint8_t)~octets[i];
}

/* Room that no test makes to fail: it is the library's. */
static uint8_t *
buffer_make(gss_buffer_t buffer, size_t size)
{
	void *room = NULL;

	if (posix_memalign(&room, sizeof(room), size > 0 ? size : 1) != 0)
		abort();
	buffer->value = room;
	buffer->length = size;
	scripted.buffers++;
	return room;
}

static OM_uint32
message_result(OM_uint32 *minor)
{
	*minor = 5;
	if (scripted.message_fails > 0 && --scripted.message_fails == 0)
		return GSS_S_FAILURE;
	return scripted.message_major;
}

static size_t
sum_size(void)
{
	return scripted.mic_size > 0 ? scripted.mic_size : SCRIPTED_MIC;
}

OM_uint32
gss_wrap(OM_uint32 *minor, context_in context, int conf, gss_qop_t qop,
    gss_buffer_t data, int *conf_state, gss_buffer_t output)
{
	size_t more = scripted.sums ? SCRIPTED_SEAL : 1;
	uint8_t *text = buffer_make(output, data->length + more);

	(void)context;
	(void)qop;
	*conf_state = (conf != 0) != scripted.conf_wrong;
	if (scripted.sums)
		scripted_seal(data->value, data->length, text);
	else if (data->length > 0)
		memcpy(text + 1, data->value, data->length);
	text[0] = conf ? 'C' : 'I';
	return message_result(minor);
}

/* True where the checksum is right. */
static bool
sum_open(const uint8_t *sealed, uint8_t *data, size_t size)
{
	uint8_t mic[SCRIPTED_MIC];
	size_t i;

	for (i = 0; i < size; i++)
		data[i] = (uint8_t)~sealed[SCRIPTED_SEAL + i];
	scripted_mic(data, size, mic);
	return memcmp(mic, sealed + 1, sizeof(mic)) == 0;
}

OM_uint32
gss_unwrap(OM_uint32 *minor, context_in context, gss_buffer_t input,
    gss_buffer_t output, int *conf_state, gss_qop_t *qop)
{
	size_t more = scripted.sums ? SCRIPTED_SEAL : 1;
	const uint8_t *text = input->value;
	uint8_t *data;

	(void)context;
	(void)qop;
	if (input->length < more || strchr("CIN", text[0]) == NULL)
		return message_result(minor) | GSS_S_DEFECTIVE_TOKEN;
	*conf_state = (text[0] != 'I') != scripted.conf_wrong;
	data = buffer_make(output, text[0] == 'N' ? 0 : input->length - more);
	if (!scripted.sums) {
		memcpy(data, text + 1, output->length);
	} else if (!sum_open(text, data, output->length)) {
		gss_release_buffer(minor, output);
		return GSS_S_BAD_MIC;
	}
	return message_result(minor);
}

OM_uint32
gss_get_mic(OM_uint32 *minor, context_in context, gss_qop_t qop,
    gss_buffer_t data, gss_buffer_t output)
{
	size_t size = scripted.sums ? sum_size() : 3;
	uint8_t *mic = buffer_make(output, size);

	(void)context;
	(void)qop;
	memset(mic, 0, size);
	if (scripted.sums)
		scripted_mic(data->value, data->length, mic);
	else
		memcpy(mic, "MIC", 3);
	return message_result(minor);
}

OM_uint32
gss_verify_mic(OM_uint32 *minor, context_in context, gss_buffer_t data,
    gss_buffer_t mic, gss_qop_t *qop)
{
	uint8_t sum[SCRIPTED_MIC] = "MIC";
	size_t size = scripted.sums ? sum_size() : 3;

	(void)context;
	(void)qop;
	if (scripted.sums)
		scripted_mic(data->value, data->length, sum);
	*minor = 5;
	if (mic->length != size ||
	    memcmp(mic->value, sum, scripted.sums ? sizeof(sum) : size) != 0)
		return GSS_S_BAD_MIC;
	return message_result(minor);
}

OM_uint32
gss_wrap_size_limit(OM_uint32 *minor, context_in context, int conf,
    gss_qop_t qop, OM_uint32 output, OM_uint32 *input)
{
	(void)context;
	(void)conf;
	(void)qop;
	*minor = 5;
	*input = output > scripted.overhead ? output - scripted.overhead : 0;
	return scripted.limit_major;
}

OM_uint32
gss_release_buffer(OM_uint32 *minor, gss_buffer_t buffer)
{
	*minor = 0;
	if (buffer->value != NULL)
		scripted.buffers--;
	free(buffer->value);
	buffer->value = NULL;
	buffer->length = 0;
	return GSS_S_COMPLETE;
}

OM_uint32
gss_release_name(OM_uint32 *minor, gss_name_t *name)
{
	*minor = 0;
	free(*name);
	*name = GSS_C_NO_NAME;
	scripted.names--;
	return GSS_S_COMPLETE;
}

OM_uint32
gss_release_cred(OM_uint32 *minor, gss_cred_id_t *cred)
{
	*minor = 0;
	free(*cred);
	*cred = GSS_C_NO_CREDENTIAL;
	scripted.creds--;
	return GSS_S_COMPLETE;
}
