/*
 * The client of gsstest secinfo: asks what is taken, and follows that.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <unistd.h>

#include "compat.h"
#include "rpc_client.h"
#include "secinfo.h"
#include "wire_rpctest.h"

/* More flavours than we know are no reason to fail. */
#define ENTRIES_MAX 16

/* What it sends with each call. */
#define MESSAGE "an operation on a file"

struct client {
	const struct secinfo *secinfo;
	struct party party;
	struct rpc_client rpc;
	struct story story;
	struct rpc_client_context krb5, ccm;
	bool knows_ccm; /* and may use it here */
	bool by_ccm;	/* the flavour that was chosen */
	uint32_t service;
	struct gj_buffer arguments;
};

static bool
failed(struct client *client, const char *why)
{
	story_fail(&client->story, why);
	return false;
}

static const char *
krb5_text(uint32_t service)
{
	if (service == GJ_RPCSEC_PRIVACY)
		return "krb5 privacy";
	return service == GJ_RPCSEC_INTEGRITY ? "krb5 integrity"
					      : "krb5 authentication";
}

/* --- Contexts ---------------------------------------------------------------
 */

static bool
krb5_ensure(struct client *client)
{
	struct gssloop_params params;
	OM_uint32 major, minor;

	if (client->krb5.loop != NULL)
		return true;
	gssloop_params_init(&params, GSSLOOP_INITIATOR);
	params.mech = &gj_mech_krb5;
	params.target = client->party.target;
	params.cred = client->party.cred;
	params.request = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG;
	params.wait_ms = client->rpc.wait_ms;
	if (rpc_client_establish(
		&client->rpc, &params, &client->krb5, &major, &minor)) {
		story_step(&client->story, "INIT", "krb5", "OK");
		return true;
	}
	story_step(&client->story, "INIT", "krb5", client->rpc.reason);
	return failed(client, client->rpc.reason);
}

/*
 * A CCM context over the krb5 one.  Where the server does not take it, there is
 * none, and that is no failure here: neither side insists.
 */
static bool
ccm_ensure(struct client *client)
{
	OM_uint32 major, minor;

	if (client->ccm.loop != NULL || !client->knows_ccm)
		return true;
	if (!krb5_ensure(client))
		return false;
	if (rpc_client_cache(&client->rpc, &client->krb5, NULL,
		client->party.target, &client->ccm, &major, &minor)) {
		story_step(&client->story, "INIT", "CCM", "OK");
		return true;
	}
	story_step(&client->story, "INIT", "CCM", client->rpc.reason);
	client->knows_ccm = false;
	story_fail(&client->story, client->rpc.reason);
	return major != GSS_S_COMPLETE;
}

/* --- SECINFO ----------------------------------------------------------------
 */

static void
entry_text(const struct gj_rpctest_secinfo *entry, char *text, size_t size)
{
	const struct gssloop_view *oid = &entry->oid;

	if (entry->flavor != GJ_RPC_AUTH_RPCSEC_GSS)
		snprintf(
		    text, size, "flavour %lu", (unsigned long)entry->flavor);
	else if (gj_gss_oid_is(&gj_mech_ccm, oid->data, oid->size))
		strlcpy(text, "CCM authentication", size);
	else if (gj_gss_oid_is(&gj_mech_krb5, oid->data, oid->size))
		strlcpy(text, krb5_text(entry->service), size);
	else
		strlcpy(text, "another mechanism", size);
}

static void
entries_tell(struct client *client, const char *flavour,
    const struct gj_rpctest_secinfo *entries, size_t count)
{
	char text[ENTRIES_MAX * 40] = "", one[40];
	size_t i;

	for (i = 0; i < count; i++) {
		entry_text(&entries[i], one, sizeof(one));
		strlcpy(text + strlen(text), i > 0 ? ", " : "",
		    sizeof(text) - strlen(text));
		strlcpy(text + strlen(text), one, sizeof(text) - strlen(text));
	}
	story_step(&client->story, "SECINFO", flavour, text);
}

/* What is below krb5 integrity is for a protected layer alone. */
static uint32_t
service_least(const struct client *client)
{
	return client->story.layer != NULL ? GJ_RPCSEC_NONE
					   : GJ_RPCSEC_INTEGRITY;
}

