/*
 * What both sides of a case report, held against what is expected.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "compat.h"
#include "matrix.h"

/* Longest word of what is expected. */
#define WORD_MAX 256

static const char *
branch_of(const json_t *report)
{
	return json_text_of(json_object_get(report, "branch"), "name");
}

/* A foreign program has no report: its exit status has to do. */
static bool
side_works(const struct matrix_side *side)
{
	return process_succeeded(side->process) &&
	       (matrix_is_foreign(side->party) ||
		   json_is_true(json_object_get(side->report, "ok")));
}

/* By itself, and saying why. */
static bool
side_fails(const struct matrix_side *side)
{
	return !side_works(side) && !side->process->killed &&
	       !process_crashed(side->process) &&
	       (matrix_is_foreign(side->party) ||
		   json_text_of(side->report, "error")[0] != '\0');
}

/* Whether a member of a report is VALUE, has it in its list or as its name. */
static bool
value_is(const json_t *json, const char *value)
{
	char number[32];
	size_t i;

	if (json_is_object(json))
		json = json_object_get(json, "name");
	for (i = 0; i < json_array_size(json); i++)
		if (value_is(json_array_get(json, i), value))
			return true;
	if (json_is_string(json))
		return strcmp(json_string_value(json), value) == 0;
	snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
	    json_integer_value(json));
	return json_is_integer(json) && strcmp(number, value) == 0;
}

/* A.B is B in A. */
static const json_t *
member_find(const json_t *json, const char *path)
{
	char key[WORD_MAX];
	size_t length;

	while (*path != '\0') {
		length = strcspn(path, ".");
		snprintf(key, sizeof(key), "%.*s", (int)length, path);
		json = json_object_get(json, key);
		path += length;
		path += *path == '.';
	}
	return json;
}

/* The rest of word, where it begins with the side's name and mark. */
static const char *
side_word(const struct matrix_side *side, char mark, const char *word)
{
	size_t length = strlen(side->key);

	if (strncmp(word, side->key, length) != 0 || word[length] != mark)
		return NULL;
	return word + length + 1;
}

/* What a report does not have is neither VALUE nor another one. */
static bool
member_is(const struct matrix_side *side, const char *path, const char *value,
    bool is)
{
	const json_t *member = member_find(side->report, path);

	return member != NULL && !json_is_null(member) &&
	       value_is(member, value) == is;
}

/* KEY=VALUE or KEY!=VALUE, on one side or on both; word is cut in two. */
static bool
member_holds(const struct matrix_side sides[2], char *word, char *equals)
{
	const char *value = equals + 1, *path;
	bool is = equals == word || equals[-1] != '!';
	size_t i;

	*equals = '\0';
	if (!is)
		equals[-1] = '\0';
	for (i = 0; i < 2; i++) {
		path = side_word(&sides[i], '.', word);
		if (path != NULL)
			return member_is(&sides[i], path, value, is);
	}
	return member_is(&sides[0], word, value, is) &&
	       member_is(&sides[1], word, value, is);
}

static bool
word_holds(const struct matrix_side sides[2], char *word)
{
	const char *branch;
	char *equals;
	size_t i;

	if (strcmp(word, "ok") == 0)
		return side_works(&sides[0]) && side_works(&sides[1]);
	if (strcmp(word, "fail") == 0)
		return side_fails(&sides[0]) && side_fails(&sides[1]);
	for (i = 0; i < 2; i++) {
		branch = side_word(&sides[i], ':', word);
		if (branch != NULL)
			return side_fails(&sides[i]) &&
			       strcmp(branch, branch_of(sides[i].report)) == 0;
	}
	equals = strchr(word, '=');
	return equals != NULL && member_holds(sides, word, equals);
}

/* The first word that does not hold, "" where all do. */
static void
words_check(const struct matrix_case *one, const struct matrix_side sides[2],
    char failed[WORD_MAX])
{
	char words[MATRIX_LINE], *rest = NULL, *word;

	strlcpy(failed, "nothing is expected", WORD_MAX);
	strlcpy(words, one->expected, sizeof(words));
	for (word = strtok_r(words, " \t", &rest); word != NULL;
	     word = strtok_r(NULL, " \t", &rest)) {
		strlcpy(failed, word, WORD_MAX);
		if (!word_holds(sides, word))
			return;
		failed[0] = '\0';
	}
}

