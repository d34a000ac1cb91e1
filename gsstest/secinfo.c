/*
 * gsstest secinfo: what the command line asked for, and the two processes.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "address.h"
#include "compat.h"
#include "deadline.h"
#include "secinfo.h"

/* The service that gsstest/realm has a key for. */
static const char target_default[] = "host@localhost";

enum long_option {
	OPTION_NO_CCM = 256,
	OPTION_PROTECTED_BY,
	OPTION_TCP,
	OPTION_WAY
};

static const struct option long_options[] = {
    {"no-ccm", no_argument, NULL, OPTION_NO_CCM},
    {"protected-by", required_argument, NULL, OPTION_PROTECTED_BY},
    {"tcp", no_argument, NULL, OPTION_TCP},
    {"way", required_argument, NULL, OPTION_WAY},
    {NULL, 0, NULL, 0},
};

/* --- The command line -------------------------------------------------------
 */

static int
usage(void)
{
	fprintf(stderr,
	    "usage: gsstest secinfo [options] [SERVICE@HOST]\n"
	    "       gsstest secinfo call  [options] WHERE SERVICE@HOST\n"
	    "       gsstest secinfo serve [options] WHERE\n"
	    "WHERE is HOST:PORT, or the path of a Unix socket\n"
	    "options: [--way wrongsec|guess|first|refuse] [--no-ccm] [--tcp]\n"
	    "         [--protected-by WHAT] [-M CALLS] [-n CONNECTIONS] "
	    "[-t SECONDS] [-j]\n");
	return EXIT_USAGE;
}

static int
wrong(const char *option, const char *text, const char *why)
{
	fprintf(stderr, "gsstest: %s %s: %s\n", option, text, why);
	return EXIT_USAGE;
}

static int
number_read(const char *option, const char *text, unsigned int least,
    unsigned int most, unsigned int *to)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || value < least ||
	    value > most)
		return wrong(option, text, "no number that is possible here");
	*to = (unsigned int)value;
	return EXIT_WORKED;
}

static int
seconds_read(const char *text, unsigned int *wait_ms)
{
	unsigned int seconds;
	int status = number_read("-t", text, 1, 86400, &seconds);

	if (status == EXIT_WORKED)
		*wait_ms = seconds * 1000;
	return status;
}

static int
option_read(struct secinfo *secinfo, int option, const char *text)
{
	struct options *options = &secinfo->options;

	switch (option) {
	case 'j':
		options->json = true;
		return EXIT_WORKED;
	case 'M':
		return number_read("-M", text, 1, 1000000, &secinfo->calls);
	case 'n':
		return number_read("-n", text, 0, 1000000, &options->count);
	case 't':
		return seconds_read(text, &options->wait_ms);
	case OPTION_NO_CCM:
		secinfo->way = WAY_REFUSE;
		return EXIT_WORKED;
	case OPTION_PROTECTED_BY:
		options->protected_by = text;
		return text[0] != '\0' ? EXIT_WORKED
				       : wrong("--protected-by", "\"\"",
					     "say what does it");
	case OPTION_TCP:
		secinfo->tcp = true;
		return EXIT_WORKED;
	case OPTION_WAY:
		if (story_way_find(text, &secinfo->way))
			return EXIT_WORKED;
		return wrong("--way", text, "wrongsec, guess, first or refuse");
	default: /* getopt_long has said what is wrong */
		return usage();
	}
}

static int
secinfo_read(struct secinfo *secinfo, int argc, char **argv)
{
	static char program[] = "gsstest";
	struct options *options = &secinfo->options;
	int option, status;

	memset(secinfo, 0, sizeof(*secinfo));
	secinfo->calls = SECINFO_CALLS_DEFAULT;
	options->mech = gj_mech_krb5;
	options->count = 1;
	options->wait_ms = SECONDS_DEFAULT * 1000;
	argv[0] = program; /* getopt_long complains in its name */
	while ((option = getopt_long(
		    argc, argv, "jM:n:t:", long_options, NULL)) != -1) {
		status = option_read(secinfo, option, optarg);
		if (status != EXIT_WORKED)
			return status;
	}
	options->operands = argv + optind;
	options->operand_count = argc - optind;
	return EXIT_WORKED;
}

const char *
secinfo_layer(const struct secinfo *secinfo, int fd)
{
	if (address_is_local(fd))
		return ADDRESS_LOCAL;
	return secinfo->options.protected_by;
}

/* --- One side ---------------------------------------------------------------
 */

/* A connected socket, or -1 with the reason. */
static int
connect_to(const struct secinfo *secinfo, const char *where, char *error)
{
	struct addrinfo *list = address_resolve(where, error);
	uint64_t deadline = gj_deadline(secinfo->options.wait_ms);
	struct pollfd fd = {-1, POLLOUT, 0};
	int status;

	if (list == NULL)
		return -1;
	status = address_connect(list, &fd.fd);
	while (status == 0 && (status = address_connected(fd.fd)) == EAGAIN)
		status = poll(&fd, 1, gj_left_ms(deadline)) > 0 ? 0 : ETIMEDOUT;
	address_free(list);
	if (status == 0)
		return fd.fd;
	snprintf(error, ADDRESS_ERROR, "connecting to %s: %s", where,
	    strerror(status));
	if (fd.fd != -1)
		close(fd.fd);
	return -1;
}

