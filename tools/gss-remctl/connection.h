/*
 * The connection to the server.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTL_CONNECTION_H
#define GSS_REMCTL_CONNECTION_H

#include "options.h"

/* The registered port, and the one before it. */
#define PORT_DEFAULT 4373
#define PORT_LEGACY  4444

/* Room for a host's name and its NUL (RFC 1035, section 2.3.4). */
#define HOST_ROOM 256

/*
 * Connects to the host: each of its addresses in turn, and without a port all
 * of them a second time at the old one.  The socket, with the host's canonical
 * name, which has room for HOST_ROOM; the name is the one that was given where
 * the server's principal was.  -1 when the reason was told.
 */
int connection_make(const struct options *options, char *canonical);

#endif
