/*
 * Faults of a channel, on purpose.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/socket.h>

#include "compat.h"
#include "deadline.h"
#include "fault.h"
#include "stream.h"
#include "wrapped.h"

/* How the connection is ended on purpose. */
enum ending {
	OPEN,
	ENDING, /* when what was put is gone */
	ENDED
};

struct fault_channel {
	struct wrapped wrapped; /* the first */
	struct faults faults;	/* of this side only */
	unsigned int delay_ms;
	unsigned int tokens; /* that were put */
	enum ending ending;
	char ending_why[64];

	/* A copy of the token that something happens to. */
	struct gssloop_frame spoiled;
	struct gj_buffer octets; /* that it looks into */
	unsigned int spoiling;	 /* its faults, BIT()s */
	bool holding;		 /* it is delayed, until then */
	uint64_t until;
};

/* --- What the command line says ------------------------------------------ */

static const char *const names[FAULT_COUNT] = {
    [FAULT_DROP] = "drop",
    [FAULT_CUT] = "cut",
    [FAULT_DELAY] = "delay",
    [FAULT_DUPLICATE] = "duplicate",
    [FAULT_CORRUPT] = "corrupt",
    [FAULT_EMPTY] = "empty",
    [FAULT_CLOSE] = "close",
    [FAULT_EXTRA] = "extra",
};

/* A number from 1 to max, behind which text then is. */
static bool
number_read(const char **text, unsigned long max, unsigned int *number)
{
	unsigned long value;
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	value = strtoul(*text, &end, 10);
	if (errno != 0 || value < 1 || value > max)
		return false;
	*number = (unsigned int)value;
	*text = end;
	return true;
}

/* Whose it is; text is then behind that. */
static void
roles_read(struct fault *fault, const char **text)
{
	static const char init[] = "init:", accept[] = "accept:";
	bool initiator = strncmp(*text, init, sizeof(init) - 1) == 0;
	bool acceptor = strncmp(*text, accept, sizeof(accept) - 1) == 0;

	if (initiator)
		*text += sizeof(init) - 1;
	if (acceptor)
		*text += sizeof(accept) - 1;
	fault->roles[GSSLOOP_INITIATOR] = !acceptor;
	fault->roles[GSSLOOP_ACCEPTOR] = !initiator;
}

static bool
kind_read(struct fault *fault, const char **text)
{
	size_t length = strcspn(*text, "@");
	int kind;

	for (kind = 0; kind < FAULT_COUNT; kind++) {
		if (strlen(names[kind]) == length &&
		    memcmp(names[kind], *text, length) == 0) {
			fault->kind = (enum fault_kind)kind;
			*text += length;
			return true;
		}
	}
	return false;
}

static const char *
fault_read(struct fault *fault, const char *text)
{
	memset(fault, 0, sizeof(*fault));
	roles_read(fault, &text);
	if (!kind_read(fault, &text))
		return "no such kind; there are drop, cut, delay, duplicate, "
		       "corrupt, empty, close and extra";
	if (*text != '@')
		return "lacks @ and the number of a token";
	text++;
	if (!number_read(&text, FAULT_NUMBER_MAX, &fault->number))
		return "tokens are numbered from 1 to 65535";
	if (fault->kind == FAULT_DELAY && *text == ':') {
		text++;
		if (!number_read(&text, INT_MAX, &fault->ms))
			return "not a time in milliseconds";
	}
	return *text == '\0' ? NULL : "there is more behind it";
}

const char *
faults_add(struct faults *faults, const char *text)
{
	const char *why;

	if (faults->count == FAULTS_MAX)
		return "too many faults";
	why = fault_read(&faults->list[faults->count], text);
	if (why == NULL)
		faults->count++;
	return why;
}

/* --- The channel -----------------------------------------------------------
 */

#define BIT(kind) (1u << (kind))

static bool
has(const struct fault_channel *self, enum fault_kind kind)
{
	return (self->spoiling & BIT(kind)) != 0;
}

/* Notes which faults the token frame that is put now has. */
static void
faults_find(struct fault_channel *self)
{
	unsigned int delay_ms = self->delay_ms;
	size_t i;

	self->spoiling = 0;
	for (i = 0; i < self->faults.count; i++) {
		const struct fault *fault = &self->faults.list[i];

		if (fault->number != self->tokens)
			continue;
		self->spoiling |= BIT(fault->kind);
		if (fault->kind == FAULT_DELAY && fault->ms > 0)
			delay_ms = fault->ms;
	}
	if (has(self, FAULT_DELAY))
		self->until = gj_deadline(delay_ms);
}

/* A copy of the frame, spoiled as far as that concerns its octets. */
static bool
spoil(struct fault_channel *self, const struct gssloop_frame *frame)
{
	size_t size = has(self, FAULT_EMPTY) ? 0 : frame->data.size;
	uint8_t *octets = gj_buffer_reserve(&self->octets, size);

	if (octets == NULL)
		return false;
	if (size > 0)
		memcpy(octets, frame->data.data, size);
	if (size > 0 && has(self, FAULT_CORRUPT))
		octets[size / 2] ^= 0xff;
	self->spoiled = *frame;
	self->spoiled.data.data = octets;
	self->spoiled.data.size = size;
	return true;
}

static bool
is_stream(const struct fault_channel *self)
{
	return self->wrapped.inner->ops->flush == gj_stream_flush;
}

/* Ends a connection in both directions; others say that when they are freed. */
static void
end(struct fault_channel *self)
{
	short events;
	int fd;

	self->ending = ENDED;
	if (!is_stream(self))
		return;
	gssloop_channel_poll(self->wrapped.inner, &fd, &events);
	shutdown(fd, SHUT_RDWR);
}

