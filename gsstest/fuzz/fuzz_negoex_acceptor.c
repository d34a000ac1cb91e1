/*
 * Fuzzer of NEGOEX's acceptor: tokens of the peer, over a scripted mechglue.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "negoex_party.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return party_fuzz(NEGOEX_ACCEPTOR, data, size);
}
