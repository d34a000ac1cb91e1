/* patch_mechglue: does the library that is loaded behave as patch NNNN says?
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: patch_mechglue NNNN	 the test of that patch
 *	  patch_mechglue 0004-setid	the same, in a program that is set-id
 *	  patch_mechglue -m MODULE	what the file of mechanisms must have
 *
 * Exit status: 0 it does; 1 it does not, and stdout says where; 2 for usage;
 * 77 this cannot be tested here, and stdout says why.
 *
 * Patches 0001 and 0003 need gsstest/realm around them.  PATCH_MODULE names the
 * module (0005, 0006).  What only a patched library has is looked up, so that
 * the program also runs with the stock one. */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gssapi.h>
#include <gssapi/gssapi_krb5.h>
#include <gssapi_mech.h>

#include "patch_module.h"

#define OID(octets)                                                            \
	{                                                                      \
		sizeof(octets) - 1, (void *)(octets)                           \
	}

/* 2.25.7001, 2.25.7002, 2.25.7003; NEGOEX; arcs below krb5's. */
static gss_OID_desc test_oid = OID("\x69\xb6\x59");
static gss_OID_desc bare_oid = OID("\x69\xb6\x5a");
static gss_OID_desc missing_oid = OID("\x69\xb6\x5b");
static gss_OID_desc negoex_oid =
    OID("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e");
static gss_OID_desc krb5_oid = OID("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
static gss_OID_desc ntlm_oid = OID("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a");
static gss_OID_desc spnego_oid = OID("\x2b\x06\x01\x05\x05\x02");
#define NEGOEX_ARC "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05"

static OM_uint32 major, minor, junk;
static int wrong;

/* Says what was expected and is not so. */
static void
expect_at(int line, int is_so, const char *what)
{
	if (is_so)
		return;
	wrong = 1;
	printf("line %d: not so: %s (last major %x, minor %x)\n", line, what,
	    (unsigned)major, (unsigned)minor);
}
#define expect(condition) expect_at(__LINE__, (condition), #condition)

/* What must be there for the test to mean anything. */
static void
need(int is_so, const char *what)
{
	if (is_so)
		return;
	printf("no %s (major %x, minor %x)\n", what, (unsigned)major,
	    (unsigned)minor);
	exit(2);
}

static gss_name_t
name_of(const char *text)
{
	gss_buffer_desc buffer = {strlen(text), (void *)text};
	gss_name_t name;

	major =
	    gss_import_name(&minor, &buffer, GSS_C_NT_HOSTBASED_SERVICE, &name);
	need(major == GSS_S_COMPLETE, "name");
	return name;
}

static int
is_listed(gss_OID oid)
{
	gss_OID_set set;
	int present;

	major = gss_indicate_mechs(&minor, &set);
	need(major == GSS_S_COMPLETE, "list of mechanisms");
	gss_test_oid_set_member(&junk, oid, set, &present);
	gss_release_oid_set(&junk, &set);
	return present;
}

static gss_cred_id_t
credential_for(gss_OID oid, gss_cred_usage_t usage)
{
	gss_OID_set_desc mechanisms = {1, oid};
	gss_cred_id_t credential;

	major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    &mechanisms, usage, &credential, NULL, NULL);
	need(major == GSS_S_COMPLETE, "credential");
	return credential;
}

/* --- 0001 ----------------------------------------------------------------- */

