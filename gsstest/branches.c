/*
 * gsstest branches: the list, and the command line.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "branches.h"
#include "complaint.h"
#include "message_branch.h"

#define LOOP_COUNT ((size_t)GSSLOOP_BRANCH_COUNT - 1)

static const char usage_text[] =
    "usage: gsstest branches [-j] [BRANCH ...]\n"
    "       gsstest branches --run [-jtv] [--table FILE] [BRANCH ...]\n";

const struct gssloop_branch_info *
branches_at(size_t index)
{
	if (index < LOOP_COUNT)
		return gssloop_branch_info((enum gssloop_branch)(index + 1));
	if (index - LOOP_COUNT < MESSAGE_BRANCH_COUNT)
		return message_branch_info(
		    (enum message_branch)(index - LOOP_COUNT));
	return NULL;
}

size_t
branches_find(const char *name, size_t length)
{
	const struct gssloop_branch_info *info;
	size_t i;

	for (i = 0; (info = branches_at(i)) != NULL; i++)
		if (strlen(info->name) == length &&
		    strncmp(info->name, name, length) == 0)
			break;
	return i;
}

static void
role_json(const struct gssloop_branch_info *info, enum gssloop_role role)
{
	json_t *json;

	if (info->section[role] == NULL)
		return;
	json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "branch",
	    info->name, "role", complaint_role(role), "section",
	    info->section[role], "happened", info->happened, "done", info->done,
	    "failure", info->failure, "told", info->tell);
	json_show(json);
	json_decref(json);
}

static void
info_print(const struct gssloop_branch_info *info)
{
	const char *initiator = info->section[GSSLOOP_INITIATOR];
	const char *acceptor = info->section[GSSLOOP_ACCEPTOR];

	printf("%s\n  section    ", info->name);
	if (initiator != NULL)
		printf(" initiator %s", initiator);
	if (acceptor != NULL)
		printf(
		    "%s acceptor %s", initiator != NULL ? "," : "", acceptor);
	printf("\n  happened    %s\n  done        %s\n", info->happened,
	    info->done);
	if (info->failure)
		printf("  failed      yes; the peer is %stold\n",
		    info->tell ? "" : "not ");
}

static bool
is_asked_for(const struct gssloop_branch_info *info, char **names)
{
	if (*names == NULL)
		return true;
	for (; *names != NULL; names++)
		if (strcmp(*names, info->name) == 0)
			return true;
	return false;
}

static void
list_show(const struct branches_wish *wish)
{
	const struct gssloop_branch_info *info;
	size_t i;

	for (i = 0; (info = branches_at(i)) != NULL; i++) {
		if (!is_asked_for(info, wish->names))
			continue;
		if (wish->view != BRANCHES_JSON) {
			info_print(info);
			continue;
		}
		role_json(info, GSSLOOP_INITIATOR);
		role_json(info, GSSLOOP_ACCEPTOR);
	}
}

static bool
names_are_known(char **names)
{
	for (; *names != NULL; names++) {
		if (branches_at(branches_find(*names, strlen(*names))) != NULL)
			continue;
		fprintf(stderr, "gsstest: no branch %s\n", *names);
		return false;
	}
	return true;
}

/* False where the option is none. */
static bool
option_read(struct branches_wish *wish, int option, bool *run)
{
	if (option == 'j')
		wish->view = BRANCHES_JSON;
	else if (option == 't')
		wish->view = BRANCHES_TAP;
	else if (option == 'v')
		wish->loud = true;
	else if (option == 'R')
		*run = true;
	else if (option == 'T')
		wish->table = optarg;
	else
		return false;
	return true;
}

int
branches_command(int argc, char **argv)
{
	static const struct option long_options[] = {
	    {"run", no_argument, NULL, 'R'},
	    {"table", required_argument, NULL, 'T'},
	    {NULL, 0, NULL, 0},
	};
	static char program[] = "gsstest";
	struct branches_wish wish = {
	    argv[-1], NULL, BRANCHES_TEXT, false, NULL};
	bool run = false, good = true;
	int option;

	argv[0] = program; /* getopt_long complains in its name */
	while (
	    (option = getopt_long(argc, argv, "jtv", long_options, NULL)) != -1)
		good = option_read(&wish, option, &run) && good;
	wish.names = argv + optind;
	if (!good) {
		fputs(usage_text, stderr);
		return EXIT_USAGE;
	}
	if (!names_are_known(wish.names))
		return EXIT_USAGE;
	if (run)
		return branches_run(&wish);
	list_show(&wish);
	return EXIT_WORKED;
}
