/*
 * Tests of XDR, ONC RPC, RPCSEC_GSS and the program that gsstest speaks, as
 * octets.  Every array is written by hand from the RFCs.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutation.h"
#include "wire_rpcsec.h"
#include "wire_rpctest.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define OCTETS(text) text, sizeof(text) - 1

/* A fixed seed: a failure comes again. */
#define SEED	  UINT64_C(0x5250435345435f)
#define MUTATIONS 10000

/* The limits of what is decoded here. */
#define MAX	     8
#define CHECKSUM_MAX 5
#define ENTRIES	     3

/* The codecs under one signature. */

union any {
	struct gj_rpc_call call;
	struct gj_rpc_reply reply;
	struct gj_rpcsec_credential credential;
	struct gj_rpcsec_init_res res;
	struct gj_rpcsec_integ integ;
	struct gssloop_view view;
	struct {
		struct gssloop_view arguments;
		size_t sequence; /* no octets between members */
	} body;
	struct gj_rpctest_reply data;
	struct {
		struct gj_rpctest_secinfo entries[ENTRIES];
		size_t count;
	} secinfo;
};

struct codec {
	const char *name;
	bool (*decode)(const struct gssloop_view *octets, union any *any,
	    struct gj_rpc_result *result);
	void (*encode)(struct gj_writer *writer, const union any *any);
	size_t output; /* octets of any that it fills */
	bool xid;      /* is the first member, and stays after a failure */
};

static bool
call_decode(const struct gssloop_view *octets, union any *any,
    struct gj_rpc_result *result)
{
	return gj_rpc_call_decode(
	    octets->data, octets->size, &any->call, result);
}

static void
call_encode(struct gj_writer *writer, const union any *any)
{
	size_t before = writer->used;

	gj_rpc_call_encode(writer, &any->call);
	if (!writer->failed)
		ck_assert_uint_eq(writer->used - before, any->call.head.size);
	before = writer->used;
	gj_rpc_auth_encode(writer, &any->call.verifier);
	if (!writer->failed)
		ck_assert_uint_eq(writer->used - before,
		    gj_rpc_auth_size(&any->call.verifier));
	gj_writer_octets(
	    writer, any->call.arguments.data, any->call.arguments.size);
}

static bool
reply_decode(const struct gssloop_view *octets, union any *any,
    struct gj_rpc_result *result)
{
	return gj_rpc_reply_decode(
	    octets->data, octets->size, &any->reply, result);
}

static void
reply_encode(struct gj_writer *writer, const union any *any)
{
	gj_rpc_reply_encode(writer, &any->reply);
	gj_writer_octets(
	    writer, any->reply.results.data, any->reply.results.size);
}

static bool
credential_decode(const struct gssloop_view *octets, union any *any,
    struct gj_rpc_result *result)
{
	return gj_rpcsec_credential_decode(octets, &any->credential, result);
}

static void
credential_encode(struct gj_writer *writer, const union any *any)
{
	gj_rpcsec_credential_encode(writer, &any->credential);
	if (!writer->failed)
		ck_assert_uint_eq(
		    writer->used, gj_rpcsec_credential_size(&any->credential));
}

static bool
arg_decode(const struct gssloop_view *octets, union any *any,
    struct gj_rpc_result *result)
{
	return gj_rpcsec_init_arg_decode(octets, MAX, &any->view, result);
}

static void
arg_encode(struct gj_writer *writer, const union any *any)
{
	gj_rpcsec_init_arg_encode(writer, &any->view);
}

static bool
res_decode(const struct gssloop_view *octets, union any *any,
    struct gj_rpc_result *result)
{
	return gj_rpcsec_init_res_decode(octets, MAX, &any->res, result);
}

static void
res_encode(struct gj_writer *writer, const union any *any)
{
	gj_rpcsec_init_res_encode(writer, &any->res);
	if (!writer->failed)
		ck_assert_uint_eq(
		    writer->used, gj_rpcsec_init_res_size(&any->res));
}

static bool
integ_decode(const struct gssloop_view *octets, union any *any,
    struct gj_rpc_result *result)
{
	return gj_rpcsec_integ_decode(
	    octets, MAX, CHECKSUM_MAX, &any->integ, result);
}

static void
integ_encode(struct gj_writer *writer, const union any *any)
{
	gj_rpcsec_integ_encode(writer, &any->integ);
	if (!writer->failed)
		ck_assert_uint_eq(
		    writer->used, gj_rpcsec_integ_size(&any->integ));
}

static bool
priv_decode(const struct gssloop_view *octets, union any *any,
    struct gj_rpc_result *result)
{
	return gj_rpcsec_priv_decode(octets, MAX, &any->view, result);
}

static void
priv_encode(struct gj_writer *writer, const union any *any)
{
	gj_rpcsec_priv_encode(writer, &any->view);
}

static bool
body_decode(const struct gssloop_view *octets, union any *any,
    struct gj_rpc_result *result)
{
	uint32_t sequence = 1;
	bool fine = gj_rpcsec_body_decode(
	    octets, &sequence, &any->body.arguments, result);

	any->body.sequence = sequence;
	return fine;
}

static void
body_encode(struct gj_writer *writer, const union any *any)
{
	gj_rpcsec_body_encode(
	    writer, (uint32_t)any->body.sequence, &any->body.arguments);
}

static bool
message_decode(const struct gssloop_view *octets, union any *any,
    struct gj_rpc_result *result)
{
	return gj_rpctest_message_decode(octets, MAX, &any->view, result);
}

static void
message_encode(struct gj_writer *writer, const union any *any)
{
	gj_rpctest_message_encode(writer, &any->view);
}

static bool
data_decode(const struct gssloop_view *octets, union any *any,
    struct gj_rpc_result *result)
{
	return gj_rpctest_reply_decode(octets, MAX, &any->data, result);
}

static void
data_encode(struct gj_writer *writer, const union any *any)
{
	gj_rpctest_reply_encode(writer, &any->data);
}

static bool
secinfo_decode(const struct gssloop_view *octets, union any *any,
    struct gj_rpc_result *result)
{
	return gj_rpctest_secinfo_decode(
	    octets, any->secinfo.entries, ENTRIES, &any->secinfo.count, result);
}

static void
secinfo_encode(struct gj_writer *writer, const union any *any)
{
	gj_rpctest_secinfo_encode(
	    writer, any->secinfo.entries, any->secinfo.count);
}

#define OUTPUT(member) sizeof(((union any *)0)->member)

