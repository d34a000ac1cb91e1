/*
 * Scenarios: runs them, several at a time.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A worker is a process of ours that takes every WORKERS-th case of the table
 * and writes what came of it, an object a line, to a file without a name.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat.h"
#include "scenario.h"

/*
 * A case is two programs that mostly start, or wait for a deadline: more of
 * them than a small machine has processors.
 */
#define WORKERS 4

struct worker {
	const struct matrix_setup *setup;
	const struct scenario_exceptions *exceptions;
	char **names;
	FILE *file;
	pid_t pid;
	size_t number, seen; /* of the workers; cases so far */
};

struct wanted {
	char **names;
	bool found;
};

static bool
name_is_among(const char *name, char **names)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static void
wanted_look(void *argument, enum gssloop_role role, size_t branch)
{
	struct wanted *wanted = argument;

	(void)role;
	if (name_is_among(branches_at(branch)->name, wanted->names))
		wanted->found = true;
}

static bool
case_is_wanted(const struct worker *worker, const struct matrix_case *one)
{
	const struct scenario_exceptions *exceptions = worker->exceptions;
	struct wanted wanted = {worker->names, worker->names[0] == NULL};
	size_t i;

	scenario_each(one->expected, wanted_look, &wanted);
	for (i = 0; i < exceptions->count; i++)
		if (strcmp(exceptions->all[i].scenario, one->name) == 0 &&
		    name_is_among(exceptions->all[i].branch, worker->names))
			wanted.found = true;
	return wanted.found;
}

static void
case_run(void *argument, const struct matrix_case *one)
{
	struct worker *worker = argument;
	struct matrix_result result;
	json_t *json;

	if (!case_is_wanted(worker, one) ||
	    worker->seen++ % WORKERS != worker->number)
		return;
	matrix_run(one, worker->setup, &result);
	if (!result.skipped && !scenario_is_of_both(one->expected)) {
		result.as_expected = false;
		strlcpy(result.why, "the row expects nothing of one side",
		    sizeof(result.why));
	}
	json = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:o, s:O?, s:O?}",
	    "scenario", one->name, "initiator", one->initiator, "acceptor",
	    one->acceptor, "expected", one->expected, "ok", result.as_expected,
	    "skipped", result.skipped, "why",
	    json_octets(result.why, strlen(result.why)), "initiated",
	    result.initiated, "accepted", result.accepted);
	if (json == NULL || json_dumpf(json, worker->file, JSON_COMPACT) != 0) {
		fprintf(
		    stderr, "gsstest: the case %s cannot be told\n", one->name);
		exit(1);
	}
	putc('\n', worker->file);
	json_decref(json);
	matrix_release(&result);
}

static _Noreturn void
worker_run(struct worker *worker, const char *table)
{
	struct matrix_table file = {fopen(table, "r"), table, 0, ""};
	struct matrix_case one;

	while (file.file != NULL && matrix_read(&file, &one))
		matrix_each(&one, case_run, worker);
	exit(file.file != NULL && fflush(worker->file) == 0 ? 0 : 1);
}

static bool
worker_start(struct worker *worker, const char *table)
{
	fflush(NULL);
	worker->file = tmpfile();
	worker->pid = worker->file != NULL ? fork() : -1;
	if (worker->pid == 0)
		worker_run(worker, table);
	if (worker->pid == -1)
		fprintf(stderr, "gsstest: a scenario's process: %s\n",
		    strerror(errno));
	return worker->pid != -1;
}

/* Adds what it wrote; false where it did not come to its end. */
static bool
worker_end(struct worker *worker, json_t *cases)
{
	int status = -1;
	json_t *json;

	if (worker->pid > 0)
		waitpid(worker->pid, &status, 0);
	if (status == 0)
		rewind(worker->file);
	while (status == 0 && (json = json_loadf(worker->file,
				   JSON_DISABLE_EOF_CHECK, NULL)) != NULL)
		json_array_append_new(cases, json);
	if (worker->file != NULL)
		fclose(worker->file);
	return status == 0;
}

/* In the table's order, in which the workers took them in turns. */
static json_t *
in_order(json_t *const *cases)
{
	json_t *sorted = json_array(), *json;
	size_t number = 0;

	while ((json = json_array_get(
		    cases[number % WORKERS], number / WORKERS)) != NULL) {
		json_array_append(sorted, json);
		number++;
	}
	return sorted;
}

json_t *
scenarios_run(const char *table, const struct matrix_setup *setup,
    const struct scenario_exceptions *exceptions, char **names)
{
	struct worker workers[WORKERS];
	json_t *cases[WORKERS], *sorted = NULL;
	bool good = true;
	size_t i;

	for (i = 0; i < WORKERS; i++) {
		workers[i] =
		    (struct worker){setup, exceptions, names, NULL, -1, i, 0};
		good = worker_start(&workers[i], table) && good;
	}
	for (i = 0; i < WORKERS; i++) {
		cases[i] = json_array();
		good = worker_end(&workers[i], cases[i]) && good;
	}
	if (good)
		sorted = in_order(cases);
	for (i = 0; i < WORKERS; i++)
		json_decref(cases[i]);
	return sorted;
}
