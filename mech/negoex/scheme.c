/*
 * The schemes of a negotiation.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "mechglue.h"
#include "scheme.h"

/* Once, and only where it is negotiable. */
static void
add(struct negoex_schemes *schemes, const struct negoex_mechanism *mech)
{
	if (mech != NULL && negoex_scheme_find(schemes, mech->scheme) == NULL)
		schemes->list[schemes->count++].mech = mech;
}

bool
negoex_schemes_make(struct negoex_schemes *schemes,
    const struct negoex_installation *installation, gss_OID_set only)
{
	size_t room =
	    only != GSS_C_NO_OID_SET ? only->count : installation->count;
	size_t i;

	schemes->count = 0;
	schemes->list = calloc(room > 0 ? room : 1, sizeof(*schemes->list));
	if (schemes->list == NULL)
		return false;
	for (i = 0; i < room; i++)
		add(schemes, only != GSS_C_NO_OID_SET
				 ? negoex_mechanism_find(
				       installation, &only->elements[i])
				 : &installation->list[i]);
	return true;
}

bool
negoex_scheme_is(const struct negoex_scheme *scheme, const uint8_t *guid)
{
	return memcmp(scheme->mech->scheme, guid, GJ_NEGOEX_GUID) == 0;
}

struct negoex_scheme *
negoex_scheme_find(struct negoex_schemes *schemes, const uint8_t *guid)
{
	size_t i;

	for (i = 0; i < schemes->count; i++)
		if (negoex_scheme_is(&schemes->list[i], guid))
			return &schemes->list[i];
	return NULL;
}

void
negoex_scheme_forget(struct negoex_scheme *scheme)
{
	const struct gj_mechglue *up = gj_mechglue();
	OM_uint32 minor;

	if (scheme->context != GSS_C_NO_CONTEXT)
		up->delete_sec_context(
		    &minor, &scheme->context, GSS_C_NO_BUFFER);
}

static void
scheme_clear(struct negoex_scheme *scheme)
{
	OM_uint32 minor;

	negoex_scheme_forget(scheme);
	gj_mechglue()->release_buffer(&minor, &scheme->metadata);
	memset(scheme, 0, sizeof(*scheme));
}

void
negoex_scheme_remove(
    struct negoex_schemes *schemes, struct negoex_scheme *scheme)
{
	size_t at = (size_t)(scheme - schemes->list);

	scheme_clear(scheme);
	schemes->count--;
	memmove(scheme, scheme + 1, (schemes->count - at) * sizeof(*scheme));
}

/* Moves one to a place before its own; those between go one further. */
static void
move_up(struct negoex_schemes *schemes, struct negoex_scheme *scheme, size_t to)
{
	struct negoex_scheme moved = *scheme;
	size_t from = (size_t)(scheme - schemes->list);

	memmove(schemes->list + to + 1, schemes->list + to,
	    (from - to) * sizeof(moved));
	schemes->list[to] = moved;
}

/* Takes out all from there on. */
static void
cut(struct negoex_schemes *schemes, size_t from)
{
	while (schemes->count > from)
		scheme_clear(&schemes->list[--schemes->count]);
}

/* Each of the peer's that is ours comes to the front, once. */
static void
narrow_by_peer(
    struct negoex_schemes *schemes, const uint8_t *guids, size_t count)
{
	struct negoex_scheme *scheme;
	size_t i, common = 0;

	for (i = 0; i < count && common < schemes->count; i++) {
		scheme =
		    negoex_scheme_find(schemes, guids + i * GJ_NEGOEX_GUID);
		if (scheme != NULL && scheme >= schemes->list + common)
			move_up(schemes, scheme, common++);
	}
	cut(schemes, common);
}

static bool
has(const uint8_t *guids, size_t count, const struct negoex_scheme *scheme)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (negoex_scheme_is(scheme, guids + i * GJ_NEGOEX_GUID))
			return true;
	return false;
}

void
negoex_schemes_narrow(struct negoex_schemes *schemes, const uint8_t *guids,
    size_t count, bool by_peer)
{
	size_t i = 0;

	if (by_peer) {
		narrow_by_peer(schemes, guids, count);
		return;
	}
	while (i < schemes->count)
		if (has(guids, count, &schemes->list[i]))
			i++;
		else
			negoex_scheme_remove(schemes, &schemes->list[i]);
}

void
negoex_scheme_choose(
    struct negoex_schemes *schemes, struct negoex_scheme *scheme)
{
	move_up(schemes, scheme, 0);
	cut(schemes, 1);
}

void
negoex_schemes_free(struct negoex_schemes *schemes)
{
	cut(schemes, 0);
	free(schemes->list);
	schemes->list = NULL;
}
