/*
 * NEGOEX messages (draft-zhu-negoex-04, sections 3 to 5 and appendix A).
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A token is one or more messages, back to back.  Integers are little endian;
 * every offset counts from the first octet of its own message.  Pure
 * functions: octets to a struct of views, and back.  What a message means
 * where it stands is judged in negoex_order.h and in mech/negoex.
 */
#ifndef GJ_WIRE_NEGOEX_H
#define GJ_WIRE_NEGOEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gssloop_frame.h"
#include "writer.h"

/* MESSAGE_TYPE (section 3.5). */
enum gj_negoex_type {
	GJ_NEGOEX_INITIATOR_NEGO = 0,
	GJ_NEGOEX_ACCEPTOR_NEGO = 1,
	GJ_NEGOEX_INITIATOR_META_DATA = 2,
	GJ_NEGOEX_ACCEPTOR_META_DATA = 3,
	GJ_NEGOEX_CHALLENGE = 4,
	GJ_NEGOEX_AP_REQUEST = 5,
	GJ_NEGOEX_VERIFY = 6,
	GJ_NEGOEX_ALERT = 7
};
#define GJ_NEGOEX_TYPES 8

/* "NEGOEXTS", with which every message begins. */
#define GJ_NEGOEX_SIGNATURE	 "NEGOEXTS"
#define GJ_NEGOEX_SIGNATURE_SIZE 8

/* Octets of a GUID: AUTH_SCHEME and CONVERSATION_ID (section 3.6). */
#define GJ_NEGOEX_GUID 16
/* Octets of Random in a NEGO message. */
#define GJ_NEGOEX_RANDOM 32

/* The fixed parts, padded as a C compiler pads them (facts, "Wire" 2). */
#define GJ_NEGOEX_HEADER_SIZE	 40
#define GJ_NEGOEX_NEGO_SIZE	 96
#define GJ_NEGOEX_EXCHANGE_SIZE	 64
#define GJ_NEGOEX_VERIFY_SIZE	 80
#define GJ_NEGOEX_ALERT_SIZE	 72
#define GJ_NEGOEX_CHECKSUM_SIZE	 20 /* CHECKSUM's own cbHeaderLength */
#define GJ_NEGOEX_EXTENSION_SIZE 12
#define GJ_NEGOEX_ALERT_ELEMENT	 12
#define GJ_NEGOEX_PULSE_SIZE	 8

#define GJ_NEGOEX_CHECKSUM_RFC3961    1 /* ChecksumScheme */
#define GJ_NEGOEX_ALERT_PULSE	      1 /* AlertType */
#define GJ_NEGOEX_ALERT_VERIFY_NO_KEY 1 /* Reason of a pulse */

/* Every way in which a message can be wrong, first here what decoding finds. */
enum gj_negoex_fault {
	GJ_NEGOEX_OK,
	/* The octets, whatever was said before. */
	GJ_NEGOEX_EMPTY,	     /* a token without a message */
	GJ_NEGOEX_CUT,		     /* fewer octets than a MESSAGE_HEADER */
	GJ_NEGOEX_BAD_SIGNATURE,     /* does not begin with NEGOEXTS */
	GJ_NEGOEX_BAD_TYPE,	     /* MessageType above 7 */
	GJ_NEGOEX_BAD_HEADER_LENGTH, /* below the type's, above the message's */
	GJ_NEGOEX_BAD_MESSAGE_LENGTH, /* below 40, or more than there is */
	GJ_NEGOEX_BAD_SCHEMES,	  /* AuthSchemes reach outside the message */
	GJ_NEGOEX_BAD_EXTENSIONS, /* Extensions, or a value of one, do */
	GJ_NEGOEX_BAD_EXCHANGE,	  /* Exchange does */
	GJ_NEGOEX_BAD_CHECKSUM,	  /* ChecksumValue does, or its header is not 20
				   */
	GJ_NEGOEX_BAD_ALERTS,	  /* Alerts, a value, or a pulse do */
	/* Where the message stands (negoex_order.h). */
	GJ_NEGOEX_WRONG_SEQUENCE,
	GJ_NEGOEX_WRONG_CONVERSATION,
	GJ_NEGOEX_WRONG_ROLE,	      /* a type that only our own side sends */
	GJ_NEGOEX_WRONG_VERSION,      /* ProtocolVersion is not 0 */
	GJ_NEGOEX_CRITICAL_EXTENSION, /* an unknown one: section 7.4 */
	GJ_NEGOEX_MISSING_NEGO,	      /* a conversation begins with its NEGO */
	GJ_NEGOEX_REPEATED,	      /* a NEGO, exchange or VERIFY again */
	GJ_NEGOEX_WRONG_CHECKSUM_SCHEME, /* ChecksumScheme is not RFC 3961's */
	GJ_NEGOEX_UNKEYED_CHECKSUM,	 /* anybody could have made it */
	GJ_NEGOEX_FAULTS		 /* how many there are */
};

/* One sentence without a full stop: "the checksum needs no key". */
const char *gj_negoex_fault_text(enum gj_negoex_fault fault);

/* "INITIATOR_NEGO"; "unknown" above 7. */
const char *gj_negoex_type_name(uint32_t type);

struct gj_negoex_nego {
	const uint8_t *random; /* GJ_NEGOEX_RANDOM octets */
	uint64_t version;
	const uint8_t *schemes; /* scheme_count GUIDs; NULL where 0 */
	uint16_t scheme_count;
	const uint8_t *extensions; /* for gj_negoex_extension; NULL where 0 */
	uint16_t extension_count;
};