static const struct codec call = {
    "call", call_decode, call_encode, OUTPUT(call), true};
static const struct codec reply = {
    "reply", reply_decode, reply_encode, OUTPUT(reply), true};
static const struct codec credential = {"credential", credential_decode,
    credential_encode, OUTPUT(credential), false};
static const struct codec arg = {
    "init_arg", arg_decode, arg_encode, OUTPUT(view), false};
static const struct codec res = {
    "init_res", res_decode, res_encode, OUTPUT(res), false};
static const struct codec integ = {
    "integ_data", integ_decode, integ_encode, OUTPUT(integ), false};
static const struct codec priv = {
    "priv_data", priv_decode, priv_encode, OUTPUT(view), false};
static const struct codec body = {
    "body", body_decode, body_encode, OUTPUT(body), false};
static const struct codec message = {
    "message", message_decode, message_encode, OUTPUT(view), false};
static const struct codec data = {
    "data", data_decode, data_encode, OUTPUT(data), false};
static const struct codec secinfo = {
    "secinfo", secinfo_decode, secinfo_encode, OUTPUT(secinfo), false};

/* Octets that are fine. */

#define XID    "\x11\x22\x33\x44"
#define PROG   "\x20\x47\x53\x53"
#define ZERO   "\0\0\0\0"
#define ONE    "\0\0\0\1"
#define TWO    "\0\0\0\2"
#define THREE  "\0\0\0\3"
#define FOUR   "\0\0\0\4"
#define SIX    "\0\0\0\6"
#define GREAT  "\xff\xff\xff\xff"
#define NOBODY ZERO ZERO /* AUTH_NONE, no body */

#define CALL   XID ZERO TWO PROG ONE "\0\0\0\2"
#define REPLY  XID ONE
#define WITHIN ONE ZERO "\0\0\0\7" TWO FOUR "hand"

struct good {
	const struct codec *codec;
	const char *name;
	const char *octets;
	size_t size;
	bool rest;    /* ends in octets of any number, and */
	size_t least; /* a prefix of so many octets is fine as well */
};

#define ALL(text)	  text, sizeof(text) - 1, false, sizeof(text) - 1
#define REST(least, text) text, sizeof(text) - 1, true, least

static const struct good goods[] = {
    {&call, "without a body", REST(40, CALL NOBODY NOBODY)},
    {&call, "with arguments", REST(40, CALL NOBODY NOBODY "arguments")},
    {&call, "of RPCSEC_GSS",
	REST(72, CALL SIX "\0\0\0\x18" WITHIN SIX "\0\0\0\5"
			  "check\0\0\0"
			  "args")},
    {&reply, "success", REST(24, REPLY ZERO NOBODY ZERO)},
    {&reply, "results",
	REST(32, REPLY ZERO SIX "\0\0\0\5check\0\0\0" ZERO "results")},
    {&reply, "PROG_UNAVAIL", ALL(REPLY ZERO NOBODY ONE)},
    {&reply, "PROG_MISMATCH", ALL(REPLY ZERO NOBODY TWO ONE THREE)},
    {&reply, "PROC_UNAVAIL", ALL(REPLY ZERO NOBODY THREE)},
    {&reply, "GARBAGE_ARGS", ALL(REPLY ZERO NOBODY FOUR)},
    {&reply, "SYSTEM_ERR", ALL(REPLY ZERO NOBODY "\0\0\0\5")},
    {&reply, "RPC_MISMATCH", ALL(REPLY ONE ZERO TWO TWO)},
    {&reply, "AUTH_ERROR", ALL(REPLY ONE ONE "\0\0\0\x0d")},
    {&reply, "AUTH_ERROR unknown", ALL(REPLY ONE ONE GREAT)},
    {&credential, "DATA", ALL(WITHIN)},
    {&credential, "INIT", ALL(ONE ONE ZERO ONE ZERO)},
    {&credential, "INIT, any service", ALL(ONE ONE GREAT ZERO ZERO)},
    {&credential, "CONTINUE_INIT, any service",
	ALL(ONE TWO ZERO GREAT "\0\0\0\5handl\0\0\0")},
    {&credential, "DESTROY", ALL(ONE THREE "\x80\0\0\0" THREE TWO "ha\0\0")},
    {&arg, "empty", ALL(ZERO)},
    {&arg, "at its limit",
	ALL("\0\0\0\x08"
	    "gsstoken")},
    {&arg, "padded", ALL(ONE "t\0\0\0")},
    {&res, "nothing", ALL(ZERO ZERO ZERO ZERO ZERO)},
    {&res, "complete", ALL(FOUR "hand" ZERO ZERO "\0\0\0\x80" THREE "tok\0")},
    {&res, "failed", ALL(ZERO "\0\x0d\0\0" GREAT ZERO ZERO)},
    {&integ, "empty", ALL(ZERO ZERO)},
    {&integ, "at its limits", ALL("\0\0\0\x08\0\0\0\7args\0\0\0\5check\0\0\0")},
    {&priv, "wrapped", ALL("\0\0\0\7wrapped\0")},
    {&body, "number alone", REST(4, "\0\0\0\7")},
    {&body, "arguments", REST(4, "\x80\0\0\0" FOUR "args")},
    {&message, "empty", ALL(ZERO)},
    {&message, "padded", ALL(TWO "hi\0\0")},
    {&data, "data", ALL(ZERO "\0\0\0\5hello\0\0\0")},
    {&data, "WRONGSEC", ALL("\0\0\x27\x20")},
    {&secinfo, "none", ALL(ZERO)},
    {&secinfo, "three",
	ALL(THREE SIX "\0\0\0\7\x2b\6\1\5\5\x0b\1\0" ZERO ONE ONE SIX ZERO
		      "\0\0\0\7" THREE)},
};

/* Octets that are not fine, or just are. */
struct row {
	const struct codec *codec;
	const char *name;
	const char *octets;
	size_t size;
	enum gj_rpc_what what;
	const char *reason; /* how it begins */
};

#define FINE	  GJ_RPC_FINE, ""
#define BAD(text) GJ_RPC_MALFORMED, "offset " text

