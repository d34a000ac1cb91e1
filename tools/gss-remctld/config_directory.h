/*
 * The files of a directory that is included.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_CONFIG_DIRECTORY_H
#define GSS_REMCTLD_CONFIG_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

struct directory {
	char **paths; /* in the order of the names */
	size_t count;
	size_t room; /* for paths */
};

/*
 * Lists what has a name of letters, digits, "-" and "_" only: neither what is
 * hidden, nor what editors and package managers leave behind.  False with
 * errno set, and nothing to be freed.
 */
bool directory_list(struct directory *directory, const char *path);

void directory_free(struct directory *directory);

#endif
