# The mechglue modules; a part of the Makefile above.
# SPDX-License-Identifier: BSD-2-Clause
#
#	build/mech/mech_NAME.so		with Heimdal
#	build/mech-mit/mech_NAME.so	with MIT krb5
#
# MODULE_NAME names a module's sources below mech/; what else it needs of lib/
# comes from libgssloop.a.

# What a module that passes names, credentials and messages on shares with the
# others.
MECH = border_context border_cred border_cred_option border_invoke_none \
	border_message border_name border_name_attribute cred loaded mechglue \
	module name oid_kept trouble

MODULE_ccm = border_export_none border_invoke_none border_name \
	border_option_none loaded mechglue module name oid_kept trouble \
	ccm/application ccm/binding ccm/border ccm/border_attribute \
	ccm/border_context ccm/border_cred ccm/border_iov ccm/border_message \
	ccm/context ccm/iov ccm/registry ccm/table
MODULE_hop = border_export_none border_invoke_none border_name \
	border_name_attribute border_option_none loaded mechglue module name \
	oid_kept hop/border hop/border_cred hop/border_established \
	hop/border_negoex hop/context hop/fault hop/message hop/octets \
	hop/outcome hop/script
MODULE_krb5nx = $(MECH) krb5nx/border krb5nx/border_negoex krb5nx/context \
	krb5nx/frame
MODULE_negoex = $(filter-out border_cred_option,$(MECH)) negoex/acceptor \
	negoex/border negoex/context negoex/exchange negoex/initiator \
	negoex/inner negoex/input negoex/key negoex/library negoex/mechanism \
	negoex/negotiation negoex/option negoex/problem negoex/scheme \
	negoex/stock negoex/transcript negoex/verify
LIBS_negoex = -lkrb5 -lhcrypto -lasn1

MODULES_heimdal = ccm hop krb5nx negoex
MODULES_mit = ccm hop krb5nx

MODULES_AT_heimdal = mech
MODULES_AT_mit = mech-mit
# Where they are installed, all but hop, which is for tests; and what ends a
# line of the library's file of mechanisms.
GSS_FOLDER_heimdal = gss
GSS_FOLDER_mit = gss-mit
FOURTH_heimdal = \t-
FOURTH_mit =
# MIT has its own NEGOEX.
SAMPLE_mit = -e /negoex/d

# What of the modules test_modules looks into; its mechglue is its own.
TESTED_MODULES = cred name oid_kept hop/context hop/fault hop/message \
	hop/octets hop/outcome hop/script krb5nx/frame

# libgssccm, for applications of CCM; the codec is the module's as well.
CCM = gss gssapi_ccm reader wire_ccm writer xdr
HEADERS += lib/gssapi_ccm.h
# The RPC server and client with several contexts, CCM's among them.
RPC = rpc_client rpc_none rpc_server
MAN3 += doc/gssapi_ccm.3

# dladdr is not in POSIX.
ifeq ($(SYSTEM),Linux)
MODULE_CPPFLAGS = -D_GNU_SOURCE
endif

# $(call MODULE,name of the flavour,library,compiler's flags,module)
define MODULE
$$(BUILD)/obj/$(1)/mech_$(4).so: $$(MODULE_$(4):%=$$(BUILD)/obj/$(1)/mech/%.o) \
		$$(BUILD)/obj/$(1)/libgssloop.a mech/modules.mk
	$$(CC) -shared $(3) $$(LDFLAGS) $(if $(3),,-Wl,-z,defs) -o $$@ \
	    $$(filter %.o,$$^) $$(filter %.a,$$^) $$(LIBS_$(2)) $$(LIBS_$(4))
endef

# $(call MODULES,name of the flavour,library,compiler's flags)
define MODULES
$$(BUILD)/obj/$(1)/mech/%.o: FLAGS_$(1) += $$(MODULE_CPPFLAGS) -Imech
$$(BUILD)/obj/$(1)/gsstest/tests/test_modules.o: FLAGS_$(1) += -Imech
$$(BUILD)/obj/$(1)/test_modules: $$(BUILD)/obj/$(1)/gsstest/tests/test_modules.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/suite.o \
		$$(TESTED_MODULES:%=$$(BUILD)/obj/$(1)/mech/%.o) \
		$$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ $$(CHECK_LIBS)
