/*
 * A mechglue whose mechanisms do what a test wrote down.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hcrypto/rand.h>

#include "mechglue.h"
#include "module.h"
#include "scripted_mechglue.h"

#define KEY_OCTETS 32
#define ENCTYPE	   18 /* aes256-cts-hmac-sha1-96 */

/* A token's letter and number come first. */
#define TOKEN_OCTETS 16

/* Minor status of a mechanism that fails; the letter's place is added. */
#define MINOR_FAILED 4711

struct scripted_mechglue glue;

/* 2.25.1 to 2.25.4; the last has no auth scheme. */
static gss_OID_desc oids[SCRIPTED_MECHS + 1] = {
    {2, (void *)"\x69\x01"},
    {2, (void *)"\x69\x02"},
    {2, (void *)"\x69\x03"},
    {2, (void *)"\x69\x04"},
};

/* What gss_ctx_id_t points to. */
struct scripted_context {
	int mech;
	enum negoex_role side;
	unsigned int step;
	bool complete;
};

void
scripted_mechglue_reset(unsigned int legs)
{
	size_t i;

	/* The host's settings are not the test's. */
	setenv("KRB5_CONFIG", "/dev/null", 0);
	memset(&glue, 0, sizeof(glue));
	for (i = 0; i < SCRIPTED_MECHS; i++)
		glue.legs[i] = legs;
}

bool
scripted_mechglue_clean(void)
{
	return glue.contexts == 0 && glue.names == 0 && glue.creds == 0 &&
	       glue.buffers == 0 && glue.sets == 0;
}

/* The same octets in each run; each thread has its own. */
static _Thread_local uint64_t random_state = UINT64_C(0x6e65676f6578);

void
scripted_random_seed(unsigned int seed)
{
	random_state = UINT64_C(0x6e65676f6578) + seed;
}

int
RAND_bytes(void *octets, size_t size)
{
	uint64_t state = random_state;
	uint8_t *at = octets;

	if (glue.random_fails)
		return 0;
	while (size-- > 0) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		*at++ = (uint8_t)(state >> 24);
	}
	random_state = state;
	return 1;
}

/* Mechanisms */

static int
mech_index(const gss_OID_desc *mech)
{
	int i;

	for (i = 0; mech != NULL && i <= SCRIPTED_MECHS; i++)
		if (gj_gss_oid_is(mech, oids[i].elements, oids[i].length))
			return i;
	return -1;
}

gss_OID
scripted_mech(char letter)
{
	return &oids[letter - 'A'];
}

char
scripted_letter(gss_OID mech)
{
	int index = mech_index(mech);

	return index < 0 ? '-' : (char)('A' + index);
}

static bool
is(const gss_OID_desc *mech, const gss_OID_desc *other)
{
	return gj_gss_oid_is(mech, other->elements, other->length);
}

static OM_uint32
query_mechanism_info(
    OM_uint32 *minor, gss_const_OID mech, unsigned char scheme[16])
{
	int index = mech_index(mech);

	*minor = 0;
	/* NEGOEX and SPNEGO are not negotiable, whatever they say here. */
	if (index == SCRIPTED_MECHS ||
	    (index < 0 && !is(mech, &gj_module_mech) &&
		!is(mech, &gj_mech_spnego)))
		return GSS_S_UNAVAILABLE;
	memset(scheme, index < 0 ? 'N' : 'A' + index, GJ_NEGOEX_GUID);
	return GSS_S_COMPLETE;
}

/* Buffers and sets */

static bool
buffer_fill(gss_buffer_t buffer, const void *octets, size_t size)
{
	memset(buffer, 0, sizeof(*buffer));
	if (size == 0)
		return true;
	buffer->value = malloc(size);
	if (buffer->value == NULL)
		return false;
	memcpy(buffer->value, octets, size);
	buffer->length = size;
	glue.buffers++;
	return true;
}

static OM_uint32
release_buffer(OM_uint32 *minor, gss_buffer_t buffer)
{
	*minor = 0;
	if (buffer->value != NULL) {
		free(buffer->value);
		glue.buffers--;
	}
	memset(buffer, 0, sizeof(*buffer));
	return GSS_S_COMPLETE;
}

