/*
 * Descriptors: what a program is not to have, and how many there may be.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTLD_DESCRIPTORS_H
#define GSS_REMCTLD_DESCRIPTORS_H

#include <stdbool.h>

/* Closes all from `least` on, whoever opened them. */
void descriptors_close(int least);

/*
 * Raises what this process may have to `wanted`, as far as the system allows,
 * and returns what it then may have.  descriptors_restore, in a child, gives
 * its program what there was before.
 */
unsigned long descriptors_raise(unsigned long wanted);
void descriptors_restore(void);

/* Not left to a program, and not to be waited for; false with errno. */
bool descriptor_prepare(int fd);

/* Puts /dev/null in the place of a descriptor. */
bool descriptor_empty(int fd);

/*
 * Lets a pipe hold so many octets, where the system has a way to ask for it
 * and does not refuse.  It has done without.
 */
void descriptor_widen(int pipe, int size);

#endif
