/*
 * The channels by name.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "channels.h"
#include "options.h"
#include "wire_rpctest.h"

static int
plain_make(struct gssloop_channel **channel, int fd, enum gssloop_role role,
    const struct options *options)
{
	(void)options;
	return gssloop_channel_plain(channel, fd, role);
}

static int
sample_make(struct gssloop_channel **channel, int fd, enum gssloop_role role,
    const struct options *options)
{
	(void)options;
	return gssloop_channel_sample(channel, fd, role);
}

static int
datagram_make(struct gssloop_channel **channel, int fd, enum gssloop_role role,
    const struct options *options)
{
	(void)options;
	return gssloop_channel_datagram(channel, fd, role);
}

/* Without --service what creates the context names the weakest. */
static int
rpcsec_make(struct gssloop_channel **channel, int fd, enum gssloop_role role,
    const struct options *options)
{
	const struct gssloop_rpcsec params = {
	    .program = GJ_RPCTEST_PROGRAM,
	    .version = GJ_RPCTEST_VERSION,
	    .procedure = GJ_RPCTEST_ECHO,
	    .service = options->service != NULL ? options->service->protection
						: GSSLOOP_MIC,
	    .verify_mic = options->verify_mic,
	};

	return gssloop_channel_rpcsec(channel, fd, role, &params);
}

static int
nns_make(struct gssloop_channel **channel, int fd, enum gssloop_role role,
    const struct options *options)
{
	const struct gssloop_nns params = {
	    .level = options->level->protection,
	    .flags_mean = options->flags_mean,
	    .require = options->require,
	    .refuse = options->refuse,
	};

	return gssloop_channel_nns(channel, fd, role, &params);
}

static const struct channel_kind kinds[] = {
    {.name = "plain", .make = plain_make},
    {.name = "sample", .make = sample_make},
    {.name = "udp", .datagrams = true, .make = datagram_make},
    {.name = "rpcsec",
	.has_service = true,
	.handle = gssloop_channel_rpcsec_handle,
	.make = rpcsec_make},
    {.name = "nns", .has_level = true, .make = nns_make},
};

const struct channel_kind *
channels_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const struct channel_kind *
channels_default(void)
{
	return &kinds[0];
}