static OM_uint32
release_buffer_set(OM_uint32 *minor, gss_buffer_set_t *set)
{
	size_t i;

	*minor = 0;
	if (*set == GSS_C_NO_BUFFER_SET)
		return GSS_S_COMPLETE;
	for (i = 0; i < (*set)->count; i++)
		release_buffer(minor, &(*set)->elements[i]);
	free((*set)->elements);
	free(*set);
	*set = GSS_C_NO_BUFFER_SET;
	glue.sets--;
	return GSS_S_COMPLETE;
}

static OM_uint32
create_empty_oid_set(OM_uint32 *minor, gss_OID_set *set)
{
	*minor = 0;
	*set = calloc(1, sizeof(**set));
	if (*set == NULL)
		return GSS_S_FAILURE;
	glue.sets++;
	return GSS_S_COMPLETE;
}

static OM_uint32
add_oid_set_member(OM_uint32 *minor, const gss_OID member, gss_OID_set *set)
{
	size_t count = (*set)->count;
	gss_OID list = calloc(count + 1, sizeof(*list));
	void *octets = malloc(member->length);

	*minor = 0;
	if (list == NULL || octets == NULL) {
		free(list);
		free(octets);
		return GSS_S_FAILURE;
	}
	if (count > 0)
		memcpy(list, (*set)->elements, count * sizeof(*list));
	memcpy(octets, member->elements, member->length);
	list[count].elements = octets;
	list[count].length = member->length;
	free((*set)->elements);
	(*set)->elements = list;
	(*set)->count++;
	return GSS_S_COMPLETE;
}

static OM_uint32
release_oid_set(OM_uint32 *minor, gss_OID_set *set)
{
	size_t i;

	*minor = 0;
	if (*set == GSS_C_NO_OID_SET)
		return GSS_S_COMPLETE;
	for (i = 0; i < (*set)->count; i++)
		free((*set)->elements[i].elements);
	free((*set)->elements);
	free(*set);
	*set = GSS_C_NO_OID_SET;
	glue.sets--;
	return GSS_S_COMPLETE;
}

/* All, with those that NEGOEX must not negotiate in between. */
static OM_uint32
indicate_mechs(OM_uint32 *minor, gss_OID_set *set)
{
	gss_OID all[] = {&gj_module_mech, &oids[0], &oids[3], &gj_mech_spnego,
	    &oids[1], &oids[0], &oids[2]};
	OM_uint32 major = create_empty_oid_set(minor, set);
	size_t i;

	for (i = 0; major == GSS_S_COMPLETE && i < sizeof(all) / sizeof(*all);
	     i++)
		major = add_oid_set_member(minor, all[i], set);
	if (major != GSS_S_COMPLETE)
		release_oid_set(minor, set);
	return major;
}

/* Names and credentials: a block each, so that ASan sees a second release. */

static bool
handle_new(void **handle, atomic_int *count)
{
	*handle = malloc(1);
	if (*handle == NULL)
		return false;
	(*count)++;
	return true;
}

static OM_uint32
import_name(OM_uint32 *minor, const gss_buffer_t value, const gss_OID type,
    gss_name_t *name)
{
	(void)value;
	(void)type;
	*minor = 0;
	return handle_new((void **)name, &glue.names) ? GSS_S_COMPLETE
						      : GSS_S_FAILURE;
}

static OM_uint32
release_name(OM_uint32 *minor, gss_name_t *name)
{
	*minor = 0;
	if (*name != GSS_C_NO_NAME) {
		free(*name);
		glue.names--;
	}
	*name = GSS_C_NO_NAME;
	return GSS_S_COMPLETE;
}

gss_cred_id_t
scripted_cred(void)
{
	void *cred;

	return handle_new(&cred, &glue.creds) ? cred : GSS_C_NO_CREDENTIAL;
}

static OM_uint32
release_cred(OM_uint32 *minor, gss_cred_id_t *cred)
{
	*minor = 0;
	if (*cred != GSS_C_NO_CREDENTIAL) {
		free(*cred);
		glue.creds--;
	}
	*cred = GSS_C_NO_CREDENTIAL;
	return GSS_S_COMPLETE;
}

/* Contexts */

static struct scripted_context *
context_of(gss_ctx_id_t *handle, int mech, enum negoex_role side)
{
	struct scripted_context *context = (struct scripted_context *)*handle;

	if (context != NULL)
		return context;
	context = calloc(1, sizeof(*context));
	if (context == NULL)
		return NULL;
	context->mech = mech;
	context->side = side;
	glue.contexts++;
	*handle = (gss_ctx_id_t)context;
	return context;
}

