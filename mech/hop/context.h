/*
 * A context of the hop mechanism: who we are and how many hops are left.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef HOP_CONTEXT_H
#define HOP_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"

#define HOP_SCHEME_SIZE 16
#define HOP_KEY_SIZE	32
#define HOP_ENCTYPE	18 /* aes256-cts-hmac-sha1-96 */

struct hop_context {
	gss_OID mech; /* lives as long as the process */
	bool initiator;
	uint8_t hops; /* tokens that are still to travel; 0: established */
	OM_uint32 flags;
	unsigned int calls; /* that established it, so far */
	bool deleted;	    /* by a token; what is left is to be freed */
};

/* One OID for all contexts of a mechanism (oid_kept.h).  GSS_C_NO_OID for what
 * cannot be one of ours: over 16 octets. */
gss_OID hop_mech(const gss_OID_desc *mech);

/* NULL without memory. */
struct hop_context *hop_context_new(gss_OID mech, bool initiator, uint8_t hops);

/* Whether the peer's token may come now: takes its hop off.  0, or a minor. */
OM_uint32 hop_context_received(struct hop_context *context, uint8_t hops);

/* Whether a token of ours is to be sent: takes its hop off, *hops is what it
 * holds. */
bool hop_context_send(struct hop_context *context, uint8_t *hops);

/* Whether messages can be protected: it is established, or prot_ready. */
bool hop_context_protects(const struct hop_context *context);

/* The key to sign with or to verify with; false while there is none. */
bool hop_context_key(
    const struct hop_context *context, bool verify, uint8_t key[HOP_KEY_SIZE]);

/*
 * The name that everybody has, "anybody", where one is wanted (NULL: not):
 * Heimdal's mechglue does not expect none from an inquiry.
 */
OM_uint32 hop_name(OM_uint32 *minor, gss_name_t *name);

#endif
