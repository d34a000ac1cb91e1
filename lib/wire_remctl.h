/*
 * The wire of remctl, versions 1 to 3: the framing of its packets, and the
 * messages inside what gss_wrap protected.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Sections are those of specs/remctl-protocol-2007.txt.  Version 3, which came
 * later, is version 2 with the message NOOP and two more errors; it is
 * described by the document that comes with remctl 3.18.
 *
 *	packet (1)	octet 0		flags
 *			octets 1-4	length of the payload, in network order
 *			then		the payload
 *
 *	message (2.2)	octet 0		version
 *			octet 1		type
 *			then		what the type says
 *
 * What is decoded are views into the octets that were given.  A refusal's text
 * says at which offset what is wrong, and which section has the rule.  Nothing
 * is allocated here.
 */
#ifndef GJ_WIRE_REMCTL_H
#define GJ_WIRE_REMCTL_H

#include "wire.h"

/* Section 1: the whole packet, its first five octets included. */
#define GJ_REMCTL_PACKET_MAX  1048576
#define GJ_REMCTL_PAYLOAD_MAX (GJ_REMCTL_PACKET_MAX - GJ_WIRE_HEADER)

/* Section 1: what is given to gss_wrap. */
#define GJ_REMCTL_MESSAGE_MAX 65536

/* What of it is left for the data of one message (2.4, 2.5, 2.6, 3). */
#define GJ_REMCTL_PIECE_MAX  (GJ_REMCTL_MESSAGE_MAX - 4)
#define GJ_REMCTL_OUTPUT_MAX (GJ_REMCTL_MESSAGE_MAX - 7)
#define GJ_REMCTL_TEXT_MAX   (GJ_REMCTL_MESSAGE_MAX - 10)
#define GJ_REMCTL_ANSWER_MAX (GJ_REMCTL_MESSAGE_MAX - 8)

/*
 * Section 2.4 lets a server limit a command; these are the limits of remctld
 * 3.18: arguments, the command itself included, and octets of the body.
 */
#define GJ_REMCTL_ARGUMENTS_MAX 4096
#define GJ_REMCTL_COMMAND_MAX	(100 * 1048576 - 1)

/* The highest version of messages that is spoken here, and the lowest. */
#define GJ_REMCTL_VERSION_MAX 3
#define GJ_REMCTL_VERSION_MIN 2

/*
 * Packets
 */

/* Which of the two protocols the flags of a connection's packets speak. */
enum gj_remctl_protocol {
	GJ_REMCTL_UNDECIDED, /* the peer's next context token says it */
	GJ_REMCTL_OLD = 1,   /* section 3: without TOKEN_PROTOCOL */
	GJ_REMCTL_NEW = 2    /* section 2: with it; versions 2 and 3 */
};

/*
 * Reads the packet with which a client begins (2.1 step 1, 3 step 2):
 * GJ_WIRE_SKIP, and the protocol that it asks for.  Otherwise protocol is left
 * as it is.
 */
void gj_remctl_beginning_decode(const uint8_t *data, size_t size,
    enum gj_remctl_protocol *protocol, struct gj_wire_result *result);

void gj_remctl_beginning_encode(
    enum gj_remctl_protocol protocol, struct gj_writer *writer);

/*
 * Reads the packet at the start of size octets, as gj_plain_decode does.
 *
 *	flags			OLD	NEW	frame
 *	CONTEXT			02	42	TOKEN
 *	DATA			04	44	MESSAGE, GSSLOOP_CONF
 *	DATA|SEND_MIC		24	-	the same with mic_wanted
 *	MIC			08	-	MESSAGE, GSSLOOP_MIC: mic
 *
 * Any other flags are refused, so TOKEN_PROTOCOL cannot be lost on the way
 * (2.1 step 5).  A client awaits the server's first token with UNDECIDED: a
 * context token then sets protocol to what it speaks (2.1 step 3); nothing
 * else is taken.  A server never does; its client has begun.
 *
 * Whether a message was really confidential is for gss_unwrap to say.  The
 * limits are of the payload; GJ_REMCTL_PAYLOAD_MAX holds beside them.
 */