static OM_uint32
delete_sec_context(OM_uint32 *minor, gss_ctx_id_t *handle, gss_buffer_t token)
{
	*minor = 0;
	if (token != GSS_C_NO_BUFFER)
		memset(token, 0, sizeof(*token));
	if (*handle != GSS_C_NO_CONTEXT) {
		free(*handle);
		glue.contexts--;
	}
	*handle = GSS_C_NO_CONTEXT;
	return GSS_S_COMPLETE;
}

/* Only an initiator knows a target. */
static enum negoex_role
side_of(gss_const_name_t target)
{
	return target != GSS_C_NO_NAME ? NEGOEX_INITIATOR : NEGOEX_ACCEPTOR;
}

static OM_uint32
query_meta_data(OM_uint32 *minor, gss_const_OID mech, gj_cred_in cred,
    gss_ctx_id_t *handle, gj_name_in target, OM_uint32 flags, gss_buffer_t data)
{
	int index = mech_index(mech);
	enum negoex_role side = side_of(target);
	const struct scripted_part *part = &glue.part[index][side];
	const char *text = part->metadata != NULL ? part->metadata : "";

	(void)cred;
	(void)flags;
	*minor = 0;
	memset(data, 0, sizeof(*data));
	glue.queries[index][side]++;
	if (part->query_fails || context_of(handle, index, side) == NULL ||
	    !buffer_fill(data, text, strlen(text)))
		return GSS_S_FAILURE;
	return GSS_S_COMPLETE;
}

static OM_uint32
exchange_meta_data(OM_uint32 *minor, gss_const_OID mech, gj_cred_in cred,
    gss_ctx_id_t *handle, gj_name_in target, OM_uint32 flags,
    gss_const_buffer_t data)
{
	int index = mech_index(mech);
	enum negoex_role side = side_of(target);
	const char *sent = glue.part[index][!side].metadata;

	(void)cred;
	(void)flags;
	*minor = 0;
	if (sent == NULL || strlen(sent) != data->length ||
	    memcmp(sent, data->value, data->length) != 0)
		glue.wrong_metadata++;
	if (++glue.exchanges[index][side] ==
	    glue.part[index][side].exchange_fails)
		return GSS_S_FAILURE;
	return context_of(handle, index, side) != NULL ? GSS_S_COMPLETE
						       : GSS_S_FAILURE;
}

/* A step that fails, maybe with a token. */
static OM_uint32
step_fail(OM_uint32 *minor, const struct scripted_context *context,
    OM_uint32 major, gss_buffer_t output)
{
	const char *error = glue.part[context->mech][context->side].error;

	*minor = MINOR_FAILED + (OM_uint32)context->mech;
	if (error != NULL)
		buffer_fill(output, error, strlen(error));
	return major;
}

/* Whether it is the token of this number; number 0: none. */
static bool
token_is(const struct scripted_context *context, unsigned int number,
    const gss_buffer_desc *token)
{
	char text[TOKEN_OCTETS];

	if (number == 0 || token == GSS_C_NO_BUFFER || token->length == 0)
		return number == 0 && (token == NULL || token->length == 0);
	snprintf(text, sizeof(text), "%c%u", 'A' + context->mech, number);
	return glue.lax || (token->length >= strlen(text) &&
			       memcmp(token->value, text, strlen(text)) == 0);
}

static bool
token_make(const struct scripted_context *context, unsigned int number,
    gss_buffer_t output)
{
	char text[TOKEN_OCTETS];
	size_t size, padded;
	char *octets;
	bool good;

	snprintf(text, sizeof(text), "%c%u", 'A' + context->mech, number);
	size = strlen(text);
	padded = glue.token_size > size ? glue.token_size : size;
	octets = malloc(padded);
	if (octets == NULL)
		return false;
	memset(octets, 'x', padded);
	memcpy(octets, text, size);
	good = buffer_fill(output, octets, padded);
	free(octets);
	return good;
}

