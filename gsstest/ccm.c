/*
 * -m ccm: CCM as the second negotiation of a session.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include "address.h"
#include "ccm.h"
#include "compat.h"
#include "complaint.h"
#include "message.h"
#include "rpcsec.h"

/*
 * What all handles of this application begin with: those of RPCSEC_GSS are the
 * channel's, which has made them to be CCM's as well (section 5).
 */
static const char identifier[] = GJ_RPCSEC_HANDLE_PREFIX;

#define IDENTIFIER_SIZE (sizeof(identifier) - 1)

/* Section 7: what the layer below protects with; NULL where nobody says so. */
static const char *
layer_of(const struct session *session)
{
	short events;
	int fd;

	/* A channel whose datagrams somebody else brings has none. */
	gssloop_channel_poll(session->channel, &fd, &events);
	if (fd != -1 && address_is_local(fd))
		return ADDRESS_LOCAL;
	return session->party->options->protected_by;
}

static bool
layer_check(struct session *session)
{
	session->layer = layer_of(session);
	if (session->layer != NULL)
		return true;
	session_fail(session, BRANCH_LAYER_UNPROTECTED,
	    "it is no Unix socket, and --protected-by does not name what else "
	    "protects it");
	return false;
}

static void
refused(
    struct session *session, const char *call, OM_uint32 major, OM_uint32 minor)
{
	char why[640];

	complaint_text(call, major, minor, &gj_mech_ccm, why, sizeof(why));
	session_fail(session, BRANCH_BINDING_REFUSED, why);
}

/* The peer finds the context by its connection alone, which is the session. */
static bool
bind_context(struct session *session)
{
	gss_ctx_id_t context = gssloop_context(session->loop);
	bool acceptor = session->party->role == GSSLOOP_ACCEPTOR;
	OM_uint32 major, minor;

	major = gss_ccm_bind(&minor, session->party->application,
	    acceptor ? session : NULL, context, GSS_C_NO_BUFFER);
	if (major != GSS_S_COMPLETE)
		refused(session, "gss_ccm_bind", major, minor);
	return major == GSS_S_COMPLETE;
}

static void
unbind(struct gssloop *loop)
{
	OM_uint32 minor;

	gss_ccm_unbind(&minor, gssloop_context(loop));
}

/*
 * By which handle the target knows the context.  Where the channel's protocol
 * has none, section 3.1.1 has the empty one, as there is one context on a
 * connection.
 */
static void
handle_note(struct session *session)
{
	const struct channel_kind *kind = session->party->options->channel;
	struct gssloop_view view = {NULL, 0};

	if (kind->handle != NULL)
		kind->handle(session->carrier, &view);
	if (view.size > sizeof(session->handle))
		view.size = 0;
	if (view.size > 0)
		memcpy(session->handle, view.data, view.size);
	session->handle_size = view.size;
}

/* Section 4.2, on the acceptor: the connection is the session. */
static enum gss_ccm_status
lookup(void *argument, const void *connection, const gss_buffer_desc *reference,
    gss_ctx_id_t *context)
{
	const struct session *session = connection;
	const uint8_t *known = session->handle + IDENTIFIER_SIZE;

	(void)argument;
	if (reference->length != 0 &&
	    reference->length != GJ_RPCSEC_HANDLE_RANDOM)
		return GSS_CCM_HANDLE_MALFORMED;
	/* The empty handle and ours are each the only one of a channel. */
	if ((reference->length == 0) != (session->handle_size == 0) ||
	    (reference->length != 0 &&
		memcmp(reference->value, known, reference->length) != 0))
		return GSS_CCM_HANDLE_NOT_FOUND;
	*context = gssloop_context(session->associated);
	return GSS_CCM_OK;
}

static gss_buffer_desc
handle_of(const struct session *session)
{
	const char *text = session->party->options->ccm_handle;
	gss_buffer_desc handle = {
	    session->handle_size, (void *)session->handle};

	if (text != NULL) {
		handle.value = (void *)text;
		handle.length = strlen(text);
	}
	return handle;
}

