/*
 * The files that a configuration or an ACL is read from, and what they
 * include.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_CONFIG_SOURCE_H
#define GSS_REMCTLD_CONFIG_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "config.h"

/* A file that is being read, and by which one it was included. */
struct source {
	const char *path;
	const struct source *parent; /* NULL: by none */
	size_t depth;
	dev_t device;
	ino_t inode;
};

enum source_result {
	SOURCE_DONE,	/* go on */
	SOURCE_STOPPED, /* the reader wants no more */
	SOURCE_FAILED	/* a file could not be read; see reason */
};

/*
 * Reads the text of a file, of size octets, ended by a NUL that is not
 * counted, and is free to change it.  Both arguments are gone afterwards.
 */
typedef enum source_result source_reader(
    void *context, const struct source *source, char *text, size_t size);

/*
 * What a whole run over files may cost, and why it ended.  To open a file
 * costs as much as so many octets.
 */
#define SOURCE_COST 512

struct source_run {
	size_t depth_max;
	size_t octets_left;
	char reason[CONFIG_TEXT_MAX];
};

/*
 * Gives a file to the reader, or of a directory each file with a name of
 * letters, digits, "-" and "_" only, in the order of their names; directories
 * within it are passed over.  FIFOs and sockets are refused, and so is a file
 * that is being read already, by whatever name.
 */
enum source_result source_read(struct source_run *run, const char *path,
    const struct source *parent, source_reader *reader, void *context);

/* Writes FILE:LINE: and what the format says; to a NULL error nothing. */
void source_complain(char *error, size_t size, const char *file, size_t line,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
