/*
 * The Kerberos library's context, one for the process.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <pthread.h>

#include "library.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static krb5_context shared;

krb5_context
negoex_library_lock(struct negoex_problem *problem)
{
	pthread_mutex_lock(&mutex);
	if (shared == NULL && krb5_init_context(&shared) != 0) {
		shared = NULL;
		pthread_mutex_unlock(&mutex);
		negoex_problem_detail(
		    problem, NEGOEX_NO_CRYPTO, "krb5_init_context");
		return NULL;
	}
	return shared;
}

void
negoex_library_unlock(void)
{
	pthread_mutex_unlock(&mutex);
}
