/* patch_spnego_module: mechanisms that do what patch_spnego wants of them.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * For Heimdal's mechglue and MIT's, from this source.  It calls no function
 * that it exports: that call could land in the mechglue. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gssapi/gssapi.h>

#include "patch_spnego_module.h"

#define EXPORT __attribute__((visibility("default")))

/* Heimdal's prototypes take handles to constant objects, MIT's do not. */
#ifdef _GSSAPI_H_
#include <gssapi/gssapi_ext.h>
typedef gss_name_t any_name;
typedef gss_cred_id_t any_cred;
typedef gss_ctx_id_t any_ctx;
typedef gss_channel_bindings_t any_bindings;
#define SETS_OWN_ELEMENTS 1
#else
typedef gss_const_name_t any_name;
typedef gss_const_cred_id_t any_cred;
typedef gss_const_ctx_id_t any_ctx;
typedef const gss_channel_bindings_t any_bindings;
#define SETS_OWN_ELEMENTS 0
#endif

#define MIC_LENGTH   5
#define LEGS_DEFAULT 2
#define TOKEN_LENGTH 2
#define FRAME_LENGTH (4 + PATCH_SPNEGO_OID_LENGTH)
#define ALERT	     '!'

EXPORT struct patch_spnego_log patch_spnego_log[PATCH_SPNEGO_MECHS];

static const char *const oids[PATCH_SPNEGO_MECHS] = PATCH_SPNEGO_OIDS;

struct context {
	int mech;
	int is_initiator;
	int step; /* the number of the last token made or read */
	int is_open;
};

struct credential {
	int mech;
	gss_cred_usage_t usage;
};

struct name {
	size_t length;
	char value[];
};

/* --- The script ----------------------------------------------------------- */

/* The octets after WORD in the mechanism's script, or NULL. */
static const char *
script(int mech, const char *word)
{
	char variable[] = "PATCH_SPNEGO_A";
	size_t length = strlen(word);
	const char *at;

	variable[sizeof(variable) - 2] = (char)('A' + mech);
	at = getenv(variable);
	while (at != NULL && *at != '\0') {
		at += strspn(at, " ");
		if (strncmp(at, word, length) == 0 &&
		    (word[length - 1] == '=' || at[length] == ' ' ||
			at[length] == '\0'))
			return at + length;
		at += strcspn(at, " ");
	}
	return NULL;
}

static int
number(int mech, const char *word, int otherwise)
{
	const char *value = script(mech, word);

	return value != NULL ? atoi(value) : otherwise;
}

static int
mech_of(const gss_OID oid)
{
	int i;

	for (i = 0; oid != GSS_C_NO_OID && i < PATCH_SPNEGO_MECHS; i++)
		if (oid->length == PATCH_SPNEGO_OID_LENGTH &&
		    memcmp(oid->elements, oids[i], oid->length) == 0)
			return i;
	return -1;
}

static gss_OID
oid_of(int mech)
{
	static gss_OID_desc made[PATCH_SPNEGO_MECHS];

	made[mech].length = PATCH_SPNEGO_OID_LENGTH;
	made[mech].elements = (void *)oids[mech];
	return &made[mech];
}

static OM_uint32
done(OM_uint32 *minor, OM_uint32 major)
{
	*minor = major == GSS_S_COMPLETE ? 0 : PATCH_SPNEGO_FAILED;
	return major;
}

/* --- Buffers and sets ----------------------------------------------------- */

static OM_uint32
give(OM_uint32 *minor, const void *octets, size_t length, gss_buffer_t buffer)
{
	buffer->length = 0;
	buffer->value = malloc(length != 0 ? length : 1);
	if (buffer->value == NULL)
		return done(minor, GSS_S_FAILURE);
	memcpy(buffer->value, octets, length);
	buffer->length = length;
	return done(minor, GSS_S_COMPLETE);
}

/* A set of COUNT OIDs.  MIT frees the octets of each, Heimdal does not. */
static OM_uint32
give_set(
    OM_uint32 *minor, const gss_OID_desc *from, size_t count, gss_OID_set *set)
{
	size_t i;

	*set = calloc(1, sizeof(**set));
	if (*set == NULL)
		return done(minor, GSS_S_FAILURE);
	(*set)->elements = calloc(count + 1, sizeof(*from));
	if ((*set)->elements == NULL) {
		free(*set);
		*set = NULL;
		return done(minor, GSS_S_FAILURE);
	}
	for (i = 0; i < count; i++) {
		(*set)->elements[i] = from[i];
		if (SETS_OWN_ELEMENTS)
			(*set)->elements[i].elements =
			    memcpy(malloc(from[i].length), from[i].elements,
				from[i].length);
	}
	(*set)->count = count;
	return done(minor, GSS_S_COMPLETE);
}