static const struct row rows[] = {
    {&call, "nothing", OCTETS(""), GJ_RPC_DROP, "offset 0: the xid is cut"},
    {&call, "xid cut", OCTETS("\x11\x22\x33"), GJ_RPC_DROP,
	"offset 0: the xid is cut"},
    {&call, "type cut", OCTETS(XID "\0\0\0"), GJ_RPC_DROP,
	"offset 4: the type of message is cut"},
    {&call, "a reply", OCTETS(REPLY ZERO NOBODY ZERO), GJ_RPC_DROP,
	"offset 4: not a call (RFC 5531, section 9)"},
    {&call, "another type", OCTETS(XID TWO TWO PROG ONE ONE NOBODY NOBODY),
	GJ_RPC_DROP, "offset 4: not a call"},
    {&call, "version cut", OCTETS(XID ZERO "\0\0\0"),
	BAD("8: the version of RPC is cut")},
    {&call, "version 1", OCTETS(XID ZERO ONE PROG ONE ONE NOBODY NOBODY),
	GJ_RPC_OTHER_VERSION,
	"offset 8: a version of RPC other than 2 (RFC 5531, section 9)"},
    {&call, "version 3 and no more", OCTETS(XID ZERO THREE),
	GJ_RPC_OTHER_VERSION, "offset 8:"},
    {&call, "program cut", OCTETS(XID ZERO TWO "\x20\x47\x53"),
	BAD("12: the program is cut")},
    {&call, "program's version cut", OCTETS(XID ZERO TWO PROG),
	BAD("16: the program's version is cut")},
    {&call, "procedure cut", OCTETS(XID ZERO TWO PROG ONE "\0\0"),
	BAD("20: the procedure is cut")},
    {&call, "flavour cut", OCTETS(CALL "\0"), BAD("24: the credential is cut")},
    {&call, "credential's length cut", OCTETS(CALL ZERO "\0\0\0"),
	BAD("28: the credential is cut")},
    {&call, "credential too large, and cut", OCTETS(CALL SIX "\0\0\1\x91"),
	BAD("28: the credential is larger than its limit")},
    {&call, "credential far too large", OCTETS(CALL SIX GREAT NOBODY),
	BAD("28: the credential is larger than its limit")},
    {&call, "credential at the limit, and cut", OCTETS(CALL SIX "\0\0\1\x90"),
	BAD("28: the credential is cut")},
    {&call, "credential's padding", OCTETS(CALL SIX ONE "c\0\0\1" NOBODY),
	BAD("28: the credential is not padded with zeros")},
    {&call, "verifier's flavour cut", OCTETS(CALL NOBODY "\0\0\0"),
	BAD("32: the verifier is cut")},
    {&call, "verifier cut", OCTETS(CALL NOBODY SIX FOUR "abc"),
	BAD("36: the verifier is cut")},
    {&call, "verifier too large", OCTETS(CALL NOBODY SIX "\0\0\1\x91"),
	BAD("36: the verifier is larger than its limit")},
    {&call, "verifier's padding", OCTETS(CALL NOBODY SIX TWO "ab\1\0"),
	BAD("36: the verifier is not padded with zeros")},
    {&call, "verifier's padding cut", OCTETS(CALL NOBODY SIX TWO "ab\0"),
	BAD("36: the verifier is cut")},

    {&reply, "xid cut", OCTETS("\x11\x22"), GJ_RPC_DROP,
	"offset 0: the xid is cut"},
    {&reply, "a call", OCTETS(CALL NOBODY NOBODY), GJ_RPC_DROP,
	"offset 4: not a reply (RFC 5531, section 9)"},
    {&reply, "reply_stat cut", OCTETS(REPLY "\0\0\0"),
	BAD("8: reply_stat is cut")},
    {&reply, "reply_stat 2", OCTETS(REPLY TWO NOBODY ZERO),
	BAD("8: a reply_stat that is none")},
    {&reply, "verifier too large", OCTETS(REPLY ZERO SIX "\0\0\1\x91"),
	BAD("16: the verifier is larger than its limit")},
    {&reply, "verifier's padding", OCTETS(REPLY ZERO SIX ONE "a\0\1\0" ZERO),
	BAD("16: the verifier is not padded")},
    {&reply, "accept_stat cut", OCTETS(REPLY ZERO NOBODY "\0\0"),
	BAD("20: accept_stat is cut")},
    {&reply, "accept_stat 6", OCTETS(REPLY ZERO NOBODY SIX),
	BAD("20: an accept_stat that is none")},
    {&reply, "accept_stat, greatest", OCTETS(REPLY ZERO NOBODY GREAT),
	BAD("20: an accept_stat that is none")},
    {&reply, "versions cut", OCTETS(REPLY ZERO NOBODY TWO ONE "\0\0\0"),
	BAD("28: the highest version is cut")},
    {&reply, "left over", OCTETS(REPLY ZERO NOBODY ONE ZERO),
	BAD("24: octets after the end")},
    {&reply, "left over behind versions",
	OCTETS(REPLY ZERO NOBODY TWO ONE ONE "\0"),
	BAD("32: octets after the end")},
    {&reply, "reject_stat 2", OCTETS(REPLY ONE TWO ZERO),
	BAD("12: a reject_stat that is none")},
    {&reply, "auth_stat cut", OCTETS(REPLY ONE ONE "\0\0\0"),
	BAD("16: auth_stat is cut")},
    {&reply, "auth_stat left over", OCTETS(REPLY ONE ONE ONE "\0"),
	BAD("20: octets after the end")},
    {&reply, "RPC_MISMATCH cut", OCTETS(REPLY ONE ZERO TWO),
	BAD("20: the highest version is cut")},
    {&reply, "RPC_MISMATCH left over", OCTETS(REPLY ONE ZERO TWO TWO ZERO),
	BAD("24: octets after the end")},

    {&credential, "nothing", OCTETS(""), BAD("0: the version is cut")},
    {&credential, "version 0", OCTETS(ZERO ZERO ONE ONE ZERO),
	GJ_RPC_OTHER_VERSION, "offset 0: a version of RPCSEC_GSS other"},
    {&credential, "version 2 and no more", OCTETS(TWO), GJ_RPC_OTHER_VERSION,
	"offset 0: a version of RPCSEC_GSS other"},
    {&credential, "gss_proc 4", OCTETS(ONE FOUR ONE ONE ZERO),
	BAD("4: a gss_proc that is none")},
    {&credential, "gss_proc, greatest", OCTETS(ONE GREAT ONE ONE ZERO),
	BAD("4: a gss_proc that is none")},
    {&credential, "seq_num cut", OCTETS(ONE ZERO "\0\0\0"),
	BAD("8: seq_num is cut")},
    {&credential, "service 0", OCTETS(ONE ZERO ONE ZERO ZERO),
	BAD("12: a service that is none")},
    {&credential, "service 4", OCTETS(ONE ZERO ONE FOUR ZERO),
	BAD("12: a service that is none")},
    {&credential, "service 4 of DESTROY", OCTETS(ONE THREE ONE FOUR ZERO),
	BAD("12: a service that is none")},
    {&credential, "handle cut", OCTETS(ONE ZERO ONE ONE FOUR "han"),
	BAD("16: the handle is cut")},
    {&credential, "handle too large", OCTETS(ONE ZERO ONE ONE "\0\0\1\x7d"),
	BAD("16: the handle is larger than its limit")},
    {&credential, "handle at the limit, and cut",
	OCTETS(ONE ZERO ONE ONE "\0\0\1\x7c"), BAD("16: the handle is cut")},
    {&credential, "handle's padding", OCTETS(ONE ZERO ONE ONE THREE "han\1"),
	BAD("16: the handle is not padded with zeros")},
    {&credential, "left over", OCTETS(ONE ZERO ONE ONE ZERO "\0"),
	BAD("20: octets after the end")},

    {&arg, "too large", OCTETS("\0\0\0\x09gsstokens\0\0\0"),
	BAD("0: the token is larger than its limit")},
    {&arg, "far too large", OCTETS(GREAT), BAD("0: the token is larger")},
    {&arg, "padding", OCTETS(THREE "tok\x80"), BAD("0: the token is not pad")},
    {&arg, "left over", OCTETS(ONE "t\0\0\0\0"), BAD("8: octets after")},

    {&res, "handle too large", OCTETS("\0\0\1\x7d"),
	BAD("0: the handle is larger")},
    {&res, "major cut", OCTETS(ZERO "\0\0\0"), BAD("4: gss_major is cut")},
    {&res, "minor cut", OCTETS(ZERO ZERO), BAD("8: gss_minor is cut")},
    {&res, "window cut", OCTETS(ZERO ZERO ZERO "\1"),
	BAD("12: seq_window is cut")},
    {&res, "token too large", OCTETS(ZERO ZERO ZERO ZERO "\0\0\0\x09"),
	BAD("16: the token is larger")},
    {&res, "token's padding", OCTETS(ZERO ZERO ZERO ZERO ONE "t\0\0\1"),
	BAD("16: the token is not padded")},
    {&res, "left over", OCTETS(ZERO ZERO ZERO ZERO ZERO "\0"),
	BAD("20: octets after")},

    {&integ, "body too large", OCTETS("\0\0\0\x09"), BAD("0: the body is lar")},
    {&integ, "body's padding", OCTETS(ONE "b\1\0\0" ZERO),
	BAD("0: the body is not padded")},
    {&integ, "checksum missing", OCTETS(ONE "b\0\0\0"),
	BAD("8: the checksum is cut")},
    {&integ, "checksum too large", OCTETS(ZERO SIX "checks\0\0"),
	BAD("4: the checksum is larger")},
    {&integ, "checksum's padding", OCTETS(ZERO ONE "c\0\0\1"),
	BAD("4: the checksum is not padded")},
    {&integ, "left over", OCTETS(ZERO ZERO ZERO), BAD("8: octets after")},

    {&priv, "too large", OCTETS("\0\0\0\x09"), BAD("0: the wrapped body is l")},
    {&priv, "left over", OCTETS(ZERO "\0"), BAD("4: octets after")},
    {&body, "seq_num cut", OCTETS("\0\0\0"), BAD("0: seq_num is cut")},

    {&message, "too large", OCTETS("\0\0\0\x09"),
	BAD("0: the message is larger")},
    {&message, "padding", OCTETS(ONE "m\1\0\0"), BAD("0: the message is not")},
    {&message, "left over", OCTETS(ZERO ZERO), BAD("4: octets after")},
    {&data, "status cut", OCTETS("\0\0\0"), BAD("0: the status is cut")},
    {&data, "data missing", OCTETS(ZERO), BAD("4: the message is cut")},
    {&data, "too large", OCTETS(ZERO "\0\0\0\x09"), BAD("4: the message is l")},
    {&data, "WRONGSEC with data", OCTETS("\0\0\x27\x20" ZERO),
	BAD("4: octets after")},

    {&secinfo, "count cut", OCTETS("\0\0\0"), BAD("0: the number of entries")},
    {&secinfo, "at the limit", OCTETS(THREE ONE ZERO ONE), FINE},
    {&secinfo, "too many", OCTETS(FOUR ONE ONE ONE ONE),
	BAD("0: more entries than wanted")},
    {&secinfo, "far too many", OCTETS(GREAT ONE ONE),
	BAD("0: more entries than wanted")},
    {&secinfo, "one missing", OCTETS(TWO ONE), BAD("8: the flavour is cut")},
    {&secinfo, "left over", OCTETS(ONE ONE ONE), BAD("8: octets after")},
    {&secinfo, "OID too large", OCTETS(ONE SIX "\0\0\1\0"),
	BAD("8: the OID is larger")},
    {&secinfo, "OID at the limit, and cut", OCTETS(ONE SIX "\0\0\0\xff"),
	BAD("8: the OID is cut")},
    {&secinfo, "OID's padding", OCTETS(ONE SIX ONE "o\0\0\1" ZERO ONE),
	BAD("8: the OID is not padded")},
    {&secinfo, "QOP cut", OCTETS(ONE SIX ZERO "\0\0"),
	BAD("12: the QOP is cut")},
    {&secinfo, "service cut", OCTETS(ONE SIX ZERO ZERO "\0"),
	BAD("16: the service is cut")},
};