static bool
entry_takes(struct client *client, const struct gj_rpctest_secinfo *entry)
{
	const struct gssloop_view *oid = &entry->oid;
	uint32_t least = service_least(client);

	if (entry->flavor != GJ_RPC_AUTH_RPCSEC_GSS)
		return false;
	client->by_ccm = gj_gss_oid_is(&gj_mech_ccm, oid->data, oid->size);
	if (client->by_ccm)
		return client->knows_ccm && entry->service == GJ_RPCSEC_NONE;
	if (!gj_gss_oid_is(&gj_mech_krb5, oid->data, oid->size) ||
	    entry->service < GJ_RPCSEC_NONE ||
	    entry->service > GJ_RPCSEC_PRIVACY)
		return false;
	client->service = entry->service > least ? entry->service : least;
	return true;
}

/* One call of SECINFO; entries are views. */
static bool
secinfo_call(struct client *client, bool none, struct rpc_answer *answer)
{
	struct gssloop_view nothing = {NULL, 0};

	if (!none && !krb5_ensure(client))
		return false;
	if (!rpc_client_call(&client->rpc, none ? NULL : &client->krb5,
		GJ_RPCTEST_SECINFO, GJ_RPCSEC_INTEGRITY, &nothing, answer))
		return failed(client, client->rpc.reason);
	return true;
}

/*
 * Asks by AUTH_NONE where nobody can change the answer.  A server that does
 * not see that protection is asked by krb5 integrity.
 */
static bool
secinfo_answer(struct client *client, struct rpc_answer *answer, bool *none)
{
	*none = client->story.layer != NULL;
	if (!secinfo_call(client, *none, answer))
		return false;
	if (*none && answer->what == RPC_DENIED &&
	    answer->stat == GJ_RPC_AUTH_TOOWEAK) {
		story_step(&client->story, "SECINFO", "AUTH_NONE", "too weak");
		*none = false;
		if (!secinfo_call(client, *none, answer))
			return false;
	}
	return answer->what == RPC_ANSWERED ||
	       failed(client, "SECINFO was not answered");
}

/* Asks what is taken, and chooses the first that is known here. */
static bool
secinfo_ask(struct client *client)
{
	struct gj_rpctest_secinfo entries[ENTRIES_MAX];
	struct gj_rpc_result result;
	struct rpc_answer answer;
	size_t count, i;
	bool none;

	if (!secinfo_answer(client, &answer, &none))
		return false;
	if (!gj_rpctest_secinfo_decode(
		&answer.results, entries, ENTRIES_MAX, &count, &result))
		return failed(client, result.reason);
	entries_tell(client,
	    none ? "AUTH_NONE" : krb5_text(GJ_RPCSEC_INTEGRITY), entries,
	    count);
	for (i = 0; i < count; i++)
		if (entry_takes(client, &entries[i]))
			return true;
	return failed(client, "SECINFO names no flavour that is known here");
}

/* --- OPERATE ----------------------------------------------------------------
 */

static void
operate_count(struct client *client, uint32_t status)
{
	struct story_calls *calls = &client->story.calls;

	if (!client->by_ccm && client->ccm.loop != NULL)
		calls->again = true;
	if (status == GJ_RPCTEST_WRONGSEC)
		calls->wrongsec++;
	else if (client->by_ccm)
		calls->ccm++;
	else
		calls->krb5++;
}

static bool
reply_check(
    struct client *client, const struct gssloop_view *results, uint32_t *status)
{
	struct gj_rpctest_reply reply;
	struct gj_rpc_result result;
	char text[64];

	if (!gj_rpctest_reply_decode(
		results, RPC_CLIENT_MESSAGE_MAX, &reply, &result))
		return failed(client, result.reason);
	*status = reply.status;
	if (reply.status == GJ_RPCTEST_WRONGSEC)
		return true;
	snprintf(text, sizeof(text), "OPERATE: status %lu",
	    (unsigned long)reply.status);
	if (reply.status != GJ_RPCTEST_OK)
		return failed(client, text);
	if (reply.data.size == sizeof(MESSAGE) - 1 &&
	    memcmp(reply.data.data, MESSAGE, sizeof(MESSAGE) - 1) == 0)
		return true;
	return failed(client, "the answer is not to what was asked");
}

static bool
operate_once(struct client *client, uint32_t *status)
{
	struct rpc_client_context *context;
	struct gssloop_view arguments = {gj_buffer_data(&client->arguments),
	    gj_buffer_size(&client->arguments)};
	uint32_t service;
	struct rpc_answer answer;

	if (client->by_ccm && !ccm_ensure(client))
		return false;
	if (client->by_ccm && !client->knows_ccm) {
		client->by_ccm = false;
		client->service = service_least(client);
	}
	if (!client->by_ccm && !krb5_ensure(client))
		return false;
	context = client->by_ccm ? &client->ccm : &client->krb5;
	service = client->by_ccm ? GJ_RPCSEC_NONE : client->service;
	if (!rpc_client_call(&client->rpc, context, GJ_RPCTEST_OPERATE, service,
		&arguments, &answer))
		return failed(client, client->rpc.reason);
	if (answer.what != RPC_ANSWERED)
		return failed(client, "OPERATE was not answered");
	if (!reply_check(client, &answer.results, status))
		return false;
	operate_count(client, *status);
	story_step(&client->story, "OPERATE",
	    client->by_ccm ? "CCM authentication" : krb5_text(service),
	    *status == GJ_RPCTEST_OK ? "OK" : "WRONGSEC");
	return true;
}