static OM_uint32
give_name(OM_uint32 *minor, const void *octets, size_t length, gss_name_t *out)
{
	struct name *name = calloc(1, sizeof(*name) + length);

	if (name == NULL)
		return done(minor, GSS_S_FAILURE);
	name->length = length;
	memcpy(name->value, octets, length);
	*out = (gss_name_t)name;
	return done(minor, GSS_S_COMPLETE);
}

/* --- Tokens --------------------------------------------------------------- */

/* The token with this number, or the one that says that there is none. */
static OM_uint32
give_token(OM_uint32 *minor, struct context *ctx, char what, gss_buffer_t out)
{
	unsigned char token[FRAME_LENGTH + TOKEN_LENGTH];
	unsigned char *body = token;

	if (ctx->is_initiator && ctx->step == 1 &&
	    script(ctx->mech, "raw") == NULL) {
		token[0] = 0x60;
		token[1] = sizeof(token) - 2;
		token[2] = 0x06;
		token[3] = PATCH_SPNEGO_OID_LENGTH;
		memcpy(token + 4, oids[ctx->mech], PATCH_SPNEGO_OID_LENGTH);
		body = token + FRAME_LENGTH;
	}
	body[0] = (unsigned char)('a' + ctx->mech);
	body[1] = (unsigned char)what;
	return give(minor, token, (size_t)(body - token) + TOKEN_LENGTH, out);
}

/* Fails, with a token that says so where the script wants it. */
static OM_uint32
fail(OM_uint32 *minor, struct context *ctx, gss_buffer_t out)
{
	if (script(ctx->mech, "alert") != NULL)
		give_token(minor, ctx, ALERT, out);
	return done(minor, GSS_S_FAILURE);
}

/* The two octets behind the frame, if there is one. */
static const unsigned char *
body_of(const gss_buffer_desc *token)
{
	const unsigned char *octets = token->value;

	if (token->length == TOKEN_LENGTH)
		return octets;
	if (token->length == FRAME_LENGTH + TOKEN_LENGTH && octets[0] == 0x60 &&
	    octets[2] == 0x06)
		return octets + FRAME_LENGTH;
	return NULL;
}

/* Reads the token that must come next. */
static OM_uint32
read_token(OM_uint32 *minor, struct context *ctx, const gss_buffer_desc *token)
{
	const unsigned char *body = body_of(token);

	if (body == NULL || body[0] != 'a' + ctx->mech)
		return done(minor, GSS_S_DEFECTIVE_TOKEN);
	if (body[1] == ALERT) {
		*minor = PATCH_SPNEGO_ALERTED;
		return GSS_S_FAILURE;
	}
	if (ctx->is_open || body[1] != '0' + ctx->step + 1)
		return done(minor, GSS_S_DEFECTIVE_TOKEN);
	ctx->step++;
	return done(minor, GSS_S_COMPLETE);
}

/* Makes the next token, unless the last one was the last. */
static OM_uint32
answer(OM_uint32 *minor, struct context *ctx, gss_buffer_t out)
{
	int legs = number(ctx->mech, "legs=", LEGS_DEFAULT);
	OM_uint32 major = GSS_S_COMPLETE;

	if (ctx->step < legs) {
		ctx->step++;
		major = give_token(minor, ctx, (char)('0' + ctx->step), out);
	}
	if (major != GSS_S_COMPLETE)
		return major;
	ctx->is_open = ctx->step == legs;
	return ctx->is_open ? GSS_S_COMPLETE : GSS_S_CONTINUE_NEEDED;
}

static OM_uint32
flags_of(const struct context *ctx)
{
	return GSS_C_MUTUAL_FLAG | GSS_C_TRANS_FLAG |
	       (script(ctx->mech, "nointeg") != NULL ? 0 : GSS_C_INTEG_FLAG) |
	       (script(ctx->mech, "deleg") != NULL ? GSS_C_DELEG_FLAG : 0);
}