/* Both sides of a krb5 context, with an arcfour key. */
static void
arcfour_pair(gss_ctx_id_t *initiator, gss_ctx_id_t *acceptor)
{
	int32_t arcfour = 23;
	gss_name_t target = name_of("host@localhost");
	gss_cred_id_t credential = credential_for(&krb5_oid, GSS_C_INITIATE);
	gss_buffer_desc token, answer;

	major =
	    gss_krb5_set_allowable_enctypes(&minor, credential, 1, &arcfour);
	need(major == GSS_S_COMPLETE, "arcfour");
	*initiator = *acceptor = GSS_C_NO_CONTEXT;
	major = gss_init_sec_context(&minor, credential, initiator, target,
	    &krb5_oid, GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG,
	    0, GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER, NULL, &token, NULL,
	    NULL);
	need(major == GSS_S_CONTINUE_NEEDED, "first token");
	major = gss_accept_sec_context(&minor, acceptor, GSS_C_NO_CREDENTIAL,
	    &token, GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &answer, NULL, NULL,
	    NULL);
	need(major == GSS_S_COMPLETE, "acceptor");
	gss_release_buffer(&junk, &token);
	major = gss_init_sec_context(&minor, credential, initiator, target,
	    &krb5_oid, GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG,
	    0, GSS_C_NO_CHANNEL_BINDINGS, &answer, NULL, &token, NULL, NULL);
	need(major == GSS_S_COMPLETE, "initiator");
	gss_release_buffer(&junk, &answer);
	gss_release_name(&junk, &target);
	gss_release_cred(&junk, &credential);
}

/* An arcfour message has no algorithm but 0x0011 in its header. */
static int
is_arcfour(const gss_buffer_desc *mic)
{
	size_t i;

	for (i = 0; i + 4 <= mic->length; i++) {
		if (memcmp((char *)mic->value + i, "\x01\x01\x11\x00", 4) == 0)
			return 1;
	}
	return 0;
}

static void
test_arcfour(void)
{
	gss_ctx_id_t initiator, acceptor;
	gss_buffer_desc text = {5, (void *)"hello"};
	gss_buffer_desc mic, forged_mic, wrapped, forged, plain;

	arcfour_pair(&initiator, &acceptor);
	major = gss_get_mic(&minor, initiator, 0, &text, &mic);
	need(major == GSS_S_COMPLETE && is_arcfour(&mic), "arcfour MIC");
	major = gss_get_mic(&minor, initiator, 0, &text, &forged_mic);
	need(major == GSS_S_COMPLETE, "MIC");
	((unsigned char *)forged_mic.value)[forged_mic.length - 1] ^= 1;
	major = gss_wrap(&minor, initiator, 1, 0, &text, NULL, &wrapped);
	need(major == GSS_S_COMPLETE, "message");
	major = gss_wrap(&minor, initiator, 1, 0, &text, NULL, &forged);
	need(major == GSS_S_COMPLETE, "message");
	((unsigned char *)forged.value)[forged.length - 2] ^= 1;

	major = gss_verify_mic(&minor, acceptor, &text, &mic, NULL);
	expect(major == GSS_S_COMPLETE);
	major = gss_verify_mic(&minor, acceptor, &text, &forged_mic, NULL);
	expect(major == GSS_S_BAD_MIC);
	major = gss_unwrap(&minor, acceptor, &wrapped, &plain, NULL, NULL);
	expect(!GSS_ERROR(major) && plain.length == 5 &&
	       memcmp(plain.value, "hello", 5) == 0);
	major = gss_unwrap(&minor, acceptor, &forged, &plain, NULL, NULL);
	expect(GSS_ERROR(major) == GSS_S_BAD_MIC);
}

/* --- 0002 ----------------------------------------------------------------- */

/* For a time nothing is given back, so that what the library still has in its
 * lists after it let go of it can be seen. */
static int keeps_all;

void
free(void *memory)
{
	static void (*give_back)(void *);
	void *address;

	if (keeps_all)
		return;
	if (give_back == NULL) {
		address = dlsym(RTLD_NEXT, "free");
		memcpy(&give_back, &address, sizeof(address));
	}
	give_back(memory);
}

static OM_uint32
acquire(gss_OID oid)
{
	gss_OID_set_desc mechanisms = {1, oid};
	gss_cred_id_t credential;

	return gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
	    &mechanisms, GSS_C_INITIATE, &credential, NULL, NULL);
}

