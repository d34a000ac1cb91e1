/*
 * A token as a JSON object, and what is wrong with it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_DUMP_DUMP_H
#define GSS_DUMP_DUMP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "negoex_order.h"

/* Room for "offset N: message N, TYPE: reason". */
#define DUMP_ERROR 160

struct dump {
	json_t *json; /* the object; what could be read of the token */
	bool lost;    /* memory ran out: the object is not whole */
	bool failed;  /* error says why; the first reason stays */
	char error[DUMP_ERROR];
};

/*
 * Decodes the token; with order not NULL judges it by what that says is known
 * before the token, and keeps order up to date.  Offsets of NEGOEX messages
 * count from the NEGOEX token's first octet, all others from this token's.
 * The caller releases with dump_free.
 */
void dump_token(struct dump *dump, const uint8_t *token, size_t size,
    struct gj_negoex_order *order);

/* Notes a reason, unless there is one. */
void dump_fail(struct dump *dump, size_t offset, const char *reason);

void dump_free(struct dump *dump);

#endif
