/*
 * The names of clients' addresses, looked up by a process of its own.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Name services may take long, and the server waits for nobody.  Nor is there
 * a promise here: it looks up one address after the other, what is too much is
 * not looked up at all, and when it has ended it is not begun anew.  Whoever
 * has no answer by the time that it is needed looks up the name without it.
 */
#ifndef GSS_REMCTLD_RESOLVER_H
#define GSS_REMCTLD_RESOLVER_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct resolver_owner {
	void *self;

	/* The name of the address in a question; "" where it has none. */
	void (*answered)(void *self, uint64_t number, const char *host);
};

/* Begins with 0. */
struct resolver {
	struct resolver_owner owner;
	struct event *answer; /* NULL: there is no process */
	int fd;		      /* 0: none, which is taken */
};

/* False with errno where it cannot be had; resolver_close is right then. */
bool resolver_open(struct resolver *resolver, struct event_base *base,
    const struct resolver_owner *owner);

/* Maybe answers.  The number is the owner's. */
void resolver_ask(struct resolver *resolver, uint64_t number,
    const struct sockaddr *address, socklen_t size);

void resolver_close(struct resolver *resolver);

#endif
