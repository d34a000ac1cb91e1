/*
 * libgssloop: channels, which carry frames between two loops, and the driver
 * that joins a loop to a channel under a deadline.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * No call here waits for the peer but gssloop_run and the two
 * gssloop_channel_*_wait (a GSS call may well wait for a KDC); so a channel
 * fits an event loop as well: gssloop_advance goes as far as it can,
 * gssloop_channel_poll says what to wait for.
 *
 * Threads: a channel belongs to one thread at a time.
 */
#ifndef GSSLOOP_CHANNEL_H
#define GSSLOOP_CHANNEL_H

#include <stdint.h>

#include <gssloop.h>
#include <gssloop_frame.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a channel's protocol has beside tokens, wrapped messages and an end. */
#define GSSLOOP_CARRIES_ERRORS 1 /* a failure can be told to the peer */
#define GSSLOOP_CARRIES_MIC    2 /* a message with its MIC, both ways */

/*
 * The channel protects messages by itself, with the context of the loop that it
 * joined: a MESSAGE's data are the plain octets, both ways, and its protection
 * says what is to be done with them, or was.
 */
#define GSSLOOP_PROTECTS 4

/*
 * The operations of a channel.  An application may bring its own; `self` is
 * what gssloop_channel_new was given.
 */
struct gssloop_channel_ops {
	const char *name;
	unsigned int carries; /* GSSLOOP_CARRIES_*, GSSLOOP_PROTECTS, ored */

	/*
	 * A negotiation begins, whose loop the channel may ask from now on (its
	 * status, its context), and which lives until the next one or the
	 * channel's last call but free.  NULL where the channel need not know.
	 */
	void (*join)(void *self, const struct gssloop *loop);

	/*
	 * The loop is established: what the channel's protocol wants beyond
	 * GSS's tokens before messages may follow.  OK; AGAIN to be called
	 * again when poll's event has come; else as get returns, when the
	 * context is not to be used.  NULL where there is nothing.
	 */
	enum gssloop_io (*settle)(void *self);

	/*
	 * Takes a whole frame, copied, for sending.  OK; CANNOT where the
	 * protocol has no such frame; TOO_LARGE; NO_MEMORY.  After a failure
	 * nothing of the frame is sent.  mic_wanted is a wish: a protocol
	 * without it leaves it out.
	 */
	enum gssloop_io (*put)(void *self, const struct gssloop_frame *frame);

	/*
	 * Sends what put took.  OK when all of it is gone; AGAIN; CLOSED;
	 * FAILED.
	 */
	enum gssloop_io (*flush)(void *self);

	/*
	 * The next frame from the peer.  OK; AGAIN; CLOSED at the end of the
	 * stream; TOO_LARGE, MALFORMED, FAILED, NO_MEMORY.  EARLY for a
	 * message while the limit for messages is 0; REFUSED for one whose
	 * protection is wrong, and WEAK for one that has less than it has to,
	 * where the channel protects.
	 */
	enum gssloop_io (*get)(void *self, struct gssloop_frame *frame);

	/*
	 * What to wait for before the next call: the descriptor, the events of
	 * poll() that it waits for, and the milliseconds after which the
	 * channel wants to be called all the same (-1: never).
	 */
	int (*poll)(void *self, int *fd, short *events);

	/* The greatest token and message to take from the peer, in octets. */
	void (*limit)(void *self, size_t token_max, size_t message_max);

	/* What the latest failure was about, for a person; never NULL. */
	const char *(*reason)(void *self);

	/*
	 * After the last frame: does what the peer may still need, without
	 * waiting for it.  OK when nothing is left to be done; AGAIN to be
	 * called again when poll's event has come.  NULL where nothing ever is.
	 */
	enum gssloop_io (*linger)(void *self);

	/* Releases self and closes its descriptors. */
	void (*free)(void *self);
};

struct gssloop_channel;

/*
 * Makes a channel out of an application's own operations, which must outlive
 * it.  0 or ENOMEM; *channel is then NULL and self is not released.
 */
GSSLOOP_API int gssloop_channel_new(struct gssloop_channel **channel,
    const struct gssloop_channel_ops *ops, void *self);

/*
 * Our own framing (see gssloop(3)) over a connected stream socket, TCP or
 * local.  0, or errno's value; on failure *channel is NULL and fd stays the
 * caller's.  On success fd belongs to the channel and is non-blocking.
 */
GSSLOOP_API int gssloop_channel_plain(
    struct gssloop_channel **channel, int fd, enum gssloop_role role);

/* The wire protocol of MIT's gss-client and gss-server; the same contract. */
GSSLOOP_API int gssloop_channel_sample(
    struct gssloop_channel **channel, int fd, enum gssloop_role role);

