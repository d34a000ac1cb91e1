/*
 * Running a Check suite.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>

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
