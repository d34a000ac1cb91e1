/*
 * The built tree that a program of ours stands in.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_BUILT_H
#define GSSTEST_BUILT_H

#include <stdbool.h>
#include <stddef.h>

/* Octets of a path, with room for what is put behind it. */
#define BUILT_PATH 1024
#define BUILT_ROOM (BUILT_PATH + 32)

/* What has to be there beside us, and what makes it. */
struct built_part {
	const char *path, *made_by;
};

/*
 * The tree of a program that is called so, and in whose folder bin it stands.
 * False, with a message on stderr, where there is none, it lacks one of these
 * parts, or there is no realm around us, in which `command` has to be run.
 */
bool built_find(const char *program, const char *command,
    const struct built_part *parts, size_t count, char build[BUILT_PATH]);

#endif