/* AP_REQUEST, CHALLENGE and both META_DATA. */
struct gj_negoex_exchange {
	const uint8_t *scheme; /* a GUID */
	uint32_t offset;       /* the field's value */
	struct gssloop_view value;
};

struct gj_negoex_verify {
	const uint8_t *scheme;
	uint32_t checksum_scheme;
	uint32_t checksum_type;
	struct gssloop_view checksum;
};

struct gj_negoex_alert {
	const uint8_t *scheme;
	uint32_t error_code;
	const uint8_t *alerts; /* for gj_negoex_alert_element; NULL where 0 */
	uint16_t alert_count;
};

/* One message: views into the token, which must outlive it. */
struct gj_negoex_message {
	const uint8_t *data; /* its first octet */
	size_t size;	     /* cbMessageLength */
	size_t offset;	     /* from the token's first octet */
	unsigned int number; /* in the token, from 1 */
	uint32_t type;	     /* enum gj_negoex_type */
	uint32_t sequence;
	uint32_t header_length;
	const uint8_t *conversation; /* a GUID */
	union {
		struct gj_negoex_nego nego;
		struct gj_negoex_exchange exchange;
		struct gj_negoex_verify verify;
		struct gj_negoex_alert alert;
	} u;
};

/* What was wrong, and where. */
struct gj_negoex_error {
	enum gj_negoex_fault fault;
	size_t offset;	     /* of the field, from the token's first octet */
	unsigned int number; /* of the message in the token, from 1 */
	uint32_t type;	     /* of the message; GJ_NEGOEX_TYPES: not read yet */
};

/*
 * For whoever looks for faults, here or in negoex_order: what is wrong, and
 * where in the message.
 */
struct gj_negoex_finding {
	enum gj_negoex_fault fault;
	size_t offset; /* from the message's first octet */
};

/* Notes it; false, which is what the caller returns. */
bool gj_negoex_find(struct gj_negoex_finding *finding,
    enum gj_negoex_fault fault, size_t offset);

/* The same for everybody else: in which message, and where in the token. */
void gj_negoex_found(struct gj_negoex_error *error,
    const struct gj_negoex_finding *finding,
    const struct gj_negoex_message *message);

/* A walk over a token's messages. */
struct gj_negoex_walk {
	const uint8_t *token;
	size_t size;
	size_t offset;	     /* of the next message */
	unsigned int number; /* of messages read */
};

void gj_negoex_walk_init(
    struct gj_negoex_walk *walk, const void *token, size_t size);

/*
 * Reads the next message.  True with the message filled; false at the end,
 * error->fault then GJ_NEGOEX_OK, and at what is wrong (a token without any
 * message is).  Each vector and what its elements point to lies inside the
 * message, at or behind its header_length or not (a sender may place it
 * anywhere).  Time and memory do not depend on what the fields say: it is
 * linear in the message's octets.
 */
bool gj_negoex_next(struct gj_negoex_walk *walk,
    struct gj_negoex_message *message, struct gj_negoex_error *error);

struct gj_negoex_extension {
	uint32_t type;
	bool critical; /* the type's highest bit */
	struct gssloop_view value;
	size_t offset; /* from the message's first octet */
};

/* The extension at index < extension_count of a decoded NEGO message. */
void gj_negoex_extension(const struct gj_negoex_message *message,
    unsigned int index, struct gj_negoex_extension *extension);

struct gj_negoex_alert_element {
	uint32_t type;
	struct gssloop_view value;
	bool pulse;	 /* type 1 and well-formed: the reason is read */
	uint32_t reason; /* of a pulse */
};

/* The alert at index < alert_count of a decoded ALERT message. */
void gj_negoex_alert_element(const struct gj_negoex_message *message,
    unsigned int index, struct gj_negoex_alert_element *element);

/*
 * Writing.  Each writes one whole message; the writer needs the octets that
 * the size function gives.  Fails the writer where a length exceeds 32 bits
 * (a count 16) or does not fit.
 */
struct gj_negoex_heading {
	uint32_t sequence;
	const uint8_t *conversation; /* a GUID */
};

size_t gj_negoex_nego_size(uint16_t scheme_count);
/* Of type INITIATOR_NEGO or ACCEPTOR_NEGO; version and extensions: none. */
void gj_negoex_nego_write(struct gj_writer *writer, enum gj_negoex_type type,
    const struct gj_negoex_heading *heading, const uint8_t *random,
    const uint8_t *schemes, uint16_t scheme_count);

size_t gj_negoex_exchange_size(size_t value_size);
void gj_negoex_exchange_write(struct gj_writer *writer,
    enum gj_negoex_type type, const struct gj_negoex_heading *heading,
    const uint8_t *scheme, const void *value, size_t value_size);

size_t gj_negoex_verify_size(size_t checksum_size);
void gj_negoex_verify_write(struct gj_writer *writer,
    const struct gj_negoex_heading *heading, const uint8_t *scheme,
    uint32_t checksum_type, const void *checksum, size_t checksum_size);

#define GJ_NEGOEX_PULSE_MESSAGE                                                \
	(GJ_NEGOEX_ALERT_SIZE + GJ_NEGOEX_ALERT_ELEMENT + GJ_NEGOEX_PULSE_SIZE)
/* An ALERT of one pulse with the reason, ErrorCode 0. */
void gj_negoex_pulse_write(struct gj_writer *writer,
    const struct gj_negoex_heading *heading, const uint8_t *scheme,
    uint32_t reason);

#endif
