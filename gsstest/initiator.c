/*
 * The initiator's half: gsstest init.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "address.h"
#include "deadline.h"
#include "initiator.h"
#include "message.h"
#include "report.h"

bool
initiator_run(struct party *party, int fd)
{
	const struct options *options = party->options;
	struct session session;
	json_t *report;
	bool works;

	if (session_open(&session, party, fd) == EXIT_WORKED) {
		gssloop_run(session.loop, session.channel,
		    gssloop_deadline(options->wait_ms));
		session_negotiated(&session);
		if (session_works(&session))
			message_exchange(&session);
	}
	works = session_works(&session);
	if (!works || !options->quiet) {
		report = report_session(&session);
		report_show(options, report);
		json_decref(report);
	}
	session_close(&session);
	return works;
}

static bool
connect_and_run(struct party *party, const char *address)
{
	char error[ADDRESS_ERROR];
	int fd;

	fd = address_connect(
	    address, gssloop_deadline(party->options->wait_ms), error);
	if (fd == -1) {
		report_failed(party->options, party->role, error);
		return false;
	}
	return initiator_run(party, fd);
}

int
initiator_command(int argc, char **argv)
{
	struct options options;
	struct party party;
	unsigned int i, worked = 0;
	uint64_t began;
	int status = options_read(&options, argc, argv);

	if (status != EXIT_WORKED)
		return status;
	if (options.operand_count != 2) {
		fprintf(stderr,
		    "usage: gsstest init [options] HOST:PORT SERVICE@HOST\n");
		return EXIT_USAGE;
	}
	status = party_open(
	    &party, GSSLOOP_INITIATOR, &options, options.operands[1]);
	if (status == EXIT_WORKED) {
		began = gj_now();
		for (i = 0; i < options.count; i++)
			if (connect_and_run(&party, options.operands[0]))
				worked++;
		report_sum(&options, GSSLOOP_INITIATOR, options.count, worked,
		    gj_now() - began);
		if (worked != options.count)
			status = EXIT_FAILED;
	}
	party_close(&party);
	return status;
}
