/*
 * What a user's command becomes.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "buffer.h"
#include "command.h"
#include "compat.h"
#include "log.h"

/* sudo's own arguments, argv[0] of a program, and the final NULL. */
#define ARGV_EXTRA 6

/* Views and texts. */

static bool
view_is(const struct gssloop_view *view, const char *text)
{
	return view->size == strlen(text) &&
	       (view->size == 0 || memcmp(view->data, text, view->size) == 0);
}

static bool
view_has_nul(const struct gssloop_view *view)
{
	return view->size > 0 && memchr(view->data, '\0', view->size) != NULL;
}

/* NULL where there is no memory. */
static char *
view_text(const struct gssloop_view *view)
{
	char *text = malloc(view->size + 1);

	if (text == NULL)
		return NULL;
	if (view->size > 0)
		memcpy(text, view->data, view->size);
	text[view->size] = '\0';
	return text;
}

static void
refuse(struct command_refusal *refusal, enum gj_remctl_error error)
{
	refusal->error = error;
	refusal->text = gj_remctl_error_text(error);
}

/* Reading the body. */

static bool
arguments_read(struct command *command, const struct gssloop_view *body,
    struct command_refusal *refusal)
{
	struct gj_remctl_arguments arguments;
	struct gj_remctl_result result;
	size_t i;

	gj_remctl_command_decode(body->data, body->size,
	    GJ_REMCTL_ARGUMENTS_MAX, &arguments, &result);
	if (result.what != GJ_REMCTL_GOOD) {
		log_warning("bad command from %s: %s", command->user->name,
		    result.reason);
		refuse(refusal, result.error);
		return false;
	}
	log_debug("argc is %lu", (unsigned long)arguments.count);
	command->arguments =
	    calloc((size_t)arguments.count + 1, sizeof(*command->arguments));
	if (command->arguments == NULL) {
		refuse(refusal, GJ_REMCTL_INTERNAL);
		return false;
	}
	command->count = arguments.count;
	for (i = 0; i < command->count; i++)
		gj_remctl_arguments_next(&arguments, &command->arguments[i]);
	return true;
}

/* The argument that goes to standard input, or 0. */
static size_t
stdin_argument(const struct command *command)
{
	const struct rule *rule = command->rule;

	if (rule == NULL || command->kind != COMMAND_PLAIN ||
	    rule->stdin_argument == RULE_STDIN_NONE)
		return 0;
	if (rule->stdin_argument == RULE_STDIN_LAST)
		return command->count - 1;
	return rule->stdin_argument < command->count ? rule->stdin_argument : 0;
}

/*
 * A program cannot have a NUL in an argument, and neither can a rule's names;
 * remctld(8) names the subcommand even where it goes to standard input.
 */
static bool
arguments_check(const struct command *command, struct command_refusal *refusal)
{
	size_t at_stdin = stdin_argument(command), i;

	for (i = 0; i < command->count; i++) {
		if (!view_has_nul(&command->arguments[i]) ||
		    (i == at_stdin && i > 1))
			continue;
		log_warning("argument %zu from user %s contains nul octet", i,
		    command->user->name);
		refuse(refusal, GJ_REMCTL_BAD_COMMAND);
		return false;
	}
	return true;
}

/* Logging. */

/* Appends a word; what cannot be logged is cut off with the line. */
static void
word_append(struct gj_buffer *line, const void *octets, size_t size)
{
	uint8_t *room;

	if (gj_buffer_size(line) > LOG_LINE_MAX)
		return;
	if (size > LOG_LINE_MAX)
		size = LOG_LINE_MAX;
	room = gj_buffer_reserve(line, size + 1);
	if (room == NULL)
		return;
	*room = ' ';
	if (size > 0)
		memcpy(room + 1, octets, size);
	gj_buffer_commit(line, size + 1);
}

/* The first `count` arguments as words, each after a space; to be freed. */
static char *
words(const struct command *command, size_t count)
{
	size_t at_stdin = stdin_argument(command), i;
	struct gj_buffer line = {0};
	struct gssloop_view view;
	char *text, *nul;

	for (i = 0; i < count && i < command->count; i++) {
		view = command->arguments[i];
		if (i > 0 && i == at_stdin)
			word_append(&line, "**DATA**", 8);
		else if (command->rule != NULL && rule_masks(command->rule, i))
			word_append(&line, "**MASKED**", 10);
		else
			word_append(&line, view.data, view.size);
	}
	view.data = gj_buffer_data(&line);
	view.size = gj_buffer_size(&line);
	text = view_text(&view);
	if (text != NULL)
		while ((nul = memchr(text, '\0', view.size)) != NULL)
			*nul = '.';
	gj_buffer_free(&line);
	return text;
}

