/*
 * module_probe: one side of a context of a given mechanism, with all that a
 * module is asked for around it; for modules.sh.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: module_probe init|accept OID [TARGET]
 *
 * Tokens go to standard output and come from standard input, a line of
 * hexadecimal digits each.  What was seen goes to standard error:
 *
 *	call N continue|complete|failed [TEXT]
 *	key N sign|verify none|HEX ENCTYPE	after each call that worked
 *	established NAME VALUE			one line for each inquiry
 *
 * PROBE_DEFAULT_CRED in the environment: no credential is acquired;
 * PROBE_NO_DELEGATED: nobody takes a delegated one.
 *
 * Exit status: 0 established and all inquiries worked, 1 not, 2 usage.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gss.h"
#include "hex.h"
#include "oid.h"

#define LINE_MAX_SIZE 262144

static gss_OID_desc inquire_key = {
    11, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x10"};
static gss_OID_desc inquire_verify_key = {
    11, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x11"};

struct probe {
	bool initiator;
	gss_OID_desc mech;
	gss_OID actual;
	gss_name_t target, source;
	gss_cred_id_t cred, delegated;
	gss_ctx_id_t context;
	unsigned int calls;
	bool failed;
};

static void
hex_print(FILE *file, const void *data, size_t size)
{
	char *text = malloc(GJ_HEX_ROOM(size));

	if (text == NULL)
		exit(1);
	gj_hex_text(data, size, text);
	fputs(text, file);
	free(text);
}

/* One line of hexadecimal digits; false at the end. */
static bool
line_read(gss_buffer_t token)
{
	static char line[LINE_MAX_SIZE];
	static unsigned char octets[LINE_MAX_SIZE / 2];
	unsigned int octet;

	token->length = 0;
	token->value = octets;
	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	for (const char *at = line; sscanf(at, "%2x", &octet) == 1; at += 2)
		octets[token->length++] = (unsigned char)octet;
	return true;
}

static void
status_print(OM_uint32 value, int type, gss_OID mech)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, ignored;

	if (gss_display_status(&ignored, value, type, mech, &more, &text) ==
	    GSS_S_COMPLETE)
		fprintf(stderr, " %.*s", (int)text.length, (char *)text.value);
	gss_release_buffer(&ignored, &text);
}

/* Notes a call that did not work, with the texts. */
static bool
worked(struct probe *probe, const char *call, OM_uint32 major, OM_uint32 minor)
{
	if (major == GSS_S_COMPLETE)
		return true;
	probe->failed = true;
	fprintf(stderr, "failed %s %x/%u:", call, major, minor);
	status_print(major, GSS_C_GSS_CODE, &probe->mech);
	status_print(minor, GSS_C_MECH_CODE, &probe->mech);
	fputc('\n', stderr);
	return false;
}

static void
key_print(struct probe *probe, const char *name, gss_OID object)
{
	gss_buffer_set_t data = GSS_C_NO_BUFFER_SET;
	OM_uint32 major, minor;
	const unsigned char *type;

	major = gss_inquire_sec_context_by_oid(
	    &minor, probe->context, object, &data);
	fprintf(stderr, "key %u %s ", probe->calls, name);
	if (major != GSS_S_COMPLETE || data->count != 2 ||
	    data->elements[1].length != 4) {
		fputs("none\n", stderr);
	} else {
		hex_print(
		    stderr, data->elements[0].value, data->elements[0].length);
		type = data->elements[1].value;
		fprintf(stderr, " %u\n",
		    type[0] | (unsigned int)type[1] << 8 |
			(unsigned int)type[2] << 16 |
			(unsigned int)type[3] << 24);
	}
	gss_release_buffer_set(&minor, &data);
}

static void
keys_print(struct probe *probe)
{
	if (probe->context == GSS_C_NO_CONTEXT)
		return;
	key_print(probe, "sign", &inquire_key);
	key_print(probe, "verify", &inquire_verify_key);
}

static OM_uint32
call(struct probe *probe, OM_uint32 *minor, gss_buffer_t input,
    gss_buffer_t output)
{
	OM_uint32 ignored;

	probe->calls++;
	if (probe->initiator)
		return gss_init_sec_context(minor, probe->cred, &probe->context,
		    probe->target, &probe->mech,
		    GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG |
			GSS_C_DELEG_FLAG,
		    0, GSS_C_NO_CHANNEL_BINDINGS, input, &probe->actual, output,
		    NULL, NULL);
	gss_release_name(&ignored, &probe->source);
	gss_release_cred(&ignored, &probe->delegated);
	return gss_accept_sec_context(minor, &probe->context, probe->cred,
	    input, GSS_C_NO_CHANNEL_BINDINGS, &probe->source, &probe->actual,
	    output, NULL, NULL,
	    getenv("PROBE_NO_DELEGATED") != NULL ? NULL : &probe->delegated);
}

