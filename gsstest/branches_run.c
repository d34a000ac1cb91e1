/*
 * gsstest branches --run: what the scenarios showed, branch by branch.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "branches.h"
#include "built.h"
#include "compat.h"
#include "complaint.h"
#include "scenario.h"

/* More than there are. */
#define BRANCHES_MAX 96

#define ROLES 2

enum outcome {
	NOT_TAKEN,
	TAKEN,
	UNREACHABLE,
	SKIPPED,
	OUTCOMES
};

static const char *const outcome_names[OUTCOMES] = {
    [NOT_TAKEN] = "not taken",
    [TAKEN] = "taken",
    [UNREACHABLE] = "unreachable",
    [SKIPPED] = "skipped",
};

/* One branch, on one side, with one library. */
struct cell {
	enum outcome outcome;
	const char *scenario; /* by which; NULL for none */
	const char *why;      /* it was not taken; NULL else */
};

struct proof {
	const struct branches_wish *wish;
	json_t *cases;
	const json_t *one; /* the case that is looked at */
	struct cell cells[BRANCHES_MAX][ROLES][SCENARIO_LIBRARIES];
	unsigned int outcomes[OUTCOMES], failed; /* cells; cases */
	unsigned int shown;			 /* of TAP */
};

static const struct built_part parts[] = {
    {"lib/gsstest/party", "make"},
    {"bin/gsstest", "make"},
    {"mech/mech_ccm.so", "make"},
    {"mech/mech_hop.so", "make"},
    {"mech/mech_negoex.so", "make"},
    {"heimdal/lib/libgssapi.so.3", "make heimdal"},
};

/* What the cases show. */

static enum outcome
case_outcome(const json_t *one)
{
	if (json_is_true(json_object_get(one, "skipped")))
		return SKIPPED;
	return json_is_true(json_object_get(one, "ok")) ? TAKEN : NOT_TAKEN;
}

/* What is worth more is shown: one case that went wrong is enough. */
static const int worth[OUTCOMES] = {
    [SKIPPED] = 1,
    [TAKEN] = 2,
    [NOT_TAKEN] = 3,
};

static void
cell_look(void *argument, enum gssloop_role role, size_t branch)
{
	struct proof *proof = argument;
	const json_t *one = proof->one;
	enum scenario_library library = scenario_library(json_text_of(
	    one, role == GSSLOOP_INITIATOR ? "initiator" : "acceptor"));
	enum outcome outcome = case_outcome(one);
	struct cell *cell;

	if (library == SCENARIO_LIBRARIES || branch >= BRANCHES_MAX)
		return;
	cell = &proof->cells[branch][role][library];
	if (cell->scenario != NULL && worth[outcome] <= worth[cell->outcome])
		return;
	cell->outcome = outcome;
	cell->scenario = json_text_of(one, "scenario");
	cell->why = outcome != TAKEN ? json_text_of(one, "why") : NULL;
}

/* UNREACHABLE where the cases of this scenario came out as they should. */
static enum outcome
scenario_outcome(const struct proof *proof, const char *name, const char *key,
    enum scenario_library library)
{
	unsigned int outcomes[OUTCOMES] = {0};
	const json_t *one;
	size_t i;

	for (i = 0; i < json_array_size(proof->cases); i++) {
		one = json_array_get(proof->cases, i);
		if (strcmp(json_text_of(one, "scenario"), name) != 0 ||
		    scenario_library(json_text_of(one, key)) != library)
			continue;
		outcomes[case_outcome(one)]++;
	}
	if (outcomes[NOT_TAKEN] > 0)
		return NOT_TAKEN;
	if (outcomes[TAKEN] > 0)
		return UNREACHABLE;
	return outcomes[SKIPPED] > 0 ? SKIPPED : NOT_TAKEN;
}

static void
exception_look_at(struct proof *proof,
    const struct scenario_exception *exception, enum gssloop_role role,
    enum scenario_library library)
{
	size_t branch =
	    branches_find(exception->branch, strlen(exception->branch));
	struct cell *cell;

