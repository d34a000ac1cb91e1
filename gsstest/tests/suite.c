/*
 * What the Check suites share.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "suite.h"

int
suite_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

void *
suite_exact(const void *data, size_t size)
{
	void *copy = malloc(size);

	ck_assert(copy != NULL || size == 0);
	if (size > 0)
		memcpy(copy, data, size);
	return copy;
}