/* All calls of the negotiation. */
static bool
negotiate(struct probe *probe)
{
	gss_buffer_desc input = GSS_C_EMPTY_BUFFER;
	OM_uint32 major = GSS_S_CONTINUE_NEEDED, minor, ignored;

	while (major == GSS_S_CONTINUE_NEEDED) {
		gss_buffer_desc output = GSS_C_EMPTY_BUFFER;

		if ((!probe->initiator || probe->calls > 0) &&
		    !line_read(&input))
			return false;
		major = call(probe, &minor, &input, &output);
		fprintf(stderr, "call %u %s", probe->calls,
		    GSS_ERROR(major)	      ? "failed"
		    : major == GSS_S_COMPLETE ? "complete"
					      : "continue");
		if (GSS_ERROR(major)) {
			status_print(major, GSS_C_GSS_CODE, &probe->mech);
			status_print(minor, GSS_C_MECH_CODE, &probe->mech);
		}
		fputc('\n', stderr);
		if (output.length > 0) {
			hex_print(stdout, output.value, output.length);
			puts("");
			fflush(stdout);
		}
		gss_release_buffer(&ignored, &output);
		/* MIT's SPNEGO crashes when asked about a failed context. */
		if (!GSS_ERROR(major))
			keys_print(probe);
	}
	return major == GSS_S_COMPLETE;
}

static void
name_print(struct probe *probe, const char *what, gss_name_t name)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;

	if (name == GSS_C_NO_NAME) {
		fprintf(stderr, "established %s none\n", what);
		return;
	}
	major = gss_display_name(&minor, name, &text, NULL);
	if (worked(probe, what, major, minor))
		fprintf(stderr, "established %s %.*s\n", what, (int)text.length,
		    (char *)text.value);
	gss_release_buffer(&minor, &text);
}

/* A name goes through export, copy and comparison unharmed. */
static void
name_turn(struct probe *probe, gss_name_t name)
{
	gss_buffer_desc exported = GSS_C_EMPTY_BUFFER;
	gss_name_t copy = GSS_C_NO_NAME;
	OM_uint32 major, minor;
	int equal = 0;

	if (name == GSS_C_NO_NAME)
		return;
	major = gss_duplicate_name(&minor, name, &copy);
	if (worked(probe, "duplicate_name", major, minor)) {
		major = gss_compare_name(&minor, name, copy, &equal);
		if (worked(probe, "compare_name", major, minor))
			fprintf(stderr, "established copy %s\n",
			    equal ? "equal" : "different");
	}
	major = gss_export_name(&minor, name, &exported);
	if (major == GSS_S_NAME_NOT_MN)
		fputs("established exported none\n", stderr);
	else if (worked(probe, "export_name", major, minor)) {
		fputs("established exported ", stderr);
		hex_print(stderr, exported.value, exported.length);
		fputc('\n', stderr);
	}
	gss_release_buffer(&minor, &exported);
	gss_release_name(&minor, &copy);
}

static void
context_print(struct probe *probe)
{
	gss_name_t source = GSS_C_NO_NAME, target = GSS_C_NO_NAME;
	gss_OID mech = GSS_C_NO_OID;
	OM_uint32 major, minor, lifetime, flags;
	int initiated, open;
	char text[GJ_OID_TEXT];

	major = gss_inquire_context(&minor, probe->context, &source, &target,
	    &lifetime, &mech, &flags, &initiated, &open);
	if (!worked(probe, "inquire_context", major, minor))
		return;
	gj_oid_text(mech->elements, mech->length, text);
	fprintf(stderr, "established mech %s\n", text);
	fprintf(stderr, "established role %s %s\n",
	    initiated ? "initiator" : "acceptor", open ? "open" : "not open");
	name_print(probe, "source", source);
	name_print(probe, "target", target);
	name_turn(probe, probe->initiator ? source : probe->source);
	gss_release_name(&minor, &source);
	gss_release_name(&minor, &target);
}

static void
cred_print(struct probe *probe, const char *what, gss_cred_id_t cred)
{
	gss_name_t name = GSS_C_NO_NAME;
	gss_OID_set mechs = GSS_C_NO_OID_SET;
	OM_uint32 major, minor;
	char text[GJ_OID_TEXT];

	major = gss_inquire_cred(&minor, cred, &name, NULL, NULL, &mechs);
	if (major == GSS_S_NO_CRED && cred == GSS_C_NO_CREDENTIAL) {
		fprintf(stderr, "established %s none\n", what);
		return;
	}
	if (!worked(probe, what, major, minor))
		return;
	name_print(probe, what, name);
	for (size_t i = 0; i < mechs->count; i++) {
		gj_oid_text(mechs->elements[i].elements,
		    mechs->elements[i].length, text);
		fprintf(stderr, "established %s-mech %s\n", what, text);
	}
	gss_release_name(&minor, &name);
	gss_release_oid_set(&minor, &mechs);
}

