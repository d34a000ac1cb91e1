/*
 * One case of the matrix: starts both sides, collects what they report, holds
 * it against what is expected.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "compat.h"
#include "deadline.h"
#include "json.h"
#include "matrix.h"
#include "process.h"

/* Milliseconds that a case may take before it is stopped. */
#define CASE_MS 30000

/* The service of gsstest/realm, and any loopback port. */
#define SERVICE	 "host@localhost"
#define LOOPBACK "127.0.0.1:0"

/* A case while it runs. */
struct run {
	const struct matrix_case *one;
	const char *bin;
	bool loud;
	uint64_t deadline;
	char address[ADDRESS_TEXT]; /* where the acceptor listens */
	int listener;		    /* for an acceptor that does not */
	struct process initiator, acceptor;
	json_t *initiated, *accepted; /* reports, or NULL */
};

/* A command line: words that point into a copy of the table's. */
struct command {
	char program[256];
	char words[MATRIX_LINE], both[MATRIX_LINE], values[MATRIX_LINE];
	char *argv[MATRIX_WORDS + 1];
	char *environment[MATRIX_WORDS + 1];
	size_t argc, variables, value_used;
};

static void
argument_add(struct command *command, const char *word)
{
	if (command->argc < MATRIX_WORDS)
		command->argv[command->argc++] = (char *)word;
}

/* NAME=VALUE, where a $VALUE is looked up in our own environment. */
static void
variable_add(struct command *command, const char *word)
{
	const char *value = strchr(word, '=') + 1;
	char *text = command->values + command->value_used;
	size_t room = sizeof(command->values) - command->value_used;
	int size;

	if (value[0] == '$')
		value = getenv(value + 1);
	size =
	    snprintf(text, room, "%.*s%s", (int)(strchr(word, '=') + 1 - word),
		word, value != NULL ? value : "");
	if (size < 0 || (size_t)size >= room ||
	    command->variables == MATRIX_WORDS)
		return;
	command->value_used += (size_t)size + 1;
	command->environment[command->variables++] = text;
}

/* Capitals, digits and underlines before a "=". */
static bool
word_is_variable(const char *word)
{
	size_t length = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return length > 0 && word[length] == '=';
}

static void
words_add(struct command *command, char *words)
{
	char *rest = NULL, *word;

	for (word = strtok_r(words, " \t", &rest); word != NULL;
	     word = strtok_r(NULL, " \t", &rest)) {
		if (word_is_variable(word))
			variable_add(command, word);
		else
			argument_add(command, word);
	}
}

static bool
is_foreign(const char *peer)
{
	return strncmp(peer, "gss-", 4) == 0;
}

/* program [subcommand -j] words of the table */
static void
command_begin(struct command *command, const struct run *run, const char *peer,
    const char *subcommand, const char *own)
{
	memset(command, 0, sizeof(*command));
	if (is_foreign(peer)) {
		strlcpy(command->program, peer, sizeof(command->program));
		argument_add(command, command->program);
	} else {
		snprintf(command->program, sizeof(command->program),
		    "%s/gsstest%s", run->bin,
		    strcmp(peer, "mit") == 0 ? "-mit" : "");
		argument_add(command, command->program);
		argument_add(command, subcommand);
		argument_add(command, "-j");
		strlcpy(command->both, run->one->both, sizeof(command->both));
		words_add(command, command->both);
	}
	strlcpy(command->words, own, sizeof(command->words));
	words_add(command, command->words);
}

/* The acceptor. */

static bool
address_take(struct run *run, const char *line)
{
	json_t *json = line != NULL ? json_loads(line, 0, NULL) : NULL;
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
	struct command command;
	char error[ADDRESS_ERROR];

	if (is_foreign(one->acceptor)) {
		run->listener = address_listen(LOOPBACK, run->address, error);
		return run->listener != -1;
	}
	command_begin(
	    &command, run, one->acceptor, "accept", one->acceptor_own);
	argument_add(&command, LOOPBACK);
	if (!process_start(&run->acceptor, command.argv, command.environment,
		-1, run->loud))
		return false;
	return address_take(run, process_line(&run->acceptor, run->deadline));
}

