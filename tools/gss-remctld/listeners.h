/*
 * The sockets that clients come to.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_LISTENERS_H
#define GSS_REMCTLD_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>

/* More than a host has addresses to be listed one by one. */
#define LISTENERS_MAX 64

struct listeners {
	int fds[LISTENERS_MAX];
	size_t count;
};

/*
 * Listens on each of the addresses, which are numeric; on none of them, on all
 * that the host has, of both families.  One that cannot be had is logged;
 * false only where there is none at all.  listeners_close is right after
 * either.
 */
bool listeners_open(struct listeners *listeners, const char *const *addresses,
    size_t count, unsigned short port);

/* The sockets that systemd passed on (sd_listen_fds(3)); false for none. */
bool listeners_inherit(struct listeners *listeners);

void listeners_close(struct listeners *listeners);

#endif
