/*
 * remctl_kept: commands of remctl on connections that are kept; a peer of the
 * tests, and for the bench.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	remctl_kept HOST PORT PRINCIPAL talk
 *		runs the commands that stand on standard input, a line each:
 *		shows their output, and a line STATUS or ERROR; `noop' alone
 *		is NOOP.  The word @FILE is the file's octets.
 *	remctl_kept HOST PORT PRINCIPAL time COUNT COMMAND
 *		the microseconds that COUNT commands take, one by one
 *	remctl_kept HOST PORT PRINCIPAL crowd COUNT ROUNDS SLOW COMMAND
 *		opens COUNT connections.  The first runs SLOW, and its output is
 *		never read.  The others run COMMAND, all at once, ROUNDS times.
 *		Two lines of microseconds: opening, running; then they are kept
 *		until standard input ends.
 *
 * An empty PRINCIPAL is the host's.  A command is one argument, with blanks
 * between its words.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "remctl_kept.h"

#define WORDS_MAX 4200
#define LINE_MAX  65536

struct command {
	struct iovec words[WORDS_MAX];
	size_t count;
};

void
client_fail(const char *what, const char *why)
{
	fprintf(stderr, "remctl_kept: %s: %s\n", what, why);
	exit(1);
}

static uint64_t
microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The octets of a file, which the program keeps to its end. */
static void
file_read(const char *path, struct iovec *word)
{
	FILE *file = fopen(path, "rb");
	long size = -1;

	if (file != NULL && fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	if (size < 0)
		client_fail(path, "it cannot be read");
	rewind(file);
	word->iov_len = (size_t)size;
	word->iov_base = malloc(word->iov_len + 1);
	if (word->iov_base == NULL ||
	    fread(word->iov_base, 1, word->iov_len, file) != word->iov_len)
		client_fail(path, "it cannot be read");
	fclose(file);
}

/* The words look into the text, which is used up. */
static void
command_read(char *text, struct command *command)
{
	char *word, *state = NULL;

	command->count = 0;
	for (word = strtok_r(text, " \n", &state); word != NULL;
	     word = strtok_r(NULL, " \n", &state)) {
		struct iovec *one = &command->words[command->count];

		if (command->count++ == WORDS_MAX)
			client_fail("a command", "too many words");
		if (word[0] == '@') {
			file_read(word + 1, one);
		} else {
			one->iov_base = word;
			one->iov_len = strlen(word);
		}
	}
}

static void
answer_show(const struct client_answer *answer)
{
	if (answer->kind == CLIENT_OUTPUT) {
		fwrite(answer->data, 1, answer->size, stdout);
		return;
	}
	printf("%s %lu%s%.*s\n",
	    answer->kind == CLIENT_STATUS ? "STATUS" : "ERROR", answer->number,
	    answer->size > 0 ? " " : "", (int)answer->size,
	    (const char *)answer->data);
}

/* All answers to one command. */
static void
answers_get(struct client *client, bool show)
{
	struct client_answer answer;

	do {
		client_get(client, &answer);
		if (show)
			answer_show(&answer);
	} while (answer.kind == CLIENT_OUTPUT);
	if (!show && (answer.kind != CLIENT_STATUS || answer.number != 0))
		client_fail("the command", "it failed");
}

static void
talk(struct client *client)
{
	static struct command command;
	static char line[LINE_MAX];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (strcmp(line, "noop\n") == 0) {
			client_noop(client);
			puts("NOOP");
			continue;
		}
		command_read(line, &command);
		client_send(client, command.words, command.count);
		answers_get(client, true);
	}
	client_close(client);
}

static void
time_commands(struct client *client, char **arguments)
{
	static struct command command;
	unsigned long count = strtoul(arguments[0], NULL, 10), i;
	uint64_t began;

	command_read(arguments[1], &command);
	began = microseconds();
	for (i = 0; i < count; i++) {
		client_send(client, command.words, command.count);
		answers_get(client, false);
	}
	printf("%llu\n", (unsigned long long)(microseconds() - began));
	client_close(client);
}

static void
rounds_run(struct client **clients, unsigned long count, unsigned long rounds,
    const struct command *command)
{
	unsigned long i;

	while (rounds-- > 0) {
		for (i = 1; i < count; i++)
			client_send(clients[i], command->words, command->count);
		for (i = 1; i < count; i++)
			answers_get(clients[i], false);
	}
}

static void
crowd(char **address, char **arguments)
{
	static struct command slow, fast;
	unsigned long count = strtoul(arguments[0], NULL, 10), i;
	struct client **clients = calloc(count + 1, sizeof(struct client *));
	uint64_t began = microseconds();

	command_read(arguments[2], &slow);
	command_read(arguments[3], &fast);
	for (i = 0; i < count; i++)
		clients[i] = client_open(address[0], address[1],
		    address[2][0] != '\0' ? address[2] : NULL);
	printf("%llu\n", (unsigned long long)(microseconds() - began));
	client_send(clients[0], slow.words, slow.count);
	began = microseconds();
	rounds_run(clients, count, strtoul(arguments[1], NULL, 10), &fast);
	printf("%llu\n", (unsigned long long)(microseconds() - began));
	fflush(stdout);
	while (getchar() != EOF)
		;
	free(clients); /* the connections end with the program */
}

int
main(int argc, char **argv)
{
	const char *what = argc >= 5 ? argv[4] : "";
	struct client *client;

	if (argc == 9 && strcmp(what, "crowd") == 0) {
		crowd(argv + 1, argv + 5);
		return 0;
	}
	if (!(argc == 5 && strcmp(what, "talk") == 0) &&
	    !(argc == 7 && strcmp(what, "time") == 0))
		client_fail("usage", "HOST PORT PRINCIPAL talk | time COUNT "
				     "COMMAND | crowd COUNT ROUNDS SLOW "
				     "COMMAND");
	client =
	    client_open(argv[1], argv[2], argv[3][0] != '\0' ? argv[3] : NULL);
	if (argc == 5)
		talk(client);
	else
		time_commands(client, argv + 5);
	return fflush(stdout) == 0 ? 0 : 1;
}
