/*
 * A name of a module that passes names on to the mechglue.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mechglue.h"
#include "name.h"

/* What gss_name_t points to on our side of the border. */
struct name {
	pthread_mutex_t lock;	/* of inner */
	gss_name_t inner;	/* GSS_C_NO_NAME until it is needed */
	gss_buffer_desc value;	/* what was imported; empty if inner came */
	gss_OID_desc type;	/* elements NULL: none was given */
	unsigned char octets[]; /* the value's and the type's */
};

/* With room for so many octets. */
static struct name *
empty(size_t octets)
{
	struct name *name;

	if (octets > SIZE_MAX - sizeof(*name))
		return NULL;
	name = calloc(1, sizeof(*name) + octets);

	if (name == NULL)
		return NULL;
	if (pthread_mutex_init(&name->lock, NULL) != 0) {
		free(name);
		return NULL;
	}
	name->inner = GSS_C_NO_NAME;
	return name;
}

/* Copies octets to where there is room; NULL where there are none. */
static void *
octets_copy(unsigned char *room, const void *from, size_t size)
{
	if (from == NULL || size == 0)
		return NULL;
	return memcpy(room, from, size);
}

OM_uint32
gj_name_new(OM_uint32 *minor, const gss_buffer_desc *value,
    const gss_OID_desc *type, gss_name_t *out)
{
	static const gss_OID_desc none;
	struct name *name = NULL;

	*out = GSS_C_NO_NAME;
	*minor = ENOMEM;
	if (type == NULL)
		type = &none;
	if (value->length <= SIZE_MAX - type->length)
		name = empty(value->length + type->length);
	if (name == NULL)
		return GSS_S_FAILURE;
	name->value.length = value->length;
	name->value.value =
	    octets_copy(name->octets, value->value, value->length);
	name->type.length = type->length;
	name->type.elements = octets_copy(
	    name->octets + value->length, type->elements, type->length);
	*minor = 0;
	*out = (gss_name_t)name;
	return GSS_S_COMPLETE;
}

OM_uint32
gj_name_wrap(OM_uint32 *minor, gss_name_t *inner, gss_name_t *out)
{
	OM_uint32 ignored;
	struct name *name;

	*out = GSS_C_NO_NAME;
	*minor = 0;
	if (*inner == GSS_C_NO_NAME)
		return GSS_S_COMPLETE;
	name = empty(0);
	if (name == NULL) {
		gj_mechglue()->release_name(&ignored, inner);
		*inner = GSS_C_NO_NAME;
		*minor = ENOMEM;
		return GSS_S_FAILURE;
	}
	name->inner = *inner;
	*inner = GSS_C_NO_NAME;
	*out = (gss_name_t)name;
	return GSS_S_COMPLETE;
}

OM_uint32
gj_name_copy(OM_uint32 *minor, gss_name_t from, gss_name_t *copy)
{
	struct name *name = (struct name *)from;
	gss_name_t inner = GSS_C_NO_NAME;
	OM_uint32 major;

	*copy = GSS_C_NO_NAME;
	if (name == NULL)
		return GSS_S_BAD_NAME;
	if (name->value.value != NULL)
		return gj_name_new(minor, &name->value,
		    name->type.elements == NULL ? NULL : &name->type, copy);
	major = gj_name_inner(minor, from, &inner);
	if (major != GSS_S_COMPLETE)
		return major;
	major = gj_mechglue()->duplicate_name(minor, inner, &inner);
	if (major != GSS_S_COMPLETE)
		return major;
	return gj_name_wrap(minor, &inner, copy);
}

void
gj_name_free(gss_name_t *out)
{
	struct name *name = (struct name *)*out;
	OM_uint32 ignored;

	*out = GSS_C_NO_NAME;
	if (name == NULL)
		return;
	if (name->inner != GSS_C_NO_NAME)
		gj_mechglue()->release_name(&ignored, &name->inner);
	pthread_mutex_destroy(&name->lock);
	free(name);
}

OM_uint32
gj_name_inner(OM_uint32 *minor, gss_name_t from, gss_name_t *inner)
{
	const struct gj_mechglue *up = gj_mechglue();
	struct name *name = (struct name *)from;
	OM_uint32 major = GSS_S_COMPLETE;

	*inner = GSS_C_NO_NAME;
	*minor = 0;
	if (up == NULL)
		return GSS_S_UNAVAILABLE;
	if (name == NULL)
		return GSS_S_COMPLETE;
	pthread_mutex_lock(&name->lock);
	if (name->inner == GSS_C_NO_NAME)
		major = up->import_name(minor, &name->value,
		    name->type.elements == NULL ? GSS_C_NO_OID : &name->type,
		    &name->inner);
	*inner = name->inner;
	pthread_mutex_unlock(&name->lock);
	return major;
}