static int
call_command(const struct secinfo *secinfo)
{
	char error[ADDRESS_ERROR];
	const char *where;
	int fd;

	if (secinfo->options.operand_count != 2)
		return usage();
	where = secinfo->options.operands[0];
	fd = connect_to(secinfo, where, error);
	if (fd != -1)
		return secinfo_client(
		    secinfo, secinfo->options.operands[1], fd);
	complaint(&secinfo->options, GSSLOOP_INITIATOR, error);
	return EXIT_FAILED;
}

static int
serve_command(const struct secinfo *secinfo)
{
	char bound[ADDRESS_TEXT], error[ADDRESS_ERROR];
	const char *where;
	int fd, status;

	if (secinfo->options.operand_count != 1)
		return usage();
	where = secinfo->options.operands[0];
	fd = address_listen(where, bound, error);
	if (fd == -1) {
		complaint(&secinfo->options, GSSLOOP_ACCEPTOR, error);
		return EXIT_FAILED;
	}
	status = secinfo_server(secinfo, fd, bound, -1);
	address_unlisten(where);
	return status;
}

/* --- Both -------------------------------------------------------------------
 */

/* Two ends of a connection over TCP on this host; 0, or -1 and errno. */
static int
tcp_pair(int fds[2])
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	memset(&address, 0, sizeof(address));
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fds[0] = fds[1] = -1;
	if (listener != -1 &&
	    bind(listener, (struct sockaddr *)&address, size) == 0 &&
	    listen(listener, 1) == 0 &&
	    getsockname(listener, (struct sockaddr *)&address, &size) == 0)
		fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (fds[0] != -1 &&
	    connect(fds[0], (struct sockaddr *)&address, size) == 0)
		fds[1] = accept(listener, NULL, NULL);
	if (listener != -1)
		close(listener);
	return fds[1] == -1 ? -1 : 0;
}

/* The server's report comes behind the client's; it fits a pipe. */
static int
child_end(pid_t pid, int report)
{
	char text[4096];
	ssize_t got;
	int status;

	while ((got = read(report, text, sizeof(text))) > 0)
		fwrite(text, 1, (size_t)got, stdout);
	close(report);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return EXIT_FAILED;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	fprintf(stderr, "gsstest: the acceptor died of signal %d\n",
	    WTERMSIG(status));
	return EXIT_FAILED;
}

static int
server_child(const struct secinfo *secinfo, int fd, int report)
{
	int status;

	dup2(report, STDOUT_FILENO);
	close(report);
	status = secinfo_server(secinfo, -1, NULL, fd);
	fflush(stdout);
	return status;
}

static int
pair_run(const struct secinfo *secinfo, const char *target, const int fds[2])
{
	int report[2], called, served;
	pid_t pid;

	if (pipe(report) == -1)
		return EXIT_FAILED;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(report[0]);
		close(fds[0]);
		exit(server_child(secinfo, fds[1], report[1]));
	}
	close(report[1]);
	close(fds[1]);
	if (pid == -1) {
		fprintf(stderr, "gsstest: fork: %s\n", strerror(errno));
		close(report[0]);
		close(fds[0]);
		return EXIT_FAILED;
	}
	called = secinfo_client(secinfo, target, fds[0]);
	served = child_end(pid, report[0]);
	return called == EXIT_WORKED ? served : called;
}

static int
pair_command(const struct secinfo *secinfo)
{
	const struct options *options = &secinfo->options;
	int fds[2];

	if (options->operand_count > 1)
		return usage();
	if ((secinfo->tcp ? tcp_pair(fds)
			  : socketpair(AF_UNIX, SOCK_STREAM, 0, fds)) == -1) {
		fprintf(stderr, "gsstest: a pair of sockets: %s\n",
		    strerror(errno));
		return EXIT_FAILED;
	}
	return pair_run(secinfo,
	    options->operand_count == 1 ? options->operands[0] : target_default,
	    fds);
}

int
secinfo_command(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const struct secinfo *secinfo);
	} sides[] = {{"call", call_command}, {"serve", serve_command}};
	int (*run)(const struct secinfo *secinfo) = pair_command;
	struct secinfo secinfo;
	int status;
	size_t i;

	for (i = 0; argc > 1 && i < 2; i++) {
		if (strcmp(argv[1], sides[i].name) != 0)
			continue;
		run = sides[i].run;
		argc--;
		argv++;
		break;
	}
	status = secinfo_read(&secinfo, argc, argv);
	return status == EXIT_WORKED ? run(&secinfo) : status;
}