/* --- Contexts ------------------------------------------------------------- */

static OM_uint32
begin(OM_uint32 *minor, int mech, int is_initiator, gss_ctx_id_t *handle)
{
	struct context *ctx;

	if (mech < 0 || script(mech, "off") != NULL)
		return done(minor, GSS_S_FAILURE);
	ctx = calloc(1, sizeof(*ctx));
	if (ctx == NULL)
		return done(minor, GSS_S_FAILURE);
	ctx->mech = mech;
	ctx->is_initiator = is_initiator;
	*handle = (gss_ctx_id_t)ctx;
	return done(minor, GSS_S_COMPLETE);
}

static void
note(int mech, OM_uint32 flags, int credential, int bindings)
{
	if (mech < 0)
		return;
	patch_spnego_log[mech].begun++;
	patch_spnego_log[mech].flags = flags;
	patch_spnego_log[mech].credential = credential;
	patch_spnego_log[mech].bindings = bindings;
}

/* What the two calls give besides the token. */
static OM_uint32
finish(OM_uint32 major, gss_ctx_id_t *handle, int is_new, gss_OID *mech,
    OM_uint32 *flags, OM_uint32 *lifetime)
{
	struct context *ctx = (struct context *)*handle;

	if (mech != NULL)
		*mech = oid_of(script(ctx->mech, "alias") ? 3 : ctx->mech);
	if (flags != NULL)
		*flags = flags_of(ctx);
	if (lifetime != NULL)
		*lifetime = GSS_C_INDEFINITE;
	if (GSS_ERROR(major) && is_new) {
		free(ctx);
		*handle = GSS_C_NO_CONTEXT;
	}
	return major;
}

EXPORT OM_uint32
gss_init_sec_context(OM_uint32 *minor, any_cred credential,
    gss_ctx_id_t *handle, any_name target, const gss_OID oid, OM_uint32 flags,
    OM_uint32 lifetime, any_bindings bindings, const gss_buffer_t in,
    gss_OID *actual, gss_buffer_t out, OM_uint32 *got, OM_uint32 *lives)
{
	int is_new = *handle == GSS_C_NO_CONTEXT, mech = mech_of(oid);
	struct context *ctx;
	OM_uint32 major = GSS_S_COMPLETE;

	(void)target, (void)lifetime;
	out->length = 0, out->value = NULL;
	if (is_new) {
		note(mech, flags, credential != GSS_C_NO_CREDENTIAL,
		    bindings != GSS_C_NO_CHANNEL_BINDINGS);
		major = begin(minor, mech, 1, handle);
	}
	if (major != GSS_S_COMPLETE)
		return major;
	ctx = (struct context *)*handle;
	if (!is_new)
		major = read_token(minor, ctx, in);
	else if (script(ctx->mech, "needcred") != NULL &&
		 credential == GSS_C_NO_CREDENTIAL)
		major = done(minor, GSS_S_NO_CRED);
	if (major == GSS_S_COMPLETE &&
	    number(ctx->mech, "init-fail=", 0) == ctx->step + 1)
		major = fail(minor, ctx, out);
	if (major == GSS_S_COMPLETE)
		major = answer(minor, ctx, out);
	return finish(major, handle, is_new, actual, got, lives);
}

static void
give_peer(OM_uint32 *minor, int mech, gss_name_t *source)
{
	const char *peer = script(mech, "other") != NULL ? "other" : "peer";

	give_name(minor, peer, strlen(peer), source);
}

