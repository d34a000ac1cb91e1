/*
 * Tests of NEGOEX conversations that are damaged: octets changed on their way,
 * memory that runs out, many threads at once.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "border.h"
#include "cred.h"
#include "failing_malloc.h"
#include "mechglue.h"
#include "negoex_talk.h"
#include "option.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define I NEGOEX_INITIATOR
#define A NEGOEX_ACCEPTOR

/* A fixed seed: a failure comes again. */
#define SEED	  UINT64_C(0x7461702d6f7574)
#define MUTATIONS 1500 /* of each conversation */

/* Conversations of every shape; all of them good. */
static const struct base {
	unsigned int legs;
	const char *mechs[NEGOEX_ROLES];
	bool not_optimistic;
	enum scripted_key keys[NEGOEX_ROLES];
	const char *metadata[NEGOEX_ROLES];
} bases[] = {
    {1, {"A", "A"}, false, {0, 0}, {NULL, NULL}},
    {4, {"AB", "AB"}, false, {0, 0}, {"from I", "from A"}},
    {3, {"AB", "BA"}, false, {0, 0}, {"from I", "from A"}},
    {3, {"AB", "AB"}, true, {0, 0}, {NULL, NULL}},
    {6, {"AB", "AB"}, false, {SCRIPTED_KEY_AT_ONCE, SCRIPTED_KEY_AT_ONCE},
	{NULL, NULL}},
    {5, {"AB", "A"}, false, {SCRIPTED_KEY_AT_ONCE, SCRIPTED_KEY_AT_END},
	{"from I", NULL}},
    {5, {"A", "AB"}, false, {SCRIPTED_KEY_AT_END, SCRIPTED_KEY_AT_ONCE},
	{NULL, "from A"}},
};

static void
base_begin(const struct base *base, struct talk *talk)
{
	size_t i;

	scripted_mechglue_reset(base->legs);
	glue.lax = true;
	memset(talk, 0, sizeof(*talk));
	for (i = 0; i < NEGOEX_ROLES; i++) {
		glue.part[0][i].key = glue.part[1][i].key = base->keys[i];
		glue.part[0][i].metadata = base->metadata[i];
		talk->mechs[i] = base->mechs[i];
	}
	talk->not_optimistic = base->not_optimistic;
	talk_begin(talk);
}

/* What a side saw of a token. */
static const uint8_t *
view(const struct talk_token *token, enum negoex_role side, size_t *size)
{
	*size = token->from == side ? token->sent_size : token->got_size;
	return token->from == side ? token->sent : token->got;
}

static bool
views_agree(const struct talk_token *token)
{
	return token->sent_size == token->got_size &&
	       memcmp(token->sent, token->got, token->sent_size) == 0;
}

/* Where a token's VERIFY begins; false where it has none. */
static bool
verify_find(const uint8_t *octets, size_t size, size_t *offset)
{
	struct gj_negoex_message message;
	struct gj_negoex_error error;
	struct gj_negoex_walk walk;

	gj_negoex_walk_init(&walk, octets, size);
	while (gj_negoex_next(&walk, &message, &error))
		if (message.type == GJ_NEGOEX_VERIFY) {
			*offset = message.offset;
			return true;
		}
	return false;
}

/*
 * The property that NEGOEX is for: a side that is complete has got a VERIFY,
 * and up to the last one that it got both have seen the same octets.
 */
static bool
saw_the_same(const struct talk *talk, enum negoex_role side)
{
	const struct talk_token *token;
	size_t i, size, offset = 0, last = talk->count;
	const uint8_t *octets;

	for (i = 0; i < talk->count; i++) {
		octets = view(&talk->tokens[i], side, &size);
		if (talk->tokens[i].from != side && talk->tokens[i].taken &&
		    verify_find(octets, size, &offset))
			last = i;
	}
	if (last == talk->count)
		return false;
	for (i = 0; i < last; i++)
		if (!views_agree(&talk->tokens[i]))
			return false;
	token = &talk->tokens[last];
	verify_find(token->got, token->got_size, &offset);
	return token->sent_size >= offset &&
	       memcmp(token->sent, token->got, offset) == 0;
}