/* Everything that can be said of any octets. */

static void
check_written(const struct codec *codec, const char *name, const union any *any,
    const uint8_t *octets, size_t size)
{
	uint8_t *memory = malloc(size);
	struct gj_writer writer;

	gj_writer_init(&writer, memory, size);
	codec->encode(&writer, any);
	ck_assert_msg(!writer.failed && writer.used == size &&
			  memcmp(memory, octets, size) == 0,
	    "%s, %s: another encoding", codec->name, name);
	free(memory);
}

static void
check_empty(const struct codec *codec, const char *name, const union any *any)
{
	union any empty, found = *any;

	memset(&empty, 0, sizeof(empty));
	if (codec->xid)
		memset(&found, 0, sizeof(uint32_t));
	ck_assert_msg(memcmp(&found, &empty, sizeof(empty)) == 0,
	    "%s, %s: an output is not empty", codec->name, name);
}

/* Decodes a copy that ends where it ends; what is fine has one encoding. */
static struct gj_rpc_result
check_octets(const struct codec *codec, const char *name, const void *octets,
    size_t size)
{
	uint8_t *copy = suite_exact(octets, size);
	struct gssloop_view view = {copy, size};
	struct gj_rpc_result result;
	union any any;
	bool fine;

	memset(&any, 0, sizeof(any));
	memset(&any, 0xa5, codec->output);
	memset(&result, 0xa5, sizeof(result));
	fine = codec->decode(&view, &any, &result);
	ck_assert_msg(
	    fine == (result.what == GJ_RPC_FINE), "%s, %s", codec->name, name);
	ck_assert_msg(
	    fine ? result.reason[0] == '\0'
		 : strncmp(result.reason, "offset ", strlen("offset ")) == 0,
	    "%s, %s: reason \"%s\"", codec->name, name, result.reason);
	if (fine)
		check_written(codec, name, &any, copy, size);
	else
		check_empty(codec, name, &any);
	free(copy);
	return result;
}

