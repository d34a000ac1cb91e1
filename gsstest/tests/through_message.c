/*
 * through_probe: messages, plain and in pieces, and the order they come in.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "through.h"

#define LARGE	    100000
#define UNKNOWN_QOP 77
#define PIECES	    5

static const char *const sides[] = {"init", "accept"};
static gss_buffer_desc hello = {12, (void *)"hello, there"};

static bool
same(const gss_buffer_desc *a, const gss_buffer_desc *b)
{
	return a->length == b->length &&
	       (a->length == 0 || memcmp(a->value, b->value, a->length) == 0);
}

static void
flip(const gss_buffer_desc *token, size_t at)
{
	if (at < token->length)
		((unsigned char *)token->value)[at] ^= 1;
}

/* --- Whole ------------------------------------------------------------------
 */

/* What the peer makes of a wrapped message. */
static void
unwrap(struct through *both, int from, const char *what, gss_buffer_t wrapped,
    const gss_buffer_desc *message)
{
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;
	gss_qop_t qop = 99;
	int conf = 99;

	major = gss_unwrap(
	    &minor, both->context[1 - from], wrapped, &out, &conf, &qop);
	if (GSS_ERROR(major))
		through_note(major, "message.%s.unwrap.%s", sides[from], what);
	else
		through_note(major, "message.%s.unwrap.%s %s conf %d qop %u",
		    sides[from], what,
		    same(&out, message) ? "same" : "different", conf, qop);
	gss_release_buffer(&minor, &out);
}

static void
wrap(struct through *both, int from, int conf, const char *what,
    gss_buffer_t message)
{
	gss_buffer_desc wrapped = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;
	int state = 99;

	major = gss_wrap(&minor, both->context[from], conf, GSS_C_QOP_DEFAULT,
	    message, &state, &wrapped);
	through_note(major, "message.%s.wrap.%s conf %d length %zu",
	    sides[from], what, state, wrapped.length);
	unwrap(both, from, what, &wrapped, message);
	gss_release_buffer(&minor, &wrapped);
}

/* What was altered on its way, or cut, is refused: each a message of its own.
 */
static void
altered(struct through *both, int from, int conf)
{
	static const char *const names[2][3] = {
	    {"altered-head", "altered-end", "cut"},
	    {"sealed-altered-head", "sealed-altered-end", "sealed-cut"}};
	OM_uint32 minor;

	for (int how = 0; how < 3; how++) {
		gss_buffer_desc wrapped = GSS_C_EMPTY_BUFFER;

		gss_wrap(&minor, both->context[from], conf, GSS_C_QOP_DEFAULT,
		    &hello, NULL, &wrapped);
		if (how < 2)
			flip(&wrapped, how == 0 ? 2 : wrapped.length - 1);
		else
			wrapped.length--;
		unwrap(both, from, names[conf][how], &wrapped, &hello);
		/* Refused before its number was read: it is not lost. */
		if (how == 0) {
			flip(&wrapped, 2);
			unwrap(both, from, "restored", &wrapped, &hello);
		}
		gss_release_buffer(&minor, &wrapped);
	}
}

static void
verify(struct through *both, int from, const char *what, gss_buffer_t message,
    gss_buffer_t mic)
{
	OM_uint32 major, minor;
	gss_qop_t qop = 99;

	major =
	    gss_verify_mic(&minor, both->context[1 - from], message, mic, &qop);
	through_note(major, "message.%s.verify_mic.%s qop %u", sides[from],
	    what, GSS_ERROR(major) ? 0 : qop);
}

static void
mics(struct through *both, int from)
{
	static const char *const names[] = {
	    "good", "another-message", "altered"};
	gss_buffer_desc other = {12, (void *)"Hello, there"};
	OM_uint32 major, minor;

	for (int how = 0; how < 3; how++) {
		gss_buffer_desc mic = GSS_C_EMPTY_BUFFER;

		major = gss_get_mic(&minor, both->context[from],
		    GSS_C_QOP_DEFAULT, &hello, &mic);
		through_note(major, "message.%s.get_mic length %zu",
		    sides[from], mic.length);
		if (how == 2)
			flip(&mic, mic.length - 1);
		verify(
		    both, from, names[how], how == 1 ? &other : &hello, &mic);
		gss_release_buffer(&minor, &mic);
	}
}