/* A foreign one takes the connection as inetd would give it. */
static void
acceptor_join(struct run *run)
{
	const struct matrix_case *one = run->one;
	struct pollfd wait = {run->listener, POLLIN, 0};
	struct command command;
	int fd;

	if (run->listener == -1)
		return;
	command_begin(&command, run, one->acceptor, NULL, one->acceptor_own);
	argument_add(&command, "-inetd");
	argument_add(&command, SERVICE);
	if (poll(&wait, 1, gj_left_ms(run->deadline)) == 1 &&
	    (fd = accept(run->listener, NULL, NULL)) != -1) {
		process_start(&run->acceptor, command.argv, command.environment,
		    fd, run->loud);
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
	struct command command;

	command_begin(
	    &command, run, one->initiator, "init", one->initiator_own);
	if (is_foreign(one->initiator)) {
		argument_add(&command, "-port");
		argument_add(&command, strrchr(run->address, ':') + 1);
		argument_add(&command, "127.0.0.1");
		argument_add(&command, SERVICE);
		argument_add(&command, "a message from gss-client");
	} else {
		argument_add(&command, run->address);
		argument_add(&command, SERVICE);
	}
	process_start(
	    &run->initiator, command.argv, command.environment, -1, run->loud);
}

/* The report of a side that has ended; process_line cut its first line off. */
static json_t *
report_take(const struct process *process)
{
	const char *text = process_text(process);
	size_t length = strlen(text);

	if (length < process->size)
		text += length + 1;
	return json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
}

/* What is expected. */

static const char *
branch_of(const json_t *report)
{
	const char *name = json_string_value(
	    json_object_get(json_object_get(report, "branch"), "name"));

	return name != NULL ? name : "none";
}

static bool
report_is_ok(const json_t *report)
{
	return json_is_true(json_object_get(report, "ok"));
}

/* A foreign program has no report: its exit status has to do. */
static bool
side_is_ok(
    const char *peer, const struct process *process, const json_t *report)
{
	if (is_foreign(peer))
		return process_succeeded(process);
	return process_succeeded(process) && report_is_ok(report);
}

static bool
branch_is(const char *expected, const char *side, const json_t *report)
{
	const char *at = strstr(expected, side);
	const char *branch = branch_of(report);
	size_t length = strlen(branch);

	if (at == NULL)
		return true;
	at += strlen(side);
	return !report_is_ok(report) && strncmp(at, branch, length) == 0 &&
	       (at[length] == '\0' || at[length] == ' ');
}

static bool
as_expected(const struct run *run)
{
	const struct matrix_case *one = run->one;

	if (strcmp(one->expected, "ok") == 0)
		return side_is_ok(
			   one->initiator, &run->initiator, run->initiated) &&
		       side_is_ok(one->acceptor, &run->acceptor, run->accepted);
	return branch_is(one->expected, "init:", run->initiated) &&
	       branch_is(one->expected, "accept:", run->accepted) &&
	       (strstr(json_text_of(run->initiated, "error"), one->text) !=
		       NULL ||
		   strstr(json_text_of(run->accepted, "error"), one->text) !=
		       NULL);
}

static void
side_tell(char *text, size_t size, const char *side,
    const struct process *process, const json_t *report)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s: %s%s%s; ", side,
	    report != NULL ? branch_of(report) : "no report",
	    process->killed ? ", killed at the deadline" : "",
	    process_succeeded(process) ? "" : ", failed");
	used = strlen(text);
	if (json_text_of(report, "error")[0] != '\0')
		snprintf(text + used, size - used, "%s; ",
		    json_text_of(report, "error"));
}

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
result_make(const struct run *run, struct matrix_result *result)
{
	const json_t *report =
	    run->initiated != NULL ? run->initiated : run->accepted;
	const json_t *messages = json_object_get(report, "messages");
	const char *asked = mech_of(report, "first_token");
	const char *used = mech_of(report, "mechanism");

	memset(result, 0, sizeof(*result));
	result->as_expected = as_expected(run);
	result->rounds = number_of(report, "rounds");
	result->microseconds = number_of(report, "microseconds");
	result->messages = number_of(messages, "conf") +
			   number_of(messages, "integ") +
			   number_of(messages, "mic");
	if (asked != NULL && used != NULL && strcmp(asked, used) != 0)
		snprintf(result->negotiated, sizeof(result->negotiated),
		    "%s > %s", asked, used);
	else
		strlcpy(result->negotiated, used != NULL ? used : "nothing",
		    sizeof(result->negotiated));
	if (result->as_expected)
		return;
	side_tell(result->why, sizeof(result->why), "initiator",
	    &run->initiator, run->initiated);
	side_tell(result->why, sizeof(result->why), "acceptor", &run->acceptor,
	    run->accepted);
}

/* Whether a program can be run; one without a slash is looked up in PATH. */
static bool
program_is_there(const char *program)
{
	const char *path = getenv("PATH"), *end;
	char file[512];

	if (strchr(program, '/') != NULL)
		return access(program, X_OK) == 0;
	for (; path != NULL && *path != '\0';
	     path = *end != '\0' ? end + 1 : end) {
		end = path + strcspn(path, ":");
		snprintf(file, sizeof(file), "%.*s/%s", (int)(end - path), path,
		    program);
		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

static bool
side_is_there(
    const struct run *run, const char *peer, struct matrix_result *result)
{
	struct command command;

	command_begin(&command, run, peer, "", "");
	if (program_is_there(command.program))
		return true;
	memset(result, 0, sizeof(*result));
	result->skipped = true;
	result->rounds = result->microseconds = result->messages = -1;
	snprintf(result->why, sizeof(result->why), "%s is not there",
	    command.program);
	return false;
}

void
matrix_run(const struct matrix_case *one, const char *bin, bool loud,
    struct matrix_result *result)
{
	struct run run;

	memset(&run, 0, sizeof(run));
	run.one = one;
	run.bin = bin;
	run.loud = loud;
	run.listener = -1;
	run.initiator.out = run.acceptor.out = -1;
	run.deadline = gj_deadline(CASE_MS);
	if (!side_is_there(&run, one->initiator, result) ||
	    !side_is_there(&run, one->acceptor, result))
		return;
	if (acceptor_start(&run)) {
		initiator_start(&run);
		acceptor_join(&run);
	}
	process_end(&run.initiator, run.deadline);
	process_end(&run.acceptor, run.deadline);
	run.initiated = report_take(&run.initiator);
	if (run.accepted == NULL)
		run.accepted = report_take(&run.acceptor);
	result_make(&run, result);
	json_decref(run.initiated);
	json_decref(run.accepted);
	process_free(&run.initiator);
	process_free(&run.acceptor);
}