START_TEST(good_there_and_back)
{
	const struct good *good = &goods[_i];
	struct gj_rpc_result result =
	    check_octets(good->codec, good->name, good->octets, good->size);

	ck_assert_msg(result.what == GJ_RPC_FINE, "%s, %s: %s",
	    good->codec->name, good->name, result.reason);
}
END_TEST

START_TEST(good_cut_anywhere)
{
	const struct good *good = &goods[_i];
	struct gj_rpc_result result;

	for (size_t size = 0; size < good->size; size++) {
		result =
		    check_octets(good->codec, good->name, good->octets, size);
		ck_assert_msg(
		    (result.what == GJ_RPC_FINE) == (size >= good->least),
		    "%s, %s: %zu octets", good->codec->name, good->name, size);
	}
}
END_TEST

/* Behind what has no arguments and no results there is nothing. */
START_TEST(good_left_over)
{
	const struct good *good = &goods[_i];
	struct gj_rpc_result result;
	uint8_t octets[160] = {0};

	for (size_t more = 1; more <= 4; more++) {
		memcpy(octets, good->octets, good->size);
		result = check_octets(
		    good->codec, good->name, octets, good->size + more);
		ck_assert_msg((result.what == GJ_RPC_FINE) == good->rest,
		    "%s, %s", good->codec->name, good->name);
	}
}
END_TEST

/* A buffer that is too small fails the writer; never beyond it. */
START_TEST(good_without_room)
{
	const struct good *good = &goods[_i];
	struct gssloop_view view = {(const uint8_t *)good->octets, good->size};
	struct gj_rpc_result result;
	union any any;

	ck_assert(good->codec->decode(&view, &any, &result));
	for (size_t room = 0; room < good->size; room++) {
		uint8_t *memory = malloc(room);
		struct gj_writer writer;

		gj_writer_init(&writer, memory, room);
		good->codec->encode(&writer, &any);
		ck_assert_msg(writer.failed, "%s, %s: room %zu",
		    good->codec->name, good->name, room);
		free(memory);
	}
}
END_TEST

START_TEST(row_judged)
{
	const struct row *row = &rows[_i];
	struct gj_rpc_result result =
	    check_octets(row->codec, row->name, row->octets, row->size);

	ck_assert_msg(
	    result.what == row->what &&
		strncmp(result.reason, row->reason, strlen(row->reason)) == 0,
	    "%s, %s: %d \"%s\"", row->codec->name, row->name, (int)result.what,
	    result.reason);
}
END_TEST

START_TEST(octet_changed)
{
	const struct good *good = &goods[_i];
	uint8_t octets[160];

	for (size_t at = 0; at < good->size; at++)
		for (unsigned int change = 1; change < 256; change *= 2) {
			memcpy(octets, good->octets, good->size);
			octets[at] ^= (uint8_t)change;
			check_octets(
			    good->codec, good->name, octets, good->size);
		}
}
END_TEST

/* Changes, cuts or makes longer; returns the size. */
static size_t
mutate(uint8_t *octets, size_t size, uint64_t *state)
{
	static const uint8_t numbers[][4] = {{0}, {0, 0, 0, 1}, {0, 0, 0, 9},
	    {0, 0, 1, 0x90}, {0, 0, 1, 0x91}, {0x7f, 0xff, 0xff, 0xff}, {0x80},
	    {0xff, 0xff, 0xff, 0xfc}, {0xff, 0xff, 0xff, 0xff}};
	size_t changes = 1 + random_next(state) % 3, at;

	while (changes-- > 0) {
		at = random_next(state) % (size + 4);
		switch (random_next(state) % 4) {
		case 0:
			octets[at] = (uint8_t)random_next(state);
			break;
		case 1:
			memcpy(octets + at / 4 * 4,
			    numbers[random_next(state) % COUNT(numbers)], 4);
			break;
		case 2:
			memmove(octets + at, octets + at / 2, 8);
			break;
		default:
			size = at;
			break;
		}
	}
	return size;
}

START_TEST(mutations_are_safe)
{
	uint64_t state = SEED;
	size_t size, changed = 0, fine = 0, refused = 0;
	uint8_t octets[160];

	for (int i = 0; i < MUTATIONS; i++) {
		const struct good *good =
		    &goods[random_next(&state) % COUNT(goods)];

		memset(octets, 0, sizeof(octets));
		memcpy(octets, good->octets, good->size);
		size = mutate(octets, good->size, &state);
		changed += size != good->size ||
			   memcmp(octets, good->octets, size) != 0;
		if (check_octets(good->codec, good->name, octets, size).what ==
		    GJ_RPC_FINE)
			fine++;
		else
			refused++;
	}
	ck_assert_uint_gt(changed, MUTATIONS * 3 / 4);
	ck_assert_uint_gt(fine, MUTATIONS / 20);
	ck_assert_uint_gt(refused, MUTATIONS / 4);
}
END_TEST

/* What is in which field. */

static bool
is(const struct gssloop_view *view, const char *text)
{
	return view->data != NULL && view->size == strlen(text) &&
	       memcmp(view->data, text, view->size) == 0;
}

static union any
decoded(const struct codec *codec, const char *octets, size_t size)
{
	struct gssloop_view view = {(const uint8_t *)octets, size};
	struct gj_rpc_result result;
	union any any;

	ck_assert(codec->decode(&view, &any, &result));
	return any;
}