$(foreach module,$(MODULES_$(2)),$(eval $(call MODULE,$(1),$(2),$(3),$(module))))
$$(BUILD)/obj/$(1)/mech_ccm.so: $$(BUILD)/obj/$(1)/lib/wire_ccm.o
$$(BUILD)/obj/$(1)/libgssccm.a: $$(CCM:%=$$(BUILD)/obj/$(1)/lib/%.o)
	@rm -f $$@
	$$(AR) rcs $$@ $$^
$$(BUILD)/obj/$(1)/gsstest/tests/test_ccm.o: FLAGS_$(1) += -Imech
$$(BUILD)/obj/$(1)/test_ccm: $$(BUILD)/obj/$(1)/gsstest/tests/test_ccm.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/failing_malloc.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/suite.o \
		$$(patsubst %,$$(BUILD)/obj/$(1)/mech/%.o,\
		$$(filter-out mechglue,$$(MODULE_ccm))) \
		$$(BUILD)/obj/$(1)/lib/wire_ccm.o \
		$$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=free \
	    -o $$@ $$^ $$(CHECK_LIBS) -lpthread
$$(BUILD)/obj/$(1)/ccm_probe: $$(BUILD)/obj/$(1)/gsstest/tests/ccm_probe.o \
		$$(BUILD)/obj/$(1)/libgssccm.a $$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(2)) -lpthread
$$(BUILD)/obj/$(1)/gsstest/bench_ccm: $$(BUILD)/obj/$(1)/gsstest/bench_ccm.o \
		$$(BUILD)/obj/$(1)/libgssccm.a $$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(2)) -lpthread
$$(BUILD)/obj/$(1)/test_rpc_server: \
		$$(BUILD)/obj/$(1)/gsstest/tests/test_rpc_server.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/failing_malloc.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/scripted_gss.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/suite.o \
		$$(RPC:%=$$(BUILD)/obj/$(1)/gsstest/%.o) \
		$$(BUILD)/obj/$(1)/libgssccm.a $$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=free \
	    -o $$@ $$^ $$(LIBS_$(2)) $$(CHECK_LIBS) -lpthread
$$(BUILD)/obj/$(1)/rpc_probe: $$(BUILD)/obj/$(1)/gsstest/tests/rpc_probe.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/tap.o \
		$$(BUILD)/obj/$(1)/gsstest/address.o \
		$$(RPC:%=$$(BUILD)/obj/$(1)/gsstest/%.o) \
		$$(BUILD)/obj/$(1)/libgssccm.a $$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(2)) -lpthread
$$(BUILD)/obj/$(1)/gsstest/bench_rpc: $$(RPC:%=$$(BUILD)/obj/$(1)/gsstest/%.o) \
		$$(BUILD)/obj/$(1)/gsstest/bench_rpc.o \
		$$(BUILD)/obj/$(1)/libgssccm.a $$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(2)) -lpthread
endef

# $(call MODULES_PRODUCT,library)
define MODULES_PRODUCT
all-$(1): $$(MODULES_$(1):%=$$(BUILD)/$$(MODULES_AT_$(1))/mech_%.so)
$$(BUILD)/$$(MODULES_AT_$(1))/mech_%.so: $$(BUILD)/obj/$(1)/mech_%.so
	@mkdir -p $$(@D)
	cp $$< $$@
CCM_NAME_$(1) = libgssccm$$(SUFFIX_$(1))
all-$(1): $$(BUILD)/lib/$$(CCM_NAME_$(1)).a $$(BUILD)/lib/$$(CCM_NAME_$(1)).so.0
$$(BUILD)/lib/$$(CCM_NAME_$(1)).a: $$(BUILD)/obj/$(1)/libgssccm.a
	@mkdir -p $$(@D)
	cp $$< $$@
$$(BUILD)/lib/$$(CCM_NAME_$(1)).so.0: $$(CCM:%=$$(BUILD)/obj/$(1)/lib/%.o)
	@mkdir -p $$(@D)
	$$(CC) -shared $$(LDFLAGS) -Wl,-soname,$$(@F) -o $$@ $$^ $$(LIBS_$(1)) \
	    -lpthread
	ln -sf $$(@F) $$(BUILD)/lib/$$(CCM_NAME_$(1)).so
