/*
 * Reads the rules of a configuration's files.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_CONFIG_FILE_H
#define GSS_REMCTLD_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "config.h"
#include "config_pool.h"

/* Begins with 0. */
struct rules {
	struct pool pool;	/* all that the rules point to */
	struct gj_buffer rules; /* struct rule, one behind the other */
};

/*
 * Appends the rules of a file and of all that it includes.  False with the
 * reason; what was read up to there is to be freed all the same.
 */
bool rules_read(
    struct rules *rules, const char *path, char *error, size_t size);

const struct rule *rules_all(const struct rules *rules, size_t *count);

void rules_free(struct rules *rules);

#endif
