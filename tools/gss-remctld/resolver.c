/*
 * The names of clients' addresses.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Question and answer are one packet each, whose end POSIX wants to be told.
 * What answers has read what anybody may put into the name service, so it is
 * not trusted: a packet of another size, or what is no host's name, is no
 * answer.
 */
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "descriptors.h"
#include "log.h"
#include "program.h"
#include "resolver.h"

struct question {
	uint64_t number;
	struct sockaddr_storage address;
	socklen_t size;
};

struct answer {
	uint64_t number;
	char
	    host[CLIENT_HOST_MAX + 1]; /* ends with NUL; empty: there is none */
};

/* The process. */

static bool
question_get(int fd, struct question *question)
{
	ssize_t got;

	do
		got = recv(fd, question, sizeof(*question), 0);
	while (got == -1 && errno == EINTR);
	return got == (ssize_t)sizeof(*question);
}

static bool
answer_put(int fd, const struct answer *answer)
{
	ssize_t sent;

	do
		sent =
		    send(fd, answer, sizeof(*answer), MSG_NOSIGNAL | MSG_EOR);
	while (sent == -1 && errno == EINTR);
	return sent == (ssize_t)sizeof(*answer);
}

/* Serves the server until that has ended. */
static void __attribute__((noreturn)) questions_serve(int fd)
{
	struct question question;
	struct answer answer;

	while (question_get(fd, &question)) {
		memset(&answer, 0, sizeof(answer));
		answer.number = question.number;
		if (getnameinfo((struct sockaddr *)&question.address,
			question.size, answer.host, sizeof(answer.host), NULL,
			0, NI_NAMEREQD) != 0)
			answer.host[0] = '\0';
		if (!answer_put(fd, &answer))
			break;
	}
	_exit(0);
}

/* It has one descriptor, and streams that go nowhere. */
static void __attribute__((noreturn)) resolver_become(int fd)
{
	child_settle();
	signal(SIGPIPE, SIG_IGN); /* a name service's, say */
	if (dup2(fd, STDIN_FILENO) == -1 || !descriptor_empty(STDOUT_FILENO) ||
	    !descriptor_empty(STDERR_FILENO))
		_exit(1);
	log_leave();
	descriptors_close(STDERR_FILENO + 1);
	questions_serve(STDIN_FILENO);
}

/* The server. */

static bool
is_host(const char *host)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789-._";

	return host[strspn(host, allowed)] == '\0';
}

static void
on_answer(evutil_socket_t fd, short what, void *argument)
{
	struct resolver *resolver = argument;
	struct answer answer;
	ssize_t got = recv(fd, &answer, sizeof(answer), 0);

	(void)what;
	if (got == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		log_warning(
		    "the resolver has ended: programs wait for lookups");
		resolver_close(resolver);
		return;
	}
	if (got == (ssize_t)sizeof(answer) &&
	    memchr(answer.host, '\0', sizeof(answer.host)) != NULL &&
	    is_host(answer.host))
		resolver->owner.answered(
		    resolver->owner.self, answer.number, answer.host);
}

void
resolver_ask(struct resolver *resolver, uint64_t number,
    const struct sockaddr *address, socklen_t size)
{
	struct question question;

	if (resolver->answer == NULL || size > sizeof(question.address))
		return;
	memset(&question, 0, sizeof(question));
	question.number = number;
	question.size = size;
	memcpy(&question.address, address, size);
	if (send(resolver->fd, &question, sizeof(question),
		MSG_NOSIGNAL | MSG_EOR) == -1)
		log_debug("the resolver is busy: %s", strerror(errno));
}

static bool
process_make(int fd)
{
	sigset_t before;
	pid_t pid;

	child_announce(&before);
	pid = fork();
	if (pid == 0)
		resolver_become(fd);
	child_made(&before);
	return pid != -1;
}

bool
resolver_open(struct resolver *resolver, struct event_base *base,
    const struct resolver_owner *owner)
{
	int ends[2];
	bool made;

	memset(resolver, 0, sizeof(*resolver));
	resolver->owner = *owner;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == -1)
		return false;
	resolver->fd = ends[0];
	made = descriptor_prepare(ends[0]) && process_make(ends[1]);
	close(ends[1]);
	if (made)
		resolver->answer = event_new(
		    base, ends[0], EV_READ | EV_PERSIST, on_answer, resolver);
	if (resolver->answer != NULL && event_add(resolver->answer, NULL) == 0)
		return true;
	resolver_close(resolver);
	return false;
}

void
resolver_close(struct resolver *resolver)
{
	if (resolver->answer != NULL)
		event_free(resolver->answer);
	if (resolver->fd != 0)
		close(resolver->fd);
	memset(resolver, 0, sizeof(*resolver));
}
