/*
 * Both halves at once, in two processes joined by a socketpair: gsstest loop.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "address.h"
#include "compat.h"
#include "complaint.h"
#include "connection.h"
#include "deadline.h"
#include "pair.h"
#include "report.h"

/* The service that gsstest/realm has a key for. */
static const char target_default[] = "host@localhost";

/* One connection over a socket that is there already. */
static int
serve_one(struct party *party, int fd)
{
	struct hub hub;
	int status = hub_open(&hub, party, 1);

	if (status == EXIT_WORKED) {
		connection_begin(&hub, fd);
		status = hub_run(&hub);
	} else {
		close(fd);
	}
	hub_close(&hub);
	return status;
}

static int
child_run(enum gssloop_role role, const struct options *options,
    const char *target, int fd)
{
	struct party party;
	int status = party_open(
	    &party, role, options, role == GSSLOOP_INITIATOR ? target : NULL);

	if (status == EXIT_WORKED)
		status = serve_one(&party, fd);
	else
		close(fd);
	party_close(&party);
	return status;
}

/* A child with the socket, and the pipe that its report comes through. */
struct child {
	enum gssloop_role role;
	pid_t pid;
	int report; /* -1 for none */
	int error;  /* why it was not started */
};

static void
child_start(struct child *child, const struct options *options,
    const char *target, const int fds[2])
{
	int mine = child->role == GSSLOOP_INITIATOR ? 0 : 1;
	int report[2];

	child->pid = -1;
	child->report = -1;
	if (pipe(report) == -1) {
		child->error = errno;
		return;
	}
	child->pid = fork();
	if (child->pid == -1)
		child->error = errno;
	if (child->pid == 0) {
		close(report[0]);
		close(fds[1 - mine]);
		dup2(report[1], STDOUT_FILENO);
		close(report[1]);
		exit(child_run(child->role, options, target, fds[mine]));
	}
	close(report[1]);
	child->report = report[0];
}

/* Hands the child's report on; a report fits a pipe, so order is free. */
static void
child_show(struct child *child)
{
	char text[4096];
	ssize_t got;

	while ((got = read(child->report, text, sizeof(text))) > 0)
		fwrite(text, 1, (size_t)got, stdout);
	fflush(stdout);
	close(child->report);
}

/* True when the child ended by itself and everything worked. */
static bool
child_works(struct child *child)
{
	int status;

	if (child->pid == -1) {
		fprintf(stderr, "gsstest: the %s could not be started: %s\n",
		    complaint_role(child->role), strerror(child->error));
		if (child->report != -1)
			close(child->report);
		return false;
	}
	child_show(child);
	while (waitpid(child->pid, &status, 0) == -1)
		if (errno != EINTR)
			return false;
	if (WIFSIGNALED(status))
		fprintf(stderr, "gsstest: the %s died of signal %d\n",
		    complaint_role(child->role), WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_WORKED;
}

static bool
pair_run(const struct options *options, const char *target)
{
	struct child initiator = {GSSLOOP_INITIATOR, -1, -1, 0};
	struct child acceptor = {GSSLOOP_ACCEPTOR, -1, -1, 0};
	bool accepted, initiated;
	int fds[2];

	if ((options->channel->datagrams
		    ? address_datagram_pair(fds)
		    : socketpair(AF_UNIX, SOCK_STREAM, 0, fds)) == -1) {
		fprintf(stderr, "gsstest: socketpair: %s\n", strerror(errno));
		return false;
	}
	fflush(NULL);
	child_start(&acceptor, options, target, fds);
	child_start(&initiator, options, target, fds);
	close(fds[0]);
	close(fds[1]);
	initiated = child_works(&initiator);
	accepted = child_works(&acceptor);
	return initiated && accepted;
}

int
pair_command(int argc, char **argv)
{
	struct options options;
	const char *target = target_default;
	unsigned int i, worked = 0;
	uint64_t began = gj_now();
	int status = options_read(&options, argc, argv);

	if (status != EXIT_WORKED)
		return status;
	if (options.operand_count > 1 || options.count == 0) {
		fprintf(stderr, "usage: gsstest loop [options] [SERVICE@HOST]\n"
				"       with -n above 0\n");
		return EXIT_USAGE;
	}
	if (options.operand_count == 1)
		target = options.operands[0];
	for (i = 0; i < options.count; i++)
		if (pair_run(&options, target))
			worked++;
	report_sum(&options, GSSLOOP_INITIATOR, options.count, worked,
	    gj_now() - began);
	return worked == options.count ? EXIT_WORKED : EXIT_FAILED;
}
