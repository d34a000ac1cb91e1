/*
 * What gss-remctld's configuration says about a command, in one word.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: remctl_config_probe FILE USER COMMAND [SUBCOMMAND]
 *
 * refused: the file; unknown: the command; denied: the user, for whatever
 * reason; else granted.  The reason goes to stderr.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../tools/gss-remctld/acl.h"

static const char *
answer(const struct config *config, char **argv, int argc, char *error,
    size_t size)
{
	struct gssloop_view arguments[2];
	struct acl_user user = {.name = argv[0]};
	const struct rule *rule;
	int i;

	for (i = 0; i < argc - 1; i++) {
		arguments[i].data = (const uint8_t *)argv[i + 1];
		arguments[i].size = strlen(argv[i + 1]);
	}
	rule = config_match(config, arguments, (size_t)argc - 1);
	if (rule == NULL)
		return "unknown";
	if (acl_check(rule, &user, error, size) != ACL_GRANTED)
		return "denied";
	return "granted";
}

int
main(int argc, char **argv)
{
	char error[CONFIG_TEXT_MAX];
	const char *word = "refused";
	struct config *config;

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: remctl_config_probe FILE USER COMMAND "
				"[SUBCOMMAND]\n");
		return 2;
	}
	config = config_load(argv[1], error, sizeof(error));
	if (config != NULL)
		word = answer(config, argv + 2, argc - 2, error, sizeof(error));
	config_release(config);
	fprintf(stderr, "%s\n", error);
	puts(word);
	return EXIT_SUCCESS;
}
