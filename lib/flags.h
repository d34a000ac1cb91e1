/*
 * The context flags and their names.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GJ_FLAGS_H
#define GJ_FLAGS_H

#include <stdbool.h>
#include <stddef.h>

#include "gss.h"

/* Flags that a mechanism tells and nobody can ask for. */
#define GJ_FLAGS_TOLD ((OM_uint32)(GSS_C_PROT_READY_FLAG | GSS_C_TRANS_FLAG))

/*
 * The same with those of which nothing is to be feared: they say what a context
 * is like, and not what may be done with it.
 */
#define GJ_FLAGS_HARMLESS ((OM_uint32)(GJ_FLAGS_TOLD | GJ_C_CHANNEL_BOUND_FLAG))

/* Room for the names of all 32 flags. */
#define GJ_FLAGS_TEXT 256

/*
 * The flags of a comma-separated list of names ("mutual,conf") into *flags.
 * False, with *flags untouched, at a name that is none; *wrong is then the
 * place of that name in the list.
 */
bool gj_flags_read(const char *list, OM_uint32 *flags, const char **wrong);

/*
 * The names of the flags, joined by ",", into text, which has room for
 * GJ_FLAGS_TEXT; "none" for 0, and bits without a name as one 0x number.
 */
void gj_flags_text(OM_uint32 flags, char *text);

/* The name of the n-th flag known, from 0, and its bit; NULL at the end. */
const char *gj_flags_name(size_t n, OM_uint32 *flag);

#endif
