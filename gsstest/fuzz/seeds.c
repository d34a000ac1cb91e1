/*
 * Writes the tests' tokens as files, for the fuzzers to begin with.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: seeds negoex|spnego FOLDER
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "negoex_tokens.h"
#include "spnego_tokens.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
seed(const char *folder, size_t number, const char *octets, size_t size)
{
	char name[4096];
	FILE *file;

	snprintf(name, sizeof(name), "%s/seed%zu", folder, number);
	file = fopen(name, "wb");
	if (file == NULL || fwrite(octets, 1, size, file) != size ||
	    fclose(file) != 0) {
		perror(name);
		exit(1);
	}
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc != 3)
		return 2;
	if (strcmp(argv[1], "negoex") == 0)
		for (i = 0; i < COUNT(fixtures); i++)
			seed(argv[2], i, fixtures[i].octets, fixtures[i].size);
	else
		for (i = 0; i < COUNT(goods); i++)
			seed(argv[2], i, goods[i].octets, goods[i].size);
	return 0;
}
