/*
 * HOST:PORT, or the path of a local socket: connecting and listening.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_ADDRESS_H
#define GSSTEST_ADDRESS_H

#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Room for a numeric address with its port, or a local one's path. */
#define ADDRESS_TEXT 128

/* An address and port in one fixed form. */
#define ADDRESS_OCTETS 23

/* Room for what went wrong. */
#define ADDRESS_ERROR 256

/* True where the text has the form HOST:PORT, or begins with a slash. */
bool address_is_one(const char *text);

/*
 * The addresses of HOST:PORT ([HOST]:PORT for IPv6), or the one of a local
 * socket, to be released with address_free; NULL with the reason in error,
 * which has room for ADDRESS_ERROR.
 */
struct addrinfo *address_resolve(const char *text, char *error);
void address_free(struct addrinfo *list);

/* The same for UDP, which local sockets do not stand in for. */
struct addrinfo *address_resolve_datagram(const char *text, char *error);

/*
 * Begins to connect a non-blocking socket to one address, as it was resolved:
 * 0 with the socket in *fd, or errno's value and -1.
 */
int address_connect(const struct addrinfo *address, int *fd);

/*
 * What became of it: 0 when it is connected, EAGAIN while it is under way
 * (wait until the socket can be written), or errno's value.
 */
int address_connected(int fd);

/*
 * Listens on HOST:PORT; port 0 picks a free one.  The non-blocking socket,
 * with the address in bound, which has room for ADDRESS_TEXT; -1 as above.
 */
int address_listen(const char *text, char *bound, char *error);

/* Nobody listens there any more: removes what a local socket leaves. */
void address_unlisten(const char *text);

/* The same for UDP, where there is nothing to listen for. */
int address_bind(const char *text, char *bound, char *error);

/*
 * True of the errno of accept() where the system, or the process, is out of
 * descriptors or memory: the connection is there still, and worth a pause.
 */
bool address_exhausted(int error);

/* True of a connected local socket; what reports call it. */
bool address_is_local(int fd);
#define ADDRESS_LOCAL "a Unix socket"

/* Writes address and port, of IPv4 or IPv6. */
void address_octets(
    const struct sockaddr_storage *address, uint8_t octets[ADDRESS_OCTETS]);

/* True where both are the same. */
bool address_equal(
    const struct sockaddr_storage *one, const struct sockaddr_storage *other);

/*
 * Two UDP sockets of this host that are connected to each other: 0, or -1 and
 * errno.  A local socket for datagrams would do, but the BSDs' take 2 KiB.
 */
int address_datagram_pair(int fds[2]);

#endif