static void
safe_check(const struct talk *talk, const char *name, unsigned int number)
{
	int side;

	for (side = 0; side < NEGOEX_ROLES; side++)
		if (talk_complete(talk, (enum negoex_role)side))
			ck_assert_msg(
			    saw_the_same(talk, (enum negoex_role)side),
			    "%s %u: side %d is complete", name, number, side);
}

/* Each octet in turn. */

struct flip {
	unsigned int token;
	size_t at;
};

static void
flip_make(struct talk *talk, struct talk_token *token)
{
	const struct flip *flip = talk->with;

	if (token == &talk->tokens[flip->token] && flip->at < token->got_size)
		token->got[flip->at] ^= (uint8_t)(1u << (flip->at % 8));
}

/* The token's size as it was sent; *covered: a VERIFY after that octet. */
static size_t
flip_try(const struct base *base, struct flip *flip, bool covered)
{
	struct talk talk;
	size_t size;

	base_begin(base, &talk);
	talk.alter = flip_make;
	talk.with = flip;
	talk_run(&talk);
	size =
	    talk.count > flip->token ? talk.tokens[flip->token].sent_size : 0;
	if (flip->at < size) {
		safe_check(&talk, "octet", (unsigned int)flip->at);
		ck_assert_msg(!covered || !talk_complete(&talk, I) ||
				  !talk_complete(&talk, A),
		    "token %u octet %zu: both complete", flip->token, flip->at);
	}
	ck_assert_msg(
	    talk_end(&talk), "token %u octet %zu", flip->token, flip->at);
	return size;
}

/* The last VERIFY of the conversation as it is without any change. */
static void
last_verify(const struct base *base, unsigned int *token, size_t *offset)
{
	struct talk talk;
	size_t i;

	base_begin(base, &talk);
	talk_run(&talk);
	ck_assert(talk_complete(&talk, I) && talk_complete(&talk, A));
	for (i = 0; i < talk.count; i++)
		if (verify_find(
			talk.tokens[i].sent, talk.tokens[i].sent_size, offset))
			*token = (unsigned int)i;
	verify_find(
	    talk.tokens[*token].sent, talk.tokens[*token].sent_size, offset);
	ck_assert(talk_end(&talk));
}

START_TEST(every_octet)
{
	const struct base *base = &bases[_i];
	struct flip flip = {0, 0};
	unsigned int last = 0, covered = 0;
	size_t size = 1, offset = 0;
	bool before;

	last_verify(base, &last, &offset);
	for (flip.token = 0; size > 0; flip.token++)
		for (flip.at = 0;; flip.at++) {
			before = flip.token < last ||
				 (flip.token == last && flip.at < offset);
			size = flip_try(base, &flip, before);
			if (flip.at >= size)
				break;
			covered += before;
		}
	ck_assert_uint_gt(covered, 200);
}
END_TEST

/* Mutations of a fixed seed. */

struct mutation {
	uint64_t state;
	size_t token;
	bool differed;
};

static size_t
pick(struct mutation *mutation, size_t below)
{
	mutation->state ^= mutation->state << 13;
	mutation->state ^= mutation->state >> 7;
	mutation->state ^= mutation->state << 17;
	return below > 0 ? (size_t)((mutation->state >> 16) % below) : 0;
}

/* A copy with size octets at from put in at another place. */
static void
splice(struct talk_token *token, size_t at, const uint8_t *from, size_t size)
{
	uint8_t *octets = malloc(token->got_size + size);

	ck_assert_ptr_nonnull(octets);
	memcpy(octets, token->got, at);
	memcpy(octets + at, from, size);
	memcpy(octets + at + size, token->got + at, token->got_size - at);
	talk_replace(token, octets, token->got_size + size);
}

