/*
 * The ACL scheme localgroup: the groups of this system.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "acl_scheme.h"

/* Room for an entry of the system's databases: at first, and at most. */
#define ROOM_LEAST 4096
#define ROOM_MOST  (16 * 1024 * 1024)

/* Some systems say in this way that an entry is not there. */
static bool
is_absence(int status)
{
	return status == ENOENT || status == ESRCH;
}

/* Whether it is the user's own group. */
static int
primary_check(const struct group *group, const char *user, bool *member)
{
	struct passwd entry, *found = NULL;
	size_t room = ROOM_LEAST;
	int status = ERANGE;

	for (; status == ERANGE && room <= ROOM_MOST; room *= 2) {
		char *memory = malloc(room);

		if (memory == NULL)
			return ENOMEM;
		status = getpwnam_r(user, &entry, memory, room, &found);
		*member = status == 0 && found != NULL &&
			  found->pw_gid == group->gr_gid;
		free(memory);
	}
	return is_absence(status) ? 0 : status;
}

static int
members_check(const struct group *group, const char *user, bool *member)
{
	char **at;

	for (at = group->gr_mem; *at != NULL; at++)
		if (strcmp(*at, user) == 0) {
			*member = true;
			return 0;
		}
	return primary_check(group, user, member);
}

static int
group_check(const char *name, const char *user, bool *member)
{
	struct group entry, *found = NULL;
	size_t room = ROOM_LEAST;
	int status = ERANGE;

	*member = false;
	for (; status == ERANGE && room <= ROOM_MOST; room *= 2) {
		char *memory = malloc(room);

		if (memory == NULL)
			return ENOMEM;
		status = getgrnam_r(name, &entry, memory, room, &found);
		if (status == 0 && found != NULL)
			status = members_check(found, user, member);
		free(memory);
	}
	return is_absence(status) ? 0 : status;
}

/* Nothing is kept where there is no answer. */
static bool
user_localize(struct acl_user *user, char *reason, size_t size)
{
	if (!user->localized)
		user->localized = acl_local_name(
		    user->name, user->local, sizeof(user->local), reason, size);
	return user->localized;
}

enum acl_result
acl_group_check(
    struct acl_evaluation *evaluation, const struct acl_entry *entry)
{
	struct acl_user *user = evaluation->user;
	char reason[CONFIG_TEXT_MAX];
	bool member;
	int status;

	if (!user_localize(user, reason, sizeof(reason)))
		return acl_fail(evaluation, reason);
	status = group_check(entry->data, user->local, &member);
	if (status != 0)
		return acl_fail(evaluation, strerror(status));
	return member ? ACL_GRANTED : ACL_NO_MATCH;
}