EXPORT OM_uint32
gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *handle,
    any_cred credential, const gss_buffer_t in, any_bindings bindings,
    gss_name_t *source, gss_OID *actual, gss_buffer_t out, OM_uint32 *got,
    OM_uint32 *lives, gss_cred_id_t *delegated)
{
	int is_new = *handle == GSS_C_NO_CONTEXT;
	const unsigned char *body = body_of(in);
	struct context *ctx;
	OM_uint32 major = GSS_S_COMPLETE;

	(void)credential, (void)bindings;
	out->length = 0, out->value = NULL;
	if (source != NULL)
		*source = GSS_C_NO_NAME;
	if (delegated != NULL)
		*delegated = GSS_C_NO_CREDENTIAL;
	if (is_new) {
		if (body == NULL || body[0] < 'a' ||
		    body[0] >= 'a' + PATCH_SPNEGO_MECHS)
			return done(minor, GSS_S_DEFECTIVE_TOKEN);
		major = begin(minor, body[0] - 'a', 0, handle);
	}
	if (major != GSS_S_COMPLETE)
		return major;
	ctx = (struct context *)*handle;
	major = read_token(minor, ctx, in);
	if (major == GSS_S_COMPLETE &&
	    number(ctx->mech, "accept-fail=", 0) == ctx->step)
		major = fail(minor, ctx, out);
	if (major == GSS_S_COMPLETE)
		major = answer(minor, ctx, out);
	if (major == GSS_S_COMPLETE && source != NULL)
		give_peer(minor, ctx->mech, source);
	if (major == GSS_S_COMPLETE && delegated != NULL &&
	    script(ctx->mech, "deleg") != NULL)
		*delegated = calloc(1, sizeof(struct credential));
	return finish(major, handle, is_new, actual, got, lives);
}

EXPORT OM_uint32
gss_delete_sec_context(OM_uint32 *minor, gss_ctx_id_t *handle, gss_buffer_t out)
{
	if (out != GSS_C_NO_BUFFER)
		out->length = 0, out->value = NULL;
	free(*handle);
	*handle = GSS_C_NO_CONTEXT;
	return done(minor, GSS_S_COMPLETE);
}

EXPORT OM_uint32
gss_inquire_context(OM_uint32 *minor, any_ctx handle, gss_name_t *source,
    gss_name_t *target, OM_uint32 *lifetime, gss_OID *mech, OM_uint32 *flags,
    int *is_initiator, int *is_open)
{
	const struct context *ctx = (const struct context *)handle;

	if (source != NULL)
		*source = GSS_C_NO_NAME;
	if (target != NULL)
		*target = GSS_C_NO_NAME;
	if (lifetime != NULL)
		*lifetime = GSS_C_INDEFINITE;
	if (mech != NULL)
		*mech = oid_of(ctx->mech);
	if (flags != NULL)
		*flags = flags_of(ctx);
	if (is_initiator != NULL)
		*is_initiator = ctx->is_initiator;
	if (is_open != NULL)
		*is_open = ctx->is_open;
	return done(minor, GSS_S_COMPLETE);
}

EXPORT OM_uint32
gss_context_time(OM_uint32 *minor, any_ctx handle, OM_uint32 *lifetime)
{
	(void)handle;
	*lifetime = GSS_C_INDEFINITE;
	return done(minor, GSS_S_COMPLETE);
}

/* GSS_C_PEER_HAS_UPDATED_SPNEGO is 1.3.6.1.4.1.5322.19.5. */
EXPORT OM_uint32
gss_inquire_sec_context_by_oid(OM_uint32 *minor, any_ctx handle,
    const gss_OID object, gss_buffer_set_t *set)
{
	static const char updated[] = "\x2b\x06\x01\x04\x01\xa9\x4a\x13\x05";
	const struct context *ctx = (const struct context *)handle;

	*set = NULL;
	if (object->length != sizeof(updated) - 1 ||
	    memcmp(object->elements, updated, object->length) != 0)
		return done(minor, GSS_S_UNAVAILABLE);
	patch_spnego_log[ctx->mech].updated++;
	if (script(ctx->mech, "updated") == NULL)
		return done(minor, GSS_S_UNAVAILABLE);
	return done(minor, GSS_S_COMPLETE);
}

/* --- Messages ------------------------------------------------------------- */

/* A sum over the octets and who made it; it protects nothing. */
static void
sum(const struct context *ctx, int by_initiator, const gss_buffer_desc *message,
    unsigned char mic[MIC_LENGTH])
{
	const unsigned char *octets = message->value;
	unsigned long hash = 2166136261UL;
	size_t i;

	for (i = 0; i < message->length; i++)
		hash = ((hash ^ octets[i]) * 16777619UL) & 0xffffffffUL;
	mic[0] = (unsigned char)((by_initiator ? 'A' : 'a') + ctx->mech);
	for (i = 1; i < MIC_LENGTH; i++)
		mic[i] = (unsigned char)(hash >> (8 * (i - 1)));
}

