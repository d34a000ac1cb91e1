/*
 * The registry: which contexts of the mechglue may be bound to.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "application.h"
#include "mechglue.h"
#include "random.h"
#include "registry.h"

/* What is left of a handle whose context was unbound. */
struct expired {
	struct ccm_entry by_reference, by_connection;
	gss_ccm_application application;
	const void *connection;
	uint8_t reference[CCM_REFERENCE];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all these: */
static struct ccm_table by_context, by_reference, by_connection;
static struct ccm_table expired_by_reference, expired_by_connection;
static struct expired expired[CCM_EXPIRED_MAX];
static size_t expired_next;

static _Thread_local struct {
	gss_ccm_application application;
	const void *connection;
} scope;

#define OF(entry, type, member)                                                \
	((type *)(void *)((char *)(entry)-offsetof(type, member)))

/* --- Hashes ----------------------------------------------------------------
 */

static uint64_t
context_hash(gss_ctx_id_t context)
{
	return ccm_hash(1, (uintptr_t)context);
}

/* Random as they are, of one of ours; what a peer sends only looks there. */
static uint64_t
reference_hash(const uint8_t *reference)
{
	uint64_t hash;

	memcpy(&hash, reference, sizeof(hash));
	return hash;
}

static uint64_t
connection_hash(gss_ccm_application application, const void *connection)
{
	return ccm_hash(application, (uintptr_t)connection);
}

/* As memcmp, in a time that says nothing of where they differ. */
static bool
same_reference(const uint8_t *one, const uint8_t *other)
{
	uint8_t differ = 0;

	for (size_t i = 0; i < CCM_REFERENCE; i++)
		differ |= one[i] ^ other[i];
	return differ == 0;
}

/* --- With the lock ----------------------------------------------------------
 */

static struct ccm_binding *
find_context(gss_ctx_id_t context)
{
	struct ccm_entry *entry =
	    ccm_table_first(&by_context, context_hash(context));
	struct ccm_binding *binding;

	for (; entry != NULL; entry = ccm_entry_next(entry)) {
		binding = OF(entry, struct ccm_binding, by_context);
		if (binding->known_as == context)
			return binding;
	}
	return NULL;
}

/* Whether the thread's scope may find it, but for its lifetime. */
static bool
in_scope(gss_ccm_application application, const void *connection)
{
	return application == scope.application &&
	       (connection == NULL || connection == scope.connection);
}

static enum gj_ccm_status
judge(struct ccm_binding *binding, struct ccm_binding **out)
{
	if (!in_scope(binding->application, binding->connection) ||
	    binding->initiator)
		return GJ_CCM_HANDLE_NOT_FOUND;
	if (ccm_binding_expired(binding))
		return GJ_CCM_HANDLE_EXPIRED;
	ccm_binding_keep(binding);
	*out = binding;
	return GJ_CCM_OK;
}

static enum gj_ccm_status
find_expired_reference(const uint8_t *reference)
{
	struct ccm_entry *entry =
	    ccm_table_first(&expired_by_reference, reference_hash(reference));
	const struct expired *old;

	for (; entry != NULL; entry = ccm_entry_next(entry)) {
		old = OF(entry, struct expired, by_reference);
		if (same_reference(old->reference, reference) &&
		    in_scope(old->application, old->connection))
			return GJ_CCM_HANDLE_EXPIRED;
	}
	return GJ_CCM_HANDLE_NOT_FOUND;
}

static enum gj_ccm_status
find_reference(const uint8_t *reference, struct ccm_binding **out)
{
	struct ccm_entry *entry =
	    ccm_table_first(&by_reference, reference_hash(reference));
	struct ccm_binding *binding;

	for (; entry != NULL; entry = ccm_entry_next(entry)) {
		binding = OF(entry, struct ccm_binding, by_reference);
		if (same_reference(binding->reference, reference))
			return judge(binding, out);
	}
	return find_expired_reference(reference);
}

/* The latest unbound one of this connection, where it has no other. */
static enum gj_ccm_status
find_expired_connection(uint64_t hash)
{
	struct ccm_entry *entry = ccm_table_first(&expired_by_connection, hash);
	const struct expired *old;

	for (; entry != NULL; entry = ccm_entry_next(entry)) {
		old = OF(entry, struct expired, by_connection);
		if (old->application == scope.application &&
		    old->connection == scope.connection)
			return GJ_CCM_HANDLE_EXPIRED;
	}
	return GJ_CCM_HANDLE_NOT_FOUND;
}

/*
 * The only context of this connection.  Two cannot be told apart, and one for
 * all connections is nobody's in particular: no empty handle finds them.
 */
static enum gj_ccm_status
find_only(struct ccm_binding **out)
{
	uint64_t hash = connection_hash(scope.application, scope.connection);
	struct ccm_entry *entry = ccm_table_first(&by_connection, hash);
	struct ccm_binding *binding, *only = NULL;

	if (scope.connection == NULL)
		return GJ_CCM_HANDLE_NOT_FOUND;
	for (; entry != NULL; entry = ccm_entry_next(entry)) {
		binding = OF(entry, struct ccm_binding, by_connection);
		if (binding->application != scope.application ||
		    binding->connection != scope.connection)
			continue;
		if (only != NULL)
			return GJ_CCM_HANDLE_NOT_FOUND;
		only = binding;
	}
	return only != NULL ? judge(only, out) : find_expired_connection(hash);
}

/* Those for all connections are not found by one (find_only), and would only
 * make one long chain, on the way of those that share its bucket. */
static bool
insert(struct ccm_binding *binding)
{
	if (!ccm_table_add(&by_context, &binding->by_context,
		context_hash(binding->known_as)))
		return false;
	if (binding->application == GSS_CCM_NO_APPLICATION)
		return true;
	if (!ccm_table_add(&by_reference, &binding->by_reference,
		reference_hash(binding->reference)))
		return false;
	return binding->connection == NULL ||
	       ccm_table_add(&by_connection, &binding->by_connection,
		   connection_hash(binding->application, binding->connection));
}

static void
take_out(struct ccm_binding *binding)
{
	ccm_table_remove(&by_context, &binding->by_context);
	ccm_table_remove(&by_reference, &binding->by_reference);
	ccm_table_remove(&by_connection, &binding->by_connection);
}

/* Remembers the handle as expired, in the place of the oldest.  Without memory
 * it is not found later, which is a refusal, too.  By connection only where it
 * was of one: as insert. */
static void
remember(const struct ccm_binding *binding)
{
	struct expired *old = &expired[expired_next];

	if (binding->application == GSS_CCM_NO_APPLICATION)
		return;
	expired_next = (expired_next + 1) % CCM_EXPIRED_MAX;
	ccm_table_remove(&expired_by_reference, &old->by_reference);
	ccm_table_remove(&expired_by_connection, &old->by_connection);
	old->application = binding->application;
	old->connection = binding->connection;
	memcpy(old->reference, binding->reference, CCM_REFERENCE);
	ccm_table_add(&expired_by_reference, &old->by_reference,
	    reference_hash(old->reference));
	if (old->connection != NULL)
		ccm_table_add(&expired_by_connection, &old->by_connection,
		    connection_hash(old->application, old->connection));
}

/* --- What the entry points of GSS-API ask -----------------------------------
 */

struct ccm_binding *
ccm_registry_initiator(gss_ctx_id_t context)
{
	struct ccm_binding *binding;

	pthread_mutex_lock(&lock);
	binding = find_context(context);
	if (binding != NULL && binding->initiator &&
	    binding->application == GSS_CCM_NO_APPLICATION)
		ccm_binding_keep(binding);
	else
		binding = NULL;
	pthread_mutex_unlock(&lock);
	return binding;
}

/* By a handle of our own. */
static enum gj_ccm_status
find_ours(const struct ccm_application_use *use,
    const struct gssloop_view *reference, struct ccm_binding **out)
{
	enum gj_ccm_status status;

	if (use->identifier > 0 && reference->size != CCM_REFERENCE)
		return GJ_CCM_HANDLE_MALFORMED;
	pthread_mutex_lock(&lock);
	if (use->identifier > 0)
		status = find_reference(reference->data, out);
	else
		status = find_only(out);
	pthread_mutex_unlock(&lock);
	return status;
}

/* By the application's own lookup. */
static enum gj_ccm_status
find_theirs(const struct ccm_application_use *use,
    const struct gssloop_view *reference, struct ccm_binding **out)
{
	gss_buffer_desc asked = {reference->size, (void *)reference->data};
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	struct ccm_binding *binding;
	enum gj_ccm_status status;

	switch (
	    use->lookup(use->argument, scope.connection, &asked, &context)) {
	case GSS_CCM_OK:
		break;
	case GSS_CCM_HANDLE_MALFORMED:
		return GJ_CCM_HANDLE_MALFORMED;
	case GSS_CCM_HANDLE_EXPIRED:
		return GJ_CCM_HANDLE_EXPIRED;
	default:
		return GJ_CCM_HANDLE_NOT_FOUND;
	}
	pthread_mutex_lock(&lock);
	binding = find_context(context);
	status = binding != NULL ? judge(binding, out) : GJ_CCM_HANDLE_EXPIRED;
	pthread_mutex_unlock(&lock);
	return status;
}

enum gj_ccm_status
ccm_registry_target(const struct gssloop_view *handle, struct ccm_binding **out)
{
	struct ccm_application_use use;
	struct gssloop_view reference = *handle;
	enum gj_ccm_status status;

	*out = NULL;
	if (!ccm_application_enter(scope.application, handle, &use))
		return GJ_CCM_HANDLE_NOT_FOUND;
	if (use.identifier > 0) {
		reference.data += use.identifier;
		reference.size -= use.identifier;
	}
	if (use.lookup == NULL)
		status = find_ours(&use, &reference, out);
	else
		status = find_theirs(&use, &reference, out);
	ccm_application_leave(&use);
	return status;
}

/* --- What libgssccm asks ----------------------------------------------------
 */

static OM_uint32
register_application(OM_uint32 *minor, const gss_buffer_desc *identifier,
    gss_ccm_lookup *lookup, void *argument, gss_ccm_application *application)
{
	return ccm_application_add(
	    minor, identifier, lookup, argument, application);
}

/* All bindings of the application, taken out; a list by by_context.next. */
static struct ccm_entry *
take_all_of(gss_ccm_application application)
{
	struct ccm_entry *entry, *next, *taken = NULL;
	struct ccm_binding *binding;

	for (size_t i = 0; i < by_context.size; i++)
		for (entry = by_context.buckets[i]; entry != NULL;
		     entry = next) {
			next = entry->next;
			binding = OF(entry, struct ccm_binding, by_context);
			if (binding->application != application)
				continue;
			take_out(binding);
			entry->next = taken;
			taken = entry;
		}
	return taken;
}

static void
unbind_all_of(gss_ccm_application application)
{
	struct ccm_entry *entry, *next;
	struct ccm_binding *binding;

	pthread_mutex_lock(&lock);
	entry = take_all_of(application);
	pthread_mutex_unlock(&lock);
	for (; entry != NULL; entry = next) {
		next = entry->next;
		binding = OF(entry, struct ccm_binding, by_context);
		ccm_binding_unbind(binding);
		ccm_binding_free(&binding);
	}
}

/* Its handles need not be remembered: the application is not found. */
static OM_uint32
unregister_application(OM_uint32 *minor, gss_ccm_application *application)
{
	gss_ccm_application number = *application;

	*minor = 0;
	*application = GSS_CCM_NO_APPLICATION;
	if (number == GSS_CCM_NO_APPLICATION)
		return GSS_S_COMPLETE;
	ccm_application_remove(number);
	unbind_all_of(number);
	return GSS_S_COMPLETE;
}

/* Identifier and reference, in memory of the caller's. */
static OM_uint32
handle_make(OM_uint32 *minor, const struct ccm_binding *binding,
    const uint8_t *identifier, size_t size, gss_buffer_t handle)
{
	uint8_t *octets = malloc(size + CCM_REFERENCE);

	if (octets == NULL) {
		*minor = ENOMEM;
		return GSS_S_FAILURE;
	}
	memcpy(octets, identifier, size);
	memcpy(octets + size, binding->reference, CCM_REFERENCE);
	handle->value = octets;
	handle->length = size + CCM_REFERENCE;
	return GSS_S_COMPLETE;
}

/* Puts it where it is found; the reference that came with it stays there. */
static OM_uint32
publish(OM_uint32 *minor, struct ccm_binding *binding)
{
	OM_uint32 major = GSS_S_COMPLETE;

	pthread_mutex_lock(&lock);
	if (find_context(binding->known_as) != NULL) {
		major = GSS_S_DUPLICATE_ELEMENT;
	} else if (!insert(binding)) {
		take_out(binding);
		*minor = ENOMEM;
		major = GSS_S_FAILURE;
	}
	pthread_mutex_unlock(&lock);
	return major;
}

static OM_uint32
complete(OM_uint32 *minor, struct ccm_binding *binding,
    const uint8_t *identifier, size_t size, gss_buffer_t handle)
{
	OM_uint32 major = GSS_S_COMPLETE;
	int error = 0;

	/* An initiator's is not found by a handle. */
	if (binding->application != GSS_CCM_NO_APPLICATION)
		error = gj_random(binding->reference, CCM_REFERENCE);
	if (error != 0) {
		*minor = (OM_uint32)error;
		return GSS_S_FAILURE;
	}
	if (handle != GSS_C_NO_BUFFER)
		major = handle_make(minor, binding, identifier, size, handle);
	if (major == GSS_S_COMPLETE)
		major = publish(minor, binding);
	return major;
}

static OM_uint32
bind_context(OM_uint32 *minor, gss_ccm_application application,
    const void *connection, gss_ctx_id_t context, gss_buffer_t handle)
{
	uint8_t identifier[GSS_CCM_IDENTIFIER_MAX];
	size_t size = ccm_application_identifier(application, identifier);
	struct ccm_binding *binding;
	gss_buffer_desc made = GSS_C_EMPTY_BUFFER;
	OM_uint32 major;

	*minor = 0;
	if (handle != GSS_C_NO_BUFFER)
		*handle = made;
	if (gj_mechglue() == NULL || context == GSS_C_NO_CONTEXT)
		return GSS_S_NO_CONTEXT;
	if (size == 0 && (application != GSS_CCM_NO_APPLICATION ||
			     handle != GSS_C_NO_BUFFER || connection != NULL))
		return GSS_S_UNAUTHORIZED;
	major = ccm_binding_new(minor, context, &binding);
	if (major != GSS_S_COMPLETE)
		return major;
	binding->application = application;
	binding->connection = connection;
	major = complete(minor, binding, identifier, size,
	    handle == GSS_C_NO_BUFFER ? handle : &made);
	if (major != GSS_S_COMPLETE) {
		free(made.value);
		ccm_binding_free(&binding);
	} else if (handle != GSS_C_NO_BUFFER) {
		*handle = made;
	}
	return major;
}

static OM_uint32
unbind_context(OM_uint32 *minor, gss_ctx_id_t context)
{
	struct ccm_binding *binding;

	*minor = 0;
	pthread_mutex_lock(&lock);
	binding = find_context(context);
	if (binding != NULL) {
		remember(binding);
		take_out(binding);
	}
	pthread_mutex_unlock(&lock);
	if (binding == NULL)
		return GSS_S_NO_CONTEXT;
	ccm_binding_unbind(binding);
	ccm_binding_free(&binding);
	return GSS_S_COMPLETE;
}

static OM_uint32
scope_set(
    OM_uint32 *minor, gss_ccm_application application, const void *connection)
{
	*minor = 0;
	scope.application = application;
	scope.connection = connection;
	return GSS_S_COMPLETE;
}

const struct gj_ccm_registry ccm_registry = {
    .register_application = register_application,
    .unregister_application = unregister_application,
    .bind = bind_context,
    .unbind = unbind_context,
    .scope = scope_set,
};
