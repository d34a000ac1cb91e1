/*
 * What the environment asks of the hop mechanism, and its minor codes.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "fault.h"

static const char *const texts[] = {
    "failure from acceptor",
    "HOPS is not a number from 1 to 255",
    "the token is not one octet in this mechanism's frame",
    "the token's hops are not those that are left",
    "the context is the other side's, or complete",
    "the metadata is not X",
    "this is no message of the hop mechanism",
    "a failure that the environment asked for",
    "a variable HOP_... cannot be read",
};

const char *
hop_minor_text(OM_uint32 minor)
{
	if (minor < HOP_ACCEPTOR_FAILED || minor > HOP_BAD_SCRIPT)
		return NULL;
	return texts[minor - HOP_ACCEPTOR_FAILED];
}

/* The variables, of the acceptor and of the initiator. */
static const char *const names[][2] = {
    [HOP_QUERY_FAIL] = {"ACCEPT_QUERY_FAIL", "INIT_QUERY_FAIL"},
    [HOP_QUERY_NONE] = {"ACCEPT_QUERY_NONE", "INIT_QUERY_NONE"},
    [HOP_EXCHANGE_FAIL] = {"ACCEPT_EXCHANGE_FAIL", "INIT_EXCHANGE_FAIL"},
    [HOP_FAIL] = {"ACCEPT_FAIL", "INIT_FAIL"},
};

bool
hop_fault(bool initiator, enum hop_fault fault, const gss_OID_desc *mech)
{
	const unsigned char *octets = mech->elements;
	const char *value = getenv(names[fault][initiator]);

	return value != NULL && mech->length > 0 &&
	       atoi(value) == octets[mech->length - 1];
}

uint8_t
hop_fault_hops(void)
{
	const char *value = getenv("HOPS");
	char *end;
	long hops;

	if (value == NULL)
		return 1;
	hops = strtol(value, &end, 10);
	if (*value == '\0' || *end != '\0' || hops < 1 || hops > UINT8_MAX)
		return 0;
	return (uint8_t)hops;
}

enum hop_key
hop_fault_key(bool initiator)
{
	const char *value = getenv("KEY");

	if (value == NULL)
		return HOP_KEY_COMPLETE;
	if (strcmp(value, "never") == 0)
		return HOP_KEY_NEVER;
	if (strcmp(value, "always") == 0 ||
	    strcmp(value, initiator ? "init-always" : "accept-always") == 0)
		return HOP_KEY_ALWAYS;
	return HOP_KEY_COMPLETE;
}

bool
hop_fault_bindings(
    bool initiator, const struct gss_channel_bindings_struct *bindings)
{
	const char *value =
	    getenv(initiator ? "GSS_INIT_BINDING" : "GSS_ACCEPT_BINDING");
	const gss_buffer_desc *data;

	if (value == NULL)
		return true;
	if (bindings == NULL)
		return false;
	data = &bindings->application_data;
	return data->length == strlen(value) &&
	       memcmp(data->value, value, data->length) == 0;
}

OM_uint32
hop_fault_flags(void)
{
	if (getenv("HOP_PROTECTION") == NULL)
		return 0;
	return GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG | GSS_C_PROT_READY_FLAG;
}

bool
hop_fault_script(bool initiator, unsigned int call, struct hop_script *script)
{
	return hop_script_read(
	    getenv(initiator ? "HOP_INIT" : "HOP_ACCEPT"), call, script);
}

enum hop_process
hop_fault_process(OM_uint32 *flags)
{
	static const char prefix[] = "flags=";
	const char *value = getenv("HOP_PROCESS");
	size_t size = sizeof(prefix) - 1;

	if (value == NULL)
		return HOP_PROCESS_NONE;
	if (strcmp(value, "accept") == 0)
		return HOP_PROCESS_ACCEPT;
	if (strcmp(value, "refuse") == 0)
		return HOP_PROCESS_REFUSE;
	if (strcmp(value, "delete") == 0)
		return HOP_PROCESS_DELETE;
	if (strncmp(value, prefix, size) == 0 &&
	    hop_script_flags(value + size, strlen(value + size), flags))
		return HOP_PROCESS_FLAGS;
	return HOP_PROCESS_WRONG;
}

bool
hop_fault_conf(bool conf)
{
	const char *value = getenv("HOP_CONF");

	if (value != NULL && strcmp(value, "off") == 0)
		return false;
	if (value != NULL && strcmp(value, "always") == 0)
		return true;
	return conf;
}

OM_uint32
hop_fault_message(enum hop_call call, OM_uint32 *minor)
{
	static const char *const variables[] = {
	    [HOP_CALL_WRAP] = "HOP_WRAP_FAIL",
	    [HOP_CALL_UNWRAP] = "HOP_UNWRAP_FAIL",
	    [HOP_CALL_GET_MIC] = "HOP_GET_MIC_FAIL",
	    [HOP_CALL_VERIFY_MIC] = "HOP_VERIFY_MIC_FAIL",
	};
	const char *value = getenv(variables[call]);
	OM_uint32 major;

	*minor = 0;
	if (value == NULL)
		return GSS_S_COMPLETE;
	if (!hop_script_major(value, strlen(value), &major)) {
		*minor = HOP_BAD_SCRIPT;
		return GSS_S_FAILURE;
	}
	if (GSS_ERROR(major))
		*minor = HOP_ASKED_FOR;
	return major;
}