START_TEST(call_fields)
{
	static const char octets[] =
	    CALL SIX "\0\0\0\x18" WITHIN "\0\0\0\x09\0\0\0\5check\0\0\0args";
	struct gj_rpc_call found =
	    decoded(&call, octets, sizeof(octets) - 1).call;
	struct gj_rpcsec_credential within;
	struct gj_rpc_result result;

	ck_assert_uint_eq(found.xid, 0x11223344);
	ck_assert_uint_eq(found.program, GJ_RPCTEST_PROGRAM);
	ck_assert_uint_eq(found.version, 1);
	ck_assert_uint_eq(found.procedure, GJ_RPCTEST_OPERATE);
	ck_assert_uint_eq(found.credential.flavor, GJ_RPC_AUTH_RPCSEC_GSS);
	ck_assert_uint_eq(found.verifier.flavor, 9);
	ck_assert(is(&found.verifier.body, "check"));
	ck_assert(is(&found.arguments, "args"));
	ck_assert_ptr_eq(found.head.data, octets);
	ck_assert_uint_eq(found.head.size, 56);
	ck_assert(gj_rpcsec_credential_decode(
	    &found.credential.body, &within, &result));
	ck_assert_int_eq(within.proc, GJ_RPCSEC_DATA);
	ck_assert_uint_eq(within.sequence, 7);
	ck_assert_uint_eq(within.service, GJ_RPCSEC_INTEGRITY);
	ck_assert(is(&within.handle, "hand"));
}
END_TEST

/* After a refusal the xid is there, where it was. */
START_TEST(xid_of_a_refused_call)
{
	static const char octets[] = XID ZERO THREE;
	static const uint32_t xids[] = {0, 0, 0, 0, 0x11223344};
	struct gj_rpc_result result;
	struct gj_rpc_reply answer;
	struct gj_rpc_call found;

	for (size_t size = 0; size < sizeof(octets); size++) {
		ck_assert(!gj_rpc_call_decode(octets, size, &found, &result));
		ck_assert_uint_eq(found.xid, xids[size < 4 ? size : 4]);
		ck_assert_int_eq(result.what, size < 8 ? GJ_RPC_DROP
					      : size < 12
						  ? GJ_RPC_MALFORMED
						  : GJ_RPC_OTHER_VERSION);
	}
	ck_assert(!gj_rpc_reply_decode(OCTETS(XID ONE TWO), &answer, &result));
	ck_assert_uint_eq(answer.xid, 0x11223344);
}
END_TEST

static uint32_t
auth_of(const void *octets, size_t size)
{
	struct gj_rpc_result result;
	struct gj_rpc_call found;

	memset(&result, 0xa5, sizeof(result));
	gj_rpc_call_decode(octets, size, &found, &result);
	return result.auth;
}

/* Which of the two cannot be read, and neither where it is another field. */
START_TEST(auth_of_a_refused_call)
{
	static const char whole[] =
	    CALL SIX "\0\0\0\2ab\0\0" SIX "\0\0\0\2ab\0\0";
	uint32_t wanted;

	for (size_t size = 0; size < sizeof(whole); size++) {
		wanted = size < 24   ? GJ_RPC_AUTH_OK
			 : size < 36 ? GJ_RPC_AUTH_BADCRED
			 : size < 48 ? GJ_RPC_AUTH_BADVERF
				     : GJ_RPC_AUTH_OK;
		ck_assert_uint_eq(auth_of(whole, size), wanted);
	}
	ck_assert_uint_eq(
	    auth_of(OCTETS(CALL SIX "\0\0\1\x91")), GJ_RPC_AUTH_BADCRED);
	ck_assert_uint_eq(auth_of(OCTETS(CALL NOBODY SIX "\0\0\0\2ab\0\1")),
	    GJ_RPC_AUTH_BADVERF);
	ck_assert_uint_eq(auth_of(OCTETS(XID ZERO THREE)), GJ_RPC_AUTH_OK);
}
END_TEST

START_TEST(reply_fields)
{
	struct gj_rpc_reply found;

	found = decoded(
	    &reply, OCTETS(REPLY ZERO SIX "\0\0\0\5check\0\0\0" ZERO "res"))
		    .reply;
	ck_assert_uint_eq(found.xid, 0x11223344);
	ck_assert_int_eq(found.stat, GJ_RPC_ACCEPTED);
	ck_assert_int_eq(found.accept, GJ_RPC_SUCCESS);
	ck_assert_uint_eq(found.verifier.flavor, GJ_RPC_AUTH_RPCSEC_GSS);
	ck_assert(is(&found.verifier.body, "check"));
	ck_assert(is(&found.results, "res"));
	found = decoded(&reply, OCTETS(REPLY ZERO NOBODY TWO ONE THREE)).reply;
	ck_assert_int_eq(found.accept, GJ_RPC_PROG_MISMATCH);
	ck_assert_uint_eq(found.low, 1);
	ck_assert_uint_eq(found.high, 3);
	found = decoded(&reply, OCTETS(REPLY ONE ZERO TWO THREE)).reply;
	ck_assert_int_eq(found.stat, GJ_RPC_DENIED);
	ck_assert_int_eq(found.reject, GJ_RPC_MISMATCH);
	ck_assert_uint_eq(found.low, 2);
	ck_assert_uint_eq(found.high, 3);
	found = decoded(&reply, OCTETS(REPLY ONE ONE "\0\0\0\x0e")).reply;
	ck_assert_int_eq(found.reject, GJ_RPC_AUTH_ERROR);
	ck_assert_uint_eq(found.auth, GJ_RPC_GSS_CTXPROBLEM);
}
END_TEST

