/*
 * The flags that a krb5 initiator sent, for the acceptor's report.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * They stand in the checksum of the authenticator (RFC 4121, section 4.1.1),
 * which whoever has the acceptor's key can read.  So this is what was on the
 * wire, whatever the GSS library makes of it.
 */
#ifndef GSSTEST_SENT_H
#define GSSTEST_SENT_H

#include <stdbool.h>

#include "gss.h"

/*
 * The flags out of an initiator's first token, krb5's own or the one that
 * SPNEGO carries; the key is in the default keytab.  False where there is no
 * such token or it cannot be read.  No replay cache learns of it.
 */
bool sent_flags(const void *token, size_t size, OM_uint32 *flags);

#endif
