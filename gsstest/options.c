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
#include "gssapi_ccm.h"
#include "mechs.h"
#include "options.h"

const char options_usage[] =
    "  -m MECH      krb5, spnego, ccm, a dotted OID, or the library's name\n"
    "  -f FLAG,...  flags asked for (default "
    "mutual,replay,sequence,conf,integ)\n"
    "  -r FLAG,...  flags required at the end; the initiator asks for them\n"
    "  -c CHANNEL   plain (default), sample (MIT's gss-client, gss-server), "
    "udp,\n"
    "               rpcsec (RPCSEC_GSS), nns (.NET's NegotiateStream)\n"
    "  --refuse FLAG,...\n"
    "               flags that the context must not have; others: all "
    "but -r's\n"
    "  --no-ci-flags\n"
    "               krb5 sends the flags of -f, and not conf and integ "
    "unasked\n"
    "  --flags-mean MEANING\n"
    "               of conf and integ, to a message: available (default), "
    "required\n"
    "  --level LEVEL\n"
    "               nns's protection: none, sign, encrypt (default)\n"
    "  --service SERVICE\n"
    "               of rpcsec's messages: none, integrity, privacy (default "
    "each)\n"
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
    "  --over MECH  what -m ccm is bound to (default krb5)\n"
    "  --protected-by WHAT\n"
    "               what protects the connection below us, for -m ccm\n"
    "  --ccm-handle TEXT\n"
    "               name the context by this handle, which should be refused\n"
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
	OPTION_CCM_HANDLE,
	OPTION_CONNECTIONS_MAX,
	OPTION_EARLY,
	OPTION_FAULT,
	OPTION_FLAGS_MEAN,
	OPTION_LEVEL,
	OPTION_NEGOTIATE,
	OPTION_NO_CI_FLAGS,
	OPTION_OVER,
	OPTION_PROTECTED_BY,
	OPTION_REFUSE,
	OPTION_SERVICE,
	OPTION_TOKEN_MAX,
	OPTION_ROUNDS_MAX
};

static const struct option long_options[] = {
    {"bindings", required_argument, NULL, OPTION_BINDINGS},
    {"ccm-handle", required_argument, NULL, OPTION_CCM_HANDLE},
    {"connections-max", required_argument, NULL, OPTION_CONNECTIONS_MAX},
    {"early", no_argument, NULL, OPTION_EARLY},
    {"fault", required_argument, NULL, OPTION_FAULT},
    {"flags-mean", required_argument, NULL, OPTION_FLAGS_MEAN},
    {"level", required_argument, NULL, OPTION_LEVEL},
    {"negotiate", required_argument, NULL, OPTION_NEGOTIATE},
    {"no-ci-flags", no_argument, NULL, OPTION_NO_CI_FLAGS},
    {"over", required_argument, NULL, OPTION_OVER},
    {"protected-by", required_argument, NULL, OPTION_PROTECTED_BY},
    {"refuse", required_argument, NULL, OPTION_REFUSE},
    {"service", required_argument, NULL, OPTION_SERVICE},
    {"token-max", required_argument, NULL, OPTION_TOKEN_MAX},
    {"rounds-max", required_argument, NULL, OPTION_ROUNDS_MAX},
    {NULL, 0, NULL, 0},
};

static const struct service services[] = {
    {"none", GSSLOOP_MIC},
    {"integrity", GSSLOOP_INTEG},
    {"privacy", GSSLOOP_CONF},
};

static const struct service levels[] = {
    {"none", GSSLOOP_CLEAR},
    {"sign", GSSLOOP_INTEG},
    {"encrypt", GSSLOOP_CONF},
};

/* Each of the two has as many. */
#define SERVICES (sizeof(services) / sizeof(services[0]))

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
	options->channel = channels_find(text);
	if (options->channel != NULL)
		return EXIT_WORKED;
	return wrong("-c", text,
	    "no such channel; there are plain, sample, udp, rpcsec and nns");
}

