/*
 * The user that a program runs as.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define _DEFAULT_SOURCE /* for glibc's initgroups, which POSIX has not */

#include <errno.h>
#include <grp.h>
#include <unistd.h>

#include "account.h"

/* Nothing of what there was before can be had again. */
static bool
is_for_good(uid_t uid, gid_t gid)
{
	if (getuid() != uid || geteuid() != uid || getgid() != gid ||
	    getegid() != gid)
		return false;
	return uid == 0 || (setuid(0) == -1 && seteuid(0) == -1);
}

bool
account_become(const char *name, uid_t uid, gid_t gid)
{
	if (initgroups(name, gid) == -1 || setgid(gid) == -1 ||
	    setuid(uid) == -1)
		return false;
	if (is_for_good(uid, gid))
		return true;
	errno = EPERM;
	return false;
}

bool
account_is_lent(void)
{
	return getuid() != geteuid() || getgid() != getegid();
}
