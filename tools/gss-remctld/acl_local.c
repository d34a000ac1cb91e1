/*
 * Which local user a principal is.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <krb5.h>
#include <stdio.h>
#include <string.h>

#include "acl_scheme.h"
#include "compat.h"

static krb5_error_code
localize(krb5_context context, const char *principal, char *local, size_t room)
{
	krb5_principal parsed = NULL;
	krb5_error_code code;

	code = krb5_parse_name(context, principal, &parsed);
	if (code == 0)
		code = krb5_aname_to_localname(context, parsed, room, local);
	krb5_free_principal(context, parsed);
	return code;
}

/* No local user's name is cut to that of another. */
bool
acl_local_name(
    const char *principal, char *local, size_t room, char *reason, size_t size)
{
	krb5_context context;
	krb5_error_code code;
	const char *message;

	if (krb5_init_context(&context) != 0) {
		snprintf(reason, size, "krb5.conf cannot be read");
		return false;
	}
	code = localize(context, principal, local, room);
	if (code == KRB5_NO_LOCALNAME)
		code = strlcpy(local, principal, room) < room
			   ? 0
			   : KRB5_CONFIG_NOTENUFSPACE;
	if (code != 0) {
		message = krb5_get_error_message(context, code);
		snprintf(reason, size, "%s: no local name: %s", principal,
		    message != NULL ? message : "unknown error");
		krb5_free_error_message(context, message);
	}
	krb5_free_context(context);
	return code == 0;
}