static void
mutate_bits(
    struct talk *talk, struct mutation *mutation, struct talk_token *token)
{
	size_t i, count = 1 + pick(mutation, 4);

	(void)talk;
	for (i = 0; i < count; i++)
		token->got[pick(mutation, token->got_size)] ^=
		    (uint8_t)(1u << pick(mutation, 8));
}

static void
mutate_cut(
    struct talk *talk, struct mutation *mutation, struct talk_token *token)
{
	size_t size = pick(mutation, token->got_size);

	(void)talk;
	talk_replace(token, suite_exact(token->sent, size), size);
}

/* A number that parsers trip over, where a field may be. */
static void
mutate_field(
    struct talk *talk, struct mutation *mutation, struct talk_token *token)
{
	static const uint32_t numbers[] = {0, 1, 7, 8, 16, 20, 39, 40, 64, 80,
	    96, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0,
	    UINT32_MAX};
	uint32_t number = numbers[pick(mutation, COUNT(numbers))];
	size_t i, at = 4 * pick(mutation, (token->got_size - 3) / 4);

	(void)talk;
	for (i = 0; i < 4; i++)
		token->got[at + i] = (uint8_t)(number >> 8 * i);
}

static void
mutate_message_again(
    struct talk *talk, struct mutation *mutation, struct talk_token *token)
{
	size_t length, offset;
	uint8_t *copy;

	(void)talk;
	offset = talk_message(token->sent, token->sent_size,
	    (unsigned int)pick(mutation, 4), &length);
	copy = suite_exact(token->sent + offset, length);
	splice(token, pick(mutation, 2) != 0 ? offset : token->got_size, copy,
	    length);
	free(copy);
}

static void
mutate_message_out(
    struct talk *talk, struct mutation *mutation, struct talk_token *token)
{
	size_t length, offset, size;
	uint8_t *octets;

	(void)talk;
	offset = talk_message(token->sent, token->sent_size,
	    (unsigned int)pick(mutation, 4), &length);
	size = token->sent_size - length;
	octets = suite_exact(token->sent, token->sent_size);
	memmove(octets + offset, token->sent + offset + length, size - offset);
	talk_replace(token, octets, size);
}

/* A piece of another token of the conversation, or random octets. */
static void
mutate_splice(
    struct talk *talk, struct mutation *mutation, struct talk_token *token)
{
	const struct talk_token *other =
	    &talk->tokens[pick(mutation, talk->count)];
	size_t at = pick(mutation, other->sent_size);

	splice(token, pick(mutation, token->got_size + 1), other->sent + at,
	    pick(mutation, other->sent_size - at + 1));
}

static void
mutate_other_token(
    struct talk *talk, struct mutation *mutation, struct talk_token *token)
{
	const struct talk_token *other =
	    &talk->tokens[pick(mutation, talk->count)];

	talk_replace(token, suite_exact(other->sent, other->sent_size),
	    other->sent_size);
}

static void
mutate(struct talk *talk, struct talk_token *token)
{
	static void (*const ways[])(struct talk *, struct mutation *,
	    struct talk_token *) = {mutate_bits, mutate_cut, mutate_field,
	    mutate_field, mutate_message_again, mutate_message_out,
	    mutate_splice, mutate_other_token};
	struct mutation *mutation = talk->with;

	if (token != &talk->tokens[mutation->token])
		return;
	ways[pick(mutation, COUNT(ways))](talk, mutation, token);
	if (!views_agree(token))
		mutation->differed = true;
}