/* The file has a library that is not there, and one without the functions. */
static void
test_not_loaded(void)
{
	if (access("/etc/gss/mech", R_OK) != 0) {
		printf("there is no /etc/gss/mech to be read\n");
		exit(2);
	}
	keeps_all = 1;
	expect(is_listed(&krb5_oid));
	expect(is_listed(&ntlm_oid));
	expect(is_listed(&spnego_oid));
	expect(!is_listed(&missing_oid));
	/* GSS_S_NO_CRED would be of a mechanism that is known. */
	major = acquire(&missing_oid);
	expect(major == GSS_S_BAD_MECH);
	major = acquire(&bare_oid);
	expect(major == GSS_S_BAD_MECH);
}

/* --- 0003 ----------------------------------------------------------------- */

static OM_uint32
answered_with(const char *octets, size_t length)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_name_t target = name_of("host@localhost");
	gss_buffer_desc answer = {length, (void *)octets}, token;

	major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &context,
	    target, &krb5_oid, GSS_C_MUTUAL_FLAG, 0, GSS_C_NO_CHANNEL_BINDINGS,
	    GSS_C_NO_BUFFER, NULL, &token, NULL, NULL);
	need(major == GSS_S_CONTINUE_NEEDED, "first token");
	gss_release_buffer(&junk, &token);
	major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &context,
	    target, &krb5_oid, GSS_C_MUTUAL_FLAG, 0, GSS_C_NO_CHANNEL_BINDINGS,
	    &answer, NULL, &token, NULL, NULL);
	gss_delete_sec_context(&junk, &context, GSS_C_NO_BUFFER);
	gss_release_name(&junk, &target);
	return major;
}

static void
test_answer(void)
{
	static const char letters[] =
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	/* A frame of SPNEGO's, with what could be an AP-REP in it. */
	static const char other[] = "\x60\x0a\x06\x06\x2b\x06\x01\x05\x05\x02"
				    "\x02\x00";

	expect(answered_with(letters, 40) == GSS_S_DEFECTIVE_TOKEN);
	expect(answered_with(other, 12) == GSS_S_BAD_MECH);
}

/* --- 0004 ----------------------------------------------------------------- */

static void
test_mech_config(void)
{
	expect(is_listed(&test_oid));
	expect(is_listed(&krb5_oid));
}

static void
test_set_id(void)
{
	if (geteuid() == getuid() && getegid() == getgid()) {
		printf("the file system does not have set-id programs\n");
		exit(77);
	}
	need(getenv("GSS_MECH_CONFIG") != NULL, "GSS_MECH_CONFIG");
	expect(is_listed(&krb5_oid));
	expect(!is_listed(&test_oid));
}

/* --- 0005 ----------------------------------------------------------------- */

static _gss_query_mechanism_info_t *query_info;
static _gss_query_meta_data_t *query;
static _gss_exchange_meta_data_t *exchange;
static struct patch_module *module;

/* POSIX lets a data pointer from dlsym be a function's. */
static void
look_up(const char *name, void *function, size_t size)
{
	void *address = dlsym(RTLD_DEFAULT, name);

	expect_at(__LINE__, address != NULL, name);
	memcpy(function, &address, size);
}

/* The module has to be loaded by the mechglue first. */
static void
find_module(gss_OID oid)
{
	void *handle;

	need(getenv("PATCH_MODULE") != NULL, "PATCH_MODULE");
	need(is_listed(oid), "module in the list");
	handle = dlopen(getenv("PATCH_MODULE"), RTLD_NOW | RTLD_NOLOAD);
	need(handle != NULL, "PATCH_MODULE");
	module = dlsym(handle, "patch_module_state");
	need(module != NULL, "patch_module_state");
}