/* Judging. */

static bool
permitted(const struct command *command, const struct rule *rule)
{
	char reason[CONFIG_TEXT_MAX];
	enum acl_result result =
	    acl_check(rule, command->user, reason, sizeof(reason));

	if (result == ACL_ERROR)
		log_warning("%s", reason);
	return result == ACL_GRANTED;
}

/* Moves on to the next rule with a summary that the user may run. */
static void
summary_find(struct command *command)
{
	size_t count;
	const struct rule *rules = config_rules(command->config, &count);

	command->rule = NULL;
	for (; command->at < count; command->at++) {
		if (rules[command->at].summary == NULL ||
		    !permitted(command, &rules[command->at]))
			continue;
		command->rule = &rules[command->at++];
		return;
	}
}

static void
summary_judge(struct command *command, struct command_refusal *refusal)
{
	command->kind = COMMAND_SUMMARY;
	summary_find(command);
	if (command->rule != NULL)
		return;
	log_notice("summary request from user %s, but no defined summaries",
	    command->user->name);
	refuse(refusal, GJ_REMCTL_UNKNOWN_COMMAND);
}

/* "help", for which there is no rule: the rule of what it is asked about. */
static bool
help_find(struct command *command, struct command_refusal *refusal)
{
	if (command->count > 3) {
		log_notice("help command from user %s has more than three "
			   "arguments",
		    command->user->name);
		refusal->error = GJ_REMCTL_TOO_MANY_ARGUMENTS;
		refusal->text = "Too many arguments for help command";
		return false;
	}
	command->kind = COMMAND_HELP;
	command->rule = config_match(
	    command->config, command->arguments + 1, command->count - 1);
	return true;
}

static void
command_log(const struct command *command)
{
	char *all = words(command, command->count);

	log_notice(
	    "COMMAND from %s:%s", command->user->name, all != NULL ? all : "");
	free(all);
}

/* Why a command that was understood is not run; 0 where it is. */
static enum gj_remctl_error
rule_refusal(const struct command *command)
{
	if (command->rule == NULL)
		return GJ_REMCTL_UNKNOWN_COMMAND;
	if (!permitted(command, command->rule))
		return GJ_REMCTL_ACCESS;
	if (command->kind == COMMAND_HELP && command->rule->help == NULL)
		return GJ_REMCTL_NO_HELP;
	return 0;
}

static void
rule_judge(struct command *command, struct command_refusal *refusal)
{
	enum gj_remctl_error error = rule_refusal(command);
	const char *user = command->user->name, *text;
	char *names;

	command_log(command);
	if (error == 0)
		return;
	names = words(command, command->kind == COMMAND_HELP ? 3 : 2);
	text = names != NULL ? names : "";
	if (error == GJ_REMCTL_UNKNOWN_COMMAND)
		log_notice("unknown command%s from user %s", text, user);
	else if (error == GJ_REMCTL_ACCESS)
		log_notice("access denied: user %s, command%s", user, text);
	else
		log_notice(
		    "command%s from user %s has no defined help", text, user);
	free(names);
	refuse(refusal, error);
}

static void
command_judge(struct command *command, struct command_refusal *refusal)
{
	const struct gssloop_view *name = command->arguments;
	bool help = command->count > 0 && view_is(name, "help");

	command->rule =
	    config_match(command->config, command->arguments, command->count);
	if (command->rule == NULL && help && command->count == 1) {
		summary_judge(command, refusal);
		return;
	}
	if (command->rule == NULL && help && !help_find(command, refusal))
		return;
	if (arguments_check(command, refusal))
		rule_judge(command, refusal);
}

void
command_open(struct command *command, struct config *config,
    struct acl_user *user, const struct gssloop_view *body,
    struct command_refusal *refusal)
{
	memset(command, 0, sizeof(*command));
	memset(refusal, 0, sizeof(*refusal));
	command->config = config_hold(config);
	command->user = user;
	if (!arguments_read(command, body, refusal))
		return;
	if (command->count == 0) {
		log_notice("empty command from user %s", user->name);
		refuse(refusal, GJ_REMCTL_UNKNOWN_COMMAND);
		return;
	}
	command_judge(command, refusal);
}

