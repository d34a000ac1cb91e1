/*
 * through_probe: contexts of krb5's, established by SPNEGO with NEGOEX and
 * krb5nx, by less, or by krb5 alone, and then asked for everything that a
 * mechanism can be asked for; for through.sh.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: through_probe WAY			a line for each call
 *	through_probe WAY threads THREADS ROUNDS
 *	through_probe WAY fork
 *
 * WAY is spnego, negoex, krb5nx or krb5.  Both sides are in this process.
 * PROBE_OTHER names a credential cache of another user than the default,
 * PROBE_STORE one to write; without them what needs them is left out.
 *
 * Exit status: 0 all went through, 1 not, 2 usage.  Calls that a mechanism
 * refuses are no failure: the lines of two ways are compared.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "through.h"

#define THREADS_MAX 64

void
through_note(OM_uint32 major, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf(" = %x\n", major);
}

/* --- One of everything ------------------------------------------------------
 */

static bool
everything(const struct through_way *way)
{
	struct through both;

	if (!through_establish(way, &both))
		return false;
	through_inquiries(&both);
	through_messages(&both);
	through_iov(&both);
	through_random(&both);
	through_names(way, &both);
	through_delegated(&both);
	through_turn(&both);
	through_order(&both);
	through_end(&both);
	return true;
}

/* --- Many at once -----------------------------------------------------------
 */

struct work {
	const struct through_way *way;
	unsigned long rounds;
	unsigned long done;
	pthread_barrier_t *start;
	pthread_t thread;
};

/* Two contexts are open at a time, and messages go through both. */
static void *
work(void *argument)
{
	struct work *work = argument;
	struct through last = {0}, both;

	pthread_barrier_wait(work->start);
	for (unsigned long i = 0; i < work->rounds; i++) {
		if (!through_establish(work->way, &both))
			break;
		if (!through_talk(&both) || (i > 0 && !through_talk(&last))) {
			through_end(&both);
			break;
		}
		through_end(&last);
		last = both;
		work->done++;
	}
	through_end(&last);
	return NULL;
}

static bool
threads(
    const struct through_way *way, unsigned long count, unsigned long rounds)
{
	struct work all[THREADS_MAX];
	unsigned long done = 0, i;
	pthread_barrier_t start;

	if (pthread_barrier_init(&start, NULL, (unsigned int)count) != 0)
		exit(1);
	for (i = 0; i < count; i++) {
		all[i] = (struct work){
		    .way = way, .rounds = rounds, .start = &start};
		if (pthread_create(&all[i].thread, NULL, work, &all[i]) != 0)
			exit(1);
	}
	for (i = 0; i < count; i++) {
		pthread_join(all[i].thread, NULL);
		done += all[i].done;
	}
	pthread_barrier_destroy(&start);
	printf("%lu contexts\n", done);
	return done == count * rounds;
}

/* --- A child ----------------------------------------------------------------
 */

/* With what the parent acquired and established, and a context of its own. */
static bool
child(const struct through_way *way, struct through *parents)
{
	struct through own;
	bool good;

	if (!through_talk(parents) || !through_establish(way, &own))
		return false;
	good = through_talk(&own);
	through_end(&own);
	return good;
}

static bool
forked(const struct through_way *way)
{
	struct through both;
	int status = -1;
	bool good;
	pid_t pid;

	if (!through_establish(way, &both))
		return false;
	pid = fork();
	if (pid == 0)
		_exit(child(way, &both) ? 0 : 1);
	good = pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 &&
	       through_talk(&both);
	through_end(&both);
	return good && through_establish(way, &both) &&
	       (through_end(&both), true);
}

/* --- Start ------------------------------------------------------------------
 */

static int
usage(void)
{
	fputs("usage: through_probe WAY [threads THREADS ROUNDS | fork]\n",
	    stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	struct through_way way;
	unsigned long count = 0;
	bool good;

	if (argc == 5 && strcmp(argv[2], "threads") == 0)
		count = strtoul(argv[3], NULL, 10);
	if (argc != 2 && (argc != 3 || strcmp(argv[2], "fork") != 0) &&
	    (count == 0 || count > THREADS_MAX))
		return usage();
	good = through_way_open(&way, argv[1]);
	if (good && argc == 2)
		good = everything(&way);
	else if (good && argc == 3)
		good = forked(&way);
	else if (good)
		good = threads(&way, count, strtoul(argv[4], NULL, 10));
	through_way_close(&way);
	return good ? 0 : 1;
}
