/*
 * What a stock mechglue does not pass on: a mechanism's auth scheme.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The mechglue has loaded the modules that its file names; each is asked
 * itself.  The file is the one that a stock library reads, and no other.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "mechanism.h"
#include "oid.h"

#define MECH_FILE "/etc/gss/mech"

/* The stock library reads lines of at most this, too. */
#define LINE_OCTETS 256

typedef OM_uint32 query_call(
    OM_uint32 *minor, gss_const_OID mech, unsigned char scheme[16]);

/* The library in a line "name OID library kernel-object"; NULL for none. */
static const char *
line_library(char *line, gss_OID mech)
{
	uint8_t octets[GJ_OID_OCTETS];
	char *rest, *field[3];
	size_t i, size;

	if (*line == '#')
		return NULL;
	for (i = 0; i < 3; i++) {
		field[i] = strtok_r(i == 0 ? line : NULL, " \t\n", &rest);
		if (field[i] == NULL)
			return NULL;
	}
	if (!gj_oid_read(field[1], octets, &size) ||
	    !gj_gss_oid_is(mech, octets, size))
		return NULL;
	return field[2];
}

static OM_uint32
library_query(const char *library, OM_uint32 *minor, gss_OID mech,
    unsigned char scheme[16])
{
	void *module = dlopen(library, RTLD_LAZY | RTLD_LOCAL | RTLD_NOLOAD);
	OM_uint32 major = GSS_S_UNAVAILABLE;
	query_call *query = NULL;
	void *symbol;

	if (module == NULL)
		return major;
	symbol = dlsym(module, "gssspi_query_mechanism_info");
	/* POSIX lets a pointer to a function be kept like this. */
	memcpy(&query, &symbol, sizeof(query));
	if (query != NULL)
		major = query(minor, mech, scheme);
	dlclose(module);
	return major;
}

OM_uint32
negoex_stock_query(OM_uint32 *minor, gss_OID mech, unsigned char scheme[16])
{
	OM_uint32 major = GSS_S_UNAVAILABLE;
	char line[LINE_OCTETS];
	const char *library;
	FILE *file;

	*minor = 0;
	file = fopen(MECH_FILE, "re");
	if (file == NULL)
		return major;
	while (major != GSS_S_COMPLETE &&
	       fgets(line, sizeof(line), file) != NULL) {
		library = line_library(line, mech);
		if (library != NULL)
			major = library_query(library, minor, mech, scheme);
	}
	fclose(file);
	return major;
}