START_TEST(mutations)
{
	struct mutation mutation = {.state = SEED + (uint64_t)_i};
	unsigned int i, differed = 0, completed = 0;
	struct talk talk;

	for (i = 0; i < MUTATIONS; i++) {
		mutation.token = pick(&mutation, bases[_i].legs + 2);
		mutation.differed = false;
		base_begin(&bases[_i], &talk);
		talk.alter = mutate;
		talk.with = &mutation;
		talk_run(&talk);
		safe_check(&talk, "mutation", i);
		differed += mutation.differed;
		completed += talk_complete(&talk, I) && talk_complete(&talk, A);
		ck_assert_msg(talk_end(&talk), "mutation %u", i);
	}
	ck_assert_uint_gt(differed, MUTATIONS / 2);
	/* Some hit no token, or octets that no VERIFY covers. */
	ck_assert_uint_lt(completed, MUTATIONS / 2);
}
END_TEST

/* Memory: each allocation of each call fails in turn, ours and the script's. */

static unsigned int
failing_try(const struct base *base, size_t turn, unsigned long n)
{
	enum negoex_role role = turn % 2 == 0 ? I : A;
	const struct talk_side *side;
	struct talk talk;
	unsigned int fired;

	base_begin(base, &talk);
	talk.failing_turn = turn;
	talk.failing = n;
	while (talk.count < turn && talk_turn(&talk))
		;
	talk_turn(&talk);
	fired = talk.failed;
	side = &talk.side[role];
	if (fired && GSS_ERROR(side->major)) {
		ck_assert_ptr_null(side->peer);
		ck_assert_ptr_null(side->delegated);
		if (turn < 2)
			ck_assert_ptr_null(side->handle);
	}
	/* What was lost may not be needed; then it goes on, or ends well. */
	talk_run(&talk);
	safe_check(&talk, "allocation", (unsigned int)n);
	ck_assert_msg(talk_end(&talk),
	    "turn %zu allocation %lu: %d contexts, %d names, %d credentials, "
	    "%d buffers, %d sets are left",
	    turn, n, glue.contexts, glue.names, glue.creds, glue.buffers,
	    glue.sets);
	return fired;
}

START_TEST(failing_memory)
{
	unsigned int fired = 0;
	unsigned long n;
	size_t turn;

	for (turn = 0; turn < bases[_i].legs + 3; turn++)
		for (n = 1; failing_try(&bases[_i], turn, n); n++)
			fired++;
	ck_assert_uint_gt(fired, 20);
}
END_TEST

START_TEST(failing_installation)
{
	const struct negoex_installation *found;
	struct negoex_problem problem;
	unsigned int fired = 0;
	unsigned long n;

	scripted_mechglue_reset(1);
	for (n = 1;; n++) {
		memset(&problem, 0, sizeof(problem));
		failing_malloc_arm(n);
		found = negoex_installation(&problem);
		failing_malloc_arm(0);
		if (found != NULL)
			break;
		fired++;
		ck_assert_int_eq(problem.code, NEGOEX_NO_MEMORY);
		ck_assert(scripted_mechglue_clean());
	}
	ck_assert_uint_gt(fired, 8);
	ck_assert(scripted_mechglue_clean());
}
END_TEST

START_TEST(failing_option)
{
	gss_buffer_desc value = {8, (void *)"\x06\x02\x69\x01\x06\x02\x69\x02"};
	gss_OID_set kept;
	struct negoex_problem problem;
	struct talk talk = {.mechs = {"C", "C"}};
	struct gj_cred *cred;
	unsigned long n;
	bool good = false;

	scripted_mechglue_reset(1);
	talk_begin(&talk);
	cred = (struct gj_cred *)talk.side[I].cred;
	kept = cred->mechs;
	for (n = 1; !good; n++) {
		ck_assert_ptr_eq(cred->mechs, kept);
		memset(&problem, 0, sizeof(problem));
		failing_malloc_arm(n);
		good = negoex_option_mechs(cred, &value, &problem);
		failing_malloc_arm(0);
		ck_assert(good || problem.code == NEGOEX_NO_MEMORY);
	}
	ck_assert_uint_gt(n, 4);
	ck_assert_uint_eq(cred->mechs->count, 2);
	ck_assert(talk_end(&talk));
}
END_TEST

