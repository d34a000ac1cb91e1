/*
 * What a channel carries: frames.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef GSSLOOP_FRAME_H
#define GSSLOOP_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum gssloop_frame_kind {
	GSSLOOP_FRAME_TOKEN,   /* a context token; may be empty */
	GSSLOOP_FRAME_ERROR,   /* the sender's loop or message failed */
	GSSLOOP_FRAME_MESSAGE, /* an application message */
	GSSLOOP_FRAME_END      /* the sender has no more messages */
};

/* How the octets of a message are protected. */
enum gssloop_protection {
	GSSLOOP_CLEAR, /* data as it is */
	GSSLOOP_INTEG, /* data is what gss_wrap made, no confidentiality */
	GSSLOOP_CONF,  /* data is what gss_wrap made, confidential */
	GSSLOOP_MIC    /* data as it is, and its MIC; an empty data stands for
			  the message that this one answers */
};

/* Octets that belong to somebody else; data may be NULL where size is 0. */
struct gssloop_view {
	const uint8_t *data;
	size_t size;
};

/*
 * One frame.  On its way out the views are the caller's; on its way in they
 * look into the channel's buffer, and hold until its next call.
 */
struct gssloop_frame {
	enum gssloop_frame_kind kind;
	enum gssloop_protection protection; /* of a MESSAGE */
	struct gssloop_view data;	    /* token, message, or error text */
	struct gssloop_view mic;	    /* of a MESSAGE with GSSLOOP_MIC */
	int mic_wanted; /* of a MESSAGE: answer with its MIC;
			   only some protocols have it */
	uint32_t major; /* of an ERROR: GSS's status */
};

#endif
