/*
 * A dump for a person.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_DUMP_SHOW_H
#define GSS_DUMP_SHOW_H

#include <jansson.h>

/*
 * Writes the object to stdout, a line a member, indented as it is nested, so
 * that the text has all that the JSON has; and safe for a terminal.
 */
void show_text(const json_t *json);

#endif
