/* patch_module: what a test sees of the mechanism that it loads.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The module has no security at all.  It does what it is told by
 * patch_module_state, which is found by dlsym(), and notes what it was given.
 */

#ifndef PATCH_MODULE_H
#define PATCH_MODULE_H

#include <gssapi.h>

struct patch_module {
	/* Told by the test. */
	OM_uint32 query_result;
	OM_uint32 exchange_result;
	int makes_context; /* already in the calls about metadata */

	/* Noted by the module. */
	int contexts; /* that are there now */
	int credentials;
	int accepted; /* calls that were made */
	int initiated;
	int exchanged;
	gss_const_ctx_id_t context; /* as each of these was given it */
	gss_const_cred_id_t credential;
	int has_name;
	OM_uint32 flags;
	unsigned char octets[32]; /* of the token, or of the metadata */
	size_t length;
};

#define PATCH_MODULE_SCHEME "sixteen octets ."
#define PATCH_MODULE_META   "metadata"

#endif
