/*
 * What the command line asked for.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>

#include "compat.h"
#include "flags.h"
#include "mechs.h"
#include "options.h"

const char options_usage[] =
    "  -m MECH      krb5, spnego, a dotted OID, or the library's name for it\n"
    "  -f FLAG,...  flags asked for (default "
    "mutual,replay,sequence,conf,integ)\n"
    "  -r FLAG,...  flags required at the end; the initiator asks for them\n"
    "  -c CHANNEL   plain (default), sample (MIT's gss-client, gss-server), udp\n"
    "  -n COUNT     negotiations; for accept connections, 0 until SIGTERM\n"
    "  -p COUNT     so many of init's negotiations at a time (default 1)\n"
    "  -M COUNT     messages of each kind afterwards (default 0)\n"
    "  -s SIZE      octets of a message (default 1024)\n"
    "  -t SECONDS   for a negotiation, and for each message (default 30)\n"
    "  -b           channel bindings; --bindings TEXT chooses their data\n"
    "  -d           delegate a credential, and require that\n"
    "  -a           stay anonymous, and require that\n"
    "  -j           report as JSON, an object a line\n"
    "  -q           only failures and the sum\n"
    "  -T FILE      append every token in hex to FILE, - for stderr\n"
    "  --negotiate MECH,...\n"
    "               what SPNEGO negotiates, and in which order\n"
    "  --token-max OCTETS, --rounds-max COUNT\n"
    "               limits of the negotiation (131072 and 32)\n"
    "  --connections-max COUNT\n"
    "               what accept serves at a time (4096); more wait\n"
    "  --early      messages as soon as prot_ready allows, before completion\n"
    "  --fault [init:|accept:]KIND@N[:MS]\n"
    "               spoil the N-th token that is sent: drop, cut, delay,\n"
    "               duplicate, corrupt, empty, close or extra\n"
    "flags: deleg mutual replay sequence conf integ anon prot-ready trans\n"
    "       channel-bound dce-style identify extended-error deleg-policy, "
    "none\n";

/* What -b binds to: nothing of the connection, but the same on both sides. */
static const char bindings_default[] = "gsstest channel bindings";

enum long_option {
	OPTION_BINDINGS = 256,
	OPTION_CONNECTIONS_MAX,
	OPTION_EARLY,
	OPTION_FAULT,
	OPTION_NEGOTIATE,
	OPTION_TOKEN_MAX,
	OPTION_ROUNDS_MAX
};

static const struct option long_options[] = {
    {"bindings", required_argument, NULL, OPTION_BINDINGS},
    {"connections-max", required_argument, NULL, OPTION_CONNECTIONS_MAX},
    {"early", no_argument, NULL, OPTION_EARLY},
    {"fault", required_argument, NULL, OPTION_FAULT},
    {"negotiate", required_argument, NULL, OPTION_NEGOTIATE},
    {"token-max", required_argument, NULL, OPTION_TOKEN_MAX},
    {"rounds-max", required_argument, NULL, OPTION_ROUNDS_MAX},
    {NULL, 0, NULL, 0},
};

static const struct {
	const char *name;
	int (*make)(struct gssloop_channel **, int fd, enum gssloop_role);
	bool datagrams;
} channels[] = {
    {"plain", gssloop_channel_plain, false},
    {"sample", gssloop_channel_sample, false},
    {"udp", gssloop_channel_datagram, true},
};

static int
wrong(const char *option, const char *text, const char *why)
{
	fprintf(stderr, "gsstest: %s %s: %s\n", option, text, why);
	return EXIT_USAGE;
}

static int
number_read(
    const char *option, const char *text, unsigned long max, unsigned long *to)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0')
		return wrong(option, text, "not a number");
	if (errno != 0 || value > max)
		return wrong(option, text, "too large");
	*to = value;
	return EXIT_WORKED;
}

static int
unsigned_read(const char *option, const char *text, unsigned int *to)
{
	unsigned long value;
	int status = number_read(option, text, UINT_MAX, &value);

	if (status == EXIT_WORKED)
		*to = (unsigned int)value;
	return status;
}

static int
connections_read(struct options *options, const char *text)
{
	int status =
	    unsigned_read("--connections-max", text, &options->connections_max);

	if (status == EXIT_WORKED && options->connections_max == 0)
		options->connections_max = CONNECTIONS_MAX_DEFAULT;
	return status;
}

/* There are three kinds, and all of them are counted in one number. */
static int
messages_read(struct options *options, const char *text)
{
	unsigned long value;
	int status = number_read("-M", text, UINT_MAX / 4, &value);

	if (status == EXIT_WORKED)
		options->messages = (unsigned int)value;
	return status;
}

static int
size_read(const char *option, const char *text, size_t *to)
{
	unsigned long value;
	int status = number_read(option, text, MESSAGE_SIZE_MAX, &value);

	if (status == EXIT_WORKED)
		*to = value;
	return status;
}

static int
seconds_read(const char *text, unsigned int *wait_ms)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end != '\0' || !(seconds > 0))
		return wrong("-t", text, "not a time in seconds");
	if (seconds > INT_MAX / 1000)
		return wrong("-t", text, "too long");
	*wait_ms = seconds < 0.001 ? 1 : (unsigned int)(seconds * 1000);
	return EXIT_WORKED;
}

static int
flags_read(const char *option, const char *text, OM_uint32 *flags)
{
	const char *at;

	if (strcmp(text, "none") == 0) {
		*flags = 0;
		return EXIT_WORKED;
	}
	if (!gj_flags_read(text, flags, &at))
		return wrong(option, at, "no such flag; gsstest -h lists them");
	return EXIT_WORKED;
}

