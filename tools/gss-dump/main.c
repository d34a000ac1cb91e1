/*
 * gss-dump: what is in a token of SPNEGO or NEGOEX.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>

#include "dump.h"
#include "fields.h"
#include "input.h"
#include "json.h"
#include "notation.h"
#include "options.h"
#include "show.h"

/* The error is part of the object, and on stderr. */
static void
report(struct dump *dump, const struct options *options)
{
	if (dump->failed && options->json)
		fields_text(dump, dump->json, "error", dump->error);
	if (options->json)
		json_show(dump->json);
	else
		show_text(dump->json);
	fflush(stdout);
	if (dump->failed)
		fprintf(stderr, "%s\n", dump->error);
}

/* An input that is no notation of a token is an object of its error alone. */
static void
token_dump(struct dump *dump, uint8_t *input, size_t size,
    struct gj_negoex_order *order)
{
	struct notation_error error = {0, NULL};

	if (size <= INPUT_MAX && notation_read(input, &size, &error) &&
	    size <= TOKEN_MAX) {
		dump_token(dump, input, size, order);
		return;
	}
	*dump = (struct dump){.json = json_object()};
	if (error.reason != NULL)
		dump_fail(dump, error.offset, error.reason);
	else
		dump_fail(dump, TOKEN_MAX, "the token is too large");
}

static int
run(struct options *options)
{
	struct dump dump;
	uint8_t *input;
	size_t size;
	int status;

	if (options->text != NULL)
		input = input_text(options->text, &size);
	else
		input = input_operand(options->file, &size);
	if (input == NULL)
		return EXIT_USAGE;
	token_dump(&dump, input, size, options->check ? &options->order : NULL);
	report(&dump, options);
	status = dump.failed ? EXIT_REFUSED : EXIT_GOOD;
	if (dump.lost) {
		fprintf(stderr, "gss-dump: out of memory\n");
		status = EXIT_USAGE;
	}
	dump_free(&dump);
	free(input);
	return status;
}

/* What was asked for is on stdout: a full disk is a failure. */
static int
output_end(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "gss-dump: the output could not be written\n");
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	struct options options;
	int status = options_read(&options, argc, argv);

	if (status != EXIT_GOOD) {
		fputs(options_usage, stderr);
		return status;
	}
	if (options.help) {
		fputs(options_usage, stdout);
		return output_end(EXIT_GOOD);
	}
	return output_end(run(&options));
}