EXPORT OM_uint32
gss_get_mic(OM_uint32 *minor, any_ctx handle, gss_qop_t qop,
    const gss_buffer_t message, gss_buffer_t out)
{
	const struct context *ctx = (const struct context *)handle;
	unsigned char mic[MIC_LENGTH];

	(void)qop;
	out->length = 0, out->value = NULL;
	if (script(ctx->mech, "nointeg") != NULL ||
	    (ctx->is_initiator && script(ctx->mech, "init-nomic") != NULL))
		return done(minor, GSS_S_UNAVAILABLE);
	sum(ctx, ctx->is_initiator, message, mic);
	return give(minor, mic, sizeof(mic), out);
}

EXPORT OM_uint32
gss_verify_mic(OM_uint32 *minor, any_ctx handle, const gss_buffer_t message,
    const gss_buffer_t token, gss_qop_t *qop)
{
	const struct context *ctx = (const struct context *)handle;
	unsigned char mic[MIC_LENGTH];

	if (qop != NULL)
		*qop = GSS_C_QOP_DEFAULT;
	sum(ctx, !ctx->is_initiator, message, mic);
	if (token->length != sizeof(mic) ||
	    memcmp(token->value, mic, sizeof(mic)) != 0)
		return done(minor, GSS_S_BAD_SIG);
	return done(minor, GSS_S_COMPLETE);
}

/* --- Credentials ---------------------------------------------------------- */

static OM_uint32
acquire(OM_uint32 *minor, int mech, gss_cred_usage_t usage, gss_cred_id_t *out)
{
	struct credential *credential;

	*out = GSS_C_NO_CREDENTIAL;
	if (mech < 0 || script(mech, "off") != NULL ||
	    script(mech, "nocred") != NULL)
		return done(minor, GSS_S_NO_CRED);
	credential = calloc(1, sizeof(*credential));
	if (credential == NULL)
		return done(minor, GSS_S_FAILURE);
	credential->mech = mech;
	credential->usage = usage;
	*out = (gss_cred_id_t)credential;
	return done(minor, GSS_S_COMPLETE);
}

EXPORT OM_uint32
gss_acquire_cred(OM_uint32 *minor, any_name name, OM_uint32 asked,
    const gss_OID_set mechs, gss_cred_usage_t usage, gss_cred_id_t *out,
    gss_OID_set *actual, OM_uint32 *lifetime)
{
	(void)name, (void)asked;
	if (actual != NULL)
		*actual = GSS_C_NO_OID_SET;
	if (lifetime != NULL)
		*lifetime = GSS_C_INDEFINITE;
	return acquire(minor,
	    mechs != NULL && mechs->count > 0 ? mech_of(mechs->elements) : -1,
	    usage, out);
}

EXPORT OM_uint32
gss_add_cred(OM_uint32 *minor, any_cred in, any_name name, const gss_OID mech,
    gss_cred_usage_t usage, OM_uint32 asked, OM_uint32 asked_too,
    gss_cred_id_t *out, gss_OID_set *actual, OM_uint32 *lifetime,
    OM_uint32 *lifetime_too)
{
	(void)in, (void)name, (void)asked, (void)asked_too;
	if (actual != NULL)
		*actual = GSS_C_NO_OID_SET;
	if (lifetime != NULL)
		*lifetime = GSS_C_INDEFINITE;
	if (lifetime_too != NULL)
		*lifetime_too = GSS_C_INDEFINITE;
	return acquire(minor, mech_of(mech), usage, out);
}

EXPORT OM_uint32
gss_release_cred(OM_uint32 *minor, gss_cred_id_t *credential)
{
	free(*credential);
	*credential = GSS_C_NO_CREDENTIAL;
	return done(minor, GSS_S_COMPLETE);
}

static OM_uint32
inquire_cred(OM_uint32 *minor, const struct credential *credential,
    gss_name_t *name, OM_uint32 *lifetime, gss_cred_usage_t *usage,
    gss_OID_set *mechs)
{
	if (name != NULL)
		*name = GSS_C_NO_NAME;
	if (mechs != NULL)
		*mechs = GSS_C_NO_OID_SET;
	if (credential == NULL)
		return done(minor, GSS_S_NO_CRED);
	if (name != NULL)
		patch_spnego_log[credential->mech].names++;
	if (lifetime != NULL)
		*lifetime = GSS_C_INDEFINITE;
	if (usage != NULL)
		*usage = credential->usage;
	if (mechs != NULL)
		return give_set(minor, oid_of(credential->mech), 1, mechs);
	return done(minor, GSS_S_COMPLETE);
}

