/*
 * What went wrong in a negotiation.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "compat.h"
#include "mechglue.h"
#include "problem.h"
#include "text.h"

struct code_row {
	OM_uint32 major;
	const char *text;
};

static const struct code_row codes[NEGOEX_CODES - NEGOEX_CODE_OWN] = {
    [NEGOEX_NO_MECHANISM - NEGOEX_CODE_OWN] = {GSS_S_NO_CRED,
	"no installed mechanism that NEGOEX may negotiate can be used"},
    [NEGOEX_NO_COMMON_SCHEME - NEGOEX_CODE_OWN] = {GSS_S_FAILURE,
	"no auth scheme is left that both sides can use"},
    [NEGOEX_NOT_ALLOWED - NEGOEX_CODE_OWN] = {GSS_S_DEFECTIVE_TOKEN,
	"a message of this type may not come at this point"},
    [NEGOEX_WRONG_SCHEME - NEGOEX_CODE_OWN] = {GSS_S_DEFECTIVE_TOKEN,
	"the auth scheme is not the one that was chosen"},
    [NEGOEX_MISSING_EXCHANGE - NEGOEX_CODE_OWN] = {GSS_S_DEFECTIVE_TOKEN,
	"there is no token for the chosen mechanism, which needs one"},
    [NEGOEX_UNEXPECTED_EXCHANGE - NEGOEX_CODE_OWN] = {GSS_S_DEFECTIVE_TOKEN,
	"there is a token for the chosen mechanism, which is done here; "
	"the peer's side of it may have failed"},
    [NEGOEX_MISSING_VERIFY - NEGOEX_CODE_OWN] = {GSS_S_DEFECTIVE_TOKEN,
	"the peer did not prove what it saw of the negotiation (no VERIFY)"},
    [NEGOEX_NO_KEY - NEGOEX_CODE_OWN] = {GSS_S_FAILURE,
	"the chosen mechanism gives no key to protect the negotiation"},
    [NEGOEX_BAD_KEY - NEGOEX_CODE_OWN] = {GSS_S_FAILURE,
	"the chosen mechanism's key is not an RFC 3961 key"},
    [NEGOEX_WRONG_CHECKSUM_TYPE - NEGOEX_CODE_OWN] = {GSS_S_BAD_MIC,
	"the checksum's type is not the one that belongs to the key"},
    [NEGOEX_CHECKSUM_MISMATCH - NEGOEX_CODE_OWN] = {GSS_S_BAD_MIC,
	"the two sides did not see the same negotiation; it was changed on "
	"its way, or the keys differ"},
    [NEGOEX_TOO_MANY_ALERTS - NEGOEX_CODE_OWN] = {GSS_S_DEFECTIVE_TOKEN,
	"the peer asks for a VERIFY again and again"},
    [NEGOEX_PEER_ALERT - NEGOEX_CODE_OWN] = {GSS_S_FAILURE, "the peer gave up"},
    [NEGOEX_TOO_LARGE - NEGOEX_CODE_OWN] = {GSS_S_DEFECTIVE_TOKEN,
	"the conversation is over the limit of 4 MiB"},
    [NEGOEX_NO_MEMORY - NEGOEX_CODE_OWN] = {GSS_S_FAILURE, "not enough memory"},
    [NEGOEX_NO_RANDOMNESS -
	NEGOEX_CODE_OWN] = {GSS_S_FAILURE, "the system gives no random octets"},
    [NEGOEX_NO_CRYPTO -
	NEGOEX_CODE_OWN] = {GSS_S_FAILURE, "the Kerberos library failed"},
    [NEGOEX_NO_MECHGLUE - NEGOEX_CODE_OWN] = {GSS_S_UNAVAILABLE,
	"Heimdal's libgssapi was not found in this process"},
    [NEGOEX_IS_OVER - NEGOEX_CODE_OWN] = {GSS_S_NO_CONTEXT,
	"the negotiation has failed before"},
    [NEGOEX_BAD_OPTION - NEGOEX_CODE_OWN] = {GSS_S_FAILURE,
	"the value is not a list of object identifiers in DER"},
    [NEGOEX_MECHANISM_FAILED -
	NEGOEX_CODE_OWN] = {GSS_S_FAILURE, "the mechanism failed"},
};

/* The latest failure of this thread, for gss_display_status. */
static _Thread_local struct {
	OM_uint32 minor;
	char text[NEGOEX_TEXT];
} latest;

static bool
begin(struct negoex_problem *problem, enum negoex_code code)
{
	if (problem->code != NEGOEX_CODE_NONE)
		return false;
	memset(problem, 0, sizeof(*problem));
	problem->code = code;
	return true;
}