/* Takes one token, and makes the next where there is one. */
static OM_uint32
step(OM_uint32 *minor, struct scripted_context *context,
    const gss_buffer_desc *token, gss_buffer_t output)
{
	unsigned int legs = glue.legs[context->mech];
	unsigned int number;

	*minor = 0;
	memset(output, 0, sizeof(*output));
	if (context->side == NEGOEX_INITIATOR)
		number = 2 * context->step;
	else
		number = 2 * context->step + 1;
	if (++glue.steps[context->mech][context->side] ==
	    glue.part[context->mech][context->side].step_fails)
		return step_fail(minor, context, GSS_S_FAILURE, output);
	if (context->complete || !token_is(context, number, token))
		return step_fail(minor, context, GSS_S_DEFECTIVE_TOKEN, output);
	context->step++;
	context->complete = number + 1 >= legs;
	if (number + 1 <= legs && !token_make(context, number + 1, output))
		return GSS_S_FAILURE;
	return context->complete ? GSS_S_COMPLETE : GSS_S_CONTINUE_NEEDED;
}

static OM_uint32
init_sec_context(OM_uint32 *minor, gss_const_cred_id_t cred,
    gss_ctx_id_t *handle, gss_const_name_t target, const gss_OID mech,
    OM_uint32 flags, OM_uint32 lifetime, const gss_channel_bindings_t bindings,
    const gss_buffer_t token, gss_OID *actual, gss_buffer_t output,
    OM_uint32 *granted, OM_uint32 *granted_lifetime)
{
	struct scripted_context *context =
	    context_of(handle, mech_index(mech), NEGOEX_INITIATOR);

	(void)cred;
	(void)target;
	(void)bindings;
	*minor = 0;
	memset(output, 0, sizeof(*output));
	if (context == NULL)
		return GSS_S_FAILURE;
	*actual = &oids[context->mech];
	*granted = flags | GSS_C_PROT_READY_FLAG;
	*granted_lifetime = lifetime;
	return step(minor, context, token, output);
}

/* Each step gives a name and a credential, so that those before show. */
static OM_uint32
accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *handle,
    gss_const_cred_id_t cred, const gss_buffer_t token,
    const gss_channel_bindings_t bindings, gss_name_t *peer, gss_OID *actual,
    gss_buffer_t output, OM_uint32 *granted, OM_uint32 *lifetime,
    gss_cred_id_t *delegated)
{
	struct scripted_context *context = (struct scripted_context *)*handle;
	int mech = token->length > 0 ? *(const char *)token->value - 'A' : 0;

	(void)cred;
	(void)bindings;
	*minor = 0;
	memset(output, 0, sizeof(*output));
	/* A real mechglue knows the mechanism by the token's framing. */
	if (context == NULL && mech >= 0 && mech < SCRIPTED_MECHS)
		context = context_of(handle, mech, NEGOEX_ACCEPTOR);
	if (context == NULL)
		return GSS_S_DEFECTIVE_TOKEN;
	*actual = &oids[context->mech];
	*granted = GSS_C_MUTUAL_FLAG | GSS_C_PROT_READY_FLAG;
	*lifetime = 1000;
	if (!handle_new((void **)peer, &glue.names) ||
	    !handle_new((void **)delegated, &glue.creds))
		return GSS_S_FAILURE;
	return step(minor, context, token, output);
}

/* Keys */

static bool
set_fill(gss_buffer_set_t *set, const void *key, size_t size, const void *type,
    size_t type_size)
{
	*set = calloc(1, sizeof(**set));
	if (*set == NULL)
		return false;
	glue.sets++;
	(*set)->elements = calloc(2, sizeof(gss_buffer_desc));
	if ((*set)->elements == NULL)
		return false;
	(*set)->count = type_size > 0 ? 2 : 1;
	return buffer_fill(&(*set)->elements[0], key, size) &&
	       buffer_fill(&(*set)->elements[1], type, type_size);
}

static bool
key_is_there(const struct scripted_context *context, enum scripted_key key)
{
	if (key == SCRIPTED_KEY_NEVER || context->step == 0)
		return false;
	return key != SCRIPTED_KEY_AT_END || context->complete;
}