static void
unknown_qop(struct through *both, int from)
{
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;

	major = gss_wrap(
	    &minor, both->context[from], 1, UNKNOWN_QOP, &hello, NULL, &token);
	through_note(major, "message.%s.wrap.unknown-qop", sides[from]);
	unwrap(both, from, "unknown-qop", &token, &hello);
	gss_release_buffer(&minor, &token);
	major = gss_get_mic(
	    &minor, both->context[from], UNKNOWN_QOP, &hello, &token);
	through_note(major, "message.%s.get_mic.unknown-qop", sides[from]);
	verify(both, from, "unknown-qop", &hello, &token);
	gss_release_buffer(&minor, &token);
}

/* The limit is one: what is as long as it says is no longer than asked for. */
static void
size_limit(struct through *both, int from, int conf)
{
	gss_buffer_desc message = {0, NULL}, wrapped = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor, limit = 0;

	major = gss_wrap_size_limit(
	    &minor, both->context[from], conf, GSS_C_QOP_DEFAULT, 1000, &limit);
	through_note(major, "message.%s.wrap_size_limit.%d limit %u",
	    sides[from], conf, limit);
	message.length = limit < 1000 ? limit : 0;
	message.value = calloc(1, 1000);
	if (message.value == NULL)
		exit(1);
	major = gss_wrap(&minor, both->context[from], conf, GSS_C_QOP_DEFAULT,
	    &message, NULL, &wrapped);
	through_note(major, "message.%s.wrap.of-limit.%d length %zu",
	    sides[from], conf, wrapped.length);
	unwrap(both, from, conf ? "sealed-limit" : "limit", &wrapped, &message);
	gss_release_buffer(&minor, &wrapped);
	free(message.value);
}

void
through_messages(struct through *both)
{
	gss_buffer_desc none = {0, (void *)""}, large = {LARGE, NULL};

	large.value = calloc(1, LARGE);
	if (large.value == NULL)
		exit(1);
	for (int from = INITIATOR; from <= ACCEPTOR; from++) {
		wrap(both, from, 0, "plain", &hello);
		wrap(both, from, 1, "sealed", &hello);
		wrap(both, from, 1, "sealed-empty", &none);
		wrap(both, from, 1, "sealed-large", &large);
		mics(both, from);
		altered(both, from, 0);
		altered(both, from, 1);
		unknown_qop(both, from);
		size_limit(both, from, 0);
		size_limit(both, from, 1);
	}
	free(large.value);
}

bool
through_talk(struct through *both)
{
	gss_buffer_desc mic, sealed, out;
	OM_uint32 minor, major[4];
	bool good = true;

	for (int from = INITIATOR; from <= ACCEPTOR; from++) {
		memset(&mic, 0, sizeof(mic));
		sealed = out = mic;
		major[0] =
		    gss_get_mic(&minor, both->context[from], 0, &hello, &mic);
		major[1] = gss_wrap(
		    &minor, both->context[from], 1, 0, &hello, NULL, &sealed);
		major[2] = gss_verify_mic(
		    &minor, both->context[1 - from], &hello, &mic, NULL);
		major[3] = gss_unwrap(
		    &minor, both->context[1 - from], &sealed, &out, NULL, NULL);
		good = good && !GSS_ERROR(major[0]) && !GSS_ERROR(major[1]) &&
		       !GSS_ERROR(major[2]) && !GSS_ERROR(major[3]) &&
		       same(&out, &hello);
		gss_release_buffer(&minor, &mic);
		gss_release_buffer(&minor, &sealed);
		gss_release_buffer(&minor, &out);
	}
	return good;
}

/* --- In an order ------------------------------------------------------------
 */

/* Three messages: the third first, the first, the first again, the second. */
void
through_order(struct through *both)
{
	static const char *const names[] = {"gap", "late", "again", "latest"};
	static const int order[] = {2, 0, 0, 1};
	gss_buffer_desc wrapped[3];
	OM_uint32 minor;
	size_t i;

	for (int from = INITIATOR; from <= ACCEPTOR; from++) {
		memset(wrapped, 0, sizeof(wrapped));
		for (i = 0; i < 3; i++)
			gss_wrap(&minor, both->context[from], 1, 0, &hello,
			    NULL, &wrapped[i]);
		for (i = 0; i < 4; i++)
			unwrap(
			    both, from, names[i], &wrapped[order[i]], &hello);
		for (i = 0; i < 3; i++)
			gss_release_buffer(&minor, &wrapped[i]);
	}
}

