/*
 * HOST:PORT: connecting and listening.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_ADDRESS_H
#define GSSTEST_ADDRESS_H

#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Room for a numeric address with its port. */
#define ADDRESS_TEXT 80

/* An address and port in one fixed form. */
#define ADDRESS_OCTETS 23

/* Room for what went wrong. */
#define ADDRESS_ERROR 256

/* True where the text has the form HOST:PORT. */
bool address_is_one(const char *text);

/*
 * The addresses of HOST:PORT ([HOST]:PORT for IPv6), to be released with
 * freeaddrinfo; NULL with the reason in error, which has room for
 * ADDRESS_ERROR.
 */
struct addrinfo *address_resolve(const char *text, char *error);

/* The same for UDP. */
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

/* The same for UDP, where there is nothing to listen for. */
int address_bind(const char *text, char *bound, char *error);

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