void gj_remctl_decode(const uint8_t *data, size_t size,
    enum gj_remctl_protocol *protocol, const struct gj_wire_limits *limits,
    struct gssloop_frame *frame, struct gj_wire_result *result);

/*
 * Writes the packet.  Fails the writer for a frame that the protocol lacks:
 * an ERROR, an END, other protections, and in the new one a MIC.
 */
void gj_remctl_encode(enum gj_remctl_protocol protocol,
    const struct gssloop_frame *frame, struct gj_writer *writer);

/*
 * Messages
 */

enum gj_remctl_type {
	GJ_REMCTL_COMMAND = 1,
	GJ_REMCTL_QUIT = 2,
	GJ_REMCTL_OUTPUT = 3,
	GJ_REMCTL_STATUS = 4,
	GJ_REMCTL_ERROR = 5,
	GJ_REMCTL_VERSION = 6,
	GJ_REMCTL_NOOP = 7 /* version 3; of both sides */
};

/* Section 2.6; the last two came with version 3. */
enum gj_remctl_error {
	GJ_REMCTL_INTERNAL = 1,
	GJ_REMCTL_BAD_TOKEN = 2,
	GJ_REMCTL_UNKNOWN_MESSAGE = 3,
	GJ_REMCTL_BAD_COMMAND = 4,
	GJ_REMCTL_UNKNOWN_COMMAND = 5,
	GJ_REMCTL_ACCESS = 6,
	GJ_REMCTL_TOO_MANY_ARGUMENTS = 7,
	GJ_REMCTL_TOO_MUCH_DATA = 8,
	GJ_REMCTL_UNEXPECTED_MESSAGE = 9,
	GJ_REMCTL_NO_HELP = 10
};

/* The text that remctld 3.18 sends with it; NULL for one that it has not. */
const char *gj_remctl_error_text(uint32_t error);

/* Section 2.4, the continue status. */
enum gj_remctl_continue {
	GJ_REMCTL_WHOLE = 0,
	GJ_REMCTL_FIRST = 1,  /* more is coming */
	GJ_REMCTL_MIDDLE = 2, /* belongs to the one before, more is coming */
	GJ_REMCTL_LAST = 3    /* belongs to the one before */
};

enum gj_remctl_stream {
	GJ_REMCTL_STDOUT = 1,
	GJ_REMCTL_STDERR = 2
};

/* A message; what is not of its type is zero. */
struct gj_remctl_message {
	uint8_t version; /* as it came; on its way out the type decides */
	enum gj_remctl_type type;
	bool keep_alive;		   /* COMMAND */
	enum gj_remctl_continue continued; /* COMMAND */
	enum gj_remctl_stream stream;	   /* OUTPUT */
	uint8_t status;			   /* STATUS: the exit status */
	uint32_t error;		  /* ERROR: maybe none of the above (2.6) */
	uint8_t highest;	  /* VERSION: that the server supports */
	struct gssloop_view data; /* COMMAND: its body or a piece of it;
				     OUTPUT: the octets; ERROR: the text */
};

enum gj_remctl_verdict {
	GJ_REMCTL_GOOD,
	GJ_REMCTL_OTHER_VERSION, /* neither 2 nor 3; nothing after it was read:
				    a server answers with VERSION (2.3) */
	GJ_REMCTL_REFUSED
};

struct gj_remctl_result {
	enum gj_remctl_verdict what;
	enum gj_remctl_error error; /* of a refusal: what a server answers */
	char reason[GJ_WIRE_REASON];
};

/* Who sent a message: each side has its own types (2.2). */
enum gj_remctl_sender {
	GJ_REMCTL_CLIENT,
	GJ_REMCTL_SERVER
};

