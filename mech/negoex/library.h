/*
 * The Kerberos library's context, one for the process.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef NEGOEX_LIBRARY_H
#define NEGOEX_LIBRARY_H

#include <krb5.h>

#include "problem.h"

/*
 * Locks and returns the context, made and krb5.conf read at the first call;
 * NULL, unlocked, with the problem noted where it cannot be made.
 */
krb5_context negoex_library_lock(struct negoex_problem *problem);
void negoex_library_unlock(void);

#endif
