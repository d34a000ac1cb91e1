/*
 * Writes good conversations, as each side of each channel receives them, for
 * fuzz_channel to begin with.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: channel_seeds FOLDER
 */
#include <stdio.h>
#include <sys/socket.h>

#include "channel_party.h"
#include "claims.h"

/* Neither the initiator, 0, nor the acceptor, 1, refuses a token. */
#define NOBODY 2

/* What one side has sent goes to the other, and into its file. */
static size_t
carry(struct channel_party *from, struct channel_party *to, FILE *file)
{
	uint8_t octets[4096];
	ssize_t got = recv(from->peer, octets, sizeof(octets), MSG_DONTWAIT);

	if (got <= 0)
		return 0;
	claim(fwrite(octets, 1, (size_t)got, file) == (size_t)got);
	claim(send(to->peer, octets, (size_t)got, MSG_NOSIGNAL) == got);
	return (size_t)got;
}

static FILE *
seed_open(const char *folder, unsigned int number, int refuser)
{
	char name[4096];
	FILE *file;

	snprintf(name, sizeof(name), "%s/seed%u-%d", folder, number, refuser);
	file = fopen(name, "wb");
	claim(file != NULL);
	fputc((int)number, file);
	fputc((int)(number % 32) | ((int)(number % 2) == refuser ? 0x80 : 0),
	    file);
	return file;
}

/*
 * Both sides of one channel.  They have to take the messages, or one of them to
 * refuse a token.
 */
static void
conversation_write(const char *folder, unsigned int number, int refuser)
{
	struct channel_party parties[2];
	FILE *files[2];
	size_t moved;
	int i;

	scripted_reset(NULL);
	for (i = 0; i < 2; i++) {
		channel_party_open(
		    &parties[i], number + (unsigned int)i, i == refuser);
		files[i] = seed_open(folder, number + (unsigned int)i, refuser);
	}
	do {
		moved = 0;
		for (i = 0; i < 2; i++) {
			channel_party_step(&parties[i]);
			moved +=
			    carry(&parties[i], &parties[1 - i], files[1 - i]);
		}
	} while (moved > 0);
	for (i = 0; i < 2; i++) {
		if (refuser == NOBODY)
			claim(
			    parties[i].established && parties[i].messages >= 2);
		else
			claim(parties[refuser].over);
		channel_party_close(&parties[i]);
		claim(fclose(files[i]) == 0);
	}
}

int
main(int argc, char **argv)
{
	unsigned int number;
	int refuser;

	if (argc != 2)
		return 2;
	for (number = 0; number < channel_parties(); number += 2)
		for (refuser = 0; refuser <= NOBODY; refuser++)
			conversation_write(argv[1], number, refuser);
	return 0;
}