static void
test_oids(void)
{
	static const struct {
		const char *symbol;
		const char *octets;
	} oids[] = {
	    {"__gss_c_inq_negoex_key_oid_desc", NEGOEX_ARC "\x10"},
	    {"__gss_c_inq_negoex_verify_key_oid_desc", NEGOEX_ARC "\x11"},
	    {"__gss_c_ma_negoex_and_spnego_oid_desc", NEGOEX_ARC "\x12"},
	};
	gss_OID_desc attribute = OID(NEGOEX_ARC "\x12");
	gss_buffer_desc name;
	size_t i;

	for (i = 0; i < 3; i++) {
		gss_OID oid = (gss_OID)dlsym(RTLD_DEFAULT, oids[i].symbol);

		expect_at(__LINE__,
		    oid != NULL && oid->length == 11 &&
			memcmp(oid->elements, oids[i].octets, 11) == 0,
		    oids[i].symbol);
	}
	major = gss_display_mech_attr(&minor, &attribute, &name, NULL, NULL);
	expect(major == GSS_S_COMPLETE && name.length == 26 &&
	       memcmp(name.value, "GSS_C_MA_NEGOEX_AND_SPNEGO", 26) == 0);
	gss_release_buffer(&junk, &name);
}

static void
test_query_info(void)
{
	static const unsigned char zeros[16];
	unsigned char scheme[16];

	major = query_info(&minor, &test_oid, scheme);
	expect(major == GSS_S_COMPLETE);
	expect(memcmp(scheme, PATCH_MODULE_SCHEME, 16) == 0);
	major = query_info(&minor, &krb5_oid, scheme);
	expect(major == GSS_S_UNAVAILABLE);
	expect(memcmp(scheme, zeros, 16) == 0);
	/* Linked with the mechglue, whose own functions must not be taken. */
	need(is_listed(&bare_oid), "bare module");
	major = query_info(&minor, &bare_oid, scheme);
	expect(major == GSS_S_UNAVAILABLE);
	major = query_info(&minor, &missing_oid, scheme);
	expect(major == GSS_S_BAD_MECH);
}

/* A context that began with metadata goes on with its first token. */
static void
test_query_then_init(int makes_context)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_const_ctx_id_t inner;
	gss_name_t target = name_of("host@localhost");
	gss_cred_id_t credential = credential_for(&test_oid, GSS_C_BOTH);
	gss_buffer_desc metadata, token;

	module->makes_context = makes_context;
	major = query(&minor, &test_oid, credential, &context, target,
	    GSS_C_MUTUAL_FLAG, &metadata);
	expect(major == GSS_S_COMPLETE);
	expect(context != GSS_C_NO_CONTEXT);
	expect(metadata.length == strlen(PATCH_MODULE_META));
	gss_release_buffer(&junk, &metadata);
	expect(module->contexts == makes_context);
	expect(module->has_name && module->flags == GSS_C_MUTUAL_FLAG);
	expect(module->credential != GSS_C_NO_CREDENTIAL);
	expect(module->credential != credential);

	major = exchange(&minor, &test_oid, credential, &context, target, 0,
	    &(gss_buffer_desc){3, (void *)"xyz"});
	expect(major == GSS_S_COMPLETE);
	expect(module->length == 3 && memcmp(module->octets, "xyz", 3) == 0);
	inner = module->context;
	expect((inner != GSS_C_NO_CONTEXT) == makes_context);
	expect(module->contexts == makes_context);

	/* The mechanism is the context's, whatever is asked for. */
	major = gss_init_sec_context(&minor, credential, &context, target,
	    GSS_C_NO_OID, 0, 0, GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER,
	    NULL, &token, NULL, NULL);
	expect(major == GSS_S_COMPLETE && module->initiated > 0);
	expect(module->context == inner);
	expect(module->contexts == 1);
	gss_delete_sec_context(&junk, &context, GSS_C_NO_BUFFER);
	expect(module->contexts == 0);
	gss_release_name(&junk, &target);
	gss_release_cred(&junk, &credential);
	expect(module->credentials == 0);
}

