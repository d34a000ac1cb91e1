/*
 * A NEGOEX token's messages as JSON objects.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_DUMP_NEGOEX_H
#define GSS_DUMP_NEGOEX_H

#include "dump.h"

/*
 * Appends an object for each message up to the first that is malformed, and
 * judges them where order is not NULL; what is wrong goes to the dump.
 */
void dump_negoex(struct dump *dump, json_t *messages, const uint8_t *token,
    size_t size, struct gj_negoex_order *order);

#endif
