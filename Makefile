# Gjallar: GSS-API tools and modules beside Heimdal.  GNU Make.
# SPDX-License-Identifier: BSD-2-Clause
#
#	make			builds into build/
#	make demo		Heimdal against MIT, shown as a table
#	make check		all tests; ends with "N passed, N failed"
#	make heimdal		the patched libgssapi (patches/heimdal-7.8)
#	make fuzz		fuzzers, FUZZ_SECONDS= each (clang)
#	make bench		speed and memory, as ratios
#	make install		DESTDIR= PREFIX=
#	make deps		installs what is missing (Debian, as root)
#
# HEIMDAL_PREFIX= and MIT_PREFIX= name own installations; LIBRARIES=heimdal
# builds without MIT; HEIMDAL_SRC= names a source tree of Heimdal 7.8, for the
# patched library; WERROR=1 makes warnings errors.

PREFIX ?= /usr/local
BUILD ?= build
LIBRARIES ?= heimdal mit
CFLAGS ?= -O2 -g
SANITIZE ?= -fsanitize=address,undefined -fno-sanitize-recover=all
INSTALL ?= install
VERSION = 0.1

ifneq ($(filter-out heimdal mit,$(LIBRARIES))$(if $(filter heimdal,$(LIBRARIES)),,none),)
$(error LIBRARIES is "heimdal" or "heimdal mit", not "$(LIBRARIES)")
endif
export HEIMDAL_PREFIX MIT_PREFIX LIBRARIES HEIMDAL_SRC

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wundef \
	-Wformat=2 -Wvla $(if $(WERROR),-Werror)

# What a system lacks comes from lib/compat.c.
SYSTEM := $(shell uname -s)
ifeq ($(SYSTEM),Linux)
SYSTEM_CPPFLAGS = -D_POSIX_C_SOURCE=200809L -DGJ_NO_EXPLICIT_BZERO \
	-DGJ_NO_STRLCPY
endif
ifeq ($(SYSTEM),NetBSD)
SYSTEM_CPPFLAGS = -D_NETBSD_SOURCE -DGJ_NO_EXPLICIT_BZERO
endif

# Everything that is linked into every program here and into libgssloop.
LIB = branch buffer channel channel_datagram channel_nns \
	channel_nns_acceptor channel_nns_data channel_nns_initiator \
	channel_plain channel_remctl channel_rpcsec channel_rpcsec_acceptor \
	channel_rpcsec_initiator channel_sample compat conversation deadline \
	flags gss guard hex loop negoex_order oid params random reader \
	record remctl rpcsec run status stream text wire wire_ccm \
	wire_datagram wire_der wire_initial wire_negoex wire_nns \
	wire_nnstest wire_plain wire_remctl wire_rpc wire_rpcsec \
	wire_rpctest wire_sample wire_spnego writer xdr
GSSTEST = acceptor address branches branches_run built ccm channels ci_flags \
	complaint connection cookie early fault initiator mac main \
	matrix_case matrix_command matrix_expect matrix_table mechs \
	mechs_list message message_branch options pair party process report \
	rpc_client rpc_none rpc_server scenario scenario_run secinfo \
	secinfo_client secinfo_server sent session story switchboard trace \
	wrapped
BENCH = bench bench_negoex
MATRIX = address matrix matrix_case matrix_command matrix_expect matrix_table \
	process
DUMP = dump dump_negoex fields input main notation options show
TESTS = test_bytes test_nns test_wire test_wire_nns test_remctl \
	test_wire_remctl test_guard test_loop test_channel test_datagram \
	test_rpc test_rpcsec test_channel_rpcsec test_run test_message \
	test_negoex test_spnego test_fault
# What of gsstest the tests look into.
TESTED = channels complaint early fault message message_branch session trace \
	wrapped
HEADERS = lib/gssloop.h lib/gssloop_frame.h lib/gssloop_channel.h \
	lib/gssapi_negoex.h
