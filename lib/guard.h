/*
 * What a stock library must not be given.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Heimdal 7.8's krb5 initiator reads through a pointer that it never set when
 * the acceptor's answer is no krb5 token at all (repl_mutual; doc/security.md):
 * anybody who can answer can crash it.  Section 2.7 lets an initiator check
 * what it received before it calls the mechanism, and this is such a check.
 */
#ifndef GJ_GUARD_H
#define GJ_GUARD_H

#include <stdbool.h>

#include "gss.h"

/*
 * True where an initiator may give the answer to its library: that has not
 * the bug, or the mechanism is another, or the answer is framed as krb5's
 * are.  asked is the mechanism that was asked for, known the one that the
 * library named before; each may be GSS_C_NO_OID.
 */
bool gj_guard_reply(
    gss_OID asked, gss_OID known, const void *token, size_t size);

/* The same whatever the library, for tests. */
bool gj_guard_is_plausible(
    gss_OID asked, gss_OID known, const void *token, size_t size);

#endif
