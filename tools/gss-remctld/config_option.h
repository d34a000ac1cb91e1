/*
 * The options of a rule.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_CONFIG_OPTION_H
#define GSS_REMCTLD_CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"
#include "config_pool.h"

/*
 * Whether the line's first field, with nothing before it, is an option rather
 * than an ACL entry: a name of letters, digits and "-" that begins with a
 * letter, "=", and a value that is not empty.
 */
bool option_is_next(const char *line);

/*
 * Sets what the option says, in the place of what an earlier one of the same
 * name said; the field is used up.  False with the reason.
 */
bool option_read(struct rule *rule, struct pool *pool, char *field,
    char *reason, size_t size);

#endif
