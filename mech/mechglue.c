/*
 * Calls upward: the mechglue's functions, through a table that is filled once.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "mechglue.h"

/* Only its address is used, so that its type does not matter. */
extern const char GJ_MECHGLUE_MARK[];

struct symbol {
	const char *name;
	size_t member;
	bool optional;
};

#define REQUIRED(member, symbol)                                               \
	{#symbol, offsetof(struct gj_mechglue, member), false},
#define OPTIONAL(member, symbol)                                               \
	{#symbol, offsetof(struct gj_mechglue, member), true},
static const struct symbol symbols[] = {
    GJ_MECHGLUE_CALLS(REQUIRED) GJ_MECHGLUE_OPTIONAL(OPTIONAL)};

static struct gj_mechglue table;
static bool filled;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void *
library_find(void)
{
	Dl_info info;

	if (dladdr(GJ_MECHGLUE_MARK, &info) == 0 || info.dli_fname == NULL)
		return NULL;
	return dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
}

static void
fill(void)
{
	void *library = library_find();

	if (library == NULL)
		return;
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		void *found = dlsym(library, symbols[i].name);

		if (found == NULL && !symbols[i].optional)
			return;
		/* POSIX lets a pointer to a function be kept like this. */
		memcpy(
		    (char *)&table + symbols[i].member, &found, sizeof(found));
	}
	filled = true;
}

const struct gj_mechglue *
gj_mechglue(void)
{
	if (pthread_once(&once, fill) != 0 || !filled)
		return NULL;
	return &table;
}