/* Running. */

static void
argv_free(struct command *command)
{
	size_t i;

	for (i = 0; command->argv != NULL && command->argv[i] != NULL; i++) {
		explicit_bzero(command->argv[i], strlen(command->argv[i]));
		free(command->argv[i]);
	}
	free(command->argv);
	free(command->name);
	command->argv = NULL;
	command->name = NULL;
}

/* Arguments that are appended; the first failure sticks. */
struct argv {
	char **at;
	bool failed;
};

static void
argv_add(struct argv *argv, const void *octets, size_t size)
{
	struct gssloop_view view = {octets, size};
	char *text = argv->failed ? NULL : view_text(&view);

	if (text == NULL)
		argv->failed = true;
	else
		*argv->at++ = text;
}

static void
argv_text(struct argv *argv, const char *text)
{
	argv_add(argv, text, strlen(text));
}

/* As remctld: sudo by its path, any other program by its last name. */
static void
argv_program(struct argv *argv, const struct rule *rule)
{
	const char *slash = strrchr(rule->program, '/');

	if (rule->sudo == NULL) {
		argv_text(argv, slash != NULL ? slash + 1 : rule->program);
		return;
	}
	argv_text(argv, REMCTLD_SUDO);
	argv_text(argv, "-u");
	argv_text(argv, rule->sudo);
	argv_text(argv, "--");
	argv_text(argv, rule->program);
}

static void
argv_arguments(struct argv *argv, const struct command *command)
{
	size_t at_stdin = stdin_argument(command), i;

	for (i = 1; i < command->count; i++)
		if (i != at_stdin)
			argv_add(argv, command->arguments[i].data,
			    command->arguments[i].size);
}

static void
argv_summary(struct argv *argv, const struct rule *rule)
{
	argv_text(argv, rule->summary);
	if (strcmp(rule->subcommand, "ALL") != 0 &&
	    strcmp(rule->subcommand, "EMPTY") != 0)
		argv_text(argv, rule->subcommand);
}

static void
argv_help(struct argv *argv, const struct command *command)
{
	argv_text(argv, command->rule->help);
	if (command->count > 2)
		argv_add(argv, command->arguments[2].data,
		    command->arguments[2].size);
}

static bool
argv_make(struct command *command)
{
	struct argv argv;

	argv_free(command);
	command->argv =
	    calloc(command->count + ARGV_EXTRA, sizeof(*command->argv));
	argv.at = command->argv;
	argv.failed = command->argv == NULL;
	argv_program(&argv, command->rule);
	if (command->kind == COMMAND_PLAIN)
		argv_arguments(&argv, command);
	else if (command->kind == COMMAND_HELP)
		argv_help(&argv, command);
	else
		argv_summary(&argv, command->rule);
	return !argv.failed;
}

static void
program_make(const struct command *command, const struct client *client,
    struct program *program)
{
	size_t at_stdin = stdin_argument(command);

	memset(program, 0, sizeof(*program));
	program->client = client;
	program->rule = command->rule;
	program->path =
	    command->rule->sudo != NULL ? REMCTLD_SUDO : command->rule->program;
	program->argv = command->argv;
	program->command = command->kind == COMMAND_SUMMARY
			       ? command->rule->summary
			       : command->name;
	program->has_input = at_stdin > 0;
	if (program->has_input)
		program->input = command->arguments[at_stdin];
}

bool
command_next(struct command *command, const struct client *client,
    struct program *program, bool *failed)
{
	*failed = false;
	if (command->rule == NULL)
		return false;
	*failed = !argv_make(command);
	command->name = view_text(&command->arguments[0]);
	if (*failed || command->name == NULL) {
		*failed = true;
		return false;
	}
	program_make(command, client, program);
	return true;
}

void
command_ended(struct command *command, int status)
{
	if (status != 0)
		command->status = status;
	if (command->kind == COMMAND_SUMMARY)
		summary_find(command);
	else
		command->rule = NULL;
}

int
command_status(const struct command *command)
{
	return WIFEXITED(command->status) ? WEXITSTATUS(command->status) : -1;
}

void
command_close(struct command *command)
{
	argv_free(command);
	free(command->arguments);
	config_release(command->config);
	memset(command, 0, sizeof(*command));
}
