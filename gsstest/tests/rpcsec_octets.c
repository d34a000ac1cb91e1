/*
 * Calls and replies of RPCSEC_GSS as a peer of the tests writes them.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "rpcsec_octets.h"
#include "scripted_gss.h"

#define NONE	   0
#define RPCSEC_GSS 6

const struct made_call made_call_usual = {.xid = 7,
    .rpc = 2,
    .program = 0x20475353,
    .version = 1,
    .procedure = 1,
    .flavor = RPCSEC_GSS,
    .rpcsec = 1,
    .sequence = 1,
    .service = 1,
    .verifier = RPCSEC_GSS};

const struct made_reply made_reply_usual = {
    .xid = 7, .verifier = RPCSEC_GSS, .number = 1, .service = 1};

void
octets_add(struct octets *octets, const void *data, size_t size)
{
	if (size > OCTETS_MAX - octets->size)
		return;
	if (size > 0)
		memcpy(octets->data + octets->size, data, size);
	octets->size += size;
}

static void
number_write(uint8_t *at, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(number >> (24 - 8 * i));
}

void
octets_number(struct octets *octets, uint32_t number)
{
	uint8_t word[4];

	number_write(word, number);
	octets_add(octets, word, sizeof(word));
}

void
octets_opaque(struct octets *octets, const void *data, size_t size)
{
	static const uint8_t zeros[3];

	octets_number(octets, (uint32_t)size);
	octets_add(octets, data, size);
	octets_add(octets, zeros, (4 - size % 4) % 4);
}

void
octets_mark(struct octets *octets)
{
	if (octets->size == 0)
		octets_number(octets, 0);
	number_write(octets->data, 0x80000000 | (uint32_t)(octets->size - 4));
}

static void
verifier_add(struct octets *octets, uint32_t flavor, const void *of,
    size_t size, bool bad)
{
	uint8_t mic[SCRIPTED_MIC];

	octets_number(octets, flavor);
	if (flavor != RPCSEC_GSS) {
		octets_number(octets, 0);
		return;
	}
	scripted_mic(of, size, mic);
	mic[0] ^= bad;
	octets_opaque(octets, mic, sizeof(mic));
}

/* Arguments or results, as the service has them. */
static void
body_add(struct octets *octets, uint32_t service, uint32_t number,
    const void *plain, size_t size)
{
	uint8_t mic[SCRIPTED_MIC], sealed[OCTETS_MAX + SCRIPTED_SEAL];
	struct octets body = {.size = 0};

	octets_number(&body, number);
	octets_add(&body, plain, size);
	if (service == 2) {
		scripted_mic(body.data, body.size, mic);
		octets_opaque(octets, body.data, body.size);
		octets_opaque(octets, mic, sizeof(mic));
	} else if (service == 3) {
		scripted_seal(body.data, body.size, sealed);
		octets_opaque(octets, sealed, body.size + SCRIPTED_SEAL);
	} else {
		octets_add(octets, plain, size);
	}
}

static void
credential_add(struct octets *octets, const struct made_call *call)
{
	struct octets body = {.size = 0};

	octets_number(octets, call->flavor);
	if (call->flavor == RPCSEC_GSS) {
		octets_number(&body, call->rpcsec);
		octets_number(&body, call->proc);
		octets_number(&body, call->sequence);
		octets_number(&body, call->service);
		octets_opaque(&body, call->handle, call->handle_size);
	}
	octets_opaque(octets, body.data, body.size);
}

void
call_make(struct octets *octets, const struct made_call *call)
{
	uint32_t sequence = call->sequence + call->inner;

	octets->size = 0;
	octets_mark(octets);
	octets_number(octets, call->xid);
	octets_number(octets, 0);
	octets_number(octets, call->rpc);
	octets_number(octets, call->program);
	octets_number(octets, call->version);
	octets_number(octets, call->procedure);
	credential_add(octets, call);
	verifier_add(octets, call->verifier, octets->data + 4, octets->size - 4,
	    call->bad_mic != 0);
	body_add(octets, call->proc == 1 || call->proc == 2 ? 1 : call->service,
	    sequence, call->arguments, call->size);
	octets->data[octets->size - 1] ^= call->bad_body != 0;
	octets_mark(octets);
}

static void
accepted_add(struct octets *octets, const struct made_reply *reply)
{
	uint8_t number[4];

	number_write(number, reply->number);
	verifier_add(
	    octets, reply->verifier, number, sizeof(number), reply->bad_mic);
	octets_number(octets, reply->accept);
	if (reply->accept == 2) {
		octets_number(octets, reply->low);
		octets_number(octets, reply->high);
	}
	if (reply->accept != 0)
		return;
	body_add(octets, reply->service, reply->number + reply->inner,
	    reply->results, reply->size);
}

static void
denied_add(struct octets *octets, const struct made_reply *reply)
{
	octets_number(octets, reply->reject);
	if (reply->reject == 1) {
		octets_number(octets, reply->auth);
	} else {
		octets_number(octets, reply->low);
		octets_number(octets, reply->high);
	}
}

void
reply_make(struct octets *octets, const struct made_reply *reply)
{
	octets->size = 0;
	octets_mark(octets);
	octets_number(octets, reply->xid);
	octets_number(octets, 1);
	octets_number(octets, reply->stat);
	if (reply->stat == 0)
		accepted_add(octets, reply);
	else
		denied_add(octets, reply);
	octets->data[octets->size - 1] ^= reply->bad_body;
	octets_mark(octets);
}

void
init_make(struct octets *octets, const struct made_init *init)
{
	octets->size = 0;
	octets_opaque(octets, init->handle, init->handle_size);
	octets_number(octets, init->major);
	octets_number(octets, init->minor);
	octets_number(octets, init->window);
	octets_opaque(octets, init->token, init->token_size);
}
