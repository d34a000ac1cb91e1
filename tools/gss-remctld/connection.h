/*
 * A client's connection, from its first octet to its last.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_CONNECTION_H
#define GSS_REMCTLD_CONNECTION_H

#include <stdbool.h>
#include <sys/socket.h>

#include "server.h"

/*
 * How long a client has for its context, for its next message, and to take
 * more of what it is sent; and how long its end of a connection is waited for
 * after ours, so that what was sent last is not lost to a reset.  The middle
 * one is remctld's.
 */
#define HANDSHAKE_SECONDS 60
#define IDLE_SECONDS	  3600
#define LINGER_SECONDS	  1

/*
 * Messages that one client has answered before others have their turn.
 */
#define MESSAGES_A_TURN 16

struct connection;

/* Takes over a connected socket, whatever becomes of it. */
void connection_begin(struct server *server, int fd,
    const struct sockaddr_storage *peer, socklen_t peer_size);

/* Ends it; a program that runs is told when it writes. */
void connection_free(struct connection *connection);

/* The server stops: ends it, unless a command runs or is being answered. */
void connection_stop(struct connection *connection);

/* Since when it has been there, as gj_now; how the server orders them. */
uint64_t connection_began(const struct connection *connection);

/* Whether it has this number, which no other ever has. */
bool connection_is(const struct connection *connection, uint64_t number);

/* The client's host has this name; "": it has none. */
void connection_named(struct connection *connection, const char *host);

#endif
