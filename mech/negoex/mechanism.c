/*
 * The mechanisms that NEGOEX may negotiate on this installation.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "library.h"
#include "mechanism.h"
#include "mechglue.h"
#include "module.h"
#include "oid.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct negoex_installation *installed;

static bool
oid_same(const gss_OID_desc *a, const gss_OID_desc *b)
{
	return gj_gss_oid_is(a, b->elements, b->length);
}

static void
installation_free(struct negoex_installation *installation)
{
	size_t i;

	for (i = 0; i < installation->count; i++)
		free(installation->list[i].oid.elements);
	free(installation->list);
	free(installation->oids.elements);
	free(installation);
}

/* An auth scheme, where the mechanism has one. */
static bool
scheme_query(gss_OID mech, uint8_t *scheme)
{
	const struct gj_mechglue *up = gj_mechglue();
	OM_uint32 minor;

	if (up->query_mechanism_info != NULL)
		return up->query_mechanism_info(&minor, mech, scheme) ==
		       GSS_S_COMPLETE;
	return negoex_stock_query(&minor, mech, scheme) == GSS_S_COMPLETE;
}

/* Adds it at the end, where it has a scheme that none before it has. */
static bool
mechanism_add(struct negoex_installation *installation, gss_OID mech)
{
	struct negoex_mechanism *entry;
	uint8_t scheme[GJ_NEGOEX_GUID];
	size_t i;

	if (installation->count == NEGOEX_MECHANISMS_MAX ||
	    oid_same(mech, &gj_module_mech) ||
	    oid_same(mech, &gj_mech_spnego) || !scheme_query(mech, scheme))
		return true;
	for (i = 0; i < installation->count; i++)
		if (memcmp(installation->list[i].scheme, scheme,
			sizeof(scheme)) == 0)
			return true;
	entry = &installation->list[installation->count];
	entry->oid.elements = malloc(mech->length);
	if (entry->oid.elements == NULL)
		return false;
	memcpy(entry->oid.elements, mech->elements, mech->length);
	entry->oid.length = mech->length;
	memcpy(entry->scheme, scheme, sizeof(scheme));
	installation->oids.elements[installation->count] = entry->oid;
	installation->oids.count = ++installation->count;
	return true;
}

/* In the order in which the mechglue names them. */
static bool
add_all(struct negoex_installation *installation)
{
	const struct gj_mechglue *up = gj_mechglue();
	gss_OID_set mechs = GSS_C_NO_OID_SET;
	bool good = true;
	OM_uint32 minor;
	size_t i;

	if (GSS_ERROR(up->indicate_mechs(&minor, &mechs)))
		return false;
	for (i = 0; good && i < mechs->count; i++)
		good = mechanism_add(installation, &mechs->elements[i]);
	up->release_oid_set(&minor, &mechs);
	return good;
}

/* What the setting names; what is not installed has no scheme. */
static bool
add_named(struct negoex_installation *installation, char **names)
{
	uint8_t octets[GJ_OID_OCTETS];
	gss_OID_desc oid;
	size_t size;

	for (; *names != NULL; names++) {
		if (!gj_oid_read(*names, octets, &size))
			continue;
		oid.length = (OM_uint32)size;
		oid.elements = octets;
		if (!mechanism_add(installation, &oid))
			return false;
	}
	return true;
}

/* The settings; *names is the caller's to free, NULL where none are named. */
static bool
settings_read(struct negoex_installation *installation, char ***names,
    struct negoex_problem *problem)
{
	krb5_context krb5 = negoex_library_lock(problem);
	const char *preference;

	*names = NULL;
	if (krb5 == NULL)
		return false;
	preference = krb5_config_get_string_default(
	    krb5, NULL, "acceptor", "negoex", "preference", NULL);
	installation->initiator_prefers = strcmp(preference, "initiator") == 0;
	installation->optimistic = krb5_config_get_bool_default(
	    krb5, NULL, TRUE, "negoex", "optimistic", NULL);
	*names =
	    krb5_config_get_strings(krb5, NULL, "negoex", "mechanisms", NULL);
	negoex_library_unlock();
	return true;
}

static bool
installation_fill(
    struct negoex_installation *installation, struct negoex_problem *problem)
{
	char **names;
	bool good;

	installation->list =
	    calloc(NEGOEX_MECHANISMS_MAX, sizeof(*installation->list));
	installation->oids.elements =
	    calloc(NEGOEX_MECHANISMS_MAX, sizeof(gss_OID_desc));
	if (installation->list == NULL || installation->oids.elements == NULL)
		return negoex_problem(problem, NEGOEX_NO_MEMORY);
	if (gj_mechglue() == NULL)
		return negoex_problem(problem, NEGOEX_NO_MECHGLUE);
	if (!settings_read(installation, &names, problem))
		return false;
	good = names != NULL ? add_named(installation, names)
			     : add_all(installation);
	if (names != NULL)
		krb5_config_free_strings(names);
	return good || negoex_problem(problem, NEGOEX_NO_MEMORY);
}

static struct negoex_installation *
installation_make(struct negoex_problem *problem)
{
	struct negoex_installation *made = calloc(1, sizeof(*made));

	if (made == NULL) {
		negoex_problem(problem, NEGOEX_NO_MEMORY);
	} else if (!installation_fill(made, problem)) {
		installation_free(made);
		made = NULL;
	}
	return made;
}

const struct negoex_installation *
negoex_installation(struct negoex_problem *problem)
{
	struct negoex_installation *found;

	pthread_mutex_lock(&mutex);
	if (installed == NULL)
		installed = installation_make(problem);
	found = installed;
	pthread_mutex_unlock(&mutex);
	return found;
}

const struct negoex_mechanism *
negoex_mechanism_find(
    const struct negoex_installation *installation, const gss_OID_desc *oid)
{
	size_t i;

	for (i = 0; i < installation->count; i++)
		if (oid_same(&installation->list[i].oid, oid))
			return &installation->list[i];
	return NULL;
}