EXPORT OM_uint32
gss_inquire_cred(OM_uint32 *minor, any_cred handle, gss_name_t *name,
    OM_uint32 *lifetime, gss_cred_usage_t *usage, gss_OID_set *mechs)
{
	return inquire_cred(minor, (const struct credential *)handle, name,
	    lifetime, usage, mechs);
}

EXPORT OM_uint32
gss_inquire_cred_by_mech(OM_uint32 *minor, any_cred handle, const gss_OID mech,
    gss_name_t *name, OM_uint32 *initiator, OM_uint32 *acceptor,
    gss_cred_usage_t *usage)
{
	(void)mech;
	if (acceptor != NULL)
		*acceptor = GSS_C_INDEFINITE;
	return inquire_cred(minor, (const struct credential *)handle, name,
	    initiator, usage, NULL);
}

/* --- Names ---------------------------------------------------------------- */

/* An exported name keeps its head: nobody looks into it. */
EXPORT OM_uint32
gss_import_name(OM_uint32 *minor, const gss_buffer_t text, const gss_OID type,
    gss_name_t *out)
{
	(void)type;
	return give_name(minor, text->value, text->length, out);
}

EXPORT OM_uint32
gss_duplicate_name(OM_uint32 *minor, any_name from, gss_name_t *to)
{
	const struct name *name = (const struct name *)from;

	return give_name(minor, name->value, name->length, to);
}

EXPORT OM_uint32
gss_canonicalize_name(
    OM_uint32 *minor, any_name from, const gss_OID mech, gss_name_t *to)
{
	const struct name *name = (const struct name *)from;

	(void)mech;
	return give_name(minor, name->value, name->length, to);
}

EXPORT OM_uint32
gss_release_name(OM_uint32 *minor, gss_name_t *name)
{
	free(*name);
	*name = GSS_C_NO_NAME;
	return done(minor, GSS_S_COMPLETE);
}

EXPORT OM_uint32
gss_compare_name(OM_uint32 *minor, any_name one, any_name two, int *equal)
{
	const struct name *a = (const struct name *)one;
	const struct name *b = (const struct name *)two;

	*equal = a->length == b->length &&
		 memcmp(a->value, b->value, a->length) == 0;
	return done(minor, GSS_S_COMPLETE);
}

EXPORT OM_uint32
gss_display_name(
    OM_uint32 *minor, any_name from, gss_buffer_t text, gss_OID *type)
{
	const struct name *name = (const struct name *)from;

	if (type != NULL)
		*type = GSS_C_NO_OID;
	return give(minor, name->value, name->length, text);
}

OM_uint32 gssspi_authorize_localname(OM_uint32 *minor, any_name name,
    gss_const_buffer_t user, gss_const_OID type);

EXPORT OM_uint32
gssspi_authorize_localname(OM_uint32 *minor, any_name name,
    gss_const_buffer_t user, gss_const_OID type)
{
	(void)name, (void)user, (void)type;
	return done(minor, GSS_S_UNAUTHORIZED);
}

/* RFC 2743, 3.2, and as a name of the mechanism a. */
EXPORT OM_uint32
gss_export_name(OM_uint32 *minor, any_name from, gss_buffer_t out)
{
	const struct name *name = (const struct name *)from;
	unsigned char octets[256] = {
	    4, 1, 0, 2 + PATCH_SPNEGO_OID_LENGTH, 6, PATCH_SPNEGO_OID_LENGTH};
	size_t head = 6 + PATCH_SPNEGO_OID_LENGTH;

	if (name->length > 0xff - head - 4)
		return done(minor, GSS_S_FAILURE);
	memcpy(octets + 6, oids[0], PATCH_SPNEGO_OID_LENGTH);
	octets[head + 3] = (unsigned char)name->length;
	memcpy(octets + head + 4, name->value, name->length);
	return give(minor, octets, head + 4 + name->length, out);
}

/* --- About the mechanisms ------------------------------------------------- */

EXPORT OM_uint32
gss_display_status(OM_uint32 *minor, OM_uint32 value, int type,
    const gss_OID mech, OM_uint32 *more, gss_buffer_t text)
{
	const char *say = "patch_spnego: other";

	(void)mech;
	*more = 0;
	if (type == GSS_C_MECH_CODE && value == PATCH_SPNEGO_ALERTED)
		say = "patch_spnego: the peer says that it failed";
	else if (type == GSS_C_MECH_CODE && value == PATCH_SPNEGO_FAILED)
		say = "patch_spnego: failed by its script";
	return give(minor, say, strlen(say), text);
}