	if (branches_at(branch) == NULL || branch >= BRANCHES_MAX)
		return;
	cell = &proof->cells[branch][role][library];
	if (cell->scenario != NULL) {
		cell->outcome = NOT_TAKEN;
		cell->why = "the table has it, and calls it unreachable, too";
		return;
	}
	cell->outcome = scenario_outcome(proof, exception->scenario,
	    role == GSSLOOP_INITIATOR ? "initiator" : "acceptor", library);
	cell->scenario = exception->scenario;
	cell->why = cell->outcome == NOT_TAKEN
			? "what shows it to be unreachable went wrong"
			: exception->why;
}

static void
exception_look(struct proof *proof, const struct scenario_exception *exception)
{
	enum gssloop_role role = strcmp(exception->role, "init") == 0
				     ? GSSLOOP_INITIATOR
				     : GSSLOOP_ACCEPTOR;
	enum scenario_library library;

	for (library = 0; library < SCENARIO_LIBRARIES; library++)
		if (strcmp(exception->library, "all") == 0 ||
		    strcmp(exception->library,
			scenario_library_name(library)) == 0)
			exception_look_at(proof, exception, role, library);
}

static void
cases_look(struct proof *proof, const struct scenario_exceptions *exceptions)
{
	size_t i;

	for (i = 0; i < json_array_size(proof->cases); i++) {
		proof->one = json_array_get(proof->cases, i);
		if (!json_is_true(json_object_get(proof->one, "ok")) &&
		    !json_is_true(json_object_get(proof->one, "skipped")))
			proof->failed++;
		scenario_each(
		    json_text_of(proof->one, "expected"), cell_look, proof);
	}
	for (i = 0; i < exceptions->count; i++)
		exception_look(proof, &exceptions->all[i]);
}

/* How it is shown. */

static void
cell_json(const struct gssloop_branch_info *info, enum gssloop_role role,
    const char *library, const struct cell *cell)
{
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s?}",
	    "branch", info->name, "role", complaint_role(role), "section",
	    info->section[role], "library", library, "result",
	    outcome_names[cell->outcome], "scenario", cell->scenario, "why",
	    cell->why);

	json_show(json);
	json_decref(json);
}

static void
cell_tap(struct proof *proof, const struct gssloop_branch_info *info,
    enum gssloop_role role, const char *library, const struct cell *cell)
{
	printf("%sok %u - %s, %s, %s: %s by \"%s\"",
	    cell->outcome == NOT_TAKEN ? "not " : "", ++proof->shown,
	    info->name, complaint_role(role), library,
	    outcome_names[cell->outcome],
	    cell->scenario != NULL ? cell->scenario : "");
	if (cell->why != NULL)
		printf("%s%s", cell->outcome == SKIPPED ? " # SKIP " : ": ",
		    cell->why);
	putchar('\n');
}

static void
cell_print(const struct gssloop_branch_info *info, enum gssloop_role role,
    const char *library, const struct cell *cell)
{
	printf("%-22s %-10s %-9s  %-7s  %-11s  %s", info->name,
	    info->section[role], complaint_role(role), library,
	    cell->outcome == NOT_TAKEN ? "NOT TAKEN"
				       : outcome_names[cell->outcome],
	    cell->scenario != NULL ? cell->scenario : "no scenario");
	if (cell->why != NULL)
		printf(": %s", cell->why);
	putchar('\n');
}

static void
cell_show(struct proof *proof, const struct gssloop_branch_info *info,
    enum gssloop_role role, enum scenario_library library,
    const struct cell *cell)
{
	const char *name = scenario_library_name(library);

	proof->outcomes[cell->outcome]++;
	if (proof->wish->view == BRANCHES_JSON)
		cell_json(info, role, name, cell);
	else if (proof->wish->view == BRANCHES_TAP)
		cell_tap(proof, info, role, name, cell);
	else
		cell_print(info, role, name, cell);
}