MAN1 = doc/gsstest.1 doc/gsstest-realm.1 doc/gss-dump.1
MAN3 = doc/gssloop.3
MAN8 = doc/mech_negoex.8

GSS_heimdal = -DGJ_GSS_HEADER='<gssapi/gssapi_krb5.h>' \
	-DGJ_GSS_LIBRARY='"Heimdal $(HEIMDAL_VERSION)"' -DGJ_GSS_GUARDED=1 \
	-DGJ_BORDER_HEADER='"border_heimdal.h"' $(HEIMDAL_CFLAGS)
GSS_mit = -DGJ_GSS_HEADER='<gssapi/gssapi_ext.h>' \
	-DGJ_GSS_LIBRARY='"MIT $(MIT_VERSION)"' -DGJ_GSS_GUARDED=0 \
	-DGJ_BORDER_HEADER='"border_mit.h"' $(MIT_CFLAGS)
LIBS_heimdal = $(HEIMDAL_LIBS)
LIBS_mit = $(MIT_LIBS)
# Of gsstest alone: gsstest/mac_*.c, sent_*.c.
MAC_LIBS_heimdal = -lkrb5
MAC_LIBS_mit = -lkrb5 -lk5crypto
SUFFIX_mit = -mit
PC_heimdal = heimdal-gssapi
PC_mit = mit-krb5-gssapi

.SUFFIXES:
.PHONY: all demo check bench fuzz install clean deps format FORCE
.DELETE_ON_ERROR:

all: $(LIBRARIES:%=all-%) $(BUILD)/bin/gsstest-matrix $(BUILD)/bin/gss-dump \
	$(BUILD)/lib/gsstest/party $(BUILD)/lib/gsstest/branches \
	$(BUILD)/lib/gsstest/ci-flags \
	$(BUILD)/lib/gsstest/ailing.so

# What was found, or installed, by gsstest/deps; read anew when it changes.
ifneq ($(filter demo check bench deps heimdal,$(MAKECMDGOALS)),)
DEPS_FLAGS = -i
endif
WANTED = heimdal=$(HEIMDAL_PREFIX);mit=$(MIT_PREFIX);libraries=$(LIBRARIES)
ifneq ($(filter-out clean format,$(or $(MAKECMDGOALS),all)),)
include $(BUILD)/config.mk
endif
ifneq ($(strip $(CONFIGURED_FOR)),$(strip $(WANTED)))
$(BUILD)/config.mk: FORCE
endif
$(BUILD)/config.mk: gsstest/deps
	@mkdir -p $(@D)
	@gsstest/deps $(DEPS_FLAGS) $@
deps: $(BUILD)/config.mk

include patches/heimdal.mk

# One flavour is one library, or one library with sanitizers:
# $(call FLAVOUR,name of the flavour,library,compiler's flags)
define FLAVOUR
FLAGS_$(1) = -std=c11 $$(WARNINGS) $$(CFLAGS) $(3) -fPIC -fvisibility=hidden \
	$$(SYSTEM_CPPFLAGS) -Ilib $$(GSS_$(2)) $$(JANSSON_CFLAGS) \
	$$(EVENT_CFLAGS) $$(CHECK_CFLAGS) $$(CPPFLAGS)
$$(BUILD)/obj/$(1)/%.o: %.c Makefile $$(BUILD)/config.mk
	@mkdir -p $$(@D)
	$$(CC) $$(FLAGS_$(1)) -MMD -MP -c -o $$@ $$<
$$(BUILD)/obj/$(1)/libgssloop.a: $$(LIB:%=$$(BUILD)/obj/$(1)/lib/%.o)
	@rm -f $$@
	$$(AR) rcs $$@ $$^
