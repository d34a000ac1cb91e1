/*
 * turns: how often a program's event loop turns, counted from inside.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Loaded before the C library (LD_PRELOAD).  Counts the calls of epoll_wait,
 * and writes their number to the file that TURNS names when the program ends.
 * A loop that spins shows, however fast the machine is.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

static unsigned long turns;

/* A function as it would be without this. */
static void
next(const char *name, void *function, size_t size)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	memcpy(function, &found, size);
}

int
epoll_wait(int fd, struct epoll_event *events, int most, int timeout)
{
	static int (*real)(int, struct epoll_event *, int, int);

	if (real == NULL)
		next("epoll_wait", &real, sizeof(real));
	turns++;
	return real(fd, events, most, timeout);
}

__attribute__((destructor)) static void
show(void)
{
	const char *name = getenv("TURNS");
	FILE *file = name != NULL ? fopen(name, "w") : NULL;

	if (file == NULL)
		return;
	fprintf(file, "%lu\n", turns);
	fclose(file);
}
