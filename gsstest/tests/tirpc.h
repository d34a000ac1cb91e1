/*
 * What the two peers on libtirpc agree on: the program of gsstest, or as much
 * of it as they have.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_TESTS_TIRPC_H
#define GSSTEST_TESTS_TIRPC_H

#include <rpc/rpc.h>
#include <rpc/auth_gss.h>

#define PROGRAM	       0x20475353
#define VERSION	       1
#define PROCEDURE_NULL 0
#define PROCEDURE_ECHO 1

/* Of ECHO. */
#define MESSAGE_MAX (200 * 1024)

/*
 * libtirpc protects a message where it lies in its buffer, which therefore has
 * to hold all of it, with what protection adds.
 */
#define BUFFER_SIZE (2 * MESSAGE_MAX)

struct message {
	char *octets; /* libtirpc's, on what was received: xdr_free */
	u_int size;
};

/* By rpc_gss_svc_t. */
#define SERVICES 4
static const char *const service_names[SERVICES] = {
    NULL, "none", "integrity", "privacy"};

static inline bool_t
xdr_message(XDR *xdr, struct message *message)
{
	return xdr_bytes(xdr, &message->octets, &message->size, MESSAGE_MAX);
}

/* libtirpc's own takes no arguments, which cannot be cast without a warning. */
static inline bool_t
xdr_nothing(XDR *xdr, void *nothing)
{
	(void)xdr;
	(void)nothing;
	return TRUE;
}

/* XDR's routines are all passed as one type, whatever they take. */
#define XDR_MESSAGE ((xdrproc_t)xdr_message)
#define XDR_NOTHING ((xdrproc_t)xdr_nothing)

#endif