/* --- In pieces --------------------------------------------------------------
 */

struct pieces {
	gss_iov_buffer_desc iov[PIECES];
	int count;
	unsigned char data[48];
};

#define ALLOCATED (GSS_IOV_BUFFER_FLAG_ALLOCATE)

/* The layouts: with what is only signed, and with two pieces of data. */
static const struct layout {
	const char *name;
	OM_uint32 types[PIECES]; /* 0: no more */
} layouts[] = {
    {"data", {GSS_IOV_BUFFER_TYPE_HEADER | ALLOCATED, GSS_IOV_BUFFER_TYPE_DATA,
		 GSS_IOV_BUFFER_TYPE_PADDING | ALLOCATED,
		 GSS_IOV_BUFFER_TYPE_TRAILER | ALLOCATED, 0}},
    {"signed",
	{GSS_IOV_BUFFER_TYPE_HEADER | ALLOCATED, GSS_IOV_BUFFER_TYPE_SIGN_ONLY,
	    GSS_IOV_BUFFER_TYPE_DATA, GSS_IOV_BUFFER_TYPE_PADDING | ALLOCATED,
	    GSS_IOV_BUFFER_TYPE_TRAILER | ALLOCATED}},
    {"two",
	{GSS_IOV_BUFFER_TYPE_HEADER | ALLOCATED, GSS_IOV_BUFFER_TYPE_DATA,
	    GSS_IOV_BUFFER_TYPE_DATA, GSS_IOV_BUFFER_TYPE_PADDING | ALLOCATED,
	    GSS_IOV_BUFFER_TYPE_TRAILER | ALLOCATED}},
    {"bare", {GSS_IOV_BUFFER_TYPE_DATA, 0, 0, 0, 0}},
};

static bool
has_octets(const gss_iov_buffer_desc *piece)
{
	OM_uint32 type = GSS_IOV_BUFFER_TYPE(piece->type);

	return type == GSS_IOV_BUFFER_TYPE_DATA ||
	       type == GSS_IOV_BUFFER_TYPE_SIGN_ONLY;
}

static void
pieces_make(struct pieces *pieces, const struct layout *layout)
{
	unsigned char *at = pieces->data;

	memset(pieces, 0, sizeof(*pieces));
	for (size_t i = 0; i < sizeof(pieces->data); i++)
		pieces->data[i] = (unsigned char)i;
	for (int i = 0; i < PIECES && layout->types[i] != 0; i++) {
		gss_iov_buffer_desc *piece = &pieces->iov[pieces->count++];

		piece->type = layout->types[i];
		if (!has_octets(piece))
			continue;
		piece->buffer.value = at;
		piece->buffer.length = 16;
		at += 16;
	}
}

static bool
pieces_whole(const struct pieces *pieces)
{
	for (size_t i = 0; i < sizeof(pieces->data); i++)
		if (pieces->data[i] != i)
			return false;
	return true;
}

static void
pieces_free(struct pieces *pieces)
{
	OM_uint32 minor;

	gss_release_iov_buffer(&minor, pieces->iov, pieces->count);
}

static void
lengths(struct through *both, int from, int conf, const struct layout *layout)
{
	struct pieces pieces;
	OM_uint32 major, minor;
	int state = 99;

	pieces_make(&pieces, layout);
	major = gss_wrap_iov_length(&minor, both->context[from], conf,
	    GSS_C_QOP_DEFAULT, &state, pieces.iov, pieces.count);
	printf("iov.%s.length.%s.%d conf %d:", sides[from], layout->name, conf,
	    GSS_ERROR(major) ? 0 : state);
	for (int i = 0; i < pieces.count && !GSS_ERROR(major); i++)
		printf(" %zu", pieces.iov[i].buffer.length);
	through_note(major, "%s", "");
}

/* The pieces as they are, or with one octet altered, to the peer. */
static void
pieces_unwrap(struct through *both, int from, const char *label,
    struct pieces *pieces, int alter)
{
	OM_uint32 major, minor;
	gss_qop_t qop = 99;
	int state = 99;

