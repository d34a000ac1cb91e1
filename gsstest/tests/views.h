/*
 * What tests and fuzzers ask of what was decoded: views that lie in the octets
 * that they were made of, and that can be read.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef VIEWS_H
#define VIEWS_H

#include <stdbool.h>

#include "wire_negoex.h"

/* Within the size octets at data; one of NULL has to be of no octets. */
bool view_inside(
    const struct gssloop_view *view, const uint8_t *data, size_t size);

/* Of no octets, and not pointing at any: what is left of what was refused. */
bool view_empty(const struct gssloop_view *view);

/* Reads them all, for a sanitizer to see what is not there. */
void octets_touch(const void *octets, size_t size);

/* The same with what a NEGO message's extensions and an ALERT's alerts are. */
void extensions_touch(const struct gj_negoex_message *message);
void alerts_touch(const struct gj_negoex_message *message);

#endif
