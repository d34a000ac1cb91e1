/* patch_bare_module: the test mechanism, without the calls that NEGOEX makes.
 * SPDX-License-Identifier: BSD-2-Clause */

#define PATCH_MODULE_BARE
#include "patch_module.c"
