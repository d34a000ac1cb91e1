/*
 * Writes good conversations, as one party receives them, for the fuzzers of
 * the parties to begin with.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: negoex_party_seeds initiator|acceptor FOLDER
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "negoex_party.h"

/* Adds a token, which that role is to receive, to the file. */
static void
token_write(FILE *file, const gss_buffer_desc *token)
{
	fputc((int)(token->length >> 8), file);
	fputc((int)(token->length & 0xff), file);
	fwrite(token->value, 1, token->length, file);
}

/* The conversation; both sides have to end well. */
static void
conversation_write(FILE *file, enum negoex_role receiver)
{
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER, output;
	struct party parties[NEGOEX_ROLES];
	enum negoex_role role = NEGOEX_INITIATOR;

	party_begin(&parties[NEGOEX_INITIATOR], NEGOEX_INITIATOR);
	party_begin(&parties[NEGOEX_ACCEPTOR], NEGOEX_ACCEPTOR);
	do {
		if (token.length > 0 && role == receiver)
			token_write(file, &token);
		party_call(&parties[role], &token, &output);
		free(token.value);
		token = output;
		role = role == NEGOEX_INITIATOR ? NEGOEX_ACCEPTOR
						: NEGOEX_INITIATOR;
	} while (token.length > 0);
	if (parties[0].major != GSS_S_COMPLETE ||
	    parties[1].major != GSS_S_COMPLETE)
		exit(1);
	party_end(&parties[NEGOEX_INITIATOR]);
	party_end(&parties[NEGOEX_ACCEPTOR]);
}

int
main(int argc, char **argv)
{
	enum negoex_role role;
	char name[4096];
	FILE *file;
	int i;

	if (argc != 3)
		return 2;
	role = strcmp(argv[1], "initiator") == 0 ? NEGOEX_INITIATOR
						 : NEGOEX_ACCEPTOR;
	for (i = 0; i < PARTY_SETTINGS; i++) {
		snprintf(name, sizeof(name), "%s/seed%d", argv[2], i);
		file = fopen(name, "wb");
		if (file == NULL) {
			perror(name);
			return 1;
		}
		fputc(i, file);
		party_settings((uint8_t)i);
		conversation_write(file, role);
		if (fclose(file) != 0)
			return 1;
	}
	return 0;
}