START_TEST(rpcsec_fields)
{
	union any any;

	any = decoded(
	    &credential, OCTETS(ONE THREE "\x80\0\0\1" THREE TWO "ha\0\0"));
	ck_assert_int_eq(any.credential.proc, GJ_RPCSEC_DESTROY);
	ck_assert_uint_eq(any.credential.sequence, GJ_RPCSEC_SEQUENCE_MAX + 1);
	ck_assert_uint_eq(any.credential.service, GJ_RPCSEC_PRIVACY);
	ck_assert(is(&any.credential.handle, "ha"));
	any = decoded(&res,
	    OCTETS(THREE "han\0" ONE "\xde\xad\xbe\xef" FOUR TWO "to\0\0"));
	ck_assert(is(&any.res.handle, "han"));
	ck_assert_uint_eq(any.res.major, 1);
	ck_assert_uint_eq(any.res.minor, 0xdeadbeef);
	ck_assert_uint_eq(any.res.window, 4);
	ck_assert(is(&any.res.token, "to"));
	any = decoded(&integ, OCTETS(SIX "\0\0\0\7ab\0\0" THREE "mic\0"));
	ck_assert_mem_eq(any.integ.body.data, "\0\0\0\7ab", 6);
	ck_assert_uint_eq(any.integ.body.size, 6);
	ck_assert(is(&any.integ.checksum, "mic"));
	any = decoded(&body, OCTETS("\0\0\0\7ab"));
	ck_assert_uint_eq(any.body.sequence, 7);
	ck_assert(is(&any.body.arguments, "ab"));
	any = decoded(&priv, OCTETS(TWO "ab\0\0"));
	ck_assert(is(&any.view, "ab"));
	any = decoded(&arg, OCTETS(ZERO));
	ck_assert(is(&any.view, ""));
}
END_TEST

START_TEST(rpctest_fields)
{
	union any any;

	any = decoded(&data, OCTETS(ZERO TWO "hi\0\0"));
	ck_assert_uint_eq(any.data.status, GJ_RPCTEST_OK);
	ck_assert(is(&any.data.data, "hi"));
	any = decoded(&data, OCTETS("\0\0\x27\x20"));
	ck_assert_uint_eq(any.data.status, GJ_RPCTEST_WRONGSEC);
	any =
	    decoded(&secinfo, OCTETS(TWO ONE SIX THREE "\x2b\6\1\0" FOUR TWO));
	ck_assert_uint_eq(any.secinfo.count, 2);
	ck_assert_uint_eq(any.secinfo.entries[0].flavor, GJ_RPC_AUTH_SYS);
	ck_assert_uint_eq(
	    any.secinfo.entries[1].flavor, GJ_RPC_AUTH_RPCSEC_GSS);
	ck_assert(is(&any.secinfo.entries[1].oid, "\x2b\6\1"));
	ck_assert_uint_eq(any.secinfo.entries[1].qop, 4);
	ck_assert_uint_eq(any.secinfo.entries[1].service, 2);
}
END_TEST

/* What is written for sizes at a limit, and above it. */
START_TEST(limits_of_writing)
{
	static uint8_t large[512], room[1024];
	struct gj_rpc_auth auth = {6, {large, GJ_RPC_AUTH_MAX}};
	struct gj_rpcsec_credential cred = {
	    GJ_RPCSEC_DATA, 1, GJ_RPCSEC_NONE, {large, GJ_RPCSEC_HANDLE_MAX}};
	struct gj_rpcsec_init_res made = {.handle = cred.handle};
	struct gj_rpctest_secinfo entry = {
	    6, {large, GJ_RPCTEST_OID_MAX}, 0, 1};
	struct gj_writer writer;

	for (int above = 0; above < 2; above++) {
		gj_writer_init(&writer, room, sizeof(room));
		gj_rpc_auth_encode(&writer, &auth);
		ck_assert_int_eq(writer.failed, above);
		gj_writer_init(&writer, room, sizeof(room));
		gj_rpcsec_credential_encode(&writer, &cred);
		ck_assert_int_eq(writer.failed, above);
		ck_assert_uint_eq(writer.used, above ? 0 : GJ_RPC_AUTH_MAX);
		gj_writer_init(&writer, room, sizeof(room));
		gj_rpcsec_init_res_encode(&writer, &made);
		ck_assert_int_eq(writer.failed, above);
		gj_writer_init(&writer, room, sizeof(room));
		gj_rpctest_secinfo_encode(&writer, &entry, 1);
		ck_assert_int_eq(writer.failed, above);
		auth.body.size++;
		cred.handle.size++;
		made.handle.size++;
		entry.oid.size++;
	}
}
END_TEST

START_TEST(texts)
{
	static const uint32_t auths[] = {0, 1, 2, 3, 4, 5, 6, 7, 13, 14};
	uint32_t i;

	for (i = 0; i <= GJ_RPC_SYSTEM_ERR; i++)
		ck_assert_str_ne(gj_rpc_accept_text(i), "unknown");
	ck_assert_str_eq(gj_rpc_accept_text(6), "unknown");
	ck_assert_str_eq(gj_rpc_accept_text(UINT32_MAX), "unknown");
	for (i = 0; i < COUNT(auths); i++)
		ck_assert_str_ne(gj_rpc_auth_text(auths[i]), "unknown");
	for (i = 8; i < 13; i++)
		ck_assert_str_eq(gj_rpc_auth_text(i), "unknown");
	ck_assert_str_eq(gj_rpc_auth_text(15), "unknown");
	ck_assert_str_eq(gj_rpc_auth_text(UINT32_MAX), "unknown");
}
END_TEST

/* Record marking. */

static const struct {
	const char *octets;
	size_t size, taken, max;
	enum gj_wire what;
	bool last;
	uint32_t length;
} marks[] = {
    {OCTETS(""), 0, 9, GJ_WIRE_NEED, false, 0},
    {OCTETS("\x80\0\0"), 0, 9, GJ_WIRE_NEED, false, 0},
    {OCTETS("\x80\0\0\x09"), 0, 9, GJ_WIRE_FRAME, true, 9},
    {OCTETS("\x80\0\0\x09more"), 0, 9, GJ_WIRE_FRAME, true, 9},
    {OCTETS("\0\0\0\1"), 0, 9, GJ_WIRE_FRAME, false, 1},
    {OCTETS("\0\0\0\4"), 5, 9, GJ_WIRE_FRAME, false, 4},
    {OCTETS("\0\0\0\5"), 5, 9, GJ_WIRE_TOO_LARGE, false, 5},
    {OCTETS("\x80\0\0\x0a"), 0, 9, GJ_WIRE_TOO_LARGE, true, 10},
    {OCTETS("\xff\xff\xff\xff"), 9, 9, GJ_WIRE_TOO_LARGE, true, 0x7fffffff},
    {OCTETS("\0\0\0\1"), 10, 9, GJ_WIRE_TOO_LARGE, false, 1},
    {OCTETS("\xff\xff\xff\xff"), 0, SIZE_MAX, GJ_WIRE_FRAME, true, 0x7fffffff},
    {OCTETS("\xff\xff\xff\xff"), SIZE_MAX - 1, SIZE_MAX, GJ_WIRE_TOO_LARGE,
	true, 0x7fffffff},
    {OCTETS("\x80\0\0\0"), 9, 9, GJ_WIRE_FRAME, true, 0},
    {OCTETS("\0\0\0\0"), 0, 9, GJ_WIRE_MALFORMED, false, 0},
    {OCTETS("\0\0\0\0"), 9, 9, GJ_WIRE_MALFORMED, false, 0},
};