$$(BUILD)/obj/$(1)/gsstest/gsstest: $$(GSSTEST:%=$$(BUILD)/obj/$(1)/gsstest/%.o) \
		$$(BUILD)/obj/$(1)/gsstest/negotiable_$(2).o \
		$$(BUILD)/obj/$(1)/gsstest/mac_$(2).o \
		$$(BUILD)/obj/$(1)/gsstest/sent_$(2).o \
		$$(BUILD)/obj/$(1)/lib/json.o $$(BUILD)/obj/$(1)/libgssccm.a \
		$$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(2)) $$(MAC_LIBS_$(2)) $$(JANSSON_LIBS) $$(EVENT_LIBS) -lpthread
$$(BENCH:%=$$(BUILD)/obj/$(1)/gsstest/%): %: %.o \
		$$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(2))
$$(TESTS:%=$$(BUILD)/obj/$(1)/%): $$(BUILD)/obj/$(1)/%: \
		$$(BUILD)/obj/$(1)/gsstest/tests/%.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/scripted_gss.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/failing_malloc.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/mutation.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/rpcsec_octets.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/suite.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/views.o \
		$$(TESTED:%=$$(BUILD)/obj/$(1)/gsstest/%.o) \
		$$(BUILD)/obj/$(1)/lib/json.o $$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=free \
	    -o $$@ $$^ $$(CHECK_LIBS) $$(JANSSON_LIBS)
$$(BUILD)/obj/$(1)/test_cookie: \
		$$(BUILD)/obj/$(1)/gsstest/tests/test_cookie.o \
		$$(BUILD)/obj/$(1)/gsstest/tests/suite.o \
		$$(BUILD)/obj/$(1)/gsstest/cookie.o \
		$$(BUILD)/obj/$(1)/gsstest/address.o \
		$$(BUILD)/obj/$(1)/gsstest/mac.o \
		$$(BUILD)/obj/$(1)/gsstest/mac_$(2).o \
		$$(BUILD)/obj/$(1)/libgssloop.a
	$$(CC) $(3) $$(LDFLAGS) -o $$@ $$^ $$(LIBS_$(2)) $$(MAC_LIBS_$(2)) $$(CHECK_LIBS)
-include $$(shell find $$(BUILD)/obj/$(1) -name '*.d' 2>/dev/null)
endef

# What of a flavour is installed: $(call PRODUCT,library)
define PRODUCT
NAME_$(1) = libgssloop$$(SUFFIX_$(1))
all-$(1): $$(BUILD)/bin/gsstest$$(SUFFIX_$(1)) $$(BUILD)/lib/$$(NAME_$(1)).a \
	$$(BUILD)/lib/$$(NAME_$(1)).so.0
$$(BUILD)/bin/gsstest$$(SUFFIX_$(1)): $$(BUILD)/obj/$(1)/gsstest/gsstest
	@mkdir -p $$(@D)
	cp $$< $$@
$$(BUILD)/lib/$$(NAME_$(1)).a: $$(BUILD)/obj/$(1)/libgssloop.a
	@mkdir -p $$(@D)
	cp $$< $$@
$$(BUILD)/lib/$$(NAME_$(1)).so.0: $$(LIB:%=$$(BUILD)/obj/$(1)/lib/%.o)
	@mkdir -p $$(@D)
	$$(CC) -shared $$(LDFLAGS) -Wl,-soname,$$(@F) -o $$@ $$^ $$(LIBS_$(1))
	ln -sf $$(@F) $$(BUILD)/lib/$$(NAME_$(1)).so
install-$(1): all-$(1)
	$$(INSTALL) -m 755 $$(BUILD)/bin/gsstest$$(SUFFIX_$(1)) $$(DESTDIR)$$(PREFIX)/bin
	$$(INSTALL) -m 644 $$(BUILD)/lib/$$(NAME_$(1)).a $$(DESTDIR)$$(PREFIX)/lib
	$$(INSTALL) -m 755 $$(BUILD)/lib/$$(NAME_$(1)).so.0 $$(DESTDIR)$$(PREFIX)/lib
	ln -sf $$(NAME_$(1)).so.0 $$(DESTDIR)$$(PREFIX)/lib/$$(NAME_$(1)).so
	sed -e 's|@PREFIX@|$$(PREFIX)|' -e 's|@VERSION@|$$(VERSION)|' \
	    -e 's|@NAME@|gssloop$$(SUFFIX_$(1))|' -e 's|@GSS@|$$(PC_$(1))|' \
	    lib/gssloop.pc.in \
	    > $$(DESTDIR)$$(PREFIX)/lib/pkgconfig/gssloop$$(SUFFIX_$(1)).pc
