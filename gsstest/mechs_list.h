/*
 * gsstest mechs.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSTEST_MECHS_LIST_H
#define GSSTEST_MECHS_LIST_H

/* Lists the mechanisms on stdout.  An exit status. */
int mechs_command(int argc, char **argv);

#endif