START_TEST(mark_judged)
{
	uint8_t *copy = suite_exact(marks[_i].octets, marks[_i].size);
	struct gj_wire_result result;
	struct gj_rpc_mark mark;

	gj_rpc_mark_decode(copy, marks[_i].size, marks[_i].taken, marks[_i].max,
	    &mark, &result);
	ck_assert_int_eq(result.what, marks[_i].what);
	ck_assert_uint_eq(result.size, GJ_RPC_MARK);
	ck_assert_int_eq(mark.last, marks[_i].last);
	ck_assert_uint_eq(mark.size, marks[_i].length);
	ck_assert_int_eq(result.reason[0] == '\0',
	    result.what == GJ_WIRE_FRAME || result.what == GJ_WIRE_NEED);
	free(copy);
}
END_TEST

START_TEST(mark_written)
{
	struct gj_writer writer;
	uint8_t room[4];

	gj_writer_init(&writer, room, sizeof(room));
	gj_rpc_mark_encode(&writer, 0x01020304);
	ck_assert(!writer.failed && writer.used == 4);
	ck_assert_mem_eq(room, "\x81\2\3\4", 4);
	gj_writer_init(&writer, room, sizeof(room));
	gj_rpc_mark_encode(&writer, 0x7fffffff);
	ck_assert(!writer.failed);
	ck_assert_mem_eq(room, "\xff\xff\xff\xff", 4);
	gj_writer_init(&writer, room, sizeof(room));
	gj_rpc_mark_encode(&writer, (size_t)0x80000000);
	ck_assert(writer.failed);
}
END_TEST

/* XDR alone. */

START_TEST(xdr_sizes)
{
	static const size_t sizes[] = {4, 8, 8, 8, 8, 12};

	for (size_t i = 0; i < COUNT(sizes); i++)
		ck_assert_uint_eq(gj_xdr_opaque_size(i), sizes[i]);
}
END_TEST

START_TEST(xdr_bool)
{
	struct gj_reader reader;
	struct gj_writer writer;
	uint8_t room[8];

	gj_reader_init(&reader, OCTETS(ZERO ONE TWO));
	ck_assert(!gj_xdr_bool_read(&reader) && !reader.failed);
	ck_assert(gj_xdr_bool_read(&reader) && !reader.failed);
	ck_assert(!gj_xdr_bool_read(&reader) && reader.failed);
	gj_reader_init(&reader, OCTETS("\1\0\0\0"));
	ck_assert(!gj_xdr_bool_read(&reader) && reader.failed);
	gj_reader_init(&reader, OCTETS("\0\0\0"));
	ck_assert(!gj_xdr_bool_read(&reader) && reader.failed);
	gj_writer_init(&writer, room, sizeof(room));
	gj_xdr_bool_write(&writer, false);
	gj_xdr_bool_write(&writer, true);
	ck_assert(!writer.failed);
	ck_assert_mem_eq(room, ZERO ONE, 8);
}
END_TEST

/* The reader is behind an opaque, or fails and gives an empty view. */
START_TEST(xdr_opaque)
{
	struct gssloop_view view;
	struct gj_reader reader;

	gj_reader_init(&reader, OCTETS(TWO "ab\0\0" ONE));
	ck_assert_ptr_null(gj_xdr_opaque_read(&reader, 2, &view));
	ck_assert(is(&view, "ab"));
	ck_assert_uint_eq(gj_reader_u32be(&reader), 1);
	ck_assert(gj_reader_ended(&reader));
	ck_assert_str_eq(gj_xdr_opaque_read(&reader, 2, &view), "is cut");
	ck_assert(view.data == NULL && view.size == 0);
	gj_reader_init(&reader, OCTETS(TWO "ab\0\0"));
	ck_assert_str_eq(
	    gj_xdr_opaque_read(&reader, 1, &view), "is larger than its limit");
	ck_assert(reader.failed && view.data == NULL && view.size == 0);
	gj_reader_init(&reader, OCTETS(GREAT "ab\0\0"));
	ck_assert_str_eq(
	    gj_xdr_opaque_read(&reader, SIZE_MAX, &view), "is cut");
	ck_assert(reader.failed && view.data == NULL && view.size == 0);
}
END_TEST

START_TEST(xdr_larger_than_32_bits)
{
	size_t size = UINT32_MAX;
	struct gj_writer writer;
	uint8_t room[8];

	if (++size == 0)
		return; /* there is none on this machine */
	gj_writer_init(&writer, room, sizeof(room));
	gj_xdr_opaque_write(&writer, room, size);
	ck_assert(writer.failed && writer.used == 0);
}
END_TEST

static Suite *
rpc_suite(void)
{
	Suite *suite = suite_create("rpc");
	TCase *tcase = tcase_create("rpc");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, good_there_and_back, 0, COUNT(goods));
	tcase_add_loop_test(tcase, good_cut_anywhere, 0, COUNT(goods));
	tcase_add_loop_test(tcase, good_left_over, 0, COUNT(goods));
	tcase_add_loop_test(tcase, good_without_room, 0, COUNT(goods));
	tcase_add_loop_test(tcase, octet_changed, 0, COUNT(goods));
	tcase_add_loop_test(tcase, row_judged, 0, COUNT(rows));
	tcase_add_loop_test(tcase, mark_judged, 0, COUNT(marks));
	tcase_add_test(tcase, mutations_are_safe);
	tcase_add_test(tcase, call_fields);
	tcase_add_test(tcase, xid_of_a_refused_call);
	tcase_add_test(tcase, auth_of_a_refused_call);
	tcase_add_test(tcase, reply_fields);
	tcase_add_test(tcase, rpcsec_fields);
	tcase_add_test(tcase, rpctest_fields);
	tcase_add_test(tcase, limits_of_writing);
	tcase_add_test(tcase, texts);
	tcase_add_test(tcase, mark_written);
	tcase_add_test(tcase, xdr_sizes);
	tcase_add_test(tcase, xdr_bool);
	tcase_add_test(tcase, xdr_opaque);
	tcase_add_test(tcase, xdr_larger_than_32_bits);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return suite_run(rpc_suite());
}