endef

$(foreach library,$(LIBRARIES),$(eval $(call FLAVOUR,$(library),$(library),)))
$(foreach library,$(LIBRARIES),$(eval $(call FLAVOUR,san-$(library),$(library),$(SANITIZE))))
$(foreach library,$(LIBRARIES),$(eval $(call PRODUCT,$(library))))

include mech/modules.mk
include gsstest/tests/negotiation.mk
include gsstest/tests/tirpc.mk
include gsstest/tests/ntlmssp.mk
include tools/remctl.mk
include gsstest/remctl_kept.mk

# Programs that know no GSS library, built once.
ONE = $(BUILD)/obj/$(firstword $(LIBRARIES))
$(BUILD)/bin/gsstest-matrix: $(MATRIX:%=$(ONE)/gsstest/%.o) \
		$(ONE)/lib/json.o $(ONE)/libgssloop.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(JANSSON_LIBS)
$(BUILD)/bin/gss-dump: $(DUMP:%=$(ONE)/tools/gss-dump/%.o) \
		$(ONE)/lib/json.o $(ONE)/libgssloop.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(JANSSON_LIBS)
# What gsstest branches --run finds beside itself.
$(BUILD)/lib/gsstest/ailing.so: gsstest/ailing.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARNINGS) $(CFLAGS) -D_GNU_SOURCE -fPIC -shared \
	    $(LDFLAGS) -o $@ $<
$(BUILD)/lib/gsstest/party: gsstest/party
$(BUILD)/lib/gsstest/branches: gsstest/tables/branches
$(BUILD)/lib/gsstest/ci-flags: gsstest/tables/ci-flags
$(BUILD)/lib/gsstest/%:
	@mkdir -p $(@D)
	cp $< $@
# The same with sanitizers, for its tests.
SAN_ONE = $(BUILD)/obj/san-$(firstword $(LIBRARIES))
$(SAN_ONE)/tools/gss-dump/gss-dump: \
		$(DUMP:%=$(SAN_ONE)/tools/gss-dump/%.o) \
		$(SAN_ONE)/lib/json.o $(SAN_ONE)/libgssloop.a
	$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(JANSSON_LIBS)

# The peer of the tests that misbehaves.
$(BUILD)/obj/heimdal/rogue: $(BUILD)/obj/heimdal/gsstest/tests/rogue.o \
		$(BUILD)/obj/heimdal/gsstest/address.o \
		$(BUILD)/obj/heimdal/libgssloop.a
	$(CC) $(LDFLAGS) -o $@ $^

# Peers that stall, very many.
$(BUILD)/obj/heimdal/crowd: $(BUILD)/obj/heimdal/gsstest/tests/crowd.o \
		$(BUILD)/obj/heimdal/gsstest/address.o \
		$(BUILD)/obj/heimdal/libgssloop.a
	$(CC) $(LDFLAGS) -o $@ $^
# How often an event loop turns, for any program, where that has epoll.
TURNS = $(if $(filter Linux,$(SYSTEM)),$(BUILD)/obj/heimdal/turns.so)
$(BUILD)/obj/heimdal/turns.so: gsstest/tests/turns.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARNINGS) $(CFLAGS) -D_GNU_SOURCE -fPIC -shared \
	    $(LDFLAGS) -o $@ $<

# Datagrams that misbehave.
$(BUILD)/obj/heimdal/courier: $(BUILD)/obj/heimdal/gsstest/tests/courier.o \
		$(BUILD)/obj/heimdal/gsstest/address.o \
		$(BUILD)/obj/heimdal/libgssloop.a
	$(CC) $(LDFLAGS) -o $@ $^