/* The token has no frame: only the context can say whose it is. */
static void
test_exchange_then_accept(void)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc token = {3, (void *)"tok"}, answer;

	module->makes_context = 1;
	major = exchange(&minor, &test_oid, GSS_C_NO_CREDENTIAL, &context,
	    GSS_C_NO_NAME, 0, &(gss_buffer_desc){1, (void *)"m"});
	expect(major == GSS_S_COMPLETE && context != GSS_C_NO_CONTEXT);
	expect(!module->has_name);
	expect(module->credential == GSS_C_NO_CREDENTIAL);
	major = gss_accept_sec_context(&minor, &context, GSS_C_NO_CREDENTIAL,
	    &token, GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &answer, NULL, NULL,
	    NULL);
	expect(major == GSS_S_COMPLETE && module->accepted == 1);
	expect(module->length == 3 && memcmp(module->octets, "tok", 3) == 0);
	expect(module->context != GSS_C_NO_CONTEXT);
	gss_delete_sec_context(&junk, &context, GSS_C_NO_BUFFER);
	expect(module->contexts == 0);
}

static void
test_meta_failures(void)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT, before;
	gss_buffer_desc metadata = {1, NULL};
	gss_buffer_desc given = {1, (void *)"m"};

	/* A context of the module's own goes with the mechglue's. */
	module->makes_context = 1;
	module->query_result = module->exchange_result = GSS_S_FAILURE;
	major = query(&minor, &test_oid, GSS_C_NO_CREDENTIAL, &context,
	    GSS_C_NO_NAME, 0, &metadata);
	expect(major == GSS_S_FAILURE && context == GSS_C_NO_CONTEXT);
	expect(metadata.length == 0 && metadata.value == NULL);
	major = exchange(&minor, &test_oid, GSS_C_NO_CREDENTIAL, &context,
	    GSS_C_NO_NAME, 0, &given);
	expect(major == GSS_S_FAILURE && context == GSS_C_NO_CONTEXT);
	expect(module->contexts == 0);

	/* One that the caller had stays. */
	module->query_result = GSS_S_COMPLETE;
	major = query(&minor, &test_oid, GSS_C_NO_CREDENTIAL, &context,
	    GSS_C_NO_NAME, 0, &metadata);
	expect(major == GSS_S_COMPLETE);
	gss_release_buffer(&junk, &metadata);
	before = context;
	major = exchange(&minor, &test_oid, GSS_C_NO_CREDENTIAL, &context,
	    GSS_C_NO_NAME, 0, &given);
	expect(major == GSS_S_FAILURE && context == before);
	expect(module->contexts == 1);

	/* It is of one mechanism, and not of another. */
	major = exchange(&minor, &krb5_oid, GSS_C_NO_CREDENTIAL, &context,
	    GSS_C_NO_NAME, 0, &given);
	expect(major == GSS_S_BAD_MECH && context == before);
	gss_delete_sec_context(&junk, &context, GSS_C_NO_BUFFER);
	expect(module->contexts == 0);
	module->exchange_result = GSS_S_COMPLETE;
}

/* Calls that never reach a mechanism. */
static void
test_meta_refused(void)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc metadata = {1, NULL};
	gss_buffer_desc given = {1, (void *)"m"};
	gss_cred_id_t credential = credential_for(&bare_oid, GSS_C_BOTH);
	gss_OID oids[] = {&krb5_oid, &bare_oid, &missing_oid};
	int exchanged = module->exchanged;
	size_t i;

	for (i = 0; i < 3; i++) {
		OM_uint32 wanted = i == 2 ? GSS_S_BAD_MECH : GSS_S_UNAVAILABLE;

		major = query(&minor, oids[i], GSS_C_NO_CREDENTIAL, &context,
		    GSS_C_NO_NAME, 0, &metadata);
		expect(major == wanted && context == GSS_C_NO_CONTEXT);
		expect(metadata.length == 0);
		major = exchange(&minor, oids[i], GSS_C_NO_CREDENTIAL, &context,
		    GSS_C_NO_NAME, 0, &given);
		expect(major == wanted && context == GSS_C_NO_CONTEXT);
	}
	/* A credential of other mechanisms only is not none. */
	major = query(&minor, &test_oid, credential, &context, GSS_C_NO_NAME, 0,
	    &metadata);
	expect(major == GSS_S_NO_CRED && context == GSS_C_NO_CONTEXT);
	major = exchange(
	    &minor, &test_oid, credential, &context, GSS_C_NO_NAME, 0, &given);
	expect(major == GSS_S_NO_CRED && context == GSS_C_NO_CONTEXT);
	expect(module->exchanged == exchanged && module->contexts == 0);
	gss_release_cred(&junk, &credential);
}