static bool
branch_is_asked_for(const struct proof *proof, const char *name)
{
	char **names = proof->wish->names;

	if (*names == NULL)
		return true;
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static void
cells_show(struct proof *proof)
{
	const struct gssloop_branch_info *info;
	size_t i, role, library;

	for (i = 0; (info = branches_at(i)) != NULL; i++) {
		if (!branch_is_asked_for(proof, info->name))
			continue;
		for (role = 0; role < ROLES; role++) {
			if (info->section[role] == NULL)
				continue;
			for (library = 0; library < SCENARIO_LIBRARIES;
			     library++)
				cell_show(proof, info, (enum gssloop_role)role,
				    (enum scenario_library)library,
				    &proof->cells[i][role][library]);
		}
	}
}

static void
case_show(struct proof *proof, const json_t *one)
{
	json_t *copy;

	if (json_is_true(json_object_get(one, "ok")) ||
	    json_is_true(json_object_get(one, "skipped")))
		return;
	if (proof->wish->view == BRANCHES_JSON) {
		copy = json_deep_copy(one);
		json_object_del(copy, "skipped");
		json_object_del(copy, "initiated");
		json_object_del(copy, "accepted");
		json_show(copy);
		json_decref(copy);
		return;
	}
	if (proof->wish->view == BRANCHES_TAP)
		printf("not ok %u - ", ++proof->shown);
	printf("scenario \"%s\", %s > %s:%s expected %s; %s\n",
	    json_text_of(one, "scenario"), json_text_of(one, "initiator"),
	    json_text_of(one, "acceptor"),
	    proof->wish->view == BRANCHES_TAP ? "\n#" : "",
	    json_text_of(one, "expected"), json_text_of(one, "why"));
}

static bool
sum_show(struct proof *proof)
{
	unsigned int *outcomes = proof->outcomes;
	unsigned int all = (unsigned int)json_array_size(proof->cases);
	bool good = outcomes[NOT_TAKEN] == 0 && proof->failed == 0 &&
		    outcomes[TAKEN] + outcomes[UNREACHABLE] > 0;
	json_t *json;

	/* As a test, what is skipped is no failure. */
	if (proof->wish->view != BRANCHES_TAP)
		good = good && outcomes[SKIPPED] == 0;
	if (proof->wish->view == BRANCHES_TAP) {
		printf("1..%u\n", proof->shown);
	} else if (proof->wish->view == BRANCHES_JSON) {
		json = json_pack("{s:s, s:b, s:i, s:i, s:i, s:i, s:i, s:i}",
		    "sum", "branches", "ok", good, "taken", outcomes[TAKEN],
		    "not_taken", outcomes[NOT_TAKEN], "unreachable",
		    outcomes[UNREACHABLE], "skipped", outcomes[SKIPPED],
		    "scenarios", all, "failed", proof->failed);
		json_show(json);
		json_decref(json);
	} else {
		printf("%u taken, %u not taken, %u unreachable, %u skipped; "
		       "%u scenarios, %u not as expected\n",
		    outcomes[TAKEN], outcomes[NOT_TAKEN], outcomes[UNREACHABLE],
		    outcomes[SKIPPED], all, proof->failed);
	}
	return good;
}

static int
proof_make(const struct branches_wish *wish, const char *table,
    const struct matrix_setup *setup)
{
	struct scenario_exceptions exceptions;
	struct proof proof;
	bool good = false;
	size_t i;

	memset(&proof, 0, sizeof(proof));
	proof.wish = wish;
	if (scenario_exceptions_read(table, &exceptions))
		proof.cases =
		    scenarios_run(table, setup, &exceptions, wish->names);
	if (proof.cases != NULL) {
		cases_look(&proof, &exceptions);
		cells_show(&proof);
		for (i = 0; i < json_array_size(proof.cases); i++)
			case_show(&proof, json_array_get(proof.cases, i));
		good = sum_show(&proof);
	}
	json_decref(proof.cases);
	return good ? EXIT_WORKED : EXIT_FAILED;
}

int
branches_run(const struct branches_wish *wish)
{
	char build[BUILT_PATH], party[BUILT_ROOM], table[BUILT_ROOM];
	struct matrix_setup setup = {build, party, wish->loud};

	if (!built_find(wish->program, "branches --run", parts,
		sizeof(parts) / sizeof(parts[0]), build))
		return EXIT_FAILED;
	snprintf(party, sizeof(party), "%s/lib/gsstest/party", build);
	snprintf(table, sizeof(table), "%s/lib/gsstest/branches", build);
	return proof_make(
	    wish, wish->table != NULL ? wish->table : table, &setup);
}