# Whatever runs keeps its files in the build tree.
RUN = TMPDIR=$(abspath $(BUILD))/tmp BUILD=$(abspath $(BUILD)) \
	PATH="$(MIT_PREFIX:%=%/bin:)$$PATH"

demo: all heimdal
	@mkdir -p $(BUILD)/tmp
	@$(RUN) gsstest/realm $(BUILD)/bin/gsstest-matrix -b $(BUILD) gsstest/tables/demo
	@echo
	@$(RUN) gsstest/realm gsstest/remctl_demo.sh

SUITES = $(foreach library,$(LIBRARIES),\
	$(TESTS:%=$(BUILD)/obj/san-$(library)/%) \
	$(BUILD)/obj/san-$(library)/test_cookie \
	$(BUILD)/obj/san-$(library)/gsstest/gsstest) $(SUITES_negotiation) \
	$(SUITES_remctl) \
	$(MODULE_SUITES)

check: all heimdal module-types $(PATCH_TESTS) $(SUITES) \
		$(BUILD)/obj/heimdal/rogue $(BUILD)/obj/heimdal/courier \
		$(BUILD)/obj/heimdal/crowd $(TURNS) \
		$(SAN_ONE)/tools/gss-dump/gss-dump \
		$(PROBES) $(MODULE_CHECKS) $(TIRPC_PEERS) \
		$(NTLMSSP_PEERS) $(REMCTL_PEERS)
	@mkdir -p $(BUILD)/tmp
	@$(RUN) gsstest/tests/run $(filter-out %/gsstest,$(SUITES)) \
	    $(sort $(wildcard gsstest/tests/*.sh))

bench: all heimdal $(BUILD)/obj/heimdal/crowd $(foreach library,$(LIBRARIES),\
		$(BENCH:%=$(BUILD)/obj/$(library)/gsstest/%) \
		$(BUILD)/obj/$(library)/gsstest/bench_ccm \
		$(BUILD)/obj/$(library)/gsstest/bench_rpc) $(REMCTL_KEPT)
	@mkdir -p $(BUILD)/tmp
	@$(RUN) gsstest/realm gsstest/bench.sh
	@$(if $(filter mit,$(LIBRARIES)),$(RUN) gsstest/realm gsstest/bench_negoex.sh)
	@$(RUN) gsstest/realm gsstest/bench_ccm.sh
	@$(RUN) gsstest/realm gsstest/bench_rpc.sh
	@$(if $(filter mit,$(LIBRARIES)),$(RUN) gsstest/realm gsstest/bench_remctl.sh)

include gsstest/fuzz/fuzz.mk

install: all $(BUILD)/config.mk
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig \
	    $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/man3 $(DESTDIR)$(PREFIX)/share/man/man8
	$(INSTALL) -m 644 $(HEADERS) $(DESTDIR)$(PREFIX)/include
	$(INSTALL) -m 755 gsstest/realm $(DESTDIR)$(PREFIX)/bin/gsstest-realm
	$(INSTALL) -m 755 $(BUILD)/bin/gss-dump $(DESTDIR)$(PREFIX)/bin
	$(INSTALL) -m 644 $(MAN1) $(DESTDIR)$(PREFIX)/share/man/man1
	$(INSTALL) -m 644 $(MAN3) $(DESTDIR)$(PREFIX)/share/man/man3
	$(INSTALL) -m 644 $(MAN8) $(DESTDIR)$(PREFIX)/share/man/man8
	@$(MAKE) --no-print-directory $(LIBRARIES:%=install-%)

clean:
	rm -rf $(BUILD)

format:
	clang-format -i lib/*.[ch] gsstest/*.[ch] gsstest/tests/*.[ch] \
	    gsstest/fuzz/*.[ch] tools/*/*.[ch] mech/*.[ch] mech/*/*.[ch]
