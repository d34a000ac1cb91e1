/*
 * The applications that are registered.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "application.h"

static struct application {
	gss_ccm_application number; /* GSS_CCM_NO_APPLICATION: free */
	bool leaving;		    /* being removed: not for new users */
	unsigned long users;
	gss_ccm_lookup *lookup;
	void *argument;
	size_t size;
	uint8_t identifier[GSS_CCM_IDENTIFIER_MAX];
} all[CCM_APPLICATIONS_MAX];

static gss_ccm_application latest;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t unused = PTHREAD_COND_INITIALIZER;

static struct application *
find(gss_ccm_application number)
{
	for (size_t i = 0; i < CCM_APPLICATIONS_MAX; i++)
		if (all[i].number == number)
			return &all[i];
	return NULL;
}

/* Whether one of the two begins with the other. */
static bool
collide(const struct application *one, const gss_buffer_desc *other)
{
	size_t size = one->size < other->length ? one->size : other->length;

	return one->number != GSS_CCM_NO_APPLICATION &&
	       memcmp(one->identifier, other->value, size) == 0;
}

static OM_uint32
add(OM_uint32 *minor, const gss_buffer_desc *identifier, gss_ccm_lookup *lookup,
    void *argument, gss_ccm_application *number)
{
	struct application *application = find(GSS_CCM_NO_APPLICATION);

	for (size_t i = 0; i < CCM_APPLICATIONS_MAX; i++)
		if (collide(&all[i], identifier))
			return GSS_S_DUPLICATE_ELEMENT;
	if (application == NULL) {
		*minor = ENOSPC;
		return GSS_S_FAILURE;
	}
	memset(application, 0, sizeof(*application));
	application->lookup = lookup;
	application->argument = argument;
	application->size = identifier->length;
	memcpy(application->identifier, identifier->value, identifier->length);
	application->number = ++latest;
	*number = latest;
	return GSS_S_COMPLETE;
}

OM_uint32
ccm_application_add(OM_uint32 *minor, const gss_buffer_desc *identifier,
    gss_ccm_lookup *lookup, void *argument, gss_ccm_application *application)
{
	OM_uint32 major;

	*minor = 0;
	*application = GSS_CCM_NO_APPLICATION;
	if (identifier == GSS_C_NO_BUFFER || identifier->length == 0 ||
	    identifier->length > GSS_CCM_IDENTIFIER_MAX)
		return GSS_S_CALL_BAD_STRUCTURE;
	pthread_mutex_lock(&lock);
	major = add(minor, identifier, lookup, argument, application);
	pthread_mutex_unlock(&lock);
	return major;
}

void
ccm_application_remove(gss_ccm_application number)
{
	struct application *application = NULL;

	pthread_mutex_lock(&lock);
	if (number != GSS_CCM_NO_APPLICATION)
		application = find(number);
	if (application != NULL && !application->leaving) {
		application->leaving = true;
		while (application->users > 0)
			pthread_cond_wait(&unused, &lock);
		application->number = GSS_CCM_NO_APPLICATION;
	}
	pthread_mutex_unlock(&lock);
}

/* One that may be used; NULL for a number that nobody has. */
static struct application *
find_usable(gss_ccm_application number)
{
	struct application *application = NULL;

	if (number != GSS_CCM_NO_APPLICATION)
		application = find(number);
	return application == NULL || application->leaving ? NULL : application;
}

size_t
ccm_application_identifier(gss_ccm_application number, uint8_t *octets)
{
	const struct application *application;
	size_t size = 0;

	pthread_mutex_lock(&lock);
	application = find_usable(number);
	if (application != NULL) {
		size = application->size;
		memcpy(octets, application->identifier, size);
	}
	pthread_mutex_unlock(&lock);
	return size;
}

static bool
begins(const struct application *application, const struct gssloop_view *handle)
{
	return handle->size == 0 ||
	       (handle->size >= application->size &&
		   memcmp(handle->data, application->identifier,
		       application->size) == 0);
}

bool
ccm_application_enter(gss_ccm_application number,
    const struct gssloop_view *handle, struct ccm_application_use *use)
{
	struct application *application;

	memset(use, 0, sizeof(*use));
	pthread_mutex_lock(&lock);
	application = find_usable(number);
	if (application != NULL && begins(application, handle)) {
		application->users++;
		use->number = number;
		use->lookup = application->lookup;
		use->argument = application->argument;
		use->identifier = handle->size == 0 ? 0 : application->size;
	}
	pthread_mutex_unlock(&lock);
	return use->number != GSS_CCM_NO_APPLICATION;
}

void
ccm_application_leave(const struct ccm_application_use *use)
{
	struct application *application;

	pthread_mutex_lock(&lock);
	application = find(use->number);
	if (application != NULL && --application->users == 0)
		pthread_cond_broadcast(&unused);
	pthread_mutex_unlock(&lock);
}