/* What of the frame is put is the last thing that the peer gets. */
static void
ending_begin(struct fault_channel *self, enum fault_kind kind)
{
	self->ending = ENDING;
	snprintf(self->ending_why, sizeof(self->ending_why),
	    "--fault %s@%u closed the connection", names[kind], self->tokens);
}

/* Half of it; datagrams arrive whole or not at all. */
static enum gssloop_io
cut_put(struct fault_channel *self)
{
	struct gj_stream *stream = self->wrapped.inner->self;
	enum gssloop_io io;
	size_t size;

	ending_begin(self, FAULT_CUT);
	if (!is_stream(self))
		return GSSLOOP_IO_OK;
	size = gj_buffer_size(&stream->out);
	io = gssloop_channel_put(self->wrapped.inner, &self->spoiled);
	size = gj_buffer_size(&stream->out) - size;
	stream->out.end -= size - size / 2;
	return io;
}

/* The octets of a further token; they are no mechanism's. */
static enum gssloop_io
extra_put(struct fault_channel *self)
{
	static const uint8_t octets[] = "a token of gsstest --fault extra";
	static const struct gssloop_frame extra = {
	    .kind = GSSLOOP_FRAME_TOKEN, .data = {octets, sizeof(octets) - 1}};

	return gssloop_channel_put(self->wrapped.inner, &extra);
}

/* Puts the spoiled frame, as often as it is to be. */
static enum gssloop_io
spoiled_put(struct fault_channel *self)
{
	enum gssloop_io io = GSSLOOP_IO_OK;

	if (has(self, FAULT_CLOSE)) {
		ending_begin(self, FAULT_CLOSE);
		return io;
	}
	if (has(self, FAULT_CUT))
		return cut_put(self);
	if (!has(self, FAULT_DROP))
		io = gssloop_channel_put(self->wrapped.inner, &self->spoiled);
	if (io == GSSLOOP_IO_OK && has(self, FAULT_DUPLICATE))
		io = gssloop_channel_put(self->wrapped.inner, &self->spoiled);
	if (io == GSSLOOP_IO_OK && has(self, FAULT_EXTRA))
		io = extra_put(self);
	return io;
}

/* The token is in the inner channel, or gone: its copy is not kept. */
static enum gssloop_io
release(struct fault_channel *self)
{
	enum gssloop_io io = spoiled_put(self);

	self->holding = false;
	gj_buffer_free(&self->octets);
	return io;
}

static enum gssloop_io
put(void *opaque, const struct gssloop_frame *frame)
{
	struct fault_channel *self = opaque;

	if (frame->kind != GSSLOOP_FRAME_TOKEN)
		return gssloop_channel_put(self->wrapped.inner, frame);
	self->tokens++;
	faults_find(self);
	if (self->spoiling == 0)
		return gssloop_channel_put(self->wrapped.inner, frame);
	if (!spoil(self, frame))
		return GSSLOOP_IO_NO_MEMORY;
	self->holding = has(self, FAULT_DELAY);
	return self->holding ? GSSLOOP_IO_OK : release(self);
}

static enum gssloop_io
flush(void *opaque)
{
	struct fault_channel *self = opaque;
	enum gssloop_io io = GSSLOOP_IO_OK;

	if (self->holding && gj_now() < self->until)
		return GSSLOOP_IO_AGAIN;
	if (self->holding)
		io = release(self);
	if (io == GSSLOOP_IO_OK && self->ending != ENDED)
		io = gssloop_channel_flush(self->wrapped.inner);
	if (io == GSSLOOP_IO_OK && self->ending == ENDING)
		end(self);
	return self->ending == ENDED ? GSSLOOP_IO_CLOSED : io;
}

/*
 * While a token is held nothing of a stream is read, so its events would come
 * again and again.
 */
static int
wait_poll(void *opaque, int *fd, short *events)
{
	struct fault_channel *self = opaque;
	int wish = gssloop_channel_poll(self->wrapped.inner, fd, events), left;

	if (!self->holding)
		return wish;
	if (is_stream(self))
		*events = 0;
	left = gj_left_ms(self->until);
	return wish < 0 || wish > left ? left : wish;
}

static const char *
reason(void *opaque)
{
	struct fault_channel *self = opaque;

	if (self->ending == ENDED)
		return self->ending_why;
	return gssloop_channel_reason(self->wrapped.inner);
}

/* A token that is still held now was given up. */
static enum gssloop_io
linger(void *opaque)
{
	struct fault_channel *self = opaque;

	self->holding = false;
	return gssloop_channel_linger(self->wrapped.inner);
}

static void
channel_free(void *opaque)
{
	struct fault_channel *self = opaque;

	gssloop_channel_free(&self->wrapped.inner);
	gj_buffer_free(&self->octets);
	free(self);
}

static void
ops_set(struct gssloop_channel_ops *ops)
{
	ops->put = put;
	ops->flush = flush;
	ops->poll = wait_poll;
	ops->reason = reason;
	ops->linger = linger;
	ops->free = channel_free;
}

static void
faults_of_role(
    struct faults *own, const struct faults *all, enum gssloop_role role)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (all->list[i].roles[role])
			own->list[own->count++] = all->list[i];
}

int
faults_wrap(const struct faults *faults, enum gssloop_role role,
    unsigned int delay_ms, struct gssloop_channel **channel)
{
	struct fault_channel *self = calloc(1, sizeof(*self));

	if (self == NULL)
		return ENOMEM;
	faults_of_role(&self->faults, faults, role);
	if (self->faults.count == 0) {
		free(self);
		return 0;
	}
	self->delay_ms = delay_ms;
	wrapped_init(&self->wrapped, *channel);
	ops_set(&self->wrapped.ops);
	return wrapped_around(&self->wrapped, channel);
}
