/*
 * Where the token comes from.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "notation.h"

/* What is read at first; the room doubles from there. */
#define ROOM_LEAST 65536

static uint8_t *
complain(const char *file, int error)
{
	fprintf(stderr, "gss-dump: %s: %s\n", file, strerror(error));
	return NULL;
}

/* NULL with errno set, and nothing kept. */
static uint8_t *
stream_read(FILE *stream, size_t *size)
{
	size_t room = ROOM_LEAST;
	uint8_t *octets = malloc(room), *larger;

	*size = 0;
	while (octets != NULL) {
		*size += fread(octets + *size, 1, room - *size, stream);
		if (*size < room || room > INPUT_MAX)
			break;
		room *= 2;
		larger = realloc(octets, room);
		if (larger == NULL)
			free(octets);
		octets = larger;
	}
	if (octets != NULL && ferror(stream)) {
		int error = errno;

		free(octets);
		octets = NULL;
		errno = error;
	}
	return octets;
}

uint8_t *
input_file(const char *file, size_t *size)
{
	FILE *stream = stdin;
	uint8_t *octets;
	int error;

	*size = 0;
	if (strcmp(file, "-") != 0)
		stream = fopen(file, "rb");
	if (stream == NULL)
		return complain(file, errno);
	octets = stream_read(stream, size);
	error = errno;
	if (stream != stdin)
		fclose(stream);
	return octets != NULL ? octets : complain(file, error);
}

uint8_t *
input_text(const char *text, size_t *size)
{
	uint8_t *octets = malloc(strlen(text) + 1);

	*size = 0;
	if (octets == NULL)
		return complain("-x", errno);
	*size = strlen(text);
	memcpy(octets, text, *size);
	return octets;
}

static bool
is_no_file(const char *operand)
{
	FILE *stream = fopen(operand, "rb");

	if (stream != NULL)
		fclose(stream);
	return stream == NULL && (errno == ENOENT || errno == ENAMETOOLONG);
}

uint8_t *
input_operand(const char *operand, size_t *size)
{
	if (strcmp(operand, "-") != 0 && notation_is_token(operand) &&
	    is_no_file(operand))
		return input_text(operand, size);
	return input_file(operand, size);
}
