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
		*context = malloc(1);
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
	*source = malloc(1);
	scripted.names++;
	if (!scripted.no_delegated) {
		*delegated = malloc(1);
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

OM_uint32
gss_wrap(OM_uint32 *minor, context_in context, int conf, gss_qop_t qop,
    gss_buffer_t data, int *conf_state, gss_buffer_t output)
{
	char *text = calloc(1, data->length + 1);

	(void)context;
	(void)qop;
	*minor = 5;
	*conf_state = (conf != 0) != scripted.conf_wrong;
	text[0] = conf ? 'C' : 'I';
	if (data->length > 0)
		memcpy(text + 1, data->value, data->length);
	output->value = text;
	output->length = data->length + 1;
	scripted.buffers++;
	return scripted.message_major;
}

OM_uint32
gss_unwrap(OM_uint32 *minor, context_in context, gss_buffer_t input,
    gss_buffer_t output, int *conf_state, gss_qop_t *qop)
{
	const char *text = input->value;

	(void)context;
	(void)qop;
	*minor = 5;
	if (input->length == 0 || (text[0] != 'C' && text[0] != 'I'))
		return GSS_S_DEFECTIVE_TOKEN;
	*conf_state = (text[0] == 'C') != scripted.conf_wrong;
	output->length = input->length - 1;
	output->value = malloc(input->length);
	memcpy(output->value, text + 1, output->length);
	scripted.buffers++;
	return scripted.message_major;
}

OM_uint32
gss_get_mic(OM_uint32 *minor, context_in context, gss_qop_t qop,
    gss_buffer_t data, gss_buffer_t output)
{
	(void)context;
	(void)qop;
	(void)data;
	*minor = 5;
	buffer_fill(output, "MIC");
	return scripted.message_major;
}

OM_uint32
gss_verify_mic(OM_uint32 *minor, context_in context, gss_buffer_t data,
    gss_buffer_t mic, gss_qop_t *qop)
{
	(void)context;
	(void)data;
	(void)qop;
	*minor = 5;
	if (mic->length != 3 || memcmp(mic->value, "MIC", 3) != 0)
		return GSS_S_BAD_MIC;
	return scripted.message_major;
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
