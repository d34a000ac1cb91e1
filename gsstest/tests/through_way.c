/*
 * through_probe: the ways by which a context of krb5's is established.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "../negotiable.h"
#include "through.h"

#define CALLS_MAX 8

gss_OID_desc through_krb5nx = {6, (void *)"\x69\x84\xd4\xa1\xdc\x54"};
gss_OID_desc through_negoex = {
    10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e"};

static const struct {
	const char *name;
	gss_OID_desc *mech;
	bool negoex; /* is in the first token, and a part of the credential */
} ways[] = {
    {"spnego", &gj_mech_spnego, true},
    {"negoex", &through_negoex, true},
    {"krb5nx", &through_krb5nx, false},
    {"krb5", &gj_mech_krb5, false},
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static bool
complain(const char *call, OM_uint32 major, OM_uint32 minor)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, ignored;

	gss_display_status(
	    &ignored, minor, GSS_C_MECH_CODE, GSS_C_NO_OID, &more, &text);
	fprintf(stderr, "through_probe: %s: %08x: %.*s\n", call, major,
	    (int)text.length, text.length > 0 ? (char *)text.value : "");
	gss_release_buffer(&ignored, &text);
	return false;
}

static bool
cred_acquire(struct through_way *way, bool negoex, int side)
{
	gss_cred_usage_t usage =
	    side == INITIATOR ? GSS_C_INITIATE : GSS_C_ACCEPT;
	gss_OID_set_desc only = {1, way->mech}, inner = {1, &through_krb5nx};
	const char *call = "gss_acquire_cred";
	OM_uint32 major, minor;

	if (negoex)
		major = negotiable_acquire(
		    &minor, usage, &inner, &way->cred[side], &call);
	else
		major =
		    gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
			&only, usage, &way->cred[side], NULL, NULL);
	return major == GSS_S_COMPLETE || complain(call, major, minor);
}

bool
through_way_open(struct through_way *way, const char *name)
{
	gss_buffer_desc text = {14, (void *)"host@localhost"};
	OM_uint32 major, minor;
	size_t i;

	memset(way, 0, sizeof(*way));
	for (i = 0; i < WAYS && strcmp(ways[i].name, name) != 0; i++)
		continue;
	if (i == WAYS) {
		fprintf(stderr, "through_probe: no way %s\n", name);
		return false;
	}
	way->name = ways[i].name;
	way->mech = ways[i].mech;
	major =
	    gss_import_name(&minor, &text, &gj_name_hostbased, &way->target);
	if (major != GSS_S_COMPLETE)
		return complain("gss_import_name", major, minor);
	return cred_acquire(way, ways[i].negoex, INITIATOR) &&
	       cred_acquire(way, ways[i].negoex, ACCEPTOR);
}

void
through_way_close(struct through_way *way)
{
	OM_uint32 ignored;

	gss_release_cred(&ignored, &way->cred[INITIATOR]);
	gss_release_cred(&ignored, &way->cred[ACCEPTOR]);
	gss_release_name(&ignored, &way->target);
}

/* Whether the octets are somewhere in the token. */
static bool
contains(const gss_buffer_desc *token, const char *octets, size_t size)
{
	const char *at = token->value;

	for (size_t i = 0; i + size <= token->length; i++)
		if (memcmp(at + i, octets, size) == 0)
			return true;
	return false;
}

/* NEGOEX is there just where it is to be. */
static bool
went(const struct through_way *way, const gss_buffer_desc *first)
{
	bool wanted = false;

	for (size_t i = 0; i < WAYS; i++)
		if (ways[i].name == way->name)
			wanted = ways[i].negoex;
	if (contains(first, "NEGOEXTS", 8) == wanted)
		return true;
	fprintf(stderr, "through_probe: the first token %s NEGOEX\n",
	    wanted ? "has no" : "has");
	return false;
}

static OM_uint32
call(const struct through_way *way, struct through *both, int side,
    OM_uint32 *minor, gss_buffer_t input, gss_buffer_t output)
{
	if (side == INITIATOR)
		return gss_init_sec_context(minor, way->cred[INITIATOR],
		    &both->context[INITIATOR], way->target, way->mech,
		    GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG |
			GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG |
			GSS_C_DELEG_FLAG,
		    0, GSS_C_NO_CHANNEL_BINDINGS, input, &both->mech[side],
		    output, &both->flags[side], NULL);
	return gss_accept_sec_context(minor, &both->context[ACCEPTOR],
	    way->cred[ACCEPTOR], input, GSS_C_NO_CHANNEL_BINDINGS,
	    &both->source, &both->mech[side], output, &both->flags[side], NULL,
	    &both->delegated);
}

/* By turns, until both are done. */
static bool
negotiate(const struct through_way *way, struct through *both,
    gss_buffer_desc token[2])
{
	OM_uint32 major[2] = {GSS_S_CONTINUE_NEEDED, GSS_S_CONTINUE_NEEDED};
	OM_uint32 minor, ignored;

	for (unsigned int i = 0; i < 2 * CALLS_MAX; i++) {
		int side = i % 2 == 0 ? INITIATOR : ACCEPTOR;

		if (major[side] != GSS_S_CONTINUE_NEEDED)
			break;
		major[side] = call(
		    way, both, side, &minor, &token[1 - side], &token[side]);
		if (GSS_ERROR(major[side]))
			return complain(way->name, major[side], minor);
		gss_release_buffer(&ignored, &token[1 - side]);
		if (i == 0 && !went(way, &token[side]))
			return false;
	}
	return major[INITIATOR] == GSS_S_COMPLETE &&
	       major[ACCEPTOR] == GSS_S_COMPLETE;
}

bool
through_establish(const struct through_way *way, struct through *both)
{
	gss_buffer_desc token[2] = {GSS_C_EMPTY_BUFFER, GSS_C_EMPTY_BUFFER};
	OM_uint32 ignored;
	bool established;

	memset(both, 0, sizeof(*both));
	established = negotiate(way, both, token);
	gss_release_buffer(&ignored, &token[INITIATOR]);
	gss_release_buffer(&ignored, &token[ACCEPTOR]);
	if (!established)
		through_end(both);
	return established;
}

void
through_end(struct through *both)
{
	OM_uint32 ignored;

	for (int side = INITIATOR; side <= ACCEPTOR; side++)
		if (both->context[side] != GSS_C_NO_CONTEXT)
			gss_delete_sec_context(
			    &ignored, &both->context[side], GSS_C_NO_BUFFER);
	gss_release_name(&ignored, &both->source);
	gss_release_cred(&ignored, &both->delegated);
}