	if (alter >= 0)
		flip(&pieces->iov[alter].buffer, 1);
	major = gss_unwrap_iov(&minor, both->context[1 - from], &state, &qop,
	    pieces->iov, pieces->count);
	if (GSS_ERROR(major))
		through_note(major, "%s", label);
	else
		through_note(major, "%s %s conf %d qop %u", label,
		    pieces_whole(pieces) ? "same" : "different", state, qop);
}

static void
pieces_send(struct through *both, int from, int conf,
    const struct layout *layout, int alter)
{
	struct pieces pieces;
	OM_uint32 major, minor;
	char label[80];
	int state = 99;

	pieces_make(&pieces, layout);
	major = gss_wrap_iov(&minor, both->context[from], conf,
	    GSS_C_QOP_DEFAULT, &state, pieces.iov, pieces.count);
	through_note(major, "iov.%s.wrap.%s.%d conf %d hidden %d", sides[from],
	    layout->name, conf, GSS_ERROR(major) ? 0 : state,
	    !GSS_ERROR(major) && !pieces_whole(&pieces));
	snprintf(label, sizeof(label), "iov.%s.unwrap.%s.%d.%d", sides[from],
	    layout->name, conf, alter);
	if (!GSS_ERROR(major))
		pieces_unwrap(both, from, label, &pieces, alter);
	pieces_free(&pieces);
}

/*
 * What was wrapped whole comes in as one stream, or whole: no message is lost,
 * or the next one would show a gap.
 */
static void
stream(struct through *both, int from, int conf)
{
	gss_iov_buffer_desc iov[2];
	OM_uint32 major, minor;

	memset(iov, 0, sizeof(iov));
	iov[0].type = GSS_IOV_BUFFER_TYPE_STREAM;
	iov[1].type = GSS_IOV_BUFFER_TYPE_DATA;
	gss_wrap(&minor, both->context[from], conf, GSS_C_QOP_DEFAULT, &hello,
	    NULL, &iov[0].buffer);
	major =
	    gss_unwrap_iov(&minor, both->context[1 - from], NULL, NULL, iov, 2);
	through_note(major, "iov.%s.stream.%d %s", sides[from], conf,
	    same(&iov[1].buffer, &hello) ? "same" : "different");
	if (GSS_ERROR(major))
		unwrap(both, from, "not-streamed", &iov[0].buffer, &hello);
	gss_release_buffer(&minor, &iov[0].buffer);
}

/* The pieces behind one another are what gss_unwrap reads. */
static void
joined(struct through *both, int from, int conf)
{
	unsigned char octets[256];
	gss_buffer_desc whole = {0, octets}, out = GSS_C_EMPTY_BUFFER;
	struct pieces pieces;
	OM_uint32 major, minor;

	pieces_make(&pieces, &layouts[0]);
	gss_wrap_iov(&minor, both->context[from], conf, GSS_C_QOP_DEFAULT, NULL,
	    pieces.iov, pieces.count);
	for (int i = 0; i < pieces.count; i++) {
		gss_buffer_desc *piece = &pieces.iov[i].buffer;

		if (piece->length > sizeof(octets) - whole.length)
			exit(1);
		if (piece->length > 0)
			memcpy(
			    octets + whole.length, piece->value, piece->length);
		whole.length += piece->length;
	}
	major = gss_unwrap(
	    &minor, both->context[1 - from], &whole, &out, NULL, NULL);
	through_note(major, "iov.%s.joined.%d length %zu of %zu", sides[from],
	    conf, out.length, whole.length);
	gss_release_buffer(&minor, &out);
	pieces_free(&pieces);
}

void
through_iov(struct through *both)
{
	for (int from = INITIATOR; from <= ACCEPTOR; from++)
		for (int conf = 0; conf <= 1; conf++) {
			for (size_t i = 0;
			     i < sizeof(layouts) / sizeof(layouts[0]); i++) {
				lengths(both, from, conf, &layouts[i]);
				pieces_send(both, from, conf, &layouts[i], -1);
				pieces_send(both, from, conf, &layouts[i], 1);
			}
			stream(both, from, conf);
			joined(both, from, conf);
		}
}