/* NULL where none of them is called so. */
static const struct service *
service_find(const struct service all[SERVICES], const char *name)
{
	size_t i;

	for (i = 0; i < SERVICES; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}

static int
service_read(struct options *options, const char *text)
{
	options->service = service_find(services, text);
	if (options->service != NULL)
		return EXIT_WORKED;
	return wrong("--service", text, "none, integrity or privacy");
}

static int
level_read(struct options *options, const char *text)
{
	options->level = service_find(levels, text);
	if (options->level != NULL)
		return EXIT_WORKED;
	return wrong("--level", text, "none, sign or encrypt");
}

static int
flags_mean_read(struct options *options, const char *text)
{
	if (strcmp(text, "available") == 0)
		options->flags_mean = GSSLOOP_FLAGS_AVAILABLE;
	else if (strcmp(text, "required") == 0)
		options->flags_mean = GSSLOOP_FLAGS_REQUIRED;
	else
		return wrong("--flags-mean", text, "available or required");
	return EXIT_WORKED;
}

static int
refuse_read(struct options *options, const char *text)
{
	OM_uint32 flags;
	int status;

	if (strcmp(text, "others") == 0) {
		options->refuse_others = true;
		return EXIT_WORKED;
	}
	status = flags_read("--refuse", text, &flags);
	if (status == EXIT_WORKED)
		options->refuse |= flags;
	return status;
}

static int
refuse_settle(struct options *options)
{
	char names[GJ_FLAGS_TEXT];
	OM_uint32 both;

	if (options->refuse_others)
		options->refuse |= ~options->require;
	options->refuse &= ~GJ_FLAGS_HARMLESS;
	options->request &= ~options->refuse;
	both = options->require & options->refuse;
	if (both == 0)
		return EXIT_WORKED;
	gj_flags_text(both, names);
	return wrong("--refuse", names, "required as well");
}

/* A level asks for its flags, and for SPNEGO, as MS-NNS has it. */
static int
level_settle(struct options *options)
{
	if (!options->channel->has_level)
		return options->level == NULL
			   ? EXIT_WORKED
			   : wrong("--level", options->level->name,
				 "only with -c nns");
	if (options->level == NULL)
		options->level = service_find(levels, "encrypt");
	if (!options->requested && options->level->protection < GSSLOOP_CONF)
		options->request &= ~(OM_uint32)GSS_C_CONF_FLAG;
	if (!options->requested && options->level->protection < GSSLOOP_INTEG)
		options->request &= ~(OM_uint32)GSS_C_INTEG_FLAG;
	if (options->mech.elements == NULL)
		options->mech = gj_mech_spnego;
	return EXIT_WORKED;
}

/* Options that belong to some channels only. */
static int
channel_settle(struct options *options)
{
	if (options->service != NULL && !options->channel->has_service)
		return wrong(
		    "--service", options->service->name, "only with -c rpcsec");
	/* RFC 2203, section 5.2.2: its own sequence window does that. */
	if (options->channel->has_service && !options->requested)
		options->request &=
		    ~(OM_uint32)(GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG);
	if (options->early &&
	    (options->channel->has_service || options->channel->has_level))
		return wrong("--early", options->channel->name,
		    "this channel's protocol has no place for it");
	return EXIT_WORKED;
}

static int
mech_read(struct options *options, const char *option, const char *text)
{
	size_t size;

	if (!mechs_find(text, options->mech_octets, &size))
		return wrong(option, text,
		    "no such mechanism here; gsstest mechs lists them");
	options->mech.length = (OM_uint32)size;
	options->mech.elements = options->mech_octets;
	return EXIT_WORKED;
}

static bool
mech_is_ccm(const struct options *options)
{
	return options->mech.elements != NULL &&
	       gj_gss_oid_is(
		   &gj_mech_ccm, options->mech.elements, options->mech.length);
}

static int
protected_by_read(struct options *options, const char *text)
{
	if (text[0] == '\0')
		return wrong("--protected-by", "\"\"", "say what does it");
	options->protected_by = text;
	return EXIT_WORKED;
}

/* What -m and the options that belong to ccm alone come to together. */
static int
ccm_settle(struct options *options)
{
	int status;

	options->ccm = mech_is_ccm(options);
	if (!options->ccm && options->over != NULL)
		return wrong("--over", options->over, "only with -m ccm");
	if (!options->ccm)
		return EXIT_WORKED;
	options->verify_mic = gss_ccm_verify_mic;
	if (options->channel->has_level)
		return wrong("-m ccm", options->channel->name,
		    "this channel's protocol has no second negotiation");
	if (options->early)
		return wrong("--early", "-m ccm",
		    "messages would go by the context that CCM is bound to");
	status = mech_read(
	    options, "--over", options->over != NULL ? options->over : "krb5");
	if (status == EXIT_WORKED && mech_is_ccm(options))
		return wrong("--over", options->over,
		    "CCM is not bound to a context of its own");
	return status;
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
	case OPTION_NO_CI_FLAGS:
		options->no_ci_flags = true;
		return EXIT_WORKED;
	default: /* getopt_long has said what is wrong */
		return EXIT_USAGE;
	}
}

/* What of flags and messages a channel, or a mechanism, is told. */
static int
protection_option_read(struct options *options, int option, const char *text)
{
	switch (option) {
	case OPTION_PROTECTED_BY:
		return protected_by_read(options, text);
	case OPTION_SERVICE:
		return service_read(options, text);
	case OPTION_LEVEL:
		return level_read(options, text);
	case OPTION_FLAGS_MEAN:
		return flags_mean_read(options, text);
	case OPTION_REFUSE:
		return refuse_read(options, text);
	default:
		return switch_read(options, option);
	}
}

static int
option_read(struct options *options, int option, const char *text)
{
	OM_uint32 flags;
	int status;

	switch (option) {
	case 'm':
		return mech_read(options, "-m", text);
	case 'f':
		options->requested = true;
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
	case OPTION_OVER:
		options->over = text;
		return EXIT_WORKED;
	case OPTION_CCM_HANDLE:
		options->ccm_handle = text;
		return EXIT_WORKED;
	case OPTION_CONNECTIONS_MAX:
		return connections_read(options, text);
	case OPTION_TOKEN_MAX:
		return size_read("--token-max", text, &options->token_max);
	case OPTION_ROUNDS_MAX:
		return unsigned_read(
		    "--rounds-max", text, &options->rounds_max);
	default:
		return protection_option_read(options, option, text);
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
	options->channel = channels_default();
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
	status = channel_settle(options);
	if (status == EXIT_WORKED)
		status = level_settle(options);
	if (status == EXIT_WORKED)
		status = refuse_settle(options);
	return status == EXIT_WORKED ? ccm_settle(options) : status;
}
