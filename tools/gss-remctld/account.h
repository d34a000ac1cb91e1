/*
 * The user that a program runs as.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_ACCOUNT_H
#define GSS_REMCTLD_ACCOUNT_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Takes on the user, with the groups of the name and its own, for good; false
 * with errno where that is not all so.
 */
bool account_become(const char *name, uid_t uid, gid_t gid);

/* Whether somebody runs this program who does not own its rights. */
bool account_is_lent(void);

#endif
