/*
 * What one side of gsstest secinfo saw, step by step, and whether it went as
 * its way should.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_STORY_H
#define GSSTEST_STORY_H

#include "complaint.h"

/* Steps that are told; equal ones in a row are one. */
#define STORY_STEPS 64

enum story_way {
	WAY_WRONGSEC, /* the server lets one call through, then asks for CCM */
	WAY_GUESS,    /* the client makes its CCM context without being told */
	WAY_FIRST,    /* the server names CCM first at once */
	WAY_REFUSE,   /* the client does not know CCM, and stays with krb5 */
	WAYS
};

/* Lower case; and back, false where there is no such way. */
const char *story_way_name(enum story_way way);
bool story_way_find(const char *name, enum story_way *way);

/* Calls of OPERATE, as they were answered. */
struct story_calls {
	unsigned int krb5, ccm; /* that went through */
	unsigned int wrongsec;
	bool again; /* krb5 was used though there was a CCM context */
	/* Server: contexts with which it was noted that CCM was asked for. */
	unsigned int downgrades;
};

struct story {
	const struct options *options;
	enum gssloop_role role;
	enum story_way way;
	const char *layer; /* what protects; NULL for nothing */
	json_t *steps;
	struct story_calls calls;
	char error[768];  /* the first one; "" for none */
	char source[256]; /* server: whom the latest context names, or "" */
};

/* layer is borrowed. */
void story_begin(struct story *story, const struct options *options,
    enum gssloop_role role, enum story_way way, const char *layer);

/* Who watches asked for something by a flavour, and this came back. */
void story_step(struct story *story, const char *asked, const char *flavour,
    const char *came);

/* Something went wrong that the way does not allow; the first one stays. */
void story_fail(struct story *story, const char *why);

/*
 * Judges the story by its way and reports it: true where it is as it should
 * be.  Releases what it has.
 */
bool story_end(struct story *story);

#endif
