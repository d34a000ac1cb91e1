/*
 * ailing: a system and a network that fail at chosen places, for a program that
 * is run with this library preloaded.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 *	AILING_MALLOC	no memory of so many octets or more in one piece, once
 *			there is a connection
 *	AILING_RECV	recv() fails with EIO once so many octets have come
 *	AILING_GARBLE	OFFSET:BITS,... the octet there, of all that comes,
 *			with these bits inverted; both are numbers of C
 *
 * Only what makes a difference to one connection is counted, so a program has
 * one.
 */
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static size_t come;
static int connected;

/* The next library's function of this name; dlsym gives no function pointer. */
static void
next_find(const char *name, void *function)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(function, &found, sizeof(found));
}

/* The variable's number; the greatest there is where it is not set. */
static size_t
threshold(const char *name)
{
	const char *value = getenv(name);

	return value != NULL ? strtoul(value, NULL, 10) : (size_t)-1;
}

void *
malloc(size_t size)
{
	static void *(*next)(size_t);

	if (next == NULL)
		next_find("malloc", &next);
	if (connected && size >= threshold("AILING_MALLOC")) {
		errno = ENOMEM;
		return NULL;
	}
	return next(size);
}

/* What every stream channel begins with. */
int
setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
	static int (*next)(int, int, int, const void *, socklen_t);

	if (next == NULL)
		next_find("setsockopt", &next);
	if (level == IPPROTO_TCP && name == TCP_NODELAY)
		connected = 1;
	return next(fd, level, name, value, length);
}

/* What of the octets that came now is garbled. */
static void
garble(unsigned char *octets, size_t size)
{
	const char *value = getenv("AILING_GARBLE");
	unsigned char bits;
	size_t offset;
	char *end;

	while (value != NULL && *value != '\0') {
		offset = strtoul(value, &end, 0);
		if (*end != ':')
			return;
		bits = (unsigned char)strtoul(end + 1, &end, 0);
		if (offset >= come && offset - come < size)
			octets[offset - come] ^= bits;
		value = *end == ',' ? end + 1 : NULL;
	}
}

ssize_t
recv(int fd, void *octets, size_t size, int flags)
{
	static ssize_t (*next)(int, void *, size_t, int);
	ssize_t got;

	if (next == NULL)
		next_find("recv", &next);
	if (connected && come >= threshold("AILING_RECV")) {
		errno = EIO;
		return -1;
	}
	got = next(fd, octets, size, flags);
	if (connected && got > 0) {
		garble(octets, (size_t)got);
		come += (size_t)got;
	}
	return got;
}