static void
test_spi(void)
{
	find_module(&test_oid);
	look_up("gssspi_query_mechanism_info", &query_info, sizeof(query_info));
	look_up("gssspi_query_meta_data", &query, sizeof(query));
	look_up("gssspi_exchange_meta_data", &exchange, sizeof(exchange));
	test_oids();
	if (wrong)
		return;
	test_query_info();
	test_query_then_init(1);
	test_query_then_init(0);
	test_exchange_then_accept();
	test_meta_failures();
	test_meta_refused();
}

/* --- 0006 ----------------------------------------------------------------- */

static OM_uint32
accepted_with(const char *octets, size_t length)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc token = {length, (void *)octets}, answer;

	major = gss_accept_sec_context(&minor, &context, GSS_C_NO_CREDENTIAL,
	    &token, GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &answer, NULL, NULL,
	    NULL);
	gss_delete_sec_context(&junk, &context, GSS_C_NO_BUFFER);
	return major;
}

static void
test_negoex_token(void)
{
	find_module(&negoex_oid);
	expect(accepted_with("NEGOEXTS\1\2\3", 11) == GSS_S_COMPLETE);
	expect(module->accepted == 1 && module->length == 11 &&
	       memcmp(module->octets, "NEGOEXTS\1\2\3", 11) == 0);
	/* Too short for a message is the mechanism's to say. */
	expect(accepted_with("NEGOEXTS", 8) == GSS_S_COMPLETE);
	expect(module->accepted == 2);
	expect(accepted_with("NEGOEXT", 7) == GSS_S_DEFECTIVE_TOKEN);
	expect(accepted_with("NEGOEXTT", 8) == GSS_S_DEFECTIVE_TOKEN);
	expect(module->accepted == 2 && module->contexts == 0);
}

/* --- Start ---------------------------------------------------------------- */

static const struct {
	const char *number;
	void (*test)(void);
} tests[] = {
    {"0001", test_arcfour},
    {"0002", test_not_loaded},
    {"0003", test_answer},
    {"0004", test_mech_config},
    {"0004-setid", test_set_id},
    {"0005", test_spi},
    {"0006", test_negoex_token},
};

/* The module stands for the test mechanism and for NEGOEX, and a sibling for
 * the one that lacks the calls. */
static int
print_mechanisms(const char *path)
{
	const char *slash = strrchr(path, '/');
	int directory = slash == NULL ? 0 : (int)(slash - path) + 1;

	printf("test 2.25.7001 %s -\n", path);
	printf("negoex 1.3.6.1.4.1.311.2.2.30 %s -\n", path);
	printf("bare 2.25.7002 %.*spatch_bare_module.so -\n", directory, path);
	return 0;
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc == 3 && strcmp(argv[1], "-m") == 0)
		return print_mechanisms(argv[2]);
	for (i = 0; argc == 2 && i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (strcmp(argv[1], tests[i].number) != 0)
			continue;
		tests[i].test();
		return wrong;
	}
	fprintf(stderr, "usage: patch_mechglue NNNN | -m MODULE\n");
	return 2;
}
