/*
 * What all children of the server have in common.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <unistd.h>

#include "child.h"

void
child_announce(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, before);
}

void
child_made(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

void
child_settle(void)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM,
	    SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD, SIGCONT, SIGTSTP, SIGTTIN,
	    SIGTTOU, SIGXCPU, SIGXFSZ};
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
}