START_TEST(failing_import)
{
	gss_buffer_desc token = {8, (void *)"exported"};
	gss_ctx_id_t handle = GSS_C_NO_CONTEXT;
	OM_uint32 minor, major;
	unsigned long n;

	scripted_mechglue_reset(1);
	for (n = 1;; n++) {
		failing_malloc_arm(n);
		major = gss_import_sec_context(&minor, &token, &handle);
		failing_malloc_arm(0);
		if (major == GSS_S_COMPLETE)
			break;
		ck_assert_uint_eq(major, GSS_S_FAILURE);
		ck_assert_ptr_null(handle);
		ck_assert(scripted_mechglue_clean());
	}
	ck_assert_uint_gt(n, 3);
	gss_delete_sec_context(&minor, &handle, GSS_C_NO_BUFFER);
	ck_assert(scripted_mechglue_clean());
}
END_TEST

/* Threads: whole conversations at once, some of them damaged. */

#define THREADS	      8
#define CONVERSATIONS 60

struct worker {
	pthread_t thread;
	char mechs[2];
	unsigned int wrong;
};

/* The last octet of the acceptor's first token: of a checksum. */
static void
damage(struct talk *talk, struct talk_token *token)
{
	if (token == &talk->tokens[1])
		token->got[token->got_size - 1] ^= 1;
}

static bool
talk_ends(const char *mechs, bool damaged)
{
	struct talk talk = {.mechs = {mechs, mechs}};
	bool good;

	talk_begin(&talk);
	if (damaged)
		talk.alter = damage;
	talk_run(&talk);
	if (damaged)
		good = talk.side[I].minor ==
			   NEGOEX_MINOR_BASE + NEGOEX_CHECKSUM_MISMATCH &&
		       strstr(talk.side[I].text, "same negotiation") != NULL;
	else
		good = talk_complete(&talk, I) && talk_complete(&talk, A);
	talk_end(&talk);
	return good;
}

static void *
work(void *data)
{
	struct worker *worker = data;
	int i;

	for (i = 0; i < CONVERSATIONS; i++)
		worker->wrong += !talk_ends(worker->mechs, i % 5 == 4);
	return NULL;
}

START_TEST(threads)
{
	struct worker workers[THREADS];
	size_t i;

	scripted_mechglue_reset(2);
	for (i = 0; i < THREADS; i++) {
		/* Three keys, and two of them kept. */
		workers[i].mechs[0] = (char)('A' + i % SCRIPTED_MECHS);
		workers[i].mechs[1] = '\0';
		workers[i].wrong = 0;
		ck_assert_int_eq(
		    pthread_create(&workers[i].thread, NULL, work, &workers[i]),
		    0);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		ck_assert_uint_eq(workers[i].wrong, 0);
	}
	ck_assert(scripted_mechglue_clean());
}
END_TEST

static Suite *
suite(void)
{
	Suite *mutation = suite_create("negoex_mutation");
	TCase *damaged = tcase_create("mutation");
	TCase *memory = tcase_create("memory");
	TCase *thread = tcase_create("threads");

	tcase_set_timeout(damaged, 120);
	tcase_add_loop_test(damaged, every_octet, 0, COUNT(bases));
	tcase_add_loop_test(damaged, mutations, 0, COUNT(bases));
	suite_add_tcase(mutation, damaged);
	tcase_set_timeout(memory, 60);
	tcase_add_loop_test(memory, failing_memory, 0, COUNT(bases));
	tcase_add_test(memory, failing_installation);
	tcase_add_test(memory, failing_option);
	tcase_add_test(memory, failing_import);
	suite_add_tcase(mutation, memory);
	tcase_set_timeout(thread, 60);
	tcase_add_test(thread, threads);
	suite_add_tcase(mutation, thread);
	return mutation;
}

int
main(void)
{
	return suite_run(suite());
}