static bool
text_is_there(const char *text, const struct matrix_side sides[2])
{
	return strstr(json_text_of(sides[0].report, "error"), text) != NULL ||
	       strstr(json_text_of(sides[1].report, "error"), text) != NULL;
}

/* Branches that a GSS call leads to. */
static bool
branch_is_of_call(const char *branch)
{
	static const char *const branches[] = {"failure-token",
	    "failure-silent", "status-forbidden", "extra-refused",
	    "context-deleted", "message-refused"};
	size_t i;

	for (i = 0; i < sizeof(branches) / sizeof(branches[0]); i++)
		if (strcmp(branches[i], branch) == 0)
			return true;
	return false;
}

/*
 * A failure at a branch names its side, what happened, the branch, what to do,
 * and GSS's texts where there are any.  NULL, or what is missing.
 */
static const char *
side_is_silent_of(const struct matrix_side *side)
{
	const char *error = json_text_of(side->report, "error");
	const char *role = json_text_of(side->report, "role");
	const char *branch = branch_of(side->report);
	char named[WORD_MAX];

	if (error[0] == '\0' || branch[0] == '\0')
		return NULL;
	snprintf(named, sizeof(named), "(branch %s, section ", branch);
	if (strncmp(error, role, strlen(role)) != 0 ||
	    error[strlen(role)] != ':')
		return "its side";
	if (strstr(error, named) == NULL)
		return "its branch";
	if (strstr(error, "; what to do: ") == NULL)
		return "what to do";
	if (branch_is_of_call(branch) &&
	    (strstr(error, "GSS major: ") == NULL ||
		strstr(error, "GSS minor: ") == NULL))
		return "GSS's texts";
	return NULL;
}

/*
 * Who was told of a failure quotes the other side, which has that branch;
 * unless all that the protocol has for it is numbers, as RPC and nns.
 */
static bool
is_quoted(const struct matrix_side *told, const struct matrix_side *other)
{
	char named[WORD_MAX];

	if (strcmp(branch_of(told->report), "peer-failed") != 0 ||
	    matrix_is_foreign(other->party))
		return true;
	snprintf(named, sizeof(named), "(%s)", branch_of(other->report));
	return strstr(json_text_of(told->report, "error"), named) != NULL ||
	       strstr(json_text_of(told->report, "error"), "it says \"RPC") !=
		   NULL ||
	       (strcmp(json_text_of(told->report, "channel"), "nns") == 0 &&
		   strstr(json_text_of(told->report, "error"), "code 0x") !=
		       NULL);
}

/* Both tell of one story; false with failed filled. */
static bool
story_check(const struct matrix_side sides[2], char failed[WORD_MAX])
{
	const char *missing;
	size_t i;

	for (i = 0; i < 2; i++) {
		missing = side_is_silent_of(&sides[i]);
		if (missing != NULL)
			snprintf(failed, WORD_MAX, "the error of %s names %s",
			    sides[i].key, missing);
		else if (!is_quoted(&sides[i], &sides[1 - i]))
			snprintf(failed, WORD_MAX, "%s was told of what %s had",
			    sides[i].key, sides[1 - i].key);
		if (failed[0] != '\0')
			return false;
	}
	return true;
}

static void
side_tell(char *why, size_t size, const struct matrix_side *side)
{
	const char *error = json_text_of(side->report, "error");
	size_t used = strlen(why);

	snprintf(why + used, size - used, "; %s: %s%s%s%s%s", side->key,
	    side->report != NULL ? branch_of(side->report) : "no report",
	    side->process->killed ? ", killed at the deadline" : "",
	    process_succeeded(side->process) ? "" : ", failed",
	    error[0] != '\0' ? ", " : "", error);
}

bool
matrix_expected(const struct matrix_case *one,
    const struct matrix_side sides[2], char *why, size_t size)
{
	char failed[WORD_MAX];

	why[0] = '\0';
	words_check(one, sides, failed);
	if (failed[0] == '\0' && text_is_there(one->text, sides) &&
	    story_check(sides, failed))
		return true;
	snprintf(
	    why, size, "not so: %s", failed[0] != '\0' ? failed : one->text);
	side_tell(why, size, &sides[0]);
	side_tell(why, size, &sides[1]);
	return false;
}