static void
messages_try(struct probe *probe)
{
	gss_buffer_desc message = {5, (void *)"hello"};
	gss_buffer_desc mic = GSS_C_EMPTY_BUFFER, wrapped = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor, limit = 0, lifetime;

	major = gss_get_mic(
	    &minor, probe->context, GSS_C_QOP_DEFAULT, &message, &mic);
	worked(probe, "get_mic", major, minor);
	major = gss_wrap(&minor, probe->context, 1, GSS_C_QOP_DEFAULT, &message,
	    NULL, &wrapped);
	worked(probe, "wrap", major, minor);
	major = gss_wrap_size_limit(
	    &minor, probe->context, 1, GSS_C_QOP_DEFAULT, 1000, &limit);
	if (worked(probe, "wrap_size_limit", major, minor))
		fprintf(stderr, "established limit %s\n",
		    limit > 0 && limit < 1000 ? "plausible" : "wrong");
	major = gss_context_time(&minor, probe->context, &lifetime);
	worked(probe, "context_time", major, minor);
	gss_release_buffer(&minor, &mic);
	gss_release_buffer(&minor, &wrapped);
}

/* Out and in again: the key must be the same, where export is offered. */
static void
export_try(struct probe *probe)
{
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;

	major = gss_export_sec_context(&minor, &probe->context, &token);
	if (major == GSS_S_UNAVAILABLE) {
		fputs("established export unavailable\n", stderr);
		return;
	}
	if (!worked(probe, "export_sec_context", major, minor))
		return;
	major = gss_import_sec_context(&minor, &token, &probe->context);
	if (worked(probe, "import_sec_context", major, minor)) {
		probe->calls++;
		keys_print(probe);
		messages_try(probe);
	}
	gss_release_buffer(&minor, &token);
}

static void
name_import(struct probe *probe, const char *text)
{
	gss_buffer_desc value = {strlen(text), (void *)text};
	OM_uint32 major, minor;

	major =
	    gss_import_name(&minor, &value, &gj_name_hostbased, &probe->target);
	worked(probe, "import_name", major, minor);
}

static void
cred_acquire(struct probe *probe)
{
	gss_OID_set_desc mechs = {1, &probe->mech};
	OM_uint32 major, minor;

	major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    &mechs, probe->initiator ? GSS_C_INITIATE : GSS_C_ACCEPT,
	    &probe->cred, NULL, NULL);
	if (!worked(probe, "acquire_cred", major, minor) || !probe->initiator)
		return;
	cred_print(probe, "credential", probe->cred);
	/* For which Heimdal's mechglue asks every mechanism. */
	cred_print(probe, "default", GSS_C_NO_CREDENTIAL);
}

static void
probe_close(struct probe *probe)
{
	OM_uint32 ignored;

	if (probe->context != GSS_C_NO_CONTEXT)
		gss_delete_sec_context(
		    &ignored, &probe->context, GSS_C_NO_BUFFER);
	gss_release_cred(&ignored, &probe->cred);
	gss_release_cred(&ignored, &probe->delegated);
	gss_release_name(&ignored, &probe->target);
	gss_release_name(&ignored, &probe->source);
}

int
main(int argc, char **argv)
{
	struct probe probe = {.context = GSS_C_NO_CONTEXT};
	uint8_t octets[GJ_OID_OCTETS];
	size_t size;

	if (argc < 3 || !gj_oid_read(argv[2], octets, &size))
		return 2;
	/* A peer that failed is gone before it has read all. */
	signal(SIGPIPE, SIG_IGN);
	probe.initiator = strcmp(argv[1], "init") == 0;
	probe.mech.elements = octets;
	probe.mech.length = (OM_uint32)size;
	name_import(&probe, argc > 3 ? argv[3] : "host@localhost");
	if (!probe.failed && getenv("PROBE_DEFAULT_CRED") == NULL)
		cred_acquire(&probe);
	if (probe.failed || !negotiate(&probe)) {
		probe_close(&probe);
		return 1;
	}
	context_print(&probe);
	messages_try(&probe);
	if (probe.delegated != GSS_C_NO_CREDENTIAL)
		cred_print(&probe, "delegated", probe.delegated);
	export_try(&probe);
	probe_close(&probe);
	return probe.failed ? 1 : 0;
}