/*
 * Reads all size octets, unwrapped, as one message of the new protocol.  Of
 * one that is not good there is the version at most.
 */
void gj_remctl_message_decode(const uint8_t *data, size_t size,
    enum gj_remctl_sender sender, struct gj_remctl_message *message,
    struct gj_remctl_result *result);

/*
 * Writes it, for gss_wrap; GJ_REMCTL_MESSAGE_MAX octets are room enough for
 * any.  Fails the writer where it would be more than that, and for a type that
 * is none.
 */
void gj_remctl_message_encode(
    const struct gj_remctl_message *message, struct gj_writer *writer);

/*
 * Commands
 *
 * The body of a command (2.4) is the number of arguments and for each its
 * length and its octets.  One COMMAND has it, or several, in pieces that end
 * anywhere; in the old protocol it is the payload (3 step 7), for which the
 * caller sees to GJ_REMCTL_MESSAGE_MAX.
 */

/* How far the pieces of a command are; begin with all zero. */
struct gj_remctl_assembly {
	bool continued; /* more is coming */
	size_t size;	/* octets of the body so far */
};

/*
 * Judges the order of a client's message, which was decoded as good, and the
 * size of what it adds up to, at most limit.  Good is
 *
 *   COMMAND	append its data to what there is, where there is some;
 *		then assembly->size is the body's size, and the body is
 *		complete unless assembly->continued.  A whole command, with
 *		nothing before it, can be read where it is.
 *   QUIT	at any time; a command that is not complete is dropped
 *   NOOP	between commands only
 *
 * With a refusal the command that was being assembled, if there was one, is
 * dropped, and the assembly is as in the beginning.
 */
void gj_remctl_assembly_take(struct gj_remctl_assembly *assembly,
    const struct gj_remctl_message *message, size_t limit,
    struct gj_remctl_result *result);

/* The arguments of a body that was found good; the fields are private. */
struct gj_remctl_arguments {
	uint32_t count; /* of arguments, all in all: this one may be read */
	uint32_t given;
	struct gj_reader reader;
};

/*
 * Reads a complete body with at most `most` arguments: that they are all there
 * and nothing follows them is certain then.  A command without arguments is
 * good (2.4).  Of a refused one there are no arguments.
 */
void gj_remctl_command_decode(const uint8_t *data, size_t size, uint32_t most,
    struct gj_remctl_arguments *arguments, struct gj_remctl_result *result);

/*
 * The next argument; false after the last.  It may be empty, and may contain
 * any octet: one with a NUL cannot be given to a program as it is.
 */
bool gj_remctl_arguments_next(
    struct gj_remctl_arguments *arguments, struct gssloop_view *argument);

/*
 * The size of the body with these arguments; 0 where an argument, their number
 * or the sum is more than 32 bits hold.
 */
size_t gj_remctl_command_size(
    const struct gssloop_view *arguments, size_t count);

/* Writes it; fails the writer where the size is 0. */
void gj_remctl_command_encode(const struct gssloop_view *arguments,
    size_t count, struct gj_writer *writer);

/*
 * The next COMMAND that carries the body, from offset *at, which begins with 0
 * and is moved on; false when all of it was given out.  The message's data
 * looks into the body.
 */
bool gj_remctl_command_piece(const struct gssloop_view *body, size_t *at,
    bool keep_alive, struct gj_remctl_message *message);

/*
 * The server's answer in the old protocol (3 step 9).
 */
struct gj_remctl_answer {
	uint32_t status;
	struct gssloop_view data; /* both outputs, as they came */
};

void gj_remctl_answer_decode(const uint8_t *data, size_t size,
    struct gj_remctl_answer *answer, struct gj_remctl_result *result);

/* Writes it, for gss_wrap; fails the writer above GJ_REMCTL_ANSWER_MAX. */
void gj_remctl_answer_encode(
    const struct gj_remctl_answer *answer, struct gj_writer *writer);

#endif
