/*
 * One command and what the server answers to it.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTL_EXCHANGE_H
#define GSS_REMCTL_EXCHANGE_H

#include "context.h"

/* What remctl 3.18 exits with when the server refused the command. */
#define EXIT_ERROR 255

/*
 * Sends the command, shows its output as it comes, and returns the exit status
 * of the program: the command's, EXIT_ERROR, or EXIT_OURS when the reason was
 * told.
 */
int exchange_run(struct context *context, const struct options *options);

#endif