install-$(1): install-modules-$(1)
install-modules-$(1): all-$(1)
	$$(INSTALL) -d $$(DESTDIR)$$(PREFIX)/lib/$$(GSS_FOLDER_$(1))
	$$(INSTALL) -m 755 $$(filter-out %/mech_hop.so,$$(MODULES_$(1):%=$$(BUILD)/$$(MODULES_AT_$(1))/mech_%.so)) \
	    $$(DESTDIR)$$(PREFIX)/lib/$$(GSS_FOLDER_$(1))
	sed -e 's|@HERE@|$$(PREFIX)/lib/$$(GSS_FOLDER_$(1))|' \
	    -e 's|@FOURTH@|$$(FOURTH_$(1))|' $$(SAMPLE_$(1)) mech/mech.in \
	    > $$(DESTDIR)$$(PREFIX)/lib/$$(GSS_FOLDER_$(1))/mech.sample
	$$(INSTALL) -m 644 $$(BUILD)/lib/$$(CCM_NAME_$(1)).a $$(DESTDIR)$$(PREFIX)/lib
	$$(INSTALL) -m 755 $$(BUILD)/lib/$$(CCM_NAME_$(1)).so.0 $$(DESTDIR)$$(PREFIX)/lib
	ln -sf $$(CCM_NAME_$(1)).so.0 $$(DESTDIR)$$(PREFIX)/lib/$$(CCM_NAME_$(1)).so
	sed -e 's|@PREFIX@|$$(PREFIX)|' -e 's|@VERSION@|$$(VERSION)|' \
	    -e 's|@NAME@|gssccm$$(SUFFIX_$(1))|' -e 's|@GSS@|$$(PC_$(1))|' \
	    lib/gssccm.pc.in \
	    > $$(DESTDIR)$$(PREFIX)/lib/pkgconfig/gssccm$$(SUFFIX_$(1)).pc
endef

$(foreach library,$(LIBRARIES),$(eval $(call MODULES,$(library),$(library),)))
$(foreach library,$(LIBRARIES),$(eval $(call MODULES,san-$(library),$(library),$(SANITIZE))))
$(foreach library,$(LIBRARIES),$(eval $(call MODULES_PRODUCT,$(library))))

# What make check needs for modules.sh, besides the suites.
MODULE_SUITES = $(LIBRARIES:%=$(BUILD)/obj/san-%/test_modules) \
	$(LIBRARIES:%=$(BUILD)/obj/san-%/test_ccm) \
	$(LIBRARIES:%=$(BUILD)/obj/san-%/test_rpc_server)
MODULE_CHECKS = $(foreach library,$(LIBRARIES),\
	$(MODULES_$(library):%=$(BUILD)/obj/san-$(library)/mech_%.so))
PROBES = $(LIBRARIES:%=$(BUILD)/obj/%/module_probe) \
	$(LIBRARIES:%=$(BUILD)/obj/san-%/module_probe) $(THROUGH) \
	$(LIBRARIES:%=$(BUILD)/obj/%/ccm_probe) \
	$(LIBRARIES:%=$(BUILD)/obj/san-%/ccm_probe) \
	$(LIBRARIES:%=$(BUILD)/obj/san-%/rpc_probe)
THROUGH = $(BUILD)/obj/heimdal/through_probe \
	$(BUILD)/obj/san-heimdal/through_probe

$(filter %/module_probe,$(PROBES)): $(BUILD)/obj/%/module_probe: \
		$(BUILD)/obj/%/gsstest/tests/module_probe.o \
		$(BUILD)/obj/%/libgssloop.a
	$(CC) $(if $(findstring san-,$*),$(SANITIZE)) $(LDFLAGS) -o $@ $^ \
	    $(LIBS_$(patsubst san-%,%,$*))
$(THROUGH): $(BUILD)/obj/%/through_probe: \
		$(patsubst %,$(BUILD)/obj/\%/gsstest/tests/through_%.o,\
		inquiry message name probe way) \
		$(BUILD)/obj/%/gsstest/negotiable_heimdal.o \
		$(BUILD)/obj/%/libgssloop.a
	$(CC) $(if $(findstring san-,$*),$(SANITIZE)) $(LDFLAGS) -o $@ $^ \
	    $(LIBS_heimdal) -lpthread

# Holds the entry points' types against Heimdal's own table, which comes with
# the patched tree; a compilation and no more.
.PHONY: module-types
module-types: $(BUILD)/obj/heimdal/mech/table_heimdal.ok
$(BUILD)/obj/heimdal/mech/table_heimdal.ok: mech/table_heimdal.c mech/border.h \
		mech/border_heimdal.h $(BUILD)/heimdal/lib/libgssapi.so.3
	@mkdir -p $(@D)
	$(CC) -std=c11 -Wall -Werror $(SYSTEM_CPPFLAGS) -Ilib -Imech \
	    -isystem $(BUILD)/heimdal/source/lib/gssapi $(GSS_heimdal) \
	    -fsyntax-only $<
	@touch $@