/*
 * Datagrams (see gssloop(3)) over a connected datagram socket, UDP mostly:
 * frames that are lost, come twice or come late are survived.  The same
 * contract; EPROTOTYPE for a socket that is none for datagrams.  A frame has
 * to fit one datagram.  flush waits until the peer has acknowledged what it
 * sends, so gssloop_channel_linger should be called before it is freed.
 */
GSSLOOP_API int gssloop_channel_datagram(
    struct gssloop_channel **channel, int fd, enum gssloop_role role);

/* What an RPC program is to the rpcsec channel. */
struct gssloop_rpcsec {
	uint32_t program, version;
	uint32_t procedure; /* of a message: opaque<> there, and back */
	/*
	 * Initiator: the service that creation and destruction of the context
	 * name, of which RFC 2203 makes nothing and libtirpc's servers all:
	 * GSSLOOP_MIC is none, GSSLOOP_INTEG integrity, GSSLOOP_CONF privacy.
	 * Each message has its own.
	 */
	enum gssloop_protection service;
	/*
	 * gss_verify_mic where it is NULL.  gss_ccm_verify_mic for those whose
	 * context may be CCM's: MIT's own takes no MIC of no octets.
	 */
	OM_uint32 (*verify_mic)(OM_uint32 *minor, gss_ctx_id_t context,
	    gss_buffer_t message, gss_buffer_t mic, gss_qop_t *qop);
};

/*
 * ONC RPC with RPCSEC_GSS (RFC 5531, RFC 2203) over TCP or a local socket: the
 * initiator is the client.  The same contract.  The channel protects messages
 * by itself; a message with GSSLOOP_MIC is one of service none, whose MIC is
 * of the call's header.
 */
GSSLOOP_API int gssloop_channel_rpcsec(struct gssloop_channel **channel, int fd,
    enum gssloop_role role, const struct gssloop_rpcsec *params);

/*
 * The context's handle, rpc_gss_init_res.handle, which CCM's initial token has
 * (draft-eisler-nfsv4-ccm-00, section 5); empty while there is none.  Only for
 * a channel that gssloop_channel_rpcsec made; it lives until the next
 * negotiation.
 */
GSSLOOP_API void gssloop_channel_rpcsec_handle(
    const struct gssloop_channel *channel, struct gssloop_view *handle);

/* Which of remctl's two protocols a side speaks, or wants to. */
enum gssloop_remctl {
	GSSLOOP_REMCTL_EITHER, /* the new one, the old one where the peer lacks
				  it; or not known yet */
	GSSLOOP_REMCTL_OLD,    /* version 1 */
	GSSLOOP_REMCTL_NEW     /* versions 2 and 3 */
};

/*
 * The packets of remctl (its protocol of 2007) over TCP or a local socket: the
 * initiator is the client.  The same contract.  A MESSAGE is one with
 * GSSLOOP_CONF, whose data the caller has wrapped; and in the old protocol the
 * server's MIC of what it got, without data, for a client's message with
 * mic_wanted.  There is no ERROR and no END.
 *
 * With EITHER a client falls back where the server's first token is of the old
 * protocol; with NEW it takes none but the new one, with OLD it asks for the
 * old one.  A server with NEW refuses a client of the old protocol, with OLD it
 * answers each client in the old one.  Later a peer cannot change it.
 */
GSSLOOP_API int gssloop_channel_remctl(struct gssloop_channel **channel, int fd,
    enum gssloop_role role, enum gssloop_remctl wanted);

/*
 * What is spoken; EITHER while the peer has not said it.  Only for a channel
 * that gssloop_channel_remctl made.
 */
GSSLOOP_API enum gssloop_remctl gssloop_channel_remctl_protocol(
    const struct gssloop_channel *channel);

/* Two readings of GSS_C_CONF_FLAG and GSS_C_INTEG_FLAG of a context. */
enum gssloop_flags_mean {
	GSSLOOP_FLAGS_AVAILABLE, /* RFC 2743: a message may have less */
	GSSLOOP_FLAGS_REQUIRED	 /* Windows: every message has to have it */
};

/* What a side of the nns channel wants. */
struct gssloop_nns {
	/*
	 * The protection level: GSSLOOP_CLEAR for none, GSSLOOP_INTEG for sign,
	 * GSSLOOP_CONF for encrypt.  Where the context's flags offer less, the
	 * peer is told so instead of "done".
	 */
	enum gssloop_protection level;
	/*
	 * Whether this side protects and demands as `level` says, or as the
	 * flags do: the level is then the least that they have to be.
	 */
	enum gssloop_flags_mean flags_mean;
	/*
	 * Flags without which, and with which, the peer is told the same:
	 * GSS_C_DELEG_FLAG, which NTLM never has here.  What struct
	 * gssloop_params says of PROT_READY and others is so here, too.
	 */
	OM_uint32 require;
	OM_uint32 refuse;
};