/* Told that it was the wrong flavour, the client asks, and tries once more. */
static bool
operate(struct client *client)
{
	uint32_t status;

	if (!operate_once(client, &status))
		return false;
	if (status == GJ_RPCTEST_OK)
		return true;
	if (!secinfo_ask(client) || !operate_once(client, &status))
		return false;
	return status == GJ_RPCTEST_OK ||
	       failed(client, "wrong is what SECINFO has just said, too");
}

/* --- The ways ---------------------------------------------------------------
 */

static bool
operate_all(struct client *client)
{
	enum story_way way = client->secinfo->way;
	unsigned int i, count = client->secinfo->calls;

	/* One more for the call that goes through by krb5. */
	if (way == WAY_WRONGSEC || way == WAY_REFUSE)
		count++;
	for (i = 0; i < count; i++)
		if (!operate(client))
			return false;
	return true;
}

/* CCM first, so that one sees that krb5's has outlived it. */
static bool
destroy_all(struct client *client)
{
	struct rpc_client_context *contexts[] = {&client->ccm, &client->krb5};
	static const char *const flavours[] = {"CCM", "krb5"};
	bool done = true;
	size_t i;

	for (i = 0; i < 2; i++) {
		if (contexts[i]->loop == NULL)
			continue;
		if (!rpc_client_destroy(&client->rpc, contexts[i])) {
			done = failed(client, client->rpc.reason);
			continue;
		}
		story_step(&client->story, "DESTROY", flavours[i], "OK");
	}
	return done;
}

static bool
way_go(struct client *client)
{
	enum story_way way = client->secinfo->way;

	if (way != WAY_REFUSE && client->story.layer == NULL)
		return failed(client,
		    "CCM is not tried: it is no Unix socket, and "
		    "--protected-by does not name what else protects it");
	client->knows_ccm = way != WAY_REFUSE;
	client->service = service_least(client);
	client->by_ccm = way == WAY_GUESS && client->knows_ccm;
	if (way != WAY_GUESS && !secinfo_ask(client))
		return false;
	if (!operate_all(client))
		return false;
	return destroy_all(client);
}

static bool
arguments_make(struct client *client)
{
	struct gssloop_view message = {
	    (const uint8_t *)MESSAGE, sizeof(MESSAGE) - 1};
	size_t size = gj_xdr_opaque_size(message.size);
	uint8_t *room = gj_buffer_reserve(&client->arguments, size);
	struct gj_writer writer;

	if (room == NULL)
		return failed(client, "out of memory");
	gj_writer_init(&writer, room, size);
	gj_rpctest_message_encode(&writer, &message);
	gj_buffer_commit(&client->arguments, writer.used);
	return true;
}

static bool
run(struct client *client)
{
	bool done = arguments_make(client) && way_go(client);

	rpc_client_forget(&client->ccm);
	rpc_client_forget(&client->krb5);
	gj_buffer_free(&client->arguments);
	return done;
}

int
secinfo_client(const struct secinfo *secinfo, const char *target, int fd)
{
	struct client client;
	int error, status;

	memset(&client, 0, sizeof(client));
	client.secinfo = secinfo;
	status = party_open(
	    &client.party, GSSLOOP_INITIATOR, &secinfo->options, target);
	error = rpc_client_open(&client.rpc, fd, GJ_RPCTEST_PROGRAM,
	    GJ_RPCTEST_VERSION, secinfo->options.wait_ms);
	if (error != 0)
		close(fd);
	if (error != 0 || status != EXIT_WORKED) {
		if (error == 0)
			rpc_client_close(&client.rpc);
		party_close(&client.party);
		return EXIT_FAILED;
	}
	story_begin(&client.story, &secinfo->options, GSSLOOP_INITIATOR,
	    secinfo->way, secinfo_layer(secinfo, fd));
	run(&client);
	rpc_client_close(&client.rpc);
	party_close(&client.party);
	return story_end(&client.story) ? EXIT_WORKED : EXIT_FAILED;
}
