/*
 * gss-remctl: runs a command on a server of remctl.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complaint.h"
#include "connection.h"
#include "exchange.h"
#include "output.h"

static int
run(const struct options *options)
{
	struct context context;
	char canonical[HOST_ROOM];
	int status = EXIT_OURS, fd;

	fd = connection_make(options, canonical);
	if (fd == -1)
		return EXIT_OURS;
	if (context_open(&context, options, fd, canonical))
		status = exchange_run(&context, options);
	context_close(&context);
	return status;
}

static int
text_show(const char *text)
{
	if (fputs(text, stdout) != EOF && fflush(stdout) == 0)
		return EXIT_SUCCESS;
	complain("the output could not be written");
	return EXIT_OURS;
}

/* A server or a reader of our output that is gone is an error, no signal. */
static void
signals_set(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = SIG_IGN;
	sigemptyset(&action.sa_mask);
	sigaction(SIGPIPE, &action, NULL);
}

int
main(int argc, char **argv)
{
	struct options options;

	if (!output_guard())
		return EXIT_OURS;
	signals_set();
	if (!options_read(&options, argc, argv))
		return EXIT_OURS;
	if (options.help)
		return text_show(options_usage);
	if (options.version)
		return text_show("gss-remctl " GJ_VERSION "\n");
	remarks_want(options.debug);
	return run(&options);
}
