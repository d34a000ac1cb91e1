/*
 * What one side brings to all its negotiations.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "compat.h"
#include "complaint.h"
#include "negotiable.h"
#include "party.h"

static int
failed(struct party *party, const char *call, OM_uint32 major, OM_uint32 minor)
{
	complaint_gss(party->options, party->role, call, major, minor,
	    (gss_OID)&party->options->mech);
	return EXIT_FAILED;
}

static int
target_import(struct party *party, const char *target)
{
	gss_buffer_desc text = {strlen(target), (void *)target};
	OM_uint32 major, minor;

	party->target_text = target;
	major =
	    gss_import_name(&minor, &text, &gj_name_hostbased, &party->target);
	if (GSS_ERROR(major))
		return failed(party, "gss_import_name", major, minor);
	return EXIT_WORKED;
}

/*
 * GSS_KRB5_CRED_NO_CI_FLAGS_X, and an OID below it that is no option.  For a
 * mechanism that knows no options at all Heimdal 7.8 says that all is well; it
 * then says so of the second one, too.
 */
static gss_OID_desc no_ci_flags = {6, (void *)"\x2a\x85\x70\x2b\x0d\x1d"};
static gss_OID_desc no_option = {8, (void *)"\x2a\x85\x70\x2b\x0d\x87\xff\x7f"};

static int
ci_flags_stop(struct party *party)
{
	gss_buffer_desc empty = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;

	major = gss_set_cred_option(&minor, &party->cred, &no_option, &empty);
	if (!GSS_ERROR(major)) {
		minor = 0;
		major = GSS_S_UNAVAILABLE;
	} else {
		major = gss_set_cred_option(
		    &minor, &party->cred, &no_ci_flags, &empty);
	}
	if (!GSS_ERROR(major))
		return EXIT_WORKED;
	return failed(party,
	    "--no-ci-flags: only krb5 takes it, alone or in SPNEGO: "
	    "gss_set_cred_option of GSS_KRB5_CRED_NO_CI_FLAGS_X",
	    major, minor);
}

/* For what was asked for, or for all. */
static int
cred_acquire(struct party *party)
{
	const struct options *options = party->options;
	gss_OID_set_desc mechs = {1, (gss_OID)&options->mech};
	gss_cred_usage_t usage =
	    party->role == GSSLOOP_INITIATOR ? GSS_C_INITIATE : GSS_C_ACCEPT;
	const char *call = "gss_acquire_cred";
	OM_uint32 major, minor;

	if (options->negotiable.count > 0)
		major = negotiable_acquire(&minor, usage,
		    (gss_OID_set)&options->negotiable, &party->cred, &call);
	else
		major = gss_acquire_cred(&minor, GSS_C_NO_NAME,
		    GSS_C_INDEFINITE,
		    options->mech.elements != NULL ? &mechs : GSS_C_NO_OID_SET,
		    usage, &party->cred, NULL, NULL);
	if (GSS_ERROR(major))
		return failed(party, call, major, minor);
	if (options->no_ci_flags && party->role == GSSLOOP_INITIATOR)
		return ci_flags_stop(party);
	return EXIT_WORKED;
}

/* Octets of which no two neighbours are alike, so that a shift shows. */
static int
message_make(struct party *party)
{
	const struct options *options = party->options;
	unsigned char *octets;
	size_t i;

	if (options->messages == 0)
		return EXIT_WORKED;
	octets = malloc(options->size + 1);
	if (octets == NULL) {
		complaint(options, party->role,
		    "not enough memory for a message; -s less");
		return EXIT_FAILED;
	}
	for (i = 0; i < options->size; i++)
		octets[i] = (unsigned char)(i * 7 + i / 256);
	party->message.value = octets;
	party->message.length = options->size;
	return EXIT_WORKED;
}

int
party_open(struct party *party, enum gssloop_role role,
    const struct options *options, const char *target)
{
	int status;

	memset(party, 0, sizeof(*party));
	party->role = role;
	party->options = options;
	party->cred = GSS_C_NO_CREDENTIAL;
	party->target = GSS_C_NO_NAME;
	if (options->bindings != NULL) {
		party->bindings.application_data.value =
		    (void *)options->bindings;
		party->bindings.application_data.length =
		    strlen(options->bindings);
	}
	status = trace_open(&party->trace, options->trace);
	if (status == EXIT_WORKED && target != NULL)
		status = target_import(party, target);
	if (status == EXIT_WORKED && target != NULL)
		status = message_make(party);
	if (status == EXIT_WORKED)
		status = cred_acquire(party);
	return status;
}

void
party_close(struct party *party)
{
	OM_uint32 minor;

	if (party->target != GSS_C_NO_NAME)
		gss_release_name(&minor, &party->target);
	if (party->cred != GSS_C_NO_CREDENTIAL)
		gss_release_cred(&minor, &party->cred);
	free(party->message.value);
	trace_close(&party->trace);
}
