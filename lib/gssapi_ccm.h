/*
 * CCM, the credential cache mechanism (draft-eisler-nfsv4-ccm-00), for
 * applications: which established context a new CCM context is bound to.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * CCM's contexts come and go with gss_init_sec_context and
 * gss_accept_sec_context, whose mechanism is GSS_CCM_OID; gssapi_ccm(3) shows
 * both sides.  What is here needs libgssccm (libgssccm-mit), and the module
 * mech_ccm.so in the library's file of mechanisms: without it every call that
 * needs it returns GSS_S_BAD_MECH.
 *
 * CCM PROTECTS NOTHING.  Whatever carries the messages has to.
 *
 * Every call may be made by any thread.  minor is never NULL; it is 0, one of
 * enum gss_ccm_status, or errno's value.
 */
#ifndef GSSAPI_CCM_H
#define GSSAPI_CCM_H

#include <stdint.h>

#include <gssapi/gssapi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 1.3.6.1.5.5.11: content octets, and how many. */
#define GSS_CCM_OID	   "\x2b\x06\x01\x05\x05\x0b"
#define GSS_CCM_OID_LENGTH 6

/* CCM_status_t of the draft, and the mechanism's minor status. */
enum gss_ccm_status {
	GSS_CCM_OK = 0,
	GSS_CCM_HANDLE_MALFORMED = 1,
	GSS_CCM_HANDLE_EXPIRED = 2,
	GSS_CCM_HANDLE_NOT_FOUND = 3
};

/* The longest handle, and the longest identifier of an application. */
#define GSS_CCM_HANDLE_MAX     1024
#define GSS_CCM_IDENTIFIER_MAX 32

/* An application that is registered here; never the same number twice. */
typedef uint64_t gss_ccm_application;
#define GSS_CCM_NO_APPLICATION 0

/*
 * An application's own way from a peer's handle to a context: reference is
 * what follows the identifier in the handle (all of it, empty, where the
 * handle is empty), connection what gss_ccm_scope was given.  Sets *context and
 * returns GSS_CCM_OK, or says why there is none.  The context has to be bound,
 * by the same application, for this connection or for all; one that is not is
 * taken for expired, one of another's for not found.
 *
 * It is called within gss_accept_sec_context, by the same thread, with no lock
 * held: it may bind and unbind, but not unregister its application.  A context
 * that it returns must not be deleted before it is unbound.
 */
typedef enum gss_ccm_status gss_ccm_lookup(void *argument,
    const void *connection, const gss_buffer_desc *reference,
    gss_ctx_id_t *context);

/*
 * Registers an application of this process by the identifier with which all
 * its handles begin, 1 to GSS_CCM_IDENTIFIER_MAX octets.  lookup may be NULL:
 * then the handles are those that gss_ccm_bind makes.  GSS_S_DUPLICATE_ELEMENT
 * where the identifier begins with that of another application or the other
 * way round; GSS_S_CALL_BAD_STRUCTURE for one of no or too many octets.
 */
OM_uint32 gss_ccm_register(OM_uint32 *minor, const gss_buffer_desc *identifier,
    gss_ccm_lookup *lookup, void *argument, gss_ccm_application *application);

/*
 * Unbinds all that the application has bound, and forgets it and its handles;
 * waits until its lookup has returned everywhere.  *application becomes
 * GSS_CCM_NO_APPLICATION, which it may be already.
 */
OM_uint32 gss_ccm_unregister(
    OM_uint32 *minor, gss_ccm_application *application);

/*
 * Lets CCM contexts be bound to an established context, which has to live
 * until it is unbound.  On a target, application is the one it belongs to, and
 * connection, if not NULL, a pointer by which the application knows the one
 * connection for which it is there; handle, if not NULL, becomes a new handle
 * that nobody can foretell, for the peer (gss_release_buffer); with a lookup of
 * its own the application does not need it.  On an initiator, application is
 * GSS_CCM_NO_APPLICATION, connection and handle NULL.
 *
 * GSS_S_NO_CONTEXT for a context that is not established, GSS_S_BAD_MECH for
 * one of CCM, GSS_S_DUPLICATE_ELEMENT for one that is bound already,
 * GSS_S_UNAUTHORIZED for an application that is not registered.
 */
OM_uint32 gss_ccm_bind(OM_uint32 *minor, gss_ccm_application application,
    const void *connection, gss_ctx_id_t context, gss_buffer_t handle);

/*
 * After it returns, CCM never touches the context again: calls on CCM contexts
 * that were bound to it give GSS_S_NO_CONTEXT, and its handle gives
 * GSS_CCM_HANDLE_EXPIRED.  Waits for a call that is using it just now.
 * GSS_S_NO_CONTEXT where it is not bound.
 */
OM_uint32 gss_ccm_unbind(OM_uint32 *minor, gss_ctx_id_t context);

/* gss_ccm_unbind, where it is bound, and gss_delete_sec_context. */
OM_uint32 gss_ccm_delete_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *context, gss_buffer_t token);

/*
 * On whose behalf, and over which connection, this thread accepts CCM contexts
 * from now on: gss_accept_sec_context has no parameter for them.  A peer's
 * handle finds nothing else, and nothing at all with GSS_CCM_NO_APPLICATION,
 * as it is at first.
 */
OM_uint32 gss_ccm_scope(
    OM_uint32 *minor, gss_ccm_application application, const void *connection);

/*
 * The token that an initiator's first gss_init_sec_context takes as its input:
 * the context, which has to be bound by then, and the handle by which the
 * target knows it (GSS_C_NO_BUFFER: the empty one).  For this process only;
 * never send it.  Released with gss_release_buffer.  Does not need the module.
 */
OM_uint32 gss_ccm_bootstrap(OM_uint32 *minor, gss_ctx_id_t context,
    const gss_buffer_desc *handle, gss_buffer_t token);

/*
 * As gss_verify_mic and gss_unwrap, for contexts of every mechanism.  MIT
 * krb5's own refuse a token of no octets before they ask the mechanism, and
 * such is CCM's MIC of all messages, and its wrap token of an empty one.
 */
OM_uint32 gss_ccm_verify_mic(OM_uint32 *minor, gss_ctx_id_t context,
    gss_buffer_t message, gss_buffer_t mic, gss_qop_t *qop);
OM_uint32 gss_ccm_unwrap(OM_uint32 *minor, gss_ctx_id_t context,
    gss_buffer_t wrapped, gss_buffer_t message, int *conf, gss_qop_t *qop);

#ifdef __cplusplus
}
#endif

#endif
