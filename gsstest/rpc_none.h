/*
 * Calls and replies of flavour AUTH_NONE, as whole records.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_RPC_NONE_H
#define GSSTEST_RPC_NONE_H

#include "buffer.h"
#include "gssloop.h"
#include "wire_rpc.h"

/*
 * Each appends a record to the queue: OK, NO_MEMORY, or TOO_LARGE.  Credential
 * and verifier of the call are written as AUTH_NONE; arguments and results
 * stand behind what is of RPC.
 */
enum gssloop_io rpc_none_call_put(
    const struct gj_rpc_call *call, struct gj_buffer *out);
enum gssloop_io rpc_none_reply_put(
    const struct gj_rpc_reply *reply, struct gj_buffer *out);

#endif