static OM_uint32
give_all(OM_uint32 *minor, gss_OID_set *set)
{
	gss_OID_desc all[PATCH_SPNEGO_MECHS];
	int i;

	for (i = 0; i < PATCH_SPNEGO_MECHS; i++)
		all[i] = *oid_of(i);
	return give_set(minor, all, PATCH_SPNEGO_MECHS, set);
}

EXPORT OM_uint32
gss_indicate_mechs(OM_uint32 *minor, gss_OID_set *set)
{
	return give_all(minor, set);
}

EXPORT OM_uint32
gss_inquire_names_for_mech(
    OM_uint32 *minor, const gss_OID mech, gss_OID_set *set)
{
	(void)mech;
	return give_set(minor, NULL, 0, set);
}

EXPORT OM_uint32
gss_inquire_mechs_for_name(OM_uint32 *minor, any_name name, gss_OID_set *set)
{
	(void)name;
	return give_all(minor, set);
}

/* d has GSS_C_MA_NEGOEX_AND_SPNEGO, 1.2.840.113554.1.2.2.5.18. */
EXPORT OM_uint32
gss_inquire_attrs_for_mech(
    OM_uint32 *minor, gss_const_OID mech, gss_OID_set *set, gss_OID_set *known)
{
	gss_OID_desc both = {
	    11, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x12"};

	if (known != NULL)
		give_set(minor, &both, 1, known);
	if (set == NULL)
		return done(minor, GSS_S_COMPLETE);
	return give_set(minor, &both, mech_of((gss_OID)(void *)mech) == 3, set);
}

OM_uint32 gssspi_query_mechanism_info(
    OM_uint32 *minor, gss_const_OID mech, unsigned char scheme[16]);

EXPORT OM_uint32
gssspi_query_mechanism_info(
    OM_uint32 *minor, gss_const_OID mech, unsigned char scheme[16])
{
	int found = mech_of((gss_OID)(void *)mech);

	if (found < 2)
		return done(minor, GSS_S_UNAVAILABLE);
	memset(scheme, 0, 16);
	memcpy(scheme, oids[found], PATCH_SPNEGO_OID_LENGTH);
	return done(minor, GSS_S_COMPLETE);
}

/* --- Asked for by the loader, and never called here ------------------------
 */

EXPORT OM_uint32
gss_process_context_token(
    OM_uint32 *minor, any_ctx handle, const gss_buffer_t token)
{
	(void)handle, (void)token;
	return done(minor, GSS_S_UNAVAILABLE);
}

EXPORT OM_uint32
gss_wrap(OM_uint32 *minor, any_ctx handle, int conf, gss_qop_t qop,
    const gss_buffer_t in, int *state, gss_buffer_t out)
{
	(void)handle, (void)conf, (void)qop, (void)in, (void)state, (void)out;
	return done(minor, GSS_S_UNAVAILABLE);
}

EXPORT OM_uint32
gss_unwrap(OM_uint32 *minor, any_ctx handle, const gss_buffer_t in,
    gss_buffer_t out, int *state, gss_qop_t *qop)
{
	(void)handle, (void)in, (void)out, (void)state, (void)qop;
	return done(minor, GSS_S_UNAVAILABLE);
}

EXPORT OM_uint32
gss_wrap_size_limit(OM_uint32 *minor, any_ctx handle, int conf, gss_qop_t qop,
    OM_uint32 size, OM_uint32 *limit)
{
	(void)handle, (void)conf, (void)qop, (void)size, (void)limit;
	return done(minor, GSS_S_UNAVAILABLE);
}

EXPORT OM_uint32
gss_export_sec_context(OM_uint32 *minor, gss_ctx_id_t *handle, gss_buffer_t out)
{
	(void)handle, (void)out;
	return done(minor, GSS_S_UNAVAILABLE);
}

EXPORT OM_uint32
gss_import_sec_context(
    OM_uint32 *minor, const gss_buffer_t in, gss_ctx_id_t *handle)
{
	(void)in, (void)handle;
	return done(minor, GSS_S_UNAVAILABLE);
}
