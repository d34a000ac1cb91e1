/*
 * What libgssccm calls in the CCM module.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The module is loaded by the mechglue, out of sight, and has the one registry
 * of the process and library.  The mechglue itself leads to it: an attribute
 * (RFC 6680) of any name of CCM is the address of this table.  So there is no
 * symbol to be found, no second library that a module would need at run time,
 * and any number of copies of libgssccm share the registry, static ones too.
 */
#ifndef GJ_CCM_REGISTRY_H
#define GJ_CCM_REGISTRY_H

#include "gssapi_ccm.h"

/* Changes whenever the table does: an older library then finds no table. */
#define GJ_CCM_REGISTRY_ATTRIBUTE "gjallar-ccm-registry-1"

/* 2.25.73325259535827232326079985508850035106: is this an established context
 * of CCM?  Content octets. */
#define GJ_CCM_ESTABLISHED_OID                                                 \
	"\x69\xee\xa9\xf7\x9a\xb9\xed\xba\xb7\x85"                             \
	"\xb4\x95\xfd\x95\xf1\xfc\x9d\xd3\x22"

struct gj_ccm_registry {
	__typeof__(gss_ccm_register) *register_application;
	__typeof__(gss_ccm_unregister) *unregister_application;
	__typeof__(gss_ccm_bind) *bind;
	__typeof__(gss_ccm_unbind) *unbind;
	__typeof__(gss_ccm_scope) *scope;
};

#endif