bool
negoex_fault(
    struct negoex_problem *problem, const struct gj_negoex_error *error)
{
	if (begin(problem, (enum negoex_code)error->fault)) {
		problem->number = error->number;
		problem->type = error->type;
		problem->offset = error->offset;
	}
	return false;
}

bool
negoex_problem(struct negoex_problem *problem, enum negoex_code code)
{
	begin(problem, code);
	return false;
}

bool
negoex_problem_at(struct negoex_problem *problem, enum negoex_code code,
    const struct gj_negoex_message *message)
{
	if (begin(problem, code)) {
		problem->number = message->number;
		problem->type = message->type;
		problem->offset = message->offset;
	}
	return false;
}

bool
negoex_problem_detail(
    struct negoex_problem *problem, enum negoex_code code, const char *detail)
{
	if (begin(problem, code))
		gj_text_clean(detail, strlen(detail), problem->detail,
		    sizeof(problem->detail));
	return false;
}

/* What the mechglue says of an inner mechanism's minor status. */
static void
inner_text(OM_uint32 minor, gss_OID mech, char *text, size_t size)
{
	const struct gj_mechglue *up = gj_mechglue();
	gss_buffer_desc part = GSS_C_EMPTY_BUFFER;
	OM_uint32 junk, more = 0;

	text[0] = '\0';
	if (up == NULL || up->display_status(&junk, minor, GSS_C_MECH_CODE,
			      mech, &more, &part) != GSS_S_COMPLETE)
		return;
	gj_text_clean(part.value, part.length, text, size);
	up->release_buffer(&junk, &part);
}

bool
negoex_problem_mech(struct negoex_problem *problem, gss_OID mech,
    OM_uint32 major, OM_uint32 minor)
{
	if (!begin(problem, NEGOEX_MECHANISM_FAILED))
		return false;
	problem->major = major;
	problem->minor = minor;
	inner_text(minor, mech, problem->detail, sizeof(problem->detail));
	return false;
}

void
negoex_problem_clear(struct negoex_problem *problem)
{
	memset(problem, 0, sizeof(*problem));
}

/* The major status of a code that is one of the codec's or of the order's. */
static OM_uint32
fault_major(enum negoex_code code)
{
	if (code == (enum negoex_code)GJ_NEGOEX_CRITICAL_EXTENSION ||
	    code == (enum negoex_code)GJ_NEGOEX_WRONG_VERSION)
		return GSS_S_UNAVAILABLE;
	if (code == (enum negoex_code)GJ_NEGOEX_UNKEYED_CHECKSUM)
		return GSS_S_BAD_MIC;
	return GSS_S_DEFECTIVE_TOKEN;
}

static const char *
code_text(enum negoex_code code)
{
	if (code < NEGOEX_CODE_OWN)
		return gj_negoex_fault_text((enum gj_negoex_fault)code);
	return codes[code - NEGOEX_CODE_OWN].text;
}

static void
write_text(const struct negoex_problem *problem, char *text, size_t size)
{
	char where[96] = "";

	if (problem->number > 0)
		snprintf(where, sizeof(where),
		    "message %u (%s) of the token, offset %zu: ",
		    problem->number,
		    problem->type < GJ_NEGOEX_TYPES
			? gj_negoex_type_name(problem->type)
			: "type not read",
		    problem->offset);
	if (problem->code == NEGOEX_MECHANISM_FAILED &&
	    problem->detail[0] != '\0')
		snprintf(text, size, "%s", problem->detail);
	else
		snprintf(text, size, "NEGOEX: %s%s%s%s", where,
		    code_text(problem->code),
		    problem->detail[0] != '\0' ? ": " : "", problem->detail);
}

OM_uint32
negoex_problem_status(const struct negoex_problem *problem, OM_uint32 *minor)
{
	OM_uint32 major;

	if (problem->code == NEGOEX_MECHANISM_FAILED) {
		major = problem->major;
		*minor = problem->minor;
	} else {
		major = problem->code < NEGOEX_CODE_OWN
			    ? fault_major(problem->code)
			    : codes[problem->code - NEGOEX_CODE_OWN].major;
		*minor = NEGOEX_MINOR_BASE + problem->code;
	}
	latest.minor = *minor;
	write_text(problem, latest.text, sizeof(latest.text));
	return major;
}

bool
negoex_problem_text(OM_uint32 minor, char *text, size_t size)
{
	OM_uint32 code = minor - NEGOEX_MINOR_BASE;

	if (latest.text[0] != '\0' && latest.minor == minor) {
		strlcpy(text, latest.text, size);
		return true;
	}
	if (code == 0 || code >= NEGOEX_CODES ||
	    (code >= GJ_NEGOEX_FAULTS && code < NEGOEX_CODE_OWN))
		return false;
	snprintf(text, size, "NEGOEX: %s", code_text((enum negoex_code)code));
	return true;
}
