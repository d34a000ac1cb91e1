/*
 * What an application may tell the NEGOEX module.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Which mechanisms NEGOEX negotiates, and in what order, with a credential:
 *
 *	gss_OID_desc option = {sizeof(GSS_NEGOEX_MECHS_OID) - 1,
 *	    GSS_NEGOEX_MECHS_OID};
 *	gss_buffer_desc value = {13, "\x06\x0b\x2a\x86..."};
 *
 *	gss_set_cred_option(&minor, &cred, &option, &value);
 *
 * The value is mechanism OIDs in DER, tag and length included, back to back,
 * in order of preference; an empty value means all that the installation has.
 * The credential has to have an element of NEGOEX; mechanisms that are not
 * installed, or have no auth scheme, are passed over.  An application sets it
 * before it uses the credential; it must not be changed while another thread
 * uses it.
 */
#ifndef GSSAPI_NEGOEX_H
#define GSSAPI_NEGOEX_H

/* 2.25.190394271230356150771697184993258551443: content octets. */
#define GSS_NEGOEX_MECHS_OID                                                   \
	"\x69\x82\x9e\xbc\xcd\x94\xcd\xd4\x8a\xad"                             \
	"\xfd\x9c\x82\xcb\xcf\xa6\x8e\xd2\xf1\x13"

#endif
