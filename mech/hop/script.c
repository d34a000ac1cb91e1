/*
 * What the environment makes the calls of the hop mechanism return.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdint.h>
#include <string.h>

#include "flags.h"
#include "script.h"

/* The greatest number of a call: no negotiation has as many. */
#define CALL_MAX 65535

/* A piece of the script; it shrinks as it is read. */
struct piece {
	const char *text;
	size_t size;
};

static const struct {
	const char *name;
	OM_uint32 major;
} majors[] = {
    {"complete", GSS_S_COMPLETE},
    {"continue", GSS_S_CONTINUE_NEEDED},
    {"duplicate-token", GSS_S_DUPLICATE_TOKEN},
    {"old-token", GSS_S_OLD_TOKEN},
    {"unseq-token", GSS_S_UNSEQ_TOKEN},
    {"gap-token", GSS_S_GAP_TOKEN},
    {"bad-mech", GSS_S_BAD_MECH},
    {"bad-name", GSS_S_BAD_NAME},
    {"bad-nametype", GSS_S_BAD_NAMETYPE},
    {"bad-bindings", GSS_S_BAD_BINDINGS},
    {"bad-status", GSS_S_BAD_STATUS},
    {"bad-mic", GSS_S_BAD_MIC},
    {"no-cred", GSS_S_NO_CRED},
    {"no-context", GSS_S_NO_CONTEXT},
    {"defective-token", GSS_S_DEFECTIVE_TOKEN},
    {"defective-credential", GSS_S_DEFECTIVE_CREDENTIAL},
    {"credentials-expired", GSS_S_CREDENTIALS_EXPIRED},
    {"context-expired", GSS_S_CONTEXT_EXPIRED},
    {"failure", GSS_S_FAILURE},
    {"bad-qop", GSS_S_BAD_QOP},
    {"unauthorized", GSS_S_UNAUTHORIZED},
    {"unavailable", GSS_S_UNAVAILABLE},
    {"duplicate-element", GSS_S_DUPLICATE_ELEMENT},
    {"name-not-mn", GSS_S_NAME_NOT_MN},
};

static bool
is(const struct piece *piece, const char *word)
{
	return piece->size == strlen(word) &&
	       memcmp(piece->text, word, piece->size) == 0;
}

/* The piece up to the separator; the rest is behind that.  False at the end. */
static bool
next(struct piece *rest, char separator, struct piece *piece)
{
	const char *found;

	if (rest->text == NULL)
		return false;
	*piece = *rest;
	found = memchr(rest->text, separator, rest->size);
	if (found == NULL) {
		rest->text = NULL;
		return true;
	}
	piece->size = (size_t)(found - rest->text);
	rest->text += piece->size + 1;
	rest->size -= piece->size + 1;
	return true;
}

/* A digit of either base; 16 for what is none. */
static unsigned int
digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c != '\0' ? strchr(digits, c) : NULL;

	return found != NULL ? (unsigned int)(found - digits) : 16;
}

static bool
number_read(struct piece piece, unsigned int base, uint64_t max, OM_uint32 *out)
{
	uint64_t value = 0;
	size_t i;

	if (piece.size == 0)
		return false;
	for (i = 0; i < piece.size; i++) {
		if (digit(piece.text[i]) >= base)
			return false;
		value = value * base + digit(piece.text[i]);
		if (value > max)
			return false;
	}
	*out = (OM_uint32)value;
	return true;
}

bool
hop_script_major(const char *text, size_t size, OM_uint32 *major)
{
	struct piece piece = {text, size};
	size_t i;

	for (i = 0; i < sizeof(majors) / sizeof(majors[0]); i++) {
		if (is(&piece, majors[i].name)) {
			*major = majors[i].major;
			return true;
		}
	}
	if (size < 2 || memcmp(text, "0x", 2) != 0)
		return false;
	piece.text += 2;
	piece.size -= 2;
	return number_read(piece, 16, UINT32_MAX, major);
}

static bool
flag_find(const struct piece *name, OM_uint32 *flag)
{
	const char *known;
	size_t i;

	for (i = 0; (known = gj_flags_name(i, flag)) != NULL; i++)
		if (is(name, known))
			return true;
	return false;
}

bool
hop_script_flags(const char *text, size_t size, OM_uint32 *flags)
{
	struct piece rest = {text, size}, name;
	OM_uint32 flag, found = 0;

	if (is(&rest, "none")) {
		*flags = 0;
		return true;
	}
	while (next(&rest, '+', &name)) {
		if (!flag_find(&name, &flag))
			return false;
		found |= flag;
	}
	*flags = found;
	return true;
}

static void
token_read(struct hop_script *script, const struct piece *value)
{
	script->text = NULL;
	script->text_size = 0;
	if (is(value, "none")) {
		script->token = HOP_TOKEN_NONE;
	} else if (is(value, "empty")) {
		script->token = HOP_TOKEN_EMPTY;
	} else if (is(value, "normal")) {
		script->token = HOP_TOKEN_NORMAL;
	} else {
		script->token = HOP_TOKEN_TEXT;
		script->text = value->text;
		script->text_size = value->size;
	}
}

static bool
word_read(struct hop_script *script, const struct piece *word)
{
	struct piece value = *word, name;

	if (is(word, "no-context")) {
		script->no_context = true;
		return true;
	}
	next(&value, '=', &name);
	if (value.text == NULL || value.size == 0)
		return false;
	if (is(&name, "major")) {
		script->has_major = true;
		return hop_script_major(value.text, value.size, &script->major);
	}
	if (is(&name, "minor")) {
		script->has_minor = true;
		return number_read(value, 10, UINT32_MAX, &script->minor);
	}
	if (is(&name, "flags")) {
		script->has_flags = true;
		return hop_script_flags(value.text, value.size, &script->flags);
	}
	if (!is(&name, "token"))
		return false;
	token_read(script, &value);
	return true;
}

/* The words of one call, and the number of that. */
static bool
part_read(struct piece part, OM_uint32 *call, struct hop_script *script)
{
	struct piece number, word;

	next(&part, ':', &number);
	if (part.text == NULL || !number_read(number, 10, CALL_MAX, call) ||
	    *call == 0)
		return false;
	memset(script, 0, sizeof(*script));
	while (next(&part, ',', &word))
		if (!word_read(script, &word))
			return false;
	return true;
}

bool
hop_script_read(const char *script, unsigned int call, struct hop_script *out)
{
	struct piece rest = {script, script != NULL ? strlen(script) : 0}, part;
	struct hop_script one;
	OM_uint32 number;

	memset(out, 0, sizeof(*out));
	while (next(&rest, ';', &part)) {
		if (!part_read(part, &number, &one))
			return false;
		if (number == call)
			*out = one;
	}
	return true;
}
