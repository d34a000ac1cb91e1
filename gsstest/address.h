/*
 * HOST:PORT: connecting and listening.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_ADDRESS_H
#define GSSTEST_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

/* Room for a numeric address with its port. */
#define ADDRESS_TEXT 80

/* Room for what went wrong. */
#define ADDRESS_ERROR 256

/*
 * Connects to HOST:PORT ([HOST]:PORT for IPv6) by TCP, trying each of the
 * host's addresses until the deadline (gssloop_deadline).  The socket, or -1
 * with the reason in error, which has room for ADDRESS_ERROR.
 */
int address_connect(const char *text, uint64_t deadline, char *error);

/*
 * Listens on HOST:PORT; port 0 picks a free one.  The non-blocking socket,
 * with the address in bound, which has room for ADDRESS_TEXT; -1 as above.
 */
int address_listen(const char *text, char *bound, char *error);

#endif