static OM_uint32
inquire_sec_context_by_oid(OM_uint32 *minor, gss_const_ctx_id_t handle,
    const gss_OID what, gss_buffer_set_t *set)
{
	const struct scripted_context *context =
	    (const struct scripted_context *)handle;
	enum scripted_key key = glue.part[context->mech][context->side].key;
	bool verify =
	    ((const uint8_t *)what->elements)[what->length - 1] == 0x11;
	uint8_t octets[2 * 64 + 1] = {0}, type[5] = {ENCTYPE};
	size_t size = KEY_OCTETS, type_size = 4;

	*minor = 0;
	*set = GSS_C_NO_BUFFER_SET;
	if (!key_is_there(context, key))
		return GSS_S_UNAVAILABLE;
	octets[0] = verify != (context->side == NEGOEX_INITIATOR);
	octets[1] = (uint8_t)context->mech;
	octets[2] = key == SCRIPTED_KEY_FOREIGN;
	if (key == SCRIPTED_KEY_SHORT)
		size = KEY_OCTETS - 1;
	else if (key == SCRIPTED_KEY_LONG)
		size = sizeof(octets);
	else if (key == SCRIPTED_KEY_EMPTY)
		size = 0;
	else if (key == SCRIPTED_KEY_UNTYPED)
		type_size = 0;
	else if (key == SCRIPTED_KEY_CUT_TYPE)
		type_size = 3;
	else if (key == SCRIPTED_KEY_LONG_TYPE)
		type_size = sizeof(type);
	else if (key == SCRIPTED_KEY_UNKNOWN_TYPE)
		type[1] = 0x7f;
	else if (key == SCRIPTED_KEY_NULL_TYPE)
		type[0] = 0, size = 1;
	return set_fill(set, octets, size, type, type_size) ? GSS_S_COMPLETE
							    : GSS_S_FAILURE;
}

/* What is left */

static OM_uint32
display_status(OM_uint32 *minor, OM_uint32 value, int type, const gss_OID mech,
    OM_uint32 *more, gss_buffer_t text)
{
	char line[32] = "mechanism ? failed";

	*minor = 0;
	*more = 0;
	if (type != GSS_C_MECH_CODE || value < MINOR_FAILED)
		return GSS_S_BAD_STATUS;
	line[10] = scripted_letter(mech);
	return buffer_fill(text, line, strlen(line)) ? GSS_S_COMPLETE
						     : GSS_S_FAILURE;
}

static OM_uint32
export_sec_context(OM_uint32 *minor, gss_ctx_id_t *handle, gss_buffer_t token)
{
	*minor = 0;
	if (!buffer_fill(token, "exported", 8))
		return GSS_S_FAILURE;
	return delete_sec_context(minor, handle, GSS_C_NO_BUFFER);
}

static OM_uint32
import_sec_context(
    OM_uint32 *minor, const gss_buffer_t token, gss_ctx_id_t *handle)
{
	*minor = 0;
	*handle = GSS_C_NO_CONTEXT;
	if (token->length != 8)
		return GSS_S_DEFECTIVE_TOKEN;
	return context_of(handle, 0, NEGOEX_ACCEPTOR) != NULL ? GSS_S_COMPLETE
							      : GSS_S_FAILURE;
}

static OM_uint32
set_cred_option(OM_uint32 *minor, gss_cred_id_t *cred, const gss_OID option,
    const gss_buffer_t value)
{
	(void)cred;
	(void)option;
	*minor = (OM_uint32)value->length;
	return GSS_S_COMPLETE;
}

const struct gj_mechglue *
gj_mechglue(void)
{
	static const struct gj_mechglue table = {
	    .accept_sec_context = accept_sec_context,
	    .add_oid_set_member = add_oid_set_member,
	    .create_empty_oid_set = create_empty_oid_set,
	    .delete_sec_context = delete_sec_context,
	    .display_status = display_status,
	    .exchange_meta_data = exchange_meta_data,
	    .export_sec_context = export_sec_context,
	    .import_name = import_name,
	    .import_sec_context = import_sec_context,
	    .indicate_mechs = indicate_mechs,
	    .init_sec_context = init_sec_context,
	    .inquire_sec_context_by_oid = inquire_sec_context_by_oid,
	    .query_mechanism_info = query_mechanism_info,
	    .query_meta_data = query_meta_data,
	    .release_buffer = release_buffer,
	    .release_buffer_set = release_buffer_set,
	    .release_cred = release_cred,
	    .release_name = release_name,
	    .release_oid_set = release_oid_set,
	    .set_cred_option = set_cred_option,
	};

	static struct gj_mechglue lacking;

	if (glue.no_metadata) {
		lacking = table;
		lacking.query_meta_data = NULL;
		lacking.exchange_meta_data = NULL;
		return &lacking;
	}
	return glue.absent ? NULL : &table;
}