/*
 * .NET's NegotiateStream (MS-NNS) over TCP or a local socket: the initiator is
 * the client.  The same contract; EINVAL for a level that is none, or a flag
 * that is both required and refused.  The channel protects messages by itself
 * and cuts them where they are long: by its level, or more where a message's
 * protection says so and the context offers it.  A mechanism may encrypt all
 * that it wraps (gss-ntlmssp), which counts as a signature where the flags do
 * not offer more.  On level none nothing is protected, and there are no data
 * messages, only octets; with GSSLOOP_FLAGS_AVAILABLE both sides have to agree
 * on that.
 *
 * The stream has no borders.  Messages have one of our own in it, on each
 * level: 4 octets, the low one first, of the length with the highest bit set,
 * and 0xffffffff for an END.  A message's protection is the least that a part
 * had.  A data message that is refused is thrown away, and the next call of
 * get goes on behind it, unless it was the middle of a message.
 *
 * A failure can be told during the handshake only.
 */
GSSLOOP_API int gssloop_channel_nns(struct gssloop_channel **channel, int fd,
    enum gssloop_role role, const struct gssloop_nns *params);

/* Releases the channel and clears it; a cleared one is accepted. */
GSSLOOP_API void gssloop_channel_free(struct gssloop_channel **channel);

/* The operations, as above. */
GSSLOOP_API const char *gssloop_channel_name(const struct gssloop_channel *);
GSSLOOP_API unsigned int gssloop_channel_carries(
    const struct gssloop_channel *channel);
GSSLOOP_API void gssloop_channel_join(
    struct gssloop_channel *channel, const struct gssloop *loop);
GSSLOOP_API enum gssloop_io gssloop_channel_settle(
    struct gssloop_channel *channel);
GSSLOOP_API enum gssloop_io gssloop_channel_put(
    struct gssloop_channel *channel, const struct gssloop_frame *frame);
GSSLOOP_API enum gssloop_io gssloop_channel_flush(
    struct gssloop_channel *channel);
GSSLOOP_API enum gssloop_io gssloop_channel_get(
    struct gssloop_channel *channel, struct gssloop_frame *frame);
GSSLOOP_API int gssloop_channel_poll(
    struct gssloop_channel *channel, int *fd, short *events);
GSSLOOP_API void gssloop_channel_limit(
    struct gssloop_channel *channel, size_t token_max, size_t message_max);
GSSLOOP_API const char *gssloop_channel_reason(struct gssloop_channel *);
GSSLOOP_API enum gssloop_io gssloop_channel_linger(
    struct gssloop_channel *channel);

/* A deadline is microseconds of the monotonic clock; this one never comes. */
#define GSSLOOP_NO_DEADLINE UINT64_MAX

/* The deadline that is ms milliseconds from now. */
GSSLOOP_API uint64_t gssloop_deadline(unsigned int ms);

/* put and flush, and get, waiting until the deadline: TIME when it passes. */
GSSLOOP_API enum gssloop_io gssloop_channel_put_wait(
    struct gssloop_channel *channel, const struct gssloop_frame *frame,
    uint64_t deadline);
GSSLOOP_API enum gssloop_io gssloop_channel_get_wait(
    struct gssloop_channel *channel, struct gssloop_frame *frame,
    uint64_t deadline);

/*
 * Drives the loop over the channel as far as that goes without waiting.
 * Returns GSSLOOP_DONE, GSSLOOP_FAILED, or else what it waits for: then call
 * again when gssloop_channel_poll's event has come.  A deadline that passed
 * is told by gssloop_lost(loop, GSSLOOP_IO_TIME, ...) before the next call;
 * if the loop waits in GSSLOOP_TELL by then, by gssloop_told.  Where the
 * channel has a settle, the loop is held until that has come to its end.
 *
 * While a token for which the peer waits cannot leave (poll names no POLLIN),
 * what comes is looked at: the peer has no turn then.
 */
GSSLOOP_API enum gssloop_next gssloop_advance(
    struct gssloop *loop, struct gssloop_channel *channel);

/*
 * Drives the loop over the channel to its end: GSSLOOP_DONE or
 * GSSLOOP_FAILED.  Each awaited token has the loop's wait_ms, all of it the
 * deadline.  Sets the channel's limits: the loop's token_max, no messages;
 * set others by gssloop_channel_limit when messages are to follow.
 */
GSSLOOP_API enum gssloop_next gssloop_run(
    struct gssloop *loop, struct gssloop_channel *channel, uint64_t deadline);

#ifdef __cplusplus
}
#endif

#endif