static int
channel_read(struct options *options, const char *text)
{
	size_t i;

	for (i = 0; i < sizeof(channels) / sizeof(channels[0]); i++) {
		if (strcmp(channels[i].name, text) == 0) {
			options->channel = channels[i].make;
			options->datagrams = channels[i].datagrams;
			return EXIT_WORKED;
		}
	}
	return wrong(
	    "-c", text, "no such channel; there are plain, sample and udp");
}

static int
mech_read(struct options *options, const char *text)
{
	size_t size;

	if (!mechs_find(text, options->mech_octets, &size))
		return wrong("-m", text,
		    "no such mechanism here; gsstest mechs lists them");
	options->mech.length = (OM_uint32)size;
	options->mech.elements = options->mech_octets;
	return EXIT_WORKED;
}

/* One name of a list, up to the comma; text is then behind it. */
static int
negotiable_add(struct options *options, const char **text)
{
	char name[GJ_OID_TEXT];
	size_t length = strcspn(*text, ","), at = options->negotiable.count;
	size_t size;

	if (at == NEGOTIABLE_MAX || length >= sizeof(name))
		return wrong("--negotiate", *text, "too many, or too long");
	memcpy(name, *text, length);
	name[length] = '\0';
	if (!mechs_find(name, options->negotiable_octets[at], &size))
		return wrong("--negotiate", name,
		    "no such mechanism here; gsstest mechs lists them");
	options->negotiable_mechs[at].length = (OM_uint32)size;
	options->negotiable_mechs[at].elements = options->negotiable_octets[at];
	options->negotiable.elements = options->negotiable_mechs;
	options->negotiable.count++;
	*text += length;
	*text += **text == ',';
	return EXIT_WORKED;
}

static int
negotiable_read(struct options *options, const char *text)
{
	int status;

	options->negotiable.count = 0;
	do {
		status = negotiable_add(options, &text);
	} while (status == EXIT_WORKED && *text != '\0');
	return status;
}

static int
fault_read(struct options *options, const char *text)
{
	const char *why = faults_add(&options->faults, text);

	return why == NULL ? EXIT_WORKED : wrong("--fault", text, why);
}

static int
require(struct options *options, OM_uint32 flag)
{
	options->require |= flag;
	return EXIT_WORKED;
}

static int
switch_read(struct options *options, int option)
{
	switch (option) {
	case 'b':
		options->bindings = bindings_default;
		return EXIT_WORKED;
	case 'd':
		return require(options, GSS_C_DELEG_FLAG);
	case 'a':
		return require(options, GSS_C_ANON_FLAG);
	case 'j':
		options->json = true;
		return EXIT_WORKED;
	case 'q':
		options->quiet = true;
		return EXIT_WORKED;
	case OPTION_EARLY:
		options->early = true;
		return EXIT_WORKED;
	default: /* getopt_long has said what is wrong */
		return EXIT_USAGE;
	}
}

static int
option_read(struct options *options, int option, const char *text)
{
	OM_uint32 flags;
	int status;

	switch (option) {
	case 'm':
		return mech_read(options, text);
	case 'f':
		return flags_read("-f", text, &options->request);
	case 'r':
		status = flags_read("-r", text, &flags);
		if (status == EXIT_WORKED)
			options->require |= flags;
		return status;
	case 'c':
		return channel_read(options, text);
	case 'n':
		return unsigned_read("-n", text, &options->count);
	case 'p':
		return unsigned_read("-p", text, &options->parallel);
	case 'M':
		return messages_read(options, text);
	case 's':
		return size_read("-s", text, &options->size);
	case 't':
		return seconds_read(text, &options->wait_ms);
	case 'T':
		options->trace = text;
		return EXIT_WORKED;
	case OPTION_BINDINGS:
		options->bindings = text;
		return EXIT_WORKED;
	case OPTION_FAULT:
		return fault_read(options, text);
	case OPTION_NEGOTIATE:
		return negotiable_read(options, text);
	case OPTION_CONNECTIONS_MAX:
		return connections_read(options, text);
	case OPTION_TOKEN_MAX:
		return size_read("--token-max", text, &options->token_max);
	case OPTION_ROUNDS_MAX:
		return unsigned_read(
		    "--rounds-max", text, &options->rounds_max);
	default:
		return switch_read(options, option);
	}
}

int
options_read(struct options *options, int argc, char **argv)
{
	static char program[] = "gsstest";
	int option, status;

	memset(options, 0, sizeof(*options));
	options->request = GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG |
			   GSS_C_SEQUENCE_FLAG | GSS_C_CONF_FLAG |
			   GSS_C_INTEG_FLAG;
	options->channel = gssloop_channel_plain;
	options->count = 1;
	options->parallel = 1;
	options->size = 1024;
	options->connections_max = CONNECTIONS_MAX_DEFAULT;
	options->wait_ms = SECONDS_DEFAULT * 1000;
	argv[0] = program; /* getopt_long complains in its name */
	while ((option = getopt_long(argc, argv,
		    "m:f:r:c:n:p:M:s:t:bdajqT:", long_options, NULL)) != -1) {
		status = option_read(options, option, optarg);
		if (status != EXIT_WORKED)
			return status;
	}
	if (options->parallel == 0)
		return wrong("-p", "0", "nothing would ever begin");
	options->operands = argv + optind;
	options->operand_count = argc - optind;
	return EXIT_WORKED;
}
