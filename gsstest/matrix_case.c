/*
 * One case of the matrix: starts both sides and collects what they report.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "compat.h"
#include "deadline.h"
#include "matrix.h"

/* Milliseconds that a case may take before it is stopped. */
#define CASE_MS 30000

/* The service of gsstest/realm, and any loopback port. */
#define SERVICE	 "host@localhost"
#define LOOPBACK "127.0.0.1:0"

/* A case while it runs. */
struct run {
	const struct matrix_case *one;
	const struct matrix_setup *setup;
	uint64_t deadline;
	char address[ADDRESS_TEXT]; /* where the acceptor listens */
	int listener;		    /* for an acceptor that does not */
	struct process initiator, acceptor;
	json_t *initiated, *accepted; /* reports, or NULL */
};

static bool
command_start(struct run *run, const struct matrix_command *command,
    struct process *process, int stdin_fd)
{
	return process_start(process, command->argv, command->environment,
	    stdin_fd, run->setup->loud);
}

/* The acceptor. */

static bool
address_take(struct run *run, const char *line)
{
	json_t *json =
	    line != NULL ? json_loads(line, JSON_ALLOW_NUL, NULL) : NULL;
	const char *address =
	    json_string_value(json_object_get(json, "listening"));

	if (address != NULL)
		strlcpy(run->address, address, sizeof(run->address));
	else
		run->accepted = json_incref(json);
	json_decref(json);
	return address != NULL;
}

/* Ours says where it listens; false where it failed before. */
static bool
acceptor_start(struct run *run)
{
	const struct matrix_case *one = run->one;
	struct matrix_command command;
	char error[ADDRESS_ERROR];

	if (matrix_is_foreign(one->acceptor)) {
		run->listener = address_listen(LOOPBACK, run->address, error);
		return run->listener != -1;
	}
	matrix_command(&command, one, run->setup, one->acceptor, "accept",
	    one->acceptor_own);
	matrix_command_add(&command, LOOPBACK);
	return command_start(run, &command, &run->acceptor, -1) &&
	       address_take(run, process_line(&run->acceptor, run->deadline));
}

/* A foreign one takes the connection as inetd would give it. */
static void
acceptor_join(struct run *run)
{
	const struct matrix_case *one = run->one;
	struct pollfd wait = {run->listener, POLLIN, 0};
	struct matrix_command command;
	int fd;

	if (run->listener == -1)
		return;
	matrix_command(
	    &command, one, run->setup, one->acceptor, NULL, one->acceptor_own);
	matrix_command_add(&command, "-inetd");
	matrix_command_add(&command, SERVICE);
	if (poll(&wait, 1, gj_left_ms(run->deadline)) == 1 &&
	    (fd = accept(run->listener, NULL, NULL)) != -1) {
		command_start(run, &command, &run->acceptor, fd);
		close(fd);
	}
	close(run->listener);
	run->listener = -1;
}

/* The initiator. */

static void
initiator_start(struct run *run)
{
	const struct matrix_case *one = run->one;
	struct matrix_command command;

	matrix_command(&command, one, run->setup, one->initiator, "init",
	    one->initiator_own);
	if (matrix_is_foreign(one->initiator)) {
		matrix_command_add(&command, "-port");
		matrix_command_add(&command, strrchr(run->address, ':') + 1);
		matrix_command_add(&command, "127.0.0.1");
		matrix_command_add(&command, SERVICE);
		matrix_command_add(&command, "a message from gss-client");
	} else {
		matrix_command_add(&command, run->address);
		matrix_command_add(&command, SERVICE);
	}
	command_start(run, &command, &run->initiator, -1);
}

/* The report of a side that has ended; process_line cut its first line off. */
static json_t *
report_take(const struct process *process)
{
	const char *text = process_text(process);
	size_t length = strlen(text);

	if (length < process->size)
		text += length + 1;
	return json_loads(text, JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK, NULL);
}

/* What came of it. */

static long
number_of(const json_t *report, const char *key)
{
	const json_t *number = json_object_get(report, key);

	return number != NULL ? (long)json_integer_value(number) : -1;
}

static const char *
mech_of(const json_t *report, const char *key)
{
	return json_string_value(
	    json_object_get(json_object_get(report, key), "name"));
}

static void
negotiated_show(const json_t *report, struct matrix_result *result)
{
	const char *asked = mech_of(report, "first_token");
	const char *used = mech_of(report, "mechanism");

	if (asked != NULL && used != NULL && strcmp(asked, used) != 0)
		snprintf(result->negotiated, sizeof(result->negotiated),
		    "%s > %s", asked, used);
	else
		strlcpy(result->negotiated, used != NULL ? used : "nothing",
		    sizeof(result->negotiated));
}

static void
result_make(const struct run *run, struct matrix_result *result)
{
	const struct matrix_side sides[2] = {
	    {run->one->initiator, "init", &run->initiator, run->initiated},
	    {run->one->acceptor, "accept", &run->acceptor, run->accepted},
	};
	const json_t *report =
	    run->initiated != NULL ? run->initiated : run->accepted;
	const json_t *messages = json_object_get(report, "messages");

	result->as_expected =
	    matrix_expected(run->one, sides, result->why, sizeof(result->why));
	result->rounds = number_of(report, "rounds");
	result->microseconds = number_of(report, "microseconds");
	result->messages = number_of(messages, "conf") +
			   number_of(messages, "integ") +
			   number_of(messages, "mic");
	negotiated_show(report, result);
}

/* Whether a party can be had here; why says why not. */
static bool
party_is_there(struct run *run, const char *party, struct matrix_result *result)
{
	struct matrix_command command;
	struct process process;
	const char *line = NULL;

	memset(&command, 0, sizeof(command));
	matrix_command_add(&command, run->setup->party);
	matrix_command_add(&command, "-n");
	matrix_command_add(&command, run->setup->build);
	matrix_command_add(&command, party);
	if (command_start(run, &command, &process, -1)) {
		line = process_line(&process, run->deadline);
		process_end(&process, run->deadline);
	}
	result->skipped = line != NULL;
	if (line != NULL)
		strlcpy(result->why, line, sizeof(result->why));
	process_free(&process);
	return line == NULL;
}

/* Both sides, to their ends. */
static void
sides_run(struct run *run)
{
	if (acceptor_start(run)) {
		initiator_start(run);
		acceptor_join(run);
	}
	process_end(&run->initiator, run->deadline);
	process_end(&run->acceptor, run->deadline);
	run->initiated = report_take(&run->initiator);
	if (run->accepted == NULL)
		run->accepted = report_take(&run->acceptor);
}

void
matrix_run(const struct matrix_case *one, const struct matrix_setup *setup,
    struct matrix_result *result)
{
	struct run run;

	memset(result, 0, sizeof(*result));
	result->rounds = result->microseconds = result->messages = -1;
	memset(&run, 0, sizeof(run));
	run.one = one;
	run.setup = setup;
	run.listener = -1;
	run.initiator.out = run.acceptor.out = -1;
	run.deadline = gj_deadline(CASE_MS);
	if (!party_is_there(&run, one->initiator, result) ||
	    !party_is_there(&run, one->acceptor, result))
		return;
	sides_run(&run);
	result_make(&run, result);
	result->initiated = run.initiated;
	result->accepted = run.accepted;
	process_free(&run.initiator);
	process_free(&run.acceptor);
}

void
matrix_release(struct matrix_result *result)
{
	json_decref(result->initiated);
	json_decref(result->accepted);
}
