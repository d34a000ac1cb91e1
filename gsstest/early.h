/*
 * Messages before the context is complete: --early (section 3.1).
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_EARLY_H
#define GSSTEST_EARLY_H

#include "session.h"

/*
 * Puts a channel in the place of the session's that sends and takes messages
 * as soon as the context's protection is ready; the loop sees none of them.
 * 0 or ENOMEM, the channel then untouched.
 */
int early_wrap(struct session *session);

#endif
