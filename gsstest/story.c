/*
 * What one side of gsstest secinfo saw.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include "compat.h"
#include "story.h"
#include "text.h"

static const char *const names[WAYS] = {
    [WAY_WRONGSEC] = "wrongsec",
    [WAY_GUESS] = "guess",
    [WAY_FIRST] = "first",
    [WAY_REFUSE] = "refuse",
};

const char *
story_way_name(enum story_way way)
{
	return names[way];
}

bool
story_way_find(const char *name, enum story_way *way)
{
	int i;

	for (i = 0; i < WAYS; i++) {
		if (strcmp(names[i], name) == 0) {
			*way = (enum story_way)i;
			return true;
		}
	}
	return false;
}

void
story_begin(struct story *story, const struct options *options,
    enum gssloop_role role, enum story_way way, const char *layer)
{
	memset(story, 0, sizeof(*story));
	story->options = options;
	story->role = role;
	story->way = way;
	story->layer = layer;
	story->steps = json_array();
}

static bool
is_same(const json_t *step, const char *asked, const char *flavour,
    const char *came)
{
	return strcmp(json_text_of(step, "asked"), asked) == 0 &&
	       strcmp(json_text_of(step, "flavour"), flavour) == 0 &&
	       strcmp(json_text_of(step, "came"), came) == 0;
}

void
story_step(struct story *story, const char *asked, const char *flavour,
    const char *came)
{
	size_t count = json_array_size(story->steps);
	json_t *last = json_array_get(story->steps, count - 1);

	if (count > 0 && is_same(last, asked, flavour, came)) {
		json_object_set_new(last, "times",
		    json_integer(json_number_of(last, "times") + 1));
		return;
	}
	if (count == STORY_STEPS) {
		story_fail(story, "more steps than can be told");
		return;
	}
	json_array_append_new(story->steps,
	    json_pack("{s:s, s:s, s:o, s:i}", "asked", asked, "flavour",
		flavour, "came", json_octets(came, strlen(came)), "times", 1));
}

void
story_fail(struct story *story, const char *why)
{
	if (story->error[0] == '\0')
		strlcpy(story->error, why, sizeof(story->error));
}

/* --- What each way asks for -------------------------------------------------
 */

/* NULL where it is so. */
static const char *
ccm_judge(const struct story_calls *calls, bool asked)
{
	if (calls->ccm == 0)
		return "no call went by CCM";
	if (calls->again)
		return "krb5 was used again beside CCM";
	if (asked && (calls->krb5 != 1 || calls->wrongsec != 1))
		return "one call should go through by krb5, and the next "
		       "should not";
	if (!asked && (calls->krb5 != 0 || calls->wrongsec != 0))
		return "no call should go by krb5";
	return NULL;
}

/* Where nothing protects the connection, CCM is not offered. */
static const char *
refuse_judge(const struct story *story)
{
	const struct story_calls *calls = &story->calls;

	if (calls->ccm != 0)
		return "calls went by CCM";
	if (calls->krb5 < 2)
		return "the calls should go on by krb5";
	if (story->layer != NULL && calls->wrongsec != 1)
		return "the server should ask for CCM once";
	return NULL;
}

static void
judge(struct story *story)
{
	const char *why;

	if (story->way == WAY_REFUSE)
		why = refuse_judge(story);
	else
		why = ccm_judge(&story->calls, story->way == WAY_WRONGSEC);
	if (why != NULL)
		story_fail(story, why);
}

/* --- The report -------------------------------------------------------------
 */

static json_t *
report(const struct story *story, bool ok)
{
	const struct story_calls *calls = &story->calls;
	json_t *json = complaint_report(story->role, ok);

	json_object_set_new(
	    json, "way", json_string(story_way_name(story->way)));
	json_object_set_new(json, "protected_by",
	    story->layer != NULL ? json_string(story->layer) : json_null());
	json_object_set_new(json, "source",
	    story->source[0] != '\0'
		? json_octets(story->source, strlen(story->source))
		: json_null());
	json_object_set(json, "steps", story->steps);
	json_object_set_new(json, "calls",
	    json_pack("{s:I, s:I, s:I}", "krb5", (json_int_t)calls->krb5, "ccm",
		(json_int_t)calls->ccm, "wrongsec",
		(json_int_t)calls->wrongsec));
	json_object_set_new(json, "krb5_again", json_boolean(calls->again));
	if (story->role == GSSLOOP_ACCEPTOR)
		json_object_set_new(json, "downgrades",
		    json_integer((json_int_t)calls->downgrades));
	json_object_set_new(
	    json, "error", ok ? json_null() : json_string(story->error));
	return json;
}

static void
text_print(const char *label, const char *text)
{
	char clean[1024];

	gj_text_clean(text, strlen(text), clean, sizeof(clean));
	if (clean[0] != '\0')
		printf("  %-9s %s\n", label, clean);
}

static void
step_print(const json_t *step)
{
	json_int_t times = json_number_of(step, "times");
	char text[1024], number[40] = "";

	if (times > 1)
		snprintf(number, sizeof(number),
		    ", %" JSON_INTEGER_FORMAT " times", times);
	snprintf(text, sizeof(text), "by %s%s: %s",
	    json_text_of(step, "flavour"), number, json_text_of(step, "came"));
	text_print(json_text_of(step, "asked"), text);
}

static void
calls_print(const json_t *json)
{
	const json_t *calls = json_object_get(json, "calls");
	bool again = json_is_true(json_object_get(json, "krb5_again"));

	printf("  %-9s %" JSON_INTEGER_FORMAT " by krb5, %" JSON_INTEGER_FORMAT
	       " by CCM, %" JSON_INTEGER_FORMAT " told WRONGSEC%s\n",
	    "calls", json_number_of(calls, "krb5"),
	    json_number_of(calls, "ccm"), json_number_of(calls, "wrongsec"),
	    json_number_of(calls, "ccm") == 0 ? ""
	    : again			      ? "; krb5 was needed again"
					      : "; krb5 was not needed again");
}

static void
print(const json_t *json)
{
	const json_t *steps = json_object_get(json, "steps");
	bool ok = json_is_true(json_object_get(json, "ok"));
	size_t i;

	printf("%s (%s), %s: %s\n", json_text_of(json, "role"),
	    json_text_of(json, "library"), json_text_of(json, "way"),
	    ok ? "ok" : "FAILED");
	text_print("error", json_text_of(json, "error"));
	text_print("below", json_text_of(json, "protected_by"));
	text_print("source", json_text_of(json, "source"));
	for (i = 0; i < json_array_size(steps); i++)
		step_print(json_array_get(steps, i));
	calls_print(json);
	fflush(stdout);
}

bool
story_end(struct story *story)
{
	json_t *json;
	bool ok;

	judge(story);
	ok = story->error[0] == '\0';
	json = report(story, ok);
	if (story->options->json)
		json_show(json);
	else
		print(json);
	if (!ok)
		fprintf(stderr, "gsstest: %s: %s\n",
		    complaint_role(story->role), story->error);
	json_decref(json);
	json_decref(story->steps);
	story->steps = NULL;
	return ok;
}