static bool
bootstrap_make(struct session *session, gss_buffer_t bootstrap)
{
	gss_buffer_desc handle = handle_of(session);
	OM_uint32 major, minor;

	if (session->party->role == GSSLOOP_ACCEPTOR)
		return true;
	major = gss_ccm_bootstrap(
	    &minor, gssloop_context(session->loop), &handle, bootstrap);
	if (major != GSS_S_COMPLETE)
		refused(session, "gss_ccm_bootstrap", major, minor);
	return major == GSS_S_COMPLETE;
}

/* What a delegated credential is had from is the first context. */
static void
params_make(struct session *session, const gss_buffer_desc *bootstrap,
    struct gssloop_params *params)
{
	session_params(session, params);
	params->cred = GSS_C_NO_CREDENTIAL;
	params->mech = &gj_mech_ccm;
	params->request &= ~(OM_uint32)GSS_C_DELEG_FLAG;
	params->require &= ~(OM_uint32)GSS_C_DELEG_FLAG;
	params->bindings = GSS_C_NO_CHANNEL_BINDINGS;
	if (session->party->role == GSSLOOP_INITIATOR)
		params->bootstrap = bootstrap;
}

static struct gssloop *
loop_make(struct session *session)
{
	gss_buffer_desc bootstrap = GSS_C_EMPTY_BUFFER;
	struct gssloop_params params;
	struct gssloop *loop = NULL;
	OM_uint32 minor;
	int error;

	if (bootstrap_make(session, &bootstrap)) {
		params_make(session, &bootstrap, &params);
		error = gssloop_new(&loop, &params);
		if (error != 0)
			session_fail(
			    session, BRANCH_BINDING_REFUSED, strerror(error));
	}
	gss_release_buffer(&minor, &bootstrap);
	return loop;
}

static struct gssloop *
begin(struct session *session)
{
	struct gssloop *loop;

	if (!layer_check(session) || !bind_context(session))
		return NULL;
	handle_note(session);
	loop = loop_make(session);
	if (loop == NULL)
		unbind(session->loop);
	return loop;
}

/*
 * One thread serves all connections, each in its own turn: a handle finds
 * nothing outside of it, and never by a session that is closed.
 */
static void
enter(struct session *session)
{
	OM_uint32 minor;

	if (session->party->role == GSSLOOP_ACCEPTOR)
		gss_ccm_scope(&minor, session->party->application, session);
}

static void
leave(struct session *session)
{
	OM_uint32 minor;

	if (session->party->role == GSSLOOP_ACCEPTOR)
		gss_ccm_scope(&minor, GSS_CCM_NO_APPLICATION, NULL);
}

static void
end(struct session *session)
{
	unbind(session->associated);
}

/* Both are wrapped or have a MIC, and neither says that it protects. */
static const enum gssloop_protection kinds[] = {GSSLOOP_INTEG, GSSLOOP_MIC};

static const struct message_way way = {
    .kinds = kinds,
    .kind_count = sizeof(kinds) / sizeof(kinds[0]),
    .protects = false,
    .verify_mic = gss_ccm_verify_mic,
    .unwrap = gss_ccm_unwrap,
};

static const struct session_second second = {
    .mech = &gj_mech_ccm,
    .begin = begin,
    .enter = enter,
    .leave = leave,
    .end = end,
    .way = &way,
};

void
ccm_open(struct party *party)
{
	gss_buffer_desc name = {IDENTIFIER_SIZE, (void *)identifier};
	OM_uint32 minor;

	if (!party->options->ccm)
		return;
	party->second = &second;
	if (party->role == GSSLOOP_ACCEPTOR)
		gss_ccm_register(
		    &minor, &name, lookup, NULL, &party->application);
}

void
ccm_close(struct party *party)
{
	OM_uint32 minor;

	if (party->application != GSS_CCM_NO_APPLICATION)
		gss_ccm_unregister(&minor, &party->application);
}
