/*
 * The context flags and their names.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "flags.h"
#include "gss.h"

static const struct {
	const char *name;
	OM_uint32 flag;
} flag_names[] = {
    {"deleg", GSS_C_DELEG_FLAG},
    {"mutual", GSS_C_MUTUAL_FLAG},
    {"replay", GSS_C_REPLAY_FLAG},
    {"sequence", GSS_C_SEQUENCE_FLAG},
    {"conf", GSS_C_CONF_FLAG},
    {"integ", GSS_C_INTEG_FLAG},
    {"anon", GSS_C_ANON_FLAG},
    {"prot-ready", GSS_C_PROT_READY_FLAG},
    {"trans", GSS_C_TRANS_FLAG},
    {"channel-bound", GJ_C_CHANNEL_BOUND_FLAG},
    {"dce-style", GSS_C_DCE_STYLE},
    {"identify", GSS_C_IDENTIFY_FLAG},
    {"extended-error", GSS_C_EXTENDED_ERROR_FLAG},
    {"deleg-policy", GSS_C_DELEG_POLICY_FLAG},
};

#define FLAG_COUNT (sizeof(flag_names) / sizeof(flag_names[0]))

const char *
gj_flags_name(size_t n, OM_uint32 *flag)
{
	if (n >= FLAG_COUNT)
		return NULL;
	*flag = flag_names[n].flag;
	return flag_names[n].name;
}

static bool
flag_find(const char *name, size_t length, OM_uint32 *flag)
{
	const char *known;
	size_t i;

	for (i = 0; (known = gj_flags_name(i, flag)) != NULL; i++)
		if (strlen(known) == length && memcmp(known, name, length) == 0)
			return true;
	return false;
}

bool
gj_flags_read(const char *list, OM_uint32 *flags, const char **wrong)
{
	OM_uint32 flag, found = 0;
	size_t length;

	for (;;) {
		length = strcspn(list, ",");
		if (!flag_find(list, length, &flag)) {
			*wrong = list;
			return false;
		}
		found |= flag;
		if (list[length] == '\0')
			break;
		list += length + 1;
	}
	*flags = found;
	return true;
}

void
gj_flags_text(OM_uint32 flags, char *text)
{
	const char *name;
	OM_uint32 flag;
	size_t i, used = 0;

	snprintf(text, GJ_FLAGS_TEXT, "none");
	for (i = 0; (name = gj_flags_name(i, &flag)) != NULL; i++) {
		if ((flags & flag) == 0)
			continue;
		used += (size_t)snprintf(text + used, GJ_FLAGS_TEXT - used,
		    "%s%s", used > 0 ? "," : "", name);
		flags &= ~flag;
	}
	if (flags != 0)
		snprintf(text + used, GJ_FLAGS_TEXT - used, "%s0x%x",
		    used > 0 ? "," : "", flags);
}
