/*
 * gss-remctld: runs commands for remctl's clients.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "descriptors.h"
#include "log.h"
#include "server.h"
#include "standing.h"

/* Where programs are found by those that a set-id server starts. */
#define SAFE_PATH "PATH=/usr/sbin:/usr/bin:/sbin:/bin"

extern char **environ;

/*
 * Who starts a set-id program chooses its environment: neither keytab nor
 * configuration nor library is to come from there.
 */
static void
environment_distrust(void)
{
	static char path[] = SAFE_PATH;
	static char *safe[] = {path, NULL};

	if (account_is_lent())
		environ = safe;
}

static struct config *
config_begin(const struct options *options)
{
	char error[CONFIG_TEXT_MAX];
	struct config *config =
	    config_load(options->config, error, sizeof(error));

	if (config == NULL) {
		log_fatal("%s", error);
		log_fatal("cannot read configuration file %s", options->config);
		return NULL;
	}
	server_warn(config);
	return config;
}

/* A daemon is in another directory when it reads its configuration again. */
static bool
config_absolute(struct options *options, char *path, size_t size)
{
	size_t length;

	if (options->config[0] == '/')
		return true;
	if (getcwd(path, size) == NULL)
		return false;
	length = strlen(path);
	if (strlen(options->config) + 2 > size - length)
		return false;
	snprintf(path + length, size - length, "/%s", options->config);
	options->config = path;
	return true;
}

/* Connections are taken: whoever waits for that is told. */
static void
on_ready(const struct options *options)
{
	if (options->pid != NULL && !standing_pid_write(options->pid))
		log_warning("cannot create PID file %s: %s", options->pid,
		    strerror(errno));
	log_notice("starting");
	standing_notify();
	standing_forget();
	if (options->suspend)
		raise(SIGSTOP);
}

static int
daemon_run(const struct options *options, struct config *config,
    struct listeners *listeners)
{
	int status;

	if (!options->foreground) {
		if (!standing_background(options->standard)) {
			log_fatal("cannot run in the background: %s",
			    strerror(errno));
			return 1;
		}
		log_quiet();
	}
	status = server_run(options, config, listeners, on_ready);
	if (options->pid != NULL && status == 0)
		unlink(options->pid);
	return status;
}

/*
 * Configuration and sockets come before the background, so that whoever
 * started the server learns of what is wrong.
 */
static int
standalone_run(struct options *options)
{
	char path[PATH_MAX];
	struct config *config;
	struct listeners listeners;
	int status = 1;

	if (!config_absolute(options, path, sizeof(path))) {
		log_fatal("cannot find the configuration: %s", strerror(errno));
		return 1;
	}
	config = config_begin(options);
	if (config == NULL)
		return 1;
	if (listeners_inherit(&listeners) ||
	    listeners_open(
		&listeners, options->binds, options->bind_count, options->port))
		status = daemon_run(options, config, &listeners);
	listeners_close(&listeners);
	config_release(config);
	return status;
}

/*
 * inetd gives the connection as all three standard streams: one of our own is
 * all that is left of it, so that it is closed when it is over, and nothing
 * that is written to a stream reaches the client.
 */
static int
connection_take(const struct options *options)
{
	int fd = fcntl(STDIN_FILENO, F_DUPFD, STDERR_FILENO + 1);

	if (fd == -1 || !descriptor_empty(STDIN_FILENO))
		return -1;
	if (!options->standard && (!descriptor_empty(STDOUT_FILENO) ||
				      !descriptor_empty(STDERR_FILENO)))
		return -1;
	return fd;
}

static int
single_run(const struct options *options)
{
	struct config *config = config_begin(options);
	int fd, status;

	if (config == NULL)
		return 1;
	standing_forget();
	fd = connection_take(options);
	if (fd == -1) {
		log_fatal("cannot take standard input: %s", strerror(errno));
		status = 1;
	} else {
		status = server_run_one(options, config, fd);
	}
	config_release(config);
	return status;
}

static int
run(struct options *options)
{
	const struct log_params params = {.standard = options->standard,
	    .aloud = options->standalone,
	    .debug = options->debug};

	log_open(&params);
	signal(SIGPIPE, SIG_IGN);
	if (options->keytab != NULL &&
	    setenv("KRB5_KTNAME", options->keytab, 1) == -1) {
		log_fatal("out of memory");
		return 1;
	}
	return options->standalone ? standalone_run(options)
				   : single_run(options);
}

int
main(int argc, char **argv)
{
	struct options options;
	int status = 1;

	environment_distrust();
	if (!standing_descriptors())
		return 1;
	switch (options_read(&options, argc, argv)) {
	case OPTIONS_RUN:
		status = run(&options);
		break;
	case OPTIONS_DONE:
		status = 0;
		break;
	case OPTIONS_WRONG:
		break;
	}
	options_free(&options);
	return status;
}
