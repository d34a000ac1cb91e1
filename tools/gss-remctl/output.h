/*
 * The command's output, on our own standard output and standard error.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSS_REMCTL_OUTPUT_H
#define GSS_REMCTL_OUTPUT_H

#include <stdbool.h>

#include "wire_remctl.h"

struct output {
	bool failed;	       /* something could not be written */
	bool over;	       /* nobody reads any more: the end */
	bool stream_failed[2]; /* told once, then left out */
};

/*
 * Before anything else is opened: a descriptor of the three that is closed
 * becomes one that cannot be used, so that no socket takes its place.  False
 * where that cannot be done.
 */
bool output_guard(void);

/* Writes it all, at once. */
void output_write(struct output *output, enum gj_remctl_stream stream,
    const struct gssloop_view *octets);

#endif
