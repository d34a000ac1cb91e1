/*
 * The built tree that a program of ours stands in.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "built.h"
#include "compat.h"

static bool
tree_find(const char *program, char build[BUILT_PATH])
{
	const char *at = getenv("PATH"), *slash = strrchr(program, '/');

	build[0] = '\0';
	if (slash != NULL)
		snprintf(build, BUILT_PATH, "%.*s/..", (int)(slash - program),
		    program);
	while (build[0] == '\0' && at != NULL && *at != '\0') {
		snprintf(build, BUILT_PATH, "%.*s/%s", (int)strcspn(at, ":"),
		    at, program);
		if (access(build, X_OK) == 0)
			snprintf(build, BUILT_PATH, "%.*s/..",
			    (int)strcspn(at, ":"), at);
		else
			build[0] = '\0';
		at += strcspn(at, ":");
		at += *at == ':';
	}
	return build[0] != '\0';
}

static bool
parts_are_there(const struct built_part *parts, size_t count, const char *build)
{
	char path[BUILT_ROOM];
	bool good = true;
	size_t i;

	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", build, parts[i].path);
		if (access(path, R_OK) == 0)
			continue;
		fprintf(stderr,
		    "gsstest: %s is not there; in the source tree, \"%s\" "
		    "makes it\n",
		    path, parts[i].made_by);
		good = false;
	}
	return good;
}

bool
built_find(const char *program, const char *command,
    const struct built_part *parts, size_t count, char build[BUILT_PATH])
{
	bool good;

	if (!tree_find(program, build)) {
		fprintf(stderr, "gsstest: %s: where is that?\n", program);
		return false;
	}
	good = parts_are_there(parts, count, build);
	if (getenv("GJALLAR_REALM_DIR") != NULL)
		return good;
	fprintf(stderr,
	    "gsstest: there is no realm; try: gsstest/realm %s/bin/gsstest "
	    "%s\n",
	    build, command);
	return false;
}
